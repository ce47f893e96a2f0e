//! Deliveries of several series stored together: each counts whole or not at all, and the waits
//! for the disk are shared.
//!
//! What comes is compared with what is there; the data files are written; one transaction of the
//! ledger takes the old values and the attempts; then come the manifests, whose renames are the
//! moments at which the figures count.

use super::commit;
use super::figures::Table;
use super::known::{current, overlap_from};
use super::ledger::{Ledger, SeriesChanges};
use super::manifest::{Manifest, SCHEMA_VERSION, data_file};
use super::merge::{Change, Merge, Merged, merge};
use super::reader::read_manifest;
use super::record::FetchRecord;
use super::{Delivery, Update, Updated};
use crate::error::{Error, InputError, Result};
use crate::instrument::Symbol;
use crate::prices::bars::sha256;
use crate::prices::dialect::AdjustmentBasis;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// A delivery, and what the ledger shall hold of the attempt.
pub struct Entry {
    /// What came.
    pub delivery: Delivery,
    /// The record of what it did, which is in the ledger before the figures take effect: a run
    /// that is killed in between is repeated, and one that is killed later need not be.
    pub record: Box<Recorder>,
}

/// What the ledger shall hold of an attempt, from what it did.
pub type Recorder = dyn Fn(&Updated) -> Option<FetchRecord> + Send + Sync;

impl Entry {
    /// A delivery whose attempt is not recorded.
    pub fn unrecorded(delivery: Delivery) -> Self {
        let record = Box::new(|_: &Updated| None);
        Self { delivery, record }
    }
}

/// A delivery that is ready to be written.
struct Prepared {
    folder: PathBuf,
    updated: Updated,
    /// The data file's bytes and the figures that they change; none where no figure is new.
    data: Option<(Vec<u8>, Vec<Change>)>,
    /// Whether the manifest differs from the one that is there.
    writes_manifest: bool,
    record: Option<FetchRecord>,
}

/// Stores deliveries with the folders of their series, which all differ; one result for each.
/// `disk` are threads that wait for the disk, so that it brings many files down at once.
pub(super) fn commit(
    disk: &rayon::ThreadPool,
    ledger: &mut Ledger,
    entries: Vec<(PathBuf, Entry)>,
) -> Vec<Result<Updated>> {
    let number = |(folder, entry): (PathBuf, Entry)| {
        let of = &entry.delivery;
        let generation = ledger.next_generation(&of.source, &of.symbol);
        generation.map(|generation| (folder, entry, generation))
    };
    let numbered: Vec<_> = entries.into_iter().map(number).collect();
    let mut all: Vec<Result<Prepared>> = disk.install(|| {
        let numbered = numbered.into_par_iter();
        let prepared = numbered.map(|numbered| {
            let (folder, entry, generation) = numbered?;
            let named = |e| in_series(e, &entry.delivery.source, &entry.delivery.symbol);
            prepare(folder, &entry, generation).map_err(named)
        });
        prepared.collect()
    });
    let new = all.iter().flatten().filter(|p| p.data.is_some());
    let folders: Vec<&Path> = new.map(|p| p.folder.as_path()).collect();
    let made = commit::make_folders(&folders);
    fail_all(&mut all, |p| p.data.is_some(), made);
    write(disk, &mut all, |prepared| match &prepared.data {
        Some((bytes, _)) => commit::write_data(&prepared.folder, &prepared.updated.manifest, bytes),
        None => Ok(()),
    });
    let noted = note(ledger, &all);
    fail_all(&mut all, |p| p.data.is_some() || p.record.is_some(), noted);
    write(disk, &mut all, |prepared| {
        if prepared.writes_manifest {
            commit::write_manifest(&prepared.folder, &prepared.updated.manifest)?;
        }
        match prepared.data {
            Some(_) => commit::sweep(&prepared.folder, Some(&prepared.updated.manifest)),
            None => Ok(()),
        }
    });
    let new = all.iter().flatten().filter(|p| p.data.is_some());
    let manifests: Vec<&Manifest> = new.map(|p| &p.updated.manifest).collect();
    // The figures are stored: where this fails, the next writer does it.
    let _ = ledger.note_series(&manifests);
    let updated = |prepared: Result<Prepared>| prepared.map(|prepared| prepared.updated);
    all.into_iter().map(updated).collect()
}

/// A step of each delivery that has not failed yet, many at once.
fn write(
    disk: &rayon::ThreadPool,
    all: &mut [Result<Prepared>],
    step: impl Fn(&Prepared) -> Result<()> + Sync,
) {
    disk.install(|| {
        all.par_iter_mut().for_each(|slot| {
            if let Ok(prepared) = slot
                && let Err(error) = step(prepared)
            {
                give_up(slot, error);
            }
        });
    });
}

/// Where a step that they share has failed, these deliveries have.
fn fail_all(
    all: &mut [Result<Prepared>],
    concerns: impl Fn(&Prepared) -> bool,
    shared: Result<()>,
) {
    let Err(error) = shared else { return };
    for slot in all {
        if slot.as_ref().is_ok_and(&concerns) {
            give_up(slot, error.clone());
        }
    }
}

/// What a failed delivery has written is removed at once: the disk may be full of it.
fn give_up(slot: &mut Result<Prepared>, error: Error) {
    if let Ok(prepared) = slot
        && prepared.data.is_some()
        && let Ok(manifest) = read_manifest(&prepared.folder)
    {
        // Where even that fails, the next writer does it.
        let _ = commit::sweep(&prepared.folder, manifest.as_ref());
    }
    *slot = Err(error);
}

/// Old values and attempts of all of them, in one transaction.
fn note(ledger: &mut Ledger, all: &[Result<Prepared>]) -> Result<()> {
    let good = || all.iter().flatten();
    let changes: Vec<SeriesChanges<'_>> = good()
        .filter_map(|prepared| {
            let (_, changes) = prepared.data.as_ref()?;
            let manifest = &prepared.updated.manifest;
            Some(SeriesChanges {
                source: &manifest.source,
                symbol: &manifest.symbol,
                generation: manifest.generation,
                seen_at: manifest.fetched_at,
                changes,
            })
        })
        .collect();
    let records: Vec<&FetchRecord> = good().filter_map(|p| p.record.as_ref()).collect();
    match changes.is_empty() && records.is_empty() {
        true => Ok(()),
        false => ledger.record_group(&changes, &records),
    }
}

/// Compares a delivery with what is there; nothing is written. `generation` is that of a series
/// which is not there.
fn prepare(folder: PathBuf, entry: &Entry, generation: u64) -> Result<Prepared> {
    let delivery = &entry.delivery;
    let new = Table::of(delivery.figures.clone())?;
    let Some((before, old)) = current(&folder)? else {
        let update = Update::Created {
            rows: new.sessions.len(),
        };
        let made = (update, new, Vec::new(), Vec::new());
        return with_data(folder, entry, made, generation);
    };
    refuse_mixture(delivery, &before, &old, &new)?;
    let merged = match merge(&old, &new, delivery.complete) {
        Merge::Merged(merged) => merged,
        Merge::NeedsFull(None) if delivery.complete => return Err(no_overlap(&before, &new)),
        Merge::NeedsFull(ratio) => {
            let update = Update::NeedsFull { ratio };
            return Ok(without_data(
                folder,
                entry,
                update,
                Vec::new(),
                (before, None),
            ));
        }
    };
    let update = kind_of(&merged);
    if update == Update::Current {
        // The figures stay; what the next conditional request needs may be new.
        let after = Manifest {
            etag: delivery.etag.clone(),
            last_modified: delivery.last_modified.clone(),
            ..before.clone()
        };
        let manifests = (before, Some(after));
        return Ok(without_data(
            folder,
            entry,
            update,
            merged.vanished,
            manifests,
        ));
    }
    let made = (update, merged.table, merged.changes, merged.vanished);
    with_data(folder, entry, made, before.generation + 1)
}

/// What a merge did.
fn kind_of(merged: &Merged) -> Update {
    let (rows, changes) = (merged.rows, merged.changes.len());
    match merged.restated {
        Some(ratio) => Update::Reloaded {
            ratio,
            rows: merged.table.sessions.len(),
            changes,
        },
        None if changes > 0 => Update::Revised { rows, changes },
        None if rows > 0 => Update::Appended { rows },
        None => Update::Current,
    }
}

/// What becomes of a delivery with new figures.
type Made = (Update, Table, Vec<Change>, Vec<chrono::NaiveDate>);

fn with_data(
    folder: PathBuf,
    entry: &Entry,
    (update, table, changes, vanished): Made,
    generation: u64,
) -> Result<Prepared> {
    let bytes = table.to_parquet(&entry.delivery.symbol)?;
    let manifest = manifest(&entry.delivery, generation, &table, &bytes)?;
    let updated = Updated {
        update,
        vanished,
        manifest,
    };
    Ok(Prepared {
        folder,
        record: (entry.record)(&updated),
        updated,
        data: Some((bytes, changes)),
        writes_manifest: true,
    })
}

fn without_data(
    folder: PathBuf,
    entry: &Entry,
    update: Update,
    vanished: Vec<chrono::NaiveDate>,
    (before, after): (Manifest, Option<Manifest>),
) -> Prepared {
    let writes_manifest = after.as_ref().is_some_and(|after| *after != before);
    let updated = Updated {
        update,
        vanished,
        manifest: after.unwrap_or(before),
    };
    Prepared {
        folder,
        record: (entry.record)(&updated),
        updated,
        data: None,
        writes_manifest,
    }
}

pub(super) fn manifest(
    delivery: &Delivery,
    generation: u64,
    table: &Table,
    bytes: &[u8],
) -> Result<Manifest> {
    let (Some(first), Some(last)) = (table.sessions.first(), table.sessions.last()) else {
        return Err(InputError::new("there are no figures to store", "").into());
    };
    let sum = sha256(bytes);
    let unit = table.unit.clone();
    Ok(Manifest {
        schema_version: SCHEMA_VERSION,
        kind: table.kind,
        source: delivery.source.clone(),
        symbol: delivery.symbol.clone(),
        url: delivery.url.clone(),
        fetched_at: delivery.fetched_at,
        etag: delivery.etag.clone(),
        last_modified: delivery.last_modified.clone(),
        adjustment_basis: delivery.basis,
        factor_unit: unit.as_ref().map(|(unit, _)| *unit),
        factor_unit_note: unit.map(|(_, note)| note),
        generation,
        data_file: data_file(&sum),
        sha256: sum,
        rows: table.sessions.len(),
        first: *first,
        last: *last,
        overlap_from: overlap_from(&table.sessions),
    })
}

/// Two bases, or two sets of factors, are never put together.
fn refuse_mixture(
    delivery: &Delivery,
    manifest: &Manifest,
    old: &Table,
    new: &Table,
) -> Result<()> {
    let cure = "store them as another source, with --as NAME";
    if delivery.basis != manifest.adjustment_basis {
        let say = AdjustmentBasis::as_str;
        let problem = format!(
            "the stored closes are adjusted for: {}; those delivered for: {}",
            say(manifest.adjustment_basis),
            say(delivery.basis)
        );
        return Err(InputError::new(problem, cure).into());
    }
    if old.names != new.names {
        let problem = format!(
            "the stored factors are {}; those delivered {}",
            old.names.join(", "),
            new.names.join(", ")
        );
        return Err(InputError::new(problem, cure).into());
    }
    Ok(())
}

fn no_overlap(manifest: &Manifest, new: &Table) -> Error {
    let span = |first: Option<_>, last: Option<_>| match (first, last) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "none".to_owned(),
    };
    InputError::new(
        format!(
            "no session delivered ({}) is among those stored ({}), so that nothing shows that \
             they belong together",
            span(new.sessions.first(), new.sessions.last()),
            span(Some(&manifest.first), Some(&manifest.last)),
        ),
        "store them as another source, with --as NAME",
    )
    .into()
}

/// Names the series in an error that names no file.
fn in_series(error: Error, source: &str, symbol: &Symbol) -> Error {
    error.map_input(|input| match input.file {
        None => input.in_file(format!("{symbol} from {source}")),
        Some(_) => input,
    })
}
