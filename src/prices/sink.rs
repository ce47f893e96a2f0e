//! Results by the million into one Parquet file, a part at a time.
//!
//! Rows are gathered into row groups of a fixed size, so that the bytes do not depend on the
//! parts in which they came. What the columns mean is the caller's business.
//!
//! ```
//! use polars::prelude::{ParquetReader, SerReader};
//! use shockwave::prices::sink::{ColumnKind, ColumnPart, ParquetSink};
//!
//! let mut bytes = Vec::new(); // a file, where there are millions
//! let columns = [("event_id", ColumnKind::Text), ("car", ColumnKind::Number)];
//! let mut sink = ParquetSink::new(&mut bytes, &columns)?;
//! for (ids, cars) in [(vec!["a", "b"], vec![-0.133, f64::NAN]), (vec!["c"], vec![0.021])] {
//!     sink.append(&[ColumnPart::Text(ids), ColumnPart::Number(cars)])?;
//! }
//! let wrong = sink.append(&[ColumnPart::Number(vec![0.1])]);
//! assert!(wrong.is_err(), "every column, in their order");
//! assert_eq!(sink.finish()?, 3);
//!
//! let frame = ParquetReader::new(std::io::Cursor::new(bytes)).finish()?;
//! assert_eq!((frame.height(), frame.column("car")?.null_count()), (3, 1)); // NaN is null
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::frame_error;
use crate::error::{InputError, Result};
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::*;
use std::io::Write;

/// Rows of a row group; the most that the sink holds, beside what it is given.
pub const ROW_GROUP: usize = 1 << 16;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Days since 1970-01-01.
    Date,
    /// Whole numbers.
    Whole,
    /// Numbers.
    Number,
}

/// Some rows of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnPart<'a> {
    /// Text.
    Text(Vec<&'a str>),
    /// Days since 1970-01-01.
    Date(Vec<i32>),
    /// Whole numbers.
    Whole(Vec<u32>),
    /// Numbers; NaN is missing, and becomes null.
    Number(Vec<f64>),
}

impl ColumnPart<'_> {
    fn kind(&self) -> ColumnKind {
        match self {
            Self::Text(_) => ColumnKind::Text,
            Self::Date(_) => ColumnKind::Date,
            Self::Whole(_) => ColumnKind::Whole,
            Self::Number(_) => ColumnKind::Number,
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Text(rows) => rows.len(),
            Self::Date(rows) => rows.len(),
            Self::Whole(rows) => rows.len(),
            Self::Number(rows) => rows.len(),
        }
    }

    /// A polars column of the rows from `start` up to `end`.
    fn column(&self, name: &str, start: usize, end: usize) -> Column {
        let name = PlSmallStr::from_str(name);
        match self {
            Self::Text(rows) => Column::new(name, &rows[start..end]),
            Self::Date(rows) => Int32Chunked::from_slice(name, &rows[start..end])
                .into_date()
                .into_column(),
            Self::Whole(rows) => Column::new(name, &rows[start..end]),
            Self::Number(rows) => {
                let present = |v: &f64| Some(*v).filter(|v| !v.is_nan());
                let rows = rows[start..end].iter().map(present);
                Float64Chunked::from_iter_options(name, rows).into_column()
            }
        }
    }
}

/// A Parquet file that is being written.
pub struct ParquetSink<W: Write> {
    writer: BatchedWriter<W>,
    columns: Vec<(String, ColumnKind)>,
    /// Rows that do not fill a row group yet.
    pending: DataFrame,
    n_rows: usize,
}

impl<W: Write> ParquetSink<W> {
    /// Begins a file with these columns.
    ///
    /// # Errors
    /// Two columns of one name; an output that cannot be written.
    pub fn new(out: W, columns: &[(&str, ColumnKind)]) -> Result<Self> {
        let empty = columns.iter().map(|(name, kind)| {
            let part = match kind {
                ColumnKind::Text => ColumnPart::Text(Vec::new()),
                ColumnKind::Date => ColumnPart::Date(Vec::new()),
                ColumnKind::Whole => ColumnPart::Whole(Vec::new()),
                ColumnKind::Number => ColumnPart::Number(Vec::new()),
            };
            part.column(name, 0, 0)
        });
        let pending = DataFrame::new(0, empty.collect()).map_err(frame_error)?;
        let writer = ParquetWriter::new(out)
            .with_row_group_size(Some(ROW_GROUP))
            .set_parallel(false)
            .batched(pending.schema())
            .map_err(frame_error)?;
        Ok(Self {
            writer,
            columns: columns
                .iter()
                .map(|(name, kind)| ((*name).to_owned(), *kind))
                .collect(),
            pending,
            n_rows: 0,
        })
    }

    /// Appends rows, column by column in the order of the file.
    ///
    /// # Errors
    /// Columns of other kinds than the file's, or of different lengths; an output that cannot be
    /// written.
    pub fn append(&mut self, parts: &[ColumnPart]) -> Result<()> {
        let n = parts.first().map_or(0, ColumnPart::len);
        let kinds = self.columns.iter().map(|(_, kind)| *kind);
        if !kinds.eq(parts.iter().map(ColumnPart::kind)) || parts.iter().any(|p| p.len() != n) {
            let problem = "the rows do not have the columns of the file";
            return Err(InputError::new(problem, "give every column, in their order").into());
        }
        let mut start = 0;
        while start < n {
            let end = n.min(start + ROW_GROUP - self.pending.height());
            let named = self.columns.iter().zip(parts);
            let columns = named.map(|((name, _), part)| part.column(name, start, end));
            let rows = DataFrame::new(end - start, columns.collect()).map_err(frame_error)?;
            self.pending.vstack_mut_owned(rows).map_err(frame_error)?;
            if self.pending.height() == ROW_GROUP {
                self.flush()?;
            }
            start = end;
        }
        self.n_rows += n;
        Ok(())
    }

    /// Writes what is left and the end of the file; the number of rows in it.
    ///
    /// # Errors
    /// An output that cannot be written.
    pub fn finish(mut self) -> Result<usize> {
        self.flush()?;
        self.writer.finish().map_err(frame_error)?;
        Ok(self.n_rows)
    }

    fn flush(&mut self) -> Result<()> {
        if self.pending.height() == 0 {
            return Ok(());
        }
        let empty = self.pending.clear();
        let mut rows = std::mem::replace(&mut self.pending, empty);
        rows.rechunk_mut_par();
        self.writer.write_batch(&rows).map_err(frame_error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const COLUMNS: [(&str, ColumnKind); 4] = [
        ("symbol", ColumnKind::Text),
        ("session", ColumnKind::Date),
        ("n", ColumnKind::Whole),
        ("car", ColumnKind::Number),
    ];

    /// A file of `n` rows that came in parts of `size`.
    fn file(n: usize, size: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut sink = ParquetSink::new(&mut bytes, &COLUMNS).unwrap();
        for start in (0..n).step_by(size) {
            let rows = start..(start + size).min(n);
            let car = |i: usize| if i % 5 == 3 { f64::NAN } else { i as f64 / 7.0 };
            let parts = [
                ColumnPart::Text(rows.clone().map(|i| ["AA", "B"][i % 2]).collect()),
                ColumnPart::Date(rows.clone().map(|i| i as i32).collect()),
                ColumnPart::Whole(rows.clone().map(|i| i as u32).collect()),
                ColumnPart::Number(rows.map(car).collect()),
            ];
            sink.append(&parts).unwrap();
        }
        assert_eq!(sink.finish().unwrap(), n);
        bytes
    }

    #[test]
    fn the_bytes_do_not_depend_on_the_parts() {
        let n = 2 * ROW_GROUP + 77;
        let whole = file(n, n);
        for size in [999, ROW_GROUP, ROW_GROUP + 1] {
            assert!(file(n, size) == whole, "{size}");
        }
        let mut reader = ParquetReader::new(Cursor::new(&whole));
        assert_eq!(reader.get_metadata().unwrap().row_groups.len(), 3);
        let frame = reader.finish().unwrap();
        assert_eq!(frame.height(), n);
        let car = frame.column("car").unwrap().f64().unwrap().clone();
        assert_eq!((car.get(3), car.get(14)), (None, Some(2.0)));
        assert_eq!(frame.column("session").unwrap().dtype(), &DataType::Date);
    }

    #[test]
    fn other_columns_are_refused_and_no_rows_make_a_file() {
        let mut sink = ParquetSink::new(Vec::new(), &COLUMNS[2..]).unwrap();
        let (n, car) = (
            ColumnPart::Whole(vec![1]),
            ColumnPart::Number(vec![0.5, 0.5]),
        );
        assert!(sink.append(&[n.clone(), car.clone()]).is_err());
        assert!(sink.append(&[car, n]).is_err());
        let empty = file(0, 1);
        let frame = ParquetReader::new(Cursor::new(empty)).finish().unwrap();
        assert_eq!((frame.height(), frame.width()), (0, 4));
    }
}
