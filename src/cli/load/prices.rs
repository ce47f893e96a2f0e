//! Prices: the files that are named, else those of the store and the embedded ones.

use super::{Desk, path_fault, stored};
use crate::error::{InputError, Result};
use crate::input::numbers::DecimalMark;
use crate::instrument::Symbol;
use crate::prices::dialect::AdjustmentBasis::{self, Unknown};
use crate::prices::read::{ReadOptions, read_path};
use crate::prices::sample::sample_frame;
use crate::prices::{PriceFrame, PriceKind, Provenance};
use crate::sample;
use crate::settings::Config;
use crate::settings::reading::date_order_of;
use crate::study::result::InputRecord;
use crate::study::spec::StudySpec;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Prices, and what they came from.
pub struct Prices {
    pub frame: PriceFrame,
    pub inputs: Vec<InputRecord>,
    /// What the closes of a symbol are adjusted for, as far as it is known.
    pub close_basis: BTreeMap<Symbol, AdjustmentBasis>,
}

/// The study's prices.
pub fn prices(config: &Config, spec: &StudySpec, desk: &Desk) -> Result<Prices> {
    let source = config.text(&config.args.source, "--source", |f| f.source.as_ref());
    match &source {
        Some(s) if s.value == sample::SAMPLE => embedded(),
        _ => match named_files(config)? {
            Some((paths, kind)) => files(config, &paths, kind),
            None => {
                let source = source.as_ref().map(|s| s.value.as_str());
                stored::prices(config, spec, source, desk)
            }
        },
    }
}

/// The symbols whose prices come from the store; none where the study has files of its own.
pub fn stored_symbols(config: &Config, spec: &StudySpec) -> Result<Vec<Symbol>> {
    let source = config.text(&config.args.source, "--source", |f| f.source.as_ref());
    let is_embedded = source.is_some_and(|source| source.value == sample::SAMPLE);
    if is_embedded || named_files(config)?.is_some() {
        return Ok(Vec::new());
    }
    Ok(stored::symbols(spec, &embedded()?))
}

/// The embedded prices alone.
pub fn embedded() -> Result<Prices> {
    let frame = sample_frame()?;
    let inputs = frame.provenance.iter().map(record).collect();
    let symbols = frame.symbol_runs()?.into_iter();
    Ok(Prices {
        close_basis: symbols
            .map(|(symbol, _)| (symbol, AdjustmentBasis::Split))
            .collect(),
        frame,
        inputs,
    })
}

/// The files of prices or returns that flags or study file name. The program's own study names the
/// embedded prices, which is what it has until the store has more.
fn named_files(config: &Config) -> Result<Option<(Vec<PathBuf>, PriceKind)>> {
    let args = config.args;
    if !args.prices.is_empty() {
        return Ok(Some((args.prices.clone(), PriceKind::Prices)));
    }
    if !args.returns_file.is_empty() {
        return Ok(Some((args.returns_file.clone(), PriceKind::Returns)));
    }
    if args.source.is_some() || config.source.is_embedded {
        return Ok(None);
    }
    let returns = config.paths(&[], |f| f.returns_file.as_ref());
    let prices = config.paths(&[], |f| f.prices.as_ref());
    let named = if !returns.is_empty() {
        (returns, PriceKind::Returns)
    } else if !prices.is_empty() {
        (prices, PriceKind::Prices)
    } else {
        return Ok(None);
    };
    let source = config.text(&None, "--source", |f| f.source.as_ref());
    source.map_or(Ok(Some(named)), |source| {
        let problem = "the study names both files and a source of its prices";
        let cure = "leave `source` out, or the files";
        Err(source.fault(config.file(), &source.value, problem, cure))
    })
}

fn files(config: &Config, paths: &[PathBuf], kind: PriceKind) -> Result<Prices> {
    let options = options(config, kind)?;
    let mut frames = Vec::new();
    let mut close_basis = BTreeMap::new();
    for path in paths {
        if path.as_os_str() == sample::SAMPLE && !path.exists() {
            let prices = embedded()?;
            note_bases(&mut close_basis, prices.close_basis)?;
            frames.push(prices.frame);
        } else {
            let frame = read(path, &options)?;
            for file in &frame.provenance {
                let basis = |symbol: &Symbol| (symbol.clone(), file.adjustment_basis);
                note_bases(&mut close_basis, file.symbols.iter().map(basis))?;
            }
            frames.push(frame);
        }
    }
    let frame = PriceFrame::merge(frames)?;
    Ok(Prices {
        inputs: frame.provenance.iter().map(record).collect(),
        frame,
        close_basis,
    })
}

fn read(path: &Path, options: &ReadOptions) -> Result<PriceFrame> {
    std::fs::metadata(path).map_err(|e| path_fault(path, &e, sample::SAMPLE))?;
    read_path(path, options)
}

/// Prices of one symbol on two bases would have a move between them that nobody saw.
fn note_bases(
    known: &mut BTreeMap<Symbol, AdjustmentBasis>,
    more: impl IntoIterator<Item = (Symbol, AdjustmentBasis)>,
) -> Result<()> {
    for (symbol, basis) in more {
        match known.get(&symbol) {
            Some(other) if *other != basis && *other != Unknown && basis != Unknown => {
                return Err(InputError::new(
                    format!(
                        "the files give prices of {symbol} on two bases: {} and {}",
                        other.as_str(),
                        basis.as_str()
                    ),
                    "give one file for it, or all from one source",
                )
                .into());
            }
            Some(_) => {}
            None => {
                known.insert(symbol, basis);
            }
        }
    }
    Ok(())
}

fn options(config: &Config, kind: PriceKind) -> Result<ReadOptions> {
    let args = config.args;
    let symbol = config
        .text(&args.symbol, "--symbol", |f| f.symbol.as_ref())
        .map(|s| config.symbol(&s))
        .transpose()?;
    let order = config.text(&args.date_format, "--date-format", |f| {
        f.date_format.as_ref()
    });
    Ok(ReadOptions {
        date_order: date_order_of(order, config.file())?,
        decimal: config.choice(
            config.text(&args.decimal, "--decimal", |f| f.decimal.as_ref()),
            &[
                ("point", Some(DecimalMark::Point)),
                ("comma", Some(DecimalMark::Comma)),
            ],
            None,
        )?,
        symbol,
        kind,
    })
}

/// A file as the result names it.
pub fn record(file: &Provenance) -> InputRecord {
    InputRecord {
        role: "prices".to_owned(),
        name: file.path.clone(),
        format: file.dialect.clone(),
        n_rows: file.rows,
        adjustment: Some(file.adjustment_basis.as_str().to_owned()),
        sha256: file.sha256.clone(),
        ..InputRecord::default()
    }
}
