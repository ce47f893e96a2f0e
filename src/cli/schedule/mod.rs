//! What `schedule` needs of the world: the schedule file as meant, the ledger as its memory, and the
//! job that fetches, computes, writes and delivers.

pub mod deliver;
pub mod files;
pub mod job;
pub mod memory;
pub mod status;
pub mod told;

use crate::calendar::Calendar;
use crate::cli::args::{Global, ScheduleArgs};
use crate::cli::message::Voice;
use crate::cli::{sources, store};
use crate::error::{Error, InputError, Result};
use crate::fetch::{Provider, Stop};
use crate::schedule::config::ScheduleFile;
use crate::schedule::job::Plan;
use crate::schedule::next_run::{Timing, usual_time};
use chrono::TimeDelta;
use std::path::{Path, PathBuf};

/// The file that is taken where none is named.
const FILE: &str = "shockwave-schedule.toml";

/// A schedule as meant.
pub struct Schedule {
    /// The file, absolute, where there is one.
    pub path: Option<PathBuf>,
    /// What it says.
    pub file: ScheduleFile,
    /// What follows from it.
    pub plan: Plan,
    /// The sources to ask, in order.
    pub chain: Vec<Provider>,
    /// Folder of reports.
    pub reports: PathBuf,
    /// Folder of the store.
    pub store: PathBuf,
}

impl Schedule {
    /// Reads the schedule file, or takes the defaults where there is none.
    pub fn load(args: &ScheduleArgs, global: &Global) -> Result<Self> {
        let path = match &args.file {
            Some(path) => Some(path.clone()),
            None => Some(PathBuf::from(FILE)).filter(|path| path.is_file()),
        };
        let (file, folder) = match &path {
            None => (ScheduleFile::default(), PathBuf::new()),
            Some(path) => {
                let shown = path.display().to_string();
                let bytes = std::fs::read(path).map_err(|e| missing(path, &e))?;
                let folder = path.parent().map_or(PathBuf::new(), Path::to_path_buf);
                (ScheduleFile::read(&bytes, &shown)?, folder)
            }
        };
        let chain = sources::load()?.chain(&file.sources)?;
        let reports = match (&args.reports, &file.reports) {
            (Some(reports), _) => reports.clone(),
            (None, Some(reports)) => folder.join(reports),
            (None, None) => PathBuf::from("reports"),
        };
        Ok(Self {
            plan: plan(&file, &folder, &chain)?,
            path: path.map(|path| std::path::absolute(&path).unwrap_or(path)),
            file,
            chain,
            reports,
            store: store::root(global)?,
        })
    }
}

/// All that a `schedule` command works with.
pub struct Desk<'a> {
    /// The flags that every command has.
    pub global: &'a Global,
    /// To speak to people.
    pub voice: Voice,
    /// The schedule.
    pub schedule: &'a Schedule,
    /// Whether the system, or the person, wants an end.
    pub stop: Stop,
}

fn missing(path: &Path, error: &std::io::Error) -> Error {
    if error.kind() != std::io::ErrorKind::NotFound {
        return Error::io(path, error);
    }
    let cure = format!("check the path; without one, {FILE} is taken if it is there");
    let fault = InputError::new("there is no such file", cure);
    fault.in_file(path.display().to_string()).into()
}

fn plan(file: &ScheduleFile, folder: &Path, chain: &[Provider]) -> Result<Plan> {
    let calendar = Calendar::named(&file.calendar)?;
    // The session is expected when the slowest of the sources has it.
    let lags = chain
        .iter()
        .map(|source| source.adapter.facts().publication_lag);
    let lag = file.lag.or(lags.max()).unwrap_or(TimeDelta::minutes(90));
    let studies = if file.studies.is_empty() {
        vec![crate::sample::STUDIES[0].name.to_owned()]
    } else {
        let beside = |name: &String| {
            let path = folder.join(name);
            // An embedded study has no path.
            if path.exists() {
                path.display().to_string()
            } else {
                name.clone()
            }
        };
        file.studies.iter().map(beside).collect()
    };
    let zone = file.zone.unwrap_or(calendar.zone());
    Ok(Plan {
        timing: Timing {
            at: match file.at {
                Some(at) => at,
                None => usual_time(&calendar, lag, zone)?,
            },
            zone,
            lag,
            retries: file.retries.clone(),
        },
        calendar,
        studies,
        rules: file.rules.clone(),
        keep: file.keep,
    })
}
