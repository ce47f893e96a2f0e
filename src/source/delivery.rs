//! From an accepted body to figures in order: what all sources of prices have in common.
//!
//! Tables go through `prices::read`, the reader of all files. A body that was cut within a row is
//! told from one with a wrong row, and a last cell that may have lost digits is never believed.

use super::body::{Form, shown};
use super::{Ask, Figures, Refusal, RefusalClass, Reply};
use crate::input::dates::DateOrder;
use crate::input::factors::FactorFrame;
use crate::input::numbers::DecimalMark;
use crate::input::table::{Delimiter, detect_delimiter};
use crate::prices::bars::{Bar, sha256, tidy};
use crate::prices::read::{ReadOptions, read_bytes};
use crate::prices::{CLOSE, PriceFrame, PriceKind, Provenance};
use chrono::NaiveDate;
use std::borrow::Cow;

/// How a source's tables write dates and numbers, where they leave it open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writing {
    /// Order of day and month.
    pub date_order: Option<DateOrder>,
    /// Decimal mark.
    pub decimal: Option<DecimalMark>,
    /// Whether no cell holds a comma.
    pub no_commas: bool,
}

/// ISO dates and decimal points.
pub(super) const ISO: Writing = Writing {
    date_order: None,
    decimal: Some(DecimalMark::Point),
    no_commas: true,
};

/// `MM/DD/YYYY` and decimal points.
pub(super) const MONTH_FIRST: Writing = Writing {
    date_order: Some(DateOrder::Mdy),
    decimal: Some(DecimalMark::Point),
    no_commas: true,
};

/// The rows of a table of prices, in the order of the file.
///
/// # Errors
/// A body that the form does not accept, and rows that cannot be read.
pub(super) fn table_rows(
    form: &Form<'_>,
    ask: &Ask,
    reply: &Reply,
    writing: Writing,
) -> Result<Vec<Bar>, Refusal> {
    let text = form.table(reply)?;
    let Some(whole) = without_uncertain_cell(text) else {
        return Err(form.truncated("the last row"));
    };
    if writing.no_commas && has_comma_in_cell(&whole) {
        // A thousands separator or a decimal comma: a guess would be wrong by a thousand.
        return Err(form.changed("numbers with commas in them".to_owned()));
    }
    let options = ReadOptions {
        date_order: writing.date_order,
        decimal: writing.decimal,
        symbol: Some(ask.symbol.clone()),
        kind: PriceKind::Prices,
    };
    read_bytes(&form.facts.name, whole.as_bytes(), &options)
        .and_then(|frame| frame.bars(&ask.symbol))
        .map_err(|error| {
            let problem = shown(&error.to_string());
            form.changed(format!("a table that cannot be read ({problem})"))
        })
}

/// Whether a cell holds a comma: between quotes, or where something else divides the cells.
fn has_comma_in_cell(text: &str) -> bool {
    let head = text.lines().next().unwrap_or("");
    let divides = matches!(detect_delimiter(head, false), Some(Delimiter::Byte(b',')));
    let mut quoted = false;
    text.bytes().any(|byte| {
        quoted ^= byte == b'"';
        byte == b',' && (quoted || !divides)
    })
}

/// The text without a last cell that may have lost digits; `None` where the last row is cut.
///
/// A text without a line end at its end may be complete or cut. If it was cut within the last
/// cell, the row still reads, with a wrong figure. The cell is therefore dropped, unless all cells
/// of its column have the same number of decimals, at least one, and it has them too.
fn without_uncertain_cell(text: &str) -> Option<Cow<'_, str>> {
    let mut lines = text.lines();
    let (head, line) = (lines.next()?, lines.next_back()?);
    if text.ends_with(['\n', '\r']) {
        return Some(Cow::Borrowed(text));
    }
    let Some(Delimiter::Byte(delimiter)) = detect_delimiter(head, false) else {
        return Some(Cow::Borrowed(text));
    };
    let delimiter = char::from(delimiter);
    let open_quote = line.matches('"').count() % 2 == 1;
    if open_quote || line.matches(delimiter).count() < head.matches(delimiter).count() {
        return None;
    }
    let last_cell = |line: &'_ str| line.rsplit(delimiter).next().unwrap_or("").len();
    let last = &line[line.len() - last_cell(line)..];
    let decimals = |cell: &str| cell.trim().split_once('.').map_or(0, |(_, d)| d.len());
    let others: Vec<usize> = lines
        .map(|line| &line[line.len() - last_cell(line)..])
        .filter(|cell| !cell.trim().is_empty())
        .map(decimals)
        .collect();
    let fixed = others.len() >= 2 && others.iter().all(|n| *n == decimals(last));
    if (fixed && decimals(last) > 0) || last.ends_with('"') {
        return Some(Cow::Borrowed(text));
    }
    Some(Cow::Owned(text[..text.len() - last.len()].to_owned()))
}

/// Rows in any order as the prices of the symbol over the span that was asked for.
///
/// # Errors
/// Nothing within the span.
pub(super) fn deliver(
    form: &Form<'_>,
    ask: &Ask,
    reply: &Reply,
    rows: Vec<Bar>,
) -> Result<Figures, Refusal> {
    let impossible = |bar: &&Bar| bar.figures[CLOSE].is_some_and(|close| close <= 0.0);
    let n_impossible = rows.iter().filter(impossible).count();
    if n_impossible > 0 {
        tracing::warn!(
            source = %form.facts.name, symbol = %ask.symbol, rows = n_impossible,
            "closes that are not above zero are no prices: these rows are left out"
        );
    }
    let tidied = tidy(rows);
    let far = |pair: &[Bar]| (pair[1].session - pair[0].session).num_days() > 4;
    if tidied.bars.len() > 3 && tidied.bars.windows(2).all(far) {
        return Err(form.changed("rows that are a week or more apart".to_owned()));
    }
    for session in &tidied.contradicted {
        tracing::warn!(
            source = %form.facts.name, symbol = %ask.symbol, %session,
            "the source gives this session twice with different figures; the later row is taken"
        );
    }
    let whole = tidied.bars;
    let bars: Vec<Bar> = whole
        .iter()
        .filter(|bar| is_asked(ask, bar.session))
        .copied()
        .collect();
    if bars.is_empty() {
        let span = match (whole.first(), whole.last()) {
            (Some(first), Some(last)) => {
                format!(
                    "figures from {} to {}, none of them in the span",
                    first.session, last.session
                )
            }
            _ => "rows without any close".to_owned(),
        };
        return Err(form.no_data(&span));
    }
    let provenance = Provenance {
        name: format!("{} {}", form.facts.name, ask.symbol),
        path: format!("{} {}", form.facts.name, ask.symbol),
        dialect: form.facts.name.to_string(),
        rows: 0,
        symbols: Vec::new(),
        first: None,
        last: None,
        adjustment_basis: form.facts.adjustment_basis,
        sha256: sha256(&reply.body),
    };
    PriceFrame::from_bars(&ask.symbol, &bars, provenance)
        .map(Figures::Prices)
        .map_err(|error| form.changed(error.to_string()))
}

/// Factor returns over the span that was asked for.
///
/// # Errors
/// Nothing within the span.
pub(super) fn deliver_factors(
    form: &Form<'_>,
    ask: &Ask,
    mut factors: FactorFrame,
) -> Result<Figures, Refusal> {
    let kept: Vec<usize> = (0..factors.sessions.len())
        .filter(|&row| is_asked(ask, factors.sessions[row]))
        .collect();
    if kept.is_empty() {
        return Err(form.refusal(
            RefusalClass::NoData,
            "has no factor returns in the span; check the dates",
        ));
    }
    for column in &mut factors.columns {
        *column = kept.iter().map(|&row| column[row]).collect();
    }
    factors.sessions = kept.iter().map(|&row| factors.sessions[row]).collect();
    Ok(Figures::Factors(factors))
}

fn is_asked(ask: &Ask, session: NaiveDate) -> bool {
    ask.from.is_none_or(|from| session >= from) && session <= ask.to
}
