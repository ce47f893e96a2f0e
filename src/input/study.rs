//! The study file: TOML whose keys are the command line's flags, every value with its place.
//!
//! Values stay as they were typed (`"-250:-11"`, `"market"`): turning them into a validated
//! study, and overriding them by flags, is the business of `settings`.
//!
//! ```
//! use shockwave::input::study::read_study;
//!
//! let text = "benchmark = \"SPY\"\nwindows = [\"0:0\", \"-1:1\"]\n";
//! let file = read_study(text.as_bytes(), "deepseek.toml")?;
//! let benchmark = file.benchmark.as_ref().ok_or("not given")?;
//! assert_eq!((benchmark.value.as_str(), &text[benchmark.span.clone()]), ("SPY", "\"SPY\""));
//!
//! // What turns out to be wrong later is told with its line.
//! let fault = file.error(benchmark.span.clone(), "not in our prices", "name another");
//! assert_eq!((fault.file.as_deref(), fault.line), (Some("deepseek.toml"), Some(1)));
//!
//! let error = read_study(b"benchmrak = \"SPY\"\n", "deepseek.toml").unwrap_err();
//! assert!(error.to_string().contains("did you mean `benchmark`?"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::document::{Document, Named, Section};
use crate::error::{InputError, Result};
use std::ops::Range;

pub use super::document::Located;

/// A text of the file.
pub type Text = Option<Located<String>>;
/// A list of texts of the file.
pub type TextList = Option<Located<Vec<Located<String>>>>;

/// A study file as typed; every key is optional.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyFile {
    /// The file's text, for errors that are found later.
    document: Document,
    /// Short name, from which the output folder is named.
    pub name: Text,
    /// Heading of the report.
    pub title: Text,
    /// The question in a sentence.
    pub question: Text,
    /// The instrument that the report puts first.
    pub focus: Text,
    /// `--lead-event`
    pub lead_event: Text,
    /// `--prices`
    pub prices: TextList,
    /// `--source`
    pub source: Text,
    /// `--returns-file`
    pub returns_file: TextList,
    /// `--events`
    pub events: TextList,
    /// `--factors`
    pub factors: Text,
    /// `--factor-unit`
    pub factor_unit: Text,
    /// `--instruments`
    pub instruments: TextList,
    /// `--symbol`
    pub symbol: Text,
    /// `--benchmark`
    pub benchmark: Text,
    /// `--benchmark-weight`
    pub benchmark_weight: Option<Located<f64>>,
    /// `--model`
    pub model: Text,
    /// `--garch-distribution`
    pub garch_distribution: Text,
    /// `--factor-columns`
    pub factor_columns: TextList,
    /// `--returns`
    pub returns: Text,
    /// `--price-column`
    pub price_column: Text,
    /// `--estimation`
    pub estimation: Text,
    /// `--min-estimation`
    pub min_estimation: Option<Located<u64>>,
    /// `--event-window`
    pub event_window: Text,
    /// `--windows`
    pub windows: TextList,
    /// `--calendar`
    pub calendar: Text,
    /// `--anchor`
    pub anchor: Text,
    /// `--max-shift`
    pub max_shift: Option<Located<u64>>,
    /// `--quality`
    pub quality: Text,
    /// `--mask-events`
    pub mask_events: Text,
    /// `--mask-window`
    pub mask_window: Text,
    /// `--joint`
    pub joint: Text,
    /// `--group-by`
    pub group_by: Text,
    /// `--tests`
    pub tests: TextList,
    /// `--seed`
    pub seed: Option<Located<u64>>,
    /// `--bootstrap`
    pub bootstrap: Option<Located<u64>>,
    /// `--placebo`
    pub placebo: Text,
    /// `--event-zone`
    pub event_zone: Text,
    /// `--date-format`
    pub date_format: Text,
    /// `--decimal`
    pub decimal: Text,
    /// `--out`
    pub out: Text,
    /// `--format`
    pub format: TextList,
    /// `--language`
    pub language: Text,
    /// `[groups]`, in the file's order.
    pub groups: Vec<GroupEntry>,
    /// `[[shares]]`
    pub shares: Vec<SharesEntry>,
    /// `[[claim]]`
    pub claims: Vec<ClaimEntry>,
    /// `[[regression]]`
    pub regressions: Vec<RegressionEntry>,
}

/// One entry of `[groups]`: `name = ["SYM", …]`, or a table.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupEntry {
    /// Its name.
    pub name: Located<String>,
    /// Its symbols.
    pub members: Vec<Located<String>>,
    /// A weight for each, as typed.
    pub weights: TextList,
    /// `equal`, `value` or `both`.
    pub weighting: Text,
}

/// One `[[shares]]` table.
#[derive(Debug, Clone, PartialEq)]
pub struct SharesEntry {
    /// Where the table stands.
    pub span: Range<usize>,
    /// Whose shares.
    pub instrument: Located<String>,
    /// How many.
    pub count: Located<f64>,
    /// The date of the count.
    pub as_of: Located<String>,
    /// Where it was published.
    pub source: Text,
}

/// One `[[claim]]` table.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimEntry {
    /// Where the table stands.
    pub span: Range<usize>,
    /// Unique in the study.
    pub id: Located<String>,
    /// The claim in words.
    pub text: Located<String>,
    /// The events that it speaks of.
    pub events: TextList,
    /// Or the category of events.
    pub category: Text,
    /// The instrument that it speaks of.
    pub instrument: Text,
    /// Or the group.
    pub group: Text,
    /// The group that is taken off.
    pub minus: Text,
    /// The CAR window.
    pub window: Text,
    /// The sign that it asserts.
    pub direction: Text,
    /// Why the data cannot answer it, if they cannot.
    pub untestable: Text,
}

/// One `[[regression]]` table.
#[derive(Debug, Clone, PartialEq)]
pub struct RegressionEntry {
    /// Where the table stands.
    pub span: Range<usize>,
    /// Unique in the study.
    pub name: Located<String>,
    /// The CAR window.
    pub window: Located<String>,
    /// What the CARs are regressed on.
    pub attributes: Located<Vec<Located<String>>>,
    /// How errors are found; `cluster-event` clusters by the session of day 0.
    pub errors: Text,
    /// Only these instruments.
    pub instruments: TextList,
}

impl StudyFile {
    /// A fault of a value that turned out to be wrong later, with its line.
    pub fn error(
        &self,
        span: Range<usize>,
        problem: impl Into<String>,
        cure: impl Into<String>,
    ) -> InputError {
        self.document.error(span, problem, cure)
    }
}

/// Reads a study file. Keys may be written with hyphens or underscores.
///
/// # Errors
/// Text that is no TOML, an unknown key, a value of the wrong type: each with its line.
pub fn read_study(bytes: &[u8], file_name: &str) -> Result<StudyFile> {
    let document = Document::new(bytes, file_name)?;
    let mut root = document.root()?;
    let s = &mut root;
    let study = StudyFile {
        document: document.clone(),
        name: s.text("name")?,
        title: s.text("title")?,
        question: s.text("question")?,
        focus: s.text("focus")?,
        lead_event: s.text("lead-event")?,
        prices: s.list("prices")?,
        source: s.text("source")?,
        returns_file: s.list("returns-file")?,
        events: s.list("events")?,
        factors: s.text("factors")?,
        factor_unit: s.text("factor-unit")?,
        instruments: s.list("instruments")?,
        symbol: s.text("symbol")?,
        benchmark: s.text("benchmark")?,
        benchmark_weight: s.number("benchmark-weight")?,
        model: s.text("model")?,
        garch_distribution: s.text("garch-distribution")?,
        factor_columns: s.list("factor-columns")?,
        returns: s.text("returns")?,
        price_column: s.text("price-column")?,
        estimation: s.text("estimation")?,
        min_estimation: s.count("min-estimation")?,
        event_window: s.text("event-window")?,
        windows: s.list("windows")?,
        calendar: s.text("calendar")?,
        anchor: s.text("anchor")?,
        max_shift: s.count("max-shift")?,
        quality: s.text("quality")?,
        mask_events: s.text("mask-events")?,
        mask_window: s.text("mask-window")?,
        joint: s.text("joint")?,
        group_by: s.text("group-by")?,
        tests: s.list("tests")?,
        seed: s.count("seed")?,
        bootstrap: s.count("bootstrap")?,
        placebo: s.text("placebo")?,
        event_zone: s.text("event-zone")?,
        date_format: s.text("date-format")?,
        decimal: s.text("decimal")?,
        out: s.text("out")?,
        format: s.list("format")?,
        language: s.text("language")?,
        groups: match s.table("groups")? {
            Some(groups) => groups
                .named()?
                .into_iter()
                .map(group)
                .collect::<Result<_>>()?,
            None => Vec::new(),
        },
        shares: s
            .tables("shares")?
            .into_iter()
            .map(shares)
            .collect::<Result<_>>()?,
        claims: s
            .tables("claim")?
            .into_iter()
            .map(claim)
            .collect::<Result<_>>()?,
        regressions: s
            .tables("regression")?
            .into_iter()
            .map(regression)
            .collect::<Result<_>>()?,
    };
    root.finish()?;
    Ok(study)
}

fn group((name, entry): (Located<String>, Named<'_>)) -> Result<GroupEntry> {
    let mut s = match entry {
        Named::List(members) => {
            return Ok(GroupEntry {
                name,
                members,
                weights: None,
                weighting: None,
            });
        }
        Named::Table(section) => section,
    };
    let entry = GroupEntry {
        name,
        members: required(s.list("members")?, &s, "members")?.value,
        weights: s.list("weights")?,
        weighting: s.text("weighting")?,
    };
    s.finish()?;
    Ok(entry)
}

fn shares(mut s: Section<'_>) -> Result<SharesEntry> {
    let entry = SharesEntry {
        span: s.span.clone(),
        instrument: required(s.text("instrument")?, &s, "instrument")?,
        count: required(s.number("count")?, &s, "count")?,
        as_of: required(s.text("as-of")?, &s, "as-of")?,
        source: s.text("source")?,
    };
    s.finish()?;
    Ok(entry)
}

fn claim(mut s: Section<'_>) -> Result<ClaimEntry> {
    let entry = ClaimEntry {
        span: s.span.clone(),
        id: required(s.text("id")?, &s, "id")?,
        text: required(s.text("text")?, &s, "text")?,
        events: s.list("events")?,
        category: s.text("category")?,
        instrument: s.text("instrument")?,
        group: s.text("group")?,
        minus: s.text("minus")?,
        window: s.text("window")?,
        direction: s.text("direction")?,
        untestable: s.text("untestable")?,
    };
    s.finish()?;
    Ok(entry)
}

fn regression(mut s: Section<'_>) -> Result<RegressionEntry> {
    let entry = RegressionEntry {
        span: s.span.clone(),
        name: required(s.text("name")?, &s, "name")?,
        window: required(s.text("window")?, &s, "window")?,
        attributes: required(s.list("attributes")?, &s, "attributes")?,
        errors: s.text("errors")?,
        instruments: s.list("instruments")?,
    };
    s.finish()?;
    Ok(entry)
}

fn required<T>(value: Option<T>, section: &Section<'_>, key: &str) -> Result<T> {
    value.ok_or_else(|| {
        let problem = format!("the table has no `{key}`");
        section
            .error(section.span.clone(), problem, &format!("add `{key} = …`"))
            .into()
    })
}

#[cfg(test)]
mod tests;
