//! Models with several factors: Fama-French, Carhart, and any columns of the user's.

use super::LinearModel;
use super::linear::Series;

/// E(R_t) = R_ft + α + Σ β_j F_jt on excess returns, k = 1 + number of factors: Fama and French
/// (1993, 2015), Carhart (1997). `name` is that of the set, `columns` its factors.
pub fn french<'a>(
    name: &'static str,
    columns: Vec<(String, Series<'a>)>,
    risk_free: impl Into<Series<'a>>,
) -> LinearModel<'a> {
    LinearModel {
        name,
        constant: true,
        offset: Some(risk_free.into()),
        regressors: columns,
    }
}

/// E(R_t) = α + Σ β_j F_jt on plain returns, k = 1 + number of columns: an industry fund, a
/// currency, a volatility index beside the market or instead of it.
pub fn factors<'a>(columns: Vec<(String, Series<'a>)>) -> LinearModel<'a> {
    LinearModel {
        name: "factors",
        constant: true,
        offset: None,
        regressors: columns,
    }
}
