//! Factor returns: from a file, else from the store, else the embedded ones.

use super::{Desk, read_file, sha256};
use crate::analysis::model::ModelKind;
use crate::error::Result;
use crate::input::factors::{FactorFrame, FactorUnit, read_factors};
use crate::sample;
use crate::settings::Config;
use crate::settings::reading::{factor_options, factors_on};
use crate::store::{FactorSeries, Kind, Manifest};
use crate::study::data::FactorData;
use crate::study::result::InputRecord;
use crate::study::spec::StudySpec;
use chrono::NaiveDate;
use std::path::PathBuf;

/// The source of factors in the store.
const LIBRARY: &str = "french";
/// The names that its sets can be asked for by, the ones of a line being the same set.
const THREE: [&str; 2] = ["ff3", "capm"];
const FIVE: [&str; 1] = ["ff5"];
const MOMENTUM: [&str; 3] = ["momentum", "mom", "umd"];

/// A set of factors, and where it comes from.
type Set = (FactorFrame, InputRecord);

/// The factors on the sessions of the study: as asked, else, where the model needs some, those of
/// the store, else the embedded ones.
pub fn factors(
    config: &Config,
    spec: &StudySpec,
    sessions: &[NaiveDate],
    desk: &Desk,
) -> Result<Option<(FactorData, Vec<InputRecord>)>> {
    let sets = match asked(config) {
        Some(path) if path.as_os_str() != sample::SAMPLE || path.exists() => {
            let bytes = read_file(&path, sample::SAMPLE)?;
            vec![read(config, &path.display().to_string(), &bytes, None)?]
        }
        Some(_) => vec![embedded(config)?],
        None if spec.model.french_factors().is_none() => return Ok(None),
        None => match stored(config, spec.model, desk)? {
            Some(sets) => sets,
            None => vec![embedded(config)?],
        },
    };
    let (frames, inputs): (Vec<FactorFrame>, Vec<InputRecord>) = sets.into_iter().unzip();
    Ok(Some((factors_on(&frames, sessions), inputs)))
}

/// The file that flag or study file name.
fn asked(config: &Config) -> Option<PathBuf> {
    let listed = config.file().and_then(|f| f.factors.as_ref());
    let flag = config.args.factors.clone();
    flag.or_else(|| listed.map(|path| config.resolve(&path.value)))
}

fn embedded(config: &Config) -> Result<Set> {
    let file = sample::FACTORS;
    read(config, file.file, file.bytes, Some(FactorUnit::Percent))
}

fn read(config: &Config, shown: &str, bytes: &[u8], unit: Option<FactorUnit>) -> Result<Set> {
    let options = factor_options(config, unit)?;
    let frame = read_factors(bytes, shown, &options)?;
    let input = InputRecord {
        role: "factors".to_owned(),
        name: shown.to_owned(),
        format: frame.unit_note.clone(),
        n_rows: frame.sessions.len(),
        sha256: sha256(bytes),
        ..InputRecord::default()
    };
    Ok((frame, input))
}

/// The sets that a model needs, if the store has all of them. (The size factor of the three is
/// another than that of the five; the market and the risk-free rate are the same.)
fn stored(config: &Config, model: ModelKind, desk: &Desk) -> Result<Option<Vec<Set>>> {
    let source = config.text(&config.args.source, "--source", |f| f.source.as_ref());
    if source.is_some_and(|s| s.value == sample::SAMPLE) {
        return Ok(None);
    }
    let mut known = desk.store.list()?.manifests;
    known.retain(|m| m.kind == Kind::Factors && m.source == LIBRARY);
    let find = |names: &[&str]| {
        let named = |m: &&Manifest| names.contains(&m.symbol.as_str().to_lowercase().as_str());
        known.iter().filter(named).max_by_key(|m| m.last)
    };
    let needed = match model {
        ModelKind::Capm => vec![find(&THREE).or_else(|| find(&FIVE))],
        ModelKind::Ff3 => vec![find(&THREE)],
        ModelKind::Carhart => vec![find(&THREE), find(&MOMENTUM)],
        ModelKind::Ff5 => vec![find(&FIVE)],
        ModelKind::Ff6 => vec![find(&FIVE), find(&MOMENTUM)],
        _ => return Ok(None),
    };
    let mut sets = Vec::new();
    for manifest in needed {
        let Some(manifest) = manifest else {
            return Ok(None);
        };
        match desk.store.read_factors(LIBRARY, &manifest.symbol)? {
            Some(series) => sets.push(set(series)),
            None => return Ok(None),
        }
    }
    let last = sets
        .iter()
        .filter_map(|(frame, _)| frame.sessions.last())
        .min();
    let last = last.map_or_else(String::new, |last| format!(", up to {last}"));
    desk.voice.note(&format!("factors from {LIBRARY}{last}"));
    Ok(Some(sets))
}

fn set(series: FactorSeries) -> Set {
    let FactorSeries { frame, manifest } = series;
    let input = InputRecord {
        role: "factors".to_owned(),
        name: format!("store:{}/{}", manifest.source, manifest.symbol),
        format: frame.unit_note.clone(),
        n_rows: manifest.rows,
        adjustment: None,
        provenance: Some(super::stored::origin(&manifest)),
        source: Some(manifest.source),
        fetched_at: Some(manifest.fetched_at),
        sha256: manifest.sha256,
    };
    (frame, input)
}
