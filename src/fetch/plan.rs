//! What to ask for: the last session that can be final, and from where on.
//!
//! Pure functions of the calendar, the clock that is handed in, and what is stored.

use crate::calendar::Calendar;
use crate::error::Result;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// What a person limits a fetch to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First date; `None`: from where the store ends, or all that there is.
    pub from: Option<NaiveDate>,
    /// Last date; `None`: the last session that is final.
    pub to: Option<NaiveDate>,
}

/// The first and the last session that are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// First session.
    pub first: NaiveDate,
    /// Where to begin, so that the sessions in common tell a restatement.
    pub overlap_from: NaiveDate,
    /// Last session.
    pub last: NaiveDate,
}

/// The last session whose figures are final at `now`: closed, with the time passed that the
/// source takes to publish it. An early close counts from its own time.
///
/// # Errors
/// A clock outside the calendar's years.
pub fn last_final(calendar: &Calendar, lag: TimeDelta, now: DateTime<Utc>) -> Result<NaiveDate> {
    let today = (now - lag).with_timezone(&calendar.zone()).date_naive();
    let last = calendar.last_on_or_before(today)?;
    match calendar.session(last)? {
        Some(session) if session.closes_at + lag <= now => Ok(last),
        _ => calendar.previous_before(last),
    }
}

/// The session up to which figures are wanted: the last that is final, or the last one within the
/// span if that is earlier.
///
/// # Errors
/// A span outside the calendar's years.
pub fn wanted_until(calendar: &Calendar, span: Span, last_final: NaiveDate) -> Result<NaiveDate> {
    match span.to {
        Some(to) if to < last_final => calendar.last_on_or_before(to),
        _ => Ok(last_final),
    }
}

/// Whether all that is wanted is stored.
pub fn is_current(held: Held, span: Span, until: NaiveDate) -> bool {
    held.last >= until && span.from.is_none_or(|from| from >= held.first)
}

/// From where to ask: with an overlap where something is stored, else from the span's beginning.
/// Never with a gap between what is stored and what is asked for.
pub fn ask_from(held: Option<Held>, span: Span) -> Option<NaiveDate> {
    match (held, span.from) {
        (None, from) => from,
        (Some(held), Some(from)) => Some(from.min(held.overlap_from)),
        (Some(held), None) => Some(held.overlap_from),
    }
}

/// From where to ask for a restated history: all that is stored, and what is wanted before it.
pub fn reload_from(held: Held, span: Span) -> NaiveDate {
    span.from.map_or(held.first, |from| from.min(held.first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn final_at(now: &str, lag: TimeDelta) -> NaiveDate {
        let calendar = Calendar::named("XNYS").expect("a calendar");
        let now = DateTime::parse_from_rfc3339(now).expect("a time").to_utc();
        last_final(&calendar, lag, now).expect("within the years")
    }

    #[test]
    fn a_session_is_final_when_its_close_and_the_lag_have_passed() {
        let (none, lag) = (TimeDelta::zero(), TimeDelta::minutes(90));
        let table = [
            ("2026-08-26T15:59:59-04:00", none, "2026-08-25"),
            ("2026-08-26T16:00:00-04:00", none, "2026-08-26"),
            ("2026-08-26T17:29:59-04:00", lag, "2026-08-25"),
            ("2026-08-26T17:30:00-04:00", lag, "2026-08-26"),
            // The evening in New York is the next day in UTC.
            ("2026-08-27T03:00:00Z", lag, "2026-08-26"),
            // A Sunday, and Labor Day after it.
            ("2026-09-07T20:00:00-04:00", lag, "2026-09-04"),
            // 27 November 2026 closes at 13:00.
            ("2026-11-27T14:29:00-05:00", lag, "2026-11-25"),
            ("2026-11-27T14:30:00-05:00", lag, "2026-11-27"),
            // A lag of a day over a weekend.
            (
                "2026-08-31T15:00:00-04:00",
                TimeDelta::days(1),
                "2026-08-28",
            ),
        ];
        for (now, lag, session) in table {
            assert_eq!(final_at(now, lag), day(session), "{now}");
        }
    }

    #[test]
    fn what_is_asked_for_overlaps_what_is_stored() {
        let held = Held {
            first: day("2022-01-03"),
            overlap_from: day("2026-08-12"),
            last: day("2026-08-25"),
        };
        let span = |from: Option<&str>, to: Option<&str>| Span {
            from: from.map(day),
            to: to.map(day),
        };
        let open = span(None, None);
        assert_eq!(ask_from(None, open), None);
        assert_eq!(
            ask_from(None, span(Some("2025-01-01"), None)),
            Some(day("2025-01-01"))
        );
        assert_eq!(ask_from(Some(held), open), Some(held.overlap_from));
        // A later beginning must not leave a gap, an earlier one is wanted.
        let later = span(Some("2026-08-25"), None);
        assert_eq!(ask_from(Some(held), later), Some(held.overlap_from));
        let earlier = span(Some("2020-01-02"), None);
        assert_eq!(ask_from(Some(held), earlier), Some(day("2020-01-02")));
        assert_eq!(reload_from(held, open), held.first);
        assert_eq!(reload_from(held, earlier), day("2020-01-02"));

        assert!(is_current(held, open, day("2026-08-25")));
        assert!(!is_current(held, open, day("2026-08-26")));
        assert!(!is_current(held, earlier, day("2026-08-25")));

        let calendar = Calendar::named("XNYS").expect("a calendar");
        let until = |to| wanted_until(&calendar, span(None, Some(to)), held.last);
        assert_eq!(until("2025-02-02"), Ok(day("2025-01-31")));
        assert_eq!(until("2027-01-01"), Ok(held.last));
    }
}
