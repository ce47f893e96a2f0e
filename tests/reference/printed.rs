//! What a study prints, against the answers: not the core's functions but the rows of its result,
//! so that a figure cannot be right in the core and wrong in a file.

use crate::dataset::{Dataset, column, read};
use crate::ledger::Ledger;
use chrono::NaiveDate;
use serde_json::Value;
use shockwave::align::Anchor;
use shockwave::analysis::model::{ErrorLaw, ModelKind};
use shockwave::analysis::window::Window;
use shockwave::calendar::Calendar;
use shockwave::event::{Direction, Event, EventTime, TimeCertainty, When};
use shockwave::instrument::Symbol;
use shockwave::returns::ReturnKind;
use shockwave::study::data::{InstrumentData, StudyData};
use shockwave::study::result::StudyResult;
use shockwave::study::spec::{
    Claim, ClaimEvents, ClaimQuestion, ClaimSubject, GroupBy, PriceColumn, QualityPolicy,
    Regression, RegressionErrors, StudySpec,
};
use std::collections::BTreeMap;

fn symbol(name: &str) -> Symbol {
    Symbol::new(name).expect("a symbol")
}

fn key(window: Window) -> String {
    format!("{}:{}", window.start().0, window.end().0)
}

/// The sessions of a data set: its dates, or as many weekdays where it has none.
fn sessions(inputs: &Value) -> Vec<NaiveDate> {
    let n = inputs["sessions"].as_u64().expect("a count") as usize;
    match inputs["dates"].as_array() {
        Some(dates) => dates
            .iter()
            .map(|d| d.as_str().expect("a date").parse().expect("a date"))
            .collect(),
        None => {
            let calendar = Calendar::named("weekdays").expect("a calendar");
            let day = |y| NaiveDate::from_ymd_opt(y, 1, 3).expect("a date");
            let mut days = calendar.sessions(day(2011), day(2020)).expect("sessions");
            days.truncate(n);
            days
        }
    }
}

fn study_data(inputs: &Value) -> StudyData {
    let sessions = sessions(inputs);
    let instruments = inputs["instruments"].as_object().expect("instruments");
    let instrument = |(name, series): (&String, &Value)| {
        let own = |field: &str| (!series[field].is_null()).then(|| column(&series[field]));
        InstrumentData {
            returns: own("return"),
            open: own("open"),
            high: own("high"),
            low: own("low"),
            close: own("close"),
            volume: own("volume"),
            ..InstrumentData::new(symbol(name))
        }
    };
    StudyData {
        calendar: Calendar::from_data(&sessions).expect("a calendar"),
        instruments: instruments.iter().map(instrument).collect(),
        sessions,
        factors: None,
        inputs: Vec::new(),
        findings: Vec::new(),
        unreadable: Vec::new(),
    }
}

fn events(data: &Dataset, inputs: &Value, sessions: &[NaiveDate]) -> Vec<Event> {
    let attributes = |i: usize| -> BTreeMap<String, String> {
        let own = inputs["events"][i]["attributes"].as_object();
        let pairs = own.into_iter().flatten();
        pairs.map(|(k, v)| (k.clone(), v.to_string())).collect()
    };
    let event = |(i, e): (usize, &crate::dataset::DatasetEvent)| Event {
        id: e.id.clone(),
        announced_at: EventTime::Date(sessions[e.day_0]),
        given_at: sessions[e.day_0].to_string(),
        when: When::Intraday,
        time_certainty: TimeCertainty::Day,
        title: e.id.clone(),
        category: Some(e.group.clone()),
        instruments: vec![symbol(&e.instrument)],
        direction: None,
        market_wide: false,
        source: None,
        attributes: attributes(i),
    };
    data.events.iter().enumerate().map(event).collect()
}

/// The study of a data set under the market model, with a claim about every group of one
/// instrument's events.
fn spec(data: &Dataset, events: Vec<Event>) -> StudySpec {
    let window = Window::new(0, 1).expect("a window");
    let groups: BTreeMap<&str, Vec<&str>> = data.events.iter().fold(BTreeMap::new(), |mut g, e| {
        g.entry(&*e.group).or_default().push(&e.instrument);
        g
    });
    let claim = |(group, members): (&str, Vec<&str>)| {
        members.iter().all(|m| *m == members[0]).then(|| Claim {
            id: group.to_owned(),
            text: group.to_owned(),
            question: ClaimQuestion::Sign {
                events: ClaimEvents::Category(group.to_owned()),
                subject: ClaimSubject::Instrument(symbol(members[0])),
                window,
                direction: Direction::Down,
            },
        })
    };
    let regression = |name: &str, errors| Regression {
        name: name.to_owned(),
        window,
        attributes: vec!["size".to_owned(), "tightening".to_owned()],
        errors,
        instruments: None,
    };
    let has_attributes = events.iter().all(|e| e.attributes.contains_key("size"));
    StudySpec {
        name: "reference".to_owned(),
        title: "reference".to_owned(),
        question: None,
        instruments: None,
        focus: None,
        lead_event: None,
        benchmark: Some(symbol(&data.benchmark)),
        benchmark_weight: None,
        model: ModelKind::Market,
        error_law: ErrorLaw::StudentT,
        garch: false,
        factor_columns: Vec::new(),
        returns: ReturnKind::Simple,
        price_column: PriceColumn::Auto,
        windows: data.windows.clone(),
        min_estimation: data.min_estimation,
        anchor: Anchor::Error,
        max_shift: 5,
        quality: QualityPolicy::Off,
        mask_events: false,
        mask_window: window,
        joint: true,
        group_by: GroupBy::Column("category".to_owned()),
        groups: Vec::new(),
        shares: Vec::new(),
        claims: groups.into_iter().filter_map(claim).collect(),
        regressions: match has_attributes {
            true => vec![
                regression("HC1", RegressionErrors::Hc1),
                regression("HC3", RegressionErrors::Hc3),
            ],
            false => Vec::new(),
        },
        tests: None,
        placebo: true,
        seed: 1,
        n_draws: 99,
        events,
    }
}

fn printed(data: &Dataset, name: &str) -> StudyResult {
    let inputs = read("datasets", name);
    let figures = study_data(&inputs);
    let events = events(data, &inputs, &figures.sessions);
    shockwave::study::run(&spec(data, events), &figures).expect("a result")
}

#[test]
fn printed_days_and_windows_agree() {
    for (name, at_least) in [("sample", 4_800), ("simulated", 3_000)] {
        let data = Dataset::load(name);
        let result = printed(&data, name);
        let mut ledger = Ledger::new(name);
        let answer = |statistic: &str, event: &str, key: &str| {
            data.answers[statistic]["market"][event][key].clone()
        };
        for row in &result.abnormal_returns {
            let key = row.relative_day.0.to_string();
            let mut compare = |statistic: &str, key: &str, value| {
                let place = format!("{statistic} {} {key}", row.event_id);
                ledger.compare(&place, value, &answer(statistic, &row.event_id, key));
            };
            if row.ar.is_none() {
                continue;
            }
            compare("ar", &key, row.ar);
            compare("ar_sd", &key, row.ar_sd);
            compare("ar_t", &key, row.ar_t);
            compare("ar_p", &key, row.ar_p);
            if row.relative_day.0 == 0 {
                compare("car_low", "0:0", row.ar_low);
                compare("car_high", "0:0", row.ar_high);
            }
        }
        for row in result.cars.iter().filter(|r| r.car.is_some()) {
            let key = key(row.window);
            for (statistic, value) in [
                ("car", row.car),
                ("car_sd", row.car_sd),
                ("car_t", row.car_t),
                ("car_p", row.car_p),
                ("car_low", row.car_low),
                ("car_high", row.car_high),
                ("bhar", row.bhar),
                ("mde", row.mde),
            ] {
                let place = format!("{statistic} {} {key}", row.event_id);
                ledger.compare(&place, value, &answer(statistic, &row.event_id, &key));
            }
        }
        ledger.finish(at_least);
    }
}

#[test]
fn printed_outcomes_agree() {
    for (name, at_least) in [("sample", 630), ("simulated", 100)] {
        let data = Dataset::load(name);
        let result = printed(&data, name);
        let mut ledger = Ledger::new(name);
        for row in &result.outcomes {
            let key = key(row.window);
            let place = format!("{} {}", row.outcome, row.event_id);
            let of = |statistic: &str, model: &str| {
                data.answers[statistic][model][&row.event_id].clone()
            };
            let volume = row.outcome.strip_prefix("volume-");
            let figures: Vec<(Option<f64>, Value)> = match (volume, row.outcome.as_str()) {
                _ if row.value.is_none() => continue,
                (Some(kind), _) => {
                    let answer = of("abnormal_volume", kind);
                    vec![
                        (row.usual, answer["mean"].clone()),
                        (row.value, answer["cav"][&key].clone()),
                        (row.statistic, answer["cav_t"][&key].clone()),
                        (row.p, answer["cav_p"][&key].clone()),
                    ]
                }
                (_, "variance-ratio") => {
                    let answer = of("event_variance_ratio", "market")[&key].clone();
                    vec![
                        (row.statistic, answer["value"].clone()),
                        (row.df, answer["df"][0].clone()),
                        (row.df_2, answer["df"][1].clone()),
                        (row.p, answer["p"].clone()),
                    ]
                }
                (_, range) => {
                    let answer = of("range_test", "none")[range.replace('-', "_")].clone();
                    vec![
                        (row.value, answer["variance"].clone()),
                        (row.usual, answer["usual"].clone()),
                        (row.statistic, answer["ratio"].clone()),
                        (row.p, answer["p"].clone()),
                        (row.n.map(|n| n as f64), answer["n"].clone()),
                    ]
                }
            };
            for (value, answer) in figures {
                ledger.compare(&place, value, &answer);
            }
        }
        ledger.finish(at_least);
    }
}

#[test]
fn printed_changes_agree() {
    let data = Dataset::load("sample");
    let result = printed(&data, "sample");
    let mut ledger = Ledger::new("sample");
    for row in result.pre_post.iter().filter(|r| r.n_after.is_some()) {
        let answer = &data.answers["pre_post"]["none"][&row.event_id];
        for (name, value) in [
            ("correlation_pre", row.correlation_before),
            ("correlation_post", row.correlation_after),
            ("delta", row.delta),
            ("correlation_post_adjusted", row.correlation_adjusted),
            ("fisher_z_raw", row.raw_z),
            ("fisher_p_raw", row.raw_p),
            ("fisher_z_adjusted", row.adjusted_z),
            ("fisher_p_adjusted", row.adjusted_p),
            ("beta_pre", row.beta_before),
            ("beta_pre_sd", row.beta_before_sd),
            ("beta_post", row.beta_after),
            ("beta_post_sd", row.beta_after_sd),
            ("beta_change_z", row.beta_z),
            ("beta_change_p", row.beta_p),
            ("variance_ratio", row.variance_ratio),
            ("variance_ratio_p", row.variance_ratio_p),
        ] {
            let place = format!("{name} {}", row.event_id);
            ledger.compare(&place, value, &answer[name]);
        }
    }
    ledger.finish(400);
}

#[test]
fn printed_claims_rest_on_the_answers_of_their_sample() {
    let data = Dataset::load("sample");
    let result = printed(&data, "sample");
    let mut ledger = Ledger::new("sample");
    for claim in result.claims.iter().filter(|c| c.n > 1) {
        let answer = |test: &str| data.answers[test]["market"][&claim.claim_id]["0:1"].clone();
        let (Some(test), Some(other)) = (&claim.test, &claim.other_test) else {
            panic!("{} has no test", claim.claim_id);
        };
        assert_eq!(other.name, "cross_section_t");
        let plain = answer("cross_section_t");
        ledger.compare(&claim.claim_id, other.statistic, &plain["value"]);
        ledger.compare(&claim.claim_id, other.p, &plain["p"]);
        // The bootstrap draws its own numbers; its statistic is that of the BMP test.
        let statistic = match test.name.as_str() {
            "block_bootstrap_p" => answer("bmp_t"),
            name => answer(name),
        };
        ledger.compare(&claim.claim_id, test.statistic, &statistic["value"]);
        if test.name != "block_bootstrap_p" {
            ledger.compare(&claim.claim_id, test.p, &statistic["p"]);
        }
    }
    ledger.finish(6);
}

#[test]
fn printed_regressions_agree() {
    let data = Dataset::load("simulated");
    let result = printed(&data, "simulated");
    let mut ledger = Ledger::new("simulated");
    let answer = &data.answers["cross_section_regression"]["market"]["0:1"];
    for (i, row) in result.regressions.iter().enumerate() {
        let (j, own) = (i % 3, &answer[&row.regression]);
        let place = format!("{} {}", row.regression, row.term);
        ledger.compare(&place, row.coefficient, &answer["coefficients"][j]);
        ledger.compare(&place, row.sd, &own["sd"][j]);
        ledger.compare(&place, row.t, &own["t"][j]);
        ledger.compare(&place, row.p, &own["p"][j]);
        ledger.compare(&place, row.df, &own["df"]);
        ledger.compare(&place, row.r_squared, &answer["r_squared"]);
    }
    ledger.finish(36);
}
