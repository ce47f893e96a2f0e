//! Abnormal returns over a standard deviation that moves from day to day.
//!
//! A rolling window knows a calm year and a wild one as their mean. GARCH(1,1) with Student's law
//! on the abnormal returns themselves tells a −5 % in quiet weeks from a −5 % in a storm.

use crate::analysis::inference::Undefined;
use crate::analysis::model::{
    ErrorLaw, Fitted, GarchModel, NormalReturnModel, ScaledReturn, VarianceKind, garch_about_mean,
};
use std::ops::Range;

/// Abnormal returns that the variance's parameters are estimated from, at least: a year. Fewer
/// do not determine a recursion.
pub const MIN_CONDITIONAL: usize = 250;
/// The latest that count: the level of a variance grows stale.
pub const MAX_CONDITIONAL: usize = 500;
/// Abnormal returns after which the parameters are estimated anew: half a year.
pub const REFIT: usize = 125;
/// How far the long-run sd of a fit may lie from that of the days it was fitted to. A likelihood
/// can have its top where shocks count for nothing and the variance drifts off for ever.
const MOST_DRIFT: f64 = 2.0;

/// Parameters and the time they are for.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionalFit {
    /// The first session that is scaled by them: they know nothing from it on.
    pub first: usize,
    /// Abnormal returns that they were estimated from.
    pub n_estimation: usize,
    /// ω, α, β, ν and the log-likelihood, by name.
    pub parameters: Vec<(String, f64)>,
}

/// What scales the sessions of a span, and the scaled sessions.
#[derive(Debug, Clone)]
pub struct ConditionalScale {
    /// The fits, in the order of time.
    pub fits: Vec<ConditionalFit>,
    /// Fits that had no maximum, or none of use; the one before serves on.
    pub n_refused: usize,
    /// AR/σ_t of each session of the span that has an AR, from the first fit on.
    pub scaled: Vec<ScaledReturn>,
}

/// GARCH(1,1) about a constant mean (Bollerslev 1986), Student's law, fitted by maximum
/// likelihood to the abnormal returns before the `span`, the latest [`MAX_CONDITIONAL`] of them,
/// and stepped through it: σ_t² = ω + αe²_{t−1} + βσ²_{t−1}. After every [`REFIT`] of them the
/// parameters are estimated anew, from what is known then. Where there are fewer than
/// [`MIN_CONDITIONAL`] before the span, the first fit waits, and the sessions before have no figure.
///
/// `ars` has one entry per session, NaN where there is none; each is a forecast error of a fit
/// that ended before it, so that σ_t includes what the estimates add.
///
/// # Errors
/// Too few abnormal returns before the end of the span, or no fit of use.
///
/// ```
/// use shockwave::analysis::scan::{MIN_CONDITIONAL, conditional_scale};
///
/// // Abnormal returns of a calm year, and of a stormy spring after it.
/// let size = |t: usize| if t < 300 { 0.01 } else { 0.03 };
/// let ars: Vec<f64> = (0..360).map(|t| size(t) * ((t * t) as f64 * 0.7).sin()).collect();
/// let scale = conditional_scale(&ars, 300..360)?;
/// assert!(scale.fits[0].first == 300 && scale.fits[0].n_estimation >= MIN_CONDITIONAL);
/// assert_eq!(scale.scaled.len(), 60);
/// # Ok::<(), shockwave::analysis::inference::Undefined>(())
/// ```
pub fn conditional_scale(ars: &[f64], span: Range<usize>) -> Result<ConditionalScale, Undefined> {
    let present: Vec<usize> = (0..span.end.min(ars.len()))
        .filter(|&t| ars[t].is_finite())
        .collect();
    let before = present.partition_point(|&t| t < span.start);
    let start = before.max(MIN_CONDITIONAL);
    if present.len() <= start {
        return Err(Undefined::ShortEstimation {
            n: present.len(),
            required: MIN_CONDITIONAL + 1,
        });
    }
    let model = garch_about_mean(VarianceKind::Garch, ErrorLaw::StudentT);
    let mut found = ConditionalScale {
        fits: Vec::new(),
        n_refused: 0,
        scaled: Vec::new(),
    };
    let mut refusal = Undefined::NotFinite;
    // The fit in use, and the place of the first abnormal return after its days.
    let mut current: Option<(Fitted, usize)> = None;
    for from in (start..present.len()).step_by(REFIT) {
        let days = &present[from.saturating_sub(MAX_CONDITIONAL)..from];
        match fit_of_use(&model, ars, days) {
            Ok(fit) => {
                found.fits.push(ConditionalFit {
                    first: present[from],
                    n_estimation: days.len(),
                    parameters: fit.details.clone(),
                });
                current = Some((fit, from));
            }
            Err(reason) => {
                found.n_refused += 1;
                refusal = reason;
            }
        }
        if let Some((fit, after)) = &current {
            let to = (from + REFIT).min(present.len());
            let scaled = model.scaled(fit, ars, &present[*after..to]);
            found.scaled.extend(&scaled[from - after..]);
        }
    }
    if found.fits.is_empty() {
        return Err(refusal);
    }
    Ok(found)
}

/// A fit whose long-run variance ω/(1 − α − β) is that of its own days, within [`MOST_DRIFT`].
fn fit_of_use(model: &GarchModel, ars: &[f64], days: &[usize]) -> Result<Fitted, Undefined> {
    let fit = model
        .fit(ars, days)
        .map_err(|e| Undefined::DegenerateFit(e.0))?;
    let named = |name: &str| {
        let found = fit.details.iter().find(|(n, _)| n == name);
        found.map_or(f64::NAN, |(_, value)| *value)
    };
    let long_run = named("omega") / (1.0 - named("alpha_1") - named("beta_1"));
    let drift = (long_run / (fit.residual_sd * fit.residual_sd)).sqrt();
    if (1.0 / MOST_DRIFT..=MOST_DRIFT).contains(&drift) {
        Ok(fit)
    } else {
        Err(Undefined::DegenerateFit(format!(
            "the conditional sd drifts to {drift:.2} times that of the days it was fitted to"
        )))
    }
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
        let firsts: Vec<_> = found
            .fits
            .iter()
            .map(|f| (f.first, f.n_estimation))
            .collect();
        assert_eq!(firsts, [(400, 400), (525, 500), (650, 500)]);
        assert_eq!(found.scaled.len(), 300);
        let sessions: Vec<usize> = found.scaled.iter().map(|s| s.session).collect();
        assert_eq!(sessions, (400..700).collect::<Vec<_>>());
        ars[650] = 1.0;
        let other = conditional_scale(&ars, 400..700).unwrap();
        assert_eq!(found.fits, other.fits);
        assert_eq!(found.scaled[..250], other.scaled[..250]);
        assert!(other.scaled[251].sd > 2.0 * found.scaled[251].sd);
    }

    #[test]
    fn the_fit_waits_for_a_year_of_abnormal_returns() {
        let mut ars = path(600);
        ars[..100].fill(f64::NAN);
        let found = conditional_scale(&ars, 200..600).unwrap();
        assert_eq!(
            (found.fits[0].n_estimation, found.fits[0].first),
            (MIN_CONDITIONAL, 350)
        );
        let short = conditional_scale(&ars[..350], 200..350).unwrap_err();
        assert_eq!(short.code(), "short-estimation");
    }

    /// A sd that falls from session to session, whatever the shocks, has its likeliest GARCH where
    /// the variance falls for ever.
    #[test]
    fn a_variance_that_drifts_off_scales_nothing() {
        let noise = white_noise(500, 11);
        let fading = |(t, z): (usize, &f64)| z * (-0.006 * t as f64).exp();
        let ars: Vec<f64> = noise.iter().enumerate().map(fading).collect();
        match conditional_scale(&ars, 400..500) {
            Err(reason) => assert_eq!(reason.code(), "degenerate-fit"),
            Ok(found) => panic!("{:?}", found.fits),
        }
    }
}
