//! Every model runs in a study, and the donors of a synthetic control are the right ones.

use super::*;
use crate::align::Anchor;
use crate::analysis::model::testing::{returns_on, white_noise};
use crate::analysis::window::{StudyWindows, Window};
use crate::calendar::Calendar;
use crate::event::{Event, EventTime, TimeCertainty, When};
use crate::study::data::InstrumentData;
use crate::study::result::Status;
use crate::study::spec::{GroupBy, QualityPolicy};
use std::collections::BTreeMap;

const NAMES: [&str; 6] = ["MKT", "AAA", "BBB", "CCC", "DDD", "EEE"];

fn symbol(name: &str) -> Symbol {
    Symbol::new(name).unwrap()
}

/// Six instruments on one factor, with errors that no two of them share.
fn data() -> StudyData {
    let calendar = Calendar::named("weekdays").unwrap();
    let day = |y, m, d| chrono::NaiveDate::from_ymd_opt(y, m, d).unwrap();
    let sessions = calendar
        .sessions(day(2022, 1, 3), day(2023, 12, 29))
        .unwrap();
    let market = white_noise(sessions.len(), 1);
    let instruments = NAMES.iter().zip(0..).map(|(name, i)| InstrumentData {
        symbol: symbol(name),
        close: None,
        adj_close: None,
        returns: Some(match i {
            0 => market.clone(),
            _ => returns_on(&market, 1.0 + 0.1 * i as f64, 1.0, 50 + i),
        }),
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

fn event(id: &str, date: (i32, u32, u32), instruments: &[&str]) -> Event {
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

fn spec(model: ModelKind) -> StudySpec {
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
        group_by: GroupBy::None,
        groups: Vec::new(),
        shares: Vec::new(),
        claims: Vec::new(),
        tests: None,
        placebo: false,
        seed: 1,
        n_draws: 1_999,
    }
}

#[test]
fn every_model_of_the_benchmark_runs_in_a_study() {
    let data = data();
    let kinds = ModelKind::ALL.into_iter();
    for kind in kinds.filter(|k| k.needs_benchmark() || *k == ModelKind::SyntheticControl) {
        let result = crate::study::run(&spec(kind), &data).unwrap();
        assert_eq!(result.fits.len(), 3, "{}", kind.as_str());
        assert!(result.ledger.iter().all(|row| row.status == Status::Used));
        assert!(result.fits.iter().all(|fit| fit.model == kind.as_str()));
        assert!(result.cars.iter().all(|row| row.car_t.is_some()));
    }
}

#[test]
fn donors_are_those_that_the_subjects_events_leave_alone() {
    let (data, spec) = (data(), spec(ModelKind::SyntheticControl));
    let studied = ["AAA", "BBB", "CCC"].map(symbol);
    let market = Market::new(&spec, &data, &studied, &NAMES.map(symbol)).unwrap();
    let donors = |subject: &[&str]| -> Vec<String> {
        let subject: Vec<Symbol> = subject.iter().map(|s| symbol(s)).collect();
        market.donors(&subject).into_iter().map(|d| d.0).collect()
    };
    assert_eq!(donors(&["AAA"]), ["CCC", "DDD", "EEE"]);
    assert_eq!(donors(&["CCC"]), ["AAA", "BBB", "DDD", "EEE"]);
    assert_eq!(donors(&["BBB", "CCC"]), ["DDD", "EEE"]);
    assert!(market.difference_model().unwrap().is_none());
}

#[test]
fn an_instrument_without_donors_says_so_in_the_ledger() {
    let (mut data, mut spec) = (data(), spec(ModelKind::SyntheticControl));
    data.instruments.truncate(3);
    spec.events.truncate(1);
    let result = crate::study::run(&spec, &data).unwrap();
    assert!(result.fits.is_empty());
    assert!(
        result.ledger[0].reason.contains("donors"),
        "{}",
        result.ledger[0].reason
    );
}
