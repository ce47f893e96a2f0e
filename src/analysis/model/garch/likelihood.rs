//! The likelihood of a line with conditional variance, and its gradient.

use super::ErrorLaw;
use super::process::{Step, VarianceParameters, VarianceProcess};
use statrs::function::gamma::{digamma, ln_gamma};
use std::f64::consts::PI;

/// Outcomes and market returns of the estimation days, and the variance before the first.
pub(super) struct Sample {
    pub y: Vec<f64>,
    pub x: Vec<f64>,
    pub backcast: f64,
}

/// All parameters; `nu` is not used under the normal law.
#[derive(Clone, Copy)]
pub(super) struct Parameters {
    pub alpha: f64,
    pub beta: f64,
    pub variance: VarianceParameters,
    pub nu: f64,
}

/// A log-likelihood and its gradient by α, β; ω, α, γ, β of the variance; ν.
pub(super) struct Likelihood {
    pub value: f64,
    pub gradient: [f64; 7],
    /// Σ ln|∂ln σ²_{t+1}/∂ln σ²_t| over the days: negative where the recursion forgets. Known
    /// where that is a question.
    pub memory: f64,
}

/// Mean of the first 75 squared errors with weights 0.94^t: the variance that the recursion
/// starts from, as PyPI `arch` has it (after the RiskMetrics of J. P. Morgan 1996).
pub(super) fn backcast(errors: &[f64]) -> f64 {
    let (mut sum, mut weights, mut weight) = (0.0, 0.0, 1.0);
    for e in errors.iter().take(75) {
        sum += weight * e * e;
        weights += weight;
        weight *= 0.94;
    }
    sum / weights
}

/// Visits every day with its error, its variance, the variance's derivatives by α, β, ω, α, γ, β,
/// and the step that led to it.
pub(super) fn walk(
    sample: &Sample,
    process: &dyn VarianceProcess,
    p: &Parameters,
    mut visit: impl FnMut(f64, &Step, &[f64; 6]),
) {
    let mut derivatives = [0.0; 6];
    let (mut variance, mut error, mut x_before) = (0.0, 0.0, 0.0);
    for (t, (y, x)) in sample.y.iter().zip(&sample.x).enumerate() {
        let step = if t == 0 {
            process.first(&p.variance, sample.backcast)
        } else {
            process.next(&p.variance, variance, error)
        };
        derivatives = derivatives.map(|d| d * step.by_variance);
        derivatives[0] -= step.by_error;
        derivatives[1] -= step.by_error * x_before;
        for (d, own) in derivatives[2..].iter_mut().zip(step.by_parameters) {
            *d += own;
        }
        variance = step.variance;
        error = y - p.alpha - p.beta * x;
        x_before = *x;
        visit(error, &step, &derivatives);
    }
}

/// ln of a product that may leave the range of a double: a logarithm costs as much as ten factors.
struct LogProduct {
    log: f64,
    product: f64,
}

impl LogProduct {
    fn times(&mut self, factor: f64) {
        self.product *= factor;
        if !(1e-100..1e100).contains(&self.product) {
            self.log += self.product.ln();
            self.product = 1.0;
        }
    }

    fn ln(&self) -> f64 {
        self.log + self.product.ln()
    }
}

/// Σ ln f(e_t; σ²_t), f the normal density or Student's scaled to unit variance (Bollerslev
/// 1987).
pub(super) fn likelihood(
    sample: &Sample,
    process: &dyn VarianceProcess,
    law: ErrorLaw,
    p: &Parameters,
) -> Likelihood {
    let density = Density::new(law, p.nu);
    let mut out = Likelihood {
        value: 0.0,
        gradient: [0.0; 7],
        memory: 0.0,
    };
    let (mut x, mut days) = (sample.x.iter(), 0.0);
    let chaos = process.can_be_chaotic();
    let mut memory = LogProduct {
        log: 0.0,
        product: 1.0,
    };
    let mut last = (0.0, 0.0);
    walk(sample, process, p, |error, step, derivatives| {
        let variance = step.variance;
        if chaos && days > 0.0 {
            memory.times((step.by_variance * last.1 / variance).abs());
        }
        last = (error, variance);
        let point = density.at(error, variance);
        out.value += point.log;
        for (g, d) in out.gradient.iter_mut().zip(derivatives) {
            *g += point.by_variance * d;
        }
        out.gradient[0] -= point.by_error;
        out.gradient[1] -= point.by_error * x.next().copied().unwrap_or(0.0);
        out.gradient[6] += point.by_nu;
        days += 1.0;
    });
    out.value += days * density.constant;
    out.gradient[6] += days * density.constant_by_nu;
    if chaos {
        let ahead = process.next(&p.variance, last.1, last.0);
        memory.times((ahead.by_variance * last.1 / ahead.variance).abs());
        out.memory = memory.ln();
    }
    out
}

/// What of a density does not change from day to day.
struct Density {
    law: ErrorLaw,
    nu: f64,
    constant: f64,
    constant_by_nu: f64,
}

/// The varying part of a log-density with its derivatives.
struct LogDensity {
    log: f64,
    by_error: f64,
    by_variance: f64,
    by_nu: f64,
}

impl Density {
    fn new(law: ErrorLaw, nu: f64) -> Self {
        let (constant, constant_by_nu) = match law {
            ErrorLaw::Normal => (-0.5 * (2.0 * PI).ln(), 0.0),
            ErrorLaw::StudentT => (
                ln_gamma(0.5 * (nu + 1.0)) - ln_gamma(0.5 * nu) - 0.5 * (PI * (nu - 2.0)).ln(),
                0.5 * (digamma(0.5 * (nu + 1.0)) - digamma(0.5 * nu) - 1.0 / (nu - 2.0)),
            ),
        };
        Self {
            law,
            nu,
            constant,
            constant_by_nu,
        }
    }

    fn at(&self, error: f64, variance: f64) -> LogDensity {
        let nu = self.nu;
        match self.law {
            ErrorLaw::Normal => {
                let square = error * error / variance;
                LogDensity {
                    log: -0.5 * (variance.ln() + square),
                    by_error: -error / variance,
                    by_variance: 0.5 * (square - 1.0) / variance,
                    by_nu: 0.0,
                }
            }
            ErrorLaw::StudentT => {
                let q = error * error / (variance * (nu - 2.0));
                let weight = (nu + 1.0) / (1.0 + q);
                LogDensity {
                    log: -0.5 * (variance.ln() + (nu + 1.0) * q.ln_1p()),
                    by_error: -weight * error / (variance * (nu - 2.0)),
                    by_variance: 0.5 * (weight * q - 1.0) / variance,
                    by_nu: 0.5 * (weight * q / (nu - 2.0) - q.ln_1p()),
                }
            }
        }
    }
}
