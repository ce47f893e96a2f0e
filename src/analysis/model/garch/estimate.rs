//! Maximum likelihood: from data to parameters.
//!
//! Outcomes and market are scaled to unit variance first, so that one set of starting values and
//! tolerances serves every instrument. The likelihood has many local maxima at the lengths of
//! estimation windows: several starting values are climbed from, and the highest top counts.

use super::ErrorLaw;
use super::likelihood::{Likelihood, Parameters, Sample, backcast, likelihood, walk};
use super::process::{VarianceProcess, logistic, logit};
use crate::analysis::model::FitError;
use crate::analysis::ols::OlsFit;
use crate::analysis::optimise::{Minimum, bfgs, simplex};
use std::cell::Cell;

/// Bounds of ν, those of PyPI `arch`; 1/ν is what moves between them.
const NU: (f64, f64) = (2.05, 500.0);
/// ν that the search starts from.
const NU_START: f64 = 8.0;
/// Slope of the log-likelihood per day that counts as none.
const FLAT: f64 = 1e-7;
/// The likeliest starting values of a group, which are climbed from.
const N_TRIES: usize = 3;
/// Inadmissible points that a climb may meet: one that runs along their edge leads to no top.
const N_REFUSED: usize = 100;
/// Slope per day that a kink at a single error can leave: on the edge of the stable parameters, where
/// a larger one tells an edge from a top, and where the logarithm of the memory is so far below it.
const KINK: f64 = 0.05;
const STEEP_KINK: f64 = 1.0;
const FAR_INSIDE: f64 = -0.05;
/// Gain in log-likelihood, over all days, that counts as none.
const NO_GAIN: f64 = 1e-7;
const MAX_POLISHES: usize = 4;
/// Log-likelihood below the best top so far, over all days, that no polish makes up for.
const HOPELESS: f64 = 3.0;
/// Distance in every free variable within which two tops are one.
const SAME: f64 = 0.01;
/// Days nearest to an error of zero that a top is sought along, rounds of that, and how far from
/// where it began it may lead in any free variable.
const N_KINKS: usize = 6;
const MAX_ROUNDS: usize = 8;
const NEAR: f64 = 0.1;
/// Log-likelihood, over all days, below a top at which its kink is no neighbour.
const DEEP: f64 = 0.1;
/// Step to either side of a kink, in residual standard deviations.
const ASIDE: f64 = 1e-3;
/// ν, and shares of the way between its bounds beyond which the slope by it vanishes.
const NU_AGAIN: f64 = 20.0;
const STUCK: f64 = 1e-3;

/// A likelihood with its free variables: α, β, those of the variance, that of ν.
struct Problem<'a> {
    sample: Sample,
    process: &'a dyn VarianceProcess,
    law: ErrorLaw,
    /// The least −ln L per day of a climb that ended on the edge of the stable parameters.
    edge: Cell<f64>,
}

/// The highest top found.
pub(super) struct Estimate {
    pub parameters: Parameters,
    /// By how much the log-likelihood is higher at a point on the edge of the stable parameters,
    /// where it has no top; `None` where no climb ended at a higher one.
    pub edge_gain: Option<f64>,
}

/// Parameters, in units of the data, from the least-squares fit of the same days.
pub(super) fn estimate(
    x: &[f64],
    start: &OlsFit,
    process: &dyn VarianceProcess,
    law: ErrorLaw,
) -> Result<Estimate, FitError> {
    let scale = start.residual_sd;
    let (centre, spread) = mean_and_spread(x);
    // A model without a market has a column of zeros, which no slope can move.
    let spread = if start.betas.is_empty() { 1.0 } else { spread };
    let errors: Vec<f64> = start.residuals.iter().map(|e| e / scale).collect();
    // The search is for changes of the least-squares line.
    let problem = Problem {
        sample: Sample {
            backcast: backcast(&errors),
            y: errors,
            x: x.iter().map(|x| (x - centre) / spread).collect(),
        },
        process,
        law,
        edge: Cell::new(f64::INFINITY),
    };
    let found = problem.highest()?;
    let edge_gain = (found.value - problem.edge.get()) * x.len() as f64;
    let p = problem.parameters(&found.at);
    let beta = scale * p.beta / spread;
    let parameters = Parameters {
        alpha: start.alpha.unwrap_or(0.0) + scale * p.alpha - beta * centre,
        beta: start
            .betas
            .first()
            .map_or(0.0, |least_squares| least_squares + beta),
        variance: process.scaled(&p.variance, scale),
        nu: p.nu,
    };
    Ok(Estimate {
        parameters,
        edge_gain: Some(edge_gain).filter(|&gain| gain > NO_GAIN),
    })
}

impl Problem<'_> {
    fn parameters(&self, free: &[f64]) -> Parameters {
        let n = 2 + self.process.n_parameters();
        Parameters {
            alpha: free[0],
            beta: free[1],
            variance: self.process.parameters(&free[2..n]),
            nu: free.get(n).map_or(f64::NAN, |&u| nu(u)),
        }
    }

    /// −ln L per day and its gradient by the free variables; infinite where the recursion does not
    /// forget its start, E ln|∂ln σ²_{t+1}/∂ln σ²_t| ≥ 0. There EGARCH is chaotic, and how high
    /// its likelihood gets is an accident of rounding: the maximum is sought among the parameters
    /// at which it is stable (Wintenberger 2013).
    fn minus_mean(&self, free: &[f64], gradient: &mut [f64]) -> f64 {
        let n = 2 + self.process.n_parameters();
        let p = self.parameters(free);
        let Likelihood {
            value,
            gradient: g,
            memory,
        } = likelihood(&self.sample, self.process, self.law, &p);
        let is_stable = !self.process.can_be_chaotic() || memory < 0.0;
        if !(is_stable && value.is_finite()) {
            return f64::INFINITY;
        }
        let by_variance = self
            .process
            .free_gradient(&free[2..n], &[g[2], g[3], g[4], g[5]]);
        let by_nu = free.get(n).map(|&u| {
            let share = logistic(u);
            // ν = 1/η, η a share of the way between its bounds.
            -p.nu * p.nu * (1.0 / NU.0 - 1.0 / NU.1) * share * (1.0 - share) * g[6]
        });
        let days = self.sample.y.len() as f64;
        let entries = [g[0], g[1]].into_iter().chain(by_variance).chain(by_nu);
        for (to, from) in gradient.iter_mut().zip(entries) {
            *to = -from / days;
        }
        -value / days
    }

    /// The highest of the tops found from each group of starting values.
    fn highest(&self) -> Result<Minimum, FitError> {
        let mut best: Option<Minimum> = None;
        for group in self.process.starts() {
            let mut starts: Vec<(f64, Vec<f64>)> = group
                .into_iter()
                .map(|variance| {
                    let free = self.start(variance);
                    (self.minus_mean(&free, &mut vec![0.0; free.len()]), free)
                })
                .collect();
            starts.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (_, start) in starts.iter().take(N_TRIES) {
                let top = self.climb(start, best.as_ref());
                best = higher(best, top);
            }
        }
        for _ in 0..MAX_ROUNDS {
            let Some(top) = best.as_ref() else { break };
            let inside = self.inside(&top.at);
            let again = inside
                .iter()
                .filter_map(|start| self.climb(start, Some(top)));
            let Some(higher) = again.fold(None, |a, b| higher(a, Some(b))) else {
                break;
            };
            let gain = (top.value - higher.value) * self.sample.y.len() as f64;
            if gain < NO_GAIN {
                break;
            }
            best = Some(higher);
        }
        let best = best.map(|top| self.along_kinks(top));
        best.ok_or_else(|| {
            FitError(
                "the likelihood of the conditional variance leads from no starting value to a \
                 maximum at which the recursion is stable"
                    .to_owned(),
            )
        })
    }

    /// The points like a top with a variable that ran to a bound back from it, one for each.
    fn inside(&self, top: &[f64]) -> Vec<Vec<f64>> {
        let n = 2 + self.process.n_parameters();
        let variances = self.process.inside(&top[2..n]).into_iter();
        let with = |variance: Vec<f64>| [&top[..2], &variance, &top[n..]].concat();
        let mut points: Vec<Vec<f64>> = variances.map(with).collect();
        if let Some(&u) = top.get(n)
            && !(STUCK..1.0 - STUCK).contains(&logistic(u))
        {
            let mut start = top.to_vec();
            start[n] = free_nu(NU_AGAIN);
            points.push(start);
        }
        points
    }

    /// Free variables: the line of least squares, the variance given, ν where there is one.
    fn start(&self, variance: Vec<f64>) -> Vec<f64> {
        let nu = (self.law == ErrorLaw::StudentT).then(|| free_nu(NU_START));
        [0.0, 0.0].into_iter().chain(variance).chain(nu).collect()
    }

    /// Whether polishing a top cannot make it the highest.
    fn is_settled(&self, top: &Minimum, best: &Minimum) -> bool {
        let behind = (top.value - best.value) * self.sample.y.len() as f64;
        let mut apart = top.at.iter().zip(&best.at).map(|(a, b)| (a - b).abs());
        behind > HOPELESS || (behind >= 0.0 && apart.all(|d| d < SAME))
    }

    /// The top above a start; `None` where the climb ends on no top.
    ///
    /// EGARCH has kinks where an error is zero, and a kink can be a top on which the slope never
    /// vanishes: there a simplex must show that nothing near is higher. (Not where the best top so
    /// far is the same one or far above.)
    fn climb(&self, start: &[f64], best: Option<&Minimum>) -> Option<Minimum> {
        let climb = |from: &[f64]| {
            let mut refused = 0;
            let value = |u: &[f64], g: &mut [f64]| {
                if refused > N_REFUSED {
                    return f64::INFINITY;
                }
                let value = self.minus_mean(u, g);
                refused += usize::from(!value.is_finite());
                value
            };
            let end = bfgs(value, from, 0.01 * FLAT);
            if refused > N_REFUSED {
                self.edge.set(self.edge.get().min(end.value));
            }
            end
        };
        let mut top = climb(start);
        for _ in 0..MAX_POLISHES {
            if !(top.value.is_finite() && top.steepest <= self.steepest_kink(&top.at)) {
                return None;
            }
            if top.steepest <= FLAT {
                return Some(top);
            }
            if best.is_some_and(|best| self.is_settled(&top, best)) {
                return Some(top);
            }
            let mut scratch = vec![0.0; top.at.len()];
            let near = simplex(|u| self.minus_mean(u, &mut scratch), &top.at, 0.01, 1e-14);
            let next = climb(&near.at);
            if !next.value.is_finite() {
                return None;
            }
            let gain = (top.value - next.value) * self.sample.y.len() as f64;
            if gain < NO_GAIN {
                return Some(top);
            }
            top = next;
        }
        None
    }

    /// The slope that a top with a kink can have.
    fn steepest_kink(&self, free: &[f64]) -> f64 {
        if !self.process.can_be_chaotic() {
            return KINK;
        }
        let p = self.parameters(free);
        let memory = likelihood(&self.sample, self.process, self.law, &p).memory;
        if memory < FAR_INSIDE * self.sample.y.len() as f64 {
            STEEP_KINK
        } else {
            KINK
        }
    }

    /// The highest top near one, along the kinks of EGARCH and to either side of them: at each
    /// the line goes through one day's point. Along it the likelihood is smooth again; where two
    /// cross, the line goes through both points. What lies far is another top, and was for other
    /// starting values to find: with such help the likelihood gets as high as one day's variance
    /// gets small.
    fn along_kinks(&self, start: Minimum) -> Minimum {
        if !self.process.can_be_chaotic() {
            return start;
        }
        let days = self.sample.y.len() as f64;
        let near = |at: &[f64]| at.iter().zip(&start.at).all(|(a, b)| (a - b).abs() < NEAR);
        let better = |best: Minimum, other: Minimum| {
            let is_better = other.value < best.value && near(&other.at);
            if is_better { other } else { best }
        };
        let mut top = start.clone();
        for _ in 0..MAX_ROUNDS {
            let mut found = top.clone();
            for day in self.days_near_zero(&top.at) {
                let one = self.climb_through(&[day], &top.at);
                if (one.value - top.value) * days > DEEP {
                    continue;
                }
                let crossing = self.days_near_zero(&one.at).into_iter();
                for other in crossing.filter(|other| *other != day && one.steepest > FLAT) {
                    found = better(found, self.climb_through(&[day, other], &one.at));
                }
                for side in [-ASIDE, ASIDE] {
                    let mut from = one.at.clone();
                    from[0] += side;
                    let free = bfgs(|u, g| self.minus_mean(u, g), &from, 0.01 * FLAT);
                    found = better(found, free);
                }
                found = better(found, one);
            }
            let gain = (top.value - found.value) * days;
            top = found;
            if gain < NO_GAIN {
                break;
            }
        }
        top
    }

    /// The days with the smallest |e/σ|, nearest first.
    fn days_near_zero(&self, free: &[f64]) -> Vec<usize> {
        let mut sizes = Vec::with_capacity(self.sample.y.len());
        let p = self.parameters(free);
        walk(&self.sample, self.process, &p, |error, step, _| {
            sizes.push((error * error / step.variance, sizes.len()));
        });
        sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
        sizes
            .into_iter()
            .take(N_KINKS)
            .map(|(_, day)| day)
            .collect()
    }

    /// The top among the lines through the points of one day or two, from a point near it.
    /// Infinite where two days have the same market return, or the start is inadmissible.
    fn climb_through(&self, held: &[usize], from: &[f64]) -> Minimum {
        let n_line = 2 - held.len();
        let (x, y) = (&self.sample.x, &self.sample.y);
        // The line, from its slope where one point is held.
        let line = |slope: Option<f64>| {
            let slope =
                slope.unwrap_or_else(|| (y[held[0]] - y[held[1]]) / (x[held[0]] - x[held[1]]));
            [y[held[0]] - slope * x[held[0]], slope]
        };
        let whole = |u: &[f64]| -> Vec<f64> {
            let line = line((n_line == 1).then(|| u[0]));
            line.into_iter()
                .chain(u[n_line..].iter().copied())
                .collect()
        };
        let value = |u: &[f64], g: &mut [f64]| {
            let at = whole(u);
            let mut all = vec![0.0; at.len()];
            let value = self.minus_mean(&at, &mut all);
            if n_line == 1 {
                g[0] = all[1] - x[held[0]] * all[0];
            }
            g[n_line..].copy_from_slice(&all[2..]);
            value
        };
        let found = bfgs(value, &from[2 - n_line..], 0.01 * FLAT);
        Minimum {
            at: whole(&found.at),
            ..found
        }
    }
}

/// The higher of two tops; of equals the first.
fn higher(best: Option<Minimum>, other: Option<Minimum>) -> Option<Minimum> {
    match (best, other) {
        (Some(best), Some(other)) if other.value >= best.value => Some(best),
        (best, other) => other.or(best),
    }
}

fn free_nu(nu: f64) -> f64 {
    logit((1.0 / nu - 1.0 / NU.1) / (1.0 / NU.0 - 1.0 / NU.1))
}

fn nu(free: f64) -> f64 {
    1.0 / (1.0 / NU.1 + (1.0 / NU.0 - 1.0 / NU.1) * logistic(free))
}

fn mean_and_spread(x: &[f64]) -> (f64, f64) {
    let mean = crate::analysis::ols::mean(x);
    let squares: f64 = x.iter().map(|v| (v - mean) * (v - mean)).sum();
    (mean, (squares / x.len() as f64).sqrt())
}
