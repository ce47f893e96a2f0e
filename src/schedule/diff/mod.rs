//! What moved between two results of a study, and why: a new session, a revision of data, a new
//! event, or changed settings.
//!
//! The two results are all the evidence. A session after the old data's last one is new; a return
//! of a known session that is another now was revised, and so was a fit that changed although
//! settings and events did not. Where two causes act on one figure at once and cannot be told apart,
//! the change names both. Telling people is left to `rule` and `page`.

mod pair;

use super::snapshot::{Car, Claim, Day, Fit, Plain, Snapshot, Span, Standing};
use chrono::NaiveDate;
use pair::PairDiff;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Why something moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The study is asked for differently: a setting, the version, an event taken out.
    Settings,
    /// Data that were known are others now: a price, or what is said of an event.
    Revision,
    /// An event that the old result did not have.
    NewEvent,
    /// A session that the old result did not have.
    NewSession,
}

impl Kind {
    /// As written in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Settings => "settings",
            Kind::Revision => "revision",
            Kind::NewEvent => "new-event",
            Kind::NewSession => "new-session",
        }
    }
}

/// What moved for one reason: of an event observation, of a claim, or of the whole study.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Why.
    pub kind: Kind,
    /// Study.
    pub study: String,
    /// Event, where it is about one.
    pub event_id: Option<String>,
    /// Instrument, where it is about one.
    pub instrument: Option<String>,
    /// Claim, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_id: Option<String>,
    /// How the observation ends, or what is said of the claim, if that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Moved<String>>,
    /// Sessions that are new or revised.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<NaiveDate>,
    /// Windows that were provisional and are complete now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub completed: Vec<Span>,
    /// Figures that moved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<FigureChange>,
    /// Settings, or fields of an event, that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
    /// Other causes that act on the same figures and cannot be told apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Kind>,
}

/// Before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved<T> {
    /// In the old result; None if it was not there.
    pub before: Option<T>,
    /// In the new result; None if it is not there any more.
    pub after: Option<T>,
}

/// A figure that moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureChange {
    /// `return`, `ar`, `car`, `sq_p`, …: a column of the tables.
    pub figure: &'static str,
    /// Window, for figures of windows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Span>,
    /// Sessions from day 0, for figures of days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative_day: Option<i32>,
    /// Its date, for figures of days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<NaiveDate>,
    /// In the old result.
    pub before: Option<f64>,
    /// In the new result.
    pub after: Option<f64>,
    /// Two-sided p of the new figure, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
}

/// A setting, or a field of an event, that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldChange {
    /// Its name in `study.json`.
    pub field: String,
    /// In the old result.
    pub before: Option<String>,
    /// In the new result.
    pub after: Option<String>,
}

impl Change {
    pub(super) fn new(kind: Kind, study: &str) -> Self {
        Self {
            kind,
            study: study.to_owned(),
            event_id: None,
            instrument: None,
            claim_id: None,
            status: None,
            sessions: Vec::new(),
            completed: Vec::new(),
            figures: Vec::new(),
            fields: Vec::new(),
            also: Vec::new(),
        }
    }
}

/// What differs between two results as a whole: what the reasons of single changes follow from.
#[derive(Debug)]
struct Causes<'a> {
    study: &'a str,
    last_before: Option<NaiveDate>,
    settings: Vec<FieldChange>,
    new_events: BTreeSet<&'a str>,
    /// Known events of which something else is said now.
    events: BTreeMap<&'a str, Vec<FieldChange>>,
    removed_events: BTreeSet<&'a str>,
    has_new_sessions: bool,
    /// Whether events can change the fits of others.
    masks_events: bool,
    /// Instruments of which a known return changed.
    revised: BTreeSet<&'a str>,
}

impl Causes<'_> {
    /// The cause of what nothing closer explains.
    fn general(&self) -> Kind {
        if !self.settings.is_empty() {
            Kind::Settings
        } else if !self.new_events.is_empty() {
            Kind::NewEvent
        } else if self.has_new_sessions && self.events.is_empty() && self.removed_events.is_empty()
        {
            Kind::NewSession
        } else {
            Kind::Revision
        }
    }

    /// The cause of a fit, or of a normal return of a known session, that changed.
    fn of_fit(&self) -> Kind {
        if !self.settings.is_empty() {
            Kind::Settings
        } else if self.masks_events && !self.new_events.is_empty() {
            Kind::NewEvent
        } else {
            Kind::Revision
        }
    }

    fn changes_setting(&self, keys: &[&str]) -> bool {
        let is_listed = |setting: &FieldChange| keys.contains(&setting.field.as_str());
        self.settings.iter().any(is_listed)
    }
}

/// Whether two figures say the same: a history that is restated for a split has the returns that it
/// had, but for their last digits.
fn same(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-10 * a.abs().max(1.0),
        _ => a.is_none() && b.is_none(),
    }
}

/// What moved from `before` to `after`, in the order: the study's settings, event observations in the
/// order of the new result, claims. Nothing where the two say the same.
pub fn diff(before: &Snapshot, after: &Snapshot) -> Vec<Change> {
    let old = Index::of(before);
    let new = Index::of(after);
    let mut causes = causes(before, after);
    causes.revised = pair::revised_instruments(&old, &new);

    let mut changes = Vec::new();
    if !causes.settings.is_empty() {
        let mut change = Change::new(Kind::Settings, causes.study);
        change.fields = causes.settings.clone();
        changes.push(change);
    }
    let gone = before
        .ledger
        .iter()
        .map(|row| (row.event_id.as_str(), row.instrument.as_str()))
        .filter(|pair| !new.standings.contains_key(pair));
    let there = after
        .ledger
        .iter()
        .map(|row| (row.event_id.as_str(), row.instrument.as_str()));
    for pair in there.chain(gone) {
        changes.extend(PairDiff::new(&causes, pair, &old, &new).changes());
    }
    changes.extend(claims(before, after, &causes, &changes));
    changes
}

fn causes<'a>(before: &'a Snapshot, after: &'a Snapshot) -> Causes<'a> {
    let (old, new) = (before.events_by_id(), after.events_by_id());
    let mut settings = fields(&before.settings, &after.settings);
    if before.version != after.version {
        settings.push(FieldChange {
            field: "version".to_owned(),
            before: Some(before.version.clone()),
            after: Some(after.version.clone()),
        });
    }
    let new_events: BTreeSet<&str> = new
        .keys()
        .filter(|id| !old.contains_key(*id))
        .copied()
        .collect();
    if !new_events.is_empty() {
        // The instruments of a study follow from its events, unless they are given.
        settings.retain(|setting| setting.field != "instruments");
    }
    let changed = new.iter().filter_map(|(id, event)| {
        let changed = fields(old.get(id)?, event);
        (!changed.is_empty()).then_some((*id, changed))
    });
    Causes {
        study: &after.name,
        last_before: before.last_session(),
        settings,
        new_events,
        events: changed.collect(),
        removed_events: old
            .keys()
            .filter(|id| !new.contains_key(*id))
            .copied()
            .collect(),
        has_new_sessions: after.last_session() > before.last_session(),
        masks_events: after.settings.get("mask_events") == Some(&Plain::Truth(true)),
        revised: BTreeSet::new(),
    }
}

/// The fields that differ. One that an older version did not write has not changed.
fn fields(before: &BTreeMap<String, Plain>, after: &BTreeMap<String, Plain>) -> Vec<FieldChange> {
    let in_both = |name: &&String| before.contains_key(*name) && after.contains_key(*name);
    before
        .keys()
        .filter(in_both)
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| FieldChange {
            field: name.clone(),
            before: before.get(name).map(Plain::to_string),
            after: after.get(name).map(Plain::to_string),
        })
        .collect()
}

/// Claims whose figure or answer changed. Their cause is that of the observations that moved.
fn claims(
    before: &Snapshot,
    after: &Snapshot,
    causes: &Causes,
    observations: &[Change],
) -> Vec<Change> {
    let old: BTreeMap<&str, &Claim> = before
        .claims
        .iter()
        .map(|claim| (claim.claim_id.as_str(), claim))
        .collect();
    let kinds: BTreeSet<Kind> = observations.iter().map(|change| change.kind).collect();
    let kind = kinds.first().copied().unwrap_or(causes.general());
    let changed = |claim: &&Claim| {
        let was = old.get(claim.claim_id.as_str());
        was.is_none_or(|was| was.verdict != claim.verdict || !same(was.figure, claim.figure))
    };
    after
        .claims
        .iter()
        .filter(changed)
        .map(|claim| {
            let was = old.get(claim.claim_id.as_str());
            let mut change = Change::new(kind, causes.study);
            change.claim_id = Some(claim.claim_id.clone());
            let verdict = was.map(|was| was.verdict.clone());
            if verdict.as_ref() != Some(&claim.verdict) {
                change.status = Some(Moved {
                    before: verdict,
                    after: Some(claim.verdict.clone()),
                });
            }
            let figure = was.and_then(|was| was.figure);
            if !same(figure, claim.figure) {
                change.figures.push(FigureChange {
                    figure: "figure",
                    window: None,
                    relative_day: None,
                    session: None,
                    before: figure,
                    after: claim.figure,
                    p: None,
                });
            }
            change.also = kinds.iter().copied().filter(|k| *k != kind).collect();
            change
        })
        .collect()
}

/// The rows of a snapshot by the observation that they belong to.
#[derive(Debug, Default)]
struct Index<'a> {
    standings: BTreeMap<Pair<'a>, &'a Standing>,
    fits: BTreeMap<Pair<'a>, &'a Fit>,
    days: BTreeMap<Pair<'a>, BTreeMap<i32, &'a Day>>,
    cars: BTreeMap<Pair<'a>, BTreeMap<Span, &'a Car>>,
}

/// An event and an instrument.
type Pair<'a> = (&'a str, &'a str);

impl<'a> Index<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let mut index = Index::default();
        for row in &snapshot.ledger {
            let pair = (row.event_id.as_str(), row.instrument.as_str());
            index.standings.insert(pair, row);
        }
        for row in &snapshot.fits {
            let pair = (row.event_id.as_str(), row.instrument.as_str());
            index.fits.insert(pair, row);
        }
        for row in &snapshot.abnormal_returns {
            let pair = (row.event_id.as_str(), row.instrument.as_str());
            let days = index.days.entry(pair).or_default();
            days.insert(row.relative_day, row);
        }
        for row in &snapshot.cars {
            let pair = (row.event_id.as_str(), row.instrument.as_str());
            index.cars.entry(pair).or_default().insert(row.window, row);
        }
        index
    }
}

#[cfg(test)]
mod tests;
