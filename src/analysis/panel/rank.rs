//! The rank tests of a sample: Corrado's and the generalized ones.

use super::PanelSample;
use super::cars::{EVENTS, PanelCars};
use super::order::{Placed, RankSums, Sorter};
use super::sample::Fit;
use crate::analysis::aggregate::mean_and_sd;
use crate::analysis::inference::corrado::corrado;
use crate::analysis::inference::grank::{grank_t, grank_z};
use crate::analysis::inference::ranks::DayMeans;
use crate::analysis::inference::sign::sign;
use crate::analysis::inference::single_event::TIE;
use crate::analysis::inference::wilcoxon::signed_rank;
use crate::analysis::inference::{TestStatistic, Undefined};
use rayon::prelude::*;

/// What ranking the residuals of some events needs and gives.
struct Ranking {
    sorter: Sorter,
    residuals: Vec<f64>,
    tested: Vec<Placed>,
    merged: Vec<Placed>,
    /// Ranks among the estimation days and the days of the window.
    days: RankSums,
    /// Ranks among the estimation days and the window as one day.
    window: RankSums,
}

impl PanelSample<'_> {
    /// The rank and sign tests over a window whose CARs are given: `corrado_rank_z`, `grank_t`,
    /// `grank_z`, `sign_z`, `generalized_sign_z`, `wilcoxon_w`.
    pub fn rank_tests(&self, cars: &PanelCars) -> Vec<(&'static str, TestStatistic)> {
        let n = cars.n;
        let scars: Vec<f64> = cars.present().map(|c| c.scar).collect();
        let spread = match mean_and_sd(&scars) {
            Some((_, sd)) if sd > 0.0 => Some(sd),
            _ => None,
        };
        let (days, window) = self.ranks(cars, spread.unwrap_or(f64::NAN));
        let event_day = cars.window.start().0;
        let grank = match spread {
            Some(_) => grank_z(&window, event_day, n),
            None => Err(Undefined::ZeroVariance("the standardised CARs")),
        };
        let share = || self.window_residuals(cars, |sums| sums.share_positive);
        let z = |z: f64| TestStatistic::normal(z, n);
        let tests = [
            ("corrado_rank_z", corrado(&days, cars.window).map(z)),
            ("grank_t", grank.clone().and_then(|(z, t)| grank_t(z, t, n))),
            ("grank_z", grank.map(|(value, _)| z(value))),
            ("sign_z", sign(cars.present(), 0.5)),
            ("generalized_sign_z", sign(cars.present(), share())),
            ("wilcoxon_w", signed_rank(cars.present())),
        ];
        tests.map(|(name, test)| (name, defined(test, n))).into()
    }

    /// Mean centred ranks by relative day, and the same with the window as one day.
    fn ranks(&self, cars: &PanelCars, spread: f64) -> (DayMeans, DayMeans) {
        let first = self.settings.estimation.start().0;
        let n_days = (self.settings.event.end().0 - first) as usize + 1;
        let chunks: Vec<(RankSums, RankSums)> = (0..self.n().div_ceil(EVENTS))
            .into_par_iter()
            .map(|chunk| {
                let mut ranking = Ranking {
                    sorter: Sorter::default(),
                    residuals: Vec::new(),
                    tested: Vec::new(),
                    merged: Vec::new(),
                    days: RankSums::new(n_days),
                    window: RankSums::new(n_days),
                };
                for event in chunk * EVENTS..((chunk + 1) * EVENTS).min(self.n()) {
                    let car = &cars.cars[event];
                    if car.n_days > 0 {
                        let fit = self.fits.get(event);
                        self.rank_event(&fit, cars, car.scar / spread, &mut ranking);
                    }
                }
                (ranking.days, ranking.window)
            })
            .collect();
        let mut all = (RankSums::new(n_days), RankSums::new(n_days));
        for (days, window) in &chunks {
            all.0.merge(days);
            all.1.merge(window);
        }
        let means = |sums: RankSums| DayMeans::from_sums(first, sums.sums, sums.counts);
        (means(all.0), means(all.1))
    }

    fn rank_event(&self, fit: &Fit, cars: &PanelCars, scar: f64, ranking: &mut Ranking) {
        let first = self.settings.estimation.start().0;
        let s = fit.residual_sd;
        // Where the window begins before the data, the first residual is not its first day's.
        let begin = self.residuals(fit, &mut ranking.residuals);
        ranking
            .residuals
            .splice(..0, std::iter::repeat_n(f64::NAN, begin));
        let sorted = ranking.sorter.sort(&ranking.residuals, s);
        let place = |t: usize| (t as i64 - fit.day_0 as i64 - i64::from(first)) as u32;
        let tested = self.days(fit, cars.window);
        ranking.tested.clear();
        let ar = tested.map(|day| (day.returns - day.normal, place(day.session)));
        ranking.tested.extend(ar);
        ranking.tested.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let merged = &mut ranking.merged;
        ranking.days.add(sorted, &ranking.tested, TIE * s, merged);
        if scar.is_finite() {
            let window = (scar * s, (cars.window.start().0 - first) as u32);
            ranking.window.add(sorted, &[window], TIE * s, merged);
        }
    }
}

/// The statistic, or the reason; a sample of fewer than two events has none.
pub(super) fn defined(test: Result<TestStatistic, Undefined>, n: usize) -> TestStatistic {
    let test = if n < 2 {
        Err(Undefined::TooFewEvents { n })
    } else {
        test
    };
    test.unwrap_or_else(|reason| TestStatistic::undefined(reason, n))
}
