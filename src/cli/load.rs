//! From paths to the data of a study: prices on the calendar's sessions, factors, findings.

mod events;
mod factors;
mod prices;
mod stored;

pub use crate::prices::bars::sha256;
pub use events::{event_options, events};
pub use prices::stored_symbols;

use crate::calendar::Calendar;
use crate::cli::args::Global;
use crate::cli::config::Config;
use crate::cli::message::Voice;
use crate::error::{Error, InputError, Result};
use crate::instrument::Symbol;
use crate::prices::dialect::AdjustmentBasis;
use crate::prices::grid::{PriceGrid, on_sessions, sessions_of};
use crate::prices::quality::{Finding, check};
use crate::prices::{PriceFrame, PriceKind};
use crate::store::Store;
use crate::study::data::{InstrumentData, StudyData};
use crate::study::result::{FindingRow, InputRecord};
use crate::study::spec::{QualityPolicy, StudySpec};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::Path;

/// What loading needs beside the settings of the study.
pub struct Desk<'a> {
    /// The flags that every command has.
    pub global: &'a Global,
    /// The local store.
    pub store: Store,
    /// To say where figures come from.
    pub voice: Voice,
    /// The last session that may be seen, where a run is about a certain one.
    pub until: Option<NaiveDate>,
}

/// The bytes of a file.
pub fn read_file(path: &Path, embedded: &str) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| path_fault(path, &error, embedded))
}

/// Why a path cannot be read; where nothing is there, the embedded names could be meant.
fn path_fault(path: &Path, error: &std::io::Error, embedded: &str) -> Error {
    let (problem, cure) = if path.is_dir() {
        ("this is a folder, not a file", "name a file".to_owned())
    } else if error.kind() == std::io::ErrorKind::NotFound {
        let cure = format!("check the path; embedded are {embedded}");
        ("there is no such file", cure)
    } else {
        return Error::io(path, error);
    };
    let shown = path.display().to_string();
    InputError::new(problem, cure).in_file(shown).into()
}

/// Reads everything that a study needs.
pub fn data(
    config: &Config,
    spec: &StudySpec,
    mut inputs: Vec<InputRecord>,
    desk: &Desk,
) -> Result<StudyData> {
    let prices = prices::prices(config, spec, desk)?;
    let frame = match desk.until {
        Some(last) => prices.frame.until(last)?,
        None => prices.frame,
    };
    let calendar = calendar(config, spec, &frame)?;
    let sessions = session_range(&calendar, &frame)?;
    // The gate also reads impossible figures as missing, so it runs whatever the policy.
    let checked = check(frame, &sessions)?;
    let frame = checked.frame;
    let grid = on_sessions(&frame, &sessions)?;
    let findings = match spec.quality {
        QualityPolicy::Off => Vec::new(),
        _ => checked.findings.into_iter().map(finding_row).collect(),
    };
    inputs.extend(prices.inputs);
    let factors = factors::factors(config, spec, &sessions, desk)?;
    let factors = factors.map(|(factors, of)| {
        inputs.extend(of);
        factors
    });
    let instruments = instruments(grid, frame.kind, &prices.close_basis);
    if frame.failures.is_empty() {
        refuse_unknown(config, &instruments)?;
    }
    let failures = frame.failures.iter();
    Ok(StudyData {
        calendar,
        instruments,
        sessions,
        factors,
        inputs,
        findings,
        unreadable: failures
            .map(|f| (f.path.clone(), f.error.to_string()))
            .collect(),
    })
}

fn calendar(config: &Config, spec: &StudySpec, frame: &PriceFrame) -> Result<Calendar> {
    let setting = config.text(&config.args.calendar, "--calendar", |f| f.calendar.as_ref());
    let name = setting.as_ref().map_or("XNYS", |s| s.value.as_str());
    if name != "from-data" {
        return Calendar::named(name).map_err(|error| match (&setting, error) {
            (Some(setting), Error::Input(e)) => {
                setting.fault(config.file(), name, e.problem, e.cure)
            }
            (_, other) => other,
        });
    }
    let Some(benchmark) = &spec.benchmark else {
        return Err(InputError::new(
            "the calendar from-data takes its sessions from the benchmark, and there is none",
            "name it with --benchmark SYM",
        )
        .into());
    };
    Calendar::from_data(&sessions_of(frame, benchmark)?)
}

/// The calendar's sessions from the first figure to the last.
fn session_range(calendar: &Calendar, frame: &PriceFrame) -> Result<Vec<NaiveDate>> {
    let firsts = frame.provenance.iter().filter_map(|p| p.first);
    let lasts = frame.provenance.iter().filter_map(|p| p.last);
    let (Some(first), Some(last)) = (firsts.min(), lasts.max()) else {
        return Err(InputError::new(
            "the price files hold no rows",
            "give files with at least a year of sessions",
        )
        .into());
    };
    let (from, to) = calendar.bounds();
    // A calendar made from the benchmark's dates begins and ends with them.
    let (first, last) = if calendar.name() == "from-data" {
        (first.max(from), last.min(to))
    } else {
        (first, last)
    };
    calendar.sessions(first, last)
}

fn instruments(
    grid: PriceGrid,
    kind: PriceKind,
    bases: &BTreeMap<Symbol, AdjustmentBasis>,
) -> Vec<InstrumentData> {
    let columns = grid.columns.into_iter();
    columns
        .map(|column| match kind {
            PriceKind::Prices => InstrumentData {
                close_basis: bases.get(&column.symbol).copied().and_then(known_basis),
                symbol: column.symbol,
                close: column.close,
                adj_close: column.adj_close,
                returns: None,
                open: column.open,
                high: column.high,
                low: column.low,
                volume: column.volume,
            },
            PriceKind::Returns => InstrumentData {
                returns: column.close,
                volume: column.volume,
                high: column.high,
                low: column.low,
                ..InstrumentData::new(column.symbol)
            },
        })
        .collect()
}

/// What closes are adjusted for, where that is known and closes of an index are not meant.
fn known_basis(basis: AdjustmentBasis) -> Option<String> {
    let known = !matches!(basis, AdjustmentBasis::Level | AdjustmentBasis::Unknown);
    known.then(|| basis.as_str().to_owned())
}

/// A benchmark or focus that the data do not hold, which no result could do without. (Where a
/// file could not be read, that is what is wrong, and it is named.)
fn refuse_unknown(config: &Config, instruments: &[InstrumentData]) -> Result<()> {
    let args = config.args;
    let benchmark = config.text(&args.benchmark, "--benchmark", |f| f.benchmark.as_ref());
    let focus = config.text(&args.focus, "--focus", |f| f.focus.as_ref());
    for setting in [benchmark, focus].into_iter().flatten() {
        let symbol = config.symbol(&setting)?;
        if instruments.iter().all(|i| i.symbol != symbol) {
            const SHOWN: usize = 12;
            let known = instruments.iter().map(|i| i.symbol.as_str());
            let mut known: Vec<&str> = known.take(SHOWN + 1).collect();
            if known.len() > SHOWN {
                known[SHOWN] = "…";
            }
            let problem = format!("the prices hold no {symbol}");
            let cure = format!("name one that they hold: {}", known.join(", "));
            return Err(setting.fault(config.file(), symbol, problem, cure));
        }
    }
    Ok(())
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
