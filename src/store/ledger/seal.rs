//! Seals of rows: a bit that flips inside a cell leaves a table whose structure is sound, so that
//! every row holds the sum of its own cells.

use crate::prices::bars::sha256;
use rusqlite::Connection;
use rusqlite::types::Value;

/// The version of the ledger from which on rows have seals.
pub(super) const SINCE: usize = 3;

/// The tables; the seal is the last column of each.
const TABLES: [&str; 7] = [
    "fetches",
    "revisions",
    "quotas",
    "runs",
    "outbox",
    "baselines",
    "series",
];

/// Those that a version of the ledger has.
fn tables_of(version: usize) -> &'static [&'static str] {
    match version {
        ..4 => &TABLES[..6],
        _ => &TABLES,
    }
}

/// The sum of a row's cells, and of the table that they are in.
pub(super) fn seal(table: &str, cells: &[Value]) -> String {
    let mut bytes = Vec::new();
    let mut add = |kind: u8, cell: &[u8]| {
        bytes.push(kind);
        bytes.extend_from_slice(&(cell.len() as u64).to_le_bytes());
        bytes.extend_from_slice(cell);
    };
    add(b'#', table.as_bytes());
    for cell in cells {
        match cell {
            Value::Null => add(b'n', &[]),
            Value::Integer(n) => add(b'i', &n.to_le_bytes()),
            Value::Real(x) => add(b'r', &x.to_bits().to_le_bytes()),
            Value::Text(text) => add(b't', text.as_bytes()),
            Value::Blob(blob) => add(b'b', blob),
        }
    }
    let mut sum = sha256(&bytes);
    sum.truncate(16);
    sum
}

/// A cell as it is read back: numbers that SQLite stores otherwise are written so.
pub(super) fn as_stored(cell: Value) -> Value {
    match cell {
        Value::Real(x) if x.is_nan() => Value::Null,
        // There is no negative zero in a table.
        Value::Real(0.0) => Value::Real(0.0),
        other => other,
    }
}

/// Gives every row a seal that has none yet.
pub(super) fn seal_all(step: &Connection) -> rusqlite::Result<()> {
    for table in tables_of(SINCE) {
        let rows = rows(step, table)?;
        step.execute(&format!("DELETE FROM {table}"), [])?;
        for mut row in rows {
            row.pop();
            super::write(step, "INSERT", table, row)?;
        }
    }
    Ok(())
}

/// What is wrong with rows, by table.
pub(super) fn broken(connection: &Connection, version: usize) -> rusqlite::Result<Vec<String>> {
    let mut found = Vec::new();
    for table in tables_of(version) {
        let rows = rows(connection, table)?;
        let is_broken = |row: &&Vec<Value>| {
            let (last, cells) = row.split_last().unwrap_or((&Value::Null, &[]));
            *last != Value::Text(seal(table, cells))
        };
        let n = rows.iter().filter(is_broken).count();
        if n > 0 {
            let of = rows.len();
            found.push(format!(
                "{n} of {of} rows of {table} do not match their seals; the stored figures stand on \
                 their own: move the ledger away, and a new one is begun"
            ));
        }
    }
    Ok(found)
}

/// The definitions of all tables and indices.
pub(super) fn tables(connection: &Connection) -> rusqlite::Result<Vec<Vec<Value>>> {
    let query = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name";
    cells(connection, query)
}

fn rows(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Vec<Value>>> {
    cells(connection, &format!("SELECT * FROM {table}"))
}

fn cells(connection: &Connection, query: &str) -> rusqlite::Result<Vec<Vec<Value>>> {
    let mut statement = connection.prepare(query)?;
    let n = statement.column_count();
    let rows = statement.query_map([], |row| (0..n).map(|column| row.get(column)).collect())?;
    rows.collect()
}
