//! The market model with errors whose variance changes from day to day.
//!
//! One file per recursion (`plain`, `gjr`, `egarch`); the likelihood and its
//! maximum are common to them. Estimation days that are missing or masked are left out and the
//! others taken as consecutive, as the other programs do: a recursion across a gap would have to
//! invent the shocks of the days in it.

mod details;
mod egarch;
mod estimate;
mod gjr;
mod likelihood;
mod plain;
mod process;
mod scaled;

pub(crate) use details::EDGE_GAIN;
pub use process::VarianceParameters;
pub use scaled::ScaledReturn;

use super::linear::Series;
use super::state::ModelState;
use super::{FitError, Fitted, NormalReturnModel};
use crate::analysis::ols::{OlsError, OlsFit, dot, ols};
use details::details;
use likelihood::{Parameters, Sample, backcast, likelihood, walk};
use process::{Shocks, VarianceProcess};

/// The recursion of the variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VarianceKind {
    /// GARCH(1,1), Bollerslev (1986).
    Garch,
    /// GJR-GARCH(1,1), Glosten, Jagannathan and Runkle (1993).
    Gjr,
    /// EGARCH(1,1), Nelson (1991).
    Egarch,
}

/// The law of the standardised errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ErrorLaw {
    /// The normal law.
    Normal,
    /// Student's t scaled to unit variance, its degrees of freedom estimated.
    #[default]
    StudentT,
}

/// E(R_t) = α + βR_mt with Var(e_t) = σ²_t of a [`VarianceKind`], by maximum likelihood.
///
/// The forecast variance of a day is the expectation, on the last estimation day, of its σ²_t:
/// the recursion is iterated session by session through the gap and the event window. Under
/// Student's law EGARCH has no such expectation, as exponential moments are infinite: there it is
/// that over the shocks of the estimation days. To it comes the uncertainty of α and β,
/// z_t'(Σz_u z_u'/σ²_u)⁻¹z_u (that of weighted least squares; Student's law would give a little
/// less); that of the variance parameters is left out.
/// k counts all parameters; s² = Σe²/(M − k) is the average variance.
///
/// ```
/// use shockwave::analysis::model::{
///     ErrorLaw, GarchParameters, NormalReturnModel, VarianceKind, VarianceParameters, garch,
/// };
/// // Calm and stormy stretches of 25 sessions; the estimation ends with a calm one.
/// let size = |t: usize| if t / 25 % 2 == 0 { 0.005 } else { 0.02 };
/// let index: Vec<f64> = (0..500).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
/// let share: Vec<f64> = (0..500).map(|t| index[t] + size(t) * ((t * t) as f64).sin()).collect();
/// let model = garch("INDEX", &index[..], VarianceKind::Garch, ErrorLaw::Normal);
/// let days: Vec<usize> = (0..425).collect();
/// let fit = model.fit(&share, &days)?;
/// let ahead = model.variances_ahead(&fit, 20);
/// assert!(ahead[0] < fit.residual_sd.powi(2) && ahead[0] < ahead[19]); // it will not last
/// let day = model.scaled(&fit, &share, &[425])[0];
/// assert!((day.sd - ahead[0].sqrt()).abs() < 1e-12 && day.t == day.ar / day.sd);
/// // A constant variance is less likely.
/// let variance = VarianceParameters { omega: 1e-4, alpha: 0.0, gamma: 0.0, beta: 0.0 };
/// let flat = GarchParameters { alpha: 0.0, beta: 1.0, variance, nu: None };
/// let likelihood = fit.details.iter().find(|(name, _)| name == "log_likelihood");
/// assert!(model.path(&share, &days, &flat)?.log_likelihood < likelihood.map_or(0.0, |l| l.1));
/// # Ok::<(), shockwave::analysis::model::FitError>(())
/// ```
#[derive(Debug, Clone)]
pub struct GarchModel<'a> {
    name: String,
    /// Absent where the mean is a constant.
    market: Option<Series<'a>>,
    kind: VarianceKind,
    law: ErrorLaw,
}

/// The model; `name` is the market's, as the results print it.
pub fn garch<'a>(
    name: &str,
    market: impl Into<Series<'a>>,
    kind: VarianceKind,
    law: ErrorLaw,
) -> GarchModel<'a> {
    GarchModel {
        name: name.to_owned(),
        market: Some(market.into()),
        kind,
        law,
    }
}

/// The model without a market, E(R_t) = α: for series that have been taken from it already, such
/// as abnormal returns.
pub fn garch_about_mean(kind: VarianceKind, law: ErrorLaw) -> GarchModel<'static> {
    GarchModel {
        name: String::new(),
        market: None,
        kind,
        law,
    }
}

/// What a fit with conditional variance needs to forecast.
#[derive(Debug, Clone)]
pub(super) struct ErrorState {
    parameters: GarchParameters,
    last_session: usize,
    last_variance: f64,
    last_error: f64,
    /// e/σ of the estimation days.
    shocks: Vec<f64>,
    /// Of the market, weighted by 1/σ²: mean, Σ(x − x̄)²/σ²; and Σ1/σ².
    centre: f64,
    spread: f64,
    weight: f64,
}

/// Every parameter of a [`GarchModel`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GarchParameters {
    /// α of the line.
    pub alpha: f64,
    /// β of the line.
    pub beta: f64,
    /// Of the variance.
    pub variance: VarianceParameters,
    /// ν, under Student's law.
    pub nu: Option<f64>,
}

/// The errors and variances of the estimation days under given parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct VariancePath {
    /// e.
    pub errors: Vec<f64>,
    /// σ².
    pub variances: Vec<f64>,
    /// Σ ln f(e_t; σ²_t).
    pub log_likelihood: f64,
}

impl GarchModel<'_> {
    fn process(&self) -> &'static dyn VarianceProcess {
        match self.kind {
            VarianceKind::Garch => &plain::Plain,
            VarianceKind::Gjr => &gjr::Gjr,
            VarianceKind::Egarch => &egarch::Egarch,
        }
    }

    fn columns(&self, returns: &[f64], days: &[usize]) -> (Vec<f64>, Vec<f64>) {
        let y = days.iter().map(|&t| returns[t]).collect();
        (y, days.iter().map(|&t| self.market_on(t)).collect())
    }

    /// The market's return; 0 where the model has none.
    fn market_on(&self, t: usize) -> f64 {
        self.market.as_ref().map_or(0.0, |m| m[t])
    }

    /// The least-squares fit that the search starts from.
    fn start(&self, y: &[f64], x: &[f64]) -> Result<OlsFit, FitError> {
        let regressors: &[&[f64]] = if self.market.is_some() { &[x] } else { &[] };
        ols(y, regressors, true).map_err(|e| super::line::explain(&e))
    }

    /// The errors, variances and likelihood of the `days` (session indexes of `returns`, ascending)
    /// under parameters of your choice.
    ///
    /// # Errors
    /// The market does not vary over the days: the recursion starts from the residuals of the
    /// ordinary fit.
    pub fn path(
        &self,
        returns: &[f64],
        days: &[usize],
        parameters: &GarchParameters,
    ) -> Result<VariancePath, FitError> {
        let (y, x) = self.columns(returns, days);
        let start = self.start(&y, &x)?;
        Ok(self.walk(y, x, backcast(&start.residuals), parameters))
    }

    fn walk(
        &self,
        y: Vec<f64>,
        x: Vec<f64>,
        backcast: f64,
        parameters: &GarchParameters,
    ) -> VariancePath {
        let sample = Sample { y, x, backcast };
        let p = Parameters {
            alpha: parameters.alpha,
            beta: parameters.beta,
            variance: parameters.variance,
            nu: parameters.nu.unwrap_or(f64::NAN),
        };
        let mut path = VariancePath {
            errors: Vec::with_capacity(sample.y.len()),
            variances: Vec::with_capacity(sample.y.len()),
            log_likelihood: likelihood(&sample, self.process(), self.law, &p).value,
        };
        walk(&sample, self.process(), &p, |error, step, _| {
            path.errors.push(error);
            path.variances.push(step.variance);
        });
        path
    }

    /// E σ² of the `horizon` sessions after the last estimation day; empty where the fit is
    /// another model's.
    pub fn variances_ahead(&self, fit: &Fitted, horizon: usize) -> Vec<f64> {
        let ModelState::Garch(state) = &fit.state else {
            return Vec::new();
        };
        let p = &state.parameters.variance;
        let process = self.process();
        let next = process.next(p, state.last_variance, state.last_error);
        let shocks = Shocks::under(self.law, &state.shocks);
        process.ahead(p, next.variance, horizon, shocks)
    }
}

impl NormalReturnModel for GarchModel<'_> {
    fn name(&self) -> &'static str {
        match self.kind {
            VarianceKind::Garch => "garch",
            VarianceKind::Gjr => "gjr",
            VarianceKind::Egarch => "egarch",
        }
    }

    fn regressors(&self) -> Vec<String> {
        self.market.iter().map(|_| self.name.clone()).collect()
    }

    fn covers(&self, t: usize) -> bool {
        self.market_on(t).is_finite()
    }

    fn fit(&self, returns: &[f64], days: &[usize]) -> Result<Fitted, FitError> {
        let (y, x) = self.columns(returns, days);
        let n = days.len();
        let line = 1 + usize::from(self.market.is_some());
        let k = line + self.process().n_parameters() + usize::from(self.law == ErrorLaw::StudentT);
        let Some(&last_session) = days.last().filter(|_| n > k) else {
            return Err(FitError(OlsError::TooFewRows { n, k }.to_string()));
        };
        let start = self.start(&y, &x)?;
        let estimate = estimate::estimate(&x, &start, self.process(), self.law)?;
        let found = estimate.parameters;
        let parameters = GarchParameters {
            alpha: found.alpha,
            beta: found.beta,
            variance: found.variance,
            nu: (self.law == ErrorLaw::StudentT).then_some(found.nu),
        };
        let path = self.walk(y, x.clone(), backcast(&start.residuals), &parameters);
        let weights: Vec<f64> = path.variances.iter().map(|v| 1.0 / v).collect();
        let weight: f64 = weights.iter().sum();
        let centre = dot(&weights, &x) / weight;
        let squares = x.iter().map(|x| (x - centre) * (x - centre));
        let spread = squares.zip(&weights).map(|(s, w)| s * w).sum();
        let shocks = path.errors.iter().zip(&path.variances);
        Ok(Fitted {
            n_estimation: n,
            n_parameters: k,
            alpha: Some(parameters.alpha),
            betas: self.market.iter().map(|_| parameters.beta).collect(),
            residual_sd: (dot(&path.errors, &path.errors) / (n - k) as f64).sqrt(),
            r_squared: None,
            details: details(
                self.kind,
                &parameters,
                path.log_likelihood,
                estimate.edge_gain,
            ),
            state: ModelState::Garch(Box::new(ErrorState {
                parameters,
                last_session,
                last_variance: path.variances[n - 1],
                last_error: path.errors[n - 1],
                shocks: shocks.map(|(e, v)| e / v.sqrt()).collect(),
                centre,
                spread,
                weight,
            })),
            residuals: path.errors,
        })
    }

    fn normal_return(&self, fit: &Fitted, t: usize) -> f64 {
        let slope = fit
            .betas
            .first()
            .map_or(0.0, |beta| beta * self.market_on(t));
        fit.alpha.unwrap_or(0.0) + slope
    }

    /// Conditional variances on the diagonal, and what the estimates of α and β add everywhere.
    /// A day before the end of the estimation has the variance of the first day after it.
    fn forecast_covariance(&self, fit: &Fitted, days: &[usize]) -> Vec<f64> {
        let ModelState::Garch(state) = &fit.state else {
            return vec![f64::NAN; days.len() * days.len()];
        };
        let steps: Vec<usize> = days
            .iter()
            .map(|t| t.saturating_sub(state.last_session).max(1))
            .collect();
        let horizon = steps.iter().copied().max().unwrap_or(0);
        let ahead = self.variances_ahead(fit, horizon);
        let n = days.len();
        let mut covariance = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..n {
                let [a, b] = [i, j].map(|i| self.market_on(days[i]) - state.centre);
                let own = if i == j { ahead[steps[i] - 1] } else { 0.0 };
                let slope = if self.market.is_some() {
                    a * b / state.spread
                } else {
                    0.0
                };
                covariance[i * n + j] = own + 1.0 / state.weight + slope;
            }
        }
        covariance
    }
}

#[cfg(test)]
mod tests;
