//! Columns of one file, text or Parquet, into the long frame.
//!
//! Sorts the rows, spreads wide tables and fills absent fields with nulls. Reading cells is left
//! to `read` and `parquet`.

use super::dialect::symbol_column::tidy_symbol;
use super::dialect::{Layout, SeriesColumns, Shape};
use super::{FIELDS, SESSION, SYMBOL, frame_error};
use crate::error::{InputError, Result};
use crate::instrument::Symbol;
use polars::prelude::*;
use std::collections::HashMap;

/// A column of figures; `None` is missing.
pub(super) type Figures = Vec<Option<f64>>;

/// The rows of a file: when, and for a long table of which instrument.
pub(super) struct Rows {
    /// Days since 1970-01-01.
    pub days: Vec<i32>,
    /// The symbol of each row of a long table.
    pub symbols: Option<RowSymbols>,
}

/// The symbols of a long table: each once, and which one each row has.
#[derive(Default)]
pub(super) struct RowSymbols {
    names: Vec<Symbol>,
    row_name: Vec<usize>,
}

impl RowSymbols {
    /// Collects the symbols of a column.
    ///
    /// # Errors
    /// The row of a cell that is no symbol.
    pub fn collect<'a>(
        cells: impl Iterator<Item = &'a str>,
        dialect: &str,
    ) -> std::result::Result<Self, usize> {
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut out = Self::default();
        for (row, cell) in cells.enumerate() {
            let at = match known.get(cell) {
                Some(at) => *at,
                None => {
                    let symbol = Symbol::new(tidy_symbol(dialect, cell)).map_err(|_| row)?;
                    // Two spellings of one symbol, such as NVDA and NVDA.US, are one.
                    let at = match out.names.iter().position(|name| *name == symbol) {
                        Some(at) => at,
                        None => {
                            out.names.push(symbol);
                            out.names.len() - 1
                        }
                    };
                    known.insert(cell, at);
                    at
                }
            };
            out.row_name.push(at);
        }
        Ok(out)
    }

    /// The position of each name in the order of the names: numbers sort faster than text.
    fn ranks(&self) -> Vec<usize> {
        let mut sorted: Vec<usize> = (0..self.names.len()).collect();
        sorted.sort_by_key(|&name| &self.names[name]);
        let mut ranks = vec![0; sorted.len()];
        for (rank, name) in sorted.into_iter().enumerate() {
            ranks[name] = rank;
        }
        ranks
    }
}

/// Builds the frame, sorted by symbol and session, and lists its symbols.
///
/// `figures` reads one column of the file. `single` is the symbol of a file of one instrument.
pub(super) fn assemble(
    layout: &Layout,
    rows: &Rows,
    single: Option<&Symbol>,
    mut figures: impl FnMut(usize) -> Result<Figures>,
) -> Result<(DataFrame, Vec<Symbol>)> {
    let order = row_order(rows);
    refuse_intraday(rows, &order)?;
    let mut series: Vec<(&Symbol, &SeriesColumns)> = layout
        .series
        .iter()
        .filter_map(|s| Some((single.or(s.symbol.as_ref())?, s)))
        .collect();
    series.sort_by_key(|(symbol, _)| *symbol);
    let mut out = Builder::default();
    if let Some(symbols) = &rows.symbols {
        let columns = read_fields(&layout.series[0], &mut figures)?;
        for &row in &order {
            out.push(rows.days[row], &symbols.names[symbols.row_name[row]]);
        }
        out.extend(&columns, &order);
        let mut names = symbols.names.clone();
        names.sort();
        return Ok((out.finish()?, names));
    }
    let names = series.iter().map(|(symbol, _)| (*symbol).clone()).collect();
    for (symbol, columns) in series {
        let columns = read_fields(columns, &mut figures)?;
        let given = |row: &usize| columns.iter().flatten().any(|c| c[*row].is_some());
        // Empty cells of a wide table only pad it; those of a single table are its own rows.
        let kept: Vec<usize> = match layout.shape {
            Shape::Wide => order.iter().copied().filter(given).collect(),
            Shape::Long | Shape::Single => order.clone(),
        };
        for &row in &kept {
            out.push(rows.days[row], symbol);
        }
        out.extend(&columns, &kept);
    }
    Ok((out.finish()?, names))
}

fn read_fields(
    series: &SeriesColumns,
    figures: &mut impl FnMut(usize) -> Result<Figures>,
) -> Result<[Option<Figures>; 6]> {
    let mut columns: [Option<Figures>; 6] = Default::default();
    for (column, at) in columns.iter_mut().zip(series.fields) {
        if let Some(at) = at {
            *column = Some(figures(at)?);
        }
    }
    Ok(columns)
}

/// The order of the rows by symbol and day; rows of the same day stay as they stand.
fn row_order(rows: &Rows) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.days.len()).collect();
    match &rows.symbols {
        Some(symbols) => {
            let ranks = symbols.ranks();
            order.sort_by_key(|&row| (ranks[symbols.row_name[row]], rows.days[row]));
        }
        None => order.sort_by_key(|&row| rows.days[row]),
    }
    order
}

/// Several rows per day are no daily prices; taking any of them would be a guess.
fn refuse_intraday(rows: &Rows, order: &[usize]) -> Result<()> {
    let key = |row: usize| {
        let symbol = rows.symbols.as_ref().map(|s| s.row_name[row]);
        (symbol, rows.days[row])
    };
    let repeated = order
        .windows(2)
        .filter(|pair| key(pair[0]) == key(pair[1]))
        .count();
    if order.len() >= 20 && repeated * 3 > order.len() {
        return Err(InputError::new(
            format!(
                "{repeated} of {} rows repeat a day: these look like intraday bars",
                order.len()
            ),
            "give one row per session and instrument, with its close",
        )
        .into());
    }
    Ok(())
}

#[derive(Default)]
struct Builder<'a> {
    days: Vec<i32>,
    symbols: Vec<&'a str>,
    fields: [Figures; 6],
}

impl<'a> Builder<'a> {
    fn push(&mut self, day: i32, symbol: &'a Symbol) {
        self.days.push(day);
        self.symbols.push(symbol.as_str());
    }

    /// Appends the figures of `rows`; a field that the file does not have stays short and is
    /// filled with nulls where a later series has it, or at the end.
    fn extend(&mut self, columns: &[Option<Figures>; 6], rows: &[usize]) {
        let before = self.days.len() - rows.len();
        for (field, column) in self.fields.iter_mut().zip(columns) {
            if let Some(column) = column {
                field.resize(before, None);
                field.extend(rows.iter().map(|&row| column[row]));
            }
        }
    }

    fn finish(self) -> Result<DataFrame> {
        let height = self.days.len();
        let days = Int32Chunked::from_vec(SESSION.into(), self.days).into_date();
        let mut columns = vec![days.into_column(), Column::new(SYMBOL.into(), self.symbols)];
        for (name, mut field) in FIELDS.iter().zip(self.fields) {
            columns.push(if field.is_empty() {
                Column::full_null((*name).into(), height, &DataType::Float64)
            } else {
                field.resize(height, None);
                Column::new((*name).into(), field)
            });
        }
        DataFrame::new(height, columns).map_err(frame_error)
    }
}
