//! Abnormal returns over the standard deviation that the recursion expects for their day.

use super::{Fitted, GarchModel, ModelState, NormalReturnModel};
use crate::analysis::distribution::{normal_two_sided, student_t_two_sided};

/// Factor beyond which a variance has left the range of those that it was estimated from.
const ESCAPED: f64 = 1e4;

/// An abnormal return over the standard deviation expected the day before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScaledReturn {
    /// The session.
    pub session: usize,
    /// AR.
    pub ar: f64,
    /// σ_t, given the returns up to the day before.
    pub sd: f64,
    /// AR/σ_t.
    pub t: f64,
    /// Two-sided p under the model's law: normal, or Student's with the ν estimated.
    pub p: Option<f64>,
}

impl GarchModel<'_> {
    /// `garch_t`: the abnormal returns of `days` (ascending, after the estimation days) over the
    /// standard deviation that the recursion gives for each from the returns before it, which does
    /// not move on days without a return or market return. It ends where a variance is ten
    /// thousand times that of the estimation days or one part in as many: EGARCH multiplies it by
    /// the exponential of every shock. Empty where the fit is another model's.
    pub fn scaled(&self, fit: &Fitted, returns: &[f64], days: &[usize]) -> Vec<ScaledReturn> {
        let ModelState::Garch(state) = &fit.state else {
            return Vec::new();
        };
        let p = &state.parameters;
        let (mut variance, mut error) = (state.last_variance, state.last_error);
        let present = days
            .iter()
            .filter(|&&t| returns[t].is_finite() && self.covers(t));
        let usual = fit.residual_sd * fit.residual_sd;
        present
            .map_while(|&session| {
                variance = self.process().next(&p.variance, variance, error).variance;
                if !(1.0 / ESCAPED..ESCAPED).contains(&(variance / usual)) {
                    return None;
                }
                error = returns[session] - self.normal_return(fit, session);
                let (sd, ar) = (variance.sqrt(), error);
                let t = ar / sd;
                let p = match p.nu {
                    None => normal_two_sided(t),
                    Some(nu) => student_t_two_sided(t * (nu / (nu - 2.0)).sqrt(), nu),
                };
                Some(ScaledReturn {
                    session,
                    ar,
                    sd,
                    t,
                    p,
                })
            })
            .collect()
    }
}
