//! The `[[regression]]` tables of a study file, checked against what the study has.

use crate::analysis::window::Window;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::input::document::Located;
use crate::input::study::{RegressionEntry, StudyFile};
use crate::instrument::Symbol;
use crate::study::spec::{Regression, RegressionErrors};

const ERRORS: [(&str, RegressionErrors); 4] = [
    ("hc1", RegressionErrors::Hc1),
    ("hc3", RegressionErrors::Hc3),
    ("cluster-event", RegressionErrors::ClusterEvent),
    ("cluster-instrument", RegressionErrors::ClusterInstrument),
];

/// Attributes that need no column of the event file.
const OWN: [&str; 3] = ["category", "instrument", "instrument-group"];

/// The regressions of a study file, each complete or with a fault that names its line.
pub fn regressions(
    file: &StudyFile,
    events: &[Event],
    windows: &[Window],
) -> Result<Vec<Regression>> {
    let mut regressions: Vec<Regression> = Vec::with_capacity(file.regressions.len());
    for entry in &file.regressions {
        if regressions.iter().any(|r| r.name == entry.name.value) {
            let problem = "another regression has this name";
            return Err(at(file, &entry.name, problem, "choose another"));
        }
        regressions.push(Regression {
            name: entry.name.value.clone(),
            window: window(file, entry, windows)?,
            attributes: attributes(file, entry, events)?,
            errors: errors(file, entry)?,
            instruments: instruments(file, entry)?,
        });
    }
    Ok(regressions)
}

fn window(file: &StudyFile, entry: &RegressionEntry, windows: &[Window]) -> Result<Window> {
    let text = &entry.window;
    let window = text
        .value
        .parse::<Window>()
        .map_err(|e| at(file, text, &e.to_string(), "write A:B, such as 0:1"))?;
    if !windows.contains(&window) {
        let problem = "not one of the study's CAR windows";
        return Err(at(
            file,
            text,
            problem,
            "add it to windows, or use one of them",
        ));
    }
    Ok(window)
}

fn attributes(file: &StudyFile, entry: &RegressionEntry, events: &[Event]) -> Result<Vec<String>> {
    let mut columns: Vec<&str> = events
        .iter()
        .flat_map(|e| e.attributes.keys().map(String::as_str))
        .chain(OWN)
        .collect();
    columns.sort_unstable();
    columns.dedup();
    for attribute in &entry.attributes.value {
        if !columns.contains(&attribute.value.as_str()) {
            let cure = format!("choose of {}", columns.join(", "));
            return Err(at(file, attribute, "no event has this column", &cure));
        }
    }
    let listed = entry.attributes.value.iter();
    let names: Vec<String> = listed.map(|a| a.value.clone()).collect();
    if names.is_empty() {
        let problem = format!("the regression {} has no attributes", entry.name.value);
        let cure = format!("name some of {}", columns.join(", "));
        return Err(file
            .error(entry.attributes.span.clone(), problem, cure)
            .into());
    }
    Ok(names)
}

fn errors(file: &StudyFile, entry: &RegressionEntry) -> Result<RegressionErrors> {
    let Some(text) = &entry.errors else {
        return Ok(RegressionErrors::default());
    };
    let found = ERRORS.iter().find(|(name, _)| *name == text.value);
    found.map(|(_, errors)| *errors).ok_or_else(|| {
        let names: Vec<&str> = ERRORS.iter().map(|(name, _)| *name).collect();
        let cure = format!("choose {}", names.join(", "));
        at(file, text, "not one of the choices", &cure)
    })
}

fn instruments(file: &StudyFile, entry: &RegressionEntry) -> Result<Option<Vec<Symbol>>> {
    let Some(list) = &entry.instruments else {
        return Ok(None);
    };
    let symbol = |text: &Located<String>| {
        let cure = "use letters, digits and . - ^ = & : only";
        Symbol::new(&text.value).map_err(|_| at(file, text, "not an instrument symbol", cure))
    };
    list.value
        .iter()
        .map(symbol)
        .collect::<Result<_>>()
        .map(Some)
}

fn at(file: &StudyFile, located: &Located<String>, problem: &str, cure: &str) -> Error {
    file.error(located.span.clone(), problem, cure)
        .with_value(&located.value)
        .into()
}
