//! Volatility from the range of a day: the high and low know more than two closes do.
//!
//! The variance of *abnormal* returns around an event against its estimation window is
//! [`event_variance_ratio`](super::diagnostics::event_variance_ratio); this file needs no model.

use super::inference::Undefined;
use super::ols::mean;
use super::window::Window;
use std::f64::consts::LN_2;

/// Prices of a series, one per session on the same grid; NaN is missing.
#[derive(Debug, Clone, Copy)]
pub struct Bars<'a> {
    /// First price of the session.
    pub open: &'a [f64],
    /// Highest.
    pub high: &'a [f64],
    /// Lowest.
    pub low: &'a [f64],
    /// Last.
    pub close: &'a [f64],
}

/// Mean daily variances of a window, in squared log returns per session. The night is in neither.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RangeVariance {
    /// Sessions with a usable bar.
    pub n_days: usize,
    /// Parkinson's.
    pub parkinson: f64,
    /// Garman and Klass's.
    pub garman_klass: f64,
}

/// (ln H/L)²/(4 ln 2): the variance of a driftless diffusion from its range (Parkinson 1980).
pub fn parkinson(high: f64, low: f64) -> f64 {
    (high / low).ln().powi(2) / (4.0 * LN_2)
}

/// ½(ln H/L)² − (2 ln 2 − 1)(ln C/O)² (Garman and Klass 1980).
pub fn garman_klass(open: f64, high: f64, low: f64, close: f64) -> f64 {
    0.5 * (high / low).ln().powi(2) - (2.0 * LN_2 - 1.0) * (close / open).ln().powi(2)
}

/// Means over the sessions of a window around `day_0` that have all four prices, positive and in
/// order (a high below the low is no bar). Both estimators take the same days.
///
/// # Errors
/// No session of the window has a usable bar.
pub fn range_variance(
    bars: &Bars,
    window: Window,
    day_0: usize,
) -> Result<RangeVariance, Undefined> {
    let columns = [bars.open, bars.high, bars.low, bars.close];
    let n_sessions = columns.map(<[f64]>::len).into_iter().min().unwrap_or(0);
    let usable: Vec<[f64; 4]> = window
        .sessions(day_0, n_sessions)
        .map(|t| columns.map(|column| column[t]))
        .filter(|bar| bar.iter().all(|p| *p > 0.0 && p.is_finite()) && bar[1] >= bar[2])
        .collect();
    if usable.is_empty() {
        return Err(Undefined::NoBar);
    }
    let daily = |variance: fn(&[f64; 4]) -> f64| {
        let values: Vec<f64> = usable.iter().map(variance).collect();
        mean(&values)
    };
    Ok(RangeVariance {
        n_days: usable.len(),
        parkinson: daily(|&[_, high, low, _]| parkinson(high, low)),
        garman_klass: daily(|&[open, high, low, close]| garman_klass(open, high, low, close)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_bars_are_left_out() {
        let nan = f64::NAN;
        let bars = Bars {
            open: &[10.0, 10.0, 10.0, nan],
            high: &[11.0, 9.0, 11.0, 11.0],
            low: &[10.0, 10.0, 0.0, 10.0],
            close: &[10.0, 10.0, 10.0, 10.0],
        };
        let window = Window::new(-1, 2).unwrap();
        let found = range_variance(&bars, window, 1).unwrap();
        assert_eq!(found.n_days, 1);
        let range = 1.1_f64.ln();
        assert!((found.parkinson - range * range / (4.0 * LN_2)).abs() < 1e-15);
        assert!((found.garman_klass - range * range / 2.0).abs() < 1e-15);
        let after = Window::new(1, 2).unwrap();
        assert_eq!(range_variance(&bars, after, 1), Err(Undefined::NoBar));
        assert_eq!(range_variance(&bars, window, 90), Err(Undefined::NoBar));
    }
}
