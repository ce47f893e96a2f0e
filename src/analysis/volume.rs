//! Abnormal volume: was more traded than the days before would make one expect?
//!
//! The logarithm of the volume stands where a return does elsewhere, under the mean-adjusted
//! model. Log volume and log turnover differ by the shares outstanding, which the mean takes out
//! while their number does not change.

use super::abnormal::AbnormalReturns;
use super::estimation::estimation_days;
use super::inference::Undefined;
use super::model::{NormalReturnModel, mean_adjusted};
use super::window::StudyWindows;
use crate::returns::ReturnKind;

/// ln V by session; NaN where the volume is missing or zero.
///
/// ```
/// use shockwave::analysis::volume::log_volume;
///
/// let log = log_volume(&[1.0, 0.0]);
/// assert!(log[0] == 0.0 && log[1].is_nan());
/// ```
pub fn log_volume(volume: &[f64]) -> Vec<f64> {
    let log = |v: &f64| if *v > 0.0 { v.ln() } else { f64::NAN };
    let finite = |v: f64| if v.is_finite() { v } else { f64::NAN };
    volume.iter().map(log).map(finite).collect()
}

/// ln V_i − ln V_m by session, for the market-adjusted form: what the whole market trades more
/// is not the event's. NaN where either is missing.
///
/// ```
/// use shockwave::analysis::volume::market_adjusted_log_volume;
///
/// // Four times the usual volume on a session on which the market trades twice its own.
/// let adjusted = market_adjusted_log_volume(&[1e6, 4e6], &[1e9, 2e9]);
/// assert!((adjusted[1] - adjusted[0] - 2.0_f64.ln()).abs() < 1e-12);
/// ```
pub fn market_adjusted_log_volume(own: &[f64], market: &[f64]) -> Vec<f64> {
    let (own, market) = (log_volume(own), log_volume(market));
    own.iter().zip(&market).map(|(v, m)| v - m).collect()
}

/// Abnormal log volume around one event.
#[derive(Debug, Clone)]
pub struct AbnormalVolume {
    /// M, usable estimation days.
    pub n_estimation: usize,
    /// Mean log volume of the estimation window.
    pub mean: f64,
    /// s, with M − 1 degrees of freedom.
    pub residual_sd: f64,
    /// Abnormal log volume by day and window, in logarithms: 0.69 is twice the usual volume. Its
    /// `ar` and `car` are what it is for; a `bhar` of volumes means nothing.
    pub abnormal: AbnormalReturns,
}

/// AV_t = ln V_t − mean of the estimation window, its error that of a mean-adjusted return (Ajinkya
/// and Jain 1989; Campbell and Wasley 1996). `log_volume` has one entry per session, NaN is
/// missing; `day_0` is a session index of it; `masked` flags sessions that are no estimation days, one
/// flag per session, or is empty.
///
/// # Errors
/// No volume on day 0, too few estimation days, or a volume that does not vary.
///
/// ```
/// use shockwave::analysis::volume::{abnormal_volume, log_volume};
/// use shockwave::analysis::window::{RelativeDay, StudyWindows};
/// let mut volume: Vec<f64> = (0..300).map(|t| 1e6 * (1.0 + 0.2 * (1.7 * t as f64).sin())).collect();
/// volume[270] *= 4.0;
/// let found = abnormal_volume(&log_volume(&volume), &StudyWindows::default(), 144, 270, &[])?;
/// let day_0 = found.abnormal.ar(RelativeDay(0)).ok_or("no volume")?;
/// assert!((day_0 - 4.0_f64.ln()).abs() < 0.3); // in logarithms
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn abnormal_volume(
    log_volume: &[f64],
    windows: &StudyWindows,
    min_estimation: usize,
    day_0: usize,
    masked: &[bool],
) -> Result<AbnormalVolume, Undefined> {
    if !log_volume.get(day_0).is_some_and(|v| v.is_finite()) {
        return Err(Undefined::MissingEventDay);
    }
    let model = mean_adjusted();
    let days = estimation_days(log_volume, &model, masked, windows.estimation(), day_0);
    if days.len() < min_estimation {
        return Err(Undefined::ShortEstimation {
            n: days.len(),
            required: min_estimation,
        });
    }
    let fit = model
        .fit(log_volume, &days)
        .map_err(|error| Undefined::DegenerateFit(error.0))?;
    let kind = ReturnKind::Log;
    Ok(AbnormalVolume {
        n_estimation: fit.n_estimation,
        mean: fit.alpha.unwrap_or(f64::NAN),
        residual_sd: fit.residual_sd,
        abnormal: AbnormalReturns::new(log_volume, kind, &model, &fit, windows.event(), day_0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::window::{RelativeDay, Window};

    #[test]
    fn no_volume_is_missing_and_never_minus_infinity() {
        let log = log_volume(&[1.0, 0.0, -1.0, f64::NAN, f64::INFINITY]);
        assert_eq!(log[0], 0.0);
        assert!(log[1..].iter().all(|v| v.is_nan()));
        let adjusted = market_adjusted_log_volume(&[8.0, 8.0], &[4.0, 0.0]);
        assert!((adjusted[0] - 2.0_f64.ln()).abs() < 1e-15 && adjusted[1].is_nan());
    }

    #[test]
    fn twice_the_usual_volume_is_ln_2() {
        let w = |a, b| Window::new(a, b).unwrap();
        let windows = StudyWindows::new(w(-20, -2), w(-1, 1), vec![w(0, 0)]).unwrap();
        let mut volume: Vec<f64> = (0..24).map(|t| 100.0 + f64::from(t % 2)).collect();
        // The geometric mean of 19 days that start with an even one.
        let mean = (10.0 * 100.0_f64.ln() + 9.0 * 101.0_f64.ln()) / 19.0;
        volume[22] = 2.0 * mean.exp();
        let log = log_volume(&volume);
        let found = abnormal_volume(&log, &windows, 10, 22, &[]).unwrap();
        let day_0 = found.abnormal.ar(RelativeDay(0)).unwrap();
        assert!((day_0 - 2.0_f64.ln()).abs() < 1e-12);
        assert_eq!(found.n_estimation, 19);
        let mut masked = [false; 24];
        masked[3..8].fill(true);
        let without = abnormal_volume(&log, &windows, 10, 22, &masked).unwrap();
        assert_eq!(without.n_estimation, 14);

        let reason = |log: &[f64], min| abnormal_volume(log, &windows, min, 22, &[]).unwrap_err();
        assert_eq!(reason(&log, 20).code(), "short-estimation");
        assert_eq!(reason(&log[..10], 10).code(), "missing-event-day");
        assert_eq!(reason(&[0.5; 24], 10).code(), "degenerate-fit");
    }
}
