//! EGARCH(1,1): the logarithm of the variance moves with the size and the sign of shocks.

use super::process::{
    PERSISTENCES, Shocks, Step, VarianceParameters, VarianceProcess, back_at, logistic, logit,
};
use crate::analysis::distribution::normal_sf;

/// ln σ²_t = ω + α(|z_{t−1}| − √(2/π)) + γz_{t−1} + β ln σ²_{t−1}, z = e/σ, 0 ≤ β < 1 (Nelson
/// 1991). √(2/π) is E|z| of the normal law; it is kept under Student's law, where it only shifts
/// ω.
pub(super) struct Egarch;

/// √(2/π)
const MEAN_SIZE: f64 = 0.797_884_560_802_865_4;

/// α and γ that searches start from, of calm shares and of those whose variance follows the last
/// shock.
const MILD: ([f64; 3], [f64; 3]) = ([0.02, 0.1, 0.25], [-0.15, 0.0, 0.15]);
const WILD: ([f64; 4], [f64; 3]) = ([-0.2, 0.6, 1.2, 1.8], [-0.6, 0.0, 0.6]);
/// β beside the latter.
const WILD_PERSISTENCES: [f64; 3] = [0.02, 0.4, 0.9];

impl VarianceProcess for Egarch {
    fn n_parameters(&self) -> usize {
        4
    }

    fn parameters(&self, free: &[f64]) -> VarianceParameters {
        VarianceParameters {
            omega: free[0],
            alpha: free[1],
            gamma: free[2],
            beta: logistic(free[3]),
        }
    }

    fn free_gradient(&self, free: &[f64], gradient: &[f64; 4]) -> Vec<f64> {
        let beta = logistic(free[3]);
        let [omega, alpha, gamma, by_beta] = *gradient;
        vec![omega, alpha, gamma, by_beta * beta * (1.0 - beta)]
    }

    fn starts(&self) -> Vec<Vec<Vec<f64>>> {
        let group = |alphas: &[f64], gammas: &[f64], beta: f64| {
            let pairs = alphas
                .iter()
                .flat_map(|&alpha| gammas.iter().map(move |&gamma| (alpha, gamma)));
            pairs
                .map(|(alpha, gamma)| vec![0.0, alpha, gamma, logit(beta)])
                .collect()
        };
        let mild = PERSISTENCES.map(|beta| group(&MILD.0, &MILD.1, beta));
        let wild = WILD_PERSISTENCES.map(|beta| group(&WILD.0, &WILD.1, beta));
        mild.into_iter().chain(wild).collect()
    }

    fn inside(&self, free: &[f64]) -> Vec<Vec<f64>> {
        back_at(free, &[3])
    }

    fn can_be_chaotic(&self) -> bool {
        true
    }

    /// Before the first day the shocks were at their means.
    fn first(&self, p: &VarianceParameters, backcast: f64) -> Step {
        let variance = (p.omega + p.beta * backcast.ln()).exp();
        Step {
            variance,
            by_parameters: [variance, 0.0, 0.0, variance * backcast.ln()],
            by_variance: 0.0,
            by_error: 0.0,
        }
    }

    fn next(&self, p: &VarianceParameters, variance: f64, error: f64) -> Step {
        let sd = variance.sqrt();
        let z = error / sd;
        let log = variance.ln();
        let next = (p.omega + news(p, z) + p.beta * log).exp();
        let by_shock = p.alpha * if z < 0.0 { -1.0 } else { 1.0 } + p.gamma;
        Step {
            variance: next,
            by_parameters: [next, next * (z.abs() - MEAN_SIZE), next * z, next * log],
            by_variance: next * (p.beta - 0.5 * by_shock * z) / variance,
            by_error: next * by_shock / sd,
        }
    }

    /// E σ²_{T+h} = exp(ωΣβ^i + β^{h−1} ln σ²_{T+1}) Π_i E exp(β^i g(z)), i = 0 … h − 2, g the
    /// news term (Nelson 1991).
    fn ahead(
        &self,
        p: &VarianceParameters,
        next: f64,
        horizon: usize,
        shocks: Shocks<'_>,
    ) -> Vec<f64> {
        let (mut log, mut factor, mut power) = (next.ln(), 1.0, 1.0);
        let mut variances = Vec::with_capacity(horizon);
        for _ in 0..horizon {
            variances.push(log.exp() * factor);
            log = p.omega + p.beta * log;
            factor *= expected_news(p, power, shocks);
            power *= p.beta;
        }
        variances
    }

    fn scaled(&self, p: &VarianceParameters, factor: f64) -> VarianceParameters {
        VarianceParameters {
            omega: p.omega + (1.0 - p.beta) * 2.0 * factor.ln(),
            ..*p
        }
    }
}

/// g(z) = α(|z| − √(2/π)) + γz
fn news(p: &VarianceParameters, z: f64) -> f64 {
    p.alpha * (z.abs() - MEAN_SIZE) + p.gamma * z
}

/// E exp(c·g(z)). Under the normal law, for a = cα and b = cγ, e^{−a√(2/π)}(e^{(a+b)²/2}Φ(a + b) +
/// e^{(a−b)²/2}Φ(a − b)) (Nelson 1991). Student's law has no exponential moments: there it is the
/// mean over the standardised residuals, which is what filtered historical simulation
/// (Barone-Adesi, Giannopoulos and Vosper 1999) tends to without end.
fn expected_news(p: &VarianceParameters, c: f64, shocks: Shocks<'_>) -> f64 {
    match shocks {
        Shocks::Normal => {
            let side = |v: f64| (0.5 * v * v).exp() * normal_sf(-v);
            let (a, b) = (c * p.alpha, c * p.gamma);
            (-a * MEAN_SIZE).exp() * (side(a + b) + side(a - b))
        }
        Shocks::Seen(shocks) => {
            let sum: f64 = shocks.iter().map(|&z| (c * news(p, z)).exp()).sum();
            sum / shocks.len() as f64
        }
    }
}
