//! What a reader must know before using the numbers, found in a run.

use crate::event::Event;
use crate::instrument::Symbol;
use crate::study::placement::instruments_of;
use crate::study::result::{FindingRow, Status};
use crate::study::run::{Outcome, Run};
use crate::study::samples::{Sample, UNGROUPED};
use crate::study::spec::{GroupBy, QualityPolicy};
use crate::study::warning::Warning;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashSet};

/// All cautions of a run; `n_p` is how many p-values its samples print.
pub(super) fn warnings(
    run: &Run,
    outcomes: &[Outcome],
    samples: &[Sample],
    n_p: usize,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    shared_sessions(run, &mut warnings);
    for placed in &run.placed {
        let contradiction = placed
            .session
            .as_ref()
            .ok()
            .and_then(|s| s.contradiction.clone());
        if let Some(message) = contradiction {
            warnings.push(Warning::ContradictoryTime {
                event_id: placed.event.id.clone(),
                message,
            });
        }
    }
    thin_estimation(run, outcomes, &mut warnings);
    for sample in samples.iter().filter(|s| s.n_overlapping > 0) {
        warnings.push(Warning::Clustering {
            group: sample.group.clone(),
            n_overlapping: sample.n_overlapping,
            n: sample.n(),
        });
    }
    if run.spec.group_by == GroupBy::InstrumentGroup && run.spec.groups.is_empty() {
        let sample = UNGROUPED.to_owned();
        warnings.push(Warning::NoGroups { sample });
    }
    absent_members(run, &mut warnings);
    if run.spec.model.has_conditional_variance() && !run.spec.placebo {
        warnings.push(Warning::Note {
            message:
                "the placebo and conformal tests were not run: under this model each of their \
                      hundreds of refits is a search"
                    .to_owned(),
            hint: "give --placebo on, and minutes of time".to_owned(),
        });
    }
    if n_p > 20 {
        warnings.push(Warning::MultipleLooks { n: n_p });
    }
    quality(run, &mut warnings);
    for (what, why) in &run.data.unreadable {
        warnings.push(Warning::Unreadable {
            what: what.clone(),
            why: why.clone(),
        });
    }
    mixed_basis(run, &mut warnings);
    factors_end(run, outcomes, &mut warnings);
    warnings
}

/// What was found in the prices that the study touches.
pub(super) fn findings<'r>(run: &'r Run) -> impl Iterator<Item = &'r FindingRow> {
    let touched: HashSet<&str> = run
        .market
        .symbols()
        .chain(&run.spec.benchmark)
        .map(Symbol::as_str)
        .collect();
    let all = run.data.findings.iter();
    all.filter(move |f| touched.contains(f.symbol.as_str()))
}

fn quality(run: &Run, warnings: &mut Vec<Warning>) {
    let mut by_weight: Vec<&FindingRow> = findings(run).collect();
    if run.spec.quality == QualityPolicy::Off || by_weight.is_empty() {
        return;
    }
    by_weight.sort_by_key(|f| !f.serious);
    let count = |f: &&FindingRow| f.n_findings();
    warnings.push(Warning::Quality {
        n: by_weight.iter().map(count).sum(),
        n_serious: by_weight.iter().filter(|f| f.serious).map(count).sum(),
        examples: by_weight
            .iter()
            .take(3)
            .map(|f| f.message.clone())
            .collect(),
    });
}

fn shared_sessions(run: &Run, warnings: &mut Vec<Warning>) {
    let mut by_session: BTreeMap<NaiveDate, Vec<&Event>> = BTreeMap::new();
    for placed in &run.placed {
        if let Ok(found) = &placed.session {
            let events = by_session.entry(found.session).or_default();
            events.push(placed.event);
        }
    }
    for (session, events) in by_session {
        // Those that have an instrument in common with another of them.
        let symbols = |e: &Event| instruments_of(e, &run.instruments).to_vec();
        let meets = |a: &Event, b: &Event| {
            let other = symbols(b);
            a.id != b.id && symbols(a).iter().any(|s| other.contains(s))
        };
        let sharing = events.iter().filter(|a| events.iter().any(|b| meets(a, b)));
        let events: Vec<String> = sharing.map(|e| e.id.clone()).collect();
        if !events.is_empty() {
            warnings.push(Warning::SharedSession { session, events });
        }
    }
}

fn thin_estimation(run: &Run, outcomes: &[Outcome], warnings: &mut Vec<Warning>) {
    let in_focus = |o: &&Outcome| run.spec.focus.as_ref().is_none_or(|f| *f == o.instrument);
    for outcome in outcomes.iter().filter(in_focus) {
        let (Some(n), of) = (
            outcome.ledger.n_estimation,
            outcome.ledger.n_estimation_window,
        ) else {
            continue;
        };
        if outcome.computed.is_some() && n < of {
            warnings.push(Warning::ThinEstimation {
                event_id: outcome.ledger.event_id.clone(),
                instrument: outcome.instrument.to_string(),
                n,
                of,
            });
        }
    }
}

fn absent_members(run: &Run, warnings: &mut Vec<Warning>) {
    for group in &run.spec.groups {
        let absent = run.absent(group);
        if !absent.is_empty() {
            warnings.push(Warning::AbsentMembers {
                group: group.name.clone(),
                n_left: group.members.len() - absent.len(),
                absent: absent.iter().map(ToString::to_string).collect(),
            });
        }
    }
}

/// Closes that are adjusted for different things; adjusted closes are all of one basis.
fn mixed_basis(run: &Run, warnings: &mut Vec<Warning>) {
    if run.market.price_column != "close" {
        return;
    }
    let mut used: Vec<_> = run.market.symbols().chain(&run.spec.benchmark).collect();
    used.sort();
    used.dedup();
    let basis = |symbol: &Symbol| run.data.instrument(symbol)?.close_basis.clone();
    let series: Vec<(String, String)> = used
        .into_iter()
        .filter_map(|symbol| Some((symbol.to_string(), basis(symbol)?)))
        .collect();
    if series.windows(2).any(|pair| pair[0].1 != pair[1].1) {
        warnings.push(Warning::MixedBasis { series });
    }
}

fn factors_end(run: &Run, outcomes: &[Outcome], warnings: &mut Vec<Warning>) {
    let n = run.data.sessions.len();
    let Ok(model) = run.market.model(&[]) else {
        return;
    };
    if run.spec.model.french_factors().is_none() {
        return;
    }
    if let Some(last) = (0..n)
        .rev()
        .find(|&t| model.covers(t))
        .filter(|&t| t + 1 < n)
    {
        let affected = outcomes
            .iter()
            .filter(|o| o.ledger.status == Status::Provisional);
        warnings.push(Warning::FactorsEnd {
            last: run.data.sessions[last],
            n_affected: affected.count(),
        });
    }
}
