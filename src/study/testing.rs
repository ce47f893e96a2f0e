//! A small made-up study for the tests of its parts.

use crate::analysis::model::ModelKind;
use crate::analysis::model::testing::{returns_on, white_noise};
use crate::analysis::window::{StudyWindows, Window};
use crate::calendar::Calendar;
use crate::event::Event;
use crate::instrument::Symbol;
use crate::study::data::{InstrumentData, StudyData};
use crate::study::spec::{QualityPolicy, StudySpec};

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
        instruments: instruments.iter().map(|s| symbol(s)).collect(),
        ..Event::on(id, date)
    }
}

/// Two events of three instruments under a model; windows shorter than usual.
pub(crate) fn spec(model: ModelKind) -> StudySpec {
    let window = |a, b| Window::new(a, b).unwrap();
    StudySpec {
        events: vec![
            event("one", (2023, 3, 1), &["AAA", "BBB"]),
            event("two", (2023, 9, 6), &["CCC"]),
        ],
        benchmark: Some(symbol("MKT")),
        model,
        windows: StudyWindows::new(window(-130, -11), window(-5, 5), vec![window(0, 1)]).unwrap(),
        min_estimation: 80,
        quality: QualityPolicy::Off,
        placebo: false,
        ..StudySpec::default()
    }
}
