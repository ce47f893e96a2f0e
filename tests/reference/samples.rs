//! Averages and tests of samples.

use crate::dataset::{Dataset, MODELS, NAMES};
use crate::ledger::Ledger;
use crate::observations::observe;
use serde_json::Value;
use shockwave::analysis::aggregate::aar;
use shockwave::analysis::inference::{
    ALL, Law, Observation, SampleContext, TestStatistic, Undefined,
};
use shockwave::analysis::model::NormalReturnModel;
use shockwave::analysis::recommendation::recommend;

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
    ledger.compare(place, result.value, &answer["value"]);
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
        ledger.compare(&format!("{place} p"), result.p, &answer["p"]);
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
        let mut at = |statistic: &str, actual: Option<f64>| {
            let answer = &data.answers[statistic][model][group][&key];
            let place = format!("{statistic} {model} {group} {key}");
            ledger.compare(&place, actual, answer);
        };
        at("aar_n", Some(day.n as f64));
        at("aar", day.aar);
        at("caar", day.caar);
        at("aar_sd", day.sd);
        at("aar_low", day.test.map(|t| t.low));
        at("aar_high", day.test.map(|t| t.high));
    }
}

fn compare_tests(ledger: &mut Ledger, data: &Dataset, context: &SampleContext, at: [&str; 2]) {
    let [model, group] = at;
    let r = context.mean_correlation().map(|r| r.value);
    let answer = &data.answers["mean_residual_correlation"][model][group];
    ledger.compare(&format!("r {model} {group}"), r, answer);
    for &window in data.windows.car() {
        let key = format!("{}:{}", window.start().0, window.end().0);
        let sample = context.window(window);
        for test in ALL {
            let answer = &data.answers[test.name()][model][group][&key];
            // The bootstraps have tests of their own.
            if !answer.is_null() {
                let place = format!("{} {model} {group} {key}", test.name());
                compare_test(ledger, &place, &test.run(&sample), answer);
            }
        }
    }
}

#[test]
fn sample_averages_and_tests_agree() {
    for name in NAMES {
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
                context.settings.n_draws = 99;
                context.factors = if model == "market-ex" {
                    Err(Undefined::InstrumentSpecificRegressor)
                } else {
                    regressors.common_factors().ok_or(Undefined::NoFactorModel)
                };
                compare_tests(&mut ledger, &data, &context, [model, group]);
            }
        }
        ledger.finish(1_000);
    }
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
