//! Everything that the tables, charts and pages of a scan may use.
//!
//! One struct per output table, one field per column. Fractions, never percent; missing is `None`.

use crate::analysis::window::Window;
use crate::instrument::Symbol;
use crate::study::result::InputRecord;
use chrono::NaiveDate;
use serde::Serialize;

/// The outcome of a scan.
///
/// With the `spec` and `data` of the example of [`scan`](super), 100 sessions are scanned and 5
/// reported:
///
/// ```
/// # use chrono::NaiveDate;
/// # use shockwave::{Event, StudyData, StudySpec, Window};
/// # use shockwave::study::{scan, scan::spec::ScanSpec};
/// # let start = NaiveDate::from_ymd_opt(2024, 1, 1).ok_or("a date")?;
/// # let dates: Vec<NaiveDate> = start.iter_days().take(400).collect();
/// # let index: Vec<f64> = (0..400).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
/// # let mut share: Vec<f64> = (0..400).map(|t| index[t] + 0.01 * ((t * t) as f64).sin()).collect();
/// # share[350] -= 0.08;
/// # let (from, top, alpha) = (Some(dates[300]), 5, 0.05);
/// # let study = StudySpec::builder().event(Event::on("recall", dates[350])).benchmark("INDEX");
/// # let (study, within) = (study.build()?, Window::REACTION);
/// # let (instruments, to, peers, not_causes) = (None, None, None, Vec::new());
/// # let spec = ScanSpec { study, instruments, from, to, top, alpha, within, peers, not_causes };
/// # let data = StudyData::from_dates(&dates)?;
/// # let data = data.with_returns("SHARE", share)?.with_returns("INDEX", index)?;
/// let result = scan::run(&spec, &data)?;
/// assert_eq!((result.ranked().len(), result.top().len()), (100, 5));
/// let first = &result.top()[0];
/// assert_eq!((first.session, first.events.join(", ")), (dates[350], "recall".to_owned()));
/// assert!(first.ar.is_some_and(|ar| ar < -0.06)); // a fraction: −6 %
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize)]
pub struct ScanResult {
    /// The settings as resolved.
    pub settings: ScanSettings,
    /// Where the figures come from.
    pub inputs: Vec<InputRecord>,
    /// First and last session of the data.
    pub data_range: (NaiveDate, NaiveDate),
    /// First and last session of the span.
    pub span: (NaiveDate, NaiveDate),
    /// Sessions of the span.
    pub n_sessions: usize,
    /// What became of each instrument, in the order scanned.
    pub instruments: Vec<InstrumentRow>,
    /// Every session of every instrument: the ranked ones by rank, then those without figures.
    pub rows: Vec<ScanRow>,
    /// Whether events and abnormal sessions go together: of each instrument, and of `all` where
    /// there are several.
    pub associations: Vec<AssociationRow>,
    /// The events, with their sessions.
    pub events: Vec<ScanEvent>,
    /// Files or symbols that could not be read, with the reason.
    pub unreadable: Vec<(String, String)>,
    /// Version of the program.
    pub version: String,
}

/// The settings of a scan as resolved, in words that the flags use.
#[derive(Debug, Clone, Serialize)]
pub struct ScanSettings {
    /// Normal-return model.
    pub model: String,
    /// The market.
    pub benchmark: Option<Symbol>,
    /// Share of the instrument taken out of the benchmark.
    pub benchmark_weight: Option<f64>,
    /// `simple` or `log`.
    pub returns: String,
    /// `close`, `adj_close` or `returns`.
    pub price_column: String,
    /// Estimation window of every session.
    pub estimation: Window,
    /// Fewest usable estimation days.
    pub min_estimation: usize,
    /// Whether reaction sessions of events are left out of estimation windows.
    pub mask_events: bool,
    /// Those sessions.
    pub mask_window: Window,
    /// Calendar.
    pub calendar: String,
    /// Rule for event dates that do not trade.
    pub anchor: String,
    /// Sessions from day 0 on which an abnormal return is laid to an event.
    pub within: Window,
    /// A session is abnormal where `sq_p` is at most this.
    pub alpha: f64,
    /// How many sessions are reported.
    pub top: usize,
    /// Categories that the association leaves out.
    pub not_causes: Vec<String>,
    /// Seed of shifts that are drawn.
    pub seed: u64,
    /// Most shifts.
    pub n_draws: usize,
}

/// How far a move reached.
///
/// ```
/// use shockwave::study::scan::result::Scope;
/// let reach = [Scope::Market, Scope::Industry, Scope::Own].map(Scope::as_str);
/// assert_eq!(reach, ["market", "industry", "own"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The benchmark's own return was abnormal.
    Market,
    /// At least half of the peers moved abnormally, to the same side.
    Industry,
    /// Neither.
    Own,
}

impl Scope {
    /// As written in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Market => "market",
            Scope::Industry => "industry",
            Scope::Own => "own",
        }
    }
}

/// A row of `scan.csv` and `sessions.csv`: one session of one instrument.
#[derive(Debug, Clone, Serialize)]
pub struct ScanRow {
    /// 1 is the most abnormal: by `sq_p`, then by the size of `garch_t` (where that is missing, of
    /// `ar_t`). Missing without figures.
    pub rank: Option<usize>,
    /// The session.
    pub session: NaiveDate,
    /// Which.
    pub instrument: Symbol,
    /// Return.
    #[serde(rename = "return")]
    pub ret: Option<f64>,
    /// Abnormal return.
    pub ar: Option<f64>,
    /// AR over its forecast sd.
    pub ar_t: Option<f64>,
    /// Sample-quantile p: the AR's rank among the residuals of its estimation window.
    pub sq_p: Option<f64>,
    /// Benjamini-Hochberg q of `sq_p` over all sessions scanned.
    pub q_value: Option<f64>,
    /// Log volume against its estimation window, in standard deviations.
    pub volume_z: Option<f64>,
    /// How far the move reached, for abnormal and reported sessions.
    pub scope: Option<Scope>,
    /// Events beside it, the nearest first.
    pub events: Vec<String>,
    /// Whether there are any.
    pub explained: bool,
    /// Whether `sq_p` is at most alpha.
    pub abnormal: bool,
    /// Forecast sd.
    pub ar_sd: Option<f64>,
    /// Two-sided p of `ar_t` under Student's law.
    pub ar_p: Option<f64>,
    /// Benjamini-Hochberg q of `ar_p`.
    pub ar_q: Option<f64>,
    /// Conditional sd of the AR, known the session before.
    pub garch_sd: Option<f64>,
    /// AR, less its mean, over `garch_sd`.
    pub garch_t: Option<f64>,
    /// Two-sided p of `garch_t` under Student's law with the df estimated.
    pub garch_p: Option<f64>,
    /// Benjamini-Hochberg q of `garch_p`.
    pub garch_q: Option<f64>,
    /// s of the estimation window.
    pub residual_sd: Option<f64>,
    /// The session's volatility from its high and low (Parkinson) over that of its window.
    pub range_ratio: Option<f64>,
    /// Usable estimation days.
    pub n_estimation: Option<usize>,
    /// Return of the benchmark.
    pub market_return: Option<f64>,
    /// Sample-quantile p of the benchmark's return about its own mean.
    pub market_sq_p: Option<f64>,
    /// Peers with a figure on the session.
    pub n_peers: Option<usize>,
    /// Of which moved abnormally to the same side.
    pub n_peers_moved: Option<usize>,
    /// Which, for reported sessions.
    pub peers_moved: Vec<Symbol>,
    /// What the quality gate found in the figures of this session, by kind: a split that is not
    /// adjusted looks like a crash.
    pub findings: Vec<String>,
    /// Why there are no figures.
    pub reason: String,
}

/// What became of an instrument.
#[derive(Debug, Clone, Serialize)]
pub struct InstrumentRow {
    /// Which.
    pub instrument: Symbol,
    /// Sessions of the span that have figures.
    pub n_scanned: usize,
    /// Sessions without, by reason.
    pub n_without: Vec<(String, usize)>,
    /// Sessions with `sq_p` at most alpha.
    pub n_abnormal: usize,
    /// Of which have an event beside them.
    pub n_explained: usize,
    /// Its peers.
    pub peers: Vec<Symbol>,
    /// Fits of the conditional variance, in the order of time.
    pub garch: Vec<GarchRow>,
    /// Fits of it that were of no use; the one before served on.
    pub garch_refused: usize,
    /// Why there is no conditional variance.
    pub garch_reason: String,
    /// What the most abnormal session did to the estimation windows after it.
    pub contamination: Option<Contamination>,
}

/// A fit of the conditional variance.
#[derive(Debug, Clone, Serialize)]
pub struct GarchRow {
    /// First session that is scaled by it; it knows nothing from there on.
    pub first: NaiveDate,
    /// Abnormal returns that it was fitted to.
    pub n_estimation: usize,
    /// Parameters by name.
    pub parameters: Vec<(String, f64)>,
}

/// A big day in later estimation windows.
#[derive(Debug, Clone, Serialize)]
pub struct Contamination {
    /// The session.
    pub session: NaiveDate,
    /// First session of the span whose window holds it.
    pub first: NaiveDate,
    /// Last one.
    pub last: NaiveDate,
    /// s of the last window before it came in.
    pub sd_before: f64,
    /// s of the first window that holds it.
    pub sd_after: f64,
}

/// A row of `association.csv`.
#[derive(Debug, Clone, Serialize)]
pub struct AssociationRow {
    /// An instrument, or `all`.
    pub instrument: String,
    /// Events that concern it and have a reaction session with a figure in the span.
    pub n_events: usize,
    /// Of which an abnormal session followed.
    pub n_hit: usize,
    /// `n_hit` of `n_events`.
    pub hit_rate: Option<f64>,
    /// Abnormal sessions in a reaction window.
    pub abnormal_with: usize,
    /// Other sessions in one.
    pub normal_with: usize,
    /// Abnormal sessions in none.
    pub abnormal_without: usize,
    /// Other sessions in none.
    pub normal_without: usize,
    /// Share of abnormal sessions that lie in a reaction window.
    pub precision: Option<f64>,
    /// Odds ratio of the four.
    pub odds_ratio: Option<f64>,
    /// Whether a half was added to each because one was 0 (Haldane).
    pub haldane: bool,
    /// One-sided p of circular shifts of the event series.
    pub p: Option<f64>,
    /// Shifts.
    pub n_shifts: usize,
    /// Whether those are all that there are.
    pub exhaustive: bool,
    /// Why there is no p.
    pub reason: String,
}

/// An event as a scan uses it.
#[derive(Debug, Clone, Serialize)]
pub struct ScanEvent {
    /// Id.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// Category.
    pub category: Option<String>,
    /// Day 0.
    pub session: Option<NaiveDate>,
    /// Why it has none.
    pub reason: String,
    /// Whether day 0 lies in the span.
    pub in_span: bool,
    /// Whether the association counts it.
    pub counts: bool,
}

impl ScanResult {
    /// The rows reported: the `top` most abnormal sessions.
    pub fn top(&self) -> &[ScanRow] {
        let n_ranked = self.rows.partition_point(|r| r.rank.is_some());
        &self.rows[..n_ranked.min(self.settings.top)]
    }

    /// The sessions with figures.
    pub fn ranked(&self) -> &[ScanRow] {
        &self.rows[..self.rows.partition_point(|r| r.rank.is_some())]
    }
}
