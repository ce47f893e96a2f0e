//! Conditional variances, which are judged by the likelihood.
//!
//! That of given parameters agrees to 1e-9, the maximum is nowhere lower than the highest that PyPI
//! `arch` finds from several starts (1e-7 relative), and where it is the same interior maximum the
//! parameters agree to 1e-3 of it. EGARCH without an interior maximum is left out: `arch` then
//! reports likelihoods from where the recursion is chaotic.

use crate::dataset::{Dataset, DatasetEvent, NAMES, column, read};
use crate::ledger::Ledger;
use crate::observations::{Observed, observe};
use serde_json::Value;
use shockwave::analysis::model::{
    ErrorLaw, Fitted, GarchModel, GarchParameters, NormalReturnModel, VarianceKind,
    VarianceParameters, garch,
};
use std::sync::LazyLock;

/// Relative to the parameter, or to 0.01 where it is smaller than that.
const PARAMETERS: f64 = 1e-3;
const LIKELIHOOD: f64 = 1e-7;
/// Of variances and scaled returns at the same maximum, which is as flat as the parameters say.
const FORECAST: f64 = 1e-4;

fn detail(fit: &Fitted, name: &str) -> Option<f64> {
    fit.details.iter().find(|d| d.0 == name).map(|d| d.1)
}

const CONDITIONAL: [(&str, VarianceKind, ErrorLaw); 6] = [
    ("garch-normal", VarianceKind::Garch, ErrorLaw::Normal),
    ("garch-t", VarianceKind::Garch, ErrorLaw::StudentT),
    ("gjr-normal", VarianceKind::Gjr, ErrorLaw::Normal),
    ("gjr-t", VarianceKind::Gjr, ErrorLaw::StudentT),
    ("egarch-normal", VarianceKind::Egarch, ErrorLaw::Normal),
    ("egarch-t", VarianceKind::Egarch, ErrorLaw::StudentT),
];

/// Parameters of an answer for returns in units of 1/`scale`, in those of the model.
fn parameters(answer: &Value, kind: VarianceKind, scale: f64) -> GarchParameters {
    let own = |name: &str| answer[name].as_f64();
    let number = |name: &str| own(name).unwrap_or(0.0);
    let beta = number("beta");
    let omega = match kind {
        VarianceKind::Egarch => number("omega") - (1.0 - beta) * 2.0 * scale.ln(),
        _ => number("omega") / (scale * scale),
    };
    GarchParameters {
        alpha: number("const") / scale,
        beta: number("beta_market"),
        variance: VarianceParameters {
            omega,
            alpha: number("alpha"),
            gamma: number("gamma"),
            beta,
        },
        nu: own("nu"),
    }
}

/// Compares a maximum; `scale` is that of the answers' returns, over which α and ω are small.
fn compare_optimum(
    ledger: &mut Ledger,
    place: &str,
    fit: &Fitted,
    kind: VarianceKind,
    (answer, scale): (&Value, f64),
) {
    let n = fit.n_estimation as f64;
    let own = detail(fit, "log_likelihood").map_or(f64::NAN, |v| v - n * scale.ln());
    let seen = answer["loglik"].as_f64().or(answer["loglik_seen"].as_f64());
    let Some(seen) = seen else {
        return;
    };
    let below = ((seen - own) / seen.abs()).max(0.0);
    let message = format!("{own} below {seen}");
    let maximum = place.replacen(' ', "-maximum ", 1);
    ledger.note(below <= LIKELIHOOD, &maximum, below, &message);
    // Elsewhere a higher maximum was found, or it lies on a bound and its parameters are free.
    if answer["params"].is_null() || own > seen + LIKELIHOOD * seen.abs() {
        return;
    }
    let p = parameters(&answer["params"], kind, 1.0);
    let beta_1 = detail(fit, "beta_1").unwrap_or(f64::NAN);
    let omega = detail(fit, "omega").map(|omega| match kind {
        VarianceKind::Egarch => omega + (1.0 - beta_1) * 2.0 * scale.ln(),
        _ => omega * scale * scale,
    });
    let pairs = [
        ("const", fit.alpha.map(|a| a * scale), Some(p.alpha)),
        ("beta_market", Some(fit.betas[0]), Some(p.beta)),
        ("omega", omega, Some(p.variance.omega)),
        ("alpha", detail(fit, "alpha_1"), Some(p.variance.alpha)),
        (
            "gamma",
            detail(fit, "gamma_1").or(Some(0.0)),
            Some(p.variance.gamma),
        ),
        ("beta", Some(beta_1), Some(p.variance.beta)),
        ("nu", detail(fit, "nu"), p.nu),
    ];
    for (name, own, answer) in pairs {
        let difference = match (own, answer) {
            (Some(a), Some(b)) => (a - b).abs() / b.abs().max(0.01),
            (None, None) => continue,
            _ => f64::INFINITY,
        };
        let message = format!("{name}: {own:?} against {answer:?}");
        let place = place.replacen(' ', "-parameters ", 1);
        ledger.note(difference <= PARAMETERS, &place, difference, &message);
    }
}

/// One series for the likelihoods: of 1,500 days, on which every kind of variance has its maximum,
/// or the one whose maximum is hard to reach.
fn long_series(name: &str, series: &Value, answers: &Value) -> Ledger {
    let mut ledger = Ledger::new(&format!("volatility {name}"));
    let (x, y) = (column(&series["x"]), column(&series["y"]));
    let days: Vec<usize> = (0..y.len()).collect();
    for (key, kind, law) in CONDITIONAL {
        let answer = &answers[key];
        let model = garch("market", x.as_slice(), kind, law);
        let fixed = &answer["fixed"];
        let p = parameters(&fixed["params"], kind, 1.0);
        let path = model.path(&y, &days, &p).expect("a path");
        let place = format!("{key} {name}");
        ledger.compare(
            &format!("{place} loglik"),
            Some(path.log_likelihood),
            &fixed["loglik"],
        );
        for (i, at) in [0, 1, 2, y.len() - 1].into_iter().enumerate() {
            ledger.compare(&place, Some(path.variances[at]), &fixed["variance"][i]);
        }
        let sum: f64 = path.variances.iter().sum();
        ledger.compare(&format!("{place} sum"), Some(sum), &fixed["variance_sum"]);
        let fit = model.fit(&y, &days).expect("a maximum");
        compare_optimum(&mut ledger, &place, &fit, kind, (&answer["optimum"], 1.0));
    }
    ledger
}

/// The long series, then the events of each data set.
pub static LEDGERS: LazyLock<Vec<Ledger>> = LazyLock::new(|| {
    let (series, answers) = (
        read("datasets", "volatility"),
        read("answers", "volatility"),
    );
    let series = series.as_object().expect("series").iter();
    let mut ledgers: Vec<Ledger> = series
        .map(|(name, one)| long_series(name, one, &answers[name]))
        .collect();
    ledgers.extend(NAMES.map(conditional));
    ledgers
});

#[test]
fn conditional_variances_agree_with_arch() {
    LEDGERS[..6].iter().for_each(|l| l.finish(40));
    LEDGERS[6..].iter().for_each(|l| l.finish(50));
}

/// One event under one model.
struct Conditional<'a> {
    data: &'a Dataset,
    event: &'a DatasetEvent,
    model: GarchModel<'a>,
    kind: VarianceKind,
    place: String,
    answer: &'a Value,
}

impl Conditional<'_> {
    fn compare(&self, ledger: &mut Ledger) {
        let answer = self.answer;
        let observed = match observe(self.data, self.event, &self.model, &[]) {
            Ok(observed) => observed,
            Err(reason) => {
                let same = answer["undefined"] == reason;
                let message = format!("{reason} against {answer}");
                ledger.note(same, &self.place, 0.0, &message);
                return;
            }
        };
        let fit = &observed.fitted;
        compare_optimum(ledger, &self.place, fit, self.kind, (answer, 100.0));
        if answer["params"].is_null() {
            return;
        }
        self.compare_path(ledger, &observed);
        let own = detail(fit, "log_likelihood").unwrap_or(f64::NAN);
        let seen = answer["loglik"].as_f64().unwrap_or(f64::NAN);
        if (own - fit.n_estimation as f64 * 100.0_f64.ln() - seen).abs() < 1e-4 {
            self.compare_forecasts(ledger, fit);
        }
    }

    /// At the answers' own parameters the path is closed form.
    fn compare_path(&self, ledger: &mut Ledger, observed: &Observed) {
        let (answer, place) = (self.answer, &self.place);
        let scale = answer["scale"].as_f64().expect("a scale");
        let p = parameters(&answer["params"], self.kind, scale);
        let returns = &self.data.returns[&self.event.instrument];
        let path = self
            .model
            .path(returns, &observed.days, &p)
            .expect("a path");
        let value = path.log_likelihood - observed.days.len() as f64 * scale.ln();
        ledger.compare(&format!("{place} loglik"), Some(value), &answer["loglik"]);
        let last = path.variances.last().map(|v| v * scale * scale);
        ledger.compare(&format!("{place} last"), last, &answer["last_variance"]);
    }

    /// At the maximum, to the accuracy that its parameters have.
    fn compare_forecasts(&self, ledger: &mut Ledger, fit: &Fitted) {
        let (answer, day_0) = (self.answer, self.event.day_0);
        let returns = &self.data.returns[&self.event.instrument];
        let window = self.data.windows.event();
        let days: Vec<usize> = window.sessions(day_0, returns.len()).collect();
        for scaled in self.model.scaled(fit, returns, &days) {
            let day = (scaled.session as i64 - day_0 as i64).to_string();
            let place = format!("garch_variance {} {day}", self.place);
            let variance = Some(scaled.sd * scaled.sd);
            ledger.compare_within(&place, variance, &answer["variance"][&day], FORECAST);
            let place = format!("garch_t {} {day}", self.place);
            ledger.compare_within(&place, Some(scaled.t), &answer["ar_t"][&day], FORECAST);
        }
        let Some(ahead) = answer["forecast_variance"].as_array() else {
            return;
        };
        let own = self.model.variances_ahead(fit, ahead.len());
        for (own, answer) in own.iter().zip(ahead) {
            let place = format!("garch_variance {} ahead", self.place);
            ledger.compare_within(&place, Some(own * 1e4), answer, FORECAST);
        }
    }
}

fn conditional(name: &str) -> Ledger {
    let data = Dataset::load(name);
    let market = data.returns[&data.benchmark].as_slice();
    let mut ledger = Ledger::new(name);
    for (key, kind, law) in CONDITIONAL {
        let Some(events) = data.answers["conditional"][key].as_object() else {
            continue;
        };
        for event in data.events.iter().filter(|e| events.contains_key(&e.id)) {
            let answer = &events[&event.id];
            if kind == VarianceKind::Egarch && answer["params"].is_null() {
                continue;
            }
            let conditional = Conditional {
                data: &data,
                event,
                model: garch(&data.benchmark, market, kind, law),
                kind,
                place: format!("{key} {}", event.id),
                answer,
            };
            conditional.compare(&mut ledger);
        }
    }
    ledger
}
