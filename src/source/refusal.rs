//! Why a source gave nothing: a class that programs act on, and a message for people.

use std::time::Duration;

/// The kinds of refusal and failure, as `fetch --json` prints them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalClass {
    /// Too many requests: wait, then ask again.
    RateLimited,
    /// The day's share is used up: not before the next UTC day.
    DailyQuota,
    /// The source wants a key and none is configured.
    NeedsKey,
    /// The source does not know the key.
    BadKey,
    /// The source wants to see a person with a browser. Never worked around.
    BotCheck,
    /// The source knows the symbol but has nothing in the span.
    NoData,
    /// The source does not know the symbol.
    UnknownSymbol,
    /// The key's plan does not include what was asked.
    PlanLimit,
    /// The reply has not the form that the adapter knows.
    SchemaChanged,
    /// The reply ends before its end.
    Truncated,
    /// The reply is larger than anything sensible.
    TooLarge,
    /// No connection, or one that broke.
    Network,
    /// No complete reply in time.
    Timeout,
}

impl RefusalClass {
    /// The name that programs read: `rate-limited`.
    pub fn as_str(self) -> &'static str {
        match self {
            RefusalClass::RateLimited => "rate-limited",
            RefusalClass::DailyQuota => "daily-quota",
            RefusalClass::NeedsKey => "needs-key",
            RefusalClass::BadKey => "bad-key",
            RefusalClass::BotCheck => "bot-check",
            RefusalClass::NoData => "no-data",
            RefusalClass::UnknownSymbol => "unknown-symbol",
            RefusalClass::PlanLimit => "plan-limit",
            RefusalClass::SchemaChanged => "schema-changed",
            RefusalClass::Truncated => "truncated",
            RefusalClass::TooLarge => "too-large",
            RefusalClass::Network => "network",
            RefusalClass::Timeout => "timeout",
        }
    }

    /// Whether the same request may succeed within this run.
    pub fn is_retryable(self) -> bool {
        matches!(
            self,
            RefusalClass::RateLimited
                | RefusalClass::Truncated
                | RefusalClass::Network
                | RefusalClass::Timeout
        )
    }

    /// Whether the source answered and said no (`refused`), or did not come through (`failed`).
    pub fn is_failure(self) -> bool {
        matches!(
            self,
            RefusalClass::Network
                | RefusalClass::Timeout
                | RefusalClass::Truncated
                | RefusalClass::TooLarge
        )
    }
}

/// Why a source gave nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// What kind of refusal.
    pub class: RefusalClass,
    /// What happened and what the person can do, without secrets.
    pub message: String,
    /// How long the source asks to wait, where it says so.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// A refusal with its message.
    pub fn new(class: RefusalClass, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
            retry_after: None,
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.class.as_str(), self.message)
    }
}

impl std::error::Error for Refusal {}
