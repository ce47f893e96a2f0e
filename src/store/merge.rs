//! How delivered figures meet those that are there: agreement, restatement, revision.
//!
//! Rows are never added to others without sessions in common that agree: a split or a dividend
//! restates the whole history, and the sum of two histories has a move that nobody saw.

use super::Kind;
use super::figures::Table;
use crate::prices::ADJ_CLOSE;
use chrono::NaiveDate;

/// Two figures are the same up to this relative difference: that of numbers which went through
/// text and back, well below the last digit of any source.
const SAME: f64 = 1e-9;
/// Ratios of a restatement may differ by this much, which is the rounding of restated prices ...
const RATIO_SPREAD: f64 = 5e-3;
/// ... and by this part of what the restatement changes, so that rounding is not taken for one.
const RATIO_SPREAD_PART: f64 = 1.0 / 3.0;

/// A figure that differs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    pub session: NaiveDate,
    pub field: String,
    pub old: Option<f64>,
    pub new: Option<f64>,
}

/// The outcome of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Merge {
    /// The delivery cannot be added; the ratio of a restatement, `None` without an overlap.
    NeedsFull(Option<f64>),
    /// What the store shall hold.
    Merged(Merged),
}

/// What the store shall hold, and how it differs from what it held.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Merged {
    pub table: Table,
    /// Sessions added.
    pub rows: usize,
    /// New over old price, where the old figures were restated.
    pub restated: Option<f64>,
    pub changes: Vec<Change>,
    pub vanished: Vec<NaiveDate>,
}

/// The least part of the old sessions that a restated history must have: more are missing only
/// where a delivery was cut.
const COVERED: f64 = 0.9;

/// Compares and merges; `complete` deliveries may replace restated figures if they have the
/// sessions that they would replace.
pub(super) fn merge(old: &Table, new: &Table, complete: bool) -> Merge {
    let overlap = common(old, new);
    if overlap.is_empty() {
        return Merge::NeedsFull(None);
    }
    match restatement(old, new, &overlap) {
        Some(ratio) if !complete || !covers(old, new, overlap.len()) => {
            Merge::NeedsFull(Some(ratio))
        }
        Some(ratio) => Merge::Merged(replaced(old, new, &overlap, ratio)),
        None => Merge::Merged(united(old, new, &overlap)),
    }
}

/// Whether `new` can stand for `old`: it reaches the last session and has nearly all of the others.
/// (The first few may have left the years that a source gives.)
fn covers(old: &Table, new: &Table, n_common: usize) -> bool {
    new.sessions.last() >= old.sessions.last()
        && n_common as f64 >= COVERED * old.sessions.len() as f64
}

/// The sessions in common: positions in both.
fn common(old: &Table, new: &Table) -> Vec<(usize, usize)> {
    let at = |session: &NaiveDate| old.sessions.binary_search(session).ok();
    let new = new.sessions.iter().enumerate();
    new.filter_map(|(row, session)| Some((at(session)?, row)))
        .collect()
}

fn same(a: f64, b: f64) -> bool {
    (a.is_nan() && b.is_nan()) || (a - b).abs() <= SAME * a.abs().max(b.abs())
}

/// The ratio of new to old prices, if they were restated. Adjusted closes are looked at by
/// themselves: a dividend restates them alone.
fn restatement(old: &Table, new: &Table, overlap: &[(usize, usize)]) -> Option<f64> {
    if old.kind == Kind::Factors {
        return None;
    }
    let prices = leading_ratio(old, new, overlap, 0..ADJ_CLOSE);
    prices.or_else(|| leading_ratio(old, new, overlap, ADJ_CLOSE..ADJ_CLOSE + 1))
}

/// The ratio of the first sessions of the overlap, if it is one and not 1, and every later session
/// has one ratio for all of its prices. (After a split or an ex-date the ratio is another, mostly
/// 1; what lies before the overlap has the ratio of its beginning.)
fn leading_ratio(
    old: &Table,
    new: &Table,
    overlap: &[(usize, usize)],
    fields: std::ops::Range<usize>,
) -> Option<f64> {
    let mut ratios: Vec<f64> = Vec::new();
    for (a, b) in overlap {
        let pairs = fields
            .clone()
            .map(|field| (old.columns[field][*a], new.columns[field][*b]));
        let priced = |(a, b): &(f64, f64)| a.is_finite() && b.is_finite() && *a != 0.0;
        let of_session: Vec<f64> = pairs
            .filter(priced)
            .map(|(a, b)| if same(a, b) { 1.0 } else { b / a })
            .collect();
        let Some(first) = of_session.first() else {
            continue;
        };
        if !of_session.iter().all(|ratio| alike(*ratio, *first)) {
            return None;
        }
        ratios.push(*first);
    }
    let first = *ratios.first()?;
    let run = ratios.iter().take_while(|r| alike(**r, first)).count();
    let restated = first != 1.0 && first > 0.0 && (run >= 2 || run == ratios.len());
    restated.then_some(first)
}

/// Whether two ratios are one, but for rounding.
fn alike(a: f64, b: f64) -> bool {
    let size = (a - 1.0).abs().min((b - 1.0).abs());
    (a / b - 1.0).abs() <= RATIO_SPREAD.min(RATIO_SPREAD_PART * size)
}

/// Old and new figures in one table: the new ones where both have one, the old ones where the
/// delivery has none.
fn united(old: &Table, new: &Table, overlap: &[(usize, usize)]) -> Merged {
    let mut table = old.clone();
    let mut changes = Vec::new();
    for (a, b) in overlap {
        for (field, name) in old.names.iter().enumerate() {
            let (was, is) = (old.columns[field][*a], new.columns[field][*b]);
            if !is.is_nan() && !same(was, is) {
                table.columns[field][*a] = is;
                changes.push(change(old.sessions[*a], name, was, is));
            }
        }
    }
    let known = |session: &NaiveDate| old.sessions.binary_search(session).is_ok();
    let added: Vec<usize> = (0..new.sessions.len())
        .filter(|row| !known(&new.sessions[*row]))
        .collect();
    insert(&mut table, new, &added);
    Merged {
        table,
        rows: added.len(),
        restated: None,
        changes,
        vanished: vanished(old, new),
    }
}

/// Adds rows of `new` whose sessions `table` does not have.
fn insert(table: &mut Table, new: &Table, rows: &[usize]) {
    for row in rows {
        table.sessions.push(new.sessions[*row]);
        for (column, value) in table.columns.iter_mut().zip(new.row(*row)) {
            column.push(value);
        }
    }
    let mut order: Vec<usize> = (0..table.sessions.len()).collect();
    order.sort_by_key(|row| table.sessions[*row]);
    table.sessions.sort();
    for column in &mut table.columns {
        *column = order.iter().map(|row| column[*row]).collect();
    }
}

/// The delivery alone: figures of before a restatement cannot stand beside those of after it.
fn replaced(old: &Table, new: &Table, overlap: &[(usize, usize)], ratio: f64) -> Merged {
    let mut in_new = vec![None; old.sessions.len()];
    for (a, b) in overlap {
        in_new[*a] = Some(*b);
    }
    let mut changes = Vec::new();
    for (row, there) in in_new.iter().enumerate() {
        for (field, name) in old.names.iter().enumerate() {
            let was = old.columns[field][row];
            let is = there.map_or(f64::NAN, |row| new.columns[field][row]);
            if !same(was, is) {
                changes.push(change(old.sessions[row], name, was, is));
            }
        }
    }
    let left_out = old.sessions.iter().zip(&in_new);
    Merged {
        table: new.clone(),
        rows: new.sessions.len() - overlap.len(),
        restated: Some(ratio),
        changes,
        vanished: left_out
            .filter(|(_, there)| there.is_none())
            .map(|(session, _)| *session)
            .collect(),
    }
}

/// Old sessions inside the span of the delivery that it does not have.
fn vanished(old: &Table, new: &Table) -> Vec<NaiveDate> {
    let (Some(first), Some(last)) = (new.sessions.first(), new.sessions.last()) else {
        return Vec::new();
    };
    let inside = old.sessions.iter().filter(|s| (first..=last).contains(s));
    inside
        .filter(|s| new.sessions.binary_search(s).is_err())
        .copied()
        .collect()
}

fn change(session: NaiveDate, field: &str, old: f64, new: f64) -> Change {
    let known = |v: f64| Some(v).filter(|v| !v.is_nan());
    Change {
        session,
        field: field.to_owned(),
        old: known(old),
        new: known(new),
    }
}

#[cfg(test)]
mod tests;
