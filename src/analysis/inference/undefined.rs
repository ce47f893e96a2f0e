//! Why a statistic cannot be had.

/// The reason, with its numbers. A test never falls back to another test's statistic.
///
/// ```
/// use shockwave::analysis::diagnostics::shape;
///
/// let reason = shape(&[0.0; 240]).unwrap_err(); // a share that stands still
/// assert_eq!(reason.code(), "zero-variance");
/// assert_eq!(reason.to_string(), "the residuals do not vary");
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Undefined {
    /// A sample test needs two observations.
    #[error("{}: a sample test needs two", counted(*n, "observation"))]
    TooFewEvents {
        /// Observations that have the window.
        n: usize,
    },
    /// The figures that give the scale do not differ from one another.
    #[error("{0} do not vary")]
    ZeroVariance(&'static str),
    /// Patell's variance needs M − k > 2.
    #[error("an estimation window has {df} degrees of freedom: more than 2 are needed")]
    TooFewDegreesOfFreedom {
        /// M − k.
        df: f64,
    },
    /// 1 + (N − 1)r̄ is not positive.
    #[error("1 + (N - 1) r is not positive for N = {n} and the mean residual correlation r = {r}")]
    NegativeCorrelation {
        /// N.
        n: usize,
        /// r̄.
        r: f64,
    },
    /// Z² leaves the range in which the generalized rank t is defined.
    #[error("the rank statistic {z} is too large for {n_days} days")]
    OutOfRange {
        /// Z.
        z: f64,
        /// T.
        n_days: usize,
    },
    /// All or none of the residuals are positive.
    #[error("the share of positive residuals is {share}")]
    DegenerateShare {
        /// p̂.
        share: f64,
    },
    /// Every figure is zero.
    #[error("every CAR is zero")]
    AllZero,
    /// The normal-return model has nothing that a calendar-time portfolio can be regressed on.
    #[error("the model has no factors for a calendar-time regression")]
    NoFactorModel,
    /// The regressors differ from instrument to instrument.
    #[error("the regressors differ between instruments: no calendar-time regression")]
    InstrumentSpecificRegressor,
    /// Too few calendar sessions for a regression with an error of its own.
    #[error("{}: a regression with {k} parameters needs {}", counted(*n, "session"), k + 2)]
    TooFewSessions {
        /// Sessions on which an observation is inside its window.
        n: usize,
        /// Parameters.
        k: usize,
    },
    /// The regression cannot be fitted.
    #[error("{0}")]
    DegenerateFit(String),
    /// Too few sets of overlapping windows for a p below 5 %.
    #[error("{} of overlapping windows: {needed} are needed for a p below 5 %", counted(*n, "independent set"))]
    TooFewClusters {
        /// Chains of overlapping windows.
        n: usize,
        /// Fewest that can reject.
        needed: usize,
    },
    /// The estimation window has fewer sessions than the window.
    #[error("the window of {} is longer than the estimation window", counted(*n_days, "session"))]
    WindowTooLong {
        /// L.
        n_days: usize,
    },
    /// Gaps and masks leave no run of estimation days that is as long as the window.
    #[error("no {n_days} consecutive days of the estimation window to compare with")]
    NoRun {
        /// L.
        n_days: usize,
    },
    /// Too few estimation days for a diagnostic.
    #[error("{}: {needed} are needed", counted(*n, "estimation day"))]
    TooFewDays {
        /// Days.
        n: usize,
        /// Fewest.
        needed: usize,
    },
    /// No day of the window has an abnormal return.
    #[error("no day of the window has an abnormal return")]
    NoDay,
    /// No session of the window has open, high, low and close.
    #[error("no session of the window has a complete bar (open, high, low, close)")]
    NoBar,
    /// Day 0 has no figure.
    #[error("the event session has no figure")]
    MissingEventDay,
    /// Too few days to fit on.
    #[error("{}: {required} are needed", counted(*n, "usable estimation day"))]
    ShortEstimation {
        /// Days.
        n: usize,
        /// Fewest.
        required: usize,
    },
    /// Too few sessions before or after an event.
    #[error("{} {side} the event: {needed} are needed", counted(*n, "session"))]
    ShortSide {
        /// `before` or `after`.
        side: &'static str,
        /// Sessions.
        n: usize,
        /// Fewest.
        needed: usize,
    },
    /// A correlation of ±1 has no law.
    #[error("the instrument and the benchmark are copies of each other")]
    PerfectCorrelation,
    /// Only a regression by least squares takes dummies in.
    #[error("the model is not one of least squares: it has no joint regression")]
    NotLeastSquares,
    /// Clustered errors need two clusters.
    #[error("{} of events: two are needed", counted(*n, "cluster"))]
    TooFewGroups {
        /// Clusters.
        n: usize,
    },
    /// A leave-one-out error of an observation that alone determines a coefficient.
    #[error("observation {0} alone determines a coefficient: HC3 is not defined")]
    FullLeverage(usize),
    /// The value overflowed.
    #[error("the statistic is not finite")]
    NotFinite,
}

/// `1 session`, `2 sessions`.
fn counted(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {what}{plural}")
}

impl Undefined {
    /// A short code, as the reference answers write it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooFewEvents { .. } => "too-few-events",
            Self::ZeroVariance(_) => "zero-variance",
            Self::TooFewDegreesOfFreedom { .. } => "too-few-degrees-of-freedom",
            Self::NegativeCorrelation { .. } => "negative-correlation",
            Self::OutOfRange { .. } => "statistic-out-of-range",
            Self::DegenerateShare { .. } => "degenerate-share",
            Self::AllZero => "all-zero",
            Self::NoFactorModel => "no-factor-model",
            Self::InstrumentSpecificRegressor => "instrument-specific-regressor",
            Self::TooFewSessions { .. } => "too-few-sessions",
            Self::DegenerateFit(_) => "degenerate-fit",
            Self::TooFewClusters { .. } => "too-few-clusters",
            Self::WindowTooLong { .. } => "window-too-long",
            Self::NoRun { .. } => "no-run",
            Self::TooFewDays { .. } => "too-few-days",
            Self::NoDay => "no-day",
            Self::NoBar => "no-bar",
            Self::MissingEventDay => "missing-event-day",
            Self::ShortEstimation { .. } => "short-estimation",
            Self::ShortSide { .. } => "too-few-sessions",
            Self::PerfectCorrelation => "perfect-correlation",
            Self::NotLeastSquares => "not-least-squares",
            Self::TooFewGroups { .. } => "too-few-clusters",
            Self::FullLeverage(_) => "full-leverage",
            Self::NotFinite => "not-finite",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        let words = |n| Undefined::TooFewEvents { n }.to_string();
        assert_eq!(words(1), "1 observation: a sample test needs two");
        assert_eq!(words(0), "0 observations: a sample test needs two");
    }
}
