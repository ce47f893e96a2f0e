//! Whole markets: one price per instrument and session, in the one block that
//! `analysis::panel` takes.
//!
//! A long Parquet table goes from its row groups straight into the block, so that memory holds
//! the block and a few row groups; every other file takes the way over the frame. There is no
//! quality gate here: [`quality`](super::quality) works on frames.
//!
//! ```
//! use shockwave::analysis::panel::Panel;
//! use shockwave::prices::dense::{from_frame, read_dense};
//! use shockwave::prices::{read::ReadOptions, sample::sample_frame};
//! use shockwave::returns::ReturnKind;
//!
//! let market = read_dense("data/sample/close.csv".as_ref(), &ReadOptions::default(), None)?;
//! assert_eq!((market.symbols.len(), market.sessions.len()), (31, 1_096));
//! let nvda = market.symbols.iter().position(|s| s.as_str() == "NVDA").ok_or("no NVDA")?;
//! let day = market.sessions.binary_search(&"2025-01-27".parse()?).map_err(|_| "no session")?;
//! let at = nvda * market.sessions.len() + day; // one instrument after the other
//! assert_eq!(market.prices[at], 118.42);
//! let panel = Panel::from_prices(market.sessions.len(), market.prices, ReturnKind::Simple);
//! # let _ = panel;
//!
//! // From a frame that went through the quality gate; with adjusted closes, where all have some.
//! let adjusted = from_frame(sample_frame()?, Some(&market.sessions))?;
//! assert_eq!(adjusted.prices[at], 118.3812);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod block;
mod row_groups;

use super::dialect::{Header, Layout, Shape, recognise};
use super::parquet::{days_of, is_parquet};
use super::read::{ReadOptions, read_path, with_file};
use super::{ADJ_CLOSE, CLOSE, FileFailure, PriceFrame, frame_error};
use crate::error::{Error, InputError, Result};
use crate::input::table::fold;
use crate::instrument::Symbol;
use block::{Block, SessionTable};
use chrono::NaiveDate;
use polars::prelude::*;
use row_groups::RowGroups;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Prices (or returns) of many instruments on the same sessions.
#[derive(Debug, Clone)]
pub struct DensePrices {
    /// The sessions, ascending.
    pub sessions: Vec<NaiveDate>,
    /// The instruments, ascending.
    pub symbols: Vec<Symbol>,
    /// One instrument's sessions after the other's, NaN where missing.
    pub prices: Vec<f64>,
    /// Files of a folder that could not be read; the others stand.
    pub failures: Vec<FileFailure>,
}

/// Reads a file, or every price file of a folder: adjusted closes where every instrument has
/// some, else closes. Without `sessions` (ascending), every day that some instrument has is one;
/// rows of other days fall away.
///
/// # Errors
/// What [`read_path`] refuses; two different prices of one instrument and session.
pub fn read_dense(
    path: &Path,
    options: &ReadOptions,
    sessions: Option<&[NaiveDate]>,
) -> Result<DensePrices> {
    if !path.is_dir() {
        let shown = path.display().to_string();
        let direct = from_row_groups(path, options, sessions);
        if let Some(prices) = direct.map_err(|error| with_file(error, &shown))? {
            return Ok(prices);
        }
    }
    from_frame(read_path(path, options)?, sessions)
}

/// The same from a frame, which may have been through the quality gate.
///
/// # Errors
/// Two different prices of one instrument and session.
pub fn from_frame(frame: PriceFrame, sessions: Option<&[NaiveDate]>) -> Result<DensePrices> {
    let runs = frame.symbol_runs()?;
    let days = frame.df.column(super::SESSION).map_err(frame_error)?;
    let days = days_of(days).ok_or_else(|| InputError::new("a row has no session", ""))?;
    let adjusted = frame.figures(ADJ_CLOSE)?.filter(|figures| {
        let has_some = |run: &std::ops::Range<usize>| {
            let run = figures[run.clone()].iter();
            run.clone().any(|v| !v.is_nan())
        };
        runs.iter().all(|(_, run)| has_some(run))
    });
    let figures = match adjusted {
        Some(figures) => Some(figures),
        None => frame.figures(CLOSE)?,
    };
    let sessions = match sessions {
        Some(sessions) => SessionTable::of(sessions),
        None => SessionTable::of_days(&days),
    };
    let mut block = Block::new(sessions, runs.len());
    for (symbol, run) in runs {
        let own = block.instrument(symbol.as_str(), "")?;
        if let Some(figures) = &figures {
            for row in run {
                block.put(own, days[row], figures[row])?;
            }
        }
    }
    Ok(DensePrices {
        failures: frame.failures,
        ..block.finish()
    })
}

/// Row group by row group; `None` for a file that is not a long Parquet table of dates, text and
/// numbers.
fn from_row_groups(
    path: &Path,
    options: &ReadOptions,
    sessions: Option<&[NaiveDate]>,
) -> Result<Option<DensePrices>> {
    let io = |error: std::io::Error| Error::io(path, &error);
    let mut file = File::open(path).map_err(io)?;
    let mut magic = Vec::new();
    file.by_ref().take(4).read_to_end(&mut magic).map_err(io)?;
    if !is_parquet(&magic) {
        return Ok(None);
    }
    let table = RowGroups::open(file, path)?;
    let folded: Vec<String> = table.names.iter().map(|name| fold(name)).collect();
    let header = Header {
        names: &folded,
        written: &table.names,
        delimiter: None,
    };
    let layout = recognise(header, options.kind)?;
    let (Shape::Long, Some(symbol)) = (layout.shape, layout.symbol) else {
        return Ok(None);
    };
    let [.., close, adjusted, _] = layout.series[0].fields;
    for price in [adjusted, close].into_iter().flatten() {
        let columns = [layout.date, symbol, price];
        if !table.suits(&columns)? {
            return Ok(None);
        }
        let dense = fill(&table, &layout, columns, sessions)?;
        let n_sessions = dense.sessions.len().max(1);
        let mut instruments = dense.prices.chunks(n_sessions);
        let complete = instruments.all(|own| own.iter().any(|p| !p.is_nan()));
        if complete || Some(price) == close || close.is_none() {
            return Ok(Some(dense));
        }
    }
    Ok(None)
}

/// The block of one price column.
fn fill(
    table: &RowGroups,
    layout: &Layout,
    columns: [usize; 3],
    sessions: Option<&[NaiveDate]>,
) -> Result<DensePrices> {
    let sessions = match sessions {
        Some(sessions) => SessionTable::of(sessions),
        None => {
            let mut all = SessionTable::of_days(&[]);
            for part in &table.parts {
                all.add(&table.days(&table.read(*part, &columns[..1])?)?);
            }
            all
        }
    };
    // A market that is present throughout has one row for each instrument and session.
    let instruments = table.n_rows().div_ceil(sessions.days.len().max(1));
    let mut block = Block::new(sessions, instruments);
    for part in &table.parts {
        let frame = table.read(*part, &columns)?;
        add_rows(&mut block, table, &frame, layout)?;
    }
    Ok(block.finish())
}

fn add_rows(
    block: &mut Block,
    table: &RowGroups,
    frame: &DataFrame,
    layout: &Layout,
) -> Result<()> {
    let days = table.days(frame)?;
    let [_, symbols, prices] = frame.columns() else {
        return Err(InputError::new("the file changed while it was read", "").into());
    };
    let symbols = symbols.str().map_err(frame_error)?;
    let prices = prices.cast(&DataType::Float64).map_err(frame_error)?;
    let prices = prices.f64().map_err(frame_error)?;
    // Rows of one instrument mostly stand together.
    let mut last: Option<(&str, u32)> = None;
    for ((symbol, price), day) in symbols.iter().zip(prices.iter()).zip(days) {
        let symbol = symbol.unwrap_or("");
        let own = match last {
            Some((name, own)) if name == symbol => own,
            _ => block.instrument(symbol, layout.dialect)?,
        };
        last = Some((symbol, own));
        if let Some(price) = price {
            block.put(own, day, price)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
