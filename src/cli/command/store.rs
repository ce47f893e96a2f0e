//! `shockwave store`: what is there, whether it is sound, its figures for other programs, and
//! what later deliveries changed.

use crate::cli::args::{ExportArgs, ExportFormat, Global, StoreCommand};
use crate::cli::message::{Voice, print_bytes, println};
use crate::cli::{Outcome, output, store};
use crate::error::{Error, InputError, Result};
use crate::instrument::Symbol;
use crate::store::{Kind, Manifest, Revision, Store, preferred, to_csv};
use serde_json::{Value, json};

/// Changes of one delivery that are shown before the rest is only counted.
const SHOWN: usize = 10;

pub fn run(command: &StoreCommand, global: &Global, voice: Voice) -> Result<Outcome> {
    let store = store::open(global)?;
    match command {
        StoreCommand::List => list(&store, global, voice),
        StoreCommand::Verify => verify(&store, global),
        StoreCommand::Export(args) => export(&store, args, voice),
        StoreCommand::Diff { symbol } => diff(&store, symbol.as_deref(), global),
    }
}

fn list(store: &Store, global: &Global, voice: Voice) -> Result<Outcome> {
    let listing = store.list()?;
    if global.json {
        let broken = listing.broken.iter();
        let broken: Vec<Value> = broken
            .map(|b| json!({"file": b.path, "problem": b.error.to_string()}))
            .collect();
        let text = json!({
            "store": store.root().display().to_string(),
            "series": listing.manifests,
            "broken": broken,
        });
        println(&text.to_string());
    } else {
        for line in table(&listing.manifests) {
            println(&line);
        }
        let n = listing.manifests.len();
        println(&format!("{n} series in {}", store.root().display()));
    }
    for broken in &listing.broken {
        voice.note(&format!("broken: {}: {}", broken.path, broken.error));
    }
    Ok(if listing.broken.is_empty() {
        Outcome::Done
    } else {
        Outcome::Incomplete
    })
}

/// One line per series, in columns.
fn table(manifests: &[Manifest]) -> Vec<String> {
    let symbols = manifests.iter().map(|m| m.symbol.as_str().chars().count());
    let sources = manifests.iter().map(|m| m.source.chars().count());
    let (symbols, sources) = (symbols.max().unwrap_or(0), sources.max().unwrap_or(0));
    let line = |m: &Manifest| {
        format!(
            "{:symbols$}  {:sources$}  {} to {}  {:>6} rows  fetched {}  {}",
            m.symbol.as_str(),
            m.source,
            m.first,
            m.last,
            m.rows,
            m.fetched_at.format("%Y-%m-%d %H:%M UTC"),
            m.adjustment_basis.as_str(),
        )
    };
    manifests.iter().map(line).collect()
}

fn verify(store: &Store, global: &Global) -> Result<Outcome> {
    let found = store.verify()?;
    if global.json {
        println(&json!({"ok": found.ok, "problems": found.problems}).to_string());
    } else if found.ok && !store.root().exists() {
        println(&format!("there is no store in {}", store.root().display()));
    } else if found.ok {
        println("the store is sound");
    } else {
        for problem in &found.problems {
            println(&format!("{}: {}", problem.file, problem.problem));
        }
    }
    Ok(if found.ok {
        Outcome::Done
    } else {
        Outcome::Incomplete
    })
}

fn export(store: &Store, args: &ExportArgs, voice: Voice) -> Result<Outcome> {
    let symbol = named(&args.symbol)?;
    let found = store.find(&symbol)?;
    let sources: Vec<String> = found.iter().map(|m| m.source.clone()).collect();
    let Some(manifest) = preferred(found, args.source.as_deref()) else {
        return Err(not_there(store, &symbol, args.source.as_deref())?);
    };
    if args.source.is_none() && sources.len() > 1 {
        let (source, all) = (&manifest.source, sources.join(", "));
        voice.note(&format!(
            "{symbol} from {source}; stored are {all}: choose with --source"
        ));
    }
    let series = store.read(&manifest.source, &symbol)?;
    let Some(series) = series else {
        let problem = format!("the prices of {symbol} have just been removed");
        return Err(InputError::new(problem, "run again").into());
    };
    let bytes = match args.format {
        ExportFormat::Csv => to_csv(&series.frame)?.into_bytes(),
        ExportFormat::Parquet => series.frame.to_dated_parquet()?,
    };
    match &args.out {
        Some(path) => output::write_file(path, &bytes)?,
        None => print_bytes(&bytes),
    }
    Ok(Outcome::Done)
}

/// Why there is nothing to export or to compare, with what is there under another spelling.
fn not_there(store: &Store, symbol: &Symbol, source: Option<&str>) -> Result<Error> {
    let from = source.map_or_else(String::new, |source| format!(" from {source}"));
    let problem = format!("the store holds no prices of {symbol}{from}");
    let twin = |m: &&Manifest| m.symbol.as_str().eq_ignore_ascii_case(symbol.as_str());
    let listed = store.list()?.manifests;
    let cure = match listed.iter().find(twin) {
        Some(m) if m.kind == Kind::Factors => {
            format!(
                "{} are factor returns: studies use them with --model",
                m.symbol
            )
        }
        Some(m) if m.symbol != *symbol => format!("did you mean {}?", m.symbol),
        _ => "see shockwave store list, or fetch them".to_owned(),
    };
    Ok(InputError::new(problem, cure).into())
}

fn named(symbol: &str) -> Result<Symbol> {
    Symbol::new(symbol).map_err(|error| error.map_input(|fault| fault.in_file("SYMBOL")))
}

fn diff(store: &Store, symbol: Option<&str>, global: &Global) -> Result<Outcome> {
    let symbol = symbol.map(named).transpose()?;
    let revisions = store.revisions(symbol.as_ref())?;
    if let Some(symbol) = &symbol
        && revisions.is_empty()
        && !store.list()?.manifests.iter().any(|m| m.symbol == *symbol)
    {
        return Err(not_there(store, symbol, None)?);
    }
    if global.json {
        println(&json!({"revisions": revisions}).to_string());
        return Ok(Outcome::Done);
    }
    if revisions.is_empty() {
        println("no stored figure has been changed by a later delivery");
    }
    let one_delivery = |a: &Revision, b: &Revision| {
        (&a.source, &a.symbol, a.generation) == (&b.source, &b.symbol, b.generation)
    };
    for changes in revisions.chunk_by(one_delivery) {
        let Some(first) = changes.first() else {
            continue;
        };
        println(&format!(
            "{} from {}: {} figures changed by the delivery of {}",
            first.symbol,
            first.source,
            changes.len(),
            first.seen_at.format("%Y-%m-%d %H:%M UTC"),
        ));
        let figure = |v: Option<f64>| v.map_or_else(|| "missing".to_owned(), |v| v.to_string());
        for change in changes.iter().take(SHOWN) {
            let (old, new) = (figure(change.old), figure(change.new));
            println(&format!(
                "  {}  {:9}  {old} -> {new}",
                change.session, change.field
            ));
        }
        if changes.len() > SHOWN {
            println(&format!("  and {} more, see --json", changes.len() - SHOWN));
        }
    }
    Ok(Outcome::Done)
}
