//! Market-adjusted returns: the normal return is the market's.

use super::LinearModel;
use super::linear::Series;

/// E(R_t) = R_mt, k = 0 (Brown and Warner 1980): the market model with α = 0 and β = 1 given.
///
/// ```
/// use shockwave::analysis::model::{NormalReturnModel, market_adjusted};
///
/// let model = market_adjusted(&[0.01, 0.02, -0.01][..]);
/// let fit = model.fit(&[0.012, 0.019, -0.008], &[0, 1, 2])?;
/// assert!(fit.betas.is_empty() && fit.alpha.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn market_adjusted<'a>(market: impl Into<Series<'a>>) -> LinearModel<'a> {
    LinearModel {
        name: "market-adjusted",
        constant: false,
        offset: Some(market.into()),
        regressors: Vec::new(),
    }
}
