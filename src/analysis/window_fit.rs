//! Least squares over a run of sessions from sums of products, without a pass over the run.
//!
//! For many fits of one series: pseudo-events, events in bulk. The normal equations lose digits
//! that [`ols`](super::ols) keeps, so what they answer is bounded: a fit that could lose more than
//! five of sixteen is refused, and the caller makes it the direct way.

use super::cross_products::{CrossProducts, pair};
use super::model::Fitted;
use std::ops::Range;

/// The most regressors that are fitted from sums.
pub const MAX_REGRESSORS: usize = 8;

/// Columns with the flags and the outcome.
const MAX_COLUMNS: usize = MAX_REGRESSORS + 2;
const MAX_PAIRS: usize = MAX_COLUMNS * (MAX_COLUMNS + 1) / 2;

/// The least share of a column's squares that may be left after all subtractions: rounding of
/// 1e-16 of the whole is then 1e-12 of what is left.
const LEAST_SHARE: f64 = 1e-4;
/// The same beside the squares of all sessions, which the prefix sums carry with 1e-31.
const LEAST_SHARE_OF_ALL: f64 = 1e-16;
/// The same beside the squares before centring: below, [`ols`](super::ols) would soon refuse.
const LEAST_SHARE_UNCENTRED: f64 = 1e-12;

/// The series to be fitted, with the regressors.
///
/// ```
/// use shockwave::analysis::{ols::ols, window_fit::WindowFits};
/// let x: Vec<f64> = (0..500).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
/// let y: Vec<f64> = (0..500).map(|t| 1.2 * x[t] + 0.01 * (12.9 * t as f64).cos()).collect();
/// let fits = WindowFits::new(&y, &[&x], true, |_| true).ok_or("too many regressors")?;
/// for start in [0, 100, 250] {
///     let window = start..start + 240;
///     let fast = fits.fit(window.clone()).ok_or("too many digits would be lost")?;
///     let slow = ols(&y[window.clone()], &[&x[window]], true)?;
///     assert!((fast.betas()[0] - slow.betas[0]).abs() < 1e-10);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct WindowFits {
    products: CrossProducts,
    n_regressors: usize,
    constant: bool,
}

/// A regression over a run of sessions: what forecasts and their errors need, and no residuals.
///
/// ```
/// use shockwave::analysis::window_fit::WindowFits;
/// let market: Vec<f64> = (0..500).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
/// let noise = |t: usize| 0.01 * (12.9 * t as f64).cos();
/// let share: Vec<f64> = (0..500).map(|t| 1.2 * market[t] + noise(t)).collect();
/// let fits = WindowFits::new(&share, &[&market], true, |_| true).ok_or("too many regressors")?;
/// // Day 0 is session 400: its AR over its forecast sd, s√(1 + z'(X'X)⁻¹z).
/// let fit = fits.fit(150..390).ok_or("not exact enough")?;
/// assert!((fit.betas()[0] - 1.2).abs() < 0.05);
/// let ar = share[400] - fit.predict([market[400]]);
/// let sd = fit.residual_sd() * (1.0 + fit.leverage([market[400]])).sqrt();
/// assert!(sd > fit.residual_sd() && (ar / sd).abs() < 2.0);
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WindowFit {
    /// M.
    pub n: usize,
    /// k, the constant included.
    pub n_parameters: usize,
    n_regressors: usize,
    /// α; 0 without a constant.
    pub alpha: f64,
    betas: [f64; MAX_REGRESSORS],
    /// Means of the regressors; 0 without a constant.
    means: [f64; MAX_REGRESSORS],
    /// Lower triangle of the Cholesky factor of the centred regressors' products, row by row.
    factor: [f64; MAX_REGRESSORS * (MAX_REGRESSORS + 1) / 2],
    /// Σe².
    pub sum_of_squares: f64,
}

impl WindowFits {
    /// Prepares fits of `y` on the regressors `x` over the sessions that are `usable`; `None`
    /// for more regressors than [`MAX_REGRESSORS`].
    pub fn new(
        y: &[f64],
        x: &[&[f64]],
        constant: bool,
        usable: impl Fn(usize) -> bool,
    ) -> Option<Self> {
        if x.len() > MAX_REGRESSORS {
            return None;
        }
        let columns: Vec<&[f64]> = x.iter().copied().chain([y]).collect();
        Some(Self {
            products: CrossProducts::new(&columns, usable, constant),
            n_regressors: x.len(),
            constant,
        })
    }

    /// Fits the usable sessions of a run; `None` where there are too few of them, where a fit is
    /// not possible, and where it would not be exact enough.
    pub fn fit(&self, sessions: Range<usize>) -> Option<WindowFit> {
        let mut sums = [0.0; MAX_PAIRS];
        self.products.sums(sessions, &mut sums);
        let n = sums[0] as usize;
        let n_parameters = self.n_regressors + usize::from(self.constant);
        if n <= n_parameters {
            return None;
        }
        let k = self.n_regressors;
        let l = self.factorise(&sums)?;
        let mut fit = WindowFit {
            n,
            n_parameters,
            n_regressors: k,
            alpha: 0.0,
            betas: [0.0; MAX_REGRESSORS],
            means: [0.0; MAX_REGRESSORS],
            factor: [0.0; MAX_REGRESSORS * (MAX_REGRESSORS + 1) / 2],
            sum_of_squares: l[pair(k, k)] * l[pair(k, k)],
        };
        fit.factor[..pair(0, k)].copy_from_slice(&l[..pair(0, k)]);
        // The outcome's row of the factor is L⁻¹X'y: β = L'⁻¹ of it.
        for i in (0..k).rev() {
            let known: f64 = (i + 1..k).map(|j| l[pair(i, j)] * fit.betas[j]).sum();
            fit.betas[i] = (l[pair(i, k)] - known) / l[pair(i, i)];
        }
        if self.constant {
            let mean = |column: usize| {
                self.products.centres()[column] + sums[pair(0, column + 1)] / sums[0]
            };
            fit.alpha = mean(k);
            for j in 0..k {
                fit.means[j] = mean(j);
                fit.alpha -= fit.betas[j] * fit.means[j];
            }
        }
        Some(fit)
    }

    /// Cholesky factor of the products of the regressors and the outcome about their means,
    /// whose last pivot is √Σe²; `None` where a pivot is too small a part of its column.
    fn factorise(&self, sums: &[f64; MAX_PAIRS]) -> Option<[f64; MAX_PAIRS]> {
        let mut l = [0.0; MAX_PAIRS];
        let n = sums[0];
        for b in 0..=self.n_regressors {
            for a in 0..=b {
                let mut s = sums[pair(a + 1, b + 1)];
                if self.constant {
                    s -= sums[pair(0, a + 1)] * (sums[pair(0, b + 1)] / n);
                }
                for i in 0..a {
                    s -= l[pair(i, a)] * l[pair(i, b)];
                }
                if a < b {
                    l[pair(a, b)] = s / l[pair(a, a)];
                    continue;
                }
                let centre = self.products.centres()[a];
                let least = (LEAST_SHARE * sums[pair(a + 1, a + 1)])
                    .max(LEAST_SHARE_OF_ALL * self.products.total_squares(a + 1))
                    .max(LEAST_SHARE_UNCENTRED * n * centre * centre);
                if !(s > least && s.is_normal()) {
                    return None;
                }
                l[pair(a, a)] = s.sqrt();
            }
        }
        Some(l)
    }
}

impl WindowFit {
    /// What is left of a fit that was made from the days themselves.
    pub(crate) fn from_residuals(fitted: &Fitted) -> Self {
        let mut fit = Self {
            n: fitted.n_estimation,
            n_parameters: fitted.n_parameters,
            n_regressors: fitted.betas.len(),
            alpha: fitted.alpha.unwrap_or(0.0),
            betas: [0.0; MAX_REGRESSORS],
            means: [0.0; MAX_REGRESSORS],
            factor: [0.0; MAX_REGRESSORS * (MAX_REGRESSORS + 1) / 2],
            sum_of_squares: fitted.residual_sd * fitted.residual_sd * fitted.df(),
        };
        fit.betas[..fitted.betas.len()].copy_from_slice(&fitted.betas);
        if let Some(ols) = fitted.regression() {
            ols.cholesky(&mut fit.means, &mut fit.factor);
        }
        fit
    }

    /// Slopes, in the order of the regressors.
    pub fn betas(&self) -> &[f64] {
        &self.betas[..self.n_regressors]
    }

    /// Means of the regressors; 0 without a constant.
    pub(crate) fn means(&self) -> &[f64] {
        &self.means[..self.n_regressors]
    }

    /// The lower triangle L, row by row, of LL' = Σ(x_t − x̄)(x_t − x̄)'.
    pub(crate) fn factor(&self) -> &[f64] {
        &self.factor[..pair(0, self.n_regressors)]
    }

    /// s = √(Σe²/(M − k)).
    pub fn residual_sd(&self) -> f64 {
        (self.sum_of_squares / (self.n - self.n_parameters) as f64).sqrt()
    }

    /// z'(X'X)⁻¹z of a regressor row, the constant included: what the estimates add to the
    /// variance of a forecast, in units of s².
    pub fn leverage(&self, row: impl IntoIterator<Item = f64>) -> f64 {
        let constant = self.n_parameters > self.n_regressors;
        let mut sum = if constant { 1.0 / self.n as f64 } else { 0.0 };
        let mut w = [0.0; MAX_REGRESSORS];
        for (i, z) in row.into_iter().take(self.n_regressors).enumerate() {
            let known: f64 = (0..i).map(|j| self.factor[pair(j, i)] * w[j]).sum();
            w[i] = (z - self.means[i] - known) / self.factor[pair(i, i)];
            sum += w[i] * w[i];
        }
        sum
    }

    /// α + z'β for a regressor row.
    pub fn predict(&self, row: impl IntoIterator<Item = f64>) -> f64 {
        let slopes = self.betas().iter().zip(row);
        self.alpha + slopes.map(|(b, z)| b * z).sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::ols::ols;
    use proptest::prelude::*;

    /// Columns of very different sizes, with levels, quiet stretches and missing days.
    fn awkward(seed: u64, n: usize, k: usize) -> Vec<Vec<f64>> {
        let mut state = seed;
        let mut noise = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / (1_u64 << 31) as f64 - 0.5
        };
        let mut columns: Vec<Vec<f64>> = Vec::new();
        for j in 0..=k {
            let (level, size) = (noise() * 1e3, 10_f64.powf(20.0 * noise() - 4.0));
            let quiet = noise() > 0.0;
            let column = (0..n).map(|t| {
                let common: f64 = columns.iter().map(|c| c[t]).sum();
                let size = if quiet && t > n / 2 {
                    1e-5 * size
                } else {
                    size
                };
                let own = size * (noise() + level);
                let value = if j == k { 0.3 * common + own } else { own };
                if noise() > 0.48 { f64::NAN } else { value }
            });
            let column = column.collect();
            columns.push(column);
        }
        columns
    }

    proptest! {
        /// What is not refused agrees with the direct fit to 1e-10.
        #[test]
        fn fits_agree_with_the_direct_way(seed: u64, k in 0_usize..=6, from in 0_usize..700, length in 5_usize..260) {
            let columns = awkward(seed, 900, k);
            let (y, x) = columns.split_last().unwrap();
            let x: Vec<&[f64]> = x.iter().map(Vec::as_slice).collect();
            let sessions = from..(from + length).min(900);
            let fits = WindowFits::new(y, &x, true, |t| t % 11 != 3).unwrap();
            let days: Vec<usize> = sessions.clone()
                .filter(|&t| t % 11 != 3 && columns.iter().all(|c| c[t].is_finite()))
                .collect();
            let chosen = |c: &[f64]| days.iter().map(|&t| c[t]).collect::<Vec<f64>>();
            let (own_y, own_x) = (chosen(y), x.iter().map(|c| chosen(c)).collect::<Vec<_>>());
            let slices: Vec<&[f64]> = own_x.iter().map(Vec::as_slice).collect();
            let Some(fit) = fits.fit(sessions) else { return Ok(()); };
            let direct = ols(&own_y, &slices, true).unwrap();
            prop_assert_eq!(fit.n, direct.n);
            let s = direct.residual_sd;
            prop_assert!((fit.residual_sd() / s - 1.0).abs() < 1e-10, "{} {}", fit.residual_sd(), s);
            for &t in &days {
                let row = || x.iter().map(|c| c[t]);
                let gap = (fit.predict(row()) - direct.predict(row())).abs();
                // Predictions cancel the columns' levels: their rounding is no fault of the fit.
                let level = row().zip(&direct.betas).map(|(z, b)| (z * b).abs()).sum::<f64>();
                prop_assert!(gap < 1e-10 * s + 1e-14 * level, "{gap} of {s}");
            }
        }
    }

    #[test]
    fn ordinary_returns_are_not_refused() {
        let x: Vec<f64> = (0..600)
            .map(|t| 0.0004 + 0.01 * (1.7 * t as f64).sin())
            .collect();
        let y: Vec<f64> = (0..600)
            .map(|t| 1.2 * x[t] + 0.02 * (2.3 * t as f64 + 1.0).sin())
            .collect();
        let fits = WindowFits::new(&y, &[&x], true, |_| true).unwrap();
        for from in 0..360 {
            assert!(fits.fit(from..from + 240).is_some());
        }
        assert!(fits.fit(10..12).is_none());
        let exact = WindowFits::new(&x, &[&x], true, |_| true).unwrap();
        assert!(exact.fit(0..240).is_none());
    }
}
