//! `report.html`: one file that needs nothing else, for screens, phones and paper.

use super::changes::Changes;
use super::language::Language;
use super::page::page;
use super::template::{Markup, render};
use super::{Chart, OutputFile, Renderer};
use crate::error::Result;
use crate::study::result::StudyResult;

/// Writes `report.html` in a language.
///
/// With what moved since an earlier run, here of a `result` as in the [example](super) of the
/// module:
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
/// use shockwave::report::changes::{Cause, ChangeRow, Changes, Moved};
/// use shockwave::report::{html::HtmlReport, language::Language};
///
/// let result = study::run(&spec, &data)?;
/// let car = &result.cars[0];
/// let moved = Moved::Figure {
///     column: "car",
///     window: Some(car.window),
///     session: None,
///     before: None,
///     after: car.car,
/// };
/// let changes = Changes {
///     since: "2025-01-24".parse()?,
///     rows: vec![ChangeRow {
///         cause: Cause::NewSession,
///         of: Some(car.event_id.clone()),
///         instrument: Some(car.instrument.to_string()),
///         moved: vec![moved],
///     }],
/// };
/// let report = HtmlReport { language: Language::En };
/// let files = report.files_since(&result, &[], Some(&changes))?;
/// let html = std::str::from_utf8(&files[0].bytes)?;
/// assert!(html.contains("<h3>New sessions (1)</h3>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct HtmlReport {
    /// Its language.
    pub language: Language,
}

impl HtmlReport {
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
        let template = include_str!("templates/report.html.jinja");
        let style = include_str!("templates/report.css");
        let page = page(result, charts, self.language, changes);
        Ok(vec![OutputFile {
            path: "report.html".into(),
            bytes: render(template, Markup::Html, &page, style.trim_end())?,
        }])
    }
}

impl Renderer for HtmlReport {
    fn files(&self, result: &StudyResult, charts: &[Chart]) -> Result<Vec<OutputFile>> {
        self.files_since(result, charts, None)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn html(result: &StudyResult, language: Language) -> String {
        let files = HtmlReport { language }.files(result, &[fixture::chart()]);
        String::from_utf8(files.unwrap().remove(0).bytes).unwrap()
    }

    /// The names of opened elements that were not closed in order, void ones left out.
    fn unbalanced(html: &str) -> Vec<String> {
        let void = ["meta", "rect", "!doctype"];
        let mut open: Vec<String> = Vec::new();
        let mut wrong = Vec::new();
        let body = html.split_once("<style>").unwrap().0.to_owned()
            + html.split_once("</style>").unwrap().1;
        for tag in body.split('<').skip(1) {
            let name: String = tag.chars().take_while(|c| !" >\n/".contains(*c)).collect();
            if let Some(closed) = tag.strip_prefix('/') {
                let closed = closed.split('>').next().unwrap();
                if open.pop().as_deref() != Some(closed) {
                    wrong.push(closed.to_owned());
                }
            } else if !void.contains(&name.as_str()) {
                open.push(name);
            }
        }
        wrong.extend(open);
        wrong
    }

    #[test]
    fn pages_are_balanced_and_need_nothing_else() {
        for result in fixture::all() {
            for language in [Language::En, Language::De] {
                let html = html(&result, language);
                assert_eq!(unbalanced(&html), Vec::<String>::new());
                for reference in ["src=", "<link", "@import", "url(", "<script", "<?xml"] {
                    assert!(!html.contains(reference), "{reference}");
                }
                for broken in ["NaN", "inf ", ">None", "None<", "none<", "undefined", "{n}"] {
                    assert!(!html.contains(broken), "{broken} in {}", result.title);
                }
                assert!(html.contains(&format!("<html lang=\"{}\">", language.code())));
                assert!(html.contains("default-src 'none'"));
            }
        }
    }

    #[test]
    fn the_checker_sees_what_is_wrong() {
        let page = |body: &str| format!("<style></style>{body}");
        assert_eq!(unbalanced(&page("<p><b></p></b>")), ["p", "b"]);
        assert_eq!(unbalanced(&page("<p>")), ["p"]);
    }

    #[test]
    fn text_of_users_stays_text() {
        let html = html(&fixture::hostile(), Language::En);
        assert!(!html.contains("<script"));
        assert!(!html.contains('\u{202E}') && !html.contains('\u{0}'));
        assert!(html.contains("&lt;script&gt;alert(1)&lt;&#x2f;script&gt; &quot;&amp;&#x27;"));
        assert!(html.contains("{{ x }}"));
    }

    #[test]
    fn only_https_sources_become_links() {
        let mut result = fixture::nvda();
        result.events[0].source = Some("javascript:alert(1)".into());
        result.events[1].source = Some("https://example.org/a b".into());
        let html = html(&result, Language::En);
        assert_eq!(html.matches("<a href=\"https:").count(), 5);
        assert!(!html.contains("javascript:"));
    }

    #[test]
    fn figures_stand_where_they_belong() {
        let page = html(&fixture::nvda(), Language::En);
        for text in [
            "<dd class=\"value\">−13.33\u{a0}%</dd>",
            "−\u{2060}$466\u{a0}billion",
            "✗</span> Contradicted",
            "58 of 240 estimation days are usable, 144 are required",
            "8 in all, of which 6 used, 1 provisional, 1 excluded.",
        ] {
            assert!(page.contains(text), "{text}");
        }
        let page = html(&fixture::nvda(), Language::De);
        assert!(page.contains("<dd class=\"value\">−13,33\u{a0}%</dd>"));
        assert!(page.contains("−\u{2060}466\u{a0}Mrd.\u{a0}$"));
    }

    #[test]
    fn long_tables_are_cut_and_say_so() {
        let mut result = fixture::nvda();
        let row = result.ledger[7].clone();
        result.ledger.extend(std::iter::repeat_n(row, 1_200));
        let html = html(&result, Language::En);
        assert!(html.contains("The first 60 of 1,208 rows; ledger.csv has all."));
        assert!(html.len() < 200_000, "{}", html.len());
    }

    #[test]
    fn other_estimates_are_shown_only_where_they_differ() {
        let mut result = fixture::nvda();
        let masked = "CAR, other events left out";
        assert!(html(&result, Language::En).contains(masked));
        for car in &mut result.cars {
            car.car_masked = car.car;
        }
        assert!(!html(&result, Language::En).contains(masked));
    }

    #[test]
    fn the_same_result_gives_the_same_bytes() {
        let result = fixture::nvda();
        assert_eq!(html(&result, Language::De), html(&result, Language::De));
    }

    #[test]
    fn what_moved_is_told_by_its_cause_and_stays_text() {
        use crate::report::changes::{Cause, ChangeRow, Moved};
        let row = |cause, of: &str, moved| ChangeRow {
            cause,
            of: Some(of.to_owned()),
            instrument: Some("NVDA".to_owned()),
            moved,
        };
        let figure = Moved::Figure {
            column: "car",
            window: "0:1".parse().ok(),
            session: None,
            before: None,
            after: Some(-0.0731),
        };
        let status = Moved::Status(Some("provisional".into()), Some("used".into()));
        let field = Moved::Field("title".into(), None, Some("<b>&".into()));
        let mut changes = Changes {
            since: "2025-01-27".parse().unwrap(),
            rows: vec![
                row(Cause::Settings, "<script>", vec![field]),
                row(Cause::NewSession, "deepseek", vec![status, figure]),
            ],
        };
        let page = |changes: &Changes, language| {
            let files = HtmlReport { language }.files_since(&fixture::nvda(), &[], Some(changes));
            String::from_utf8(files.unwrap().remove(0).bytes).unwrap()
        };
        let html = page(&changes, Language::En);
        for text in [
            "<h3>New sessions (1)</h3>",
            "<h3>Changed settings (1)</h3>",
            "deepseek, NVDA<small>provisional → used; CAR",
            "→ −7.31\u{a0}%",
            "<a href=\"changes.html\">",
            "&lt;b&gt;&amp;",
        ] {
            assert!(html.contains(text), "{text}");
        }
        assert!(!html.contains("<script") && !html.contains("<b>"));
        assert_eq!(unbalanced(&html), Vec::<String>::new());
        assert!(page(&changes, Language::De).contains("−7,31\u{a0}%"));
        changes.rows = vec![changes.rows[1].clone(); 40];
        let html = page(&changes, Language::En);
        assert!(html.contains("<summary>New sessions (40)</summary>"));
        assert!(html.contains("and 10 more"));
        changes.rows.clear();
        assert!(page(&changes, Language::En).contains("nothing moved"));
    }
}
