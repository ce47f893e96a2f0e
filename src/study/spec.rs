//! A validated request: what to compute, with every choice made.
//!
//! A program of yours makes it with [`StudySpec::builder`]; flags and files become it in `settings`.

use crate::align::Anchor;
use crate::analysis::model::{ErrorLaw, ModelKind};
use crate::analysis::window::{StudyWindows, Window};
use crate::event::{Direction, Event};
use crate::instrument::{InstrumentGroup, SharesOutstanding, Symbol};
use crate::returns::ReturnKind;

/// Fewer usable estimation days than this give no variance worth the name.
pub const MIN_ESTIMATION_DAYS: usize = 10;

/// Everything that a study needs to be told, beside its data.
///
/// [`StudySpec::builder`] sets and checks what most studies need; the fields are open for the rest.
#[derive(Debug, Clone)]
pub struct StudySpec {
    /// Name: also that of the output folder.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// The question in one sentence.
    pub question: Option<String>,
    /// The events, in the order given.
    pub events: Vec<Event>,
    /// The instruments of the study; `None` takes those that the events name, and all but the
    /// benchmark when an event names none.
    pub instruments: Option<Vec<Symbol>>,
    /// The instrument that the report leads with and that samples are formed from.
    pub focus: Option<Symbol>,
    /// The event that the report leads with.
    pub lead_event: Option<String>,
    /// The market; only the mean-adjusted and pure factor models do without one.
    pub benchmark: Option<Symbol>,
    /// w: the instrument's own share of the benchmark, taken out as (R_m − w·R_i)/(1 − w).
    pub benchmark_weight: Option<f64>,
    /// The normal-return model.
    pub model: ModelKind,
    /// The law of the errors of the GARCH family.
    pub error_law: ErrorLaw,
    /// Whether to compute `garch_t` for every observation, whatever the model.
    pub garch: bool,
    /// Factor columns for [`ModelKind::Factors`].
    pub factor_columns: Vec<String>,
    /// Simple or log returns.
    pub returns: ReturnKind,
    /// Which price returns are computed from.
    pub price_column: PriceColumn,
    /// Estimation, event and CAR windows.
    pub windows: StudyWindows,
    /// Fewest usable estimation days.
    pub min_estimation: usize,
    /// Where an event given by date goes when that day does not trade.
    pub anchor: Anchor,
    /// The farthest that `anchor` may move it, in calendar days.
    pub max_shift: u32,
    /// What findings of the quality gate lead to.
    pub quality: QualityPolicy,
    /// Whether reaction sessions of other events are left out of estimation windows.
    pub mask_events: bool,
    /// The reaction sessions, relative to the other event's day 0.
    pub mask_window: Window,
    /// Whether to run the joint regression, with a dummy for every event day, beside the main
    /// one. Off by default: it needs a model of least squares.
    pub joint: bool,
    /// How event observations are put into samples.
    pub group_by: GroupBy,
    /// Named sets of instruments.
    pub groups: Vec<InstrumentGroup>,
    /// Shares outstanding, for values in money.
    pub shares: Vec<SharesOutstanding>,
    /// Statements to be checked.
    pub claims: Vec<Claim>,
    /// Regressions of CARs on attributes.
    pub regressions: Vec<Regression>,
    /// Names of the sample tests to run; `None` runs all.
    pub tests: Option<Vec<String>>,
    /// Whether to run the placebo test.
    pub placebo: bool,
    /// Seed of the tests that draw random numbers.
    pub seed: u64,
    /// Resamples of those tests.
    pub n_draws: usize,
}

impl Default for StudySpec {
    /// The market model with the usual windows, and all else as the command line has it; without
    /// events and without a benchmark.
    fn default() -> Self {
        let windows = StudyWindows::default();
        Self {
            name: "study".to_owned(),
            title: "study".to_owned(),
            question: None,
            events: Vec::new(),
            instruments: None,
            focus: None,
            lead_event: None,
            benchmark: None,
            benchmark_weight: None,
            model: ModelKind::Market,
            error_law: ErrorLaw::StudentT,
            garch: false,
            factor_columns: Vec::new(),
            returns: ReturnKind::Simple,
            price_column: PriceColumn::Auto,
            min_estimation: usual_min_estimation(windows.estimation()),
            windows,
            anchor: Anchor::Next,
            max_shift: 5,
            quality: QualityPolicy::Warn,
            mask_events: false,
            mask_window: Window::REACTION,
            joint: false,
            group_by: GroupBy::None,
            groups: Vec::new(),
            shares: Vec::new(),
            claims: Vec::new(),
            regressions: Vec::new(),
            tests: None,
            placebo: true,
            seed: 1,
            n_draws: 1_999,
        }
    }
}

/// How many estimation days must be usable unless a study says otherwise: 60 % of the window, and
/// [`MIN_ESTIMATION_DAYS`] at least.
pub(crate) fn usual_min_estimation(estimation: Window) -> usize {
    (3 * estimation.n_days())
        .div_ceil(5)
        .max(MIN_ESTIMATION_DAYS)
}

impl GroupBy {
    /// Samples by category, where events have one.
    pub(crate) fn usual(events: &[Event]) -> Self {
        if events.iter().any(|e| e.category.is_some()) {
            GroupBy::Column("category".to_owned())
        } else {
            GroupBy::None
        }
    }
}

/// Which price returns are computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceColumn {
    /// `adj_close` where every instrument of the study has it, else `close`.
    #[default]
    Auto,
    /// Adjusted for splits at most.
    Close,
    /// Adjusted for dividends too.
    AdjClose,
}

/// What the findings of the quality gate lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum QualityPolicy {
    /// Findings are reported beside the results.
    #[default]
    Warn,
    /// An event whose estimation or event window holds a serious finding is excluded.
    Exclude,
    /// The gate is not run; impossible values are still read as missing.
    Off,
}

/// How event observations are put into samples.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupBy {
    /// A column of the event file: `category`, or any other.
    Column(String),
    /// The instrument's group.
    InstrumentGroup,
    /// One sample of all observations.
    None,
}

/// A statement, to be checked against prices where they can answer it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Claim {
    /// Unique in a study.
    pub id: String,
    /// The statement, as a person would say it.
    pub text: String,
    /// What is asked of the prices, or why they cannot answer.
    pub question: ClaimQuestion,
}

/// What a claim asks of the prices.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimQuestion {
    /// Prices cannot answer it, and why.
    Untestable(String),
    /// A sign of an abnormal return.
    Sign {
        /// Which events it is about.
        events: ClaimEvents,
        /// Whose price it is about.
        subject: ClaimSubject,
        /// Over which window.
        window: Window,
        /// What it says happened; `Direction::None` says that nothing did.
        direction: Direction,
    },
}

/// The events of a claim.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimEvents {
    /// These events, by id.
    Ids(Vec<String>),
    /// All events of a category.
    Category(String),
}

/// Whose price a claim is about.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimSubject {
    /// One instrument.
    Instrument(Symbol),
    /// The equal-weighted portfolio of a group, less that of another where `minus` is given.
    Group {
        /// The group.
        name: String,
        /// The group that is subtracted.
        minus: Option<String>,
    },
}

/// A regression of CARs on attributes of events or instruments.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Regression {
    /// Unique in a study.
    pub name: String,
    /// The window of the CARs, one of the study's.
    pub window: Window,
    /// `category`, further columns of the event file, `instrument` or `instrument-group`.
    pub attributes: Vec<String>,
    /// Which errors.
    pub errors: RegressionErrors,
    /// Only these instruments; `None` takes all of the study.
    pub instruments: Option<Vec<Symbol>>,
}

/// How the errors of a regression of CARs are found.
///
/// ```
/// use shockwave::study::spec::{Regression, RegressionErrors};
///
/// let by_direction = Regression {
///     name: "direction".to_owned(),
///     window: (-1..=1).try_into()?,
///     attributes: vec!["direction".to_owned()],
///     errors: RegressionErrors::ClusterEvent,
///     instruments: None,
/// };
/// assert_eq!(by_direction.errors.as_str(), "cluster-event"); // as `regression.csv` writes it
/// # Ok::<(), shockwave::analysis::window::WindowError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegressionErrors {
    /// White's with the factor n/(n − k).
    Hc1,
    /// Leave-one-out residuals: for few observations.
    #[default]
    Hc3,
    /// Observations with day 0 on one session may be correlated: of one event, or of several on that
    /// session.
    ClusterEvent,
    /// Observations of one instrument may be correlated.
    ClusterInstrument,
}

impl RegressionErrors {
    /// As settings and files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            RegressionErrors::Hc1 => "hc1",
            RegressionErrors::Hc3 => "hc3",
            RegressionErrors::ClusterEvent => "cluster-event",
            RegressionErrors::ClusterInstrument => "cluster-instrument",
        }
    }
}
