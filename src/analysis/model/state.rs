//! What a fitted model keeps for its forecasts; no one outside the models looks inside.

use super::Fitted;
use super::garch::ErrorState;
use super::synthetic_control::Donors;
use crate::analysis::ols::{OlsFit, dot};

/// What a fit needs to forecast.
#[derive(Debug, Clone)]
pub(super) enum ModelState {
    /// Nothing was estimated but the variance.
    Fixed,
    /// A regression, or a line with the design of one.
    Regression(Box<OlsFit>),
    /// A line whose errors have a conditional variance.
    Garch(Box<ErrorState>),
    /// Weighted donors.
    Donors(Box<Donors>),
}

impl ModelState {
    /// α + z'β; 0 where there is no regression.
    pub fn predict(&self, row: impl IntoIterator<Item = f64>) -> f64 {
        match self {
            ModelState::Regression(ols) => ols.predict(row),
            _ => 0.0,
        }
    }
}

impl Fitted {
    /// The regression behind a linear fit, where there is one.
    pub(crate) fn regression(&self) -> Option<&OlsFit> {
        match &self.state {
            ModelState::Regression(ols) => Some(ols),
            _ => None,
        }
    }

    /// The fit that a regression is.
    pub(super) fn from_regression(fit: OlsFit) -> Self {
        Self {
            n_estimation: fit.n,
            n_parameters: fit.n_parameters,
            alpha: fit.alpha,
            betas: fit.betas.clone(),
            residual_sd: fit.residual_sd,
            r_squared: fit.r_squared,
            residuals: fit.residuals.clone(),
            details: Vec::new(),
            state: ModelState::Regression(Box::new(fit)),
        }
    }

    /// Cov(AR_t, AR_u) = s² (1[t = u] + z_t'(X'X)⁻¹z_u), row by row: Patell (1976), Campbell, Lo
    /// and MacKinlay (1997, eq. 4.4.7). Without a regression the second term is absent.
    pub(super) fn regression_covariance<R>(&self, rows: impl Iterator<Item = R>) -> Vec<f64>
    where
        R: IntoIterator<Item = f64>,
    {
        let variance = self.residual_sd * self.residual_sd;
        let regression = match &self.state {
            ModelState::Regression(ols) => Some(ols.as_ref()),
            ModelState::Donors(donors) => donors.regression.as_ref(),
            _ => None,
        };
        let constant = regression.map_or(0.0, OlsFit::constant_leverage);
        let leverage = |row: R| regression.map_or_else(Vec::new, |ols| ols.leverage_vector(row));
        let leverages: Vec<Vec<f64>> = rows.map(leverage).collect();
        let n = leverages.len();
        let mut covariance = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..n {
                let own = if i == j { 1.0 } else { 0.0 };
                covariance[i * n + j] =
                    variance * (own + constant + dot(&leverages[i], &leverages[j]));
            }
        }
        covariance
    }
}
