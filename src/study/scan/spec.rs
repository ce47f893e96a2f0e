//! A validated request for a scan: what to look through, and what counts.

use crate::analysis::window::Window;
use crate::instrument::Symbol;
use crate::study::spec::StudySpec;
use chrono::NaiveDate;

/// Everything that a scan needs to be told, beside its data.
#[derive(Debug, Clone)]
pub struct ScanSpec {
    /// Model, benchmark, estimation window, masks, events and groups, as a study has them. Its
    /// instruments, event window, CAR windows, tests and claims are not looked at.
    pub study: StudySpec,
    /// What to scan; `None` is all instruments of the data but the benchmark.
    pub instruments: Option<Vec<Symbol>>,
    /// First date of the span; `None` is the first session of the data.
    pub from: Option<NaiveDate>,
    /// Last date; `None` is the last session of the data.
    pub to: Option<NaiveDate>,
    /// How many of the most abnormal sessions to report.
    pub top: usize,
    /// A session is abnormal where its sample-quantile p is at most this.
    pub alpha: f64,
    /// Sessions from an event's day 0 on which an abnormal return is laid to it.
    pub within: Window,
    /// Instruments that tell an industry's move from the instrument's own; `None` takes the other
    /// members of the first group that names it, and all others where none does.
    pub peers: Option<Vec<Symbol>>,
    /// Categories of events that the association leaves out: days that were picked for their
    /// price move would prove themselves.
    pub not_causes: Vec<String>,
}
