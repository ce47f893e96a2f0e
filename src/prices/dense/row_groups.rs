//! A Parquet file in parts of whole row groups.

use crate::error::{Error, InputError, Result};
use crate::prices::parquet::{days_of, guarded};
use polars::prelude::*;
use std::fs::File;
use std::path::Path;

/// Rows that are decoded at a time, where the row groups of a file are smaller.
const ROWS: usize = 1 << 20;

/// A Parquet file that is read in parts.
pub(super) struct RowGroups {
    file: File,
    metadata: FileMetadataRef,
    pub names: Vec<String>,
    /// First row and rows of each part: whole row groups.
    pub parts: Vec<(usize, usize)>,
}

impl RowGroups {
    pub fn open(file: File, path: &Path) -> Result<Self> {
        let again = file.try_clone().map_err(|error| Error::io(path, &error))?;
        let (metadata, names) = guarded(|| {
            let mut reader = ParquetReader::new(again);
            let names = reader
                .schema()?
                .iter_names()
                .map(|n| n.to_string())
                .collect();
            Ok((reader.get_metadata()?.clone(), names))
        })?;
        let mut parts: Vec<(usize, usize)> = Vec::new();
        let mut start = 0;
        for group in &metadata.row_groups {
            let rows = group.num_rows();
            match parts.last_mut() {
                Some((_, own)) if *own + rows <= ROWS => *own += rows,
                _ => parts.push((start, rows)),
            }
            start += rows;
        }
        Ok(Self {
            file,
            metadata,
            names,
            parts,
        })
    }

    pub fn n_rows(&self) -> usize {
        self.parts.iter().map(|(_, rows)| rows).sum()
    }

    /// Some columns of a part, in the order asked.
    pub fn read(&self, part: (usize, usize), columns: &[usize]) -> Result<DataFrame> {
        let names = columns.iter().map(|&c| self.names[c].clone());
        let names: Vec<String> = names.collect();
        guarded(|| {
            let mut reader = ParquetReader::new(self.file.try_clone()?);
            reader.set_metadata(self.metadata.clone());
            let reader = reader
                .with_slice(Some(part))
                .with_columns(Some(names.clone()));
            reader.finish()?.select(&names)
        })
    }

    /// Whether date, symbol and price are of types that are read in parts.
    pub fn suits(&self, columns: &[usize]) -> Result<bool> {
        let Some(&(first, _)) = self.parts.first() else {
            return Ok(false);
        };
        let row = self.read((first, 1), columns)?;
        Ok(match row.columns() {
            [date, symbol, price] => {
                days_of(date).is_some()
                    && symbol.dtype() == &DataType::String
                    && price.dtype().is_primitive_numeric()
            }
            _ => false,
        })
    }

    pub fn days(&self, frame: &DataFrame) -> Result<Vec<i32>> {
        let date = frame.columns().first().and_then(days_of);
        date.ok_or_else(|| {
            let cure = "write the column as dates or timestamps without a zone, none missing";
            InputError::new("a row holds no date", cure).into()
        })
    }
}
