//! A table of the result as data: named columns, each of one type.
//!
//! Which columns a table has stands in `tables` and its neighbours; here is how a column is made
//! and how CSV writes it. Other formats take the columns as they are.

use super::OutputFile;
use super::plain::spreadsheet;
use crate::error::Result;
use chrono::NaiveDate;
use std::fmt::{self, Write as _};
use std::io::{self, Write};

/// One table; every column has as many values as the table has rows.
///
/// ```
/// use shockwave::report::data_table::{DataColumn, DataTable, Values};
///
/// let column = |name: &str, values: Values| DataColumn { name: name.to_owned(), values };
/// let table = DataTable {
///     name: "cars",
///     columns: vec![
///         column("event_id", Values::Text(vec!["deepseek".into(), "h20".into()])),
///         column("car", Values::Number(vec![Some(-0.1333), None])),
///     ],
///     n_rows: 2,
/// };
/// let mut csv = Vec::new(); // or a file, row by row
/// table.write_csv(&mut csv)?;
/// assert_eq!(csv, b"event_id,car\ndeepseek,-0.1333\nh20,\n"); // missing is an empty cell
///
/// let file = table.csv()?;
/// assert_eq!((file.path, file.bytes), (table.csv_path(), csv));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
        let mut csv = csv::WriterBuilder::new()
            .buffer_capacity(1 << 16)
            .from_writer(writer);
        let names = self.columns.iter().map(|c| &c.name);
        csv.write_record(names).map_err(writing)?;
        let mut cell = String::new();
        for row in 0..self.n_rows {
            for column in &self.columns {
                cell.clear();
                column.values.write_cell(row, &mut cell);
                csv.write_field(&cell).map_err(writing)?;
            }
            csv.write_record(None::<&[u8]>).map_err(writing)?;
        }
        csv.flush()
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
    /// Appends one value as a cell of a spreadsheet; missing is empty.
    fn write_cell(&self, row: usize, cell: &mut String) {
        // Writing into a text cannot fail.
        let _ = match self {
            Values::Text(values) => {
                cell.push_str(&spreadsheet(&values[row]));
                Ok(())
            }
            Values::Number(values) => write_number(values[row], cell),
            Values::Count(values) => values[row].map_or(Ok(()), |n| write!(cell, "{n}")),
            Values::Date(values) => values[row].map_or(Ok(()), |d| write!(cell, "{d}")),
            Values::Flag(values) => write!(cell, "{}", values[row]),
        };
    }
}

/// A plain decimal that round-trips: never with an exponent, and 0 for −0.
fn write_number(value: Option<f64>, cell: &mut String) -> fmt::Result {
    let Some(x) = value.filter(|x| x.is_finite()) else {
        return Ok(());
    };
    // As short as `Display`'s and quicker, but with exponents where that has none.
    let mut digits = ryu::Buffer::new();
    let digits = digits.format_finite(x);
    if digits.contains('e') {
        return write!(cell, "{x}");
    }
    let digits = digits.strip_suffix(".0").unwrap_or(digits);
    cell.push_str(if x == 0.0 { "0" } else { digits });
    Ok(())
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
    fn a_number_is_a_plain_decimal_with_all_its_digits() {
        let cell = |x| {
            let mut cell = String::new();
            write_number(x, &mut cell).unwrap();
            cell
        };
        for (x, text) in [(0.0, "0"), (-0.0, "0"), (3.0, "3"), (-1e-9, "-0.000000001")] {
            assert_eq!(cell(Some(x)), text);
        }
        for missing in [None, Some(f64::NAN), Some(f64::NEG_INFINITY)] {
            assert_eq!(cell(missing), "");
        }
        // Figures of every size, and those at which the notation changes.
        let bits = (1..20_000_u64).map(|i| f64::from_bits(i.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        let sizes = (-330..309).map(|e| format!("1e{e}").parse().unwrap());
        for x in bits
            .chain(sizes)
            .filter(|x: &f64| x.is_finite() && *x != 0.0)
        {
            let text = cell(Some(x));
            assert_eq!((text.parse(), text.len()), (Ok(x), x.to_string().len()));
            assert!(!text.contains('e'), "{text}");
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
