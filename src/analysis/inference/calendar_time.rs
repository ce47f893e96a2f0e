//! The calendar-time portfolio: events that overlap become one return per session.

use super::{CommonFactors, Observation, SampleTest, TestStatistic, Undefined, WindowSample};
use crate::analysis::hac::{newey_west_lags, newey_west_sd};
use crate::analysis::ols::{OlsError, mean, ols};
use crate::analysis::window::Window;

/// t of the constant in a regression of the portfolio of instruments that are inside a window,
/// equal weights, one return per calendar session, on the model's factors (Jaffe 1974; Mandelker
/// 1974; Fama 1998). Newey and West (1987) errors with ⌊4(n/100)^{2/9}⌋ lags over the sessions
/// held, against t with n − k degrees of freedom.
///
/// Its error needs no independence between events. Its n counts sessions.
#[derive(Debug, Clone, Copy)]
pub struct CalendarTimeAlpha;

impl SampleTest for CalendarTimeAlpha {
    fn name(&self) -> &'static str {
        "calendar_time_alpha"
    }

    fn null(&self) -> &'static str {
        "the mean daily abnormal return of the calendar-time portfolio is zero"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        let factors = sample.context.factors.as_ref().map_err(Clone::clone)?;
        let (sessions, returns) = portfolio(&sample.observations, sample.window);
        calendar_time_alpha(&sessions, returns, factors)
    }
}

/// The statistic of a portfolio's returns on these sessions.
pub(crate) fn calendar_time_alpha(
    sessions: &[usize],
    returns: Vec<f64>,
    factors: &CommonFactors,
) -> Result<TestStatistic, Undefined> {
    let mut y = returns;
    if let Some(offset) = factors.offset {
        for (&t, y) in sessions.iter().zip(&mut y) {
            *y -= offset[t];
        }
    }
    let (n, k) = (sessions.len(), 1 + factors.columns.len());
    if n < k + 2 {
        return Err(Undefined::TooFewSessions { n, k });
    }
    let columns: Vec<Vec<f64>> = factors
        .columns
        .iter()
        .map(|column| sessions.iter().map(|&t| column[t]).collect())
        .collect();
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let fit = ols(&y, &slices, true).map_err(|error| match error {
        OlsError::NoVariance => Undefined::ZeroVariance("the portfolio's residuals"),
        other => Undefined::DegenerateFit(other.to_string()),
    })?;
    // α̂ = Σ a_t y_t: its scores are a_t e_t.
    let scores: Vec<f64> = (0..n)
        .map(|t| fit.influence(slices.iter().map(|c| c[t]))[0] * fit.residuals[t])
        .collect();
    let sd = newey_west_sd(&scores, newey_west_lags(n));
    let alpha = fit.alpha.unwrap_or(f64::NAN);
    Ok(TestStatistic::student_t(alpha / sd, (n - k) as f64, n))
}

/// The sessions on which an observation is inside its window, ascending, and the mean return of
/// the instruments held on each. Two windows of one instrument hold it once.
fn portfolio(observations: &[&Observation], window: Window) -> (Vec<usize>, Vec<f64>) {
    let mut held: Vec<(usize, usize, f64)> = Vec::new();
    for observation in observations {
        for (day, value) in observation.abnormal.returns_present(window) {
            let session = (observation.day_0 as i64 + i64::from(day.0)) as usize;
            held.push((session, observation.instrument, value));
        }
    }
    held.sort_unstable_by_key(|&(session, instrument, _)| (session, instrument));
    held.dedup_by_key(|&mut (session, instrument, _)| (session, instrument));
    held.chunk_by(|a, b| a.0 == b.0)
        .map(|day| {
            let values: Vec<f64> = day.iter().map(|&(_, _, value)| value).collect();
            (day[0].0, mean(&values))
        })
        .unzip()
}
