//! The job of a run: sources into the store, studies on the store, reports into their folder.

use super::{Desk, deliver, files, told};
use crate::cli::args::StudyArgs;
use crate::cli::command::fetch;
use crate::cli::command::study::{self, AsOf};
use crate::cli::output;
use crate::error::{Error, Result};
use crate::fetch::plan::Span;
use crate::fetch::{Outcome, Report, SymbolResult};
use crate::instrument::Symbol;
use crate::report::OutputFile;
use crate::schedule::fact::Failure;
use crate::schedule::job::{Dated, Fetched, Job, Publication, Studied};
use crate::schedule::memory::{Memory, RunOutcome};
use crate::schedule::page::changes_page;
use crate::schedule::rule::{Message, Rule};
use crate::schedule::snapshot::Snapshot;
use crate::store::Store;
use crate::study::result::StudyResult;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use std::path::PathBuf;

/// Symbols at a time.
const JOBS: usize = 8;

/// The job, for one run.
pub struct DailyJob<'a> {
    /// What it works with.
    pub desk: &'a Desk<'a>,
    /// The session that was expected when the run began: nothing later is seen.
    pub session: NaiveDate,
    /// The study that was computed last: its report is written once it is known what moved.
    pub computed: Option<AsOf>,
}

impl DailyJob<'_> {
    /// The symbols to fetch: those of the file, else those that the studies may touch.
    fn symbols(&self) -> Result<Vec<Symbol>> {
        let schedule = self.desk.schedule;
        let mut symbols: Vec<Symbol> = Vec::new();
        if let Some(named) = &schedule.file.symbols {
            for name in named {
                symbols.push(Symbol::new(name)?);
            }
        } else {
            for name in &schedule.plan.studies {
                symbols.extend(study::symbols(&args(name))?);
            }
        }
        symbols.sort();
        symbols.dedup();
        Ok(symbols)
    }

    /// Those of the symbols whose session the store has.
    fn n_reached(&self, symbols: &[Symbol], missing: &mut Vec<Symbol>) -> Result<usize> {
        let store = Store::open(&self.desk.schedule.store)?;
        for symbol in symbols {
            let stored = store.find(symbol)?;
            if !stored.iter().any(|manifest| manifest.last >= self.session) {
                missing.push(symbol.clone());
            }
        }
        Ok(symbols.len() - missing.len())
    }
}

impl Job for DailyJob<'_> {
    fn fetch(&mut self, session: NaiveDate, now: DateTime<Utc>) -> Result<Fetched> {
        let schedule = self.desk.schedule;
        let symbols = self.symbols()?;
        if symbols.is_empty() {
            // The studies have files of their own, which their owner keeps.
            return Ok(Fetched {
                outcome: RunOutcome::Updated,
                failures: Vec::new(),
            });
        }
        let job = crate::fetch::Job {
            symbols: symbols.clone(),
            chain: schedule.chain.clone(),
            span: Span {
                from: schedule.file.from,
                to: Some(session),
            },
            force: false,
            offline: self.desk.global.offline,
            jobs: JOBS,
            calendar: schedule.plan.calendar.clone(),
            now,
        };
        let desk = self.desk;
        let report = fetch::ask(job, desk.global, desk.voice, desk.stop.clone())?;
        let mut missing = Vec::new();
        let n_reached = self.n_reached(&symbols, &mut missing)?;
        Ok(fetched(&report, n_reached, &missing))
    }

    fn study(&mut self, name: &str) -> Result<Studied> {
        let desk = self.desk;
        let study = AsOf::compute(&args(name), desk.global, desk.voice, self.session)?;
        let counts = study.result.observation_counts;
        let studied = Studied {
            snapshot: snapshot(&study.result)?,
            title: study.result.title.clone(),
            observations: [counts.used, counts.provisional, counts.excluded],
        };
        self.computed = Some(study);
        Ok(studied)
    }

    fn write(&mut self, report: &Dated) -> Result<()> {
        let changes = json!({
            "study": report.studied.snapshot.name,
            "session": report.session,
            "before": report.before,
            "changes": report.changes,
        });
        let page = changes_page(
            &report.studied.title,
            report.before,
            report.session,
            report.changes,
        );
        let file = |path: &str, bytes: Vec<u8>| OutputFile {
            path: path.to_owned(),
            bytes,
        };
        let moved = report
            .before
            .map(|since| told::changes(since, report.changes));
        let mut files = match &self.computed {
            Some(study) => study.files(moved.as_ref())?,
            None => Vec::new(),
        };
        files.push(file("changes.json", format!("{changes:#}\n").into_bytes()));
        files.push(file("changes.html", page.into_bytes()));
        output::write_own(&self.place(report.folder), &files)
    }

    fn publish(&mut self, publication: &Publication, memory: &dyn Memory) -> Result<()> {
        let schedule = self.desk.schedule;
        files::publish(&schedule.reports, &schedule.file, publication, memory)
    }

    fn deliver(&mut self, rule: &Rule, messages: &[Message]) -> Result<()> {
        let global = self.desk.global;
        deliver::deliver(rule, messages, global.json || global.quiet)
    }
}

impl DailyJob<'_> {
    fn place(&self, folder: &str) -> PathBuf {
        self.desk.schedule.reports.join(folder)
    }
}

fn args(study: &str) -> StudyArgs {
    StudyArgs {
        study: Some(PathBuf::from(study)),
        ..StudyArgs::default()
    }
}

/// What the next result is compared with: the part of `study.json` that it needs.
fn snapshot(result: &StudyResult) -> Result<Snapshot> {
    let read = serde_json::to_value(result).and_then(serde_json::from_value);
    read.map_err(|e| Error::Render {
        what: "the result to compare the next one with".to_owned(),
        problem: e.to_string(),
    })
}

/// How the fetch ended, judged by what the store has now.
fn fetched(report: &Report, n_reached: usize, missing: &[Symbol]) -> Fetched {
    let late = |result: &SymbolResult| result.outcome.is_good();
    let of_missing = |result: &&SymbolResult| missing.contains(&result.symbol);
    let outcome = if missing.is_empty() {
        RunOutcome::Updated
    } else if n_reached > 0 {
        RunOutcome::Partial
    } else if report.results.iter().any(late) {
        RunOutcome::NotPublished
    } else {
        RunOutcome::Refused
    };
    let bad = |result: &&SymbolResult| matches!(result.outcome, Outcome::Refused | Outcome::Failed);
    let failure = |result: &SymbolResult| Failure {
        source: result.source.clone(),
        symbol: result.symbol.to_string(),
        class: result.class.unwrap_or("failed").to_owned(),
        message: result.message.clone(),
    };
    let failed = report.results.iter().filter(of_missing).filter(bad);
    let failed = failed.map(failure);
    Fetched {
        outcome,
        failures: failed.chain(stood_in(report)).collect(),
    }
}

/// Sources that failed while another one after them served. What such a source does not have at all
/// is no failure of it.
fn stood_in(report: &Report) -> impl Iterator<Item = Failure> {
    let lacks = |class| matches!(class, "unknown-symbol" | "no-data" | "plan-limit");
    let served = report.results.iter().filter(|r| r.outcome.is_good());
    served.flat_map(move |result| {
        let failed = result.in_vain.iter();
        let failed = failed.filter(move |r| !r.class.is_some_and(lacks));
        failed.map(|r| Failure {
            source: r.source.clone(),
            symbol: r.symbol.to_string(),
            class: r.class.unwrap_or("failed").to_owned(),
            message: format!("{}; {} stood in", r.message, result.source),
        })
    })
}
