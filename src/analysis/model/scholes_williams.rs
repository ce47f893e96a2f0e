//! The market model with the beta of Scholes and Williams, for instruments that trade thinly or
//! at other hours than the market.

use super::line::{explain, fit_line, has_neighbours, shifted};
use super::linear::Series;
use super::{FitError, Fitted, NormalReturnModel};
use crate::analysis::ols::{OlsError, dot, mean};
use std::ops::Range;

/// E(R_t) = α + βR_mt, β = (β₋₁ + β₀ + β₊₁)/(1 + 2ρ), k = 2 (Scholes and Williams 1977).
///
/// β₋₁, β₀ and β₊₁ are slopes of three simple regressions, on the market of the day before, of
/// the day and of the day after; ρ is the market's first-order autocorrelation; α = R̄ − βR̄_m.
#[derive(Debug, Clone)]
pub struct ScholesWilliams<'a> {
    name: String,
    market: Series<'a>,
}

/// The model; `name` is the market's, as the results print it.
pub fn scholes_williams<'a>(name: &str, market: impl Into<Series<'a>>) -> ScholesWilliams<'a> {
    ScholesWilliams {
        name: name.to_owned(),
        market: market.into(),
    }
}

impl NormalReturnModel for ScholesWilliams<'_> {
    fn name(&self) -> &'static str {
        "scholes-williams"
    }

    fn regressors(&self) -> Vec<String> {
        vec![self.name.clone()]
    }

    fn covers(&self, t: usize) -> bool {
        self.market[t].is_finite()
    }

    fn can_estimate(&self, t: usize, window: &Range<usize>) -> bool {
        has_neighbours(&self.market, t, (1, 1), window)
    }

    fn fit(&self, returns: &[f64], days: &[usize]) -> Result<Fitted, FitError> {
        let y: Vec<f64> = days.iter().map(|&t| returns[t]).collect();
        let [before, now, after] = [-1, 0, 1].map(|shift| shifted(&self.market, days, shift));
        let betas = [slope(&y, &before)?, slope(&y, &now)?, slope(&y, &after)?];
        let rho = correlation(&now, &before);
        if rho.is_nan() || 1.0 + 2.0 * rho <= 0.0 {
            return Err(FitError(format!(
                "the market's autocorrelation is {rho:.2}: at -0.5 or below the beta of Scholes \
                 and Williams is undefined"
            )));
        }
        let beta = betas.iter().sum::<f64>() / (1.0 + 2.0 * rho);
        let alpha = mean(&y) - beta * mean(&now);
        let mut fitted = fit_line(&y, &now, (alpha, beta), 2)?;
        let names = ["beta_lag", "beta_0", "beta_lead"];
        let parts = names.into_iter().zip(betas).chain([("rho", rho)]);
        fitted.details = parts.map(|(name, v)| (name.to_owned(), v)).collect();
        Ok(fitted)
    }

    fn normal_return(&self, fit: &Fitted, t: usize) -> f64 {
        fit.state.predict([self.market[t]])
    }

    fn forecast_covariance(&self, fit: &Fitted, days: &[usize]) -> Vec<f64> {
        fit.regression_covariance(days.iter().map(|&t| [self.market[t]]))
    }
}

/// The slope of a simple regression; unlike [`ols`](crate::analysis::ols::ols) also where the
/// residuals vanish, for a β₀ of the market itself.
fn slope(y: &[f64], x: &[f64]) -> Result<f64, FitError> {
    let (y, x) = (centred(y), centred(x));
    let slope = dot(&x, &y) / dot(&x, &x);
    if slope.is_finite() {
        return Ok(slope);
    }
    Err(explain(&OlsError::Singular(0)))
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (centred(a), centred(b));
    dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt()
}

fn centred(values: &[f64]) -> Vec<f64> {
    let mean = mean(values);
    values.iter().map(|v| v - mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::model::testing::{returns_on, white_noise};

    #[test]
    fn a_late_trader_gets_its_beta_back() {
        // Half of the market's move is seen today, half tomorrow: the plain slope is half of 1.4.
        let market = white_noise(4000, 1);
        let late: Vec<f64> = (0..4000)
            .map(|t| 0.7 * market[t] + if t > 0 { 0.7 * market[t - 1] } else { 0.0 })
            .collect();
        let days: Vec<usize> = (1..3999).collect();
        let noisy = returns_on(&late, 1.0, 0.1, 2);
        let model = scholes_williams("market", market.as_slice());
        let fit = model.fit(&noisy, &days).unwrap();
        assert!((fit.betas[0] - 1.4).abs() < 0.05, "{:?}", fit.betas);
        assert!((fit.details[1].1 - 0.7).abs() < 0.05);
    }

    #[test]
    fn neighbours_must_lie_inside_the_window() {
        let mut market = white_noise(20, 3);
        market[10] = f64::NAN;
        let model = scholes_williams("market", market);
        let usable: Vec<usize> = (0..20)
            .filter(|&t| model.can_estimate(t, &(4..16)))
            .collect();
        assert_eq!(usable, [5, 6, 7, 8, 12, 13, 14]);
        assert!(model.covers(4) && !model.covers(10));
    }
}
