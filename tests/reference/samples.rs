//! Averages and tests of samples.

use crate::dataset::{Dataset, MODELS, NAMES};
use crate::ledger::Ledger;
use crate::observations::observe;
use serde_json::Value;
use shockwave::analysis::aggregate::{aar, mean_and_sd};
use shockwave::analysis::diagnostics::event_induced_variance;
use shockwave::analysis::inference::{
    ALL, Law, Observation, SampleContext, TestStatistic, Undefined,
};
use shockwave::analysis::model::NormalReturnModel;
use shockwave::analysis::recommendation::recommend;
use std::sync::LazyLock;

/// The used observations of a group (`all` for every one).
pub fn sample(data: &Dataset, group: &str, model_name: &'static str) -> Vec<Observation> {
    let members = data
        .events
        .iter()
        .filter(|e| group == "all" || e.group == group);
    members
        .filter_map(|event| {
            let model = data.model(model_name, &event.instrument);
            let observed = observe(data, event, &model, &[]).ok()?;
            let instrument = data.returns.keys().position(|k| *k == event.instrument)?;
            Some(Observation {
                instrument,
                day_0: event.day_0,
                abnormal: observed.abnormal,
                estimation_days: observed.days,
                residuals: observed.fitted.residuals.clone(),
                residual_sd: observed.fitted.residual_sd,
                n_parameters: model.regressors().len()
                    + usize::from(observed.fitted.alpha.is_some()),
            })
        })
        .collect()
}

/// Value, law, p and n, or the reason; a p of resamples has no answer and must only be there.
pub fn compare_test(ledger: &mut Ledger, place: &str, result: &TestStatistic, answer: &Value) {
    let reason = result.undefined.as_ref().map(Undefined::code);
    if reason != answer["undefined"].as_str() {
        ledger.fail(place, &format!("{reason:?} against {answer}"));
        return;
    }
    ledger.compare_beside(place, result.value, &answer["value"], 1.0);
    if reason.is_some() {
        return;
    }
    let law = match result.law {
        Some(Law::StudentT(_)) => "t",
        Some(Law::Normal) => "normal",
        Some(Law::Exact) => "exact",
        _ => "bootstrap",
    };
    if answer["law"] != law {
        ledger.fail(place, &format!("law {law} against {answer}"));
    }
    if law != "bootstrap" {
        ledger.compare_p(&format!("{place} p"), result.p, &answer["p"]);
    } else if !result.p.is_some_and(|p| 0.0 < p && p <= 1.0) {
        ledger.fail(place, &format!("p {:?}", result.p));
    }
    if law == "t" {
        ledger.compare(&format!("{place} df"), result.df(), &answer["df"]);
    }
    ledger.compare(&format!("{place} n"), Some(result.n as f64), &answer["n"]);
}

fn compare_averages(ledger: &mut Ledger, data: &Dataset, sample: &[&Observation], at: [&str; 2]) {
    let [model, group] = at;
    for day in aar(sample, data.windows.event()) {
        let key = day.relative_day.0.to_string();
        let scale = day.sd.unwrap_or(1.0);
        let mut at = |statistic: &str, actual: Option<f64>, scale: f64| {
            let answer = &data.answers[statistic][model][group][&key];
            let place = format!("{statistic} {model} {group} {key}");
            ledger.compare_beside(&place, actual, answer, scale);
        };
        at("aar_n", Some(day.n as f64), 1.0);
        at("aar", day.aar, scale);
        at("caar", day.caar, scale);
        at("aar_sd", day.sd, 0.0);
        at("aar_low", day.test.map(|t| t.low), scale);
        at("aar_high", day.test.map(|t| t.high), scale);
        at("aar_t", day.test.map(|t| t.t), 1.0);
        let place = format!("aar_p {model} {group} {key}");
        let answer = &data.answers["aar_p"][model][group][&key];
        ledger.compare_p(&place, day.test.map(|t| t.p), answer);
    }
}

/// The mean CAR of each window.
fn compare_means(ledger: &mut Ledger, data: &Dataset, context: &SampleContext, at: [&str; 2]) {
    let [model, group] = at;
    for &window in data.windows.car() {
        let key = format!("{}:{}", window.start().0, window.end().0);
        let cars = context.window(window).figures(|c| c.car);
        let spread = mean_and_sd(&cars).map_or(1.0, |(_, sd)| sd);
        let mean = cars.iter().sum::<f64>() / cars.len() as f64;
        let answer = &data.answers["window_caar"][model][group][&key];
        let place = format!("window_caar {model} {group} {key}");
        ledger.compare_beside(&place, Some(mean), answer, spread);
    }
}

fn compare_tests(ledger: &mut Ledger, data: &Dataset, context: &SampleContext, at: [&str; 2]) {
    let [model, group] = at;
    let r = context.mean_correlation().map(|r| r.value);
    let answer = &data.answers["mean_residual_correlation"][model][group];
    let place = format!("mean_residual_correlation {model} {group}");
    ledger.compare_beside(&place, r, answer, 1.0);
    for &window in data.windows.car() {
        let key = format!("{}:{}", window.start().0, window.end().0);
        let sample = context.window(window);
        for test in ALL {
            let answer = &data.answers[test.name()][model][group][&key];
            // The p of the bootstraps is compared below.
            if !answer.is_null() {
                let place = format!("{} {model} {group} {key}", test.name());
                compare_test(ledger, &place, &test.run(&sample), answer);
            }
        }
    }
}

/// Draws of the resampling tests where they are compared, and elsewhere.
const DRAWS: usize = 1_999;
const FEW_DRAWS: usize = 99;

/// The p of resamples against numpy's, within five Monte-Carlo errors of both; a p that is
/// counted agrees exactly.
fn compare_resampled(ledger: &mut Ledger, data: &Dataset, context: &SampleContext, group: &str) {
    let answers = &data.answers["resampled"]["market"][group];
    for (name, windows) in answers.as_object().expect("tests") {
        let test = ALL.iter().find(|t| t.name() == name).expect("a test");
        for &window in data.windows.car() {
            let key = format!("{}:{}", window.start().0, window.end().0);
            let (answer, result) = (&windows[&key], test.run(&context.window(window)));
            let place = format!("{name}-resampled market {group} {key}");
            let (Some(p), Some(expected)) = (result.p, answer["p"].as_f64()) else {
                let reason = result.undefined.as_ref().map(Undefined::code);
                let same = reason == answer["undefined"].as_str();
                ledger.note(same, &place, 0.0, &format!("{reason:?} against {answer}"));
                continue;
            };
            let Some(draws) = answer["draws"].as_f64() else {
                let counted = matches!(result.law, Some(Law::Exact | Law::AllResamples { .. }));
                assert!(counted, "{place}");
                ledger.compare_counted(&place, Some(p), &answer["p"]);
                continue;
            };
            let draws = 1.0 / draws + 1.0 / DRAWS as f64;
            // A p of both tails is twice a share; one of no draw at all is known to 1/draws.
            let tails = if *name == "skewness_adjusted_t" {
                2.0
            } else {
                1.0
            };
            let error = (expected * (tails - expected) * draws).sqrt() + 2.0 / DRAWS as f64;
            let difference = (p - expected).abs();
            let message = format!("{p} against {expected}");
            ledger.note(difference <= 5.0 * error, &place, difference, &message);
        }
    }
}

fn compare_variance(ledger: &mut Ledger, data: &Dataset, context: &SampleContext, group: &str) {
    for &window in data.windows.car() {
        let key = format!("{}:{}", window.start().0, window.end().0);
        let answer = &data.answers["event_induced_variance"]["market"][group][&key];
        let result = event_induced_variance(&context.window(window));
        let place = format!("event_induced_variance {group} {key}");
        ledger.compare(&place, result.value, &answer["value"]);
        ledger.compare_p(&place, result.p, &answer["p"]);
    }
}

/// One ledger per data set.
pub static LEDGERS: LazyLock<Vec<Ledger>> = LazyLock::new(|| NAMES.map(ledger).into());

fn ledger(name: &str) -> Ledger {
    let data = Dataset::load(name);
    let mut ledger = Ledger::new(name);
    for model in MODELS {
        let groups = data.answers["aar"][model].as_object().expect("groups");
        for group in groups.keys() {
            let observations = sample(&data, group, model);
            let refs: Vec<&Observation> = observations.iter().collect();
            compare_averages(&mut ledger, &data, &refs, [model, group]);
            let regressors = data.model(model, &data.benchmark);
            let mut context = SampleContext::new(refs);
            context.settings.n_draws = FEW_DRAWS;
            context.factors = if model == "market-ex" {
                Err(Undefined::InstrumentSpecificRegressor)
            } else {
                regressors.common_factors().ok_or(Undefined::NoFactorModel)
            };
            compare_means(&mut ledger, &data, &context, [model, group]);
            compare_tests(&mut ledger, &data, &context, [model, group]);
            if model == "market" {
                context.settings.n_draws = DRAWS;
                compare_resampled(&mut ledger, &data, &context, group);
                compare_variance(&mut ledger, &data, &context, group);
            }
        }
    }
    ledger
}

#[test]
fn sample_averages_and_tests_agree() {
    LEDGERS.iter().for_each(|ledger| ledger.finish(1_000));
}

/// Three series that mirror one another: r̄ leaves the Kolari-Pynnönen statistics undefined, and
/// the advice is the test that needs no r̄.
#[test]
fn mirrored_events_have_no_adjusted_statistic() {
    let data = Dataset::load("hostile");
    let observations = sample(&data, "antithetic", "mean-adjusted");
    let context = SampleContext::new(observations.iter().collect());
    let over = context.window(data.windows.car()[0]);
    for name in ["kp_patell_z", "kp_bmp_t"] {
        let test = ALL.iter().find(|t| t.name() == name).unwrap();
        let reason = test.run(&over).undefined.unwrap();
        assert!(matches!(reason, Undefined::NegativeCorrelation { n: 3, r } if r < -0.5));
    }
    assert_eq!(recommend(&over).test, "block_bootstrap_p");
}
