//! GJR-GARCH(1,1): falls raise the variance more than rises.

use super::process::{
    AT_BOUND, BACK, FORGETFUL, PERSISTENCES, SHARES, Shocks, Step, VarianceParameters,
    VarianceProcess, back_at, logistic, logit,
};

/// Least ω for errors with unit variance, so that days on which nothing moves cannot drive the
/// variance to zero.
pub(super) const OMEGA_FLOOR: f64 = 1e-8;

/// σ²_t = ω + (α + γ1[e_{t−1} < 0])e²_{t−1} + βσ²_{t−1}, ω > 0, α, α + γ, β ≥ 0, α + γ/2 + β < 1
/// (Glosten, Jagannathan and Runkle 1993).
pub(super) struct Gjr;

/// Persistence, and the shares in it of α/2, (α + γ)/2 and β.
fn shares(free: &[f64]) -> (f64, [f64; 3]) {
    let highest = free[2].max(free[3]).max(0.0);
    let parts = [free[2], free[3], 0.0].map(|u| (u - highest).exp());
    let total: f64 = parts.iter().sum();
    (logistic(free[1]), parts.map(|p| p / total))
}

impl VarianceProcess for Gjr {
    fn n_parameters(&self) -> usize {
        4
    }

    fn parameters(&self, free: &[f64]) -> VarianceParameters {
        let (persistence, [rise, fall, last]) = shares(free);
        VarianceParameters {
            omega: OMEGA_FLOOR + free[0].exp(),
            alpha: 2.0 * persistence * rise,
            gamma: 2.0 * persistence * (fall - rise),
            beta: persistence * last,
        }
    }

    fn free_gradient(&self, free: &[f64], gradient: &[f64; 4]) -> Vec<f64> {
        let (persistence, [rise, fall, last]) = shares(free);
        let [omega, alpha, gamma, beta] = gradient;
        // Derivatives by the three shares, then through the softmax.
        let by_share = [2.0 * (alpha - gamma), 2.0 * gamma, *beta];
        let mean = by_share[0] * rise + by_share[1] * fall + by_share[2] * last;
        vec![
            omega * free[0].exp(),
            mean * persistence * (1.0 - persistence),
            persistence * rise * (by_share[0] - mean),
            persistence * fall * (by_share[1] - mean),
        ]
    }

    fn starts(&self) -> Vec<Vec<Vec<f64>>> {
        let start = |persistence: f64, rise: f64, fall: f64| {
            let (omega, last) = (1.0 - persistence, 1.0 - rise - fall);
            let (rise, fall): (f64, f64) = (rise / last, fall / last);
            vec![omega.ln(), logit(persistence), rise.ln(), fall.ln()]
        };
        let group = |persistence| {
            let pairs = SHARES
                .into_iter()
                .flat_map(|rise| SHARES.map(|fall| (rise, fall)));
            pairs
                .map(|(rise, fall)| start(persistence, 0.5 * rise, 0.5 * fall))
                .collect()
        };
        let lopsided = [
            (0.1, 0.8),
            (0.45, 0.45),
            (0.8, 0.1),
            (0.01, 0.6),
            (0.6, 0.01),
        ];
        let forgetful = FORGETFUL
            .into_iter()
            .flat_map(|persistence| lopsided.map(|(rise, fall)| start(persistence, rise, fall)));
        PERSISTENCES
            .into_iter()
            .map(group)
            .chain([forgetful.collect()])
            .collect()
    }

    fn inside(&self, free: &[f64]) -> Vec<Vec<f64>> {
        let (_, shares) = shares(free);
        let mut points = back_at(free, &[1]);
        for place in (0..3).filter(|&i| shares[i] < AT_BOUND) {
            let mut given = shares;
            given[place] = BACK;
            let [rise, fall, last] = given.map(|s| s.max(f64::MIN_POSITIVE));
            points.push(vec![
                free[0],
                free[1],
                (rise / last).ln(),
                (fall / last).ln(),
            ]);
        }
        points
    }

    /// Before the first day e² was the backcast, and as likely a fall as a rise.
    fn first(&self, p: &VarianceParameters, backcast: f64) -> Step {
        Step {
            variance: p.omega + (p.alpha + 0.5 * p.gamma + p.beta) * backcast,
            by_parameters: [1.0, backcast, 0.5 * backcast, backcast],
            by_variance: 0.0,
            by_error: 0.0,
        }
    }

    fn next(&self, p: &VarianceParameters, variance: f64, error: f64) -> Step {
        let square = error * error;
        let (weight, fall) = if error < 0.0 {
            (p.alpha + p.gamma, square)
        } else {
            (p.alpha, 0.0)
        };
        Step {
            variance: p.omega + weight * square + p.beta * variance,
            by_parameters: [1.0, square, fall, variance],
            by_variance: p.beta,
            by_error: 2.0 * weight * error,
        }
    }

    /// E σ²_{T+h+1} = ω + (α + γ/2 + β) E σ²_{T+h}: the law of the shocks is symmetric.
    fn ahead(&self, p: &VarianceParameters, next: f64, horizon: usize, _: Shocks<'_>) -> Vec<f64> {
        let persistence = p.alpha + 0.5 * p.gamma + p.beta;
        std::iter::successors(Some(next), |v| Some(p.omega + persistence * v))
            .take(horizon)
            .collect()
    }

    fn scaled(&self, p: &VarianceParameters, factor: f64) -> VarianceParameters {
        VarianceParameters {
            omega: p.omega * factor * factor,
            ..*p
        }
    }
}
