//! Scans against another program: figures of single sessions, false-discovery rates, conditional
//! scales, volumes, and the association with its shifts.

use crate::dataset::{Dataset, NAMES, column, read};
use crate::ledger::Ledger;
use serde_json::Value;
use shockwave::analysis::multiple_testing::benjamini_hochberg;
use shockwave::analysis::scan::{
    Rolling, ScanWindow, SessionFigures, Shifts, Unscanned, association, conditional_scale,
    rolling_z,
};
use shockwave::analysis::volume::log_volume;
use shockwave::analysis::window::Window;
use std::sync::LazyLock;

type Figures = Vec<Result<SessionFigures, Unscanned>>;

/// One instrument under one model.
struct Case<'a> {
    data: &'a Dataset,
    answers: &'a Value,
    place: String,
    instrument: &'a str,
    start: usize,
    window: ScanWindow,
}

/// One ledger per data set.
pub static LEDGERS: LazyLock<Vec<Ledger>> = LazyLock::new(|| NAMES.map(ledger).into());

fn ledger(name: &str) -> Ledger {
    let all = read("answers", "scan");
    let data = Dataset::load(name);
    let volumes = read("datasets", name);
    let mut ledger = Ledger::new(name);
    let models = all[name]["models"].as_object().expect("models");
    for (model_name, instruments) in models {
        let model_name = crate::dataset::MODELS
            .into_iter()
            .find(|m| m == model_name)
            .expect("a model");
        for (instrument, answers) in instruments.as_object().expect("instruments") {
            let case = Case {
                data: &data,
                answers,
                place: format!("{model_name} {instrument}"),
                instrument,
                start: all[name]["start"].as_u64().expect("a start") as usize,
                window: ScanWindow {
                    estimation: data.windows.estimation(),
                    min_estimation: data.min_estimation,
                },
            };
            let model = data.model(model_name, instrument);
            let returns = &data.returns[instrument];
            let rolling = Rolling::new(&model, returns, &[], case.window).unwrap();
            let figures = rolling.figures(0..returns.len());
            case.sessions(&figures, &mut ledger);
            case.volume(&volumes, &mut ledger);
            case.association(&figures, &mut ledger);
            if !answers["conditional"].is_null() {
                case.conditional(&figures, &mut ledger);
            }
        }
    }
    ledger
}

#[test]
fn every_session_agrees_with_the_answers() {
    let least = [5_000, 1_500, 5_000];
    LEDGERS.iter().zip(least).for_each(|(l, n)| l.finish(n));
}

impl Case<'_> {
    fn sessions(&self, figures: &Figures, ledger: &mut Ledger) {
        let p: Vec<Option<f64>> = figures[self.start..]
            .iter()
            .map(|f| Some(f.as_ref().ok()?.sq_p))
            .collect();
        let q = benjamini_hochberg(&p);
        for (t, answer) in self.answers["sessions"].as_object().expect("sessions") {
            let at: usize = t.parse().expect("a session");
            let place = |what: &str| format!("scan_{what} {} {t}", self.place);
            let found = match &figures[at] {
                Err(reason) => {
                    let same = answer["undefined"].as_str() == Some(reason.code());
                    let message = format!("{reason} against {answer}");
                    ledger.note(same, &place("ar"), 0.0, &message);
                    continue;
                }
                Ok(found) => found,
            };
            let s = found.residual_sd;
            ledger.compare_beside(&place("ar"), Some(found.ar), &answer["ar"], s);
            ledger.compare_beside(&place("ar"), Some(found.sd), &answer["ar_sd"], 0.0);
            ledger.compare_beside(&place("ar"), Some(s), &answer["residual_sd"], 0.0);
            ledger.compare_beside(&place("t"), Some(found.t), &answer["ar_t"], 1.0);
            ledger.compare_p(&place("t"), Some(found.p), &answer["ar_p"]);
            ledger.compare_counted(&place("sq_p"), Some(found.sq_p), &answer["sq_p"]);
            let n = Some(found.n_estimation as f64);
            ledger.compare_counted(&place("sq_p"), n, &answer["n"]);
            let q = q[at - self.start];
            ledger.compare_within(&place("q_value"), q, &answer["q_value"], 1e-12);
        }
    }

    fn volume(&self, datasets: &Value, ledger: &mut Ledger) {
        let volume = &datasets["instruments"][self.instrument]["volume"];
        if volume.is_null() {
            return;
        }
        let log = log_volume(&column(volume));
        let z = rolling_z(&log, &[], self.window, 0..log.len());
        for (t, answer) in self.answers["sessions"].as_object().expect("sessions") {
            let at: usize = t.parse().expect("a session");
            let place = format!("scan_volume_z {} {t}", self.place);
            ledger.compare(&place, z[at], &answer["volume_z"]);
        }
    }

    fn association(&self, figures: &Figures, ledger: &mut Ledger) {
        let within = Window::new(0, 1).unwrap();
        let n = figures.len();
        let mut reaction = vec![false; n];
        let own = self.data.events.iter();
        for event in own.filter(|e| e.instrument == self.instrument) {
            reaction[within.sessions(event.day_0, n)].fill(true);
        }
        let abnormal: Vec<Option<bool>> = figures[self.start..]
            .iter()
            .map(|f| Some(f.as_ref().ok()?.sq_p <= 0.05))
            .collect();
        let all = Shifts { most: n, seed: 1 };
        let found = association(&abnormal, &reaction[self.start..], all);
        let answer = &self.answers["association"];
        let cells = [
            found.abnormal_with,
            found.normal_with,
            found.abnormal_without,
            found.normal_without,
        ];
        let place = format!("scan_association {}", self.place);
        ledger.note(
            answer["cells"] == serde_json::json!(cells),
            &place,
            0.0,
            &format!("{cells:?} against {answer}"),
        );
        ledger.compare(&place, found.odds_ratio, &answer["odds_ratio"]);
        ledger.compare_counted(&place, found.p.ok(), &answer["p"]);
    }

    /// The top of a likelihood is flat: the two optimisers agree on the scale to a hundredth of
    /// a percent, and ours is at least as high.
    fn conditional(&self, figures: &Figures, ledger: &mut Ledger) {
        let ar = |f: &Result<SessionFigures, _>| f.as_ref().map_or(f64::NAN, |f| f.ar);
        let ars: Vec<f64> = figures.iter().map(ar).collect();
        let found = conditional_scale(&ars, self.start..ars.len()).expect("a scale");
        let answer = &self.answers["conditional"];
        let place = format!("scan_conditional {}", self.place);
        let fits = answer["fits"].as_array().expect("fits");
        ledger.note(
            found.fits.len() == fits.len(),
            &place,
            0.0,
            &format!("{:?} against {answer}", found.fits),
        );
        for (fit, answer) in found.fits.iter().zip(fits) {
            let n = fit.n_estimation;
            ledger.compare_counted(&place, Some(n as f64), &answer["n"]);
            ledger.compare_counted(&place, Some(fit.first as f64), &answer["first"]);
            let own = fit.parameters.iter().find(|(n, _)| n == "log_likelihood");
            // Theirs is of returns in percent: a constant apart.
            let own = own.expect("a likelihood").1 - n as f64 * 100.0_f64.ln();
            let theirs = answer["loglik"].as_f64().expect("a likelihood");
            let below = (theirs - own).max(0.0);
            let message = format!("log-likelihood {own} against {theirs}");
            ledger.note(below <= 1e-5, &place, below / theirs.abs(), &message);
        }
        for (t, answer) in answer["scaled"].as_object().expect("sessions") {
            let at: usize = t.parse().expect("a session");
            let scaled = found.scaled.iter().find(|s| s.session == at);
            let scaled = scaled.expect("a scaled session");
            let place = format!("{place} {t}");
            ledger.compare_within(&place, Some(scaled.sd), &answer[1], 1e-4);
            let gap = (scaled.t - answer[0].as_f64().expect("t")).abs() / scaled.t.abs().max(1.0);
            let message = format!("{} against {answer}", scaled.t);
            ledger.note(gap <= 1e-4, &place, gap, &message);
        }
    }
}
