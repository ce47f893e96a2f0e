//! Plain columns as a Parquet file: the way out, as `parquet` is the way in.
//!
//! What the columns mean is the caller's business. Dates become Date, numbers Float64, whole
//! numbers Int64, truth values Boolean; missing is null.

use super::frame_error;
use crate::error::{Error, InputError, Result};
use chrono::NaiveDate;
use polars::prelude::*;

/// The values of one column, borrowed.
#[derive(Debug, Clone, Copy)]
pub enum PlainColumn<'a> {
    /// Texts; an empty one is missing.
    Text(&'a [String]),
    /// Numbers.
    Number(&'a [Option<f64>]),
    /// Whole numbers.
    Count(&'a [Option<i64>]),
    /// Dates.
    Date(&'a [Option<NaiveDate>]),
    /// Truth values.
    Flag(&'a [bool]),
}

/// Writes named columns of the same length, `n_rows`, as Parquet.
///
/// # Errors
/// Columns of different lengths, or two of one name.
pub fn to_parquet(n_rows: usize, columns: &[(&str, PlainColumn)]) -> Result<Vec<u8>> {
    let columns = columns.iter().map(|(name, values)| column(name, *values));
    let mut frame = DataFrame::new(n_rows, columns.collect()).map_err(frame_error)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .finish(&mut frame)
        .map_err(|e| {
            let problem = format!("the table cannot be written as Parquet: {e}");
            Error::from(InputError::new(problem, "choose csv or json"))
        })?;
    Ok(bytes)
}

fn column(name: &str, values: PlainColumn) -> Column {
    let name: PlSmallStr = name.into();
    match values {
        PlainColumn::Text(values) => {
            let given = |text: &String| (!text.is_empty()).then(|| text.clone());
            Column::new(name, values.iter().map(given).collect::<Vec<_>>())
        }
        PlainColumn::Number(values) => Column::new(name, values.to_vec()),
        PlainColumn::Count(values) => Column::new(name, values.to_vec()),
        PlainColumn::Date(values) => {
            let days = values.iter().map(|d| d.map(|d| d.to_epoch_days()));
            let days: Int32Chunked = days.collect();
            days.with_name(name).into_date().into_column()
        }
        PlainColumn::Flag(values) => Column::new(name, values.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn types_and_gaps_survive() {
        let day = NaiveDate::from_ymd_opt(2025, 1, 27);
        let texts = ["a".to_owned(), String::new()];
        let columns = [
            ("text", PlainColumn::Text(&texts)),
            ("number", PlainColumn::Number(&[Some(-0.1), None])),
            ("count", PlainColumn::Count(&[None, Some(-3)])),
            ("date", PlainColumn::Date(&[day, None])),
            ("flag", PlainColumn::Flag(&[true, false])),
        ];
        let bytes = to_parquet(2, &columns).unwrap();
        assert_eq!(bytes, to_parquet(2, &columns).unwrap());
        let frame = ParquetReader::new(Cursor::new(bytes)).finish().unwrap();
        let types: Vec<DataType> = frame.columns().iter().map(|c| c.dtype().clone()).collect();
        let expected = [
            DataType::String,
            DataType::Float64,
            DataType::Int64,
            DataType::Date,
            DataType::Boolean,
        ];
        assert_eq!(types, expected);
        let nulls: Vec<usize> = frame.columns().iter().map(Column::null_count).collect();
        assert_eq!(nulls, [1, 1, 1, 1, 0]);
        let number = frame.column("number").unwrap().f64().unwrap().get(0);
        assert_eq!(number, Some(-0.1));
        let empty = to_parquet(0, &[("number", PlainColumn::Number(&[]))]).unwrap();
        assert!(empty.starts_with(b"PAR1"));
        assert!(to_parquet(2, &[("number", PlainColumn::Number(&[]))]).is_err());
    }
}
