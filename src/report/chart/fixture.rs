//! A made-up study of plausible size and figures for the tests of charts. Not one figure in it is
//! real but the abnormal return of NVDA on 27 January 2025.

use crate::analysis::window::{RelativeDay, Window};
use crate::event::{Event, EventTime, TimeCertainty, When};
use crate::instrument::{InstrumentGroup, Symbol};
use crate::study::result::*;
use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::BTreeMap;

const GROUPS: [(&str, &[&str]); 5] = [
    (
        "hardware",
        &[
            "NVDA", "AVGO", "AMD", "MRVL", "MU", "TSM", "ASML", "INTC", "QCOM", "ARM",
        ],
    ),
    ("power", &["VRT", "VST", "CEG"]),
    ("big tech", &["MSFT", "GOOGL", "AMZN", "META", "AAPL"]),
    ("software", &["CRM", "NOW", "SNOW", "PLTR", "ORCL"]),
    ("China", &["BABA", "BIDU", "KWEB"]),
];
const CATEGORIES: [&str; 6] = [
    "results",
    "export-control",
    "tariffs",
    "ai-shock",
    "product",
    "policy-meeting",
];
const TITLES: [&str; 9] = [
    "Quarterly results above expectations",
    "BIS rule on advanced computing chips",
    "Tariff orders on Canada, Mexico and China",
    "DeepSeek-V3 released",
    "GTC keynote",
    "White House meeting",
    "Section 232 inquiry into semiconductors opened",
    "H20 licence required",
    "Sales to China allowed again",
];

/// Figures that look random and are the same every time.
pub(super) struct Draws(u64);

impl Draws {
    /// A generator of its own sequence.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// About normal: a sum of twelve uniform figures.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// A date of the form 2025-01-27.
pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A symbol.
pub(super) fn symbol(text: &str) -> Symbol {
    Symbol::new(text).unwrap()
}

/// A window.
pub(super) fn window(text: &str) -> Window {
    text.parse().unwrap()
}

/// The first `n_instruments` of 26 instruments and `n_events` events, one of them on 27 January
/// 2025, with every figure that charts use. The last event is provisional.
pub(super) fn study(n_events: usize, n_instruments: usize) -> StudyResult {
    let all: Vec<&str> = GROUPS
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
        .collect();
    let instruments: Vec<Symbol> = all.iter().take(n_instruments).map(|s| symbol(s)).collect();
    let sessions: Vec<NaiveDate> = date("2022-01-03")
        .iter_days()
        .take_while(|day| *day <= date("2026-05-15"))
        .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
        .collect();
    let events = events(n_events, &sessions);
    let mut result = empty(instruments, events, &sessions);
    let mut draws = Draws::new(7);
    for event in result.events.clone() {
        for instrument in result.settings.instruments.clone() {
            observe(&mut result, &event, &instrument, &sessions, &mut draws);
        }
    }
    result.aar = averages(&mut draws);
    result.figures = figures(&sessions, &mut draws);
    result
}

fn events(n: usize, sessions: &[NaiveDate]) -> Vec<Event> {
    let monday = date("2025-01-27");
    let mut events: Vec<Event> = (1..n)
        .map(|i| {
            // Crowded around the Monday, sparse elsewhere.
            let at = if i % 4 == 0 {
                790 + 5 * (i % 11)
            } else {
                200 + i * 937 % (sessions.len() - 210)
            };
            event(
                &format!("event-{i}"),
                sessions[at],
                TITLES[i % TITLES.len()],
                CATEGORIES[i % CATEGORIES.len()],
            )
        })
        .collect();
    events.push(event(
        "deepseek-monday",
        monday,
        "DeepSeek Monday",
        "ai-shock",
    ));
    events
}

fn event(id: &str, day: NaiveDate, title: &str, category: &str) -> Event {
    Event {
        id: id.to_owned(),
        announced_at: EventTime::Date(day),
        given_at: day.to_string(),
        when: When::Bmo,
        time_certainty: TimeCertainty::Day,
        title: title.to_owned(),
        category: Some(category.to_owned()),
        instruments: Vec::new(),
        direction: None,
        market_wide: false,
        source: None,
        attributes: BTreeMap::new(),
    }
}

/// A study without figures.
pub(super) fn empty(
    instruments: Vec<Symbol>,
    events: Vec<Event>,
    sessions: &[NaiveDate],
) -> StudyResult {
    let groups = GROUPS.iter().map(|(name, members)| InstrumentGroup {
        name: (*name).to_owned(),
        members: members.iter().map(|s| symbol(s)).collect(),
    });
    StudyResult {
        name: "fixture".to_owned(),
        title: "Fixture".to_owned(),
        question: None,
        settings: settings(instruments),
        inputs: vec![InputRecord {
            role: "prices".to_owned(),
            name: "sample".to_owned(),
            format: String::new(),
            n_rows: 0,
            adjustment: None,
            provenance: Some("Stooq, daily closes".to_owned()),
            sha256: String::new(),
        }],
        data_range: (sessions[0], sessions[sessions.len() - 1]),
        event_counts: StatusCounts::default(),
        observation_counts: StatusCounts::default(),
        events,
        groups_of_instruments: groups.collect(),
        ledger: Vec::new(),
        fits: Vec::new(),
        abnormal_returns: Vec::new(),
        cars: Vec::new(),
        aar: Vec::new(),
        tests: Vec::new(),
        groups: Vec::new(),
        claims: Vec::new(),
        dollar_values: Vec::new(),
        figures: FigureData::default(),
        findings: Vec::new(),
        warnings: Vec::new(),
        version: "0".to_owned(),
    }
}

fn settings(instruments: Vec<Symbol>) -> Settings {
    Settings {
        model: "market".to_owned(),
        regressors: vec!["SPY".to_owned()],
        benchmark: Some(symbol("SPY")),
        benchmark_weight: None,
        returns: "simple".to_owned(),
        price_column: "adj_close".to_owned(),
        factor_unit: None,
        estimation: window("-250:-11"),
        min_estimation: 144,
        event_window: window("-10:10"),
        windows: vec![window("-1:1"), window("0:0")],
        calendar: "XNYS".to_owned(),
        anchor: "next".to_owned(),
        max_shift: 5,
        quality: "warn".to_owned(),
        mask_events: false,
        mask_window: window("0:1"),
        group_by: "category".to_owned(),
        focus: instruments.first().cloned(),
        lead_event: Some("deepseek-monday".to_owned()),
        instruments,
        tests: Vec::new(),
        placebo: true,
        confidence: 0.95,
    }
}

fn observe(
    result: &mut StudyResult,
    event: &Event,
    instrument: &Symbol,
    sessions: &[NaiveDate],
    draws: &mut Draws,
) {
    let EventTime::Date(session) = event.announced_at else {
        return;
    };
    let day_0 = sessions.binary_search(&session).unwrap();
    let monday = event.id == "deepseek-monday";
    let provisional = event.id == "event-1";
    let missing = !monday && instrument.as_str() == "ARM" && draws.uniform() < 0.4;
    result.ledger.push(LedgerRow {
        event_id: event.id.clone(),
        instrument: instrument.as_str().to_owned(),
        given_at: event.given_at.clone(),
        session: Some(session),
        rule: "as-dated".to_owned(),
        status: match (missing, provisional) {
            (true, _) => Status::Excluded,
            (_, true) => Status::Provisional,
            _ => Status::Used,
        },
        reason_code: String::new(),
        reason: String::new(),
        overlaps: Vec::new(),
        same_session: Vec::new(),
        day_uncertain: false,
        n_estimation: Some(240),
        n_estimation_window: 240,
    });
    if missing {
        return;
    }
    let sd = 0.0263;
    let mut car = 0.0;
    let mut ars = BTreeMap::new();
    for day in -10..=10_i32 {
        let boost = if day == 0 { 1.8 } else { 0.9 };
        let mut ar = boost * sd * draws.normal();
        if monday && day == 0 && instrument.as_str() == "NVDA" {
            ar = -0.1333;
        }
        car += ar;
        ars.insert(day, ar);
        let ahead = provisional && day > 4;
        let n = f64::from(day + 11);
        let reach = 1.97 * sd * (n + n * n / 240.0).sqrt();
        let known = |v: f64| (!ahead).then_some(v);
        result.abnormal_returns.push(AbnormalReturnRow {
            event_id: event.id.clone(),
            instrument: instrument.clone(),
            relative_day: RelativeDay(day),
            session: known(0.0).and_then(|_| sessions.get((day_0 as i32 + day) as usize).copied()),
            ret: known(ar + 0.001),
            normal_return: known(0.001),
            ar: known(ar),
            ar_sd: known(sd),
            sar: known(ar / sd),
            ar_t: known(ar / sd),
            ar_df: known(238.0),
            ar_p: known(if ar.abs() > 1.97 * sd { 0.01 } else { 0.4 }),
            car_to_day: known(car),
            car_to_day_low: known(car - reach),
            car_to_day_high: known(car + reach),
        });
    }
    for window in result.settings.windows.clone() {
        let car: f64 = window.days().map(|day| ars[&day.0]).sum();
        let reach = 1.97 * sd * (window.n_days() as f64 * 1.01).sqrt();
        result
            .cars
            .push(car_row(event, instrument, window, car, reach, provisional));
    }
}

fn car_row(
    event: &Event,
    instrument: &Symbol,
    window: Window,
    car: f64,
    reach: f64,
    provisional: bool,
) -> CarRow {
    CarRow {
        event_id: event.id.clone(),
        instrument: instrument.clone(),
        window,
        n_days: window.n_days(),
        provisional,
        car: Some(car),
        car_sd: Some(reach / 1.97),
        car_t: None,
        car_df: Some(238.0),
        car_p: None,
        car_low: Some(car - reach),
        car_high: Some(car + reach),
        scar: None,
        csar: None,
        bhar: None,
        sq_p: None,
        sq_n: None,
        placebo_p: None,
        placebo_n: None,
        mde: None,
        car_masked: None,
        car_masked_sd: None,
        car_masked_t: None,
        car_unmasked: None,
        car_unmasked_sd: None,
        car_unmasked_t: None,
        car_joint: None,
        car_joint_sd: None,
        note: String::new(),
    }
}

fn averages(draws: &mut Draws) -> Vec<AarRow> {
    let mut rows = Vec::new();
    for (i, group) in CATEGORIES.iter().enumerate() {
        let mut caar = 0.0;
        for day in -10..=10 {
            let aar = 0.006 * draws.normal();
            caar += aar;
            rows.push(AarRow {
                group: (*group).to_owned(),
                relative_day: RelativeDay(day),
                n: 15 - 2 * i - usize::from(day > 4 && i == 1),
                aar: Some(aar),
                caar: Some(caar),
                aar_sd: Some(0.006),
                aar_low: Some(aar - 0.012),
                aar_high: Some(aar + 0.012),
            });
        }
    }
    rows
}

fn figures(sessions: &[NaiveDate], draws: &mut Draws) -> FigureData {
    let nvda = symbol("NVDA");
    let mut price = 29.0_f64;
    let values: Vec<Option<f64>> = sessions
        .iter()
        .map(|day| {
            let jump = if *day == date("2025-01-27") {
                -0.17
            } else {
                0.0
            };
            let drift = if day.year() < 2023 { -0.0025 } else { 0.0029 };
            price *= 1.0 + drift + jump + 0.028 * draws.normal();
            (*day != date("2023-05-10")).then_some(price)
        })
        .collect();
    let mut pair = |shock: f64| {
        let market = 0.008 * draws.normal();
        (
            market,
            0.0008 + 1.85 * market + 0.0263 * draws.normal() + shock,
        )
    };
    let estimation = (0..240).map(|_| pair(0.0)).collect();
    let mut event: Vec<_> = (-10..=10)
        .map(|day| {
            let (market, ret) = pair(0.0);
            (RelativeDay(day), market, ret)
        })
        .collect();
    event[10] = (RelativeDay(0), -0.0141, -0.1697);
    let mut values_placebo: Vec<f64> = (0..1021).map(|_| 0.047 * draws.normal()).collect();
    values_placebo.sort_by(f64::total_cmp);
    FigureData {
        leading: vec![("deepseek-monday".to_owned(), nvda.clone())],
        price: Some(PriceSeries {
            instrument: nvda.clone(),
            column: "adj_close".to_owned(),
            sessions: sessions.to_vec(),
            values,
        }),
        scatter: Some(Scatter {
            event_id: "deepseek-monday".to_owned(),
            instrument: nvda.clone(),
            benchmark: symbol("SPY"),
            estimation,
            event,
            line: Some((0.0008, 1.85)),
        }),
        placebos: vec![PlaceboDistribution {
            event_id: "deepseek-monday".to_owned(),
            instrument: nvda,
            window: window("-1:1"),
            car: -0.0938,
            p: 0.047,
            values: values_placebo,
        }],
    }
}
