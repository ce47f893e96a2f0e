//! r̄ of samples too large for pairs, on the made-up markets of `correlation.py`.

use crate::dataset::read;
use crate::ledger::Ledger;
use crate::simulation::random::Random;
use serde_json::Value;
use shockwave::analysis::correlation::CorrelationMethod;
use shockwave::analysis::model::market;
use shockwave::analysis::panel::{Panel, PanelEvent, PanelSample, PanelSettings};
use shockwave::analysis::window::Window;
use shockwave::returns::ReturnKind;
use std::sync::LazyLock;

/// The closed form is this near to the mean of all pairs, relative.
const NEAR: f64 = 0.01;

/// Numbers in [0, 1) from a seed.
fn uniform(seed: u64) -> impl Iterator<Item = f64> {
    let mut random = Random(seed);
    std::iter::repeat_with(move || random.uniform())
}

/// One instrument per event.
struct Market {
    returns: Vec<f64>,
    factor: Vec<f64>,
    events: Vec<PanelEvent>,
    n_sessions: usize,
}

fn made(design: &Value) -> Market {
    let number = |name: &str| design[name].as_u64().expect("a number") as usize;
    let (n, n_sessions) = (number("n"), number("sessions_in_all"));
    let missing = design["missing"].as_f64().expect("a share");
    let centred = |seed| -> Vec<f64> { uniform(seed).take(n_sessions).map(|u| u - 0.5).collect() };
    let (factor, common) = (centred(1), centred(2));
    let (mut own, mut gone) = (uniform(3), uniform(4));
    let mut returns = Vec::with_capacity(n * n_sessions);
    let mut events = Vec::with_capacity(n);
    for i in 0..n {
        let day_0 = number("first") + number("step") * (i % number("sessions"));
        events.push(PanelEvent {
            instrument: i as u32,
            day_0: day_0 as u32,
        });
        for t in 0..n_sessions {
            let own = own.next().expect("a number") - 0.5;
            let is_gone = gone.next().expect("a number") < missing && t != day_0;
            let r = 0.02 * (factor[t] + 0.5 * common[t] + own);
            returns.push(if is_gone { f64::NAN } else { r });
        }
    }
    Market {
        returns,
        factor: factor.iter().map(|x| 0.02 * x).collect(),
        events,
        n_sessions,
    }
}

fn ledger(name: &str, design: &Value) -> Ledger {
    let mut ledger = Ledger::new(name);
    let made = made(design);
    let panel = Panel::new(made.n_sessions, made.returns).expect("a panel");
    let days = |i: usize| design["estimation"][i].as_i64().expect("a day") as i32;
    let settings = PanelSettings {
        estimation: Window::new(days(0), days(1)).expect("a window"),
        event: Window::new(0, 0).expect("a window"),
        min_estimation: 60,
        returns: ReturnKind::Simple,
    };
    let model = market("factor", made.factor.as_slice());
    let sample = PanelSample::fit(&panel, &model, &made.events, settings).expect("a sample");
    let r = sample.mean_correlation().expect("a correlation");
    assert_eq!(r.method, CorrelationMethod::ClosedForm);
    ledger.compare_beside("closed_form_r", Some(r.value), &design["closed"], 0.1);
    let exact = design["exact"].as_f64().expect("a number");
    let difference = (r.value / exact - 1.0).abs();
    let message = format!("{} against {exact} of all pairs", r.value);
    ledger.note(
        difference <= NEAR,
        "closed_form_r-near",
        difference,
        &message,
    );
    ledger
}

/// One ledger per made-up market.
pub static LEDGERS: LazyLock<Vec<Ledger>> = LazyLock::new(|| {
    let answers = read("answers", "correlation");
    let designs = answers.as_object().expect("designs").iter();
    designs.map(|(name, design)| ledger(name, design)).collect()
});

#[test]
fn the_closed_form_of_the_mean_correlation_agrees() {
    assert_eq!(LEDGERS.len(), 3);
    LEDGERS.iter().for_each(|ledger| ledger.finish(2));
}
