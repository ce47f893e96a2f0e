//! Which events and instruments the heat map shows, and in which order.

use super::font;
use super::page::Context;
use crate::instrument::Symbol;
use crate::study::result::AbnormalReturnRow;
use chrono::NaiveDate;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What leaves every cell room for two digits and a sign.
const MOST_EVENTS: usize = 26;
const MOST_INSTRUMENTS: usize = 60;

/// A figure of the map.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub(super) ar: f64,
    /// Its p is below one less the confidence.
    pub(super) clear: bool,
}

/// What is shown.
pub(super) struct Map<'a> {
    pub(super) events: Vec<&'a str>,
    /// Names of groups with their instruments.
    pub(super) groups: Vec<(String, Vec<&'a Symbol>)>,
    pub(super) cells: BTreeMap<(&'a str, &'a Symbol), Cell>,
    pub(super) n_events_left_out: usize,
    pub(super) n_instruments_left_out: usize,
    /// The absolute AR at which the colours end.
    pub(super) limit: f64,
}

/// Chooses what to show, where two instruments or more have figures.
pub(super) fn choose<'a>(context: &Context<'a>) -> Option<Map<'a>> {
    let level = 1.0 - context.result.settings.confidence;
    let cell = |row: &'a AbnormalReturnRow| {
        let ar = row.ar.filter(|ar| ar.is_finite())?;
        let clear = row.ar_p.is_some_and(|p| p < level);
        Some(((row.event_id.as_str(), &row.instrument), Cell { ar, clear }))
    };
    let rows = context.result.abnormal_returns.iter();
    let mut cells: BTreeMap<_, _> = rows
        .filter(|row| row.relative_day.0 == 0)
        .filter_map(cell)
        .collect();
    let (instruments, n_instruments) = instruments(context, &cells);
    if instruments.len() < 2 {
        return None;
    }
    cells.retain(|(_, instrument), _| instruments.contains(instrument));
    let (events, n_events) = events(context, &cells);
    let shown: BTreeSet<&str> = events.iter().copied().collect();
    cells.retain(|(event, _), _| shown.contains(event));
    let groups = groups(context, &instruments);
    Some(Map {
        limit: limit(cells.values()),
        n_events_left_out: n_events - events.len(),
        n_instruments_left_out: n_instruments - instruments.len(),
        events,
        groups,
        cells,
    })
}

/// The instruments with most figures, and how many there are.
fn instruments<'a>(
    context: &Context<'a>,
    cells: &BTreeMap<(&'a str, &'a Symbol), Cell>,
) -> (BTreeSet<&'a Symbol>, usize) {
    let mut counts: BTreeMap<&Symbol, usize> = BTreeMap::new();
    for (_, instrument) in cells.keys() {
        *counts.entry(instrument).or_default() += 1;
    }
    let n = counts.len();
    let focus = context.focus();
    let mut order: Vec<_> = counts.into_iter().collect();
    order.sort_by_key(|(symbol, n)| (focus != Some(*symbol), Reverse(*n)));
    order.truncate(MOST_INSTRUMENTS);
    (order.into_iter().map(|(symbol, _)| symbol).collect(), n)
}

/// The leading events, then those with most figures, then the latest, all by date; and how many
/// there are.
fn events<'a>(
    context: &Context<'a>,
    cells: &BTreeMap<(&'a str, &'a Symbol), Cell>,
) -> (Vec<&'a str>, usize) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (event, _) in cells.keys() {
        *counts.entry(event).or_default() += 1;
    }
    let n = counts.len();
    let sessions = sessions(context);
    let date = |event: &str| sessions.get(event).copied();
    let mut order: Vec<_> = counts.into_iter().collect();
    order.sort_by_key(|(event, n)| (!context.leads(event), Reverse(*n), Reverse(date(event))));
    order.truncate(MOST_EVENTS);
    let mut events: Vec<&str> = order.into_iter().map(|(event, _)| event).collect();
    events.sort_by_key(|event| date(event));
    (events, n)
}

/// The first session that the ledger gives for each event.
pub(super) fn sessions<'a>(context: &Context<'a>) -> BTreeMap<&'a str, NaiveDate> {
    let mut sessions = BTreeMap::new();
    for row in &context.result.ledger {
        if let Some(session) = row.session {
            sessions.entry(row.event_id.as_str()).or_insert(session);
        }
    }
    sessions
}

/// The instruments in the groups of the study, the first that names them; the rest at the end.
fn groups<'a>(
    context: &Context<'a>,
    instruments: &BTreeSet<&'a Symbol>,
) -> Vec<(String, Vec<&'a Symbol>)> {
    let mut left = instruments.clone();
    let mut groups = Vec::new();
    for group in &context.result.groups_of_instruments {
        let members = group.members.iter();
        let members: Vec<&Symbol> = members.filter(|member| left.remove(member)).collect();
        if !members.is_empty() {
            groups.push((font::clean(&group.name), members));
        }
    }
    if !left.is_empty() {
        let name = match groups.is_empty() {
            true => "",
            false => context.text.pick("other", "übrige"),
        };
        groups.push((name.to_owned(), left.into_iter().collect()));
    }
    groups
}

/// A round figure that about nineteen of twenty cells stay below.
fn limit<'c>(cells: impl Iterator<Item = &'c Cell>) -> f64 {
    let mut sizes: Vec<f64> = cells.map(|cell| cell.ar.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let most = sizes.get(sizes.len() * 19 / 20).or(sizes.last());
    let most = most.copied().unwrap_or(0.0).max(0.001);
    let power = libm::pow(10.0, libm::floor(libm::log10(most)));
    let steps = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let round = steps.into_iter().map(|m| m * power);
    round
        .into_iter()
        .find(|r| *r >= most * 0.999)
        .unwrap_or(most)
}
