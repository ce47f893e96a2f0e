//! What was asked for and what came of it, in one SQLite file beside the figures: fetches, the
//! old values of figures that changed, quotas, and runs of the schedule.
//!
//! Every write is idempotent: repeated, it changes nothing. No clock is read here.

mod alone;
mod schedule;
mod seal;
mod series;
mod write;

pub use schedule::{BaselineRow, OutboxRow, RunCompletion};

use super::record::{FetchRecord, Revision, RunRecord};
pub(super) use series::NotedSeries;
pub(super) use write::SeriesChanges;
use write::{write, write_changes, write_fetch};

use crate::error::{Error, InputError, Result};
use crate::instrument::Symbol;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The statements that bring a ledger from each version to the next; `user_version` counts them.
const MIGRATIONS: [&str; 4] = [
    "
    CREATE TABLE fetches (
        source TEXT NOT NULL, symbol TEXT NOT NULL, asked_from TEXT, asked_to TEXT,
        at TEXT NOT NULL, outcome TEXT NOT NULL, class TEXT, message TEXT, rows INTEGER,
        PRIMARY KEY (source, symbol, at)
    ) STRICT;
    CREATE TABLE revisions (
        source TEXT NOT NULL, symbol TEXT NOT NULL, generation INTEGER NOT NULL,
        session TEXT NOT NULL, field TEXT NOT NULL, old REAL, new REAL, seen_at TEXT NOT NULL,
        PRIMARY KEY (source, symbol, generation, session, field)
    ) STRICT;
    CREATE TABLE quotas (source TEXT PRIMARY KEY, until TEXT NOT NULL) STRICT;
    CREATE TABLE runs (
        kind TEXT NOT NULL, key TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT,
        outcome TEXT, detail TEXT,
        PRIMARY KEY (kind, key, started_at)
    ) STRICT;
",
    "
    CREATE TABLE outbox (
        rule TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL,
        sent INTEGER NOT NULL,
        PRIMARY KEY (rule, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE baselines (
        study TEXT PRIMARY KEY, session TEXT NOT NULL, snapshot TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
",
    // Rows that are there are sealed after this; see `seal`.
    "
    ALTER TABLE fetches ADD COLUMN seal TEXT;
    ALTER TABLE revisions ADD COLUMN seal TEXT;
    ALTER TABLE quotas ADD COLUMN seal TEXT;
    ALTER TABLE runs ADD COLUMN seal TEXT;
    ALTER TABLE outbox ADD COLUMN seal TEXT;
    ALTER TABLE baselines ADD COLUMN seal TEXT;
",
    // The series that are stored, so that a lost one is missed.
    "
    CREATE TABLE series (
        kind TEXT NOT NULL, source TEXT NOT NULL, symbol TEXT NOT NULL,
        generation INTEGER NOT NULL, seal TEXT,
        PRIMARY KEY (kind, source, symbol)
    ) STRICT;
",
];

/// How long a statement waits for another connection's, such as that of a reader at its end.
const BUSY: Duration = Duration::from_secs(5);

/// The open ledger.
#[derive(Debug)]
pub(super) struct Ledger {
    connection: Connection,
    path: PathBuf,
}

impl Ledger {
    /// Opens the ledger to write, and makes or migrates it.
    ///
    /// # Errors
    /// A file that is no ledger, or one of a newer version.
    pub fn open(root: &Path) -> Result<Self> {
        let path = root.join("ledger.sqlite");
        let connection = Connection::open(&path).map_err(|e| fault(&path, &e))?;
        let mut ledger = Self { connection, path };
        ledger.set_up(|c| {
            c.pragma_update(None, "journal_mode", "wal")?;
            // The old value of a revision must not be lost to a power cut after its figures moved.
            c.pragma_update(None, "synchronous", "full")
        })?;
        ledger.migrate()?;
        Ok(ledger)
    }

    /// Opens the ledger to read; `None` where there is none.
    ///
    /// # Errors
    /// A file that is no ledger, or one of a newer version.
    pub fn read(root: &Path) -> Result<Option<Self>> {
        let path = root.join("ledger.sqlite");
        if !path.is_file() {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).map_err(|e| fault(&path, &e))?;
        let mut ledger = Self { connection, path };
        ledger.set_up(|_| Ok(()))?;
        if let Err(error) = alone::probe(&ledger.connection) {
            ledger.connection =
                alone::reopen(&ledger.path, flags, error).map_err(|e| fault(&ledger.path, &e))?;
        }
        // A ledger that was killed while it was made has no tables yet.
        Ok((ledger.version()? > 0).then_some(ledger))
    }

    fn set_up(&self, more: impl Fn(&Connection) -> rusqlite::Result<()>) -> Result<()> {
        let set = self.connection.busy_timeout(BUSY);
        self.of(set.and_then(|()| more(&self.connection)))
    }

    fn of<T>(&self, result: rusqlite::Result<T>) -> Result<T> {
        result.map_err(|e| fault(&self.path, &e))
    }

    /// The version of the tables.
    fn version(&self) -> Result<usize> {
        let version: i64 =
            self.of(self
                .connection
                .pragma_query_value(None, "user_version", |row| row.get(0)))?;
        let known = MIGRATIONS.len();
        usize::try_from(version)
            .ok()
            .filter(|v| *v <= known)
            .ok_or_else(|| {
                InputError::new(
                    format!("the ledger has version {version}, and this program knows {known}"),
                    "use the newer version of the program that wrote it, or another --store",
                )
                .in_file(self.path.display().to_string())
                .into()
            })
    }

    fn migrate(&mut self) -> Result<()> {
        let from = self.version()?;
        for (done, statements) in MIGRATIONS.iter().enumerate().skip(from) {
            let migrated = self.connection.transaction().and_then(|step| {
                step.execute_batch(statements)?;
                if done == seal::SINCE - 1 {
                    seal::seal_all(&step)?;
                }
                step.pragma_update(None, "user_version", done as i64 + 1)?;
                step.commit()
            });
            migrated.map_err(|e| fault(&self.path, &e))?;
        }
        Ok(())
    }

    /// What is wrong with the file: its structure, its tables, or a row that does not match its
    /// seal; empty where it is sound.
    pub fn integrity(&self) -> Result<Vec<String>> {
        let found = self
            .rows("PRAGMA integrity_check", [], |row| row.get::<_, String>(0))?
            .into_iter()
            .filter(|line| line != "ok");
        let mut found: Vec<String> = found.collect();
        let version = self.version()?;
        let own = self.of(seal::tables(&self.connection))?;
        let expected = self.of(Self::fresh(version).and_then(|fresh| seal::tables(&fresh)))?;
        if own != expected {
            found.push(format!("its tables are not those of version {version}"));
        } else if version >= seal::SINCE {
            found.extend(self.of(seal::broken(&self.connection, version))?);
        }
        Ok(found)
    }

    /// A ledger in memory that has come to a version as those on disk have.
    fn fresh(version: usize) -> rusqlite::Result<Connection> {
        let fresh = Connection::open_in_memory()?;
        let mut steps = MIGRATIONS.iter().take(version);
        steps.try_for_each(|step| fresh.execute_batch(step))?;
        Ok(fresh)
    }

    /// Records what new generations of series change, before it takes effect, and attempts: all of
    /// it, or nothing. Records of a generation that never did take effect, because its run was
    /// killed, are replaced.
    pub fn record_group(
        &mut self,
        changes: &[SeriesChanges<'_>],
        fetches: &[&FetchRecord],
    ) -> Result<()> {
        let written = self.connection.transaction().and_then(|step| {
            for series in changes {
                write_changes(&step, series)?;
            }
            for fetch in fetches {
                write_fetch(&step, fetch)?;
            }
            step.commit()
        });
        self.of(written)
    }

    /// The attempts for a symbol of a source, oldest first.
    pub fn fetches(&self, source: &str, symbol: &Symbol) -> Result<Vec<FetchRecord>> {
        self.rows(
            "SELECT * FROM fetches WHERE source = ?1 AND symbol = ?2 ORDER BY at",
            params![source, symbol.as_str()],
            |row| {
                Ok(FetchRecord {
                    source: row.get(0)?,
                    symbol: symbol_at(row, 1)?,
                    asked_from: date_at(row, 2)?,
                    asked_to: date_at(row, 3)?,
                    at: instant_at(row, 4)?,
                    outcome: row.get(5)?,
                    class: row.get(6)?,
                    message: row.get(7)?,
                    rows: row
                        .get::<_, Option<i64>>(8)?
                        .and_then(|n| u64::try_from(n).ok()),
                })
            },
        )
    }

    /// The generation after all that the ledger knows of a series.
    pub fn next_generation(&self, source: &str, symbol: &Symbol) -> Result<u64> {
        let last: Option<i64> = self.of(self.connection.query_row(
            "SELECT max(generation) FROM revisions WHERE source = ?1 AND symbol = ?2",
            params![source, symbol.as_str()],
            |row| row.get(0),
        ))?;
        Ok(last.and_then(|n| u64::try_from(n).ok()).unwrap_or(0) + 1)
    }

    /// Every recorded change, oldest first; of one symbol, or of all.
    pub fn revisions(&self, symbol: Option<&Symbol>) -> Result<Vec<Revision>> {
        self.rows(
            "SELECT * FROM revisions WHERE ?1 IS NULL OR symbol = ?1
             ORDER BY seen_at, source, symbol, generation, session, field",
            params![symbol.map(Symbol::as_str)],
            |row| {
                Ok(Revision {
                    source: row.get(0)?,
                    symbol: symbol_at(row, 1)?,
                    generation: u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0),
                    session: parsed_at(row, 3)?,
                    field: row.get(4)?,
                    old: row.get(5)?,
                    new: row.get(6)?,
                    seen_at: instant_at(row, 7)?,
                })
            },
        )
    }

    pub fn quota(&self, source: &str) -> Result<Option<DateTime<Utc>>> {
        let found = self.connection.query_row(
            "SELECT until FROM quotas WHERE source = ?1",
            [source],
            |row| instant_at(row, 0),
        );
        self.of(found.optional())
    }

    pub fn set_quota(&self, source: &str, until: DateTime<Utc>) -> Result<()> {
        let row = vec![source.to_owned().into(), instant(until).into()];
        self.of(write(&self.connection, "INSERT OR REPLACE", "quotas", row))
    }

    pub fn record_run(&self, run: &RunRecord) -> Result<()> {
        self.of(schedule::write_run(&self.connection, run))
    }

    /// The runs of a kind, oldest first.
    pub fn runs(&self, kind: &str) -> Result<Vec<RunRecord>> {
        self.rows(
            "SELECT * FROM runs WHERE kind = ?1 ORDER BY started_at, key",
            [kind],
            |row| {
                Ok(RunRecord {
                    kind: row.get(0)?,
                    key: row.get(1)?,
                    started_at: instant_at(row, 2)?,
                    ended_at: row
                        .get::<_, Option<String>>(3)?
                        .map(|text| parsed(3, &text))
                        .transpose()?,
                    outcome: row.get(4)?,
                    detail: row.get(5)?,
                })
            },
        )
    }

    fn rows<T>(
        &self,
        query: &str,
        params: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let rows = self
            .connection
            .prepare(query)
            .and_then(|mut s| s.query_map(params, read)?.collect());
        self.of(rows)
    }
}

/// Seconds in UTC, so that text sorts as time does.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn instant_at(row: &Row<'_>, column: usize) -> rusqlite::Result<DateTime<Utc>> {
    parsed_at(row, column)
}

fn date_at(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<NaiveDate>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| parsed(column, &text)).transpose()
}

fn symbol_at(row: &Row<'_>, column: usize) -> rusqlite::Result<Symbol> {
    let text: String = row.get(column)?;
    Symbol::new(&text).map_err(|e| unreadable(column, e))
}

fn parsed_at<T>(row: &Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.get(column)?;
    parsed(column, &text)
}

fn parsed<T>(column: usize, text: &str) -> rusqlite::Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().map_err(|e| unreadable(column, e))
}

fn unreadable(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    let kind = rusqlite::types::Type::Text;
    rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(error))
}

fn fault(path: &Path, error: &rusqlite::Error) -> Error {
    let code = error.sqlite_error().map(|e| e.extended_code);
    if code.is_some_and(|code| code & 0xff == SQLITE_FULL || code == SQLITE_IOERR_SHMSIZE) {
        return Error::io(path, &std::io::ErrorKind::StorageFull.into());
    }
    InputError::new(
        format!("the ledger cannot be used: {error}"),
        "move it away: a new one is begun, and the stored figures stay",
    )
    .in_file(path.display().to_string())
    .into()
}

/// SQLite's code of a disk that is full, ...
const SQLITE_FULL: i32 = 13;
/// ... and of one that has no room for the file that readers share.
const SQLITE_IOERR_SHMSIZE: i32 = 10 | (19 << 8);

#[cfg(test)]
mod tests;
