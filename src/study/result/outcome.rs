//! Rows of what is asked beside the abnormal return itself: other events, other outcomes.

use crate::analysis::window::Window;
use crate::instrument::Symbol;
use serde::Serialize;

/// `confounding.csv`: one row per event that the study is about, window and way of treating other
/// events.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConfoundingRow {
    /// Event.
    pub event_id: String,
    /// Instrument.
    pub instrument: Symbol,
    /// The window.
    pub window: Window,
    /// `unmasked`: all estimation days, all days of the window; `masked`: the estimation without
    /// other events' reaction sessions; `without-lead`: the joint regression with dummies for the
    /// leading event, whose own days the window leaves out; `joint`: the same for every other event.
    pub way: String,
    /// The leading event, which `without-lead` takes out.
    pub other_event: String,
    /// Whether a reaction session of it lies in the window.
    pub holds_other: bool,
    /// CAR over the days that are left.
    pub car: Option<f64>,
    /// Its forecast error (of the joint regression: the least-squares error, which is the same).
    pub sd: Option<f64>,
    /// car over sd.
    pub t: Option<f64>,
    /// Degrees of freedom.
    pub df: Option<f64>,
    /// Two-sided p.
    pub p: Option<f64>,
    /// Lower end of the 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// The Newey-West error of the joint regression. It leaves out the noise of the event days
    /// themselves: to be compared, not believed.
    pub hac_sd: Option<f64>,
    /// Days that are left.
    pub n_days: usize,
    /// Days that the window leaves to other events.
    pub n_left_out: usize,
    /// Why a figure is missing.
    pub note: String,
}

/// `outcomes.csv`: one row per event, instrument and outcome other than the return.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutcomeRow {
    /// Event.
    pub event_id: String,
    /// Instrument.
    pub instrument: Symbol,
    /// `volume-mean-adjusted`, `volume-market-adjusted`, `variance-ratio`, `parkinson` or
    /// `garman-klass`.
    pub outcome: String,
    /// The window that it is taken over: the first CAR window for volumes, else the event window.
    pub window: Window,
    /// Abnormal log volume (0.69 is twice the usual), the ratio of variances, or the mean daily
    /// variance from ranges.
    pub value: Option<f64>,
    /// What is usual: the mean log volume or mean daily variance of the estimation window; 1 for
    /// the ratio.
    pub usual: Option<f64>,
    /// How many times the usual: e to the mean daily value of a log volume, or the ratio.
    pub times_usual: Option<f64>,
    /// The statistic: t, F, or the ratio of the mean variances.
    pub statistic: Option<f64>,
    /// Its law under the null.
    pub law: String,
    /// Degrees of freedom, the first of an F.
    pub df: Option<f64>,
    /// The second of an F.
    pub df_2: Option<f64>,
    /// p.
    pub p: Option<f64>,
    /// Estimation days, or for ranges the sums that were compared.
    pub n: Option<usize>,
    /// Why a figure is missing.
    pub note: String,
}

/// `pre_post.csv`: one row per event and pair of series: the 60 sessions before against the 60
/// after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PrePostRow {
    /// Event.
    pub event_id: String,
    /// Instrument.
    pub instrument: Symbol,
    /// The series that it is held against: the market, or the instrument that the study is about.
    pub against: Symbol,
    /// Sessions before.
    pub n_before: Option<usize>,
    /// Sessions after.
    pub n_after: Option<usize>,
    /// Correlation before.
    pub correlation_before: Option<f64>,
    /// Correlation after.
    pub correlation_after: Option<f64>,
    /// How much the variance of `against` rose: the ratio less 1.
    pub delta: Option<f64>,
    /// The later correlation as it would be at the earlier variance (Forbes and Rigobon 2002).
    pub correlation_adjusted: Option<f64>,
    /// z of the change in correlation as it is.
    pub raw_z: Option<f64>,
    /// Its p.
    pub raw_p: Option<f64>,
    /// z of the change with the later correlation adjusted.
    pub adjusted_z: Option<f64>,
    /// Its p.
    pub adjusted_p: Option<f64>,
    /// Slope on `against` before.
    pub beta_before: Option<f64>,
    /// Its error.
    pub beta_before_sd: Option<f64>,
    /// Slope after.
    pub beta_after: Option<f64>,
    /// Its error.
    pub beta_after_sd: Option<f64>,
    /// z of the change.
    pub beta_z: Option<f64>,
    /// Its p.
    pub beta_p: Option<f64>,
    /// Variance of the return after over before.
    pub variance_ratio: Option<f64>,
    /// Two-sided p against F(n_after − 1, n_before − 1).
    pub variance_ratio_p: Option<f64>,
    /// Why a figure is missing.
    pub note: String,
}

/// `regression.csv`: one row per regression of CARs and term.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegressionRow {
    /// Name of the regression.
    pub regression: String,
    /// Window of the CARs.
    pub window: Window,
    /// `constant`, an attribute, or `attribute=value` where the attribute is words.
    pub term: String,
    /// What `attribute=value` is compared with: the value that has no term.
    pub against: String,
    /// Coefficient.
    pub coefficient: Option<f64>,
    /// Its error.
    pub sd: Option<f64>,
    /// coefficient over sd.
    pub t: Option<f64>,
    /// Degrees of freedom.
    pub df: Option<f64>,
    /// Two-sided p.
    pub p: Option<f64>,
    /// Lower end of the 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Event observations with a CAR and every attribute.
    pub n: Option<usize>,
    /// Clusters among them: sessions of day 0, or instruments.
    pub n_clusters: Option<usize>,
    /// Coefficient of determination.
    pub r_squared: Option<f64>,
    /// `hc1`, `hc3`, `cluster-event` (clusters are sessions of day 0) or `cluster-instrument`.
    pub errors: String,
    /// Why a figure is missing.
    pub note: String,
}

/// `portfolios.csv`: one row per group of instruments, weighting, event and window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PortfolioRow {
    /// Group.
    pub group: String,
    /// `equal` or `value`.
    pub weighting: String,
    /// Event.
    pub event_id: String,
    /// The window.
    pub window: Window,
    /// Members that the data hold.
    pub n_members: usize,
    /// CAR of the portfolio.
    pub car: Option<f64>,
    /// Its forecast error, from its own time series.
    pub sd: Option<f64>,
    /// car over sd.
    pub t: Option<f64>,
    /// Degrees of freedom.
    pub df: Option<f64>,
    /// Two-sided p.
    pub p: Option<f64>,
    /// Lower end of the 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Why a figure, or the portfolio by value, is missing.
    pub note: String,
}
