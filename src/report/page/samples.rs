//! Samples of events and differences between groups.

use super::block::{Block, Cell, Column, Item, Section, Table};
use super::{Context, fill};
use crate::analysis::window::Window;
use crate::report::observation::title;
use crate::report::text::word;
use crate::study::result::{GroupDifferenceRow, TestRow};

/// The tests of the short table: the one that holds its size best under clustering, a rank
/// test, and the plain one for comparison.
const SHORT: [&str; 3] = ["kp_bmp_t", "grank_t", "cross_section_t"];

pub(super) fn section(c: &Context<'_>) -> Option<Section> {
    if c.result.tests.is_empty() {
        return None;
    }
    let n = c.lang.count(c.result.tests.len());
    let all = test_table(c).folded(&fill(c.text.tests_caption, &[("n", &n)]));
    let blocks = vec![
        Block::text(c.text.samples_intro),
        Block::Table(sample_table(c)),
        Block::Table(all),
    ];
    Section::new("samples", c.text.samples, blocks)
}

/// One row per sample and window.
fn sample_table(c: &Context<'_>) -> Table {
    let text = c.text;
    let tests = &c.result.tests;
    let shown: Vec<&str> = SHORT
        .into_iter()
        .filter(|name| tests.iter().any(|r| r.test == *name))
        .collect();
    let mut columns = vec![
        Column::words(text.col_group),
        Column::words(text.col_window),
        Column::figures("N"),
        Column::figures(text.col_caar),
    ];
    columns.extend(
        shown
            .iter()
            .map(|name| Column::figures(&format!("p {name}"))),
    );
    let mut seen: Vec<(&str, Window)> = Vec::new();
    for row in tests {
        if !seen.contains(&(row.group.as_str(), row.window)) {
            seen.push((&row.group, row.window));
        }
    }
    let rows = seen.into_iter().map(|(group, window)| {
        let same = |r: &&TestRow| r.group == group && r.window == window;
        let first = tests.iter().find(same);
        let mut cells = vec![
            Cell::new(group),
            Cell::new(c.lang.window(window)),
            Cell::figure(first.map(|r| c.lang.count(r.n))),
            c.percent(first.and_then(|r| r.caar)),
        ];
        cells.extend(shown.iter().map(|name| {
            let row = tests.iter().filter(same).find(|r| r.test == *name);
            let holm = row
                .and_then(|r| r.p_holm)
                .map(|p| format!("Holm {}", c.lang.p_cell(p)));
            c.p(row.and_then(|r| r.p)).note(holm.unwrap_or_default())
        }));
        cells
    });
    Table::new(
        (c.lang, text),
        text.samples_caption,
        columns,
        rows,
        "tests.csv",
    )
}

/// Every test.
fn test_table(c: &Context<'_>) -> Table {
    let text = c.text;
    let columns = vec![
        Column::words(text.col_group),
        Column::words(text.col_window),
        Column::words(text.col_test),
        Column::figures(text.col_statistic),
        Column::figures(text.col_df),
        Column::figures("p"),
        Column::figures(text.col_holm),
        Column::figures(text.col_bh),
        Column::figures("N"),
        Column::words(text.col_note),
    ];
    let rows = c.result.tests.iter().map(|row| {
        vec![
            Cell::new(&row.group),
            Cell::new(c.lang.window(row.window)),
            Cell::new(&row.test),
            c.decimal(row.statistic, 3),
            degrees(c, row.df),
            c.p(row.p),
            c.p(row.p_holm),
            c.p(row.p_bh),
            Cell::new(c.lang.count(row.n)),
            Cell::new(&row.note),
        ]
    });
    Table::new((c.lang, text), text.samples, columns, rows, "tests.csv")
}

/// Differences between samples of events and between groups of instruments.
pub(super) fn group_section(c: &Context<'_>) -> Option<Section> {
    let text = c.text;
    if c.result.groups.is_empty() {
        return None;
    }
    let columns = vec![
        Column::words(text.col_pair),
        Column::words(text.col_event),
        Column::words(text.col_window),
        Column::figures(text.col_difference),
        Column::figures(text.col_t),
        Column::figures(text.col_df),
        Column::figures("p"),
        Column::words(text.col_method),
    ];
    let rows = c.result.groups.iter().map(|row| group_row(c, row));
    let table = Table::new(
        (c.lang, text),
        text.groups_caption,
        columns,
        rows,
        "groups.csv",
    );
    let mut blocks = vec![Block::text(text.groups_intro), Block::Table(table)];
    let members: Vec<Item> = c
        .result
        .groups_of_instruments
        .iter()
        .map(|group| {
            let members: Vec<&str> = group.members.iter().map(|m| m.as_str()).collect();
            Item {
                text: format!("{}: {}", group.name, members.join(", ")),
                note: String::new(),
            }
        })
        .collect();
    if !members.is_empty() {
        blocks.push(Block::List {
            items: members,
            fold: Some(text.members.to_owned()),
        });
    }
    Section::new("groups", text.groups, blocks)
}

fn group_row(c: &Context<'_>, row: &GroupDifferenceRow) -> Vec<Cell> {
    let event = row.event_id.as_deref().map(|id| title(c.result, id));
    vec![
        Cell::new(format!("{} − {}", row.group_a, row.group_b)),
        Cell::figure(event.map(str::to_owned)),
        Cell::new(c.lang.window(row.window)),
        c.percent(row.difference),
        c.decimal(row.statistic, 2),
        degrees(c, row.df),
        c.p(row.p),
        Cell::new(word(c.text.methods, &row.method)).note(&row.note),
    ]
}

/// Degrees of freedom: whole ones without decimals.
fn degrees(c: &Context<'_>, df: Option<f64>) -> Cell {
    let decimals = if df.is_some_and(|x| x.fract() == 0.0) {
        0
    } else {
        1
    };
    c.decimal(df, decimals)
}
