//! Market-adjusted returns: the normal return is the market's.

use super::LinearModel;
use super::linear::Series;

/// E(R_t) = R_mt, k = 0 (Brown and Warner 1980): the market model with α = 0 and β = 1 given.
pub fn market_adjusted<'a>(market: impl Into<Series<'a>>) -> LinearModel<'a> {
    LinearModel {
        name: "market-adjusted",
        constant: false,
        offset: Some(market.into()),
        regressors: Vec::new(),
    }
}
