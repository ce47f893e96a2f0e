//! One pass over the estimation residuals of a sample: what the tests need of them.

use super::PanelSample;
use super::sample::Fit;
use crate::analysis::correlation::{
    EXACT_UP_TO, Group, MeanCorrelation, PairSums, Row, closed_form, exact,
};
use crate::analysis::inference::single_event::TIE;
use crate::analysis::ols::mean;
use rayon::prelude::*;

/// Event sessions whose sums one thread holds at a time: few enough for its cache, and enough
/// that an instrument's returns are read for many events at once.
const SESSIONS: usize = 64;

/// Sums over the residuals of a sample's events.
#[derive(Debug)]
pub(super) struct ResidualSums {
    /// The average residual of each day of the estimation window that has one.
    pub averages: Vec<f64>,
    /// The mean over events of the share of positive residuals.
    pub share_positive: f64,
}

/// The same over some event sessions that follow each other, by day of the estimation window.
struct Tile {
    sums: Vec<f64>,
    counts: Vec<f64>,
    /// Σ 1/M over the events whose residual is positive.
    shares: Vec<f64>,
    n: usize,
    groups: Vec<Group>,
}

impl PanelSample<'_> {
    /// r̄ of the whole sample, computed once; `None` for fewer than two events. Pair by pair up to
    /// [`EXACT_UP_TO`] events, else in closed form.
    pub fn mean_correlation(&self) -> Option<MeanCorrelation> {
        self.pair_sums().map(|pairs| pairs.mean)
    }

    /// Sums over the pairs of the whole sample, computed once.
    pub(super) fn pair_sums(&self) -> Option<&PairSums> {
        let sums = self.pairs.get_or_init(|| {
            if self.n() < 2 {
                return None;
            }
            if self.n() <= EXACT_UP_TO {
                return Some(exact(&self.rows()));
            }
            let (sums, groups) = self.sum_residuals(|_| true);
            self.residuals.get_or_init(|| sums);
            Some(closed_form(&groups, self.n()))
        });
        sums.as_ref()
    }

    /// Sums over the whole sample, computed once.
    pub(super) fn residual_sums(&self) -> &ResidualSums {
        self.residuals
            .get_or_init(|| self.sum_residuals(|_| true).0)
    }

    /// Sums over the events of the sample that count, and those of their event sessions.
    pub(super) fn sum_residuals(
        &self,
        counts: impl Fn(usize) -> bool + Sync,
    ) -> (ResidualSums, Vec<Group>) {
        let tiles: Vec<Tile> = self
            .tiles()
            .par_chunk_by(|&a, &b| self.tile_of(a) == self.tile_of(b))
            .map(|events| self.tile(events, &counts))
            .collect();
        let mut all = Tile::new(self.settings.estimation.n_days());
        for tile in tiles {
            all.add(tile);
        }
        let days = all.sums.iter().zip(&all.counts).filter(|(_, n)| **n > 0.0);
        let sums = ResidualSums {
            averages: days.map(|(sum, n)| sum / n).collect(),
            share_positive: all.shares.iter().sum::<f64>() / all.n as f64,
        };
        (sums, all.groups)
    }

    fn tile_of(&self, event: u32) -> u32 {
        self.fits.day_0[event as usize] / SESSIONS as u32
    }

    /// The events in the order of their tiles; within one, of their instruments.
    fn tiles(&self) -> Vec<u32> {
        let tiles = self.fits.day_0.iter().map(|day| *day as usize / SESSIONS);
        let mut next = vec![0; self.panel.n_sessions() / SESSIONS + 2];
        tiles.clone().for_each(|tile| next[tile + 1] += 1);
        for tile in 1..next.len() {
            next[tile] += next[tile - 1];
        }
        let mut order = vec![0; self.n()];
        for (event, tile) in (0_u32..).zip(tiles) {
            let place: &mut usize = &mut next[tile];
            order[*place] = event;
            *place += 1;
        }
        order
    }

    fn tile(&self, events: &[u32], counts: &(impl Fn(usize) -> bool + Sync)) -> Tile {
        let mut tile = Tile::new(self.settings.estimation.n_days());
        let first = self.tile_of(events[0]) as usize * SESSIONS;
        // Of every event session, with the day on which its estimation windows begin.
        let mut groups: Vec<Option<(usize, Group)>> = (0..SESSIONS).map(|_| None).collect();
        let mut residuals = Vec::new();
        for &event in events {
            if !counts(event as usize) {
                continue;
            }
            let fit = self.fits.get(event as usize);
            let day = self.residuals(&fit, &mut residuals);
            let (centre, sd) = self.scale(&fit, &residuals);
            let begin = self.estimation(fit.day_0).start;
            tile.add_residuals(&residuals, day, &fit);
            groups[fit.day_0 - first]
                .get_or_insert_with(|| (day, Group::new(fit.day_0, begin, residuals.len())))
                .1
                .add(&residuals, 0, centre, sd);
        }
        for (day, group) in groups.into_iter().flatten() {
            let counts = tile.counts[day..].iter_mut().zip(group.counts());
            counts.for_each(|(own, n)| *own += n);
            tile.groups.push(group);
        }
        tile
    }

    /// Writes an event's residuals, NaN or infinite where there is none, and returns the place of
    /// the first in the estimation window: 0 unless that begins before the data.
    pub(super) fn residuals(&self, fit: &Fit, residuals: &mut Vec<f64>) -> usize {
        let sessions = self.estimation(fit.day_0);
        let returns = &self.panel.returns(fit.instrument)[sessions.clone()];
        residuals.clear();
        match self.design.offset {
            None => residuals.extend(returns.iter().map(|r| r - fit.alpha)),
            Some(offset) => {
                let offset = &offset[sessions.clone()];
                residuals.extend(returns.iter().zip(offset).map(|(r, o)| r - o - fit.alpha));
            }
        }
        for (beta, column) in fit.betas.iter().zip(&self.design.columns) {
            let column = &column[sessions.clone()];
            for (e, x) in residuals.iter_mut().zip(column) {
                *e -= beta * x;
            }
        }
        for t in self.mask.within(fit.instrument, sessions.clone()) {
            residuals[t - sessions.start] = f64::NAN;
        }
        let first = fit.day_0 as i64 + i64::from(self.settings.estimation.start().0);
        (sessions.start as i64 - first) as usize
    }

    /// Mean of the residuals, and √(Σ(e − ē)²/M).
    fn scale(&self, fit: &Fit, residuals: &[f64]) -> (f64, f64) {
        let n = fit.n as f64;
        if self.design.constant {
            let df = n - self.fits.n_parameters as f64;
            return (0.0, fit.residual_sd * (df / n).sqrt());
        }
        let present = residuals.iter().copied().filter(|e| e.is_finite());
        let present: Vec<f64> = present.collect();
        let centre = mean(&present);
        let squares: f64 = present.iter().map(|e| (e - centre) * (e - centre)).sum();
        (centre, (squares / n).sqrt())
    }

    /// The residuals as the exact mean correlation wants them.
    fn rows(&self) -> Vec<Row> {
        let row = |event: usize| {
            let fit = self.fits.get(event);
            let mut residuals = Vec::new();
            self.residuals(&fit, &mut residuals);
            Row {
                day_0: fit.day_0,
                first: self.estimation(fit.day_0).start,
                residuals,
                sd: fit.residual_sd,
            }
        };
        (0..self.n()).map(row).collect()
    }
}

impl Tile {
    fn new(n_days: usize) -> Self {
        Self {
            sums: vec![0.0; n_days],
            counts: vec![0.0; n_days],
            shares: vec![0.0; n_days],
            n: 0,
            groups: Vec::new(),
        }
    }

    /// Adds an event whose first residual is that of the day at the place `day`.
    fn add_residuals(&mut self, residuals: &[f64], day: usize, fit: &Fit) {
        let (zero, share) = (TIE * fit.residual_sd, 1.0 / fit.n as f64);
        let days = self.sums[day..].iter_mut().zip(&mut self.shares[day..]);
        for (&e, (sum, positive)) in residuals.iter().zip(days) {
            *sum += if e.is_finite() { e } else { 0.0 };
            *positive += if e.is_finite() && e > zero {
                share
            } else {
                0.0
            };
        }
        self.n += 1;
    }

    fn add(&mut self, mut other: Tile) {
        for (own, other) in [
            (&mut self.sums, &other.sums),
            (&mut self.counts, &other.counts),
            (&mut self.shares, &other.shares),
        ] {
            own.iter_mut().zip(other).for_each(|(own, sum)| *own += sum);
        }
        self.n += other.n;
        self.groups.append(&mut other.groups);
    }
}
