//! One fit for every session, from sums of products: AR, its forecast error, its rank.
//!
//! The fit of a session costs the same whatever the length of its window; only the rank of its AR
//! among the residuals takes a pass over them.

use super::ScanWindow;
use crate::analysis::distribution::student_t_two_sided;
use crate::analysis::inference::single_event::TIE;
use crate::analysis::model::{Design, LinearModel, NormalReturnModel};
use crate::analysis::window_fit::{WindowFit, WindowFits};
use std::ops::Range;

/// Why a session has no figures.
///
/// ```
/// use shockwave::analysis::model::mean_adjusted;
/// use shockwave::analysis::scan::{Rolling, ScanWindow};
/// use shockwave::analysis::window::Window;
///
/// let returns = [0.01, -0.02, f64::NAN, 0.03];
/// let window = ScanWindow { estimation: Window::new(-3, -1)?, min_estimation: 2 };
/// let model = mean_adjusted();
/// let rolling = Rolling::new(&model, &returns, &[], window).ok_or("uneven")?;
/// let code = |t: usize| rolling.figures(t..t + 1)[0].as_ref().map_or_else(|why| why.code(), |_| "");
/// assert_eq!([0, 2, 3].map(code), ["short-estimation", "missing-return", ""]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unscanned {
    /// The return, or an input of the model, is missing on the session.
    #[error("the return or a factor is missing")]
    MissingReturn,
    /// Too few usable estimation days.
    #[error("{n} estimation days are usable, {required} are required")]
    ShortEstimation {
        /// Usable days.
        n: usize,
        /// Fewest.
        required: usize,
    },
    /// The model cannot be fitted, or leaves no residual variance.
    #[error("the model cannot be fitted: {0}")]
    DegenerateFit(String),
}

impl Unscanned {
    /// A short code, that of the ledger of a study.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingReturn => "missing-return",
            Self::ShortEstimation { .. } => "short-estimation",
            Self::DegenerateFit(_) => "degenerate-fit",
        }
    }
}

/// The figures of one session, the model fitted on its own estimation window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SessionFigures {
    /// M: usable estimation days, and residuals that the AR was ranked among.
    pub n_estimation: usize,
    /// k.
    pub n_parameters: usize,
    /// What the model expected.
    pub normal_return: f64,
    /// AR.
    pub ar: f64,
    /// s of the estimation window.
    pub residual_sd: f64,
    /// Forecast sd: s√(1 + z_t'(X'X)⁻¹z_t).
    pub sd: f64,
    /// AR/sd.
    pub t: f64,
    /// Two-sided p of `t` under Student's law with M − k degrees of freedom.
    pub p: f64,
    /// Sample-quantile p, at least 2/(M + 1).
    pub sq_p: f64,
}

/// A linear model of one instrument, ready to be fitted before any session.
///
/// ```
/// use shockwave::analysis::model::market;
/// use shockwave::analysis::scan::{Rolling, ScanWindow};
/// use shockwave::analysis::window::Window;
///
/// let index: Vec<f64> = (0..300).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
/// let noise = |t: usize| 0.01 * ((t * t) as f64).sin();
/// let mut share: Vec<f64> = (0..300).map(|t| index[t] + noise(t)).collect();
/// (share[200], share[280]) = (-0.15, -0.05);
/// let masked: Vec<bool> = (0..300).map(|t| t == 200).collect(); // known news
///
/// let window = ScanWindow { estimation: Window::new(-120, -11)?, min_estimation: 66 };
/// let model = market("INDEX", &index[..]);
/// let rolling = Rolling::new(&model, &share, &masked, window).ok_or("uneven")?;
/// let sessions = rolling.figures(150..300); // each with a fit of its own
/// let fall = sessions[280 - 150].as_ref().map_err(|why| why.code())?;
/// assert_eq!((fall.n_estimation, fall.sq_p), (109, 2.0 / 110.0)); // below all residuals
/// assert!(fall.t < -5.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Rolling<'a> {
    model: &'a LinearModel<'a>,
    design: Design<'a>,
    returns: &'a [f64],
    /// The returns less the offset; missing where a session is masked.
    outcome: Vec<f64>,
    window: ScanWindow,
    sums: Option<WindowFits>,
}

impl<'a> Rolling<'a> {
    /// Prepares the fits of `returns`, one per session, NaN where missing. Sessions that are
    /// `masked` (one flag per session, or empty) serve in no estimation window; their own figures
    /// are computed all the same. `None` where a series of the model is of another length, or the
    /// model has more regressors than fits from sums allow.
    pub fn new(
        model: &'a LinearModel<'a>,
        returns: &'a [f64],
        masked: &[bool],
        window: ScanWindow,
    ) -> Option<Self> {
        let design = model.design();
        if !design.suits(returns.len()) {
            return None;
        }
        let mut outcome = design.outcome(returns).into_owned();
        let flags = outcome.iter_mut().zip(masked);
        flags.filter(|(_, m)| **m).for_each(|(y, _)| *y = f64::NAN);
        let sums = WindowFits::new(&outcome, &design.columns, design.constant, |_| true);
        Some(Self {
            model,
            design,
            returns,
            outcome,
            window,
            sums,
        })
    }

    /// The figures of some sessions, in order.
    pub fn figures(&self, sessions: Range<usize>) -> Vec<Result<SessionFigures, Unscanned>> {
        let mut residuals = Vec::with_capacity(self.window.estimation.n_days());
        sessions.map(|t| self.session(t, &mut residuals)).collect()
    }

    fn session(&self, t: usize, residuals: &mut Vec<f64>) -> Result<SessionFigures, Unscanned> {
        let ret = self.returns.get(t).copied().unwrap_or(f64::NAN);
        if !(ret.is_finite() && self.model.covers(t)) {
            return Err(Unscanned::MissingReturn);
        }
        let fit = self.fit(t)?;
        let normal_return = self.model.normal_return_by(&fit, t);
        let (ar, residual_sd) = (ret - normal_return, fit.residual_sd());
        let row = self.design.columns.iter().map(|c| c[t]);
        let sd = residual_sd * (1.0 + fit.leverage(row)).sqrt();
        let stat = ar / sd;
        let df = (fit.n - fit.n_parameters) as f64;
        let p = student_t_two_sided(stat, df).ok_or_else(no_variance)?;
        Ok(SessionFigures {
            n_estimation: fit.n,
            n_parameters: fit.n_parameters,
            normal_return,
            ar,
            residual_sd,
            sd,
            t: stat,
            p,
            sq_p: self.sample_quantile(&fit, t, ar, residuals),
        })
    }

    /// The fit before session `t`: from sums, or day by day where those would lose digits.
    pub(super) fn fit(&self, t: usize) -> Result<WindowFit, Unscanned> {
        let sessions = self.window.estimation.sessions(t, self.returns.len());
        let required = self.window.min_estimation;
        let short = |n| Err(Unscanned::ShortEstimation { n, required });
        if let Some(fit) = self.sums.as_ref().and_then(|s| s.fit(sessions.clone())) {
            return if fit.n < required {
                short(fit.n)
            } else {
                Ok(fit)
            };
        }
        let usable = |t: &usize| self.outcome[*t].is_finite() && self.model.covers(*t);
        let days: Vec<usize> = sessions.filter(usable).collect();
        if days.len() < required {
            return short(days.len());
        }
        let fit = self.model.fit(self.returns, &days);
        let fit = fit.map_err(|e| Unscanned::DegenerateFit(e.0))?;
        Ok(WindowFit::from_residuals(&fit))
    }

    /// p = min(1, 2·min(#{e ≤ v} + 1, #{e ≥ v} + 1)/(M + 1)) (Gelbach, Helland and Klick 2013),
    /// e the residuals of this very fit. Values closer than [`TIE`] residual sds are equal.
    fn sample_quantile(&self, fit: &WindowFit, t: usize, v: f64, residuals: &mut Vec<f64>) -> f64 {
        let sessions = self.window.estimation.sessions(t, self.returns.len());
        residuals.clear();
        residuals.extend(self.outcome[sessions.clone()].iter().map(|y| y - fit.alpha));
        for (beta, column) in fit.betas().iter().zip(&self.design.columns) {
            let column = &column[sessions.clone()];
            for (e, x) in residuals.iter_mut().zip(column) {
                *e -= beta * x;
            }
        }
        let tie = TIE * fit.residual_sd();
        // What is missing is neither above nor below.
        let (low, high) = (v - tie, v + tie);
        let (mut below, mut above) = (0_usize, 0_usize);
        for e in residuals.iter() {
            below += usize::from(*e <= high);
            above += usize::from(*e >= low);
        }
        let p = 2.0 * (below.min(above) + 1) as f64 / (fit.n + 1) as f64;
        p.min(1.0)
    }
}

fn no_variance() -> Unscanned {
    Unscanned::DegenerateFit("the residuals have no variance".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::abnormal::AbnormalReturns;
    use crate::analysis::estimation::estimation_days;
    use crate::analysis::inference::single_event::sample_quantile;
    use crate::analysis::model::testing::{returns_on, white_noise};
    use crate::analysis::model::{market, market_adjusted, mean_adjusted};
    use crate::analysis::window::{RelativeDay, Window};
    use crate::returns::ReturnKind;

    const WINDOW: (i32, i32) = (-120, -11);

    fn window() -> ScanWindow {
        ScanWindow {
            estimation: Window::new(WINDOW.0, WINDOW.1).unwrap(),
            min_estimation: 60,
        }
    }

    /// Every session by the slow way: the code that event studies run.
    #[test]
    fn each_session_is_what_an_event_study_of_it_says() {
        let x = white_noise(300, 7);
        let mut y = returns_on(&x, 1.3, 1.0, 8);
        y[50] = f64::NAN;
        y[210] = f64::NAN;
        y[170] = -0.2;
        let masked: Vec<bool> = (0..300).map(|t| t % 37 == 0).collect();
        for model in [
            market("MKT", &x[..]),
            mean_adjusted(),
            market_adjusted(&x[..]),
        ] {
            let rolling = Rolling::new(&model, &y, &masked, window()).unwrap();
            for (t, found) in rolling.figures(0..300).into_iter().enumerate() {
                let days = estimation_days(&y, &model, &masked, window().estimation, t);
                let found = match found {
                    Err(Unscanned::MissingReturn) => {
                        assert!(y[t].is_nan());
                        continue;
                    }
                    Err(reason) => {
                        assert!(days.len() < 60, "{t}: {reason}");
                        continue;
                    }
                    Ok(found) => found,
                };
                assert!(days.len() >= 60 && found.n_estimation == days.len());
                let fit = model.fit(&y, &days).unwrap();
                let day_0 = Window::new(0, 0).unwrap();
                let slow = AbnormalReturns::new(&y, ReturnKind::Simple, &model, &fit, day_0, t);
                let (ar, sd) = (
                    slow.ar(RelativeDay(0)).unwrap(),
                    slow.sd(RelativeDay(0)).unwrap(),
                );
                assert!((found.ar - ar).abs() < 1e-12 * sd.max(1.0));
                assert!((found.sd / sd - 1.0).abs() < 1e-10);
                let rank = sample_quantile(ar, &days, &fit.residuals, 1, fit.residual_sd).unwrap();
                assert_eq!((found.sq_p, found.n_estimation), (rank.p, rank.n));
                let test = slow.t_test(ar, sd).unwrap();
                assert!((found.p / test.p - 1.0).abs() < 1e-9 * (1.0 + test.t * test.t));
            }
        }
    }

    #[test]
    fn a_share_that_stands_still_has_no_figures_but_a_reason() {
        let x = white_noise(200, 3);
        let y = vec![0.0; 200];
        let model = market("MKT", &x[..]);
        let rolling = Rolling::new(&model, &y, &[], window()).unwrap();
        let found = rolling.figures(150..151).remove(0);
        assert_eq!(found.unwrap_err().code(), "degenerate-fit");
        assert!(Rolling::new(&model, &y[..100], &[], window()).is_none());
    }
}
