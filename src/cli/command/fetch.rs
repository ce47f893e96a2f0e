//! `shockwave fetch`: sources or files into the store, and what became of each symbol.

use crate::cli::Outcome;
use crate::cli::args::{FetchArgs, Global};
use crate::cli::clock::now;
use crate::cli::command::calendar::named;
use crate::cli::interrupt;
use crate::cli::message::{Voice, println};
use crate::cli::progress::Progress;
use crate::cli::sources::{self, Sources};
use crate::cli::store::{owner, root};
use crate::error::{Error, InputError, Result};
use crate::fetch::import::{ImportOptions, import};
use crate::fetch::plan::Span;
use crate::fetch::{Job, Report, Stop, SymbolResult};
use crate::input::dates::DateOrder;
use crate::input::numbers::DecimalMark;
use crate::instrument::Symbol;
use crate::prices::read::ReadOptions;
use crate::source::Refusal;
use crate::source::http::Client;
use crate::store::{Store, Writer};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// Symbols at a time where nobody says how many.
const JOBS: usize = 8;

pub fn run(args: &FetchArgs, global: &Global, voice: Voice) -> Result<Outcome> {
    let now = now(global.now.as_deref())?;
    let sources = sources::load()?;
    if !args.import.is_empty() {
        return import_files(args, global, voice, &sources, now);
    }
    let job = job(args, global, &sources, now)?;
    let report = ask(job, global, voice, interrupt::listen()?)?;
    Ok(say(&report, &[], global, voice))
}

/// Brings symbols that a study needs and that are not stored, from the sources of the
/// configuration or from the one that is named; what cannot be had is said.
///
/// # Errors
/// A store that another run writes to; a configuration that cannot be read.
pub fn bring(
    symbols: &[Symbol],
    source: Option<&str>,
    calendar: &str,
    global: &Global,
    voice: Voice,
) -> Result<()> {
    let sources = sources::load()?;
    let named_source: Vec<String> = source.into_iter().map(str::to_owned).collect();
    let job = Job {
        symbols: symbols.to_vec(),
        chain: sources.chain(&named_source)?,
        span: Span::default(),
        force: false,
        offline: false,
        jobs: JOBS,
        calendar: named(calendar)?,
        now: now(global.now.as_deref())?,
    };
    if job.chain.is_empty() {
        return Ok(());
    }
    for result in &ask(job, global, voice, interrupt::listen()?)?.results {
        voice.note(&line(result));
    }
    Ok(())
}

/// Whether a source of this name can be asked; what was imported under a name of one's own cannot.
pub fn is_known(source: &str) -> bool {
    let mut known = crate::source::figure_sources().into_iter();
    known.any(|adapter| adapter.facts().name == source)
}

/// Asks for what the job wants, and stores what comes, until all is done or a stop is asked for.
///
/// # Errors
/// A store that another run writes to; a system without threads or certificates.
pub fn ask(job: Job, global: &Global, voice: Voice, stop: Stop) -> Result<Report> {
    let settings = sources::http_settings()?;
    let addresses = job.chain.iter().map(|provider| {
        let own = &*provider.adapter.facts().base_url;
        provider.base_url.as_deref().unwrap_or(own)
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::io("threads", &e))?;
    let client = {
        let _within = runtime.enter();
        Client::new(settings, addresses, job.now).map_err(without_client)?
    };
    let writer = writer(global, job.now)?;
    let progress = Arc::new(Progress::of_symbols(voice, job.symbols.len()));
    let each = Arc::clone(&progress);
    let done = move |result: &SymbolResult| each.symbol(&result.symbol);
    let report = runtime.block_on(crate::fetch::run(job, client, writer, stop, done));
    progress.done();
    report
}

fn job(args: &FetchArgs, global: &Global, sources: &Sources, now: DateTime<Utc>) -> Result<Job> {
    let mut symbols: Vec<Symbol> = Vec::new();
    for text in &args.symbols {
        let symbol = Symbol::new(text)?;
        if !symbols.contains(&symbol) {
            symbols.push(symbol);
        }
    }
    if symbols.is_empty() {
        let cure = "name some, as in shockwave fetch NVDA SPY, or give files with --import";
        return Err(InputError::new("there is no symbol to fetch", cure).into());
    }
    if args.jobs == 0 {
        let fault = InputError::new("must be at least 1", "leave --jobs out");
        return Err(fault.in_file("--jobs").with_value("0").into());
    }
    let date = |text: &Option<String>, flag: &str| -> Result<Option<NaiveDate>> {
        let parse = |text: &String| {
            let fault = || InputError::new("not a date", "write YYYY-MM-DD").in_file(flag);
            text.parse().map_err(|_| fault().with_value(text).into())
        };
        text.as_ref().map(parse).transpose()
    };
    let span = Span {
        from: date(&args.from, "--from")?,
        to: date(&args.to, "--to")?,
    };
    if let (Some(from), Some(to)) = (span.from, span.to)
        && to < from
    {
        let fault = InputError::new(format!("lies after --to {to}"), "exchange the two");
        return Err(fault.in_file("--from").with_value(from.to_string()).into());
    }
    Ok(Job {
        symbols,
        chain: sources.chain(&args.source)?,
        span,
        force: args.force,
        offline: global.offline,
        jobs: args.jobs,
        calendar: named(&args.calendar)?,
        now,
    })
}

fn writer(global: &Global, now: DateTime<Utc>) -> Result<Writer> {
    Store::writer(root(global)?, now, &owner("fetch"))
}

/// No client can be made on this system.
fn without_client(refusal: Refusal) -> Error {
    InputError::new(refusal.message, "install the system's certificates").into()
}

fn import_files(
    args: &FetchArgs,
    global: &Global,
    voice: Voice,
    sources: &Sources,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let options = import_options(args, sources, now)?;
    // Read before the store is touched.
    let mut files = Vec::new();
    for path in &args.import {
        let bytes = std::fs::read(path).map_err(|e| Error::io(path, &e))?;
        files.push((path.as_path(), bytes));
    }
    let mut writer = writer(global, now)?;
    let mut report = Report::default();
    let mut unreadable = Vec::new();
    for (path, bytes) in &files {
        match import(&mut writer, &file_name(path), bytes, &options) {
            Ok(results) => report.results.extend(results),
            Err(error) => {
                voice.error(&error);
                unreadable.push(json!({
                    "file": path.display().to_string(), "message": error.to_string(),
                }));
            }
        }
    }
    let outcome = say(&report, &unreadable, global, voice);
    let stored = report.results.iter().any(|result| result.outcome.is_good());
    Ok(match (stored, unreadable.is_empty()) {
        (true, true) => outcome,
        (true, false) => Outcome::Incomplete,
        // Nothing was written: the files are the input.
        (false, _) => Outcome::Unusable,
    })
}

fn import_options(
    args: &FetchArgs,
    sources: &Sources,
    now: DateTime<Utc>,
) -> Result<ImportOptions> {
    if let Some(first) = args.symbols.first() {
        let cure = "state the symbol of a file with --symbol";
        let fault = InputError::new("--import takes files and no symbols", cure);
        return Err(fault.with_value(first).into());
    }
    let choice = |value: &str, flag: &str, cure: &str| -> Error {
        let fault = InputError::new("no such choice", cure).in_file(flag);
        fault.with_value(value).into()
    };
    let date_order = args.date_format.as_deref().map(|name| {
        let order = DateOrder::from_name(name);
        order.ok_or_else(|| choice(name, "--date-format", "choose dmy, mdy or ymd"))
    });
    let decimal = args.decimal.as_deref().map(|name| match name {
        "point" => Ok(DecimalMark::Point),
        "comma" => Ok(DecimalMark::Comma),
        _ => Err(choice(name, "--decimal", "choose point or comma")),
    });
    let source = args.as_source.as_deref().map(|name| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        match !name.is_empty() && name.len() <= 32 && name.chars().all(plain) {
            true => Ok(name.to_owned()),
            false => Err(choice(name, "--as", "use small letters, digits and - only")),
        }
    });
    Ok(ImportOptions {
        source: source.transpose()?,
        read: ReadOptions {
            date_order: date_order.transpose()?,
            decimal: decimal.transpose()?,
            symbol: args.symbol.as_deref().map(Symbol::new).transpose()?,
            ..ReadOptions::default()
        },
        providers: sources.providers.clone(),
        calendar: named(&args.calendar)?,
        now,
    })
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Says what became of each symbol and which files are no tables, and how the command ends.
fn say(report: &Report, unreadable: &[Value], global: &Global, voice: Voice) -> Outcome {
    if global.json {
        let mut said = json!({"results": report.results});
        if !unreadable.is_empty() {
            said["unreadable"] = json!(unreadable);
        }
        println(&said.to_string());
    }
    for result in &report.results {
        if !result.outcome.is_good() {
            voice.trouble(&line(result));
        } else if !global.json && !global.quiet {
            println(&line(result));
        }
    }
    if !report.left_out.is_empty() {
        let names: Vec<&str> = report.left_out.iter().map(Symbol::as_str).collect();
        voice.trouble(&format!("stopped before: {}", names.join(", ")));
        return Outcome::Interrupted;
    }
    let n_bad = report
        .results
        .iter()
        .filter(|r| !r.outcome.is_good())
        .count();
    match n_bad {
        0 => Outcome::Done,
        n if n == report.results.len() => Outcome::Failed,
        _ => Outcome::Incomplete,
    }
}

fn line(result: &SymbolResult) -> String {
    let outcome = match result.class {
        Some(class) => format!("{} ({class})", result.outcome.as_str()),
        None => result.outcome.as_str().to_owned(),
    };
    let span = match (result.first, result.last) {
        (Some(first), Some(last)) => format!(" [{first} to {last}]"),
        _ => String::new(),
    };
    format!(
        "{} from {}: {outcome}: {}{span}",
        result.symbol, result.source, result.message
    )
}
