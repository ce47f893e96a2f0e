//! The resampling tests of a sample.

use super::PanelSample;
use super::cars::{EVENTS, PanelCars};
use super::rank::defined;
use crate::analysis::correlation::EXACT_UP_TO;
use crate::analysis::inference::block_bootstrap::Blocks;
use crate::analysis::inference::chain_variance::{
    ChainFactors, Member, closed_factors, exact_factors,
};
use crate::analysis::inference::cross_section::root_n_mean_over_sd;
use crate::analysis::inference::skewness_adjusted::skewness_adjusted;
use crate::analysis::inference::wild_bootstrap::wild_bootstrap;
use crate::analysis::inference::{SampleSettings, TestStatistic, Undefined, chains};
use rayon::prelude::*;
use std::ops::Range;

impl PanelSample<'_> {
    /// The tests that draw random numbers, over a window whose CARs are given:
    /// `skewness_adjusted_t`, `wild_bootstrap_p`, `block_bootstrap_p`. The first draws a quarter
    /// of the sample each time; the others work on chains of events that overlap, so that they
    /// cost little more for a million events than for thousands.
    pub fn resampling_tests(
        &self,
        cars: &PanelCars,
        settings: SampleSettings,
    ) -> Vec<(&'static str, TestStatistic)> {
        let events: Vec<usize> = (0..self.n()).filter(|&i| cars.cars[i].n_days > 0).collect();
        let days: Vec<usize> = events
            .iter()
            .map(|&i| self.fits.day_0[i] as usize)
            .collect();
        let figures: Vec<f64> = cars.present().map(|c| c.car).collect();
        let bhars: Vec<f64> = cars.present().map(|c| c.bhar).collect();
        let n_days = cars.window.n_days();
        let tests = [
            ("skewness_adjusted_t", skewness_adjusted(&bhars, settings)),
            (
                "wild_bootstrap_p",
                wild_bootstrap(&figures, &days, n_days, settings),
            ),
            (
                "block_bootstrap_p",
                self.block_bootstrap(cars, &events, &days, settings),
            ),
        ];
        tests
            .map(|(name, test)| (name, defined(test, cars.n)))
            .into()
    }

    fn block_bootstrap(
        &self,
        cars: &PanelCars,
        events: &[usize],
        days_0: &[usize],
        settings: SampleSettings,
    ) -> Result<TestStatistic, Undefined> {
        let scars: Vec<f64> = cars.present().map(|c| c.scar).collect();
        let t = root_n_mean_over_sd(&scars, "the standardised CARs")?;
        let length = cars.window.n_days();
        let (chain_of, n_chains) = chains(days_0, length);
        // Neighbours in the order of the chains, so that a piece of work meets few of them.
        let mut order: Vec<usize> = (0..events.len()).collect();
        order.sort_by_key(|&i| chain_of[i]);
        let days = self.residual_days(events);
        let too_long = Undefined::WindowTooLong { n_days: length };
        let parts: Option<Vec<Blocks>> = order
            .par_chunks(EVENTS)
            .map(|part| {
                let chain = |i: Option<&usize>| i.map_or(0, |&i| chain_of[i]);
                let chains = chain(part.first())..chain(part.last()) + 1;
                let mut blocks = Blocks::new(chains, days.len(), length)?;
                let mut residuals = Vec::new();
                for &i in part {
                    let scale = self.dense_residuals(events[i], &days, &mut residuals);
                    blocks.add(chain_of[i], &residuals, scale);
                }
                Some(blocks)
            })
            .collect();
        let parts = parts.ok_or_else(|| too_long.clone())?;
        let mut all = Blocks::new(0..n_chains, days.len(), length).ok_or(too_long)?;
        parts.iter().for_each(|part| all.merge(part));
        all.scale(&self.chain_factors(cars, events, &chain_of, n_chains));
        Ok(all.test(t, settings, events.len()))
    }

    /// What gives the pseudo-SCARs of every chain the variance of SCARs.
    fn chain_factors(
        &self,
        cars: &PanelCars,
        events: &[usize],
        chain_of: &[usize],
        n_chains: usize,
    ) -> Vec<ChainFactors> {
        let (length, n_parameters) = (cars.window.n_days(), self.fits.n_parameters);
        let closed = || {
            let (_, sessions) = self.sum_residuals(|event| cars.cars[event].n_days > 0);
            closed_factors(&sessions, length, n_parameters)
        };
        let counted = (self.n() <= EXACT_UP_TO)
            .then(|| self.pair_sums())
            .flatten();
        let Some(pairs) = counted else {
            return closed();
        };
        let mut members = vec![Vec::new(); n_chains];
        for (&event, &chain) in events.iter().zip(chain_of) {
            members[chain].push(Member {
                place: event,
                day_0: self.fits.day_0[event] as usize,
                n_days: self.fits.get(event).n as f64,
            });
        }
        exact_factors(&members, pairs, length, n_parameters).unwrap_or_else(closed)
    }

    /// The places in the estimation window from the first to the last that has a residual.
    fn residual_days(&self, events: &[usize]) -> Range<usize> {
        let of = |&event: &usize| {
            let mut residuals = Vec::new();
            let begin = self.residuals(&self.fits.get(event), &mut residuals);
            let first = residuals.iter().position(|e| e.is_finite());
            let last = residuals.iter().rposition(|e| e.is_finite());
            let place = |i: Option<usize>| i.map(|i| i + begin);
            place(first).zip(place(last))
        };
        let spans = events.par_iter().filter_map(of);
        let span = spans.reduce_with(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        span.map_or(0..0, |(first, last)| first..last + 1)
    }

    /// An event's residuals at these places of the estimation window, and √(M/(M − k))/s.
    fn dense_residuals(&self, event: usize, days: &Range<usize>, residuals: &mut Vec<f64>) -> f64 {
        let fit = self.fits.get(event);
        let begin = self.residuals(&fit, residuals);
        residuals.splice(..0, std::iter::repeat_n(f64::NAN, begin));
        residuals.resize(residuals.len().max(days.end), f64::NAN);
        residuals.truncate(days.end);
        residuals.drain(..days.start);
        let m = fit.n as f64;
        (m / (m - self.fits.n_parameters as f64)).sqrt() / fit.residual_sd
    }
}
