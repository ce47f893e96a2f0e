//! The linear normal-return model behind all that are fitted by least squares.
//!
//! R_t = offset_t + α + Σ β_j x_jt + e_t. The offset has no coefficient: the risk-free rate of
//! excess-return models, the market's return of the market-adjusted one.

use super::state::ModelState;
use super::{FitError, Fitted, NormalReturnModel};
use crate::analysis::inference::CommonFactors;
use crate::analysis::ols::{OlsError, ols};
use crate::analysis::window_fit::{MAX_REGRESSORS, WindowFit, WindowFits};
use std::borrow::Cow;

/// A series on the session grid, borrowed where it can be; NaN is missing.
pub type Series<'a> = Cow<'a, [f64]>;

/// A normal return that is linear in its parameters.
///
/// The CAPM of a share, and beta through time from sums of products:
///
/// ```
/// use shockwave::analysis::model::{NormalReturnModel, capm};
///
/// let excess: Vec<f64> = (0..500).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
/// let risk_free = vec![0.0002; 500]; // per session, as a fraction
/// let noise = |t: usize| 0.01 * ((t * t) as f64).sin();
/// let share: Vec<f64> = (0..500).map(|t| risk_free[t] + 1.2 * excess[t] + noise(t)).collect();
/// let model = capm(&excess[..], &risk_free[..]);
///
/// let fits = model.window_fits(&share, |_| true).ok_or("too many regressors")?;
/// for start in [0, 125, 250] {
///     let fit = fits.fit(start..start + 240).ok_or("not exact enough")?;
///     assert!((fit.betas()[0] - 1.2).abs() < 0.1);
///     let ar = share[start + 245] - model.normal_return_by(&fit, start + 245);
///     assert!(ar.abs() < 0.02);
/// }
///
/// // What a calendar-time portfolio of such shares is regressed on.
/// let factors = model.common_factors().ok_or("no factors")?;
/// assert_eq!((factors.columns.len(), factors.offset.map(|o| o[0])), (1, Some(0.0002)));
/// // One share long, another short: the risk-free rate cancels.
/// let difference = model.without_offset();
/// assert!(difference.common_factors().is_some_and(|f| f.offset.is_none()));
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone)]
pub struct LinearModel<'a> {
    pub(super) name: &'static str,
    pub(super) constant: bool,
    pub(super) offset: Option<Series<'a>>,
    pub(super) regressors: Vec<(String, Series<'a>)>,
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

    /// z_t'(X'X)⁻¹x_u for each estimation day u: the weight of its return in the normal return of
    /// session `t`. `None` where no coefficient is estimated.
    pub(crate) fn forecast_weights(
        &self,
        fit: &Fitted,
        t: usize,
        estimation_days: &[usize],
    ) -> Option<Vec<f64>> {
        let ModelState::Regression(ols) = &fit.state else {
            return None;
        };
        let columns = self.columns_on(estimation_days);
        let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let mut weights = ols.leverages(self.row(t), &slices);
        // Without regressors there is the constant alone.
        weights.resize(estimation_days.len(), ols.constant_leverage());
        Some(weights)
    }

    /// The regressors on some sessions, each by itself.
    fn columns_on(&self, days: &[usize]) -> Vec<Vec<f64>> {
        let regressors = self.regressors.iter();
        regressors
            .map(|(_, column)| days.iter().map(|&t| column[t]).collect())
            .collect()
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
            // k = 0: the errors are the returns less the offset, not about their mean.
            return Fitted::from_residuals(y, 0);
        }
        let columns = self.columns_on(days);
        let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let fit = ols(&y, &slices, self.constant).map_err(|e| self.explain(&e))?;
        Ok(Fitted::from_regression(fit))
    }

    fn normal_return(&self, fit: &Fitted, t: usize) -> f64 {
        self.offset_at(t) + fit.state.predict(self.row(t))
    }

    fn forecast_covariance(&self, fit: &Fitted, days: &[usize]) -> Vec<f64> {
        fit.regression_covariance(days.iter().map(|&t| self.row(t)))
    }
}
