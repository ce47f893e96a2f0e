//! Event lists as tables (CSV and its kin) and as TOML (`[[event]]`).
//!
//! Fields become text here; what the text means is decided by the parent module.

use super::{EventOptions, FIELDS, RawEvent};
use crate::error::{InputError, Result};
use crate::input::dates::{self, DateFormat};
use crate::input::document::Document;
use crate::input::suggest;
use crate::input::table::{Table, TableOptions};
use std::collections::{BTreeMap, HashMap};

/// Splits a text into a table that has an `id` and an `at`.
pub(super) fn table<'a>(text: &'a str, file: &'a str) -> Result<Table<'a>> {
    let options = TableOptions {
        allow_blanks: true,
        ..TableOptions::default()
    };
    let table = Table::read(text, file, options)?;
    let missing: Vec<&str> = ["id", "at"]
        .into_iter()
        .filter(|required| table.find(&[required]).is_none())
        .collect();
    if !missing.is_empty() {
        let problem = format!(
            "there is no column `{}` in `{}`",
            missing.join("` and no column `"),
            table.header_shown()
        );
        return Err(table
            .header_error(problem, renames(&table, &missing))
            .into());
    }
    for (i, name) in table.header.iter().enumerate() {
        if table.header[..i].contains(name) {
            let problem = format!("there are two columns `{name}`");
            return Err(table.header_error(problem, "rename one of them").into());
        }
    }
    Ok(table)
}

/// What other lists call the columns that an event list must have.
const OTHER_NAMES: [(&str, &[&str]); 2] = [
    (
        "id",
        &["event_id", "event id", "eventid", "event", "name", "label"],
    ),
    (
        "at",
        &[
            "date",
            "event_date",
            "event date",
            "event_time",
            "time",
            "timestamp",
            "datetime",
            "day",
            "announced",
            "announced_at",
            "announcement_date",
            "datum",
            "tag",
            "zeit",
        ],
    ),
];

/// Which columns to rename or to add, so that the list has the columns it lacks.
fn renames(table: &Table<'_>, missing: &[&str]) -> String {
    let cure = |required: &&str| {
        let known = OTHER_NAMES.iter().find(|(name, _)| name == required);
        match known.and_then(|(_, names)| table.find(names)) {
            Some(found) => format!("rename `{}` to `{required}`", table.header_written[found]),
            None if *required == "id" => {
                "add a column `id`: a short name of each event, each its own".to_owned()
            }
            None => "add a column `at`: the date of each event, or its moment".to_owned(),
        }
    };
    let cures: Vec<String> = missing.iter().map(cure).collect();
    cures.join(", and ")
}

/// Refuses a column that is nearly one with a meaning, where that one is absent: `whn` would be
/// taken for a column of one's own, and its words for nothing. `market_ticker` shares much with
/// `market_wide` but is no slip of the hand.
pub(super) fn near_miss(name: &str, known: impl Fn(&str) -> bool) -> Option<(String, String)> {
    const SLIPS: usize = 2;
    let folded = name.replace('-', "_");
    let near = suggest::closest_within(&folded, SLIPS, FIELDS);
    let field = near.filter(|field| !known(field))?;
    Some((
        format!("`{name}` is no column that is known, and nearly `{field}`"),
        format!("rename it to `{field}`, or to a name less like it if it is a column of your own"),
    ))
}

/// The format of the `at` column.
pub(super) fn table_dates(table: &Table<'_>, options: &EventOptions) -> Result<DateFormat> {
    let at = table.find(&["at"]).unwrap_or(0);
    dates::infer(table.column(at), options.date_order).map_err(|error| table.locate(error, &[at]))
}

/// The rows as events.
pub(super) fn from_table<'a>(table: &'a Table<'a>) -> Result<Vec<RawEvent<'a>>> {
    // `time certainty` and `market-wide` are the same names with other separators.
    let names: Vec<String> = table
        .header
        .iter()
        .map(|name| name.replace([' ', '-'], "_"))
        .collect();
    for (column, name) in names.iter().enumerate() {
        let is_field = FIELDS.contains(&name.as_str());
        let present = |field: &str| names.iter().any(|n| n == field);
        if let Some((problem, cure)) = near_miss(name, present).filter(|_| !is_field) {
            let written = &table.header_written[column];
            let error = table.header_error(problem, cure);
            return Err(error.in_column(written.clone()).into());
        }
    }
    let event = |row: usize| {
        let mut fields = HashMap::new();
        let mut attributes = BTreeMap::new();
        for (column, name) in names.iter().enumerate() {
            let cell = table.cell(row, column).to_owned();
            match FIELDS.iter().find(|field| *field == name) {
                Some(field) => _ = fields.insert(*field, cell),
                None if cell.is_empty() || name.is_empty() => {}
                None => _ = attributes.insert(name.clone(), cell),
            }
        }
        let names = names.clone();
        RawEvent {
            line: table.line(row),
            fields,
            attributes,
            fault: Box::new(move |field, problem, cure| {
                match names.iter().position(|name| name == field) {
                    Some(column) => table.cell_error(row, column, problem, cure),
                    None => InputError::new(problem, cure).in_file(table.file),
                }
            }),
        }
    };
    Ok((0..table.n_rows()).map(event).collect())
}

/// The `[[event]]` tables of a document.
pub(super) fn from_document(document: &Document) -> Result<Vec<RawEvent<'_>>> {
    let mut root = document.root()?;
    let sections = root.tables("event")?;
    root.finish()?;
    if sections.is_empty() {
        let cure = "write each event under [[event]] with at least id and at";
        return Err(document.error(0..0, "the file holds no event", cure).into());
    }
    let mut events = Vec::with_capacity(sections.len());
    for mut section in sections {
        let whole = section.span.clone();
        let mut fields = HashMap::new();
        let mut spans = HashMap::new();
        // Keys are compared with hyphens; the field names of the other formats have underscores.
        for (field, key) in FIELDS.iter().zip(KEYS) {
            let text = if *field == "instruments" {
                section.list(key)?.map(|list| {
                    let symbols: Vec<_> = list.value.iter().map(|s| s.value.as_str()).collect();
                    (symbols.join(";"), list.span)
                })
            } else {
                section.text(key)?.map(|text| (text.value, text.span))
            };
            if let Some((text, span)) = text {
                fields.insert(*field, text);
                spans.insert(*field, span);
            }
        }
        let attributes: BTreeMap<String, String> = section.attributes()?.into_iter().collect();
        for name in attributes.keys() {
            let present = |field: &str| fields.contains_key(field);
            if let Some((problem, cure)) = near_miss(name, present) {
                return Err(document.error(whole, problem, cure).into());
            }
        }
        events.push(RawEvent {
            line: document.line(whole.start),
            fields,
            attributes,
            fault: Box::new(move |field, problem, cure| {
                let span = spans.get(field).unwrap_or(&whole).clone();
                document.error(span, problem, cure)
            }),
        });
    }
    Ok(events)
}

/// [`FIELDS`] as TOML keys.
const KEYS: [&str; 10] = [
    "id",
    "at",
    "title",
    "category",
    "instruments",
    "when",
    "time-certainty",
    "source",
    "direction",
    "market-wide",
];

/// The format of the `at` keys.
pub(super) fn document_dates(raw: &[RawEvent<'_>], options: &EventOptions) -> Result<DateFormat> {
    let values = raw
        .iter()
        .map(|event| (event.line, event.get("at").unwrap_or("")));
    dates::infer(values, options.date_order).map_err(|error| {
        error.map_input(|input| {
            let event = raw.iter().find(|event| Some(event.line) == input.line);
            match event.or(raw.first()) {
                Some(event) => event.error("at", input.problem, input.cure),
                None => input,
            }
        })
    })
}
