//! The `[groups]` of a study file: names, members, weights.

use crate::error::{Error, Result};
use crate::input::document::Located;
use crate::input::study::{GroupEntry, StudyFile};
use crate::instrument::{InstrumentGroup, Symbol, Weighting};

const WEIGHTINGS: [(&str, Weighting); 3] = [
    ("equal", Weighting::Equal),
    ("value", Weighting::Value),
    ("both", Weighting::Both),
];

/// The groups of a study file, each complete or with a fault that names its line.
pub fn groups(file: &StudyFile) -> Result<Vec<InstrumentGroup>> {
    let group = |entry: &GroupEntry| {
        Ok(InstrumentGroup {
            name: entry.name.value.clone(),
            members: members(file, entry)?,
            weights: weights(file, entry)?,
            weighting: weighting(file, entry)?,
        })
    };
    file.groups.iter().map(group).collect()
}

fn members(file: &StudyFile, entry: &GroupEntry) -> Result<Vec<Symbol>> {
    let mut symbols = Vec::new();
    for member in &entry.members {
        let symbol = Symbol::new(&member.value).map_err(|_| {
            at(
                file,
                member,
                "not an instrument symbol",
                "correct the entry",
            )
        })?;
        if symbols.contains(&symbol) {
            return Err(at(
                file,
                member,
                "the group holds it twice",
                "correct the entry",
            ));
        }
        symbols.push(symbol);
    }
    if symbols.is_empty() {
        return Err(at(
            file,
            &entry.name,
            "the group is empty",
            "correct the entry",
        ));
    }
    Ok(symbols)
}

fn weights(file: &StudyFile, entry: &GroupEntry) -> Result<Option<Vec<f64>>> {
    let Some(list) = &entry.weights else {
        return Ok(None);
    };
    let (n, wanted) = (list.value.len(), entry.members.len());
    if n != wanted {
        let problem = format!("{n} weights for {wanted} members");
        let cure = "give one for each member, in their order";
        return Err(file.error(list.span.clone(), problem, cure).into());
    }
    let weight = |text: &Located<String>| {
        let number = text.value.parse::<f64>().ok();
        let number = number.filter(|w| w.is_finite() && *w >= 0.0);
        number.ok_or_else(|| at(file, text, "not a weight", "write a number, 0 or more"))
    };
    let weights: Vec<f64> = list.value.iter().map(weight).collect::<Result<_>>()?;
    if weights.iter().all(|w| *w == 0.0) {
        let cure = "give at least one that is above 0";
        return Err(file
            .error(list.span.clone(), "every weight is 0", cure)
            .into());
    }
    Ok(Some(weights))
}

fn weighting(file: &StudyFile, entry: &GroupEntry) -> Result<Option<Weighting>> {
    let Some(text) = &entry.weighting else {
        return Ok(None);
    };
    let found = WEIGHTINGS.iter().find(|(name, _)| *name == text.value);
    let cure = "choose equal, value or both";
    found
        .map(|(_, weighting)| Some(*weighting))
        .ok_or_else(|| at(file, text, "not one of the choices", cure))
}

fn at(file: &StudyFile, located: &Located<String>, problem: &str, cure: &str) -> Error {
    file.error(located.span.clone(), problem, cure)
        .with_value(&located.value)
        .into()
}
