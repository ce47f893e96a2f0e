//! Random numbers that do not depend on the number of threads: one stream for each draw.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// How many of `n_draws` draws satisfy `is_extreme`, which gets the draw's own generator.
pub(super) fn count_draws(
    seed: u64,
    n_draws: usize,
    is_extreme: impl Fn(&mut ChaCha8Rng) -> bool + Sync,
) -> usize {
    let first = ChaCha8Rng::seed_from_u64(seed);
    (0..n_draws as u64)
        .into_par_iter()
        .filter(|&draw| is_extreme(&mut stream(&first, draw)))
        .count()
}

/// One figure for each of `n_draws` draws, in their order.
pub(crate) fn map_draws(
    seed: u64,
    n_draws: usize,
    figure: impl Fn(&mut ChaCha8Rng) -> f64 + Sync,
) -> Vec<f64> {
    let first = ChaCha8Rng::seed_from_u64(seed);
    (0..n_draws as u64)
        .into_par_iter()
        .map(|draw| figure(&mut stream(&first, draw)))
        .collect()
}

fn stream(first: &ChaCha8Rng, draw: u64) -> ChaCha8Rng {
    let mut own = first.clone();
    own.set_stream(draw);
    own
}
