//! The panel engine against one observation after the other, on awkward data: 50 years, missing
//! days, prices that hardly move, copies of the market, repeated instruments, windows that the
//! data cut off.

#[path = "panel/bulk.rs"]
mod bulk;

#[path = "support/random.rs"]
mod random;

use random::Random;
use shockwave::analysis::abnormal::AbnormalReturns;
use shockwave::analysis::aggregate::aar;
use shockwave::analysis::estimation::estimation_days;
use shockwave::analysis::inference::{ALL, Observation, SampleContext, Undefined};
use shockwave::analysis::model::{
    LinearModel, NormalReturnModel, factors, market, market_adjusted, mean_adjusted,
};
use shockwave::analysis::panel::{Panel, PanelEvent, PanelSample, PanelSettings};
use shockwave::analysis::window::Window;
use shockwave::returns::ReturnKind;

const N_SESSIONS: usize = 12_600;
const N_INSTRUMENTS: usize = 24;

impl Random {
    fn noise(&mut self) -> f64 {
        self.uniform() + self.uniform() + self.uniform() - 1.5
    }
}

fn market_return() -> Vec<f64> {
    let mut random = Random(1);
    (0..N_SESSIONS)
        .map(|t| 0.0004 + 0.01 * random.noise() * if t % 3_000 < 40 { 5.0 } else { 1.0 })
        .collect()
}

fn window(text: &str) -> Window {
    text.parse().unwrap()
}

const SETTINGS: fn() -> PanelSettings = || PanelSettings {
    estimation: window("-250:-11"),
    event: window("-10:10"),
    min_estimation: 60,
    returns: ReturnKind::Simple,
};

/// Each instrument is awkward in another way.
fn returns(market: &[f64]) -> Vec<f64> {
    let mut random = Random(2);
    let mut all = Vec::with_capacity(N_INSTRUMENTS * N_SESSIONS);
    for i in 0..N_INSTRUMENTS {
        for (t, x) in market.iter().enumerate() {
            let plain = 0.9 * x + 0.02 * random.noise();
            let value = match i % 8 {
                // A price near constant: most returns are zero, few a tick of 1e-9.
                1 => 1e-9 * (random.noise() * 1.2).round(),
                // Tiny variance on a large level.
                2 => 0.005 + 1e-7 * random.noise(),
                // Hardly more than the market itself.
                3 => x + 1e-6 * random.noise(),
                // Calm years after a stormy one.
                4 if t > 6_000 => 1e-5 * random.noise(),
                5 if random.uniform() < 0.3 => f64::NAN,
                6 if t % 900 > 600 => f64::NAN,
                // A suspended price: no variance at all.
                7 if t % 2_000 > 1_000 => 0.0,
                _ => plain,
            };
            all.push(value);
        }
    }
    all
}

fn events(n: usize, seed: u64) -> Vec<PanelEvent> {
    let mut random = Random(seed);
    let mut event = || PanelEvent {
        instrument: (random.uniform() * N_INSTRUMENTS as f64) as u32,
        day_0: (random.uniform() * N_SESSIONS as f64) as u32,
    };
    let mut events: Vec<PanelEvent> = (0..n).map(|_| event()).collect();
    let at = |instrument, day_0| PanelEvent { instrument, day_0 };
    let last = N_SESSIONS as u32 - 1;
    // The ends of the data, one session for many, the same event twice, and two impossible ones.
    events.extend([
        at(0, 0),
        at(0, 75),
        at(0, 120),
        at(8, last),
        at(8, last - 3),
    ]);
    events.extend((0..N_INSTRUMENTS as u32).map(|i| at(i, 5_000)));
    events.extend([at(3, 700), at(3, 700), at(99, 700), at(3, last + 1)]);
    events
}

fn models(market_return: &[f64]) -> Vec<LinearModel<'_>> {
    let mut random = Random(3);
    let mut column = |name: &str, load: f64| {
        let column = market_return
            .iter()
            .map(|x| load * x + 0.006 * random.noise());
        (name.to_owned(), column.collect::<Vec<f64>>().into())
    };
    let mut columns = vec![("m".to_owned(), market_return.into())];
    columns.extend([column("a", 0.5), column("b", 0.0), column("c", 1.0)]);
    vec![
        market("m", market_return),
        mean_adjusted(),
        market_adjusted(market_return),
        factors(columns),
    ]
}

/// One event the ordinary way.
fn observe(
    panel: &Panel,
    model: &LinearModel,
    event: PanelEvent,
    masked: &[Vec<bool>],
) -> Option<Observation> {
    let settings = SETTINGS();
    let (instrument, day_0) = (event.instrument as usize, event.day_0 as usize);
    if instrument >= N_INSTRUMENTS || day_0 >= N_SESSIONS {
        return None;
    }
    let returns = panel.returns(instrument);
    let masked = masked.get(instrument).map_or(&[][..], Vec::as_slice);
    let days = estimation_days(returns, model, masked, settings.estimation, day_0);
    if !returns[day_0].is_finite() || days.len() < settings.min_estimation {
        return None;
    }
    let fit = model.fit(returns, &days).ok()?;
    let (kind, window) = (settings.returns, settings.event);
    Some(Observation {
        instrument,
        day_0,
        abnormal: AbnormalReturns::new(returns, kind, model, &fit, window, day_0),
        estimation_days: days,
        residuals: fit.residuals.clone(),
        residual_sd: fit.residual_sd,
        n_parameters: fit.n_parameters,
    })
}

/// Agreement to 1e-10 of the figure, or of what it is measured against.
fn assert_close(panel: f64, slices: f64, scale: f64, what: &str) {
    let bound = 1e-10 * slices.abs().max(scale);
    assert!(
        (panel - slices).abs() <= bound,
        "{what}: {panel:e} {slices:e}"
    );
}

fn compare(panel: &Panel, model: &LinearModel, events: &[PanelEvent]) {
    let sample = PanelSample::fit(panel, model, events, SETTINGS()).unwrap();
    compare_sample(panel, model, events, &sample, &[]);
}

/// Compares a sample with the slices; `masked` has flags of sessions by instrument, or nothing.
fn compare_sample(
    panel: &Panel,
    model: &LinearModel,
    events: &[PanelEvent],
    sample: &PanelSample,
    masked: &[Vec<bool>],
) {
    let observed = events.iter().map(|&e| observe(panel, model, e, masked));
    let slices: Vec<Option<Observation>> = observed.collect();
    assert_eq!(sample.n(), slices.iter().flatten().count());
    assert_eq!(sample.excluded().len(), events.len() - sample.n());
    let observations: Vec<&Observation> = sample
        .given()
        .iter()
        .map(|&i| slices[i as usize].as_ref().expect("a fit in both"))
        .collect();
    for (sd, observation) in sample.residual_sds().iter().zip(&observations) {
        assert_close(*sd, observation.residual_sd, 0.0, "s");
    }
    let mut context = SampleContext::new(observations.clone());
    context.factors = model.common_factors().ok_or(Undefined::NoFactorModel);
    for text in ["0:0", "-1:1", "-10:10", "2:5"] {
        let cars = sample.cars(window(text));
        for (car, observation) in cars.cars.iter().zip(&observations) {
            let Some(expected) = observation.car(window(text)) else {
                assert_eq!(car.n_days, 0);
                continue;
            };
            assert_eq!(car.n_days, expected.n_days);
            // A return on a level of 0.5 % carries rounding of its own, 1e-10 of sds of 1e-8.
            let own = observation.abnormal.returns_present(window(text));
            let level: f64 = own.map(|(_, r)| r.abs()).sum();
            let scale = expected.sd + 8.0 * f64::EPSILON * level / 1e-10;
            assert_close(car.car, expected.car, scale, "car");
            assert_close(car.sd, expected.sd, 0.0, "sd");
            let in_sds = scale / expected.sd;
            assert_close(car.scar, expected.scar, in_sds, "scar");
            assert_close(car.csar, expected.csar, 5.0 * in_sds, "csar");
            // 21 returns compound around 1 and more: their rounding is 3e-14.
            assert_close(car.bhar, expected.bhar, expected.sd.max(3e-4), "bhar");
        }
        let over = context.window(window(text));
        for (name, result) in sample.tests(&cars) {
            let test = ALL.iter().find(|t| t.name() == name).unwrap();
            let expected = test.run(&over);
            let what = format!("{name} {text} {}", model.name());
            assert_eq!(result.n, expected.n, "{what}");
            assert_eq!(result.law, expected.law, "{what}");
            let code = |u: &Option<Undefined>| u.as_ref().map(Undefined::code);
            assert_eq!(code(&result.undefined), code(&expected.undefined), "{what}");
            if let (Some(value), Some(other)) = (result.value, expected.value) {
                assert_close(value, other, 1.0, &what);
            }
        }
    }
    let (own, other) = (sample.mean_correlation(), context.mean_correlation());
    let (own, other) = (own.unwrap(), other.unwrap());
    assert_eq!((own.method, own.n_pairs), (other.method, other.n_pairs));
    assert_close(own.value, other.value, 1e-2, "r");
    let days = sample.aars();
    assert_eq!(days.len(), 21);
    for (day, expected) in days.iter().zip(aar(&observations, SETTINGS().event)) {
        assert_eq!(
            (day.relative_day, day.n),
            (expected.relative_day, expected.n)
        );
        let sd = expected.sd.unwrap();
        assert_close(day.sd.unwrap(), sd, 0.0, "sd of an AAR");
        assert_close(day.aar.unwrap(), expected.aar.unwrap(), sd, "AAR");
        assert_close(day.caar.unwrap(), expected.caar.unwrap(), 5.0 * sd, "CAAR");
    }
}

#[test]
fn every_figure_is_that_of_the_slices() {
    let x = market_return();
    let panel = Panel::new(N_SESSIONS, returns(&x)).unwrap();
    for model in models(&x) {
        // Few events, so that each window has its own sums; and many, so that they share them.
        compare(&panel, &model, &events(60, 4));
        compare(&panel, &model, &events(1_500, 5));
    }
}

#[test]
fn a_sample_beyond_the_exact_correlation_agrees_too() {
    let x = market_return();
    let panel = Panel::new(N_SESSIONS, returns(&x)).unwrap();
    let models = models(&x);
    compare(&panel, &models[0], &events(4_000, 6));
    compare(&panel, &models[2], &events(4_000, 7));
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let x = market_return();
    let panel = Panel::new(N_SESSIONS, returns(&x)).unwrap();
    let model = market("m", x.as_slice());
    let figures = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| {
            let events = events(6_000, 8);
            let sample = PanelSample::fit(&panel, &model, &events, SETTINGS()).unwrap();
            let cars = sample.cars(window("-1:1"));
            let tests = sample.tests(&cars).into_iter();
            tests.map(|(_, t)| (t.value, t.p)).collect::<Vec<_>>()
        })
    };
    assert_eq!(figures(1), figures(3));
}
