//! Whether a store is sound: every manifest, every data file and the ledger.
//!
//! Sums are compared before anything is decoded: a damaged Parquet page can end the program.

use super::commit::MANIFEST;
use super::figures::Table;
use super::ledger::{Ledger, NotedSeries};
use super::manifest::Manifest;
use super::reader::{Store, read_manifest, read_series, series_folder};
use crate::error::{Error, InputError, Result};
use serde::Serialize;
use std::path::Path;

/// What is lost with a ledger.
const NO_LEDGER: &str = "the ledger is gone, and with it the old values of figures that changed; put it back \
     from a copy, or fetch: a new one is begun, and the stored figures stay";

/// What an examination found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verification {
    /// Whether nothing is wrong.
    pub ok: bool,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// Something wrong in a store.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    /// The file, relative to the store.
    pub file: String,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl Store {
    /// Examines everything. What a killed run left behind is no problem: the next writer removes
    /// it.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn verify(&self) -> Result<Verification> {
        let mut problems = Vec::new();
        let mut n_series = 0;
        for folder in self.series_folders()? {
            n_series += usize::from(folder.join(MANIFEST).exists());
            if let Err(error) = self.verify_series(&folder) {
                problems.push(Problem {
                    file: self.relative(&folder.join(MANIFEST)),
                    problem: error.to_string(),
                });
            }
        }
        let ledger = Ledger::read(self.root());
        if let Ok(Some(ledger)) = &ledger {
            problems.extend(self.lost_series(ledger));
        }
        let sound = ledger.and_then(|ledger| match ledger {
            Some(ledger) => ledger.integrity(),
            // A writer begins it before it stores anything.
            None if n_series > 0 => Ok(vec![NO_LEDGER.to_owned()]),
            None => Ok(Vec::new()),
        });
        let found = sound.unwrap_or_else(|error| vec![error.to_string()]);
        problems.extend(found.into_iter().map(|problem| Problem {
            file: "ledger.sqlite".to_owned(),
            problem,
        }));
        Ok(Verification {
            ok: problems.is_empty(),
            problems,
        })
    }

    /// Series that the ledger knows to be stored and that are not there, or older than it knows. A
    /// ledger that cannot tell has a fault of its own, which is found elsewhere.
    fn lost_series(&self, ledger: &Ledger) -> Vec<Problem> {
        let lost = |series: NotedSeries| {
            let NotedSeries {
                kind,
                source,
                symbol,
                ..
            } = &series;
            let folder = series_folder(self.root(), *kind, source, symbol);
            // One that cannot be read is a problem already.
            let manifest = read_manifest(&folder).ok()?;
            let problem = match manifest {
                None => "it was stored, and is gone".to_owned(),
                Some(found) if found.generation < series.generation => format!(
                    "it is older than what was stored last (generation {}, after which came {})",
                    found.generation, series.generation
                ),
                Some(_) => return None,
            };
            Some(Problem {
                file: self.relative(&folder.join(MANIFEST)),
                problem: format!("{problem}: fetch {symbol} from {source} again"),
            })
        };
        let known = ledger.series().unwrap_or_default();
        known.into_iter().filter_map(lost).collect()
    }

    fn verify_series(&self, folder: &Path) -> Result<()> {
        let Some((manifest, bytes)) = read_series(folder)? else {
            return Ok(());
        };
        let table = Table::from_parquet(&bytes, &manifest)?;
        let sessions = &table.sessions;
        let span = (sessions.first().copied(), sessions.last().copied());
        if sessions.len() != manifest.rows
            || span != (Some(manifest.first), Some(manifest.last))
            || !sessions.is_sorted_by(|a, b| a < b)
        {
            return Err(fault(
                "rows or sessions are not those of the manifest",
                &manifest,
            ));
        }
        Ok(())
    }
}

fn fault(problem: &str, manifest: &Manifest) -> Error {
    let cure = format!("fetch {} from {} again", manifest.symbol, manifest.source);
    InputError::new(problem, cure).into()
}

#[cfg(test)]
mod tests;
