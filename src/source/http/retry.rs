//! What is tried again, when, and what `Retry-After` means.

use super::{HttpSettings, in_words};
use crate::source::{Refusal, Reply};
use backon::ExponentialBuilder;
use chrono::{DateTime, Utc};
use std::time::Duration;

/// Waits that double, with as much again by chance, so that programs do not return in step.
pub(super) fn backoff(settings: &HttpSettings) -> ExponentialBuilder {
    ExponentialBuilder::default()
        .with_jitter()
        .with_min_delay(settings.retry_base)
        .with_max_delay(settings.longest_wait)
        .with_max_times(settings.retries)
}

/// Whether the same request may be answered within this run.
pub(super) fn may_pass(refusal: &Refusal, settings: &HttpSettings) -> bool {
    let in_time = |wait| wait <= settings.longest_wait;
    refusal.class.is_retryable() && refusal.retry_after.is_none_or(in_time)
}

/// Says how long the source asks to wait, where that was too long to do so.
pub(super) fn explain(mut refusal: Refusal, settings: &HttpSettings) -> Refusal {
    if let Some(wait) = refusal.retry_after.filter(|w| *w > settings.longest_wait) {
        let wait = in_words(wait);
        refusal.message = format!("{}; try again in {wait}", refusal.message);
    } else if refusal.class.is_retryable() {
        let attempts = settings.retries + 1;
        refusal.message = format!("{} (after {attempts} attempts)", refusal.message);
    }
    refusal
}

/// The wait that a reply asks for, in seconds or until a date. The date is compared with the
/// server's own clock where it shows it, else with `now`.
pub(super) fn retry_after(reply: &Reply, now: DateTime<Utc>) -> Option<Duration> {
    let value = reply.header("retry-after")?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_date(value)?;
    let since = reply.header("date").and_then(http_date).unwrap_or(now);
    Some((until - since).to_std().unwrap_or_default())
}

fn http_date(text: &str) -> Option<DateTime<Utc>> {
    httpdate::parse_http_date(text).ok().map(DateTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::RefusalClass;

    fn reply(headers: &[(&str, &str)]) -> Reply {
        let headers = headers
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        Reply {
            status: 429,
            headers: headers.collect(),
            body: Vec::new(),
        }
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now: DateTime<Utc> = "2026-08-26T21:00:00Z".parse().expect("a time");
        let wait = |headers: &[(&str, &str)]| retry_after(&reply(headers), now);
        let seconds = |n| Some(Duration::from_secs(n));
        let until = ("retry-after", "Wed, 26 Aug 2026 21:00:30 GMT");
        assert_eq!(wait(&[("retry-after", " 7 ")]), seconds(7));
        assert_eq!(wait(&[until]), seconds(30));
        // The server's clock is 20 s ahead, and its own.
        assert_eq!(
            wait(&[until, ("date", "Wed, 26 Aug 2026 21:00:20 GMT")]),
            seconds(10)
        );
        assert_eq!(
            wait(&[("retry-after", "Wed, 26 Aug 2026 20:00:00 GMT")]),
            seconds(0)
        );
        assert_eq!(wait(&[("retry-after", "soon")]), None);
        assert_eq!(wait(&[]), None);
    }

    #[test]
    fn a_wait_beyond_the_longest_is_said_and_not_waited() {
        let settings = HttpSettings::default();
        let mut refusal = Refusal::new(RefusalClass::RateLimited, "too many requests");
        refusal.retry_after = Some(Duration::from_secs(60));
        assert!(may_pass(&refusal, &settings));
        refusal.retry_after = Some(Duration::from_secs(3_600));
        assert!(!may_pass(&refusal, &settings));
        let said = explain(refusal, &settings).message;
        assert_eq!(said, "too many requests; try again in 60 min");
        let quota = Refusal::new(RefusalClass::DailyQuota, "used up");
        assert!(!may_pass(&quota, &settings));
    }
}
