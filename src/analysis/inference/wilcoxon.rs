//! Wilcoxon's signed-rank test of the CARs.

use super::ranks::average_ranks;
use super::single_event::TIE;
use super::{Law, SampleTest, TestStatistic, Undefined, WindowSample};
use crate::analysis::abnormal::Car;
use crate::analysis::distribution::normal_two_sided;

/// The largest sample whose law is counted.
const EXACT_UP_TO: usize = 50;

/// W, the sum of the ranks of the absolute values of the positive CARs (Wilcoxon 1945); CARs of
/// zero are left out. Its exact law for N ≤ 50 without ties, else the normal law with
/// Var(W) = N(N + 1)(2N + 1)/24 − Σ(t³ − t)/48 over sets of t ties, without a continuity
/// correction.
#[derive(Debug, Clone, Copy)]
pub struct WilcoxonW;

impl SampleTest for WilcoxonW {
    fn name(&self) -> &'static str {
        "wilcoxon_w"
    }

    fn null(&self) -> &'static str {
        "the CARs are symmetric about zero"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        signed_rank(sample.cars.iter())
    }
}

/// The statistic of CARs, those of zero up to rounding left out.
pub(crate) fn signed_rank<'a>(
    cars: impl Iterator<Item = &'a Car>,
) -> Result<TestStatistic, Undefined> {
    let cars = cars.filter(|c| c.scar.abs() > TIE).map(|c| c.car);
    let cars: Vec<f64> = cars.collect();
    let n = cars.len();
    if n == 0 {
        return Err(Undefined::AllZero);
    }
    let sizes: Vec<f64> = cars.iter().map(|c| c.abs()).collect();
    let (ranks, ties) = average_ranks(&sizes, |size| TIE * size);
    let positive = cars.iter().zip(&ranks).filter(|(c, _)| **c > 0.0);
    let w: f64 = positive.map(|(_, rank)| rank).sum();
    if n <= EXACT_UP_TO && ties.is_empty() {
        return Ok(TestStatistic::new(w, Law::Exact, Some(exact_p(w, n)), n));
    }
    let m = n as f64;
    let tied: f64 = ties.iter().map(|&t| (t as f64).powi(3) - t as f64).sum();
    let variance = (m * (m + 1.0) * (2.0 * m + 1.0) - 0.5 * tied) / 24.0;
    let z = (w - m * (m + 1.0) / 4.0) / variance.sqrt();
    Ok(TestStatistic::new(w, Law::Normal, normal_two_sided(z), n))
}

/// min(1, 2·min(P(W ≤ w), P(W ≥ w))): of the 2ⁿ sets of ranks, how many have such a sum.
fn exact_p(w: f64, n: usize) -> f64 {
    let largest = n * (n + 1) / 2;
    // Counts are whole numbers up to 2⁵⁰, exact in a double.
    let mut counts = vec![0.0; largest + 1];
    counts[0] = 1.0;
    for rank in 1..=n {
        for sum in (rank..=largest).rev() {
            counts[sum] += counts[sum - rank];
        }
    }
    let w = w as usize;
    let below: f64 = counts[..=w].iter().sum();
    let above: f64 = counts[w..].iter().sum();
    (2.0 * below.min(above) / (n as f64).exp2()).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers of scipy 1.17.1, `stats.wilcoxon(method="exact")`.
    #[test]
    fn the_exact_law_agrees_with_scipy() {
        assert_eq!(exact_p(8.0, 4), 0.375);
        assert_eq!(exact_p(1.0, 1), 1.0);
        assert_eq!(exact_p(0.0, 6), 0.03125);
        assert!((exact_p(420.0, 50) / 0.03539143616493412 - 1.0).abs() < 1e-12);
    }
}
