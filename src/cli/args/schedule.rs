//! Arguments of `schedule`.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum ScheduleCommand {
    /// Stay and run after every trading session: fetch, studies, reports, messages. --now sets its clock
    Run {
        #[command(flatten)]
        schedule: ScheduleArgs,
        /// With --now: replay all runs from then to this time, without waiting
        #[arg(long, value_name = "TIMESTAMP", requires = "now")]
        until: Option<String>,
    },
    /// Run once, for cron, systemd or CI; repeated, it changes nothing
    Once {
        #[command(flatten)]
        schedule: ScheduleArgs,
        /// Do nothing unless a run is due by the plan
        #[arg(long)]
        if_due: bool,
    },
    /// Show when the next runs are
    Next {
        #[command(flatten)]
        schedule: ScheduleArgs,
        /// How many
        #[arg(long, short, default_value_t = 1)]
        n: usize,
    },
    /// Show how the last run went (exit code 3 where a session is overdue)
    Status {
        #[command(flatten)]
        schedule: ScheduleArgs,
    },
    /// Have the system start the runs; prints what it writes
    Install(InstallArgs),
}

/// What every `schedule` command takes.
#[derive(Debug, Clone, Args)]
pub struct ScheduleArgs {
    /// Schedule file [default: shockwave-schedule.toml, if it is there]
    pub file: Option<PathBuf>,
    /// Folder of reports [default: that of the file, else reports]
    #[arg(long, value_name = "DIR")]
    pub reports: Option<PathBuf>,
}

/// What `schedule install` takes.
#[derive(Debug, Clone, Args)]
pub struct InstallArgs {
    #[command(flatten)]
    pub schedule: ScheduleArgs,
    /// Who starts the runs
    #[arg(long, value_name = "KIND", default_value = if cfg!(target_os = "macos") { "launchd" } else { "systemd" })]
    pub kind: StarterKind,
    /// For the whole machine, not for this user
    #[arg(long)]
    pub system: bool,
    /// systemd: a service that stays (`schedule run`), instead of a timer
    #[arg(long, conflicts_with = "uninstall")]
    pub daemon: bool,
    /// Only print
    #[arg(long)]
    pub dry_run: bool,
    /// Take it back
    #[arg(long)]
    pub uninstall: bool,
}

/// Who starts the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StarterKind {
    Systemd,
    Cron,
    Launchd,
    Github,
}
