//! Files that a person brought: a table of prices in any dialect, or factor returns, also zipped.
//!
//! A page that a browser saved in place of the file is refused like the same page from the
//! network: the adapters know their sources' refusals.

use super::outcome::counted;
use super::plan::last_final;
use super::{Provider, SymbolResult};
use crate::calendar::Calendar;
use crate::error::{Error, InputError, Result};
use crate::input::factors::{FactorFrame, FactorOptions, read_factors};
use crate::instrument::Symbol;
use crate::prices::dialect::AdjustmentBasis;
use crate::prices::read::{ReadOptions, read_bytes};
use crate::prices::{PriceFrame, Provenance};
use crate::source::{Ask, Figures, Refusal, RefusalClass, Reply};
use crate::store::{Delivery, FetchRecord, Update, Writer};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// The name under which files are stored that come from no source that is known.
pub const IMPORT: &str = "import";

/// What a person says of the files.
#[derive(Clone)]
pub struct ImportOptions {
    /// The source that they come from.
    pub source: Option<String>,
    /// How to read them; its symbol names an instrument or a set of factors.
    pub read: ReadOptions,
    /// The sources that are known.
    pub providers: Vec<Provider>,
    /// The sessions of the market.
    pub calendar: Calendar,
    /// The time to go by.
    pub now: DateTime<Utc>,
}

/// Figures of one symbol from a file.
struct Part {
    symbol: Symbol,
    figures: Figures,
    basis: AdjustmentBasis,
}

/// Reads a file and stores what it holds: one result per symbol.
///
/// # Errors
/// Bytes that are neither prices nor factor returns, with the place of the fault. A refusal of a
/// source that was saved as a file is a result.
pub fn import(
    writer: &mut Writer,
    name: &str,
    bytes: &[u8],
    options: &ImportOptions,
) -> Result<Vec<SymbolResult>> {
    let (source, parts) = match read(name, bytes, options) {
        Ok(read) => read,
        Err(error) => {
            let refusal = refusal_of(name, bytes, options).ok_or(error)?;
            let symbol = options.read.symbol.clone();
            let symbol = symbol.or_else(|| crate::prices::dialect::symbol_from_file_name(name));
            let symbol = symbol.map_or_else(|| Symbol::new("FILE"), Ok)?;
            let source = options.source.as_deref().unwrap_or(IMPORT);
            return Ok(vec![SymbolResult::refused(&symbol, source, &refusal)]);
        }
    };
    let store = |part| store(writer, name, &source, part, options);
    parts.into_iter().map(store).collect()
}

/// The source and the figures of a file.
fn read(name: &str, bytes: &[u8], options: &ImportOptions) -> Result<(String, Vec<Part>)> {
    if let Some((symbol, frame)) = factors(name, bytes, options)? {
        let source = options
            .source
            .clone()
            .unwrap_or_else(|| "french".to_owned());
        let part = Part {
            symbol,
            figures: Figures::Factors(frame),
            basis: AdjustmentBasis::Unknown,
        };
        return Ok((source, vec![part]));
    }
    let frame = read_bytes(name, bytes, &options.read)?;
    let dialect = frame.provenance.first().map_or("", |p| p.dialect.as_str());
    let known = |name: &str| options.providers.iter().find(|p| p.name() == name);
    let by_dialect = known(dialect).map(|_| dialect.to_owned());
    let source = options.source.clone().or(by_dialect);
    let source = source.unwrap_or_else(|| IMPORT.to_owned());
    let stated = known(&source).map(|p| p.adapter.facts().adjustment_basis);
    let found = frame.provenance.first().map(|p| p.adjustment_basis);
    let found = found.filter(|basis| *basis != AdjustmentBasis::Unknown);
    let basis = stated.or(found).unwrap_or(AdjustmentBasis::Unknown);
    Ok((source, by_symbol(&frame, basis)?))
}

/// The prices of each symbol of a file.
fn by_symbol(frame: &PriceFrame, basis: AdjustmentBasis) -> Result<Vec<Part>> {
    let Some(whole) = frame.provenance.first() else {
        return Ok(Vec::new());
    };
    let mut parts = Vec::new();
    for symbol in &whole.symbols {
        let provenance = Provenance {
            adjustment_basis: basis,
            ..whole.clone()
        };
        let one = PriceFrame::from_bars(symbol, &frame.bars(symbol)?, provenance)?;
        parts.push(Part {
            symbol: symbol.clone(),
            figures: Figures::Prices(one),
            basis,
        });
    }
    Ok(parts)
}

/// Factor returns, if the file holds them: a file or archive of the French library, or a table
/// with a market factor.
fn factors(
    name: &str,
    bytes: &[u8],
    options: &ImportOptions,
) -> Result<Option<(Symbol, FactorFrame)>> {
    let zipped = bytes.starts_with(b"PK\x03\x04");
    let text = std::str::from_utf8(bytes).unwrap_or("");
    if !zipped && !text.contains("Mkt-RF") && !text.contains("Ken French") && !is_french(name) {
        return Ok(None);
    }
    let symbol = match (&options.read.symbol, french_set(name)) {
        (Some(symbol), _) => symbol.clone(),
        (None, Some(set)) => Symbol::new(set)?,
        (None, None) => {
            let fault = InputError::new(
                "nothing says which factors these are",
                "state --symbol ff3 (or ff5, momentum, a name of your own)",
            );
            return Err(fault.in_file(name).into());
        }
    };
    if !zipped {
        let frame = read_factors(bytes, name, &FactorOptions::default())?;
        return Ok(Some((symbol, frame)));
    }
    let french = options.providers.iter().find(|p| p.name() == "french");
    let fault = |problem: &str| {
        let cure = "unpack it, and import the file that is in it";
        Error::from(InputError::new(problem, cure).in_file(name))
    };
    let french = french.ok_or_else(|| fault("the archive cannot be read"))?;
    match french.adapter.read(&everything(&symbol), &saved(bytes)) {
        Ok(Figures::Factors(frame)) => Ok(Some((symbol, frame))),
        Ok(Figures::Prices(_)) => Err(fault("the archive holds no factor returns")),
        Err(refusal) => Err(fault(&refusal.message)),
    }
}

fn is_french(name: &str) -> bool {
    name.to_uppercase().starts_with("F-F_")
}

/// The set of factors that a file of the French library holds, by its name.
fn french_set(name: &str) -> Option<&'static str> {
    let name = name.to_uppercase();
    let sets = [
        ("F-F_RESEARCH_DATA_5_FACTORS", "ff5"),
        ("F-F_RESEARCH_DATA_FACTORS", "ff3"),
        ("F-F_MOMENTUM", "momentum"),
    ];
    let found = sets.iter().find(|(start, _)| name.starts_with(start));
    found.map(|(_, set)| *set)
}

/// The refusal that a file is, if a source's adapter knows it as one: the source that the person
/// named, else the one that can say the most.
fn refusal_of(name: &str, bytes: &[u8], options: &ImportOptions) -> Option<Refusal> {
    let symbol = options.read.symbol.clone();
    let symbol = symbol.or_else(|| Symbol::new("X").ok())?;
    let (ask, reply) = (everything(&symbol), saved(bytes));
    let read = |p: &Provider| p.adapter.read(&ask, &reply).err();
    let known = |refusal: &Refusal| {
        !matches!(
            refusal.class,
            RefusalClass::SchemaChanged | RefusalClass::Truncated
        )
    };
    let says_little = |refusal: &Refusal| {
        matches!(
            refusal.class,
            RefusalClass::NoData | RefusalClass::UnknownSymbol
        )
    };
    // Sources without requests have no replies either.
    let asks = |p: &&Provider| !matches!(p.adapter.requests(&ask, None), Ok(r) if r.is_empty());
    let named = |p: &&Provider| options.source.as_deref() == Some(p.name());
    let of_named = options.providers.iter().find(named).and_then(read);
    let refusal = of_named.filter(known).or_else(|| {
        let all = options.providers.iter().filter(asks).filter_map(read);
        all.filter(known).min_by_key(says_little)
    });
    refusal.map(|refusal| Refusal {
        message: format!("{name} holds no prices. {}", refusal.message),
        ..refusal
    })
}

/// A file as the reply of a source.
fn saved(bytes: &[u8]) -> Reply {
    Reply {
        status: 200,
        headers: Vec::new(),
        body: bytes.to_vec(),
    }
}

fn everything(symbol: &Symbol) -> Ask {
    Ask {
        symbol: symbol.clone(),
        from: None,
        to: NaiveDate::MAX,
    }
}

fn store(
    writer: &mut Writer,
    name: &str,
    source: &str,
    part: Part,
    options: &ImportOptions,
) -> Result<SymbolResult> {
    let Part {
        symbol,
        figures,
        basis,
    } = part;
    let known = options.providers.iter().find(|p| p.name() == source);
    let lag = known.map_or(TimeDelta::zero(), |p| p.adapter.facts().publication_lag);
    let due = last_final(&options.calendar, lag, options.now)?;
    let (figures, n_live) = without_live(&symbol, figures, due)?;
    let held = match &figures {
        Figures::Prices(_) => writer.store()?.known(source, &symbol)?,
        Figures::Factors(_) => writer.store()?.known_factors(source, &symbol)?,
    };
    let first = first_session(&figures)?;
    let Some(first) = first else {
        let message = format!(
            "{name} holds no session that is final before {}",
            options.now
        );
        let refusal = Refusal::new(RefusalClass::NoData, message);
        return Ok(SymbolResult::refused(&symbol, source, &refusal));
    };
    let updated = writer.update(Delivery {
        source: source.to_owned(),
        symbol: symbol.clone(),
        figures,
        url: name.to_owned(),
        fetched_at: options.now,
        etag: None,
        last_modified: None,
        basis,
        complete: held.is_none_or(|held| first <= held.first),
    })?;
    let mut result = SymbolResult::of_update(&symbol, source, &updated, || {
        format!("{name} holds nothing that is not stored")
    });
    if let Update::NeedsFull { .. } = updated.update {
        let message = format!(
            "{name} does not agree with what is stored since {}; import a file with the whole \
             history, or store it as another source with --as NAME",
            updated.manifest.first
        );
        let refusal = Refusal::new(RefusalClass::SchemaChanged, message);
        result = SymbolResult::refused(&symbol, source, &refusal);
    }
    if n_live > 0 {
        let rows = counted(n_live, "row");
        result.message += &format!("; {rows} after {due}, not final yet, left out");
    }
    record(writer, &result, options.now)?;
    Ok(result)
}

fn record(writer: &mut Writer, result: &SymbolResult, now: DateTime<Utc>) -> Result<()> {
    writer.record(&FetchRecord {
        source: result.source.clone(),
        symbol: result.symbol.clone(),
        asked_from: None,
        asked_to: None,
        at: now,
        outcome: result.outcome.as_str().to_owned(),
        class: result.class.map(str::to_owned),
        message: Some(result.message.clone()),
        rows: u64::try_from(result.rows).ok(),
    })
}

/// The figures up to `due`, and how many rows lie after it.
fn without_live(symbol: &Symbol, figures: Figures, due: NaiveDate) -> Result<(Figures, usize)> {
    match figures {
        Figures::Prices(frame) => {
            let mut bars = frame.bars(symbol)?;
            let n = bars.len();
            bars.retain(|bar| bar.session <= due);
            let n_live = n - bars.len();
            let Some(provenance) = frame.provenance.first().filter(|_| n_live > 0) else {
                return Ok((Figures::Prices(frame), 0));
            };
            let frame = PriceFrame::from_bars(symbol, &bars, provenance.clone())?;
            Ok((Figures::Prices(frame), n_live))
        }
        Figures::Factors(mut frame) => {
            let n = frame.sessions.len();
            let kept = frame.sessions.partition_point(|session| *session <= due);
            frame.sessions.truncate(kept);
            for column in &mut frame.columns {
                column.truncate(kept);
            }
            Ok((Figures::Factors(frame), n - kept))
        }
    }
}

fn first_session(figures: &Figures) -> Result<Option<NaiveDate>> {
    match figures {
        Figures::Prices(frame) => Ok(frame.row_sessions()?.first().copied()),
        Figures::Factors(frame) => Ok(frame.sessions.first().copied()),
    }
}
