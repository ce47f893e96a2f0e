//! A result as files, in the formats that were asked for.

use crate::error::{InputError, Result};
use crate::prices::columns::{PlainColumn, to_parquet};
use crate::report::changes::Changes;
use crate::report::chart::{Chart, charts, png};
use crate::report::data_table::{DataTable, Values};
use crate::report::html::HtmlReport;
use crate::report::json::StudyJson;
use crate::report::language::Language;
use crate::report::markdown::MarkdownReport;
#[cfg(feature = "pdf")]
use crate::report::pdf::PdfReport;
use crate::report::tables::{CsvTables, data_tables};
use crate::report::{OutputFile, Renderer};
use crate::settings::Config;
use crate::study::result::StudyResult;
use rayon::prelude::*;

/// Width of PNG charts in pixels: one and three quarters of what a page shows.
const PNG_WIDTH: u32 = 1400;

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Json,
    Parquet,
    Html,
    Markdown,
    Pdf,
}

const FORMATS: [(&str, Format); 6] = [
    ("csv", Format::Csv),
    ("json", Format::Json),
    ("parquet", Format::Parquet),
    ("html", Format::Html),
    ("md", Format::Markdown),
    ("pdf", Format::Pdf),
];

/// The formats of a run; what they are where nobody says so depends on `with_report`.
///
/// # Errors
/// A word that is no format, or one that this build cannot write.
pub fn formats(config: &Config, with_report: bool) -> Result<Vec<Format>> {
    let listed = crate::settings::pick_list(
        &config.args.format,
        "--format",
        config.file().and_then(|f| f.format.as_ref()),
    );
    let Some(listed) = listed else {
        let mut formats = vec![Format::Csv, Format::Json];
        if with_report {
            formats.extend([Format::Html, Format::Markdown]);
        }
        return Ok(formats);
    };
    let chosen: Result<Vec<Format>> = listed
        .into_iter()
        .map(|setting| config.choice(Some(setting), &FORMATS, Format::Csv))
        .collect();
    if !cfg!(feature = "pdf") && chosen.as_ref().is_ok_and(|c| c.contains(&Format::Pdf)) {
        return Err(InputError::new(
            "this program was built without PDF",
            "build it with `--features pdf`, or print report.html from a browser",
        )
        .in_file("--format")
        .with_value("pdf")
        .into());
    }
    chosen
}

/// Writes the files of a study, in memory; its pages say what moved, where they follow others.
///
/// # Errors
/// A table, chart or page that cannot be written.
pub fn render(
    result: &StudyResult,
    formats: &[Format],
    language: Language,
    with_report: bool,
    changes: Option<&Changes>,
) -> Result<Vec<OutputFile>> {
    // Tables need no charts: both are made side by side.
    let (drawn, tables) = rayon::join(
        || drawn(result, formats, language, with_report, changes),
        || -> Result<Vec<OutputFile>> {
            let mut files = Vec::new();
            for format in formats {
                match format {
                    Format::Csv => files.extend(CsvTables.files(result, &[])?),
                    Format::Json => files.extend(StudyJson.files(result, &[])?),
                    Format::Parquet => files.extend(parquet(result)?),
                    Format::Html | Format::Markdown | Format::Pdf => {}
                }
            }
            Ok(files)
        },
    );
    let mut files = tables?;
    files.extend(drawn?);
    Ok(files)
}

/// Every table as Parquet, named as its CSV file is.
fn parquet(result: &StudyResult) -> Result<Vec<OutputFile>> {
    let file = |table: &DataTable| {
        let columns = table.columns.iter().map(|column| {
            let values = match &column.values {
                Values::Text(values) => PlainColumn::Text(values),
                Values::Number(values) => PlainColumn::Number(values),
                Values::Count(values) => PlainColumn::Count(values),
                Values::Date(values) => PlainColumn::Date(values),
                Values::Flag(values) => PlainColumn::Flag(values),
            };
            (column.name.as_str(), values)
        });
        let columns: Vec<(&str, PlainColumn)> = columns.collect();
        Ok(OutputFile {
            path: format!("{}.parquet", table.name),
            bytes: to_parquet(table.n_rows, &columns)?,
        })
    };
    data_tables(result).map(|table| file(&table)).collect()
}

/// Charts and the pages that show them.
fn drawn(
    result: &StudyResult,
    formats: &[Format],
    language: Language,
    with_report: bool,
    changes: Option<&Changes>,
) -> Result<Vec<OutputFile>> {
    let charts = if with_report {
        charts(result, language)?
    } else {
        Vec::new()
    };
    let mut files = Vec::new();
    for format in formats {
        match format {
            Format::Csv | Format::Json | Format::Parquet => {}
            Format::Html => {
                let page = HtmlReport { language };
                files.extend(page.files_since(result, &charts, changes)?);
            }
            Format::Markdown => {
                let page = MarkdownReport { language };
                files.extend(page.files_since(result, &charts, changes)?);
            }
            #[cfg(feature = "pdf")]
            Format::Pdf => files.extend(PdfReport { language }.files(result, &charts)?),
            #[cfg(not(feature = "pdf"))]
            Format::Pdf => {}
        }
    }
    files.extend(pictures(&charts)?);
    Ok(files)
}

/// Every chart as SVG and PNG.
pub fn pictures(charts: &[Chart]) -> Result<Vec<OutputFile>> {
    let both: Vec<[OutputFile; 2]> = charts
        .par_iter()
        .map(|chart| {
            Ok([
                OutputFile {
                    path: format!("charts/{}.svg", chart.name),
                    bytes: chart.svg.clone().into_bytes(),
                },
                OutputFile {
                    path: format!("charts/{}.png", chart.name),
                    bytes: png(&chart.svg, PNG_WIDTH)?,
                },
            ])
        })
        .collect::<Result<_>>()?;
    Ok(both.into_iter().flatten().collect())
}
