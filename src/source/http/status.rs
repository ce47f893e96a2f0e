//! What a status says where the adapter cannot tell better from the body.

use super::retry::retry_after;
use crate::source::{Refusal, RefusalClass, Reply};
use chrono::{DateTime, Utc};

/// The refusal of a reply that the adapter refused: the adapter's, unless all that it can say is
/// that it does not know the form, and the status says more.
pub(super) fn decide(reply: &Reply, adapters: Refusal, now: DateTime<Utc>) -> Refusal {
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
    if refusal.class.is_retryable() && refusal.retry_after.is_none() {
        refusal.retry_after = retry_after(reply, now);
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
        decide(&reply, Refusal::new(class, "x"), DateTime::UNIX_EPOCH).class
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
