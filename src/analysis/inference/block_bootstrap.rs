//! The block bootstrap: how does the statistic look around sessions without an event?

use super::bmp::bmp;
use super::chain_variance::{ChainFactors, Member, closed_factors, exact_factors};
use super::overlap::chains;
use super::random::count_draws;
use super::{Law, Observation, SampleSettings, SampleTest, TestStatistic, Undefined, WindowSample};
use crate::analysis::correlation::{groups, rows};
use rand::RngExt;
use std::ops::Range;

/// The BMP t with the p of blocks of estimation residuals: every observation's SCAR is replaced by
/// that of a run of L sessions of its own estimation window, Σe/(s√L)·√(M/(M − k)) (moving blocks,
/// Künsch 1989).
///
/// Events whose windows overlap, a chain, move by the same number of sessions, so that a block
/// keeps their correlation on the calendar, the serial correlation and the fat tails; a t on the
/// sample's own spread keeps it robust to event-induced variance. Residuals vary less than the
/// returns of other sessions, the sums of long chains most of all: the mean of a chain's
/// pseudo-SCARs and their deviations from it are given the variance that SCARs have under errors
/// which are independent in time.
#[derive(Debug, Clone, Copy)]
pub struct BlockBootstrapP;

impl SampleTest for BlockBootstrapP {
    fn name(&self) -> &'static str {
        "block_bootstrap_p"
    }

    fn null(&self) -> &'static str {
        "the mean standardised CAR is zero"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        let t = bmp(sample)?;
        let days: Vec<usize> = sample.observations.iter().map(|o| o.day_0).collect();
        let length = sample.window.n_days();
        let (chain_of, n_chains) = chains(&days, length);
        let mut blocks = blocks(&sample.observations, &chain_of, n_chains, length)
            .ok_or(Undefined::WindowTooLong { n_days: length })?;
        blocks.scale(&factors(sample, &chain_of, n_chains));
        Ok(blocks.test(t, sample.context.settings, sample.n()))
    }
}

/// What gives the pseudo-SCARs of every chain the variance of SCARs.
fn factors(sample: &WindowSample, chain_of: &[usize], n_chains: usize) -> Vec<ChainFactors> {
    let (observations, length) = (&sample.observations, sample.window.n_days());
    let n_parameters = observations.iter().map(|o| o.n_parameters).max();
    let n_parameters = n_parameters.unwrap_or(0);
    let one_by_one = || {
        let (pairs, places) = (sample.context.pairs()?, sample.places()?);
        let mut members = vec![Vec::new(); n_chains];
        for ((observation, &chain), place) in observations.iter().zip(chain_of).zip(places) {
            members[chain].push(Member {
                place,
                day_0: observation.day_0,
                n_days: observation.residuals.len() as f64,
            });
        }
        exact_factors(&members, pairs, length, n_parameters)
    };
    one_by_one()
        .unwrap_or_else(|| closed_factors(&groups(&rows(observations)), length, n_parameters))
}

/// The blocks of a sample; `None` where the estimation windows are shorter than a block.
fn blocks(
    observations: &[&Observation],
    chain_of: &[usize],
    n_chains: usize,
    length: usize,
) -> Option<Blocks> {
    let days = |o: &&Observation| {
        let mut days = o.relative_estimation_days();
        let first = days.next()?;
        Some((first, days.last().unwrap_or(first)))
    };
    let first = observations.iter().filter_map(days).map(|d| d.0).min()?;
    let last = observations.iter().filter_map(days).map(|d| d.1).max()?;
    let n_days = (last - first) as usize + 1;
    let mut blocks = Blocks::new(0..n_chains, n_days, length)?;
    let mut residuals = vec![f64::NAN; n_days];
    for (observation, chain) in observations.iter().zip(chain_of) {
        residuals.fill(f64::NAN);
        let days = observation.relative_estimation_days();
        for (day, &e) in days.zip(&observation.residuals) {
            residuals[(day - first) as usize] = e;
        }
        let m = observation.residuals.len() as f64;
        let scale = (m / observation.df()).sqrt() / observation.residual_sd;
        blocks.add(*chain, &residuals, scale);
    }
    Some(blocks)
}

/// Share of the members of a chain which a block needs: one in which few of them have a day would
/// stand for another sample.
const FEWEST_MEMBERS: f64 = 0.75;

/// Count, sum and sum of squares of the pseudo-SCARs of a chain: all that its t needs.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    n: f64,
    sum: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, other: Moments) {
        self.n += other.n;
        self.sum += other.sum;
        self.squares += other.squares;
    }

    /// The same of figures whose mean and whose deviations from it are multiplied.
    fn scaled(self, factors: ChainFactors) -> Self {
        let deviations = (self.squares - self.sum * self.sum / self.n).max(0.0);
        let sum = factors.mean * self.sum;
        let deviations = factors.deviation * factors.deviation * deviations;
        Self {
            n: self.n,
            sum,
            squares: deviations + sum * sum / self.n,
        }
    }

    /// Whether |√n·mean/sd| ≥ `t`; a draw without a t counts as beyond.
    fn is_beyond(&self, t: f64) -> bool {
        let mean = self.sum / self.n;
        let variance = (self.squares - self.n * mean * mean) / (self.n - 1.0);
        let drawn = self.n.sqrt() * mean.abs() / variance.sqrt();
        drawn.is_nan() || drawn >= t
    }
}

/// The moments of some chains at every block of the estimation window, chain by chain.
pub(crate) struct Blocks {
    chains: Range<usize>,
    length: usize,
    n_blocks: usize,
    moments: Vec<Moments>,
    /// Running sums of e and of the days present, so that a block is one subtraction.
    sums: Vec<f64>,
    counts: Vec<u32>,
}

impl Blocks {
    /// Blocks of `length` days in a window of `n_days`; `None` where that is shorter.
    pub fn new(chains: Range<usize>, n_days: usize, length: usize) -> Option<Self> {
        let n_blocks = (n_days + 1).checked_sub(length).filter(|&n| n > 0)?;
        Some(Self {
            moments: vec![Moments::default(); chains.len() * n_blocks],
            chains,
            length,
            n_blocks,
            sums: vec![0.0; n_days + 1],
            counts: vec![0; n_days + 1],
        })
    }

    /// Adds an observation of a chain: its residual on every day of the window, not finite where
    /// there is none, and √(M/(M − k))/s.
    pub fn add(&mut self, chain: usize, residuals: &[f64], scale: f64) {
        for (i, e) in residuals.iter().enumerate() {
            let present = e.is_finite();
            self.sums[i + 1] = self.sums[i] + if present { *e } else { 0.0 };
            self.counts[i + 1] = self.counts[i] + u32::from(present);
        }
        let own = (chain - self.chains.start) * self.n_blocks;
        let own = &mut self.moments[own..][..self.n_blocks];
        for (block, own) in own.iter_mut().enumerate() {
            let n = self.counts[block + self.length] - self.counts[block];
            if n > 0 {
                let sum = self.sums[block + self.length] - self.sums[block];
                let scar = scale * sum / f64::from(n).sqrt();
                own.add(Moments {
                    n: 1.0,
                    sum: scar,
                    squares: scar * scar,
                });
            }
        }
    }

    /// Adds the moments of others, whose chains are among these.
    pub fn merge(&mut self, other: &Blocks) {
        let start = (other.chains.start - self.chains.start) * self.n_blocks;
        let own = self.moments[start..].iter_mut();
        own.zip(&other.moments)
            .for_each(|(own, more)| own.add(*more));
    }

    /// Gives every chain's pseudo-SCARs the variance of SCARs.
    pub fn scale(&mut self, factors: &[ChainFactors]) {
        let chains = self.moments.chunks_exact_mut(self.n_blocks).zip(factors);
        for (chain, factors) in chains {
            for moments in chain.iter_mut().filter(|m| m.n > 0.0) {
                *moments = moments.scaled(*factors);
            }
        }
    }

    /// Of every chain the blocks that count: in which at least three quarters of its members have
    /// a day, of the most that any block has.
    fn that_count(&self) -> Vec<Vec<Moments>> {
        let of_chain = |chain: &[Moments]| {
            let most = chain.iter().map(|m| m.n).fold(0.0, f64::max);
            let counts = |m: &&Moments| m.n > 0.0 && m.n >= FEWEST_MEMBERS * most;
            chain.iter().filter(counts).copied().collect()
        };
        self.moments
            .chunks_exact(self.n_blocks)
            .map(of_chain)
            .filter(|blocks: &Vec<Moments>| !blocks.is_empty())
            .collect()
    }

    /// The p of a BMP t of `n` observations among draws of one block for each chain; among all of
    /// them where they are no more than the draws.
    pub fn test(&self, t: f64, settings: SampleSettings, n: usize) -> TestStatistic {
        let chains = self.that_count();
        let n_all = chains
            .iter()
            .try_fold(1_usize, |n, c| n.checked_mul(c.len()));
        if let Some(n_all) = n_all.filter(|&n| n <= settings.n_draws) {
            let is_beyond = |mut resample: usize| {
                let mut all = Moments::default();
                for chain in &chains {
                    all.add(chain[resample % chain.len()]);
                    resample /= chain.len();
                }
                all.is_beyond(t.abs())
            };
            let extreme = (0..n_all).filter(|&resample| is_beyond(resample)).count();
            let p = (1 + extreme) as f64 / (1 + n_all) as f64;
            return TestStatistic::new(t, Law::AllResamples { n: n_all }, Some(p), n);
        }
        let extreme = count_draws(settings.seed, settings.n_draws, |random| {
            let mut drawn = Moments::default();
            for chain in &chains {
                drawn.add(chain[random.random_range(0..chain.len())]);
            }
            drawn.is_beyond(t.abs())
        });
        let law = Law::Bootstrap {
            seed: settings.seed,
            draws: settings.n_draws,
        };
        let p = (1 + extreme) as f64 / (1 + settings.n_draws) as f64;
        TestStatistic::new(t, law, Some(p), n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two events of one chain, the second with half the estimation days: blocks that only the
    /// first has do not count, and cannot make p large.
    #[test]
    fn blocks_without_most_of_the_members_do_not_count() {
        let wave = |i: usize, phase: f64| 0.01 * (1.3 * i as f64 + phase).sin();
        let first: Vec<f64> = (0..60).map(|i| wave(i, 0.0)).collect();
        let second: Vec<f64> = (0..60)
            .map(|i| if i < 30 { f64::NAN } else { wave(i, 2.0) })
            .collect();
        let mut blocks = Blocks::new(0..1, 60, 1).unwrap();
        blocks.add(0, &first, 100.0);
        blocks.add(0, &second, 100.0);
        let test = blocks.test(1e6, SampleSettings::default(), 2);
        assert_eq!(test.law, Some(Law::AllResamples { n: 30 }));
        assert_eq!(test.p, Some(1.0 / 31.0));
    }
}
