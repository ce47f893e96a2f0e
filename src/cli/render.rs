//! A result as files, in the formats that were asked for.

use crate::error::Result;
use crate::prices::columns::{PlainColumn, to_parquet};
use crate::report::changes::Changes;
use crate::report::chart::{Chart, charts, png};
use crate::report::data_table::{DataTable, Values};
use crate::report::export::{LatexTables, StataTables, Workbook};
use crate::report::html::HtmlReport;
use crate::report::json::StudyJson;
use crate::report::language::Language;
use crate::report::markdown::MarkdownReport;
#[cfg(feature = "pdf")]
use crate::report::pdf::PdfReport;
use crate::report::tables::data_tables;
use crate::report::{OutputFile, Renderer};
use crate::settings::{Config, Setting};
use crate::study::result::StudyResult;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

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
    Xlsx,
    Latex,
    Stata,
}

const FORMATS: [(&str, Format); 9] = [
    ("csv", Format::Csv),
    ("json", Format::Json),
    ("parquet", Format::Parquet),
    ("html", Format::Html),
    ("md", Format::Markdown),
    ("pdf", Format::Pdf),
    ("xlsx", Format::Xlsx),
    ("latex", Format::Latex),
    ("stata", Format::Stata),
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
    let offered = |format: &Format| cfg!(feature = "pdf") || *format != Format::Pdf;
    let offers: Vec<_> = FORMATS.into_iter().filter(|(_, f)| offered(f)).collect();
    let choose = |setting: Setting<String>| {
        if setting.value == "pdf" && !offered(&Format::Pdf) {
            let cure = "build it with `--features pdf`, or print report.html from a browser";
            let problem = "this program was built without PDF";
            return Err(setting.fault(config.file(), "pdf", problem, cure));
        }
        config.choice(Some(setting), &offers, Format::Csv)
    };
    listed.into_iter().map(choose).collect()
}

/// How the files of a study are to be.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub formats: &'a [Format],
    pub language: Language,
    /// Whether charts are drawn.
    pub with_report: bool,
    /// What moved since the run before, where the pages follow others.
    pub changes: Option<&'a Changes>,
}

/// What writes one file.
pub type WriteFile<'a> = &'a mut dyn FnMut(&mut dyn Write) -> io::Result<()>;

/// Where the files of a run go, one by one, from several threads.
pub trait Place: Sync {
    /// Takes the file that `write` writes.
    fn put(&self, path: &str, write: WriteFile) -> Result<()>;
}

/// Makes the files of a study and hands each over as soon as it is there; those that grow with the
/// number of events are written as they are made.
///
/// # Errors
/// A table, chart or page that cannot be written; what `place` says.
pub fn render(result: &StudyResult, wanted: Wanted, place: &dyn Place) -> Result<()> {
    // Tables need no charts: both are made side by side.
    let (drawn, tables) = rayon::join(
        || drawn(result, wanted, place),
        || -> Result<()> {
            for format in wanted.formats {
                match format {
                    Format::Csv => data_tables(result).try_for_each(|table| {
                        place.put(&table.csv_path(), &mut |to| table.write_csv(to))
                    })?,
                    Format::Json => {
                        place.put(StudyJson::PATH, &mut |to| StudyJson.write(result, to))?;
                    }
                    Format::Parquet => data_tables(result)
                        .try_for_each(|table| hand_over([parquet(&table)?], place))?,
                    Format::Xlsx => hand_over(Workbook.files(result, &[])?, place)?,
                    Format::Stata => hand_over(StataTables.files(result, &[])?, place)?,
                    Format::Latex => {
                        let tables = LatexTables {
                            language: wanted.language,
                        };
                        hand_over(tables.files(result, &[])?, place)?;
                    }
                    Format::Html | Format::Markdown | Format::Pdf => {}
                }
            }
            Ok(())
        },
    );
    tables.and(drawn)
}

/// The files of a study in memory, sorted by their paths.
///
/// # Errors
/// As [`render`].
pub fn rendered(result: &StudyResult, wanted: Wanted) -> Result<Vec<OutputFile>> {
    let held = Held::default();
    render(result, wanted, &held)?;
    let mut files = held.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Files in memory.
#[derive(Debug, Default)]
struct Held(Mutex<Vec<OutputFile>>);

impl Place for Held {
    fn put(&self, path: &str, write: WriteFile) -> Result<()> {
        let file = OutputFile::written(path, |bytes| write(bytes))?;
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.push(file);
        Ok(())
    }
}

/// Hands over files that were made as bytes.
fn hand_over(files: impl IntoIterator<Item = OutputFile>, place: &dyn Place) -> Result<()> {
    let mut files = files.into_iter();
    files.try_for_each(|file| place.put(&file.path, &mut |to| to.write_all(&file.bytes)))
}

/// A table as Parquet, named as its CSV file is.
fn parquet(table: &DataTable) -> Result<OutputFile> {
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
}

/// Charts and the pages that show them.
fn drawn(result: &StudyResult, wanted: Wanted, place: &dyn Place) -> Result<()> {
    let language = wanted.language;
    let charts = if wanted.with_report {
        charts(result, language)?
    } else {
        Vec::new()
    };
    for format in wanted.formats {
        let files = match format {
            Format::Csv | Format::Json | Format::Parquet => continue,
            Format::Xlsx | Format::Latex | Format::Stata => continue,
            Format::Html => HtmlReport { language }.files_since(result, &charts, wanted.changes)?,
            Format::Markdown => {
                MarkdownReport { language }.files_since(result, &charts, wanted.changes)?
            }
            #[cfg(feature = "pdf")]
            Format::Pdf => PdfReport { language }.files(result, &charts)?,
            #[cfg(not(feature = "pdf"))]
            Format::Pdf => continue,
        };
        hand_over(files, place)?;
    }
    // The largest first and one by one, so that no thread is left with one of them at the end.
    let mut largest: Vec<&Chart> = charts.iter().collect();
    largest.sort_by_key(|chart| Reverse(chart.svg.len()));
    let drawn = largest.into_par_iter().with_max_len(1);
    drawn.try_for_each(|chart| hand_over(picture(chart)?, place))
}

/// Every chart as SVG and PNG.
pub fn pictures(charts: &[Chart]) -> Result<Vec<OutputFile>> {
    let both: Vec<[OutputFile; 2]> = charts.par_iter().map(picture).collect::<Result<_>>()?;
    Ok(both.into_iter().flatten().collect())
}

/// A chart as SVG and PNG.
fn picture(chart: &Chart) -> Result<[OutputFile; 2]> {
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
}
