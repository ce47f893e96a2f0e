//! Do the tests reject a true null in 5 % of samples, and which of them where events cluster, raise
//! the variance or have fat tails? Simulated; the same numbers on every run.

use rayon::prelude::*;
use shockwave::analysis::abnormal::AbnormalReturns;
use shockwave::analysis::inference::{ALL, Observation, SampleContext, SampleSettings, Undefined};
use shockwave::analysis::model::{NormalReturnModel, market};
use shockwave::analysis::recommendation::{Reason, Recommendation, recommend};
use shockwave::analysis::window::Window;
use shockwave::returns::ReturnKind;
use std::collections::BTreeMap;

const ESTIMATION: usize = 120;
const N_SESSIONS: usize = 900;

/// What a simulated sample looks like.
#[derive(Clone, Copy)]
struct Scenario {
    name: &'static str,
    n_events: usize,
    /// All events on one session, with errors that share a part of this variance.
    common: Option<f64>,
    /// Factor on the sd of the event days.
    event_sd: f64,
    /// Student's t with 3 degrees of freedom instead of normal errors.
    fat_tails: bool,
}

const PLAIN: Scenario = Scenario {
    name: "plain",
    n_events: 30,
    common: None,
    event_sd: 1.0,
    fat_tails: false,
};

const SCENARIOS: [Scenario; 5] = [
    PLAIN,
    Scenario {
        name: "clustered",
        common: Some(0.2),
        ..PLAIN
    },
    Scenario {
        name: "event variance",
        event_sd: 2.0,
        ..PLAIN
    },
    Scenario {
        name: "clustered, event variance",
        common: Some(0.2),
        event_sd: 2.0,
        ..PLAIN
    },
    Scenario {
        name: "fat tails, 12 events",
        n_events: 12,
        fat_tails: true,
        ..PLAIN
    },
];

/// SplitMix64 (Steele, Lea and Flood 2014): quick in unoptimised builds.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let (u, v) = (self.uniform(), self.uniform());
        (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    fn normals(&mut self, n: usize, sd: f64) -> Vec<f64> {
        (0..n).map(|_| sd * self.normal()).collect()
    }

    fn error(&mut self, fat_tails: bool) -> f64 {
        let z = self.normal();
        if !fat_tails {
            return z;
        }
        let squares: f64 = (0..3).map(|_| self.normal().powi(2)).sum();
        z / (squares / 3.0).sqrt()
    }
}

/// One instrument per event, no effect.
fn sample(scenario: Scenario, market_return: &[f64], random: &mut Random) -> Vec<Observation> {
    let common = random.normals(N_SESSIONS, 1.0);
    let model = market("market", market_return);
    let rho = scenario.common.unwrap_or(0.0);
    let one = |instrument: usize| {
        let day_0 = match scenario.common {
            Some(_) => 400,
            None => 150 + instrument * 24,
        };
        let days: Vec<usize> = (day_0 - 10 - ESTIMATION..day_0 - 10).collect();
        let tested = day_0 - 1..=day_0 + 3;
        let mut returns = vec![f64::NAN; N_SESSIONS];
        for t in days.iter().copied().chain(tested.clone()) {
            let own = random.error(scenario.fat_tails);
            let e = rho.sqrt() * common[t] + (1.0 - rho).sqrt() * own;
            let sd = if tested.contains(&t) {
                scenario.event_sd
            } else {
                1.0
            };
            returns[t] = 0.0004 + 1.1 * market_return[t] + 0.02 * sd * e;
        }
        let fit = model.fit(&returns, &days).unwrap();
        let (kind, event_window) = (ReturnKind::Simple, Window::new(-1, 3).unwrap());
        Observation {
            instrument,
            day_0,
            abnormal: AbnormalReturns::new(&returns, kind, &model, &fit, event_window, day_0),
            estimation_days: days,
            residuals: fit.residuals.clone(),
            residual_sd: fit.residual_sd,
            n_parameters: fit.n_parameters,
        }
    };
    (0..scenario.n_events).map(one).collect()
}

/// Rejections at 5 %, and how often there was a p, by test; `recommended` follows the advice.
fn rejections(scenario: Scenario, n_samples: u64) -> BTreeMap<&'static str, (usize, usize)> {
    let window = Window::new(0, 2).unwrap();
    let per_sample: Vec<Vec<(&'static str, Option<f64>)>> = (0..n_samples)
        .into_par_iter()
        .map(|i| {
            let mut random = Random::new(i + 1);
            let market_return = random.normals(N_SESSIONS, 0.01);
            let observations = sample(scenario, &market_return, &mut random);
            let model = market("market", market_return.as_slice());
            let mut context = SampleContext::new(observations.iter().collect());
            context.settings.seed = i;
            context.settings.n_draws = 199;
            context.factors = model.common_factors().ok_or(Undefined::NoFactorModel);
            let over = context.window(window);
            let run = |name: &str| ALL.iter().find(|t| t.name() == name)?.run(&over).p;
            let mut p: Vec<_> = ALL.iter().map(|t| (t.name(), t.run(&over).p)).collect();
            p.push(("recommended", run(recommend(&over).test)));
            p
        })
        .collect();
    let mut counts = BTreeMap::new();
    for (name, p) in per_sample.into_iter().flatten() {
        let entry: &mut (usize, usize) = counts.entry(name).or_default();
        if let Some(p) = p {
            entry.0 += usize::from(p <= 0.05);
            entry.1 += 1;
        }
    }
    counts
}

/// The table behind `analysis::recommendation`.
#[test]
#[ignore = "a minute; prints the table of rejection rates"]
fn print_sizes() {
    for scenario in SCENARIOS {
        println!("{}", scenario.name);
        for (name, (rejected, n)) in rejections(scenario, 2_000) {
            let rate = 100.0 * rejected as f64 / n as f64;
            println!("  {name:22} {rate:5.1} % of {n}");
        }
    }
}

/// Every test holds 5 % where its assumptions hold; the bound is four Monte-Carlo errors away.
#[test]
fn tests_hold_their_size_on_a_plain_sample() {
    for (name, (rejected, n)) in rejections(PLAIN, 300) {
        let rate = rejected as f64 / n as f64;
        assert!(
            (0.005..=0.10).contains(&rate) && n == 300,
            "{name}: {rate} of {n}"
        );
    }
}

/// The recommended test does not reject much too often in any scenario, and the plain ones do
/// where they must: the simulation can tell them apart.
#[test]
fn the_recommended_test_holds_its_size_where_others_do_not() {
    for &scenario in &SCENARIOS[1..] {
        let counts = rejections(scenario, 300);
        let rate = |name: &str| counts[name].0 as f64 / counts[name].1 as f64;
        let (name, recommended) = (scenario.name, rate("recommended"));
        assert!(recommended <= 0.10, "{name}: {recommended}");
        if scenario.common.is_some() {
            assert!(rate("patell_z") > 0.20 && rate("bmp_t") > 0.20, "{name}");
        } else if scenario.event_sd > 1.0 {
            assert!(rate("patell_z") > 0.15, "{name}");
        }
    }
}

/// The advice on a sample of a scenario.
fn advice(scenario: Scenario) -> Recommendation {
    let mut random = Random::new(7);
    let market_return = random.normals(N_SESSIONS, 0.01);
    let observations = sample(scenario, &market_return, &mut random);
    let context = SampleContext::new(observations.iter().collect());
    recommend(&context.window(Window::new(0, 2).unwrap()))
}

#[test]
fn the_advice_names_its_reasons() {
    let [plain, clustered, variance, _, fat] = SCENARIOS.map(advice);
    assert_eq!((plain.test, plain.reasons.as_slice()), ("bmp_t", &[][..]));
    assert_eq!(clustered.test, "kp_bmp_t");
    let overlap = Reason::Overlap {
        n_overlapping: 30,
        n: 30,
    };
    assert_eq!(clustered.reasons[0], overlap);
    assert!(matches!(
        clustered.reasons[1],
        Reason::CrossCorrelation { r, inflation } if r > 0.1 && inflation > 4.0
    ));
    assert_eq!(variance.test, "bmp_t");
    // Twice the sd is four times the variance.
    assert!(matches!(
        variance.reasons[..],
        [Reason::EventInducedVariance { ratio, .. }] if (2.0..7.0).contains(&ratio)
    ));
    assert_eq!(fat.test, "block_bootstrap_p");
    assert!(fat.reasons.contains(&Reason::FewEvents { n: 12 }));
    let one = advice(Scenario {
        n_events: 1,
        ..PLAIN
    });
    assert_eq!((one.test, one.reasons), ("sq_p", vec![Reason::OneEvent]));
}

/// Another seed gives another p, by no more than five Monte-Carlo errors √(2p(1 − p)/draws).
#[test]
fn seeds_agree_within_the_monte_carlo_error() {
    let mut random = Random::new(11);
    let market_return = random.normals(N_SESSIONS, 0.01);
    let observations = sample(PLAIN, &market_return, &mut random);
    let p = [1, 2].map(|seed| {
        let mut context = SampleContext::new(observations.iter().collect());
        context.settings.seed = seed;
        let over = context.window(Window::new(0, 0).unwrap());
        let bootstraps = [
            "skewness_adjusted_t",
            "wild_bootstrap_p",
            "block_bootstrap_p",
        ];
        let run = |name: &str| ALL.iter().find(|t| t.name() == name)?.run(&over).p;
        bootstraps.map(|name| run(name).unwrap())
    });
    assert_ne!(p[0], p[1]);
    let draws = SampleSettings::default().n_draws as f64;
    for (a, b) in p[0].iter().zip(&p[1]) {
        let error = (2.0 * b * (1.0 - b) / draws).sqrt();
        assert!((a - b).abs() < 5.0 * error, "{a} {b}");
    }
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let mut random = Random::new(7);
    let market_return = random.normals(N_SESSIONS, 0.01);
    let observations = sample(PLAIN, &market_return, &mut random);
    let figures = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| {
            let context = SampleContext::new(observations.iter().collect());
            let over = context.window(Window::new(-1, 1).unwrap());
            let results = ALL.iter().map(|t| t.run(&over));
            results.map(|r| (r.value, r.p)).collect::<Vec<_>>()
        })
    };
    assert_eq!(figures(1), figures(3));
}
