//! A line in the market whose coefficients come from elsewhere than least squares.
//!
//! Scholes-Williams, Dimson and Huber differ in how they find α and β; the errors about the
//! line and their forecast are those of the market model.

use super::linear::Series;
use super::{FitError, Fitted};
use crate::analysis::ols::{OlsError, given_line};

/// The fit of the line (α, β) on outcomes `y` and market returns `x` of the estimation days: e =
/// y − α − βx, s² = Σe²/(M − k) of *all* residuals. The forecast variance takes (X'X)⁻¹ of the
/// plain regression on [1, x], as the other event-study programs do: it is of order 1/M beside
/// the error of the return itself.
pub(super) fn fit_line(
    y: &[f64],
    x: &[f64],
    line: (f64, f64),
    n_parameters: usize,
) -> Result<Fitted, FitError> {
    let fit = given_line(y, x, line, n_parameters).map_err(|e| explain(&e))?;
    Ok(Fitted::from_regression(fit))
}

/// The market's returns `shift` sessions after each of the `days`; NaN outside the data.
pub(super) fn shifted(market: &Series, days: &[usize], shift: i32) -> Vec<f64> {
    let at = |t: usize| market.get(t.checked_add_signed(shift as isize)?).copied();
    days.iter().map(|&t| at(t).unwrap_or(f64::NAN)).collect()
}

/// Whether the market has a return on every session from `lags` before to `leads` after `t`, and
/// all of them lie inside the estimation window.
pub(super) fn has_neighbours(
    market: &Series,
    t: usize,
    (lags, leads): (usize, usize),
    window: &std::ops::Range<usize>,
) -> bool {
    let Some(first) = t.checked_sub(lags) else {
        return false;
    };
    window.start <= first
        && t + leads < window.end
        && market[first..=t + leads].iter().all(|r| r.is_finite())
}

/// The cause in words: there is one regressor, the market.
pub(super) fn explain(error: &OlsError) -> FitError {
    FitError(match error {
        OlsError::Singular(_) => {
            "the market's returns do not vary, or repeat one another, over the estimation window"
                .to_owned()
        }
        other => other.to_string(),
    })
}
