//! The clock as an argument: whoever needs the time asks one of these.
//!
//! The system's clock is the command line's; tests and replays bring their own.

use chrono::{DateTime, Utc};

/// Tells the time.
pub trait Clock {
    /// Now.
    fn now(&self) -> DateTime<Utc>;
}

/// A clock that stands still: `--now`, and tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedClock(pub DateTime<Utc>);

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}
