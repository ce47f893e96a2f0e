//! Averages and tests of samples.

use crate::dataset::{Dataset, MODELS, NAMES};
use crate::ledger::Ledger;
use crate::observations::observe;
use shockwave::analysis::aggregate::aar;
use shockwave::analysis::inference::{ALL, Observation};
use shockwave::analysis::model::NormalReturnModel;

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
            Some(Observation {
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

#[test]
fn sample_averages_and_tests_agree() {
    for name in NAMES {
        let data = Dataset::load(name);
        let mut ledger = Ledger::new(name);
        for model in MODELS {
            let groups = data.answers["aar"][model]
                .as_object()
                .expect("groups")
                .clone();
            for group in groups.keys() {
                let observations = sample(&data, group, model);
                let refs: Vec<&Observation> = observations.iter().collect();
                for day in aar(&refs, data.windows.event()) {
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
                for &window in data.windows.car() {
                    let key = format!("{}:{}", window.start().0, window.end().0);
                    for test in ALL {
                        let result = test.run(&refs, window);
                        let answer = &data.answers[test.name()][model][group][&key];
                        let place = format!("{} {model} {group} {key}", test.name());
                        ledger.compare(&place, result.value, &answer["value"]);
                        if result.value.is_some() {
                            ledger.compare(&format!("{place} p"), result.p, &answer["p"]);
                        }
                    }
                }
            }
        }
        ledger.finish(1_000);
    }
}
