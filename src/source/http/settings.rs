//! The limits that the client keeps, in one place.

use std::time::Duration;

/// Times, sizes and counts that a request may take.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpSettings {
    /// Until a connection stands.
    pub connect_timeout: Duration,
    /// Between two pieces of a reply.
    pub idle_timeout: Duration,
    /// For one attempt from the request to the last byte, redirects included.
    pub whole_timeout: Duration,
    /// Attempts after the first.
    pub retries: usize,
    /// The wait before the second attempt; it doubles from there, with as much again by chance.
    pub retry_base: Duration,
    /// The longest wait that a server may ask for; if it asks for more, it is not asked again.
    pub longest_wait: Duration,
    /// The longest wait of our own making: for an allowance that a source renews by the minute, say,
    /// without a `Retry-After`.
    pub longest_own_wait: Duration,
    /// The least time between two requests to one host, in place of the sources' own.
    pub min_interval: Option<Duration>,
    /// The most bytes of a body, decompressed.
    pub max_body: usize,
    /// Redirects that are followed.
    pub max_redirects: usize,
    /// The header `User-Agent`, where a source needs no other.
    pub user_agent: String,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(30),
            whole_timeout: Duration::from_secs(90),
            retries: 3,
            retry_base: Duration::from_millis(500),
            longest_wait: Duration::from_secs(60),
            longest_own_wait: Duration::MAX,
            min_interval: None,
            max_body: 32 << 20,
            max_redirects: 5,
            user_agent: format!(
                "Mozilla/5.0 (compatible; shockwave/{})",
                env!("CARGO_PKG_VERSION")
            ),
        }
    }
}

impl HttpSettings {
    /// The same settings with this time for a whole attempt, and no longer one for its parts.
    #[must_use]
    pub fn with_timeout(mut self, whole: Duration) -> Self {
        self.whole_timeout = whole;
        self.connect_timeout = self.connect_timeout.min(whole);
        self.idle_timeout = self.idle_timeout.min(whole);
        self
    }
}
