//! What a run must remember for the next one: runs, results to compare with, messages to be sent.
//!
//! The trait says what; the store's ledger does it, and tests do it in memory. What belongs
//! together is written in one step, so that a process that is killed leaves all of it or nothing.

use super::archive::StudyEntry;
use super::fact::Failure;
use super::next_run::{Failed, History};
use super::rule::Message;
use super::snapshot::Snapshot;
use crate::error::Result;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunOutcome {
    /// The expected session is in the store, and the studies have it.
    Updated,
    /// It was there already.
    Current,
    /// Some symbols have it; the others are tried again.
    Partial,
    /// No source has published it yet; tried again by the plan.
    NotPublished,
    /// No source gave anything; what was there stands.
    Refused,
}

impl RunOutcome {
    /// As written in files: `not-published`.
    pub fn as_str(self) -> &'static str {
        match self {
            RunOutcome::Updated => "updated",
            RunOutcome::Current => "current",
            RunOutcome::Partial => "partial",
            RunOutcome::NotPublished => "not-published",
            RunOutcome::Refused => "refused",
        }
    }

    /// The outcome of this name.
    pub fn from_text(text: &str) -> Option<Self> {
        [
            RunOutcome::Updated,
            RunOutcome::Current,
            RunOutcome::Partial,
            RunOutcome::NotPublished,
            RunOutcome::Refused,
        ]
        .into_iter()
        .find(|outcome| outcome.as_str() == text)
    }

    /// Whether the session needs no other attempt.
    pub fn is_final(self) -> bool {
        matches!(self, RunOutcome::Updated | RunOutcome::Current)
    }
}

/// A run as it is remembered. Runs that found nothing to do are not.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The session that was expected.
    pub session: NaiveDate,
    /// When it began.
    pub at: DateTime<Utc>,
    /// How it ended.
    pub outcome: RunOutcome,
    /// More about it.
    pub detail: Detail,
}

/// More about a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Detail {
    /// The sessions that it brought, in order: more than one where runs were missed.
    pub sessions: Vec<NaiveDate>,
    /// What it wrote for each study.
    pub studies: Vec<StudyEntry>,
    /// Studies that could not be computed, with the reason.
    pub failed_studies: Vec<(String, String)>,
    /// Sources that gave nothing.
    pub failures: Vec<Failure>,
}

/// The result that the next one of a study is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// The session whose run computed it.
    pub session: NaiveDate,
    /// The result.
    pub snapshot: Snapshot,
    /// The session before it that has a result, and that result: what a dated report is compared
    /// with, however often its session is run.
    pub since: Option<(NaiveDate, Snapshot)>,
}

/// All that a run leaves behind, written in one step.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// The run.
    pub run: Run,
    /// Messages to be sent; one that is there already stays as it is.
    pub messages: Vec<Message>,
    /// The results of its studies.
    pub baselines: Vec<Baseline>,
}

/// What is remembered between runs.
pub trait Memory {
    /// All runs, oldest first.
    ///
    /// # Errors
    /// A ledger that cannot be read, as for all that follow.
    fn runs(&self) -> Result<Vec<Run>>;

    /// The result to compare the next one of a study with.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    fn baseline(&self, study: &str) -> Result<Option<Baseline>>;

    /// Remembers a run with all that it leaves behind, or nothing of it. Repeated, it changes nothing.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    fn complete(&mut self, completion: &Completion) -> Result<()>;

    /// All messages of a rule, oldest first, sent or not.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    fn messages(&self, rule: &str) -> Result<Vec<Message>>;

    /// The messages that wait, oldest first.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    fn unsent(&self) -> Result<Vec<Message>>;

    /// Notes that messages were delivered.
    ///
    /// # Errors
    /// A ledger that cannot be written.
    fn mark_sent(&mut self, messages: &[Message], at: DateTime<Utc>) -> Result<()>;
}

/// What happened by `now`, for `next_run`. A session that is there stays there, but an attempt that a
/// clock noted which was ahead is none yet: it would postpone the next one until that time has come.
pub fn history(runs: &[Run], now: DateTime<Utc>) -> History {
    let is_final = |run: &&Run| run.outcome.is_final();
    let done = runs.iter().filter(is_final).map(|run| run.session).max();
    let open = runs
        .iter()
        .filter(|run| run.at <= now && done.is_none_or(|done| run.session > done));
    let Some(last) = open.clone().max_by_key(|run| (run.session, run.at)) else {
        return History { done, failed: None };
    };
    History {
        done,
        failed: Some(Failed {
            session: last.session,
            at: last.at,
            n_attempts: open.filter(|run| run.session == last.session).count(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(session: &str, at: &str, outcome: RunOutcome) -> Run {
        Run {
            session: session.parse().unwrap(),
            at: at.parse().unwrap(),
            outcome,
            detail: Detail::default(),
        }
    }

    #[test]
    fn attempts_count_until_the_session_comes() {
        let mut runs = vec![
            run("2025-01-24", "2025-01-24T23:30:00Z", RunOutcome::Updated),
            run(
                "2025-01-27",
                "2025-01-27T23:30:00Z",
                RunOutcome::NotPublished,
            ),
            run("2025-01-27", "2025-01-27T23:45:00Z", RunOutcome::Partial),
        ];
        let later = runs[2].at + chrono::TimeDelta::minutes(1);
        let open = history(&runs, later);
        assert_eq!(open.done, Some("2025-01-24".parse().unwrap()));
        let failed = open.failed.unwrap();
        assert_eq!(failed.n_attempts, 2);
        assert_eq!(failed.at, runs[2].at);
        // A clock that is set back knows of the attempts that it has seen.
        let earlier = history(&runs, runs[1].at);
        assert_eq!(earlier.failed.unwrap().n_attempts, 1);
        runs.push(run(
            "2025-01-27",
            "2025-01-28T00:15:00Z",
            RunOutcome::Updated,
        ));
        assert_eq!(history(&runs, later).failed, None);
        assert_eq!(history(&[], later), History::default());
    }

    #[test]
    fn outcomes_read_back() {
        for text in ["updated", "current", "partial", "not-published", "refused"] {
            assert_eq!(RunOutcome::from_text(text).unwrap().as_str(), text);
        }
        assert_eq!(RunOutcome::from_text("fine"), None);
    }
}
