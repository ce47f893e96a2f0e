//! What a sample test sees: event observations, and what is the same for every test or window.

use super::Undefined;
use crate::analysis::abnormal::{AbnormalReturns, Car};
use crate::analysis::correlation::{MeanCorrelation, mean_correlation};
use crate::analysis::window::{RelativeDay, Window};
use std::sync::OnceLock;

/// One event observation of a sample. An instrument with two events is two of them.
#[derive(Debug, Clone)]
pub struct Observation {
    /// The same number for the same instrument.
    pub instrument: usize,
    /// Session index of day 0.
    pub day_0: usize,
    /// Abnormal returns over the event window.
    pub abnormal: AbnormalReturns,
    /// Session indexes of the estimation days, ascending.
    pub estimation_days: Vec<usize>,
    /// e of those days.
    pub residuals: Vec<f64>,
    /// s.
    pub residual_sd: f64,
    /// k.
    pub n_parameters: usize,
}

impl Observation {
    /// The CAR over the days of a window that are present; `None` when none is.
    pub fn car(&self, window: Window) -> Option<Car> {
        self.abnormal.car(window)
    }

    /// M − k.
    pub fn df(&self) -> f64 {
        self.residuals.len() as f64 - self.n_parameters as f64
    }

    /// The estimation days as relative days.
    pub fn relative_estimation_days(&self) -> impl ExactSizeIterator<Item = i32> + '_ {
        let day_0 = self.day_0 as i64;
        self.estimation_days
            .iter()
            .map(move |&t| (t as i64 - day_0) as i32)
    }
}

/// The regressors of a normal-return model that has the same ones for every instrument.
#[derive(Debug, Clone)]
pub struct CommonFactors<'a> {
    /// The part of the normal return without a coefficient, by session: the risk-free rate, or
    /// the market of the market-adjusted model.
    pub offset: Option<&'a [f64]>,
    /// The factors, by session.
    pub columns: Vec<&'a [f64]>,
}

/// Random numbers of the tests that draw them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleSettings {
    /// Seed; the same seed gives the same p on any number of threads.
    pub seed: u64,
    /// Resamples.
    pub n_draws: usize,
}

impl Default for SampleSettings {
    /// Seed 1 and 1,999 resamples: a p of 5 % has a Monte-Carlo error of half a point.
    fn default() -> Self {
        Self {
            seed: 1,
            n_draws: 1_999,
        }
    }
}

/// A sample, and what its tests share over all windows.
#[derive(Debug)]
pub struct SampleContext<'a> {
    observations: Vec<&'a Observation>,
    /// Seed and number of resamples.
    pub settings: SampleSettings,
    /// What calendar-time portfolios are regressed on, or why on nothing.
    pub factors: Result<CommonFactors<'a>, Undefined>,
    correlation: OnceLock<Option<MeanCorrelation>>,
}

impl<'a> SampleContext<'a> {
    /// A sample with default settings and without common factors.
    pub fn new(observations: Vec<&'a Observation>) -> Self {
        Self {
            observations,
            settings: SampleSettings::default(),
            factors: Err(Undefined::NoFactorModel),
            correlation: OnceLock::new(),
        }
    }

    /// The observations.
    pub fn observations(&self) -> &[&'a Observation] {
        &self.observations
    }

    /// r̄ of the whole sample, computed once; `None` for fewer than two observations.
    pub fn mean_correlation(&self) -> Option<MeanCorrelation> {
        *self
            .correlation
            .get_or_init(|| mean_correlation(&self.observations))
    }

    /// The sample over a window: the observations that have a CAR there.
    pub fn window(&self, window: Window) -> WindowSample<'_> {
        let (observations, cars) = self
            .observations
            .iter()
            .filter_map(|&o| Some((o, o.car(window)?)))
            .unzip();
        WindowSample {
            context: self,
            window,
            observations,
            cars,
        }
    }
}

/// A sample over one window, as the tests see it.
#[derive(Debug)]
pub struct WindowSample<'a> {
    /// The whole sample.
    pub context: &'a SampleContext<'a>,
    /// The window.
    pub window: Window,
    /// The observations that have a day of the window.
    pub observations: Vec<&'a Observation>,
    /// Their CARs, in the same order.
    pub cars: Vec<Car>,
}

impl WindowSample<'_> {
    /// N.
    pub fn n(&self) -> usize {
        self.cars.len()
    }

    /// One figure of every CAR.
    pub fn figures(&self, figure: impl Fn(&Car) -> f64) -> Vec<f64> {
        self.cars.iter().map(figure).collect()
    }

    /// The days of the window on which at least one observation is present: L of the sample.
    pub fn days_present(&self) -> Vec<RelativeDay> {
        let present = |day: &RelativeDay| {
            let on = |o: &&Observation| o.abnormal.ar(*day).is_some();
            self.observations.iter().any(on)
        };
        self.window.days().filter(present).collect()
    }
}
