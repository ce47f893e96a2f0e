//! Inference for one event observation (N = 1), where no cross-section helps.
//!
//! Each method answers on other grounds: the t test trusts the normal law and the variance of
//! the estimation window, the sample-quantile test only the ranks of its residuals, the placebo
//! test only the instrument's other days. Where they differ, trust the last two: daily returns
//! have fatter tails than the normal law.
//!
//! ```
//! use shockwave::analysis::distribution::TLaw;
//! use shockwave::analysis::inference::single_event::{minimum_detectable_effect, t_test};
//!
//! // A return of −13.3 % beyond the market's, with a forecast sd of 2.6 %.
//! let law = TLaw::new(238.0).ok_or("no law")?;
//! let test = t_test(-0.133, 0.026, &law).ok_or("no sd")?;
//! assert!(test.t < -5.0 && test.p < 1e-5 && test.high < 0.0);
//! let smallest = minimum_detectable_effect(0.026, &law).ok_or("no sd")?;
//! assert!((smallest - 0.073).abs() < 0.001);
//! # Ok::<(), &str>(())
//! ```

use crate::analysis::distribution::{TLaw, student_t_two_sided};

/// A t test of one figure against zero, with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TTest {
    /// figure/sd.
    pub t: f64,
    /// M − k.
    pub df: f64,
    /// Two-sided p.
    pub p: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// t = figure/sd against Student's t; `None` where the sd is zero.
pub fn t_test(figure: f64, sd: f64, law: &TLaw) -> Option<TTest> {
    let (low, high) = law.interval(figure, sd)?;
    let t = figure / sd;
    Some(TTest {
        t,
        df: law.df,
        p: student_t_two_sided(t, law.df)?,
        low,
        high,
    })
}

/// The smallest absolute CAR that a two-sided 5 % t test would find in four cases of five:
/// (t_{0.975} + t_{0.80})·sd, quantiles of Student's t (Bloom 1995).
pub fn minimum_detectable_effect(sd: f64, law: &TLaw) -> Option<f64> {
    (sd > 0.0 && sd.is_finite()).then_some((law.upper_025 + law.upper_20) * sd)
}

/// Two figures closer than this many residual standard deviations are equal: prices that move in
/// ticks give sums that differ by rounding only, and a rank must not depend on that.
pub const TIE: f64 = 1e-10;

/// A p-value from ranks and how many values the figure was compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankP {
    /// Two-sided p.
    pub p: f64,
    /// Values compared with.
    pub n: usize,
}

/// The sample-quantile test of Gelbach, Helland and Klick (2013): the figure among all sums of
/// `length` residuals of *consecutive* sessions of the estimation window,
/// p = min(1, 2·min(#{e ≤ v} + 1, #{e ≥ v} + 1)/(n + 1)).
///
/// `days` are the session indexes of the residuals, ascending, and `residual_sd` their scale:
/// values closer than [`TIE`] times it count as equal. `None` where no run of sessions is long
/// enough.
///
/// ```
/// use shockwave::analysis::inference::single_event::sample_quantile;
/// let residuals: Vec<f64> = (0..240).map(|t| 0.01 * (12.9 * t as f64).sin()).collect();
/// let days: Vec<usize> = (0..240).collect();
/// let rank = sample_quantile(-0.13, &days, &residuals, 1, 0.007).ok_or("too few residuals")?;
/// assert_eq!((rank.n, rank.p), (240, 2.0 / 241.0)); // below all of them
/// # Ok::<(), &str>(())
/// ```
pub fn sample_quantile(
    figure: f64,
    days: &[usize],
    residuals: &[f64],
    length: usize,
    residual_sd: f64,
) -> Option<RankP> {
    let tie = TIE * residual_sd;
    let (mut below, mut above, mut n) = (0, 0, 0);
    for sum in consecutive_sums(days, residuals, length) {
        below += usize::from(sum <= figure + tie);
        above += usize::from(sum >= figure - tie);
        n += 1;
    }
    if n == 0 {
        return None;
    }
    let p = 2.0 * (below.min(above) + 1) as f64 / (n + 1) as f64;
    Some(RankP { p: p.min(1.0), n })
}

/// All sums of `length` residuals whose sessions follow one another without a gap.
fn consecutive_sums(days: &[usize], residuals: &[f64], length: usize) -> impl Iterator<Item = f64> {
    // Differences of running sums: rounding is far below what counts as a tie.
    let mut running = Vec::with_capacity(residuals.len() + 1);
    running.push(0.0);
    running.extend(residuals.iter().scan(0.0, |sum, e| {
        *sum += e;
        Some(*sum)
    }));
    let n = if length == 0 {
        0
    } else {
        (days.len() + 1).saturating_sub(length)
    };
    (0..n)
        .filter(move |&i| days[i + length - 1] - days[i] == length - 1)
        .map(move |i| running[i + length] - running[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_breaks_consecutive_sums() {
        let sums = consecutive_sums(&[1, 2, 4, 5, 6], &[1.0, 2.0, 4.0, 8.0, 16.0], 2);
        assert_eq!(sums.collect::<Vec<f64>>(), [3.0, 12.0, 24.0]);
        assert_eq!(consecutive_sums(&[1, 3], &[1.0, 1.0], 2).count(), 0);
    }

    #[test]
    fn the_most_extreme_of_240_has_p_of_two_in_241() {
        let days: Vec<usize> = (0..240).collect();
        let residuals: Vec<f64> = days.iter().map(|&d| (d as f64).sin()).collect();
        let rank = sample_quantile(-5.0, &days, &residuals, 1, 1.0).unwrap();
        assert_eq!((rank.n, rank.p), (240, 2.0 / 241.0));
        assert_eq!(
            sample_quantile(0.0, &days, &residuals, 1, 1.0)
                .unwrap()
                .p
                .min(1.0),
            {
                let below = residuals.iter().filter(|&&e| e <= 0.0).count();
                let above = residuals.iter().filter(|&&e| e >= 0.0).count();
                (2.0 * (below.min(above) + 1) as f64 / 241.0).min(1.0)
            }
        );
        assert_eq!(sample_quantile(0.0, &days, &residuals, 241, 1.0), None);
    }

    #[test]
    fn no_spread_is_no_test() {
        let law = TLaw::new(10.0).unwrap();
        assert_eq!(t_test(0.1, 0.0, &law), None);
        assert_eq!(t_test(0.1, f64::NAN, &law), None);
        assert_eq!(minimum_detectable_effect(0.0, &law), None);
        assert_eq!(TLaw::new(0.0), None);
    }
}
