//! A small made-up study for the tests of its parts.

use crate::align::Anchor;
use crate::analysis::model::ModelKind;
use crate::analysis::model::testing::{returns_on, white_noise};
use crate::analysis::window::{StudyWindows, Window};
use crate::calendar::Calendar;
use crate::event::{Event, EventTime, TimeCertainty, When};
use crate::instrument::Symbol;
use crate::study::data::{InstrumentData, StudyData};
use crate::study::spec::{GroupBy, PriceColumn, QualityPolicy, StudySpec};
use std::collections::BTreeMap;

/// The market, and five that follow it.
pub(crate) const NAMES: [&str; 6] = ["MKT", "AAA", "BBB", "CCC", "DDD", "EEE"];

/// A symbol that is one.
pub(crate) fn symbol(name: &str) -> Symbol {
    Symbol::new(name).unwrap()
}

/// Six instruments on one factor, with errors that no two of them share.
pub(crate) fn data() -> StudyData {
    let calendar = Calendar::named("weekdays").unwrap();
    let day = |y, m, d| chrono::NaiveDate::from_ymd_opt(y, m, d).unwrap();
    let sessions = calendar
        .sessions(day(2022, 1, 3), day(2023, 12, 29))
        .unwrap();
    let market = white_noise(sessions.len(), 1);
    let instruments = NAMES.iter().zip(0..).map(|(name, i)| InstrumentData {
        returns: Some(match i {
            0 => market.clone(),
            _ => returns_on(&market, 1.0 + 0.1 * i as f64, 1.0, 50 + i),
        }),
        ..InstrumentData::new(symbol(name))
    });
    StudyData {
        instruments: instruments.collect(),
        calendar,
        sessions,
        factors: None,
        inputs: Vec::new(),
        findings: Vec::new(),
        unreadable: Vec::new(),
    }
}

/// An event known by its date only.
pub(crate) fn event(id: &str, date: (i32, u32, u32), instruments: &[&str]) -> Event {
    let date = chrono::NaiveDate::from_ymd_opt(date.0, date.1, date.2).unwrap();
    Event {
        id: id.to_owned(),
        announced_at: EventTime::Date(date),
        given_at: date.to_string(),
        when: When::Unknown,
        time_certainty: TimeCertainty::Day,
        title: id.to_owned(),
        category: None,
        instruments: instruments.iter().map(|s| symbol(s)).collect(),
        direction: None,
        market_wide: false,
        source: None,
        attributes: BTreeMap::new(),
    }
}

/// Two events of three instruments under a model; windows shorter than usual.
pub(crate) fn spec(model: ModelKind) -> StudySpec {
    let window = |a, b| Window::new(a, b).unwrap();
    StudySpec {
        name: "models".to_owned(),
        title: "models".to_owned(),
        question: None,
        events: vec![
            event("one", (2023, 3, 1), &["AAA", "BBB"]),
            event("two", (2023, 9, 6), &["CCC"]),
        ],
        instruments: None,
        focus: None,
        lead_event: None,
        benchmark: Some(symbol("MKT")),
        benchmark_weight: None,
        model,
        error_law: crate::analysis::model::ErrorLaw::StudentT,
        garch: false,
        factor_columns: Vec::new(),
        returns: crate::returns::ReturnKind::Simple,
        price_column: PriceColumn::Auto,
        windows: StudyWindows::new(window(-130, -11), window(-5, 5), vec![window(0, 1)]).unwrap(),
        min_estimation: 80,
        anchor: Anchor::Next,
        max_shift: 5,
        quality: QualityPolicy::Off,
        mask_events: false,
        mask_window: window(0, 1),
        joint: false,
        group_by: GroupBy::None,
        groups: Vec::new(),
        shares: Vec::new(),
        claims: Vec::new(),
        regressions: Vec::new(),
        tests: None,
        placebo: false,
        seed: 1,
        n_draws: 1_999,
    }
}
