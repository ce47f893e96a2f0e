//! Abnormal returns of all events of a sample, cumulated over a window.

use super::PanelSample;
use super::sample::Fit;
use crate::analysis::abnormal::Car;
use crate::analysis::cross_products::pair;
use crate::analysis::window::Window;
use crate::analysis::window_fit::MAX_REGRESSORS;
use rayon::prelude::*;

/// Events whose sums one thread adds up before they are added in order.
pub(super) const EVENTS: usize = 256;

/// The CARs of a sample over a window.
#[derive(Debug)]
pub struct PanelCars {
    /// The window.
    pub window: Window,
    /// One for each event of the sample; `n_days` is 0 and every figure missing where no day of
    /// the window has an abnormal return.
    pub cars: Vec<Car>,
    /// Events that have a CAR.
    pub n: usize,
    /// Days of the window on which at least one event has an abnormal return.
    pub n_days: usize,
}

/// A session's abnormal return.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    /// Place in the event's window.
    pub place: usize,
    pub session: usize,
    pub returns: f64,
    pub normal: f64,
}

/// What is known of an event that has no day of a window.
const NONE: Car = Car {
    n_days: 0,
    car: f64::NAN,
    sd: f64::NAN,
    scar: f64::NAN,
    csar: f64::NAN,
    bhar: f64::NAN,
};

impl PanelSample<'_> {
    /// The CARs over a window inside the event window.
    pub fn cars(&self, window: Window) -> PanelCars {
        let mut cars = vec![NONE; self.n()];
        let present: Vec<Vec<bool>> = cars
            .par_chunks_mut(EVENTS)
            .enumerate()
            .map(|(chunk, cars)| {
                let mut present = vec![false; window.n_days()];
                for (i, car) in cars.iter_mut().enumerate() {
                    let fit = self.fits.get(chunk * EVENTS + i);
                    *car = self.car(&fit, window, &mut present);
                }
                present
            })
            .collect();
        let any = |day: &usize| present.iter().any(|chunk| chunk[*day]);
        PanelCars {
            window,
            n: cars.iter().filter(|c| c.n_days > 0).count(),
            n_days: (0..window.n_days()).filter(any).count(),
            cars,
        }
    }

    /// The days of a window that have an abnormal return.
    pub(super) fn days(&self, fit: &Fit, window: Window) -> impl Iterator<Item = Day> {
        let sessions = window.sessions(fit.day_0, self.panel.n_sessions());
        // Where the window begins before the data, the first session is not its first day.
        let first = fit.day_0 as i64 + i64::from(window.start().0);
        let returns = self.panel.returns(fit.instrument);
        sessions.filter_map(move |t| {
            let normal = self.normal_return(fit, t);
            (returns[t] - normal).is_finite().then(|| Day {
                place: (t as i64 - first) as usize,
                session: t,
                returns: returns[t],
                normal,
            })
        })
    }

    fn normal_return(&self, fit: &Fit, t: usize) -> f64 {
        let slopes = fit.betas.iter().zip(&self.design.columns);
        let forecast = fit.alpha + slopes.map(|(b, c)| b * c[t]).sum::<f64>();
        self.design.offset.map_or(0.0, |o| o[t]) + forecast
    }

    /// Var(CAR) = s²(L + z_W'(X'X)⁻¹z_W), as for a single event.
    fn car(&self, fit: &Fit, window: Window, present: &mut [bool]) -> Car {
        let constant = if self.design.constant {
            1.0 / fit.n as f64
        } else {
            0.0
        };
        let mut car = Car {
            n_days: 0,
            car: 0.0,
            csar: 0.0,
            ..NONE
        };
        let k = fit.betas.len();
        let (mut held, mut expected) = (1.0, 1.0);
        let mut summed = [0.0; MAX_REGRESSORS];
        for day in self.days(fit, window) {
            let leverages = self.leverages(fit, day.session);
            let mut squares = constant;
            for (sum, w) in summed.iter_mut().zip(&leverages[..k]) {
                *sum += w;
                squares += w * w;
            }
            let ar = day.returns - day.normal;
            car.n_days += 1;
            car.car += ar;
            car.csar += ar / (fit.residual_sd * (1.0 + squares).sqrt());
            held *= 1.0 + self.settings.returns.to_simple(day.returns);
            expected *= 1.0 + self.settings.returns.to_simple(day.normal);
            present[day.place] = true;
        }
        if car.n_days == 0 {
            return NONE;
        }
        let length = car.n_days as f64;
        let slopes: f64 = summed[..k].iter().map(|w| w * w).sum();
        let variance = length + length * length * constant + slopes;
        car.sd = fit.residual_sd * variance.sqrt();
        car.scar = car.car / car.sd;
        car.bhar = held - expected;
        car
    }

    /// w = L⁻¹(z_t − x̄): z_t'(X'X)⁻¹z_u = [1/M] + w_t'w_u.
    fn leverages(&self, fit: &Fit, t: usize) -> [f64; MAX_REGRESSORS] {
        let mut w = [0.0; MAX_REGRESSORS];
        for (i, column) in self.design.columns.iter().enumerate() {
            let known: f64 = (0..i).map(|j| fit.factor[pair(j, i)] * w[j]).sum();
            w[i] = (column[t] - fit.means[i] - known) / fit.factor[pair(i, i)];
        }
        w
    }
}

impl PanelCars {
    /// The CARs of the events that have one.
    pub(super) fn present(&self) -> impl Iterator<Item = &Car> {
        self.cars.iter().filter(|c| c.n_days > 0)
    }
}
