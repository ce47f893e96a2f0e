//! The CSV files of a study: one per table of the result, for spreadsheets and programs.
//!
//! Columns are a contract: the named ones come first, further ones after them. Numbers are the
//! shortest plain decimals that read back as the same `f64`; fractions, not percent; a missing
//! figure is an empty cell.

use super::plain::spreadsheet;
use super::{Chart, OutputFile, Renderer, sample_tables};
use crate::analysis::window::Window;
use crate::error::{Error, Result};
use crate::study::result::{CarRow, FitRow, Settings, StudyResult};
use chrono::NaiveDate;

/// Writes `ledger.csv`, `fits.csv`, `abnormal_returns.csv`, `cars.csv`, `aar.csv`, `tests.csv`,
/// `recommendations.csv`, `diagnostics.csv`, `claims.csv` and `groups.csv`.
#[derive(Debug, Clone, Copy, Default)]
pub struct CsvTables;

impl Renderer for CsvTables {
    fn files(&self, result: &StudyResult, _charts: &[Chart]) -> Result<Vec<OutputFile>> {
        Ok(vec![
            ledger(result)?,
            fits(result)?,
            abnormal_returns(result)?,
            cars(result)?,
            diagnostics(result)?,
            sample_tables::aar(result)?,
            sample_tables::tests(result)?,
            sample_tables::recommendations(result)?,
            sample_tables::claims(result)?,
            sample_tables::groups(result)?,
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
    let mut details: Vec<&str> = Vec::new();
    for (name, _) in result.fits.iter().flat_map(|fit| &fit.details) {
        if !details.contains(&name.as_str()) {
            details.push(name);
        }
    }
    header.extend(&details);
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
        cells.extend(details.iter().map(|wanted| {
            let found = row.details.iter().find(|(name, _)| name == wanted);
            number(found.map(|(_, value)| *value))
        }));
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
        "ar_low",
        "ar_high",
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
            row.ar_low,
            row.ar_high,
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
        "conformal_p",
        "mde",
        "car_masked",
        "car_masked_sd",
        "car_masked_t",
        "car_unmasked",
        "car_unmasked_sd",
        "car_unmasked_t",
        "car_joint_hac_sd",
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
        row.conformal_p,
        row.mde,
        row.car_masked,
        row.car_masked_sd,
        row.car_masked_t,
        row.car_unmasked,
        row.car_unmasked_sd,
        row.car_unmasked_t,
        row.car_joint_hac_sd,
    ];
    cells.extend(other_ways.map(number));
    cells.push(spreadsheet(&row.note));
    cells
}

fn diagnostics(result: &StudyResult) -> Result<OutputFile> {
    let header = [
        "event_id",
        "instrument",
        "ljung_box",
        "ljung_box_p",
        "jarque_bera",
        "jarque_bera_p",
        "arch_lm",
        "arch_lm_p",
        "zero_share",
        "missing_share",
        "event_variance_ratio",
        "event_variance_ratio_p",
        "note",
    ];
    let rows = result.diagnostics.iter().map(|row| {
        let mut cells = vec![
            spreadsheet(&row.event_id),
            spreadsheet(row.instrument.as_str()),
        ];
        let figures = [
            row.ljung_box,
            row.ljung_box_p,
            row.jarque_bera,
            row.jarque_bera_p,
            row.arch_lm,
            row.arch_lm_p,
            row.zero_share,
            row.missing_share,
            row.event_variance_ratio,
            row.event_variance_ratio_p,
        ];
        cells.extend(figures.map(number));
        cells.push(spreadsheet(&row.note));
        cells
    });
    file("diagnostics.csv", &header, rows)
}

/// A plain decimal that round-trips; `f64`'s `Display` never writes an exponent.
pub(super) fn number(value: Option<f64>) -> String {
    match value {
        // Also turns −0 into 0.
        Some(0.0) => "0".to_owned(),
        Some(x) if x.is_finite() => x.to_string(),
        _ => String::new(),
    }
}

pub(super) fn count(value: Option<usize>) -> String {
    value.map(|n| n.to_string()).unwrap_or_default()
}

pub(super) fn date(value: Option<NaiveDate>) -> String {
    value.map(|d| d.to_string()).unwrap_or_default()
}

pub(super) fn window(window: Window) -> [String; 2] {
    [window.start().0.to_string(), window.end().0.to_string()]
}

pub(super) fn file(
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
