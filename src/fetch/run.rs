//! All symbols of a job, several at a time: one that fails stops none of the others.

use super::one::fetch_symbol;
use super::shelf::Shelf;
use super::{Job, SymbolResult};
use crate::error::Result;
use crate::instrument::Symbol;
use crate::source::http::Client;
use crate::source::{Refusal, RefusalClass};
use crate::store::{Store, Writer};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// A request to stop: nothing more is asked, what is being stored is stored to its end.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// A stop, and the switch that sets it by sending `true`.
    pub fn new() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self(receiver))
    }

    /// Whether a stop was asked for.
    pub fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends when a stop is asked for, and never where none can be.
    pub async fn asked(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// What became of a job.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// One result per symbol that was dealt with, in the order of the job.
    pub results: Vec<SymbolResult>,
    /// Symbols that a stop left out.
    pub left_out: Vec<Symbol>,
}

/// So many symbols may be on their way to the disk while others are asked for.
const BEING_STORED: usize = 24;

/// What the tasks of a run share.
pub(super) struct Shared {
    pub job: Job,
    pub client: Client,
    pub stop: Stop,
    /// The store as it is read. No two tasks are at one symbol.
    pub store: Store,
    /// The store as it is written to.
    pub shelf: Shelf,
    /// As many symbols as may be asked for at a time.
    pub asking: Semaphore,
    /// Until when sources must not be asked, as the ledger had it when the run began.
    quotas: HashMap<String, DateTime<Utc>>,
    /// Sources that said something that holds for all symbols.
    closed: Mutex<HashMap<String, Refusal>>,
}

impl Shared {
    /// Until when the source must not be asked; it may be past.
    pub fn quota(&self, source: &str) -> Option<DateTime<Utc>> {
        self.quotas.get(source).copied()
    }

    /// What a source said earlier in this run that answers every further request.
    pub fn closed(&self, source: &str) -> Option<Refusal> {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        closed.get(source).cloned()
    }

    /// Remembers a refusal that holds for all symbols of the source.
    pub fn close(&self, source: &str, refusal: &Refusal) {
        let for_all = matches!(
            refusal.class,
            RefusalClass::RateLimited
                | RefusalClass::DailyQuota
                | RefusalClass::NeedsKey
                | RefusalClass::BadKey
                | RefusalClass::BotCheck
        );
        if for_all {
            let closed = self.closed.lock();
            let mut closed = closed.unwrap_or_else(PoisonError::into_inner);
            closed.entry(source.to_owned()).or_insert(refusal.clone());
        }
    }
}

/// Fetches all symbols of the job. `done` hears of each as it ends.
///
/// # Errors
/// A ledger that cannot be read; a task that the system ended. What goes wrong with a symbol is in its result.
pub async fn run(
    job: Job,
    client: Client,
    writer: Writer,
    stop: Stop,
    done: impl Fn(&SymbolResult) + Send + Sync + 'static,
) -> Result<Report> {
    let symbols = job.symbols.clone();
    let mut quotas = HashMap::new();
    for provider in &job.chain {
        if let Some(until) = writer.quota(provider.name())? {
            quotas.insert(provider.name().to_owned(), until);
        }
    }
    let jobs = job.jobs.clamp(1, symbols.len().max(1));
    let shared = Arc::new(Shared {
        asking: Semaphore::new(jobs.min(Semaphore::MAX_PERMITS)),
        job,
        client,
        stop,
        store: writer.store()?,
        shelf: Shelf::new(writer),
        quotas,
        closed: Mutex::default(),
    });
    let done = Arc::new(done);
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..(jobs + BEING_STORED).min(symbols.len()) {
        let (shared, next, done) = (Arc::clone(&shared), Arc::clone(&next), Arc::clone(&done));
        tasks.spawn(async move {
            let mut results = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(symbol) = shared.job.symbols.get(at) else {
                    return results;
                };
                if let Some(result) = fetch_symbol(&shared, symbol).await {
                    done(&result);
                    results.push((at, result));
                }
            }
        });
    }
    let mut results: Vec<Option<SymbolResult>> = symbols.iter().map(|_| None).collect();
    for (at, result) in tasks.join_all().await.into_iter().flatten() {
        results[at] = Some(result);
    }
    let mut report = Report::default();
    for (symbol, result) in symbols.into_iter().zip(results) {
        match result {
            Some(result) => report.results.push(result),
            None => report.left_out.push(symbol),
        }
    }
    Ok(report)
}
