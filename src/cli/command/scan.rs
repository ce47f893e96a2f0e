//! `shockwave scan`: which sessions were abnormal, and does a known event stand beside each?

use crate::cli::Outcome;
use crate::cli::args::{Global, ScanArgs};
use crate::cli::load::{self, Desk};
use crate::cli::message::{Voice, println};
use crate::cli::output;
use crate::cli::progress::Progress;
use crate::cli::render::pictures;
use crate::cli::store;
use crate::cli::study_file::source;
use crate::error::Result;
use crate::instrument::Symbol;
use crate::report::OutputFile;
use crate::report::chart::scan_charts;
use crate::report::scan::{answer, document, scan_files, table};
use crate::sample;
use crate::settings::{Config, Flags, ScanFlags, Source};
use crate::store::Kind;
use crate::study::scan::result::ScanResult;
use crate::study::scan::spec::ScanSpec;
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
        ScanFlags::leave_questions(file);
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
    let named = !config.args.events.is_empty() || !config.source.is_embedded && !paths.is_empty();
    if !named && has_own_figures(config) {
        // The embedded events are those of other companies.
        paths.clear();
        desk.voice.note(&format!(
            "no --events are given, so that no session can be matched; --events {CATALOGUE} is the embedded catalogue"
        ));
    } else if paths.is_empty() {
        paths.push(PathBuf::from(CATALOGUE));
    }
    let events = load::events(&paths, &options)?;
    let mut own = args.own();
    let mut spec = own.spec(config, events.events)?;
    if spec.instruments.is_none() {
        own.symbols = all_stored(args, spec.study.benchmark.as_ref(), desk)?;
        spec = own.spec(config, spec.study.events)?;
    }
    Ok((spec, events.inputs))
}

/// Whether the figures are files of the user's, named by flags or by the study file.
fn has_own_figures(config: &Config) -> bool {
    let prices = config.paths(&config.args.prices, |f| f.prices.as_ref());
    let returns = config.paths(&config.args.returns_file, |f| f.returns_file.as_ref());
    let mut files = prices.iter().chain(&returns);
    files.any(|path| path != Path::new(sample::SAMPLE))
}

/// All instruments of the store, where nothing says what is meant: neither symbols nor files nor a
/// study. None where the store has none, whose embedded figures are meant then.
fn all_stored(args: &ScanArgs, market: Option<&Symbol>, desk: &Desk) -> Result<Vec<String>> {
    let source = args.data.source.as_deref();
    let has_files = !(args.data.prices.is_empty() && args.data.returns_file.is_empty());
    if args.study.is_some() || has_files || source == Some(sample::SAMPLE) {
        return Ok(Vec::new());
    }
    let stored = desk.store.list()?.manifests.into_iter();
    let meant = stored.filter(|m| m.kind == Kind::Prices && source.is_none_or(|s| m.source == s));
    let symbols: BTreeSet<Symbol> = meant.map(|m| m.symbol).collect();
    let symbols = symbols.into_iter().filter(|s| Some(s) != market);
    let symbols: Vec<String> = symbols.map(|s| s.to_string()).collect();
    if !symbols.is_empty() {
        desk.voice.note(&format!(
            "scanned: all of the store but the benchmark ({}); --source sample scans the embedded figures",
            symbols.len()
        ));
    }
    Ok(symbols)
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
