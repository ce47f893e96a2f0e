//! Sign tests: how many CARs are positive.

use super::single_event::TIE;
use super::{Observation, SampleTest, TestStatistic, Undefined, WindowSample};
use crate::analysis::abnormal::Car;
use crate::analysis::ols::mean;

/// (w − N/2)/√(N/4), w the number of positive CARs, against the standard normal law.
#[derive(Debug, Clone, Copy)]
pub struct SignZ;

impl SampleTest for SignZ {
    fn name(&self) -> &'static str {
        "sign_z"
    }

    fn null(&self) -> &'static str {
        "a CAR is as often positive as not"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        sign(sample.cars.iter(), 0.5)
    }
}

/// (w − Np̂)/√(Np̂(1 − p̂)), p̂ the mean over events of the share of positive residuals in the
/// estimation window (Cowan 1992), against the standard normal law. Skewed returns have fewer
/// positive days than half of them.
#[derive(Debug, Clone, Copy)]
pub struct GeneralizedSignZ;

impl SampleTest for GeneralizedSignZ {
    fn name(&self) -> &'static str {
        "generalized_sign_z"
    }

    fn null(&self) -> &'static str {
        "a CAR is as often positive as a day's abnormal return before the event"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        let shares: Vec<f64> = sample
            .observations
            .iter()
            .map(|o| share_positive(o))
            .collect();
        sign(sample.cars.iter(), mean(&shares))
    }
}

/// The share of residuals that are positive by more than rounding.
fn share_positive(observation: &Observation) -> f64 {
    let zero = TIE * observation.residual_sd;
    let positive = observation.residuals.iter().filter(|&&e| e > zero).count();
    positive as f64 / observation.residuals.len() as f64
}

/// The statistic of CARs of which a `share` would be positive: by more than rounding, that is.
pub(crate) fn sign<'a>(
    cars: impl Iterator<Item = &'a Car>,
    share: f64,
) -> Result<TestStatistic, Undefined> {
    if !(share > 0.0 && share < 1.0) {
        return Err(Undefined::DegenerateShare { share });
    }
    let (mut n, mut positive) = (0, 0.0);
    for car in cars {
        n += 1;
        positive += if car.scar > TIE { 1.0 } else { 0.0 };
    }
    let events = n as f64;
    let z = (positive - events * share) / (events * share * (1.0 - share)).sqrt();
    Ok(TestStatistic::normal(z, n))
}
