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

/// The leading observations: of the compared events in their order, the focus instrument (or
/// the one that moved most); without claims or a lead, those that moved most.
fn leading<'o>(run: &Run, outcomes: &'o [Outcome]) -> Vec<&'o Outcome> {
    let size = |o: &Outcome| {
        let t = o.computed.as_ref().and_then(|c| {
            let day_0 = c.abnormal.iter().find(|r| r.relative_day == RelativeDay(0));
            day_0.and_then(|r| r.ar_t)
        });
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
    let windows = run.spec.windows.car();
    let day_0 = |w: &&Window| w.start() == RelativeDay(0) && w.end() == RelativeDay(0);
    let window = windows.iter().find(day_0).or(windows.first())?;
    let eligible: Vec<&Outcome> = outcomes.iter().filter(|o| is_eligible(run, o)).collect();
    let p_of = |o: &Outcome| {
        let cars = o.computed.iter().flat_map(|c| &c.cars);
        cars.filter(|r| r.window == *window).find_map(|r| r.car_p)
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
