//! What is asked beside the return: volume, volatility, correlation, and why CARs differ.

use super::block::{Block, Cell, Column, Section, Table};
use super::{Context, fill};
use crate::report::observation::{Observation, leading, title};
use crate::report::text::word;
use crate::study::result::{OutcomeRow, PrePostRow, RegressionRow};

pub(super) fn section(c: &Context<'_>) -> Option<Section> {
    let blocks = [outcome_block(c), pre_post_block(c), regression_block(c)];
    let blocks: Vec<Block> = blocks.into_iter().flatten().flatten().collect();
    Section::new("outcomes", c.text.outcomes, blocks)
}

/// A sentence, and the table under it, folded.
fn folded(intro: &str, table: Table, under: &str) -> [Block; 2] {
    [Block::text(intro), Block::Table(table.folded(under))]
}

/// Volume and volatility of the observations that the page leads with.
fn outcome_block(c: &Context<'_>) -> Option<[Block; 2]> {
    let text = c.text;
    let leading = leading(c.result);
    let of = |event: &str, instrument: &str| -> Vec<&OutcomeRow> {
        let rows = c.result.outcomes.iter();
        rows.filter(|r| r.event_id == event && r.instrument.as_str() == instrument)
            .collect()
    };
    let rows = leading.iter().flat_map(|o| of(o.event_id, o.instrument));
    let rows: Vec<&OutcomeRow> = rows.collect();
    if rows.is_empty() {
        return None;
    }
    let columns = vec![
        Column::words(text.col_event),
        Column::words(text.col_outcome),
        Column::words(text.col_window),
        Column::figures(text.col_times_usual),
        Column::figures(text.col_statistic),
        Column::words(text.col_law),
        Column::figures("p"),
        Column::words(text.col_note),
    ];
    let cells = rows.iter().map(|row| {
        let event = title(c.result, &row.event_id);
        vec![
            Cell::new(event).note(row.instrument.as_str()),
            Cell::new(word(text.outcome_names, &row.outcome)),
            Cell::new(c.lang.window(row.window)),
            c.decimal(row.times_usual, 2),
            c.decimal(row.statistic, 2),
            Cell::new(c.lang.said(&row.law)),
            c.p(row.p),
            Cell::new(c.lang.said(&row.note)),
        ]
    });
    let place = (c.lang, text);
    let table = Table::new(place, text.outcomes_fold, columns, cells, "outcomes.csv");
    Some(folded(text.outcomes_intro, table, text.outcomes_fold))
}

/// Correlation and beta before and after: every pair around the first of the events that the page
/// leads with, those of its own instrument around the others.
fn pre_post_block(c: &Context<'_>) -> Option<[Block; 2]> {
    let text = c.text;
    let leading = leading(c.result);
    let of = |(i, o): (usize, &Observation)| -> Vec<&PrePostRow> {
        let shown = |r: &&PrePostRow| {
            r.event_id == o.event_id && (i == 0 || r.instrument.as_str() == o.instrument)
        };
        c.result.pre_post.iter().filter(shown).collect()
    };
    let rows: Vec<&PrePostRow> = leading.iter().enumerate().flat_map(of).collect();
    if rows.is_empty() {
        return None;
    }
    let columns = vec![
        Column::words(text.col_event),
        Column::words(text.col_series),
        Column::figures(text.col_correlation_before),
        Column::figures(text.col_correlation_after),
        Column::figures(text.col_correlation_adjusted),
        Column::figures(text.col_p_raw),
        Column::figures(text.col_p_adjusted),
        Column::figures(text.col_beta_before),
        Column::figures(text.col_beta_after),
        Column::figures(text.col_p_beta),
        Column::words(text.col_note),
    ];
    let cells = rows.iter().map(|row| {
        vec![
            Cell::new(title(c.result, &row.event_id)),
            Cell::new(format!("{} · {}", row.instrument, row.against)),
            c.decimal(row.correlation_before, 2),
            c.decimal(row.correlation_after, 2),
            c.decimal(row.correlation_adjusted, 2),
            c.p(row.raw_p),
            c.p(row.adjusted_p),
            c.decimal(row.beta_before, 2),
            c.decimal(row.beta_after, 2),
            c.p(row.beta_p),
            Cell::new(c.lang.said(&row.note)),
        ]
    });
    let place = (c.lang, text);
    let table = Table::new(place, text.pre_post_fold, columns, cells, "pre_post.csv");
    Some(folded(text.pre_post_intro, table, text.pre_post_fold))
}

/// The regressions of CARs that the study asks for.
fn regression_block(c: &Context<'_>) -> Option<[Block; 2]> {
    let text = c.text;
    if c.result.regressions.is_empty() {
        return None;
    }
    let columns = vec![
        Column::words(text.col_regression),
        Column::words(text.col_term),
        Column::figures(text.col_coefficient),
        Column::figures(text.col_t),
        Column::figures(text.col_df),
        Column::figures("p"),
        Column::figures("N"),
        Column::figures("R²"),
        Column::words(text.col_note),
    ];
    let cells = c
        .result
        .regressions
        .iter()
        .map(|row| regression_row(c, row));
    let place = (c.lang, text);
    let table = Table::new(
        place,
        text.regression_fold,
        columns,
        cells,
        "regression.csv",
    );
    Some(folded(text.regression_intro, table, text.regression_fold))
}

fn regression_row(c: &Context<'_>, row: &RegressionRow) -> Vec<Cell> {
    let against = match row.against.as_str() {
        "" => String::new(),
        other => fill(c.text.against, &[("value", other)]),
    };
    let about = format!("{} · {}", c.lang.window(row.window), row.errors);
    vec![
        Cell::new(&row.regression).note(about),
        Cell::new(&row.term).note(against),
        c.percent(row.coefficient),
        c.decimal(row.t, 2),
        c.decimal(row.df, 0),
        c.p(row.p),
        Cell::figure(row.n.map(|n| c.lang.count(n))),
        c.decimal(row.r_squared, 3),
        Cell::new(c.lang.said(&row.note)),
    ]
}
