//! Event lists as tables (CSV and its kin) and as TOML (`[[event]]`).
//!
//! Fields become text here; what the text means is decided by the parent module.

use super::{EventOptions, FIELDS, RawEvent};
use crate::error::{InputError, Result};
use crate::input::dates::{self, DateFormat};
use crate::input::document::Document;
use crate::input::table::{Table, TableOptions};
use std::collections::{BTreeMap, HashMap};

/// Splits a text into a table that has an `id` and an `at`.
pub(super) fn table<'a>(text: &'a str, file: &'a str) -> Result<Table<'a>> {
    let options = TableOptions {
        allow_blanks: true,
        ..TableOptions::default()
    };
    let table = Table::read(text, file, options)?;
    for required in ["id", "at"] {
        if table.find(&[required]).is_none() {
            let cure = match (
                required,
                table.find(&["date", "event_date", "time", "timestamp"]),
            ) {
                ("at", Some(found)) => format!("rename `{}` to `at`", table.header_written[found]),
                _ => "an event file has at least the columns id and at; \
                      add a first line that names them"
                    .to_owned(),
            };
            let problem = format!(
                "there is no column `{required}` in `{}`",
                table.header_shown()
            );
            return Err(table.header_error(problem, cure).into());
        }
    }
    for (i, name) in table.header.iter().enumerate() {
        if table.header[..i].contains(name) {
            let problem = format!("there are two columns `{name}`");
            return Err(table.header_error(problem, "rename one of them").into());
        }
    }
    Ok(table)
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
        let attributes = section.attributes()?.into_iter().collect();
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
