//! `study.xlsx`: every table as a typed sheet of one workbook, and a sheet that explains them.
//!
//! Cells hold the full double; a number format rounds what is shown only. The workbook carries no
//! time of its making, so that the same result gives the same bytes.

use super::labels::{label, rows_of};
use crate::error::{Error, Result};
use crate::report::data_table::{DataColumn, DataTable, Values};
use crate::report::language::Language;
use crate::report::page::resolved_settings;
use crate::report::plain::clean;
use crate::report::tables::data_tables;
use crate::report::{Chart, OutputFile, Renderer};
use crate::study::result::StudyResult;
use chrono::NaiveDate;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook as Book, Worksheet, XlsxError,
};

/// Rows of a sheet, the header among them.
const MAX_ROWS: usize = 1_048_576;
/// Columns of a sheet.
const MAX_COLUMNS: usize = 16_384;
/// Characters of a cell.
const MAX_TEXT: usize = 32_767;
/// Widths of columns, in characters.
const WIDTHS: (usize, usize) = (9, 48);
/// How many rows say how wide a column is.
const N_MEASURED: usize = 200;

/// Writes `study.xlsx`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Workbook;

impl Renderer for Workbook {
    fn files(&self, result: &StudyResult, _charts: &[Chart]) -> Result<Vec<OutputFile>> {
        let bytes = workbook(result, MAX_ROWS).map_err(|e| Error::Render {
            what: "study.xlsx".into(),
            problem: e.to_string(),
        })?;
        Ok(vec![OutputFile {
            path: "study.xlsx".into(),
            bytes,
        }])
    }
}

/// What the first sheet says of a table.
struct Listed {
    table: &'static str,
    n_rows: usize,
    /// Name and type of each column.
    columns: Vec<(String, &'static str)>,
    note: String,
}

fn workbook(result: &StudyResult, max_rows: usize) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Book::new();
    // Any fixed instant: the format demands one.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(clean(&result.title))
        .set_creation_datetime(&made);
    book.set_properties(&properties);
    book.add_worksheet().set_name("README")?;
    let mut listed = Vec::new();
    for table in data_tables(result) {
        let mut entry = Listed {
            table: table.name,
            n_rows: table.n_rows,
            columns: table.columns.iter().map(named).collect(),
            note: String::new(),
        };
        if table.n_rows >= max_rows || table.columns.len() > MAX_COLUMNS {
            entry.note = format!(
                "left out: Excel holds {} rows and {MAX_COLUMNS} columns; see {}.csv",
                max_rows - 1,
                table.name
            );
        } else {
            let n_cut = sheet(book.add_worksheet(), &table)?;
            if n_cut > 0 {
                entry.note = format!(
                    "{n_cut} cells end with … after {MAX_TEXT} characters; see {}.csv",
                    table.name
                );
            }
        }
        listed.push(entry);
    }
    read_me(book.worksheet_from_index(0)?, result, &listed)?;
    book.save_to_buffer()
}

fn named(column: &DataColumn) -> (String, &'static str) {
    let kind = match column.values {
        Values::Text(_) => "text",
        Values::Number(_) => "number",
        Values::Count(_) => "whole number",
        Values::Date(_) => "date",
        Values::Flag(_) => "true or false",
    };
    (column.name.clone(), kind)
}

/// Writes a table; how many texts were too long for their cell.
fn sheet(sheet: &mut Worksheet, table: &DataTable) -> std::result::Result<usize, XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_name(table.name)?;
    sheet.set_freeze_panes(1, 0)?;
    let mut n_cut = 0;
    for (at, column) in (0u16..).zip(&table.columns) {
        sheet.write_string_with_format(0, at, clean(&column.name), &bold)?;
        sheet.set_column_width(at, width(column))?;
        let format = Format::new().set_num_format(number_format(column));
        match &column.values {
            Values::Text(values) => {
                for (row, text) in (1u32..).zip(values).filter(|(_, text)| !text.is_empty()) {
                    n_cut += usize::from(write_text(sheet, (row, at), text)?);
                }
            }
            Values::Number(values) => {
                for (row, value) in present(values) {
                    // Also turns −0 into 0.
                    sheet.write_number_with_format(row, at, value + 0.0, &format)?;
                }
            }
            Values::Count(values) => {
                for (row, value) in present(values) {
                    sheet.write_number(row, at, value as f64)?;
                }
            }
            Values::Date(values) => {
                for (row, date) in present(values) {
                    write_date(sheet, (row, at), date, &format)?;
                }
            }
            Values::Flag(values) => {
                for (row, flag) in (1u32..).zip(values) {
                    sheet.write_boolean(row, at, *flag)?;
                }
            }
        }
    }
    if let (Some(last_column), Ok(last_row)) =
        (table.columns.len().checked_sub(1), table.n_rows.try_into())
    {
        let last_column = u16::try_from(last_column).unwrap_or(u16::MAX);
        sheet.autofilter(0, 0, last_row, last_column)?;
    }
    Ok(n_cut)
}

/// The rows of a sheet that have a value; the header is row 0.
fn present<T: Copy>(values: &[Option<T>]) -> impl Iterator<Item = (u32, T)> {
    let rows = (1u32..).zip(values);
    rows.filter_map(|(row, value)| value.map(|value| (row, value)))
}

/// Excel's calendar begins in 1900; an earlier date stays text.
fn write_date(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    date: NaiveDate,
    format: &Format,
) -> std::result::Result<(), XlsxError> {
    match sheet.write_datetime_with_format(row, column, date, format) {
        Ok(_) => Ok(()),
        Err(_) => sheet
            .write_string(row, column, date.to_string())
            .map(|_| ()),
    }
}

/// Writes a text, never a formula; whether it had to be cut.
fn write_text(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
) -> std::result::Result<bool, XlsxError> {
    let text = clean(text);
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        // The mark that Excel itself puts on such a text: it stays one when the cell is edited.
        let quoted = Format::new().set_quote_prefix();
        sheet.write_string_with_format(row, column, cut(&text), &quoted)?;
    } else {
        sheet.write_string(row, column, cut(&text))?;
    }
    Ok(text.encode_utf16().count() > MAX_TEXT)
}

/// A text that fits a cell; one that does not ends with `…`.
fn cut(text: &str) -> String {
    if text.encode_utf16().count() <= MAX_TEXT {
        return text.to_owned();
    }
    let mut length = 1;
    let fits = |c: &char| {
        length += c.len_utf16();
        length <= MAX_TEXT
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// How a column of numbers is shown: small p-values by their size; columns of whole numbers, such as
/// degrees of freedom, and of mostly very small figures as Excel sees fit.
fn number_format(column: &DataColumn) -> &'static str {
    let Values::Number(values) = &column.values else {
        return match column.values {
            Values::Date(_) => "yyyy-mm-dd",
            _ => "General",
        };
    };
    let is_p = column.name == "p" || column.name.ends_with("_p") || column.name.starts_with("p_");
    let figures = || values.iter().flatten().filter(|x| **x != 0.0);
    let n_small = figures().filter(|x| x.abs() < 1e-5).count();
    if is_p {
        "[<0.0001]0.0E+00;0.0000"
    } else if figures().all(|x| x.fract() == 0.0) || 2 * n_small > figures().count() {
        "General"
    } else {
        "0.000000"
    }
}

/// Wide enough for the name and most values.
fn width(column: &DataColumn) -> f64 {
    let widest = match &column.values {
        Values::Text(values) => {
            let lengths = values.iter().take(N_MEASURED).map(|t| t.chars().count());
            lengths.max().unwrap_or(0)
        }
        Values::Number(_) | Values::Date(_) => 11,
        Values::Count(_) | Values::Flag(_) => 6,
    };
    // The arrow of the filter takes the room of three characters.
    let wanted = widest.max(column.name.chars().count() + 3);
    wanted.clamp(WIDTHS.0, WIDTHS.1) as f64
}

/// The first sheet: what this is, how it was computed, what the sheets and columns hold.
fn read_me(
    sheet: &mut Worksheet,
    result: &StudyResult,
    listed: &[Listed],
) -> std::result::Result<(), XlsxError> {
    for (column, width) in (0u16..).zip([26.0, 26.0, 16.0, 60.0, 68.0]) {
        sheet.set_column_width(column, width)?;
    }
    let mut page = Page { sheet, row: 0 };
    page.heading(&[&result.title])?;
    if let Some(question) = &result.question {
        page.line(&[question])?;
    }
    let (first, last) = result.data_range;
    page.line(&[&format!(
        "Sessions from {first} to {last}; shockwave {}",
        result.version
    )])?;
    for line in [
        "Figures are fractions: -0.133 is -13.3 %. Cells hold every digit; only what is shown is rounded.",
        "A figure that is missing is an empty cell, never 0. Day 0 is the first session whose trading can react.",
        "A p below 0.0001 is shown as 1.2E-05.",
    ] {
        page.line(&[line])?;
    }
    page.gap_and_heading(&["Setting", "Value"])?;
    for (name, value) in resolved_settings(result, Language::En) {
        page.line(&[name, &value.replace('\u{a0}', " ").replace('−', "-")])?;
    }
    page.gap_and_heading(&[
        "Input",
        "What",
        "Rows",
        "How it was read",
        "SHA-256, origin",
    ])?;
    for input in &result.inputs {
        let origin = input.provenance.as_deref().unwrap_or_default();
        let sums = format!("{} {origin}", input.sha256);
        let n_rows = input.n_rows.to_string();
        page.line(&[
            &input.name,
            &input.role,
            &n_rows,
            &input.format,
            sums.trim_end(),
        ])?;
    }
    page.gap_and_heading(&["Sheet", "", "Rows", "One row per", "Note"])?;
    for entry in listed {
        let n_rows = entry.n_rows.to_string();
        page.line(&[entry.table, "", &n_rows, rows_of(entry.table), &entry.note])?;
    }
    page.gap_and_heading(&["Sheet", "Column", "Type", "What it holds"])?;
    for entry in listed {
        for (column, kind) in &entry.columns {
            page.line(&[entry.table, column, kind, label(entry.table, column)])?;
        }
    }
    if !result.warnings.is_empty() {
        page.gap_and_heading(&["Cautions"])?;
        for warning in &result.warnings {
            let (text, note) = (Language::En.text().warning)(warning);
            page.line(&[&format!("{text} {note}").replace(['\u{a0}', '\u{2060}'], " ")])?;
        }
    }
    Ok(())
}

/// A sheet that is written line by line.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
}

impl Page<'_> {
    fn line(&mut self, cells: &[&str]) -> std::result::Result<(), XlsxError> {
        for (column, text) in (0u16..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            write_text(self.sheet, (self.row, column), text)?;
        }
        self.row += 1;
        Ok(())
    }

    fn heading(&mut self, cells: &[&str]) -> std::result::Result<(), XlsxError> {
        let bold = Format::new().set_bold().set_align(FormatAlign::Left);
        for (column, text) in (0u16..).zip(cells) {
            let text = cut(&clean(text));
            self.sheet
                .write_string_with_format(self.row, column, text, &bold)?;
        }
        self.row += 1;
        Ok(())
    }

    fn gap_and_heading(&mut self, cells: &[&str]) -> std::result::Result<(), XlsxError> {
        self.row += 1;
        self.heading(cells)
    }
}

// They take the workbook apart with the archives of `fetch`.
#[cfg(feature = "fetch")]
#[cfg(test)]
mod tests;
