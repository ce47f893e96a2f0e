//! What the three variance recursions have in common.

use super::ErrorLaw;
use std::fmt::Debug;

/// ω, α, γ and β of a variance recursion; γ is 0 where there is no asymmetry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VarianceParameters {
    /// ω, in squared returns; for EGARCH in logarithms of them.
    pub omega: f64,
    /// α, the weight of the last shock.
    pub alpha: f64,
    /// γ, what a negative shock adds (GJR), or the weight of the sign (EGARCH).
    pub gamma: f64,
    /// β, the weight of the last variance.
    pub beta: f64,
}

/// A variance and its derivatives with respect to what it was computed from.
pub(super) struct Step {
    pub variance: f64,
    /// By ω, α, γ, β.
    pub by_parameters: [f64; 4],
    /// By the variance of the day before.
    pub by_variance: f64,
    /// By the error of the day before.
    pub by_error: f64,
}

/// What the shocks of days ahead are drawn from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shocks<'a> {
    /// The normal law.
    Normal,
    /// The standardised residuals of the estimation days.
    Seen(&'a [f64]),
}

impl<'a> Shocks<'a> {
    /// Those of a law, `seen` where an expectation under it need not be finite.
    pub fn under(law: ErrorLaw, seen: &'a [f64]) -> Self {
        match law {
            ErrorLaw::Normal => Shocks::Normal,
            ErrorLaw::StudentT => Shocks::Seen(seen),
        }
    }
}

/// A recursion of order (1, 1) for the conditional variance.
pub(super) trait VarianceProcess: Send + Sync {
    /// Parameters that are estimated: 3 or 4.
    fn n_parameters(&self) -> usize;

    /// Parameters from free variables: every real vector gives an admissible set.
    fn parameters(&self, free: &[f64]) -> VarianceParameters;

    /// Gradient by the free variables, from that by ω, α, γ, β.
    fn free_gradient(&self, free: &[f64], gradient: &[f64; 4]) -> Vec<f64>;

    /// Free variables to start from, for errors with unit variance: in groups, each of which is
    /// to lead to one top.
    fn starts(&self) -> Vec<Vec<Vec<f64>>>;

    /// Free variables like these with one that ran to a bound back from it, for each such: at a
    /// bound no slope shows the way to a higher top inside.
    fn inside(&self, free: &[f64]) -> Vec<Vec<f64>>;

    /// Whether there are parameters at which the recursion does not forget its start.
    fn can_be_chaotic(&self) -> bool {
        false
    }

    /// The variance of the first day, every earlier variance being `backcast`.
    fn first(&self, p: &VarianceParameters, backcast: f64) -> Step;

    /// The variance of a day from the variance and the error of the day before.
    fn next(&self, p: &VarianceParameters, variance: f64, error: f64) -> Step;

    /// Expected variances of `horizon` days, of which `next` is the first and known.
    fn ahead(
        &self,
        p: &VarianceParameters,
        next: f64,
        horizon: usize,
        shocks: Shocks<'_>,
    ) -> Vec<f64>;

    /// The parameters for errors `factor` times as large.
    fn scaled(&self, p: &VarianceParameters, factor: f64) -> VarianceParameters;
}

/// Persistences that searches start from: of a variance that hardly remembers to one that only
/// drifts.
pub(super) const PERSISTENCES: [f64; 5] = [0.2, 0.6, 0.85, 0.97, 0.999];
/// Shares of the persistence that are the last shock's.
pub(super) const SHARES: [f64; 4] = [0.001, 0.05, 0.15, 0.5];

/// Persistences of a variance that is nearly all the last shock's.
pub(super) const FORGETFUL: [f64; 2] = [0.6, 0.97];

/// A share of less than this has run to a bound.
pub(super) const AT_BOUND: f64 = 1e-3;
/// The share that it is given back.
pub(super) const BACK: f64 = 0.03;

/// A logistic free variable back from the bound that it ran to.
fn back(u: f64) -> Option<f64> {
    match logistic(u) {
        share if share < AT_BOUND => Some(logit(BACK)),
        share if 1.0 - share < AT_BOUND => Some(logit(1.0 - BACK)),
        _ => None,
    }
}

/// The points whose free variable at each of these places is back from its bound.
pub(super) fn back_at(free: &[f64], places: &[usize]) -> Vec<Vec<f64>> {
    let moved = |&place: &usize| {
        let mut point = free.to_vec();
        point[place] = back(free[place])?;
        Some(point)
    };
    places.iter().filter_map(moved).collect()
}

/// The logistic function and its inverse.
pub(super) fn logistic(u: f64) -> f64 {
    1.0 / (1.0 + (-u).exp())
}

pub(super) fn logit(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}
