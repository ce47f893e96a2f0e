//! The embedded figures as one frame: wide files of closes, adjusted closes and volumes, and the
//! opens, highs and lows of NVDA.

use super::read::{ReadOptions, read_bytes};
use super::{ADJ_CLOSE, CLOSE, FIELDS, PriceFrame, SESSION, SYMBOL, VOLUME, frame_error};
use crate::error::{InputError, Result};
use crate::instrument::Symbol;
use crate::prices::dialect::AdjustmentBasis;
use crate::sample::{self, Embedded};
use polars::prelude::Column;

/// The instrument whose bars are embedded.
const NVDA: &str = "NVDA";

/// Reads the embedded closes, adjusted closes and volumes of 31 symbols, and the opens, highs and
/// lows of NVDA: daily, from January 2022 to May 2026.
///
/// ```
/// use shockwave::Symbol;
/// use shockwave::prices::{ADJ_CLOSE, CLOSE, sample::sample_frame};
///
/// let bars = sample_frame()?.bars(&Symbol::new("NVDA")?)?;
/// let at = bars.iter().position(|bar| bar.session.to_string() == "2025-01-27").ok_or("no row")?;
/// let figure = |row: usize, field: usize| bars[row].figures[field].ok_or("missing");
/// assert_eq!((figure(at, CLOSE)?, figure(at, ADJ_CLOSE)?), (118.42, 118.3812));
/// let simple = figure(at, ADJ_CLOSE)? / figure(at - 1, ADJ_CLOSE)? - 1.0;
/// assert!((simple + 0.1697).abs() < 5e-5); // −16.97 %
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// None in a released binary: the files are those of the build.
pub fn sample_frame() -> Result<PriceFrame> {
    let ((closes, adj_closes), (volumes, bars)) = rayon::join(
        || rayon::join(|| wide(sample::CLOSE), || wide(sample::ADJ_CLOSE)),
        || rayon::join(|| wide(sample::VOLUME), nvda_bars),
    );
    let mut frame = closes?;
    for (field, file, other) in [
        (ADJ_CLOSE, sample::ADJ_CLOSE, adj_closes?),
        (VOLUME, sample::VOLUME, volumes?),
    ] {
        // Figures are laid beside each other, so both must have the very same rows.
        for key in [SESSION, SYMBOL] {
            let own = frame.df.column(key).map_err(frame_error)?;
            if !own.equals(other.df.column(key).map_err(frame_error)?) {
                let problem = format!(
                    "{} and {} differ in their rows",
                    sample::CLOSE.file,
                    file.file
                );
                return Err(InputError::new(problem, "build the sample again").into());
            }
        }
        let mut column = other.df.column(FIELDS[CLOSE]).map_err(frame_error)?.clone();
        column.rename(FIELDS[field].into());
        frame.df.with_column(column).map_err(frame_error)?;
        frame.provenance.extend(other.provenance);
    }
    for (provenance, basis) in frame.provenance.iter_mut().zip([
        AdjustmentBasis::Split,
        AdjustmentBasis::SplitAndDividend,
        AdjustmentBasis::Split,
    ]) {
        provenance.adjustment_basis = basis;
    }
    add_nvda_bars(&mut frame, bars?)?;
    Ok(frame)
}

/// Puts the opens, highs and lows of NVDA into its rows; of the others there are none.
fn add_nvda_bars(frame: &mut PriceFrame, mut bars: PriceFrame) -> Result<()> {
    let file = sample::NVDA_OHLC;
    let symbol = Symbol::new(NVDA)?;
    let runs = frame.symbol_runs()?;
    let rows = runs.into_iter().find(|(s, _)| *s == symbol).map(|r| r.1);
    let rows = rows.unwrap_or(0..0);
    if frame.row_sessions()?[rows.clone()] != bars.row_sessions()?[..] {
        let problem = format!(
            "{} and {} differ in their rows",
            sample::CLOSE.file,
            file.file
        );
        return Err(InputError::new(problem, "build the sample again").into());
    }
    for (field, name) in FIELDS.iter().enumerate().take(CLOSE) {
        let own = bars.figures(field)?.unwrap_or_default();
        let mut column = vec![None; frame.df.height()];
        for (cell, value) in column[rows.clone()].iter_mut().zip(own) {
            *cell = (!value.is_nan()).then_some(value);
        }
        let column = Column::new((*name).into(), column);
        frame.df.with_column(column).map_err(frame_error)?;
    }
    for provenance in &mut bars.provenance {
        provenance.adjustment_basis = AdjustmentBasis::Split;
    }
    frame.provenance.extend(bars.provenance);
    Ok(())
}

fn nvda_bars() -> Result<PriceFrame> {
    let file = sample::NVDA_OHLC;
    let options = ReadOptions {
        symbol: Some(Symbol::new(NVDA)?),
        ..ReadOptions::default()
    };
    read_bytes(file.file, file.bytes, &options)
}

fn wide(file: Embedded) -> Result<PriceFrame> {
    read_bytes(file.file, file.bytes, &ReadOptions::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_has_31_symbols_and_their_three_figures() {
        let frame = sample_frame().unwrap();
        assert_eq!(frame.symbol_runs().unwrap().len(), 31);
        for field in [CLOSE, ADJ_CLOSE, VOLUME] {
            let figures = frame.figures(field).unwrap().unwrap();
            assert_eq!(figures.iter().filter(|v| v.is_finite()).count(), 33_539);
        }
        for field in 0..CLOSE {
            let figures = frame.figures(field).unwrap().unwrap();
            assert_eq!(figures.iter().filter(|v| v.is_finite()).count(), 1_096);
        }
    }
}
