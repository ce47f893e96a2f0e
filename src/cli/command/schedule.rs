//! `shockwave schedule`: run daily or once, say when and how, and have the system do it.

mod install;
mod run;

use crate::cli::Outcome;
use crate::cli::args::{Global, ScheduleArgs, ScheduleCommand};
use crate::cli::clock::now;
use crate::cli::interrupt;
use crate::cli::message::{Voice, println};
use crate::cli::schedule::job::DailyJob;
use crate::cli::schedule::memory::LedgerMemory;
use crate::cli::schedule::{Desk, Schedule, status};
use crate::cli::store::owner;
use crate::error::Result;
use crate::schedule::daily::{self, publication};
use crate::schedule::expected::expected_session;
use crate::schedule::job::{RunReport, Step};
use crate::schedule::memory::{Memory, RunOutcome};
use crate::schedule::next_run::{NextRun, Why, run_moment};
use crate::schedule::page;
use crate::store::Lock;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

pub fn run(command: &ScheduleCommand, global: &Global, voice: Voice) -> Result<Outcome> {
    match command {
        ScheduleCommand::Run { schedule, until } => {
            let schedule = Schedule::load(schedule, global)?;
            let desk = Desk {
                global,
                voice,
                schedule: &schedule,
                stop: interrupt::listen()?,
            };
            run::stay(&desk, until.as_deref())
        }
        ScheduleCommand::Once { schedule, if_due } => {
            let now = now(global.now.as_deref())?;
            let schedule = Schedule::load(schedule, global)?;
            let desk = Desk {
                global,
                voice,
                schedule: &schedule,
                stop: interrupt::listen()?,
            };
            let _lock = Lock::of_schedule(&schedule.store, &owner("schedule once"), now)?;
            let memory = LedgerMemory::new(schedule.store.clone(), now);
            let next = status::planned(&schedule.plan, &memory, now)?;
            if *if_due && next.at > now {
                return not_due(&desk, &next, now);
            }
            let report = once(&desk, now)?;
            Ok(say(&desk, &report))
        }
        ScheduleCommand::Next { schedule, n } => show_next(schedule, *n, global),
        ScheduleCommand::Status { schedule } => show_status(schedule, global),
        ScheduleCommand::Install(args) => install::run(args, global),
    }
}

/// One run. The schedule's lock is held by the caller.
fn once(desk: &Desk, now: DateTime<Utc>) -> Result<RunReport> {
    let plan = &desk.schedule.plan;
    let mut memory = LedgerMemory::new(desk.schedule.store.clone(), now);
    let session = expected_session(&plan.calendar, plan.timing.lag, now)?;
    let mut job = DailyJob {
        desk,
        session,
        computed: None,
    };
    let stop = || desk.stop.is_set();
    let report = daily::once(plan, &mut memory, &mut job, now, &stop)?;
    for step in &report.steps {
        let (name, of, outcome) = (step.step, step.of.as_deref(), step.outcome);
        tracing::info!(session = %report.session, step = name, of, outcome, detail = step.detail);
    }
    let outcome = report.outcome.as_str();
    tracing::info!(session = %report.session, outcome, changes = report.changes.len(), "run");
    Ok(report)
}

fn not_due(desk: &Desk, next: &NextRun, now: DateTime<Utc>) -> Result<Outcome> {
    let plan = &desk.schedule.plan;
    if desk.global.json {
        let session = expected_session(&plan.calendar, plan.timing.lag, now)?;
        let (steps, changes): (Vec<Step>, Vec<Value>) = Default::default();
        println(
            &json!({
                "session": session,
                "outcome": RunOutcome::Current,
                "steps": steps,
                "changes": changes,
                "next": status::next(next),
            })
            .to_string(),
        );
    } else {
        desk.voice
            .note(&format!("no run is due; {}", in_words(desk.schedule, next)));
    }
    Ok(Outcome::Done)
}

/// Says what came of a run, and how the command ends.
fn say(desk: &Desk, report: &RunReport) -> Outcome {
    if desk.global.json {
        let mut document = json!(report);
        if let Some(next) = &report.next {
            document["next"] = status::next(next);
        }
        println(&document.to_string());
    } else if !desk.global.quiet {
        println(&format!(
            "{}: {}",
            report.session,
            status::in_words(report.outcome)
        ));
        for change in &report.changes {
            let of = [&change.event_id, &change.claim_id, &change.instrument];
            let of: Vec<&str> = of.into_iter().filter_map(|name| name.as_deref()).collect();
            let of = if of.is_empty() {
                "the study".to_owned()
            } else {
                of.join(", ")
            };
            println(&format!(
                "  {}: {of}: {}",
                change.kind.as_str(),
                page::told(change).join("; ")
            ));
        }
    }
    for step in report.steps.iter().filter(|step| step.outcome == "failed") {
        let of = step.of.as_deref().unwrap_or("");
        let why = step.detail.as_deref().unwrap_or("");
        desk.voice.trouble(&format!("{} {of}: {why}", step.step));
    }
    for step in report.steps.iter().filter(|step| step.step == "study") {
        if let (Some(of), "done", Some(why)) = (&step.of, step.outcome, &step.detail) {
            desk.voice.note(&format!("{of}: {why}"));
        }
    }
    if let Some(next) = &report.next {
        desk.voice.note(&in_words(desk.schedule, next));
    }
    ended(report)
}

fn ended(report: &RunReport) -> Outcome {
    if report.stopped {
        return Outcome::Interrupted;
    }
    match report.outcome {
        RunOutcome::NotPublished | RunOutcome::Refused => Outcome::Failed,
        _ if report.incomplete => Outcome::Incomplete,
        _ => Outcome::Done,
    }
}

fn in_words(schedule: &Schedule, next: &NextRun) -> String {
    let zone = schedule.plan.timing.zone;
    let at = next.at.with_timezone(&zone).format("%Y-%m-%d %H:%M");
    let why = match next.why {
        Why::Regular => "",
        Why::CatchUp => ", for all sessions that were missed",
        Why::Retry => ", once more",
    };
    format!("next run: {at} {} for {}{why}", zone.name(), next.session)
}

fn show_next(args: &ScheduleArgs, n: usize, global: &Global) -> Result<Outcome> {
    let now = now(global.now.as_deref())?;
    let schedule = Schedule::load(args, global)?;
    let memory = LedgerMemory::new(schedule.store.clone(), now);
    let (plan, mut runs) = (&schedule.plan, Vec::new());
    let mut next = status::planned(plan, &memory, now)?;
    for _ in 0..n {
        runs.push(next);
        let session = plan.calendar.next_after(next.session)?;
        next = NextRun {
            at: run_moment(&plan.calendar, &plan.timing, session)?,
            session,
            why: Why::Regular,
        };
    }
    if global.json {
        let runs: Vec<Value> = runs.iter().map(status::next).collect();
        println(&json!({"runs": runs}).to_string());
    } else {
        for run in &runs {
            println(&in_words(&schedule, run));
        }
    }
    Ok(Outcome::Done)
}

fn show_status(args: &ScheduleArgs, global: &Global) -> Result<Outcome> {
    let now = now(global.now.as_deref())?;
    let schedule = Schedule::load(args, global)?;
    let memory = LedgerMemory::new(schedule.store.clone(), now);
    let publication = publication(&schedule.plan, &memory, now)?;
    let overdue = status::is_overdue(&schedule.plan, &memory, now)?;
    let unsent = memory.unsent()?.len();
    let mut document = status::document(&publication, unsent);
    document["overdue"] = overdue.into();
    if global.json {
        println(&document.to_string());
    } else {
        match &publication.last {
            None => println("no run has finished yet"),
            Some(run) => println(&format!(
                "{}: {} (run of {})",
                run.session,
                status::in_words(run.outcome),
                status::instant(run.at)
            )),
        }
        if unsent > 0 {
            println(&format!("{unsent} messages wait to be delivered"));
        }
        println(&in_words(&schedule, &publication.next));
    }
    Ok(if overdue {
        Outcome::Failed
    } else if document["healthy"] == true {
        Outcome::Done
    } else {
        Outcome::Incomplete
    })
}
