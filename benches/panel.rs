//! `cargo bench --bench panel`: 10,000 and 1,000,000 event observations on a panel of 5,000
//! instruments and 5,000 sessions. Time of each step, peak memory, growth between the sizes; then
//! 9,999 draws of every bootstrap over 1,000 events.
//!
//! `cargo bench --bench panel -- --instruments 500 --sessions 2000` makes a smaller panel.

#[path = "../tests/support/random.rs"]
mod random;

use random::Random;
use shockwave::analysis::abnormal::AbnormalReturns;
use shockwave::analysis::estimation::estimation_days;
use shockwave::analysis::inference::{ALL, Observation, SampleContext};
use shockwave::analysis::model::{NormalReturnModel, market};
use shockwave::analysis::panel::{Panel, PanelEvent, PanelSample, PanelSettings};
use shockwave::analysis::window::Window;
use shockwave::returns::ReturnKind;
use std::time::{Duration, Instant};

/// Runs of each step; the quickest is reported.
const REPEATS: usize = 3;
const SIZES: [usize; 2] = [10_000, 1_000_000];
const STEPS: [&str; 5] = [
    "fit",
    "CARs [-1, +1]",
    "parametric tests",
    "rank and sign tests",
    "all after loading",
];

fn main() {
    let (n_instruments, n_sessions) = (
        argument("--instruments", 5_000),
        argument("--sessions", 5_000),
    );
    let start = Instant::now();
    let (market_return, panel) = build(n_instruments, n_sessions);
    let megabytes = (n_instruments * n_sessions * 8) as f64 / 1e6;
    println!(
        "{n_instruments} instruments x {n_sessions} sessions, 1 % missing: {megabytes:.0} MB, made in \
         {:.1?}, peak {:.0} MB; {} threads",
        start.elapsed(),
        peak_megabytes(),
        rayon::current_num_threads()
    );
    let [small, large] = SIZES.map(|n| {
        let times = run(&panel, &market_return, &events(&panel, n));
        let peak = peak_megabytes();
        let ratio = peak / megabytes;
        println!("{n} events: peak memory {peak:.0} MB, {ratio:.2} x the panel");
        times
    });
    println!(
        "{:<22}{:>11} ({:>9}){:>11} ({:>9}){:>9}",
        "", SIZES[0], "CPU", SIZES[1], "CPU", "growth"
    );
    for (i, step) in STEPS.iter().enumerate() {
        let growth = large[i].wall.as_secs_f64() / small[i].wall.as_secs_f64();
        println!("{step:<22}{}{}{growth:>8.1}x", small[i], large[i]);
    }
    bootstraps(&panel, &market_return);
}

fn argument(name: &str, default: usize) -> usize {
    let mut arguments = std::env::args().skip_while(|a| a != name);
    arguments
        .nth(1)
        .map_or(default, |value| value.parse().expect("a number"))
}

impl Random {
    /// A sum of four uniform numbers, variance 1: near enough to normal for a clock.
    fn noise(&mut self) -> f64 {
        let sum: f64 = (0..4).map(|_| self.uniform()).sum();
        (sum - 2.0) * 3.0_f64.sqrt()
    }
}

fn build(n_instruments: usize, n_sessions: usize) -> (Vec<f64>, Panel) {
    let mut random = Random(1);
    let market_return: Vec<f64> = (0..n_sessions)
        .map(|_| 0.0004 + 0.01 * random.noise())
        .collect();
    let mut returns = Vec::with_capacity(n_instruments * n_sessions);
    for i in 0..n_instruments {
        let beta = 0.5 + (i % 100) as f64 / 100.0;
        for x in &market_return {
            let missing = random.uniform() < 0.01;
            returns.push(if missing {
                f64::NAN
            } else {
                beta * x + 0.02 * random.noise()
            });
        }
    }
    (
        market_return,
        Panel::new(n_sessions, returns).expect("a panel"),
    )
}

fn events(panel: &Panel, n: usize) -> Vec<PanelEvent> {
    let mut random = Random(2);
    let (instruments, sessions) = (panel.n_instruments() as f64, panel.n_sessions() as f64);
    let mut event = |_| PanelEvent {
        instrument: (random.uniform() * instruments) as u32,
        day_0: (260.0 + random.uniform() * (sessions - 280.0)) as u32,
    };
    (0..n).map(&mut event).collect()
}

fn window(text: &str) -> Window {
    text.parse().expect("a window")
}

fn settings() -> PanelSettings {
    PanelSettings {
        estimation: window("-250:-11"),
        event: window("-10:10"),
        min_estimation: 144,
        returns: ReturnKind::Simple,
    }
}

/// Time by the clock, and what the processors have worked: on a busy machine the first is longer
/// than it need be.
#[derive(Clone, Copy)]
struct Times {
    wall: Duration,
    cpu: Duration,
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>11.1?} ({:>9.1?})", self.wall, self.cpu)
    }
}

fn run(panel: &Panel, market_return: &[f64], events: &[PanelEvent]) -> [Times; 5] {
    let model = market("market", market_return);
    let mut best = [Times {
        wall: Duration::MAX,
        cpu: Duration::MAX,
    }; 5];
    for _ in 0..REPEATS {
        let (start, worked) = (Instant::now(), cpu());
        let now = || (start.elapsed(), cpu() - worked);
        let mut marks = vec![now()];
        let sample = PanelSample::fit(panel, &model, events, settings()).expect("a sample");
        marks.push(now());
        let cars = sample.cars(window("-1:1"));
        marks.push(now());
        let parametric = sample.parametric_tests(&cars);
        marks.push(now());
        let ranks = sample.rank_tests(&cars);
        marks.push(now());
        assert!(parametric.iter().chain(&ranks).all(|(_, t)| t.p.is_some()));
        let steps = marks.windows(2).map(|m| [m[0], m[1]]);
        for (best, [from, to]) in best.iter_mut().zip(steps.chain([[marks[0], marks[4]]])) {
            best.wall = best.wall.min(to.0 - from.0);
            best.cpu = best.cpu.min(to.1 - from.1);
        }
    }
    best
}

fn bootstraps(panel: &Panel, market_return: &[f64]) {
    let model = market("market", market_return);
    let observations: Vec<Observation> = events(panel, 1_000)
        .iter()
        .filter_map(|event| {
            let (instrument, day_0) = (event.instrument as usize, event.day_0 as usize);
            let returns = panel.returns(instrument);
            let days = estimation_days(returns, &model, &[], settings().estimation, day_0);
            let fit = model.fit(returns, &days).ok()?;
            let kind = settings().returns;
            Some(Observation {
                instrument,
                day_0,
                abnormal: AbnormalReturns::new(
                    returns,
                    kind,
                    &model,
                    &fit,
                    settings().event,
                    day_0,
                ),
                estimation_days: days,
                residuals: fit.residuals.clone(),
                residual_sd: fit.residual_sd,
                n_parameters: fit.n_parameters,
            })
        })
        .collect();
    let mut context = SampleContext::new(observations.iter().collect());
    context.settings.n_draws = 9_999;
    let over = context.window(window("-1:1"));
    for name in [
        "wild_bootstrap_p",
        "block_bootstrap_p",
        "skewness_adjusted_t",
    ] {
        let test = ALL.iter().find(|t| t.name() == name).expect("a test");
        let time = |_| {
            let start = Instant::now();
            assert!(test.run(&over).p.is_some());
            start.elapsed()
        };
        let best = (0..REPEATS).map(time).min().expect("a time");
        println!("{name:<22}{} events, 9999 draws: {best:.1?}", over.n());
    }
}

/// What all threads of the process have worked, to a hundredth of a second; 0 where the system
/// does not tell.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|t| t.parse::<u64>().ok()).sum();
    Duration::from_millis(10 * ticks)
}

/// The most memory that the process has held, where the system tells.
fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|l| l.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.map_or(f64::NAN, |k| k * 1024.0 / 1e6)
}
