//! Differences between samples of events, and between portfolios of instruments.
//!
//! A portfolio is studied like one instrument: its error comes from its own time series, so that
//! firms that move together are not counted as independent witnesses.

use crate::analysis::aggregate::welch;
use crate::error::Result;
use crate::instrument::InstrumentGroup;
use crate::study::portfolio::{Portfolio, Weights, common_weights};
use crate::study::result::GroupDifferenceRow;
use crate::study::run::{Outcome, Run};
use crate::study::samples::Sample;
use rayon::prelude::*;

/// All differences: pairs of samples (Welch), then pairs of groups for each compared event.
pub(super) fn differences(
    run: &Run,
    outcomes: &[Outcome],
    samples: &[Sample],
) -> Result<Vec<GroupDifferenceRow>> {
    let mut rows = sample_differences(run, samples);
    let groups = &run.spec.groups;
    let pairs: Vec<(&InstrumentGroup, &InstrumentGroup)> = groups
        .iter()
        .enumerate()
        .flat_map(|(i, a)| groups[i + 1..].iter().map(move |b| (a, b)))
        .collect();
    let events = run.compared_events(outcomes);
    let weighted = pairs.iter().flat_map(|(a, b)| {
        let both = common_weights(run, a, b).into_iter();
        both.map(move |weights| (*a, *b, weights))
    });
    let weighted: Vec<_> = weighted.collect();
    let per_pair: Vec<Vec<GroupDifferenceRow>> = weighted
        .par_iter()
        .map(|(a, b, weights)| portfolio_differences(run, a, b, *weights, &events))
        .collect::<Result<_>>()?;
    rows.extend(per_pair.into_iter().flatten());
    Ok(rows)
}

fn sample_differences(run: &Run, samples: &[Sample]) -> Vec<GroupDifferenceRow> {
    let mut rows = Vec::new();
    for (i, a) in samples.iter().enumerate() {
        for b in &samples[i + 1..] {
            for &window in run.spec.windows.car() {
                let cars = |sample: &Sample| -> Vec<f64> {
                    let over = sample.over(window);
                    over.iter()
                        .filter_map(|o| Some(o.car(window)?.car))
                        .collect()
                };
                let mut row = GroupDifferenceRow {
                    method: "welch".to_owned(),
                    weighting: String::new(),
                    event_id: None,
                    group_a: a.group.clone(),
                    group_b: b.group.clone(),
                    window,
                    difference: None,
                    sd: None,
                    statistic: None,
                    df: None,
                    p: None,
                    note: String::new(),
                };
                if let Some(welch) = welch(&cars(a), &cars(b)) {
                    row.difference = Some(welch.difference);
                    row.sd = Some(welch.sd);
                    row.statistic = Some(welch.test.t);
                    row.df = Some(welch.test.df);
                    row.p = Some(welch.test.p);
                } else {
                    row.note = "a sample has fewer than two observations".to_owned();
                }
                rows.push(row);
            }
        }
    }
    rows
}

fn portfolio_differences(
    run: &Run,
    a: &InstrumentGroup,
    b: &InstrumentGroup,
    weights: Weights,
    events: &[usize],
) -> Result<Vec<GroupDifferenceRow>> {
    let mut rows = Vec::new();
    let portfolio = Portfolio::difference(run, a, b, weights);
    for &event in events {
        let fit = portfolio.fit(run, event)?;
        for &window in run.spec.windows.car() {
            let found = fit.as_ref().ok().and_then(|f| f.car(window));
            let test = found.and_then(|(_, test)| test);
            rows.push(GroupDifferenceRow {
                method: "portfolio".to_owned(),
                weighting: weights.as_str().to_owned(),
                event_id: Some(run.placed[event].event.id.clone()),
                group_a: a.name.clone(),
                group_b: b.name.clone(),
                window,
                difference: found.map(|(car, _)| car.car),
                sd: found.map(|(car, _)| car.sd),
                statistic: test.map(|t| t.t),
                df: test.map(|t| t.df),
                p: test.map(|t| t.p),
                note: match &fit {
                    Ok(fit) => fit.not_over(window).unwrap_or_default(),
                    Err(why) => why.to_string(),
                },
            });
        }
    }
    Ok(rows)
}
