//! Tests: a statistic with its null, law, p and n, or the reason why it cannot be had.
//!
//! [`single_event`] is for one event observation, [`SampleTest`] for samples of them. To add a
//! sample test: one file with a type that implements [`SampleTest`], one line in [`ALL`], an
//! answer in `tests/reference`.
//!
//! Eight events of eight instruments, each with a fall of 3 % on its own day 0:
//!
//! ```
//! use shockwave::analysis::abnormal::AbnormalReturns;
//! use shockwave::analysis::aggregate::aar;
//! use shockwave::analysis::estimation::estimation_days;
//! use shockwave::analysis::inference::{ALL, BmpT, Law, Observation, SampleContext, SampleTest};
//! use shockwave::analysis::model::{NormalReturnModel, market};
//! use shockwave::analysis::recommendation::recommend;
//! use shockwave::analysis::window::Window;
//! use shockwave::returns::ReturnKind;
//!
//! let index: Vec<f64> = (0..300).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
//! let model = market("INDEX", &index[..]);
//! let (estimation, event) = (Window::new(-120, -11)?, Window::new(-5, 5)?);
//! let mut observations = Vec::new();
//! for instrument in 0..8 {
//!     let noise = |t: usize| 0.01 * ((t * t * (instrument + 3)) as f64).sin();
//!     let mut returns: Vec<f64> = (0..300).map(|t| index[t] + noise(t)).collect();
//!     let day_0 = 250 + 4 * instrument;
//!     returns[day_0] -= 0.03;
//!     let days = estimation_days(&returns, &model, &[], estimation, day_0);
//!     let fit = model.fit(&returns, &days)?;
//!     let kind = ReturnKind::Simple;
//!     observations.push(Observation {
//!         instrument,
//!         day_0,
//!         abnormal: AbnormalReturns::new(&returns, kind, &model, &fit, event, day_0),
//!         estimation_days: days,
//!         residual_sd: fit.residual_sd,
//!         n_parameters: fit.n_parameters,
//!         residuals: fit.residuals,
//!     });
//! }
//! let sample: Vec<&Observation> = observations.iter().collect();
//! let means = aar(&sample, event);
//! assert!((means[5].aar.ok_or("no AAR")? + 0.03).abs() < 0.01);
//!
//! let context = SampleContext::new(sample);
//! let day_0 = context.window(Window::new(0, 0)?);
//! let bmp = BmpT.run(&day_0);
//! assert!(bmp.value.is_some_and(|t| t < -4.0) && bmp.p.is_some_and(|p| p < 0.01));
//! assert_eq!((bmp.law, bmp.law.and_then(|law| law.df())), (Some(Law::StudentT(7.0)), Some(7.0)));
//! for test in ALL {
//!     let found = test.run(&day_0); // a p, or the reason why there is none
//!     assert!(found.p.is_some() != found.undefined.is_some(), "{}", test.name());
//! }
//! assert!(ALL.iter().any(|test| test.name() == recommend(&day_0).test));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub(crate) mod block_bootstrap;
mod bmp;
pub(crate) mod calendar_time;
pub(crate) mod chain_variance;
pub mod conformal;
pub(crate) mod corrado;
pub(crate) mod cross_section;
pub(crate) mod crude_dependence;
pub(crate) mod grank;
pub(crate) mod kolari_pynnonen;
mod overlap;
pub(crate) mod patell;
pub mod placebo;
mod random;
pub(crate) mod ranks;
mod sample;
pub(crate) mod sign;
pub mod single_event;
pub(crate) mod skewness_adjusted;
mod undefined;
pub(crate) mod wilcoxon;
pub(crate) mod wild_bootstrap;

pub use block_bootstrap::BlockBootstrapP;
pub use bmp::BmpT;
pub use calendar_time::CalendarTimeAlpha;
pub use corrado::CorradoRankZ;
pub use cross_section::CrossSectionT;
pub use crude_dependence::CrudeDependenceT;
pub use grank::{GrankT, GrankZ};
pub use kolari_pynnonen::{KpBmpT, KpPatellZ};
pub(crate) use overlap::{chains, longest_chain, n_overlapping};
pub use patell::PatellZ;
pub(crate) use random::map_draws;
pub use sample::{CommonFactors, Observation, SampleContext, SampleSettings, WindowSample};
pub use sign::{GeneralizedSignZ, SignZ};
pub use skewness_adjusted::SkewnessAdjustedT;
pub use undefined::Undefined;
pub use wilcoxon::WilcoxonW;
pub use wild_bootstrap::WildBootstrapP;

use super::distribution::{normal_two_sided, student_t_two_sided};

/// Every sample test, in the order of the output.
pub const ALL: &[&dyn SampleTest] = &[
    &CrossSectionT,
    &CrudeDependenceT,
    &PatellZ,
    &BmpT,
    &KpPatellZ,
    &KpBmpT,
    &CorradoRankZ,
    &GrankT,
    &GrankZ,
    &SignZ,
    &GeneralizedSignZ,
    &WilcoxonW,
    &SkewnessAdjustedT,
    &CalendarTimeAlpha,
    &WildBootstrapP,
    &BlockBootstrapP,
];

/// A test of a sample of event observations over one window.
pub trait SampleTest: Sync {
    /// Name, as the files write it.
    fn name(&self) -> &'static str;

    /// The null hypothesis, in words.
    fn null(&self) -> &'static str;

    /// The statistic of a sample of two observations or more.
    ///
    /// # Errors
    /// Why the statistic cannot be had.
    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined>;

    /// Runs the test; a sample of fewer than two observations has no statistic.
    fn run(&self, sample: &WindowSample) -> TestStatistic {
        let n = sample.n();
        let found = if n < 2 {
            Err(Undefined::TooFewEvents { n })
        } else {
            self.statistic(sample)
        };
        found.unwrap_or_else(|reason| TestStatistic::undefined(reason, n))
    }
}

/// The law of a statistic under its null.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// Student's t with these degrees of freedom.
    StudentT(f64),
    /// The standard normal law.
    Normal,
    /// The chi-squared law with these degrees of freedom.
    ChiSquared(f64),
    /// Fisher's F with these degrees of freedom.
    F(f64, f64),
    /// The exact law of the statistic, counted.
    Exact,
    /// The law of all resamples that there are.
    AllResamples {
        /// Their number.
        n: usize,
    },
    /// The law of resamples.
    Bootstrap {
        /// Seed of the random numbers.
        seed: u64,
        /// Resamples drawn.
        draws: usize,
    },
}

impl Law {
    /// Degrees of freedom, where the law has one number of them.
    pub fn df(&self) -> Option<f64> {
        match self {
            Law::StudentT(df) | Law::ChiSquared(df) => Some(*df),
            _ => None,
        }
    }
}

impl std::fmt::Display for Law {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Law::StudentT(_) => f.write_str("Student t"),
            Law::Normal => f.write_str("standard normal"),
            Law::ChiSquared(df) => write!(f, "chi-squared({df})"),
            Law::F(df_1, df_2) => write!(f, "F({df_1}, {df_2})"),
            Law::Exact => f.write_str("exact"),
            Law::AllResamples { n } => write!(f, "bootstrap, all {n} resamples"),
            Law::Bootstrap { seed, draws } => write!(f, "bootstrap, {draws} draws, seed {seed}"),
        }
    }
}

/// A statistic with its p, or the reason why it is undefined.
///
/// ```
/// use shockwave::analysis::inference::{TestStatistic, Undefined};
///
/// // The mean of 12 CARs lies 2.1 standard errors below zero.
/// let t = TestStatistic::student_t(-2.1, 11.0, 12);
/// assert_eq!((t.df(), t.n), (Some(11.0), 12));
/// assert!(t.p.is_some_and(|p| (p - 0.060).abs() < 1e-3));
/// let z = TestStatistic::normal(-2.1, 12); // the normal law would call it significant
/// assert!(z.df().is_none() && z.p.is_some_and(|p| (p - 0.036).abs() < 1e-3));
///
/// let none = TestStatistic::undefined(Undefined::TooFewEvents { n: 1 }, 1);
/// assert!(none.value.is_none() && none.p.is_none());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TestStatistic {
    /// Value.
    pub value: Option<f64>,
    /// Law under the null.
    pub law: Option<Law>,
    /// Two-sided p; of a chi-squared or F statistic the upper tail.
    pub p: Option<f64>,
    /// Observations that entered; of a calendar-time portfolio its sessions.
    pub n: usize,
    /// Why there is no value.
    pub undefined: Option<Undefined>,
}

impl TestStatistic {
    /// A statistic against Student's t law with `df` degrees of freedom.
    pub fn student_t(value: f64, df: f64, n: usize) -> Self {
        Self::new(value, Law::StudentT(df), student_t_two_sided(value, df), n)
    }

    /// A statistic against the standard normal law.
    pub fn normal(value: f64, n: usize) -> Self {
        Self::new(value, Law::Normal, normal_two_sided(value), n)
    }

    /// A statistic with its law and p; undefined where the value is not finite.
    pub fn new(value: f64, law: Law, p: Option<f64>, n: usize) -> Self {
        if !value.is_finite() {
            return Self::undefined(Undefined::NotFinite, n);
        }
        Self {
            value: Some(value),
            law: Some(law),
            p,
            n,
            undefined: None,
        }
    }

    /// No statistic, and why.
    pub fn undefined(reason: Undefined, n: usize) -> Self {
        Self {
            value: None,
            law: None,
            p: None,
            n,
            undefined: Some(reason),
        }
    }

    /// Degrees of freedom, where the law has them.
    pub fn df(&self) -> Option<f64> {
        self.law.as_ref().and_then(Law::df)
    }
}
