//! Corrado's rank test: the event days' place among the instrument's own days.

use super::ranks::{DayMeans, centred_ranks, day_means};
use super::single_event::TIE;
use super::{SampleTest, TestStatistic, Undefined, WindowSample};
use crate::analysis::window::Window;

/// Z = √L·mean_W(Ū)/S, S = √(ΣŪ_t²/T): U is the rank of a day's abnormal return among the
/// estimation and the tested days of its instrument, over 1 + their number, less ½; Ū its mean
/// over the observations present on a relative day (Corrado 1989; Corrado and Zivney 1992).
/// Against the standard normal law.
#[derive(Debug, Clone, Copy)]
pub struct CorradoRankZ;

impl SampleTest for CorradoRankZ {
    fn name(&self) -> &'static str {
        "corrado_rank_z"
    }

    fn null(&self) -> &'static str {
        "the median abnormal return is no different on the days of the window"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        let ranks = day_means(&sample.observations, |_, observation, means| {
            let tested = observation.abnormal.days_present(sample.window);
            let estimation = observation.relative_estimation_days();
            let mut figures = observation.residuals.clone();
            figures.extend(tested.iter().filter_map(|&d| observation.abnormal.ar(d)));
            let us = centred_ranks(&figures, TIE * observation.residual_sd);
            for (day, u) in estimation.chain(tested.iter().map(|d| d.0)).zip(us) {
                means.add(day, u);
            }
        });
        Ok(TestStatistic::normal(
            corrado(&ranks, sample.window)?,
            sample.n(),
        ))
    }
}

/// Z from the mean ranks by relative day.
pub(crate) fn corrado(ranks: &DayMeans, window: Window) -> Result<f64, Undefined> {
    let (squares, n_days) = ranks
        .means()
        .fold((0.0, 0), |(sum, n), m| (sum + m.mean * m.mean, n + 1));
    let s = (squares / f64::from(n_days)).sqrt();
    if s == 0.0 {
        return Err(Undefined::ZeroVariance("the mean ranks"));
    }
    let tested = window.days().filter_map(|d| Some(ranks.get(d.0)?.mean));
    let tested: Vec<f64> = tested.collect();
    let sum: f64 = tested.iter().sum();
    Ok(sum / (tested.len() as f64).sqrt() / s)
}
