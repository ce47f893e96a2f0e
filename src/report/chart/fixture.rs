//! A made-up study of plausible size and figures for the tests of charts. Not one figure in it is
//! real but the abnormal return of NVDA on 27 January 2025.

use super::fixture_rows::{Draws, averages, figures, observe};
use crate::analysis::window::Window;
use crate::event::{Event, EventTime, TimeCertainty, When};
use crate::instrument::{InstrumentGroup, Symbol};
use crate::study::result::{FigureData, InputRecord, Settings, StatusCounts, StudyResult};
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
pub(super) const CATEGORIES: [&str; 6] = [
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
    let groups = GROUPS.iter().map(|(name, members)| {
        InstrumentGroup::new(name, members.iter().map(|s| symbol(s)).collect())
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
            source: None,
            fetched_at: None,
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
        recommendations: Vec::new(),
        diagnostics: Vec::new(),
        groups: Vec::new(),
        portfolios: Vec::new(),
        claims: Vec::new(),
        confounding: Vec::new(),
        outcomes: Vec::new(),
        pre_post: Vec::new(),
        regressions: Vec::new(),
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
        joint: false,
        group_by: "category".to_owned(),
        focus: instruments.first().cloned(),
        lead_event: Some("deepseek-monday".to_owned()),
        instruments,
        tests: Vec::new(),
        placebo: true,
        seed: 1,
        n_draws: 1_999,
        confidence: 0.95,
    }
}
