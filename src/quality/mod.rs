//! The quality gate: what in the prices cannot be true, or should be looked at, before any
//! statistic is computed.
//!
//! Figures that are impossible become missing, duplicates are collapsed, and everything is named
//! in a [`Finding`]. It works on the plain rows of one symbol, wherever they came from. Whether a
//! finding warns or excludes an event is the study's decision.

use crate::instrument::Symbol;
use chrono::NaiveDate;

mod checks;

/// The figures of a session, in their order everywhere.
pub const FIELDS: [&str; 6] = ["open", "high", "low", "close", "adj_close", "volume"];
/// The position of `close` in [`FIELDS`].
pub const CLOSE: usize = 3;
/// The position of `adj_close` in [`FIELDS`].
pub const ADJ_CLOSE: usize = 4;
/// The position of `volume` in [`FIELDS`].
pub const VOLUME: usize = 5;

/// Whether the figures are prices, or returns made elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PriceKind {
    /// Prices.
    #[default]
    Prices,
    /// Returns as fractions; they stand in the `close` column.
    Returns,
}

/// What kind of thing was found.
///
/// ```
/// use shockwave::quality::FindingKind;
/// assert_eq!(FindingKind::SplitLikeJump.as_str(), "split-like-jump");
/// assert!(FindingKind::SplitLikeJump.is_serious()); // a return of −90 % that nobody had
/// assert!(!FindingKind::DuplicateRow.is_serious()); // one row is kept, and no return changes
/// ```
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

/// So many findings of one kind are named for a symbol; one more says how many there were.
pub(crate) const NAMED_PER_KIND: usize = 10;

/// The rows of one symbol, ascending by day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SymbolRows {
    /// The day of each row.
    pub days: Vec<NaiveDate>,
    /// The figures in the order of [`FIELDS`], each as long as the days: NaN is missing, `None` a
    /// field without any figure.
    pub fields: [Option<Vec<f64>>; 6],
}

/// What the gate found in the rows of a symbol.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verdict {
    /// The findings, by kind.
    pub findings: Vec<Finding>,
    /// Whether a row or figure was changed.
    pub changed: bool,
}

impl SymbolRows {
    /// Takes out what is impossible, leaves one row per day, and names what was found; `sessions`
    /// must ascend.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use shockwave::instrument::Symbol;
    /// use shockwave::quality::{CLOSE, FindingKind, PriceKind, SymbolRows};
    /// let start = NaiveDate::from_ymd_opt(2024, 6, 3).ok_or("a date")?;
    /// let days: Vec<NaiveDate> = start.iter_days().take(5).collect();
    /// let mut rows = SymbolRows { days: days.clone(), ..SymbolRows::default() };
    /// rows.fields[CLOSE] = Some(vec![1208.0, 1209.0, -1.0, 1210.0, 121.0]);
    /// let verdict = rows.clean(&Symbol::new("NVDA")?, &days, PriceKind::Prices);
    /// let kinds: Vec<FindingKind> = verdict.findings.iter().map(|f| f.kind).collect();
    /// assert!(kinds.contains(&FindingKind::NonPositivePrice)); // and taken out
    /// assert!(kinds.contains(&FindingKind::SplitLikeJump)); // ten to one, named only
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn clean(&mut self, symbol: &Symbol, sessions: &[NaiveDate], kind: PriceKind) -> Verdict {
        let mut log = Log::new(symbol.clone());
        checks::run_all(self, &mut log, sessions, kind);
        Verdict {
            changed: log.changed,
            findings: log.finish(),
        }
    }

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
