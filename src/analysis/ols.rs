//! Ordinary least squares for a handful of regressors, safe on awkward data.
//!
//! The regressors and the outcome are centred first (where there is a constant) and each column
//! is scaled to unit length, so that near-constant and huge series lose no digits; then modified
//! Gram-Schmidt with one re-orthogonalisation (Björck 1967; Giraud and Langou 2002) gives R, from
//! which (X'X)⁻¹ is applied and never formed from raw moments.
//!
//! A market model of five sessions, and what it forecasts for one on which the market loses 4 %:
//!
//! ```
//! use shockwave::analysis::ols::{mean, ols};
//!
//! let market = [0.01, -0.02, 0.03, 0.00, -0.01];
//! let share = [0.021, -0.038, 0.062, 0.001, -0.021];
//! let fit = ols(&share, &[&market], true)?;
//! let alpha = fit.alpha.ok_or("no constant")?;
//! assert!((alpha - (mean(&share) - fit.betas[0] * mean(&market))).abs() < 1e-15);
//!
//! let expected = fit.predict([-0.04]);
//! assert!((expected + 0.0798).abs() < 1e-4); // −7.98 %
//! let w = fit.leverage_vector([-0.04]);
//! let leverage = fit.constant_leverage() + w[0] * w[0]; // 1/M, and what the slope adds
//! assert!((leverage - 1.3919).abs() < 1e-3);
//! let forecast_sd = fit.residual_sd * (1.0 + leverage).sqrt();
//! assert!((forecast_sd - 0.0019).abs() < 2e-4);
//!
//! // Each session's weight in the slope.
//! let weights = market.map(|x| fit.influence([x])[1]);
//! let beta: f64 = weights.iter().zip(share).map(|(a, y)| a * y).sum();
//! assert!((beta - fit.betas[0]).abs() < 1e-12);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub(crate) use super::sums::dot;
pub use super::sums::mean;

/// Relative length below which a column counts as a combination of those before it.
const RANK_TOLERANCE: f64 = 1e-10;
/// Relative residual below which a fit is exact up to rounding: its variance means nothing.
const EXACT_FIT: f64 = 1e-20;

/// A fitted regression y = α + Xβ + e over M rows with k parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct OlsFit {
    /// α, where there is a constant.
    pub alpha: Option<f64>,
    /// β, one per regressor.
    pub betas: Vec<f64>,
    /// M.
    pub n: usize,
    /// k, the constant included.
    pub n_parameters: usize,
    /// e, in the order of the rows.
    pub residuals: Vec<f64>,
    /// s = √(Σe²/(M − k)).
    pub residual_sd: f64,
    /// 1 − Σe²/Σ(y − ȳ)², where there is a constant and y varies.
    pub r_squared: Option<f64>,
    /// Means of the regressors (zero without a constant).
    means: Vec<f64>,
    /// Lengths of the centred regressors.
    lengths: Vec<f64>,
    /// Upper triangle of R of the centred, scaled regressors, row by row.
    r: Vec<Vec<f64>>,
}

/// Why a regression cannot be fitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OlsError {
    /// No degrees of freedom are left.
    #[error("{n} rows for {k} parameters")]
    TooFewRows {
        /// Rows.
        n: usize,
        /// Parameters.
        k: usize,
    },
    /// A regressor is constant or a combination of others.
    #[error("regressor {0} is constant or a combination of the others over the estimation window")]
    Singular(usize),
    /// The residuals are zero up to rounding.
    #[error("the residuals have no variance")]
    NoVariance,
}

/// Fits y on the regressors, with a constant if asked.
///
/// `y` has M entries and each column of `x` as many, all finite.
///
/// # Errors
/// See [`OlsError`].
///
/// ```
/// use shockwave::analysis::ols::ols;
/// let x = [0.01, -0.02, 0.03, 0.00, -0.01];
/// let y = [0.021, -0.038, 0.062, 0.001, -0.021];
/// let fit = ols(&y, &[&x], true)?;
/// assert!((fit.betas[0] - 2.020270).abs() < 1e-6);
/// # Ok::<(), shockwave::analysis::ols::OlsError>(())
/// ```
pub fn ols(y: &[f64], x: &[&[f64]], constant: bool) -> Result<OlsFit, OlsError> {
    let n = y.len();
    let k = x.len() + usize::from(constant);
    if n <= k {
        return Err(OlsError::TooFewRows { n, k });
    }
    let centre = |column: &[f64]| if constant { mean(column) } else { 0.0 };
    let y_mean = centre(y);
    let means: Vec<f64> = x.iter().map(|c| centre(c)).collect();
    let (q, r, lengths) = orthogonalise(x, &means)?;

    let mut residuals: Vec<f64> = y.iter().map(|v| v - y_mean).collect();
    let total = dot(&residuals, &residuals);
    // Projecting twice removes what rounding leaves behind the first time.
    let mut coordinates = vec![0.0; x.len()];
    for _ in 0..2 {
        for (column, coordinate) in q.iter().zip(&mut coordinates) {
            let c = dot(column, &residuals);
            axpy(-c, column, &mut residuals);
            *coordinate += c;
        }
    }
    let betas: Vec<f64> = back_substitute(&r, &coordinates)
        .iter()
        .zip(&lengths)
        .map(|(b, length)| b / length)
        .collect();
    let alpha =
        constant.then(|| y_mean - betas.iter().zip(&means).map(|(b, m)| b * m).sum::<f64>());
    let sse = dot(&residuals, &residuals);
    if sse.is_nan() || sse <= EXACT_FIT * dot(y, y) {
        return Err(OlsError::NoVariance);
    }
    Ok(OlsFit {
        alpha,
        betas,
        n,
        n_parameters: k,
        residual_sd: (sse / (n - k) as f64).sqrt(),
        r_squared: (constant && total > 0.0).then(|| 1.0 - sse / total),
        residuals,
        means,
        lengths,
        r,
    })
}

/// The line y = α + βx + e with coefficients found otherwise than by least squares, and the
/// design of the regression for its forecasts; s = √(Σe²/(M − `n_parameters`)).
pub(crate) fn given_line(
    y: &[f64],
    x: &[f64],
    (alpha, beta): (f64, f64),
    n_parameters: usize,
) -> Result<OlsFit, OlsError> {
    let n = y.len();
    if n <= n_parameters {
        return Err(OlsError::TooFewRows { n, k: n_parameters });
    }
    let means = vec![mean(x)];
    let (_, r, lengths) = orthogonalise(&[x], &means)?;
    let residuals: Vec<f64> = y.iter().zip(x).map(|(y, x)| y - alpha - beta * x).collect();
    let sse = dot(&residuals, &residuals);
    if sse.is_nan() || sse <= EXACT_FIT * dot(y, y) {
        return Err(OlsError::NoVariance);
    }
    Ok(OlsFit {
        alpha: Some(alpha),
        betas: vec![beta],
        n,
        n_parameters,
        residual_sd: (sse / (n - n_parameters) as f64).sqrt(),
        r_squared: None,
        residuals,
        means,
        lengths,
        r,
    })
}

impl OlsFit {
    /// α + z'β for a regressor row.
    pub fn predict(&self, row: impl IntoIterator<Item = f64>) -> f64 {
        let slope: f64 = self.betas.iter().zip(row).map(|(b, z)| b * z).sum();
        self.alpha.unwrap_or(0.0) + slope
    }

    /// w = R'⁻¹ (z − z̄) of a regressor row: z_t'(X'X)⁻¹z_u = [1/M] + w_t'w_u.
    pub fn leverage_vector(&self, row: impl IntoIterator<Item = f64>) -> Vec<f64> {
        let scaled: Vec<f64> = row
            .into_iter()
            .zip(self.means.iter().zip(&self.lengths))
            .map(|(z, (mean, length))| (z - mean) / length)
            .collect();
        forward_substitute(&self.r, scaled)
    }

    /// z'(X'X)⁻¹x_u for each row x_u of `rows`, which has one column per regressor.
    pub(crate) fn leverages(
        &self,
        row: impl IntoIterator<Item = f64>,
        rows: &[&[f64]],
    ) -> Vec<f64> {
        let own = back_substitute(&self.r, &self.leverage_vector(row));
        let n = rows.first().map_or(0, |column| column.len());
        let mut leverages = vec![self.constant_leverage(); n];
        for (j, column) in rows.iter().enumerate() {
            let slope = own[j] / self.lengths[j];
            for (leverage, z) in leverages.iter_mut().zip(*column) {
                *leverage += slope * (z - self.means[j]);
            }
        }
        leverages
    }

    /// a_t = (X'X)⁻¹x_t of a row that was fitted: the weight of its outcome in each coefficient,
    /// b = Σ a_t y_t, the constant first where there is one.
    pub fn influence(&self, row: impl IntoIterator<Item = f64>) -> Vec<f64> {
        let slopes: Vec<f64> = back_substitute(&self.r, &self.leverage_vector(row))
            .iter()
            .zip(&self.lengths)
            .map(|(a, length)| a / length)
            .collect();
        let origin: f64 = slopes.iter().zip(&self.means).map(|(a, m)| a * m).sum();
        let constant = self.alpha.map(|_| self.constant_leverage() - origin);
        constant.into_iter().chain(slopes).collect()
    }

    /// Writes the regressors' means, and row by row the lower triangle L of
    /// LL' = Σ(x_t − x̄)(x_t − x̄)'.
    pub(crate) fn cholesky(&self, means: &mut [f64], factor: &mut [f64]) {
        means[..self.means.len()].copy_from_slice(&self.means);
        let mut place = 0;
        for (i, length) in self.lengths.iter().enumerate() {
            for row in &self.r[..=i] {
                factor[place] = row[i] * length;
                place += 1;
            }
        }
    }

    /// The part of z_t'(X'X)⁻¹z_u that the constant contributes: 1/M, or 0 without one.
    pub fn constant_leverage(&self) -> f64 {
        if self.alpha.is_some() {
            1.0 / self.n as f64
        } else {
            0.0
        }
    }
}

fn axpy(factor: f64, x: &[f64], y: &mut [f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * x;
    }
}

type Orthogonalised = (Vec<Vec<f64>>, Vec<Vec<f64>>, Vec<f64>);

/// Orthonormal columns Q, upper triangular R and the columns' lengths before scaling.
fn orthogonalise(x: &[&[f64]], means: &[f64]) -> Result<Orthogonalised, OlsError> {
    let k = x.len();
    let mut q: Vec<Vec<f64>> = Vec::with_capacity(k);
    let mut r = vec![vec![0.0; k]; k];
    let mut lengths = Vec::with_capacity(k);
    for (j, column) in x.iter().enumerate() {
        let mut v: Vec<f64> = column.iter().map(|z| z - means[j]).collect();
        let length = dot(&v, &v).sqrt();
        // What centring leaves of a constant column is rounding of the order of its size.
        if length.is_nan() || length <= 1e-13 * dot(column, column).sqrt() {
            return Err(OlsError::Singular(j));
        }
        v.iter_mut().for_each(|z| *z /= length);
        for _ in 0..2 {
            for (i, earlier) in q.iter().enumerate() {
                let c = dot(earlier, &v);
                r[i][j] += c;
                axpy(-c, earlier, &mut v);
            }
        }
        let rest = dot(&v, &v).sqrt();
        if rest.is_nan() || rest <= RANK_TOLERANCE {
            return Err(OlsError::Singular(j));
        }
        v.iter_mut().for_each(|z| *z /= rest);
        r[j][j] = rest;
        q.push(v);
        lengths.push(length);
    }
    Ok((q, r, lengths))
}

/// Solves R b = c.
fn back_substitute(r: &[Vec<f64>], c: &[f64]) -> Vec<f64> {
    let k = c.len();
    let mut b = c.to_vec();
    for i in (0..k).rev() {
        let known: f64 = (i + 1..k).map(|j| r[i][j] * b[j]).sum();
        b[i] = (b[i] - known) / r[i][i];
    }
    b
}

/// Solves R' w = z.
fn forward_substitute(r: &[Vec<f64>], mut z: Vec<f64>) -> Vec<f64> {
    for i in 0..z.len() {
        let known: f64 = (0..i).map(|j| r[j][i] * z[j]).sum();
        z[i] = (z[i] - known) / r[i][i];
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_line_has_no_variance_and_a_copy_is_singular() {
        let x = [1.0, 2.0, 3.0, 4.0];
        let y = [2.0, 4.0, 6.0, 8.0];
        assert_eq!(ols(&y, &[&x], true), Err(OlsError::NoVariance));
        let noisy = [2.1, 3.9, 6.2, 7.7];
        assert_eq!(ols(&noisy, &[&x, &y], true), Err(OlsError::Singular(1)));
        assert_eq!(ols(&noisy, &[&[0.3; 4]], true), Err(OlsError::Singular(0)));
        assert!(matches!(
            ols(&noisy[..2], &[&x[..2]], true),
            Err(OlsError::TooFewRows { .. })
        ));
    }

    #[test]
    fn a_huge_level_under_a_tiny_signal_keeps_its_digits() {
        // x stands on 1e6 with wiggles of 1e-2; the slope must survive the centring.
        let wiggle = [0.01, -0.02, 0.015, 0.0, -0.01, 0.02];
        let noise = [1e-4, -1e-4, 2e-4, -2e-4, 1e-4, -1e-4];
        let x: Vec<f64> = wiggle.iter().map(|w| 1e6 + w).collect();
        let y: Vec<f64> = wiggle
            .iter()
            .zip(&noise)
            .map(|(w, e)| 3.0 * w + e)
            .collect();
        let far = ols(&y, &[&x], true).unwrap();
        let near = ols(&y, &[&wiggle], true).unwrap();
        assert!((far.betas[0] / near.betas[0] - 1.0).abs() < 1e-7);
    }

    #[test]
    fn leverages_sum_to_the_number_of_parameters() {
        let a = [0.1, -0.2, 0.4, 0.0, 0.3, -0.5, 0.2];
        let b = [1.0, 2.0, -1.0, 0.5, 0.0, 1.5, -2.0];
        let y = [0.2, 0.1, -0.4, 0.3, 0.9, -0.3, 0.6];
        let fit = ols(&y, &[&a, &b], true).unwrap();
        let trace: f64 = (0..7)
            .map(|t| {
                let w = fit.leverage_vector([a[t], b[t]]);
                fit.constant_leverage() + dot(&w, &w)
            })
            .sum();
        assert!((trace - 3.0).abs() < 1e-12);

        // The weights rebuild the coefficients from the outcomes.
        let mut rebuilt = [0.0; 3];
        for t in 0..7 {
            let weights = fit.influence([a[t], b[t]]);
            assert_eq!(weights.len(), 3);
            rebuilt
                .iter_mut()
                .zip(weights)
                .for_each(|(c, w)| *c += w * y[t]);
        }
        let coefficients = [fit.alpha.unwrap(), fit.betas[0], fit.betas[1]];
        for (c, b) in rebuilt.iter().zip(coefficients) {
            assert!((c - b).abs() < 1e-12);
        }
    }
}
