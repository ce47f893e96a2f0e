//! Files and folders of prices into a [`PriceFrame`].
//!
//! Text goes through `input::table` and a dialect, Parquet through polars; both end in the same
//! schema. Nothing is judged here: impossible figures are `quality`'s business.
//!
//! ```
//! use shockwave::prices::CLOSE;
//! use shockwave::prices::dialect::AdjustmentBasis;
//! use shockwave::prices::read::{ReadOptions, read_bytes, read_path};
//!
//! // Bytes, of a download say: the name tells the instrument, the header the source.
//! let csv = "Date,Close/Last,Volume,Open,High,Low\n\
//!            01/27/2025,$118.42,818830900,$124.80,$128.40,$116.70\n\
//!            01/24/2025,$142.62,234657600,$148.37,$148.97,$141.88\n";
//! let prices = read_bytes("NVDA.csv", csv.as_bytes(), &ReadOptions::default())?;
//! let file = &prices.provenance[0];
//! assert_eq!((file.dialect.as_str(), file.rows), ("nasdaq", 2));
//! assert_eq!(file.symbols[0].as_str(), "NVDA");
//! assert_eq!(file.adjustment_basis, AdjustmentBasis::Split);
//! assert_eq!(prices.figures(CLOSE)?, Some(vec![142.62, 118.42])); // ascending
//!
//! // What leaves two readings is asked for, not guessed.
//! let unclear = "date,close\n03/04/2025,115.99\n04/03/2025,101.80\n";
//! let error = read_bytes("NVDA.csv", unclear.as_bytes(), &ReadOptions::default());
//! assert!(error.unwrap_err().to_string().contains("--date-format"));
//!
//! // A file, or all files of a folder; those that cannot be read are named.
//! let market = read_path("data/sample/close.csv".as_ref(), &ReadOptions::default())?;
//! assert_eq!((market.symbol_runs()?.len(), market.failures.len()), (31, 0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::assemble::{Figures, RowSymbols, Rows, assemble};
use super::bars::sha256;
use super::dialect::{
    Header, Layout, Shape, recognise, recognise_multi_index, symbol_column, symbol_from_file_name,
    with_file_name,
};
use super::{FileFailure, PriceFrame, PriceKind, Provenance, SESSION, frame_error, parquet};
use crate::error::{Error, InputError, Result};
use crate::input::dates::{self, DateOrder};
use crate::input::numbers::{self, DecimalMark};
use crate::input::table::{Table, TableOptions};
use crate::input::text::decode;
use crate::instrument::Symbol;
use chrono::NaiveDate;
use polars::prelude::DataFrame;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// What a person states about the files beyond what they say themselves.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The order of day and month, where a file leaves it open.
    pub date_order: Option<DateOrder>,
    /// The decimal mark, where a file leaves it open.
    pub decimal: Option<DecimalMark>,
    /// The symbol of a file of one instrument.
    pub symbol: Option<Symbol>,
    /// Whether the figures are prices or returns.
    pub kind: PriceKind,
}

/// File name endings that a folder is searched for.
const EXTENSIONS: [&str; 5] = ["csv", "tsv", "txt", "parquet", "pq"];

/// Reads a file, or every price file of a folder.
///
/// In a folder, a file that cannot be read does not stop the others: it is named in
/// [`PriceFrame::failures`].
///
/// # Errors
/// A file that cannot be read; a folder without any file that can.
pub fn read_path(path: &Path, options: &ReadOptions) -> Result<PriceFrame> {
    if path.is_dir() {
        return read_folder(path, options);
    }
    let bytes = std::fs::read(path).map_err(|error| Error::io(path, &error))?;
    let name = path.file_name().map(|name| name.to_string_lossy());
    let shown = path.display().to_string();
    read_named(name.as_deref().unwrap_or(&shown), &shown, &bytes, options)
}

/// Reads the bytes of one file, named as its errors and provenance shall say.
///
/// # Errors
/// Bytes that are no price table, with the place of the fault and the cure.
pub fn read_bytes(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<PriceFrame> {
    read_named(name, name, bytes, options)
}

fn read_folder(folder: &Path, options: &ReadOptions) -> Result<PriceFrame> {
    let io = |error: std::io::Error| Error::io(folder, &error);
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        let hidden = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_file() && !hidden && extension.is_some_and(|e| EXTENSIONS.contains(&e.as_str()))
        {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(InputError::new(
            "the folder holds no price file",
            "put one CSV or Parquet file per symbol there",
        )
        .in_file(folder.display().to_string())
        .into());
    }
    if options.symbol.is_some() && files.len() > 1 {
        return Err(InputError::new(
            format!(
                "--symbol names one instrument, but the folder holds {} files",
                files.len()
            ),
            "leave --symbol out and name each file by its symbol",
        )
        .in_file(folder.display().to_string())
        .into());
    }
    let read: Vec<Result<PriceFrame>> = files
        .par_iter()
        .map(|file| read_path(file, options))
        .collect();
    let (mut frames, mut failures) = (Vec::new(), Vec::new());
    for (path, result) in files.iter().zip(read) {
        match result {
            Ok(frame) => frames.push(frame),
            Err(error) => failures.push(FileFailure {
                path: path.display().to_string(),
                error,
            }),
        }
    }
    if frames.is_empty() {
        return Err(failures.swap_remove(0).error);
    }
    let mut whole = PriceFrame::merge(frames)?;
    whole.failures = failures;
    Ok(whole)
}

fn read_named(name: &str, path: &str, bytes: &[u8], options: &ReadOptions) -> Result<PriceFrame> {
    let (df, symbols, layout) = if parquet::is_parquet(bytes) {
        parquet::read(name, path, bytes, options)?
    } else {
        read_text(name, path, bytes, options)?
    };
    let (first, last) = span(&df)?;
    let provenance = Provenance {
        name: name.to_owned(),
        path: path.to_owned(),
        dialect: layout.dialect.to_owned(),
        rows: df.height(),
        symbols,
        first,
        last,
        adjustment_basis: layout.basis,
        sha256: sha256(bytes),
    };
    Ok(PriceFrame {
        df,
        kind: options.kind,
        provenance: vec![provenance],
        failures: Vec::new(),
    })
}

fn read_text(
    name: &str,
    path: &str,
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<(DataFrame, Vec<Symbol>, Layout)> {
    let text = decode(bytes, path)?;
    let mut table = Table::read(text, path, TableOptions::default())?;
    let layout = with_file_name(text_layout(&mut table, options.kind)?, name);
    let layout = text_symbols(&table, layout, name, options)?;
    let single = single_symbol(name, path, &layout, options)?;
    let rows = text_rows(&table, &layout, options)?;
    let columns = figure_columns(&layout);
    let cells = (0..table.n_rows()).flat_map(|row| {
        let line = table.line(row);
        let table = &table;
        columns
            .iter()
            .map(move |&column| (line, table.cell(row, column)))
    });
    let format = numbers::infer(cells, table.delimiter, options.decimal)
        .map_err(|error| table.locate(error, &columns))?;
    let figures = |column: usize| -> Result<Figures> {
        (0..table.n_rows())
            .map(|row| {
                format.parse(table.cell(row, column)).map_err(|problem| {
                    let cure = "correct the cell, or leave it empty if there is no number";
                    table.cell_error(row, column, problem, cure).into()
                })
            })
            .collect()
    };
    let (df, symbols) = assemble(&layout, &rows, single.as_ref(), figures)
        .map_err(|error| with_file(error, path))?;
    Ok((df, symbols, layout))
}

fn text_layout(table: &mut Table<'_>, kind: PriceKind) -> Result<Layout> {
    if table.n_rows() > 2 {
        let line = |row: usize| -> Vec<&str> {
            (0..table.width())
                .map(|column| table.cell(row, column))
                .collect()
        };
        if let Some(layout) = recognise_multi_index(&table.header, &line(0), &line(1)) {
            table.skip_rows(2);
            return Ok(layout);
        }
    }
    let header = Header {
        names: &table.header,
        written: &table.header_written,
        delimiter: Some(table.delimiter),
    };
    recognise(header, kind)
        .map_err(|error| error.map_input(|input| table.header_error(input.problem, input.cure)))
}

/// The layout with the symbols that stand in a column of another name.
fn text_symbols(
    table: &Table<'_>,
    layout: Layout,
    name: &str,
    options: &ReadOptions,
) -> Result<Layout> {
    let cells = |column: usize| table.column(column).map(|(_, cell)| cell);
    let nameless = options.symbol.is_none() && symbol_from_file_name(name).is_none();
    let mut likely = symbol_column::likely(&table.header, &layout).into_iter();
    if let Some(column) = likely.find(|&c| symbol_column::are_symbols(cells(c), nameless)) {
        return Ok(symbol_column::long(layout, column));
    }
    if layout.shape == Shape::Single {
        let free = symbol_column::unused(table.width(), &layout);
        let dates: Vec<&str> = match free.is_empty() {
            true => return Ok(layout),
            false => cells(layout.date).collect(),
        };
        for column in free {
            let written = &table.header_written[column];
            let own: Vec<&str> = cells(column).collect();
            if let Some((problem, cure)) = symbol_column::unnamed(&dates, &own, written) {
                let fault = table.header_error(problem, cure);
                return Err(fault.in_column(written.clone()).into());
            }
        }
    }
    Ok(layout)
}

fn text_rows(table: &Table<'_>, layout: &Layout, options: &ReadOptions) -> Result<Rows> {
    let format = dates::infer(table.column(layout.date), options.date_order)
        .map_err(|error| table.locate(error, &[layout.date]))?;
    let mut days = Vec::with_capacity(table.n_rows());
    for row in 0..table.n_rows() {
        let Some(date) = format.parse(table.cell(row, layout.date)) else {
            let problem = format!("not a date of the form {}", format.describe());
            let cure = "give each row its date, or delete the row";
            return Err(table.cell_error(row, layout.date, problem, cure).into());
        };
        days.push(date.to_epoch_days());
    }
    let symbols = match layout.symbol {
        Some(column) => {
            let cells = table.column(column).map(|(_, cell)| cell);
            let symbols = RowSymbols::collect(cells, layout.dialect).map_err(|row| {
                let cure = "write a symbol of letters, digits and . - ^ = & :";
                table.cell_error(row, column, "not an instrument symbol", cure)
            })?;
            Some(symbols)
        }
        None => None,
    };
    Ok(Rows { days, symbols })
}

/// The symbol of a file whose table does not name any: stated, or taken from the file's name.
pub(super) fn single_symbol(
    name: &str,
    path: &str,
    layout: &Layout,
    options: &ReadOptions,
) -> Result<Option<Symbol>> {
    let several = layout.shape == Shape::Long || layout.series.len() > 1;
    let refuse =
        |problem: &str, cure: &str| Err(InputError::new(problem, cure).in_file(path).into());
    match (&options.symbol, layout.shape) {
        (Some(_), _) if several => refuse(
            "--symbol names one instrument, but the file names its own",
            "leave --symbol out",
        ),
        (Some(symbol), _) => Ok(Some(symbol.clone())),
        (None, Shape::Single) => match symbol_from_file_name(name) {
            Some(symbol) => Ok(Some(symbol)),
            None => refuse(
                "neither the table nor the file name says which instrument this is",
                "state --symbol NVDA, or name the file NVDA.csv",
            ),
        },
        (None, _) => Ok(None),
    }
}

/// The positions of all columns of figures.
fn figure_columns(layout: &Layout) -> Vec<usize> {
    let fields = layout.series.iter().flat_map(|series| series.fields);
    fields.flatten().collect()
}

/// Names the file in an error that does not name one yet.
pub(super) fn with_file(error: Error, path: &str) -> Error {
    error.map_input(|input| match input.file {
        None => input.in_file(path),
        Some(_) => input,
    })
}

/// The first and last session of a frame.
fn span(df: &DataFrame) -> Result<(Option<NaiveDate>, Option<NaiveDate>)> {
    let column = df.column(SESSION).map_err(frame_error)?;
    let days = column.date().map_err(frame_error)?.physical();
    let all = || days.iter().flatten();
    Ok((
        all().min().map(super::date_of),
        all().max().map(super::date_of),
    ))
}

#[cfg(test)]
mod tests;
