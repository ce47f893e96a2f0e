//! The embedded figures and events, so that the first lines of a program work offline.

use crate::fault::raised;
use pyo3::prelude::*;
use shockwave::event::{Direction, Event};
use shockwave::input::events::{EventOptions, read_events};
use shockwave::sample::{self, Embedded};

/// The bytes of an embedded file, and the name that errors and provenance show; nothing where
/// there is none of that name.
#[pyfunction]
pub fn embedded(name: &str) -> Option<(&'static str, &'static [u8])> {
    let figures = [
        sample::CLOSE,
        sample::ADJ_CLOSE,
        sample::VOLUME,
        sample::NVDA_OHLC,
        sample::FACTORS,
    ];
    let all = figures
        .into_iter()
        .chain(sample::CATALOGUES)
        .chain(sample::STUDIES);
    let found = all.into_iter().find(|file| file.name == name);
    found.map(|file| (file.file, file.bytes))
}

/// The names of embedded event catalogues and studies.
#[pyfunction]
pub fn names() -> (Vec<&'static str>, Vec<&'static str>) {
    let of = |files: &[Embedded]| files.iter().map(|file| file.name).collect();
    (of(&sample::CATALOGUES), of(&sample::STUDIES))
}

/// An event as rows of an event file have it: column and cell.
type EventRow = Vec<(String, String)>;

/// The events of a file, one row each.
#[pyfunction]
pub fn event_rows(py: Python<'_>, name: &str, bytes: &[u8]) -> PyResult<Vec<EventRow>> {
    let events = read_events(bytes, name, &EventOptions::default());
    let events = events.map_err(|e| raised(py, e))?;
    Ok(events.into_iter().map(row).collect())
}

fn row(event: Event) -> EventRow {
    let symbols: Vec<&str> = event.instruments.iter().map(|s| s.as_str()).collect();
    let mut row: EventRow = [
        ("id", event.id.clone()),
        ("at", event.given_at.clone()),
        ("title", event.title.clone()),
        ("category", event.category.clone().unwrap_or_default()),
        ("instruments", symbols.join(";")),
        ("when", event.when.as_str().to_owned()),
        ("time_certainty", event.time_certainty.as_str().to_owned()),
        (
            "direction",
            event.direction.map_or("", Direction::as_str).to_owned(),
        ),
        ("market_wide", event.market_wide.to_string()),
        ("source", event.source.clone().unwrap_or_default()),
    ]
    .map(|(name, cell)| (name.to_owned(), cell))
    .into();
    row.extend(event.attributes);
    row
}
