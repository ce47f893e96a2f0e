//! Where the figures come from, and what to be careful about.

use super::block::{Block, Cell, Column, Item, Section, Table, Tone};
use super::{Context, fill};
use crate::report::text::word;

/// How many cautions are shown open.
const N_OPEN: usize = 6;

pub(super) fn data_section(c: &Context<'_>) -> Option<Section> {
    let text = c.text;
    let (first, last) = c.result.data_range;
    let range = [
        ("first", &*c.lang.date(first)),
        ("last", &*c.lang.date(last)),
    ];
    let mut blocks = vec![Block::text(fill(text.data_intro, &range))];
    let columns = vec![
        Column::words(text.col_input),
        Column::words(text.col_format),
        Column::figures(text.col_rows),
        Column::words(text.col_provenance),
        Column::words("SHA-256"),
    ];
    let rows = c.result.inputs.iter().map(|input| {
        let provenance = input.provenance.clone().unwrap_or_default();
        vec![
            Cell::new(&input.name).note(word(text.roles, &input.role)),
            Cell::new(c.lang.said(&input.format))
                .note(c.lang.said(input.adjustment.as_deref().unwrap_or_default())),
            Cell::new(c.lang.count(input.n_rows)),
            Cell::new(c.lang.said(&provenance)),
            Cell::new(&input.sha256).code(),
        ]
    });
    if !c.result.inputs.is_empty() {
        let table = Table::new(
            (c.lang, text),
            text.data_caption,
            columns,
            rows,
            "study.json",
        );
        blocks.push(Block::Table(table));
    }
    Section::new("data", text.data, blocks)
}

pub(super) fn warning_section(c: &Context<'_>) -> Option<Section> {
    let text = c.text;
    let items: Vec<Item> = c
        .result
        .warnings
        .iter()
        .map(|warning| {
            let (text, note) = (text.warning)(warning);
            Item { text, note }
        })
        .collect();
    let mut blocks = Vec::new();
    if !items.is_empty() {
        let n = c.lang.count(items.len());
        let summary = fill(text.warnings_intro, &[("n", &n)]);
        blocks.push(Block::List {
            fold: (items.len() > N_OPEN).then_some(summary),
            items,
        });
    }
    if !c.result.findings.is_empty() {
        blocks.push(Block::Table(findings(c)));
    }
    Section::new("warnings", text.warnings, blocks)
}

fn findings(c: &Context<'_>) -> Table {
    let text = c.text;
    let columns = vec![
        Column::words(text.col_finding),
        Column::words(text.col_instrument),
        Column::words(text.col_session),
        Column::words(text.col_note),
    ];
    let rows = c.result.findings.iter().map(|finding| {
        let tone = if finding.serious {
            Tone::Bad
        } else {
            Tone::Plain
        };
        vec![
            Cell::new(word(text.finding_kinds, &finding.kind)).tone(tone),
            Cell::new(&finding.symbol),
            Cell::figure(finding.session.map(|d| c.lang.short_date(d))),
            Cell::new(c.lang.said(&finding.message)),
        ]
    });
    let n = c.lang.count(rows.len());
    let caption = fill(text.findings_caption, &[("n", &n)]);
    Table::new((c.lang, text), &caption, columns, rows, "study.json").folded(&caption)
}
