use super::*;
use crate::calendar::Calendar;
use crate::error::InputError;
use crate::schedule::fact::{Failure, Trigger};
use crate::schedule::job::{Fetched, Studied};
use crate::schedule::next_run::Timing;
use crate::schedule::retention::Keep;
use crate::schedule::rule::{Channel, Webhook};
use crate::schedule::snapshot::Snapshot;
use chrono::{NaiveTime, TimeDelta};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// A memory that forgets when the test ends.
#[derive(Debug, Clone, PartialEq, Default)]
struct Notebook {
    runs: BTreeMap<(NaiveDate, DateTime<Utc>), Run>,
    baselines: BTreeMap<String, Baseline>,
    outbox: Vec<(Message, Option<DateTime<Utc>>)>,
}

impl Memory for Notebook {
    fn runs(&self) -> Result<Vec<Run>> {
        let mut runs: Vec<Run> = self.runs.values().cloned().collect();
        runs.sort_by_key(|run| run.at);
        Ok(runs)
    }

    fn baseline(&self, study: &str) -> Result<Option<Baseline>> {
        Ok(self.baselines.get(study).cloned())
    }

    fn complete(&mut self, completion: &Completion) -> Result<()> {
        let run = completion.run.clone();
        self.runs.insert((run.session, run.at), run);
        for baseline in &completion.baselines {
            let study = baseline.snapshot.name.clone();
            self.baselines.insert(study, baseline.clone());
        }
        for new in &completion.messages {
            let is_same =
                |(old, _): &(Message, _)| old.rule == new.rule && old.fact.key == new.fact.key;
            if !self.outbox.iter().any(is_same) {
                self.outbox.push((new.clone(), None));
            }
        }
        Ok(())
    }

    fn messages(&self, rule: &str) -> Result<Vec<Message>> {
        let of_rule = self.outbox.iter().filter(|(m, _)| m.rule == rule);
        Ok(of_rule.map(|(m, _)| m.clone()).collect())
    }

    fn unsent(&self) -> Result<Vec<Message>> {
        let unsent = self.outbox.iter().filter(|(_, at)| at.is_none());
        Ok(unsent.map(|(m, _)| m.clone()).collect())
    }

    fn mark_sent(&mut self, messages: &[Message], at: DateTime<Utc>) -> Result<()> {
        for (message, sent) in &mut self.outbox {
            if messages.contains(message) {
                *sent = Some(at);
            }
        }
        Ok(())
    }
}

/// A world with one share, which moves by the number of its session, and events that wait.
#[derive(Debug, Clone, PartialEq, Default)]
struct World {
    stored: Option<NaiveDate>,
    /// Sessions for which a symbol is late; the share waits for it.
    partial: BTreeSet<NaiveDate>,
    /// Sessions that the source publishes late, and when.
    late: BTreeMap<NaiveDate, DateTime<Utc>>,
    refuses: bool,
    events: Vec<(&'static str, &'static str)>,
    files: BTreeMap<String, String>,
    received: Vec<String>,
    deaf: bool,
    fetches: usize,
    /// The call, counted from 0, at which the process is killed; before or after its work.
    dies_at: Option<(usize, bool)>,
    calls: usize,
}

impl World {
    /// A call that may be the last one.
    fn call<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        // Ends the process, as far as a test can: no code of the run sees it.
        let killed = || -> ! { std::panic::resume_unwind(Box::new("killed")) };
        let at = self.calls;
        self.calls += 1;
        if self.dies_at == Some((at, false)) {
            killed();
        }
        let done = work(self)?;
        if self.dies_at == Some((at, true)) {
            killed();
        }
        Ok(done)
    }

    fn snapshot(&self) -> Snapshot {
        let calendar = nyse();
        let last = self.stored.unwrap();
        let mut document = json!({
            "name": "s", "version": "1", "settings": {"model": "market"},
            "data_range": ["2024-01-02", last], "events": [], "ledger": [], "fits": [],
            "abnormal_returns": [], "cars": [], "claims": [],
        });
        let push = |document: &mut serde_json::Value, table: &str, row| {
            document[table].as_array_mut().unwrap().push(row);
        };
        for (event, day_0) in &self.events {
            let mut session = day(day_0);
            let (mut car, mut n) = (0.0, 0);
            for relative in 0..3 {
                let known = session <= last;
                let ret = known.then(|| {
                    f64::from(session.format("%d").to_string().parse::<u32>().unwrap()) / 1000.0
                });
                let ar = ret.filter(|_| !self.partial.contains(&session));
                car += ar.unwrap_or(0.0);
                n += u32::from(known);
                push(
                    &mut document,
                    "abnormal_returns",
                    json!({
                    "event_id": event, "instrument": "A", "relative_day": relative,
                    "session": known.then_some(session), "return": ret,
                    "normal_return": ar.map(|_| 0.0), "ar": ar, "ar_p": ar.map(|r| 0.1 - r)}),
                );
                session = calendar.next_after(session).unwrap();
            }
            push(
                &mut document,
                "events",
                json!({"id": event, "given_at": day_0}),
            );
            push(
                &mut document,
                "ledger",
                json!({"event_id": event, "instrument": "A",
                "session": day_0, "reason_code": "",
                "status": if n == 3 { "used" } else { "provisional" }}),
            );
            push(
                &mut document,
                "cars",
                json!({"event_id": event, "instrument": "A",
                "window": {"start": 0, "end": 2}, "n_days": n, "provisional": n < 3,
                "car": (n > 0).then_some(car), "car_p": null, "sq_p": null, "placebo_p": null}),
            );
        }
        serde_json::from_value(document).unwrap()
    }
}

impl Job for World {
    fn fetch(&mut self, session: NaiveDate, now: DateTime<Utc>) -> Result<Fetched> {
        self.call(|world| {
            world.fetches += 1;
            let fetched = |outcome| Fetched {
                outcome,
                failures: Vec::new(),
            };
            if world.refuses {
                let failure = Failure {
                    source: "src".into(),
                    symbol: "A".into(),
                    class: "daily-quota".into(),
                    message: "tomorrow".into(),
                };
                return Ok(Fetched {
                    outcome: RunOutcome::Refused,
                    failures: vec![failure],
                });
            }
            if world.late.get(&session).is_some_and(|from| now < *from) {
                return Ok(fetched(RunOutcome::NotPublished));
            }
            world.stored = Some(session);
            if world.partial.contains(&session) {
                return Ok(fetched(RunOutcome::Partial));
            }
            Ok(fetched(RunOutcome::Updated))
        })
    }

    fn study(&mut self, _name: &str) -> Result<Studied> {
        self.call(|world| {
            let snapshot = world.snapshot();
            let of = |status: &str| {
                snapshot
                    .ledger
                    .iter()
                    .filter(|r| r.status == status)
                    .count()
            };
            Ok(Studied {
                title: "S".into(),
                observations: [of("used"), of("provisional"), 0],
                snapshot,
            })
        })
    }

    fn write(&mut self, report: &Dated) -> Result<()> {
        self.call(|world| {
            let text = format!("{:?} {:?}", report.before, report.changes);
            world.files.insert(report.folder.to_owned(), text);
            Ok(())
        })
    }

    fn publish(&mut self, publication: &Publication, memory: &dyn Memory) -> Result<()> {
        self.call(|world| {
            world
                .files
                .insert("index".into(), format!("{publication:?}"));
            let feed = format!("{:?}", memory.messages("hook")?);
            world.files.insert("feed".into(), feed);
            Ok(())
        })
    }

    fn deliver(&mut self, _rule: &Rule, messages: &[Message]) -> Result<()> {
        self.call(|world| {
            if world.deaf {
                return Err(InputError::new("nobody listens", "").into());
            }
            world
                .received
                .extend(messages.iter().map(|m| m.fact.key.clone()));
            Ok(())
        })
    }
}

fn nyse() -> Calendar {
    Calendar::named("XNYS").unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn plan() -> Plan {
    Plan {
        calendar: nyse(),
        timing: Timing {
            at: NaiveTime::from_hms_opt(18, 30, 0).unwrap(),
            zone: chrono_tz::America::New_York,
            lag: TimeDelta::minutes(90),
            retries: vec![TimeDelta::minutes(15), TimeDelta::minutes(30)],
        },
        studies: vec!["s".into()],
        rules: vec![Rule {
            name: "hook".into(),
            on: vec![
                Trigger::AbnormalReturn,
                Trigger::CompletedWindow,
                Trigger::NewEvent,
                Trigger::FailedSource,
            ],
            quantile: 0.92,
            studies: Vec::new(),
            instruments: Vec::new(),
            to: Channel::Webhook(Webhook {
                url: String::new(),
                secret_env: None,
            }),
        }],
        keep: Keep::Sessions(20),
    }
}

fn world() -> World {
    World {
        events: vec![("release", "2025-01-21"), ("shock", "2025-01-27")],
        ..World::default()
    }
}

/// One run, without a wish to stop.
fn run(notebook: &mut Notebook, world: &mut World, now: &str) -> Result<RunReport> {
    once(&plan(), notebook, world, now.parse().unwrap(), &|| false)
}

/// Runs by the plan over a span, as a daemon that never sleeps; every run is tried until it ends.
fn simulate(notebook: &mut Notebook, world: &mut World, from: &str, to: &str) -> Vec<RunReport> {
    let plan = plan();
    let (mut now, end): (DateTime<Utc>, DateTime<Utc>) =
        (from.parse().unwrap(), to.parse().unwrap());
    let mut reports = Vec::new();
    loop {
        let history = history(&notebook.runs().unwrap(), now);
        let next = next_run(&plan.calendar, &plan.timing, &history, now).unwrap();
        now = now.max(next.at);
        if now >= end {
            return reports;
        }
        let mut attempt = || once(&plan, notebook, world, now, &|| false).unwrap();
        let first = std::panic::catch_unwind(std::panic::AssertUnwindSafe(&mut attempt));
        let report = first.unwrap_or_else(|_| attempt());
        reports.push(report);
    }
}

#[test]
fn a_quarter_runs_once_per_session_and_tells_everything_once() {
    let (mut notebook, mut world) = (Notebook::default(), world());
    let reports = simulate(
        &mut notebook,
        &mut world,
        "2025-01-02T23:30:00Z",
        "2025-04-01T04:00:00Z",
    );
    assert_eq!(reports.len(), 60);
    assert_eq!(world.fetches, 60);
    let sessions: BTreeSet<NaiveDate> =
        notebook.runs().unwrap().iter().map(|r| r.session).collect();
    assert_eq!(sessions.len(), 60);
    for holiday in ["2025-01-09", "2025-01-20", "2025-02-17"] {
        assert!(!sessions.contains(&day(holiday)));
    }
    let shock: Vec<_> = reports
        .iter()
        .flat_map(|report| &report.changes)
        .filter(|change| change.event_id.as_deref() == Some("shock"))
        .map(|change| (change.kind, change.sessions.clone(), change.completed.len()))
        .collect();
    assert_eq!(
        shock,
        [
            (
                super::super::diff::Kind::NewSession,
                vec![day("2025-01-27")],
                0
            ),
            (
                super::super::diff::Kind::NewSession,
                vec![day("2025-01-28")],
                0
            ),
            (
                super::super::diff::Kind::NewSession,
                vec![day("2025-01-29")],
                1
            ),
        ]
    );
    let unique: BTreeSet<&String> = world.received.iter().collect();
    assert_eq!(unique.len(), world.received.len());
    assert!(unique.contains(&"completed-window/s/shock/A/0:2".to_owned()));
    assert!(unique.contains(&"abnormal-return/s/A/2025-01-27".to_owned()));
    assert!(notebook.unsent().unwrap().is_empty());
    // A second run of a day finds everything done.
    let before = (notebook.clone(), world.files.clone());
    let again = run(&mut notebook, &mut world, "2025-03-31T22:45:00Z").unwrap();
    assert_eq!(again.outcome, RunOutcome::Current);
    assert_eq!(again.changes, []);
    assert_eq!(before.0, notebook);
}

#[test]
fn a_process_killed_at_any_call_ends_where_it_would_have_ended() {
    let mut undisturbed = (Notebook::default(), world());
    undisturbed
        .1
        .late
        .insert(day("2025-01-24"), at("2025-01-24T23:40:00Z"));
    let (from, to) = ("2025-01-21T23:30:00Z", "2025-01-31T12:00:00Z");
    simulate(&mut undisturbed.0, &mut undisturbed.1, from, to);
    let n_calls = undisturbed.1.calls;
    assert!(n_calls > 30, "{n_calls}");
    let once_each: BTreeSet<String> = undisturbed.1.received.iter().cloned().collect();
    assert_eq!(once_each.len(), undisturbed.1.received.len());
    for call in 0..n_calls {
        for after in [false, true] {
            let (mut notebook, mut world) = (Notebook::default(), world());
            world
                .late
                .insert(day("2025-01-24"), at("2025-01-24T23:40:00Z"));
            world.dies_at = Some((call, after));
            simulate(&mut notebook, &mut world, from, to);
            assert!(notebook == undisturbed.0, "killed at {call} {after}");
            assert!(
                world.files == undisturbed.1.files,
                "killed at {call} {after}"
            );
            // A message that was delivered and not yet noted comes again, under the same key.
            let received: BTreeSet<String> = world.received.iter().cloned().collect();
            assert_eq!(received, once_each);
            assert!(world.received.len() <= once_each.len() + 1);
        }
    }
}

#[test]
fn a_late_session_is_tried_again_and_leaves_no_study() {
    let (mut notebook, mut world) = (Notebook::default(), world());
    run(&mut notebook, &mut world, "2025-01-24T23:30:00Z").unwrap();
    world
        .late
        .insert(day("2025-01-27"), at("2025-01-27T23:40:00Z"));
    let late = run(&mut notebook, &mut world, "2025-01-27T23:30:00Z").unwrap();
    assert_eq!(late.outcome, RunOutcome::NotPublished);
    let next = late.next.unwrap();
    assert_eq!(next.at.to_rfc3339(), "2025-01-27T23:45:00+00:00");
    assert!(late.steps.iter().all(|step| step.step != "study"));
    let then = run(&mut notebook, &mut world, "2025-01-27T23:45:00Z").unwrap();
    assert_eq!(then.outcome, RunOutcome::Updated);
    assert_eq!(then.next.unwrap().session, day("2025-01-28"));
}

#[test]
fn a_source_that_refuses_is_told_once_a_day_however_often_it_is_tried() {
    let (mut notebook, mut world) = (Notebook::default(), world());
    run(&mut notebook, &mut world, "2025-01-24T23:30:00Z").unwrap();
    world.refuses = true;
    for now in ["2025-01-27T23:30:00Z", "2025-01-27T23:45:00Z"] {
        let refused = run(&mut notebook, &mut world, now).unwrap();
        assert_eq!(refused.outcome, RunOutcome::Refused);
    }
    assert_eq!(world.received, ["failed-source/src/daily-quota/2025-01-27"]);
}

#[test]
fn what_was_missed_comes_in_one_run_with_its_sessions_in_order() {
    let (mut notebook, mut world) = (Notebook::default(), world());
    run(&mut notebook, &mut world, "2025-01-07T23:30:00Z").unwrap();
    let report = run(&mut notebook, &mut world, "2025-01-28T12:00:00Z").unwrap();
    assert_eq!(world.fetches, 2);
    assert_eq!(report.session, day("2025-01-27"));
    let run = notebook.runs().unwrap().pop().unwrap();
    assert_eq!(run.detail.sessions.len(), 12);
    assert!(run.detail.sessions.is_sorted());
    assert_eq!(
        report.steps[0].detail.as_deref(),
        Some("12 sessions, 2025-01-08 to 2025-01-27")
    );
}

#[test]
fn a_clock_that_went_back_changes_and_tells_nothing() {
    let (mut notebook, mut world) = (Notebook::default(), world());
    run(&mut notebook, &mut world, "2025-01-29T23:30:00Z").unwrap();
    let before = (
        notebook.clone(),
        world.files.clone(),
        world.received.clone(),
    );
    let back = run(&mut notebook, &mut world, "2025-01-22T11:30:00Z").unwrap();
    assert_eq!(back.outcome, RunOutcome::Current);
    assert!(back.changes.is_empty() && back.messages.is_empty());
    assert_eq!((notebook, world.files, world.received), before);
}

#[test]
fn an_event_that_is_added_on_a_holiday_is_a_new_event_without_a_fetch() {
    let (mut notebook, mut world) = (Notebook::default(), world());
    run(&mut notebook, &mut world, "2025-01-17T23:30:00Z").unwrap();
    world.events.push(("talks", "2025-01-15"));
    let report = run(&mut notebook, &mut world, "2025-01-20T23:30:00Z").unwrap();
    assert_eq!((report.outcome, world.fetches), (RunOutcome::Current, 1));
    assert_eq!(report.changes.len(), 1);
    assert_eq!(report.changes[0].kind, super::super::diff::Kind::NewEvent);
    assert_eq!(world.received, ["new-event/s/talks"]);
    // The same run again, at the same time, with nothing new.
    let before = notebook.clone();
    run_again(&mut notebook, &mut world);
    assert_eq!(before, notebook);
}

fn run_again(notebook: &mut Notebook, world: &mut World) {
    let again = run(notebook, world, "2025-01-20T23:30:00Z").unwrap();
    assert_eq!(again.changes, []);
}

#[test]
fn what_nobody_takes_waits_for_the_next_run() {
    let (mut notebook, mut world) = (Notebook::default(), world());
    run(&mut notebook, &mut world, "2025-01-24T23:30:00Z").unwrap();
    world.deaf = true;
    let report = run(&mut notebook, &mut world, "2025-01-27T23:30:00Z").unwrap();
    assert!(report.incomplete);
    assert_eq!(notebook.unsent().unwrap().len(), report.messages.len());
    assert!(!report.messages.is_empty());
    world.deaf = false;
    run(&mut notebook, &mut world, "2025-01-27T23:40:00Z").unwrap();
    assert!(notebook.unsent().unwrap().is_empty());
    assert_eq!(world.received.len(), report.messages.len());
}

#[test]
fn a_run_that_is_asked_to_stop_remembers_nothing_half_done() {
    let (mut notebook, mut world) = (Notebook::default(), world());
    let now = "2025-01-27T23:30:00Z".parse().unwrap();
    let report = once(&plan(), &mut notebook, &mut world, now, &|| true).unwrap();
    assert!(report.stopped);
    assert_eq!(notebook, Notebook::default());
    let report = once(&plan(), &mut notebook, &mut world, now, &|| false).unwrap();
    assert_eq!(report.outcome, RunOutcome::Updated);
}

#[test]
fn an_abnormal_return_is_told_as_one_however_late_a_symbol_is() {
    let (mut notebook, mut world) = (Notebook::default(), world());
    run(&mut notebook, &mut world, "2025-01-24T23:30:00Z").unwrap();
    let both = [day("2025-01-27"), day("2025-01-28")];
    world.partial.extend(both);
    for now in ["2025-01-27T23:30:00Z", "2025-01-28T23:30:00Z"] {
        let waits = run(&mut notebook, &mut world, now).unwrap();
        assert_eq!(waits.outcome, RunOutcome::Partial);
    }
    world.partial.clear();
    let there = run(&mut notebook, &mut world, "2025-01-28T23:45:00Z").unwrap();
    assert_eq!(there.outcome, RunOutcome::Updated);
    let revised = super::super::diff::Kind::Revision;
    assert!(there.changes.iter().all(|change| change.kind != revised));
    for session in both {
        let key = format!("abnormal-return/s/A/{session}");
        assert!(world.received.contains(&key), "{:?}", world.received);
    }
}

#[test]
fn a_session_that_is_run_again_keeps_what_it_has_told() {
    let (mut notebook, mut world) = (Notebook::default(), world());
    run(&mut notebook, &mut world, "2025-01-27T23:30:00Z").unwrap();
    run(&mut notebook, &mut world, "2025-01-28T23:30:00Z").unwrap();
    let page = |world: &World| world.files["s/2025-01-28"].clone();
    let first = page(&world);
    world.events.push(("talks", "2025-01-15"));
    let again = run(&mut notebook, &mut world, "2025-01-28T23:50:00Z").unwrap();
    assert_eq!(again.changes.len(), 1);
    let both = page(&world);
    assert!(
        first.contains("NewSession") && !first.contains("NewEvent"),
        "{first}"
    );
    assert!(
        both.contains("NewSession") && both.contains("NewEvent"),
        "{both}"
    );
    let runs = notebook.runs().unwrap();
    let counts = &runs.last().unwrap().detail.studies[0].changes;
    assert_eq!(
        counts.keys().collect::<Vec<_>>(),
        ["new-event", "new-session"]
    );
}

#[test]
fn a_clock_that_was_a_month_ahead_postpones_nothing() {
    let (mut notebook, mut world) = (Notebook::default(), world());
    run(&mut notebook, &mut world, "2025-01-27T23:30:00Z").unwrap();
    world
        .late
        .insert(day("2025-02-27"), at("2025-02-28T12:00:00Z"));
    run(&mut notebook, &mut world, "2025-02-27T23:30:00Z").unwrap();
    let now = at("2025-01-28T23:30:00Z");
    let seen = publication(&plan(), &notebook, now).unwrap();
    assert_eq!(
        (seen.next.session, seen.next.at <= now),
        (day("2025-01-28"), true)
    );
    assert_eq!(seen.last.unwrap().session, day("2025-01-27"));
}
