//! Prices and factors as one plain table, so that both are compared and merged alike.

use super::Kind;
use super::manifest::Manifest;
use crate::error::{Error, InputError, Result};
use crate::input::factors::{FactorFrame, FactorUnit};
use crate::instrument::Symbol;
use crate::prices::bars::Bar;
use crate::prices::dialect::AdjustmentBasis;
use crate::prices::{FIELDS, PriceFrame, PriceKind, Provenance};
use crate::source::Figures;
use chrono::NaiveDate;

/// Ascending sessions, each once, and one column per name; NaN is missing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    pub kind: Kind,
    pub sessions: Vec<NaiveDate>,
    pub names: Vec<String>,
    pub columns: Vec<Vec<f64>>,
    /// Of factors.
    pub unit: Option<(FactorUnit, String)>,
}

impl Table {
    /// The table of delivered figures, sorted; rows without any figure are left out, for they
    /// are missing sessions.
    ///
    /// # Errors
    /// Returns in place of prices, rows of several symbols, two different rows of one session,
    /// or no row at all.
    pub fn of(figures: Figures) -> Result<Self> {
        let table = match figures {
            Figures::Prices(frame) => prices(&frame)?,
            Figures::Factors(frame) => Self {
                kind: Kind::Factors,
                sessions: frame.sessions,
                names: frame.names,
                columns: frame.columns,
                unit: Some((frame.unit, frame.unit_note)),
            },
        };
        let table = table.sorted()?;
        if table.sessions.is_empty() {
            return Err(InputError::new(
                "the delivery holds no figures",
                "ask for a span in which the symbol traded",
            )
            .into());
        }
        Ok(table)
    }

    /// Reads a data file whose sum has been compared.
    pub fn from_parquet(bytes: &[u8], manifest: &Manifest) -> Result<Self> {
        match manifest.kind {
            Kind::Prices => prices(&PriceFrame::from_parquet(bytes, provenance(manifest))?),
            Kind::Factors => {
                let (unit, note) = factor_unit(manifest);
                let frame = FactorFrame::from_parquet(bytes, unit, &note)?;
                Ok(Self {
                    kind: Kind::Factors,
                    sessions: frame.sessions,
                    names: frame.names,
                    columns: frame.columns,
                    unit: Some((unit, note)),
                })
            }
        }
    }

    /// The data file's bytes.
    pub fn to_parquet(&self, symbol: &Symbol) -> Result<Vec<u8>> {
        if self.kind == Kind::Prices {
            return PriceFrame::from_bars(symbol, &self.bars(), no_provenance())?.to_parquet();
        }
        let (unit, unit_note) = self.unit.clone().unwrap_or(UNIT_UNKNOWN);
        FactorFrame {
            sessions: self.sessions.clone(),
            names: self.names.clone(),
            columns: self.columns.clone(),
            unit,
            unit_note,
        }
        .to_parquet()
    }

    /// The rows of prices.
    fn bars(&self) -> Vec<Bar> {
        let figure = |row: usize, field: usize| Some(self.columns[field][row]);
        let bar = |(row, session): (usize, &NaiveDate)| Bar {
            session: *session,
            figures: std::array::from_fn(|field| figure(row, field).filter(|v| !v.is_nan())),
        };
        self.sessions.iter().enumerate().map(bar).collect()
    }

    /// The row's figures.
    pub fn row(&self, row: usize) -> impl Iterator<Item = f64> {
        self.columns.iter().map(move |column| column[row])
    }

    fn sorted(self) -> Result<Self> {
        let same = |a: usize, b: usize| {
            let mut pairs = self.row(a).zip(self.row(b));
            pairs.all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
        };
        let mut order: Vec<usize> = (0..self.sessions.len())
            .filter(|row| self.row(*row).any(|v| !v.is_nan()))
            .collect();
        order.sort_by_key(|row| self.sessions[*row]);
        let mut kept: Vec<usize> = Vec::with_capacity(order.len());
        for row in order {
            match kept.last() {
                Some(last) if self.sessions[*last] == self.sessions[row] => {
                    if !same(*last, row) {
                        return Err(two_rows(self.sessions[row]));
                    }
                }
                _ => kept.push(row),
            }
        }
        Ok(Self {
            sessions: kept.iter().map(|row| self.sessions[*row]).collect(),
            columns: self
                .columns
                .iter()
                .map(|column| kept.iter().map(|row| column[*row]).collect())
                .collect(),
            ..self
        })
    }
}

/// Factors of a manifest without a unit, which this program does not write.
const UNIT_UNKNOWN: (FactorUnit, String) = (FactorUnit::Decimal, String::new());

/// The unit of stored factors, and how it was found.
pub(super) fn factor_unit(manifest: &Manifest) -> (FactorUnit, String) {
    let note = manifest.factor_unit_note.clone().unwrap_or_default();
    (manifest.factor_unit.unwrap_or(UNIT_UNKNOWN.0), note)
}

fn prices(frame: &PriceFrame) -> Result<Table> {
    if frame.kind != PriceKind::Prices {
        return Err(InputError::new(
            "the store holds prices, and these are returns",
            "give the returns to the study with --returns-file",
        )
        .into());
    }
    let symbols = frame.symbol_runs()?;
    if let [(first, _), (second, _), ..] = &symbols[..] {
        return Err(InputError::new(
            format!("the delivery holds several symbols: {first}, {second}"),
            "deliver one symbol at a time",
        )
        .into());
    }
    let missing = || vec![f64::NAN; frame.df.height()];
    let columns = (0..FIELDS.len()).map(|field| Ok(frame.figures(field)?.unwrap_or_else(missing)));
    Ok(Table {
        kind: Kind::Prices,
        sessions: frame.row_sessions()?,
        names: FIELDS.map(str::to_owned).to_vec(),
        columns: columns.collect::<Result<_>>()?,
        unit: None,
    })
}

fn two_rows(session: NaiveDate) -> Error {
    InputError::new(
        format!("the delivery holds two different rows of {session}"),
        "deliver one row per session",
    )
    .into()
}

/// A stored series as a study's inputs name it.
pub(super) fn provenance(manifest: &Manifest) -> Provenance {
    Provenance {
        name: manifest.symbol.to_string(),
        path: format!("store:{}/{}", manifest.source, manifest.symbol),
        dialect: manifest.source.clone(),
        rows: manifest.rows,
        symbols: vec![manifest.symbol.clone()],
        first: Some(manifest.first),
        last: Some(manifest.last),
        adjustment_basis: manifest.adjustment_basis,
        sha256: manifest.sha256.clone(),
    }
}

/// For frames that only become bytes.
fn no_provenance() -> Provenance {
    Provenance {
        name: String::new(),
        path: String::new(),
        dialect: String::new(),
        rows: 0,
        symbols: Vec::new(),
        first: None,
        last: None,
        adjustment_basis: AdjustmentBasis::Unknown,
        sha256: String::new(),
    }
}
