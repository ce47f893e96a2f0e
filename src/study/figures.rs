//! What charts need beside the tables: leading observations, a price, a scatter, placebos.

use crate::analysis::multiple_testing::holm;
use crate::analysis::window::{RelativeDay, Window};
use crate::error::Result;
use crate::instrument::Symbol;
use crate::study::result::{FigureData, PickedLead, PlaceboDistribution, PriceSeries, Scatter};
use crate::study::run::{Observed, Outcome, Run};
use std::cmp::Reverse;

/// Observations that get charts of their own, at most.
const MAX_LEADING: usize = 3;

/// Collects the figure data.
pub(super) fn figures(run: &Run, observed: &Observed) -> Result<FigureData> {
    let leading = leading(run, &observed.outcomes);
    let price_of = run
        .spec
        .focus
        .clone()
        .or_else(|| leading.first().map(|o| o.instrument.clone()));
    Ok(FigureData {
        picked: picked(run, &observed.outcomes, leading.first().copied()),
        price: price_of.and_then(|symbol| price(run, &symbol)),
        scatter: match leading.first() {
            Some(outcome) => scatter(run, outcome)?,
            None => None,
        },
        placebos: leading
            .iter()
            .flat_map(|outcome| placebos(run, observed, outcome))
            .collect(),
        leading: leading
            .iter()
            .map(|o| (o.ledger.event_id.clone(), o.instrument.clone()))
            .collect(),
    })
}

/// The window that a page leads with: day 0 where the study has it, else its first one.
fn headline(run: &Run) -> Option<Window> {
    let windows = run.spec.windows.car();
    let day_0 = |w: &&Window| w.start() == RelativeDay(0) && w.end() == RelativeDay(0);
    windows.iter().find(day_0).or(windows.first()).copied()
}

/// The leading observations: of the compared events in their order, the focus instrument (or
/// the one with the largest t over the leading window); without claims or a lead, those with the
/// largest t.
fn leading<'o>(run: &Run, outcomes: &'o [Outcome]) -> Vec<&'o Outcome> {
    let window = headline(run);
    let size = |o: &Outcome| {
        let cars = o.computed.iter().flat_map(|c| &c.cars);
        let own = cars.filter(|r| Some(r.window) == window);
        let t = own.filter_map(|r| r.car_t).next();
        // Ordered as bits: t is not negative here.
        Reverse(t.map_or(0.0, f64::abs).to_bits())
    };
    let eligible = |o: &&Outcome| is_eligible(run, o);
    let mut leading: Vec<&Outcome> = if is_guided(run) {
        let events = run.compared_events(outcomes);
        let largest = |&event: &usize| {
            let own = outcomes.iter().filter(|o| o.event == event);
            own.filter(eligible).min_by_key(|o| size(o))
        };
        events.iter().filter_map(largest).collect()
    } else {
        let mut all: Vec<&Outcome> = outcomes.iter().filter(eligible).collect();
        all.sort_by_key(|o| size(o));
        all
    };
    leading.truncate(MAX_LEADING);
    leading
}

fn is_eligible(run: &Run, o: &Outcome) -> bool {
    o.computed.is_some() && run.spec.focus.as_ref().is_none_or(|f| *f == o.instrument)
}

/// Whether the study says which events it is about.
fn is_guided(run: &Run) -> bool {
    run.spec.lead_event.is_some() || !run.spec.claims.is_empty()
}

/// From how many the leading observation was picked for its size, and what that leaves of its p.
fn picked(run: &Run, outcomes: &[Outcome], lead: Option<&Outcome>) -> Option<PickedLead> {
    let lead = lead.filter(|_| !is_guided(run))?;
    let window = headline(run)?;
    let eligible: Vec<&Outcome> = outcomes.iter().filter(|o| is_eligible(run, o)).collect();
    let p_of = |o: &Outcome| {
        let cars = o.computed.iter().flat_map(|c| &c.cars);
        cars.filter(|r| r.window == window).find_map(|r| r.car_p)
    };
    let p: Vec<Option<f64>> = eligible.iter().map(|o| p_of(o)).collect();
    let n = p.iter().flatten().count();
    let at = eligible.iter().position(|o| std::ptr::eq(*o, lead))?;
    (n > 1).then(|| PickedLead {
        n,
        p_holm: holm(&p)[at],
    })
}

fn price(run: &Run, symbol: &Symbol) -> Option<PriceSeries> {
    let instrument = run.data.instrument(symbol)?;
    let (column, values) = match run.market.price_column {
        "adj_close" => ("adj_close", instrument.adj_close.as_ref()?),
        "close" => ("close", instrument.close.as_ref()?),
        _ => return None,
    };
    Some(PriceSeries {
        instrument: symbol.clone(),
        column: column.to_owned(),
        sessions: run.data.sessions.clone(),
        values: values
            .iter()
            .map(|&p| (p > 0.0 && p.is_finite()).then_some(p))
            .collect(),
    })
}

fn scatter(run: &Run, outcome: &Outcome) -> Result<Option<Scatter>> {
    let (Some(computed), Some(benchmark), Some(symbol), Some(returns)) = (
        &outcome.computed,
        run.market.benchmark(),
        &run.spec.benchmark,
        run.market.returns(&outcome.instrument),
    ) else {
        return Ok(None);
    };
    let Some(observation) = &computed.observation else {
        return Ok(None);
    };
    let line = match (computed.fit.alpha, computed.fit.betas.as_slice()) {
        // A line can only be drawn where the model is one in the benchmark's plain return.
        (Some(alpha), [(name, beta)])
            if name == symbol.as_str() && run.spec.benchmark_weight.is_none() =>
        {
            Some((alpha, *beta))
        }
        _ => None,
    };
    let window = run.spec.windows.event();
    let event = window.days().filter_map(|day| {
        let t = usize::try_from(observation.day_0 as i64 + i64::from(day.0)).ok()?;
        let (x, y) = (*benchmark.get(t)?, *returns.get(t)?);
        (x.is_finite() && y.is_finite()).then_some((day, x, y))
    });
    Ok(Some(Scatter {
        event_id: outcome.ledger.event_id.clone(),
        instrument: outcome.instrument.clone(),
        benchmark: symbol.clone(),
        estimation: observation
            .estimation_days
            .iter()
            .map(|&t| (benchmark[t], returns[t]))
            .filter(|(x, _)| x.is_finite())
            .collect(),
        event: event.collect(),
        line,
    }))
}

fn placebos(run: &Run, observed: &Observed, outcome: &Outcome) -> Vec<PlaceboDistribution> {
    let own = observed
        .placebos
        .iter()
        .find(|(s, _)| *s == outcome.instrument);
    let (Some((_, Some(placebo))), Some(computed)) = (own, &outcome.computed) else {
        return Vec::new();
    };
    // One window is enough for a picture: the first, which the report leads with.
    let windows = run.spec.windows.car().iter().take(1);
    windows
        .zip(&computed.cars)
        .filter(|(window, row)| row.n_days == window.n_days())
        .filter_map(|(&window, row)| {
            Some(PlaceboDistribution {
                event_id: outcome.ledger.event_id.clone(),
                instrument: outcome.instrument.clone(),
                window,
                car: row.car?,
                p: row.placebo_p?,
                values: placebo.cars(window).to_vec(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::analysis::model::ModelKind;
    use crate::analysis::window::{StudyWindows, Window};
    use crate::instrument::InstrumentGroup;
    use crate::study::data::StudyData;
    use crate::study::spec::StudySpec;
    use crate::study::testing::{data, event, spec, symbol};
    use crate::study::warning::Warning;

    fn window(a: i32, b: i32) -> Window {
        Window::new(a, b).unwrap()
    }

    /// The study's data, each event's instrument moved by some percent on a day after it.
    fn moved(shifts: &[(usize, (i32, u32, u32), f64)]) -> StudyData {
        let mut data = data();
        for &(instrument, date, shift) in shifts {
            let date = chrono::NaiveDate::from_ymd_opt(date.0, date.1, date.2).unwrap();
            let at = data.sessions.binary_search(&date).unwrap();
            data.instruments[instrument].returns.as_mut().unwrap()[at] += shift / 100.0;
        }
        data
    }

    #[test]
    fn the_lead_has_the_largest_t_over_the_window_that_is_shown() {
        let windows = StudyWindows::new(window(-130, -11), window(-5, 5), vec![window(3, 4)]);
        let spec = StudySpec {
            windows: windows.unwrap(),
            ..spec(ModelKind::Market)
        };
        // AAA moves on day 0 of event one, CCC on day 3 of event two.
        let data = moved(&[(1, (2023, 3, 1), -20.0), (3, (2023, 9, 11), -9.0)]);
        let result = crate::study::run(&spec, &data).unwrap();
        let (id, instrument) = &result.figures.leading[0];
        assert_eq!((id.as_str(), instrument.as_str()), ("two", "CCC"));
        let t = result.cars.iter().filter_map(|r| r.car_t);
        let largest = t.fold(0.0, |most: f64, t| most.max(t.abs()));
        let own = result.cars.iter().find(|r| r.event_id == "two").unwrap();
        assert_eq!(own.car_t.map(f64::abs), Some(largest));
    }

    #[test]
    fn events_without_an_instrument_in_common_can_be_told_apart() {
        let shared = |instruments: &[&str]| {
            let day = (2023, 9, 6);
            let spec = StudySpec {
                events: vec![event("a", day, &["AAA"]), event("b", day, instruments)],
                ..spec(ModelKind::Market)
            };
            let result = crate::study::run(&spec, &data()).unwrap();
            let is = |w: &&Warning| matches!(w, Warning::SharedSession { .. });
            result.warnings.iter().filter(is).count()
        };
        assert_eq!(shared(&["BBB"]), 0);
        assert_eq!(shared(&["BBB", "AAA"]), 1);
    }

    #[test]
    fn a_group_says_whom_it_goes_without() {
        let group = InstrumentGroup::new("two", vec![symbol("AAA"), symbol("AAAA")]);
        let spec = StudySpec {
            groups: vec![group],
            ..spec(ModelKind::Market)
        };
        let result = crate::study::run(&spec, &data()).unwrap();
        let absent = Warning::AbsentMembers {
            group: "two".to_owned(),
            absent: vec!["AAAA".to_owned()],
            n_left: 1,
        };
        assert!(result.warnings.contains(&absent), "{:?}", result.warnings);
        assert!(absent.message().ends_with("are those of 1 instrument"));
    }
}
