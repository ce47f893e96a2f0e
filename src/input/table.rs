//! Delimited text as a table of cells that know where they stand.
//!
//! Finds the delimiter from the header, unquotes, trims, checks that every row has the header's
//! width and can turn any cell into an error with its line. What the cells mean (dates, numbers,
//! roles) is left to the callers.

mod delimiter;

use super::text::{line_text, snippet};
use crate::error::{Error, InputError, Result};
use delimiter::split_spans;
pub use delimiter::{Delimiter, cell_span, detect_delimiter};

/// How to read a table.
#[derive(Debug, Clone, Copy)]
pub struct TableOptions<'a> {
    /// The line of the header, counted from 1; what stands above is skipped.
    pub header_line: usize,
    /// Whether a header without any delimiter may be split at blanks.
    pub allow_blanks: bool,
    /// The names of the columns of a table without a header: its first line is a row.
    pub names: &'a [&'a str],
}

impl Default for TableOptions<'_> {
    fn default() -> Self {
        Self {
            header_line: 1,
            allow_blanks: false,
            names: &[],
        }
    }
}

/// A table: a header and rows of the same width.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    /// The file's name, for errors.
    pub file: &'a str,
    /// Column names, trimmed, in lower case, with single blanks.
    pub header: Vec<String>,
    /// Column names as the file writes them, trimmed.
    pub header_written: Vec<String>,
    /// The delimiter found.
    pub delimiter: Delimiter,
    text: &'a str,
    header_line: usize,
    // All cells of all rows one after the other, and where each ends: two allocations in all,
    // however long the file is.
    cells: String,
    ends: Vec<usize>,
    lines: Vec<usize>,
}

impl<'a> Table<'a> {
    /// Reads `text`, which [`decode`](super::text::decode) has checked.
    ///
    /// # Errors
    /// A header without a delimiter, no rows, a row that is longer or shorter than the header.
    pub fn read(text: &'a str, file: &'a str, options: TableOptions<'_>) -> Result<Self> {
        let skipped = byte_of_line(text, options.header_line);
        let body = &text[skipped..];
        let lead = body.len() - body.trim_start_matches(['\r', '\n']).len();
        let body = &body[lead..];
        let header_line = super::text::line_number(text.as_bytes(), skipped + lead);
        let head = body.lines().next().unwrap_or("");
        let Some(delimiter) = detect_delimiter(head, options.allow_blanks) else {
            return Err(no_delimiter(head).in_file(file).at_line(header_line).into());
        };
        let mut table = Table {
            file,
            header: options.names.iter().map(|name| fold(name)).collect(),
            header_written: options.names.iter().map(|&name| name.to_owned()).collect(),
            delimiter,
            text,
            header_line,
            cells: String::with_capacity(body.len()),
            ends: Vec::new(),
            lines: Vec::new(),
        };
        match delimiter {
            Delimiter::Byte(byte) => table.read_delimited(body, byte)?,
            Delimiter::Blanks => table.read_blanks(body)?,
        }
        if table.n_rows() == 0 {
            return Err(InputError::new(
                "the file has a header but no rows",
                "give at least one row below the header",
            )
            .in_file(file)
            .at_line(header_line)
            .into());
        }
        Ok(table)
    }

    /// Number of rows, without the header.
    pub fn n_rows(&self) -> usize {
        self.lines.len()
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.header.len()
    }

    /// The trimmed text of a cell; rows and columns are counted from 0.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let at = row * self.width() + column;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.cells[start..self.ends[at]]
    }

    /// The line on which a row starts, counted from 1.
    pub fn line(&self, row: usize) -> usize {
        self.lines[row]
    }

    /// A column's cells, each with its line.
    pub fn column(&self, column: usize) -> impl Iterator<Item = (usize, &str)> + Clone {
        (0..self.n_rows()).map(move |row| (self.line(row), self.cell(row, column)))
    }

    /// The position of the first column that has one of these (lower-case) names.
    pub fn find(&self, names: &[&str]) -> Option<usize> {
        self.header.iter().position(|h| names.contains(&h.as_str()))
    }

    /// The header as one line for a message, cut where it is long.
    pub fn header_shown(&self) -> String {
        let shown = self.header_written.join(",");
        match shown.char_indices().nth(200) {
            Some((cut, _)) => format!("{}…", &shown[..cut]),
            None => shown,
        }
    }

    /// Drops the first rows, which belong to a header of several lines.
    #[cfg(feature = "table")]
    pub fn skip_rows(&mut self, rows: usize) {
        let rows = rows.min(self.n_rows());
        if rows == 0 {
            return;
        }
        let cut = self.ends[rows * self.width() - 1];
        self.cells.drain(..cut);
        self.ends.drain(..rows * self.width());
        self.ends.iter_mut().for_each(|end| *end -= cut);
        self.lines.drain(..rows);
    }

    /// A fault in one cell, with the file, line, column, value and the line's text.
    pub fn cell_error(
        &self,
        row: usize,
        column: usize,
        problem: impl Into<String>,
        cure: impl Into<String>,
    ) -> InputError {
        self.place(InputError::new(problem, cure), row, column)
    }

    /// A fault of the header.
    pub fn header_error(&self, problem: impl Into<String>, cure: impl Into<String>) -> InputError {
        let line = line_text(self.text, self.header_line);
        let (line, span) = snippet(line, 0..line.len().min(120));
        InputError::new(problem, cure)
            .in_file(self.file)
            .at_line(self.header_line)
            .with_snippet(line, span)
    }

    /// Adds file, column and snippet to a fault that a column's inference found, which knows
    /// only its line and value; `columns` are those that were looked at.
    pub fn locate(&self, error: Error, columns: &[usize]) -> Error {
        error.map_input(|error| {
            let line = error.line.unwrap_or(0);
            let from = self.lines.partition_point(|&l| l < line);
            let to = self.lines.partition_point(|&l| l <= line);
            let cells = (from..to).flat_map(|row| columns.iter().map(move |&c| (row, c)));
            let is_it = |&(row, column): &(usize, usize)| {
                error.value
                    == InputError::default()
                        .with_value(self.cell(row, column))
                        .value
            };
            match cells.into_iter().find(is_it) {
                Some((row, column)) => self.place(error, row, column),
                None => error.in_file(self.file),
            }
        })
    }

    fn place(&self, error: InputError, row: usize, column: usize) -> InputError {
        let line = line_text(self.text, self.lines[row]);
        let (line, span) = snippet(line, cell_span(line, self.delimiter, column));
        let name = match self.header_written[column].as_str() {
            "" => format!("{}", column + 1),
            name => name.to_owned(),
        };
        error
            .in_file(self.file)
            .at_line(self.lines[row])
            .in_column(name)
            .with_value(self.cell(row, column))
            .with_snippet(line, span)
    }

    fn read_delimited(&mut self, body: &str, delimiter: u8) -> Result<()> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(body.as_bytes());
        let mut record = csv::StringRecord::new();
        // `body` is valid UTF-8 in memory, so the only errors left would be the reader's own.
        let file = self.file;
        let fault = |error: csv::Error| InputError::new(error.to_string(), "").in_file(file);
        let bytes = body.as_bytes();
        let (mut counted_to, mut line) = (0, self.header_line);
        loop {
            // The reader's own position stands before blank lines that it skips.
            let mut start = reader.position().byte() as usize;
            while bytes.get(start).is_some_and(|b| matches!(b, b'\r' | b'\n')) {
                start += 1;
            }
            if !reader.read_record(&mut record).map_err(fault)? {
                return Ok(());
            }
            line += super::text::line_number(&bytes[counted_to..], start - counted_to) - 1;
            counted_to = start;
            self.push(record.iter(), line)?;
            if reader.is_done() || reader.position().byte() as usize >= bytes.len() {
                self.check_closed(&body[start..], delimiter, line)?;
            }
        }
    }

    /// Refuses a last record that ends inside quotes: everything below the quote is in one cell.
    fn check_closed(&self, record: &str, delimiter: u8, line: usize) -> Result<()> {
        let opens = |(at, _): (usize, &str)| {
            at == 0 || record.as_bytes()[at - 1] == delimiter || record[..at].ends_with('\n')
        };
        let odd = record.matches('"').count() % 2 == 1;
        if !odd || !record.match_indices('"').any(opens) {
            return Ok(());
        }
        let (shown, span) = snippet(line_text(self.text, line), 0..record.len().min(120));
        Err(InputError::new(
            "a quote is opened in this row and never closed",
            "close it with \" where the cell ends",
        )
        .in_file(self.file)
        .at_line(line)
        .with_snippet(shown, span)
        .into())
    }

    fn read_blanks(&mut self, body: &str) -> Result<()> {
        for (i, line) in body.lines().enumerate() {
            if !line.trim().is_empty() {
                self.push(line.split_whitespace(), self.header_line + i)?;
            }
        }
        Ok(())
    }

    fn push<'c>(&mut self, cells: impl Iterator<Item = &'c str>, line: usize) -> Result<()> {
        if self.header.is_empty() {
            self.header_written = cells.map(|cell| cell.trim().to_owned()).collect();
            while self.header_written.last().is_some_and(String::is_empty) {
                self.header_written.pop();
            }
            self.header = self.header_written.iter().map(|name| fold(name)).collect();
            if self.header.is_empty() {
                let problem = "the first line is blank";
                return Err(self.header_error(problem, "name the columns there").into());
            }
            return Ok(());
        }
        let (text_before, ends_before) = (self.cells.len(), self.ends.len());
        let (mut n, mut blank) = (0, true);
        for cell in cells {
            let cell = cell.trim();
            n += 1;
            blank &= cell.is_empty();
            if n <= self.width() {
                self.cells.push_str(cell);
                self.ends.push(self.cells.len());
            } else if !cell.is_empty() {
                n = usize::MAX;
                break;
            }
        }
        if blank {
            self.cells.truncate(text_before);
            self.ends.truncate(ends_before);
            return Ok(());
        }
        if n == usize::MAX || n < self.width() {
            return Err(self.ragged(line).into());
        }
        self.lines.push(line);
        Ok(())
    }

    fn ragged(&self, line: usize) -> InputError {
        let text = line_text(self.text, line);
        let found = split_spans(text, self.delimiter).len();
        let cure = if found > self.width() {
            "quote a cell that holds the delimiter, such as a number with thousands separators"
        } else {
            "complete the row or delete it (is the file cut off?)"
        };
        let (shown, span) = snippet(text, 0..text.len().min(120));
        InputError::new(
            format!("the row has {found} cells, the header {}", self.width()),
            cure,
        )
        .in_file(self.file)
        .at_line(line)
        .with_snippet(shown, span)
    }
}

/// Lower case, trimmed, single blanks: how header names are compared.
pub fn fold(name: &str) -> String {
    name.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// The byte at which line `number` starts, or the text's end.
fn byte_of_line(text: &str, number: usize) -> usize {
    let newlines = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
    match number {
        0 | 1 => 0,
        _ => newlines
            .map(|(at, _)| at + 1)
            .nth(number - 2)
            .unwrap_or(text.len()),
    }
}

/// A first line that is no header: often a page or a message that was saved as a table.
fn no_delimiter(head: &str) -> InputError {
    let start = head.trim_start();
    let (problem, cure) = if start.starts_with('<') {
        (
            "this is a web page, not a table",
            "download the file again in a browser and check that it opens as text",
        )
    } else if start.starts_with(['{', '[']) {
        (
            "this is JSON, not a table",
            "ask the source for CSV; a refusal is often sent as JSON",
        )
    } else {
        (
            "the first line holds no delimiter, so it is no table header",
            "separate the columns by , ; tab or | and name them in the first line",
        )
    };
    let (line, span) = snippet(head, 0..head.len().min(120));
    InputError::new(problem, cure)
        .with_value(head)
        .with_snippet(line, span)
}

#[cfg(test)]
mod tests;
