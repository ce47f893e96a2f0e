//! Fits, abnormal returns, CARs and single-event inference of every model.

use crate::dataset::{Dataset, DatasetEvent, MODELS, NAMES};
use crate::ledger::Ledger;
use serde_json::Value;
use shockwave::analysis::abnormal::AbnormalReturns;
use shockwave::analysis::diagnostics::{
    arch_lm, event_variance_ratio, jarque_bera, ljung_box, shape,
};
use shockwave::analysis::estimation::estimation_days;
use shockwave::analysis::inference::conformal::conformal;
use shockwave::analysis::inference::placebo::Placebo;
use shockwave::analysis::inference::single_event::{minimum_detectable_effect, sample_quantile};
use shockwave::analysis::model::{Fitted, NormalReturnModel};
use shockwave::analysis::window::Window;
use shockwave::returns::ReturnKind;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Lags of the diagnostics, as a study has them.
const BOX_LAGS: usize = 10;
const ARCH_LAGS: usize = 5;

/// A fitted observation of a data set.
pub struct Observed {
    pub fitted: Fitted,
    pub days: Vec<usize>,
    pub abnormal: AbnormalReturns,
}

/// Flags of the reaction sessions [0, +1] of an instrument's events, one of them left out.
pub fn reaction_sessions(data: &Dataset, instrument: &str, except: Option<&str>) -> Vec<bool> {
    let n = data.returns[instrument].len();
    let mut masked = vec![false; n];
    let others = data.events.iter().filter(|e| e.instrument == instrument);
    for event in others.filter(|e| Some(e.id.as_str()) != except) {
        let reaction = Window::new(0, 1).unwrap();
        masked[reaction.sessions(event.day_0, n)].fill(true);
    }
    masked
}

/// Fits an event observation; the code of the exclusion where that fails.
pub fn observe(
    data: &Dataset,
    event: &DatasetEvent,
    model: &dyn NormalReturnModel,
    masked: &[bool],
) -> Result<Observed, &'static str> {
    let returns = &data.returns[&event.instrument];
    if !returns[event.day_0].is_finite() || !model.covers(event.day_0) {
        return Err("missing-event-day");
    }
    let window = data.windows.estimation();
    let days = estimation_days(returns, model, masked, window, event.day_0);
    if days.len() < data.min_estimation {
        return Err("short-estimation");
    }
    let fitted = model.fit(returns, &days).map_err(|_| "degenerate-fit")?;
    let abnormal = AbnormalReturns::new(
        returns,
        ReturnKind::Simple,
        model,
        &fitted,
        data.windows.event(),
        event.day_0,
    );
    Ok(Observed {
        fitted,
        days,
        abnormal,
    })
}

struct Comparison<'a> {
    answers: &'a Value,
    model: &'static str,
    event: &'a str,
    ledger: &'a mut Ledger,
}

impl<'a> Comparison<'a> {
    fn answer(&self, statistic: &str) -> &'a Value {
        &self.answers[statistic][self.model][self.event]
    }

    /// A figure of the fit, counted under the model.
    fn fit(&mut self, statistic: &str, key: &str, actual: Option<f64>, scale: f64) {
        let answer = match key {
            "" => self.answer(statistic),
            key => &self.answer(statistic)[key],
        };
        let place = format!("{} {statistic} {} {key}", self.model, self.event);
        self.ledger.compare_beside(&place, actual, answer, scale);
    }

    /// A figure that is small only beside `scale`.
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

    fn counted(&mut self, statistic: &str, key: &str, actual: Option<f64>) {
        let answer = &self.answer(statistic)[key];
        let place = self.place(statistic, key);
        self.ledger.compare_counted(&place, actual, answer);
    }

    fn place(&self, statistic: &str, key: &str) -> String {
        format!("{statistic} {} {} {key}", self.model, self.event)
    }
}

/// 1 + R loses the digits of a return of 1e-9.
const COMPOUNDED: f64 = 1e-4;

fn key(window: Window) -> String {
    format!("{}:{}", window.start().0, window.end().0)
}

fn compare_fit(
    c: &mut Comparison,
    observed: &Observed,
    model: &dyn NormalReturnModel,
    benchmark: &str,
) {
    let fit = &observed.fitted;
    let session = |t: Option<&usize>| t.map(|&t| t as f64);
    c.fit("n_estimation", "", Some(fit.n_estimation as f64), 1.0);
    c.fit("df", "", Some(fit.df()), 1.0);
    c.fit("residual_sd", "", Some(fit.residual_sd), 0.0);
    // 1 − SSR/SST cancels.
    c.fit("r_squared", "", fit.r_squared, 1.0);
    c.fit("first_session", "", session(observed.days.first()), 1.0);
    c.fit("last_session", "", session(observed.days.last()), 1.0);
    if let Some(alpha) = fit.alpha {
        c.fit("coefficients", "alpha", Some(alpha), fit.residual_sd);
    }
    let names = model.regressors();
    for (name, beta) in names.iter().zip(&fit.betas) {
        let key = match name.as_str() {
            own if own == benchmark => "beta".to_owned(),
            "smb_3factor" => "beta_smb".to_owned(),
            other => format!("beta_{other}"),
        };
        c.fit("coefficients", &key, Some(*beta), fit.residual_sd);
    }
}

fn compare_days(c: &mut Comparison, observed: &Observed) {
    let abnormal = &observed.abnormal;
    let s = observed.fitted.residual_sd;
    for day in abnormal.window().days() {
        let key = day.0.to_string();
        let (ar, ar_sd) = (abnormal.ar(day), abnormal.sd(day));
        let test = ar.zip(ar_sd).and_then(|(ar, sd)| abnormal.t_test(ar, sd));
        let rank =
            ar.and_then(|v| sample_quantile(v, &observed.days, &observed.fitted.residuals, 1, s));
        c.at("ar", &key, ar, s);
        c.at("ar_sd", &key, ar_sd, 0.0);
        c.at("sar", &key, test.map(|t| t.t), 1.0);
        c.at("ar_t", &key, test.map(|t| t.t), 1.0);
        c.p("ar_p", &key, test.map(|t| t.p));
        c.counted("ar_sq_p", &key, rank.map(|r| r.p));
        // The interval of a day is that of the window which holds this day alone.
        if day.0 == 0 {
            c.at("car_low", "0:0", test.map(|t| t.low), s);
            c.at("car_high", "0:0", test.map(|t| t.high), s);
        }
    }
}

fn compare_windows(c: &mut Comparison, data: &Dataset, observed: &Observed, pseudo: &Placebo) {
    let (abnormal, fit) = (&observed.abnormal, &observed.fitted);
    let s = fit.residual_sd;
    for &window in data.windows.car() {
        let key = key(window);
        let car = abnormal.car(window);
        let test = car.and_then(|v| abnormal.t_test(v.car, v.sd));
        let rank =
            car.and_then(|v| sample_quantile(v.car, &observed.days, &fit.residuals, v.n_days, s));
        let days = abnormal.days_present(window);
        let placebo = car.and_then(|v| pseudo.p(v.car, window, &days, s));
        let mde = car.and_then(|v| minimum_detectable_effect(v.sd, abnormal.law()?));
        c.at("n_days", &key, car.map(|v| v.n_days as f64), 1.0);
        c.at("car", &key, car.map(|v| v.car), s);
        c.at("car_sd", &key, car.map(|v| v.sd), 0.0);
        c.at("car_t", &key, test.map(|t| t.t), 1.0);
        c.p("car_p", &key, test.map(|t| t.p));
        c.at("car_low", &key, test.map(|t| t.low), s);
        c.at("car_high", &key, test.map(|t| t.high), s);
        c.at("scar", &key, car.map(|v| v.scar), 1.0);
        c.at("csar", &key, car.map(|v| v.csar), 1.0);
        c.at("bhar", &key, car.map(|v| v.bhar), COMPOUNDED);
        c.counted("sq_p", &key, rank.map(|r| r.p));
        c.counted("sq_n", &key, Some(rank.map_or(0.0, |r| r.n as f64)));
        c.counted("placebo_p", &key, placebo.map(|r| r.p));
        let n = placebo.map_or(0.0, |r| r.n as f64);
        c.counted("placebo_n", &key, Some(n));
        c.at("mde", &key, mde, 0.0);
    }
}

/// Conformal p and the event's variance: nothing of them when the null cannot be fitted.
fn compare_without_law(
    c: &mut Comparison,
    data: &Dataset,
    observed: &Observed,
    model: &dyn NormalReturnModel,
    event: &DatasetEvent,
) {
    let abnormal = &observed.abnormal;
    for &window in data.windows.car() {
        let key = key(window);
        let days = abnormal.days_present(window);
        let sessions = days.iter().map(|d| event.day_0 as i64 + i64::from(d.0));
        let sessions: Vec<usize> = sessions.map(|t| t as usize).collect();
        let returns = &data.returns[&event.instrument];
        let rank = conformal(returns, model, &observed.days, &sessions).ok();
        c.counted("conformal_p", &key, rank.map(|r| r.p));
        let n = rank.map_or(0.0, |r| r.n as f64);
        c.counted("conformal_n", &key, Some(n));
        let ratio = event_variance_ratio(abnormal, window);
        let answer = &c.answer("event_variance_ratio")[&key];
        let place = c.place("event_variance_ratio", &key);
        c.ledger.compare(&place, ratio.value, &answer["value"]);
        c.ledger.compare_p(&place, ratio.p, &answer["p"]);
    }
}

/// Diagnostics of the residuals, of the one model that has answers.
fn compare_diagnostics(c: &mut Comparison, observed: &Observed) {
    let answer = c.answer("diagnostics");
    if answer.is_null() {
        return;
    }
    let residuals = &observed.fitted.residuals;
    let tests = [
        ("ljung_box", ljung_box(residuals, BOX_LAGS)),
        ("jarque_bera", jarque_bera(residuals)),
        ("arch_lm", arch_lm(residuals, ARCH_LAGS)),
    ];
    for (name, test) in tests {
        let place = c.place(name, "");
        c.ledger.compare(&place, test.value, &answer[name]["value"]);
        c.ledger.compare_p(&place, test.p, &answer[name]["p"]);
    }
    let shape = shape(residuals).ok();
    for (name, value) in [
        ("skewness", shape.map(|s| s.skewness)),
        ("excess_kurtosis", shape.map(|s| s.excess_kurtosis)),
    ] {
        let place = c.place(name, "");
        c.ledger.compare(&place, value, &answer[name]);
    }
}

fn compare_masked(c: &mut Comparison, data: &Dataset, masked: &Observed) {
    let abnormal = &masked.abnormal;
    let s = masked.fitted.residual_sd;
    let answer = c.answer("masked_n_estimation");
    let place = c.place("masked_n_estimation", "");
    let n = Some(masked.days.len() as f64);
    c.ledger.compare(&place, n, answer);
    for day in abnormal.window().days() {
        c.at("masked_ar", &day.0.to_string(), abnormal.ar(day), s);
        let (ar, sd) = (abnormal.ar(day), abnormal.sd(day));
        let t = ar.zip(sd).map(|(ar, sd)| ar / sd);
        c.at("masked_ar_t", &day.0.to_string(), t, 1.0);
    }
    for &window in data.windows.car() {
        let car = abnormal.car(window);
        let test = car.and_then(|v| abnormal.t_test(v.car, v.sd));
        c.at("masked_car", &key(window), car.map(|v| v.car), s);
        c.at("masked_car_sd", &key(window), car.map(|v| v.sd), 0.0);
        c.at("masked_car_t", &key(window), test.map(|t| t.t), 1.0);
        c.p("masked_car_p", &key(window), test.map(|t| t.p));
    }
}

type Placebos = BTreeMap<(String, &'static str), Placebo>;

fn compare_event(
    data: &Dataset,
    event: &DatasetEvent,
    name: &'static str,
    placebos: &mut Placebos,
    ledger: &mut Ledger,
) {
    let returns = &data.returns[&event.instrument];
    let model = data.model(name, &event.instrument);
    let status = &data.answers["status"][name][&event.id];
    let mut c = Comparison {
        answers: &data.answers,
        model: name,
        event: &event.id,
        ledger,
    };
    match observe(data, event, &model, &[]) {
        Err(reason) => {
            if status["reason"] != reason {
                let place = format!("status {name} {}", event.id);
                c.ledger.fail(&place, &format!("{reason} against {status}"));
            }
        }
        Ok(observed) => {
            if status["status"] == "excluded" {
                let place = format!("status {name} {}", event.id);
                c.ledger.fail(&place, &format!("used against {status}"));
                return;
            }
            let key = (event.instrument.clone(), name);
            let pseudo = placebos.entry(key).or_insert_with(|| {
                let real = reaction_sessions(data, &event.instrument, None);
                Placebo::new(returns, &model, &real, &data.windows, data.min_estimation)
            });
            compare_fit(&mut c, &observed, &model, &data.benchmark);
            compare_days(&mut c, &observed);
            compare_windows(&mut c, data, &observed, pseudo);
            compare_without_law(&mut c, data, &observed, &model, event);
            let others = reaction_sessions(data, &event.instrument, Some(&event.id));
            compare_diagnostics(&mut c, &observed);
            match observe(data, event, &model, &others) {
                Ok(masked) => compare_masked(&mut c, data, &masked),
                Err(reason) => {
                    let same = c.answer("masked_car")["undefined"] == reason;
                    let place = c.place("masked_car", "");
                    c.ledger.note(same, &place, 0.0, reason);
                }
            }
        }
    }
}

/// One ledger per data set.
pub static LEDGERS: LazyLock<Vec<Ledger>> = LazyLock::new(|| {
    let ledger = |name| {
        let data = Dataset::load(name);
        let mut ledger = Ledger::new(name);
        let mut placebos = Placebos::new();
        for event in &data.events {
            for model in MODELS {
                compare_event(&data, event, model, &mut placebos, &mut ledger);
            }
        }
        ledger
    };
    NAMES.map(ledger).into()
});

#[test]
fn single_events_agree_with_statsmodels() {
    LEDGERS.iter().for_each(|ledger| ledger.finish(20_000));
}
