//! The block bootstrap: how does the statistic look around sessions without an event?

use super::bmp::bmp;
use super::overlap::chains;
use super::random::count_draws;
use super::{Law, Observation, SampleTest, TestStatistic, Undefined, WindowSample};
use rand::RngExt;

/// The BMP t with the p of blocks of estimation residuals: every observation's SCAR is replaced by
/// that of a run of L sessions of its own estimation window, Σe/(s√L)·√(M/(M − k)) (moving blocks,
/// Künsch 1989).
///
/// Events whose windows overlap move by the same number of sessions, so that a block keeps their
/// correlation on the calendar, the serial correlation and the fat tails; a t on the sample's
/// own spread keeps it robust to event-induced variance.
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
        let (chain_of, n_chains) = chains(&days, sample.window.n_days());
        let length = sample.window.n_days();
        let blocks = Blocks::new(&sample.observations, &chain_of, n_chains, length)
            .ok_or(Undefined::WindowTooLong { n_days: length })?;
        let settings = sample.context.settings;
        let extreme = count_draws(settings.seed, settings.n_draws, |random| {
            let mut drawn = Moments::default();
            for chain in 0..n_chains {
                let block = random.random_range(0..blocks.n_blocks);
                drawn.add(blocks.moments[chain * blocks.n_blocks + block]);
            }
            drawn.is_beyond(t.abs())
        });
        let law = Law::Bootstrap {
            seed: settings.seed,
            draws: settings.n_draws,
        };
        let p = (1 + extreme) as f64 / (1 + settings.n_draws) as f64;
        Ok(TestStatistic::new(t, law, Some(p), sample.n()))
    }
}

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

    /// Whether |√n·mean/sd| ≥ `t`; a draw without a t counts as beyond.
    fn is_beyond(&self, t: f64) -> bool {
        let mean = self.sum / self.n;
        let variance = (self.squares - self.n * mean * mean) / (self.n - 1.0);
        let drawn = self.n.sqrt() * mean.abs() / variance.sqrt();
        drawn.is_nan() || drawn >= t
    }
}

/// The moments of every chain at every block of the estimation window, chain by chain.
struct Blocks {
    n_blocks: usize,
    moments: Vec<Moments>,
}

impl Blocks {
    /// `None` where the estimation windows are shorter than a block.
    fn new(
        observations: &[&Observation],
        chain_of: &[usize],
        n_chains: usize,
        length: usize,
    ) -> Option<Self> {
        let days = |o: &&Observation| {
            let mut days = o.relative_estimation_days();
            let first = days.next()?;
            Some((first, days.last().unwrap_or(first)))
        };
        let first = observations.iter().filter_map(days).map(|d| d.0).min()?;
        let last = observations.iter().filter_map(days).map(|d| d.1).max()?;
        let n_days = (last - first) as usize + 1;
        let n_blocks = (n_days + 1).checked_sub(length).filter(|&n| n > 0)?;
        let mut moments = vec![Moments::default(); n_chains * n_blocks];
        // Running sums of e and of the days present, so that a block is one subtraction.
        let (mut sums, mut counts) = (vec![0.0; n_days + 1], vec![0_u32; n_days + 1]);
        for (observation, chain) in observations.iter().zip(chain_of) {
            running_sums(observation, first, &mut sums, &mut counts);
            let m = observation.residuals.len() as f64;
            let scale = (m / observation.df()).sqrt() / observation.residual_sd;
            let own = &mut moments[chain * n_blocks..][..n_blocks];
            for (block, own) in own.iter_mut().enumerate() {
                let n = counts[block + length] - counts[block];
                if n > 0 {
                    let sum = sums[block + length] - sums[block];
                    let scar = scale * sum / f64::from(n).sqrt();
                    own.add(Moments {
                        n: 1.0,
                        sum: scar,
                        squares: scar * scar,
                    });
                }
            }
        }
        Some(Self { n_blocks, moments })
    }
}

/// Sums of the residuals, and their number, over the relative days from `first` up to each.
fn running_sums(observation: &Observation, first: i32, sums: &mut [f64], counts: &mut [u32]) {
    sums.fill(0.0);
    counts.fill(0);
    let days = observation.relative_estimation_days();
    for (day, &e) in days.zip(&observation.residuals) {
        let i = (day - first) as usize + 1;
        sums[i] = e;
        counts[i] = 1;
    }
    for i in 1..sums.len() {
        sums[i] += sums[i - 1];
        counts[i] += counts[i - 1];
    }
}
