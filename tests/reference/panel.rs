//! The panel engine against the same answers as one observation after the other.

use crate::dataset::{Dataset, MODELS, NAMES};
use crate::ledger::Ledger;
use crate::observations::observe;
use crate::samples::compare_test;
use shockwave::analysis::panel::{Panel, PanelEvent, PanelSample, PanelSettings};
use shockwave::returns::ReturnKind;
use std::sync::LazyLock;

/// One ledger per data set.
pub static LEDGERS: LazyLock<Vec<Ledger>> = LazyLock::new(|| NAMES.map(ledger).into());

fn ledger(name: &'static str) -> Ledger {
    let data = Dataset::load(name);
    let mut ledger = Ledger::new(name);
    let symbols: Vec<&String> = data.returns.keys().collect();
    let n_sessions = data.returns[&data.benchmark].len();
    let returns = data.returns.values().flatten().copied().collect();
    let panel = Panel::new(n_sessions, returns).unwrap();
    let event = |e: &crate::dataset::DatasetEvent| PanelEvent {
        instrument: symbols.iter().position(|s| **s == e.instrument).unwrap() as u32,
        day_0: e.day_0 as u32,
    };
    let settings = PanelSettings {
        estimation: data.windows.estimation(),
        event: data.windows.event(),
        min_estimation: data.min_estimation,
        returns: ReturnKind::Simple,
    };
    // A market without the instrument itself differs from row to row: not for a panel.
    for model_name in MODELS.into_iter().filter(|m| *m != "market-ex") {
        let model = data.model(model_name, &data.benchmark);
        let groups = data.answers["aar"][model_name].as_object().expect("groups");
        for group in groups.keys() {
            let members = data
                .events
                .iter()
                .filter(|e| group == "all" || e.group == *group);
            let members: Vec<_> = members.collect();
            let events: Vec<PanelEvent> = members.iter().map(|e| event(e)).collect();
            let sample = PanelSample::fit(&panel, &model, &events, settings).unwrap();
            for (i, member) in members.iter().enumerate() {
                let used = sample.given().contains(&(i as u32));
                assert_eq!(used, observe(&data, member, &model, &[]).is_ok());
            }
            for &window in data.windows.car() {
                let key = format!("{}:{}", window.start().0, window.end().0);
                for (test, result) in sample.tests(&sample.cars(window)) {
                    let answer = &data.answers[test][model_name][group][&key];
                    let place = format!("panel_{test} {model_name} {group} {key}");
                    compare_test(&mut ledger, &place, &result, answer);
                }
            }
        }
    }
    ledger
}

#[test]
fn the_panel_engine_agrees_with_the_answers() {
    LEDGERS.iter().for_each(|ledger| ledger.finish(1_000));
}
