//! What a run is asked to do, what it needs of the world, and what it reports.
//!
//! The world is a [`Job`]: it fetches, computes, writes and delivers. The order of these, and what is
//! remembered of them, is `daily`'s.

use super::archive::StudyArchive;
use super::diff::Change;
use super::fact::Failure;
use super::memory::{Memory, Run, RunOutcome};
use super::next_run::{NextRun, Timing};
use super::retention::Keep;
use super::rule::{Message, Rule};
use super::snapshot::Snapshot;
use crate::calendar::Calendar;
use crate::error::Result;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

/// What is to be done every trading day.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The market's sessions.
    pub calendar: Calendar,
    /// When.
    pub timing: Timing,
    /// The studies by the names that the job knows them by.
    pub studies: Vec<String>,
    /// Who hears of what.
    pub rules: Vec<Rule>,
    /// How many dated reports stay.
    pub keep: Keep,
}

/// What a fetch brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetched {
    /// [`RunOutcome::Updated`] where every symbol has the session now, [`RunOutcome::Partial`] where
    /// some have it, and else why none has.
    pub outcome: RunOutcome,
    /// Sources that gave nothing.
    pub failures: Vec<Failure>,
}

/// A study that was computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Studied {
    /// What the next result is compared with.
    pub snapshot: Snapshot,
    /// Its title.
    pub title: String,
    /// Event observations by how they ended: used, provisional, excluded.
    pub observations: [usize; 3],
}

/// The report of a study for one session.
#[derive(Debug, Clone, Copy)]
pub struct Dated<'a> {
    /// Where it goes, below the folder of reports.
    pub folder: &'a str,
    /// The study.
    pub studied: &'a Studied,
    /// The session.
    pub session: NaiveDate,
    /// The session that it was compared with.
    pub before: Option<NaiveDate>,
    /// What moved.
    pub changes: &'a [Change],
}

/// What the pages around the reports show. It follows from the memory and the plan alone.
#[derive(Debug, Clone)]
pub struct Publication {
    /// All studies and reports.
    pub archive: Vec<StudyArchive>,
    /// How many stay.
    pub keep: Keep,
    /// The last run that is remembered.
    pub last: Option<Run>,
    /// When the next run is.
    pub next: NextRun,
}

/// What a run needs of the world.
pub trait Job {
    /// Brings the figures of the session, and all before it that are missing, into the store.
    ///
    /// # Errors
    /// What no other attempt would mend. A source that gives nothing is no error.
    fn fetch(&mut self, session: NaiveDate, now: DateTime<Utc>) -> Result<Fetched>;

    /// Computes a study.
    ///
    /// # Errors
    /// Input that cannot be used.
    fn study(&mut self, name: &str) -> Result<Studied>;

    /// Renders and writes the report of the study that was computed last: all of its files, or none.
    ///
    /// # Errors
    /// A report that cannot be rendered, a folder that cannot be written.
    fn write(&mut self, report: &Dated) -> Result<()>;

    /// Writes the pages around the reports, and removes what need not stay.
    ///
    /// # Errors
    /// A folder that cannot be written.
    fn publish(&mut self, publication: &Publication, memory: &dyn Memory) -> Result<()>;

    /// Delivers messages of one rule.
    ///
    /// # Errors
    /// A receiver that does not take them; they are offered again by the next run.
    fn deliver(&mut self, rule: &Rule, messages: &[Message]) -> Result<()>;
}

/// A step of a run, for people and programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its name: `fetch`, `study`, `report`, `ledger`, `publish`, `notify`.
    pub step: &'static str,
    /// What it was about: a study, a rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// How it ended: `done`, `skipped`, `failed`, or the fetch's outcome.
    pub outcome: &'static str,
    /// Why, or how much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What became of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunReport {
    /// The session that was expected.
    pub session: NaiveDate,
    /// How it ended.
    pub outcome: RunOutcome,
    /// Its steps in order.
    pub steps: Vec<Step>,
    /// What moved.
    pub changes: Vec<Change>,
    /// What the run found worth telling, for all rules.
    pub messages: Vec<Message>,
    /// Whether it was asked to stop before its end.
    pub stopped: bool,
    /// When the next run is, where it got so far.
    #[serde(skip)]
    pub next: Option<NextRun>,
    /// Studies that could not be computed, sources that gave nothing, events without a final result.
    #[serde(skip)]
    pub incomplete: bool,
}
