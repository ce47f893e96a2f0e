//! Tests: a statistic with its null, law, p and n, or the reason why it cannot be had.
//!
//! [`single_event`] is for one event observation, [`SampleTest`] for samples of them. To add a
//! sample test: one file with a type that implements [`SampleTest`], one line in [`ALL`], an
//! answer in `tests/reference`.

mod cross_section;
pub mod placebo;
pub mod single_event;

pub use cross_section::CrossSectionT;

use super::abnormal::{AbnormalReturns, Car};
use super::distribution::{normal_two_sided, student_t_two_sided};
use super::window::Window;

/// Every sample test, in the order of the output.
pub const ALL: &[&dyn SampleTest] = &[&CrossSectionT];

/// One event observation of a sample.
#[derive(Debug, Clone)]
pub struct Observation {
    /// Session index of day 0.
    pub day_0: usize,
    /// Abnormal returns over the event window.
    pub abnormal: AbnormalReturns,
    /// Session indexes of the estimation days.
    pub estimation_days: Vec<usize>,
    /// e of those days.
    pub residuals: Vec<f64>,
    /// s.
    pub residual_sd: f64,
    /// k.
    pub n_parameters: usize,
}

impl Observation {
    /// The CAR of a window, only where every day of it is present or the data have not ended.
    pub fn car(&self, window: Window) -> Option<Car> {
        self.abnormal.car(window)
    }
}

/// A test of a sample of event observations.
pub trait SampleTest: Sync {
    /// Name, as the files write it.
    fn name(&self) -> &'static str;

    /// The null hypothesis, in words.
    fn null(&self) -> &'static str;

    /// Runs the test on a window.
    fn run(&self, sample: &[&Observation], window: Window) -> TestStatistic;
}

/// The law of a statistic under its null.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// Student's t with these degrees of freedom.
    StudentT(f64),
    /// The standard normal law.
    Normal,
}

/// A statistic with its p, or the reason why it is undefined.
#[derive(Debug, Clone, PartialEq)]
pub struct TestStatistic {
    /// Value.
    pub value: Option<f64>,
    /// Law under the null.
    pub law: Option<Law>,
    /// Two-sided p.
    pub p: Option<f64>,
    /// Observations that entered.
    pub n: usize,
    /// Why there is no value.
    pub undefined: Option<String>,
}

impl TestStatistic {
    /// A statistic with its law; undefined where the value is not finite.
    pub fn new(value: f64, law: Law, n: usize) -> Self {
        if !value.is_finite() {
            return Self::undefined("the statistic is not finite", n);
        }
        let p = match law {
            Law::StudentT(df) => student_t_two_sided(value, df),
            Law::Normal => normal_two_sided(value),
        };
        Self {
            value: Some(value),
            law: Some(law),
            p,
            n,
            undefined: None,
        }
    }

    /// No statistic, and why.
    pub fn undefined(reason: impl Into<String>, n: usize) -> Self {
        Self {
            value: None,
            law: None,
            p: None,
            n,
            undefined: Some(reason.into()),
        }
    }

    /// Degrees of freedom, where the law has them.
    pub fn df(&self) -> Option<f64> {
        match self.law {
            Some(Law::StudentT(df)) => Some(df),
            _ => None,
        }
    }
}
