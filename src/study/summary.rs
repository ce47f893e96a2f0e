//! The result put together: counts that add up, settings as resolved, money, cautions.

use crate::analysis::model::ModelKind;
use crate::error::Result;
use crate::event::Event;
use crate::instrument::Symbol;
use crate::study::money;
use crate::study::placement::instruments_of;
use crate::study::result::{
    AarRow, ClaimRow, ConfoundingRow, DollarValue, FigureData, FindingRow, FitRow,
    GroupDifferenceRow, LedgerRow, PortfolioRow, PrePostRow, RegressionRow, Settings, Status,
    StatusCounts, StudyResult,
};
use crate::study::run::{Observed, Outcome, Run};
use crate::study::samples::{Sample, Tested, UNGROUPED, aar_rows, samples, selected_tests};
use crate::study::spec::{GroupBy, QualityPolicy};
use crate::study::warning::Warning;
use crate::study::{
    change, claims, confounding, cross_section, figures, groups, portfolio, samples,
};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashSet};

/// The tables that are made from all observations together.
pub(super) struct Tables {
    aar: Vec<AarRow>,
    tested: Tested,
    claims: Vec<ClaimRow>,
    confounding: Vec<ConfoundingRow>,
    portfolios: Vec<PortfolioRow>,
    pre_post: Vec<PrePostRow>,
    regressions: Vec<RegressionRow>,
    groups: Vec<GroupDifferenceRow>,
    dollar_values: Vec<DollarValue>,
    figures: FigureData,
    warnings: Vec<Warning>,
}

/// Makes them: the tests of samples, which draw random numbers by the thousand, beside all others.
pub(super) fn tables(run: &Run, observed: &Observed) -> Result<Tables> {
    let outcomes = &observed.outcomes;
    let samples = samples(run, outcomes)?;
    let ((tested, groups), others) = rayon::join(
        || {
            rayon::join(
                || samples::test(run, &samples),
                || groups::differences(run, outcomes, &samples),
            )
        },
        || {
            rayon::join(
                || {
                    (
                        claims::answer(run, outcomes),
                        figures::figures(run, observed),
                    )
                },
                || {
                    let portfolios = portfolio::rows(run, outcomes);
                    let confounding = confounding::rows(run, outcomes);
                    (portfolios, confounding, change::rows(run, outcomes))
                },
            )
        },
    );
    let (tested, groups) = (tested?, groups?);
    let ((claims, figures), (portfolios, confounding, pre_post)) = others;
    let n_p = tested.rows.iter().filter(|t| t.p.is_some()).count();
    Ok(Tables {
        aar: aar_rows(run, &samples),
        claims: claims?,
        confounding: confounding?,
        portfolios: portfolios?,
        pre_post,
        regressions: cross_section::rows(run, outcomes),
        groups,
        dollar_values: money::dollar_values(run, outcomes),
        figures: figures?,
        warnings: warnings(run, outcomes, &samples, n_p),
        tested,
    })
}

/// Puts the result together.
pub(super) fn result(run: &Run, outcomes: Vec<Outcome>, tables: Tables) -> StudyResult {
    let ledger: Vec<LedgerRow> = outcomes.iter().map(|o| o.ledger.clone()).collect();
    let (mut abnormal_returns, mut cars) = (Vec::new(), Vec::new());
    let (mut fits, mut diagnostics, mut other_outcomes) = (Vec::new(), Vec::new(), Vec::new());
    for computed in outcomes.into_iter().filter_map(|o| o.computed) {
        fits.push(computed.fit);
        abnormal_returns.push(computed.abnormal);
        cars.push(computed.cars);
        diagnostics.push(computed.diagnostics);
        other_outcomes.extend(computed.outcomes);
    }
    // By far the longest tables.
    let (abnormal_returns, cars) = rayon::join(|| joined(abnormal_returns), || joined(cars));
    let first = run.data.sessions.first().copied().unwrap_or_default();
    let last = run.data.sessions.last().copied().unwrap_or_default();
    StudyResult {
        name: run.spec.name.clone(),
        title: run.spec.title.clone(),
        question: run.spec.question.clone(),
        settings: settings(run, &fits),
        inputs: run.data.inputs.clone(),
        data_range: (first, last),
        event_counts: event_counts(run, &ledger),
        observation_counts: count(ledger.iter().map(|r| r.status)),
        events: run.spec.events.clone(),
        groups_of_instruments: run.spec.groups.clone(),
        ledger,
        fits,
        abnormal_returns,
        cars,
        aar: tables.aar,
        tests: tables.tested.rows,
        recommendations: tables.tested.recommendations,
        diagnostics,
        groups: tables.groups,
        portfolios: tables.portfolios,
        claims: tables.claims,
        confounding: tables.confounding,
        outcomes: other_outcomes,
        pre_post: tables.pre_post,
        regressions: tables.regressions,
        dollar_values: tables.dollar_values,
        figures: tables.figures,
        findings: match run.spec.quality {
            QualityPolicy::Off => Vec::new(),
            _ => findings(run).cloned().collect(),
        },
        warnings: tables.warnings,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// All rows in their order; grown step by step they would take up to twice their memory.
fn joined<T>(parts: Vec<Vec<T>>) -> Vec<T> {
    let mut all = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    parts.into_iter().for_each(|part| all.extend(part));
    all
}

/// The regressors of the fits: of donors each instrument may have its own, and all of them have a
/// name here.
fn regressors(run: &Run, fits: &[FitRow]) -> Vec<String> {
    if run.spec.model == ModelKind::SyntheticControl {
        let betas = fits.iter().flat_map(|fit| &fit.betas);
        let donors: HashSet<&str> = betas.map(|(name, _)| name.as_str()).collect();
        let names = run.market.symbols().map(Symbol::as_str);
        return names
            .filter(|name| donors.contains(name))
            .map(str::to_owned)
            .collect();
    }
    let model = run.market.model(&[]);
    model.map_or_else(|_| Vec::new(), |m| m.regressors())
}

fn settings(run: &Run, fits: &[FitRow]) -> Settings {
    let spec = run.spec;
    Settings {
        model: spec.model.as_str().to_owned(),
        regressors: regressors(run, fits),
        benchmark: spec.benchmark.clone(),
        benchmark_weight: spec.benchmark_weight,
        returns: spec.returns.as_str().to_owned(),
        price_column: run.market.price_column.to_owned(),
        factor_unit: run.data.factors.as_ref().map(|f| f.unit.clone()),
        estimation: spec.windows.estimation(),
        min_estimation: spec.min_estimation,
        event_window: spec.windows.event(),
        windows: spec.windows.car().to_vec(),
        calendar: run.data.calendar.name().to_owned(),
        anchor: spec.anchor.as_str().to_owned(),
        max_shift: spec.max_shift,
        quality: match spec.quality {
            QualityPolicy::Warn => "warn",
            QualityPolicy::Exclude => "exclude",
            QualityPolicy::Off => "off",
        }
        .to_owned(),
        mask_events: spec.mask_events,
        mask_window: spec.mask_window,
        joint: spec.joint,
        group_by: match &spec.group_by {
            GroupBy::Column(column) => column.clone(),
            GroupBy::InstrumentGroup => "instrument-group".to_owned(),
            GroupBy::None => "none".to_owned(),
        },
        focus: spec.focus.clone(),
        lead_event: spec.lead_event.clone(),
        instruments: run.instruments.clone(),
        tests: selected_tests(run)
            .iter()
            .map(|t| t.name().to_owned())
            .collect(),
        placebo: spec.placebo,
        seed: spec.seed,
        n_draws: spec.n_draws,
        confidence: 0.95,
    }
}

/// An event counts as used when any of its observations is, else as provisional when any is.
fn event_counts(run: &Run, ledger: &[LedgerRow]) -> StatusCounts {
    count(run.spec.events.iter().map(|event| {
        let own = ledger
            .iter()
            .filter(|r| r.event_id == event.id)
            .map(|r| r.status);
        own.min_by_key(|s| *s as u8).unwrap_or(Status::Excluded)
    }))
}

fn count(statuses: impl Iterator<Item = Status>) -> StatusCounts {
    let mut counts = StatusCounts::default();
    for status in statuses {
        counts.total += 1;
        match status {
            Status::Used => counts.used += 1,
            Status::Provisional => counts.provisional += 1,
            Status::Excluded => counts.excluded += 1,
        }
    }
    counts
}

fn warnings(run: &Run, outcomes: &[Outcome], samples: &[Sample], n_p: usize) -> Vec<Warning> {
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
            n: sample.observations.len(),
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
fn findings<'r>(run: &'r Run) -> impl Iterator<Item = &'r FindingRow> {
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
