//! The quality gate: what in the prices cannot be true, or should be looked at, before any
//! statistic is computed.
//!
//! Figures that are impossible become missing, duplicates are collapsed, and everything is named
//! in a [`Finding`]. Whether a finding warns or excludes an event is the study's decision.

use super::{
    ADJ_CLOSE, CLOSE, FIELDS, PriceFrame, PriceKind, SESSION, SYMBOL, VOLUME, frame_error,
};
use crate::error::Result;
use crate::instrument::Symbol;
use chrono::NaiveDate;
use polars::prelude::*;
use rayon::prelude::*;

mod checks;

/// What kind of thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// The same row twice; one is kept.
    DuplicateRow,
    /// Rows of one session that contradict each other; the figures in dispute are missing.
    ConflictingRows,
    /// A price of zero or below; missing.
    NonPositivePrice,
    /// A negative volume; missing.
    NegativeVolume,
    /// A high below the low, or an open or close outside both.
    OhlcContradiction,
    /// A close that jumps by a usual split ratio.
    SplitLikeJump,
    /// The same close on five or more sessions in a row.
    StaleRun,
    /// Returns that look like percent.
    PercentReturns,
    /// A return beyond ±50 % that is no split.
    ExtremeReturn,
    /// Sessions without a price between the first and the last.
    MissingSessions,
    /// A row on a day that is no session; not used.
    OffSessionRow,
}

impl FindingKind {
    /// As written in files.
    pub fn as_str(self) -> &'static str {
        match self {
            FindingKind::DuplicateRow => "duplicate-row",
            FindingKind::ConflictingRows => "conflicting-rows",
            FindingKind::NonPositivePrice => "non-positive-price",
            FindingKind::NegativeVolume => "negative-volume",
            FindingKind::OhlcContradiction => "ohlc-contradiction",
            FindingKind::SplitLikeJump => "split-like-jump",
            FindingKind::StaleRun => "stale-run",
            FindingKind::PercentReturns => "percent-returns",
            FindingKind::ExtremeReturn => "extreme-return",
            FindingKind::MissingSessions => "missing-sessions",
            FindingKind::OffSessionRow => "off-session-row",
        }
    }

    /// Whether it can change a return, so that `--quality exclude` excludes events for it.
    pub fn is_serious(self) -> bool {
        !matches!(
            self,
            FindingKind::DuplicateRow | FindingKind::NegativeVolume | FindingKind::OffSessionRow
        )
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Finding {
    /// What kind.
    pub kind: FindingKind,
    /// Of which instrument.
    pub symbol: Symbol,
    /// On which session; the first one where it spans several.
    pub session: Option<NaiveDate>,
    /// The figure in question: a price, a return, a ratio or a count, as the message says.
    pub value: Option<f64>,
    /// One sentence for a person.
    pub message: String,
}

/// A frame after the gate.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The frame with one row per symbol and session and without impossible figures.
    pub frame: PriceFrame,
    /// What was found, by symbol.
    pub findings: Vec<Finding>,
}

/// So many findings of one kind are named for a symbol; one more says how many there were.
const NAMED_PER_KIND: usize = 10;

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
    let checked: Vec<(SymbolRows, Log)> = runs
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
            let mut log = Log::new(symbol);
            checks::run_all(&mut rows, &mut log, sessions, frame.kind);
            (rows, log)
        })
        .collect();
    if checked.iter().any(|(_, log)| log.changed) {
        frame.df = rebuild(&checked)?;
    }
    let findings = checked
        .into_iter()
        .flat_map(|(_, log)| log.finish())
        .collect();
    Ok(Checked { frame, findings })
}

/// The rows of one symbol, ascending; NaN is missing, `None` a field without any figure.
struct SymbolRows {
    days: Vec<NaiveDate>,
    fields: [Option<Vec<f64>>; 6],
}

impl SymbolRows {
    /// The closes, or the adjusted ones where the file has no others.
    fn closes(&self) -> Option<&[f64]> {
        let closes = self.fields[CLOSE]
            .as_ref()
            .or(self.fields[ADJ_CLOSE].as_ref());
        closes.map(Vec::as_slice)
    }
}

/// The findings of one symbol.
struct Log {
    symbol: Symbol,
    findings: Vec<Finding>,
    unnamed: Vec<(FindingKind, usize)>,
    /// Whether a row or figure was changed.
    changed: bool,
}

impl Log {
    fn new(symbol: Symbol) -> Self {
        Self {
            symbol,
            findings: Vec::new(),
            unnamed: Vec::new(),
            changed: false,
        }
    }

    fn add(&mut self, kind: FindingKind, session: Option<NaiveDate>, value: f64, what: String) {
        let named = self.findings.iter().filter(|f| f.kind == kind).count();
        if named >= NAMED_PER_KIND {
            match self.unnamed.iter_mut().find(|(k, _)| *k == kind) {
                Some((_, n)) => *n += 1,
                None => self.unnamed.push((kind, 1)),
            }
            return;
        }
        let when = session.map_or(String::new(), |day| format!(" {day}"));
        self.findings.push(Finding {
            kind,
            symbol: self.symbol.clone(),
            session,
            value: value.is_finite().then_some(value),
            message: format!("{}{when}: {what}", self.symbol),
        });
    }

    fn finish(mut self) -> Vec<Finding> {
        for (kind, n) in std::mem::take(&mut self.unnamed) {
            self.findings.push(Finding {
                kind,
                symbol: self.symbol.clone(),
                session: None,
                value: Some(n as f64),
                message: format!("{}: {n} more findings of this kind", self.symbol),
            });
        }
        self.findings.sort_by_key(|finding| finding.kind);
        self.findings
    }
}

/// The frame of the rows that are left.
fn rebuild(checked: &[(SymbolRows, Log)]) -> Result<DataFrame> {
    let days = checked
        .iter()
        .flat_map(|(rows, _)| rows.days.iter().map(NaiveDate::to_epoch_days));
    let days = Int32Chunked::from_vec(SESSION.into(), days.collect()).into_date();
    let symbols: Vec<&str> = checked
        .iter()
        .flat_map(|(rows, log)| std::iter::repeat_n(log.symbol.as_str(), rows.days.len()))
        .collect();
    let height = symbols.len();
    let mut columns = vec![days.into_column(), Column::new(SYMBOL.into(), symbols)];
    for (field, name) in FIELDS.iter().enumerate() {
        let mut figures: Vec<Option<f64>> = Vec::with_capacity(height);
        for (rows, _) in checked {
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
