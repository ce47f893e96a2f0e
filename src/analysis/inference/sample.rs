//! What a sample test sees: event observations, and what is the same for every test or window.

use super::Undefined;
use crate::analysis::abnormal::{AbnormalReturns, Car};
use crate::analysis::correlation::{MeanCorrelation, PairSums, pair_sums};
use crate::analysis::window::{RelativeDay, Window};
use std::sync::OnceLock;

/// One event observation of a sample. An instrument with two events is two of them.
///
/// ```
/// use shockwave::analysis::abnormal::AbnormalReturns;
/// use shockwave::analysis::inference::Observation;
/// use shockwave::analysis::model::{NormalReturnModel, mean_adjusted};
/// use shockwave::analysis::window::Window;
/// use shockwave::returns::ReturnKind;
///
/// let mut returns: Vec<f64> = (0..60).map(|t| if t % 2 == 0 { 0.01 } else { -0.01 }).collect();
/// returns[55] = -0.08;
/// let (model, window, day_0) = (mean_adjusted(), Window::new(0, 1)?, 55);
/// let estimation_days: Vec<usize> = (0..40).collect();
/// let fit = model.fit(&returns, &estimation_days)?;
/// let kind = ReturnKind::Simple;
/// let observation = Observation {
///     instrument: 0,
///     day_0,
///     abnormal: AbnormalReturns::new(&returns, kind, &model, &fit, window, day_0),
///     estimation_days,
///     residual_sd: fit.residual_sd,
///     n_parameters: fit.n_parameters,
///     residuals: fit.residuals,
/// };
/// assert_eq!(observation.df(), 39.0); // M − k = 40 − 1
/// let car = observation.car(window).ok_or("no CAR")?;
/// assert!((car.car + 0.07).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    pub(super) fn relative_estimation_days(&self) -> impl ExactSizeIterator<Item = i32> + '_ {
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
///
/// `observations` are eight, made as in the example of [`inference`](super), but all of one event
/// session:
///
/// ```
/// # use shockwave::analysis::abnormal::AbnormalReturns;
/// # use shockwave::analysis::inference::{Observation, SampleContext};
/// # use shockwave::analysis::model::{NormalReturnModel, market};
/// # use shockwave::analysis::window::Window;
/// # let index: Vec<f64> = (0..300).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
/// # let model = market("INDEX", &index[..]);
/// # let event = Window::new(-5, 5)?;
/// # let mut observations = Vec::new();
/// # for instrument in 0..8 {
/// #     let noise = |t: usize| 0.01 * ((t * t * (instrument + 3)) as f64).sin();
/// #     let mut returns: Vec<f64> = (0..300).map(|t| index[t] + noise(t)).collect();
/// #     let (day_0, estimation_days) = (260, (130..250).collect::<Vec<usize>>());
/// #     returns[day_0] -= 0.03;
/// #     let fit = model.fit(&returns, &estimation_days)?;
/// #     let abnormal = AbnormalReturns::new(&returns, Default::default(), &model, &fit, event, day_0);
/// #     let (residual_sd, n_parameters, residuals) = (fit.residual_sd, fit.n_parameters, fit.residuals);
/// #     observations.push(Observation {
/// #         instrument, day_0, abnormal, estimation_days, residuals, residual_sd, n_parameters,
/// #     });
/// # }
/// let mut context = SampleContext::new(observations.iter().collect());
/// context.settings.n_draws = 999;
/// // The calendar-time test regresses on what the model does.
/// context.factors = Ok(model.common_factors().ok_or("no factors")?);
///
/// let r = context.mean_correlation().ok_or("one observation")?;
/// assert!(r.value.abs() < 0.1 && r.n_pairs == 28); // no common noise
/// let sample = context.window(Window::new(-1, 1)?);
/// assert_eq!((sample.n(), sample.cars[0].n_days), (8, 3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SampleContext<'a> {
    observations: Vec<&'a Observation>,
    /// Seed and number of resamples.
    pub settings: SampleSettings,
    /// What calendar-time portfolios are regressed on, or why on nothing.
    pub factors: Result<CommonFactors<'a>, Undefined>,
    pairs: OnceLock<Option<PairSums>>,
}

impl<'a> SampleContext<'a> {
    /// A sample with default settings and without common factors.
    pub fn new(observations: Vec<&'a Observation>) -> Self {
        Self {
            observations,
            settings: SampleSettings::default(),
            factors: Err(Undefined::NoFactorModel),
            pairs: OnceLock::new(),
        }
    }

    /// r̄ of the whole sample, computed once; `None` for fewer than two observations.
    pub fn mean_correlation(&self) -> Option<MeanCorrelation> {
        self.pairs().map(|pairs| pairs.mean)
    }

    /// Sums over the pairs of the whole sample, computed once.
    pub(crate) fn pairs(&self) -> Option<&PairSums> {
        self.pairs
            .get_or_init(|| pair_sums(&self.observations))
            .as_ref()
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
///
/// A test of one's own, of the mean CAR weighted by its precision, which takes the events for
/// independent; `observations` are those of [`SampleContext`]:
///
/// ```
/// use shockwave::analysis::inference::{SampleTest, TestStatistic, Undefined, WindowSample};
///
/// struct WeightedZ;
///
/// impl SampleTest for WeightedZ {
///     fn name(&self) -> &'static str {
///         "weighted_z"
///     }
///     fn null(&self) -> &'static str {
///         "the mean of the CARs, weighted by 1/Var(CAR), is zero"
///     }
///     fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
///         let weights = sample.figures(|car| 1.0 / (car.sd * car.sd));
///         let sum: f64 = weights.iter().zip(&sample.cars).map(|(w, car)| w * car.car).sum();
///         let z = sum / weights.iter().sum::<f64>().sqrt();
///         Ok(TestStatistic::normal(z, sample.n()))
///     }
/// }
/// # use shockwave::analysis::abnormal::AbnormalReturns;
/// # use shockwave::analysis::inference::{Observation, SampleContext};
/// # use shockwave::analysis::model::{NormalReturnModel, market};
/// # use shockwave::analysis::window::Window;
/// # let index: Vec<f64> = (0..300).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
/// # let model = market("INDEX", &index[..]);
/// # let event = Window::new(-5, 5)?;
/// # let mut observations = Vec::new();
/// # for instrument in 0..8 {
/// #     let noise = |t: usize| 0.01 * ((t * t * (instrument + 3)) as f64).sin();
/// #     let mut returns: Vec<f64> = (0..300).map(|t| index[t] + noise(t)).collect();
/// #     let (day_0, estimation_days) = (260, (130..250).collect::<Vec<usize>>());
/// #     returns[day_0] -= 0.03;
/// #     let fit = model.fit(&returns, &estimation_days)?;
/// #     let abnormal = AbnormalReturns::new(&returns, Default::default(), &model, &fit, event, day_0);
/// #     let (residual_sd, n_parameters, residuals) = (fit.residual_sd, fit.n_parameters, fit.residuals);
/// #     observations.push(Observation {
/// #         instrument, day_0, abnormal, estimation_days, residuals, residual_sd, n_parameters,
/// #     });
/// # }
/// # let context = SampleContext::new(observations.iter().collect());
/// let sample = context.window(Window::new(-1, 1)?);
/// assert_eq!(sample.days_present().len(), 3); // L
/// let found = WeightedZ.run(&sample);
/// assert!(found.n == 8 && found.p.is_some_and(|p| p < 0.001));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

    /// The places of the observations in the whole sample, which has them in this order; `None`
    /// where it lacks one.
    pub(crate) fn places(&self) -> Option<Vec<usize>> {
        let mut whole = self.context.observations.iter().enumerate();
        let place = |o: &&Observation| {
            whole
                .find(|(_, other)| std::ptr::eq(**other, *o))
                .map(|f| f.0)
        };
        self.observations.iter().map(place).collect()
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
