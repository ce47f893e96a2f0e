//! All rows of one event observation side by side, and what its tests say together.

use crate::analysis::window::{RelativeDay, Window};
use crate::event::Event;
use crate::instrument::Symbol;
use crate::study::result::{
    AbnormalReturnRow, CarRow, ConfoundingRow, DollarValue, FitRow, LedgerRow, Status, StudyResult,
};

/// p below which a test is said to see an effect; goes with the 95 % intervals of the result.
pub(super) const LEVEL: f64 = 0.05;

/// How many observations a page leads with when the study names none.
const N_LEADING: usize = 3;

/// One event for one instrument, with the rows of every table that concern it.
#[derive(Debug, Clone)]
pub(super) struct Observation<'a> {
    pub event_id: &'a str,
    pub instrument: &'a str,
    pub event: Option<&'a Event>,
    pub ledger: Option<&'a LedgerRow>,
    pub fit: Option<&'a FitRow>,
    pub days: Vec<&'a AbnormalReturnRow>,
    pub cars: Vec<&'a CarRow>,
    pub dollar: Option<&'a DollarValue>,
}

impl<'a> Observation<'a> {
    pub fn find(result: &'a StudyResult, event_id: &'a str, instrument: &'a str) -> Self {
        let same =
            |event: &str, symbol: &Symbol| event == event_id && symbol.as_str() == instrument;
        let days = result.abnormal_returns.iter();
        let cars = result.cars.iter();
        Self::of(
            result,
            (event_id, instrument),
            days.filter(|r| same(&r.event_id, &r.instrument)).collect(),
            cars.filter(|r| same(&r.event_id, &r.instrument)).collect(),
        )
    }

    fn of(
        result: &'a StudyResult,
        (event_id, instrument): (&'a str, &'a str),
        days: Vec<&'a AbnormalReturnRow>,
        cars: Vec<&'a CarRow>,
    ) -> Self {
        let same = |event: &str, symbol: &str| event == event_id && symbol == instrument;
        let ledger = &result.ledger;
        let fits = &result.fits;
        let dollars = &result.dollar_values;
        Self {
            event_id,
            instrument,
            event: result.events.iter().find(|e| e.id == event_id),
            ledger: ledger.iter().find(|r| same(&r.event_id, &r.instrument)),
            fit: fits
                .iter()
                .find(|r| same(&r.event_id, r.instrument.as_str())),
            days,
            cars,
            dollar: dollars
                .iter()
                .find(|r| same(&r.event_id, r.instrument.as_str())),
        }
    }

    /// Every event of an instrument, in the order of the ledger. One by one each would look through
    /// all rows of the longest tables.
    pub fn all_of(result: &'a StudyResult, instrument: &'a str) -> Vec<Self> {
        let days = result.abnormal_returns.iter();
        let days: Vec<&AbnormalReturnRow> = days
            .filter(|r| r.instrument.as_str() == instrument)
            .collect();
        let cars = result.cars.iter();
        let cars: Vec<&CarRow> = cars
            .filter(|r| r.instrument.as_str() == instrument)
            .collect();
        let ledger = result.ledger.iter().filter(|r| r.instrument == instrument);
        ledger
            .map(|row| {
                let id = row.event_id.as_str();
                let days = days.iter().copied().filter(|r| r.event_id == id);
                let cars = cars.iter().copied().filter(|r| r.event_id == id);
                Self::of(result, (id, instrument), days.collect(), cars.collect())
            })
            .collect()
    }

    /// The event's title, or its id.
    pub fn title(&self) -> &'a str {
        titled(self.event, self.event_id)
    }

    pub fn day(&self, relative_day: i32) -> Option<&'a AbnormalReturnRow> {
        let wanted = RelativeDay(relative_day);
        self.days.iter().find(|r| r.relative_day == wanted).copied()
    }

    pub fn car(&self, window: Window) -> Option<&'a CarRow> {
        self.cars.iter().find(|r| r.window == window).copied()
    }

    pub fn is_provisional(&self) -> bool {
        self.ledger.is_some_and(|r| r.status == Status::Provisional)
    }
}

/// The title of an event, or its id where it has none.
pub(super) fn title<'a>(result: &'a StudyResult, event_id: &'a str) -> &'a str {
    let event = result.events.iter().find(|e| e.id == event_id);
    titled(event, event_id)
}

fn titled<'a>(event: Option<&'a Event>, event_id: &'a str) -> &'a str {
    match event {
        Some(event) if !event.title.trim().is_empty() => &event.title,
        _ => event_id,
    }
}

/// The window that a page leads with: day 0 where the study has it, else its first window.
pub(super) fn headline_window(result: &StudyResult) -> Window {
    let settings = &result.settings;
    let windows = &settings.windows;
    let found = windows.iter().find(|w| is_day_0(**w)).or(windows.first());
    found.copied().unwrap_or(settings.event_window)
}

/// Whether a window is day 0 alone, so that its CAR is that day's AR.
pub(super) fn is_day_0(window: Window) -> bool {
    window.start() == RelativeDay(0) && window.end() == RelativeDay(0)
}

/// The second window of a page: the first that is not the headline's.
pub(super) fn second_window(result: &StudyResult) -> Option<Window> {
    let headline = headline_window(result);
    let windows = &result.settings.windows;
    windows.iter().find(|w| **w != headline).copied()
}

/// The instrument that a page is about, where there is one.
pub(super) fn main_instrument(result: &StudyResult) -> Option<&str> {
    if let Some(focus) = &result.settings.focus {
        return Some(focus.as_str());
    }
    let first = leading(result).first().map(|o| o.instrument);
    first.or(result.ledger.first().map(|r| r.instrument.as_str()))
}

/// The observations that a page leads with: those that the study names, else the first with a
/// result; only those that have a figure for the headline window.
pub(super) fn leading(result: &StudyResult) -> Vec<Observation<'_>> {
    let window = headline_window(result);
    let has_figure = |o: &Observation<'_>| o.car(window).is_some_and(|c| c.car.is_some());
    let named = result.figures.leading.iter();
    let named: Vec<_> = named
        .map(|(event, symbol)| Observation::find(result, event, symbol.as_str()))
        .filter(has_figure)
        .collect();
    if !named.is_empty() {
        return named;
    }
    let rows = result.ledger.iter();
    rows.map(|r| Observation::find(result, &r.event_id, &r.instrument))
        .filter(has_figure)
        .take(N_LEADING)
        .collect()
}

/// The rows of all sessions of the events that the leading one can leak into, over the headline
/// window and those that hold a session of it; none where no window does.
pub(super) fn confounded(result: &StudyResult) -> Vec<&ConfoundingRow> {
    let window = headline_window(result);
    let rows = result.confounding.iter();
    let rows: Vec<&ConfoundingRow> = rows
        .filter(|r| r.way == "unmasked" && r.event_id != r.other_event)
        .filter(|r| r.holds_other || r.window == window)
        .collect();
    let held = |event: &str| rows.iter().any(|r| r.event_id == event && r.holds_other);
    let touched = rows.iter().copied().filter(|r| held(&r.event_id));
    touched.collect()
}

/// The same figure, another way.
pub(super) fn of_way<'a>(
    result: &'a StudyResult,
    row: &ConfoundingRow,
    way: &str,
) -> Option<&'a ConfoundingRow> {
    let same = |r: &&ConfoundingRow| {
        r.event_id == row.event_id && r.instrument == row.instrument && r.window == row.window
    };
    let mut rows = result.confounding.iter().filter(same);
    rows.find(|r| r.way == way)
}

/// What the tests of one CAR say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// Every test sees an effect.
    Beyond,
    /// No test sees one.
    Noise,
    /// The t-test sees one; those that allow for fat tails do not.
    OnlyT,
    /// The t-test sees none; those that allow for fat tails do.
    OnlyRanks,
    /// Those that allow for fat tails differ from each other.
    Split,
}

/// Weighs the tests of a CAR; `None` where it has none.
pub(super) fn evidence(car: &CarRow) -> Option<Evidence> {
    let t = match (car.car_low, car.car_high, car.car_p) {
        (Some(low), Some(high), _) => low > 0.0 || high < 0.0,
        (_, _, Some(p)) => p < LEVEL,
        _ => return None,
    };
    let ranks: Vec<bool> = [car.sq_p, car.placebo_p]
        .into_iter()
        .flatten()
        .map(|p| p < LEVEL)
        .collect();
    let all = ranks.iter().all(|&sees| sees);
    let none = ranks.iter().all(|&sees| !sees);
    Some(match (t, all, none) {
        (true, true, _) => Evidence::Beyond,
        (false, _, true) => Evidence::Noise,
        (true, false, true) => Evidence::OnlyT,
        (false, true, false) => Evidence::OnlyRanks,
        _ => Evidence::Split,
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn tests_are_weighed_together() {
        let result = fixture::nvda();
        let car = Observation::find(&result, "sell-off", "NVDA");
        let car = car.car(fixture::window("0:0")).unwrap();
        let with = |low, high, sq_p, placebo_p| {
            let car = CarRow {
                car_low: Some(low),
                car_high: Some(high),
                sq_p,
                placebo_p,
                ..car.clone()
            };
            evidence(&car)
        };
        assert_eq!(with(-0.2, -0.1, Some(0.01), None), Some(Evidence::Beyond));
        assert_eq!(with(-0.2, -0.1, None, None), Some(Evidence::Beyond));
        assert_eq!(with(-0.2, 0.1, None, None), Some(Evidence::Noise));
        assert_eq!(with(-0.2, 0.1, Some(0.3), Some(0.4)), Some(Evidence::Noise));
        assert_eq!(with(0.1, 0.2, Some(0.3), Some(0.4)), Some(Evidence::OnlyT));
        assert_eq!(
            with(-0.1, 0.2, Some(0.01), Some(0.04)),
            Some(Evidence::OnlyRanks)
        );
        assert_eq!(with(0.1, 0.2, Some(0.01), Some(0.2)), Some(Evidence::Split));
        assert_eq!(
            with(-0.1, 0.2, Some(0.01), Some(0.2)),
            Some(Evidence::Split)
        );
    }

    #[test]
    fn a_page_leads_with_what_the_study_names_or_what_there_is() {
        let named = fixture::nvda();
        let ids: Vec<_> = leading(&named).iter().map(|o| o.event_id).collect();
        assert_eq!(ids, ["sell-off", "meeting", "article-date"]);
        let unnamed = fixture::single_event();
        assert_eq!(leading(&unnamed)[0].event_id, "meeting");
        assert_eq!(main_instrument(&unnamed), Some("NVDA"));
        assert!(leading(&fixture::all_excluded()).is_empty());
    }
}
