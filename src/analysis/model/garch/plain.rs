//! GARCH(1,1).

use super::gjr::{Gjr, OMEGA_FLOOR};
use super::process::{
    FORGETFUL, PERSISTENCES, SHARES, Shocks, Step, VarianceParameters, VarianceProcess, back_at,
    logistic, logit,
};

/// σ²_t = ω + αe²_{t−1} + βσ²_{t−1}, ω > 0, α, β ≥ 0, α + β < 1 (Bollerslev 1986): the recursion
/// of GJR with γ = 0.
pub(super) struct Plain;

/// Persistence α + β and the share of α in it, from two free variables.
fn shares(free: &[f64]) -> (f64, f64) {
    (logistic(free[1]), logistic(free[2]))
}

impl VarianceProcess for Plain {
    fn n_parameters(&self) -> usize {
        3
    }

    fn parameters(&self, free: &[f64]) -> VarianceParameters {
        let (persistence, share) = shares(free);
        VarianceParameters {
            omega: OMEGA_FLOOR + free[0].exp(),
            alpha: persistence * share,
            gamma: 0.0,
            beta: persistence * (1.0 - share),
        }
    }

    fn free_gradient(&self, free: &[f64], gradient: &[f64; 4]) -> Vec<f64> {
        let (persistence, share) = shares(free);
        let [omega, alpha, _, beta] = gradient;
        vec![
            omega * free[0].exp(),
            (alpha * share + beta * (1.0 - share)) * persistence * (1.0 - persistence),
            (alpha - beta) * persistence * share * (1.0 - share),
        ]
    }

    fn starts(&self) -> Vec<Vec<Vec<f64>>> {
        let start = |persistence: f64, alpha: f64| {
            let omega = 1.0 - persistence;
            vec![omega.ln(), logit(persistence), logit(alpha / persistence)]
        };
        let group = |persistence: f64| {
            SHARES
                .map(|share| start(persistence, share * persistence))
                .to_vec()
        };
        let forgetful = FORGETFUL.map(|persistence| start(persistence, 0.8 * persistence));
        PERSISTENCES
            .into_iter()
            .map(group)
            .chain([forgetful.to_vec()])
            .collect()
    }

    fn inside(&self, free: &[f64]) -> Vec<Vec<f64>> {
        back_at(free, &[1, 2])
    }

    fn first(&self, p: &VarianceParameters, backcast: f64) -> Step {
        Gjr.first(p, backcast)
    }

    fn next(&self, p: &VarianceParameters, variance: f64, error: f64) -> Step {
        Gjr.next(p, variance, error)
    }

    fn ahead(
        &self,
        p: &VarianceParameters,
        next: f64,
        horizon: usize,
        shocks: Shocks<'_>,
    ) -> Vec<f64> {
        Gjr.ahead(p, next, horizon, shocks)
    }

    fn scaled(&self, p: &VarianceParameters, factor: f64) -> VarianceParameters {
        Gjr.scaled(p, factor)
    }
}
