//! `schedule run`: stay, wait for the next run, run, and go on until asked to stop.
//!
//! Nobody sleeps until a time: the clock is asked every half minute, so that a machine that slept or
//! a clock that was set changes nothing. With `--now`, the clock goes from one run to the next.

use super::{once, say};
use crate::cli::Outcome;
use crate::cli::clock::{SystemClock, now};
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
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often the clock is asked.
const LOOK: Duration = Duration::from_secs(30);

/// Runs until asked to stop, or, in a replay, until its end.
pub fn stay(desk: &Desk, until: Option<&str>) -> Result<Outcome> {
    let begin = now(desk.global.now.as_deref())?;
    let _lock = Lock::of_schedule(&desk.schedule.store, &owner("schedule run"), begin)?;
    match until {
        Some(until) => replay(desk, begin, now(Some(until))?),
        None if desk.global.now.is_some() => {
            let fault = InputError::new(
                "a clock that stands still never comes to a run",
                "say --until TIMESTAMP to replay",
            );
            Err(fault.in_file("--now").into())
        }
        None => serve(desk),
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
        let report = once(desk, now, &|| false)?;
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
    let mut job = DailyJob { desk, session };
    daily::settle(plan, &mut memory, &mut job, at)?;
    Ok(at)
}

/// The service: runs in a thread of their own, while this one watches clock and signals.
fn serve(desk: &Desk) -> Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::io("threads", &e))?;
    settle(desk, SystemClock.now())?;
    tell(&[NotifyState::Ready]);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| work(desk, &stop));
        runtime.block_on(watch(|| worker.is_finished()));
        stop.store(true, Ordering::SeqCst);
        tell(&[NotifyState::Stopping]);
        worker.thread().unpark();
        worker.join().unwrap_or_else(|_| {
            let fault = InputError::new("a run ended in a fault of the program", "report it");
            Err(fault.into())
        })
    })
}

/// Waits for a signal, or for the worker to give up, and keeps the watchdog calm meanwhile.
async fn watch(is_finished: impl Fn() -> bool) {
    let mut signal = Box::pin(asked_to_stop());
    loop {
        tell(&[NotifyState::Watchdog]);
        tokio::select! {
            () = &mut signal => return,
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
        }
        if is_finished() {
            return;
        }
    }
}

#[cfg(unix)]
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        },
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() {
    let _ = tokio::signal::ctrl_c().await;
}

/// Waits for runs and runs. A run that fails is told, and the next one comes by the plan.
fn work(desk: &Desk, stop: &AtomicBool) -> Result<Outcome> {
    let mut told = None;
    while !stop.load(Ordering::SeqCst) {
        let now = SystemClock.now();
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
        match once(desk, now, &|| stop.load(Ordering::SeqCst)) {
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
