//! `shockwave study` and `shockwave report`: read, compute, render, write, say what happened.

use crate::cli::Outcome;
use crate::cli::args::{Global, StudyArgs};
use crate::cli::load::{self, Desk};
use crate::cli::message::{Voice, println};
use crate::cli::output::{self, Staged};
use crate::cli::progress::Progress;
use crate::cli::render::{Format, Wanted, formats, render, rendered};
use crate::cli::store;
use crate::cli::study_file::source;
use crate::error::{InputError, Result};
use crate::instrument::Symbol;
use crate::report::changes::Changes;
use crate::report::language::Language;
use crate::report::terminal::{caution, not_final, written};
use crate::report::{OutputFile, plain_summary};
use crate::settings::Config;
use crate::study::result::{InputRecord, StudyResult};
use crate::study::warning::Warning;
use chrono::NaiveDate;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Runs a study and writes its tables, and its report where `with_report`.
pub fn run(args: &StudyArgs, global: &Global, voice: Voice, with_report: bool) -> Result<Outcome> {
    let progress = Progress::new(voice);
    let args = &args.flags();
    let source = source(args)?;
    let config = Config {
        args,
        source: &source,
    };
    let formats = formats(&config, with_report)?;
    let language = language(&config)?;

    progress.step("reading events");
    let (spec, inputs) = read_spec(&config)?;
    let out = out_folder(&config, &spec.name);
    output::check(&out)?;
    progress.step("reading prices");
    let desk = Desk {
        global,
        store: store::open(global)?,
        voice,
        until: None,
    };
    let data = load::data(&config, &spec, inputs, &desk)?;
    progress.step("computing");
    let result = crate::study::run(&spec, &data)?;
    // Files are made from the result alone: they need not wait until the rest is given back.
    rayon::spawn(move || drop((spec, data)));
    progress.step("rendering");
    let staged = Staged::begin(&out)?;
    let wanted = Wanted {
        formats: &formats,
        language,
        with_report,
        changes: None,
    };
    render(&result, wanted, &staged)?;
    let files = staged.finish()?;
    progress.done();

    let outcome = say(&result, &out, &files, global, voice, language)?;
    // The process ends here and gives all of it back at once, which is quicker than row by row.
    std::mem::forget(result);
    Ok(outcome)
}

/// A study as it was known when a session had ended, and how its report is to be.
pub struct AsOf {
    /// The study.
    pub result: StudyResult,
    formats: Vec<Format>,
    language: Language,
}

impl AsOf {
    /// Computes it; nothing is fetched for it, and nothing written.
    pub fn compute(
        args: &StudyArgs,
        global: &Global,
        voice: Voice,
        until: NaiveDate,
    ) -> Result<Self> {
        let args = &args.flags();
        let source = source(args)?;
        let config = Config {
            args,
            source: &source,
        };
        let (spec, inputs) = read_spec(&config)?;
        let offline = Global {
            offline: true,
            ..global.clone()
        };
        let desk = Desk {
            global: &offline,
            store: store::open(global)?,
            voice,
            until: Some(until),
        };
        let data = load::data(&config, &spec, inputs, &desk)?;
        Ok(Self {
            result: crate::study::run(&spec, &data)?,
            formats: formats(&config, true)?,
            language: language(&config)?,
        })
    }

    /// The files of the report.
    pub fn files(&self, changes: Option<&Changes>) -> Result<Vec<OutputFile>> {
        // Charts are for pages.
        let is_page = |f: &Format| matches!(f, Format::Html | Format::Markdown | Format::Pdf);
        let wanted = Wanted {
            formats: &self.formats,
            language: self.language,
            with_report: self.formats.iter().any(is_page),
            changes,
        };
        rendered(&self.result, wanted)
    }
}

/// Every symbol that a study may touch and that its own files do not hold.
pub fn symbols(args: &StudyArgs) -> Result<Vec<Symbol>> {
    let args = &args.flags();
    let source = source(args)?;
    let config = Config {
        args,
        source: &source,
    };
    let (spec, _) = read_spec(&config)?;
    load::stored_symbols(&config, &spec)
}

fn language(config: &Config) -> Result<Language> {
    config.choice(
        config.text(&config.args.language, "--language", |f| f.language.as_ref()),
        &[("en", Language::En), ("de", Language::De)],
        Language::En,
    )
}

fn read_spec(config: &Config) -> Result<(crate::study::spec::StudySpec, Vec<InputRecord>)> {
    let args = config.args;
    let zone = config.text(&args.event_zone, "--event-zone", |f| f.event_zone.as_ref());
    let order = config.text(&args.date_format, "--date-format", |f| {
        f.date_format.as_ref()
    });
    let options = load::event_options(zone, order, config.file())?;
    let paths = config.paths(&args.events, |f| f.events.as_ref());
    if paths.is_empty() {
        return Err(InputError::new(
            "the study names no event file",
            "add events = [\"my-events.csv\"] to it, or give --events PATH",
        )
        .in_file(&config.source.shown)
        .into());
    }
    let events = load::events(&paths, &options)?;
    let mut inputs = events.inputs;
    if config.file().is_some() {
        inputs.push(InputRecord {
            role: "study".to_owned(),
            name: config.source.shown.clone(),
            format: "toml".to_owned(),
            n_rows: 1,
            sha256: load::sha256(&config.source.bytes),
            ..InputRecord::default()
        });
    }
    Ok((config.spec(events.events)?, inputs))
}

/// `--out`, else that of the study file (relative to it), else `reports/<name>`.
fn out_folder(config: &Config, name: &str) -> PathBuf {
    if let Some(out) = &config.args.out {
        return out.clone();
    }
    match config.file().and_then(|f| f.out.as_ref()) {
        Some(out) => config.source.folder.join(&out.value),
        None => Path::new("reports").join(name),
    }
}

/// Says what came out: the answer on stdout, what is not final on stderr.
fn say(
    result: &StudyResult,
    out: &Path,
    files: &[String],
    global: &Global,
    voice: Voice,
    language: Language,
) -> Result<Outcome> {
    let open = not_final(result, language);
    for line in &open {
        voice.note(line);
    }
    for warning in result.warnings.iter().filter(|w| concerns_input(w)) {
        voice.note(&caution(warning, language));
    }
    let unreadable = |w: &Warning| matches!(w, Warning::Unreadable { .. });
    let complete = open.is_empty() && !result.warnings.iter().any(unreadable);
    let page = files
        .iter()
        .find(|f| f.ends_with(".html"))
        .or_else(|| files.iter().find(|f| f.ends_with(".md")))
        .map(|f| out.join(f));
    if global.json {
        println(
            &json!({
                "study": result.name,
                "out": out.display().to_string(),
                "report": page.map(|p| p.display().to_string()),
                "files": files,
                "events": result.event_counts,
                "observations": result.observation_counts,
                "exit_code": i32::from(!complete),
            })
            .to_string(),
        );
    } else if !global.quiet {
        for paragraph in plain_summary(result, language) {
            println(&paragraph);
            println("");
        }
        let shown = page.unwrap_or_else(|| out.to_path_buf());
        let (out, shown) = (out.display().to_string(), shown.display().to_string());
        println(&written(files.len(), &out, &shown, language));
    }
    Ok(if complete {
        Outcome::Done
    } else {
        Outcome::Incomplete
    })
}

/// Whether a warning is about what was given, so that whoever started the run should hear it.
fn concerns_input(warning: &Warning) -> bool {
    match warning {
        Warning::Quality { n_serious, .. } => *n_serious > 0,
        Warning::Unreadable { .. } | Warning::NoGroups { .. } => true,
        Warning::AbsentMembers { .. } | Warning::MixedBasis { .. } => true,
        _ => false,
    }
}
