//! Mean-adjusted returns: the normal return is the mean of the estimation window.

use super::LinearModel;

/// E(R_t) = R̄, k = 1 (Brown and Warner 1980).
pub fn mean_adjusted() -> LinearModel<'static> {
    LinearModel {
        name: "mean-adjusted",
        constant: true,
        offset: None,
        regressors: Vec::new(),
    }
}
