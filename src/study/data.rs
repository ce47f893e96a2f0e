//! The figures of a study: plain columns on one session grid, handed in by the caller.

use crate::calendar::Calendar;
use crate::instrument::Symbol;
use crate::study::result::{FindingRow, InputRecord};
use chrono::NaiveDate;

/// Prices (or returns) of instruments, and factors, on one grid of sessions.
///
/// Every column has one entry per session; NaN is missing. A program that brings its own slices
/// fills this directly; the command line fills it from files through `prices`.
#[derive(Debug, Clone)]
pub struct StudyData {
    /// The exchange's calendar.
    pub calendar: Calendar,
    /// The grid: every session of the calendar from the first figure to the last.
    pub sessions: Vec<NaiveDate>,
    /// The instruments, the benchmark among them.
    pub instruments: Vec<InstrumentData>,
    /// Factor returns in decimal fractions.
    pub factors: Option<FactorData>,
    /// Where all of it comes from.
    pub inputs: Vec<InputRecord>,
    /// What the quality gate found.
    pub findings: Vec<FindingRow>,
    /// Files or symbols that could not be read, with the reason.
    pub unreadable: Vec<(String, String)>,
}

/// One instrument's columns.
#[derive(Debug, Clone)]
pub struct InstrumentData {
    /// Which.
    pub symbol: Symbol,
    /// Close, adjusted for splits at most.
    pub close: Option<Vec<f64>>,
    /// Close, adjusted for dividends too.
    pub adj_close: Option<Vec<f64>>,
    /// Returns, where the caller has no prices.
    pub returns: Option<Vec<f64>>,
    /// What `close` is adjusted for, in words, where that is known; studies say so where it is
    /// not the same for all.
    pub close_basis: Option<String>,
    /// First prices of the sessions, on the basis of `close`, as are highs and lows.
    pub open: Option<Vec<f64>>,
    /// Highs.
    pub high: Option<Vec<f64>>,
    /// Lows.
    pub low: Option<Vec<f64>>,
    /// Volumes.
    pub volume: Option<Vec<f64>>,
}

/// Factor returns.
#[derive(Debug, Clone)]
pub struct FactorData {
    /// Lower-case names: `mkt_rf`, `smb`, `hml`, `rmw`, `cma`, `mom`, `rf`, or the user's own.
    pub names: Vec<String>,
    /// One column per name.
    pub columns: Vec<Vec<f64>>,
    /// `percent` or `decimal`, as the file had them.
    pub unit: String,
}

impl InstrumentData {
    /// An instrument of which nothing is known yet but its name.
    pub fn new(symbol: Symbol) -> Self {
        Self {
            symbol,
            close: None,
            adj_close: None,
            returns: None,
            close_basis: None,
            open: None,
            high: None,
            low: None,
            volume: None,
        }
    }
}

impl StudyData {
    /// The columns of a symbol.
    pub fn instrument(&self, symbol: &Symbol) -> Option<&InstrumentData> {
        self.instruments.iter().find(|i| i.symbol == *symbol)
    }
}

impl FactorData {
    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&[f64]> {
        let position = self.names.iter().position(|n| n == name)?;
        self.columns.get(position).map(Vec::as_slice)
    }
}
