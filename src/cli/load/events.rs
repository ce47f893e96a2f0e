//! Event files and embedded catalogues.

use super::{read_file, sha256};
use crate::cli::settings::Setting;
use crate::error::{InputError, Result};
use crate::event::Event;
use crate::input::dates::DateOrder;
use crate::input::events::{EventOptions, read_events};
use crate::input::study::StudyFile;
use crate::sample;
use crate::study::result::InputRecord;
use std::path::{Path, PathBuf};

/// Events and the record of where they came from.
pub struct Events {
    pub events: Vec<Event>,
    pub inputs: Vec<InputRecord>,
}

/// Options of event files from their settings.
pub fn event_options(
    zone: Option<Setting<String>>,
    date_order: Option<Setting<String>>,
    file: Option<&StudyFile>,
) -> Result<EventOptions> {
    let zone_of = |setting: Setting<String>| {
        setting.value.parse().map_err(|_| {
            let cure = "write one like America/New_York or UTC";
            setting.fault(file, &setting.value, "no time zone has this name", cure)
        })
    };
    Ok(EventOptions {
        event_zone: zone.map(zone_of).transpose()?,
        date_order: date_order_of(date_order, file)?,
    })
}

/// A date order by name.
pub fn date_order_of(
    setting: Option<Setting<String>>,
    file: Option<&StudyFile>,
) -> Result<Option<DateOrder>> {
    let order_of = |setting: Setting<String>| {
        DateOrder::from_name(&setting.value).ok_or_else(|| {
            let problem = "not an order of day and month";
            setting.fault(file, &setting.value, problem, "choose dmy, mdy or ymd")
        })
    };
    setting.map(order_of).transpose()
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
