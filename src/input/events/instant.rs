//! The `at` of an event: a date, or a moment with an offset, a zone or the stated zone.
//!
//! A local time that does not exist or comes twice is refused, never moved.

use crate::event::EventTime;
use crate::input::dates::{DateFormat, split_time};
use chrono::{
    DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc,
};
use chrono_tz::Tz;

/// What is wrong with an `at`, and the cure.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    pub problem: String,
    pub cure: String,
}

fn fault<T>(problem: impl Into<String>, cure: impl Into<String>) -> Result<T, Fault> {
    Err(Fault {
        problem: problem.into(),
        cure: cure.into(),
    })
}

/// Where a clock time is meant.
enum Zone<'a> {
    Offset(FixedOffset),
    Named(&'a str),
    NotGiven,
}

/// Reads a date or timestamp whose date part has the given format.
pub(super) fn parse(
    text: &str,
    format: DateFormat,
    event_zone: Option<Tz>,
) -> Result<EventTime, Fault> {
    let not_a_date = || {
        let cure = "write YYYY-MM-DD, or a timestamp such as 2025-04-09T13:18:00-04:00";
        fault(
            format!("not a date of the form {}", format.describe()),
            cure,
        )
    };
    let Some((date, clock)) = split_time(text) else {
        return not_a_date();
    };
    let Some(date) = format.parse(date) else {
        return not_a_date();
    };
    if clock.is_empty() {
        return Ok(EventTime::Date(date));
    }
    let Some((time, zone)) = clock_and_zone(clock) else {
        return fault(
            format!("`{clock}` is not a time of day with an offset or zone"),
            "write 13:18:00-04:00 or 13:18:00 America/New_York",
        );
    };
    resolve(date.and_time(time), zone, event_zone).map(EventTime::Instant)
}

/// Reads the forms of RFC 5545: `20250127`, `20250226T212000Z`, `20250226T162000`, the last with
/// a zone name behind a blank where the property had `TZID`.
pub(super) fn parse_calendar(text: &str, event_zone: Option<Tz>) -> Result<EventTime, Fault> {
    let (stamp, zone) = text.split_once(' ').unwrap_or((text, ""));
    let (stamp, zone) = match stamp.strip_suffix('Z') {
        Some(stamp) => (stamp, "UTC"),
        None => (stamp, zone),
    };
    if let Ok(date) = NaiveDate::parse_from_str(stamp, "%Y%m%d") {
        return Ok(EventTime::Date(date));
    }
    let Ok(local) = NaiveDateTime::parse_from_str(stamp, "%Y%m%dT%H%M%S") else {
        return fault(
            "not a DTSTART of RFC 5545",
            "write 20250127, 20250226T212000Z or TZID=America/New_York:20250226T162000",
        );
    };
    let zone = match zone {
        "" => Zone::NotGiven,
        name => Zone::Named(name),
    };
    resolve(local, zone, event_zone).map(EventTime::Instant)
}

/// `13:18:00.5-04:00`, `1:18 PM America/New_York`, `13:18:00-04:00[America/New_York]`.
fn clock_and_zone(text: &str) -> Option<(NaiveTime, Zone<'_>)> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.'))
        .unwrap_or(text.len());
    let (clock, mut rest) = (&text[..end], text[end..].trim());
    let time = ["%H:%M:%S%.f", "%H:%M"]
        .iter()
        .find_map(|pattern| NaiveTime::parse_from_str(clock, pattern).ok())?;
    let half = rest.get(..2).map(str::to_ascii_uppercase);
    let shift = match (half.as_deref(), rest.get(2..3)) {
        (Some("AM"), None | Some(" ")) => Some((12, -12)),
        (Some("PM"), None | Some(" ")) => Some((0, 12)),
        _ => None,
    };
    let mut time = time;
    if let Some((limit, hours)) = shift {
        use chrono::{TimeDelta, Timelike};
        if !(1..=12).contains(&time.hour()) {
            return None;
        }
        // 12 AM is midnight and 12 PM noon; other hours shift in the afternoon only.
        let moves = if limit == 12 {
            time.hour() == 12
        } else {
            time.hour() < 12
        };
        if moves {
            time = time.overflowing_add_signed(TimeDelta::hours(hours)).0;
        }
        rest = rest[2..].trim_start();
    }
    Some((time, zone_of(rest)?))
}

fn zone_of(text: &str) -> Option<Zone<'_>> {
    if text.is_empty() {
        return Some(Zone::NotGiven);
    }
    if text.eq_ignore_ascii_case("z") {
        return Some(Zone::Named("UTC"));
    }
    if text.starts_with(['+', '-']) {
        // A zone name in brackets behind an offset only explains it.
        let offset = text.split('[').next().unwrap_or(text);
        return offset_of(offset).map(Zone::Offset);
    }
    Some(Zone::Named(text.trim_matches(['[', ']'])))
}

/// `-04:00`, `-0400`, `-04`.
fn offset_of(text: &str) -> Option<FixedOffset> {
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits[..2].parse().ok()?;
    let minutes: i32 = if digits.len() == 4 {
        digits[2..].parse().ok()?
    } else {
        0
    };
    let seconds = (hours * 60 + minutes) * 60;
    let east = if text.starts_with('-') {
        -seconds
    } else {
        seconds
    };
    (minutes < 60)
        .then(|| FixedOffset::east_opt(east))
        .flatten()
}

/// The moment of a clock time in its zone.
fn resolve(
    local: NaiveDateTime,
    zone: Zone<'_>,
    event_zone: Option<Tz>,
) -> Result<DateTime<Utc>, Fault> {
    let zone: Tz = match (zone, event_zone) {
        (Zone::Offset(offset), _) => {
            return match offset.from_local_datetime(&local) {
                MappedLocalTime::Single(moment) => Ok(moment.to_utc()),
                _ => fault("the moment is out of range", "correct the date"),
            };
        }
        (Zone::Named(name), _) => match name.parse() {
            Ok(zone) => zone,
            Err(_) => {
                return fault(
                    format!("`{name}` is not a time zone"),
                    "write an offset such as -04:00, or a name such as America/New_York",
                );
            }
        },
        (Zone::NotGiven, Some(zone)) => zone,
        (Zone::NotGiven, None) => {
            return fault(
                "the timestamp has neither an offset nor a zone",
                "state --event-zone America/New_York, or write 13:18:00-04:00",
            );
        }
    };
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(moment) => Ok(moment.to_utc()),
        MappedLocalTime::Ambiguous(first, second) => fault(
            format!("{local} comes twice in {zone}, as the clocks go back"),
            format!(
                "write the moment that is meant: {} or {}",
                first.to_rfc3339(),
                second.to_rfc3339()
            ),
        ),
        MappedLocalTime::None => fault(
            format!("{local} does not exist in {zone}, as the clocks go forward"),
            "correct the time, or write it with an offset such as -04:00",
        ),
    }
}
