//! What moved since an earlier result, for the top of a report: handed in beside the result, because a
//! result knows nothing of others.

use crate::analysis::window::Window;
use chrono::NaiveDate;

/// What moved since the last run.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// The session of the run that this one is compared with.
    pub since: NaiveDate,
    /// What moved, in the order in which it is told.
    pub rows: Vec<ChangeRow>,
}

/// Why something moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A session that was not there before.
    NewSession,
    /// Data that were known are others now.
    Revision,
    /// An event that was not there before.
    NewEvent,
    /// The study is asked for differently.
    Settings,
}

impl Cause {
    /// All, in the order in which they are told.
    pub const ALL: [Cause; 4] = [
        Cause::NewSession,
        Cause::Revision,
        Cause::NewEvent,
        Cause::Settings,
    ];
}

/// What moved for one reason.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeRow {
    /// Why.
    pub cause: Cause,
    /// Event, or claim; none where it is the study.
    pub of: Option<String>,
    /// Instrument, where it is about one.
    pub instrument: Option<String>,
    /// What moved of it.
    pub moved: Vec<Moved>,
}

/// Before and after.
#[derive(Debug, Clone, PartialEq)]
pub enum Moved {
    /// How the observation ends.
    Status(Option<String>, Option<String>),
    /// A setting, or a field of an event, by name.
    Field(String, Option<String>, Option<String>),
    /// A figure by its column, of a window or a session.
    Figure {
        /// `ar`, `car`, `sq_p`.
        column: &'static str,
        /// Of which window.
        window: Option<Window>,
        /// Of which session.
        session: Option<NaiveDate>,
        /// In the earlier result.
        before: Option<f64>,
        /// Now.
        after: Option<f64>,
    },
}
