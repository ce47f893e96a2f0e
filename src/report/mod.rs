//! Pages, charts and tables from a [`StudyResult`].
//!
//! Formatting only: every number printed is a field of the result. A renderer returns bytes;
//! writing files is the caller's work. The page's content is built once in `page` and laid
//! out by `html` and `markdown`; all wording is in `text`, one file per language.
//!
//! ```
//! use shockwave::prices::{dense::from_frame, sample::sample_frame};
//! use shockwave::report::{OutputFile, Renderer, chart::charts, html::HtmlReport};
//! use shockwave::report::{json::StudyJson, language::Language, plain_summary, tables::CsvTables};
//! use shockwave::{Event, StudyData, StudySpec, study};
//!
//! // The adjusted closes of NVDA, then those of SPY, on the same sessions.
//! let two = sample_frame()?.only(|s| ["NVDA", "SPY"].contains(&s.as_str()))?;
//! let two = from_frame(two, None)?;
//! let (nvda, spy) = two.prices.split_at(two.sessions.len());
//! let data = StudyData::from_dates(&two.sessions)?
//!     .with_closes("NVDA", nvda)?
//!     .with_closes("SPY", spy)?;
//! let spec = StudySpec::builder()
//!     .event(Event::on("deepseek", "2025-01-27".parse()?))
//!     .benchmark("SPY")
//!     .windows([0..=0])
//!     .build()?;
//! let result = study::run(&spec, &data)?;
//!
//! let summary = plain_summary(&result, Language::En);
//! assert!(summary.join(" ").contains("−13.33"));
//!
//! let charts = charts(&result, Language::En)?;
//! let renderers: [&dyn Renderer; 3] =
//!     [&HtmlReport { language: Language::En }, &CsvTables, &StudyJson];
//! let mut files: Vec<OutputFile> = Vec::new();
//! for renderer in renderers {
//!     files.extend(renderer.files(&result, &charts)?);
//! }
//! // To be written below a folder: `std::fs::write(folder.join(&file.path), &file.bytes)`.
//! for path in ["report.html", "cars.csv", "study.json"] {
//!     assert!(files.iter().any(|file| file.path == path), "{path}");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod changes;
pub mod chart;
pub mod data_table;
pub mod export;
pub mod html;
pub mod json;
pub mod language;
pub mod markdown;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod tables;

#[cfg(test)]
mod fixture;
mod format;
mod observation;
mod outcome_tables;
mod page;
mod plain;
mod sample_tables;
pub mod scan;
mod summary;
mod template;
#[cfg(feature = "cli")]
pub(crate) mod terminal;
mod text;

use chart::Chart;

use crate::error::{Error, Result};
use crate::study::result::StudyResult;

/// Turns a result into files. `examples/own_renderer.rs` is one from outside.
pub trait Renderer {
    /// The files, in a fixed order, the same bytes for the same input.
    ///
    /// # Errors
    /// A template, table or document that cannot be written.
    fn files(&self, result: &StudyResult, charts: &[Chart]) -> Result<Vec<OutputFile>>;
}

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// Path relative to the output folder, with `/`.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl OutputFile {
    /// A file in memory from what writes it.
    pub(crate) fn written(
        path: impl Into<String>,
        write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>,
    ) -> Result<Self> {
        let path = path.into();
        let mut bytes = Vec::new();
        match write(&mut bytes) {
            Ok(()) => Ok(Self { path, bytes }),
            Err(e) => Err(Error::Render {
                what: path,
                problem: e.to_string(),
            }),
        }
    }
}

/// The opening of a report as plain paragraphs, for a terminal.
pub fn plain_summary(result: &StudyResult, language: language::Language) -> Vec<String> {
    let summary = summary::summary(result, language);
    let mut paragraphs = Vec::new();
    for paragraph in summary.answer {
        let items = paragraph
            .items
            .into_iter()
            .map(|item| format!("  - {item}"));
        let lines = std::iter::once(paragraph.text).chain(items);
        let lines: Vec<String> = lines.map(|line| plain::clean(&line)).collect();
        // Word joiners keep a page from breaking figures; terminals show them as boxes.
        paragraphs.push(lines.join("\n").replace('\u{2060}', ""));
    }
    paragraphs
}
