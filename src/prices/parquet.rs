//! Parquet files: typed columns under the same names as text.
//!
//! Takes the dates and figures that data-frame libraries write: dates, timestamps with and
//! without a zone, text, whole numbers; the frame itself is made in `assemble`.

use super::assemble::{Figures, RowSymbols, Rows, assemble};
use super::dialect::{Header, Layout, recognise, symbol_column, symbol_from_file_name};
use super::frame_error;
use super::read::{ReadOptions, single_symbol, with_file};
use crate::error::{Error, InputError, Result};
use crate::input::dates::{self, DateFormat};
use crate::input::numbers::{self, DecimalMark};
use crate::input::table::{Delimiter, fold};
use crate::instrument::Symbol;
use chrono::{DateTime, NaiveDate};
use polars::prelude::*;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// True for the bytes of a Parquet file.
pub(super) fn is_parquet(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PAR1")
}

/// Reads a Parquet file into the long frame.
pub(super) fn read(
    name: &str,
    path: &str,
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<(DataFrame, Vec<Symbol>, Layout)> {
    let raw = read_frame(bytes).map_err(|error| with_file(error, path))?;
    let written: Vec<String> = raw
        .get_column_names()
        .iter()
        .map(|n| n.to_string())
        .collect();
    let names: Vec<String> = written.iter().map(|name| fold(name)).collect();
    let header = Header {
        names: &names,
        written: &written,
        delimiter: None,
    };
    let layout = recognise(header, options.kind).map_err(|error| with_file(error, path))?;
    let columns = raw.columns();
    let layout = with_symbols(columns, &names, layout, name, options);
    let single = single_symbol(name, path, &layout, options)?;
    let at = |column: usize| {
        let name = written[column].clone();
        move |error: Error| error.map_input(|input| input.in_file(path).in_column(name))
    };
    let days = days(&columns[layout.date], options).map_err(at(layout.date))?;
    let symbols = match layout.symbol {
        Some(column) => Some(symbols(&columns[column], &layout).map_err(at(column))?),
        None => None,
    };
    let figures = |column: usize| figures(&columns[column], options.decimal).map_err(at(column));
    let rows = Rows { days, symbols };
    let (df, names) = assemble(&layout, &rows, single.as_ref(), figures)
        .map_err(|error| with_file(error, path))?;
    Ok((df, names, layout))
}

/// The layout with the symbols that stand in a column of another name.
fn with_symbols(
    columns: &[Column],
    names: &[String],
    layout: Layout,
    file: &str,
    options: &ReadOptions,
) -> Layout {
    let nameless = options.symbol.is_none() && symbol_from_file_name(file).is_none();
    let holds_symbols = |column: &usize| {
        let text = columns[*column].cast(&DataType::String);
        text.is_ok_and(|text| {
            let cells = text.str().map(|cells| {
                let cells = cells.iter().map(|cell| cell.unwrap_or(""));
                symbol_column::are_symbols(cells, nameless)
            });
            cells.unwrap_or(false)
        })
    };
    let mut likely = symbol_column::likely(names, &layout).into_iter();
    match likely.find(holds_symbols) {
        Some(column) => symbol_column::long(layout, column),
        None => layout,
    }
}

/// Decodes the file.
pub(super) fn read_frame(bytes: &[u8]) -> Result<DataFrame> {
    let frame = guarded(|| ParquetReader::new(Cursor::new(bytes)).finish())?;
    if frame.height() == 0 {
        return Err(fault("the file has no rows", "give at least one row"));
    }
    Ok(frame)
}

/// Decodes; a damaged file can make the decoder panic, which must not end the program.
pub(super) fn guarded<T>(decode: impl FnOnce() -> PolarsResult<T>) -> Result<T> {
    let damaged = |problem: &str| {
        let problem = format!("the Parquet file cannot be decoded: {problem}");
        fault(problem, "write it again, or give CSV")
    };
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(Ok(decoded)) => Ok(decoded),
        Ok(Err(error)) => Err(damaged(&error.to_string())),
        Err(_) => Err(damaged("it is damaged")),
    }
}

/// A column of dates, or of timestamps without a zone, as days since 1970-01-01; `None` for other
/// types, and where one is missing.
pub(super) fn days_of(column: &Column) -> Option<Vec<i32>> {
    const SECONDS: i64 = 86_400;
    let per_day = match column.dtype() {
        DataType::Date => {
            let days = column.date().ok()?.physical();
            return days.iter().collect();
        }
        DataType::Datetime(TimeUnit::Milliseconds, None) => SECONDS * 1_000,
        DataType::Datetime(TimeUnit::Microseconds, None) => SECONDS * 1_000_000,
        DataType::Datetime(TimeUnit::Nanoseconds, None) => SECONDS * 1_000_000_000,
        _ => return None,
    };
    let physical = column.to_physical_repr();
    let stamps = physical.i64().ok()?.iter();
    stamps
        .map(|stamp| i32::try_from(stamp?.div_euclid(per_day)).ok())
        .collect()
}

/// The dates of a column, as days since 1970-01-01.
fn days(column: &Column, options: &ReadOptions) -> Result<Vec<i32>> {
    const CURE: &str =
        "write the column as dates, timestamps, text YYYY-MM-DD or whole numbers YYYYMMDD";
    let unsupported = || {
        let problem = format!("a date column of type {} is not read", column.dtype());
        fault(problem, CURE)
    };
    if let Some(days) = days_of(column) {
        return Ok(days);
    }
    let dates: Vec<Option<NaiveDate>> = match column.dtype() {
        // One is missing: which, the end of this function says.
        DataType::Date => {
            let days = column.date().map_err(|_| unsupported())?.physical();
            days.iter().map(|day| day.map(super::date_of)).collect()
        }
        DataType::Datetime(unit, zone) => {
            let zone = zone.as_ref().map(|zone| zone.as_str());
            timestamps(column, *unit, zone).ok_or_else(unsupported)?
        }
        DataType::String => {
            let text = column.str().map_err(|_| unsupported())?;
            let format =
                dates::infer(cells(text).into_iter(), options.date_order).map_err(row_for_line)?;
            text.iter().map(|cell| format.parse(cell?)).collect()
        }
        kind if kind.is_integer() => {
            let numbers = column.cast(&DataType::Int64).map_err(|_| unsupported())?;
            let numbers = numbers.i64().map_err(|_| unsupported())?;
            let parse = |n: i64| DateFormat::Compact.parse(&n.to_string());
            numbers.iter().map(|n| parse(n?)).collect()
        }
        _ => return Err(unsupported()),
    };
    let day_of = |(row, date): (usize, Option<NaiveDate>)| match date {
        Some(date) => Ok(date.to_epoch_days()),
        None => Err(fault(format!("row {} holds no date", row + 1), CURE)),
    };
    dates.into_iter().enumerate().map(day_of).collect()
}

/// Timestamps as the dates that their own zone shows, so that midnight in New York keeps its day.
fn timestamps(
    column: &Column,
    unit: TimeUnit,
    zone: Option<&str>,
) -> Option<Vec<Option<NaiveDate>>> {
    let zone = zone.map_or(Some(chrono_tz::UTC), |name| name.parse().ok())?;
    let date = |stamp: i64| {
        let instant = match unit {
            TimeUnit::Milliseconds => DateTime::from_timestamp_millis(stamp)?,
            TimeUnit::Microseconds => DateTime::from_timestamp_micros(stamp)?,
            TimeUnit::Nanoseconds => DateTime::from_timestamp_nanos(stamp),
        };
        Some(instant.with_timezone(&zone).date_naive())
    };
    let physical = column.to_physical_repr();
    let stamps = physical.i64().ok()?;
    Some(stamps.iter().map(|stamp| date(stamp?)).collect())
}

fn symbols(column: &Column, layout: &Layout) -> Result<RowSymbols> {
    let wrong_type = |_| {
        let problem = format!("a symbol column of type {} is not read", column.dtype());
        fault(problem, "write the symbols as text")
    };
    let text = column.cast(&DataType::String).map_err(wrong_type)?;
    let text = text.str().map_err(wrong_type)?;
    let cells = text.iter().map(|cell| cell.unwrap_or(""));
    RowSymbols::collect(cells, layout.dialect).map_err(|row| {
        fault(
            format!("row {} holds no instrument symbol", row + 1),
            "write a symbol of letters, digits and . - ^ = & :",
        )
    })
}

fn figures(column: &Column, decimal: Option<DecimalMark>) -> Result<Figures> {
    if let Ok(text) = column.str() {
        return figures_from_text(text, decimal);
    }
    let kind = column.dtype();
    if !(kind.is_primitive_numeric() || *kind == DataType::Null) {
        let problem = format!("a column of type {kind} holds no figures");
        return Err(fault(problem, "write it as 64-bit floats"));
    }
    let floats = column.cast(&DataType::Float64).map_err(frame_error)?;
    let floats = floats.f64().map_err(frame_error)?;
    let check = |(row, figure): (usize, Option<f64>)| match figure {
        Some(figure) if figure.is_infinite() => Err(fault(
            format!("row {} is not a finite number", row + 1),
            "correct it, or leave it empty if there is no number",
        )),
        // Data-frame libraries write a missing float as NaN.
        figure => Ok(figure.filter(|f| !f.is_nan())),
    };
    floats.iter().enumerate().map(check).collect()
}

fn figures_from_text(text: &StringChunked, decimal: Option<DecimalMark>) -> Result<Figures> {
    let cells = cells(text);
    let format = numbers::infer(cells.iter().copied(), Delimiter::Byte(b','), decimal)
        .map_err(row_for_line)?;
    let parse = |(row, cell): (usize, &str)| {
        format.parse(cell).map_err(|problem| {
            fault(
                format!("row {row}, `{cell}`: {problem}"),
                "correct the cell",
            )
        })
    };
    cells.into_iter().map(parse).collect()
}

/// A text column's cells with their row numbers, counted from 1.
fn cells(text: &StringChunked) -> Vec<(usize, &str)> {
    (1..)
        .zip(text.iter().map(|cell| cell.unwrap_or("")))
        .collect()
}

/// Parquet has rows, not lines.
fn row_for_line(error: Error) -> Error {
    error.map_input(|mut input| {
        if let Some(row) = input.line.take() {
            input.problem = format!("row {row}: {}", input.problem);
        }
        input
    })
}

fn fault(problem: impl Into<String>, cure: &str) -> Error {
    InputError::new(problem, cure).into()
}
