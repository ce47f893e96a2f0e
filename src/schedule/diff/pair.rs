//! What moved for one event and one instrument, each figure with its own cause.

use super::{Causes, Change, FieldChange, FigureChange, Index, Kind, Moved, Pair, same};
use crate::schedule::snapshot::{Car, Day, Fit, Span, Standing};
use std::collections::{BTreeMap, BTreeSet};

/// Settings that change what a return is, or which session a relative day is.
const CHANGE_RETURNS: [&str; 5] = ["returns", "price_column", "calendar", "anchor", "max_shift"];

/// The level at which a p-value that crosses it is worth telling, where its CAR stayed.
const LEVEL: f64 = 0.05;

/// Instruments of which the return of a known session is another now.
pub(super) fn revised_instruments<'a>(old: &Index<'a>, new: &Index<'a>) -> BTreeSet<&'a str> {
    let is_revised = |pair: &Pair<'a>| {
        let days = old.days.get(pair).zip(new.days.get(pair));
        days.is_some_and(|(old, new)| {
            old.values().any(|day| {
                let now = new.get(&day.relative_day);
                now.is_some_and(|now| {
                    now.session == day.session && day.ret.is_some() && !same(now.ret, day.ret)
                })
            })
        })
    };
    let pairs = old.days.keys().filter(|pair| is_revised(pair));
    pairs.map(|(_, instrument)| *instrument).collect()
}

fn same_fit(old: &Fit, new: &Fit) -> bool {
    let slopes = || old.betas.iter().zip(&new.betas);
    old.n_estimation == new.n_estimation
        && same(old.alpha, new.alpha)
        && same(old.residual_sd, new.residual_sd)
        && old.betas.len() == new.betas.len()
        && slopes().all(|((name, a), (other, b))| name == other && same(*a, *b))
}

/// The comparison of one observation.
pub(super) struct PairDiff<'a> {
    causes: &'a Causes<'a>,
    pair: Pair<'a>,
    old: &'a Index<'a>,
    new: &'a Index<'a>,
    found: BTreeMap<Kind, Change>,
    /// Relative days by why they are others now.
    days: BTreeMap<i32, Kind>,
}

impl<'a> PairDiff<'a> {
    pub(super) fn new(
        causes: &'a Causes<'a>,
        pair: Pair<'a>,
        old: &'a Index<'a>,
        new: &'a Index<'a>,
    ) -> Self {
        Self {
            causes,
            pair,
            old,
            new,
            found: BTreeMap::new(),
            days: BTreeMap::new(),
        }
    }

    /// The changes, at most one of each kind.
    pub(super) fn changes(mut self) -> Vec<Change> {
        self.compare_days();
        self.compare_cars();
        self.compare_status();
        self.compare_event();
        self.found.into_values().collect()
    }

    fn change(&mut self, kind: Kind) -> &mut Change {
        let (event, instrument) = self.pair;
        let study = self.causes.study;
        self.found.entry(kind).or_insert_with(|| {
            let mut change = Change::new(kind, study);
            change.event_id = Some(event.to_owned());
            change.instrument = Some(instrument.to_owned());
            change
        })
    }

    /// The cause that holds for everything of this observation, if there is one.
    fn of_event(&self) -> Option<Kind> {
        let (event, _) = self.pair;
        if self.causes.new_events.contains(event) {
            Some(Kind::NewEvent)
        } else if self.causes.removed_events.contains(event) {
            Some(Kind::Settings)
        } else if self.causes.events.contains_key(event) {
            Some(Kind::Revision)
        } else {
            None
        }
    }

    fn compare_days(&mut self) {
        let empty = BTreeMap::new();
        let old = self.old.days.get(&self.pair).unwrap_or(&empty);
        let new = self.new.days.get(&self.pair).unwrap_or(&empty);
        let days: BTreeSet<i32> = old.keys().chain(new.keys()).copied().collect();
        for day in days {
            let (was, is) = (old.get(&day).copied(), new.get(&day).copied());
            let Some(kind) = self.cause_of_day(was, is) else {
                continue;
            };
            self.days.insert(day, kind);
            self.note_day(kind, was, is);
        }
    }

    /// Why a day's return, session or presence is another; None where only its model may be.
    fn cause_of_day(&self, was: Option<&Day>, is: Option<&Day>) -> Option<Kind> {
        let ret = |day: Option<&Day>| day.and_then(|day| day.ret);
        let session = |day: Option<&Day>| day.and_then(|day| day.session);
        let ar = |day: Option<&Day>| day.and_then(|day| day.ar);
        let (before, after) = (ret(was), ret(is));
        let is_new = session(is) > self.causes.last_before;
        // The benchmark's figures may come after the instrument's.
        let completes = is_new && ar(was).is_none() && ar(is).is_some();
        let stayed = same(before, after) && (session(was) == session(is) || after.is_none());
        if stayed && !completes {
            return None;
        }
        if let Some(kind) = self.of_event() {
            return Some(kind);
        }
        if is_new && (before.is_none() || stayed) {
            return Some(Kind::NewSession);
        }
        let appeared_or_went = was.is_none() || is.is_none();
        if self.causes.changes_setting(&CHANGE_RETURNS)
            || (appeared_or_went && !self.causes.settings.is_empty())
        {
            return Some(Kind::Settings);
        }
        if (was.is_none() || self.was_waiting()) && self.causes.has_new_sessions {
            // With day 0, an event gets the days before it, which it could not have had.
            return Some(Kind::NewSession);
        }
        Some(Kind::Revision)
    }

    /// Whether the old result had no return of this observation.
    fn was_waiting(&self) -> bool {
        let days = self.old.days.get(&self.pair);
        days.is_none_or(|days| days.values().all(|day| day.ret.is_none()))
    }

    fn note_day(&mut self, kind: Kind, was: Option<&Day>, is: Option<&Day>) {
        let Some(day) = is.or(was) else {
            return;
        };
        let figure = |figure, before, after, p| FigureChange {
            figure,
            window: None,
            relative_day: Some(day.relative_day),
            session: day.session,
            before,
            after,
            p,
        };
        let of = |day: Option<&Day>, field: fn(&Day) -> Option<f64>| day.and_then(field);
        let p = of(is, |d| d.ar_p);
        let ar = figure("ar", of(was, |d| d.ar), of(is, |d| d.ar), p);
        let ret = figure("return", of(was, |d| d.ret), of(is, |d| d.ret), None);
        let is_told = kind != Kind::NewSession || day.session > self.causes.last_before;
        let change = self.change(kind);
        change.sessions.extend(day.session.filter(|_| is_told));
        if kind == Kind::Revision && !same(ret.before, ret.after) {
            change.figures.push(ret);
        }
        if !same(ar.before, ar.after) {
            change.figures.push(ar);
        }
    }

    fn compare_cars(&mut self) {
        let empty = BTreeMap::new();
        let old = self.old.cars.get(&self.pair).unwrap_or(&empty);
        let new = self.new.cars.get(&self.pair).unwrap_or(&empty);
        let windows: BTreeSet<Span> = old.keys().chain(new.keys()).copied().collect();
        for window in windows {
            self.compare_car(window, old.get(&window).copied(), new.get(&window).copied());
        }
    }

    fn compare_car(&mut self, window: Span, was: Option<&Car>, is: Option<&Car>) {
        let car = |row: Option<&Car>| row.and_then(|row| row.car);
        let figure = |figure, before, after, p| FigureChange {
            figure,
            window: Some(window),
            relative_day: None,
            session: None,
            before,
            after,
            p,
        };
        let is_whole = car(is).is_some() && is.is_some_and(|c| !c.provisional);
        let closed = was.is_some_and(|c| c.provisional) && is.is_some_and(|c| !c.provisional);
        if !same(car(was), car(is)) || closed {
            let kind = self.cause_of_car(window);
            // Sessions that come together may open a window and close it. One of a single session
            // says no more than its abnormal return.
            let at_once = car(was).is_none() && is_whole && window.start < window.end;
            let completed = closed || (at_once && kind == Kind::NewSession);
            let also = self.other_causes(kind);
            let p = is.and_then(|row| row.car_p);
            let change = self.change(kind);
            change.figures.push(figure("car", car(was), car(is), p));
            if completed {
                change.completed.push(window);
            }
            change.also.extend(also);
            change.also.sort_unstable();
            change.also.dedup();
            return;
        }
        let p_of = |row: Option<&Car>| row.map(|row| [row.car_p, row.sq_p, row.placebo_p]);
        let (old, new) = (p_of(was).unwrap_or_default(), p_of(is).unwrap_or_default());
        for (nth, name) in ["car_p", "sq_p", "placebo_p"].into_iter().enumerate() {
            let (before, after) = (old[nth], new[nth]);
            let crosses = before
                .zip(after)
                .is_some_and(|(b, a)| (b < LEVEL) != (a < LEVEL));
            if crosses {
                let kind = self.of_event().unwrap_or(self.causes.general());
                let p = figure(name, before, after, None);
                self.change(kind).figures.push(p);
            }
        }
    }

    /// Why a CAR is another: the strongest cause among the days of its window, else the fit's.
    fn cause_of_car(&self, window: Span) -> Kind {
        if let Some(kind) = self.of_event() {
            return kind;
        }
        let days = self.days.range(window.start..=window.end);
        let of_days: BTreeSet<Kind> = days.map(|(_, kind)| *kind).collect();
        if let Some(kind) = of_days.first() {
            return *kind;
        }
        if self.model_changed() {
            self.causes.of_fit()
        } else {
            self.causes.general()
        }
    }

    /// What else acts on this observation's figures in the same step.
    fn other_causes(&self, kind: Kind) -> Vec<Kind> {
        if self.of_event().is_some() {
            return Vec::new();
        }
        let mut kinds: BTreeSet<Kind> = self.days.values().copied().collect();
        if self.model_changed() {
            kinds.insert(self.causes.of_fit());
        }
        if self.causes.revised.contains(self.pair.1) && self.model_changed() {
            kinds.insert(Kind::Revision);
        }
        kinds.into_iter().filter(|other| *other != kind).collect()
    }

    /// Whether the fit, or a normal return of a known session, is another now.
    fn model_changed(&self) -> bool {
        let (old, new) = (self.old.fits.get(&self.pair), self.new.fits.get(&self.pair));
        if old.zip(new).is_some_and(|(old, new)| !same_fit(old, new)) {
            return true;
        }
        let days = self
            .old
            .days
            .get(&self.pair)
            .zip(self.new.days.get(&self.pair));
        days.is_some_and(|(old, new)| {
            old.values().any(|day| {
                let now = new.get(&day.relative_day);
                let known = day.normal_return.is_some();
                now.is_some_and(|now| known && !same(now.normal_return, day.normal_return))
            })
        })
    }

    fn compare_status(&mut self) {
        let was = self.old.standings.get(&self.pair);
        let is = self.new.standings.get(&self.pair);
        let status = |row: Option<&&Standing>| row.map(|row| row.status.clone());
        if status(was) == status(is) {
            return;
        }
        let kind = self.of_event().unwrap_or_else(|| {
            let reached = self.days.values().any(|kind| *kind == Kind::NewSession);
            match (was, is) {
                (Some(_), Some(_)) if reached => Kind::NewSession,
                // The event named other instruments, or the study does.
                (None, _) | (_, None) => Kind::Settings,
                _ => self.causes.general(),
            }
        });
        let moved = Moved {
            before: status(was),
            after: status(is),
        };
        self.change(kind).status = Some(moved);
    }

    /// Notes what is said differently of the event itself.
    fn compare_event(&mut self) {
        let (event, _) = self.pair;
        let fields: Option<Vec<FieldChange>> = self.causes.events.get(event).cloned();
        if let Some(fields) = fields {
            self.change(Kind::Revision).fields = fields;
        }
    }
}
