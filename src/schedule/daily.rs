//! One run: fetch, studies, what moved, reports, ledger, messages, pages.
//!
//! Every step may be repeated: what counts is remembered in one step of [`Memory::complete`], what
//! comes before it is done again by a run that finds it missing, and what comes after it follows from
//! the memory alone. So a process that is killed at any moment and started again ends where it would
//! have ended. How figures are fetched and studies computed is the [`Job`]'s business.

use super::archive::{self, StudyEntry, count_by_kind};
use super::diff::{Change, diff};
use super::expected::{expected_session, missed_sessions};
use super::fact::{facts_of_changes, facts_of_failures};
use super::job::{Dated, Job, Plan, Publication, RunReport, Step, Studied};
use super::memory::{Baseline, Completion, Detail, Memory, Run, RunOutcome, history};
use super::next_run::next_run;
use super::rule::{Message, Rule, messages};
use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDate, Utc};

/// Runs once. `stop` is asked between steps: a step that has begun is finished.
///
/// # Errors
/// A memory or folder that cannot be read or written, or a time that the calendar does not know.
/// Sources, studies and receivers that fail are in the report.
pub fn once(
    plan: &Plan,
    memory: &mut dyn Memory,
    job: &mut dyn Job,
    now: DateTime<Utc>,
    stop: &dyn Fn() -> bool,
) -> Result<RunReport> {
    let session = expected_session(&plan.calendar, plan.timing.lag, now)?;
    // The clock went back: beside a later result, an earlier one would look like a revision.
    let is_later = |run: &Run| run.session > session && has_figures(run.outcome);
    if memory.runs()?.iter().any(is_later) {
        return settle(plan, memory, job, now, stop);
    }
    let mut day = Day::new(plan, session, now);
    day.fetch(memory, job)?;
    if has_figures(day.report.outcome) {
        for study in &plan.studies {
            if stop() {
                return Ok(day.stopped());
            }
            day.study(study, memory, job)?;
        }
    }
    if stop() {
        return Ok(day.stopped());
    }
    day.complete(memory)?;
    day.deliver(memory, job, stop)?;
    day.publish(memory, job)?;
    Ok(day.report)
}

/// Sessions for which a symbol is waited for.
const LATE: usize = 5;

/// Whether a run had figures to study.
fn has_figures(outcome: RunOutcome) -> bool {
    matches!(
        outcome,
        RunOutcome::Updated | RunOutcome::Current | RunOutcome::Partial
    )
}

/// Does again what follows from the memory alone: pages and messages, for a process that is started
/// after one that was killed.
///
/// # Errors
/// A memory or folder that cannot be read or written.
pub fn settle(
    plan: &Plan,
    memory: &mut dyn Memory,
    job: &mut dyn Job,
    now: DateTime<Utc>,
    stop: &dyn Fn() -> bool,
) -> Result<RunReport> {
    let session = expected_session(&plan.calendar, plan.timing.lag, now)?;
    let mut day = Day::new(plan, session, now);
    day.deliver(memory, job, stop)?;
    day.publish(memory, job)?;
    Ok(day.report)
}

/// A run while it goes on.
struct Day<'a> {
    plan: &'a Plan,
    now: DateTime<Utc>,
    report: RunReport,
    detail: Detail,
    baselines: Vec<Baseline>,
    /// The sessions that some symbols have and others do not.
    waits_for: Vec<NaiveDate>,
}

impl<'a> Day<'a> {
    fn new(plan: &'a Plan, session: NaiveDate, now: DateTime<Utc>) -> Self {
        Day {
            plan,
            now,
            report: RunReport {
                session,
                outcome: RunOutcome::Current,
                steps: Vec::new(),
                changes: Vec::new(),
                messages: Vec::new(),
                stopped: false,
                next: None,
                incomplete: false,
            },
            detail: Detail::default(),
            baselines: Vec::new(),
            waits_for: Vec::new(),
        }
    }

    fn note(&mut self, step: &'static str, of: Option<&str>, outcome: &'static str) -> &mut Step {
        self.report.steps.push(Step {
            step,
            of: of.map(str::to_owned),
            outcome,
            detail: None,
        });
        let last = self.report.steps.len() - 1;
        &mut self.report.steps[last]
    }

    fn stopped(mut self) -> RunReport {
        self.report.stopped = true;
        self.report
    }

    /// Brings the session, unless a run before has brought it.
    fn fetch(&mut self, memory: &dyn Memory, job: &mut dyn Job) -> Result<()> {
        let (plan, session) = (self.plan, self.report.session);
        let done = history(&memory.runs()?, self.now).done;
        let sessions = missed_sessions(&plan.calendar, done, session)?;
        if sessions.is_empty() {
            let step = self.note("fetch", None, RunOutcome::Current.as_str());
            step.detail = Some(format!("{session} was fetched by a run before"));
            return Ok(());
        }
        let fetched = job.fetch(session, self.now)?;
        let step = self.note("fetch", None, fetched.outcome.as_str());
        step.detail = Some(match &sessions[..] {
            [one] => one.to_string(),
            [first, .., last] => format!("{} sessions, {first} to {last}", sessions.len()),
            [] => String::new(),
        });
        self.report.outcome = fetched.outcome;
        self.report.incomplete |= fetched.outcome != RunOutcome::Updated;
        if fetched.outcome.is_final() {
            self.detail.sessions = sessions;
        } else if fetched.outcome == RunOutcome::Partial {
            self.waits_for = sessions;
        }
        self.detail.failures = fetched.failures;
        Ok(())
    }

    /// Computes a study, finds what moved, and writes its report where it says something new.
    fn study(&mut self, name: &str, memory: &dyn Memory, job: &mut dyn Job) -> Result<()> {
        let studied = match job.study(name) {
            Ok(studied) => studied,
            Err(error) => {
                self.failed("study", name, &error);
                return Ok(());
            }
        };
        let session = self.report.session;
        let data_until = studied.snapshot.last_session().unwrap_or(session);
        let step = self.note("study", Some(name), "done");
        step.detail = (data_until < session).then(|| format!("its data end on {data_until}"));
        let [_, provisional, excluded] = studied.observations;
        self.report.incomplete |= provisional + excluded > 0;

        let id = studied.snapshot.name.clone();
        let before = memory.baseline(&id)?;
        let changes = match &before {
            Some(before) => diff(&before.snapshot, &studied.snapshot),
            None => Vec::new(),
        };
        let is_new = before
            .as_ref()
            .is_none_or(|before| before.session != session);
        if !is_new && changes.is_empty() {
            self.note("report", Some(name), "skipped").detail = Some("nothing moved".to_owned());
            return Ok(());
        }
        self.write(name, studied, before, changes, job)
    }

    /// Writes the dated report of a study that moved, and notes what the next one is compared with.
    fn write(
        &mut self,
        name: &str,
        studied: Studied,
        before: Option<Baseline>,
        changes: Vec<Change>,
        job: &mut dyn Job,
    ) -> Result<()> {
        let (session, id) = (self.report.session, studied.snapshot.name.clone());
        // A session that is run again keeps telling what it has brought since the one before.
        let compared_with = before.as_ref().map(|before| before.session);
        let since = before.and_then(|before| match before.session == session {
            true => before.since,
            false => Some((before.session, before.snapshot)),
        });
        let of_session = match &since {
            Some((on, earlier)) if compared_with != Some(*on) => &diff(earlier, &studied.snapshot),
            _ => &changes,
        };
        let folder = archive::folder(&id, session);
        let dated = Dated {
            folder: &folder,
            studied: &studied,
            session,
            before: since.as_ref().map(|(on, _)| *on).or(compared_with),
            changes: of_session,
        };
        match job.write(&dated) {
            Err(error @ Error::Render { .. }) => {
                self.failed("report", name, &error);
                return Ok(());
            }
            written => written?,
        }
        self.note("report", Some(name), "done").detail = Some(folder);
        self.detail.studies.push(StudyEntry {
            study: id,
            title: studied.title,
            data_until: studied.snapshot.last_session().unwrap_or(session),
            observations: studied.observations,
            changes: count_by_kind(of_session),
        });
        self.report.changes.extend(changes);
        let mut snapshot = studied.snapshot;
        self.hold_open(&mut snapshot)?;
        self.baselines.push(Baseline {
            session,
            snapshot,
            since,
        });
        Ok(())
    }

    /// Where symbols are late, sessions stay new until all have come: what these bring then is no
    /// revision. A symbol that has been gone for a week is not late.
    fn hold_open(&self, snapshot: &mut Snapshot) -> Result<()> {
        let latest = self.waits_for.len().saturating_sub(LATE);
        let (Some(first), Some((_, last))) =
            (self.waits_for.get(latest), snapshot.data_range.as_mut())
        else {
            return Ok(());
        };
        *last = self.plan.calendar.previous_before(*first)?.min(*last);
        Ok(())
    }

    fn failed(&mut self, step: &'static str, study: &str, error: &Error) {
        let reason = error.to_string();
        self.note(step, Some(study), "failed").detail = Some(reason.clone());
        self.detail.failed_studies.push((study.to_owned(), reason));
        self.report.incomplete = true;
    }

    /// Remembers the run, in one step. One that found nothing to do is not remembered, and one that
    /// was killed after this step and started again is remembered as it was.
    fn complete(&mut self, memory: &mut dyn Memory) -> Result<()> {
        let (outcome, now) = (self.report.outcome, self.now);
        let same = |run: &Run| run.session == self.report.session && run.at == now;
        let before = memory.runs()?.into_iter().find(same);
        let is_known = before.as_ref().is_some_and(|run| run.outcome == outcome);
        let adds_nothing = is_known || outcome == RunOutcome::Current;
        if adds_nothing && self.detail.studies.is_empty() {
            self.note("ledger", None, "skipped").detail = Some("nothing is new".to_owned());
            return Ok(());
        }
        if let Some(run) = before {
            self.take_over(run);
        }
        let outcome = self.report.outcome;
        let session = self.report.session;
        let mut facts = facts_of_changes(session, &self.report.changes);
        facts.extend(facts_of_failures(session, &self.detail.failures));
        self.report.messages = messages(&self.plan.rules, &facts, self.now);
        memory.complete(&Completion {
            run: Run {
                session,
                at: self.now,
                outcome,
                detail: self.detail.clone(),
            },
            messages: self.report.messages.clone(),
            baselines: std::mem::take(&mut self.baselines),
        })?;
        self.note("ledger", None, "done");
        Ok(())
    }

    /// Keeps what an earlier try of this same run wrote and this one need not write again.
    fn take_over(&mut self, before: Run) {
        if self.report.outcome == RunOutcome::Current {
            self.report.outcome = before.outcome;
            self.detail.sessions = before.detail.sessions;
            self.detail.failures = before.detail.failures;
        }
        for entry in before.detail.studies {
            if self
                .detail
                .studies
                .iter()
                .all(|new| new.study != entry.study)
            {
                self.detail.studies.push(entry);
            }
        }
    }

    fn publish(&mut self, memory: &dyn Memory, job: &mut dyn Job) -> Result<()> {
        let publication = publication(self.plan, memory, self.now)?;
        job.publish(&publication, memory)?;
        self.report.next = Some(publication.next);
        self.note("publish", None, "done");
        Ok(())
    }

    /// Offers every message that waits, also those of runs before.
    fn deliver(
        &mut self,
        memory: &mut dyn Memory,
        job: &mut dyn Job,
        stop: &dyn Fn() -> bool,
    ) -> Result<()> {
        let unsent = memory.unsent()?;
        for rule in &self.plan.rules {
            let of_rule = unsent.iter().filter(|message| message.rule == rule.name);
            let waiting: Vec<Message> = of_rule.cloned().collect();
            for batch in batches(rule, &waiting) {
                if stop() {
                    self.report.stopped = true;
                    return Ok(());
                }
                match job.deliver(rule, batch) {
                    Ok(()) => {
                        memory.mark_sent(batch, self.now)?;
                        let step = self.note("notify", Some(&rule.name), "done");
                        step.detail = Some(format!("{} messages", batch.len()));
                    }
                    Err(error) => {
                        self.undelivered(rule, &error);
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    fn undelivered(&mut self, rule: &Rule, error: &Error) {
        self.note("notify", Some(&rule.name), "failed").detail = Some(error.to_string());
        self.report.incomplete = true;
    }
}

/// What the pages show now.
///
/// # Errors
/// A memory that cannot be read, a time that the calendar does not know.
pub fn publication(plan: &Plan, memory: &dyn Memory, now: DateTime<Utc>) -> Result<Publication> {
    let runs = memory.runs()?;
    let next = next_run(&plan.calendar, &plan.timing, &history(&runs, now), now)?;
    // An attempt in vain that a clock noted which was ahead is not the last run.
    let last = runs.iter();
    let last = last.filter(|run| run.at <= now || has_figures(run.outcome));
    let last = last.max_by_key(|run| run.at).cloned();
    let written = runs
        .into_iter()
        .map(|run| (run.session, run.at, run.detail.studies));
    Ok(Publication {
        archive: archive::archive(written, plan.keep),
        keep: plan.keep,
        last,
        next,
    })
}

/// The messages that go together: of one run for people, one by one for programs.
fn batches<'m>(rule: &Rule, messages: &'m [Message]) -> Vec<&'m [Message]> {
    if rule.to.takes_many() {
        messages.chunk_by(|a, b| a.at == b.at).collect()
    } else {
        messages.chunks(1).collect()
    }
}

#[cfg(test)]
mod tests;
