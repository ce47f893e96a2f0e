//! Samples of events and differences between groups.

use super::block::{Block, Cell, Column, Item, Section, Table};
use super::{Context, fill};
use crate::report::observation::title;
use crate::report::text::word;
use crate::study::result::{AarRow, GroupDifferenceRow, RecommendationRow, TestRow};

pub(super) fn section(c: &Context<'_>) -> Option<Section> {
    if c.result.tests.is_empty() {
        return None;
    }
    let mut blocks = vec![Block::text(c.text.samples_intro)];
    // Rows of a sample follow one another: does it have other observations on the next day?
    let changes = |days: &[AarRow]| days[0].group == days[1].group && days[0].n != days[1].n;
    if c.result.aar.windows(2).any(changes) {
        blocks.push(Block::text(c.text.samples_sums));
    }
    blocks.push(Block::Table(sample_table(c)));
    // A sample of one has no test of samples; its rows stand in the file.
    let tests: Vec<&TestRow> = c.result.tests.iter().filter(|t| t.n >= 2).collect();
    if !tests.is_empty() {
        let n = c.lang.count(tests.len());
        let caption = fill(c.text.tests_caption, &[("n", &n)]);
        blocks.push(Block::Table(test_table(c, &tests).folded(&caption)));
    }
    Section::new("samples", c.text.samples, blocks)
}

/// One row per sample and window: the test to trust there, and why.
fn sample_table(c: &Context<'_>) -> Table {
    let text = c.text;
    let tests = &c.result.tests;
    let columns = vec![
        Column::words(text.col_group),
        Column::words(text.col_window),
        Column::figures("N"),
        Column::figures(text.col_caar),
        Column::words(text.col_trust),
        Column::figures("p"),
        Column::figures(text.col_holm),
        Column::words(text.col_why),
    ];
    let mut above: Option<&RecommendationRow> = None;
    let rows = c.result.recommendations.iter().map(|row| {
        let repeats = |other: &RecommendationRow| {
            other.group == row.group && other.test == row.test && other.reasons == row.reasons
        };
        let why = match above.replace(row) {
            Some(other) if !row.reasons.is_empty() && repeats(other) => text.as_above.to_owned(),
            _ => c.lang.said(&row.reasons.join("; ")),
        };
        let same = |t: &&TestRow| t.group == row.group && t.window == row.window;
        let caar = tests.iter().filter(same).find_map(|t| t.caar);
        let tested = tests.iter().filter(same).find(|t| t.test == row.test);
        vec![
            Cell::new(&row.group),
            Cell::new(c.lang.window(row.window)),
            Cell::new(c.lang.count(row.n)),
            c.percent(caar),
            if row.test.is_empty() {
                Cell::figure(None)
            } else {
                Cell::new(word(text.test_names, &row.test)).note(&row.test)
            },
            c.p(row.p),
            c.p(tested.and_then(|t| t.p_holm)),
            Cell::new(why),
        ]
    });
    Table::new(
        (c.lang, text),
        text.samples_caption,
        columns,
        rows,
        "recommendations.csv",
    )
}

/// Every test given.
fn test_table(c: &Context<'_>, tests: &[&TestRow]) -> Table {
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
    let rows = tests.iter().map(|row| {
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
            Cell::new(c.lang.said(&row.note)),
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
    blocks.extend(portfolio_table(c).map(Block::Table));
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
        Cell::new(method(c, row)).note(c.lang.said(&row.note)),
    ]
}

fn method(c: &Context<'_>, row: &GroupDifferenceRow) -> String {
    let method = word(c.text.methods, &row.method);
    match row.weighting.as_str() {
        "" => method.to_owned(),
        weighting => format!("{method}, {}", word(c.text.weightings, weighting)),
    }
}

/// The portfolio of each group by itself, folded.
fn portfolio_table(c: &Context<'_>) -> Option<Table> {
    let text = c.text;
    if c.result.portfolios.is_empty() {
        return None;
    }
    let level = c.lang.level(c.result.settings.confidence);
    let columns = vec![
        Column::words(text.col_group_of_instruments),
        Column::words(text.col_event),
        Column::words(text.col_window),
        Column::figures(text.col_car),
        Column::figures(&fill(text.col_interval, &[("level", &level)])),
        Column::figures(text.col_t),
        Column::figures("p"),
        Column::words(text.col_note),
    ];
    let rows = c.result.portfolios.iter().map(|row| {
        vec![
            Cell::new(&row.group).note(word(text.weightings, &row.weighting)),
            Cell::new(title(c.result, &row.event_id)),
            Cell::new(c.lang.window(row.window)),
            c.percent(row.car),
            c.interval(row.low, row.high),
            c.decimal(row.t, 2),
            c.p(row.p),
            Cell::new(c.lang.said(&row.note)),
        ]
    });
    let (place, caption) = ((c.lang, text), text.portfolios_fold);
    let table = Table::new(place, caption, columns, rows, "portfolios.csv");
    Some(table.folded(caption))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::report::language::Language;

    #[test]
    fn the_caar_of_the_table_is_told_from_that_of_the_chart_where_they_differ() {
        let mut result = fixture::nvda();
        let n_blocks = |result: &_, lang: Language| {
            let text = lang.text();
            section(&Context { result, lang, text }).map(|s| s.blocks.len())
        };
        let before = n_blocks(&result, Language::De);
        let first = result.aar[0].clone();
        let n = first.n + 1;
        result.aar.insert(1, AarRow { n, ..first });
        assert_eq!(n_blocks(&result, Language::De), before.map(|n| n + 1));
    }
}
