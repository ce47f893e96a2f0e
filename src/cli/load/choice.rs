//! Which of several series of a symbol a study uses: the one that serves most of its events. A
//! file of a few rows that somebody imported must not stand in the way of a whole history unseen.

use crate::event::EventTime;
use crate::study::spec::StudySpec;
use chrono::NaiveDate;

/// How many events of the study a series of these sessions serves: with a session on or after the
/// event, and enough of them in its estimation window.
pub fn served(spec: &StudySpec, sessions: &[NaiveDate]) -> usize {
    let dates = spec.events.iter().map(|event| match event.announced_at {
        EventTime::Date(date) => date,
        EventTime::Instant(instant) => instant.date_naive(),
    });
    let is_served = |date: &NaiveDate| {
        let day_0 = sessions.partition_point(|session| session < date);
        let estimation = spec.windows.estimation();
        let present = estimation.sessions(day_0, sessions.len()).len();
        day_0 < sessions.len() && present >= spec.min_estimation
    };
    dates.filter(is_served).count()
}

/// A series in a sentence: `2 rows, 2026-08-25 to 2026-08-26`.
pub fn extent(sessions: &[NaiveDate]) -> String {
    match (sessions.first(), sessions.last()) {
        (Some(first), Some(last)) => format!("{} rows, {first} to {last}", sessions.len()),
        _ => "no row".to_owned(),
    }
}
