//! Events on the session grid: day 0 of each, whom it concerns, what overlaps what.

use crate::align::{EventSession, Exclusion, event_session};
use crate::error::Result;
use crate::event::{Event, EventTime};
use crate::instrument::Symbol;
use crate::study::data::StudyData;
use crate::study::spec::StudySpec;
use chrono::NaiveDate;

/// An event with its day 0.
pub(super) struct PlacedEvent<'a> {
    pub event: &'a Event,
    /// Day 0 and its rule, or why there is none.
    pub session: std::result::Result<EventSession, Exclusion>,
    /// Where day 0 stands on the grid.
    pub day_0: Option<usize>,
}

impl PlacedEvent<'_> {
    /// Whether the event concerns an instrument: it names it, or names none, or moves them all.
    pub fn concerns(&self, instrument: &Symbol) -> bool {
        self.event.market_wide
            || self.event.instruments.is_empty()
            || self.event.instruments.contains(instrument)
    }

    /// Why no figure can be had on day 0, where that is known from the date alone.
    pub fn exclusion(&self, data: &StudyData) -> Option<Exclusion> {
        let session = match &self.session {
            Err(exclusion) => return Some(exclusion.clone()),
            Ok(found) => found.session,
        };
        let (first, last) = (*data.sessions.first()?, *data.sessions.last()?);
        if session < first {
            Some(Exclusion::OutsideData { first })
        } else if session > last {
            Some(Exclusion::AwaitingData { last })
        } else if self.day_0.is_none() {
            Some(Exclusion::MissingEventDay {
                what: format!("the session {session}"),
            })
        } else {
            None
        }
    }
}

/// Finds day 0 of every event.
pub(super) fn place<'a>(spec: &'a StudySpec, data: &StudyData) -> Result<Vec<PlacedEvent<'a>>> {
    spec.events
        .iter()
        .map(|event| {
            let session = event_session(event, &data.calendar, spec.anchor, spec.max_shift)?
                .map_err(|exclusion| awaiting(exclusion, event, data));
            let day_0 = session.as_ref().ok().and_then(|found| {
                let date: NaiveDate = found.session;
                data.sessions.binary_search(&date).ok()
            });
            Ok(PlacedEvent {
                event,
                session,
                day_0,
            })
        })
        .collect()
}

/// A calendar that is taken from the data ends with them: what it does not know yet will come.
fn awaiting(exclusion: Exclusion, event: &Event, data: &StudyData) -> Exclusion {
    let date = match event.announced_at {
        EventTime::Date(date) => date,
        EventTime::Instant(at) => at.with_timezone(&data.calendar.zone()).date_naive(),
    };
    match (&exclusion, data.sessions.last()) {
        (Exclusion::OutsideCalendar { .. }, Some(&last))
            if data.calendar.name() == "from-data" && date >= last =>
        {
            Exclusion::AwaitingData { last }
        }
        _ => exclusion,
    }
}

/// The instruments of an event: those that it names, else all of the study.
pub(super) fn instruments_of(event: &Event, study: &[Symbol]) -> Vec<Symbol> {
    if event.instruments.is_empty() {
        return study.to_vec();
    }
    event
        .instruments
        .iter()
        .filter(|i| study.contains(i))
        .cloned()
        .collect()
}

/// The instruments of the study: as asked, else those that the events name, else (when an event
/// names none) all that the data hold but the benchmark.
pub(super) fn study_instruments(spec: &StudySpec, data: &StudyData) -> Vec<Symbol> {
    if let Some(asked) = &spec.instruments {
        return asked.clone();
    }
    let mut named: Vec<Symbol> = Vec::new();
    for event in &spec.events {
        for symbol in &event.instruments {
            if !named.contains(symbol) {
                named.push(symbol.clone());
            }
        }
    }
    if spec.events.iter().any(|e| e.instruments.is_empty()) {
        let held = data.instruments.iter().map(|i| &i.symbol);
        for symbol in held.filter(|s| Some(*s) != spec.benchmark.as_ref()) {
            if !named.contains(symbol) {
                named.push(symbol.clone());
            }
        }
    }
    named
}

/// Events other than `own` that concern the instrument and whose event windows reach into its:
/// all of them, and those with the same day 0.
pub(super) fn overlaps(
    placed: &[PlacedEvent],
    own: usize,
    instrument: &Symbol,
    event_window_days: usize,
) -> (Vec<String>, Vec<String>) {
    let Some(day_0) = placed[own].day_0 else {
        return (Vec::new(), Vec::new());
    };
    let near = placed.iter().enumerate().filter_map(|(i, other)| {
        let distance = other.day_0?.abs_diff(day_0);
        let counts = i != own && other.concerns(instrument) && distance < event_window_days;
        counts.then_some((other.event.id.clone(), distance))
    });
    let near: Vec<(String, usize)> = near.collect();
    let same = near.iter().filter(|(_, d)| *d == 0);
    (
        near.iter().map(|(id, _)| id.clone()).collect(),
        same.map(|(id, _)| id.clone()).collect(),
    )
}

/// One flag per session: whether it is a reaction session of an event that concerns the
/// instrument, `except` left out.
pub(super) fn reaction_sessions(
    placed: &[PlacedEvent],
    instrument: &Symbol,
    except: Option<usize>,
    spec: &StudySpec,
    n_sessions: usize,
) -> Vec<bool> {
    let mut masked = vec![false; n_sessions];
    for (i, other) in placed.iter().enumerate() {
        if Some(i) == except || !other.concerns(instrument) {
            continue;
        }
        if let Some(day_0) = other.day_0 {
            masked[spec.mask_window.sessions(day_0, n_sessions)].fill(true);
        }
    }
    masked
}
