//! The generalized rank tests: the whole window as one more day beside the estimation days.

use super::ranks::{DayMeans, centred_ranks, day_means};
use super::single_event::TIE;
use super::{SampleTest, TestStatistic, Undefined, WindowSample};
use crate::analysis::aggregate::mean_and_sd;

/// Z of the generalized rank test, against the standard normal law.
///
/// SCAR* = SCAR/sd(SCAR) is ranked with the standardised residuals e/s of its estimation days, as
/// U = rank/(1 + n) − ½; Z = Ū_0/√((1/T)Σ(n_t/N)Ū_t²) over the T = L1 + 1 days (Kolari and
/// Pynnönen 2011). Robust to event-induced variance, and to fat tails.
#[derive(Debug, Clone, Copy)]
pub struct GrankZ;

impl SampleTest for GrankZ {
    fn name(&self) -> &'static str {
        "grank_z"
    }

    fn null(&self) -> &'static str {
        "the median standardised CAR is zero"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        let (z, _) = grank(sample)?;
        Ok(TestStatistic::normal(z, sample.n()))
    }
}

/// t = Z√((T − 2)/(T − 1 − Z²)) of [`GrankZ`], against t with T − 2 degrees of freedom.
#[derive(Debug, Clone, Copy)]
pub struct GrankT;

impl SampleTest for GrankT {
    fn name(&self) -> &'static str {
        "grank_t"
    }

    fn null(&self) -> &'static str {
        "the median standardised CAR is zero"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        let (z, n_days) = grank(sample)?;
        grank_t(z, n_days, sample.n())
    }
}

/// The t of Z and T.
pub(crate) fn grank_t(z: f64, n_days: usize, n: usize) -> Result<TestStatistic, Undefined> {
    let days = n_days as f64;
    let rest = days - 1.0 - z * z;
    if rest <= 0.0 {
        return Err(Undefined::OutOfRange { z, n_days });
    }
    let t = z * ((days - 2.0) / rest).sqrt();
    Ok(TestStatistic::student_t(t, days - 2.0, n))
}

/// Z and T.
fn grank(sample: &WindowSample) -> Result<(f64, usize), Undefined> {
    let scars = sample.figures(|c| c.scar);
    let sd = match mean_and_sd(&scars) {
        Some((_, sd)) if sd > 0.0 => sd,
        _ => return Err(Undefined::ZeroVariance("the standardised CARs")),
    };
    // The window stands as one day among the estimation days, all of which lie before it.
    let event_day = sample.window.start().0;
    let ranks = day_means(&sample.observations, |i, observation, means| {
        let mut figures: Vec<f64> = observation
            .residuals
            .iter()
            .map(|e| e / observation.residual_sd)
            .collect();
        figures.push(scars[i] / sd);
        let us = centred_ranks(&figures, TIE);
        let days = observation.relative_estimation_days();
        for (day, u) in days.chain([event_day]).zip(us) {
            means.add(day, u);
        }
    });
    grank_z(&ranks, event_day, sample.n())
}

/// Z and T from the mean ranks by relative day, the window standing at `event_day`.
pub(crate) fn grank_z(
    ranks: &DayMeans,
    event_day: i32,
    n: usize,
) -> Result<(f64, usize), Undefined> {
    let (squares, n_days) = ranks.means().fold((0.0, 0_usize), |(sum, days), m| {
        (sum + m.n as f64 / n as f64 * m.mean * m.mean, days + 1)
    });
    let s = (squares / n_days as f64).sqrt();
    match ranks.get(event_day) {
        Some(event) if s > 0.0 => Ok((event.mean / s, n_days)),
        _ => Err(Undefined::ZeroVariance("the mean ranks")),
    }
}
