//! The linear normal-return model behind all that are fitted by least squares.
//!
//! R_t = offset_t + α + Σ β_j x_jt + e_t. The offset has no coefficient: the risk-free rate of
//! excess-return models, the market's return of the market-adjusted one.

use super::{FitError, Fitted, NormalReturnModel};
use crate::analysis::inference::CommonFactors;
use crate::analysis::ols::{OlsError, OlsFit, dot, ols};
use crate::analysis::window_fit::{MAX_REGRESSORS, WindowFit, WindowFits};
use std::borrow::Cow;

/// A series on the session grid, borrowed where it can be; NaN is missing.
pub type Series<'a> = Cow<'a, [f64]>;

/// A normal return that is linear in its parameters.
#[derive(Debug, Clone)]
pub struct LinearModel<'a> {
    pub(super) name: &'static str,
    pub(super) constant: bool,
    pub(super) offset: Option<Series<'a>>,
    pub(super) regressors: Vec<(String, Series<'a>)>,
}

/// What a linear fit needs to forecast.
#[derive(Debug, Clone)]
pub(crate) enum LinearState {
    /// Nothing was estimated but the variance.
    Fixed,
    /// A regression.
    Ols(Box<OlsFit>),
}

/// A linear model's series, as plain slices with one entry per session.
#[derive(Debug, Clone)]
pub(crate) struct Design<'a> {
    pub constant: bool,
    pub offset: Option<&'a [f64]>,
    pub columns: Vec<&'a [f64]>,
}

impl Design<'_> {
    /// Whether every series has this many sessions, and the model few enough of them.
    pub fn suits(&self, n_sessions: usize) -> bool {
        let mut series = self.columns.iter().chain(&self.offset);
        self.columns.len() <= MAX_REGRESSORS && series.all(|s| s.len() == n_sessions)
    }

    /// The returns less the offset: what is regressed.
    pub fn outcome<'r>(&self, returns: &'r [f64]) -> Series<'r> {
        match self.offset {
            None => Cow::Borrowed(returns),
            Some(offset) => returns.iter().zip(offset).map(|(r, o)| r - o).collect(),
        }
    }
}

impl LinearModel<'_> {
    /// The model's series.
    pub(crate) fn design(&self) -> Design<'_> {
        Design {
            constant: self.constant,
            offset: self.offset.as_deref(),
            columns: self.regressors.iter().map(|(_, c)| &**c).collect(),
        }
    }

    /// The same model for a difference of two returns, from which the offset cancels.
    #[must_use]
    pub fn without_offset(mut self) -> Self {
        self.offset = None;
        self
    }

    /// What the model regresses on, for portfolios of instruments that share it; `None` for the
    /// mean-adjusted model, which has nothing to compare a portfolio with.
    pub fn common_factors(&self) -> Option<CommonFactors<'_>> {
        let columns = self.regressors.iter().map(|(_, column)| &**column);
        (self.offset.is_some() || !self.regressors.is_empty()).then(|| CommonFactors {
            offset: self.offset.as_deref(),
            columns: columns.collect(),
        })
    }

    /// Fits of many runs of sessions, from sums of products over the `usable` ones; `None` for
    /// more regressors than sums are good for.
    pub fn window_fits(
        &self,
        returns: &[f64],
        usable: impl Fn(usize) -> bool,
    ) -> Option<WindowFits> {
        let design = self.design();
        WindowFits::new(
            &design.outcome(returns),
            &design.columns,
            self.constant,
            usable,
        )
    }

    /// The normal return of session `t` by such a fit; NaN where an input is missing.
    pub fn normal_return_by(&self, fit: &WindowFit, t: usize) -> f64 {
        self.offset_at(t) + fit.predict(self.row(t))
    }

    fn offset_at(&self, t: usize) -> f64 {
        self.offset.as_ref().map_or(0.0, |o| o[t])
    }

    fn row(&self, t: usize) -> impl Iterator<Item = f64> {
        self.regressors.iter().map(move |(_, column)| column[t])
    }

    /// k = 0: the errors are the returns less the offset, s² = Σe²/M, not about their mean.
    fn fit_fixed(&self, errors: Vec<f64>) -> Result<Fitted, FitError> {
        let n = errors.len();
        let sse = dot(&errors, &errors);
        if n == 0 || sse.is_nan() || sse == 0.0 {
            return Err(FitError(OlsError::NoVariance.to_string()));
        }
        Ok(Fitted {
            n_estimation: n,
            n_parameters: 0,
            alpha: None,
            betas: Vec::new(),
            residual_sd: (sse / n as f64).sqrt(),
            r_squared: None,
            residuals: errors,
            state: LinearState::Fixed,
        })
    }

    fn explain(&self, error: &OlsError) -> FitError {
        FitError(match error {
            OlsError::Singular(j) => format!(
                "{} is constant or a combination of the other regressors over the estimation \
                 window",
                self.regressors[*j].0
            ),
            other => other.to_string(),
        })
    }
}

impl NormalReturnModel for LinearModel<'_> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn regressors(&self) -> Vec<String> {
        self.regressors.iter().map(|(n, _)| n.clone()).collect()
    }

    fn as_linear(&self) -> Option<&LinearModel<'_>> {
        Some(self)
    }

    fn covers(&self, t: usize) -> bool {
        self.offset.as_ref().is_none_or(|o| o[t].is_finite()) && self.row(t).all(f64::is_finite)
    }

    fn fit(&self, returns: &[f64], days: &[usize]) -> Result<Fitted, FitError> {
        let y: Vec<f64> = days
            .iter()
            .map(|&t| returns[t] - self.offset_at(t))
            .collect();
        if !self.constant && self.regressors.is_empty() {
            return self.fit_fixed(y);
        }
        let columns: Vec<Vec<f64>> = self
            .regressors
            .iter()
            .map(|(_, column)| days.iter().map(|&t| column[t]).collect())
            .collect();
        let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let fit = ols(&y, &slices, self.constant).map_err(|e| self.explain(&e))?;
        Ok(Fitted {
            n_estimation: fit.n,
            n_parameters: fit.n_parameters,
            alpha: fit.alpha,
            betas: fit.betas.clone(),
            residual_sd: fit.residual_sd,
            r_squared: fit.r_squared,
            residuals: fit.residuals.clone(),
            state: LinearState::Ols(Box::new(fit)),
        })
    }

    fn normal_return(&self, fit: &Fitted, t: usize) -> f64 {
        let forecast = match &fit.state {
            LinearState::Fixed => 0.0,
            LinearState::Ols(ols) => ols.predict(self.row(t)),
        };
        self.offset_at(t) + forecast
    }

    /// Cov(AR_t, AR_u) = s² (1[t = u] + z_t'(X'X)⁻¹z_u): Patell (1976), Campbell, Lo and
    /// MacKinlay (1997, eq. 4.4.7).
    fn forecast_covariance(&self, fit: &Fitted, days: &[usize]) -> Vec<f64> {
        let variance = fit.residual_sd * fit.residual_sd;
        let (constant, leverages) = match &fit.state {
            LinearState::Fixed => (0.0, vec![Vec::new(); days.len()]),
            LinearState::Ols(ols) => (
                ols.constant_leverage(),
                days.iter()
                    .map(|&t| ols.leverage_vector(self.row(t)))
                    .collect(),
            ),
        };
        let n = days.len();
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
