//! iCalendar files: the part of RFC 5545 that dates an event once.
//!
//! `VEVENT` with `DTSTART`, `UID`, `SUMMARY`, `CATEGORIES`, `URL`, `DESCRIPTION`; folded lines
//! and escapes. Recurring events are refused: each occurrence must be an event of its own.

use super::RawEvent;
use crate::error::{InputError, Result};
use crate::input::text::{line_text, snippet};
use std::collections::{BTreeMap, HashMap};

/// A content line after unfolding.
struct Property {
    line: usize,
    name: String,
    zone: Option<String>,
    value: String,
}

/// Reads the events of a calendar.
pub(super) fn read<'a>(text: &'a str, file: &'a str) -> Result<Vec<RawEvent<'a>>> {
    let mut events = Vec::new();
    let mut open: Option<RawEvent<'a>> = None;
    // Alarms stand inside events and have properties of the same names.
    let mut nested = 0_usize;
    for property in properties(text) {
        let value = property.value.as_str();
        match (property.name.as_str(), &mut open) {
            ("BEGIN", None) if value.eq_ignore_ascii_case("VEVENT") => {
                open = Some(empty_event(text, file, property.line));
            }
            ("BEGIN", Some(_)) => nested += 1,
            ("END", Some(_)) if nested > 0 => nested -= 1,
            ("END", Some(_)) => events.extend(open.take()),
            (name @ ("RRULE" | "RDATE"), Some(_)) if nested == 0 => {
                let problem = format!("{name}: recurring events are not read");
                let cure = "write each occurrence as an event of its own, with its own UID";
                return Err(fault(text, file, property.line, problem, cure.to_owned()).into());
            }
            ("STATUS", Some(_))
                if nested == 0 && value.trim().eq_ignore_ascii_case("CANCELLED") =>
            {
                let problem = "STATUS: the entry is cancelled".to_owned();
                let cure = "delete the entry, or its STATUS line if it took place";
                return Err(fault(text, file, property.line, problem, cure.to_owned()).into());
            }
            (_, Some(event)) if nested == 0 => keep(event, property),
            _ => {}
        }
    }
    if let Some(event) = open {
        let problem = "the event has no END:VEVENT".to_owned();
        let cure = "complete the file (is it cut off?)".to_owned();
        return Err(fault(text, file, event.line, problem, cure).into());
    }
    if events.is_empty() {
        let problem = "the calendar holds no VEVENT".to_owned();
        return Err(fault(
            text,
            file,
            1,
            problem,
            "give a calendar with events".to_owned(),
        )
        .into());
    }
    Ok(events)
}

fn empty_event<'a>(text: &'a str, file: &'a str, line: usize) -> RawEvent<'a> {
    RawEvent {
        line,
        fields: HashMap::new(),
        attributes: BTreeMap::new(),
        fault: Box::new(move |_, problem, cure| fault(text, file, line, problem, cure)),
    }
}

fn keep(event: &mut RawEvent<'_>, property: Property) {
    let text = unescape(&property.value);
    match property.name.as_str() {
        "UID" => _ = event.fields.insert("id", text),
        "SUMMARY" => _ = event.fields.insert("title", text),
        "URL" => _ = event.fields.insert("source", text),
        "DTSTART" => {
            let at = match property.zone {
                Some(zone) => format!("{} {zone}", property.value),
                None => property.value,
            };
            event.fields.insert("at", at);
        }
        "CATEGORIES" => {
            // The first category groups the event; the rest stays visible.
            let first = split_unescaped(&property.value);
            event.fields.insert("category", unescape(first));
            event.attributes.insert("categories".to_owned(), text);
        }
        "DESCRIPTION" | "LOCATION" | "STATUS" => {
            event.attributes.insert(property.name.to_lowercase(), text);
        }
        _ => {}
    }
}

/// Unfolds the lines and splits each into name, zone and value.
fn properties(text: &str) -> Vec<Property> {
    let mut unfolded: Vec<(usize, String)> = Vec::new();
    for (i, line) in text.lines().enumerate() {
        match (line.strip_prefix([' ', '\t']), unfolded.last_mut()) {
            (Some(rest), Some((_, last))) => last.push_str(rest),
            _ => unfolded.push((i + 1, line.to_owned())),
        }
    }
    let property = |(line, text): (usize, String)| {
        let colon = outside_quotes(&text, ':')?;
        let (head, value) = (&text[..colon], text[colon + 1..].to_owned());
        let mut parts = head.split(';');
        let name = parts.next()?.trim().to_ascii_uppercase();
        let zone = parts
            .filter_map(|part| part.split_once('='))
            .find(|(key, _)| key.eq_ignore_ascii_case("TZID"))
            .map(|(_, zone)| zone.trim_matches('"').to_owned());
        Some(Property {
            line,
            name,
            zone,
            value,
        })
    };
    unfolded.into_iter().filter_map(property).collect()
}

fn outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (!quoted && c == wanted).then_some(at)
    })
}

/// `\,` `\;` `\\` and `\n`.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}

/// The text before the first comma that is not escaped.
fn split_unescaped(text: &str) -> &str {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c == ',' && !escaped {
            return &text[..at];
        }
        escaped = c == '\\' && !escaped;
    }
    text
}

fn fault(text: &str, file: &str, line: usize, problem: String, cure: String) -> InputError {
    let shown = line_text(text, line);
    let (shown, span) = snippet(shown, 0..shown.len().min(120));
    InputError::new(problem, cure)
        .in_file(file)
        .at_line(line)
        .with_snippet(shown, span)
}
