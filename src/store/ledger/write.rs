//! Rows of the ledger, each written with its seal.

use super::{instant, seal};
use crate::instrument::Symbol;
use crate::store::merge::Change;
use crate::store::record::FetchRecord;
use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, params};

/// The figures that a new generation of a series changes.
pub struct SeriesChanges<'a> {
    pub source: &'a str,
    pub symbol: &'a Symbol,
    pub generation: u64,
    pub seen_at: DateTime<Utc>,
    pub changes: &'a [Change],
}

pub(super) fn write_changes(step: &Connection, series: &SeriesChanges<'_>) -> rusqlite::Result<()> {
    let generation = i64::try_from(series.generation).unwrap_or(i64::MAX);
    let seen_at = instant(series.seen_at);
    step.execute(
        "DELETE FROM revisions WHERE source = ?1 AND symbol = ?2 AND generation >= ?3",
        params![series.source, series.symbol.as_str(), generation],
    )?;
    for change in series.changes {
        let row = vec![
            series.source.to_owned().into(),
            series.symbol.to_string().into(),
            generation.into(),
            change.session.to_string().into(),
            change.field.clone().into(),
            change.old.into(),
            change.new.into(),
            seen_at.clone().into(),
        ];
        write(step, "INSERT", "revisions", row)?;
    }
    Ok(())
}

pub(super) fn write_fetch(step: &Connection, fetch: &FetchRecord) -> rusqlite::Result<()> {
    let row = vec![
        fetch.source.clone().into(),
        fetch.symbol.to_string().into(),
        fetch.asked_from.map(|d| d.to_string()).into(),
        fetch.asked_to.map(|d| d.to_string()).into(),
        instant(fetch.at).into(),
        fetch.outcome.clone().into(),
        fetch.class.clone().into(),
        fetch.message.clone().into(),
        fetch.rows.and_then(|n| i64::try_from(n).ok()).into(),
    ];
    write(step, "INSERT OR REPLACE", "fetches", row)
}

/// Writes a row with its seal, as `INSERT` or another way to.
pub(super) fn write(
    step: &Connection,
    verb: &str,
    table: &str,
    row: Vec<Value>,
) -> rusqlite::Result<()> {
    let mut cells: Vec<Value> = row.into_iter().map(seal::as_stored).collect();
    cells.push(seal::seal(table, &cells).into());
    let marks = vec!["?"; cells.len()].join(", ");
    let mut insert = step.prepare(&format!("{verb} INTO {table} VALUES ({marks})"))?;
    insert.execute(rusqlite::params_from_iter(cells)).map(drop)
}
