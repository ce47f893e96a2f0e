//! The quality gate on a frame: each symbol's rows through [`crate::quality`], and the frame that is
//! left. Whether a finding warns or excludes an event is the study's decision.
//!
//! ```
//! use shockwave::calendar::Calendar;
//! use shockwave::prices::quality::{FindingKind, check};
//! use shockwave::prices::read::{ReadOptions, read_bytes};
//!
//! // A bad print on Friday, a row on a Sunday, and no row on Tuesday.
//! let csv = "date,close\n2025-01-23,147.22\n2025-01-24,-142.62\n2025-01-26,142.62\n\
//!            2025-01-27,118.42\n2025-01-29,123.70\n";
//! let prices = read_bytes("NVDA.csv", csv.as_bytes(), &ReadOptions::default())?;
//! let sessions = Calendar::named("XNYS")?.sessions("2025-01-23".parse()?, "2025-01-29".parse()?)?;
//! let checked = check(prices, &sessions)?;
//!
//! let found: Vec<FindingKind> = checked.findings.iter().map(|f| f.kind).collect();
//! assert!(found.contains(&FindingKind::NonPositivePrice)); // missing in `checked.frame`
//! assert!(found.contains(&FindingKind::OffSessionRow));
//! assert!(found.contains(&FindingKind::MissingSessions));
//! let worst = checked.findings.iter().find(|f| f.kind.is_serious()).ok_or("a finding")?;
//! assert!(worst.message.starts_with("NVDA 2025-01-24: "));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::{FIELDS, PriceFrame, SESSION, SYMBOL, frame_error};
use crate::error::Result;
use crate::instrument::Symbol;
use crate::quality::{SymbolRows, Verdict};
use chrono::NaiveDate;
use polars::prelude::*;
use rayon::prelude::*;

pub use crate::quality::{Finding, FindingKind};

/// A frame after the gate.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The frame with one row per symbol and session and without impossible figures.
    pub frame: PriceFrame,
    /// What was found, by symbol.
    pub findings: Vec<Finding>,
}

/// Examines a frame against the sessions of a calendar, which must ascend.
///
/// # Errors
/// A frame without the schema's columns, which a caller built by hand.
pub fn check(mut frame: PriceFrame, sessions: &[NaiveDate]) -> Result<Checked> {
    let days = frame.row_sessions()?;
    let figures = (0..FIELDS.len())
        .map(|field| frame.figures(field))
        .collect::<Result<Vec<_>>>()?;
    let runs = frame.symbol_runs()?;
    let checked: Vec<CheckedRows> = runs
        .into_par_iter()
        .map(|(symbol, run)| {
            let column = |field: usize| {
                let figures: &Option<Vec<f64>> = &figures[field];
                figures
                    .as_ref()
                    .map(|figures| figures[run.clone()].to_vec())
            };
            let mut rows = SymbolRows {
                days: days[run.clone()].to_vec(),
                fields: std::array::from_fn(column),
            };
            let verdict = rows.clean(&symbol, sessions, frame.kind);
            CheckedRows {
                symbol,
                rows,
                verdict,
            }
        })
        .collect();
    if checked.iter().any(|c| c.verdict.changed) {
        frame.df = rebuild(&checked)?;
    }
    let findings = checked
        .into_iter()
        .flat_map(|c| c.verdict.findings)
        .collect();
    Ok(Checked { frame, findings })
}

/// One symbol after the gate.
struct CheckedRows {
    symbol: Symbol,
    rows: SymbolRows,
    verdict: Verdict,
}

/// The frame of the rows that are left.
fn rebuild(checked: &[CheckedRows]) -> Result<DataFrame> {
    let days = checked
        .iter()
        .flat_map(|c| c.rows.days.iter().map(NaiveDate::to_epoch_days));
    let days = Int32Chunked::from_vec(SESSION.into(), days.collect()).into_date();
    let symbols: Vec<&str> = checked
        .iter()
        .flat_map(|c| std::iter::repeat_n(c.symbol.as_str(), c.rows.days.len()))
        .collect();
    let height = symbols.len();
    let mut columns = vec![days.into_column(), Column::new(SYMBOL.into(), symbols)];
    for (field, name) in FIELDS.iter().enumerate() {
        let mut figures: Vec<Option<f64>> = Vec::with_capacity(height);
        for CheckedRows { rows, .. } in checked {
            match &rows.fields[field] {
                Some(own) => figures.extend(own.iter().map(|f| (!f.is_nan()).then_some(*f))),
                None => figures.resize(figures.len() + rows.days.len(), None),
            }
        }
        columns.push(Column::new((*name).into(), figures));
    }
    DataFrame::new(height, columns).map_err(frame_error)
}

#[cfg(test)]
mod tests;
