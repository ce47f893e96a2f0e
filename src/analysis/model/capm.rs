//! The capital asset pricing model with its constant estimated.

use super::LinearModel;
use super::linear::Series;

/// E(R_t) = R_ft + α + β(R_mt − R_ft), k = 2 (Sharpe 1964; Jensen 1968).
pub fn capm<'a>(
    market_excess: impl Into<Series<'a>>,
    risk_free: impl Into<Series<'a>>,
) -> LinearModel<'a> {
    LinearModel {
        name: "capm",
        constant: true,
        offset: Some(risk_free.into()),
        regressors: vec![("mkt_rf".to_owned(), market_excess.into())],
    }
}
