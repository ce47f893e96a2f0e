//! `shockwave study` and `shockwave report`: read, compute, render, write, say what happened.

use crate::cli::Outcome;
use crate::cli::args::{Global, StudyArgs};
use crate::cli::load::{self, Desk};
use crate::cli::message::{Voice, println};
use crate::cli::output;
use crate::cli::progress::Progress;
use crate::cli::store;
use crate::cli::study_file::source;
use crate::error::{InputError, Result};
use crate::instrument::Symbol;
use crate::prices::columns::{PlainColumn, to_parquet};
use crate::report::chart::{Chart, charts, png};
use crate::report::data_table::{DataTable, Values};
use crate::report::html::HtmlReport;
use crate::report::json::StudyJson;
use crate::report::language::Language;
use crate::report::markdown::MarkdownReport;
#[cfg(feature = "pdf")]
use crate::report::pdf::PdfReport;
use crate::report::tables::{CsvTables, data_tables};
use crate::report::{OutputFile, Renderer, plain_summary};
use crate::settings::Config;
use crate::study::result::{ClaimRow, InputRecord, LedgerRow, Status, StudyResult, Verdict};
use crate::study::warning::Warning;
use chrono::NaiveDate;
use rayon::prelude::*;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Width of PNG charts in pixels: one and three quarters of what a page shows.
const PNG_WIDTH: u32 = 1400;

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Json,
    Parquet,
    Html,
    Markdown,
    Pdf,
}

const FORMATS: [(&str, Format); 6] = [
    ("csv", Format::Csv),
    ("json", Format::Json),
    ("parquet", Format::Parquet),
    ("html", Format::Html),
    ("md", Format::Markdown),
    ("pdf", Format::Pdf),
];

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
    progress.step("rendering");
    let files = render(&result, &formats, language, with_report)?;
    progress.step("writing");
    output::write(&out, &files)?;
    progress.done();

    let outcome = say(&result, &out, &files, global, voice, language)?;
    Ok(outcome)
}

/// A study with its report, as it was known when a session had ended; nothing is fetched for it, and
/// nothing written.
pub fn as_of(
    args: &StudyArgs,
    global: &Global,
    voice: Voice,
    until: NaiveDate,
) -> Result<(StudyResult, Vec<OutputFile>)> {
    let args = &args.flags();
    let source = source(args)?;
    let config = Config {
        args,
        source: &source,
    };
    let formats = formats(&config, true)?;
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
    let result = crate::study::run(&spec, &data)?;
    let language = language(&config)?;
    // Charts are for pages.
    let is_page = |format: &Format| matches!(format, Format::Html | Format::Markdown | Format::Pdf);
    let files = render(&result, &formats, language, formats.iter().any(is_page))?;
    Ok((result, files))
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

fn formats(config: &Config, with_report: bool) -> Result<Vec<Format>> {
    let listed = crate::settings::pick_list(
        &config.args.format,
        "--format",
        config.file().and_then(|f| f.format.as_ref()),
    );
    let Some(listed) = listed else {
        let mut formats = vec![Format::Csv, Format::Json];
        if with_report {
            formats.extend([Format::Html, Format::Markdown]);
        }
        return Ok(formats);
    };
    let chosen: Result<Vec<Format>> = listed
        .into_iter()
        .map(|setting| config.choice(Some(setting), &FORMATS, Format::Csv))
        .collect();
    if !cfg!(feature = "pdf") && chosen.as_ref().is_ok_and(|c| c.contains(&Format::Pdf)) {
        return Err(InputError::new(
            "this program was built without PDF",
            "build it with `--features pdf`, or print report.html from a browser",
        )
        .in_file("--format")
        .with_value("pdf")
        .into());
    }
    chosen
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

fn render(
    result: &StudyResult,
    formats: &[Format],
    language: Language,
    with_report: bool,
) -> Result<Vec<OutputFile>> {
    // Tables need no charts: both are made side by side.
    let (drawn, tables) = rayon::join(
        || drawn(result, formats, language, with_report),
        || -> Result<Vec<OutputFile>> {
            let mut files = Vec::new();
            for format in formats {
                match format {
                    Format::Csv => files.extend(CsvTables.files(result, &[])?),
                    Format::Json => files.extend(StudyJson.files(result, &[])?),
                    Format::Parquet => files.extend(parquet(result)?),
                    Format::Html | Format::Markdown | Format::Pdf => {}
                }
            }
            Ok(files)
        },
    );
    let mut files = tables?;
    files.extend(drawn?);
    Ok(files)
}

/// Every table as Parquet, named as its CSV file is.
fn parquet(result: &StudyResult) -> Result<Vec<OutputFile>> {
    let file = |table: &DataTable| {
        let columns = table.columns.iter().map(|column| {
            let values = match &column.values {
                Values::Text(values) => PlainColumn::Text(values),
                Values::Number(values) => PlainColumn::Number(values),
                Values::Count(values) => PlainColumn::Count(values),
                Values::Date(values) => PlainColumn::Date(values),
                Values::Flag(values) => PlainColumn::Flag(values),
            };
            (column.name.as_str(), values)
        });
        let columns: Vec<(&str, PlainColumn)> = columns.collect();
        Ok(OutputFile {
            path: format!("{}.parquet", table.name),
            bytes: to_parquet(table.n_rows, &columns)?,
        })
    };
    data_tables(result).map(|table| file(&table)).collect()
}

/// Charts and the pages that show them.
fn drawn(
    result: &StudyResult,
    formats: &[Format],
    language: Language,
    with_report: bool,
) -> Result<Vec<OutputFile>> {
    let charts = if with_report {
        charts(result, language)?
    } else {
        Vec::new()
    };
    let mut files = Vec::new();
    for format in formats {
        match format {
            Format::Csv | Format::Json | Format::Parquet => {}
            Format::Html => files.extend(HtmlReport { language }.files(result, &charts)?),
            Format::Markdown => files.extend(MarkdownReport { language }.files(result, &charts)?),
            #[cfg(feature = "pdf")]
            Format::Pdf => files.extend(PdfReport { language }.files(result, &charts)?),
            #[cfg(not(feature = "pdf"))]
            Format::Pdf => {}
        }
    }
    files.extend(pictures(&charts)?);
    Ok(files)
}

/// Every chart as SVG and PNG.
pub(super) fn pictures(charts: &[Chart]) -> Result<Vec<OutputFile>> {
    let both: Vec<[OutputFile; 2]> = charts
        .par_iter()
        .map(|chart| {
            Ok([
                OutputFile {
                    path: format!("charts/{}.svg", chart.name),
                    bytes: chart.svg.clone().into_bytes(),
                },
                OutputFile {
                    path: format!("charts/{}.png", chart.name),
                    bytes: png(&chart.svg, PNG_WIDTH)?,
                },
            ])
        })
        .collect::<Result<_>>()?;
    Ok(both.into_iter().flatten().collect())
}

/// Says what came out: the answer on stdout, what is not final on stderr.
fn say(
    result: &StudyResult,
    out: &Path,
    files: &[OutputFile],
    global: &Global,
    voice: Voice,
    language: Language,
) -> Result<Outcome> {
    let mut open = not_final(result);
    open.extend(unanswered(result));
    for line in &open {
        voice.note(line);
    }
    let mut unreadable = false;
    for warning in &result.warnings {
        unreadable |= matches!(warning, Warning::Unreadable { .. });
        if let Warning::Unreadable { .. } | Warning::NoGroups { .. } = warning {
            voice.note(&format!(
                "warning: {}; {}",
                warning.message(),
                warning.hint()
            ));
        }
    }
    let complete = open.is_empty() && !unreadable;
    let page = files
        .iter()
        .find(|f| f.path.ends_with(".html"))
        .or_else(|| files.iter().find(|f| f.path.ends_with(".md")))
        .map(|f| out.join(&f.path));
    if global.json {
        println(
            &json!({
                "study": result.name,
                "out": out.display().to_string(),
                "report": page.map(|p| p.display().to_string()),
                "files": files.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(),
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
        println(&format!(
            "{} files in {}; read {}",
            files.len(),
            out.display(),
            shown.display()
        ));
    }
    Ok(if complete {
        Outcome::Done
    } else {
        Outcome::Incomplete
    })
}

/// Claims that ask something of the prices and got no answer: an instrument that the data lack, an
/// event without a figure. (A claim that says itself why prices cannot answer is none of them.)
fn unanswered(result: &StudyResult) -> Vec<String> {
    let open = |c: &&ClaimRow| c.verdict == Verdict::NotTestable && !c.expected.is_empty();
    let claims = result.claims.iter().filter(open);
    claims
        .map(|c| format!("claim {}: not answered: {}", c.claim_id, c.reason))
        .collect()
}

/// One line per event and reason, naming the instruments.
fn not_final(result: &StudyResult) -> Vec<String> {
    let mut lines: Vec<(String, Vec<&str>, &LedgerRow)> = Vec::new();
    for row in result.ledger.iter().filter(|r| r.status != Status::Used) {
        let key = format!("{} {} {}", row.status.as_str(), row.event_id, row.reason);
        match lines.iter_mut().find(|(k, _, _)| *k == key) {
            Some((_, instruments, _)) => instruments.push(&row.instrument),
            None => lines.push((key, vec![&row.instrument], row)),
        }
    }
    lines
        .into_iter()
        .map(|(_, instruments, row)| {
            format!(
                "{}: {} ({}): {}",
                row.status.as_str(),
                row.event_id,
                instruments.join(", "),
                row.reason
            )
        })
        .collect()
}
