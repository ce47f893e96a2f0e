//! The page before it is laid out: sections of paragraphs, tables and charts, in the order in
//! which they are read. Every figure is already a string; HTML and Markdown only place them.

mod block;
mod changes;
mod claims;
mod confounding;
mod events;
pub(super) mod formulas;
mod method;
mod outcomes;
mod provenance;
mod results;
mod samples;

#[cfg(feature = "pdf")]
pub(super) use block::Card;
pub(super) use block::{Block, Cell, Column, Formula, Row, Section, Table, Tone};

use super::Chart;
use super::changes::Changes;
use super::language::Language;
use super::summary::{Summary, summary};
use super::text::{Text, fill};
use crate::study::result::StudyResult;
use serde::Serialize;

/// A report, ready to be laid out.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    pub lang: &'static str,
    pub title: String,
    pub question: Option<String>,
    pub description: String,
    pub labels: Labels,
    pub summary: Summary,
    pub sections: Vec<Section>,
    pub footer: String,
}

/// The words of the frame.
#[derive(Debug, Serialize)]
pub(super) struct Labels {
    skip: &'static str,
    contents: &'static str,
    question: &'static str,
    pub answer: &'static str,
    pub before_use: &'static str,
    source: &'static str,
}

impl Labels {
    pub fn of(text: &Text) -> Self {
        Labels {
            skip: text.skip,
            contents: text.contents,
            question: text.question,
            answer: text.answer,
            before_use: text.before_use,
            source: text.source,
        }
    }
}

/// What every section is written from.
pub(super) struct Context<'a> {
    pub result: &'a StudyResult,
    pub lang: Language,
    pub text: &'static Text,
}

impl Context<'_> {
    /// A figure in a cell, or the mark of a missing one.
    fn percent(&self, value: Option<f64>) -> Cell {
        Cell::figure(value.map(|x| self.lang.percent(x)))
    }

    fn decimal(&self, value: Option<f64>, decimals: usize) -> Cell {
        Cell::figure(value.map(|x| self.lang.decimal(x, decimals)))
    }

    fn p(&self, value: Option<f64>) -> Cell {
        Cell::figure(value.map(|p| self.lang.p_cell(p)))
    }

    fn interval(&self, low: Option<f64>, high: Option<f64>) -> Cell {
        Cell::figure(
            low.zip(high)
                .map(|(low, high)| self.lang.interval(low, high)),
        )
    }
}

/// Builds the page of a study; `changes` is what moved since the last one, where there was one.
pub(super) fn page(
    result: &StudyResult,
    charts: &[Chart],
    lang: Language,
    changes: Option<&Changes>,
) -> Page {
    let text = lang.text();
    let context = Context { result, lang, text };
    let sections = [
        changes::section(&context, changes),
        claims::section(&context),
        results::section(&context),
        confounding::section(&context),
        chart_section(text, charts),
        events::section(&context),
        events::ledger_section(&context),
        samples::section(&context),
        samples::group_section(&context),
        outcomes::section(&context),
        method::settings_section(&context),
        method::formula_section(&context),
        provenance::data_section(&context),
        provenance::warning_section(&context),
        method::reading_section(&context),
    ];
    let names = [("title", &*result.title), ("version", &*result.version)];
    Page {
        lang: lang.code(),
        title: result.title.clone(),
        question: result.question.clone(),
        description: fill(text.description, &names),
        labels: Labels::of(text),
        summary: summary(result, lang),
        sections: sections.into_iter().flatten().collect(),
        footer: fill(text.footer, &names),
    }
}

/// The settings in words: the name that the result has for each, and its value.
pub(super) fn resolved_settings(
    result: &StudyResult,
    lang: Language,
) -> Vec<(&'static str, String)> {
    let text = lang.text();
    method::resolved(&Context { result, lang, text }, &result.settings)
}

fn chart_section(text: &Text, charts: &[Chart]) -> Option<Section> {
    let figures = charts.iter().map(Block::chart);
    Section::new("charts", text.charts, figures.collect())
}
