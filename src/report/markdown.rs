//! `report.md`: the same story as the page, for repositories and mail.

use super::language::Language;
use super::page::page;
use super::template::{Markup, render};
use super::{ChartImage, OutputFile, Renderer};
use crate::error::Result;
use crate::study::result::StudyResult;

/// Writes `report.md` in a language; charts are expected as `charts/<name>.png` beside it.
#[derive(Debug, Clone, Copy, Default)]
pub struct MarkdownReport {
    /// Its language.
    pub language: Language,
}

impl Renderer for MarkdownReport {
    fn files(&self, result: &StudyResult, charts: &[ChartImage]) -> Result<Vec<OutputFile>> {
        let template = include_str!("templates/report.md.jinja");
        let page = page(result, charts, self.language);
        Ok(vec![OutputFile {
            path: "report.md".into(),
            bytes: render(template, Markup::Markdown, &page, "")?,
        }])
    }
}
