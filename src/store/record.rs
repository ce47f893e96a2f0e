//! What stands in the ledger: one struct per table.

use crate::instrument::Symbol;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

/// One attempt to bring figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FetchRecord {
    /// Name of the source.
    pub source: String,
    /// The symbol, or the name of a set of factors.
    pub symbol: Symbol,
    /// First date asked for; `None` asks for all.
    pub asked_from: Option<NaiveDate>,
    /// Last date asked for.
    pub asked_to: Option<NaiveDate>,
    /// When.
    pub at: DateTime<Utc>,
    /// `updated`, `current`, `not-published`, `refused` or `failed`.
    pub outcome: String,
    /// Class of a refusal or failure, or `restated`.
    pub class: Option<String>,
    /// For people; without keys.
    pub message: Option<String>,
    /// Rows added.
    pub rows: Option<u64>,
}

/// A figure that a later delivery changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Revision {
    /// Name of the source.
    pub source: String,
    /// The symbol, or the name of a set of factors.
    pub symbol: Symbol,
    /// The session.
    pub session: NaiveDate,
    /// The column.
    pub field: String,
    /// Before; `None` where it was missing.
    pub old: Option<f64>,
    /// After; `None` where the session was left out of restated figures.
    pub new: Option<f64>,
    /// When the delivery came.
    pub seen_at: DateTime<Utc>,
    /// The generation of the series (see `Manifest`) that has the new value.
    pub generation: u64,
}

/// One run of the schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunRecord {
    /// What ran: `daily`.
    pub kind: String,
    /// For what: a session.
    pub key: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; `None` while it runs, or when it was killed.
    pub ended_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub outcome: Option<String>,
    /// More about it, as its writer likes.
    pub detail: Option<String>,
}
