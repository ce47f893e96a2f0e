//! When to run next: a pure function of the calendar, the timing, what happened so far and `now`.
//!
//! Every session has one moment: the first instant at or after it is due at which the clocks of the
//! chosen zone show the chosen time. So a run at 18:30 New York follows the session of that day, one
//! at 07:00 Berlin that of the day before, and no holiday has a run. Clocks that jump and machines
//! that slept change nothing: whoever waits asks again.

use super::expected::{due_at, expected_session};
use crate::calendar::Calendar;
use crate::error::Result;
use chrono::{DateTime, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// When runs happen.
#[derive(Debug, Clone, PartialEq)]
pub struct Timing {
    /// Time of day.
    pub at: NaiveTime,
    /// Whose clocks show it.
    pub zone: Tz,
    /// How long after the close a session's figures are out.
    pub lag: TimeDelta,
    /// Waits after the first, second, … attempt that found nothing; none are left after the last.
    pub retries: Vec<TimeDelta>,
}

/// What happened so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct History {
    /// The last session whose run is complete.
    pub done: Option<NaiveDate>,
    /// The last attempt that did not get its session, if none has got it since.
    pub failed: Option<Failed>,
}

/// Attempts that did not get their session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed {
    /// The session that was expected.
    pub session: NaiveDate,
    /// When the last attempt began.
    pub at: DateTime<Utc>,
    /// How many there were for this session.
    pub n_attempts: usize,
}

/// Why a run is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It is the session's moment.
    Regular,
    /// More than one session is waiting: one run for all of them.
    CatchUp,
    /// The last attempt found nothing.
    Retry,
}

/// A planned run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextRun {
    /// When; a time that has passed means at once.
    pub at: DateTime<Utc>,
    /// The session that it is for.
    pub session: NaiveDate,
    /// Why.
    pub why: Why,
}

/// The time of day for runs where none is given: half past six in the evening, or, if that is later,
/// when the figures of a regular session are out.
///
/// # Errors
/// A calendar without sessions.
pub fn usual_time(calendar: &Calendar, lag: TimeDelta, zone: Tz) -> Result<NaiveTime> {
    let (_, last) = calendar.bounds();
    // No exchange closes early in the middle of its calendar's last month.
    let session = calendar.last_on_or_before(last - TimeDelta::days(15))?;
    let due = due_at(calendar, lag, session)?.with_timezone(&zone);
    let evening = NaiveTime::MIN + TimeDelta::minutes(18 * 60 + 30);
    Ok(if due.date_naive() == session {
        due.time().max(evening)
    } else {
        due.time()
    })
}

/// The moment at which the run for `session` is planned.
///
/// # Errors
/// A date that the calendar does not know, or that does not trade.
pub fn run_moment(
    calendar: &Calendar,
    timing: &Timing,
    session: NaiveDate,
) -> Result<DateTime<Utc>> {
    let due = due_at(calendar, timing.lag, session)?;
    let mut date = due.with_timezone(&timing.zone).date_naive();
    loop {
        let moment = instant_of(timing.zone, date, timing.at);
        if moment >= due {
            return Ok(moment);
        }
        date += TimeDelta::days(1);
    }
}

/// The next run.
///
/// # Errors
/// A time outside the years that the calendar knows.
pub fn next_run(
    calendar: &Calendar,
    timing: &Timing,
    history: &History,
    now: DateTime<Utc>,
) -> Result<NextRun> {
    let last = last_planned(calendar, timing, now)?;
    let is_done = history.done.is_some_and(|done| done >= last);
    if !is_done {
        let failed = history.failed.filter(|failed| failed.session >= last);
        let Some(failed) = failed else {
            return overdue(calendar, timing, history, last);
        };
        if let Some(wait) = timing.retries.get(failed.n_attempts.saturating_sub(1)) {
            // A clock that was ahead when the attempt was noted must not postpone the next one.
            let at = failed.at.min(now) + *wait;
            return Ok(NextRun {
                at,
                session: failed.session,
                why: Why::Retry,
            });
        }
    }
    let session = calendar.next_after(history.done.map_or(last, |done| done.max(last)))?;
    Ok(NextRun {
        at: run_moment(calendar, timing, session)?,
        session,
        why: Why::Regular,
    })
}

/// The last session whose moment has come.
///
/// # Errors
/// A time outside the years that the calendar knows.
pub fn last_planned(calendar: &Calendar, timing: &Timing, now: DateTime<Utc>) -> Result<NaiveDate> {
    let mut session = expected_session(calendar, timing.lag, now)?;
    while run_moment(calendar, timing, session)? > now {
        session = calendar.previous_before(session)?;
    }
    Ok(session)
}

fn overdue(
    calendar: &Calendar,
    timing: &Timing,
    history: &History,
    session: NaiveDate,
) -> Result<NextRun> {
    let before = calendar.previous_before(session)?;
    let catches_up = history.done.is_some_and(|done| done < before);
    Ok(NextRun {
        at: run_moment(calendar, timing, session)?,
        session,
        why: if catches_up {
            Why::CatchUp
        } else {
            Why::Regular
        },
    })
}

/// The instant at which the clocks of `zone` show this date and time: the first where they show it
/// twice, and where they leave it out, as much later as they skip.
fn instant_of(zone: Tz, date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let local = date.and_time(time);
    match zone.from_local_datetime(&local).earliest() {
        Some(instant) => instant.to_utc(),
        None => {
            let a_day_before = local - TimeDelta::days(1);
            let offset = zone.offset_from_utc_datetime(&a_day_before).fix();
            (local - offset).and_utc()
        }
    }
}

#[cfg(test)]
mod tests;
