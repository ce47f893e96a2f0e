//! Reading: what the store holds, and its figures. A reader never waits for a writer.

use super::commit::MANIFEST;
use super::encode::encode;
use super::figures::{factor_unit, provenance};
use super::ledger::{BaselineRow, Ledger};
use super::manifest::{Kind, Manifest};
use super::record::{FetchRecord, Revision, RunRecord};
use crate::error::{Error, InputError, Result};
use crate::input::factors::FactorFrame;
use crate::instrument::Symbol;
use crate::prices::PriceFrame;
use crate::prices::bars::sha256;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A store that is read. A folder that is not there is an empty store, and stays absent.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

/// Stored prices of one instrument.
#[derive(Debug, Clone)]
pub struct Series {
    /// The prices; the provenance names the store's path as `store:SOURCE/SYMBOL`.
    pub frame: PriceFrame,
    /// Where they come from.
    pub manifest: Manifest,
}

/// Stored factors.
#[derive(Debug, Clone)]
pub struct FactorSeries {
    /// The factors, as fractions.
    pub frame: FactorFrame,
    /// Where they come from.
    pub manifest: Manifest,
}

/// Everything in a store.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// What can be read, by kind, source and symbol.
    pub manifests: Vec<Manifest>,
    /// What cannot.
    pub broken: Vec<Broken>,
}

/// A part of the store that cannot be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// The file, relative to the store.
    pub path: String,
    /// What is wrong.
    pub error: Error,
}

impl Store {
    /// A store to read.
    ///
    /// # Errors
    /// A path that is there and no folder.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self> {
        let root = root.into();
        if root.exists() && !root.is_dir() {
            return Err(
                InputError::new("the store is no folder", "name another with --store")
                    .in_file(root.display().to_string())
                    .into(),
            );
        }
        Ok(Self { root })
    }

    /// The store's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All manifests; broken ones do not hide the others.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn list(&self) -> Result<Listing> {
        let mut listing = Listing::default();
        for folder in self.series_folders()? {
            match read_manifest(&folder) {
                Ok(Some(manifest)) => listing.manifests.push(manifest),
                Ok(None) => {}
                Err(error) => listing.broken.push(Broken {
                    path: self.relative(&folder.join(MANIFEST)),
                    error,
                }),
            }
        }
        listing
            .manifests
            .sort_by(|a, b| (a.kind, &a.source, &a.symbol).cmp(&(b.kind, &b.source, &b.symbol)));
        Ok(listing)
    }

    /// The prices of a symbol from any source, by source; broken ones are left out.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn find(&self, symbol: &Symbol) -> Result<Vec<Manifest>> {
        let mut found = Vec::new();
        for source in folders(&self.root.join(kind_folder(Kind::Prices)))? {
            let manifest = read_manifest(&source.join(encode(symbol.as_str())));
            found.extend(manifest.ok().flatten());
        }
        found.sort_by(|a, b| a.source.cmp(&b.source));
        Ok(found)
    }

    /// The prices of a symbol from a source; `None` where there are none.
    ///
    /// # Errors
    /// Figures that are damaged: their sum is compared before they are decoded.
    pub fn read(&self, source: &str, symbol: &Symbol) -> Result<Option<Series>> {
        let found = self.bytes(Kind::Prices, source, symbol)?;
        let series = |(manifest, bytes): (Manifest, Vec<u8>)| {
            let frame = PriceFrame::from_parquet(&bytes, provenance(&manifest))?;
            Ok(Series { frame, manifest })
        };
        found.map(series).transpose()
    }

    /// A set of factors from a source; `None` where there is none.
    ///
    /// # Errors
    /// Figures that are damaged.
    pub fn read_factors(&self, source: &str, name: &Symbol) -> Result<Option<FactorSeries>> {
        let found = self.bytes(Kind::Factors, source, name)?;
        let series = |(manifest, bytes): (Manifest, Vec<u8>)| {
            let (unit, note) = factor_unit(&manifest);
            let frame = FactorFrame::from_parquet(&bytes, unit, &note)?;
            Ok(FactorSeries { frame, manifest })
        };
        found.map(series).transpose()
    }

    /// What later deliveries changed, oldest first; of one symbol, or of all.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub fn revisions(&self, symbol: Option<&Symbol>) -> Result<Vec<Revision>> {
        let Some(ledger) = Ledger::read(&self.root)? else {
            return Ok(Vec::new());
        };
        let mut revisions = ledger.revisions(symbol)?;
        // What a killed run announced and did not do is no change.
        let manifests = self.list()?.manifests;
        revisions.retain(|revision| {
            let mut series = manifests.iter();
            let series =
                series.find(|m| m.source == revision.source && m.symbol == revision.symbol);
            series.is_none_or(|m| revision.generation <= m.generation)
        });
        Ok(revisions)
    }

    /// The attempts to fetch a symbol from a source, oldest first.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub fn fetches(&self, source: &str, symbol: &Symbol) -> Result<Vec<FetchRecord>> {
        let ledger = Ledger::read(&self.root)?;
        ledger.map_or_else(|| Ok(Vec::new()), |l| l.fetches(source, symbol))
    }

    /// The runs of a kind, oldest first.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub fn runs(&self, kind: &str) -> Result<Vec<RunRecord>> {
        let ledger = Ledger::read(&self.root)?;
        ledger.map_or_else(|| Ok(Vec::new()), |l| l.runs(kind))
    }

    /// Bodies of the schedule's messages, oldest first: of one rule, or of all; those that were not
    /// delivered yet, or all.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub fn outbox(&self, rule: Option<&str>, unsent_only: bool) -> Result<Vec<String>> {
        let ledger = Ledger::read(&self.root)?;
        ledger.map_or_else(|| Ok(Vec::new()), |l| l.outbox(rule, unsent_only))
    }

    /// The last result of a scheduled study.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub fn baseline(&self, study: &str) -> Result<Option<BaselineRow>> {
        let ledger = Ledger::read(&self.root)?;
        ledger.map_or(Ok(None), |l| l.baseline(study))
    }

    /// A series' manifest and the bytes of its data file, whose sum is right.
    pub(super) fn bytes(
        &self,
        kind: Kind,
        source: &str,
        symbol: &Symbol,
    ) -> Result<Option<(Manifest, Vec<u8>)>> {
        read_series(&series_folder(&self.root, kind, source, symbol))
    }

    /// The folders of all series.
    pub(super) fn series_folders(&self) -> Result<Vec<PathBuf>> {
        let mut all = Vec::new();
        for kind in [Kind::Prices, Kind::Factors] {
            for source in folders(&self.root.join(kind_folder(kind)))? {
                all.extend(folders(&source)?);
            }
        }
        Ok(all)
    }

    /// A path as it is said to people.
    pub(super) fn relative(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        below.display().to_string()
    }
}

/// Of several sources the one asked for, else the one whose prices reach furthest; of equals the
/// first by name.
pub fn preferred(mut found: Vec<Manifest>, source: Option<&str>) -> Option<Manifest> {
    found.retain(|m| source.is_none_or(|source| m.source == source));
    by_reach(found).into_iter().next()
}

/// Series of a symbol, the one that reaches furthest first; of equals the first by name.
pub fn by_reach(mut found: Vec<Manifest>) -> Vec<Manifest> {
    found.sort_by(|a, b| b.last.cmp(&a.last).then_with(|| a.source.cmp(&b.source)));
    found
}

/// The folder of a series.
pub(super) fn series_folder(root: &Path, kind: Kind, source: &str, symbol: &Symbol) -> PathBuf {
    root.join(series_path(kind, source, symbol))
}

fn series_path(kind: Kind, source: &str, symbol: &Symbol) -> PathBuf {
    Path::new(kind_folder(kind))
        .join(encode(source))
        .join(encode(symbol.as_str()))
}

pub(super) fn kind_folder(kind: Kind) -> &'static str {
    match kind {
        Kind::Prices => "prices",
        Kind::Factors => "factors",
    }
}

/// The manifest in the folder of a series; `None` where there is none.
pub(super) fn read_manifest(folder: &Path) -> Result<Option<Manifest>> {
    let path = folder.join(MANIFEST);
    match std::fs::read(&path) {
        Ok(bytes) => {
            let manifest = Manifest::from_bytes(&bytes, &path.display().to_string())?;
            // A folder that was copied or renamed must not give one symbol's figures for another's.
            match folder.ends_with(series_path(
                manifest.kind,
                &manifest.source,
                &manifest.symbol,
            )) {
                true => Ok(Some(manifest)),
                false => Err(not_its_own(&path, &manifest)),
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(&path, &error)),
    }
}

/// The manifest and the data of a series; both are of one moment.
pub(super) fn read_series(folder: &Path) -> Result<Option<(Manifest, Vec<u8>)>> {
    let mut missed: Option<Manifest> = None;
    loop {
        let Some(manifest) = read_manifest(folder)? else {
            return Ok(None);
        };
        let path = folder.join(&manifest.data_file);
        match std::fs::read(&path) {
            Ok(bytes) if sha256(&bytes) == manifest.sha256 => {
                return Ok(Some((manifest, bytes)));
            }
            Ok(_) => {
                return Err(damaged(
                    &path,
                    "does not have the sum that its manifest names",
                ));
            }
            // A writer has replaced it since the manifest was read: look again. A manifest that
            // still names it names a file that is lost.
            Err(error)
                if error.kind() == ErrorKind::NotFound && missed.as_ref() != Some(&manifest) =>
            {
                missed = Some(manifest);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(damaged(&path, "is lost"));
            }
            Err(error) => return Err(Error::io(&path, &error)),
        }
    }
}

fn damaged(path: &Path, problem: &str) -> Error {
    InputError::new(
        format!("the data file {problem}"),
        "fetch the figures again: a damaged series is replaced",
    )
    .in_file(path.display().to_string())
    .into()
}

fn not_its_own(path: &Path, manifest: &Manifest) -> Error {
    let (symbol, source) = (&manifest.symbol, &manifest.source);
    InputError::new(
        format!("the manifest is that of another series, {symbol} from {source}"),
        "fetch the figures that belong here again: a damaged series is replaced",
    )
    .in_file(path.display().to_string())
    .into()
}

/// The folders in a folder, sorted; none where it is absent.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let io = |e: std::io::Error| Error::io(folder, &e);
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(io)?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
