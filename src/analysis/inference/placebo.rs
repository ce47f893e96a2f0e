//! The placebo test: how often does a day without an event look like this one?

use super::single_event::{RankP, TIE};
use crate::analysis::model::{Fitted, LinearModel, NormalReturnModel};
use crate::analysis::window::{RelativeDay, StudyWindows, Window};
use crate::analysis::window_fit::{WindowFit, WindowFits};
use std::ops::Range;

/// Abnormal returns of one instrument around every admissible pseudo-event date.
///
/// A date is admissible for a set of days when each of them has an abnormal return and none is a
/// reaction session of a real event, and when enough days of its own estimation window are
/// usable without those sessions; the model is refitted for each date.
///
/// ```
/// use shockwave::analysis::inference::placebo::Placebo;
/// use shockwave::analysis::model::mean_adjusted;
/// use shockwave::analysis::window::{RelativeDay, StudyWindows, Window};
/// let mut returns: Vec<f64> = (0..300).map(|t| 0.01 * (12.9 * t as f64).sin()).collect();
/// returns[280] = -0.10;
/// let mut masked = vec![false; 300];
/// masked[280] = true; // the event itself is no placebo
/// let window = Window::new(0, 0)?;
/// let windows = StudyWindows::new(Window::new(-120, -11)?, Window::new(-5, 5)?, vec![window])?;
/// let placebo = Placebo::new(&returns, &mean_adjusted(), &masked, &windows, 72);
/// let found = placebo.p(-0.10, window, &[RelativeDay(0)], 0.007).ok_or("no dates")?;
/// assert_eq!(found.n, placebo.cars(window).len());
/// assert_eq!(found.p, 1.0 / (1.0 + found.n as f64));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Placebo {
    event_window: Window,
    /// AR of each day of the event window, NaN where it is missing or a real event's; one
    /// pseudo-event after the other.
    ars: Vec<f64>,
    /// CARs of whole CAR windows, ascending.
    whole: Vec<(Window, Vec<f64>)>,
}

impl Placebo {
    /// Runs the model at every session of `returns`; `masked` flags the reaction sessions of real
    /// events.
    pub fn new(
        returns: &[f64],
        model: &dyn NormalReturnModel,
        masked: &[bool],
        windows: &StudyWindows,
        min_estimation: usize,
    ) -> Self {
        let n = returns.len();
        let event_window = windows.event();
        let clean: Vec<bool> = (0..n)
            .map(|t| returns[t].is_finite() && model.covers(t) && !masked[t])
            .collect();
        let refits = Refits::new(returns, model, &clean);
        let mut ars = Vec::with_capacity(n * event_window.n_days());
        for day_0 in 0..n {
            let days = windows.estimation().sessions(day_0, n);
            let Some(normal_return) = refits.fit(days, min_estimation) else {
                continue;
            };
            let ar = |day: RelativeDay| {
                let t = usize::try_from(day_0 as i64 + i64::from(day.0)).ok()?;
                (*clean.get(t)?).then(|| returns[t] - normal_return.at(t))
            };
            ars.extend(event_window.days().map(|d| ar(d).unwrap_or(f64::NAN)));
        }
        let mut placebo = Self {
            event_window,
            ars,
            whole: Vec::new(),
        };
        for &window in windows.car() {
            let days: Vec<RelativeDay> = window.days().collect();
            placebo.whole.push((window, placebo.sums(&days)));
        }
        placebo
    }

    /// CARs of the pseudo-events over a whole CAR window, ascending.
    pub fn cars(&self, window: Window) -> &[f64] {
        let found = self.whole.iter().find(|(w, _)| *w == window);
        found.map_or(&[], |(_, cars)| cars)
    }

    /// Compares a CAR over `days` (those of `window` that are present) with the pseudo-events'
    /// CARs over the same days: p = (1 + #{|v*| ≥ |v|})/(1 + n), values closer than [`TIE`] times
    /// `residual_sd` counting as equal. `None` without an admissible date.
    pub fn p(
        &self,
        car: f64,
        window: Window,
        days: &[RelativeDay],
        residual_sd: f64,
    ) -> Option<RankP> {
        if days.len() == window.n_days() && self.whole.iter().any(|(w, _)| *w == window) {
            return rank(car, self.cars(window), residual_sd);
        }
        rank(car, &self.sums(days), residual_sd)
    }

    fn sums(&self, days: &[RelativeDay]) -> Vec<f64> {
        let first = self.event_window.start().0;
        let places: Vec<usize> = days.iter().map(|d| (d.0 - first) as usize).collect();
        let rows = self.ars.chunks_exact(self.event_window.n_days());
        let sums = rows.map(|row| places.iter().map(|&i| row[i]).sum::<f64>());
        let mut sums: Vec<f64> = sums.filter(|s| s.is_finite()).collect();
        sums.sort_unstable_by(f64::total_cmp);
        sums
    }
}

/// The model fitted to one estimation window after the other: from sums of products where the
/// model is linear and the window's data allow, else from the days themselves.
struct Refits<'a> {
    returns: &'a [f64],
    model: &'a dyn NormalReturnModel,
    clean: &'a [bool],
    /// Clean sessions before each session.
    n_clean: Vec<usize>,
    quick: Option<(&'a LinearModel<'a>, WindowFits)>,
}

impl<'a> Refits<'a> {
    fn new(returns: &'a [f64], model: &'a dyn NormalReturnModel, clean: &'a [bool]) -> Self {
        let mut n_clean = vec![0];
        n_clean.extend(clean.iter().scan(0, |n, &c| {
            *n += usize::from(c);
            Some(*n)
        }));
        let quick = model
            .as_linear()
            .and_then(|linear| Some((linear, linear.window_fits(returns, |t| clean[t])?)));
        Self {
            returns,
            model,
            clean,
            n_clean,
            quick,
        }
    }

    /// `None` for fewer clean days than asked, and where the model cannot be fitted.
    fn fit(&self, sessions: Range<usize>, min_estimation: usize) -> Option<NormalReturns<'_>> {
        if self.n_clean[sessions.end] - self.n_clean[sessions.start] < min_estimation {
            return None;
        }
        if let Some((model, fits)) = &self.quick
            && let Some(fit) = fits.fit(sessions.clone())
        {
            return Some(NormalReturns::Quick(model, Box::new(fit)));
        }
        // A model that looks at neighbouring sessions has fewer days than there are returns.
        let usable = |t: &usize| self.clean[*t] && self.model.can_estimate(*t, &sessions);
        let days: Vec<usize> = sessions.clone().filter(usable).collect();
        if days.len() < min_estimation {
            return None;
        }
        let fit = self.model.fit(self.returns, &days).ok()?;
        Some(NormalReturns::Direct(self.model, Box::new(fit)))
    }
}

enum NormalReturns<'a> {
    Quick(&'a LinearModel<'a>, Box<WindowFit>),
    Direct(&'a dyn NormalReturnModel, Box<Fitted>),
}

impl NormalReturns<'_> {
    fn at(&self, t: usize) -> f64 {
        match self {
            Self::Quick(model, fit) => model.normal_return_by(fit, t),
            Self::Direct(model, fit) => model.normal_return(fit, t),
        }
    }
}

fn rank(car: f64, ascending: &[f64], residual_sd: f64) -> Option<RankP> {
    if ascending.is_empty() {
        return None;
    }
    let n = ascending.len();
    let size = car.abs() - TIE * residual_sd;
    let as_large = if size <= 0.0 {
        n
    } else {
        let below = ascending.partition_point(|v| *v <= -size);
        below + (n - ascending.partition_point(|v| *v < size))
    };
    Some(RankP {
        p: (1 + as_large) as f64 / (1 + n) as f64,
        n,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::model::FitError;

    /// The market model without its sums of products: every refit is made from the days.
    struct Slow(LinearModel<'static>);

    impl NormalReturnModel for Slow {
        fn name(&self) -> &'static str {
            "slow"
        }
        fn regressors(&self) -> Vec<String> {
            self.0.regressors()
        }
        fn covers(&self, t: usize) -> bool {
            self.0.covers(t)
        }
        fn fit(&self, returns: &[f64], days: &[usize]) -> Result<Fitted, FitError> {
            self.0.fit(returns, days)
        }
        fn normal_return(&self, fit: &Fitted, t: usize) -> f64 {
            self.0.normal_return(fit, t)
        }
        fn forecast_covariance(&self, fit: &Fitted, days: &[usize]) -> Vec<f64> {
            self.0.forecast_covariance(fit, days)
        }
    }

    #[test]
    fn quick_refits_are_those_of_the_days() {
        let mut x: Vec<f64> = (0..700).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
        let mut returns: Vec<f64> = (0..700)
            .map(|t| 1.3 * x[t] + 0.02 * (0.9 * t as f64 * t as f64).sin())
            .collect();
        // A copy of the market, a stale price and missing days: the direct way has to help out.
        returns[300..330].copy_from_slice(&x.clone()[300..330]);
        returns[400..450].fill(0.0);
        (returns[500], x[120]) = (f64::NAN, f64::NAN);
        let masked: Vec<bool> = (0..700).map(|t| t % 97 == 5).collect();
        let window = |text: &str| text.parse::<Window>().unwrap();
        let cars = vec![window("0:0"), window("-3:3")];
        let windows = StudyWindows::new(window("-60:-11"), window("-10:10"), cars).unwrap();
        let model = crate::analysis::model::market("market", x);
        let quick = Placebo::new(&returns, &model, &masked, &windows, 20);
        let slow = Placebo::new(&returns, &Slow(model), &masked, &windows, 20);
        for &window in windows.car() {
            let (quick, slow) = (quick.cars(window), slow.cars(window));
            assert!(quick.len() == slow.len() && quick.len() > 400);
            for (q, s) in quick.iter().zip(slow) {
                assert!((q - s).abs() < 1e-14, "{q} {s}");
            }
        }
    }

    #[test]
    fn a_missing_neighbour_costs_days_and_no_dates() {
        let mut x: Vec<f64> = (0..400)
            .map(|t| 0.01 * (1.7 * t as f64 * t as f64).sin())
            .collect();
        let noise = |t: usize| 0.02 * (0.9 * t as f64 * t as f64).sin();
        let returns: Vec<f64> = (0..400).map(|t| 1.3 * x[t] + noise(t)).collect();
        (120..380).step_by(40).for_each(|t| x[t] = f64::NAN);
        let day_0 = Window::new(0, 0).unwrap();
        let estimation = Window::new(-60, -11).unwrap();
        let windows = StudyWindows::new(estimation, day_0, vec![day_0]).unwrap();
        let model = crate::analysis::model::dimson("market", x.clone(), 1, 1);
        for min in [40, 46, 49] {
            let enough = |&t: &usize| {
                let days = estimation.sessions(t, 400);
                let inner = (days.start + 1)..days.end.saturating_sub(1);
                let whole = |&u: &usize| x[u - 1..=u + 1].iter().all(|r| r.is_finite());
                x[t].is_finite() && inner.filter(whole).count() >= min
            };
            let expected = (0..400).filter(enough).count();
            let placebo = Placebo::new(&returns, &model, &[false; 400], &windows, min);
            assert_eq!(placebo.cars(day_0).len(), expected);
            assert_eq!(expected > 0, min < 49);
        }
    }

    #[test]
    fn both_tails_and_ties_count() {
        let pseudo = [-0.3, -0.1, 0.0, 0.1, 0.2];
        assert_eq!(rank(0.2, &pseudo, 1.0).unwrap().p, 3.0 / 6.0);
        assert_eq!(rank(-0.4, &pseudo, 1.0).unwrap().p, 1.0 / 6.0);
        assert_eq!(rank(0.0, &pseudo, 1.0).unwrap().p, 1.0);
        assert_eq!(rank(0.1, &[], 1.0), None);
    }
}
