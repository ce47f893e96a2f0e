//! From columns of figures, as arrays, to the data of a study.
//!
//! The steps are those of the command line (`cli::load`), on plain rows instead of a frame: the
//! calendar's sessions, the quality gate, one column per figure on the grid.

use crate::stated::Bytes;
use chrono::NaiveDate;
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
use rayon::prelude::*;
use shockwave::error::{InputError, Result};
use shockwave::input::factors::{FactorUnit, read_factors};
use shockwave::instrument::Symbol;
use shockwave::quality::{ADJ_CLOSE, CLOSE, Finding, PriceKind, SymbolRows, VOLUME};
use shockwave::sample;
use shockwave::settings::{Config, reading};
use shockwave::study::data::{FactorData, InstrumentData, StudyData};
use shockwave::study::result::{FindingRow, InputRecord};
use shockwave::study::spec::{QualityPolicy, StudySpec};

/// Positions of the figures that `quality` does not name.
const OPEN: usize = 0;
const HIGH: usize = 1;
const LOW: usize = 2;

/// One instrument's rows: days since 1970-01-01, and figures in the order of the quality gate.
#[derive(FromPyObject)]
pub struct PriceColumns<'py> {
    #[pyo3(item)]
    symbol: String,
    #[pyo3(item)]
    days: PyReadonlyArray1<'py, i64>,
    #[pyo3(item)]
    fields: Vec<Option<PyReadonlyArray1<'py, f64>>>,
}

/// The rows of every instrument, ascending by symbol and day.
pub struct Figures {
    rows: Vec<(Symbol, SymbolRows)>,
    kind: PriceKind,
}

impl Figures {
    /// Reads the arrays where they lie.
    pub fn read(columns: &[PriceColumns], kind: &str) -> Result<Figures> {
        let mut rows = columns
            .iter()
            .map(symbol_rows)
            .collect::<Result<Vec<_>>>()?;
        rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        if let Some(pair) = rows.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let problem = format!("the prices have two columns of {}", pair[0].0);
            return Err(InputError::new(problem, "leave one of them out").into());
        }
        let kind = match kind {
            "returns" => PriceKind::Returns,
            _ => PriceKind::Prices,
        };
        Ok(Figures { rows, kind })
    }

    /// The data of a study.
    pub fn on_sessions(
        mut self,
        config: &Config,
        spec: &StudySpec,
        factors: Option<Bytes>,
        inputs: Vec<InputRecord>,
    ) -> Result<StudyData> {
        let calendar = reading::calendar(config, spec, |benchmark| self.days_of(benchmark))?;
        let days = || self.rows.iter().map(|(_, rows)| &rows.days);
        let first = days().filter_map(|days| days.first()).min().copied();
        let last = days().filter_map(|days| days.last()).max().copied();
        let sessions = reading::session_range(&calendar, first, last)?;
        let kind = self.kind;
        // The gate also reads impossible figures as missing, so it runs whatever the policy.
        let found: Vec<Vec<Finding>> = self
            .rows
            .par_iter_mut()
            .map(|(symbol, rows)| rows.clean(symbol, &sessions, kind).findings)
            .collect();
        let findings = match spec.quality {
            QualityPolicy::Off => Vec::new(),
            _ => found.into_iter().flatten().map(finding_row).collect(),
        };
        let instruments: Vec<InstrumentData> = self
            .rows
            .into_par_iter()
            .map(|(symbol, rows)| instrument(symbol, rows, &sessions, kind))
            .collect();
        let factors = factor_data(config, spec, factors, &sessions)?;
        reading::refuse_unknown(config, &instruments)?;
        Ok(StudyData {
            calendar,
            instruments,
            sessions,
            factors,
            inputs,
            findings,
            unreadable: Vec::new(),
        })
    }

    /// The days on which a symbol has a close.
    fn days_of(&self, symbol: &Symbol) -> Result<Vec<NaiveDate>> {
        let Some((_, rows)) = self.rows.iter().find(|(name, _)| name == symbol) else {
            let problem = format!("the prices hold no {symbol}");
            let cure = "give its prices, or name another benchmark";
            return Err(InputError::new(problem, cure).into());
        };
        let Some(closes) = &rows.fields[CLOSE] else {
            return Ok(Vec::new());
        };
        let given = rows.days.iter().zip(closes).filter(|(_, c)| !c.is_nan());
        let mut days: Vec<NaiveDate> = given.map(|(day, _)| *day).collect();
        days.dedup();
        Ok(days)
    }
}

fn symbol_rows(columns: &PriceColumns) -> Result<(Symbol, SymbolRows)> {
    let symbol = Symbol::new(&columns.symbol)?;
    let uneven = || {
        let problem = format!("the columns of {symbol} differ in length or are not contiguous");
        InputError::new(problem, "give columns of one frame")
    };
    let days = columns.days.as_slice().map_err(|_| uneven())?;
    let days = days
        .iter()
        .map(|day| date(*day))
        .collect::<Result<Vec<_>>>()?;
    let mut order: Vec<usize> = (0..days.len()).collect();
    let ascends = days.is_sorted();
    if !ascends {
        order.sort_by_key(|row| days[*row]);
    }
    let mut fields: [Option<Vec<f64>>; 6] = Default::default();
    for (field, column) in fields.iter_mut().zip(&columns.fields) {
        let Some(column) = column else {
            continue;
        };
        let figures = column.as_slice().map_err(|_| uneven())?;
        if figures.len() != days.len() {
            return Err(uneven().into());
        }
        // What is no number is missing, as an empty cell of a file is.
        let finite = |figure: f64| if figure.is_finite() { figure } else { f64::NAN };
        let figures: Vec<f64> = order.iter().map(|row| finite(figures[*row])).collect();
        *field = figures.iter().any(|f| !f.is_nan()).then_some(figures);
    }
    let days = if ascends {
        days
    } else {
        order.iter().map(|row| days[*row]).collect()
    };
    Ok((symbol, SymbolRows { days, fields }))
}

fn date(day: i64) -> Result<NaiveDate> {
    let found = i32::try_from(day).ok().and_then(NaiveDate::from_epoch_days);
    found.ok_or_else(|| {
        let problem = format!("{day} days after 1970-01-01 is no date");
        InputError::new(problem, "give dates, or timestamps of days").into()
    })
}

fn instrument(
    symbol: Symbol,
    rows: SymbolRows,
    sessions: &[NaiveDate],
    kind: PriceKind,
) -> InstrumentData {
    let SymbolRows { days, fields } = rows;
    let at: Vec<Option<usize>> = days
        .iter()
        .map(|d| sessions.binary_search(d).ok())
        .collect();
    let mut columns = fields.map(|figures| figures.and_then(|f| scatter(&f, &at, sessions.len())));
    let mut take = |field: usize| columns[field].take();
    let prices = InstrumentData {
        open: take(OPEN),
        high: take(HIGH),
        low: take(LOW),
        close: take(CLOSE),
        adj_close: take(ADJ_CLOSE),
        volume: take(VOLUME),
        ..InstrumentData::new(symbol)
    };
    match kind {
        PriceKind::Prices => prices,
        PriceKind::Returns => InstrumentData {
            returns: prices.close,
            open: None,
            close: None,
            adj_close: None,
            ..prices
        },
    }
}

/// Figures on their sessions; rows of other days fall away.
fn scatter(figures: &[f64], at: &[Option<usize>], n_sessions: usize) -> Option<Vec<f64>> {
    if figures.iter().all(|figure| figure.is_nan()) {
        return None;
    }
    let mut column = vec![f64::NAN; n_sessions];
    for (figure, at) in figures.iter().zip(at) {
        if let Some(at) = at {
            column[*at] = *figure;
        }
    }
    Some(column)
}

/// The factors that were given, else, where the model needs some, the embedded ones.
fn factor_data(
    config: &Config,
    spec: &StudySpec,
    given: Option<Bytes>,
    sessions: &[NaiveDate],
) -> Result<Option<FactorData>> {
    let embedded = sample::FACTORS;
    let frame = match given {
        Some(file) => {
            let options = reading::factor_options(config, None)?;
            read_factors(&file.bytes, &file.name, &options)?
        }
        None if spec.model.french_factors().is_none() => return Ok(None),
        None => {
            let options = reading::factor_options(config, Some(FactorUnit::Percent))?;
            read_factors(embedded.bytes, embedded.file, &options)?
        }
    };
    Ok(Some(reading::factors_on(&[frame], sessions)))
}

fn finding_row(finding: Finding) -> FindingRow {
    FindingRow {
        kind: finding.kind.as_str().to_owned(),
        serious: finding.kind.is_serious(),
        symbol: finding.symbol.to_string(),
        session: finding.session,
        value: finding.value.filter(|v| v.is_finite()),
        message: finding.message,
    }
}
