//! What a block of residuals has too little of: the variance of the windows that it stands for.
//!
//! The residuals of an estimation window sum to zero, so that blocks of them vary less than other
//! sessions, and the longer a chain of windows, the less its sum; and the events of a chain share
//! the error of what was fitted, which residuals do not have.

use crate::analysis::correlation::{Group, PairSums, sum_and_shared};

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

/// An observation of a chain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    /// Its place among the observations of the pairs.
    pub place: usize,
    pub day_0: usize,
    /// M.
    pub n_days: f64,
}

/// Variances of a chain whose windows have L sessions, from errors that are independent in time,
/// whose correlations are the r_ij of the residuals, and a mean that is fitted.
///
/// For windows that have o sessions in common, and estimation windows of M days that have m in
/// common, Cov(SCAR_i, SCAR_j) = r_ij(o/L + L·m/M²)/(1 + L/M), and for the pseudo-SCARs
/// r_ij(o/L − L·m/M²)·M/(M − k). (That the estimation window of a later event may hold the event
/// window of an earlier one lowers the first and is left out.)
struct Variances {
    l: f64,
    k: f64,
    n: f64,
    /// Of the sum of SCARs, and of that of pseudo-SCARs.
    actual: f64,
    pseudo: f64,
    /// Sum of the variances of pseudo-SCARs; that of SCARs is n.
    own_pseudo: f64,
}

impl Variances {
    fn new(length: usize, k: usize) -> Self {
        Self {
            l: length as f64,
            k: k as f64,
            n: 0.0,
            actual: 0.0,
            pseudo: 0.0,
            own_pseudo: 0.0,
        }
    }

    /// `n` observations of M days.
    fn add_own(&mut self, n: f64, m: f64) {
        self.n += n;
        self.own_pseudo += n * (1.0 - self.l / m) * m / (m - self.k);
    }

    /// Ordered pairs whose correlations add up to `r`: the first of each has `m` days, the other
    /// `m_other`.
    fn add_pairs(&mut self, r: f64, apart: usize, shared: f64, (m, m_other): (f64, f64)) {
        let overlap = (self.l - apart as f64).max(0.0) / self.l;
        let fit = self.l * shared / (m * m_other);
        self.actual += r * (overlap + fit) / (1.0 + self.l / m);
        self.pseudo += r * (overlap - fit) * m / (m - self.k);
    }

    fn factors(&self) -> ChainFactors {
        let of_one = self.n / self.own_pseudo;
        let ratio = |actual: f64, pseudo: f64| {
            let is_known = actual > 0.0 && pseudo > NEGLIGIBLE * self.own_pseudo;
            (if is_known { actual / pseudo } else { of_one }).sqrt()
        };
        let (actual, pseudo) = (self.actual / self.n, self.pseudo / self.n);
        ChainFactors {
            mean: ratio(actual, pseudo),
            deviation: ratio(self.n - actual, self.own_pseudo - pseudo),
        }
    }
}

/// The factors of every chain, pair by pair; `None` where the pairs were not counted one by one.
pub(crate) fn exact_factors(
    chains: &[Vec<Member>],
    pairs: &PairSums,
    length: usize,
    n_parameters: usize,
) -> Option<Vec<ChainFactors>> {
    let of_chain = |chain: &Vec<Member>| {
        let mut variances = Variances::new(length, n_parameters);
        for (i, a) in chain.iter().enumerate() {
            variances.add_own(1.0, a.n_days);
            variances.add_pairs(1.0, 0, a.n_days, (a.n_days, a.n_days));
            for b in &chain[i + 1..] {
                let pair = pairs.pair(a.place, b.place)?;
                let apart = a.day_0.abs_diff(b.day_0);
                variances.add_pairs(pair.r, apart, pair.shared, (a.n_days, b.n_days));
                variances.add_pairs(pair.r, apart, pair.shared, (b.n_days, a.n_days));
            }
        }
        Some(variances.factors())
    };
    chains.iter().map(of_chain).collect()
}

/// The factors of every chain in closed form, in their order, from the event sessions of a sample,
/// ascending.
pub(crate) fn closed_factors(
    sessions: &[Group],
    length: usize,
    n_parameters: usize,
) -> Vec<ChainFactors> {
    let of_chain = |chain: &[Group]| {
        let mut variances = Variances::new(length, n_parameters);
        for (i, c) in chain.iter().enumerate() {
            variances.add_own(c.n(), c.n_days());
            for d in &chain[i..] {
                let (r, shared) = sum_and_shared(c, d);
                let (apart, days) = (d.day_0() - c.day_0(), (c.n_days(), d.n_days()));
                variances.add_pairs(r, apart, shared, days);
                if apart > 0 {
                    variances.add_pairs(r, apart, shared, (days.1, days.0));
                }
            }
        }
        variances.factors()
    };
    sessions
        .chunk_by(|a, b| b.day_0() - a.day_0() < length)
        .map(of_chain)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::correlation::{Row, exact, groups};

    /// The same 40 residuals, whose mean is zero, before every day 0.
    fn rows(days_0: &[usize]) -> Vec<Row> {
        let residuals: Vec<f64> = (0..40).map(|i| f64::from(i % 8) - 3.5).collect();
        let row = |&day_0: &usize| Row {
            day_0,
            first: 0,
            residuals: residuals.clone(),
            sd: 2.4,
        };
        days_0.iter().map(row).collect()
    }

    fn close(factors: ChainFactors, mean: f64, deviation: f64) {
        assert!((factors.mean - mean).abs() < 1e-12, "{factors:?}");
        assert!((factors.deviation - deviation).abs() < 1e-12, "{factors:?}");
    }

    #[test]
    fn a_chain_of_one_has_the_factor_of_a_window() {
        let of_one = ((40.0 - 2.0) / (40.0 - 4.0_f64)).sqrt();
        for factors in closed_factors(&groups(&rows(&[50, 60])), 4, 2) {
            close(factors, of_one, of_one);
        }
    }

    /// Windows [50, 53] and [52, 55], r = 1 and M = 40: Var(ΣSCAR) = 2(1 + (½ + 4/40)/1.1) and of
    /// pseudo-SCARs 2(0.9 + ½ − 0.1)·40/38.
    #[test]
    fn two_windows_that_overlap_have_their_own() {
        let rows = rows(&[50, 52]);
        let members = [50, 52]
            .into_iter()
            .enumerate()
            .map(|(place, day_0)| Member {
                place,
                day_0,
                n_days: 40.0,
            });
        let one_by_one = exact_factors(&[members.collect()], &exact(&rows), 4, 2).unwrap();
        let scale = 40.0 / 38.0;
        let (actual, pseudo) = (2.0 * (1.0 + 0.6 / 1.1), 2.0 * 1.3 * scale);
        let mean: f64 = actual / pseudo;
        let deviation: f64 = (2.0 - actual / 2.0) / (2.0 * 0.9 * scale - pseudo / 2.0);
        for factors in [one_by_one, closed_factors(&groups(&rows), 4, 2)] {
            let [factors] = factors[..] else {
                panic!("{factors:?}")
            };
            close(factors, mean.sqrt(), deviation.sqrt());
        }
    }
}
