//! Do the tests reject a true null in 5 % of samples, and which of them where events cluster, raise
//! the variance or have fat tails? `cargo bench --bench size` prints the whole table.

use crate::simulation::{
    ESTIMATION, N_SESSIONS, PLAIN, Random, Scenario, Spacing, rejections, sample,
};
use shockwave::analysis::inference::{ALL, SampleContext, SampleSettings};
use shockwave::analysis::recommendation::{Reason, Recommendation, recommend};
use shockwave::analysis::window::Window;

const SCENARIOS: [Scenario; 5] = [
    PLAIN,
    Scenario {
        name: "clustered",
        spacing: Spacing::OneSession,
        common: 0.2,
        ..PLAIN
    },
    Scenario {
        name: "event variance",
        event_sd: 2.0,
        ..PLAIN
    },
    Scenario {
        name: "clustered, event variance",
        spacing: Spacing::OneSession,
        common: 0.2,
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
        if scenario.common > 0.0 {
            assert!(rate("patell_z") > 0.20 && rate("bmp_t") > 0.20, "{name}");
        } else if scenario.event_sd > 1.0 {
            assert!(rate("patell_z") > 0.15, "{name}");
        }
    }
}

/// Events of one share whose windows overlap: r̄ is near 1, and the Kolari-Pynnönen test blind.
const ONE_SHARE: Scenario = Scenario {
    name: "one share, overlapping",
    n_events: 12,
    spacing: Spacing::Threes,
    one_share: true,
    ..PLAIN
};

/// All of them in one chain of windows.
const IN_A_ROW: Scenario = Scenario {
    name: "one share, in a row",
    n_events: 20,
    spacing: Spacing::Row,
    ..ONE_SHARE
};

/// Windows of different instruments that overlap in part.
const IN_PART: Scenario = Scenario {
    name: "shares, in part",
    one_share: false,
    common: 0.5,
    ..IN_A_ROW
};

#[test]
fn the_advice_for_repeated_events_of_one_share_sees_what_there_is() {
    let effect = |scenario| Scenario {
        effect: 0.04,
        ..scenario
    };
    for (scenario, bounds) in [
        (ONE_SHARE, 0.0..=0.10),
        (effect(ONE_SHARE), 0.6..=1.0),
        (IN_A_ROW, 0.0..=0.10),
        (IN_PART, 0.0..=0.10),
        (effect(IN_PART), 0.9..=1.0),
    ] {
        let counts = rejections(scenario, 300);
        let rate = |name: &str| counts[name].0 as f64 / counts[name].1 as f64;
        assert_eq!(rate("recommended"), rate("block_bootstrap_p"));
        assert!(
            bounds.contains(&rate("recommended")),
            "{}: {}",
            scenario.name,
            rate("recommended")
        );
        let is_blind = scenario.one_share || scenario.effect == 0.0;
        assert!(!is_blind || rate("kp_bmp_t") < 0.01);
    }
    let [
        _,
        Reason::CrossCorrelation {
            r,
            divisor: Some(needed),
        },
        Reason::OtherSessions {
            divisor: Some(taken),
        },
        ..,
    ] = advice(ONE_SHARE).reasons[..]
    else {
        panic!("{:?}", advice(ONE_SHARE).reasons)
    };
    // Of three events, neighbours have one session of three in common: (1/3 + 2/3 + 1/3)/3 each,
    // over the eleven others.
    assert!((11.0 * r - 4.0 / 9.0).abs() < 0.01, "{r}");
    assert!((needed - ((1.0 + 11.0 * r) / (1.0 - r)).sqrt()).abs() < 1e-9);
    assert!(taken > 1.9, "{taken}");
}

/// A run of windows over a tenth of the estimation window: named, because the bootstrap errs there.
#[test]
fn a_long_run_of_overlapping_windows_is_named() {
    let mut random = Random::new(7);
    let market_return = random.normals(N_SESSIONS, 0.01);
    let observations = sample(IN_A_ROW, &market_return, &mut random);
    let run = |n: usize| {
        let context = SampleContext::new(observations.iter().take(n).collect());
        let reasons = recommend(&context.window(Window::new(0, 2).unwrap())).reasons;
        reasons.into_iter().find_map(|reason| match reason {
            Reason::LongChain {
                n_sessions,
                n_estimation,
            } => Some((n_sessions, n_estimation)),
            _ => None,
        })
    };
    assert_eq!([5, 6].map(run), [None, Some((13, ESTIMATION))]);
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
        Reason::CrossCorrelation { r, divisor: Some(by) } if r > 0.1 && by > 2.0
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
