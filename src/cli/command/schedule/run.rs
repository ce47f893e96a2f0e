//! `schedule run`: stay, wait for the next run, run, and go on until asked to stop.
//!
//! Nobody sleeps until a time: the clock is asked every half minute, so that a machine that slept or
//! a clock that was set changes nothing. `--now` sets the clock; with `--until` it is a replay, whose
//! clock goes from one run to the next.

use super::{once, say};
use crate::cli::Outcome;
use crate::cli::clock::{going, now};
use crate::cli::schedule::job::DailyJob;
use crate::cli::schedule::memory::LedgerMemory;
use crate::cli::schedule::{Desk, status};
use crate::cli::store::owner;
use crate::error::{Error, InputError, Result};
use crate::schedule::clock::Clock;
use crate::schedule::daily;
use crate::schedule::expected::expected_session;
use crate::schedule::memory::Memory;
use crate::store::Lock;
use chrono::{DateTime, Utc};
use sd_notify::NotifyState;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How often the clock is asked.
const LOOK: Duration = Duration::from_secs(30);
/// How long the step at hand has to end, once a stop is asked for: containers are given ten seconds.
const GRACE: Duration = Duration::from_secs(8);

/// Runs until asked to stop, or, in a replay, until its end.
pub fn stay(desk: &Desk, until: Option<&str>) -> Result<Outcome> {
    let begin = now(desk.global.now.as_deref())?;
    let _lock = Lock::of_schedule(&desk.schedule.store, &owner("schedule run"), begin)?;
    match until {
        // A replay's clock stands where it is put, to the last digit.
        Some(until) => replay(desk, begin, now(Some(until))?),
        None => serve(desk, &*going(desk.global.now.as_deref())?),
    }
}

/// All runs between two times, one after the other.
fn replay(desk: &Desk, begin: DateTime<Utc>, until: DateTime<Utc>) -> Result<Outcome> {
    let mut now = settle(desk, begin)?;
    let mut worst = Outcome::Done;
    loop {
        let memory = LedgerMemory::new(desk.schedule.store.clone(), now);
        now = now.max(status::planned(&desk.schedule.plan, &memory, now)?.at);
        if now >= until {
            return Ok(worst);
        }
        if desk.stop.is_set() {
            return Ok(Outcome::Interrupted);
        }
        let report = once(desk, now)?;
        let outcome = say(desk, &report);
        if worst == Outcome::Done {
            worst = outcome;
        }
    }
}

/// Finishes what a killed process left undone after its last run, and returns the time to go on from:
/// not before that run.
fn settle(desk: &Desk, begin: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let mut memory = LedgerMemory::new(desk.schedule.store.clone(), begin);
    let last = memory.runs()?.iter().map(|run| run.at).max();
    let Some(last) = last else {
        return Ok(begin);
    };
    let plan = &desk.schedule.plan;
    let at = begin.max(last);
    let session = expected_session(&plan.calendar, plan.timing.lag, at)?;
    let mut job = DailyJob {
        desk,
        session,
        computed: None,
    };
    daily::settle(plan, &mut memory, &mut job, at, &|| desk.stop.is_set())?;
    Ok(at)
}

/// The service: runs in a thread of their own, while this one watches.
fn serve(desk: &Desk, clock: &(dyn Clock + Sync)) -> Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::io("threads", &e))?;
    std::thread::scope(|scope| {
        let (working, mut ended) = oneshot::channel::<()>();
        let worker = scope.spawn(move || {
            // Dropped at the end, also at that of a panic.
            let _working = working;
            work(desk, clock)
        });
        tell(&[NotifyState::Ready]);
        runtime.block_on(beating_until(async {
            tokio::select! {
                () = desk.stop.asked() => tracing::info!("asked to stop"),
                _ = &mut ended => {}
            }
        }));
        tell(&[NotifyState::Stopping]);
        worker.thread().unpark();
        let in_time = runtime.block_on(beating_until(async { timeout(GRACE, &mut ended).await }));
        if in_time.is_err() {
            // What the step has not finished was never there, as after any other end of the process:
            // the next run does it again.
            tracing::warn!("the step at hand was broken off");
            std::process::exit(0);
        }
        worker.join().unwrap_or_else(|_| {
            let fault = InputError::new("a run ended in a fault of the program", "report it");
            Err(fault.into())
        })
    })
}

/// Waits, and keeps the watchdog calm meanwhile, where there is one: twice as often as it asks.
async fn beating_until<T>(end: impl Future<Output = T>) -> T {
    let beats = async {
        let Some(limit) = sd_notify::watchdog_enabled() else {
            return std::future::pending().await;
        };
        loop {
            tell(&[NotifyState::Watchdog]);
            tokio::time::sleep(limit / 2).await;
        }
    };
    tokio::select! {
        value = end => value,
        never = beats => never,
    }
}

/// Waits for runs and runs. A run that fails is told, and the next one comes by the plan.
fn work(desk: &Desk, clock: &dyn Clock) -> Result<Outcome> {
    settle(desk, clock.now())?;
    let mut told = None;
    while !desk.stop.is_set() {
        let now = clock.now();
        let memory = LedgerMemory::new(desk.schedule.store.clone(), now);
        let next = status::planned(&desk.schedule.plan, &memory, now)?;
        if next.at > now {
            if told != Some(next) {
                tell(&[NotifyState::Status(&format!(
                    "next run {}",
                    status::instant(next.at)
                ))]);
                told = Some(next);
            }
            let wait = (next.at - now).to_std().unwrap_or(LOOK).min(LOOK);
            std::thread::park_timeout(wait);
            continue;
        }
        tell(&[NotifyState::Status(&format!(
            "running for {}",
            next.session
        ))]);
        match once(desk, now) {
            Ok(report) => {
                say(desk, &report);
            }
            // Another program writes to the store: soon it will not.
            Err(error @ Error::Locked { .. }) => {
                desk.voice.error(&error);
                std::thread::park_timeout(LOOK);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Outcome::Done)
}

/// Tells systemd, where it listens.
fn tell(state: &[NotifyState<'_>]) {
    let _ = sd_notify::notify(state);
}
