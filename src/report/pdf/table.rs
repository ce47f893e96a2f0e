//! Tables on paper: as wide as the text, cells wrapped, the head again on every sheet.

use super::sheet::{LEFT, LINE, LINK, Pen, RIGHT, SOFT, Style, tone};
use crate::report::chart::font;
use crate::report::page::{Cell, Table};

const HEAD: Style = Style::new(7.2).bold().colour(SOFT);
const CELL: Style = Style::new(7.4);
const NOTE: Style = Style::new(6.4).colour(SOFT);
/// White space between two columns.
const GAP: f64 = 7.0;
const PADDING: f64 = 2.2;
/// No column is narrower than this, if it has any text.
const NARROWEST: f64 = 18.0;

/// Places a table at the pen.
pub(super) fn place(pen: &mut Pen, table: &Table) {
    let widths = widths(table);
    pen.need(60.0);
    head(pen, table, &widths);
    for row in &table.rows {
        let cells: Vec<Vec<Line>> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| lines(cell, *width))
            .collect();
        let height = cells.iter().map(|c| total(c)).fold(0.0, f64::max) + 2.0 * PADDING;
        let sheets = pen.sheets.len();
        pen.need(height);
        if pen.sheets.len() > sheets {
            head(pen, table, &widths);
        }
        draw(pen, table, &cells, &widths);
        pen.y += height;
        pen.rule(LINE);
    }
    pen.space(4.0);
}

/// A line of a cell.
struct Line {
    text: String,
    style: Style,
    link: Option<String>,
}

fn total(lines: &[Line]) -> f64 {
    lines.iter().map(|line| line.style.line_height()).sum()
}

fn head(pen: &mut Pen, table: &Table, widths: &[f64]) {
    let labels: Vec<Vec<Line>> = table
        .columns
        .iter()
        .zip(widths)
        .map(|(column, width)| wrapped(&column.label, HEAD, *width, None))
        .collect();
    let height = labels.iter().map(|l| total(l)).fold(0.0, f64::max) + 2.0 * PADDING;
    draw(pen, table, &labels, widths);
    pen.y += height;
    pen.rule(SOFT);
}

fn draw(pen: &mut Pen, table: &Table, cells: &[Vec<Line>], widths: &[f64]) {
    let mut x = LEFT;
    for ((lines, width), column) in cells.iter().zip(widths).zip(&table.columns) {
        let mut y = pen.y + PADDING;
        for line in lines {
            let free = width - font::width(&line.text, line.style.size, line.style.bold);
            let indent = if column.numeric { free.max(0.0) } else { 0.0 };
            pen.text(
                x + indent,
                y + line.style.size,
                line.text.clone(),
                line.style,
                line.link.clone(),
            );
            y += line.style.line_height();
        }
        x += width + GAP;
    }
}

fn lines(cell: &Cell, width: f64) -> Vec<Line> {
    let colour = if cell.link.is_some() {
        LINK
    } else {
        tone(cell.tone)
    };
    let mut lines = wrapped(&cell.text, CELL.colour(colour), width, cell.link.clone());
    if let Some(note) = &cell.note {
        lines.extend(wrapped(note, NOTE, width, None));
    }
    lines
}

fn wrapped(text: &str, style: Style, width: f64, link: Option<String>) -> Vec<Line> {
    let line = |text| Line {
        text,
        style,
        link: link.clone(),
    };
    style.lines(text, width).into_iter().map(line).collect()
}

/// Widths that fill the sheet: what each column would like, the widest ones cut where that is
/// too much.
fn widths(table: &Table) -> Vec<f64> {
    let n = table.columns.len();
    let room = RIGHT - LEFT - GAP * (n.saturating_sub(1)) as f64;
    let wish = |i: usize| -> f64 {
        let head = font::width(&table.columns[i].label, HEAD.size, true);
        // Long headings may break; single words may not.
        let words = table.columns[i].label.split(' ');
        let word = words
            .map(|w| font::width(w, HEAD.size, true))
            .fold(0.0, f64::max);
        let cells = table.rows.iter().filter_map(|row| row.get(i)).map(|cell| {
            let text = font::width(&cell.text.replace('\u{2060}', ""), CELL.size, false);
            let note = cell
                .note
                .as_deref()
                .map_or(0.0, |n| font::width(n, NOTE.size, false));
            text.max(note.min(90.0))
        });
        cells
            .fold(word.max(head.min(60.0)), f64::max)
            .max(NARROWEST)
            + 0.5
    };
    let wishes: Vec<f64> = (0..n).map(wish).collect();
    let sum: f64 = wishes.iter().sum();
    if sum <= room {
        // What is left goes to the columns of words, or to all.
        let words = table.columns.iter().filter(|c| !c.numeric).count();
        let share = |numeric: bool| match words {
            0 => (room - sum) / n as f64,
            _ if numeric => 0.0,
            words => (room - sum) / words as f64,
        };
        let columns = table.columns.iter().zip(wishes);
        return columns.map(|(c, wish)| wish + share(c.numeric)).collect();
    }
    let cut = level(&wishes, room);
    wishes.iter().map(|wish| wish.min(cut)).collect()
}

/// The width at which the wider columns are cut so that all fill `room`.
fn level(wishes: &[f64], room: f64) -> f64 {
    let mut sorted = wishes.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut left = room;
    for (i, wish) in sorted.iter().enumerate() {
        let each = left / (sorted.len() - i) as f64;
        if *wish > each {
            return each;
        }
        left -= wish;
    }
    room
}
