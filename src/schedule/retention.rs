//! Which dated reports stay: the newest so many, or those of so many days.
//!
//! Counted from the newest session, not from the clock, so that a machine that was off for a month
//! does not empty its folder. The newest report always stays.

use chrono::{NaiveDate, TimeDelta};
use std::collections::BTreeSet;
use std::fmt;

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Everything.
    All,
    /// The newest so many sessions.
    Sessions(u32),
    /// Sessions of so many days up to the newest.
    Days(u32),
}

impl Keep {
    /// Reads `all`, `60` (sessions) or `30d` (days).
    pub fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        if text == "all" {
            return Some(Keep::All);
        }
        let keep = match text.strip_suffix('d') {
            Some(days) => Keep::Days(days.trim().parse().ok()?),
            None => Keep::Sessions(text.parse().ok()?),
        };
        (!matches!(keep, Keep::Days(0) | Keep::Sessions(0))).then_some(keep)
    }

    /// Those of `sessions` that do not stay.
    pub fn expired(self, sessions: &BTreeSet<NaiveDate>) -> BTreeSet<NaiveDate> {
        let Some(newest) = sessions.last() else {
            return BTreeSet::new();
        };
        match self {
            Keep::All => BTreeSet::new(),
            Keep::Sessions(n) => {
                let n = usize::try_from(n).unwrap_or(usize::MAX);
                sessions.iter().rev().skip(n).copied().collect()
            }
            Keep::Days(days) => {
                let first = *newest - TimeDelta::days(days.into());
                sessions.iter().filter(|s| **s < first).copied().collect()
            }
        }
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Keep::All => f.write_str("all sessions"),
            Keep::Sessions(n) => write!(f, "the newest {n} sessions"),
            Keep::Days(days) => write!(f, "the sessions of {days} days"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(days: &[u32]) -> BTreeSet<NaiveDate> {
        let day = |d: &u32| NaiveDate::from_ymd_opt(2025, 1, *d).unwrap();
        days.iter().map(day).collect()
    }

    #[test]
    fn texts_are_sessions_or_days() {
        assert_eq!(Keep::from_text("60"), Some(Keep::Sessions(60)));
        assert_eq!(Keep::from_text("30d"), Some(Keep::Days(30)));
        assert_eq!(Keep::from_text("all"), Some(Keep::All));
        for wrong in ["", "0", "0d", "-1", "30 weeks", "d"] {
            assert_eq!(Keep::from_text(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_newest_stay_and_days_count_from_the_newest() {
        let all = sessions(&[2, 3, 6, 7, 10]);
        assert_eq!(Keep::Sessions(2).expired(&all), sessions(&[2, 3, 6]));
        assert_eq!(Keep::Days(4).expired(&all), sessions(&[2, 3]));
        assert!(Keep::All.expired(&all).is_empty());
        assert!(Keep::Sessions(1).expired(&BTreeSet::new()).is_empty());
        assert_eq!(Keep::Days(1).expired(&sessions(&[3])), sessions(&[]));
    }
}
