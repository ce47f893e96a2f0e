//! Times of day and zones in columns of their own, which `at` has to hold: unread, they would put
//! an event on the wrong day.

use super::RawEvent;
use crate::error::Result;
use crate::event::EventTime;

/// Names of a column of times of day.
const CLOCKS: [&str; 5] = ["time", "hour", "clock", "uhrzeit", "zeit"];
/// Names of a column of zones.
const ZONES: [&str; 3] = ["timezone", "tz", "zone"];

/// Refuses an attribute that is a time of day beside a date alone, or a zone beside a time that
/// has none. A date that says `when` in the day it was is placed by that.
pub(super) fn refuse_apart(
    raw: &RawEvent<'_>,
    at: EventTime,
    states_zone: impl Fn() -> bool,
) -> Result<()> {
    if raw.get("when").is_some() {
        return Ok(());
    }
    let is_date = matches!(at, EventTime::Date(_));
    let names = raw
        .attributes
        .iter()
        .filter(|(_, value)| !value.trim().is_empty());
    for (name, value) in names {
        let folded = name.to_lowercase();
        let is_one_of = |names: &[&str]| names.contains(&folded.as_str());
        let what = if is_date && is_one_of(&CLOCKS) {
            "a time of day"
        } else if is_one_of(&ZONES) && (is_date || !states_zone()) {
            "a zone"
        } else {
            continue;
        };
        let problem = format!("`{name}` is no column that is known, and {what} belongs into `at`");
        let cure = "put both into `at`, as 2024-03-14 16:30 with --event-zone or an offset, or \
                    say bmo, amc or intraday in `when`; rename the column if it means something else";
        let fault = (raw.fault)(name, problem, cure.to_owned());
        let fault = match fault.column {
            Some(_) => fault,
            None => fault.in_column(name.as_str()),
        };
        return Err(fault.with_value(value.as_str()).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::input::events::{EventOptions, read_events};

    fn read(file: &str, text: &str) -> Result<usize, String> {
        let options = EventOptions {
            event_zone: Some(chrono_tz::America::New_York),
            ..EventOptions::default()
        };
        let events = read_events(text.as_bytes(), file, &options);
        events.map(|e| e.len()).map_err(|e| e.to_string())
    }

    #[test]
    fn a_time_or_a_zone_in_a_column_of_its_own_is_refused() {
        for name in [
            "time", "Hour", "clock", "Uhrzeit", "zeit", "timezone", "tz", "zone",
        ] {
            let text = format!("id,at,{name}\na,2024-03-14,\nb,2024-03-14,16:30\n");
            let found = read("e.csv", &text).unwrap_err();
            let place = format!("e.csv:3: column `{name}`: \"16:30\"");
            assert!(found.starts_with(&place), "{found}");
            assert!(found.contains("belongs into `at`"), "{found}");
        }
        let text = "[[event]]\nid = \"a\"\nat = 2024-03-14\ntime = \"16:30\"\n";
        let found = read("e.toml", text).unwrap_err();
        assert!(found.starts_with("e.toml:1"), "{found}");
        let headlines = "date,ticker,headline,time\n2024-03-14,NVDA,x,16:30\n";
        let found = read("e.csv", headlines).unwrap_err();
        assert!(found.starts_with("e.csv:2: column `time`"), "{found}");
        let zone = "id,at,tz\na,2024-03-14 16:30,Europe/Berlin\n";
        assert!(read("e.csv", zone).is_err());
    }

    #[test]
    fn what_at_or_when_says_already_may_stand_beside_it() {
        for text in [
            "id,at,time,tz\na,2024-03-14T16:30-04:00,16:30,Berlin\n",
            "id,at,time\na,2024-03-14 16:30,16:30\n",
            "id,at,time,when\na,2024-03-14,16:30,amc\n",
            "id,at,time_certainty\na,2024-03-14,day\n",
        ] {
            assert_eq!(read("e.csv", text), Ok(1), "{text}");
        }
    }
}
