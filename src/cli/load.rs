//! From paths to the data of a study: prices on the calendar's sessions, factors, findings.

mod choice;
mod events;
mod factors;
mod prices;
mod stored;

pub(crate) use crate::prices::bars::sha256;
pub(crate) use crate::settings::reading::stated_event_options as event_options;
pub use events::events;
pub use prices::stored_symbols;

use crate::cli::args::Global;
use crate::cli::message::Voice;
use crate::error::{Error, InputError, Result};
use crate::instrument::Symbol;
use crate::prices::PriceKind;
use crate::prices::dialect::AdjustmentBasis;
use crate::prices::grid::{PriceGrid, on_sessions, sessions_of};
use crate::prices::quality::{Finding, check};
use crate::settings::Config;
use crate::settings::reading::{calendar, refuse_unknown, session_range};
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
    let calendar = calendar(config, spec, |benchmark| sessions_of(&frame, benchmark))?;
    let firsts = frame.provenance.iter().filter_map(|p| p.first);
    let lasts = frame.provenance.iter().filter_map(|p| p.last);
    let sessions = session_range(&calendar, firsts.min(), lasts.max())?;
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
