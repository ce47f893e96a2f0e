//! What a block of residuals has too little of: the variance of the windows that it stands for.
//!
//! The residuals of an estimation window sum to zero, so that blocks of them vary less than other
//! sessions, and the longer a chain of windows, the less its sum; and the events of a chain share
//! the error of what was fitted, which residuals do not have.

use crate::analysis::correlation::{Group, sum_and_shared};

/// Variance of a chain's mean below which, relative to one SCAR, its factor is that of one window.
const NEGLIGIBLE: f64 = 0.01;

/// Factors that give the pseudo-SCARs of a chain the variance of SCARs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ChainFactors {
    /// Of their mean.
    pub mean: f64,
    /// Of their deviations from it.
    pub deviation: f64,
}

/// The factors of every chain, in their order, from the event sessions of a sample, ascending.
///
/// With errors that are independent in time, whose correlations are the r_ij of the residuals, and
/// a mean that is fitted: for windows of L sessions that have o in common, and estimation windows
/// of M days that have m in common, Cov(SCAR_i, SCAR_j) = r_ij(o/L + L·m/M²)/(1 + L/M), and for
/// the pseudo-SCARs r_ij(o/L − L·m/M²)·M/(M − k). (That the estimation window of a later event
/// may hold the event window of an earlier one lowers the first and is left out.)
pub(crate) fn chain_factors(
    sessions: &[Group],
    length: usize,
    n_parameters: usize,
) -> Vec<ChainFactors> {
    sessions
        .chunk_by(|a, b| b.day_0() - a.day_0() < length)
        .map(|chain| factors(chain, length, n_parameters as f64))
        .collect()
}

fn factors(chain: &[Group], length: usize, k: f64) -> ChainFactors {
    let l = length as f64;
    let n: f64 = chain.iter().map(Group::n).sum();
    // Variances of the sum of SCARs and of pseudo-SCARs; and the sums of their variances.
    let (mut actual, mut pseudo, mut own_pseudo) = (0.0, 0.0, 0.0);
    for (i, c) in chain.iter().enumerate() {
        let m = c.n_days();
        own_pseudo += c.n() * (1.0 - l / m) * m / (m - k);
        for d in &chain[i..] {
            let times = if c.day_0() == d.day_0() { 1.0 } else { 2.0 };
            let (r, shared) = sum_and_shared(c, d);
            let overlap = length.saturating_sub(d.day_0() - c.day_0()) as f64 / l;
            let fit = l * shared / (m * d.n_days());
            actual += times * r * (overlap + fit) / (1.0 + l / m);
            pseudo += times * r * (overlap - fit) * m / (m - k);
        }
    }
    let of_one = n / own_pseudo;
    let ratio = |actual: f64, pseudo: f64| {
        let is_known = actual > 0.0 && pseudo > NEGLIGIBLE * own_pseudo;
        (if is_known { actual / pseudo } else { of_one }).sqrt()
    };
    ChainFactors {
        mean: ratio(actual / n, pseudo / n),
        deviation: ratio(n - actual / n, own_pseudo - pseudo / n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::correlation::{Row, groups};

    /// The same 40 residuals, whose mean is zero, before every day 0.
    fn chain(days_0: &[usize]) -> Vec<Group> {
        let residuals: Vec<f64> = (0..40).map(|i| f64::from(i % 8) - 3.5).collect();
        let row = |&day_0: &usize| Row {
            day_0,
            first: 0,
            residuals: residuals.clone(),
            sd: 2.4,
        };
        groups(&days_0.iter().map(row).collect::<Vec<_>>())
    }

    #[test]
    fn a_chain_of_one_has_the_factor_of_a_window() {
        let of_one = ((40.0 - 2.0) / (40.0 - 4.0_f64)).sqrt();
        for factors in chain_factors(&chain(&[50, 60]), 4, 2) {
            assert!((factors.mean - of_one).abs() < 1e-12, "{factors:?}");
            assert!((factors.deviation - of_one).abs() < 1e-12, "{factors:?}");
        }
    }

    /// Windows [50, 53] and [52, 55], r = 1 and M = 40: Var(ΣSCAR) = 2(1 + (½ + 4/40)/1.1) and of
    /// pseudo-SCARs 2(0.9 + ½ − 0.1)·40/38.
    #[test]
    fn two_windows_that_overlap_have_their_own() {
        let factors = chain_factors(&chain(&[50, 52]), 4, 2);
        let [factors] = factors[..] else {
            panic!("{factors:?}")
        };
        let scale = 40.0 / 38.0;
        let (actual, pseudo) = (2.0 * (1.0 + 0.6 / 1.1), 2.0 * 1.3 * scale);
        let mean: f64 = actual / pseudo;
        let deviation: f64 = (2.0 - actual / 2.0) / (2.0 * 0.9 * scale - pseudo / 2.0);
        assert!((factors.mean - mean.sqrt()).abs() < 1e-12, "{factors:?}");
        assert!(
            (factors.deviation - deviation.sqrt()).abs() < 1e-12,
            "{factors:?}"
        );
    }
}
