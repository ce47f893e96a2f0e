//! `shockwave scan`: which sessions were abnormal, and does a known event stand beside each?

use crate::analysis::window::Window;
use crate::cli::Outcome;
use crate::cli::args::{Global, ScanArgs};
use crate::cli::load::{self, Desk};
use crate::cli::message::{Voice, println};
use crate::cli::output;
use crate::cli::progress::Progress;
use crate::cli::render::pictures;
use crate::cli::store;
use crate::cli::study_file::source;
use crate::error::{InputError, Result};
use crate::instrument::Symbol;
use crate::report::OutputFile;
use crate::report::chart::scan_charts;
use crate::report::scan::{answer, document, scan_files, table};
use crate::sample;
use crate::settings::{Config, Flags, Source};
use crate::store::Kind;
use crate::study::scan::result::ScanResult;
use crate::study::scan::spec::ScanSpec;
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The event catalogue of a scan that names none.
const CATALOGUE: &str = "ai-chip-policy";

/// Reads, scans, writes where asked, and says what was found.
pub fn run(args: &ScanArgs, global: &Global, voice: Voice) -> Result<Outcome> {
    let progress = Progress::new(voice);
    let study_args = args.as_study().flags();
    let source = settings_of(&study_args)?;
    let config = Config {
        args: &study_args,
        source: &source,
    };
    if let Some(out) = &args.out {
        output::check(out)?;
    }
    progress.step("reading events");
    let desk = Desk {
        global,
        store: store::open(global)?,
        voice,
        until: None,
    };
    let (spec, inputs) = read_spec(args, &config, &desk)?;
    progress.step("reading prices");
    let data = load::data(&config, &spec.study, inputs, &desk)?;
    progress.step("scanning");
    let result = crate::study::scan::run(&spec, &data)?;
    let files = match &args.out {
        None => Vec::new(),
        Some(out) => {
            progress.step("rendering");
            let charts = scan_charts(&result)?;
            let mut files = scan_files(&result, &charts)?;
            files.extend(pictures(&charts)?);
            progress.step("writing");
            output::write(out, &files)?;
            files
        }
    };
    progress.done();
    say(&result, args.out.as_deref(), &files, global, voice)
}

/// The study file whose settings and groups the scan uses; what belongs to a study's questions is
/// left behind.
fn settings_of(args: &Flags) -> Result<Source> {
    let mut source = source(&Flags {
        study: args.study.clone(),
        ..Flags::default()
    })?;
    if let Some(file) = &mut source.file {
        file.focus = None;
        file.lead_event = None;
        file.instruments = None;
        file.joint = None;
        file.claims.clear();
        file.shares.clear();
        // Figures of the user's own need not hold the market of the embedded study.
        if args.study.is_none() && !(args.prices.is_empty() && args.returns_file.is_empty()) {
            file.benchmark = None;
        }
        // The groups of the embedded study are of its own figures: a source that is named for
        // other symbols is not to be asked for theirs.
        if args.study.is_none() && args.source.as_ref().is_some_and(|s| s != sample::SAMPLE) {
            file.groups.clear();
        }
    }
    Ok(source)
}

fn read_spec(
    args: &ScanArgs,
    config: &Config,
    desk: &Desk,
) -> Result<(ScanSpec, Vec<crate::study::result::InputRecord>)> {
    let zone = config.text(&config.args.event_zone, "--event-zone", |f| {
        f.event_zone.as_ref()
    });
    let order = config.text(&config.args.date_format, "--date-format", |f| {
        f.date_format.as_ref()
    });
    let options = load::event_options(zone, order, config.file())?;
    let mut paths = config.paths(&config.args.events, |f| f.events.as_ref());
    if paths.is_empty() {
        paths.push(PathBuf::from(CATALOGUE));
    }
    let events = load::events(&paths, &options)?;
    let mut symbols = symbols(&args.symbols, "SYMBOL")?;
    let mut study = config.spec(events.events)?;
    if symbols.is_empty() {
        symbols = all_stored(args, study.benchmark.as_ref(), desk)?;
    }
    study.focus = match symbols.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    };
    if study.benchmark_weight.is_some() && study.focus.is_none() {
        return Err(InputError::new(
            "the share of the benchmark is one instrument's, and the scan has several",
            "name one instrument",
        )
        .in_file("--benchmark-weight")
        .into());
    }
    let (from, to) = (date(&args.from, "--from")?, date(&args.to, "--to")?);
    if let Some((from, to)) = from.zip(to).filter(|(from, to)| to < from) {
        let problem = format!("lies after --to {to}");
        let fault = InputError::new(problem, "give the earlier date to --from");
        return Err(fault.in_file("--from").with_value(from.to_string()).into());
    }
    let peers = symbols_of_list(&args.peers)?;
    if !symbols.is_empty() {
        // What the store is asked for.
        let needed = symbols.iter().chain(peers.iter().flatten());
        study.instruments = Some(needed.cloned().collect());
    }
    let spec = ScanSpec {
        study,
        instruments: (!symbols.is_empty()).then_some(symbols),
        from,
        to,
        top: top(args.top)?,
        alpha: alpha(args.alpha)?,
        within: within(&args.within)?,
        peers,
        not_causes: args
            .not_causes
            .iter()
            .filter(|c| !c.is_empty())
            .cloned()
            .collect(),
    };
    Ok((spec, events.inputs))
}

/// All instruments of the store, where nothing says what is meant: neither symbols nor files nor a
/// study. None where the store has none, whose embedded figures are meant then.
fn all_stored(args: &ScanArgs, market: Option<&Symbol>, desk: &Desk) -> Result<Vec<Symbol>> {
    let source = args.source.as_deref();
    let has_files = !(args.prices.is_empty() && args.returns_file.is_empty());
    if args.study.is_some() || has_files || source == Some(sample::SAMPLE) {
        return Ok(Vec::new());
    }
    let stored = desk.store.list()?.manifests.into_iter();
    let meant = stored.filter(|m| m.kind == Kind::Prices && source.is_none_or(|s| m.source == s));
    let symbols: BTreeSet<Symbol> = meant.map(|m| m.symbol).collect();
    let symbols: Vec<Symbol> = symbols.into_iter().filter(|s| Some(s) != market).collect();
    if !symbols.is_empty() {
        desk.voice.note(&format!(
            "scanned: all of the store but the benchmark ({}); --source sample scans the embedded figures",
            symbols.len()
        ));
    }
    Ok(symbols)
}

fn symbols(texts: &[String], place: &str) -> Result<Vec<Symbol>> {
    let mut symbols: Vec<Symbol> = Vec::new();
    for text in texts.iter().flat_map(|t| t.split(',')) {
        let symbol =
            Symbol::new(text).map_err(|error| error.map_input(|fault| fault.in_file(place)))?;
        if !symbols.contains(&symbol) {
            symbols.push(symbol);
        }
    }
    Ok(symbols)
}

fn symbols_of_list(texts: &[String]) -> Result<Option<Vec<Symbol>>> {
    let symbols = symbols(texts, "--peers")?;
    Ok((!symbols.is_empty()).then_some(symbols))
}

fn date(text: &Option<String>, flag: &str) -> Result<Option<NaiveDate>> {
    let parse = |text: &String| {
        text.parse().map_err(|_| {
            let fault = InputError::new("not a date", "write YYYY-MM-DD");
            fault.in_file(flag).with_value(text).into()
        })
    };
    text.as_ref().map(parse).transpose()
}

fn top(n: usize) -> Result<usize> {
    if n == 0 {
        let fault = InputError::new("a scan reports at least one session", "20 is usual");
        return Err(fault.in_file("--top").with_value("0").into());
    }
    Ok(n)
}

fn alpha(p: f64) -> Result<f64> {
    if p > 0.0 && p < 1.0 {
        return Ok(p);
    }
    let fault = InputError::new("must lie between 0 and 1", "0.05 is usual");
    Err(fault.in_file("--alpha").with_value(p.to_string()).into())
}

fn within(text: &str) -> Result<Window> {
    text.parse()
        .map_err(|e: crate::analysis::window::WindowError| {
            InputError::new(e.to_string(), "write A:B, such as 0:1")
                .in_file("--within")
                .with_value(text)
                .into()
        })
}

/// The table on stdout, or the document; what has no figures on stderr.
fn say(
    result: &ScanResult,
    out: Option<&Path>,
    files: &[OutputFile],
    global: &Global,
    voice: Voice,
) -> Result<Outcome> {
    let open = not_final(result);
    for line in &open {
        voice.note(line);
    }
    let complete = open.is_empty();
    if global.json {
        let mut shown =
            serde_json::to_value(document(result)).map_err(|e| crate::error::Error::Render {
                what: "--json".to_owned(),
                problem: e.to_string(),
            })?;
        if let Value::Object(fields) = &mut shown {
            fields.insert(
                "out".to_owned(),
                json!(out.map(|o| o.display().to_string())),
            );
            let paths: Vec<&str> = files.iter().map(|f| f.path.as_str()).collect();
            fields.insert("files".to_owned(), json!(paths));
            fields.insert("exit_code".to_owned(), json!(i32::from(!complete)));
        }
        println(&shown.to_string());
    } else if !global.quiet {
        for line in table(result) {
            println(&line);
        }
        for paragraph in answer(result) {
            println("");
            println(&paragraph);
        }
        if let Some(out) = out {
            println("");
            let page = out.join("scan.md");
            println(&format!(
                "{} files in {}; read {}",
                files.len(),
                out.display(),
                page.display()
            ));
        }
    }
    Ok(if complete {
        Outcome::Done
    } else {
        Outcome::Incomplete
    })
}

/// What the scan had to leave out, a line each.
fn not_final(result: &ScanResult) -> Vec<String> {
    let bare = result.instruments.iter().filter(|i| i.n_scanned == 0);
    let bare = bare.map(|i| {
        let reasons = i.n_without.iter().map(|(code, n)| format!("{n} {code}"));
        let reasons: Vec<String> = reasons.collect();
        format!(
            "excluded: {}: no session has figures ({})",
            i.instrument,
            reasons.join(", ")
        )
    });
    let nowhere = result.events.iter().filter(|e| e.session.is_none());
    let nowhere = nowhere.map(|e| format!("excluded: {}: {}", e.id, e.reason));
    let unreadable = result
        .unreadable
        .iter()
        .map(|(path, problem)| format!("unreadable: {path}: {problem}"));
    bare.chain(nowhere).chain(unreadable).collect()
}
