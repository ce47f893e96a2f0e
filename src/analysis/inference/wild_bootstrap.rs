//! The wild bootstrap: the CARs as they are, with signs at random.

use super::cross_section::root_n_mean_over_sd;
use super::overlap::chains;
use super::random::count_draws;
use super::single_event::TIE;
use super::{Law, SampleSettings, SampleTest, TestStatistic, Undefined, WindowSample};
use rand::Rng;

/// Fewest chains that can reject at 5 %: 2^(1 − 6) = 3 %.
const FEWEST_CHAINS: usize = 6;

/// The cross-sectional t with the p of sign changes: under the null a CAR is as likely as its
/// negative (Liu 1988; Davidson and Flachaire 2008, null imposed, Rademacher weights).
/// Events whose windows overlap keep a common sign, so that their correlation is kept too
/// (Cameron, Gelbach and Miller 2008). With few chains every pattern is counted and p is exact.
///
/// Any t that grows with |ΣCAR| gives the same p: changes of sign leave ΣCAR² as it is.
#[derive(Debug, Clone, Copy)]
pub struct WildBootstrapP;

impl SampleTest for WildBootstrapP {
    fn name(&self) -> &'static str {
        "wild_bootstrap_p"
    }

    fn null(&self) -> &'static str {
        "the CARs are symmetric about zero"
    }

    fn statistic(&self, sample: &WindowSample) -> Result<TestStatistic, Undefined> {
        let days: Vec<usize> = sample.observations.iter().map(|o| o.day_0).collect();
        let (cars, length) = (sample.figures(|c| c.car), sample.window.n_days());
        wild_bootstrap(&cars, &days, length, sample.context.settings)
    }
}

/// The test of CARs over windows of `length` sessions around these days 0.
pub(crate) fn wild_bootstrap(
    cars: &[f64],
    days_0: &[usize],
    length: usize,
    settings: SampleSettings,
) -> Result<TestStatistic, Undefined> {
    let t = root_n_mean_over_sd(cars, "the CARs")?;
    let (chain_of, n_chains) = chains(days_0, length);
    if n_chains < FEWEST_CHAINS {
        return Err(Undefined::TooFewClusters {
            n: n_chains,
            needed: FEWEST_CHAINS,
        });
    }
    let mut sums = vec![0.0; n_chains];
    for (car, &chain) in cars.iter().zip(&chain_of) {
        sums[chain] += car;
    }
    let (law, p) = if n_chains <= 63 && 1_usize << (n_chains - 1) <= settings.n_draws {
        (Law::Exact, every_pattern(&sums))
    } else {
        let law = Law::Bootstrap {
            seed: settings.seed,
            draws: settings.n_draws,
        };
        (law, random_patterns(&sums, settings.seed, settings.n_draws))
    };
    Ok(TestStatistic::new(t, law, Some(p), cars.len()))
}

/// The share of all patterns of signs whose sum is at least as large as the one seen. The first
/// sign stays: a pattern and its opposite have sums of one size.
fn every_pattern(sums: &[f64]) -> f64 {
    let bound = bound(sums);
    let n_patterns = 1_u64 << (sums.len() - 1);
    let extreme = (0..n_patterns).filter(|pattern| signed_sum(sums, pattern << 1).abs() >= bound);
    extreme.count() as f64 / n_patterns as f64
}

fn random_patterns(sums: &[f64], seed: u64, draws: usize) -> f64 {
    let bound = bound(sums);
    let extreme = count_draws(seed, draws, |random| {
        let parts = sums.chunks(64);
        let sum: f64 = parts.map(|part| signed_sum(part, random.next_u64())).sum();
        sum.abs() >= bound
    });
    (1 + extreme) as f64 / (1 + draws) as f64
}

/// The sum of up to 64 figures, each negative where its bit of `signs` is set.
fn signed_sum(figures: &[f64], signs: u64) -> f64 {
    let signed = figures.iter().enumerate();
    signed
        .map(|(i, x)| if signs >> i & 1 == 1 { -x } else { *x })
        .sum()
}

/// |Σ| less what rounding may take away.
fn bound(sums: &[f64]) -> f64 {
    let total: f64 = sums.iter().sum();
    let size: f64 = sums.iter().map(|x| x.abs()).sum();
    total.abs() - TIE * size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_patterns_and_random_ones_agree() {
        // Of the 32 patterns with the first sign held, 2 reach |Σ| = 11: the one seen, and the
        // one in which the zero changes its sign.
        let sums = [1.0, 2.0, 3.0, 4.0, 1.0, 0.0];
        assert_eq!(every_pattern(&sums), 2.0 / 32.0);
        let p = random_patterns(&sums, 7, 20_000);
        // Five Monte-Carlo errors of √(p(1 − p)/n).
        assert!((p - 2.0 / 32.0).abs() < 5.0 * (0.0625_f64 * 0.9375 / 20_000.0).sqrt());
    }
}
