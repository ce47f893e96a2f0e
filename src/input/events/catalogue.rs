//! Adding events to a catalogue: which of them are new, and the text with them at its end.
//!
//! What stands in the catalogue stays as it is, byte for byte: order, comments, spelling. Writing
//! the file is the command line's business.
//!
//! ```
//! use shockwave::event::Event;
//! use shockwave::input::events::catalogue::{Verdict, append, compare};
//! use shockwave::input::events::{EventOptions, read_events};
//!
//! let ours = "\
//! [[event]]
//! id = \"deepseek\"
//! at = \"2025-01-27\"
//! title = \"DeepSeek sell-off\"
//! ";
//! let theirs = "id,at,title\nsell-off,2025-01-27,DeepSeek sell-off\nh20,2025-04-15,H20 licence\n";
//! let options = EventOptions::default();
//! let existing = read_events(ours.as_bytes(), "ours.toml", &options)?;
//! let incoming = read_events(theirs.as_bytes(), "theirs.csv", &options)?;
//!
//! let additions = compare(&existing, incoming);
//! assert!(matches!(&additions[0].verdict, Verdict::Duplicate { of, .. } if of == "deepseek"));
//! assert_eq!(additions[1].verdict, Verdict::New);
//! let new: Vec<&Event> = vec![&additions[1].event];
//! let longer = append(ours, "ours.toml", &new, &options)?;
//! assert!(longer.text.starts_with(ours) && longer.text.contains("id = \"h20\""));
//! assert!(longer.left_out.is_empty()); // columns that a table has no place for
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod compare;

pub use compare::{Addition, Verdict, compare};

use super::foreign::recognise;
use super::listing;
use super::{EventOptions, FIELDS, read_events, usual_certainty};
use crate::error::{InputError, Result};
use crate::event::{Direction, Event, EventTime, When};
use crate::input::dates::DateFormat;
use crate::input::document::Document;
use crate::input::table::Delimiter;
use crate::input::text::decode;
use chrono::{NaiveDate, SecondsFormat};
use std::collections::BTreeMap;

/// A catalogue with further events at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Appended {
    /// Its text.
    pub text: String,
    /// Columns of the events that a table has no place for, or whose name a catalogue would take
    /// for a field.
    pub left_out: Vec<String>,
}

/// Appends events to the text of a catalogue: TOML, or a table with at least `id` and `at`. An
/// empty text becomes a new catalogue.
///
/// # Errors
/// A file that is neither; a table without a column that the events need; a result that does not
/// read back as what it was made from.
pub fn append(
    text: &str,
    file: &str,
    events: &[&Event],
    options: &EventOptions,
) -> Result<Appended> {
    let is_toml = file.to_lowercase().ends_with(".toml");
    if !is_toml && !file.to_lowercase().ends_with(".csv") {
        let cure = "name a file that ends in .toml or .csv";
        let problem = "events can be added to TOML and CSV catalogues only";
        return Err(InputError::new(problem, cure).in_file(file).into());
    }
    let is_new = text.trim().is_empty();
    let existing = match is_new {
        true => Vec::new(),
        false => read_events(text.as_bytes(), file, options)?,
    };
    if !is_new && recognise(text).is_some() {
        let problem = "events cannot be added to another tool's list";
        let cure = "import it, with --into a new catalogue";
        return Err(InputError::new(problem, cure).in_file(file).into());
    }
    let appended = match is_toml {
        true => append_toml(text, file, events, options)?,
        false => append_table(text, file, events, options)?,
    };
    let read = read_events(appended.text.as_bytes(), file, options)?;
    let key = |e: &Event| (e.id.clone(), e.announced_at, e.instruments.clone());
    let expected: Vec<_> = existing
        .iter()
        .chain(events.iter().copied())
        .map(key)
        .collect();
    if read.iter().map(key).collect::<Vec<_>>() != expected {
        let problem = "the catalogue with the events added does not read back as it should";
        let cure = "add them by hand";
        return Err(InputError::new(problem, cure).in_file(file).into());
    }
    Ok(appended)
}

fn append_toml(
    text: &str,
    file: &str,
    events: &[&Event],
    options: &EventOptions,
) -> Result<Appended> {
    let format = match text.trim().is_empty() {
        true => DateFormat::Iso,
        false => {
            let document = Document::new(text.as_bytes(), file)?;
            let raw = listing::from_document(&document)?;
            listing::document_dates(&raw, options)?
        }
    };
    let mut out = String::from(text);
    let mut left_out: Vec<String> = Vec::new();
    end_line(&mut out);
    for event in events {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str("[[event]]\n");
        let fields = fields(event, format);
        for (field, value) in &fields {
            let value = match (*field, &event.instruments[..]) {
                ("instruments", symbols) => {
                    let symbols: Vec<String> = symbols.iter().map(|s| quoted(s.as_str())).collect();
                    format!("[{}]", symbols.join(", "))
                }
                ("market_wide", _) => value.clone(),
                _ => quoted(value),
            };
            out.push_str(&format!("{field} = {value}\n"));
        }
        for (name, value) in &event.attributes {
            let written = |field: &str| fields.iter().any(|(name, _)| *name == field);
            // Other tools' lists have columns that a catalogue would refuse, or take for a field.
            if written(name) || !is_field(name) && listing::near_miss(name, written).is_some() {
                remember(&mut left_out, name);
                continue;
            }
            out.push_str(&format!("{} = {}\n", key(name), quoted(value)));
        }
    }
    Ok(Appended {
        text: out,
        left_out,
    })
}

fn is_field(name: &str) -> bool {
    FIELDS.contains(&name)
}

fn remember(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|n| n == name) {
        names.push(name.to_owned());
    }
}

/// A name as a TOML key.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match name.chars().all(bare) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn append_table(
    text: &str,
    file: &str,
    events: &[&Event],
    options: &EventOptions,
) -> Result<Appended> {
    let mut out = String::from(text);
    if text.trim().is_empty() {
        out = format!("{}\n", FIELDS.join(","));
    }
    end_line(&mut out);
    let (names, delimiter, format) = columns(text, file, options)?;
    let has = |name: &str| names.iter().any(|n| n == name);
    let mut left_out: Vec<String> = Vec::new();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    let unwritable =
        |problem: String| InputError::new(problem, "add the events by hand").in_file(file);
    for event in events {
        let cells = cells(event, format, has);
        for (name, value) in &event.attributes {
            if cells.get(name.as_str()) != Some(value) {
                remember(&mut left_out, name);
            }
        }
        for name in cells.keys().filter(|name| !has(name)) {
            if ESSENTIAL.contains(name) {
                let problem = format!("the table has no column `{name}`, which {} needs", event.id);
                let cure = "add the column to its first line, and an empty cell to each row";
                return Err(InputError::new(problem, cure).in_file(file).into());
            }
            remember(&mut left_out, name);
        }
        let row: Vec<String> = names
            .iter()
            .map(|name| safe_cell(cells.get(name.as_str()).map_or("", String::as_str)))
            .collect();
        writer
            .write_record(&row)
            .map_err(|e| unwritable(e.to_string()))?;
    }
    let rows = writer.into_inner().map_err(|e| unwritable(e.to_string()))?;
    let rows = String::from_utf8_lossy(&rows).into_owned();
    out.push_str(&match text.contains("\r\n") {
        true => rows.replace('\n', "\r\n"),
        false => rows,
    });
    Ok(Appended {
        text: out,
        left_out,
    })
}

/// What a row says of an event, by column; of the usual certainty only where there is one for it,
/// because the row means the same without.
fn cells(event: &Event, format: DateFormat, has: impl Fn(&str) -> bool) -> BTreeMap<&str, String> {
    let mut cells: BTreeMap<&str, String> = fields(event, format).into_iter().collect();
    if event.time_certainty == usual_certainty(event.announced_at) && !has("time_certainty") {
        cells.remove("time_certainty");
    }
    // Another tool's column `id` is not the event's.
    for (name, value) in &event.attributes {
        cells.entry(name).or_insert_with(|| value.clone());
    }
    cells
}

/// Without these, an event would mean something else.
const ESSENTIAL: [&str; 5] = [
    "instruments",
    "when",
    "time_certainty",
    "direction",
    "market_wide",
];

/// The names of a table's columns, what separates them, and the format of its dates.
fn columns(
    text: &str,
    file: &str,
    options: &EventOptions,
) -> Result<(Vec<String>, u8, DateFormat)> {
    if text.trim().is_empty() {
        return Ok((FIELDS.map(str::to_owned).to_vec(), b',', DateFormat::Iso));
    }
    let table = listing::table(decode(text.as_bytes(), file)?, file)?;
    let Delimiter::Byte(delimiter) = table.delimiter else {
        let problem = "rows cannot be added to a table whose columns are separated by blanks";
        return Err(InputError::new(problem, "name a CSV file")
            .in_file(file)
            .into());
    };
    let names = table
        .header
        .iter()
        .map(|name| name.replace([' ', '-'], "_"))
        .collect();
    Ok((names, delimiter, listing::table_dates(&table, options)?))
}

/// A cell that no spreadsheet takes for a formula.
fn safe_cell(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

fn end_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// The fields of an event that say something, in the order of [`FIELDS`].
fn fields(event: &Event, format: DateFormat) -> Vec<(&'static str, String)> {
    let when = match event.when {
        When::Unknown => "",
        when => when.as_str(),
    };
    let certainty = event.time_certainty.as_str();
    let direction = event.direction.map_or("", Direction::as_str);
    let symbols: Vec<&str> = event
        .instruments
        .iter()
        .map(|symbol| symbol.as_str())
        .collect();
    let values = [
        event.id.clone(),
        written(event.announced_at, format),
        event.title.clone(),
        event.category.clone().unwrap_or_default(),
        symbols.join(";"),
        when.to_owned(),
        certainty.to_owned(),
        event.source.clone().unwrap_or_default(),
        direction.to_owned(),
        if event.market_wide { "true" } else { "" }.to_owned(),
    ];
    FIELDS
        .into_iter()
        .zip(values)
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// A time in the catalogue's own format of dates, of which a file has only one.
fn written(time: EventTime, format: DateFormat) -> String {
    let date = |date: NaiveDate| {
        let pattern = match format {
            DateFormat::Iso => "%Y-%m-%d",
            DateFormat::Compact => "%Y%m%d",
            DateFormat::DayFirst => "%d.%m.%Y",
            DateFormat::MonthFirst => "%m/%d/%Y",
            DateFormat::ShortYearFirst => "%y/%m/%d",
            DateFormat::NamedMonth => "%b %-d, %Y",
        };
        date.format(pattern).to_string()
    };
    match time {
        EventTime::Date(day) => date(day),
        EventTime::Instant(moment) => {
            let stamp = moment.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            let clock = stamp.split_once('T').map_or("", |(_, clock)| clock);
            match format {
                DateFormat::Iso => stamp,
                _ => format!("{} {clock}", date(moment.date_naive())),
            }
        }
    }
}

#[cfg(test)]
mod tests;
