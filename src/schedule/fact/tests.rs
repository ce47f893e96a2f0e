use super::*;
use crate::schedule::diff::{FieldChange, Moved};
use crate::schedule::snapshot::Span;

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn change(kind: Kind, event: &str) -> Change {
    let mut change = Change::new(kind, "s");
    change.event_id = Some(event.to_owned());
    change.instrument = Some("NVDA".to_owned());
    change
}

fn figure(figure: &'static str, day: i32, before: Option<f64>, after: f64) -> FigureChange {
    FigureChange {
        figure,
        window: None,
        relative_day: Some(day),
        session: Some(on("2025-01-27")),
        before,
        after: Some(after),
        p: Some(0.0001),
    }
}

fn keys(changes: &[Change]) -> Vec<String> {
    let facts = facts_of_changes(on("2025-01-27"), changes);
    facts.into_iter().map(|fact| fact.key).collect()
}

#[test]
fn a_return_in_the_windows_of_two_events_is_told_once_by_the_nearer() {
    let mut far = change(Kind::NewSession, "release");
    far.figures.push(figure("ar", 4, None, -0.132));
    far.sessions.push(on("2025-01-27"));
    let mut near = change(Kind::NewSession, "sell-off");
    near.figures.push(figure("ar", 0, None, -0.133));
    near.sessions.push(on("2025-01-27"));
    let mut earlier = figure("ar", -1, None, -0.2);
    earlier.session = Some(on("2025-01-24"));
    near.figures.push(earlier);
    let facts = facts_of_changes(on("2025-01-27"), &[far, near]);
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0].key, "abnormal-return/s/NVDA/2025-01-27");
    assert_eq!(
        facts[0].text,
        "NVDA on 2025-01-27: abnormal return \u{2212}13.30 %, p 0.0001 (day +0 of sell-off)"
    );
    assert_eq!(facts[0].value, Some(-0.133));
}

#[test]
fn completed_windows_are_one_fact_of_their_observation() {
    let mut done = change(Kind::NewSession, "sell-off");
    let window = Span { start: 0, end: 1 };
    done.completed.push(window);
    let mut car = figure("car", 0, Some(-0.13), -0.05);
    (car.window, car.relative_day) = (Some(window), None);
    done.figures.push(car);
    let facts = facts_of_changes(on("2025-01-28"), &[done]);
    assert_eq!(facts[0].key, "completed-window/s/sell-off/NVDA/0:1");
    assert!(
        facts[0].text.ends_with("CAR [0:1] \u{2212}5.00 %"),
        "{}",
        facts[0].text
    );
}

#[test]
fn a_revision_is_another_fact_when_the_value_is_another() {
    let revised = |value| {
        let mut change = change(Kind::Revision, "sell-off");
        change.figures.push(figure("return", 0, Some(-0.17), value));
        change.figures.push(figure("ar", 0, Some(-0.13), value));
        change
    };
    assert_eq!(
        keys(&[revised(-0.18)]),
        ["revision/s/NVDA/2025-01-27/-0.18"]
    );
    assert_ne!(keys(&[revised(-0.18)]), keys(&[revised(-0.19)]));
    let fit = change(Kind::Revision, "sell-off");
    assert_eq!(keys(&[fit]), ["revision/s/sell-off/NVDA/fit/2025-01-27"]);
}

#[test]
fn an_event_is_new_once_for_all_its_instruments_and_settings_are_no_fact() {
    let mut new = change(Kind::NewEvent, "paris/summit");
    new.status = Some(Moved {
        before: None,
        after: Some("provisional".into()),
    });
    let mut other = new.clone();
    other.instrument = Some("AMD".to_owned());
    let moved = change(Kind::NewEvent, "old");
    let mut settings = Change::new(Kind::Settings, "s");
    settings.fields.push(FieldChange {
        field: "model".into(),
        before: None,
        after: None,
    });
    assert_eq!(
        keys(&[new, other, moved, settings]),
        ["new-event/s/paris_summit"]
    );
}

#[test]
fn a_claim_is_told_when_its_answer_changes() {
    let mut change = Change::new(Kind::NewSession, "s");
    change.claim_id = Some("c1".into());
    assert_eq!(keys(&[change.clone()]), Vec::<String>::new());
    change.status = Some(Moved {
        before: Some("not-distinguishable".into()),
        after: Some("supported".into()),
    });
    assert_eq!(keys(&[change]), ["claim/s/c1/supported/2025-01-27"]);
}

#[test]
fn a_source_that_fails_for_many_symbols_is_one_fact() {
    let failure = |symbol: &str| Failure {
        source: "yahoo".into(),
        symbol: symbol.into(),
        class: "rate-limited".into(),
        message: "wait".into(),
    };
    let facts = facts_of_failures(on("2025-01-27"), &[failure("NVDA"), failure("SPY")]);
    assert_eq!(facts.len(), 1);
    assert_eq!(
        facts[0].text,
        "yahoo gave nothing for NVDA, SPY: rate-limited: wait"
    );
}

#[test]
fn returns_that_look_the_same_are_one_fact_of_their_observation() {
    let mut restated = change(Kind::Revision, "sell-off");
    for (day, after) in [(0, -0.170_01), (1, 0.080_02)] {
        let mut figure = figure("return", day, Some(after + 0.000_004), after);
        figure.session = Some(on("2025-01-27") + chrono::TimeDelta::days(day.into()));
        restated.figures.push(figure);
    }
    let facts = facts_of_changes(on("2025-01-29"), &[restated]);
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0].key, "revision/s/sell-off/NVDA/slight/2025-01-29");
    assert!(facts[0].text.contains("2 returns were revised"));
}
