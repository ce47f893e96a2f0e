//! The `[[claim]]` tables of a study file, checked against what the study has.

use crate::analysis::window::Window;
use crate::error::{Error, Result};
use crate::event::{Direction, Event};
use crate::input::document::Located;
use crate::input::study::{ClaimEntry, StudyFile};
use crate::instrument::{InstrumentGroup, Symbol};
use crate::study::spec::{Claim, ClaimEvents, ClaimQuestion, ClaimSubject};

/// What claims can speak of.
struct Known<'a> {
    file: &'a StudyFile,
    events: &'a [Event],
    groups: &'a [InstrumentGroup],
    event_window: Window,
}

/// The claims of a study file, each complete or with a fault that names its line.
pub fn claims(
    file: &StudyFile,
    events: &[Event],
    groups: &[InstrumentGroup],
    event_window: Window,
) -> Result<Vec<Claim>> {
    let known = Known {
        file,
        events,
        groups,
        event_window,
    };
    let mut claims: Vec<Claim> = Vec::with_capacity(file.claims.len());
    for entry in &file.claims {
        if claims.iter().any(|c| c.id == entry.id.value) {
            return Err(at(
                file,
                &entry.id,
                "another claim has this id",
                "choose another",
            ));
        }
        claims.push(Claim {
            id: entry.id.value.clone(),
            text: entry.text.value.clone(),
            question: question(&known, entry)?,
        });
    }
    Ok(claims)
}

fn question(known: &Known, entry: &ClaimEntry) -> Result<ClaimQuestion> {
    if let Some(why) = &entry.untestable {
        return Ok(ClaimQuestion::Untestable(why.value.clone()));
    }
    Ok(ClaimQuestion::Sign {
        events: claim_events(known, entry)?,
        subject: subject(known, entry)?,
        window: window(known, entry)?,
        direction: direction(known, entry)?,
    })
}

fn claim_events(known: &Known, entry: &ClaimEntry) -> Result<ClaimEvents> {
    match (&entry.events, &entry.category) {
        (Some(ids), None) if !ids.value.is_empty() => {
            let unknown = |id: &&Located<String>| known.events.iter().all(|e| e.id != id.value);
            if let Some(id) = ids.value.iter().find(unknown) {
                let cure = "use an id of the event file";
                return Err(at(known.file, id, "no event has this id", cure));
            }
            let ids = ids.value.iter().map(|id| id.value.clone());
            Ok(ClaimEvents::Ids(ids.collect()))
        }
        (None, Some(category)) => {
            let has = |e: &Event| e.category.as_deref() == Some(category.value.as_str());
            if !known.events.iter().any(has) {
                let cure = "use a category of the event file";
                return Err(at(known.file, category, "no event has this category", cure));
            }
            Ok(ClaimEvents::Category(category.value.clone()))
        }
        _ => {
            let cure = "give events = [\"id\"], or category, or untestable = \"why\"";
            Err(incomplete(
                known,
                entry,
                "either events or a category",
                cure,
            ))
        }
    }
}

fn subject(known: &Known, entry: &ClaimEntry) -> Result<ClaimSubject> {
    match (&entry.instrument, &entry.group) {
        (Some(symbol), None) => {
            let cure = "use letters, digits and . - ^ = & : only";
            let symbol = Symbol::new(&symbol.value)
                .map_err(|_| at(known.file, symbol, "not an instrument symbol", cure))?;
            Ok(ClaimSubject::Instrument(symbol))
        }
        (None, Some(group)) => {
            for name in [Some(group), entry.minus.as_ref()].into_iter().flatten() {
                if known.groups.iter().all(|g| g.name != name.value) {
                    let names = known.groups.iter().map(|g| g.name.as_str());
                    let cure = match names.collect::<Vec<_>>().join(", ") {
                        none if none.is_empty() => "define it under [groups]".to_owned(),
                        names => format!("define it under [groups], where there are {names}"),
                    };
                    return Err(at(known.file, name, "no group has this name", &cure));
                }
            }
            Ok(ClaimSubject::Group {
                name: group.value.clone(),
                minus: entry.minus.as_ref().map(|m| m.value.clone()),
            })
        }
        _ => {
            let cure = "give instrument = \"SYM\" or group = \"name\"";
            Err(incomplete(
                known,
                entry,
                "either an instrument or a group",
                cure,
            ))
        }
    }
}

fn window(known: &Known, entry: &ClaimEntry) -> Result<Window> {
    let Some(text) = &entry.window else {
        return Err(incomplete(
            known,
            entry,
            "a window",
            "give window = \"0:0\"",
        ));
    };
    let window = text
        .value
        .parse::<Window>()
        .map_err(|e| at(known.file, text, &e.to_string(), "write A:B, such as 0:1"))?;
    if !known.event_window.contains(window) {
        let problem = format!("the claim's window {window} is not inside the event window");
        let cure = format!(
            "the event window is {}: change one of them",
            known.event_window
        );
        return Err(at(known.file, text, &problem, &cure));
    }
    Ok(window)
}

fn direction(known: &Known, entry: &ClaimEntry) -> Result<Direction> {
    let Some(direction) = &entry.direction else {
        let cure = "give direction = \"up\", \"down\" or \"none\"";
        return Err(incomplete(known, entry, "a direction", cure));
    };
    match direction.value.as_str() {
        "up" => Ok(Direction::Up),
        "down" => Ok(Direction::Down),
        "none" => Ok(Direction::None),
        _ => {
            let cure = "choose up, down or none";
            Err(at(known.file, direction, "not a direction", cure))
        }
    }
}

fn incomplete(known: &Known, entry: &ClaimEntry, lacks: &str, cure: &str) -> Error {
    let problem = format!("the claim {} needs {lacks}", entry.id.value);
    let span = entry.id.span.clone();
    known.file.error(span, problem, cure).into()
}

fn at(file: &StudyFile, located: &Located<String>, problem: &str, cure: &str) -> Error {
    file.error(located.span.clone(), problem, cure)
        .with_value(&located.value)
        .into()
}
