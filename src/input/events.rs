//! Event files: CSV, TOML and iCalendar into [`Event`]s.
//!
//! Each format hands over its fields as text with a way to point at them; checking and
//! converting them is the same for all and done here. Which session an event belongs to is
//! `align`'s business.
//!
//! ```
//! use shockwave::event::EventTime;
//! use shockwave::input::events::{EventOptions, convention_of, read_events};
//!
//! let csv = "id,at,title,category,desk\n\
//!            deepseek,2025-01-27,DeepSeek sell-off,ai-model,equities\n\
//!            h20,2025-04-15 16:45,Licence for the H20,export-control,equities\n";
//! let error = read_events(csv.as_bytes(), "events.csv", &EventOptions::default()).unwrap_err();
//! assert!(error.to_string().contains("events.csv:3")); // 16:45 where?
//!
//! let options = EventOptions {
//!     event_zone: Some(chrono_tz::America::New_York),
//!     ..EventOptions::default()
//! };
//! let events = read_events(csv.as_bytes(), "events.csv", &options)?;
//! assert_eq!(events[0].announced_at, EventTime::Date("2025-01-27".parse()?));
//! assert_eq!(events[1].announced_at, EventTime::Instant("2025-04-15T20:45:00Z".parse()?));
//! assert_eq!(events[1].attributes["desk"], "equities"); // a column of one's own
//!
//! // Lists of other tools are read as they are.
//! let list = b"security_ticker,market_ticker,event_date\nNVDA,SPY,2025-01-27\n";
//! assert_eq!(convention_of(list, "list.csv"), Some("Python eventstudy"));
//! let events = read_events(list, "list.csv", &EventOptions::default())?;
//! assert_eq!(events[0].instruments[0].as_str(), "NVDA");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod calendar_file;
pub mod catalogue;
mod clock;
mod foreign;
mod instant;
mod listing;

pub use foreign::convention_of;

use super::dates::{DateFormat, DateOrder};
use crate::error::{InputError, Result};
use crate::event::{Direction, Event, EventTime, TimeCertainty, When};
use crate::instrument::Symbol;
use std::collections::{BTreeMap, HashMap};

/// What a person states about an event file beyond what it says itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventOptions {
    /// The zone of timestamps that carry none.
    pub event_zone: Option<chrono_tz::Tz>,
    /// The order of day and month, where the file leaves it open.
    pub date_order: Option<DateOrder>,
}

/// The fields that have a meaning; all others are attributes.
const FIELDS: [&str; 10] = [
    "id",
    "at",
    "title",
    "category",
    "instruments",
    "when",
    "time_certainty",
    "source",
    "direction",
    "market_wide",
];

/// Makes a fault of a field from its name, a problem and a cure.
type FaultMaker<'a> = Box<dyn Fn(&str, String, String) -> InputError + 'a>;

/// One event as text, with a way to point at its fields.
struct RawEvent<'a> {
    line: usize,
    fields: HashMap<&'static str, String>,
    attributes: BTreeMap<String, String>,
    fault: FaultMaker<'a>,
}

impl RawEvent<'_> {
    fn get(&self, field: &str) -> Option<&str> {
        let text = self.fields.get(field)?.trim();
        (!text.is_empty()).then_some(text)
    }

    fn error(
        &self,
        field: &str,
        problem: impl Into<String>,
        cure: impl Into<String>,
    ) -> InputError {
        let error = (self.fault)(field, problem.into(), cure.into());
        match self.get(field) {
            Some(value) => error.in_column(field).with_value(value),
            None => error,
        }
    }
}

/// Reads an event file; the format follows from the file name's ending, else from the content.
/// Lists of other tools are known by their columns: see [`convention_of`].
///
/// # Errors
/// A file that is no event list, a field that cannot be read, an id that is there twice: each
/// with file, line, value and cure.
pub fn read_events(bytes: &[u8], file_name: &str, options: &EventOptions) -> Result<Vec<Event>> {
    let text = super::text::decode(bytes, file_name)?;
    let lower = file_name.to_lowercase();
    let start = text.trim_start();
    if lower.ends_with(".ics") || start.starts_with("BEGIN:VCALENDAR") {
        return collect(calendar_file::read(text, file_name)?, None, options);
    }
    let looks_toml = text
        .lines()
        .any(|line| line.trim_start().starts_with("[[event"));
    if lower.ends_with(".toml") || (looks_toml && !lower.ends_with(".csv")) {
        let document = super::document::Document::new(bytes, file_name)?;
        let raw = listing::from_document(&document)?;
        let format = listing::document_dates(&raw, options)?;
        return collect(raw, Some(format), options);
    }
    if let Some(convention) = foreign::recognise(text) {
        let table = foreign::table(text, file_name, convention)?;
        let (raw, format) = foreign::from_table(&table, convention, options)?;
        return collect(raw, Some(format), options);
    }
    let table = listing::table(text, file_name)?;
    let format = listing::table_dates(&table, options)?;
    collect(listing::from_table(&table)?, Some(format), options)
}

fn collect(
    raw: Vec<RawEvent<'_>>,
    format: Option<DateFormat>,
    options: &EventOptions,
) -> Result<Vec<Event>> {
    let mut lines: HashMap<String, usize> = HashMap::new();
    let mut events = Vec::with_capacity(raw.len());
    for raw in &raw {
        let event = convert(raw, format, options)?;
        if let Some(first) = lines.insert(event.id.clone(), raw.line) {
            let problem = format!("the id is on line {first} and on line {}", raw.line);
            return Err(raw
                .error("id", problem, "give each event its own id")
                .into());
        }
        events.push(event);
    }
    Ok(events)
}

fn convert(
    raw: &RawEvent<'_>,
    format: Option<DateFormat>,
    options: &EventOptions,
) -> Result<Event> {
    let id = event_id(raw)?;
    let Some(given_at) = raw.get("at") else {
        let problem = format!("the event `{id}` has no `at`");
        return Err(raw
            .error("at", problem, "give it a date or a timestamp")
            .into());
    };
    let at = |zone| match format {
        Some(format) => instant::parse(given_at, format, zone),
        None => instant::parse_calendar(given_at, zone),
    };
    let announced_at =
        at(options.event_zone).map_err(|fault| raw.error("at", fault.problem, fault.cure))?;
    clock::refuse_apart(raw, announced_at, || at(None).is_ok())?;
    Ok(Event {
        given_at: given_at.to_owned(),
        announced_at,
        when: one_of(raw, "when", &WHEN)?.unwrap_or_default(),
        time_certainty: one_of(raw, "time_certainty", &CERTAINTY)?
            .unwrap_or_else(|| usual_certainty(announced_at)),
        title: raw.get("title").unwrap_or(&id).to_owned(),
        category: raw.get("category").map(str::to_owned),
        instruments: instruments(raw)?,
        direction: one_of(raw, "direction", &DIRECTION)?,
        market_wide: one_of(raw, "market_wide", &TRUTH)?.unwrap_or(false),
        source: raw.get("source").map(str::to_owned),
        attributes: raw.attributes.clone(),
        id,
    })
}

/// How certain a time is for which nobody says more.
fn usual_certainty(time: EventTime) -> TimeCertainty {
    match time {
        EventTime::Date(_) => TimeCertainty::Day,
        EventTime::Instant(_) => TimeCertainty::Minute,
    }
}

const WHEN: [(&str, When); 4] = [
    ("bmo", When::Bmo),
    ("amc", When::Amc),
    ("intraday", When::Intraday),
    ("unknown", When::Unknown),
];

const CERTAINTY: [(&str, TimeCertainty); 5] = [
    ("exact", TimeCertainty::Exact),
    ("minute", TimeCertainty::Minute),
    ("hour", TimeCertainty::Hour),
    ("day", TimeCertainty::Day),
    ("disputed", TimeCertainty::Disputed),
];

const DIRECTION: [(&str, Direction); 14] = [
    ("up", Direction::Up),
    ("down", Direction::Down),
    ("none", Direction::None),
    ("+1", Direction::Up),
    ("1", Direction::Up),
    ("+", Direction::Up),
    ("positive", Direction::Up),
    ("-1", Direction::Down),
    ("\u{2212}1", Direction::Down),
    ("-", Direction::Down),
    ("\u{2212}", Direction::Down),
    ("negative", Direction::Down),
    ("0", Direction::None),
    ("neutral", Direction::None),
];

const TRUTH: [(&str, bool); 8] = [
    ("true", true),
    ("false", false),
    ("yes", true),
    ("no", false),
    ("1", true),
    ("0", false),
    ("on", true),
    ("off", false),
];

/// The meaning of a word, or an error that lists the words.
fn one_of<T: Copy>(raw: &RawEvent<'_>, field: &str, words: &[(&str, T)]) -> Result<Option<T>> {
    let Some(text) = raw.get(field) else {
        return Ok(None);
    };
    match words
        .iter()
        .find(|(word, _)| text.eq_ignore_ascii_case(word))
    {
        Some((_, meaning)) => Ok(Some(*meaning)),
        None => {
            let accepted: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            let cure = format!("accepted are {}", accepted.join(", "));
            Err(raw.error(field, format!("unknown `{field}`"), cure).into())
        }
    }
}

fn event_id(raw: &RawEvent<'_>) -> Result<String> {
    let Some(id) = raw.get("id") else {
        let cure = "give each event a short unique id";
        return Err(raw.error("id", "the event has no `id`", cure).into());
    };
    // Result files list ids separated by `;`.
    if id.contains(|c: char| c == ';' || c.is_control()) {
        let problem = "an id cannot hold `;` or control characters";
        return Err(raw
            .error("id", problem, "use letters, digits and hyphens")
            .into());
    }
    Ok(id.to_owned())
}

/// A list of symbols; a symbol holds none of the separators, so that any of them may be used.
fn instruments(raw: &RawEvent<'_>) -> Result<Vec<Symbol>> {
    let text = raw.get("instruments").unwrap_or("");
    let mut symbols: Vec<Symbol> = Vec::new();
    for part in text
        .split([';', ',', '|', ' ', '\n'])
        .filter(|part| !part.is_empty())
    {
        let symbol = Symbol::new(part).map_err(|_| {
            let problem = format!("`{part}` is not an instrument symbol");
            raw.error("instruments", problem, "separate symbols by `;`: NVDA;AMD")
        })?;
        if !symbols.contains(&symbol) {
            symbols.push(symbol);
        }
    }
    Ok(symbols)
}

#[cfg(test)]
mod tests;
