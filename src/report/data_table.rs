//! A table of the result as data: named columns, each of one type.
//!
//! Which columns a table has stands in `tables` and its neighbours; here is how a column is made
//! and how CSV writes it. Other formats take the columns as they are.

use super::OutputFile;
use super::plain::spreadsheet;
use crate::error::Result;
use chrono::NaiveDate;
use std::io::{self, Write};

/// One table; every column has as many values as the table has rows.
#[derive(Debug, Clone, PartialEq)]
pub struct DataTable {
    /// What its file is called, without ending: `cars`.
    pub name: &'static str,
    /// Its columns, in their order.
    pub columns: Vec<DataColumn>,
    /// Rows.
    pub n_rows: usize,
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub struct DataColumn {
    /// Its name, which stays once it was written.
    pub name: String,
    /// Its values.
    pub values: Values,
}

/// The values of a column; missing is `None`, and of texts the empty one.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Text as the result has it: how to write it safely is the format's business.
    Text(Vec<String>),
    /// Numbers.
    Number(Vec<Option<f64>>),
    /// Whole numbers.
    Count(Vec<Option<i64>>),
    /// Dates.
    Date(Vec<Option<NaiveDate>>),
    /// Truth values.
    Flag(Vec<bool>),
}

/// Makes a table of rows column by column.
pub(super) struct Columns<'a, T> {
    rows: &'a [T],
    table: DataTable,
}

impl<'a, T> Columns<'a, T> {
    pub fn new(name: &'static str, rows: &'a [T]) -> Self {
        let table = DataTable {
            name,
            columns: Vec::new(),
            n_rows: rows.len(),
        };
        Self { rows, table }
    }

    pub fn text<S: Into<String>>(self, name: &str, value: impl Fn(&'a T) -> S) -> Self {
        let values = self.rows.iter().map(|row| value(row).into()).collect();
        self.column(name, Values::Text(values))
    }

    pub fn number(self, name: &str, value: impl Fn(&'a T) -> Option<f64>) -> Self {
        let finite = |row| value(row).filter(|x| x.is_finite());
        let values = self.rows.iter().map(finite).collect();
        self.column(name, Values::Number(values))
    }

    pub fn count(self, name: &str, value: impl Fn(&'a T) -> Option<usize>) -> Self {
        let whole = |row| value(row).and_then(|n| i64::try_from(n).ok());
        let values = self.rows.iter().map(whole).collect();
        self.column(name, Values::Count(values))
    }

    /// A whole number that may be negative and is always there: a relative day.
    pub fn whole(self, name: &str, value: impl Fn(&'a T) -> i32) -> Self {
        let values = self.rows.iter().map(|row| Some(value(row).into()));
        let values = Values::Count(values.collect());
        self.column(name, values)
    }

    pub fn date(self, name: &str, value: impl Fn(&'a T) -> Option<NaiveDate>) -> Self {
        let values = self.rows.iter().map(value).collect();
        self.column(name, Values::Date(values))
    }

    pub fn flag(self, name: &str, value: impl Fn(&'a T) -> bool) -> Self {
        let values = self.rows.iter().map(value).collect();
        self.column(name, Values::Flag(values))
    }

    /// The two ends of a window, where there is one.
    pub fn window(self, value: impl Fn(&'a T) -> Option<crate::analysis::window::Window>) -> Self {
        let end = |pick: fn(crate::analysis::window::Window) -> i32| -> Values {
            let day = |row| value(row).map(|window| i64::from(pick(window)));
            Values::Count(self.rows.iter().map(day).collect())
        };
        let (start, last) = (end(|w| w.start().0), end(|w| w.end().0));
        self.column("window_start", start)
            .column("window_end", last)
    }

    fn column(mut self, name: &str, values: Values) -> Self {
        let name = name.to_owned();
        self.table.columns.push(DataColumn { name, values });
        self
    }

    pub fn table(self) -> DataTable {
        self.table
    }
}

impl DataTable {
    /// The table as `<name>.csv`.
    ///
    /// # Errors
    /// A writer that fails, which memory does not.
    pub fn csv(&self) -> Result<OutputFile> {
        OutputFile::written(self.csv_path(), |bytes| self.write_csv(bytes))
    }

    /// What its CSV file is called.
    pub fn csv_path(&self) -> String {
        format!("{}.csv", self.name)
    }

    /// Writes the table as CSV, row by row.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write_csv(&self, writer: impl Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(writer);
        let names = self.columns.iter().map(|c| &c.name);
        writer.write_record(names).map_err(writing)?;
        for row in 0..self.n_rows {
            let cells = self.columns.iter().map(|c| c.values.cell(row));
            writer.write_record(cells).map_err(writing)?;
        }
        writer.flush()
    }
}

/// The writer's own error, so that a full disk is told as one.
fn writing(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

impl Values {
    /// One value as a cell of a spreadsheet; missing is empty.
    fn cell(&self, row: usize) -> String {
        match self {
            Values::Text(values) => spreadsheet(&values[row]),
            Values::Number(values) => number(values[row]),
            Values::Count(values) => values[row].map(|n| n.to_string()).unwrap_or_default(),
            Values::Date(values) => values[row].map(|d| d.to_string()).unwrap_or_default(),
            Values::Flag(values) => values[row].to_string(),
        }
    }
}

/// A plain decimal that round-trips; `f64`'s `Display` never writes an exponent.
fn number(value: Option<f64>) -> String {
    match value {
        // Also turns −0 into 0.
        Some(0.0) => "0".to_owned(),
        Some(x) if x.is_finite() => x.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::report::json::StudyJson;
    use crate::report::tables::data_tables;

    /// A disk with room for some bytes.
    struct Disk(usize);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let n = bytes.len().min(self.0);
            self.0 -= n;
            Ok(n)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_is_told_as_one_wherever_it_is_full() {
        let mut result = fixture::nvda();
        // More than the writer keeps back, so that rows fail as well as the last flush.
        let row = result.ledger[0].clone();
        result.ledger.extend(std::iter::repeat_n(row, 200));
        let ledger = data_tables(&result).next().unwrap();
        let n = ledger.csv().unwrap().bytes.len();
        assert!(n > 16_384);
        assert!(ledger.write_csv(Disk(n)).is_ok());
        for room in [0, 9_000, n - 1] {
            let error = ledger.write_csv(Disk(room)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{room}");
            let error = StudyJson.write(&result, Disk(room)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{room}");
        }
    }
}
