//! Abnormal returns of one event observation, with the full forecast-error covariance.
//!
//! Var(CAR(W)) = s²(L + z_W'(X'X)⁻¹z_W), z_W the sum of the regressor rows (Patell 1976;
//! Campbell, Lo and MacKinlay 1997, ch. 4): s√L alone understates the error of a CAR by 4 % to
//! 8 % at common window lengths.

use super::distribution::TLaw;
use super::inference::single_event::{TTest, t_test};
use super::model::{Fitted, NormalReturnModel};
use super::window::{RelativeDay, Window};
use crate::returns::ReturnKind;
use std::sync::OnceLock;

/// Abnormal returns over an event window; entries of days without data are NaN.
///
/// ```
/// use shockwave::analysis::abnormal::AbnormalReturns;
/// use shockwave::analysis::inference::single_event::minimum_detectable_effect;
/// use shockwave::analysis::model::{NormalReturnModel, mean_adjusted};
/// use shockwave::analysis::window::{RelativeDay, Window};
/// use shockwave::returns::ReturnKind;
///
/// // Forty sessions of plus and minus one percent, then a fall of 5 % and a rise of 1 %.
/// let mut returns: Vec<f64> = (0..42).map(|t| if t % 2 == 0 { 0.01 } else { -0.01 }).collect();
/// (returns[40], returns[41]) = (-0.05, 0.01);
/// let (model, day_0) = (mean_adjusted(), 40);
/// let fit = model.fit(&returns, &(0..40).collect::<Vec<_>>())?;
/// let window = Window::new(0, 1)?;
/// let abnormal = AbnormalReturns::new(&returns, ReturnKind::Simple, &model, &fit, window, day_0);
/// assert!((abnormal.ar(RelativeDay(0)).ok_or("no AR")? + 0.05).abs() < 1e-15);
///
/// // The mean of 40 sessions is uncertain too: Var(CAR) = s²(2 + 2²/40), not 2s².
/// let car = abnormal.car(window).ok_or("no CAR")?;
/// assert!((car.car + 0.04).abs() < 1e-15);
/// assert!((car.sd / fit.residual_sd - 2.1_f64.sqrt()).abs() < 1e-12);
///
/// // −4 % over two sessions, against Student's t with M − k = 39.
/// let test = abnormal.t_test(car.car, car.sd).ok_or("no variance")?;
/// assert_eq!((abnormal.df(), test.df), (39.0, 39.0));
/// assert!((test.t + 2.73).abs() < 0.01 && test.p < 0.01);
/// let law = abnormal.law().ok_or("no law")?;
/// let smallest = minimum_detectable_effect(car.sd, law).ok_or("no variance")?;
/// assert!((smallest - 0.042).abs() < 0.001); // what would be seen in four cases of five
///
/// // An event window that reaches beyond the data has the days that there are.
/// let window = Window::new(0, 5)?;
/// let abnormal = AbnormalReturns::new(&returns, ReturnKind::Simple, &model, &fit, window, day_0);
/// assert_eq!(abnormal.days_present(window), [RelativeDay(0), RelativeDay(1)]);
/// let present: Vec<_> = abnormal.returns_present(window).collect();
/// assert_eq!(present, [(RelativeDay(0), -0.05), (RelativeDay(1), 0.01)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct AbnormalReturns {
    window: Window,
    kind: ReturnKind,
    df: f64,
    /// Found when it is first asked for.
    law: OnceLock<Option<TLaw>>,
    /// R, one per day of the event window.
    pub returns: Vec<f64>,
    /// E(R).
    pub normal: Vec<f64>,
    /// AR = R − E(R).
    pub ar: Vec<f64>,
    /// Positions in the event window of the days present, ascending.
    present: Vec<usize>,
    /// Forecast-error sd of the days present.
    sd: Vec<f64>,
    /// Sums of their forecast-error covariance over the first p by the first q of them, row by row
    /// from p = q = 0: the variance of a CAR is four of these.
    summed: Vec<f64>,
}

/// An abnormal return cumulated over a window, in fractions.
///
/// ```
/// use shockwave::analysis::abnormal::Car;
///
/// let car = Car { n_days: 3, car: -0.06, sd: 0.02, scar: -3.0, csar: -5.2, bhar: -0.058 };
/// assert_eq!(car.t(), Some(-3.0));
/// let still = Car { sd: 0.0, scar: f64::NEG_INFINITY, ..car };
/// assert_eq!(still.t(), None); // a series that stands still has no t
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Car {
    /// Days present in the window.
    pub n_days: usize,
    /// Σ AR.
    pub car: f64,
    /// Its forecast sd.
    pub sd: f64,
    /// CAR/sd(CAR).
    pub scar: f64,
    /// Σ SAR.
    pub csar: f64,
    /// Π(1 + R) − Π(1 + E(R)), on simple returns.
    pub bhar: f64,
}

impl Car {
    /// CAR/sd, where the sd is positive.
    pub fn t(&self) -> Option<f64> {
        (self.sd > 0.0 && self.scar.is_finite()).then_some(self.scar)
    }
}

impl AbnormalReturns {
    /// Computes them for the event window around `day_0` (a session index of `returns`, which has
    /// one fraction per session, NaN where it is missing).
    pub fn new(
        returns: &[f64],
        kind: ReturnKind,
        model: &dyn NormalReturnModel,
        fit: &Fitted,
        window: Window,
        day_0: usize,
    ) -> Self {
        let n = window.n_days();
        let mut out = Self {
            window,
            kind,
            df: fit.df(),
            law: OnceLock::new(),
            returns: vec![f64::NAN; n],
            normal: vec![f64::NAN; n],
            ar: vec![f64::NAN; n],
            present: Vec::with_capacity(n),
            sd: Vec::new(),
            summed: Vec::new(),
        };
        let mut days = Vec::with_capacity(n);
        for (i, day) in window.days().enumerate() {
            let t = day_0 as i64 + i64::from(day.0);
            let Some(t) = usize::try_from(t).ok().filter(|&t| t < returns.len()) else {
                continue;
            };
            out.returns[i] = returns[t];
            if !model.covers(t) {
                continue;
            }
            out.normal[i] = model.normal_return(fit, t);
            out.ar[i] = returns[t] - out.normal[i];
            if out.ar[i].is_finite() {
                out.present.push(i);
                days.push(t);
            }
        }
        let covariance = model.forecast_covariance(fit, &days);
        let n = days.len();
        out.sd = (0..n).map(|p| covariance[p * n + p].sqrt()).collect();
        out.summed = summed(&covariance, n);
        out
    }

    /// M − k of the fit.
    pub fn df(&self) -> f64 {
        self.df
    }

    /// Student's t with the M − k degrees of freedom of the fit.
    pub fn law(&self) -> Option<&TLaw> {
        self.law.get_or_init(|| TLaw::new(self.df)).as_ref()
    }

    /// The t test of a figure with its forecast sd; `None` where the sd is zero.
    pub fn t_test(&self, figure: f64, sd: f64) -> Option<TTest> {
        t_test(figure, sd, self.law()?)
    }

    /// The event window.
    pub fn window(&self) -> Window {
        self.window
    }

    /// AR of a relative day, where it is present.
    pub fn ar(&self, day: RelativeDay) -> Option<f64> {
        let i = self.position(day)?;
        self.ar[i].is_finite().then(|| self.ar[i])
    }

    /// Forecast sd of the AR of a relative day, where it is present.
    pub fn sd(&self, day: RelativeDay) -> Option<f64> {
        let i = self.position(day)?;
        let p = self.present.binary_search(&i).ok()?;
        Some(self.sd[p])
    }

    /// The CAR over the days of `window` that are present; `None` when none is.
    pub fn car(&self, window: Window) -> Option<Car> {
        let before = |day: i32| {
            let first = self.window.start().0;
            let earlier = |&i: &usize| first + (i as i32) < day;
            self.present.partition_point(earlier)
        };
        let (from, to) = (before(window.start().0), before(window.end().0 + 1));
        if from == to {
            return None;
        }
        let variance = self.variance(from, to);
        let (mut car, mut csar) = (0.0, 0.0);
        let (mut held, mut expected) = (1.0, 1.0);
        for p in from..to {
            let i = self.present[p];
            car += self.ar[i];
            csar += self.ar[i] / self.sd[p];
            held *= 1.0 + self.kind.to_simple(self.returns[i]);
            expected *= 1.0 + self.kind.to_simple(self.normal[i]);
        }
        let sd = variance.sqrt();
        Some(Car {
            n_days: to - from,
            car,
            sd,
            scar: car / sd,
            csar,
            bhar: held - expected,
        })
    }

    /// The days of `window` that have an abnormal return.
    pub fn days_present(&self, window: Window) -> Vec<RelativeDay> {
        window
            .days()
            .filter(|&day| self.ar(day).is_some())
            .collect()
    }

    /// The returns of the days of `window` that have an abnormal return.
    pub fn returns_present(&self, window: Window) -> impl Iterator<Item = (RelativeDay, f64)> + '_ {
        window.days().filter_map(|day| {
            self.ar(day)?;
            Some((day, self.returns[self.position(day)?]))
        })
    }

    fn position(&self, day: RelativeDay) -> Option<usize> {
        usize::try_from(day.0 - self.window.start().0)
            .ok()
            .filter(|&i| i < self.window.n_days())
    }

    /// Σ of the covariance over the days present from the number `from` to the number before `to`.
    fn variance(&self, from: usize, to: usize) -> f64 {
        let sum = |p: usize, q: usize| self.summed[p * (self.present.len() + 1) + q];
        (sum(to, to) - sum(from, to)) - (sum(to, from) - sum(from, from))
    }
}

/// Sums over the first p rows and q columns of an n × n matrix, for p and q from 0 to n.
fn summed(matrix: &[f64], n: usize) -> Vec<f64> {
    let mut sums = vec![0.0; (n + 1) * (n + 1)];
    for p in 0..n {
        let mut row = 0.0;
        for q in 0..n {
            row += matrix[p * n + q];
            sums[(p + 1) * (n + 1) + q + 1] = sums[p * (n + 1) + q + 1] + row;
        }
    }
    sums
}
