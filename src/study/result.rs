//! Everything that a report may use.
//!
//! One struct per output table, one field per column, in the order of the files. A number that
//! is not here reaches no page and no chart. Fractions, never percent; missing is `None`.

mod claim;
mod outcome;

pub use claim::{ClaimRow, ClaimTest, LeftOutEvent, Verdict};
pub use outcome::{ConfoundingRow, OutcomeRow, PortfolioRow, PrePostRow, RegressionRow};

use crate::analysis::window::{RelativeDay, Window};
use crate::event::Event;
use crate::instrument::{InstrumentGroup, Symbol};
use crate::study::warning::Warning;
use chrono::NaiveDate;
use serde::Serialize;

/// The outcome of a study.
#[derive(Debug, Clone, Serialize)]
pub struct StudyResult {
    /// Name: also that of the output folder.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// The question in one sentence.
    pub question: Option<String>,
    /// The settings as resolved.
    pub settings: Settings,
    /// Where the figures come from.
    pub inputs: Vec<InputRecord>,
    /// First and last session of the data.
    pub data_range: (NaiveDate, NaiveDate),
    /// How the events ended; an event counts as used when any of its observations is used.
    pub event_counts: StatusCounts,
    /// How the event observations ended.
    pub observation_counts: StatusCounts,
    /// The events as given.
    pub events: Vec<Event>,
    /// Groups of instruments.
    pub groups_of_instruments: Vec<InstrumentGroup>,
    /// What became of every event observation.
    pub ledger: Vec<LedgerRow>,
    /// The fitted models.
    pub fits: Vec<FitRow>,
    /// Abnormal returns by day.
    pub abnormal_returns: Vec<AbnormalReturnRow>,
    /// Cumulative abnormal returns by window.
    pub cars: Vec<CarRow>,
    /// Average abnormal returns of samples.
    pub aar: Vec<AarRow>,
    /// Tests on samples.
    pub tests: Vec<TestRow>,
    /// Which test to trust for each sample and window.
    pub recommendations: Vec<RecommendationRow>,
    /// Whether the assumptions of the tests hold, by event observation.
    pub diagnostics: Vec<DiagnosticRow>,
    /// Differences between samples and between groups of instruments.
    pub groups: Vec<GroupDifferenceRow>,
    /// Portfolios of groups of instruments, each by itself.
    pub portfolios: Vec<PortfolioRow>,
    /// Claims and their answers.
    pub claims: Vec<ClaimRow>,
    /// What other events do to the figures of those that the study is about.
    pub confounding: Vec<ConfoundingRow>,
    /// Volume and volatility.
    pub outcomes: Vec<OutcomeRow>,
    /// Correlation, beta and variance before and after.
    pub pre_post: Vec<PrePostRow>,
    /// Regressions of CARs on attributes.
    pub regressions: Vec<RegressionRow>,
    /// Abnormal returns in money.
    pub dollar_values: Vec<DollarValue>,
    /// What charts need beside the tables.
    pub figures: FigureData,
    /// What the quality gate found.
    pub findings: Vec<FindingRow>,
    /// What a reader must know before using the numbers.
    pub warnings: Vec<Warning>,
    /// Version of the program.
    pub version: String,
}

/// The settings of a study as resolved, in words that the flags use.
#[derive(Debug, Clone, Serialize)]
pub struct Settings {
    /// Normal-return model.
    pub model: String,
    /// Regressors of the model beside the constant, in the order of the coefficients.
    pub regressors: Vec<String>,
    /// The market.
    pub benchmark: Option<Symbol>,
    /// Share of the instrument taken out of the benchmark.
    pub benchmark_weight: Option<f64>,
    /// `simple` or `log`.
    pub returns: String,
    /// `close`, `adj_close` or `returns`.
    pub price_column: String,
    /// How factor figures were read, `percent` or `decimal`, where factors are used.
    pub factor_unit: Option<String>,
    /// Estimation window.
    pub estimation: Window,
    /// Fewest usable estimation days.
    pub min_estimation: usize,
    /// Event window.
    pub event_window: Window,
    /// CAR windows.
    pub windows: Vec<Window>,
    /// Calendar.
    pub calendar: String,
    /// Rule for dates that do not trade.
    pub anchor: String,
    /// Its limit in calendar days.
    pub max_shift: u32,
    /// Rule for findings of the quality gate.
    pub quality: String,
    /// Whether the main figures leave other events' reaction sessions out of the estimation.
    pub mask_events: bool,
    /// Those sessions.
    pub mask_window: Window,
    /// Whether the joint regression was run.
    pub joint: bool,
    /// How samples are formed.
    pub group_by: String,
    /// The instrument that the report leads with and samples are formed from.
    pub focus: Option<Symbol>,
    /// The event that the report leads with.
    pub lead_event: Option<String>,
    /// Instruments of the study.
    pub instruments: Vec<Symbol>,
    /// Sample tests that were run.
    pub tests: Vec<String>,
    /// Whether the placebo test was run.
    pub placebo: bool,
    /// Seed of the tests that draw random numbers.
    pub seed: u64,
    /// Resamples of those tests.
    pub n_draws: usize,
    /// Level of every interval: 0.95.
    pub confidence: f64,
}

/// One source of figures or events.
#[derive(Debug, Clone, Default, Serialize)]
pub struct InputRecord {
    /// What it gave: `prices`, `factors`, `events`, `study`.
    pub role: String,
    /// File name, or the name of an embedded set.
    pub name: String,
    /// How it was read: dialect, unit, date format.
    pub format: String,
    /// Data rows.
    pub n_rows: usize,
    /// Adjustment basis of prices, where known.
    pub adjustment: Option<String>,
    /// Origin and licence, where known.
    pub provenance: Option<String>,
    /// The source, of figures from the local store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// When they were fetched, of figures from the local store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetched_at: Option<chrono::DateTime<chrono::Utc>>,
    /// SHA-256 of the bytes, in hex.
    pub sha256: String,
}

/// How events or event observations ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct StatusCounts {
    /// All of them: the sum of the other three.
    pub total: usize,
    /// With a final result.
    pub used: usize,
    /// With a window that is not over yet.
    pub provisional: usize,
    /// Without a result, each with its reason.
    pub excluded: usize,
}

/// How an event observation ended.
///
/// ```
/// use shockwave::study::result::Status;
/// let all = [Status::Used, Status::Provisional, Status::Excluded];
/// assert_eq!(all.map(Status::as_str), ["used", "provisional", "excluded"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It has a final result.
    Used,
    /// Its window runs past the last session: what is known is given.
    Provisional,
    /// It has no result.
    Excluded,
}

impl Status {
    /// As written in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Used => "used",
            Status::Provisional => "provisional",
            Status::Excluded => "excluded",
        }
    }
}

/// `ledger.csv`: one row per event and instrument.
#[derive(Debug, Clone, Serialize)]
pub struct LedgerRow {
    /// Event.
    pub event_id: String,
    /// Instrument, as named by the event or the study.
    pub instrument: String,
    /// The event instant exactly as given.
    pub given_at: String,
    /// Day 0.
    pub session: Option<NaiveDate>,
    /// The rule that led to it: `before-close`, `after-close`, `closed-day-next`, `as-dated`, …
    pub rule: String,
    /// How it ended.
    pub status: Status,
    /// Code of the reason, empty when used without remark: `short-estimation`, `awaiting-data`, …
    pub reason_code: String,
    /// The reason in words with its numbers.
    pub reason: String,
    /// Other events of this instrument (or market-wide) whose event windows overlap this one's.
    pub overlaps: Vec<String>,
    /// Those among them with the same day 0.
    pub same_session: Vec<String>,
    /// The time of day is not known, so that day +1 may hold the reaction.
    pub day_uncertain: bool,
    /// Usable estimation days and how many the window has, where one was tried.
    pub n_estimation: Option<usize>,
    /// Length of the estimation window.
    pub n_estimation_window: usize,
}

/// `fits.csv`: one row per event and instrument.
#[derive(Debug, Clone, Serialize)]
pub struct FitRow {
    /// Event.
    pub event_id: String,
    /// Instrument.
    pub instrument: Symbol,
    /// Model.
    pub model: String,
    /// M, usable estimation days.
    pub n_estimation: usize,
    /// Constant; absent for market-adjusted.
    pub alpha: Option<f64>,
    /// Slopes, named as in [`Settings::regressors`].
    pub betas: Vec<(String, f64)>,
    /// s, with M − k degrees of freedom.
    pub residual_sd: f64,
    /// Coefficient of determination, where the model has a constant.
    pub r_squared: Option<f64>,
    /// Other estimates by name: lead and lag betas, GARCH parameters with their `log_likelihood` and
    /// `edge_gain` (how much higher it is, at least, on the edge of EGARCH's stable parameters),
    /// donors left out.
    pub details: Vec<(String, f64)>,
    /// First usable estimation session.
    pub first_session: NaiveDate,
    /// Last usable estimation session.
    pub last_session: NaiveDate,
}

/// `abnormal_returns.csv`: one row per event, instrument and day.
#[derive(Debug, Clone, Serialize)]
pub struct AbnormalReturnRow {
    /// Event.
    pub event_id: String,
    /// Instrument.
    pub instrument: Symbol,
    /// Sessions from day 0.
    pub relative_day: RelativeDay,
    /// Date of the session, where the data reach it.
    pub session: Option<NaiveDate>,
    /// Return.
    #[serde(rename = "return")]
    pub ret: Option<f64>,
    /// Normal return.
    pub normal_return: Option<f64>,
    /// Abnormal return.
    pub ar: Option<f64>,
    /// Forecast standard deviation of it.
    pub ar_sd: Option<f64>,
    /// AR over its forecast sd.
    pub sar: Option<f64>,
    /// The same as a test statistic.
    pub ar_t: Option<f64>,
    /// Degrees of freedom, M − k.
    pub ar_df: Option<f64>,
    /// Two-sided p.
    pub ar_p: Option<f64>,
    /// Lower end of the AR's 95 % interval: half its width is how far from zero a session without
    /// any event would have been forecast to stay.
    pub ar_low: Option<f64>,
    /// Upper end.
    pub ar_high: Option<f64>,
    /// AR over the standard deviation that a GARCH model expects the day before, where it was
    /// asked for.
    pub garch_t: Option<f64>,
    /// Its two-sided p under the law of that model's errors.
    pub garch_p: Option<f64>,
    /// CAR from the first day of the event window to this day, over the days present.
    pub car_to_day: Option<f64>,
    /// Lower end of its 95 % interval.
    pub car_to_day_low: Option<f64>,
    /// Upper end.
    pub car_to_day_high: Option<f64>,
}

/// `cars.csv`: one row per event, instrument and CAR window.
#[derive(Debug, Clone, Serialize)]
pub struct CarRow {
    /// Event.
    pub event_id: String,
    /// Instrument.
    pub instrument: Symbol,
    /// The window.
    pub window: Window,
    /// Days present in it.
    pub n_days: usize,
    /// Whether days of it lie after the last session of the data.
    pub provisional: bool,
    /// Cumulative abnormal return.
    pub car: Option<f64>,
    /// Its forecast standard deviation, with the full covariance.
    pub car_sd: Option<f64>,
    /// car over car_sd.
    pub car_t: Option<f64>,
    /// Degrees of freedom.
    pub car_df: Option<f64>,
    /// Two-sided p.
    pub car_p: Option<f64>,
    /// Lower end of the 95 % interval.
    pub car_low: Option<f64>,
    /// Upper end.
    pub car_high: Option<f64>,
    /// CAR over its exact forecast sd.
    pub scar: Option<f64>,
    /// Sum of the daily SARs.
    pub csar: Option<f64>,
    /// Buy-and-hold abnormal return against the model's normal return.
    pub bhar: Option<f64>,
    /// Sample-quantile p.
    pub sq_p: Option<f64>,
    /// How many residual sums it was compared with.
    pub sq_n: Option<usize>,
    /// Placebo p.
    pub placebo_p: Option<f64>,
    /// How many pseudo-events it was compared with.
    pub placebo_n: Option<usize>,
    /// Conformal p: the residuals of a fit under the null, shifted in blocks.
    pub conformal_p: Option<f64>,
    /// Minimum detectable effect at 80 % power and 5 % size, as an absolute CAR.
    pub mde: Option<f64>,
    /// CAR with other events' reaction sessions left out of the estimation window.
    pub car_masked: Option<f64>,
    /// Its forecast sd.
    pub car_masked_sd: Option<f64>,
    /// Its t.
    pub car_masked_t: Option<f64>,
    /// CAR with the full estimation window.
    pub car_unmasked: Option<f64>,
    /// Its forecast sd.
    pub car_unmasked_sd: Option<f64>,
    /// Its t.
    pub car_unmasked_t: Option<f64>,
    /// CAR from the joint regression with a dummy for every event day, over the days that are not
    /// another event's alone.
    pub car_joint: Option<f64>,
    /// Its least-squares error.
    pub car_joint_sd: Option<f64>,
    /// Its Newey-West error, which leaves out the noise of the event days themselves: to be
    /// compared, not believed. Of the focus instrument only, where there is one.
    pub car_joint_hac_sd: Option<f64>,
    /// [`AbnormalReturnRow::garch_t`], for a window of one session.
    pub garch_t: Option<f64>,
    /// Its two-sided p.
    pub garch_p: Option<f64>,
    /// Why a figure is missing, or what to know about one.
    pub note: String,
}

/// `aar.csv`: one row per sample and day.
#[derive(Debug, Clone, Serialize)]
pub struct AarRow {
    /// Sample.
    pub group: String,
    /// Sessions from day 0.
    pub relative_day: RelativeDay,
    /// Observations with an abnormal return on that day.
    pub n: usize,
    /// Average abnormal return.
    pub aar: Option<f64>,
    /// AARs cumulated from the first day of the event window. Where `n` changes from day to day, this
    /// differs from the mean CAR that `tests.csv` calls `caar`.
    pub caar: Option<f64>,
    /// Standard error of the AAR from the cross-section.
    pub aar_sd: Option<f64>,
    /// Lower end of the AAR's 95 % interval.
    pub aar_low: Option<f64>,
    /// Upper end.
    pub aar_high: Option<f64>,
}

/// `tests.csv`: one row per sample, window and test.
#[derive(Debug, Clone, Serialize)]
pub struct TestRow {
    /// Sample.
    pub group: String,
    /// Window.
    pub window: Window,
    /// Name of the test.
    pub test: String,
    /// Mean CAR over the window, of the observations of the sample whose window is over. (In `aar.csv`,
    /// `caar` sums daily averages.)
    pub caar: Option<f64>,
    /// The statistic.
    pub statistic: Option<f64>,
    /// Degrees of freedom, where its law has them.
    pub df: Option<f64>,
    /// p.
    pub p: Option<f64>,
    /// Adjusted by Holm over all windows and tests.
    pub p_holm: Option<f64>,
    /// Adjusted by Benjamini-Hochberg.
    pub p_bh: Option<f64>,
    /// Observations; of `calendar_time_alpha`, where there is one, the sessions of its portfolio.
    pub n: usize,
    /// The null hypothesis.
    pub null: String,
    /// Reference law, or why the statistic cannot be had.
    pub note: String,
}

/// `recommendations.csv`: one row per sample and window.
#[derive(Debug, Clone, Serialize)]
pub struct RecommendationRow {
    /// Sample.
    pub group: String,
    /// Window.
    pub window: Window,
    /// Name of the test to trust: a sample test, or `sq_p` where there is one event only; none
    /// where there is no event.
    pub test: String,
    /// Its statistic.
    pub statistic: Option<f64>,
    /// Its p.
    pub p: Option<f64>,
    /// Observations.
    pub n: usize,
    /// r̄, the mean correlation of estimation residuals in calendar time.
    pub mean_correlation: Option<f64>,
    /// How r̄ was computed: `exact` or `closed-form`.
    pub mean_correlation_method: String,
    /// What decided, in words with numbers, the strongest first.
    pub reasons: Vec<String>,
}

/// `diagnostics.csv`: one row per event observation.
#[derive(Debug, Clone, Serialize)]
pub struct DiagnosticRow {
    /// Event.
    pub event_id: String,
    /// Instrument.
    pub instrument: Symbol,
    /// Ljung-Box Q of the estimation residuals over 10 lags: are they autocorrelated?
    pub ljung_box: Option<f64>,
    /// Its p.
    pub ljung_box_p: Option<f64>,
    /// Jarque-Bera statistic: are they normal?
    pub jarque_bera: Option<f64>,
    /// Its p.
    pub jarque_bera_p: Option<f64>,
    /// Engle's LM statistic over 5 lags: does their variance cluster?
    pub arch_lm: Option<f64>,
    /// Its p.
    pub arch_lm_p: Option<f64>,
    /// Share of estimation days with a return of exactly zero: is the instrument thinly traded?
    pub zero_share: Option<f64>,
    /// Share of estimation days without a return.
    pub missing_share: Option<f64>,
    /// Mean SAR² over the event window: does the event raise the variance?
    pub event_variance_ratio: Option<f64>,
    /// Its p against F(L, M − k).
    pub event_variance_ratio_p: Option<f64>,
    /// Why a figure is missing.
    pub note: String,
}

/// `groups.csv`: one row per pair and window.
#[derive(Debug, Clone, Serialize)]
pub struct GroupDifferenceRow {
    /// `welch` (two samples of events) or `portfolio` (two groups of instruments).
    pub method: String,
    /// `equal` or `value`, for portfolios.
    pub weighting: String,
    /// The event, for portfolios.
    pub event_id: Option<String>,
    /// First.
    pub group_a: String,
    /// Second.
    pub group_b: String,
    /// Window.
    pub window: Window,
    /// Mean CAR of the first less that of the second.
    pub difference: Option<f64>,
    /// Its standard error.
    pub sd: Option<f64>,
    /// difference over sd.
    pub statistic: Option<f64>,
    /// Degrees of freedom.
    pub df: Option<f64>,
    /// Two-sided p.
    pub p: Option<f64>,
    /// Why a figure is missing.
    pub note: String,
}

/// An abnormal return in money.
#[derive(Debug, Clone, Serialize)]
pub struct DollarValue {
    /// Event.
    pub event_id: String,
    /// Instrument.
    pub instrument: Symbol,
    /// Day 0.
    pub session: NaiveDate,
    /// Close of the session before, not adjusted for dividends.
    pub previous_close: f64,
    /// Shares outstanding.
    pub shares: f64,
    /// Date of that count.
    pub shares_as_of: NaiveDate,
    /// Where the count was published.
    pub shares_source: String,
    /// Market value at the previous close.
    pub market_value: f64,
    /// AR on day 0 times the market value.
    pub abnormal: f64,
    /// Lower end of its 95 % interval.
    pub abnormal_low: f64,
    /// Upper end.
    pub abnormal_high: f64,
    /// Return on day 0 times the market value.
    pub total: f64,
}

/// What charts need beside the tables.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FigureData {
    /// Event observations that get charts of their own, the leading one first.
    pub leading: Vec<(String, Symbol)>,
    /// What the leading one was picked from, where the study names no event to lead with.
    pub picked: Option<PickedLead>,
    /// Price of the focus instrument.
    pub price: Option<PriceSeries>,
    /// Return against market for the leading observation.
    pub scatter: Option<Scatter>,
    /// Placebo distributions of the leading observations.
    pub placebos: Vec<PlaceboDistribution>,
}

/// A leading observation that is the largest of several.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PickedLead {
    /// Observations with a p for the headline window (day 0, or the study's first).
    pub n: usize,
    /// p of the leading one's t test over that window, adjusted over all of them (Holm 1979).
    pub p_holm: Option<f64>,
}

/// A price over time.
#[derive(Debug, Clone, Serialize)]
pub struct PriceSeries {
    /// Whose.
    pub instrument: Symbol,
    /// `close` or `adj_close`.
    pub column: String,
    /// Sessions.
    pub sessions: Vec<NaiveDate>,
    /// Price at each.
    pub values: Vec<Option<f64>>,
}

/// Returns of an instrument against those of the market.
#[derive(Debug, Clone, Serialize)]
pub struct Scatter {
    /// Event.
    pub event_id: String,
    /// Instrument.
    pub instrument: Symbol,
    /// Market.
    pub benchmark: Symbol,
    /// (market return, return) of every usable estimation day.
    pub estimation: Vec<(f64, f64)>,
    /// (relative day, market return, return) of the event window.
    pub event: Vec<(RelativeDay, f64, f64)>,
    /// Fitted constant and slope, for the market model.
    pub line: Option<(f64, f64)>,
}

/// The CARs of pseudo-events of one instrument.
#[derive(Debug, Clone, Serialize)]
pub struct PlaceboDistribution {
    /// Event that it is compared with.
    pub event_id: String,
    /// Instrument.
    pub instrument: Symbol,
    /// Window.
    pub window: Window,
    /// The event's CAR.
    pub car: f64,
    /// p.
    pub p: f64,
    /// CARs of the pseudo-events, ascending.
    pub values: Vec<f64>,
}

/// Something that the quality gate found.
#[derive(Debug, Clone, Serialize)]
pub struct FindingRow {
    /// Kind: `split-like-jump`, `missing-session`, …
    pub kind: String,
    /// Whose figure.
    pub symbol: String,
    /// When.
    pub session: Option<NaiveDate>,
    /// The value.
    pub value: Option<f64>,
    /// In words.
    pub message: String,
    /// Whether `--quality exclude` excludes for it.
    pub serious: bool,
}
