//! Pages, charts and tables from a [`StudyResult`].
//!
//! Formatting only: every number printed is a field of the result. A renderer returns bytes;
//! writing files is the caller's work. The page's content is built once in `page` and laid
//! out by `html` and `markdown`; all wording is in `text`, one file per language.

pub mod html;
pub mod json;
pub mod language;
pub mod markdown;
pub mod tables;

#[cfg(test)]
mod fixture;
mod format;
mod observation;
mod page;
mod plain;
mod summary;
mod template;
mod text;

use crate::error::Result;
use crate::study::result::StudyResult;

/// Turns a result into files.
pub trait Renderer {
    /// The files, in a fixed order, the same bytes for the same input.
    ///
    /// # Errors
    /// A template, table or document that cannot be written.
    fn files(&self, result: &StudyResult, charts: &[ChartImage]) -> Result<Vec<OutputFile>>;
}

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// Path relative to the output folder, with `/`.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A chart, drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartImage {
    /// File name without extension: `charts/<name>.svg`, `charts/<name>.png`.
    pub name: String,
    /// Title, used as the caption.
    pub title: String,
    /// What it shows, for people who cannot see it.
    pub description: String,
    /// The image; trusted to hold no script and no reference to other files.
    pub svg: String,
}
