//! How the fetch of a symbol ended, for people and programs.

use crate::instrument::Symbol;
use crate::source::Refusal;
use crate::store::{Update, Updated};
use chrono::NaiveDate;
use serde::Serialize;

/// `1 session`, `2 sessions`.
pub(super) fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// How the fetch of one symbol ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The store has new or corrected figures.
    Updated,
    /// The store had all that there is to have.
    Current,
    /// The source has not yet published the session that is due.
    NotPublished,
    /// The source said no; what was stored stands.
    Refused,
    /// The source did not come through; what was stored stands.
    Failed,
}

impl Outcome {
    /// The name that programs read: `not-published`.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Updated => "updated",
            Outcome::Current => "current",
            Outcome::NotPublished => "not-published",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
        }
    }

    /// Whether the symbol has what it can have.
    pub fn is_good(self) -> bool {
        !matches!(self, Outcome::Refused | Outcome::Failed)
    }
}

/// The result of one symbol, as `fetch --json` prints it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SymbolResult {
    /// The symbol as it was asked for.
    pub symbol: Symbol,
    /// The source that decided the outcome.
    pub source: String,
    /// The outcome.
    pub outcome: Outcome,
    /// The class of a refusal or failure; `restated` with a history that was loaded anew.
    pub class: Option<&'static str>,
    /// Rows added to the store.
    pub rows: usize,
    /// First session that the store holds of this source.
    pub first: Option<NaiveDate>,
    /// Last session that the store holds of this source.
    pub last: Option<NaiveDate>,
    /// What happened, and what the person can do.
    pub message: String,
    /// The sources that were asked before and gave nothing.
    #[serde(skip)]
    pub in_vain: Vec<SymbolResult>,
}

impl SymbolResult {
    /// A refusal or failure.
    pub fn refused(symbol: &Symbol, source: &str, refusal: &Refusal) -> Self {
        Self {
            symbol: symbol.clone(),
            source: source.to_owned(),
            outcome: if refusal.class.is_failure() {
                Outcome::Failed
            } else {
                Outcome::Refused
            },
            class: Some(refusal.class.as_str()),
            rows: 0,
            first: None,
            last: None,
            message: refusal.message.clone(),
            in_vain: Vec::new(),
        }
    }

    /// The result of a delivery; `nothing_new` says so where it brought nothing.
    pub(super) fn of_update(
        symbol: &Symbol,
        source: &str,
        updated: &Updated,
        nothing_new: impl FnOnce() -> String,
    ) -> Self {
        let (rows, message) = match updated.update {
            Update::Created { rows } => (rows, format!("{} stored", counted(rows, "session"))),
            Update::Appended { rows } => (rows, format!("{} added", counted(rows, "session"))),
            Update::Revised { rows, changes } => {
                let (sessions, figures) = (counted(rows, "session"), counted(changes, "figure"));
                let message = format!("{sessions} added, {figures} corrected");
                (rows, message)
            }
            Update::Reloaded {
                ratio,
                rows,
                changes,
            } => {
                let message = format!(
                    "the source restated its history (new over old price {ratio:.6}): {} stored \
                     anew, {} changed",
                    counted(rows, "session"),
                    counted(changes, "figure"),
                );
                (rows, message)
            }
            Update::Current | Update::NeedsFull { .. } => (0, nothing_new()),
        };
        let unchanged = matches!(updated.update, Update::Current | Update::NeedsFull { .. });
        let restated = matches!(updated.update, Update::Reloaded { .. });
        Self {
            symbol: symbol.clone(),
            source: source.to_owned(),
            outcome: if unchanged {
                Outcome::Current
            } else {
                Outcome::Updated
            },
            class: restated.then_some("restated"),
            rows,
            first: Some(updated.manifest.first),
            last: Some(updated.manifest.last),
            message,
            in_vain: Vec::new(),
        }
    }

    /// The same result with its message.
    #[must_use]
    pub(super) fn saying(self, message: String) -> Self {
        Self { message, ..self }
    }
}
