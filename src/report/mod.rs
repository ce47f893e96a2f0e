//! Pages, charts and tables from a [`StudyResult`].
//!
//! Formatting only: every number printed is a field of the result. A renderer returns bytes;
//! writing files is the caller's work. The page's content is built once in `page` and laid
//! out by `html` and `markdown`; all wording is in `text`, one file per language.

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
