//! What other events do to the figures of those that the study is about.

use super::block::{Block, Cell, Column, Section, Table};
use super::{Context, fill};
use crate::report::observation::{Observation, confounded, of_way, title};
use crate::study::result::ConfoundingRow;

pub(super) fn section(c: &Context<'_>) -> Option<Section> {
    let rows = confounded(c.result);
    let first = rows.first()?;
    let text = c.text;
    let lead = Observation::find(c.result, &first.other_event, first.instrument.as_str());
    let session = lead.ledger.and_then(|r| r.session);
    let date = session.map(|d| c.lang.date(d)).unwrap_or_default();
    let names = [
        ("lead", title(c.result, &first.other_event)),
        ("date", &*date),
    ];
    let columns = vec![
        Column::words(text.col_event),
        Column::words(text.col_window),
        Column::figures(text.col_all_sessions),
        Column::figures(text.col_out_of_estimation),
        Column::figures(&fill(text.col_without_lead, &names)),
        Column::figures(text.col_without_all),
    ];
    let table = Table::new(
        (c.lang, text),
        text.confounding_caption,
        columns,
        rows.iter().map(|row| table_row(c, row)),
        "confounding.csv",
    );
    let blocks = vec![
        Block::text(fill(text.confounding_intro, &names)),
        Block::Table(table.quiet()),
        Block::text(text.confounding_hac),
    ];
    Section::new("confounding", text.confounding, blocks)
}

fn table_row(c: &Context<'_>, row: &ConfoundingRow) -> Vec<Cell> {
    let observation = Observation::find(c.result, &row.event_id, row.instrument.as_str());
    let session = observation.ledger.and_then(|r| r.session);
    let date = session.map(|d| c.lang.short_date(d)).unwrap_or_default();
    let ways = ["unmasked", "masked", "without-lead", "joint"];
    let mut cells = vec![
        Cell::new(observation.title()).note(format!("{} · {date}", observation.instrument)),
        Cell::new(c.lang.window(row.window)),
    ];
    cells.extend(ways.map(|way| cell(c, of_way(c.result, row, way))));
    cells
}

fn cell(c: &Context<'_>, row: Option<&ConfoundingRow>) -> Cell {
    let Some(row) = row else {
        return Cell::figure(None);
    };
    let mut notes = Vec::new();
    if let (Some(t), Some(p)) = (row.t, row.p) {
        notes.push(format!("t = {}, {}", c.lang.decimal(t, 2), c.lang.p(p)));
    }
    if row.n_left_out > 0 {
        let days = [
            ("n", &*c.lang.count(row.n_days)),
            ("of", &*c.lang.count(row.window.n_days())),
        ];
        notes.push(fill(c.text.sessions_left, &days));
    }
    notes.extend(row.hac_sd.zip(row.sd).map(|(hac, sd)| errors(c, sd, hac)));
    if !row.note.is_empty() {
        notes.push(c.lang.said(&row.note));
    }
    c.percent(row.car).note(notes.join("; "))
}

fn errors(c: &Context<'_>, sd: f64, hac: f64) -> String {
    let errors = [
        ("sd", &*c.lang.size_percent(sd)),
        ("hac", &*c.lang.size_percent(hac)),
    ];
    fill(c.text.both_errors, &errors)
}
