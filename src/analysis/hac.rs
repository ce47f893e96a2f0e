//! Newey-West errors: for estimates whose disturbances are correlated over time.
//!
//! An estimate Σ a_t y_t of a regression has the scores a_t e_t; what weights a_t are is the
//! regression's business ([`OlsFit::influence`](super::ols::OlsFit::influence)).

/// ⌊4(n/100)^{2/9}⌋ lags (Newey and West 1994).
///
/// ```
/// use shockwave::analysis::hac::newey_west_lags;
///
/// assert_eq!(newey_west_lags(100), 4);
/// assert_eq!(newey_west_lags(240), 4);
/// ```
pub fn newey_west_lags(n: usize) -> usize {
    (4.0 * (n as f64 / 100.0).powf(2.0 / 9.0)).floor() as usize
}

/// √(Γ_0 + 2Σ_{l=1}^{lags} (1 − l/(lags + 1)) Γ_l), Γ_l = Σ_t h_t h_{t−l} of the scores h in the
/// order of time (Newey and West 1987), without a small-sample correction.
///
/// ```
/// use shockwave::analysis::hac::{newey_west_lags, newey_west_sd};
/// assert_eq!(newey_west_lags(240), 4);
/// let scores = [0.5, 0.5, -0.5, -0.5];
/// assert_eq!(newey_west_sd(&scores, 0), 1.0);
/// assert!((newey_west_sd(&scores, 1) - 1.25_f64.sqrt()).abs() < 1e-15);
/// ```
pub fn newey_west_sd(scores: &[f64], lags: usize) -> f64 {
    let covariance = |lag: usize| -> f64 {
        let pairs = scores.iter().skip(lag).zip(scores);
        pairs.map(|(a, b)| a * b).sum()
    };
    let weighted: f64 = (1..=lags)
        .map(|lag| (1.0 - lag as f64 / (lags + 1) as f64) * covariance(lag))
        .sum();
    // Bartlett's weights never give a negative sum, but its rounding may be.
    (covariance(0) + 2.0 * weighted).max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lags_grow_with_the_sample() {
        assert_eq!([1, 50, 100, 261].map(newey_west_lags), [1, 3, 4, 4]);
    }

    #[test]
    fn without_lags_it_is_white_and_with_them_bartlett() {
        let scores = [1.0, -2.0, 3.0];
        assert_eq!(newey_west_sd(&scores, 0), 14.0_f64.sqrt());
        // Γ_1 = -2 - 6 = -8, weight 1/2.
        assert_eq!(newey_west_sd(&scores, 1), 6.0_f64.sqrt());
        // More lags than scores are lags without pairs.
        assert!(newey_west_sd(&scores[..1], 9).is_finite());
        assert_eq!(newey_west_sd(&[], 2), 0.0);
    }
}
