//! `report.html`: one file that needs nothing else, for screens, phones and paper.

use super::language::Language;
use super::page::page;
use super::template::{Markup, render};
use super::{ChartImage, OutputFile, Renderer};
use crate::error::Result;
use crate::study::result::StudyResult;

/// Writes `report.html` in a language.
#[derive(Debug, Clone, Copy, Default)]
pub struct HtmlReport {
    /// Its language.
    pub language: Language,
}

impl Renderer for HtmlReport {
    fn files(&self, result: &StudyResult, charts: &[ChartImage]) -> Result<Vec<OutputFile>> {
        let template = include_str!("templates/report.html.jinja");
        let style = include_str!("templates/report.css");
        let page = page(result, charts, self.language);
        Ok(vec![OutputFile {
            path: "report.html".into(),
            bytes: render(template, Markup::Html, &page, style.trim_end())?,
        }])
    }
}
