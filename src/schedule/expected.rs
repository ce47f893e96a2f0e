//! Which session a source should have by now.
//!
//! A session is expected once its close, with early closes, and the source's publication lag have
//! passed. Holidays, closures and daylight saving are the calendar's business; the time is handed
//! in. When to look is left to `next_run`.

use crate::calendar::Calendar;
use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// The instant from which the figures of `session` are expected: its close and the lag after it.
///
/// # Errors
/// [`Error::OutsideCalendar`] for a date out of bounds, or that does not trade.
pub fn due_at(calendar: &Calendar, lag: TimeDelta, session: NaiveDate) -> Result<DateTime<Utc>> {
    match calendar.session(session)? {
        Some(session) => Ok(session.closes_at + lag),
        None => Err(no_session(calendar, session)),
    }
}

/// The last session whose close and publication lag have passed at `now`.
///
/// # Errors
/// [`Error::OutsideCalendar`] where the search leaves the years that the calendar knows.
///
/// ```
/// use chrono::{NaiveDate, TimeDelta};
/// use shockwave::calendar::Calendar;
/// use shockwave::schedule::expected::expected_session;
///
/// let nyse = Calendar::named("XNYS")?;
/// let lag = TimeDelta::minutes(90);
/// let at = |text: &str| text.parse().unwrap();
/// let day = |d| NaiveDate::from_ymd_opt(2025, 1, d).unwrap();
/// // Friday's figures are out at 17:30 New York; Monday, 20 January, is a holiday.
/// assert_eq!(expected_session(&nyse, lag, at("2025-01-17T22:29:59Z"))?, day(16));
/// assert_eq!(expected_session(&nyse, lag, at("2025-01-17T22:30:00Z"))?, day(17));
/// assert_eq!(expected_session(&nyse, lag, at("2025-01-21T22:29:59Z"))?, day(17));
/// # Ok::<(), shockwave::error::Error>(())
/// ```
pub fn expected_session(
    calendar: &Calendar,
    lag: TimeDelta,
    now: DateTime<Utc>,
) -> Result<NaiveDate> {
    // A session that closed by then is out by now.
    let closed_by = now - lag;
    let today = closed_by.with_timezone(&calendar.zone()).date_naive();
    let mut date = calendar.last_on_or_before(today)?;
    while due_at(calendar, lag, date)? > now {
        date = calendar.previous_before(date)?;
    }
    Ok(date)
}

/// The sessions after `done` up to `expected`, in order; only `expected` where nothing was done yet.
///
/// # Errors
/// [`Error::OutsideCalendar`] if either date is out of bounds.
pub fn missed_sessions(
    calendar: &Calendar,
    done: Option<NaiveDate>,
    expected: NaiveDate,
) -> Result<Vec<NaiveDate>> {
    match done {
        None => Ok(vec![expected]),
        Some(done) if done >= expected => Ok(Vec::new()),
        Some(done) => calendar.sessions(done + TimeDelta::days(1), expected),
    }
}

fn no_session(calendar: &Calendar, date: NaiveDate) -> Error {
    let (first, last) = calendar.bounds();
    Error::OutsideCalendar {
        calendar: calendar.name().to_owned(),
        date,
        first,
        last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nyse() -> Calendar {
        Calendar::named("XNYS").unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// What is expected one second before and exactly at an instant.
    fn around(lag: TimeDelta, instant: &str) -> (String, String) {
        let instant: DateTime<Utc> = instant.parse().unwrap();
        let expected = |now| expected_session(&nyse(), lag, now).unwrap().to_string();
        (expected(instant - TimeDelta::seconds(1)), expected(instant))
    }

    fn pair(before: &str, at: &str) -> (String, String) {
        (before.to_owned(), at.to_owned())
    }

    #[test]
    fn an_early_close_is_expected_early() {
        // 13:00 New York on the day after Thanksgiving, and two hours.
        assert_eq!(
            around(TimeDelta::hours(2), "2025-11-28T20:00:00Z"),
            pair("2025-11-26", "2025-11-28")
        );
    }

    #[test]
    fn clocks_that_change_move_the_utc_time() {
        let lag = TimeDelta::hours(2);
        // 18:00 New York is 23:00 UTC in winter and 22:00 UTC in summer, both ways.
        for (instant, before, at) in [
            ("2025-03-07T23:00:00Z", "2025-03-06", "2025-03-07"),
            ("2025-03-10T22:00:00Z", "2025-03-07", "2025-03-10"),
            ("2025-10-31T22:00:00Z", "2025-10-30", "2025-10-31"),
            ("2025-11-03T23:00:00Z", "2025-10-31", "2025-11-03"),
        ] {
            assert_eq!(around(lag, instant), pair(before, at), "{instant}");
        }
    }

    #[test]
    fn a_lag_over_midnight_utc_belongs_to_the_session_before() {
        assert_eq!(
            around(TimeDelta::hours(4), "2025-01-08T01:00:00Z"),
            pair("2025-01-06", "2025-01-07")
        );
    }

    #[test]
    fn a_closure_that_no_rule_gives_expects_nothing() {
        // 9 January 2025: a day of mourning.
        assert_eq!(
            around(TimeDelta::hours(2), "2025-01-09T23:00:00Z"),
            pair("2025-01-08", "2025-01-08")
        );
    }

    #[test]
    fn a_lag_of_weeks_is_counted_from_the_close() {
        assert_eq!(
            around(TimeDelta::days(30), "2025-03-02T21:00:00Z"),
            pair("2025-01-30", "2025-01-31")
        );
    }

    #[test]
    fn what_was_missed_comes_in_order_and_without_holidays() {
        let missed = missed_sessions(&nyse(), Some(day("2025-01-07")), day("2025-01-13")).unwrap();
        assert_eq!(missed, ["2025-01-08", "2025-01-10", "2025-01-13"].map(day));
        let none = missed_sessions(&nyse(), Some(day("2025-01-13")), day("2025-01-13")).unwrap();
        assert!(none.is_empty());
        let first = missed_sessions(&nyse(), None, day("2025-01-13")).unwrap();
        assert_eq!(first, [day("2025-01-13")]);
    }

    #[test]
    fn years_that_nobody_knows_are_refused() {
        let now = "2031-06-01T00:00:00Z".parse().unwrap();
        let refused = expected_session(&nyse(), TimeDelta::hours(2), now);
        assert!(matches!(refused, Err(Error::OutsideCalendar { .. })));
        assert!(due_at(&nyse(), TimeDelta::zero(), day("2025-01-09")).is_err());
    }
}
