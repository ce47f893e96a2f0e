//! Prices as one polars frame, whatever file they came from.
//!
//! This module owns the schema; [`dialect`] recognises files, [`read`] reads them, [`quality`]
//! looks for rows that cannot be true, [`grid`] puts them on the sessions, [`dense`] whole markets
//! into one block; [`PriceFrame::to_parquet`] and [`sink`] write. Returns and statistics are computed
//! elsewhere, on plain vectors.

pub mod bars;
#[cfg(feature = "cli")]
pub(crate) mod columns;
pub mod dense;
pub mod dialect;
pub mod grid;
pub mod quality;
pub mod read;
pub mod sample;
pub mod sink;

mod assemble;
mod parquet;
mod stored;

pub use crate::quality::{ADJ_CLOSE, CLOSE, FIELDS, PriceKind, VOLUME};

use crate::error::{Error, InputError, Result};
use crate::instrument::Symbol;
use chrono::NaiveDate;
use dialect::AdjustmentBasis;
use polars::prelude::*;
use std::ops::Range;

/// The column of session dates, of type Date.
pub const SESSION: &str = "session";
/// The column of symbols, of type String.
pub const SYMBOL: &str = "symbol";

/// Prices of any number of instruments in one long frame.
///
/// Columns: [`SESSION`], [`SYMBOL`], then [`FIELDS`]; sorted by symbol, then session, rows of
/// the same symbol and session in the order of the files. Missing is null.
///
/// ```
/// use shockwave::prices::read::{ReadOptions, read_bytes};
/// use shockwave::prices::{CLOSE, PriceFrame, VOLUME};
///
/// let options = ReadOptions::default();
/// let spy = "date,close\n2025-01-24,607.97\n2025-01-27,599.37\n";
/// let nvda = "Date,Close,Volume\n01/27/2025,118.42,818830900\n";
/// let prices = PriceFrame::merge(vec![
///     read_bytes("SPY.csv", spy.as_bytes(), &options)?,
///     read_bytes("NVDA.csv", nvda.as_bytes(), &options)?,
/// ])?;
///
/// // One run of rows per symbol, by symbol; columns as long as the frame.
/// let runs = prices.symbol_runs()?;
/// assert_eq!((runs[0].0.as_str(), runs[0].1.clone()), ("NVDA", 0..1));
/// assert_eq!((runs[1].0.as_str(), runs[1].1.clone()), ("SPY", 1..3));
/// assert_eq!(prices.row_sessions()?[2], "2025-01-27".parse()?);
/// assert_eq!(prices.figures(CLOSE)?, Some(vec![118.42, 607.97, 599.37]));
/// let volume = prices.figures(VOLUME)?.ok_or("one of the files has volumes")?;
/// assert!(volume[0] == 818_830_900.0 && volume[1].is_nan());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct PriceFrame {
    /// The frame.
    pub df: DataFrame,
    /// Prices or returns.
    pub kind: PriceKind,
    /// One entry per file.
    pub provenance: Vec<Provenance>,
    /// Files of a folder that could not be read; the others stand.
    pub failures: Vec<FileFailure>,
}

/// Where a part of the frame comes from.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Provenance {
    /// File name, without its folder.
    pub name: String,
    /// The path as it was given; for embedded data the name.
    pub path: String,
    /// The dialect that was recognised.
    pub dialect: String,
    /// Number of rows taken.
    pub rows: usize,
    /// The instruments in it.
    pub symbols: Vec<Symbol>,
    /// First session.
    pub first: Option<NaiveDate>,
    /// Last session.
    pub last: Option<NaiveDate>,
    /// What the closes are adjusted for, as far as the dialect tells.
    pub adjustment_basis: AdjustmentBasis,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// A file that could not be read, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct FileFailure {
    /// The file's path.
    pub path: String,
    /// What is wrong with it.
    pub error: Error,
}

impl PriceFrame {
    /// Joins the frames of several files into one, sorted by symbol and session.
    ///
    /// # Errors
    /// No frame at all, or frames of different kinds.
    pub fn merge(parts: Vec<PriceFrame>) -> Result<PriceFrame> {
        let mut parts = parts.into_iter();
        let Some(mut whole) = parts.next() else {
            return Err(InputError::new("no price file was given", "state --prices PATH").into());
        };
        for part in parts {
            if part.kind != whole.kind {
                return Err(InputError::new(
                    "prices and returns cannot be mixed",
                    "give --prices or --returns-file, not both",
                )
                .into());
            }
            whole.df.vstack_mut_owned(part.df).map_err(frame_error)?;
            whole.provenance.extend(part.provenance);
            whole.failures.extend(part.failures);
        }
        whole.df.rechunk_mut_par();
        sort_frame(&mut whole.df)?;
        Ok(whole)
    }

    /// The rows of each symbol, in the frame's order.
    ///
    /// # Errors
    /// A frame without the schema's columns, which a caller built by hand.
    pub fn symbol_runs(&self) -> Result<Vec<(Symbol, Range<usize>)>> {
        symbol_runs(&self.df)
    }

    /// A column of figures, by its position in [`FIELDS`], as a dense vector as long as the frame:
    /// NaN where missing; `None` where it is all missing.
    ///
    /// # Errors
    /// A frame without the schema's columns, which a caller built by hand.
    pub fn figures(&self, field: usize) -> Result<Option<Vec<f64>>> {
        let column = self.df.column(FIELDS[field]).map_err(frame_error)?;
        if column.null_count() == column.len() {
            return Ok(None);
        }
        let figures = column.f64().map_err(frame_error)?;
        Ok(Some(
            figures.iter().map(|v| v.unwrap_or(f64::NAN)).collect(),
        ))
    }

    /// The session of each row.
    ///
    /// # Errors
    /// A frame without the schema's columns, which a caller built by hand.
    pub fn row_sessions(&self) -> Result<Vec<NaiveDate>> {
        let column = self.df.column(SESSION).map_err(frame_error)?;
        let days = column.date().map_err(frame_error)?;
        Ok(days.physical().iter().flatten().map(date_of).collect())
    }
}

fn symbol_runs(df: &DataFrame) -> Result<Vec<(Symbol, Range<usize>)>> {
    let column = df.column(SYMBOL).map_err(frame_error)?;
    let mut runs: Vec<(&str, Range<usize>)> = Vec::new();
    for (row, symbol) in column.str().map_err(frame_error)?.iter().enumerate() {
        let symbol = symbol.unwrap_or("");
        match runs.last_mut() {
            Some((last, run)) if *last == symbol => run.end = row + 1,
            _ => runs.push((symbol, row..row + 1)),
        }
    }
    runs.into_iter()
        .map(|(symbol, run)| Ok((Symbol::new(symbol)?, run)))
        .collect()
}

/// Sorts by symbol and session unless the frame is so already, as the files of a folder are.
fn sort_frame(df: &mut DataFrame) -> Result<()> {
    let sorted = {
        let symbols = df.column(SYMBOL).map_err(frame_error)?;
        let days = df.column(SESSION).map_err(frame_error)?;
        let symbols = symbols.str().map_err(frame_error)?.iter();
        let days = days.date().map_err(frame_error)?.physical();
        symbols.zip(days.iter()).is_sorted()
    };
    if !sorted {
        let options = SortMultipleOptions::default().with_maintain_order(true);
        df.sort_in_place([SYMBOL, SESSION], options)
            .map_err(frame_error)?;
    }
    Ok(())
}

/// Days since 1970-01-01 as a date.
fn date_of(day: i32) -> NaiveDate {
    NaiveDate::from_epoch_days(day).unwrap_or_default()
}

/// A polars error as ours: a frame that does not have the schema.
fn frame_error(error: PolarsError) -> Error {
    InputError::new(format!("the price frame is not usable: {error}"), "").into()
}
