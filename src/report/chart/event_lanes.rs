//! Event sessions of one instrument, sorted into a lane for each category.
//!
//! Choosing only; `price.rs` draws them.

use super::font;
use super::page::Context;
use super::style::{CATEGORIES, MUTED, Shape};
use super::text::Text;
use crate::instrument::Symbol;
use crate::study::result::Status;
use chrono::NaiveDate;
use plotters::style::RGBColor;
use std::collections::{BTreeMap, BTreeSet};

/// One event session.
pub(super) struct Mark {
    pub(super) event_id: String,
    pub(super) session: NaiveDate,
    pub(super) category: Option<String>,
    /// Abnormal return on the session.
    pub(super) ar: Option<f64>,
    pub(super) excluded: bool,
}

/// One row of marks below the price.
pub(super) struct Lane {
    pub(super) name: String,
    pub(super) colour: RGBColor,
    pub(super) shape: Shape,
    /// Categories that it holds.
    pub(super) categories: BTreeSet<Option<String>>,
    pub(super) n: usize,
}

impl Lane {
    /// Name and how many marks it holds.
    pub(super) fn label(&self) -> String {
        format!("{} ({})", self.name, self.n)
    }
}

/// The sessions of an instrument’s events within a range of dates.
pub(super) fn marks(
    context: &Context,
    instrument: &Symbol,
    range: (NaiveDate, NaiveDate),
) -> Vec<Mark> {
    let on_day_0: BTreeMap<&str, f64> = context
        .result
        .abnormal_returns
        .iter()
        .filter(|row| row.relative_day.0 == 0 && row.instrument == *instrument)
        .filter_map(|row| Some((row.event_id.as_str(), row.ar.filter(|ar| ar.is_finite())?)))
        .collect();
    let rows = context.result.ledger.iter();
    rows.filter(|row| row.instrument == instrument.as_str())
        .filter_map(|row| Some((row, row.session?)))
        .filter(|(_, session)| (range.0..=range.1).contains(session))
        .map(|(row, session)| Mark {
            event_id: row.event_id.clone(),
            session,
            category: context
                .event(&row.event_id)
                .and_then(|event| event.category.clone()),
            ar: on_day_0.get(row.event_id.as_str()).copied(),
            excluded: row.status == Status::Excluded,
        })
        .collect()
}

/// A lane for each of the largest categories, one for all that remain.
pub(super) fn lanes(marks: &[Mark], text: Text) -> Vec<Lane> {
    let mut counts: BTreeMap<&Option<String>, usize> = BTreeMap::new();
    for mark in marks {
        *counts.entry(&mark.category).or_default() += 1;
    }
    let mut order: Vec<_> = counts.into_iter().collect();
    order.sort_by_key(|(category, n)| (category.is_none(), std::cmp::Reverse(*n)));
    let n_styles = CATEGORIES.len();
    let n_own = if order.len() > n_styles {
        n_styles - 1
    } else {
        order.len()
    };
    let only_one = order.len() == 1;
    let mut lanes: Vec<Lane> = order[..n_own]
        .iter()
        .zip(CATEGORIES)
        .map(|((category, n), (colour, shape))| Lane {
            name: match category {
                Some(name) => font::clean(name),
                None if only_one => text.pick("events", "Ereignisse").to_owned(),
                None => text.pick("no category", "ohne Kategorie").to_owned(),
            },
            colour,
            shape,
            categories: BTreeSet::from([(*category).clone()]),
            n: *n,
        })
        .collect();
    if order.len() > n_own {
        let rest = &order[n_own..];
        lanes.push(Lane {
            name: text
                .pick("other categories", "übrige Kategorien")
                .to_owned(),
            colour: MUTED,
            shape: Shape::Cross,
            categories: rest
                .iter()
                .map(|(category, _)| (*category).clone())
                .collect(),
            n: rest.iter().map(|(_, n)| n).sum(),
        });
    }
    lanes
}
