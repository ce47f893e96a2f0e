//! The market model: the normal return is a line in the market's.

use super::LinearModel;
use super::linear::Series;

/// E(R_t) = α + βR_mt, k = 2 (Sharpe 1963; MacKinlay 1997).
///
/// `name` is the market's, as the results print it.
pub fn market<'a>(name: &str, market: impl Into<Series<'a>>) -> LinearModel<'a> {
    LinearModel {
        name: "market",
        constant: true,
        offset: None,
        regressors: vec![(name.to_owned(), market.into())],
    }
}
