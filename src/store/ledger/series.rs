//! Which series are stored: written after their manifests are, so that a manifest that a person or
//! a disk has lost is told from one that a killed run never wrote.

use super::write::write;
use super::{Ledger, MIGRATIONS, symbol_at};
use crate::error::Result;
use crate::instrument::Symbol;
use crate::store::manifest::{Kind, Manifest};
use crate::store::reader::kind_folder;

/// The version of the ledger from which on series are noted.
const SINCE: usize = 4;
const _: () = assert!(SINCE <= MIGRATIONS.len());

/// A series as the ledger knows it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) struct NotedSeries {
    pub kind: Kind,
    pub source: String,
    pub symbol: Symbol,
    pub generation: u64,
}

impl Ledger {
    /// Every series that was stored; none where the ledger is of a version before they were noted.
    pub(in crate::store) fn series(&self) -> Result<Vec<NotedSeries>> {
        if self.version()? < SINCE {
            return Ok(Vec::new());
        }
        self.rows(
            "SELECT kind, source, symbol, generation FROM series ORDER BY kind, source, symbol",
            [],
            |row| {
                let kind: String = row.get(0)?;
                Ok(NotedSeries {
                    kind: match kind.as_str() {
                        "factors" => Kind::Factors,
                        _ => Kind::Prices,
                    },
                    source: row.get(1)?,
                    symbol: symbol_at(row, 2)?,
                    generation: u64::try_from(row.get::<_, i64>(3)?).unwrap_or(0),
                })
            },
        )
    }

    /// Notes the series of these manifests; what is noted already is not written again.
    pub(in crate::store) fn note_series(&mut self, manifests: &[&Manifest]) -> Result<()> {
        let known = self.series()?;
        let noted = |m: &Manifest| {
            let same =
                |s: &&NotedSeries| s.kind == m.kind && s.source == m.source && s.symbol == m.symbol;
            known
                .iter()
                .find(same)
                .is_some_and(|s| s.generation == m.generation)
        };
        let new: Vec<&Manifest> = manifests.iter().copied().filter(|m| !noted(m)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let written = self.connection.transaction().and_then(|step| {
            for manifest in new {
                let row = vec![
                    kind_folder(manifest.kind).to_owned().into(),
                    manifest.source.clone().into(),
                    manifest.symbol.to_string().into(),
                    i64::try_from(manifest.generation)
                        .unwrap_or(i64::MAX)
                        .into(),
                ];
                write(&step, "INSERT OR REPLACE", "series", row)?;
            }
            step.commit()
        });
        self.of(written)
    }
}
