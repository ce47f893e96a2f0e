//! The joint regression against one least-squares regression with all its dummies.

use crate::dataset::{Dataset, DatasetEvent, NAMES};
use crate::ledger::Ledger;
use crate::observations::reaction_sessions;
use serde_json::Value;
use shockwave::analysis::inference::Undefined;
use shockwave::analysis::joint::{Joint, JointEstimate, JointSettings, joint};
use shockwave::analysis::window::Window;
use std::sync::LazyLock;

fn fit(data: &Dataset, event: &DatasetEvent, model: &'static str) -> Result<Joint, Undefined> {
    let others = reaction_sessions(data, &event.instrument, Some(&event.id));
    let returns = &data.returns[&event.instrument];
    let settings = JointSettings {
        windows: &data.windows,
        reaction: Window::new(0, 1).unwrap(),
        min_estimation: data.min_estimation,
        hac: true,
    };
    let model = data.model(model, &event.instrument);
    joint(returns, &model, &others, event.day_0, &settings)
}

/// Answers of one event by statistic.
type Answers<'a> = dyn Fn(&str) -> &'a Value + 'a;

fn compare_estimate(
    ledger: &mut Ledger,
    [name, place]: [&str; 2],
    figure: Option<JointEstimate>,
    [value, sd, hac_sd]: [&Value; 3],
) {
    let scale = sd.as_f64().unwrap_or(1.0);
    let at = |suffix: &str| format!("{name}{suffix} {place}");
    ledger.compare_beside(&at(""), figure.map(|f| f.value), value, scale);
    ledger.compare_beside(&at("_sd"), figure.map(|f| f.sd), sd, 0.0);
    let hac = figure.and_then(|f| f.hac_sd);
    ledger.compare_beside(&at("_hac_sd"), hac, hac_sd, scale);
}

fn compare(ledger: &mut Ledger, place: &str, data: &Dataset, found: &Joint, at: &Answers) {
    let counts = [
        ("joint_n", found.n as f64),
        ("joint_df", found.df),
        ("joint_lags", found.lags as f64),
    ];
    for (name, count) in counts {
        ledger.compare(&format!("{name} {place}"), Some(count), at(name));
    }
    for day in data.windows.event().days() {
        let (key, place) = (day.0.to_string(), format!("{place} {}", day.0));
        let names = ["joint_ar", "joint_ar_sd", "joint_ar_hac_sd"];
        let answers = names.map(|name| &at(name)[&key]);
        match found.ar(day) {
            // The answers have no entry for a day without a return.
            None => {
                let place = format!("joint_ar {place}");
                ledger.note(answers[0].is_null(), &place, 0.0, "a day without a dummy");
            }
            figure => compare_estimate(ledger, ["joint_ar", &place], figure, answers),
        }
    }
    for &window in data.windows.car() {
        let key = format!("{}:{}", window.start().0, window.end().0);
        let place = format!("{place} {key}");
        let names = ["car_joint", "car_joint_sd", "car_joint_hac_sd"];
        let figure = found.car(window);
        let answers = names.map(|name| &at(name)[&key]);
        compare_estimate(ledger, ["car_joint", &place], figure, answers);
        let n_days = figure.map(|f| f.n_days as f64);
        let place = format!("joint_n_days {place}");
        ledger.compare(&place, n_days, &at("joint_n_days")[&key]);
    }
}

/// One ledger per data set.
pub static LEDGERS: LazyLock<Vec<Ledger>> = LazyLock::new(|| NAMES.map(ledger).into());

fn ledger(name: &'static str) -> Ledger {
    let data = Dataset::load(name);
    let mut ledger = Ledger::new(name);
    for model in ["market", "ff3"] {
        let status = &data.answers["status"][model];
        let events = data.events.iter();
        for event in events.filter(|e| status[&e.id]["status"] != "excluded") {
            let at = |statistic: &str| &data.answers[statistic][model][&event.id];
            let place = format!("{model} {}", event.id);
            match fit(&data, event, model) {
                Ok(found) => compare(&mut ledger, &place, &data, &found, &at),
                Err(reason) => {
                    let answer = &at("car_joint")["undefined"];
                    let message = format!("{reason} against {answer}");
                    let place = format!("car_joint {place}");
                    ledger.note(answer == reason.code(), &place, 0.0, &message);
                }
            }
        }
    }
    ledger
}

#[test]
fn joint_regressions_agree_with_statsmodels() {
    LEDGERS.iter().for_each(|ledger| ledger.finish(3_000));
}
