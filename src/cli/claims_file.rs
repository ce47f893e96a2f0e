//! The `[[claim]]` tables of a study file.

use crate::analysis::window::Window;
use crate::error::{Error, Result};
use crate::event::Direction;
use crate::input::document::Located;
use crate::input::study::{ClaimEntry, StudyFile};
use crate::instrument::Symbol;
use crate::study::spec::{Claim, ClaimEvents, ClaimQuestion, ClaimSubject};

/// The claims of a study file, each complete or with a fault that names its line.
pub fn claims(file: &StudyFile) -> Result<Vec<Claim>> {
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
            question: question(file, entry)?,
        });
    }
    Ok(claims)
}

fn question(file: &StudyFile, entry: &ClaimEntry) -> Result<ClaimQuestion> {
    if let Some(why) = &entry.untestable {
        return Ok(ClaimQuestion::Untestable(why.value.clone()));
    }
    let incomplete = |what: &str, cure: &str| -> Error {
        let problem = format!("the claim {} {what}", entry.id.value);
        file.error(entry.id.span.clone(), problem, cure).into()
    };
    let events = match (&entry.events, &entry.category) {
        (Some(ids), None) => {
            ClaimEvents::Ids(ids.value.iter().map(|id| id.value.clone()).collect())
        }
        (None, Some(category)) => ClaimEvents::Category(category.value.clone()),
        _ => {
            let cure = "give events = [\"id\"], or category, or untestable = \"why\"";
            return Err(incomplete("needs either events or a category", cure));
        }
    };
    let subject = match (&entry.instrument, &entry.group) {
        (Some(symbol), None) => {
            let cure = "use letters, digits and . - ^ = & : only";
            ClaimSubject::Instrument(
                Symbol::new(&symbol.value)
                    .map_err(|_| at(file, symbol, "not an instrument symbol", cure))?,
            )
        }
        (None, Some(group)) => ClaimSubject::Group {
            name: group.value.clone(),
            minus: entry.minus.as_ref().map(|m| m.value.clone()),
        },
        _ => {
            let cure = "give instrument = \"SYM\" or group = \"name\"";
            return Err(incomplete("needs either an instrument or a group", cure));
        }
    };
    let window = match &entry.window {
        None => return Err(incomplete("needs a window", "give window = \"0:0\"")),
        Some(window) => window
            .value
            .parse::<Window>()
            .map_err(|e| at(file, window, &e.to_string(), "write A:B, such as 0:1"))?,
    };
    let direction = match &entry.direction {
        None => {
            let cure = "give direction = \"up\", \"down\" or \"none\"";
            return Err(incomplete("needs a direction", cure));
        }
        Some(direction) => match direction.value.as_str() {
            "up" => Direction::Up,
            "down" => Direction::Down,
            "none" => Direction::None,
            _ => {
                return Err(at(
                    file,
                    direction,
                    "not a direction",
                    "choose up, down or none",
                ));
            }
        },
    };
    Ok(ClaimQuestion::Sign {
        events,
        subject,
        window,
        direction,
    })
}

fn at(file: &StudyFile, located: &Located<String>, problem: &str, cure: &str) -> Error {
    file.error(located.span.clone(), problem, cure)
        .with_value(&located.value)
        .into()
}
