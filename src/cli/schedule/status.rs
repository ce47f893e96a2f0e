//! How the schedule stands: for people, for `status.json`, and for monitoring.

use crate::error::Result;
use crate::schedule::job::{Plan, Publication};
use crate::schedule::memory::Memory;
use crate::schedule::memory::{RunOutcome, history};
use crate::schedule::next_run::{NextRun, next_run};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

/// After the last retry, a session that is still missing is overdue.
const GRACE: TimeDelta = TimeDelta::hours(1);

/// `status.json`: what the memory says, so that it is the same whenever it is written.
pub fn document(publication: &Publication, unsent: usize) -> Value {
    let last = publication.last.as_ref();
    let failures = last.map(|run| &run.detail.failures);
    json!({
        "healthy": last.is_some_and(|run| run.outcome.is_final()
            && run.detail.failed_studies.is_empty()) && unsent == 0,
        "session": last.map(|run| run.session),
        "outcome": last.map(|run| run.outcome),
        "run_at": last.map(|run| instant(run.at)),
        "sessions": last.map(|run| &run.detail.sessions),
        "studies": last.map(|run| &run.detail.studies),
        "failed_studies": last.map(|run| &run.detail.failed_studies),
        "failures": failures,
        "unsent_messages": unsent,
        "next": next(&publication.next),
    })
}

/// A planned run.
pub fn next(next: &NextRun) -> Value {
    json!({
        "at": instant(next.at),
        "session": next.session,
        "why": next.why,
    })
}

/// UTC, to the second.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Whether a session should have come by now, with all retries, and has not.
pub fn is_overdue(plan: &Plan, memory: &dyn Memory, now: DateTime<Utc>) -> Result<bool> {
    let runs = memory.runs()?;
    let done = history(&runs, now).done;
    let patience = plan.timing.retries.iter().sum::<TimeDelta>() + GRACE;
    let expected_then =
        crate::schedule::next_run::last_planned(&plan.calendar, &plan.timing, now - patience)?;
    Ok(done.is_none_or(|done| done < expected_then))
}

/// What the next run would be.
pub fn planned(plan: &Plan, memory: &dyn Memory, now: DateTime<Utc>) -> Result<NextRun> {
    next_run(
        &plan.calendar,
        &plan.timing,
        &history(&memory.runs()?, now),
        now,
    )
}

/// A sentence per outcome.
pub fn in_words(outcome: RunOutcome) -> &'static str {
    match outcome {
        RunOutcome::Updated => "the session is there",
        RunOutcome::Current => "the session was there already",
        RunOutcome::Partial => "some symbols have the session; the others are tried again",
        RunOutcome::NotPublished => "the session is not published yet",
        RunOutcome::Refused => "no source gave anything; what was there stands",
    }
}
