//! `cargo bench --no-default-features --bench scan`: 2,000 instruments scanned over 600 sessions,
//! on a simulated panel of 1,000. Time of each step and peak memory; one figure is checked the slow
//! way.
//!
//! `-- --instruments 200 --sessions 600` scans fewer.

#[path = "../tests/support/random.rs"]
mod random;

use random::Random;
use rayon::prelude::*;
use shockwave::analysis::estimation::estimation_days;
use shockwave::analysis::model::{NormalReturnModel, market};
use shockwave::analysis::multiple_testing::benjamini_hochberg;
use shockwave::analysis::scan::{
    Rolling, ScanWindow, SessionFigures, Shifts, Unscanned, conditional_scale, pooled_association,
    rolling_z,
};
use std::ops::Range;
use std::time::{Duration, Instant};

/// Sessions before the span.
const BEFORE: usize = 510;

type Figures = Vec<Result<SessionFigures, Unscanned>>;

fn main() {
    let (n_instruments, n_span) = (
        argument("--instruments", 2_000),
        argument("--sessions", 600),
    );
    let n_sessions = BEFORE + n_span;
    let window = ScanWindow {
        estimation: "-250:-11".parse().expect("a window"),
        min_estimation: 144,
    };
    let mut random = Random(1);
    let x: Vec<f64> = (0..n_sessions)
        .map(|_| 0.0004 + 0.01 * random.noise())
        .collect();
    let panel: Vec<Vec<f64>> = (0..n_instruments).map(|i| returns(&x, i as u64)).collect();
    let volumes: Vec<Vec<f64>> = (0..n_instruments)
        .map(|i| {
            returns(&x, (n_instruments + i) as u64)
                .iter()
                .map(|v| 15.0 + 20.0 * v)
                .collect()
        })
        .collect();
    println!(
        "{n_instruments} instruments x {n_span} sessions scanned of {n_sessions}, 1 % missing; {} threads; \
         data {:.0} MB",
        rayon::current_num_threads(),
        peak_megabytes()
    );
    let model = market("market", &x[..]);
    let span = BEFORE..n_sessions;

    let start = Instant::now();
    let figures: Vec<Figures> = panel
        .par_iter()
        .map(|r| {
            Rolling::new(&model, r, &[], window)
                .expect("a model")
                .figures(0..n_sessions)
        })
        .collect();
    report("fits, forecast errors, t, sample quantiles", start);
    check(&panel[0], &figures[0], &model, window);

    let start = Instant::now();
    let z: Vec<Vec<Option<f64>>> = volumes
        .par_iter()
        .map(|v| rolling_z(v, &[], window, span.clone()))
        .collect();
    report("volumes", start);

    let start = Instant::now();
    let in_span = |f: &Figures| -> Vec<Option<f64>> {
        f[span.clone()]
            .iter()
            .map(|f| Some(f.as_ref().ok()?.sq_p))
            .collect()
    };
    let p: Vec<Option<f64>> = figures.iter().flat_map(in_span).collect();
    let q = benjamini_hochberg(&p);
    report("false-discovery control", start);

    let start = Instant::now();
    associate(&figures, &span);
    report("association, all shifts of all instruments", start);

    let start = Instant::now();
    let n_scaled = conditional(&figures, &span);
    report("GARCH scale, one fit each", start);
    println!(
        "{} sessions with figures, {} with a volume, {n_scaled} instruments with a conditional scale",
        q.iter().flatten().count(),
        z.iter().flatten().flatten().count()
    );
}

fn associate(figures: &[Figures], span: &Range<usize>) {
    let abnormal = |f: &Figures| -> Vec<Option<bool>> {
        f[span.clone()]
            .iter()
            .map(|f| Some(f.as_ref().ok()?.sq_p <= 0.05))
            .collect()
    };
    let abnormal: Vec<Vec<Option<bool>>> = figures.iter().map(abnormal).collect();
    let reaction: Vec<bool> = (0..span.len()).map(|t| t % 23 < 2).collect();
    let series: Vec<_> = abnormal
        .iter()
        .map(|a| (a.as_slice(), reaction.as_slice()))
        .collect();
    let found = pooled_association(
        &series,
        Shifts {
            most: 1_999,
            seed: 1,
        },
    );
    assert!(found.p.is_ok() && found.exhaustive);
}

fn conditional(figures: &[Figures], span: &Range<usize>) -> usize {
    let scaled = |f: &Figures| {
        let ars: Vec<f64> = f
            .iter()
            .map(|f| f.as_ref().map_or(f64::NAN, |f| f.ar))
            .collect();
        conditional_scale(&ars, span.clone()).is_ok()
    };
    figures.par_iter().filter(|f| scaled(f)).count()
}

/// The last session of an instrument by the code of event studies.
fn check(returns: &[f64], figures: &Figures, model: &dyn NormalReturnModel, window: ScanWindow) {
    let t = (0..returns.len())
        .rev()
        .find(|t| returns[*t].is_finite())
        .expect("a session");
    let days = estimation_days(returns, model, &[], window.estimation, t);
    let fit = model.fit(returns, &days).expect("a fit");
    let ar = returns[t] - model.normal_return(&fit, t);
    let sd = model.forecast_covariance(&fit, &[t])[0].sqrt();
    let found = figures[t].as_ref().expect("figures");
    assert!((found.t - ar / sd).abs() < 1e-9);
}

/// Time by the clock, and what all threads have worked so far: on a busy machine the first is
/// longer than it need be.
fn report(what: &str, start: Instant) {
    println!(
        "{what:<44}{:>9.2?}, processors so far {:>6.1?}, peak {:>5.0} MB",
        start.elapsed(),
        cpu(),
        peak_megabytes()
    );
}

/// To a hundredth of a second; 0 where the system does not tell.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|t| t.parse::<u64>().ok()).sum();
    Duration::from_millis(10 * ticks)
}

fn returns(x: &[f64], seed: u64) -> Vec<f64> {
    let mut random = Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(7));
    let beta = 0.5 + (seed % 100) as f64 / 100.0;
    let (mut variance, mut last) = (1.0_f64, 0.0);
    let one = |x: &f64| {
        variance = 0.05 + 0.1 * last * last + 0.85 * variance;
        last = variance.sqrt() * random.noise();
        let missing = random.uniform() < 0.01;
        if missing {
            f64::NAN
        } else {
            beta * x + 0.02 * last
        }
    };
    x.iter().map(one).collect()
}

fn argument(name: &str, default: usize) -> usize {
    let mut arguments = std::env::args().skip_while(|a| a != name);
    arguments
        .nth(1)
        .map_or(default, |value| value.parse().expect("a number"))
}

impl Random {
    /// A sum of four uniform numbers, variance 1.
    fn noise(&mut self) -> f64 {
        let sum: f64 = (0..4).map(|_| self.uniform()).sum();
        (sum - 2.0) * 3.0_f64.sqrt()
    }
}

/// The most memory that the process has held, where the system tells.
fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|l| l.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.map_or(f64::NAN, |k| k * 1024.0 / 1e6)
}
