//! Before and after an event: variance, correlation with the benchmark, and beta.
//!
//! A correlation rises by itself when the benchmark moves more. What is called contagion or a
//! break is often only that: Forbes and Rigobon (2002) take it out.

use super::distribution::{f_sf, normal_two_sided};
use super::inference::{Law, TestStatistic, Undefined};
use super::ols::{OlsError, dot, mean, ols};
use super::window::Window;

/// First and last session before the event.
const BEFORE: (i32, i32) = (-60, -1);
/// First and last session after it. Day 0 belongs to neither side.
const AFTER: (i32, i32) = (1, 60);
/// Fewest sessions a side.
const MIN_SIDE: usize = 30;
/// 1 − |ρ| below which two series are copies of each other.
const COPY: f64 = 1e-10;

/// One side of an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Side {
    /// Sessions with both returns.
    pub n: usize,
    /// Variance of the return, n − 1.
    pub variance: f64,
    /// Variance of the benchmark's, n − 1.
    pub benchmark_variance: f64,
    /// Pearson's correlation of the two.
    pub correlation: f64,
    /// Slope on the benchmark.
    pub beta: f64,
    /// Its least-squares error.
    pub beta_sd: f64,
}

/// What changed at an event.
#[derive(Debug, Clone, PartialEq)]
pub struct PrePost {
    /// The 60 sessions before.
    pub before: Side,
    /// The 60 sessions after.
    pub after: Side,
    /// Variance after over variance before, against F; p is two-sided: twice the smaller tail.
    pub variance_ratio: TestStatistic,
    /// δ: the benchmark's variance after over that before, less 1.
    pub delta: f64,
    /// The later correlation as it would be at the benchmark's earlier variance.
    pub adjusted_correlation: f64,
    /// z of the change in correlation as it is.
    pub raw_change: TestStatistic,
    /// z of the change with the later correlation adjusted.
    pub adjusted_change: TestStatistic,
    /// z of the change in beta: (β₂ − β₁)/√(sd₁² + sd₂²).
    pub beta_change: TestStatistic,
}

/// Compares [−60, −1] with [+1, +60] around `day_0`, over the sessions on which both returns are
/// present: ρ* = ρ/√(1 + δ(1 − ρ²)) (Forbes and Rigobon 2002, eq. 11), z = (atanh ρ₂ − atanh ρ₁)/
/// √(1/(n₁ − 3) + 1/(n₂ − 3)) (Fisher 1921) against the standard normal law.
///
/// The null of each test: nothing changed. The tests take the sessions of a side as independent.
///
/// # Errors
/// Fewer than 30 sessions on a side, a return that does not vary, or two copies of one series.
///
/// ```
/// use shockwave::analysis::pre_post::pre_post;
/// let day_0 = 80;
/// let wilder = |t: usize| if t > day_0 { 3.0 } else { 1.0 };
/// let index: Vec<f64> = (0..160).map(|t| 0.01 * wilder(t) * (1.7 * t as f64).sin()).collect();
/// let share: Vec<f64> = (0..160).map(|t| index[t] + 0.01 * (12.9 * t as f64).cos()).collect();
/// let found = pre_post(&share, &index, day_0)?;
/// // The correlation rises because the market moves more, and only because of that.
/// assert!(found.after.correlation > found.before.correlation + 0.2);
/// assert!((found.adjusted_correlation - found.before.correlation).abs() < 0.05);
/// assert!(found.variance_ratio.p.is_some_and(|p| p < 0.001));
/// # Ok::<(), shockwave::analysis::inference::Undefined>(())
/// ```
pub fn pre_post(returns: &[f64], benchmark: &[f64], day_0: usize) -> Result<PrePost, Undefined> {
    let before = side(returns, benchmark, day_0, "before", BEFORE)?;
    let after = side(returns, benchmark, day_0, "after", AFTER)?;
    let n = before.n + after.n;
    let delta = after.benchmark_variance / before.benchmark_variance - 1.0;
    let rho = after.correlation;
    let adjusted_correlation = rho / (1.0 + delta * (1.0 - rho * rho)).sqrt();
    let fisher_sd = (1.0 / (before.n as f64 - 3.0) + 1.0 / (after.n as f64 - 3.0)).sqrt();
    let change = |later: f64| {
        let z = (later.atanh() - before.correlation.atanh()) / fisher_sd;
        TestStatistic::new(z, Law::Normal, normal_two_sided(z), n)
    };
    let beta_sd = before.beta_sd.hypot(after.beta_sd);
    Ok(PrePost {
        before,
        after,
        variance_ratio: variance_ratio(&before, &after),
        delta,
        adjusted_correlation,
        raw_change: change(rho),
        adjusted_change: change(adjusted_correlation),
        beta_change: TestStatistic::normal((after.beta - before.beta) / beta_sd, n),
    })
}

fn variance_ratio(before: &Side, after: &Side) -> TestStatistic {
    let ratio = after.variance / before.variance;
    let (df_1, df_2) = (after.n as f64 - 1.0, before.n as f64 - 1.0);
    let tails = f_sf(ratio, df_1, df_2).zip(f_sf(1.0 / ratio, df_2, df_1));
    let p = tails.map(|(up, down)| (2.0 * up.min(down)).min(1.0));
    TestStatistic::new(ratio, Law::F(df_1, df_2), p, before.n + after.n)
}

fn side(
    returns: &[f64],
    benchmark: &[f64],
    day_0: usize,
    name: &'static str,
    (first, last): (i32, i32),
) -> Result<Side, Undefined> {
    let n_sessions = returns.len().min(benchmark.len());
    let sessions = Window::new(first, last).map(|window| window.sessions(day_0, n_sessions));
    let present = |&t: &usize| returns[t].is_finite() && benchmark[t].is_finite();
    let days: Vec<usize> = sessions.into_iter().flatten().filter(present).collect();
    let n = days.len();
    if n < MIN_SIDE {
        return Err(Undefined::ShortSide {
            side: name,
            n,
            needed: MIN_SIDE,
        });
    }
    let pick = |series: &[f64]| -> Vec<f64> { days.iter().map(|&t| series[t]).collect() };
    let (y, x) = (pick(returns), pick(benchmark));
    let constant = |v: &[f64]| v.iter().all(|a| *a == v[0]);
    if constant(&x) || constant(&y) {
        return Err(Undefined::ZeroVariance("the returns of a side"));
    }
    let (dx, dy) = (deviations(&x), deviations(&y));
    let (sxx, syy) = (dot(&dx, &dx), dot(&dy, &dy));
    let correlation = dot(&dx, &dy) / (sxx.sqrt() * syy.sqrt());
    if 1.0 - correlation.abs() < COPY {
        return Err(Undefined::PerfectCorrelation);
    }
    let fit = ols(&y, &[&x], true).map_err(|error| match error {
        OlsError::NoVariance => Undefined::PerfectCorrelation,
        other => Undefined::DegenerateFit(other.to_string()),
    })?;
    let df = n as f64 - 1.0;
    Ok(Side {
        n,
        variance: syy / df,
        benchmark_variance: sxx / df,
        correlation,
        beta: fit.betas[0],
        beta_sd: fit.residual_sd / sxx.sqrt(),
    })
}

fn deviations(values: &[f64]) -> Vec<f64> {
    let centre = mean(values);
    values.iter().map(|v| v - centre).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A benchmark, and a return that follows it with noise of its own.
    fn series(market_after: f64) -> (Vec<f64>, Vec<f64>) {
        let wave = |t: usize, f: f64| (f * t as f64).sin() * 0.01;
        let scale = |t: usize| if t > 70 { market_after } else { 1.0 };
        let market: Vec<f64> = (0..140).map(|t| scale(t) * wave(t, 1.7)).collect();
        let own = (0..140).map(|t| market[t] + wave(t, 2.9)).collect();
        (own, market)
    }

    #[test]
    fn a_rise_that_comes_from_the_benchmark_is_taken_out() {
        let (own, market) = series(3.0);
        let found = pre_post(&own, &market, 70).unwrap();
        assert!((found.before.correlation - 0.7).abs() < 0.1);
        assert!(found.after.correlation > 0.9 && found.raw_change.p.unwrap() < 0.001);
        assert!((found.adjusted_correlation - found.before.correlation).abs() < 0.05);
        assert!(found.adjusted_change.p.unwrap() > 0.5);
        assert!((found.delta - 8.0).abs() < 0.5);
        assert!(found.beta_change.p.unwrap() > 0.5);
    }

    #[test]
    fn what_cannot_be_had_has_a_reason() {
        let (own, market) = series(1.0);
        let reason = |own: &[f64], market: &[f64], day_0| pre_post(own, market, day_0).unwrap_err();
        assert_eq!(reason(&own, &market, 20).code(), "too-few-sessions");
        assert_eq!(
            reason(&own, &market, 120).to_string(),
            "19 sessions after the event: 30 are needed"
        );
        assert_eq!(reason(&own, &own, 70).code(), "perfect-correlation");
        assert_eq!(reason(&own, &[0.0; 140], 70).code(), "zero-variance");
    }
}
