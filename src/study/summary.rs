//! The result put together: counts that add up, settings as resolved, money.

use crate::analysis::model::ModelKind;
use crate::error::Result;
use crate::instrument::Symbol;
use crate::study::cautions::{findings, warnings};
use crate::study::money;
use crate::study::result::{
    AarRow, ClaimRow, ConfoundingRow, DollarValue, FigureData, FitRow, GroupDifferenceRow,
    LedgerRow, PortfolioRow, PrePostRow, RegressionRow, Settings, Status, StatusCounts,
    StudyResult,
};
use crate::study::run::{Observed, Outcome, Run};
use crate::study::samples::{Tested, aar_rows, samples, selected_tests};
use crate::study::spec::{GroupBy, QualityPolicy};
use crate::study::warning::Warning;
use crate::study::{
    change, claims, confounding, cross_section, figures, groups, portfolio, samples,
};
use std::collections::HashSet;

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
