//! The stored form of prices and factors: Parquet bytes of exactly our schema, and back.
//!
//! The same figures give the same bytes. Nothing is guessed on the way back: a file of another
//! schema is refused. What the bytes are worth (their sum, where they come from) is `store`'s.

use super::{FIELDS, PriceFrame, PriceKind, Provenance, SESSION, SYMBOL, frame_error, parquet};
use crate::error::{InputError, Result};
use crate::input::factors::{FactorFrame, FactorUnit};
use crate::instrument::Symbol;
use chrono::NaiveDate;
use polars::prelude::*;

/// Parts of a frame, and the frame as bytes.
///
/// ```
/// use shockwave::prices::{PriceFrame, sample::sample_frame};
///
/// let nvda = sample_frame()?.only(|symbol| symbol.as_str() == "NVDA")?;
/// let known = nvda.until("2025-01-27".parse()?)?; // what was known that evening
/// assert_eq!((nvda.df.height(), known.df.height()), (1_096, 769));
///
/// let bytes = known.to_parquet()?;
/// let back = PriceFrame::from_parquet(&bytes, known.provenance[0].clone())?;
/// assert!(back.df.equals_missing(&known.df));
///
/// let dated = known.to_dated_parquet()?; // for other programs: `date` first, no symbol
/// assert!(dated.starts_with(b"PAR1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl PriceFrame {
    /// The frame as a Parquet file.
    ///
    /// # Errors
    /// A frame that polars cannot write.
    pub fn to_parquet(&self) -> Result<Vec<u8>> {
        write(self.df.clone())
    }

    /// A frame of one instrument as a Parquet file for other programs: the date, then the figures.
    ///
    /// # Errors
    /// A frame that polars cannot write.
    pub fn to_dated_parquet(&self) -> Result<Vec<u8>> {
        let mut df = self.df.drop(SYMBOL).map_err(frame_error)?;
        df.rename(SESSION, "date".into()).map_err(frame_error)?;
        write(df)
    }

    /// The rows of some instruments; provenance stays that of the files.
    ///
    /// # Errors
    /// A frame without the schema's columns, which a caller built by hand.
    pub fn only(&self, keep: impl Fn(&Symbol) -> bool) -> Result<PriceFrame> {
        let mut df = self.df.clear();
        for (symbol, rows) in self.symbol_runs()? {
            if keep(&symbol) {
                let part = self.df.slice(rows.start as i64, rows.len());
                df.vstack_mut_owned(part).map_err(frame_error)?;
            }
        }
        Ok(PriceFrame { df, ..self.clone() })
    }

    /// The rows up to a session: what was known when it had ended.
    ///
    /// # Errors
    /// A frame without the schema's columns, which a caller built by hand.
    pub fn until(&self, last: NaiveDate) -> Result<PriceFrame> {
        let keep: BooleanChunked = self.row_sessions()?.iter().map(|on| *on <= last).collect();
        let df = self.df.filter(&keep).map_err(frame_error)?;
        let mut provenance = self.provenance.clone();
        for file in &mut provenance {
            file.last = file.last.map(|of_file| of_file.min(last));
        }
        Ok(PriceFrame {
            df,
            provenance,
            ..self.clone()
        })
    }

    /// Reads back what [`to_parquet`](Self::to_parquet) wrote.
    ///
    /// # Errors
    /// Bytes that are no such file. A damaged file can end the program inside the decoder: the
    /// caller compares its sum first.
    pub fn from_parquet(bytes: &[u8], provenance: Provenance) -> Result<PriceFrame> {
        let df = parquet::read_frame(bytes)?;
        let mut wanted = vec![(SESSION, DataType::Date), (SYMBOL, DataType::String)];
        wanted.extend(FIELDS.map(|name| (name, DataType::Float64)));
        let schema = df.schema();
        let found = schema
            .iter()
            .map(|(name, kind)| (name.as_str(), kind.clone()));
        if !found.eq(wanted) {
            return Err(other_schema("prices"));
        }
        Ok(PriceFrame {
            df,
            kind: PriceKind::Prices,
            provenance: vec![provenance],
            failures: Vec::new(),
        })
    }
}

/// Factors as bytes.
///
/// ```
/// use shockwave::input::factors::{FactorFrame, FactorOptions, read_factors};
///
/// let file = "date,mkt_rf,rf\n2025-01-24,-0.29,0.02\n2025-01-27,-1.60,0.02\n";
/// let factors = read_factors(file.as_bytes(), "factors.csv", &FactorOptions::default())?;
/// let bytes = factors.to_parquet()?;
/// let back = FactorFrame::from_parquet(&bytes, factors.unit, &factors.unit_note)?;
/// assert_eq!(back, factors);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl FactorFrame {
    /// The factors as a Parquet file: the session, then one column per factor, as fractions.
    ///
    /// # Errors
    /// Columns of different lengths, or two of the same name.
    pub fn to_parquet(&self) -> Result<Vec<u8>> {
        let mut parts = vec![session_column(&self.sessions)];
        let columns = self.names.iter().zip(&self.columns);
        parts.extend(columns.map(|(name, figures)| figure_column(name, figures)));
        write(DataFrame::new(self.sessions.len(), parts).map_err(frame_error)?)
    }

    /// Reads back what [`to_parquet`](Self::to_parquet) wrote; the unit is that of the file that
    /// the factors once came from.
    ///
    /// # Errors
    /// Bytes that are no such file; see [`PriceFrame::from_parquet`].
    pub fn from_parquet(bytes: &[u8], unit: FactorUnit, unit_note: &str) -> Result<FactorFrame> {
        let df = parquet::read_frame(bytes)?;
        let [session, factors @ ..] = df.columns() else {
            return Err(other_schema("factors"));
        };
        let figures = factors.iter().all(|c| *c.dtype() == DataType::Float64);
        if session.name() != SESSION || *session.dtype() != DataType::Date || !figures {
            return Err(other_schema("factors"));
        }
        let days = session.date().map_err(frame_error)?.physical();
        let column = |column: &Column| -> Result<Vec<f64>> {
            let figures = column.f64().map_err(frame_error)?;
            Ok(figures.iter().map(|v| v.unwrap_or(f64::NAN)).collect())
        };
        Ok(FactorFrame {
            sessions: days.iter().flatten().map(super::date_of).collect(),
            names: factors.iter().map(|c| c.name().to_string()).collect(),
            columns: factors.iter().map(column).collect::<Result<_>>()?,
            unit,
            unit_note: unit_note.to_owned(),
        })
    }
}

fn session_column(sessions: &[NaiveDate]) -> Column {
    let days = sessions.iter().map(NaiveDate::to_epoch_days).collect();
    Int32Chunked::from_vec(SESSION.into(), days)
        .into_date()
        .into_column()
}

fn figure_column(name: &str, figures: &[f64]) -> Column {
    let figures: Vec<Option<f64>> = figures
        .iter()
        .map(|v| Some(*v).filter(|v| !v.is_nan()))
        .collect();
    Column::new(name.into(), figures)
}

fn write(mut df: DataFrame) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let rows = df.height().max(1);
    // One row group, written by one thread: the bytes depend on the figures alone.
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .with_row_group_size(Some(rows))
        .set_parallel(false)
        .finish(&mut df)
        .map_err(frame_error)?;
    Ok(bytes)
}

fn other_schema(what: &str) -> crate::error::Error {
    InputError::new(
        format!("the file does not have the columns of stored {what}"),
        "fetch the figures again",
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::bars::Bar;
    use crate::prices::dialect::AdjustmentBasis;

    fn provenance() -> Provenance {
        Provenance {
            name: "NVDA".into(),
            path: "test".into(),
            dialect: "test".into(),
            rows: 0,
            symbols: Vec::new(),
            first: None,
            last: None,
            adjustment_basis: AdjustmentBasis::Split,
            sha256: String::new(),
        }
    }

    fn sessions() -> Vec<NaiveDate> {
        let sessions = ["2025-01-24", "2025-01-27", "2025-01-28"];
        sessions.map(|s| s.parse().unwrap()).to_vec()
    }

    /// Without adjusted closes, and one volume short.
    fn bars() -> Vec<Bar> {
        let figure = |row: usize, field: usize| match (row, field) {
            (_, 4) | (1, 5) => None,
            _ => Some(0.1 + field as f64 + 7.0 * row as f64),
        };
        let bar = |(row, session)| Bar {
            session,
            figures: std::array::from_fn(|field| figure(row, field)),
        };
        sessions().into_iter().enumerate().map(bar).collect()
    }

    #[test]
    fn prices_come_back_as_they_went_in_and_the_bytes_are_always_the_same() {
        let symbol = Symbol::new("BRK-B").unwrap();
        let frame = PriceFrame::from_bars(&symbol, &bars(), provenance()).unwrap();
        let bytes = frame.to_parquet().unwrap();
        assert_eq!(bytes, frame.to_parquet().unwrap());
        let back = PriceFrame::from_parquet(&bytes, provenance()).unwrap();
        assert!(back.df.equals_missing(&frame.df));
        assert_eq!(back.to_parquet().unwrap(), bytes);
        assert_eq!(back.bars(&symbol).unwrap(), bars());
    }

    #[test]
    fn factors_come_back_and_are_no_prices() {
        let frame = FactorFrame {
            sessions: sessions(),
            names: vec!["Mkt-RF".into(), "RF".into()],
            columns: vec![vec![0.01, -0.02, 0.0], vec![1e-4, 1e-4, 1e-4]],
            unit: FactorUnit::Percent,
            unit_note: "percent".into(),
        };
        let bytes = frame.to_parquet().unwrap();
        let back = FactorFrame::from_parquet(&bytes, FactorUnit::Percent, "percent").unwrap();
        assert_eq!(back, frame);
        assert!(PriceFrame::from_parquet(&bytes, provenance()).is_err());
    }
}
