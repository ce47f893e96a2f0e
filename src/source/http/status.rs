//! What a status says where the adapter cannot tell better from the body.

use super::retry::retry_after;
use crate::source::{Refusal, RefusalClass, Reply};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// The refusal of a reply that the adapter refused: the adapter's, unless all that it can say is
/// that it does not know the form, and the status says more.
///
/// A wait that the server asks for goes before the adapter's own, which is at most `longest_own`.
pub(super) fn decide(
    reply: &Reply,
    adapters: Refusal,
    now: DateTime<Utc>,
    longest_own: Duration,
) -> Refusal {
    let by_status = match reply.status {
        408 => Some((RefusalClass::Timeout, "the server waited in vain")),
        429 => Some((RefusalClass::RateLimited, "too many requests")),
        500.. => Some((RefusalClass::Network, "the server is in trouble")),
        _ => None,
    };
    let mut refusal = match by_status {
        Some((class, what)) if adapters.class == RefusalClass::SchemaChanged => {
            Refusal::new(class, format!("{what} (status {})", reply.status))
        }
        _ => adapters,
    };
    refusal.retry_after = refusal.retry_after.map(|own| own.min(longest_own));
    if refusal.class.is_retryable() {
        refusal.retry_after = retry_after(reply, now).or(refusal.retry_after);
    }
    refusal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(status: u16, class: RefusalClass) -> RefusalClass {
        let reply = Reply {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        };
        let refusal = Refusal::new(class, "x");
        decide(&reply, refusal, DateTime::UNIX_EPOCH, Duration::MAX).class
    }

    #[test]
    fn the_servers_wait_goes_before_ones_own() {
        let reply = |headers: &[(&str, &str)]| Reply {
            status: 429,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: Vec::new(),
        };
        let own = Refusal {
            retry_after: Some(Duration::from_secs(60)),
            ..Refusal::new(RefusalClass::RateLimited, "x")
        };
        let wait = |headers, longest| {
            decide(&reply(headers), own.clone(), DateTime::UNIX_EPOCH, longest).retry_after
        };
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(wait(&[], Duration::MAX), seconds(60));
        assert_eq!(wait(&[], Duration::from_secs(1)), seconds(1));
        assert_eq!(
            wait(&[("retry-after", "7")], Duration::from_secs(1)),
            seconds(7)
        );
    }

    #[test]
    fn a_status_decides_only_where_the_adapter_cannot() {
        use RefusalClass::*;
        assert_eq!(decided(429, SchemaChanged), RateLimited);
        assert_eq!(decided(503, SchemaChanged), Network);
        assert_eq!(decided(408, SchemaChanged), Timeout);
        assert_eq!(decided(200, SchemaChanged), SchemaChanged);
        assert_eq!(decided(404, SchemaChanged), SchemaChanged);
        assert_eq!(decided(429, DailyQuota), DailyQuota);
    }
}
