//! The reported sessions as a table of at most 100 columns.

use crate::report::format::MISSING;
use crate::report::language::Language;
use crate::report::plain::clean;
use crate::study::scan::result::{ScanResult, ScanRow};

/// Columns of a terminal.
const WIDTH: usize = 100;
const NO_EVENT: &str = "no known event";

/// A header and one line per reported session.
pub fn table(result: &ScanResult) -> Vec<String> {
    let several = result.instruments.len() > 1;
    let mut rows = vec![header(several)];
    rows.extend(result.top().iter().map(|row| cells(row, several)));
    let n_columns = rows[0].len();
    let width = |column: usize| {
        let lengths = rows.iter().map(|cells| cells[column].chars().count());
        lengths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..n_columns).map(width).collect();
    rows.iter()
        .map(|cells| line(cells, &rows[0], &widths))
        .collect()
}

fn header(several: bool) -> Vec<String> {
    let mut names = vec!["#", "session"];
    if several {
        names.push("symbol");
    }
    names.extend([
        "return", "AR", "t", "GARCH t", "sq_p", "q", "vol z", "scope", "events",
    ]);
    names.into_iter().map(str::to_owned).collect()
}

fn cells(row: &ScanRow, several: bool) -> Vec<String> {
    let en = Language::En;
    let shown = |value: Option<f64>, decimals| {
        value.map_or_else(|| MISSING.to_owned(), |v| en.decimal(v, decimals))
    };
    let percent = |value: Option<f64>| match value {
        Some(v) => format!("{} %", en.decimal(100.0 * v, 1)),
        None => MISSING.to_owned(),
    };
    let mut cells = vec![
        row.rank.map_or_else(String::new, |r| r.to_string()),
        row.session.to_string(),
    ];
    if several {
        cells.push(row.instrument.to_string());
    }
    cells.extend([
        percent(row.ret),
        percent(row.ar),
        shown(row.ar_t, 1),
        shown(row.garch_t, 1),
        shown(row.sq_p, 4),
        shown(row.q_value, 2),
        shown(row.volume_z, 1),
        scope(row),
        if row.explained {
            clean(&row.events.join(" "))
        } else {
            NO_EVENT.to_owned()
        },
    ]);
    cells
}

/// How far the move reached, and how many of the peers that have a figure moved too.
fn scope(row: &ScanRow) -> String {
    let word = row.scope.map_or("", |s| s.as_str());
    match row.n_peers_moved.zip(row.n_peers) {
        Some((moved, n)) => format!("{word} {moved}/{n}"),
        None => word.to_owned(),
    }
}

/// Columns of words, which stand to the left; figures stand to the right.
const WORDS: [&str; 4] = ["session", "symbol", "scope", "events"];

/// One line; the last cell is cut where it would be too long.
fn line(cells: &[String], header: &[String], widths: &[usize]) -> String {
    let mut out = String::new();
    for ((cell, name), width) in cells.iter().zip(header).zip(widths) {
        if !out.is_empty() {
            out.push_str("  ");
        }
        let blanks = " ".repeat(width.saturating_sub(cell.chars().count()));
        if WORDS.contains(&name.as_str()) {
            out.push_str(cell);
            out.push_str(&blanks);
        } else {
            out.push_str(&blanks);
            out.push_str(cell);
        }
    }
    cut(out.trim_end(), WIDTH)
}

fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(room.saturating_sub(1)).collect();
    kept.push('…');
    kept
}
