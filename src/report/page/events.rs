//! Every event: given date and session, abnormal return, how it ended; and the ledger.

use super::block::{Block, Cell, Column, Item, Section, Table, Tone};
use super::{Context, fill};
use crate::analysis::window::Window;
use crate::report::observation::{
    Observation, headline_window, is_day_0, main_instrument, second_window, title,
};
use crate::study::result::{LedgerRow, Status};

/// One row per event, for the instrument that the page is about.
pub(super) fn section(c: &Context<'_>) -> Option<Section> {
    let instrument = main_instrument(c.result)?;
    let second = second_window(c.result);
    let mut columns = vec![
        Column::words(c.text.col_event),
        Column::words(c.text.col_given),
        Column::words(c.text.col_session),
        Column::figures(&window_label(c, headline_window(c.result))),
        Column::figures(c.text.col_ar_1),
    ];
    columns.extend(second.map(|w| Column::figures(&window_label(c, w))));
    columns.push(Column::words(c.text.col_status));
    let observations = Observation::all_of(c.result, instrument);
    let rows = observations.iter().map(|o| event_row(c, o));
    let n_others = c.result.events.len().saturating_sub(observations.len());
    let caption = match n_others {
        0 => fill(c.text.events_caption, &[("instrument", instrument)]),
        n => fill(
            c.text.events_caption_more,
            &[("instrument", instrument), ("n", &c.lang.count(n))],
        ),
    };
    let table = Table::new((c.lang, c.text), &caption, columns, rows, "cars.csv");
    let blocks = vec![Block::text(c.text.events_intro), Block::Table(table)];
    Section::new("events", c.text.events, blocks)
}

fn window_label(c: &Context<'_>, window: Window) -> String {
    match is_day_0(window) {
        true => c.text.col_ar_0.to_owned(),
        false => format!("{} {}", c.text.col_car, c.lang.window(window)),
    }
}

fn event_row(c: &Context<'_>, o: &Observation<'_>) -> Vec<Cell> {
    let text = c.text;
    let ledger = o.ledger;
    let given = ledger.map(|r| r.given_at.clone()).unwrap_or_default();
    let source = o.event.and_then(|e| e.source.as_deref());
    let shared: Vec<&str> = ledger.map_or(Vec::new(), |r| {
        r.same_session
            .iter()
            .map(|id| title(c.result, id))
            .collect()
    });
    let shared = match shared.as_slice() {
        [] => String::new(),
        titles => fill(text.shared_with, &[("events", &titles.join("; "))]),
    };
    let uncertain = ledger.is_some_and(|r| r.day_uncertain);
    let mut cells = vec![
        Cell::new(o.title()).note(shared).link(source),
        Cell::new(given),
        session_cell(c, ledger),
        car_cell(c, o, headline_window(c.result)),
        match o.day(1).filter(|_| uncertain) {
            Some(day) => with_t(c, day.ar, day.ar_t, day.ar_p),
            None => Cell::default(),
        },
    ];
    cells.extend(second_window(c.result).map(|w| car_cell(c, o, w)));
    cells.push(status_cell(c, ledger));
    cells
}

fn session_cell(c: &Context<'_>, ledger: Option<&LedgerRow>) -> Cell {
    let session = ledger.and_then(|r| r.session).map(|d| c.lang.short_date(d));
    let rule = ledger.map(|r| c.text.rule(&r.rule)).unwrap_or_default();
    Cell::figure(session).note(rule)
}

fn car_cell(c: &Context<'_>, o: &Observation<'_>, window: Window) -> Cell {
    match o.car(window) {
        Some(car) => with_t(c, car.car, car.car_t, car.car_p),
        None => Cell::figure(None),
    }
}

fn with_t(c: &Context<'_>, value: Option<f64>, t: Option<f64>, p: Option<f64>) -> Cell {
    let note = t
        .zip(p)
        .map(|(t, p)| format!("t = {}, {}", c.lang.decimal(t, 2), c.lang.p(p)));
    c.percent(value).note(note.unwrap_or_default())
}

fn status_cell(c: &Context<'_>, ledger: Option<&LedgerRow>) -> Cell {
    let Some(row) = ledger else {
        return Cell::figure(None);
    };
    let (symbol, tone) = match row.status {
        Status::Used => ("✓", Tone::Good),
        Status::Provisional => ("…", Tone::Unsure),
        Status::Excluded => ("✗", Tone::Bad),
    };
    let label = format!("{symbol} {}", c.text.status(row.status));
    let reason = match row.reason_code.as_str() {
        "" => "",
        code => c.text.reason(code),
    };
    Cell::new(label).tone(tone).note(reason)
}

/// What became of every event observation: those left out by name, then all of them.
pub(super) fn ledger_section(c: &Context<'_>) -> Option<Section> {
    let counts = c.result.observation_counts;
    let numbers = [
        counts.total,
        counts.used,
        counts.provisional,
        counts.excluded,
    ];
    let [total, used, provisional, excluded] = numbers.map(|n| c.lang.count(n));
    let intro = fill(
        c.text.ledger_intro,
        &[
            ("total", &total),
            ("used", &used),
            ("provisional", &provisional),
            ("excluded", &excluded),
        ],
    );
    let mut blocks = vec![Block::text(intro)];
    let left_out: Vec<Item> = c
        .result
        .ledger
        .iter()
        .filter(|r| r.status != Status::Used)
        .map(|r| left_out(c, r))
        .collect();
    if !left_out.is_empty() {
        let n = c.lang.count(left_out.len());
        let summary = fill(c.text.ledger_left_out, &[("n", &n)]);
        let long = left_out.len() > 10;
        if !long {
            blocks.push(Block::heading(&*summary));
        }
        blocks.push(Block::List {
            items: left_out,
            fold: long.then_some(summary),
        });
    }
    if !c.result.ledger.is_empty() {
        blocks.push(Block::Table(ledger_table(c)));
    }
    Section::new("ledger", c.text.ledger, blocks)
}

fn left_out(c: &Context<'_>, row: &LedgerRow) -> Item {
    let label = c.text.reason(&row.reason_code);
    Item {
        text: format!(
            "{} · {}: {}",
            title(c.result, &row.event_id),
            row.instrument,
            c.text.status(row.status)
        ),
        note: reason_words(c, label, &row.reason),
    }
}

/// The reason in full; where there is none, its word.
fn reason_words(c: &Context<'_>, label: &str, reason: &str) -> String {
    match reason {
        "" => label.to_owned(),
        reason => c.lang.said(reason),
    }
}

fn ledger_table(c: &Context<'_>) -> Table {
    let text = c.text;
    let columns = vec![
        Column::words(text.col_event),
        Column::words(text.col_instrument),
        Column::words(text.col_given),
        Column::words(text.col_session),
        Column::figures(text.col_n),
        Column::words(text.col_overlaps),
        Column::words(text.col_status),
    ];
    let rows = c.result.ledger.iter().map(|row| {
        vec![
            Cell::new(title(c.result, &row.event_id)),
            Cell::new(&row.instrument),
            Cell::new(&row.given_at),
            session_cell(c, Some(row)),
            Cell::figure(row.n_estimation.map(|n| c.lang.count(n))),
            Cell::new(row.overlaps.join(", ")),
            status_cell(c, Some(row)),
        ]
    });
    let n = c.lang.count(rows.len());
    Table::new((c.lang, text), text.ledger, columns, rows, "ledger.csv")
        .folded(&fill(text.ledger_all, &[("n", &n)]))
}
