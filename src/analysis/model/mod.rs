//! Normal-return models: what the return would have been without the event.
//!
//! A model knows its regressors on the session grid and fits any set of estimation days; one
//! model per file. [`ModelKind`] is the list that settings choose from. To add a model: a file
//! with a [`NormalReturnModel`], a variant and its name here, an answer in `tests/reference`.
//!
//! ```
//! use shockwave::analysis::model::{
//!     ErrorLaw, NormalReturnModel, VarianceKind, capm, dimson, garch, garch_about_mean, market,
//!     market_adjusted, mean_adjusted, robust, scholes_williams, synthetic_control,
//! };
//!
//! let index: Vec<f64> = (0..300).map(|t| 0.01 * ((3 * t * t) as f64).sin()).collect();
//! let noise = |t: usize| 0.004 * ((t * t) as f64).cos();
//! let share: Vec<f64> = (0..300).map(|t| 1.5 * index[t] + noise(t)).collect();
//! let other: Vec<f64> = (0..300).map(|t| 2.0 * index[t] - noise(t + 7)).collect();
//! let donors = vec![("OTHER".to_owned(), other.into()), ("INDEX".to_owned(), index[..].into())];
//! let risk_free = vec![0.0001; 300]; // per session
//! let excess: Vec<f64> = index.iter().zip(&risk_free).map(|(r, f)| r - f).collect();
//!
//! let models: [Box<dyn NormalReturnModel>; 10] = [
//!     Box::new(mean_adjusted()),
//!     Box::new(market_adjusted(&index[..])),
//!     Box::new(market("INDEX", &index[..])),
//!     Box::new(capm(excess, risk_free)),
//!     Box::new(scholes_williams("INDEX", &index[..])),
//!     Box::new(dimson("INDEX", &index[..], 1, 1)),
//!     Box::new(robust("INDEX", &index[..])),
//!     Box::new(garch("INDEX", &index[..], VarianceKind::Garch, ErrorLaw::Normal)),
//!     Box::new(garch_about_mean(VarianceKind::Garch, ErrorLaw::Normal)),
//!     Box::new(synthetic_control(donors)),
//! ];
//! let days: Vec<usize> = (10..250).collect();
//! for model in &models {
//!     let fit = model.fit(&share, &days)?;
//!     assert_eq!(fit.n_estimation, 240);
//!     let ar = share[260] - model.normal_return(&fit, 260);
//!     let variance = model.forecast_covariance(&fit, &[260])[0];
//!     assert!(ar.abs() < 5.0 * variance.sqrt(), "{}", model.name());
//! }
//! # Ok::<(), shockwave::analysis::model::FitError>(())
//! ```

mod capm;
mod dimson;
mod factors;
mod garch;
mod line;
mod linear;
mod market;
mod market_adjusted;
mod mean_adjusted;
mod robust;
mod scholes_williams;
mod state;
mod synthetic_control;
#[cfg(test)]
pub(crate) mod testing;

pub use capm::capm;
pub use dimson::{Dimson, dimson};
pub use factors::{factors, french};
pub(crate) use garch::EDGE_GAIN;
pub use garch::{
    ErrorLaw, GarchModel, GarchParameters, ScaledReturn, VarianceKind, VarianceParameters,
    VariancePath, garch, garch_about_mean,
};
pub(crate) use linear::Design;
pub use linear::{LinearModel, Series};
pub use market::market;
pub use market_adjusted::market_adjusted;
pub use mean_adjusted::mean_adjusted;
pub use robust::{Robust, robust};
pub use scholes_williams::{ScholesWilliams, scholes_williams};
pub use synthetic_control::{SyntheticControl, synthetic_control};

use crate::analysis::ols::{OlsError, dot};
use std::ops::Range;
use std::str::FromStr;

/// A fitted normal-return model, with what its tests need.
///
/// A model of one's own hands in its residuals, here those of a given beta of 1:
///
/// ```
/// use shockwave::analysis::model::Fitted;
///
/// let (share, market) = ([0.012, -0.018, 0.005, 0.001], [0.010, -0.015, 0.008, 0.000]);
/// let residuals = share.iter().zip(market).map(|(r, m)| r - m).collect();
/// let fit = Fitted::from_residuals(residuals, 0)?; // nothing was estimated
/// assert_eq!((fit.n_estimation, fit.df()), (4, 4.0));
/// assert!((fit.residual_sd - 0.0024).abs() < 1e-4); // √(Σe²/(M − k))
/// # Ok::<(), shockwave::analysis::model::FitError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Fitted {
    /// M, usable estimation days.
    pub n_estimation: usize,
    /// k, estimated parameters.
    pub n_parameters: usize,
    /// The constant, where the model has one.
    pub alpha: Option<f64>,
    /// Slopes, in the order of [`NormalReturnModel::regressors`]; NaN of a donor that was left out.
    pub betas: Vec<f64>,
    /// s = √(Σe²/(M − k)).
    pub residual_sd: f64,
    /// Coefficient of determination, where the model has a constant.
    pub r_squared: Option<f64>,
    /// e, in the order of the estimation days.
    pub residuals: Vec<f64>,
    /// Other estimates by name: the lead and lag betas of Dimson, ω of GARCH, the donors left out
    /// of a synthetic control.
    pub details: Vec<(String, f64)>,
    /// What the model needs to forecast.
    state: state::ModelState,
}

impl Fitted {
    /// The fit of a model of your own, from its residuals e over the M estimation days and the
    /// number k of parameters behind them: s² = Σe²/(M − k). `alpha`, `betas`, `r_squared` and
    /// `details` are left for the model to fill in, and to forecast with.
    ///
    /// # Errors
    /// No more residuals than parameters, residuals that are not all finite, or all zero.
    pub fn from_residuals(residuals: Vec<f64>, n_parameters: usize) -> Result<Self, FitError> {
        let (n, k) = (residuals.len(), n_parameters);
        if n <= k {
            return Err(FitError(OlsError::TooFewRows { n, k }.to_string()));
        }
        let sse = dot(&residuals, &residuals);
        if !sse.is_finite() || sse == 0.0 {
            return Err(FitError(OlsError::NoVariance.to_string()));
        }
        Ok(Self {
            n_estimation: n,
            n_parameters,
            alpha: None,
            betas: Vec::new(),
            residual_sd: (sse / (n - k) as f64).sqrt(),
            r_squared: None,
            residuals,
            details: Vec::new(),
            state: state::ModelState::Fixed,
        })
    }

    /// M − k.
    pub fn df(&self) -> f64 {
        (self.n_estimation - self.n_parameters) as f64
    }
}

/// Why a model cannot be fitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FitError(pub String);

/// A model of the return in the absence of the event. `examples/own_model.rs` is one from outside.
pub trait NormalReturnModel: Send + Sync {
    /// Name, as the settings write it.
    fn name(&self) -> &'static str;

    /// Names of the slopes that a fit has.
    fn regressors(&self) -> Vec<String>;

    /// The model as a linear one, which many runs of sessions can be fitted to at once.
    fn as_linear(&self) -> Option<&LinearModel<'_>> {
        None
    }

    /// Whether the model's own inputs are present on session `t`.
    fn covers(&self, t: usize) -> bool;

    /// Whether session `t` can be an estimation day, `window` being the sessions of the
    /// estimation window: a model that looks at neighbouring sessions needs them inside it.
    fn can_estimate(&self, t: usize, window: &Range<usize>) -> bool {
        window.contains(&t) && self.covers(t)
    }

    /// Fits `returns` (one per session, NaN is missing) on the `days` given, all of which must
    /// be able to serve as estimation days and have a return.
    ///
    /// # Errors
    /// No variance, too few days, regressors that are copies of each other, or an estimator that
    /// does not converge.
    fn fit(&self, returns: &[f64], days: &[usize]) -> Result<Fitted, FitError>;

    /// The normal return of session `t`; NaN where an input is missing.
    fn normal_return(&self, fit: &Fitted, t: usize) -> f64;

    /// Covariance of the forecast errors of the `days` given, row by row: the error of the
    /// return itself and that of the estimated parameters. All days must be covered.
    fn forecast_covariance(&self, fit: &Fitted, days: &[usize]) -> Vec<f64>;
}

/// The models that settings choose from.
///
/// ```
/// use shockwave::analysis::model::ModelKind;
///
/// let kind: ModelKind = "ff3".parse()?;
/// assert_eq!(kind.french_factors(), Some(&["mkt_rf", "smb", "hml"][..]));
/// assert!(!kind.needs_benchmark()); // its market is a factor
/// assert!(ModelKind::default().needs_benchmark());
/// assert_eq!(ModelKind::default().as_str(), "market");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelKind {
    /// The mean of the estimation window.
    MeanAdjusted,
    /// The market's return itself.
    MarketAdjusted,
    /// α + βR_m.
    #[default]
    Market,
    /// The market model on excess returns.
    Capm,
    /// Fama and French (1993): market, size, value.
    Ff3,
    /// Carhart (1997): the three factors and momentum.
    Carhart,
    /// Fama and French (2015): market, size, value, profitability, investment.
    Ff5,
    /// The five factors and momentum.
    Ff6,
    /// The benchmark and any columns of the factor file.
    Factors,
    /// The market model with the beta of Scholes and Williams (1977).
    ScholesWilliams,
    /// The market model with the beta of Dimson (1979).
    Dimson,
    /// The market model with GARCH(1,1) errors.
    Garch,
    /// The market model with EGARCH(1,1) errors.
    Egarch,
    /// The market model with GJR-GARCH(1,1) errors.
    Gjr,
    /// Weighted donors (Abadie, Diamond and Hainmueller 2010).
    SyntheticControl,
    /// The market model by Huber's M-estimator.
    Robust,
}

impl ModelKind {
    /// Every model, in the order of the documentation.
    pub const ALL: [ModelKind; 16] = [
        ModelKind::MeanAdjusted,
        ModelKind::MarketAdjusted,
        ModelKind::Market,
        ModelKind::Capm,
        ModelKind::Ff3,
        ModelKind::Carhart,
        ModelKind::Ff5,
        ModelKind::Ff6,
        ModelKind::Factors,
        ModelKind::ScholesWilliams,
        ModelKind::Dimson,
        ModelKind::Garch,
        ModelKind::Egarch,
        ModelKind::Gjr,
        ModelKind::SyntheticControl,
        ModelKind::Robust,
    ];

    /// As written in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            ModelKind::MeanAdjusted => "mean-adjusted",
            ModelKind::MarketAdjusted => "market-adjusted",
            ModelKind::Market => "market",
            ModelKind::Capm => "capm",
            ModelKind::Ff3 => "ff3",
            ModelKind::Carhart => "carhart",
            ModelKind::Ff5 => "ff5",
            ModelKind::Ff6 => "ff6",
            ModelKind::Factors => "factors",
            ModelKind::ScholesWilliams => "scholes-williams",
            ModelKind::Dimson => "dimson",
            ModelKind::Garch => "garch",
            ModelKind::Egarch => "egarch",
            ModelKind::Gjr => "gjr",
            ModelKind::SyntheticControl => "synthetic-control",
            ModelKind::Robust => "robust",
        }
    }

    /// Whether the model regresses on the benchmark's returns.
    pub fn needs_benchmark(self) -> bool {
        matches!(
            self,
            ModelKind::MarketAdjusted
                | ModelKind::Market
                | ModelKind::ScholesWilliams
                | ModelKind::Dimson
                | ModelKind::Garch
                | ModelKind::Egarch
                | ModelKind::Gjr
                | ModelKind::Robust
        )
    }

    /// Whether its errors have a variance of their own day by day, so that each fit is a search for
    /// a maximum and not one regression.
    pub(crate) fn has_conditional_variance(self) -> bool {
        matches!(self, ModelKind::Garch | ModelKind::Egarch | ModelKind::Gjr)
    }

    /// The factor columns that the model needs by name, the market's excess return first; the
    /// risk-free rate is needed beside them.
    pub fn french_factors(self) -> Option<&'static [&'static str]> {
        match self {
            ModelKind::Capm => Some(&["mkt_rf"]),
            ModelKind::Ff3 => Some(&["mkt_rf", "smb", "hml"]),
            ModelKind::Carhart => Some(&["mkt_rf", "smb", "hml", "mom"]),
            ModelKind::Ff5 => Some(&["mkt_rf", "smb", "hml", "rmw", "cma"]),
            ModelKind::Ff6 => Some(&["mkt_rf", "smb", "hml", "rmw", "cma", "mom"]),
            _ => None,
        }
    }
}

impl FromStr for ModelKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || ModelKind::ALL.map(ModelKind::as_str).join(", ");
        ModelKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| format!("no model is called {text:?}; choose one of {}", names()))
    }
}
