//! Event files and embedded catalogues.

use super::{read_file, sha256};
use crate::error::{InputError, Result};
use crate::event::Event;
use crate::input::events::{EventOptions, read_events};
use crate::sample;
use crate::study::result::InputRecord;
use std::path::{Path, PathBuf};

/// Events and the record of where they came from.
pub struct Events {
    pub events: Vec<Event>,
    pub inputs: Vec<InputRecord>,
}

/// Reads event files and embedded catalogues; ids must be unique over all of them.
pub fn events(paths: &[PathBuf], options: &EventOptions) -> Result<Events> {
    let mut all = Events {
        events: Vec::new(),
        inputs: Vec::new(),
    };
    for path in paths {
        let name = path.to_string_lossy();
        let embedded = sample::catalogue(&name).filter(|_| !path.exists());
        let (shown, bytes) = match embedded {
            Some(catalogue) => (catalogue.file.to_owned(), catalogue.bytes.to_vec()),
            None => (name.into_owned(), read_file(path, &catalogue_names())?),
        };
        let events = read_events(&bytes, &shown, options)?;
        all.inputs.push(InputRecord {
            role: "events".to_owned(),
            name: shown.clone(),
            format: format_of(&shown),
            n_rows: events.len(),
            sha256: sha256(&bytes),
            ..InputRecord::default()
        });
        for event in events {
            if all.events.iter().any(|e| e.id == event.id) {
                return Err(InputError::new(
                    format!("the event id {} stands in two event files", event.id),
                    "rename one of them",
                )
                .in_file(shown)
                .into());
            }
            all.events.push(event);
        }
    }
    Ok(all)
}

fn catalogue_names() -> String {
    sample::CATALOGUES.map(|c| c.name).join(", ")
}

fn format_of(name: &str) -> String {
    let extension = Path::new(name).extension();
    extension.map_or_else(String::new, |e| e.to_string_lossy().to_lowercase())
}
