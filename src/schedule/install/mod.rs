//! Who starts the runs: the texts of a systemd timer or service, a crontab, a launchd agent and a
//! workflow.
//!
//! Texts only; the command line shows them and writes them. Systemd knows zones and missed runs, so
//! its timer fires at the moment itself. The others do not: they fire more often, with `--if-due`,
//! and the program decides, which also holds where a machine slept or a clock changed.

mod cron;
mod github;
mod launchd;
mod systemd;

pub use cron::{BLOCK_BEGINS, with_block, without_block};
pub use github::workflow;

use super::next_run::{Timing, run_moment};
use crate::calendar::Calendar;
use crate::error::Result;
use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};

/// The line by which a file is known as written here, so that no other is overwritten or removed.
pub const MARK: &str = "written by `shockwave schedule install`";

/// Who starts the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Starter {
    /// A systemd timer and its service.
    Systemd,
    /// A crontab.
    Cron,
    /// A launchd agent, on macOS.
    Launchd,
    /// A GitHub Actions workflow.
    Github,
}

/// What is to be started, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Installation {
    /// The program's absolute path.
    pub program: String,
    /// The schedule file's absolute path, where there is one; in a repository for a workflow.
    pub config: Option<String>,
    /// The store's absolute path.
    pub store: String,
    /// Absolute path of the folder of reports.
    pub reports: String,
    /// For the whole machine, not for one user.
    pub system: bool,
    /// For systemd: a service that stays and waits itself, instead of a timer.
    pub daemon: bool,
    /// When.
    pub timing: Timing,
    /// The moments of about a year of runs, ascending: see [`year_of_moments`].
    pub moments: Vec<DateTime<Utc>>,
}

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFile {
    /// Its name, in the folder that its starter looks in.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

/// The files of a starter.
pub fn files(starter: Starter, what: &Installation) -> Vec<UnitFile> {
    let texts = match starter {
        Starter::Systemd if what.daemon => vec![systemd::daemon(what)],
        Starter::Systemd => vec![systemd::service(what), systemd::timer(what)],
        Starter::Cron => vec![cron::table(what)],
        Starter::Launchd => vec![launchd::agent(what)],
        Starter::Github => vec![workflow(what)],
    };
    let named = names(starter).iter().zip(texts);
    named.map(|(&name, text)| UnitFile { name, text }).collect()
}

/// The names of a starter's files; a service that stays has no timer.
pub fn names(starter: Starter) -> &'static [&'static str] {
    match starter {
        Starter::Systemd => &["shockwave.service", "shockwave.timer"],
        Starter::Cron => &["shockwave"],
        Starter::Launchd => &["org.shockwave.daily.plist"],
        Starter::Github => &["shockwave.yml"],
    }
}

/// The moments of the runs of the year before `now`.
///
/// # Errors
/// A year that the calendar does not know.
pub fn year_of_moments(
    calendar: &Calendar,
    timing: &Timing,
    now: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>> {
    let today = now.with_timezone(&calendar.zone()).date_naive();
    let (first, last) = calendar.bounds();
    let from = (today - TimeDelta::days(366)).clamp(first, last);
    let sessions = calendar.sessions(from, today.clamp(first, last))?;
    sessions
        .into_iter()
        .map(|session| run_moment(calendar, timing, session))
        .collect()
}

const WEEK: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// The weekdays of dates, in the order of the week.
fn weekdays(dates: impl Iterator<Item = impl Datelike>) -> Vec<Weekday> {
    let seen: Vec<Weekday> = dates.map(|date| date.weekday()).collect();
    WEEK.into_iter().filter(|day| seen.contains(day)).collect()
}

/// The arguments after the program's name.
fn arguments(what: &Installation, if_due: bool) -> Vec<String> {
    let command = if what.daemon { "run" } else { "once" };
    let mut arguments = vec!["schedule".to_owned(), command.to_owned()];
    arguments.extend(what.config.clone());
    if if_due {
        arguments.push("--if-due".to_owned());
    }
    for (flag, value) in [("--store", &what.store), ("--reports", &what.reports)] {
        arguments.extend([flag.to_owned(), value.clone()]);
    }
    arguments
}

#[cfg(test)]
mod tests;
