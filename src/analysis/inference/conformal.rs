//! Conformal inference for one event: does the window stand out among shifts of the residuals?

use super::single_event::{RankP, TIE};
use crate::analysis::model::{FitError, NormalReturnModel};

/// p of the null of no effect over `window_days` (Chernozhukov, Wüthrich and Zhu 2021).
///
/// The model is fitted under the null, the window inside the sample; then the residuals, in the
/// order of time, are shifted cyclically (all moving-block permutations), and p is the share of
/// shifts whose |Σu| over the last L places is at least that of the window, the window's own place
/// among them. Values closer than [`TIE`] residual standard deviations count as equal. Exact under
/// exchangeable errors, nearly so for stationary ones; it trusts no law and no variance estimate.
///
/// Both sets of days are session indexes, ascending, usable by the model, the window after the
/// estimation days.
///
/// # Errors
/// The model cannot be fitted on all of these days; a model that looks at neighbouring sessions
/// finds one without a return, or the data end there.
///
/// ```
/// use shockwave::analysis::inference::conformal::conformal;
/// use shockwave::analysis::model::mean_adjusted;
/// let mut returns: Vec<f64> = (0..101).map(|t| 0.01 * (12.9 * t as f64).sin()).collect();
/// returns[100] = -0.10;
/// let days: Vec<usize> = (0..100).collect();
/// let found = conformal(&returns, &mean_adjusted(), &days, &[100])?;
/// assert_eq!((found.n, found.p), (101, 1.0 / 101.0));
/// # Ok::<(), shockwave::analysis::model::FitError>(())
/// ```
pub fn conformal(
    returns: &[f64],
    model: &dyn NormalReturnModel,
    estimation_days: &[usize],
    window_days: &[usize],
) -> Result<RankP, FitError> {
    let sessions = 0..returns.len();
    if !window_days
        .iter()
        .all(|&t| model.can_estimate(t, &sessions))
    {
        let cause = "the model needs the market's returns of the sessions beside the window, and \
                     one is missing or after the end of the data";
        return Err(FitError(cause.to_owned()));
    }
    let days: Vec<usize> = estimation_days.iter().chain(window_days).copied().collect();
    let null = model.fit(returns, &days)?;
    let length = window_days.len();
    let n = null.residuals.len();
    let sums = shifted_sums(&null.residuals, length);
    let own = sums.last().map_or(0.0, |sum| sum.abs());
    let bound = own - TIE * null.residual_sd;
    let as_large = sums.iter().filter(|sum| sum.abs() >= bound).count();
    Ok(RankP {
        p: as_large as f64 / n as f64,
        n,
    })
}

/// Sums of `length` residuals in a row, the end joined to the beginning, for every last place.
fn shifted_sums(residuals: &[f64], length: usize) -> Vec<f64> {
    let n = residuals.len();
    // The sum that ends at the last place but one round earlier, then one in and one out.
    let mut sum: f64 = (0..length).map(|back| residuals[n - 1 - back % n]).sum();
    (0..n)
        .map(|last| {
            sum += residuals[last] - residuals[(last + n - length % n) % n];
            sum
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifts_go_round() {
        let sums = shifted_sums(&[1.0, 2.0, 4.0, 8.0], 2);
        assert_eq!(sums, [9.0, 3.0, 6.0, 12.0]);
    }
}
