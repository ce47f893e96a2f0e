//! Beside the CAR: volume, range, before and after, CARs on attributes, portfolios, groups.

use crate::dataset::{Dataset, NAMES, column, read};
use crate::ledger::Ledger;
use crate::observations::{observe, reaction_sessions};
use serde_json::Value;
use shockwave::analysis::abnormal::AbnormalReturns;
use shockwave::analysis::aggregate::welch;
use shockwave::analysis::estimation::estimation_days;
use shockwave::analysis::inference::TestStatistic;
use shockwave::analysis::inference::single_event::TTest;
use shockwave::analysis::model::NormalReturnModel;
use shockwave::analysis::pre_post::{PrePost, pre_post};
use shockwave::analysis::regression::{ErrorKind, regress_cars};
use shockwave::analysis::volatility::{Bars, RangeKind, range_test, range_variance};
use shockwave::analysis::volume::{abnormal_volume, log_volume, market_adjusted_log_volume};
use shockwave::analysis::window::Window;
use shockwave::returns::{ReturnKind, equal_weighted, value_at_previous_close, weighted};
use std::collections::BTreeMap;
use std::sync::LazyLock;

fn w(start: i32, end: i32) -> Window {
    Window::new(start, end).unwrap()
}

fn key(window: Window) -> String {
    format!("{}:{}", window.start().0, window.end().0)
}

/// Compares named figures with the answers of the same names; a name that ends in `p` is one.
fn named(ledger: &mut Ledger, place: &str, answer: &Value, figures: &[(&str, Option<f64>)]) {
    for (name, actual) in figures {
        let (place, answer) = (format!("{place} {name}"), &answer[*name]);
        if *name == "p" || name.ends_with("_p") || name.contains("_p_") {
            ledger.compare_p(&place, *actual, answer);
        } else {
            ledger.compare(&place, *actual, answer);
        }
    }
}

/// Fails unless the answer has the same reason.
fn refused(ledger: &mut Ledger, place: &str, reason: &str, answer: &Value) {
    let same = answer["undefined"] == reason;
    ledger.note(same, place, 0.0, &format!("{reason} against {answer}"));
}

/// One ledger per data set of each kind of outcome.
pub static LEDGERS: LazyLock<Vec<Ledger>> = LazyLock::new(|| {
    let kinds = [
        volumes,
        ranges,
        before_and_after,
        regressions,
        portfolios,
        differences,
    ];
    kinds.iter().flat_map(|kind| NAMES.map(kind)).collect()
});

/// So many figures of each kind at least, by data set.
const AT_LEAST: [[usize; 3]; 6] = [
    [6_000, 1_500, 1_500],
    [378, 50, 60],
    [300, 300, 300],
    [378, 378, 378],
    [380, 380, 380],
    [500, 30, 90],
];

#[test]
fn other_outcomes_agree() {
    let at_least = AT_LEAST.iter().flatten();
    LEDGERS.iter().zip(at_least).for_each(|(l, n)| l.finish(*n));
}

/// Day and window figures of a series under whatever names the answers give them.
fn compare_abnormal(
    ledger: &mut Ledger,
    place: &str,
    answer: &Value,
    (data, abnormal): (&Dataset, &AbnormalReturns),
    [daily, summed]: [&str; 2],
) {
    let test = |figure: Option<f64>, sd: Option<f64>| {
        figure.zip(sd).and_then(|(f, sd)| abnormal.t_test(f, sd))
    };
    let mut put = |prefix: &str, key: &str, figure: Option<f64>, sd: Option<f64>| {
        let test = test(figure, sd);
        let parts = [
            ("", figure),
            ("_sd", sd),
            ("_t", test.map(|t| t.t)),
            ("_p", test.map(|t| t.p)),
        ];
        for (suffix, actual) in parts {
            let name = format!("{prefix}{suffix}");
            if suffix.is_empty() || actual.is_some() {
                let place = format!("{place} {name} {key}");
                let answer = &answer[&name][key];
                match suffix {
                    "" => ledger.compare_beside(&place, actual, answer, sd.unwrap_or(1.0)),
                    "_p" => ledger.compare_p(&place, actual, answer),
                    _ => ledger.compare(&place, actual, answer),
                }
            }
        }
    };
    for day in abnormal.window().days() {
        let key = day.0.to_string();
        put(daily, &key, abnormal.ar(day), abnormal.sd(day));
    }
    for &window in data.windows.car() {
        let car = abnormal.car(window);
        put(summed, &key(window), car.map(|c| c.car), car.map(|c| c.sd));
    }
}

fn volumes(name: &str) -> Ledger {
    let data = Dataset::load(name);
    let inputs = read("datasets", name);
    let volume = |symbol: &str| column(&inputs["instruments"][symbol]["volume"]);
    let mut ledger = Ledger::new(name);
    for event in &data.events {
        if inputs["instruments"][&event.instrument]["volume"].is_null() {
            continue;
        }
        let own = volume(&event.instrument);
        let series = [
            ("mean-adjusted", log_volume(&own)),
            (
                "market-adjusted",
                market_adjusted_log_volume(&own, &volume(&data.benchmark)),
            ),
        ];
        let others = reaction_sessions(&data, &event.instrument, Some(&event.id));
        let ways = series.iter().flat_map(|(kind, series)| {
            let plain = ((*kind).to_owned(), series, [].as_slice());
            [
                plain,
                (format!("{kind}, masked"), series, others.as_slice()),
            ]
        });
        for (kind, series, masked) in ways {
            let answer = &data.answers["abnormal_volume"][&kind][&event.id];
            let place = format!("abnormal_volume {kind} {}", event.id);
            let (windows, min) = (&data.windows, data.min_estimation);
            match abnormal_volume(series, windows, min, event.day_0, masked) {
                Err(reason) => refused(&mut ledger, &place, reason.code(), answer),
                Ok(found) => {
                    let figures = [
                        ("mean", Some(found.mean)),
                        ("residual_sd", Some(found.residual_sd)),
                        ("n_estimation", Some(found.n_estimation as f64)),
                    ];
                    named(&mut ledger, &place, answer, &figures);
                    let figures = (&data, &found.abnormal);
                    compare_abnormal(&mut ledger, &place, answer, figures, ["av", "cav"]);
                }
            }
        }
    }
    ledger
}

fn ranges(name: &str) -> Ledger {
    let data = Dataset::load(name);
    let inputs = read("datasets", name);
    let mut ledger = Ledger::new(name);
    for event in &data.events {
        let series = &inputs["instruments"][&event.instrument];
        if series["high"].is_null() {
            continue;
        }
        let [open, high, low, close] =
            ["open", "high", "low", "close"].map(|name| column(&series[name]));
        let bars = Bars {
            open: &open,
            high: &high,
            low: &low,
            close: &close,
        };
        let answer = &data.answers["range_variance"]["none"][&event.id];
        let named_windows = data.windows.car().iter().map(|&w| (key(w), w));
        for (key, window) in named_windows.chain([("pre".to_owned(), w(-60, -1))]) {
            let found = range_variance(&bars, window, event.day_0).ok();
            let estimates = [
                ("parkinson", found.map(|f| f.parkinson)),
                ("garman_klass", found.map(|f| f.garman_klass)),
            ];
            for (name, estimate) in estimates {
                let place = format!("{name} {} {key}", event.id);
                // Squared logarithms of ranges: nothing cancels in the one, little in the other.
                ledger.compare_beside(&place, estimate, &answer[name][&key], 1e-6);
            }
        }
    }
    ledger
}

fn compare_pre_post(ledger: &mut Ledger, place: &str, found: &PrePost, answer: &Value) {
    let (a, b) = (&found.before, &found.after);
    let p = |test: &TestStatistic| test.p;
    let figures = [
        ("n_pre", Some(a.n as f64)),
        ("n_post", Some(b.n as f64)),
        ("variance_ratio", found.variance_ratio.value),
        ("variance_ratio_p", p(&found.variance_ratio)),
        ("correlation_pre", Some(a.correlation)),
        ("correlation_post", Some(b.correlation)),
        ("delta", Some(found.delta)),
        (
            "correlation_post_adjusted",
            Some(found.adjusted_correlation),
        ),
        ("fisher_z_raw", found.raw_change.value),
        ("fisher_p_raw", p(&found.raw_change)),
        ("fisher_z_adjusted", found.adjusted_change.value),
        ("fisher_p_adjusted", p(&found.adjusted_change)),
        ("beta_pre", Some(a.beta)),
        ("beta_post", Some(b.beta)),
        ("beta_pre_sd", Some(a.beta_sd)),
        ("beta_post_sd", Some(b.beta_sd)),
        ("beta_change_z", found.beta_change.value),
        ("beta_change_p", p(&found.beta_change)),
    ];
    named(ledger, place, answer, &figures);
}

fn before_and_after(name: &str) -> Ledger {
    let data = Dataset::load(name);
    let mut ledger = Ledger::new(name);
    for event in &data.events {
        let returns = &data.returns[&event.instrument];
        let answer = &data.answers["pre_post"]["none"][&event.id];
        let place = format!("pre_post {}", event.id);
        match pre_post(returns, &data.returns[&data.benchmark], event.day_0) {
            Ok(found) => compare_pre_post(&mut ledger, &place, &found, answer),
            Err(reason) => refused(&mut ledger, &place, reason.code(), answer),
        }
    }
    ledger
}

/// CARs of the market model by event and window.
fn market_cars(data: &Dataset, window: Window) -> Vec<(usize, f64)> {
    let events = data.events.iter().enumerate();
    let car = |(i, event): (usize, &crate::dataset::DatasetEvent)| {
        let model = data.model("market", &event.instrument);
        let observed = observe(data, event, &model, &[]).ok()?;
        Some((i, observed.abnormal.car(window)?.car))
    };
    events.filter_map(car).collect()
}

fn regressions(name: &str) -> Ledger {
    let data = Dataset::load(name);
    let inputs = read("datasets", name);
    let mut ledger = Ledger::new(name);
    for &window in data.windows.car() {
        let answer = &data.answers["cross_section_regression"]["market"][&key(window)];
        let observed = market_cars(&data, window);
        let cars: Vec<f64> = observed.iter().map(|o| o.1).collect();
        let days: Vec<usize> = observed.iter().map(|o| data.events[o.0].day_0).collect();
        let attribute = |name: &str| -> Vec<f64> {
            let values = observed
                .iter()
                .map(|o| &inputs["events"][o.0]["attributes"][name]);
            values.map(|v| v.as_f64().expect("an attribute")).collect()
        };
        let first = inputs["events"][0]["attributes"].as_object();
        let names = first.expect("attributes").keys();
        let columns: Vec<Vec<f64>> = names.map(|name| attribute(name)).collect();
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let found = regress_cars(&cars, &columns, Some(&days)).unwrap();
        let figures = [
            ("n", Some(found.n as f64)),
            ("n_clusters", found.n_clusters.map(|n| n as f64)),
            ("r_squared", found.r_squared),
        ];
        let place = format!("regression {}", key(window));
        named(&mut ledger, &place, answer, &figures);
        let kinds = [
            ("nonrobust", ErrorKind::Classical),
            ("HC1", ErrorKind::Hc1),
            ("HC3", ErrorKind::Hc3),
            ("cluster", ErrorKind::Clustered),
        ];
        for (name, kind) in kinds {
            for (j, c) in found.errors(kind).unwrap().iter().enumerate() {
                let place = format!("regression_{name} {j} {}", key(window));
                let own = &answer[name];
                let test = |part: fn(TTest) -> f64| c.test.map(part);
                ledger.compare(&place, Some(c.value), &answer["coefficients"][j]);
                ledger.compare(&place, Some(c.sd), &own["sd"][j]);
                ledger.compare(&place, test(|t| t.t), &own["t"][j]);
                ledger.compare_p(&place, test(|t| t.p), &own["p"][j]);
                ledger.compare(&place, test(|t| t.df), &own["df"]);
            }
        }
    }
    ledger
}

fn portfolios(name: &str) -> Ledger {
    let data = Dataset::load(name);
    let inputs = read("datasets", name);
    let mut ledger = Ledger::new(name);
    for portfolio in inputs["portfolios"].as_array().expect("portfolios") {
        let side = |name: &str| -> Vec<f64> {
            let members = portfolio[name].as_array().expect("members");
            let returns = |m: &Value| data.returns[m.as_str().expect("a symbol")].as_slice();
            equal_weighted(&members.iter().map(returns).collect::<Vec<_>>())
        };
        let pairs = side("winners").into_iter().zip(side("losers"));
        let returns: Vec<f64> = pairs.map(|(w, l)| w - l).collect();
        let day_0 = portfolio["day0"].as_u64().expect("day 0") as usize;
        let id = portfolio["id"].as_str().expect("an id");
        for model_name in ["mean-adjusted", "market", "factors"] {
            let model = data.model(model_name, "");
            let answer = &data.answers["winners_minus_losers"][model_name][id];
            let window = data.windows.estimation();
            let days = estimation_days(&returns, &model, &[], window, day_0);
            let fit = model.fit(&returns, &days).unwrap();
            let (kind, window) = (ReturnKind::Simple, data.windows.event());
            let abnormal = AbnormalReturns::new(&returns, kind, &model, &fit, window, day_0);
            let figures = [
                ("n_estimation", Some(fit.n_estimation as f64)),
                ("df", Some(fit.df())),
                ("residual_sd", Some(fit.residual_sd)),
            ];
            let place = format!("winners_minus_losers {id} {model_name}");
            named(&mut ledger, &place, answer, &figures);
            let alpha = &answer["coefficients"]["alpha"];
            ledger.compare(&place, fit.alpha, alpha);
            for (name, beta) in model.regressors().iter().zip(&fit.betas) {
                let key = match name == &data.benchmark {
                    true => "beta".to_owned(),
                    false => format!("beta_{name}"),
                };
                ledger.compare(&place, Some(*beta), &answer["coefficients"][&key]);
            }
            let names = ["ar", "car"];
            compare_abnormal(&mut ledger, &place, answer, (&data, &abnormal), names);
            for &window in data.windows.car() {
                let car = abnormal.car(window);
                let test = car.and_then(|c| abnormal.t_test(c.car, c.sd));
                let n = car.map(|c| c.n_days as f64);
                ledger.compare(&place, n, &answer["n_days"][key(window)]);
                let (low, high) = (test.map(|t| t.low), test.map(|t| t.high));
                ledger.compare(&place, low, &answer["car_low"][key(window)]);
                ledger.compare(&place, high, &answer["car_high"][key(window)]);
            }
        }
    }
    ledger
}

fn differences(name: &str) -> Ledger {
    let data = Dataset::load(name);
    let mut ledger = Ledger::new(name);
    for &window in data.windows.car() {
        let mut groups: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for (i, car) in market_cars(&data, window) {
            groups.entry(&data.events[i].group).or_default().push(car);
        }
        let answers = &data.answers["group_difference"]["market"][&key(window)];
        for (pair, answer) in answers.as_object().expect("pairs") {
            let (a, b) = pair.split_once('|').expect("a pair");
            let place = format!("group_difference {pair} {}", key(window));
            let Some(found) = welch(&groups[a], &groups[b]) else {
                refused(&mut ledger, &place, "too-few-events", answer);
                continue;
            };
            let figures = [
                ("difference", Some(found.difference)),
                ("sd", Some(found.sd)),
                ("statistic", Some(found.test.t)),
                ("df", Some(found.test.df)),
                ("p", Some(found.test.p)),
                ("n_a", Some(groups[a].len() as f64)),
                ("n_b", Some(groups[b].len() as f64)),
            ];
            named(&mut ledger, &place, answer, &figures);
        }
    }
    ledger
}

#[test]
fn portfolios_by_value_agree() {
    for (name, at_least) in [("sample", 110), ("simulated", 100)] {
        let data = Dataset::load(name);
        let inputs = read("datasets", name);
        let mut ledger = Ledger::new(name);
        for portfolio in inputs["portfolios"].as_array().expect("portfolios") {
            let side = |name: &str| -> Vec<f64> {
                let members = portfolio[name].as_array().expect("members");
                let returns = |m: &Value| data.returns[m.as_str().expect("a symbol")].as_slice();
                let returns: Vec<&[f64]> = members.iter().map(returns).collect();
                // 1, 2, 3, … shares at a price that moves with the returns.
                let value = |(i, returns): (usize, &&[f64])| {
                    let price = returns.iter().scan(1.0, |price, r| {
                        *price *= 1.0 + if r.is_finite() { *r } else { 0.0 };
                        Some(*price)
                    });
                    let price: Vec<f64> = price.collect();
                    value_at_previous_close(&price, (i + 1) as f64)
                };
                let values: Vec<Vec<f64>> = returns.iter().enumerate().map(value).collect();
                weighted(&returns, &values)
            };
            let pairs = side("winners").into_iter().zip(side("losers"));
            let returns: Vec<f64> = pairs.map(|(w, l)| w - l).collect();
            let day_0 = portfolio["day0"].as_u64().expect("day 0") as usize;
            let id = portfolio["id"].as_str().expect("an id");
            let model = data.model("market", "");
            let answer = &data.answers["winners_minus_losers_value"]["market"][id];
            let window = data.windows.estimation();
            let days = estimation_days(&returns, &model, &[], window, day_0);
            let fit = model.fit(&returns, &days).unwrap();
            let figures = [
                ("n_estimation", Some(fit.n_estimation as f64)),
                ("residual_sd", Some(fit.residual_sd)),
            ];
            named(&mut ledger, id, answer, &figures);
            let (kind, window) = (ReturnKind::Simple, data.windows.event());
            let abnormal = AbnormalReturns::new(&returns, kind, &model, &fit, window, day_0);
            compare_abnormal(&mut ledger, id, answer, (&data, &abnormal), ["ar", "car"]);
        }
        ledger.finish(at_least);
    }
}

#[test]
fn ranges_against_the_days_before_agree() {
    let data = Dataset::load("sample");
    let inputs = read("datasets", "sample");
    let mut ledger = Ledger::new("sample");
    for event in &data.events {
        let series = &inputs["instruments"][&event.instrument];
        if series["high"].is_null() {
            continue;
        }
        let [open, high, low, close] =
            ["open", "high", "low", "close"].map(|name| column(&series[name]));
        let bars = Bars {
            open: &open,
            high: &high,
            low: &low,
            close: &close,
        };
        let others = reaction_sessions(&data, &event.instrument, Some(&event.id));
        for (name, kind, masked) in [
            ("parkinson", RangeKind::Parkinson, false),
            ("garman_klass", RangeKind::GarmanKlass, false),
            ("parkinson", RangeKind::Parkinson, true),
            ("garman_klass", RangeKind::GarmanKlass, true),
        ] {
            let way = if masked { "masked" } else { "none" };
            let flags: &[bool] = if masked { &others } else { &[] };
            let answers = &data.answers["range_test"][way][&event.id];
            let (windows, min) = (&data.windows, data.min_estimation);
            let found = range_test(&bars, kind, windows, min, event.day_0, flags);
            let place = format!("{} {name} {way}", event.id);
            match found {
                Ok(found) => named(
                    &mut ledger,
                    &place,
                    &answers[name],
                    &[
                        ("variance", Some(found.variance)),
                        ("usual", Some(found.usual)),
                        ("ratio", Some(found.ratio)),
                        ("p", found.rank.as_ref().ok().map(|rank| rank.p)),
                        ("n", found.rank.as_ref().ok().map(|rank| rank.n as f64)),
                        ("n_days", Some(found.n_days as f64)),
                    ],
                ),
                Err(why) => refused(&mut ledger, &place, why.code(), answers),
            }
        }
    }
    ledger.finish(600);
}
