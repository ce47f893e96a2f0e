//! The market model by Huber's M-estimator: days of wild returns in the estimation window pull
//! the line less than in least squares.

use super::line::{explain, fit_line};
use super::linear::Series;
use super::{FitError, Fitted, NormalReturnModel};
use crate::analysis::ols::{OlsError, ols};

/// 95 % efficiency under the normal law (Huber 1981).
const TUNING: f64 = 1.345;
/// Φ⁻¹(3/4): the median absolute deviation of the standard normal law.
const NORMAL_MAD: f64 = 0.674_489_750_196_081_7;
/// Largest step of a fitted value, in units of the scale, at which the iteration has arrived.
const TOLERANCE: f64 = 1e-13;
/// Scale, relative to that of least squares, below which there is none.
const NO_SCALE: f64 = 1e-6;
const MAX_ITERATIONS: usize = 2000;

/// E(R_t) = α + βR_mt with Σψ(e_t/σ̂)z_t = 0, ψ(u) = max(−c, min(c, u)), c = 1.345, σ̂ the median
/// of |e| over 0.6745, k = 2 (Huber 1964, 1981), by reweighted least squares from the ordinary
/// fit, the scale renewed at every step.
///
/// The forecast variance is s²(1 + z'(X'X)⁻¹z) with s² = Σe²/(M − 2) of *all* residuals: the line
/// is robust, but an event day is drawn from the same fat-tailed law as the days that the line
/// was protected from, so that the smaller σ̂ would call too many days abnormal.
#[derive(Debug, Clone)]
pub struct Robust<'a> {
    name: String,
    market: Series<'a>,
    tuning: f64,
}

/// The model; `name` is the market's, as the results print it.
pub fn robust<'a>(name: &str, market: impl Into<Series<'a>>) -> Robust<'a> {
    Robust {
        name: name.to_owned(),
        market: market.into(),
        tuning: TUNING,
    }
}

impl NormalReturnModel for Robust<'_> {
    fn name(&self) -> &'static str {
        "robust"
    }

    fn regressors(&self) -> Vec<String> {
        vec![self.name.clone()]
    }

    fn covers(&self, t: usize) -> bool {
        self.market[t].is_finite()
    }

    fn fit(&self, returns: &[f64], days: &[usize]) -> Result<Fitted, FitError> {
        let y: Vec<f64> = days.iter().map(|&t| returns[t]).collect();
        let x: Vec<f64> = days.iter().map(|&t| self.market[t]).collect();
        let (alpha, beta, scale) = huber_line(&y, &x, self.tuning)?;
        let mut fitted = fit_line(&y, &x, (alpha, beta), 2)?;
        fitted.details = vec![("robust_scale".to_owned(), scale)];
        Ok(fitted)
    }

    fn normal_return(&self, fit: &Fitted, t: usize) -> f64 {
        fit.state.predict([self.market[t]])
    }

    fn forecast_covariance(&self, fit: &Fitted, days: &[usize]) -> Vec<f64> {
        fit.regression_covariance(days.iter().map(|&t| [self.market[t]]))
    }
}

/// α, β and the scale of the residuals.
fn huber_line(y: &[f64], x: &[f64], tuning: f64) -> Result<(f64, f64, f64), FitError> {
    let start = ols(y, &[x], true).map_err(|e| explain(&e))?;
    let (mut alpha, mut beta) = (start.alpha.unwrap_or(0.0), start.betas[0]);
    let farthest = x.iter().fold(0.0_f64, |a, v| a.max(v.abs()));
    for _ in 0..MAX_ITERATIONS {
        let residuals: Vec<f64> = y.iter().zip(x).map(|(y, x)| y - alpha - beta * x).collect();
        let scale = median_of_sizes(&residuals) / NORMAL_MAD;
        if scale.is_nan() || scale <= NO_SCALE * start.residual_sd {
            return Err(FitError(
                "more than half of the residuals are zero: they have no robust scale".to_owned(),
            ));
        }
        let weight = |e: &f64| (tuning * scale / e.abs()).min(1.0);
        let weights: Vec<f64> = residuals.iter().map(weight).collect();
        let (new_alpha, new_beta) = weighted_line(y, x, &weights)?;
        let step = (new_alpha - alpha).abs() + (new_beta - beta).abs() * farthest;
        (alpha, beta) = (new_alpha, new_beta);
        if step <= TOLERANCE * scale {
            return Ok((alpha, beta, scale));
        }
    }
    Err(FitError(format!(
        "the robust line has not converged after {MAX_ITERATIONS} iterations"
    )))
}

fn weighted_line(y: &[f64], x: &[f64], weights: &[f64]) -> Result<(f64, f64), FitError> {
    let total: f64 = weights.iter().sum();
    let mean = |v: &[f64]| v.iter().zip(weights).map(|(v, w)| w * v).sum::<f64>() / total;
    let (x_mean, y_mean) = (mean(x), mean(y));
    let (mut xx, mut xy) = (0.0, 0.0);
    for ((x, y), w) in x.iter().zip(y).zip(weights) {
        xx += w * (x - x_mean) * (x - x_mean);
        xy += w * (x - x_mean) * (y - y_mean);
    }
    if xx.is_nan() || xx <= 0.0 {
        return Err(explain(&OlsError::Singular(0)));
    }
    let beta = xy / xx;
    Ok((y_mean - beta * x_mean, beta))
}

/// Median of |e|, the mean of the middle two for an even count.
fn median_of_sizes(residuals: &[f64]) -> f64 {
    let mut sizes: Vec<f64> = residuals.iter().map(|e| e.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let n = sizes.len();
    0.5 * (sizes[(n - 1) / 2] + sizes[n / 2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::model::market;
    use crate::analysis::model::testing::{returns_on, white_noise};

    #[test]
    fn a_huge_tuning_constant_is_least_squares() {
        let x = white_noise(150, 11);
        let y = returns_on(&x, 0.8, 0.7, 12);
        let days: Vec<usize> = (0..150).collect();
        let mut model = robust("m", x.as_slice());
        model.tuning = 1e6;
        let (a, b) = (
            model.fit(&y, &days).unwrap(),
            market("m", x.as_slice()).fit(&y, &days).unwrap(),
        );
        assert!((a.betas[0] - b.betas[0]).abs() < 1e-13);
        assert!((a.alpha.unwrap() - b.alpha.unwrap()).abs() < 1e-14);
    }

    #[test]
    fn one_wild_day_moves_it_less_and_scaling_scales() {
        let x = white_noise(150, 13);
        let mut y = returns_on(&x, 0.8, 0.1, 14);
        let days: Vec<usize> = (0..150).collect();
        let largest = |a: &usize, b: &usize| x[*a].abs().total_cmp(&x[*b].abs());
        let wild = (0..150).max_by(largest).unwrap();
        y[wild] += 20.0 * x[wild];
        let (a, b) = (
            robust("m", x.as_slice()).fit(&y, &days).unwrap(),
            market("m", x.as_slice()).fit(&y, &days).unwrap(),
        );
        assert!((a.betas[0] - 0.8).abs() < 0.05);
        assert!((b.betas[0] - 0.8).abs() > 0.1);
        let tenfold: Vec<f64> = y.iter().map(|v| 10.0 * v).collect();
        let c = robust("m", x.as_slice()).fit(&tenfold, &days).unwrap();
        assert!((c.residual_sd / a.residual_sd - 10.0).abs() < 1e-11);
        assert!((c.details[0].1 / a.details[0].1 - 10.0).abs() < 1e-11);
    }

    #[test]
    fn most_days_exactly_on_the_line_have_no_scale() {
        let x = white_noise(50, 15);
        let mut y: Vec<f64> = x.iter().map(|x| 0.5 * x).collect();
        (0..10).for_each(|t| y[3 * t] += if t % 2 == 0 { 0.02 } else { -0.03 });
        let days: Vec<usize> = (0..50).collect();
        let error = robust("m", x).fit(&y, &days).unwrap_err();
        assert!(error.0.contains("scale"), "{error}");
    }
}
