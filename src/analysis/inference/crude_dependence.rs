//! The crude dependence adjustment: the error of the average from the average's own past.

use super::ranks::day_means;
use super::{SampleTest, TestStatistic, Undefined, WindowSample};
use crate::analysis::aggregate::mean_and_sd;
use crate::analysis::ols::mean;

/// t = CAAR/(S√L), S the standard deviation of the estimation window's average residuals about
/// their mean, M − 1 degrees of freedom (Brown and Warner 1980, 1985).
///
/// Averages by relative day: events on one session keep their correlation, others do not.
#[derive(Debug, Clone, Copy)]
pub struct CrudeDependenceT;

impl SampleTest for CrudeDependenceT {
    fn name(&self) -> &'static str {
        "crude_dependence_t"
    }

    fn null(&self) -> &'static str {
        "the mean CAR is zero"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        let averages = day_means(&sample.observations, |_, observation, days| {
            for (day, &e) in observation
                .relative_estimation_days()
                .zip(&observation.residuals)
            {
                days.add(day, e);
            }
        });
        let averages: Vec<f64> = averages.means().map(|m| m.mean).collect();
        let cars = sample.figures(|c| c.car);
        crude_dependence(&averages, &cars, sample.days_present().len())
    }
}

/// The statistic from the average residuals by relative day, the CARs, and L.
pub(crate) fn crude_dependence(
    averages: &[f64],
    cars: &[f64],
    n_days: usize,
) -> Result<TestStatistic, Undefined> {
    let sd = match mean_and_sd(averages) {
        Some((_, sd)) if sd > 0.0 => sd,
        _ => return Err(Undefined::ZeroVariance("the average residuals")),
    };
    let t = mean(cars) / (sd * (n_days as f64).sqrt());
    let df = (averages.len() - 1) as f64;
    Ok(TestStatistic::student_t(t, df, cars.len()))
}
