//! The outcome of a study, and what is made of it: tables, charts, pages, words.

use crate::fault::raised;
use numpy::PyArray1;
use pyo3::prelude::*;
use shockwave::error::{InputError, Result};
use shockwave::report::chart::{charts, png};
use shockwave::report::data_table::{DataColumn, DataTable, Values};
use shockwave::report::html::HtmlReport;
use shockwave::report::json::StudyJson;
use shockwave::report::language::Language;
use shockwave::report::markdown::MarkdownReport;
use shockwave::report::tables::{CsvTables, data_tables};
use shockwave::report::{OutputFile, Renderer, plain_summary};
use shockwave::study::result::StudyResult;

/// Pixels of a PNG, as in reports.
const PNG_WIDTH: u32 = 1400;

/// A study's result, computed and unchanging.
#[pyclass(frozen, module = "shockwave._native")]
pub struct NativeResult {
    result: StudyResult,
}

/// A file's path and content.
pub type File = (String, Vec<u8>);
/// A column's name, kind and values.
pub type Column<'py> = (String, &'static str, Bound<'py, PyAny>);
/// A table's name and columns.
pub type Table<'py> = (&'static str, Vec<Column<'py>>);

impl NativeResult {
    pub fn new(result: StudyResult) -> Self {
        Self { result }
    }

    /// Renders without the interpreter's lock.
    fn render<T: Send>(
        &self,
        py: Python<'_>,
        language: &str,
        make: impl Fn(&StudyResult, Language) -> Result<T> + Send + Sync,
    ) -> PyResult<T> {
        py.detach(|| make(&self.result, language_of(language)?))
            .map_err(|e| raised(py, e))
    }
}

#[pymethods]
impl NativeResult {
    /// The study's name.
    #[getter]
    fn name(&self) -> &str {
        &self.result.name
    }

    /// The study's title.
    #[getter]
    fn title(&self) -> &str {
        &self.result.title
    }

    /// Events and observations: of each total, used, provisional, excluded.
    #[getter]
    fn counts(&self) -> [[usize; 4]; 2] {
        [&self.result.event_counts, &self.result.observation_counts]
            .map(|c| [c.total, c.used, c.provisional, c.excluded])
    }

    /// What a reader should know, in sentences.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        let warnings = self.result.warnings.iter();
        warnings.map(|w| w.message()).collect()
    }

    /// Every table: its name, and of each column name, kind and values.
    fn tables<'py>(&self, py: Python<'py>) -> PyResult<Vec<Table<'py>>> {
        let all = py.detach(|| data_tables(&self.result).collect());
        tables(py, all)
    }

    /// The CSV files.
    fn csv(&self, py: Python<'_>) -> PyResult<Vec<File>> {
        self.render(py, "en", |result, _| {
            CsvTables.files(result, &[]).map(files)
        })
    }

    /// `study.json`.
    fn json(&self, py: Python<'_>) -> PyResult<String> {
        self.render(py, "en", |result, _| {
            let files = StudyJson.files(result, &[])?;
            let text = |file: OutputFile| String::from_utf8_lossy(&file.bytes).into_owned();
            Ok(files.into_iter().map(text).collect())
        })
    }

    /// The opening of a report, in paragraphs.
    fn summary(&self, py: Python<'_>, language: &str) -> PyResult<Vec<String>> {
        self.render(py, language, |result, language| {
            Ok(plain_summary(result, language))
        })
    }

    /// Every chart: name, title, description, SVG.
    fn charts(
        &self,
        py: Python<'_>,
        language: &str,
    ) -> PyResult<Vec<(String, String, String, String)>> {
        self.render(py, language, |result, language| {
            let charts = charts(result, language)?.into_iter();
            Ok(charts
                .map(|c| (c.name, c.title, c.description, c.svg))
                .collect())
        })
    }

    /// The report as `html` or `md`, with its charts.
    fn report(&self, py: Python<'_>, format: &str, language: &str) -> PyResult<Vec<File>> {
        self.render(py, language, |result, language| {
            let charts = charts(result, language)?;
            let mut all = match format {
                "md" => MarkdownReport { language }.files(result, &charts)?,
                _ => HtmlReport { language }.files(result, &charts)?,
            };
            all.extend(charts.into_iter().map(|chart| OutputFile {
                path: format!("charts/{}.svg", chart.name),
                bytes: chart.svg.into_bytes(),
            }));
            Ok(files(all))
        })
    }

    /// A chart as PNG.
    #[staticmethod]
    fn png(py: Python<'_>, svg: &str) -> PyResult<Vec<u8>> {
        py.detach(|| png(svg, PNG_WIDTH)).map_err(|e| raised(py, e))
    }
}

/// Tables as the Python side takes them.
pub fn tables(py: Python<'_>, tables: Vec<DataTable>) -> PyResult<Vec<Table<'_>>> {
    let table = |table: DataTable| {
        let columns = table.columns.into_iter().map(|c| column(py, c));
        Ok((table.name, columns.collect::<PyResult<_>>()?))
    };
    tables.into_iter().map(table).collect()
}

/// A column: floats as an array in which NaN is missing, others as lists, days as whole numbers.
fn column(py: Python<'_>, column: DataColumn) -> PyResult<Column<'_>> {
    let (kind, values) = match column.values {
        Values::Text(values) => ("text", values.into_pyobject(py)?.into_any()),
        Values::Number(values) => {
            let numbers = values.into_iter().map(|v| v.unwrap_or(f64::NAN));
            let numbers = PyArray1::from_vec(py, numbers.collect());
            ("number", numbers.into_any())
        }
        Values::Count(values) => ("count", values.into_pyobject(py)?.into_any()),
        Values::Date(values) => {
            let days = values.into_iter().map(|d| d.map(|d| d.to_epoch_days()));
            let days: Vec<Option<i32>> = days.collect();
            ("date", days.into_pyobject(py)?.into_any())
        }
        Values::Flag(values) => ("flag", values.into_pyobject(py)?.into_any()),
    };
    Ok((column.name, kind, values))
}

pub fn files(files: Vec<OutputFile>) -> Vec<File> {
    files.into_iter().map(|f| (f.path, f.bytes)).collect()
}

fn language_of(name: &str) -> Result<Language> {
    match name {
        "en" => Ok(Language::En),
        "de" => Ok(Language::De),
        _ => Err(InputError::new("not one of the choices", "choose en, de")
            .in_file("language")
            .with_value(name)
            .into()),
    }
}
