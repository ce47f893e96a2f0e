//! Average abnormal returns of a sample, day by day.

use super::PanelSample;
use super::cars::EVENTS;
use crate::analysis::aggregate::{Aar, aars_of};
use rayon::prelude::*;

/// Number, mean and Σ(x − mean)² of figures added one by one (Welford 1962; merged as in Chan,
/// Golub and LeVeque 1983), so that a small spread about a large mean keeps its digits.
#[derive(Debug, Clone, Copy, Default)]
struct Spread {
    n: f64,
    mean: f64,
    squares: f64,
}

impl Spread {
    fn add(&mut self, value: f64) {
        self.n += 1.0;
        let apart = value - self.mean;
        self.mean += apart / self.n;
        self.squares += apart * (value - self.mean);
    }

    fn merge(&mut self, other: &Spread) {
        let n = self.n + other.n;
        if other.n == 0.0 {
            return;
        }
        let apart = other.mean - self.mean;
        self.mean += apart * other.n / n;
        self.squares += other.squares + apart * apart * self.n * other.n / n;
        self.n = n;
    }
}

impl PanelSample<'_> {
    /// AAR and CAAR of every day of the event window, over the events that have it.
    pub fn aars(&self) -> Vec<Aar> {
        let window = self.settings.event;
        let chunks: Vec<Vec<Spread>> = (0..self.n().div_ceil(EVENTS))
            .into_par_iter()
            .map(|chunk| {
                let mut days = vec![Spread::default(); window.n_days()];
                for event in chunk * EVENTS..((chunk + 1) * EVENTS).min(self.n()) {
                    for day in self.days(&self.fits.get(event), window) {
                        days[day.place].add(day.returns - day.normal);
                    }
                }
                days
            })
            .collect();
        let mut all = vec![Spread::default(); window.n_days()];
        for chunk in &chunks {
            let days = all.iter_mut().zip(chunk);
            days.for_each(|(own, other)| own.merge(other));
        }
        let of_day = window.days().zip(&all).map(|(day, spread)| {
            let mean = (spread.n > 0.0).then_some(spread.mean);
            let sd = (spread.n > 1.0).then(|| (spread.squares / (spread.n - 1.0)).sqrt());
            (day, spread.n as usize, mean, sd)
        });
        aars_of(of_day)
    }
}
