//! Bars: the rows of one instrument as plain values, for code that gets figures row by row.
//!
//! Sources deliver in any order and sometimes twice; [`tidy`] puts their rows in order.
//! Impossible highs, jumps and gaps are `quality`'s business.

use super::{
    ADJ_CLOSE, CLOSE, FIELDS, PriceFrame, PriceKind, Provenance, SESSION, SYMBOL, VOLUME,
    frame_error,
};
use crate::error::Result;
use crate::instrument::Symbol;
use chrono::NaiveDate;
use polars::prelude::*;
use sha2::{Digest, Sha256};

/// The figures of one session, in the order of [`FIELDS`]; `None` is missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// The session.
    pub session: NaiveDate,
    /// Its figures.
    pub figures: [Option<f64>; 6],
}

/// Bars in order, and what had to be decided for that.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TidyBars {
    /// Ascending, each session once.
    pub bars: Vec<Bar>,
    /// Sessions that the source gave twice with different figures; the later row stands.
    pub contradicted: Vec<NaiveDate>,
}

/// Puts bars in order as a source meant them.
///
/// Prices that are not finite or not above zero, and volumes below zero, are missing. A row
/// without a close of either kind says nothing and is dropped. Of two rows of a session the one
/// that stands later in the file is kept.
///
/// ```
/// use shockwave::prices::bars::{Bar, tidy};
/// use shockwave::prices::{CLOSE, VOLUME};
///
/// let bar = |day: &str, close: f64, volume: f64| -> Result<Bar, chrono::ParseError> {
///     let mut figures = [None; 6];
///     figures[CLOSE] = Some(close);
///     figures[VOLUME] = Some(volume);
///     Ok(Bar { session: day.parse()?, figures })
/// };
/// let delivered = [
///     bar("2025-01-27", 118.58, 800e6)?,
///     bar("2025-01-24", 142.62, -1.0)?,
///     bar("2025-01-27", 118.42, 818_830_900.0)?,
/// ];
/// let tidied = tidy(delivered);
/// assert_eq!(tidied.bars[1].figures[CLOSE], Some(118.42)); // the later row stands
/// assert_eq!(tidied.contradicted, ["2025-01-27".parse()?]); // and is named
/// assert_eq!(tidied.bars[0].figures[VOLUME], None); // no volume is below zero
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn tidy(rows: impl IntoIterator<Item = Bar>) -> TidyBars {
    let mut bars: Vec<Bar> = rows.into_iter().map(without_impossible).collect();
    bars.retain(|bar| bar.figures[CLOSE].is_some() || bar.figures[ADJ_CLOSE].is_some());
    // A stable sort: rows of the same session stay in the order of the file.
    bars.sort_by_key(|bar| bar.session);
    let mut tidy = TidyBars::default();
    for bar in bars {
        match tidy.bars.last_mut() {
            Some(last) if last.session == bar.session => {
                if *last != bar && tidy.contradicted.last() != Some(&bar.session) {
                    tidy.contradicted.push(bar.session);
                }
                *last = bar;
            }
            _ => tidy.bars.push(bar),
        }
    }
    tidy
}

fn without_impossible(mut bar: Bar) -> Bar {
    for (field, figure) in bar.figures.iter_mut().enumerate() {
        let possible = |v: &f64| v.is_finite() && (*v > 0.0 || (field == VOLUME && *v == 0.0));
        *figure = figure.filter(possible);
    }
    bar
}

/// A source of one's own hands over bars, and gets a frame like that of a file.
///
/// ```
/// use shockwave::Symbol;
/// use shockwave::prices::bars::Bar;
/// use shockwave::prices::dialect::AdjustmentBasis;
/// use shockwave::prices::{CLOSE, PriceFrame, Provenance};
///
/// let mut figures = [None; 6];
/// figures[CLOSE] = Some(118.42);
/// let bars = [Bar { session: "2025-01-27".parse()?, figures }];
/// let provenance = Provenance {
///     name: "our feed".into(),
///     path: "our feed".into(),
///     dialect: "our feed".into(),
///     rows: 0,
///     symbols: Vec::new(),
///     first: None,
///     last: None,
///     adjustment_basis: AdjustmentBasis::Split,
///     sha256: String::new(),
/// };
/// let nvda = Symbol::new("NVDA")?;
/// let frame = PriceFrame::from_bars(&nvda, &bars, provenance)?;
/// assert_eq!(frame.provenance[0].rows, 1); // set from the bars, as span and symbols are
/// assert_eq!(frame.bars(&nvda)?, bars);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl PriceFrame {
    /// The rows of one instrument, in the frame's order; none where it does not hold it.
    ///
    /// # Errors
    /// A frame without the schema's columns, which a caller built by hand.
    pub fn bars(&self, symbol: &Symbol) -> Result<Vec<Bar>> {
        let runs = self.symbol_runs()?;
        let Some((_, run)) = runs.into_iter().find(|(name, _)| name == symbol) else {
            return Ok(Vec::new());
        };
        let sessions = self.row_sessions()?;
        let columns = (0..FIELDS.len())
            .map(|field| self.figures(field))
            .collect::<Result<Vec<_>>>()?;
        let figure = |field: usize, row: usize| {
            let column = columns[field].as_ref()?;
            Some(column[row]).filter(|v| !v.is_nan())
        };
        Ok(run
            .map(|row| Bar {
                session: sessions[row],
                figures: std::array::from_fn(|field| figure(field, row)),
            })
            .collect())
    }

    /// A frame of one instrument's bars, which must ascend. Rows, span and symbols of
    /// `provenance` are set here.
    ///
    /// # Errors
    /// None that a caller could cause.
    pub fn from_bars(symbol: &Symbol, bars: &[Bar], provenance: Provenance) -> Result<PriceFrame> {
        let days = bars.iter().map(|bar| bar.session.to_epoch_days()).collect();
        let days = Int32Chunked::from_vec(SESSION.into(), days).into_date();
        let symbols = vec![symbol.as_str(); bars.len()];
        let mut columns = vec![days.into_column(), Column::new(SYMBOL.into(), symbols)];
        for (field, name) in FIELDS.iter().enumerate() {
            let figures: Vec<Option<f64>> = bars.iter().map(|bar| bar.figures[field]).collect();
            columns.push(Column::new((*name).into(), figures));
        }
        let provenance = Provenance {
            rows: bars.len(),
            symbols: vec![symbol.clone()],
            first: bars.first().map(|bar| bar.session),
            last: bars.last().map(|bar| bar.session),
            ..provenance
        };
        Ok(PriceFrame {
            df: DataFrame::new(bars.len(), columns).map_err(frame_error)?,
            kind: PriceKind::Prices,
            provenance: vec![provenance],
            failures: Vec::new(),
        })
    }
}

/// The SHA-256 of some bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::dialect::AdjustmentBasis;

    fn bar(day: u32, close: f64, volume: f64) -> Bar {
        let mut figures = [None; 6];
        figures[CLOSE] = Some(close);
        figures[VOLUME] = Some(volume);
        let session = NaiveDate::from_ymd_opt(2031, 1, day).unwrap();
        Bar { session, figures }
    }

    #[test]
    fn rows_are_put_in_order_and_the_later_of_two_stands() {
        let found = tidy([
            bar(3, 3.0, 1.0),
            bar(2, 2.0, 1.0),
            bar(3, 3.5, 1.0),
            bar(2, 2.0, 1.0),
        ]);
        assert_eq!(found.bars, [bar(2, 2.0, 1.0), bar(3, 3.5, 1.0)]);
        assert_eq!(found.contradicted, [bar(3, 1.0, 1.0).session]);
    }

    #[test]
    fn impossible_figures_are_missing_and_rows_without_a_close_are_dropped() {
        let found = tidy([
            bar(2, 0.0, 5.0),
            bar(3, f64::NAN, 5.0),
            bar(6, -1.0, 5.0),
            bar(7, 1.0, -5.0),
            bar(8, 1.0, 0.0),
        ]);
        let volumes: Vec<_> = found.bars.iter().map(|b| b.figures[VOLUME]).collect();
        assert_eq!(volumes, [None, Some(0.0)]);
    }

    #[test]
    fn bars_become_a_frame_and_come_back() {
        let symbol = Symbol::new("NVDA").unwrap();
        let bars = [bar(2, 2.0, 1.0), bar(3, 3.0, 1.0)];
        let provenance = Provenance {
            name: "x".to_owned(),
            path: "x".to_owned(),
            dialect: "x".to_owned(),
            rows: 0,
            symbols: Vec::new(),
            first: None,
            last: None,
            adjustment_basis: AdjustmentBasis::Split,
            sha256: sha256(b""),
        };
        let frame = PriceFrame::from_bars(&symbol, &bars, provenance).unwrap();
        assert_eq!(frame.bars(&symbol).unwrap(), bars);
        assert_eq!(frame.bars(&Symbol::new("AMD").unwrap()).unwrap(), []);
        let provenance = &frame.provenance[0];
        assert_eq!(
            (provenance.rows, provenance.last),
            (2, Some(bars[1].session))
        );
        assert!(provenance.sha256.starts_with("e3b0c442"));
    }
}
