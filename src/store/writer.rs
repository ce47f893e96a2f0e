//! Writing: one at a time, and every change as a whole.

use super::commit::{self, make_folder};
use super::figures::Table;
use super::ledger::{Ledger, RunCompletion};
use super::lock::{Lock, Owner};
use super::manifest::{Kind, Manifest, SCHEMA_VERSION, data_file, newer_version};
use super::merge::{Change, Merge, merge};
use super::reader::{Store, read_manifest, read_series, series_folder};
use super::record::{FetchRecord, RunRecord};
use super::{Delivery, Known, Update, Updated};
use crate::error::{Error, InputError, Result};
use crate::instrument::Symbol;
use crate::prices::bars::sha256;
use crate::prices::dialect::AdjustmentBasis;
use crate::source::Figures;
use chrono::{DateTime, Utc};
use std::path::{Path, PathBuf};

/// How many sessions a further request shares with what is there.
const OVERLAP: usize = 10;

/// A store that is changed; the lock is held until this is dropped.
#[derive(Debug)]
pub struct Writer {
    root: PathBuf,
    ledger: Ledger,
    _lock: Lock,
}

impl Store {
    /// Opens the store in `root` to write, and makes it where it is absent. `now` stands in the
    /// lock. What killed runs left behind is removed.
    ///
    /// # Errors
    /// [`Error::Locked`] while another run writes; a folder that cannot be written; a ledger that
    /// is damaged or of a newer version.
    pub fn writer(root: impl Into<PathBuf>, now: DateTime<Utc>, owner: &Owner) -> Result<Writer> {
        let store = Store::open(root)?;
        let root = store.root().to_path_buf();
        make_folder(&root)?;
        let lock = Lock::take(&root, owner, now)?;
        let ledger = Ledger::open(&root)?;
        for folder in store.series_folders()? {
            // A manifest that cannot be read may be worth mending: its data stay.
            if let Ok(manifest) = read_manifest(&folder) {
                commit::sweep(&folder, manifest.as_ref())?;
            }
        }
        Ok(Writer {
            root,
            ledger,
            _lock: lock,
        })
    }
}

impl Writer {
    /// The same store, to read.
    pub fn store(&self) -> Result<Store> {
        Store::open(&self.root)
    }

    /// What the store holds of a symbol's prices from a source. Damaged figures count as none, so
    /// that all of them are asked for again.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn known(&self, source: &str, symbol: &Symbol) -> Result<Option<Known>> {
        self.known_of(Kind::Prices, source, symbol)
    }

    /// The same for a set of factors.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn known_factors(&self, source: &str, name: &Symbol) -> Result<Option<Known>> {
        self.known_of(Kind::Factors, source, name)
    }

    fn known_of(&self, kind: Kind, source: &str, symbol: &Symbol) -> Result<Option<Known>> {
        let Some((manifest, table)) = current(&self.folder(kind, source, symbol))? else {
            return Ok(None);
        };
        let from = table.sessions.len().saturating_sub(OVERLAP);
        Ok(Some(Known {
            first: manifest.first,
            last: manifest.last,
            overlap_from: table.sessions.get(from).copied().unwrap_or(manifest.first),
            etag: manifest.etag,
            last_modified: manifest.last_modified,
            basis: manifest.adjustment_basis,
        }))
    }

    /// Takes a delivery in, as far as it agrees with what is there; see [`Update`].
    ///
    /// Where both have a figure, the new one is taken. A figure or session that the delivery does
    /// not have stays, unless the figures were restated.
    ///
    /// # Errors
    /// Figures of another adjustment basis, or other factors, than those that are there; a
    /// complete delivery that has no session in common with them; a delivery without figures;
    /// what cannot be written.
    pub fn update(&mut self, delivery: Delivery) -> Result<Updated> {
        self.update_recorded(delivery, &|_| None)
    }

    /// The same, with a record of the attempt that is in the ledger before the figures take effect:
    /// a run that is killed in between is repeated, and one that is killed later need not be.
    ///
    /// # Errors
    /// As for [`update`](Self::update).
    pub fn update_recorded(
        &mut self,
        delivery: Delivery,
        record: &dyn Fn(&Updated) -> Option<FetchRecord>,
    ) -> Result<Updated> {
        let kind = match &delivery.figures {
            Figures::Prices(_) => Kind::Prices,
            Figures::Factors(_) => Kind::Factors,
        };
        let folder = self.folder(kind, &delivery.source, &delivery.symbol);
        let named = |e: Error| in_series(e, &delivery.source, &delivery.symbol);
        let new = Table::of(delivery.figures.clone()).map_err(named)?;
        let Some((manifest, old)) = current(&folder)? else {
            let rows = new.sessions.len();
            let made = |manifest| Updated {
                update: Update::Created { rows },
                vanished: Vec::new(),
                manifest,
            };
            let noted = |manifest: &Manifest| record(&made(manifest.clone()));
            let manifest = self.commit(&folder, &delivery, None, (&new, &[]), &noted)?;
            return Ok(made(manifest));
        };
        refuse_mixture(&delivery, &manifest, &old, &new).map_err(named)?;
        let merged = match merge(&old, &new, delivery.complete) {
            Merge::Merged(merged) => merged,
            Merge::NeedsFull(None) if delivery.complete => {
                return Err(named(no_overlap(&manifest, &new)));
            }
            Merge::NeedsFull(ratio) => {
                return Ok(Updated {
                    update: Update::NeedsFull { ratio },
                    vanished: Vec::new(),
                    manifest,
                });
            }
        };
        let (rows, changes) = (merged.rows, merged.changes.len());
        let update = match merged.restated {
            Some(ratio) => Update::Reloaded {
                ratio,
                rows: merged.table.sessions.len(),
                changes,
            },
            None if changes > 0 => Update::Revised { rows, changes },
            None if rows > 0 => Update::Appended { rows },
            None => Update::Current,
        };
        let made = |manifest| Updated {
            update,
            vanished: merged.vanished.clone(),
            manifest,
        };
        let manifest = if update == Update::Current {
            self.confirm(&folder, &delivery, manifest)?
        } else {
            let noted = |manifest: &Manifest| record(&made(manifest.clone()));
            let table = (&merged.table, &merged.changes[..]);
            self.commit(&folder, &delivery, Some(manifest), table, &noted)?
        };
        Ok(made(manifest))
    }

    /// Writes an attempt into the ledger; the same one twice is one.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn record(&self, fetch: &FetchRecord) -> Result<()> {
        self.ledger.record_fetch(fetch)
    }

    /// Until when a source must not be asked, as last set; it may be past.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub fn quota(&self, source: &str) -> Result<Option<DateTime<Utc>>> {
        self.ledger.quota(source)
    }

    /// Notes until when a source must not be asked.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn set_quota(&self, source: &str, until: DateTime<Utc>) -> Result<()> {
        self.ledger.set_quota(source, until)
    }

    /// Writes the state of a run into the ledger: once when it begins, again when it ends, told
    /// apart by kind, key and start.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn record_run(&self, run: &RunRecord) -> Result<()> {
        self.ledger.record_run(run)
    }

    /// Remembers a run of the schedule with its messages and results: all of it, or nothing.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn complete_run(&mut self, completion: &RunCompletion) -> Result<()> {
        self.ledger.complete_run(completion)
    }

    /// Notes that messages were delivered, each by its rule and key.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    pub fn mark_sent(&mut self, sent: &[(String, String)]) -> Result<()> {
        self.ledger.mark_sent(sent)
    }

    fn folder(&self, kind: Kind, source: &str, symbol: &Symbol) -> PathBuf {
        series_folder(&self.root, kind, source, symbol)
    }

    /// Brings a table to disk: what it changes first, so that no old value is lost.
    fn commit(
        &mut self,
        folder: &Path,
        delivery: &Delivery,
        before: Option<Manifest>,
        (table, changes): (&Table, &[Change]),
        noted: &dyn Fn(&Manifest) -> Option<FetchRecord>,
    ) -> Result<Manifest> {
        let (source, symbol) = (&delivery.source, &delivery.symbol);
        let bytes = table.to_parquet(symbol)?;
        let generation = match &before {
            Some(manifest) => manifest.generation + 1,
            None => self.ledger.next_generation(source, symbol)?,
        };
        let manifest = manifest(delivery, generation, table, &bytes)?;
        make_folder(folder)?;
        let at = (source.as_str(), symbol, generation);
        self.ledger
            .record_changes(at, changes, delivery.fetched_at)?;
        commit::write_data(folder, &manifest, &bytes)?;
        if let Some(fetch) = noted(&manifest) {
            self.ledger.record_fetch(&fetch)?;
        }
        commit::write_manifest(folder, &manifest)?;
        commit::sweep(folder, Some(&manifest))?;
        Ok(manifest)
    }

    /// The figures stay; what the next conditional request needs may be new.
    fn confirm(&self, folder: &Path, delivery: &Delivery, before: Manifest) -> Result<Manifest> {
        let manifest = Manifest {
            etag: delivery.etag.clone(),
            last_modified: delivery.last_modified.clone(),
            ..before.clone()
        };
        if manifest != before {
            commit::write_manifest(folder, &manifest)?;
        }
        Ok(manifest)
    }
}

/// What is there of a series; damaged figures are as good as none, but not those of a newer
/// version of the program.
fn current(folder: &Path) -> Result<Option<(Manifest, Table)>> {
    let newer = std::fs::read(folder.join(commit::MANIFEST))
        .is_ok_and(|bytes| newer_version(&bytes).is_some());
    match read_series(folder) {
        Err(error) if newer => Err(error),
        Ok(Some((manifest, bytes))) => {
            let table = Table::from_parquet(&bytes, &manifest);
            Ok(table.ok().map(|table| (manifest, table)))
        }
        Ok(None) | Err(Error::Input(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn manifest(delivery: &Delivery, generation: u64, table: &Table, bytes: &[u8]) -> Result<Manifest> {
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

#[cfg(test)]
mod tests;
