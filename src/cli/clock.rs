//! The clock: the system's, or the one of `--now`. Nothing else in the program reads the time.

use crate::error::{InputError, Result};
use crate::schedule::clock::Clock;
use chrono::{DateTime, Utc};
use std::time::Instant;

/// The system's clock, for those who ask it again and again.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::<Utc>::from(std::time::SystemTime::now())
    }
}

/// A clock that was set once and goes on from there.
#[derive(Debug, Clone, Copy)]
struct SetClock {
    to: DateTime<Utc>,
    at: Instant,
}

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        self.to + self.at.elapsed()
    }
}

/// A clock that goes: the system's, or one that is set to `--now` and goes on from there.
pub fn going(flag: Option<&str>) -> Result<Box<dyn Clock + Sync>> {
    Ok(match flag {
        None => Box::new(SystemClock),
        Some(_) => Box::new(SetClock {
            to: now(flag)?,
            at: Instant::now(),
        }),
    })
}

/// The time to go by.
pub fn now(flag: Option<&str>) -> Result<DateTime<Utc>> {
    let Some(text) = flag else {
        return Ok(SystemClock.now());
    };
    DateTime::parse_from_rfc3339(text)
        .map(|t| t.to_utc())
        .map_err(|_| {
            InputError::new(
                "not a timestamp with an offset",
                "write one like 2025-01-27T18:30:00-05:00",
            )
            .in_file("--now")
            .with_value(text)
            .into()
        })
}
