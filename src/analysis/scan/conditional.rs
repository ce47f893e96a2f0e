//! Abnormal returns over a standard deviation that moves from day to day.
//!
//! A rolling window knows a calm year and a wild one as their mean. GARCH(1,1) with Student's law
//! on the abnormal returns themselves tells a −5 % in quiet weeks from a −5 % in a storm.

use crate::analysis::inference::Undefined;
use crate::analysis::model::{
    ErrorLaw, NormalReturnModel, ScaledReturn, VarianceKind, garch_about_mean,
};
use std::ops::Range;

/// Abnormal returns that the variance's parameters are estimated from, at least: a year. Fewer
/// do not determine a recursion.
pub const MIN_CONDITIONAL: usize = 250;

/// The parameters, from before the first session that they scale, and what they scale.
#[derive(Debug, Clone)]
pub struct ConditionalScale {
    /// Abnormal returns that the parameters were estimated from.
    pub n_estimation: usize,
    /// The first session that is scaled: the parameters know nothing from it on.
    pub first: usize,
    /// ω, α, β, ν and the log-likelihood, by name.
    pub parameters: Vec<(String, f64)>,
    /// AR/σ_t of each session of the span that has an AR, from `first` on.
    pub scaled: Vec<ScaledReturn>,
}

/// One GARCH(1,1) about a constant mean (Bollerslev 1986), Student's law, fitted by maximum
/// likelihood to all abnormal returns before the `span`, and stepped through it with these
/// parameters: σ_t² = ω + αe²_{t−1} + βσ²_{t−1}. Where there are fewer than [`MIN_CONDITIONAL`]
/// of them, the fit waits until there are, and the sessions before have no figure.
///
/// `ars` has one entry per session, NaN where there is none; each is a forecast error of a fit
/// that ended before it, so that σ_t includes what the estimates add.
///
/// # Errors
/// Too few abnormal returns before the end of the span, or a likelihood without a maximum.
pub fn conditional_scale(ars: &[f64], span: Range<usize>) -> Result<ConditionalScale, Undefined> {
    let present: Vec<usize> = (0..span.end.min(ars.len()))
        .filter(|&t| ars[t].is_finite())
        .collect();
    let before = present.partition_point(|&t| t < span.start);
    let n = before.max(MIN_CONDITIONAL);
    if present.len() <= n {
        return Err(Undefined::ShortEstimation {
            n: present.len(),
            required: MIN_CONDITIONAL + 1,
        });
    }
    let (days, scanned) = present.split_at(n);
    let model = garch_about_mean(VarianceKind::Garch, ErrorLaw::StudentT);
    let fit = model
        .fit(ars, days)
        .map_err(|e| Undefined::DegenerateFit(e.0))?;
    Ok(ConditionalScale {
        n_estimation: n,
        first: scanned[0],
        scaled: model.scaled(&fit, ars, scanned),
        parameters: fit.details,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::model::testing::white_noise;

    /// A GARCH(1,1) path: ω = 0.05, α = 0.1, β = 0.85.
    fn path(n: usize) -> Vec<f64> {
        let noise = white_noise(n, 5);
        let scale = (noise.iter().map(|z| z * z).sum::<f64>() / n as f64).sqrt();
        let (mut variance, mut last) = (1.0_f64, 0.0);
        noise
            .iter()
            .map(|z| {
                variance = 0.05 + 0.1 * last * last + 0.85 * variance;
                last = variance.sqrt() * z / scale;
                0.01 * last
            })
            .collect()
    }

    #[test]
    fn nothing_after_the_start_changes_the_parameters() {
        let mut ars = path(700);
        let found = conditional_scale(&ars, 400..700).unwrap();
        assert_eq!((found.n_estimation, found.first), (400, 400));
        assert_eq!(found.scaled.len(), 300);
        ars[650] = 1.0;
        let other = conditional_scale(&ars, 400..700).unwrap();
        assert_eq!(found.parameters, other.parameters);
        assert_eq!(found.scaled[..250], other.scaled[..250]);
        assert!(other.scaled[251].sd > 2.0 * found.scaled[251].sd);
    }

    #[test]
    fn the_fit_waits_for_a_year_of_abnormal_returns() {
        let mut ars = path(600);
        ars[..100].fill(f64::NAN);
        let found = conditional_scale(&ars, 200..600).unwrap();
        assert_eq!((found.n_estimation, found.first), (MIN_CONDITIONAL, 350));
        let short = conditional_scale(&ars[..350], 200..350).unwrap_err();
        assert_eq!(short.code(), "short-estimation");
    }
}
