//! Simulated samples without an effect, and how often tests reject. Shared by the tests of size and
//! the bench that prints the whole table; the same numbers on every run.

#[path = "../support/random.rs"]
pub mod random;

use rayon::prelude::*;
use shockwave::analysis::abnormal::AbnormalReturns;
use shockwave::analysis::inference::{ALL, Observation, SampleContext, Undefined};
use shockwave::analysis::model::{NormalReturnModel, market};
use shockwave::analysis::recommendation::recommend;
use shockwave::analysis::window::Window;
use shockwave::returns::ReturnKind;
use std::collections::BTreeMap;

pub const ESTIMATION: usize = 120;
pub const N_SESSIONS: usize = 900;

/// What a simulated sample looks like.
#[derive(Clone, Copy)]
pub struct Scenario {
    pub name: &'static str,
    pub n_events: usize,
    pub spacing: Spacing,
    /// Part of the variance that the errors of all instruments share.
    pub common: f64,
    /// Factor on the sd of the event days.
    pub event_sd: f64,
    /// Student's t with 3 degrees of freedom instead of normal errors.
    pub fat_tails: bool,
    /// One instrument has all events.
    pub one_share: bool,
    /// What the event adds to the return of day 0.
    pub effect: f64,
}

/// How the events lie in time; windows are [0, +2].
#[derive(Clone, Copy, PartialEq)]
pub enum Spacing {
    /// No windows overlap.
    Apart,
    /// All on one session.
    OneSession,
    /// Threes, two sessions apart.
    Threes,
    /// All in a row, two sessions apart.
    Row,
}

impl Spacing {
    /// Day 0 of an event.
    pub fn day_0(self, event: usize) -> usize {
        match self {
            Spacing::Apart => 150 + event * 24,
            Spacing::OneSession => 400,
            Spacing::Threes => 150 + event / 3 * 30 + event % 3 * 2,
            Spacing::Row => 400 + 2 * event,
        }
    }
}

pub const PLAIN: Scenario = Scenario {
    name: "plain",
    n_events: 30,
    spacing: Spacing::Apart,
    common: 0.0,
    event_sd: 1.0,
    fat_tails: false,
    one_share: false,
    effect: 0.0,
};

/// The numbers of one simulation.
pub struct Random(random::Random);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(random::Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    fn uniform(&mut self) -> f64 {
        self.0.uniform()
    }

    fn normal(&mut self) -> f64 {
        let (u, v) = (self.uniform(), self.uniform());
        (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    pub fn normals(&mut self, n: usize, sd: f64) -> Vec<f64> {
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

/// The observations of a scenario: an instrument per event, or one that has them all.
pub fn sample(scenario: Scenario, market_return: &[f64], random: &mut Random) -> Vec<Observation> {
    let common = random.normals(N_SESSIONS, 1.0);
    let model = market("market", market_return);
    let rho = if scenario.one_share {
        1.0
    } else {
        scenario.common
    };
    let one = |event: usize| {
        let day_0 = scenario.spacing.day_0(event);
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
            let effect = if t == day_0 { scenario.effect } else { 0.0 };
            returns[t] = effect + 0.0004 + 1.1 * market_return[t] + 0.02 * sd * e;
        }
        let fit = model.fit(&returns, &days).unwrap();
        let (kind, event_window) = (ReturnKind::Simple, Window::new(-1, 3).unwrap());
        Observation {
            instrument: if scenario.one_share { 0 } else { event },
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
pub fn rejections(scenario: Scenario, n_samples: u64) -> BTreeMap<&'static str, (usize, usize)> {
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
