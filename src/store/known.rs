//! What is there of a series: what the next request needs, and the figures that the next delivery
//! meets.
//!
//! The sum of the data file is compared and nothing is decoded, for every fetch asks this of every
//! symbol.

use super::Known;
use super::commit::MANIFEST;
use super::figures::Table;
use super::manifest::{Kind, Manifest, newer_version};
use super::reader::{Store, read_series, series_folder};
use crate::error::{Error, Result};
use crate::instrument::Symbol;
use chrono::NaiveDate;
use std::path::Path;

/// How many sessions a further request shares with what is there.
const OVERLAP: usize = 10;

impl Store {
    /// What the store holds of a symbol's prices from a source. Damaged figures count as none, so
    /// that all of them are asked for again.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn known(&self, source: &str, symbol: &Symbol) -> Result<Option<Known>> {
        known(&series_folder(self.root(), Kind::Prices, source, symbol))
    }

    /// The same for a set of factors.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn known_factors(&self, source: &str, name: &Symbol) -> Result<Option<Known>> {
        known(&series_folder(self.root(), Kind::Factors, source, name))
    }
}

fn known(folder: &Path) -> Result<Option<Known>> {
    let Some((manifest, bytes)) = sound(folder)? else {
        return Ok(None);
    };
    let overlap_from = match manifest.overlap_from {
        Some(from) => from,
        // A manifest of form 1 does not say.
        None => match Table::from_parquet(&bytes, &manifest) {
            Ok(table) => overlap_from(&table.sessions).unwrap_or(manifest.first),
            Err(_) => return Ok(None),
        },
    };
    Ok(Some(Known {
        first: manifest.first,
        last: manifest.last,
        overlap_from,
        etag: manifest.etag,
        last_modified: manifest.last_modified,
        basis: manifest.adjustment_basis,
    }))
}

/// Where the sessions begin that a further request asks for again.
pub(super) fn overlap_from(sessions: &[NaiveDate]) -> Option<NaiveDate> {
    sessions
        .get(sessions.len().saturating_sub(OVERLAP))
        .copied()
}

/// What is there of a series, decoded.
pub(super) fn current(folder: &Path) -> Result<Option<(Manifest, Table)>> {
    let found = sound(folder)?;
    Ok(found.and_then(|(manifest, bytes)| {
        let table = Table::from_parquet(&bytes, &manifest);
        table.ok().map(|table| (manifest, table))
    }))
}

/// Manifest and bytes of a series; damaged figures are as good as none, but not those of a newer
/// version of the program.
fn sound(folder: &Path) -> Result<Option<(Manifest, Vec<u8>)>> {
    match read_series(folder) {
        Err(Error::Input(error)) => {
            let manifest = std::fs::read(folder.join(MANIFEST)).unwrap_or_default();
            match newer_version(&manifest) {
                Some(_) => Err(Error::Input(error)),
                None => Ok(None),
            }
        }
        other => other,
    }
}
