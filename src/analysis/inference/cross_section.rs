//! The cross-sectional t test: needs no variance from the estimation window.

use super::{SampleTest, TestStatistic, Undefined, WindowSample};
use crate::analysis::aggregate::mean_and_sd;

/// t = √N·CAAR/S, S the standard deviation of the CARs over events with N − 1, against t with
/// N − 1 degrees of freedom (Brown and Warner 1980). It assumes independent events.
#[derive(Debug, Clone, Copy)]
pub struct CrossSectionT;

impl SampleTest for CrossSectionT {
    fn name(&self) -> &'static str {
        "cross_section_t"
    }

    fn null(&self) -> &'static str {
        "the mean CAR is zero"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        let t = root_n_mean_over_sd(&sample.figures(|c| c.car), "the CARs")?;
        let n = sample.n();
        Ok(TestStatistic::student_t(t, (n - 1) as f64, n))
    }
}

/// √N·mean/sd of figures, named for the reason when they do not vary.
pub(crate) fn root_n_mean_over_sd(values: &[f64], what: &'static str) -> Result<f64, Undefined> {
    let n = values.len();
    let (mean, sd) = mean_and_sd(values).ok_or(Undefined::TooFewEvents { n })?;
    if sd == 0.0 {
        return Err(Undefined::ZeroVariance(what));
    }
    Ok((n as f64).sqrt() * mean / sd)
}
