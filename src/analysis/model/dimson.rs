//! The market model with Dimson's beta, for instruments that trade infrequently.

use super::line::{explain, fit_line, has_neighbours, shifted};
use super::linear::Series;
use super::{FitError, Fitted, NormalReturnModel};
use crate::analysis::ols::{mean, ols};
use std::ops::Range;

/// E(R_t) = α + βR_mt, β = Σ_j β_j of one regression of R_t on the market of the days t + j, j
/// from −lags to +leads, k = 2 + lags + leads; α = R̄ − βR̄_m (Dimson 1979).
#[derive(Debug, Clone)]
pub struct Dimson<'a> {
    name: String,
    market: Series<'a>,
    lags: usize,
    leads: usize,
}

/// The model with so many lagged and leading market returns (one each is usual); `name` is the
/// market's, as the results print it.
pub fn dimson<'a>(
    name: &str,
    market: impl Into<Series<'a>>,
    lags: usize,
    leads: usize,
) -> Dimson<'a> {
    Dimson {
        name: name.to_owned(),
        market: market.into(),
        lags,
        leads,
    }
}

impl Dimson<'_> {
    fn shifts(&self) -> Range<i32> {
        -(self.lags as i32)..self.leads as i32 + 1
    }
}

impl NormalReturnModel for Dimson<'_> {
    fn name(&self) -> &'static str {
        "dimson"
    }

    fn regressors(&self) -> Vec<String> {
        vec![self.name.clone()]
    }

    fn covers(&self, t: usize) -> bool {
        self.market[t].is_finite()
    }

    fn can_estimate(&self, t: usize, window: &Range<usize>) -> bool {
        has_neighbours(&self.market, t, (self.lags, self.leads), window)
    }

    fn fit(&self, returns: &[f64], days: &[usize]) -> Result<Fitted, FitError> {
        let y: Vec<f64> = days.iter().map(|&t| returns[t]).collect();
        let columns: Vec<Vec<f64>> = self
            .shifts()
            .map(|shift| shifted(&self.market, days, shift))
            .collect();
        let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let full = ols(&y, &slices, true).map_err(|e| explain(&e))?;
        let now = &columns[self.lags];
        let beta: f64 = full.betas.iter().sum();
        let alpha = mean(&y) - beta * mean(now);
        let mut fitted = fit_line(&y, now, (alpha, beta), full.n_parameters)?;
        fitted.details = self.shifts().map(beta_name).zip(full.betas).collect();
        Ok(fitted)
    }

    fn normal_return(&self, fit: &Fitted, t: usize) -> f64 {
        fit.state.predict([self.market[t]])
    }

    fn forecast_covariance(&self, fit: &Fitted, days: &[usize]) -> Vec<f64> {
        fit.regression_covariance(days.iter().map(|&t| [self.market[t]]))
    }
}

/// `beta_lag2`, `beta_lag`, `beta_0`, `beta_lead`, `beta_lead2`.
fn beta_name(shift: i32) -> String {
    match shift {
        -1 => "beta_lag".to_owned(),
        0 => "beta_0".to_owned(),
        1 => "beta_lead".to_owned(),
        s if s < 0 => format!("beta_lag{}", -s),
        s => format!("beta_lead{s}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::inference::conformal::conformal;
    use crate::analysis::model::market;
    use crate::analysis::model::testing::{returns_on, white_noise};

    #[test]
    fn without_neighbours_it_is_the_market_model() {
        let x = white_noise(120, 5);
        let y = returns_on(&x, 1.3, 0.5, 6);
        let days: Vec<usize> = (3..110).collect();
        let (own, plain) = (dimson("m", x.as_slice(), 0, 0), market("m", x.as_slice()));
        let (a, b) = (own.fit(&y, &days).unwrap(), plain.fit(&y, &days).unwrap());
        assert_eq!(a.n_parameters, b.n_parameters);
        assert!((a.betas[0] - b.betas[0]).abs() < 1e-13);
        assert!((a.residual_sd / b.residual_sd - 1.0).abs() < 1e-13);
        let event = [112, 113];
        let cov = own.forecast_covariance(&a, &event);
        for (u, v) in cov.iter().zip(plain.forecast_covariance(&b, &event)) {
            assert!((u - v).abs() < 1e-13 * cov[0]);
        }
    }

    #[test]
    fn a_window_at_the_end_of_the_data_has_no_conformal_p() {
        let x = white_noise(120, 5);
        let y = returns_on(&x, 1.3, 0.5, 6);
        let days: Vec<usize> = (1..110).collect();
        let model = dimson("m", x, 1, 1);
        assert!(conformal(&y, &model, &days, &[117, 118]).is_ok());
        let error = conformal(&y, &model, &days, &[118, 119]).unwrap_err();
        assert!(error.0.contains("end of the data"), "{}", error.0);
    }

    #[test]
    fn two_lags_find_a_reaction_of_three_days() {
        let x = white_noise(3000, 7);
        let spread: Vec<f64> = (0..3000)
            .map(|t| {
                (0..3)
                    .map(|j| if t >= j { 0.4 * x[t - j] } else { 0.0 })
                    .sum()
            })
            .collect();
        let y = returns_on(&spread, 1.0, 0.1, 8);
        let days: Vec<usize> = (2..2999).collect();
        let fit = dimson("m", x, 2, 1).fit(&y, &days).unwrap();
        assert!((fit.betas[0] - 1.2).abs() < 0.02, "{:?}", fit.betas);
        assert_eq!(fit.n_parameters, 5);
        assert_eq!(fit.details[0].0, "beta_lag2");
        assert!((fit.details[3].1).abs() < 0.02, "the lead is nothing");
    }
}
