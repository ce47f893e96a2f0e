//! The standardised cross-sectional test: robust to a variance that the event itself raises.

use super::cross_section::root_n_mean_over_sd;
use super::{SampleTest, TestStatistic, Undefined, WindowSample};

/// t = √N·mean(SCAR)/sd(SCAR), SCAR on the exact forecast sd, against t with N − 1 degrees of
/// freedom (Boehmer, Musumeci and Poulsen 1991). It assumes independent events.
#[derive(Debug, Clone, Copy)]
pub struct BmpT;

impl SampleTest for BmpT {
    fn name(&self) -> &'static str {
        "bmp_t"
    }

    fn null(&self) -> &'static str {
        "the mean standardised CAR is zero"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        let n = sample.n();
        Ok(TestStatistic::student_t(bmp(sample)?, (n - 1) as f64, n))
    }
}

/// The value of the statistic.
pub(super) fn bmp(sample: &WindowSample) -> Result<f64, Undefined> {
    root_n_mean_over_sd(&sample.figures(|c| c.scar), "the standardised CARs")
}
