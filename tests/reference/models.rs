//! The models on one benchmark or on donors that are not plain least squares.
//!
//! Thin trading, Huber's line and synthetic controls agree with numpy and statsmodels to 1e-9.

use crate::dataset::{Dataset, DatasetEvent, NAMES};
use crate::ledger::Ledger;
use crate::observations::{Observed, observe, reaction_sessions};
use serde_json::Value;
use shockwave::analysis::inference::placebo::Placebo;
use shockwave::analysis::inference::single_event::{minimum_detectable_effect, sample_quantile};
use shockwave::analysis::model::{
    NormalReturnModel, Series, dimson, robust, scholes_williams, synthetic_control,
};
use std::collections::HashMap;
use std::sync::LazyLock;

struct Comparison<'a> {
    answers: &'a Value,
    model: &'a str,
    event: &'a str,
    ledger: &'a mut Ledger,
}

impl<'a> Comparison<'a> {
    fn answer(&self, statistic: &str) -> &'a Value {
        &self.answers[statistic][self.model][self.event]
    }

    /// Everything of these models counts under the model.
    fn value(&mut self, statistic: &str, actual: Option<f64>) {
        let place = format!("{} {statistic} {}", self.model, self.event);
        self.ledger.compare(&place, actual, self.answer(statistic));
    }

    fn at(&mut self, statistic: &str, key: &str, actual: Option<f64>, scale: f64) {
        let answer = &self.answer(statistic)[key];
        let place = self.place(statistic, key);
        self.ledger.compare_beside(&place, actual, answer, scale);
    }

    fn p(&mut self, statistic: &str, key: &str, actual: Option<f64>) {
        let answer = &self.answer(statistic)[key];
        let place = self.place(statistic, key);
        self.ledger.compare_p(&place, actual, answer);
    }

    fn place(&self, statistic: &str, key: &str) -> String {
        format!("{} {statistic} {} {key}", self.model, self.event)
    }
}

fn compare_fit(c: &mut Comparison, observed: &Observed, names: &[String]) {
    let (fit, s) = (&observed.fitted, observed.fitted.residual_sd);
    c.value("n_estimation", Some(fit.n_estimation as f64));
    c.value("df", Some(fit.df()));
    c.value("residual_sd", Some(s));
    if c.model == "synthetic-control" {
        for (name, weight) in names.iter().zip(&fit.betas) {
            let key = format!("weight_{name}");
            let answer = c.answer("coefficients")[&key].as_f64().unwrap_or(0.0);
            let place = c.place("coefficients", &key);
            // A donor that was left out has no weight; the oracle writes 0.
            let weight = if weight.is_nan() { 0.0 } else { *weight };
            c.ledger.compare(&place, Some(weight), &answer.into());
        }
        for (name, value) in &fit.details {
            c.at("synthetic_counts", name, Some(*value), 1.0);
        }
        return;
    }
    c.at("coefficients", "alpha", fit.alpha, s);
    c.at("coefficients", "beta", Some(fit.betas[0]), s);
    for (name, value) in &fit.details {
        c.at("coefficients", name, Some(*value), s);
    }
}

fn compare_days(c: &mut Comparison, observed: &Observed) {
    let (abnormal, s) = (&observed.abnormal, observed.fitted.residual_sd);
    for day in abnormal.window().days() {
        let (ar, sd) = (abnormal.ar(day), abnormal.sd(day));
        let test = ar.zip(sd).and_then(|(ar, sd)| abnormal.t_test(ar, sd));
        let key = day.0.to_string();
        c.at("ar", &key, ar, s);
        c.at("ar_sd", &key, sd, 0.0);
        c.at("ar_t", &key, test.map(|t| t.t), 1.0);
        c.p("ar_p", &key, test.map(|t| t.p));
    }
}

/// 1 + R loses the digits of a return of 1e-9.
const COMPOUNDED: f64 = 1e-4;

fn compare_windows(c: &mut Comparison, data: &Dataset, observed: &Observed) {
    let (abnormal, fit) = (&observed.abnormal, &observed.fitted);
    let s = fit.residual_sd;
    for &window in data.windows.car() {
        let key = format!("{}:{}", window.start().0, window.end().0);
        let car = abnormal.car(window);
        let test = car.and_then(|v| abnormal.t_test(v.car, v.sd));
        let rank = car.and_then(|v| {
            let days = &observed.days;
            sample_quantile(v.car, days, &fit.residuals, v.n_days, s)
        });
        let effect = car.and_then(|v| minimum_detectable_effect(v.sd, abnormal.law()?));
        c.at("car", &key, car.map(|v| v.car), s);
        c.at("car_sd", &key, car.map(|v| v.sd), 0.0);
        c.at("car_t", &key, test.map(|t| t.t), 1.0);
        c.p("car_p", &key, test.map(|t| t.p));
        c.at("scar", &key, car.map(|v| v.scar), 1.0);
        c.at("csar", &key, car.map(|v| v.csar), 1.0);
        c.at("bhar", &key, car.map(|v| v.bhar), COMPOUNDED);
        c.at("sq_p", &key, rank.map(|r| r.p), 1.0);
        c.at("mde", &key, effect, 0.0);
    }
}

/// The donors of an instrument: all that the data set names, but itself.
fn donors<'a>(data: &'a Dataset, instrument: &str) -> Vec<(String, Series<'a>)> {
    let others = data.donors.iter().filter(|name| *name != instrument);
    others
        .map(|name| (name.clone(), data.returns[name].as_slice().into()))
        .collect()
}

/// The placebo test, where the oracle has it: its windows lose days at both ends and at gaps.
fn compare_placebo(c: &mut Comparison, data: &Dataset, observed: &Observed, pseudo: &Placebo) {
    for &window in data.windows.car() {
        let key = format!("{}:{}", window.start().0, window.end().0);
        let days = observed.abnormal.days_present(window);
        let s = observed.fitted.residual_sd;
        let car = observed.abnormal.car(window);
        let rank = car.and_then(|v| pseudo.p(v.car, window, &days, s));
        c.at("placebo_p", &key, rank.map(|r| r.p), 1.0);
        let n = rank.map_or(0.0, |r| r.n as f64);
        c.at("placebo_n", &key, Some(n), 1.0);
    }
}

type Placebos = HashMap<(String, &'static str), Placebo>;

fn compare_event(
    ledger: &mut Ledger,
    data: &Dataset,
    event: &DatasetEvent,
    model: &dyn NormalReturnModel,
    placebos: &mut Placebos,
) {
    let mut c = Comparison {
        answers: &data.answers,
        model: model.name(),
        event: &event.id,
        ledger,
    };
    let reason = &c.answer("car")["undefined"];
    if reason == "hangs-on-rounding" {
        return;
    }
    match observe(data, event, model, &[]) {
        Ok(observed) => {
            compare_fit(&mut c, &observed, &model.regressors());
            compare_days(&mut c, &observed);
            compare_windows(&mut c, data, &observed);
            if !c.answer("placebo_p").is_null() {
                let key = (event.instrument.clone(), model.name());
                let pseudo = placebos.entry(key).or_insert_with(|| {
                    let returns = &data.returns[&event.instrument];
                    let real = reaction_sessions(data, &event.instrument, None);
                    Placebo::new(returns, model, &real, &data.windows, data.min_estimation)
                });
                compare_placebo(&mut c, data, &observed, pseudo);
            }
        }
        Err(own) => {
            let place = c.place("car", "");
            let message = format!("{own} against {reason}");
            c.ledger.note(reason == own, &place, 0.0, &message);
        }
    }
}

fn lines(name: &str) -> Ledger {
    let data = Dataset::load(name);
    let market = data.returns[&data.benchmark].as_slice();
    let models: [Box<dyn NormalReturnModel + '_>; 3] = [
        Box::new(scholes_williams(&data.benchmark, market)),
        Box::new(dimson(&data.benchmark, market, 1, 1)),
        Box::new(robust(&data.benchmark, market)),
    ];
    let mut ledger = Ledger::new(name);
    let mut placebos = Placebos::new();
    for event in &data.events {
        for model in &models {
            compare_event(&mut ledger, &data, event, model.as_ref(), &mut placebos);
        }
        let mixture = synthetic_control(donors(&data, &event.instrument));
        compare_event(&mut ledger, &data, event, &mixture, &mut placebos);
    }
    ledger
}

/// One ledger per data set.
pub static LEDGERS: LazyLock<Vec<Ledger>> = LazyLock::new(|| NAMES.map(lines).into());

#[test]
fn thin_trading_robust_lines_and_synthetic_controls_agree() {
    LEDGERS.iter().for_each(|ledger| ledger.finish(7_000));
}
