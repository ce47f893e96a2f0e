//! What stands beside an abnormal return: how unusual the session's volume or range was.

use super::{Rolling, ScanWindow};
use crate::analysis::model::mean_adjusted;
use std::ops::Range;

/// z_t = (v_t − v̄)/s, mean and standard deviation (M − 1) of the series over the session's own
/// estimation window; for logarithms of volumes. Missing where the session, or too much of its
/// window, is missing, and where the series does not vary.
///
/// ```
/// use shockwave::analysis::scan::{ScanWindow, rolling_z};
/// use shockwave::analysis::window::Window;
///
/// let window = ScanWindow { estimation: Window::new(-20, -2)?, min_estimation: 15 };
/// let mut log_volume: Vec<f64> = (0..30).map(|t| 17.0 + 0.1 * (t as f64).sin()).collect();
/// log_volume[25] += 1.0; // e times the usual
/// let z = rolling_z(&log_volume, &[], window, 25..30)[0].ok_or("no figure")?;
/// assert!(z > 10.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rolling_z(
    series: &[f64],
    masked: &[bool],
    window: ScanWindow,
    sessions: Range<usize>,
) -> Vec<Option<f64>> {
    against_window(series, masked, window, sessions, |v, mean, sd| {
        (v - mean) / sd
    })
}

/// √(v_t/v̄), v̄ the mean of the series over the session's own estimation window; for variances,
/// such as Parkinson's of a day's range: 2 is twice the usual volatility.
///
/// ```
/// use shockwave::analysis::scan::{ScanWindow, rolling_ratios};
/// use shockwave::analysis::window::Window;
///
/// let window = ScanWindow { estimation: Window::new(-20, -2)?, min_estimation: 15 };
/// let mut range_variance: Vec<f64> = (0..30).map(|t| 0.0004 + 0.0001 * (t as f64).sin()).collect();
/// range_variance[25] *= 16.0;
/// let ratio = rolling_ratios(&range_variance, &[], window, 25..26)[0].ok_or("no figure")?;
/// assert!((3.0..5.0).contains(&ratio)); // four times the usual volatility
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rolling_ratios(
    series: &[f64],
    masked: &[bool],
    window: ScanWindow,
    sessions: Range<usize>,
) -> Vec<Option<f64>> {
    against_window(series, masked, window, sessions, |v, mean, _| {
        (v / mean).sqrt()
    })
}

fn against_window(
    series: &[f64],
    masked: &[bool],
    window: ScanWindow,
    sessions: Range<usize>,
    figure: impl Fn(f64, f64, f64) -> f64,
) -> Vec<Option<f64>> {
    let model = mean_adjusted();
    let Some(rolling) = Rolling::new(&model, series, masked, window) else {
        return vec![None; sessions.len()];
    };
    let at = |t: usize| {
        let value = series.get(t).copied().filter(|v| v.is_finite())?;
        let fit = rolling.fit(t).ok()?;
        let figure = figure(value, fit.alpha, fit.residual_sd());
        figure.is_finite().then_some(figure)
    };
    sessions.map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::window::Window;

    #[test]
    fn a_session_stands_against_its_own_window() {
        let window = ScanWindow {
            estimation: Window::new(-12, -2).unwrap(),
            min_estimation: 10,
        };
        let mut series: Vec<f64> = (0..14).map(|t| f64::from(t % 2)).collect();
        series[13] = 3.0;
        // The window of session 13: sessions 1 to 11, six ones and five zeros.
        let (mean, n) = (6.0 / 11.0, 11.0);
        let sd = ((6.0 - n * mean * mean) / (n - 1.0_f64)).sqrt();
        let z = rolling_z(&series, &[], window, 12..14);
        assert!((z[1].unwrap() - (3.0 - mean) / sd).abs() < 1e-12);
        let ratio = rolling_ratios(&series, &[], window, 13..14)[0].unwrap();
        assert!((ratio - (3.0 / mean).sqrt()).abs() < 1e-12);
        series[13] = f64::NAN;
        assert_eq!(rolling_z(&series, &[], window, 13..14), [None]);
        let masked = vec![true; 14];
        assert_eq!(rolling_z(&series, &masked, window, 12..13), [None]);
        assert_eq!(rolling_z(&[1.0; 20], &[], window, 19..20), [None]);
    }
}
