//! Prices of the store, for each symbol that the study names; the embedded ones where it has none.

use super::Desk;
use super::choice::{extent, served};
use super::prices::{Prices, embedded, record};
use crate::analysis::model::ModelKind;
use crate::cli::command::fetch;
use crate::error::{InputError, Result};
use crate::instrument::Symbol;
use crate::prices::dialect::AdjustmentBasis;
use crate::prices::{FileFailure, PriceFrame};
use crate::settings::Config;
use crate::store::{Manifest, Series, by_reach, preferred};
use crate::study::result::InputRecord;
use crate::study::spec::{ClaimQuestion, ClaimSubject, StudySpec};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// The prices of every symbol of the study, each from the source asked for, else from the one
/// that serves most of the events. With `source` nothing but that source is used.
pub fn prices(
    config: &Config,
    spec: &StudySpec,
    source: Option<&str>,
    desk: &Desk,
) -> Result<Prices> {
    let sample = embedded()?;
    let symbols = symbols(spec, &sample);
    bring_missing(config, spec, source, desk, (&symbols, &sample))?;
    let mut stored = Stored::default();
    for symbol in &symbols {
        let mut found = desk.store.find(symbol)?;
        found.retain(|m| source.is_none_or(|source| m.source == source));
        if found.is_empty() {
            continue;
        }
        let rival = match source {
            None => sessions_of(&sample.frame, symbol)?,
            Some(_) => Vec::new(),
        };
        stored.take(desk, spec, by_reach(found), &rival)?;
    }
    if stored.frames.is_empty() && stored.failures.is_empty() {
        return match source {
            Some(source) => Err(nothing_from(source, &symbols)),
            None => Ok(sample),
        };
    }
    stored.say(desk);
    if source.is_none() {
        let rest = symbols.into_iter().filter(|symbol| !stored.has(symbol));
        let rest: BTreeSet<Symbol> = rest.collect();
        stored.add_embedded(&sample, &rest)?;
    }
    stored.finish()
}

/// Fetches what is neither stored nor embedded, unless the user is offline. What cannot be had is
/// said, and stays an unknown instrument.
fn bring_missing(
    config: &Config,
    spec: &StudySpec,
    source: Option<&str>,
    desk: &Desk,
    (symbols, sample): (&[Symbol], &Prices),
) -> Result<()> {
    if desk.global.offline {
        return Ok(());
    }
    let mut missing = Vec::new();
    for symbol in symbols {
        let is_column = spec.factor_columns.iter().any(|c| c == symbol.as_str());
        let embedded = source.is_none() && sample.close_basis.contains_key(symbol);
        if !is_column && !embedded && preferred(desk.store.find(symbol)?, source).is_none() {
            missing.push(symbol.clone());
        }
    }
    if missing.is_empty() || source.is_some_and(|source| !fetch::is_known(source)) {
        return Ok(());
    }
    let calendar = config.text(&config.args.calendar, "--calendar", |f| f.calendar.as_ref());
    let calendar = calendar.map(|s| s.value).filter(|name| name != "from-data");
    let calendar = calendar.as_deref().unwrap_or("XNYS");
    fetch::bring(&missing, source, calendar, desk.global, desk.voice)
}

/// A stored series that may be used.
struct Candidate {
    series: Series,
    sessions: Vec<NaiveDate>,
    /// Events that it serves.
    served: usize,
}

impl Candidate {
    fn of(spec: &StudySpec, series: Series) -> Result<Self> {
        let sessions = series.frame.row_sessions()?;
        Ok(Self {
            served: served(spec, &sessions),
            sessions,
            series,
        })
    }

    /// What it serves of `n` events, beside another series.
    fn beside(&self, n: usize, other: &str) -> String {
        let Manifest { source, symbol, .. } = &self.series.manifest;
        let (extent, served) = (extent(&self.sessions), self.served);
        format!(
            "{symbol}: the prices stored from {source} ({extent}) serve {served} of {n} events; {other}"
        )
    }
}

/// What has been read.
#[derive(Default)]
struct Stored {
    frames: Vec<PriceFrame>,
    inputs: Vec<InputRecord>,
    close_basis: BTreeMap<Symbol, AdjustmentBasis>,
    failures: Vec<FileFailure>,
    /// Symbols by source.
    sources: BTreeMap<String, Vec<Symbol>>,
    damaged: BTreeSet<Symbol>,
}

impl Stored {
    /// Takes the stored series of a symbol that serves most events; of equals the one that reaches
    /// furthest. One that serves none gives way to the embedded one, whose sessions are `rival`.
    /// Whatever is not used although somebody stored it is said, to those who want quiet too.
    ///
    /// A series that is damaged does not stop the others, and no other figures take its place
    /// unseen.
    fn take(
        &mut self,
        desk: &Desk,
        spec: &StudySpec,
        found: Vec<Manifest>,
        rival: &[NaiveDate],
    ) -> Result<()> {
        let mut best: Option<Candidate> = None;
        let mut passed: Vec<Candidate> = Vec::new();
        for manifest in found {
            let (source, symbol) = (manifest.source, manifest.symbol);
            match desk.store.read(&source, &symbol) {
                Ok(Some(series)) => {
                    let candidate = Candidate::of(spec, series)?;
                    match &best {
                        Some(best) if candidate.served <= best.served => {}
                        _ => passed.extend(best.replace(candidate)),
                    }
                }
                Ok(None) => {}
                Err(error) if best.is_none() => {
                    self.failures.push(FileFailure {
                        path: format!("store:{source}/{symbol}"),
                        error,
                    });
                    self.damaged.insert(symbol);
                    return Ok(());
                }
                Err(_) => {}
            }
        }
        let Some(best) = best else { return Ok(()) };
        let n = spec.events.len();
        for other in &passed {
            let used = format!(
                "those from {} serve {}",
                best.series.manifest.source, best.served
            );
            desk.voice
                .trouble(&format!("{} and are used", other.beside(n, &used)));
        }
        let by_sample = served(spec, rival);
        let sample = format!("the embedded sample ({}) serves {by_sample}", extent(rival));
        if best.served == 0 && by_sample > 0 {
            let used = best.beside(n, &sample);
            let source = &best.series.manifest.source;
            let said = format!("{used} and is used; --source {source} takes the stored ones");
            desk.voice.trouble(&said);
            return Ok(());
        }
        if by_sample > best.served {
            let said = best.beside(n, &sample);
            let cure = "to use it: --source sample; to have more: fetch the whole history";
            desk.voice.trouble(&format!("{said}. {cure}"));
        }
        self.add(best.series);
        Ok(())
    }

    fn add(&mut self, series: Series) {
        self.inputs.push(series_record(&series));
        let Manifest {
            source,
            symbol,
            adjustment_basis,
            ..
        } = series.manifest;
        self.close_basis.insert(symbol.clone(), adjustment_basis);
        self.frames.push(series.frame);
        self.sources.entry(source).or_default().push(symbol);
    }

    fn has(&self, symbol: &Symbol) -> bool {
        self.close_basis.contains_key(symbol) || self.damaged.contains(symbol)
    }

    fn say(&self, desk: &Desk) {
        for (source, symbols) in &self.sources {
            desk.voice
                .note(&format!("prices from {source}: {}", named(symbols)));
        }
    }

    fn add_embedded(&mut self, sample: &Prices, symbols: &BTreeSet<Symbol>) -> Result<()> {
        let part = sample.frame.only(|symbol| symbols.contains(symbol))?;
        let bases = sample.close_basis.iter();
        let bases: BTreeMap<Symbol, AdjustmentBasis> = bases
            .filter(|(symbol, _)| symbols.contains(*symbol))
            .map(|(symbol, basis)| (symbol.clone(), *basis))
            .collect();
        if !bases.is_empty() {
            self.frames.push(part);
            self.inputs.extend(sample.inputs.iter().cloned());
            self.close_basis.extend(bases);
        }
        Ok(())
    }

    fn finish(self) -> Result<Prices> {
        let mut failures = self.failures.into_iter();
        if self.frames.is_empty()
            && let Some(failure) = failures.next()
        {
            return Err(failure.error);
        }
        let mut frame = PriceFrame::merge(self.frames)?;
        frame.failures.extend(failures);
        Ok(Prices {
            frame,
            inputs: self.inputs,
            close_basis: self.close_basis,
        })
    }
}

/// Symbols in a sentence: all of a few, else the first and how many there are.
fn named(symbols: &[Symbol]) -> String {
    let few = if symbols.len() > 12 { 8 } else { symbols.len() };
    let names: Vec<&str> = symbols[..few].iter().map(Symbol::as_str).collect();
    let names = names.join(", ");
    match symbols.len() - few {
        0 => names,
        more => format!("{names} and {more} more ({} in all)", symbols.len()),
    }
}

/// Every symbol that the study may touch. Where it names no instruments it is about all that
/// there are, and a synthetic control may be made of any.
pub fn symbols(spec: &StudySpec, sample: &Prices) -> Vec<Symbol> {
    let mut all: BTreeSet<Symbol> = BTreeSet::new();
    let in_events: Vec<&Symbol> = spec.events.iter().flat_map(|e| &e.instruments).collect();
    let named = spec.instruments.is_some() || !in_events.is_empty();
    if !named || spec.model == ModelKind::SyntheticControl {
        all.extend(sample.close_basis.keys().cloned());
    }
    all.extend(in_events.into_iter().cloned());
    all.extend(spec.instruments.iter().flatten().cloned());
    all.extend(spec.benchmark.iter().chain(&spec.focus).cloned());
    all.extend(spec.groups.iter().flat_map(|g| &g.members).cloned());
    let columns = spec.factor_columns.iter();
    all.extend(columns.filter_map(|name| Symbol::new(name).ok()));
    for claim in &spec.claims {
        if let ClaimQuestion::Sign {
            subject: ClaimSubject::Instrument(symbol),
            ..
        } = &claim.question
        {
            all.insert(symbol.clone());
        }
    }
    all.into_iter().collect()
}

/// A stored series as the result names it.
fn series_record(series: &Series) -> InputRecord {
    let of_frame = series.frame.provenance.iter().map(record).next();
    InputRecord {
        provenance: Some(origin(&series.manifest)),
        source: Some(series.manifest.source.clone()),
        fetched_at: Some(series.manifest.fetched_at),
        ..of_frame.unwrap_or_default()
    }
}

/// Who gave a stored series, when and from where.
pub fn origin(manifest: &Manifest) -> String {
    let when = manifest.fetched_at.format("%Y-%m-%dT%H:%M:%SZ");
    format!("{}, fetched {when} from {}", manifest.source, manifest.url)
}

fn nothing_from(source: &str, symbols: &[Symbol]) -> crate::error::Error {
    let symbols: Vec<&str> = symbols.iter().map(Symbol::as_str).collect();
    InputError::new(
        format!("the store holds nothing from {source} that the study needs"),
        format!(
            "fetch it: shockwave fetch {} --source {source}",
            symbols.join(" ")
        ),
    )
    .in_file("--source")
    .with_value(source)
    .into()
}

fn sessions_of(frame: &PriceFrame, symbol: &Symbol) -> Result<Vec<NaiveDate>> {
    let bars = frame.bars(symbol)?;
    Ok(bars.iter().map(|bar| bar.session).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_symbols_are_named_and_thousands_are_counted() {
        let symbols = |n: usize| -> Vec<Symbol> {
            let symbol = |i| Symbol::new(&format!("S{i}")).unwrap();
            (0..n).map(symbol).collect()
        };
        assert_eq!(named(&symbols(2)), "S0, S1");
        assert!(named(&symbols(12)).ends_with("S11"));
        let many = named(&symbols(2_000));
        assert!(many.ends_with("S7 and 1992 more (2000 in all)"), "{many}");
    }
}
