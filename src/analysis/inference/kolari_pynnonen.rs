//! Patell's and the BMP test for events that share their calendar time.
//!
//! Kolari and Pynnönen (2010): r̄, the mean correlation of the estimation residuals, measures how
//! much less N events tell than N independent ones. Where 1 + (N − 1)r̄ ≤ 0 there is no statistic,
//! and none without the adjustment in its place.

use super::bmp::bmp;
use super::patell::patell;
use super::{SampleTest, TestStatistic, Undefined, WindowSample};

/// Z·√(1/(1 + (N − 1)r̄)) of [`PatellZ`](super::PatellZ), against the standard normal law.
#[derive(Debug, Clone, Copy)]
pub struct KpPatellZ;

impl SampleTest for KpPatellZ {
    fn name(&self) -> &'static str {
        "kp_patell_z"
    }

    fn null(&self) -> &'static str {
        "the mean standardised CAR is zero"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        let (_, inflation) = correlation(sample)?;
        let z = patell(sample)? * (1.0 / inflation).sqrt();
        Ok(TestStatistic::normal(z, sample.n()))
    }
}

/// t·√((1 − r̄)/(1 + (N − 1)r̄)) of [`BmpT`](super::BmpT), against t with N − 1 degrees of
/// freedom.
#[derive(Debug, Clone, Copy)]
pub struct KpBmpT;

impl SampleTest for KpBmpT {
    fn name(&self) -> &'static str {
        "kp_bmp_t"
    }

    fn null(&self) -> &'static str {
        "the mean standardised CAR is zero"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        let n = sample.n();
        let (r, inflation) = correlation(sample)?;
        let t = bmp(sample)? * deflation(r, inflation);
        Ok(TestStatistic::student_t(t, (n - 1) as f64, n))
    }
}

/// √((1 − r̄)/(1 + (N − 1)r̄)).
pub(crate) fn deflation(r: f64, inflation: f64) -> f64 {
    ((1.0 - r).max(0.0) / inflation).sqrt()
}

/// r̄ and 1 + (N − 1)r̄, where that is positive.
fn correlation(sample: &WindowSample) -> Result<(f64, f64), Undefined> {
    let n = sample.n();
    let r = sample
        .context
        .mean_correlation()
        .ok_or(Undefined::TooFewEvents { n })?
        .value;
    Ok((r, inflation(n, r)?))
}

/// 1 + (N − 1)r̄, where that is positive.
pub(crate) fn inflation(n: usize, r: f64) -> Result<f64, Undefined> {
    let inflation = 1.0 + (n - 1) as f64 * r;
    if inflation > 0.0 {
        Ok(inflation)
    } else {
        Err(Undefined::NegativeCorrelation { n, r })
    }
}
