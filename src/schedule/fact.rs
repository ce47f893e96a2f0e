//! Facts that people may want to hear of, each with a key that is its own for ever.
//!
//! The key is what makes a fact be told once: the same fact found again, by a run after a crash or
//! by another event's window, has the same key. Who hears of what is left to `rule`.

use super::diff::{Change, FigureChange, Kind};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// The abnormal return of a session that is new.
    AbnormalReturn,
    /// An event that was not there before.
    NewEvent,
    /// Windows whose last session has come.
    CompletedWindow,
    /// Data that are others now.
    Revision,
    /// Another answer to a claim.
    Claim,
    /// A source that gave nothing.
    FailedSource,
}

/// All triggers with the names that people type.
pub const TRIGGERS: [(&str, Trigger); 6] = [
    ("abnormal-return", Trigger::AbnormalReturn),
    ("new-event", Trigger::NewEvent),
    ("completed-window", Trigger::CompletedWindow),
    ("revision", Trigger::Revision),
    ("claim", Trigger::Claim),
    ("failed-source", Trigger::FailedSource),
];

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Unique, and the same whenever the same fact is found.
    pub key: String,
    /// What it is about.
    pub trigger: Trigger,
    /// The session whose run found it.
    pub session: NaiveDate,
    /// Study, where it is about one.
    pub study: Option<String>,
    /// Event, where it is about one.
    pub event_id: Option<String>,
    /// Instrument, where it is about one.
    pub instrument: Option<String>,
    /// The figure, for abnormal returns.
    pub value: Option<f64>,
    /// Its two-sided p.
    pub p: Option<f64>,
    /// One sentence.
    pub text: String,
}

/// A source that gave nothing for a symbol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// Name of the source.
    pub source: String,
    /// The symbol.
    pub symbol: String,
    /// Class of the refusal, `rate-limited`.
    pub class: String,
    /// What happened and what the person can do.
    pub message: String,
}

/// The facts in the changes of one run, each once, by key.
pub fn facts_of_changes(session: NaiveDate, changes: &[Change]) -> Vec<Fact> {
    let mut found: BTreeMap<String, (u32, Fact)> = BTreeMap::new();
    for change in changes {
        let candidates = match change.kind {
            Kind::NewSession => new_session(session, change),
            Kind::NewEvent => new_event(session, change),
            Kind::Revision => revision(session, change),
            Kind::Settings => Vec::new(),
        };
        for (distance, fact) in candidates.into_iter().chain(claim(session, change)) {
            // The same return stands in the windows of several events: the nearest one tells it.
            match found.get(&fact.key) {
                Some((nearer, _)) if *nearer <= distance => {}
                _ => {
                    found.insert(fact.key.clone(), (distance, fact));
                }
            }
        }
    }
    found.into_values().map(|(_, fact)| fact).collect()
}

/// One fact per source and class, with the symbols that it concerns.
pub fn facts_of_failures(session: NaiveDate, failures: &[Failure]) -> Vec<Fact> {
    let mut by_source: BTreeMap<(&str, &str), Vec<&Failure>> = BTreeMap::new();
    for failure in failures {
        let of = (failure.source.as_str(), failure.class.as_str());
        by_source.entry(of).or_default().push(failure);
    }
    by_source
        .into_iter()
        .map(|((source, class), failures)| {
            let symbols: Vec<&str> = failures.iter().map(|f| f.symbol.as_str()).collect();
            let why = failures.first().map_or("", |f| f.message.as_str());
            Fact {
                key: key(&["failed-source", source, class, &session.to_string()]),
                trigger: Trigger::FailedSource,
                session,
                study: None,
                event_id: None,
                instrument: None,
                value: None,
                p: None,
                text: format!(
                    "{source} gave nothing for {}: {class}: {why}",
                    symbols.join(", ")
                ),
            }
        })
        .collect()
}

fn new_session(session: NaiveDate, change: &Change) -> Vec<(u32, Fact)> {
    // An event that is reached brings the days before it along, which are no news.
    let is_news = |f: &FigureChange| f.session.is_some_and(|on| change.sessions.contains(&on));
    let returns = change
        .figures
        .iter()
        .filter(|f| f.figure == "ar" && is_news(f));
    let mut facts: Vec<(u32, Fact)> = returns
        .filter_map(|figure| abnormal_return(session, change, figure))
        .collect();
    if !change.completed.is_empty() {
        let windows: Vec<String> = change.completed.iter().map(|w| w.to_string()).collect();
        let figures = change.figures.iter().filter(|figure| {
            figure
                .window
                .is_some_and(|window| change.completed.contains(&window))
        });
        let cars: Vec<String> = figures
            .filter_map(|figure| Some(format!("[{}] {}", figure.window?, percent(figure.after?))))
            .collect();
        let (event, instrument) = names(change);
        let text = format!(
            "{event}, {instrument}: complete now: CAR {}",
            cars.join(", ")
        );
        let parts = ["completed-window", &change.study, event, instrument];
        let key = key(&[&parts[..], &[&windows.join(" ")]].concat());
        facts.push((
            0,
            fact(key, Trigger::CompletedWindow, session, change, text),
        ));
    }
    facts
}

fn abnormal_return(
    session: NaiveDate,
    change: &Change,
    figure: &FigureChange,
) -> Option<(u32, Fact)> {
    let (on, day, value) = (figure.session?, figure.relative_day?, figure.after?);
    let (event, instrument) = names(change);
    let p = match figure.p {
        None => String::new(),
        Some(p) if p < 0.0001 => ", p < 0.0001".to_owned(),
        Some(p) => format!(", p {p:.4}"),
    };
    let text = format!(
        "{instrument} on {on}: abnormal return {}{p} (day {day:+} of {event})",
        percent(value)
    );
    let key = key(&[
        "abnormal-return",
        &change.study,
        instrument,
        &on.to_string(),
    ]);
    let mut fact = fact(key, Trigger::AbnormalReturn, session, change, text);
    (fact.value, fact.p) = (Some(value), figure.p);
    Some((day.unsigned_abs(), fact))
}

fn new_event(session: NaiveDate, change: &Change) -> Vec<(u32, Fact)> {
    // A new event can move others, whose fits leave its days out: that is no new event.
    let Some(status) = change.status.as_ref().filter(|s| s.before.is_none()) else {
        return Vec::new();
    };
    let (event, _) = names(change);
    let key = key(&["new-event", &change.study, event]);
    let status = status.after.as_deref().unwrap_or("gone");
    let text = format!("new event in {}: {event} ({status})", change.study);
    let mut fact = fact(key, Trigger::NewEvent, session, change, text);
    fact.instrument = None;
    vec![(0, fact)]
}

fn revision(session: NaiveDate, change: &Change) -> Vec<(u32, Fact)> {
    let (event, instrument) = names(change);
    let mut facts: Vec<(u32, Fact)> = Vec::new();
    if !change.fields.is_empty() {
        let fields: Vec<String> = change
            .fields
            .iter()
            .map(|field| field.field.clone())
            .collect();
        let of_run = session.to_string();
        let key = key(&["revision", &change.study, event, "event", &of_run]);
        let text = format!("{event}: said anew: {}", fields.join(", "));
        facts.push((0, fact(key, Trigger::Revision, session, change, text)));
    }
    let shown = |v: Option<f64>| v.map_or("none".to_owned(), percent);
    let returns = change.figures.iter().filter(|f| f.figure == "return");
    let (seen, unseen): (Vec<_>, Vec<_>) = returns.partition(|f| shown(f.before) != shown(f.after));
    for figure in seen {
        let (Some(on), Some(day)) = (figure.session, figure.relative_day) else {
            continue;
        };
        let value = |v: Option<f64>| v.map_or("none".to_owned(), |v| v.to_string());
        let after = value(figure.after);
        let key = key(&[
            "revision",
            &change.study,
            instrument,
            &on.to_string(),
            &after,
        ]);
        let text = format!(
            "{instrument} on {on}: the return is {} now, it was {}",
            shown(figure.after),
            shown(figure.before)
        );
        let fact = fact(key, Trigger::Revision, session, change, text);
        facts.push((day.unsigned_abs(), fact));
    }
    if facts.is_empty() && change.claim_id.is_none() {
        let of_run = session.to_string();
        // A source that restates a history, as after a dividend, moves every return of it a little.
        let (what, why) = match unseen.len() {
            0 => (
                "fit",
                "figures moved because data before the event were revised".to_owned(),
            ),
            n => (
                "slight",
                format!("{n} returns were revised, none by as much as 0.01 %"),
            ),
        };
        let key = key(&["revision", &change.study, event, instrument, what, &of_run]);
        let text = format!("{event}, {instrument}: {why}");
        facts.push((0, fact(key, Trigger::Revision, session, change, text)));
    }
    facts
}

fn claim(session: NaiveDate, change: &Change) -> Option<(u32, Fact)> {
    let (id, status) = (change.claim_id.as_ref()?, change.status.as_ref()?);
    let (was, is) = (status.before.as_deref()?, status.after.as_deref()?);
    let key = key(&["claim", &change.study, id, is, &session.to_string()]);
    let text = format!("claim {id}: {is}, was {was} ({})", change.kind.as_str());
    let fact = fact(key, Trigger::Claim, session, change, text);
    Some((0, fact))
}

fn names(change: &Change) -> (&str, &str) {
    (
        change.event_id.as_deref().unwrap_or("the study"),
        change.instrument.as_deref().unwrap_or("all instruments"),
    )
}

fn fact(key: String, trigger: Trigger, session: NaiveDate, change: &Change, text: String) -> Fact {
    Fact {
        key,
        trigger,
        session,
        study: Some(change.study.clone()),
        event_id: change.event_id.clone(),
        instrument: change.instrument.clone(),
        value: None,
        p: None,
        text,
    }
}

/// Parts joined by `/`; what could be mistaken for a joint is replaced.
fn key(parts: &[&str]) -> String {
    let parts: Vec<String> = parts.iter().map(|part| part.replace('/', "_")).collect();
    parts.join("/")
}

/// A fraction for people.
fn percent(fraction: f64) -> String {
    format!("{:+.2} %", 100.0 * fraction).replace('-', "\u{2212}")
}

#[cfg(test)]
mod tests;
