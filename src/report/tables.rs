//! The CSV files of a study: one per table of the result, for spreadsheets and programs.
//!
//! Columns are a contract: the named ones come first, further ones after them. Numbers are the
//! shortest plain decimals that read back as the same `f64`; fractions, not percent; a missing
//! figure is an empty cell.

use super::plain::spreadsheet;
use super::{Chart, OutputFile, Renderer};
use crate::analysis::window::Window;
use crate::error::{Error, Result};
use crate::study::result::{CarRow, FitRow, Settings, StudyResult};
use chrono::NaiveDate;

/// Writes `ledger.csv`, `fits.csv`, `abnormal_returns.csv`, `cars.csv`, `aar.csv`, `tests.csv`,
/// `claims.csv` and `groups.csv`.
#[derive(Debug, Clone, Copy, Default)]
pub struct CsvTables;

impl Renderer for CsvTables {
    fn files(&self, result: &StudyResult, _charts: &[Chart]) -> Result<Vec<OutputFile>> {
        Ok(vec![
            ledger(result)?,
            fits(result)?,
            abnormal_returns(result)?,
            cars(result)?,
            aar(result)?,
            sample_tests(result)?,
            claims(result)?,
            groups(result)?,
        ])
    }
}

fn ledger(result: &StudyResult) -> Result<OutputFile> {
    let header = [
        "event_id",
        "instrument",
        "given_at",
        "session",
        "rule",
        "status",
        "reason",
        "overlaps",
        "reason_code",
        "same_session",
        "day_uncertain",
        "n_estimation",
        "n_estimation_window",
    ];
    let rows = result.ledger.iter().map(|row| {
        vec![
            spreadsheet(&row.event_id),
            spreadsheet(&row.instrument),
            spreadsheet(&row.given_at),
            date(row.session),
            row.rule.clone(),
            row.status.as_str().to_owned(),
            spreadsheet(&row.reason),
            spreadsheet(&row.overlaps.join(";")),
            row.reason_code.clone(),
            spreadsheet(&row.same_session.join(";")),
            row.day_uncertain.to_string(),
            count(row.n_estimation),
            row.n_estimation_window.to_string(),
        ]
    });
    file("ledger.csv", &header, rows)
}

fn fits(result: &StudyResult) -> Result<OutputFile> {
    let (slope_columns, slope_names) = slopes(&result.settings);
    let mut header: Vec<&str> = vec!["event_id", "instrument", "model", "n_estimation", "alpha"];
    header.extend(slope_columns.iter().map(String::as_str));
    header.extend(["residual_sd", "r_squared", "first_session", "last_session"]);
    let rows = result.fits.iter().map(|row| {
        let mut cells = vec![
            spreadsheet(&row.event_id),
            spreadsheet(row.instrument.as_str()),
            row.model.clone(),
            row.n_estimation.to_string(),
            number(row.alpha),
        ];
        cells.extend(slope_names.iter().map(|name| number(slope(row, name))));
        cells.extend([
            number(Some(row.residual_sd)),
            number(row.r_squared),
            date(Some(row.first_session)),
            date(Some(row.last_session)),
        ]);
        cells
    });
    file("fits.csv", &header, rows)
}

/// Column names and regressor names of the slopes. A single slope on the benchmark is `beta`, and
/// so is the empty column of a model without slopes.
fn slopes(settings: &Settings) -> (Vec<String>, Vec<String>) {
    let benchmark = settings.benchmark.as_ref().map(|b| b.as_str());
    match settings.regressors.as_slice() {
        [] => (vec!["beta".into()], vec![String::new()]),
        [only] if Some(only.as_str()) == benchmark => (vec!["beta".into()], vec![only.clone()]),
        several => {
            let columns = several.iter().map(|name| format!("beta_{name}"));
            (columns.collect(), several.to_vec())
        }
    }
}

fn slope(fit: &FitRow, name: &str) -> Option<f64> {
    let found = fit.betas.iter().find(|(regressor, _)| regressor == name);
    found.map(|(_, slope)| *slope)
}

fn abnormal_returns(result: &StudyResult) -> Result<OutputFile> {
    let header = [
        "event_id",
        "instrument",
        "relative_day",
        "session",
        "return",
        "normal_return",
        "ar",
        "ar_sd",
        "sar",
        "ar_t",
        "ar_df",
        "ar_p",
        "car_to_day",
        "car_to_day_low",
        "car_to_day_high",
    ];
    let rows = result.abnormal_returns.iter().map(|row| {
        let mut cells = vec![
            spreadsheet(&row.event_id),
            spreadsheet(row.instrument.as_str()),
            row.relative_day.0.to_string(),
            date(row.session),
        ];
        let figures = [
            row.ret,
            row.normal_return,
            row.ar,
            row.ar_sd,
            row.sar,
            row.ar_t,
            row.ar_df,
            row.ar_p,
            row.car_to_day,
            row.car_to_day_low,
            row.car_to_day_high,
        ];
        cells.extend(figures.map(number));
        cells
    });
    file("abnormal_returns.csv", &header, rows)
}

fn cars(result: &StudyResult) -> Result<OutputFile> {
    let header = [
        "event_id",
        "instrument",
        "window_start",
        "window_end",
        "n_days",
        "car",
        "car_sd",
        "car_t",
        "car_df",
        "car_p",
        "car_low",
        "car_high",
        "scar",
        "csar",
        "bhar",
        "sq_p",
        "placebo_p",
        "car_joint",
        "car_joint_sd",
        "provisional",
        "sq_n",
        "placebo_n",
        "mde",
        "car_masked",
        "car_masked_sd",
        "car_masked_t",
        "car_unmasked",
        "car_unmasked_sd",
        "car_unmasked_t",
        "note",
    ];
    file("cars.csv", &header, result.cars.iter().map(car_cells))
}

fn car_cells(row: &CarRow) -> Vec<String> {
    let mut cells = vec![
        spreadsheet(&row.event_id),
        spreadsheet(row.instrument.as_str()),
    ];
    cells.extend(window(row.window));
    cells.push(row.n_days.to_string());
    let figures = [
        row.car,
        row.car_sd,
        row.car_t,
        row.car_df,
        row.car_p,
        row.car_low,
        row.car_high,
        row.scar,
        row.csar,
        row.bhar,
        row.sq_p,
        row.placebo_p,
        row.car_joint,
        row.car_joint_sd,
    ];
    cells.extend(figures.map(number));
    cells.push(row.provisional.to_string());
    cells.push(count(row.sq_n));
    cells.push(count(row.placebo_n));
    let other_ways = [
        row.mde,
        row.car_masked,
        row.car_masked_sd,
        row.car_masked_t,
        row.car_unmasked,
        row.car_unmasked_sd,
        row.car_unmasked_t,
    ];
    cells.extend(other_ways.map(number));
    cells.push(spreadsheet(&row.note));
    cells
}

fn aar(result: &StudyResult) -> Result<OutputFile> {
    let header = [
        "group",
        "relative_day",
        "n",
        "aar",
        "caar",
        "aar_sd",
        "aar_low",
        "aar_high",
    ];
    let rows = result.aar.iter().map(|row| {
        let mut cells = vec![
            spreadsheet(&row.group),
            row.relative_day.0.to_string(),
            row.n.to_string(),
        ];
        cells.extend([row.aar, row.caar, row.aar_sd, row.aar_low, row.aar_high].map(number));
        cells
    });
    file("aar.csv", &header, rows)
}

fn sample_tests(result: &StudyResult) -> Result<OutputFile> {
    let header = [
        "group",
        "window_start",
        "window_end",
        "test",
        "statistic",
        "df",
        "p",
        "p_holm",
        "p_bh",
        "n",
        "null",
        "note",
        "caar",
    ];
    let rows = result.tests.iter().map(|row| {
        let mut cells = vec![spreadsheet(&row.group)];
        cells.extend(window(row.window));
        cells.push(row.test.clone());
        cells.extend([row.statistic, row.df, row.p, row.p_holm, row.p_bh].map(number));
        cells.push(row.n.to_string());
        cells.push(spreadsheet(&row.null));
        cells.push(spreadsheet(&row.note));
        cells.push(number(row.caar));
        cells
    });
    file("tests.csv", &header, rows)
}

fn claims(result: &StudyResult) -> Result<OutputFile> {
    let header = [
        "claim_id",
        "text",
        "scope",
        "window_start",
        "window_end",
        "figure",
        "low",
        "high",
        "p",
        "verdict",
        "reason",
        "expected",
    ];
    let rows = result.claims.iter().map(|row| {
        let mut cells = vec![
            spreadsheet(&row.claim_id),
            spreadsheet(&row.text),
            spreadsheet(&row.scope),
        ];
        cells.extend(row.window.map_or_else(Default::default, window));
        cells.extend([row.figure, row.low, row.high, row.p].map(number));
        cells.push(row.verdict.as_str().to_owned());
        cells.push(spreadsheet(&row.reason));
        cells.push(row.expected.clone());
        cells
    });
    file("claims.csv", &header, rows)
}

fn groups(result: &StudyResult) -> Result<OutputFile> {
    let header = [
        "group_a",
        "group_b",
        "window_start",
        "window_end",
        "difference",
        "sd",
        "statistic",
        "df",
        "p",
        "method",
        "event_id",
        "note",
    ];
    let rows = result.groups.iter().map(|row| {
        let mut cells = vec![spreadsheet(&row.group_a), spreadsheet(&row.group_b)];
        cells.extend(window(row.window));
        cells.extend([row.difference, row.sd, row.statistic, row.df, row.p].map(number));
        cells.push(row.method.clone());
        cells.push(spreadsheet(row.event_id.as_deref().unwrap_or_default()));
        cells.push(spreadsheet(&row.note));
        cells
    });
    file("groups.csv", &header, rows)
}

/// A plain decimal that round-trips; `f64`'s `Display` never writes an exponent.
fn number(value: Option<f64>) -> String {
    match value {
        // Also turns −0 into 0.
        Some(0.0) => "0".to_owned(),
        Some(x) if x.is_finite() => x.to_string(),
        _ => String::new(),
    }
}

fn count(value: Option<usize>) -> String {
    value.map(|n| n.to_string()).unwrap_or_default()
}

fn date(value: Option<NaiveDate>) -> String {
    value.map(|d| d.to_string()).unwrap_or_default()
}

fn window(window: Window) -> [String; 2] {
    [window.start().0.to_string(), window.end().0.to_string()]
}

fn file(
    path: &str,
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<OutputFile> {
    let write = || -> std::result::Result<Vec<u8>, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(header)?;
        for row in rows {
            writer.write_record(&row)?;
        }
        writer.into_inner().map_err(|e| e.into_error().into())
    };
    let bytes = write().map_err(|e| Error::Render {
        what: path.to_owned(),
        problem: e.to_string(),
    })?;
    Ok(OutputFile {
        path: path.to_owned(),
        bytes,
    })
}

#[cfg(test)]
mod tests;
