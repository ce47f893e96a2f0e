//! Volatility from the range of a day: the high and low know more than two closes do.
//!
//! The variance of *abnormal* returns around an event against its estimation window is
//! [`event_variance_ratio`](super::diagnostics::event_variance_ratio); this file needs no model.
//!
//! ```
//! use shockwave::analysis::volatility::{
//!     Bars, RangeKind, garman_klass, parkinson, range_test, range_variance,
//! };
//! use shockwave::analysis::window::{StudyWindows, Window};
//!
//! // NVDA on 27 January 2025: a daily volatility of about 6 %.
//! let (open, high, low, close) = (124.80, 128.40, 116.70, 118.42);
//! assert!((parkinson(high, low).sqrt() - 0.0574).abs() < 1e-4);
//! assert!((garman_klass(open, high, low, close).sqrt() - 0.0592).abs() < 1e-4);
//!
//! // A share whose range is 8 % on session 270, and about 1 % on the others.
//! let width = |t: usize| if t == 270 { 0.08 } else { 0.01 + 0.005 * (1.7 * t as f64).sin() };
//! let high: Vec<f64> = (0..300).map(|t| 100.0 * (1.0 + width(t))).collect();
//! let flat = vec![100.0; 300];
//! let bars = Bars { open: &flat, high: &high, low: &flat, close: &flat };
//! let usual = range_variance(&bars, Window::new(-250, -11)?, 270)?;
//! assert!(usual.n_days == 240 && (0.005..0.01).contains(&usual.parkinson.sqrt()));
//! let windows = StudyWindows::default();
//! let found = range_test(&bars, RangeKind::Parkinson, &windows, 144, 270, &[])?; // over [-10, +10]
//! assert!(found.ratio > 3.0 && found.rank?.p < 0.01);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::inference::Undefined;
use super::inference::single_event::{RankP, sample_quantile};
use super::ols::mean;
use super::window::{StudyWindows, Window};
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

/// (ln H/L)²/(4 ln 2): the variance of a driftless diffusion from its range (Parkinson 1980), in
/// squared log returns per session.
pub fn parkinson(high: f64, low: f64) -> f64 {
    (high / low).ln().powi(2) / (4.0 * LN_2)
}

/// ½(ln H/L)² − (2 ln 2 − 1)(ln C/O)² (Garman and Klass 1980), in squared log returns per session.
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
    let usable = bars.usable(window, day_0);
    if usable.is_empty() {
        return Err(Undefined::NoBar);
    }
    let daily = |kind: RangeKind| {
        let values: Vec<f64> = usable.iter().map(|(_, bar)| kind.variance(bar)).collect();
        mean(&values)
    };
    Ok(RangeVariance {
        n_days: usable.len(),
        parkinson: daily(RangeKind::Parkinson),
        garman_klass: daily(RangeKind::GarmanKlass),
    })
}

impl Bars<'_> {
    /// The sessions of a window that have a usable bar (open, high, low, close), each with its.
    fn usable(&self, window: Window, day_0: usize) -> Vec<(usize, [f64; 4])> {
        let columns = [self.open, self.high, self.low, self.close];
        let n_sessions = columns.map(<[f64]>::len).into_iter().min().unwrap_or(0);
        window
            .sessions(day_0, n_sessions)
            .filter_map(|t| Some((t, self.bar(t)?)))
            .collect()
    }

    /// The four prices of a session, if it has them all, positive and in order.
    fn bar(&self, t: usize) -> Option<[f64; 4]> {
        let at = |column: &[f64]| column.get(t).copied();
        let bar = [
            at(self.open)?,
            at(self.high)?,
            at(self.low)?,
            at(self.close)?,
        ];
        let usable = bar.iter().all(|p| *p > 0.0 && p.is_finite()) && bar[1] >= bar[2];
        usable.then_some(bar)
    }
}

/// Which daily variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeKind {
    /// [`parkinson`].
    Parkinson,
    /// [`garman_klass`].
    GarmanKlass,
}

impl RangeKind {
    fn variance(self, &[open, high, low, close]: &[f64; 4]) -> f64 {
        match self {
            RangeKind::Parkinson => parkinson(high, low),
            RangeKind::GarmanKlass => garman_klass(open, high, low, close),
        }
    }
}

/// The range of the event window against that of the days before.
#[derive(Debug, Clone, PartialEq)]
pub struct RangeTest {
    /// Sessions of the event window with a usable bar.
    pub n_days: usize,
    /// Those of the estimation window.
    pub n_estimation: usize,
    /// Mean daily variance of the event window.
    pub variance: f64,
    /// That of the estimation window.
    pub usual: f64,
    /// variance over usual.
    pub ratio: f64,
    /// The rank of the event window's sum among the sums of as many consecutive estimation days,
    /// as in the sample-quantile test; why not, where no such days are consecutive.
    pub rank: Result<RankP, Undefined>,
}

/// Is the range of the event window unusual for the instrument? The null: its daily variances come
/// from the same law as those of the estimation window. Variances from ranges have heavy tails
/// and cluster, so that no F law fits; sums of consecutive days are compared by rank instead
/// (Gelbach, Helland and Klick 2013). `masked` flags sessions that are no estimation days, one flag
/// per session, or is empty.
///
/// # Errors
/// No usable bar in the event window, none on the event session, fewer than `min_estimation` in the
/// estimation window, or a range that does not vary.
pub fn range_test(
    bars: &Bars,
    kind: RangeKind,
    windows: &StudyWindows,
    min_estimation: usize,
    day_0: usize,
    masked: &[bool],
) -> Result<RangeTest, Undefined> {
    let event = bars.usable(windows.event(), day_0);
    if event.is_empty() {
        return Err(Undefined::NoBar);
    }
    if bars.bar(day_0).is_none() {
        return Err(Undefined::MissingEventDay);
    }
    let mut before = bars.usable(windows.estimation(), day_0);
    before.retain(|(t, _)| !masked.get(*t).copied().unwrap_or(false));
    if before.len() < min_estimation {
        return Err(Undefined::ShortEstimation {
            n: before.len(),
            required: min_estimation,
        });
    }
    let (days, daily): (Vec<usize>, Vec<f64>) = before
        .iter()
        .map(|(t, bar)| (*t, kind.variance(bar)))
        .unzip();
    let sum: f64 = event.iter().map(|(_, bar)| kind.variance(bar)).sum();
    let usual = mean(&daily);
    if usual <= 0.0 || daily.iter().all(|v| *v == daily[0]) {
        return Err(Undefined::ZeroVariance("the ranges of the estimation days"));
    }
    let n_days = event.len();
    let rank = sample_quantile(sum, &days, &daily, n_days, usual);
    let variance = sum / n_days as f64;
    Ok(RangeTest {
        n_days,
        n_estimation: daily.len(),
        variance,
        usual,
        ratio: variance / usual,
        rank: rank.ok_or(Undefined::NoRun { n_days }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_day_stands_out_among_the_days_before() {
        let w = |a, b| Window::new(a, b).unwrap();
        let windows = StudyWindows::new(w(-60, -2), w(0, 0), vec![w(0, 0)]).unwrap();
        let price = vec![10.0; 80];
        let high: Vec<f64> = (0..80)
            .map(|t| 10.1 + 0.01 * f64::from(t % 5) + if t == 70 { 2.0 } else { 0.0 })
            .collect();
        let bars = Bars {
            open: &price,
            high: &high,
            low: &price,
            close: &price,
        };
        let test = |day_0, min| range_test(&bars, RangeKind::Parkinson, &windows, min, day_0, &[]);
        let found = test(70, 40).unwrap();
        assert_eq!((found.n_days, found.n_estimation), (1, 59));
        assert_eq!(found.rank.unwrap().p, 2.0 / 60.0);
        assert!(found.ratio > 50.0 && (found.ratio - found.variance / found.usual).abs() < 1e-12);
        assert!(test(69, 40).unwrap().rank.unwrap().p > 0.1);
        assert_eq!(test(70, 60).unwrap_err().code(), "short-estimation");
        assert_eq!(test(90, 40).unwrap_err().code(), "no-bar");
        // The days around have bars, the event session has none.
        let mut lacking = high.clone();
        lacking[70] = f64::NAN;
        let gap = Bars {
            high: &lacking,
            ..bars
        };
        let around = StudyWindows::new(w(-60, -2), w(-1, 1), vec![w(0, 0)]).unwrap();
        let found = range_test(&gap, RangeKind::Parkinson, &around, 40, 70, &[]);
        assert_eq!(found.unwrap_err().code(), "missing-event-day");
        // An event window need not hold day 0.
        let after = StudyWindows::new(w(-60, -2), w(1, 2), vec![w(1, 2)]).unwrap();
        let found = range_test(&bars, RangeKind::Parkinson, &after, 40, 70, &[]).unwrap();
        assert!(found.n_days == 2 && found.ratio < 3.0);
        // Masks that leave every other day leave no two in a row.
        let mut every_other = vec![false; 80];
        every_other.iter_mut().step_by(2).for_each(|m| *m = true);
        let two = StudyWindows::new(w(-60, -2), w(0, 1), vec![w(0, 1)]).unwrap();
        let kind = RangeKind::Parkinson;
        let found = range_test(&bars, kind, &two, 20, 70, &every_other).unwrap();
        assert!(found.ratio > 10.0 && found.n_days == 2);
        let why = found.rank.unwrap_err();
        assert_eq!(why.code(), "no-run");
        let said = "no 2 consecutive days of the estimation window to compare with";
        assert_eq!(why.to_string(), said);
        let still = Bars {
            high: &price,
            ..bars
        };
        let found = range_test(&still, RangeKind::GarmanKlass, &windows, 40, 70, &[]);
        assert_eq!(found.unwrap_err().code(), "zero-variance");
    }

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
