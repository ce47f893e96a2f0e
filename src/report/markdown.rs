//! `report.md`: the same story as the page, for repositories and mail.

use super::changes::Changes;
use super::language::Language;
use super::page::page;
use super::template::{Markup, render};
use super::{Chart, OutputFile, Renderer};
use crate::error::Result;
use crate::study::result::StudyResult;

/// Writes `report.md` in a language; charts are expected as `charts/<name>.png` beside it.
///
/// ```
/// # use shockwave::prices::{dense::from_frame, sample::sample_frame};
/// # use shockwave::{Event, StudyData, StudySpec, study};
/// # let two = sample_frame()?.only(|s| ["NVDA", "SPY"].contains(&s.as_str()))?;
/// # let two = from_frame(two, None)?;
/// # let (nvda, spy) = two.prices.split_at(two.sessions.len());
/// # let data = StudyData::from_dates(&two.sessions)?;
/// # let data = data.with_closes("NVDA", nvda)?.with_closes("SPY", spy)?;
/// # let event = Event::on("deepseek", "2025-01-27".parse()?);
/// # let spec = StudySpec::builder().event(event).benchmark("SPY").windows([0..=0]).build()?;
/// use shockwave::report::{chart::charts, language::Language, markdown::MarkdownReport};
///
/// let result = study::run(&spec, &data)?; // as in the example of `report`
/// let charts = charts(&result, Language::De)?;
/// let report = MarkdownReport { language: Language::De };
/// let files = report.files_since(&result, &charts, None)?; // nothing to compare it with
/// let text = std::str::from_utf8(&files[0].bytes)?;
/// assert!(text.contains("−13,33") && text.contains("](charts/price"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct MarkdownReport {
    /// Its language.
    pub language: Language,
}

impl MarkdownReport {
    /// The report with what moved since the last one; with no changes that of [`Renderer::files`].
    ///
    /// # Errors
    /// As of [`Renderer::files`].
    pub fn files_since(
        &self,
        result: &StudyResult,
        charts: &[Chart],
        changes: Option<&Changes>,
    ) -> Result<Vec<OutputFile>> {
        let template = include_str!("templates/report.md.jinja");
        let page = page(result, charts, self.language, changes);
        Ok(vec![OutputFile {
            path: "report.md".into(),
            bytes: render(template, Markup::Markdown, &page, "")?,
        }])
    }
}

impl Renderer for MarkdownReport {
    fn files(&self, result: &StudyResult, charts: &[Chart]) -> Result<Vec<OutputFile>> {
        self.files_since(result, charts, None)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn markdown(result: &StudyResult, language: Language) -> String {
        let files = MarkdownReport { language }.files(result, &[fixture::chart()]);
        String::from_utf8(files.unwrap().remove(0).bytes).unwrap()
    }

    #[test]
    fn the_nvidia_case() {
        insta::assert_snapshot!("report", markdown(&fixture::nvda(), Language::En));
    }

    #[test]
    fn the_nvidia_case_in_german() {
        insta::assert_snapshot!("report_de", markdown(&fixture::nvda(), Language::De));
    }

    /// Every row of a table has as many cells as its head.
    #[test]
    fn tables_keep_their_columns() {
        for result in fixture::all() {
            for language in [Language::En, Language::De] {
                let text = markdown(&result, language).replace("\\|", "");
                let mut columns = None;
                for line in text.lines() {
                    let cells = line.matches('|').count();
                    if line.starts_with('|') {
                        assert_eq!(*columns.get_or_insert(cells), cells, "{line}");
                    } else {
                        columns = None;
                    }
                }
                assert!(!text.contains("None") && !text.contains("NaN"));
            }
        }
    }

    #[test]
    fn text_of_users_stays_text() {
        let text = markdown(&fixture::hostile(), Language::En);
        assert!(!text.contains("<script") && !text.contains('\u{202E}'));
        assert!(text.contains(r"# =cmd()\|&lt;script>alert(1)&lt;/script>"));
    }
}
