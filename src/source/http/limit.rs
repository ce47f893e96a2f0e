//! Politeness: the least time between two requests to one host, and pauses that a host asks for.

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use reqwest::Url;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// One gate per host.
#[derive(Debug)]
pub(super) struct Gates {
    min_interval: Option<Duration>,
    by_host: Mutex<HashMap<String, Arc<Gate>>>,
}

#[derive(Debug)]
struct Gate {
    limiter: Option<DefaultDirectRateLimiter>,
    resume_at: Mutex<Option<Instant>>,
}

impl Gates {
    /// `min_interval` stands in for the sources' own.
    pub(super) fn new(min_interval: Option<Duration>) -> Self {
        Self {
            min_interval,
            by_host: Mutex::default(),
        }
    }

    /// Waits until the host may be asked; `interval` is the source's own.
    pub(super) async fn pass(&self, url: &Url, interval: Duration) {
        let interval = self.min_interval.unwrap_or(interval);
        let gate = self.gate(&host_and_port(url), interval);
        loop {
            if let Some(limiter) = &gate.limiter {
                limiter.until_ready().await;
            }
            match gate.resume_at() {
                Some(at) if at > Instant::now() => sleep_until(at).await,
                _ => return,
            }
        }
    }

    /// No request to this host until so much time has passed.
    pub(super) fn pause(&self, host: &str, wait: Duration) {
        let gates = self.by_host.lock();
        let gates = gates.unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = gates.get(host) {
            gate.pause_until(Instant::now() + wait);
        }
    }

    fn gate(&self, host: &str, interval: Duration) -> Arc<Gate> {
        let gates = self.by_host.lock();
        let mut gates = gates.unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = gates.get(host) {
            return Arc::clone(gate);
        }
        let gate = Arc::new(Gate {
            limiter: Quota::with_period(interval).map(RateLimiter::direct),
            resume_at: Mutex::default(),
        });
        gates.insert(host.to_owned(), Arc::clone(&gate));
        gate
    }
}

impl Gate {
    fn resume_at(&self) -> Option<Instant> {
        let at = self.resume_at.lock();
        *at.unwrap_or_else(PoisonError::into_inner)
    }

    fn pause_until(&self, at: Instant) {
        let resume_at = self.resume_at.lock();
        let mut resume_at = resume_at.unwrap_or_else(PoisonError::into_inner);
        *resume_at = (*resume_at).max(Some(at));
    }
}

/// What tells one server from another.
pub(super) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or("").to_ascii_lowercase();
    format!("{host}:{}", url.port_or_known_default().unwrap_or(0))
}
