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
    rows.iter().map(|cells| line(cells, &widths)).collect()
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
        row.scope
            .map_or_else(String::new, |s| s.as_str().to_owned()),
        if row.explained {
            clean(&row.events.join(" "))
        } else {
            NO_EVENT.to_owned()
        },
    ]);
    cells
}

/// Words to the left, figures to the right; the last cell is cut where the line would be too long.
fn line(cells: &[String], widths: &[usize]) -> String {
    let n = cells.len();
    let mut out = String::new();
    for (i, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let is_word = i + 2 >= n
            || cell.chars().next().is_some_and(char::is_alphabetic) && i > 0 && i < n - 9;
        let room = width.saturating_sub(cell.chars().count());
        if i + 1 == n {
            out.push_str(&cut(cell, WIDTH.saturating_sub(out.chars().count())));
        } else if is_word {
            out.push_str(cell);
            out.extend(std::iter::repeat_n(' ', room));
        } else {
            out.extend(std::iter::repeat_n(' ', room));
            out.push_str(cell);
        }
        if i + 1 < n {
            out.push_str("  ");
        }
    }
    out
}

fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(room.saturating_sub(1)).collect();
    kept.push('…');
    kept
}
