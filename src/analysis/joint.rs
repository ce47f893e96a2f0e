//! The joint regression: every event day of an instrument has a dummy of its own.
//!
//! What happened on another event's day then touches neither the coefficients nor the sum over
//! this event's window, unless both react on the same session.
//!
//! A share that loses 10 % on one session and gains 6 %, on other news, on the next:
//!
//! ```
//! use shockwave::analysis::joint::{JointSettings, joint};
//! use shockwave::analysis::model::mean_adjusted;
//! use shockwave::analysis::window::{RelativeDay, StudyWindows, Window};
//!
//! let mut returns: Vec<f64> = (0..100).map(|t| if t % 2 == 0 { 0.01 } else { -0.01 }).collect();
//! (returns[80], returns[81]) = (-0.10, 0.06);
//! let others: Vec<bool> = (0..100).map(|t| t == 81).collect();
//!
//! let (estimation, window) = (Window::new(-60, -11)?, Window::new(0, 1)?);
//! let windows = StudyWindows::new(estimation, Window::new(-5, 5)?, vec![window])?;
//! let reaction = Window::new(0, 0)?;
//! let settings = JointSettings { windows: &windows, reaction, min_estimation: 30, hac: false };
//! let found = joint(&returns, &mean_adjusted(), &others, 80, &settings)?;
//! let [fall, rise] = [0, 1].map(|day| found.ar(RelativeDay(day)).map_or(0.0, |ar| ar.value));
//! assert!((fall + 0.10).abs() < 1e-12 && (rise - 0.06).abs() < 1e-12);
//! assert_eq!(found.car(window).map(|car| car.value), Some(fall)); // not −4 %
//! assert_eq!(found.n_left_out(window), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::distribution::TLaw;
use super::hac::{newey_west_lags, newey_west_sd};
use super::inference::Undefined;
use super::inference::single_event::{TTest, t_test};
use super::model::{Fitted, LinearModel, NormalReturnModel};
use super::window::{RelativeDay, StudyWindows, Window};

/// What a joint regression is told beside the figures.
#[derive(Debug, Clone, Copy)]
pub struct JointSettings<'a> {
    /// Estimation and event window: the rows of the regression.
    pub windows: &'a StudyWindows,
    /// Reaction days of an event, relative to its own day 0.
    pub reaction: Window,
    /// Fewest rows of the estimation window without a dummy.
    pub min_estimation: usize,
    /// Whether to compute the HAC error beside the other; it takes longest.
    pub hac: bool,
}

/// A sum of dummy coefficients, with both of its errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JointEstimate {
    /// Days summed.
    pub n_days: usize,
    /// Σ γ_d.
    pub value: f64,
    /// Its least-squares error.
    pub sd: f64,
    /// Its Newey-West error, to be compared and not believed (see [`joint`]); `None` where the
    /// model estimates no coefficient.
    pub hac_sd: Option<f64>,
    /// The t test with the least-squares error.
    pub test: Option<TTest>,
}

/// The fitted joint regression of one event observation.
#[derive(Debug, Clone)]
pub struct Joint {
    /// Rows: sessions of both windows that have a return.
    pub n: usize,
    /// Rows less coefficients, dummies included.
    pub df: f64,
    /// Lags of the Newey-West error.
    pub lags: usize,
    law: Option<TLaw>,
    /// The event window's dummies, ascending.
    dummies: Vec<Dummy>,
    /// Covariance of their coefficients, row by row.
    covariance: Vec<f64>,
}

#[derive(Debug, Clone)]
struct Dummy {
    day: RelativeDay,
    coefficient: f64,
    /// Whether a CAR sums it: not where only another event reacts.
    counts: bool,
    /// a_t e_t of each row in the order of time; `None` where no coefficient is estimated.
    scores: Option<Vec<f64>>,
}

/// R_t = α + Σβ_j x_jt + Σ_d γ_d 1[t = d] + e_t over estimation and event window, with a dummy for
/// every session d of the event window and for every reaction session of another event
/// (`others`, one flag per session): γ_d is the abnormal return of d (Karafiath 1988).
///
/// A dummy takes its own row out of every other coefficient, so that α and β are those of the
/// rows without one, γ_d is the forecast error there and Cov(γ) = s²(I + Z(X'X)⁻¹Z') the
/// forecast-error covariance (Frisch and Waugh 1933; Salkever 1976): the regression is fitted in
/// that form.
///
/// Newey-West errors are *invalid* for a dummy of one day. Its residual is 0 whatever happened,
/// so that the estimate leaves out the day's own noise, which is nearly all of the error;
/// [`JointEstimate::hac_sd`] shows how far off that is.
///
/// # Errors
/// Too few rows without a dummy, or a regression that cannot be fitted.
///
/// ```
/// use shockwave::analysis::joint::{JointSettings, joint};
/// use shockwave::analysis::model::market;
/// use shockwave::analysis::window::{StudyWindows, Window};
///
/// let index: Vec<f64> = (0..200).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
/// let noise = |t: usize| 0.004 * (2.9 * t as f64).cos();
/// let mut returns: Vec<f64> = (0..200).map(|t| index[t] + noise(t)).collect();
/// let (day_0, other) = (180, 181); // two events on two sessions in a row
/// (returns[day_0], returns[other]) = (-0.10, 0.06);
/// let mut others = vec![false; 200];
/// others[other] = true;
///
/// let window = Window::new(0, 1)?;
/// let windows = StudyWindows::new(Window::new(-120, -11)?, Window::new(-5, 5)?, vec![window])?;
/// let reaction = Window::new(0, 0)?;
/// let settings = JointSettings { windows: &windows, reaction, min_estimation: 60, hac: false };
/// let found = joint(&returns, &market("INDEX", index), &others, day_0, &settings)?;
/// let car = found.car(window).ok_or("no CAR")?;
/// assert_eq!((car.n_days, found.n_left_out(window)), (1, 1));
/// assert!((car.value + 0.10).abs() < 0.02); // without the rise that is the other event's
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn joint(
    returns: &[f64],
    model: &LinearModel,
    others: &[bool],
    day_0: usize,
    settings: &JointSettings,
) -> Result<Joint, Undefined> {
    let usable = |window: Window| -> Vec<usize> {
        let sessions = window.sessions(day_0, returns.len());
        let present = sessions.filter(|&t| returns[t].is_finite() && model.covers(t));
        present.collect()
    };
    let estimation = usable(settings.windows.estimation());
    let event = usable(settings.windows.event());
    let other_reacts = |t: usize| others.get(t).copied().unwrap_or(false);
    // Rows of the estimation window that have no dummy, by their place among all rows.
    let (places, free): (Vec<usize>, Vec<usize>) = estimation
        .iter()
        .copied()
        .enumerate()
        .filter(|&(_, t)| !other_reacts(t))
        .unzip();
    if free.len() < settings.min_estimation {
        return Err(Undefined::ShortEstimation {
            n: free.len(),
            required: settings.min_estimation,
        });
    }
    let fit = model
        .fit(returns, &free)
        .map_err(|error| Undefined::DegenerateFit(error.0))?;
    let n = estimation.len() + event.len();
    let own = settings.reaction.sessions(day_0, returns.len());
    let dummies = event.iter().map(|&t| Dummy {
        day: RelativeDay((t as i64 - day_0 as i64) as i32),
        coefficient: returns[t] - model.normal_return(&fit, t),
        counts: own.contains(&t) || !other_reacts(t),
        scores: (settings
            .hac
            .then(|| scores(model, &fit, t, &free))
            .flatten())
        .map(|own| spread(&own, &places, n)),
    });
    Ok(Joint {
        n,
        df: fit.df(),
        lags: newey_west_lags(n),
        law: TLaw::new(fit.df()),
        dummies: dummies.collect(),
        covariance: model.forecast_covariance(&fit, &event),
    })
}

/// a_u e_u of the rows without a dummy in γ_t = R_t − z_t'b: a_u = −z_t'(X'X)⁻¹x_u. The row of t
/// itself has the weight 1 and the residual 0.
fn scores(model: &LinearModel, fit: &Fitted, t: usize, free: &[usize]) -> Option<Vec<f64>> {
    let weights = model.forecast_weights(fit, t, free)?;
    let pairs = weights.iter().zip(&fit.residuals);
    Some(pairs.map(|(a, e)| -a * e).collect())
}

/// The values at their places among `n` rows, 0 elsewhere: the residual of a row with a dummy.
fn spread(values: &[f64], places: &[usize], n: usize) -> Vec<f64> {
    let mut rows = vec![0.0; n];
    for (&place, value) in places.iter().zip(values) {
        rows[place] = *value;
    }
    rows
}

impl Joint {
    /// The coefficient of one day's dummy; `None` where the day has no return.
    pub fn ar(&self, day: RelativeDay) -> Option<JointEstimate> {
        self.sum(|dummy| dummy.day == day)
    }

    /// The sum over the days of a window, those left out on which only another event reacts;
    /// `None` where no day remains.
    pub fn car(&self, window: Window) -> Option<JointEstimate> {
        let inside = |day: RelativeDay| window.start() <= day && day <= window.end();
        self.sum(|dummy| inside(dummy.day) && dummy.counts)
    }

    /// The days of a window that [`Joint::car`] leaves to other events.
    pub fn n_left_out(&self, window: Window) -> usize {
        let inside = |day: RelativeDay| window.start() <= day && day <= window.end();
        let others = self.dummies.iter().filter(|d| !d.counts);
        others.filter(|d| inside(d.day)).count()
    }

    fn sum(&self, picked: impl Fn(&Dummy) -> bool) -> Option<JointEstimate> {
        let days: Vec<usize> = (0..self.dummies.len())
            .filter(|&p| picked(&self.dummies[p]))
            .collect();
        if days.is_empty() {
            return None;
        }
        let value = days.iter().map(|&p| self.dummies[p].coefficient).sum();
        let row = |p: usize| &self.covariance[p * self.dummies.len()..];
        let variance: f64 = days
            .iter()
            .map(|&p| days.iter().map(|&q| row(p)[q]).sum::<f64>())
            .sum();
        let mut scores = Some(vec![0.0; self.n]);
        for &p in &days {
            scores = scores.zip(self.dummies[p].scores.as_ref()).map(add);
        }
        let sd = variance.sqrt();
        Some(JointEstimate {
            n_days: days.len(),
            value,
            sd,
            hac_sd: scores.map(|h| newey_west_sd(&h, self.lags)),
            test: self.law.as_ref().and_then(|law| t_test(value, sd, law)),
        })
    }
}

fn add((mut sum, more): (Vec<f64>, &Vec<f64>)) -> Vec<f64> {
    sum.iter_mut().zip(more).for_each(|(s, m)| *s += m);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::model::{market, market_adjusted, mean_adjusted};

    fn w(start: i32, end: i32) -> Window {
        Window::new(start, end).unwrap()
    }

    /// 60 returns without a pattern, and a market.
    fn series() -> (Vec<f64>, Vec<f64>) {
        let wave = |t: usize, f: f64| (f * t as f64).sin() * 0.01;
        let market: Vec<f64> = (0..60).map(|t| wave(t, 1.7) + wave(t, 0.3)).collect();
        let own = (0..60).map(|t| 1.2 * market[t] + wave(t, 2.9)).collect();
        (own, market)
    }

    #[test]
    fn another_events_jump_moves_nothing() {
        let (mut returns, benchmark) = series();
        let windows = StudyWindows::new(w(-40, -6), w(-5, 5), vec![w(0, 5)]).unwrap();
        let settings = JointSettings {
            windows: &windows,
            reaction: w(0, 1),
            min_estimation: 20,
            hac: true,
        };
        let mut others = vec![false; 60];
        for t in [30, 31, 53, 54] {
            others[t] = true;
        }
        let model = market("M", benchmark.as_slice());
        let before = joint(&returns, &model, &others, 50, &settings).unwrap();
        assert_eq!((before.n, before.df), (46, 46.0 - 2.0 - 13.0));
        let car = before.car(w(0, 5)).unwrap();
        assert_eq!((car.n_days, before.n_left_out(w(0, 5))), (4, 2));
        returns[30] += 0.5;
        returns[53] -= 0.5;
        let after = joint(&returns, &model, &others, 50, &settings).unwrap();
        assert_eq!(after.car(w(0, 5)), Some(car));
        let jump = before.ar(RelativeDay(3)).unwrap().value - 0.5;
        assert!((after.ar(RelativeDay(3)).unwrap().value - jump).abs() < 1e-15);
    }

    #[test]
    fn a_day_that_both_events_react_on_counts_and_an_absent_one_has_no_dummy() {
        let (mut returns, _) = series();
        returns[52] = f64::NAN;
        let windows = StudyWindows::new(w(-40, -6), w(-5, 5), vec![w(0, 5)]).unwrap();
        let settings = JointSettings {
            windows: &windows,
            reaction: w(0, 1),
            min_estimation: 20,
            hac: true,
        };
        let mut others = vec![false; 60];
        others[51] = true;
        let found = joint(&returns, &mean_adjusted(), &others, 50, &settings).unwrap();
        assert_eq!(found.ar(RelativeDay(2)), None);
        assert_eq!(found.car(w(0, 2)).unwrap().n_days, 2);
        assert_eq!(found.car(w(2, 2)), None);
    }

    #[test]
    fn what_cannot_be_had_has_a_reason() {
        let (returns, benchmark) = series();
        let windows = StudyWindows::new(w(-40, -6), w(-5, 5), vec![w(0, 5)]).unwrap();
        let settings = JointSettings {
            windows: &windows,
            reaction: w(0, 1),
            min_estimation: 20,
            hac: true,
        };
        let model = market("M", benchmark.as_slice());
        let reason = |others: &[bool]| {
            let found = joint(&returns, &model, others, 50, &settings);
            found.map(|_| ()).map_err(|u| u.code())
        };
        assert_eq!(reason(&[true; 60]), Err("short-estimation"));
        let still = market("M", vec![0.0; 60]);
        let found = joint(&returns, &still, &[], 50, &settings);
        assert_eq!(found.map(|_| ()).unwrap_err().code(), "degenerate-fit");
        // Nothing is estimated: the HAC error of a sum of dummies would be 0.
        let fixed = market_adjusted(benchmark.as_slice());
        let car = joint(&returns, &fixed, &[], 50, &settings).unwrap();
        let car = car.car(w(0, 5)).unwrap();
        assert!(car.sd > 0.0 && car.hac_sd.is_none());
    }
}
