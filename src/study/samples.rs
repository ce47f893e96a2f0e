//! Samples of event observations: how they are formed, their averages and tests.

use crate::analysis::aggregate::{Aar, aar};
use crate::analysis::correlation::CorrelationMethod;
use crate::analysis::inference::single_event::sample_quantile;
use crate::analysis::inference::{
    ALL, Observation, SampleContext, SampleSettings, SampleTest, TestStatistic, Undefined,
    WindowSample, n_overlapping,
};
use crate::analysis::model::LinearModel;
use crate::analysis::multiple_testing::{benjamini_hochberg, holm};
use crate::analysis::recommendation::recommend;
use crate::analysis::window::Window;
use crate::error::{InputError, Result};
use crate::event::Event;
use crate::study::result::{AarRow, CarRow, RecommendationRow, TestRow};
use crate::study::run::{Outcome, Run};
use crate::study::spec::GroupBy;
use rayon::prelude::*;
use std::sync::Arc;

/// A sample of event observations.
pub(super) struct Sample<'o> {
    pub group: String,
    members: Vec<Member<'o>>,
    /// How many of them overlap another event's window in calendar time.
    pub n_overlapping: usize,
}

/// One observation, with the rows of its windows: of a provisional event, some are over already.
#[derive(Clone, Copy)]
struct Member<'o> {
    observation: &'o Observation,
    cars: &'o [CarRow],
}

impl<'o> Sample<'o> {
    /// Its observations.
    pub fn n(&self) -> usize {
        self.members.len()
    }

    /// Those for which a window is over.
    pub fn over(&self, window: Window) -> Vec<&'o Observation> {
        let is_open = |m: &&Member| m.cars.iter().any(|r| r.window == window && r.provisional);
        let over = self.members.iter().filter(|m| !is_open(m));
        over.map(|m| m.observation).collect()
    }

    fn observations(&self) -> Vec<&'o Observation> {
        self.members.iter().map(|m| m.observation).collect()
    }
}

/// The label of events that have no value in the grouping column.
pub(super) const UNGROUPED: &str = "(none)";

/// Forms the samples: the observations (of the focus instrument, where there is one) by the
/// grouping column, in the order in which the groups first appear.
pub(super) fn samples<'o>(run: &Run, outcomes: &'o [Outcome]) -> Result<Vec<Sample<'o>>> {
    if let GroupBy::Column(column) = &run.spec.group_by {
        check_column(column, &run.spec.events)?;
    }
    let mut samples: Vec<Sample> = Vec::new();
    for outcome in outcomes {
        let member = outcome.computed.as_ref().and_then(|computed| {
            Some(Member {
                observation: computed.observation.as_ref()?,
                cars: &computed.cars,
            })
        });
        let Some(member) = member else {
            continue;
        };
        for group in groups_of(run, outcome) {
            let sample = match samples.iter_mut().find(|s| s.group == group) {
                Some(sample) => sample,
                None => {
                    samples.push(Sample {
                        group,
                        members: Vec::new(),
                        n_overlapping: 0,
                    });
                    let last = samples.len() - 1;
                    &mut samples[last]
                }
            };
            sample.members.push(member);
        }
    }
    let length = run.spec.windows.event().n_days();
    for sample in &mut samples {
        let days: Vec<usize> = sample.members.iter().map(|m| m.observation.day_0).collect();
        sample.n_overlapping = n_overlapping(&days, length);
    }
    Ok(samples)
}

fn check_column(column: &str, events: &[Event]) -> Result<()> {
    if column == "category" || events.iter().any(|e| e.column(column).is_some()) {
        return Ok(());
    }
    let with = |name| {
        events
            .iter()
            .any(|e| e.column(name).is_some())
            .then_some(name)
    };
    let problem = match column {
        "id" | "at" | "title" | "instruments" => "no samples can be formed by this column",
        _ => "no event has this column",
    };
    let mut known: Vec<&str> = events
        .iter()
        .flat_map(|e| e.attributes.keys().map(String::as_str))
        .chain(["category", "when", "time_certainty", "market_wide"])
        .chain(with("direction"))
        .chain(with("source"))
        .collect();
    known.sort_unstable();
    known.dedup();
    Err(InputError::new(
        problem,
        format!("group by {}, instrument-group or none", known.join(", ")),
    )
    .in_file("--group-by")
    .with_value(column)
    .into())
}

fn groups_of(run: &Run, outcome: &Outcome) -> Vec<String> {
    let event = run.placed[outcome.event].event;
    match &run.spec.group_by {
        GroupBy::None => vec!["all".to_owned()],
        GroupBy::Column(column) => {
            vec![event.column(column).unwrap_or(UNGROUPED).to_owned()]
        }
        GroupBy::InstrumentGroup => {
            let groups = run.spec.groups.iter();
            let own: Vec<String> = groups
                .filter(|g| g.members.contains(&outcome.instrument))
                .map(|g| g.name.clone())
                .collect();
            if own.is_empty() {
                vec![UNGROUPED.to_owned()]
            } else {
                own
            }
        }
    }
}

/// The rows of `aar.csv`.
pub(super) fn aar_rows(run: &Run, samples: &[Sample]) -> Vec<AarRow> {
    let row = |group: &str, day: Aar| AarRow {
        group: group.to_owned(),
        relative_day: day.relative_day,
        n: day.n,
        aar: day.aar,
        caar: day.caar,
        aar_sd: day.sd,
        aar_low: day.test.map(|t| t.low),
        aar_high: day.test.map(|t| t.high),
    };
    samples
        .iter()
        .flat_map(|sample| {
            aar(&sample.observations(), run.spec.windows.event())
                .into_iter()
                .map(|day| row(&sample.group, day))
        })
        .collect()
}

/// The sample tests that the study asks for.
pub(super) fn selected_tests(run: &Run) -> Vec<&'static dyn SampleTest> {
    let wanted = |test: &&'static dyn SampleTest| match &run.spec.tests {
        None => true,
        Some(names) => names.iter().any(|n| n == test.name()),
    };
    ALL.iter().copied().filter(wanted).collect()
}

/// The model whose regressors all observations of a sample share: the study's, or that of the
/// sample's only instrument where each has its own market.
fn common_model<'r>(run: &'r Run, sample: &Sample) -> Result<Option<LinearModel<'r>>> {
    if run.spec.benchmark_weight.is_none() {
        return run.market.common_model(&[]);
    }
    let mut instruments: Vec<usize> = sample
        .members
        .iter()
        .map(|m| m.observation.instrument)
        .collect();
    instruments.sort_unstable();
    instruments.dedup();
    match instruments[..] {
        [only] => run
            .market
            .common_model(run.instruments.get(only..=only).unwrap_or_default()),
        _ => Ok(None),
    }
}

/// Tests of samples and which of them to trust.
pub(super) struct Tested {
    pub rows: Vec<TestRow>,
    pub recommendations: Vec<RecommendationRow>,
}

/// The rows of `tests.csv`, with p adjusted over all of them, and a recommendation per sample and
/// window.
pub(super) fn test(run: &Run, samples: &[Sample]) -> Result<Tested> {
    let tests = selected_tests(run);
    let models = samples.iter().map(|sample| common_model(run, sample));
    let models: Vec<Option<LinearModel>> = models.collect::<Result<_>>()?;
    let shared = samples
        .iter()
        .zip(&models)
        .flat_map(|(sample, model)| contexts(run, sample, model.as_ref()));
    let shared: Vec<(&str, Window, Arc<SampleContext>)> = shared.collect();
    let cases: Vec<(&str, WindowSample)> = shared
        .iter()
        .map(|(group, window, context)| (*group, context.window(*window)))
        .collect();
    // Side by side, collected in this order: some tests draw by the thousand, others wait for one.
    let tested: Vec<(Vec<TestRow>, RecommendationRow)> = cases
        .par_iter()
        .map(|(group, sample)| tested(group, sample, &tests))
        .collect();
    let (rows, recommendations): (Vec<_>, Vec<_>) = tested.into_iter().unzip();
    let mut rows: Vec<TestRow> = rows.into_iter().flatten().collect();
    let p: Vec<Option<f64>> = rows.iter().map(|r| r.p).collect();
    let adjusted = holm(&p).into_iter().zip(benjamini_hochberg(&p));
    for (row, (holm, bh)) in rows.iter_mut().zip(adjusted) {
        row.p_holm = holm;
        row.p_bh = bh;
    }
    Ok(Tested {
        rows,
        recommendations,
    })
}

/// What the tests of a sample share, for each window; windows over which it has the same
/// observations share it with one another.
fn contexts<'a>(
    run: &Run,
    sample: &'a Sample,
    model: Option<&'a LinearModel>,
) -> Vec<(&'a str, Window, Arc<SampleContext<'a>>)> {
    let mut made: Vec<(Vec<&Observation>, Arc<SampleContext>)> = Vec::new();
    let same = |a: &[&Observation], b: &[&Observation]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| std::ptr::eq(*a, *b))
    };
    let windows = run.spec.windows.car().iter();
    let of_window = windows.map(|&window| {
        let over = sample.over(window);
        let known = made.iter().find(|(others, _)| same(others, &over));
        let context = known.map(|(_, context)| Arc::clone(context));
        let context = context.unwrap_or_else(|| {
            let new = Arc::new(context_of(run, over.clone(), model));
            made.push((over, Arc::clone(&new)));
            new
        });
        (sample.group.as_str(), window, context)
    });
    of_window.collect()
}

fn context_of<'a>(
    run: &Run,
    observations: Vec<&'a Observation>,
    model: Option<&'a LinearModel>,
) -> SampleContext<'a> {
    let mut context = SampleContext::new(observations);
    context.settings = SampleSettings {
        seed: run.spec.seed,
        n_draws: run.spec.n_draws,
    };
    context.factors = match model {
        None => Err(Undefined::InstrumentSpecificRegressor),
        Some(model) => model.common_factors().ok_or(Undefined::NoFactorModel),
    };
    context
}

/// Every test of a sample over one window, and which of them to trust.
fn tested(
    group: &str,
    sample: &WindowSample,
    tests: &[&'static dyn SampleTest],
) -> (Vec<TestRow>, RecommendationRow) {
    let cars = sample.figures(|c| c.car);
    let caar = (!cars.is_empty()).then(|| crate::analysis::ols::mean(&cars));
    let rows: Vec<TestRow> = tests
        .iter()
        .map(|test| test_row(group, sample.window, *test, caar, &test.run(sample)))
        .collect();
    let advice = recommended(group, sample, &rows);
    (rows, advice)
}

fn test_row(
    group: &str,
    window: Window,
    test: &dyn SampleTest,
    caar: Option<f64>,
    statistic: &TestStatistic,
) -> TestRow {
    TestRow {
        group: group.to_owned(),
        window,
        test: test.name().to_owned(),
        caar,
        statistic: statistic.value,
        df: statistic.df(),
        p: statistic.p,
        p_holm: None,
        p_bh: None,
        n: statistic.n,
        null: test.null().to_owned(),
        note: match (&statistic.undefined, statistic.law) {
            (Some(reason), _) => reason.to_string(),
            (None, law) => law.map_or_else(String::new, |l| l.to_string()),
        },
    }
}

/// The recommendation, with the figures of the test that it names, whether or not the study
/// selected it.
fn recommended(group: &str, sample: &WindowSample, known: &[TestRow]) -> RecommendationRow {
    let advice = recommend(sample);
    let row = known.iter().find(|row| row.test == advice.test);
    let mut reasons: Vec<String> = advice.reasons.iter().map(ToString::to_string).collect();
    let (statistic, p) = match row {
        Some(row) => {
            if row.p.is_none() {
                reasons.push(format!("{}: {}", row.test, row.note));
            }
            (row.statistic, row.p)
        }
        None if advice.test == "sq_p" => (None, single_p(sample)),
        None => {
            let named = ALL.iter().find(|t| t.name() == advice.test);
            let run = named.map(|t| t.run(sample));
            let why = run.as_ref().and_then(|s| s.undefined.as_ref());
            reasons.extend(why.map(|why| format!("{}: {why}", advice.test)));
            run.map_or((None, None), |s| (s.value, s.p))
        }
    };
    let r = sample.context.mean_correlation();
    let r = r.filter(|_| sample.n() > 1);
    RecommendationRow {
        group: group.to_owned(),
        window: sample.window,
        test: advice.test.to_owned(),
        statistic,
        p,
        n: sample.n(),
        mean_correlation: r.map(|r| r.value),
        mean_correlation_method: r.map_or_else(String::new, |r| match r.method {
            CorrelationMethod::Exact => "exact".to_owned(),
            CorrelationMethod::ClosedForm => "closed-form".to_owned(),
        }),
        reasons,
    }
}

/// The sample-quantile p of the only event of a sample.
fn single_p(sample: &WindowSample) -> Option<f64> {
    let only = sample.observations.first()?;
    let car = only.abnormal.car(sample.window)?;
    let found = sample_quantile(
        car.car,
        &only.estimation_days,
        &only.residuals,
        car.n_days,
        only.residual_sd,
    );
    found.map(|rank| rank.p)
}

#[cfg(test)]
mod tests;
