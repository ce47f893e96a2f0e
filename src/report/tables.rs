//! The tables of a study as data, one per part of the result, for spreadsheets and programs.
//!
//! Columns are a contract: the named ones come first, further ones after them. In CSV, numbers are
//! the shortest plain decimals that read back as the same `f64`; fractions, not percent; a missing
//! figure is an empty cell.
//!
//! ```
//! # use shockwave::prices::{dense::from_frame, sample::sample_frame};
//! # use shockwave::{Event, StudyData, StudySpec, study};
//! # let two = sample_frame()?.only(|s| ["NVDA", "SPY"].contains(&s.as_str()))?;
//! # let two = from_frame(two, None)?;
//! # let (nvda, spy) = two.prices.split_at(two.sessions.len());
//! # let data = StudyData::from_dates(&two.sessions)?;
//! # let data = data.with_closes("NVDA", nvda)?.with_closes("SPY", spy)?;
//! # let event = Event::on("deepseek", "2025-01-27".parse()?);
//! # let spec = StudySpec::builder().event(event).benchmark("SPY").windows([0..=0]).build()?;
//! use shockwave::report::{data_table::Values, tables::data_tables};
//!
//! let result = study::run(&spec, &data)?; // as in the example of `report`
//! let cars = data_tables(&result).find(|t| t.name == "cars").ok_or("no such table")?;
//! assert_eq!(cars.n_rows, 1); // NVDA around one event, over one window
//! let car = cars.columns.iter().find(|c| c.name == "car").ok_or("no such column")?;
//! assert!(matches!(&car.values, Values::Number(v) if v[0].is_some_and(|car| car < -0.13)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::data_table::{Columns, DataTable};
use super::{Chart, OutputFile, Renderer, outcome_tables, sample_tables};
use crate::error::Result;
use crate::study::result::{FitRow, Settings, StudyResult};

/// Writes every table of [`data_tables`] as CSV.
#[derive(Debug, Clone, Copy, Default)]
pub struct CsvTables;

impl Renderer for CsvTables {
    fn files(&self, result: &StudyResult, _charts: &[Chart]) -> Result<Vec<OutputFile>> {
        data_tables(result).map(|table| table.csv()).collect()
    }
}

/// Every table of a result, in the order of the documentation; each is made when it is asked for,
/// because all at once would take as much memory as the files.
pub fn data_tables(result: &StudyResult) -> impl Iterator<Item = DataTable> {
    const TABLES: [fn(&StudyResult) -> DataTable; 15] = [
        ledger,
        fits,
        abnormal_returns,
        cars,
        diagnostics,
        sample_tables::aar,
        sample_tables::tests,
        sample_tables::recommendations,
        sample_tables::claims,
        sample_tables::groups,
        sample_tables::portfolios,
        outcome_tables::confounding,
        outcome_tables::outcomes,
        outcome_tables::pre_post,
        outcome_tables::regression,
    ];
    TABLES.into_iter().map(move |make| make(result))
}

fn ledger(result: &StudyResult) -> DataTable {
    Columns::new("ledger", &result.ledger)
        .text("event_id", |r| &r.event_id)
        .text("instrument", |r| &r.instrument)
        .text("given_at", |r| &r.given_at)
        .date("session", |r| r.session)
        .text("rule", |r| &r.rule)
        .text("status", |r| r.status.as_str())
        .text("reason", |r| &r.reason)
        .text("overlaps", |r| r.overlaps.join(";"))
        .text("reason_code", |r| &r.reason_code)
        .text("same_session", |r| r.same_session.join(";"))
        .flag("day_uncertain", |r| r.day_uncertain)
        .count("n_estimation", |r| r.n_estimation)
        .count("n_estimation_window", |r| Some(r.n_estimation_window))
        .table()
}

fn fits(result: &StudyResult) -> DataTable {
    let mut columns = Columns::new("fits", &result.fits)
        .text("event_id", |r| &r.event_id)
        .text("instrument", |r| r.instrument.as_str())
        .text("model", |r| &r.model)
        .count("n_estimation", |r| Some(r.n_estimation))
        .number("alpha", |r| r.alpha);
    for (column, name) in slopes(&result.settings) {
        columns = columns.number(&column, |r| slope(r, &name));
    }
    columns = columns
        .number("residual_sd", |r| Some(r.residual_sd))
        .number("r_squared", |r| r.r_squared)
        .date("first_session", |r| Some(r.first_session))
        .date("last_session", |r| Some(r.last_session));
    let mut details: Vec<&str> = Vec::new();
    for (name, _) in result.fits.iter().flat_map(|fit| &fit.details) {
        if !details.contains(&name.as_str()) {
            details.push(name);
        }
    }
    for wanted in details {
        columns = columns.number(wanted, |r| {
            let found = r.details.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| *value)
        });
    }
    columns.table()
}

/// Column names and regressor names of the slopes. A single slope on the benchmark is `beta`, and
/// so is the empty column of a model without slopes.
fn slopes(settings: &Settings) -> Vec<(String, String)> {
    let benchmark = settings.benchmark.as_ref().map(|b| b.as_str());
    match settings.regressors.as_slice() {
        [] => vec![("beta".into(), String::new())],
        [only] if Some(only.as_str()) == benchmark => vec![("beta".into(), only.clone())],
        several => {
            let columns = several
                .iter()
                .map(|name| (format!("beta_{name}"), name.clone()));
            columns.collect()
        }
    }
}

fn slope(fit: &FitRow, name: &str) -> Option<f64> {
    let found = fit.betas.iter().find(|(regressor, _)| regressor == name);
    found.map(|(_, slope)| *slope)
}

fn abnormal_returns(result: &StudyResult) -> DataTable {
    Columns::new("abnormal_returns", &result.abnormal_returns)
        .text("event_id", |r| &r.event_id)
        .text("instrument", |r| r.instrument.as_str())
        .whole("relative_day", |r| r.relative_day.0)
        .date("session", |r| r.session)
        .number("return", |r| r.ret)
        .number("normal_return", |r| r.normal_return)
        .number("ar", |r| r.ar)
        .number("ar_sd", |r| r.ar_sd)
        .number("sar", |r| r.sar)
        .number("ar_t", |r| r.ar_t)
        .number("ar_df", |r| r.ar_df)
        .number("ar_p", |r| r.ar_p)
        .number("car_to_day", |r| r.car_to_day)
        .number("car_to_day_low", |r| r.car_to_day_low)
        .number("car_to_day_high", |r| r.car_to_day_high)
        .number("ar_low", |r| r.ar_low)
        .number("ar_high", |r| r.ar_high)
        .number("garch_t", |r| r.garch_t)
        .number("garch_p", |r| r.garch_p)
        .table()
}

fn cars(result: &StudyResult) -> DataTable {
    Columns::new("cars", &result.cars)
        .text("event_id", |r| &r.event_id)
        .text("instrument", |r| r.instrument.as_str())
        .window(|r| Some(r.window))
        .count("n_days", |r| Some(r.n_days))
        .number("car", |r| r.car)
        .number("car_sd", |r| r.car_sd)
        .number("car_t", |r| r.car_t)
        .number("car_df", |r| r.car_df)
        .number("car_p", |r| r.car_p)
        .number("car_low", |r| r.car_low)
        .number("car_high", |r| r.car_high)
        .number("scar", |r| r.scar)
        .number("csar", |r| r.csar)
        .number("bhar", |r| r.bhar)
        .number("sq_p", |r| r.sq_p)
        .number("placebo_p", |r| r.placebo_p)
        .number("car_joint", |r| r.car_joint)
        .number("car_joint_sd", |r| r.car_joint_sd)
        .flag("provisional", |r| r.provisional)
        .count("sq_n", |r| r.sq_n)
        .count("placebo_n", |r| r.placebo_n)
        .number("conformal_p", |r| r.conformal_p)
        .number("mde", |r| r.mde)
        .number("car_masked", |r| r.car_masked)
        .number("car_masked_sd", |r| r.car_masked_sd)
        .number("car_masked_t", |r| r.car_masked_t)
        .number("car_unmasked", |r| r.car_unmasked)
        .number("car_unmasked_sd", |r| r.car_unmasked_sd)
        .number("car_unmasked_t", |r| r.car_unmasked_t)
        .number("car_joint_hac_sd", |r| r.car_joint_hac_sd)
        .text("note", |r| &r.note)
        .number("garch_t", |r| r.garch_t)
        .number("garch_p", |r| r.garch_p)
        .table()
}

fn diagnostics(result: &StudyResult) -> DataTable {
    Columns::new("diagnostics", &result.diagnostics)
        .text("event_id", |r| &r.event_id)
        .text("instrument", |r| r.instrument.as_str())
        .number("ljung_box", |r| r.ljung_box)
        .number("ljung_box_p", |r| r.ljung_box_p)
        .number("jarque_bera", |r| r.jarque_bera)
        .number("jarque_bera_p", |r| r.jarque_bera_p)
        .number("arch_lm", |r| r.arch_lm)
        .number("arch_lm_p", |r| r.arch_lm_p)
        .number("zero_share", |r| r.zero_share)
        .number("missing_share", |r| r.missing_share)
        .number("event_variance_ratio", |r| r.event_variance_ratio)
        .number("event_variance_ratio_p", |r| r.event_variance_ratio_p)
        .text("note", |r| &r.note)
        .table()
}

#[cfg(test)]
mod tests;
