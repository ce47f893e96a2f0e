//! Patell's test: standardised abnormal returns, variance from the estimation windows.

use super::{SampleTest, TestStatistic, Undefined, WindowSample};
use crate::analysis::abnormal::Car;

/// Z = ΣCSAR_i/√(ΣL_iQ_i), Q_i = (M_i − k)/(M_i − k − 2) the variance of a t variable and L_i the
/// days of the window that are present (Patell 1976), against the standard normal law.
///
/// It assumes independent events whose variance is that of the estimation window.
#[derive(Debug, Clone, Copy)]
pub struct PatellZ;

impl SampleTest for PatellZ {
    fn name(&self) -> &'static str {
        "patell_z"
    }

    fn null(&self) -> &'static str {
        "the mean standardised CAR is zero"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        Ok(TestStatistic::normal(patell(sample)?, sample.n()))
    }
}

/// The value of the statistic.
pub(super) fn patell(sample: &WindowSample) -> Result<f64, Undefined> {
    let pairs = sample.observations.iter().zip(&sample.cars);
    patell_of(pairs.map(|(observation, car)| (car, observation.df())))
}

/// The value from CARs and M − k of their fits.
pub(crate) fn patell_of<'a>(cars: impl Iterator<Item = (&'a Car, f64)>) -> Result<f64, Undefined> {
    let (mut total, mut variance) = (0.0, 0.0);
    for (car, df) in cars {
        if df <= 2.0 {
            return Err(Undefined::TooFewDegreesOfFreedom { df });
        }
        total += car.csar;
        variance += car.n_days as f64 * df / (df - 2.0);
    }
    Ok(total / variance.sqrt())
}
