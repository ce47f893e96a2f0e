//! The joint regression against one least-squares regression with all its dummies.

use crate::dataset::{Dataset, DatasetEvent, NAMES};
use crate::ledger::Ledger;
use crate::observations::reaction_sessions;
use serde_json::Value;
use shockwave::analysis::inference::Undefined;
use shockwave::analysis::joint::{Joint, JointEstimate, JointSettings, joint};
use shockwave::analysis::window::Window;

fn fit(data: &Dataset, event: &DatasetEvent, model: &'static str) -> Result<Joint, Undefined> {
    let others = reaction_sessions(data, &event.instrument, Some(&event.id));
    let returns = &data.returns[&event.instrument];
    let settings = JointSettings {
        windows: &data.windows,
        reaction: Window::new(0, 1).unwrap(),
        min_estimation: data.min_estimation,
    };
    let model = data.model(model, &event.instrument);
    joint(returns, &model, &others, event.day_0, &settings)
}

/// Answers of one event by statistic.
type Answers<'a> = dyn Fn(&str) -> &'a Value + 'a;

fn compare_estimate(
    ledger: &mut Ledger,
    place: &str,
    figure: Option<JointEstimate>,
    [value, sd, hac_sd]: [&Value; 3],
) {
    ledger.compare(place, figure.map(|f| f.value), value);
    ledger.compare(&format!("{place} sd"), figure.map(|f| f.sd), sd);
    let hac = figure.and_then(|f| f.hac_sd);
    ledger.compare(&format!("{place} hac_sd"), hac, hac_sd);
}

fn compare(ledger: &mut Ledger, place: &str, data: &Dataset, found: &Joint, at: &Answers) {
    ledger.compare(place, Some(found.n as f64), at("joint_n"));
    ledger.compare(place, Some(found.df), at("joint_df"));
    ledger.compare(place, Some(found.lags as f64), at("joint_lags"));
    for day in data.windows.event().days() {
        let (key, place) = (day.0.to_string(), format!("{place} {}", day.0));
        let names = ["joint_ar", "joint_ar_sd", "joint_ar_hac_sd"];
        let answers = names.map(|name| &at(name)[&key]);
        match found.ar(day) {
            // The answers have no entry for a day without a return.
            None => ledger.note(answers[0].is_null(), &place, "a day without a dummy"),
            figure => compare_estimate(ledger, &place, figure, answers),
        }
    }
    for &window in data.windows.car() {
        let key = format!("{}:{}", window.start().0, window.end().0);
        let place = format!("{place} {key}");
        let names = ["car_joint", "car_joint_sd", "car_joint_hac_sd"];
        let figure = found.car(window);
        compare_estimate(ledger, &place, figure, names.map(|name| &at(name)[&key]));
        let n_days = figure.map(|f| f.n_days as f64);
        ledger.compare(&place, n_days, &at("joint_n_days")[&key]);
    }
}

#[test]
fn joint_regressions_agree_with_statsmodels() {
    for name in NAMES {
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
                        ledger.note(answer == reason.code(), &place, &message);
                    }
                }
            }
        }
        ledger.finish(3_000);
    }
}
