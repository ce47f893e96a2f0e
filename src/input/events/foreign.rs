//! Event lists of other tools, recognised by their columns: EventStudyTools, the R packages
//! EventStudy and eventstudies, the Python package eventstudy, WRDS uploads, lists of headlines,
//! lists with a Python list of symbols.
//!
//! They become the same fields as our own lists. Dates with two readings are refused as anywhere;
//! where a non-trading date goes, on which these tools disagree, is `--anchor`'s business.

use super::{EventOptions, RawEvent};
use crate::error::{InputError, Result};
use crate::input::dates::{self, DateFormat};
use crate::input::table::{Delimiter, Table, TableOptions, detect_delimiter, fold};
use crate::input::text::decode;
use std::collections::{BTreeMap, HashMap};

/// How a tool writes events.
#[derive(Debug, PartialEq)]
pub(super) struct Convention {
    /// Which tool.
    pub name: &'static str,
    /// Its columns; those of [`ROLES`] are fields, all others attributes.
    columns: &'static [&'static str],
    /// Columns at the end that may be absent.
    optional: usize,
    /// Whether the file names its columns.
    has_header: bool,
    /// Its columns with the field that each is.
    roles: &'static [(&'static str, &'static str)],
}

const EVENT_STUDY_TOOLS: Convention = Convention {
    name: "EventStudyTools",
    columns: &[
        "id",
        "firm",
        "market",
        "date",
        "group",
        "event_window_start",
        "event_window_end",
        "estimation_window_end",
        "estimation_window_length",
    ],
    optional: 5,
    has_header: false,
    roles: &[
        ("id", "id"),
        ("firm", "instruments"),
        ("date", "at"),
        ("group", "category"),
    ],
};

const WRDS: Convention = Convention {
    name: "WRDS",
    columns: &["firm", "date"],
    optional: 0,
    has_header: false,
    roles: &[("firm", "instruments"), ("date", "at")],
};

const HEADLINES_BARE: Convention = Convention {
    name: "headlines",
    columns: &["date", "ticker", "headline"],
    optional: 0,
    has_header: false,
    roles: &HEADLINE_ROLES,
};

const HEADLINE_ROLES: [(&str, &str); 5] = [
    ("date", "at"),
    ("ticker", "instruments"),
    ("symbol", "instruments"),
    ("headline", "title"),
    ("title", "title"),
];

/// Lists that name their columns, in any order.
const NAMED: [Convention; 8] = [
    Convention {
        name: "R EventStudy",
        columns: &[
            "event_id",
            "firm_symbol",
            "index_symbol",
            "event_date",
            "group",
            "event_window_start",
            "event_window_end",
            "shift_estimation_window",
            "estimation_window_length",
        ],
        optional: 5,
        has_header: true,
        roles: &[
            ("event_id", "id"),
            ("firm_symbol", "instruments"),
            ("event_date", "at"),
            ("group", "category"),
        ],
    },
    Convention {
        name: "Python eventstudy",
        columns: &["security_ticker", "market_ticker", "event_date"],
        optional: 0,
        has_header: true,
        roles: &[("security_ticker", "instruments"), ("event_date", "at")],
    },
    Convention {
        name: "R eventstudies",
        columns: &["name", "when"],
        optional: 0,
        has_header: true,
        roles: &[("name", "instruments"), ("when", "at")],
    },
    Convention {
        name: "events with exposed tickers",
        columns: &["date", "label", "exposed_tickers"],
        optional: 0,
        has_header: true,
        roles: &[
            ("date", "at"),
            ("label", "title"),
            ("exposed_tickers", "instruments"),
        ],
    },
    headlines(&["date", "ticker", "headline"]),
    headlines(&["date", "symbol", "headline"]),
    headlines(&["date", "ticker", "title"]),
    headlines(&["date", "symbol", "title"]),
];

const fn headlines(columns: &'static [&'static str]) -> Convention {
    Convention {
        name: "headlines",
        columns,
        optional: 0,
        has_header: true,
        roles: &HEADLINE_ROLES,
    }
}

/// The tool that wrote a text, if it is one of those that are known.
pub(super) fn recognise(text: &str) -> Option<&'static Convention> {
    let head = text.trim_start_matches(['\r', '\n']).lines().next()?;
    let delimiter = detect_delimiter(head, true)?;
    let cells = cells(head, delimiter);
    let names: Vec<String> = cells.iter().map(|cell| fold(cell)).collect();
    let has = |name: &str| names.iter().any(|n| n == name);
    if has("id") && has("at") {
        return None;
    }
    let fits = |c: &&Convention| {
        c.columns[..c.columns.len() - c.optional]
            .iter()
            .all(|n| has(n))
    };
    if let Some(found) = NAMED.iter().find(fits) {
        return Some(found);
    }
    let is_date = |at: usize| cells.get(at).is_some_and(|cell| dates::is_date(cell));
    let is_word = |at: usize| cells[at].starts_with(|c: char| c.is_alphabetic());
    let width = EVENT_STUDY_TOOLS.columns.len();
    match delimiter {
        Delimiter::Byte(b';') if (4..=width).contains(&cells.len()) && is_date(3) => {
            Some(&EVENT_STUDY_TOOLS)
        }
        Delimiter::Blanks if cells.len() == 2 && is_date(1) => Some(&WRDS),
        Delimiter::Byte(b',') if cells.len() == 3 && is_date(0) && is_word(1) => {
            Some(&HEADLINES_BARE)
        }
        _ => None,
    }
}

fn cells(line: &str, delimiter: Delimiter) -> Vec<String> {
    let clean = |cell: &str| cell.trim().trim_matches('"').to_owned();
    match delimiter {
        Delimiter::Blanks => line.split_whitespace().map(clean).collect(),
        // A first line with the delimiter within quotes has more pieces than any convention.
        Delimiter::Byte(b',') => {
            let parts = split_outside_quotes(line);
            parts.into_iter().map(clean).collect()
        }
        Delimiter::Byte(byte) => line.split(char::from(byte)).map(clean).collect(),
    }
}

fn split_outside_quotes(line: &str) -> Vec<&str> {
    let mut quoted = false;
    line.split(move |c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
    .collect()
}

/// Splits a text of a known tool into a table.
pub(super) fn table<'a>(
    text: &'a str,
    file: &'a str,
    convention: &Convention,
) -> Result<Table<'a>> {
    let width = match text.trim_start_matches(['\r', '\n']).lines().next() {
        Some(head) => detect_delimiter(head, true).map_or(0, |d| cells(head, d).len()),
        None => 0,
    };
    let names = match convention.has_header {
        true => &[][..],
        false => &convention.columns[..width.min(convention.columns.len())],
    };
    let options = TableOptions {
        allow_blanks: true,
        names,
        ..TableOptions::default()
    };
    Table::read(text, file, options)
}

/// The rows as events, and the format of their dates.
pub(super) fn from_table<'a>(
    table: &'a Table<'a>,
    convention: &'static Convention,
    options: &EventOptions,
) -> Result<(Vec<RawEvent<'a>>, DateFormat)> {
    let field_of = |name: &str| {
        let found = convention.roles.iter().find(|(theirs, _)| *theirs == name);
        found.map(|(_, field)| *field)
    };
    let at = table
        .header
        .iter()
        .position(|name| field_of(name) == Some("at"))
        .unwrap_or(0);
    let format = dates::infer(table.column(at), options.date_order)
        .map_err(|error| table.locate(error, &[at]))?;
    let mut taken: HashMap<String, usize> = HashMap::new();
    let mut events = Vec::with_capacity(table.n_rows());
    for row in 0..table.n_rows() {
        let (mut fields, mut columns) = (HashMap::new(), HashMap::new());
        let mut attributes = BTreeMap::new();
        for (column, name) in table.header.iter().enumerate() {
            let cell = table.cell(row, column);
            match field_of(name) {
                Some(field) => {
                    let plain = if field == "instruments" {
                        without_list(cell)
                    } else {
                        cell.to_owned()
                    };
                    fields.insert(field, plain);
                    columns.insert(field, column);
                }
                None if cell.is_empty() || name.is_empty() => {}
                None => _ = attributes.insert(name.clone(), cell.to_owned()),
            }
        }
        if let (None, Some(group)) = (fields.get("title"), fields.get("category")) {
            let firm = fields.get("instruments").map_or("", String::as_str);
            fields.insert("title", format!("{group} {firm}"));
        }
        if !columns.contains_key("id") {
            fields.insert("id", made_up_id(&fields, format, &mut taken));
        }
        events.push(RawEvent {
            line: table.line(row),
            fields,
            attributes,
            fault: Box::new(move |field, problem, cure| match columns.get(field) {
                Some(&column) => table.cell_error(row, column, problem, cure),
                None => InputError::new(problem, cure)
                    .in_file(table.file)
                    .at_line(table.line(row)),
            }),
        });
    }
    Ok((events, format))
}

/// `['NVDA', 'AMD']` is `NVDA  AMD`.
fn without_list(cell: &str) -> String {
    let kept = |c: &char| !matches!(c, '[' | ']' | '\'' | '"' | '(' | ')');
    cell.chars().filter(kept).collect()
}

/// An id for a list without any: instruments and date, counted where they repeat.
fn made_up_id(
    fields: &HashMap<&'static str, String>,
    format: DateFormat,
    taken: &mut HashMap<String, usize>,
) -> String {
    let text = |field: &str| fields.get(field).map_or("", String::as_str);
    let day = text("at");
    let day = format
        .parse(day)
        .map_or_else(|| day.to_owned(), |date| date.to_string());
    // A title tells more than a list of symbols.
    let words = match text("title") {
        "" => text("instruments"),
        title => title,
    };
    let mut slug = String::new();
    for c in words.to_lowercase().chars() {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let short: String = slug.chars().take(40).collect();
    let id = match short.trim_end_matches('-') {
        "" => format!("event-{day}"),
        slug => format!("{slug}-{day}"),
    };
    let n = taken.entry(id.clone()).or_insert(0);
    *n += 1;
    match *n {
        1 => id,
        n => format!("{id}-{n}"),
    }
}

/// The tool whose convention the bytes of an event file follow, if it is not our own.
pub fn convention_of(bytes: &[u8], file_name: &str) -> Option<&'static str> {
    let text = decode(bytes, file_name).ok()?;
    recognise(text).map(|convention| convention.name)
}

#[cfg(test)]
mod tests;
