//! Series for the models' tests.

/// Independent normal returns with a standard deviation of one per cent.
pub fn white_noise(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut uniform = || {
        // Marsaglia's xorshift, 2003.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    };
    (0..n)
        .map(|_| {
            let (radius, angle) = (
                (-2.0 * uniform().ln()).sqrt(),
                std::f64::consts::TAU * uniform(),
            );
            0.01 * radius * angle.cos()
        })
        .collect()
}

/// βx and noise of `noise` per cent.
pub fn returns_on(x: &[f64], beta: f64, noise: f64, seed: u64) -> Vec<f64> {
    let errors = white_noise(x.len(), seed);
    x.iter()
        .zip(errors)
        .map(|(x, e)| beta * x + noise * e)
        .collect()
}
