//! `report.pdf`: the same story on paper, for files and courts.
//!
//! `layout` places the page's blocks on sheets, as plain marks; `paint` turns marks into a
//! document, `picture` the charts' SVG into its vector graphics. What is said stands in `page`.

mod layout;
mod paint;
mod picture;
mod sheet;
mod table;

use super::chart::font;
use super::language::Language;
use super::page::page;
use super::{Chart, OutputFile, Renderer};
use crate::error::{Error, Result};
use crate::study::result::StudyResult;

/// Writes `report.pdf` in a language: A4, vector charts, text that can be searched and copied.
#[derive(Debug, Clone, Copy, Default)]
pub struct PdfReport {
    /// Its language.
    pub language: Language,
}

impl Renderer for PdfReport {
    fn files(&self, result: &StudyResult, charts: &[Chart]) -> Result<Vec<OutputFile>> {
        font::prepare()?;
        let page = page(result, charts, self.language, None);
        Ok(vec![OutputFile {
            path: "report.pdf".into(),
            bytes: paint::document(&page, &layout::sheets(&page))?,
        }])
    }
}

fn refusal(problem: impl std::fmt::Display) -> Error {
    Error::Render {
        what: "report.pdf".to_owned(),
        problem: problem.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::sheet::{BOTTOM, LEFT, Mark, RIGHT, TOP};
    use super::*;

    #[test]
    fn every_mark_stands_inside_the_margins() {
        font::prepare().expect("the typeface");
        for result in fixture::all() {
            for language in [Language::En, Language::De] {
                let page = page(&result, &[fixture::chart()], language, None);
                let sheets = layout::sheets(&page);
                for mark in sheets.iter().flat_map(|sheet| &sheet.marks) {
                    let (x, y, width) = match mark {
                        Mark::Text(t) => (t.x, t.y, t.width()),
                        Mark::Rule { x, y, width, .. } => (*x, *y, *width),
                        Mark::Picture { x, y, width, .. } => (*x, *y, *width),
                    };
                    assert!(x >= LEFT - 0.01 && x + width <= RIGHT + 0.5, "{mark:?}");
                    assert!((TOP..=BOTTOM).contains(&y), "{mark:?}");
                }
            }
        }
    }

    #[test]
    fn everything_said_is_on_some_sheet() {
        font::prepare().expect("the typeface");
        let result = fixture::nvda();
        let page = page(&result, &[fixture::chart()], Language::En, None);
        let sheets = layout::sheets(&page);
        let words: String = sheets
            .iter()
            .flat_map(|sheet| &sheet.marks)
            .filter_map(|mark| match mark {
                Mark::Text(text) => Some(text.text.as_str()),
                _ => None,
            })
            .collect::<Vec<_>>()
            .join(" ");
        for section in &page.sections {
            assert!(words.contains(&section.heading), "{}", section.heading);
        }
        assert!(words.contains("58 of 240 estimation days"));
        let pictures = sheets.iter().flat_map(|sheet| &sheet.marks);
        assert_eq!(
            pictures
                .filter(|m| matches!(m, Mark::Picture { .. }))
                .count(),
            1
        );
    }

    #[test]
    fn documents_are_written_and_the_same_each_time() {
        for result in fixture::all() {
            let render = || {
                let files = PdfReport::default().files(&result, &[fixture::chart()]);
                files.expect("a document").remove(0).bytes
            };
            let bytes = render();
            assert!(bytes.starts_with(b"%PDF-1."));
            assert!(bytes == render());
        }
    }
}
