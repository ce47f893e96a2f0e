//! Arguments as typed: flags and their help, nothing of what they mean.

mod data;
mod fetch;
mod import;
mod scan;
mod schedule;
mod store;
mod study;

pub use data::{DataArgs, MarketArgs};
pub use fetch::{FetchArgs, SourcesCommand};
pub use import::ImportArgs;
pub use scan::ScanArgs;
pub use schedule::{InstallArgs, ScheduleArgs, ScheduleCommand, StarterKind};
pub use store::{ExportArgs, ExportFormat, StoreCommand};

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What a run ends with, as `main` returns it.
const EXIT_CODES: &str = "Exit codes: 0 done; 1 done, but some events or symbols were excluded or \
    are provisional (each is named); 2 bad usage or input, nothing written; 3 the network or a \
    source failed and the old data stand; 4 another run holds the lock; 130 stopped with Ctrl-C.";

/// Event studies on market prices: did this event move this price, by how much beyond what the
/// market explains, and is it more than noise?
#[derive(Debug, Parser)]
#[command(name = "shockwave", version, max_term_width = 100)]
#[command(after_help = EXIT_CODES)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that every command has.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Folder of the local store [default: the platform's data folder]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "SHOCKWAVE_STORE",
        hide_env_values = true
    )]
    pub store: Option<PathBuf>,
    /// Never open a network connection
    #[arg(long, global = true)]
    pub offline: bool,
    /// Print nothing but errors on stderr
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Colours in messages
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// Log more of what is done: error, warn, info, debug, trace
    #[arg(long, global = true, value_name = "LEVEL", env = "SHOCKWAVE_LOG")]
    pub log: Option<String>,
    /// Form of the log: text or json
    #[arg(long, global = true, value_name = "FORM", default_value = "text")]
    pub log_format: LogFormat,
    /// Machine-readable outcome on stdout
    #[arg(long, global = true)]
    pub json: bool,
    /// The clock, as an ISO 8601 timestamp with an offset, for replays
    #[arg(long, global = true, value_name = "TIMESTAMP")]
    pub now: Option<String>,
    /// Threads to compute with (default: one per core); the result does not depend on it
    #[arg(long, global = true, value_name = "N")]
    pub threads: Option<usize>,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// Files that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Study files (TOML)
    StudyFile,
    /// Event files in TOML
    EventFile,
    /// study.json
    Study,
    /// scan.json
    Scan,
}

/// Forms of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a study and write its tables, charts and report
    ///
    /// Without STUDY, and without --events, this is the embedded study nvda-ai-shock on embedded
    /// figures: it works offline and from any folder.
    #[command(after_help = EXIT_CODES)]
    Report(StudyArgs),
    /// Run a study and write its tables only
    #[command(after_help = EXIT_CODES)]
    Study(StudyArgs),
    /// Bring prices and factors from sources, or from files, into the local store
    #[command(after_help = EXIT_CODES)]
    Fetch(FetchArgs),
    /// List sources of prices and factors, or compare what two of them say
    #[command(subcommand)]
    Sources(SourcesCommand),
    /// Rank the abnormal sessions of a period and match each to known events, or say none is known
    ///
    /// The inverse of a study. Without flags: all instruments of the store, or of the embedded figures, against the
    /// embedded catalogue.
    #[command(after_help = EXIT_CODES)]
    Scan(ScanArgs),
    /// List, check or place events
    #[command(subcommand)]
    Events(EventsCommand),
    /// Sessions of a calendar
    #[command(subcommand)]
    Calendar(CalendarCommand),
    /// List, verify or export the local store, or show what later deliveries changed
    #[command(subcommand)]
    Store(StoreCommand),
    /// Run every trading day: fetch, studies, what moved, reports, messages
    #[command(subcommand)]
    Schedule(ScheduleCommand),
    /// Print the JSON Schema of a file, for editors and validators
    Schema {
        /// Of which file
        file: SchemaOf,
    },
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Subcommand)]
pub enum EventsCommand {
    /// List the events of a study or file
    List(EventsArgs),
    /// Check an event file: every fault with its line, and what shares a session
    Check(EventsArgs),
    /// Show the session of every event and the rule that found it
    Align(EventsArgs),
    /// Add events of files or of a source to a catalogue, each once
    Import(ImportArgs),
}

/// What events commands read.
#[derive(Debug, Clone, Args)]
pub struct EventsArgs {
    /// Event files (CSV, TOML or .ics) or embedded catalogues; default: ai-chip-policy
    pub files: Vec<PathBuf>,
    /// Zone of timestamps that have none, such as America/New_York
    #[arg(long, value_name = "ZONE")]
    pub event_zone: Option<String>,
    /// Order of day and month in dates that have two readings: dmy, mdy
    #[arg(long, value_name = "ORDER")]
    pub date_format: Option<String>,
    /// Calendar of the sessions
    #[arg(long, value_name = "NAME", default_value = "XNYS")]
    pub calendar: String,
    /// Where a date goes that does not trade: next, previous, nearest, drop, error
    #[arg(long, value_name = "POLICY", default_value = "next")]
    pub anchor: String,
    /// The farthest that --anchor may move it, in calendar days
    #[arg(long, value_name = "DAYS", default_value_t = 5)]
    pub max_shift: u32,
}

#[derive(Debug, Subcommand)]
pub enum CalendarCommand {
    /// List the sessions between two dates
    Sessions {
        /// First date
        #[arg(long, value_name = "DATE")]
        from: String,
        /// Last date
        #[arg(long, value_name = "DATE")]
        to: String,
        /// Calendar
        #[arg(long, value_name = "NAME", default_value = "XNYS")]
        calendar: String,
    },
    /// Show the next sessions from now (or from --now)
    Next {
        /// How many
        #[arg(long, short, default_value_t = 1)]
        n: usize,
        /// Calendar
        #[arg(long, value_name = "NAME", default_value = "XNYS")]
        calendar: String,
    },
    /// Say whether dates trade, and why not
    Check {
        /// Dates
        #[arg(required = true)]
        dates: Vec<String>,
        /// Calendar
        #[arg(long, value_name = "NAME", default_value = "XNYS")]
        calendar: String,
    },
}

/// What `report` and `study` take; every flag is also a key of the study file.
#[derive(Debug, Clone, Default, Args)]
pub struct StudyArgs {
    /// Study file (TOML), or an embedded study
    pub study: Option<PathBuf>,

    #[command(flatten)]
    pub data: DataArgs,
    /// What findings of the quality gate lead to: warn, exclude, off
    #[arg(long, value_name = "POLICY", help_heading = "Data")]
    pub quality: Option<String>,

    /// Only these instruments (comma-separated)
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        help_heading = "Model"
    )]
    pub instruments: Vec<String>,
    /// The instrument that the report leads with and samples are formed from
    #[arg(long, value_name = "SYM", help_heading = "Model")]
    pub focus: Option<String>,
    /// The event that the report leads with
    #[arg(long, value_name = "ID", help_heading = "Model")]
    pub lead_event: Option<String>,
    #[command(flatten)]
    pub market: MarketArgs,
    /// Normal-return model: mean-adjusted, market-adjusted, market (default), capm, ff3, carhart,
    /// ff5, ff6, factors, scholes-williams, dimson, garch, egarch, gjr, synthetic-control, robust
    #[arg(long, value_name = "NAME", help_heading = "Model")]
    pub model: Option<String>,
    /// Law of the errors of garch, egarch, gjr and of garch_t: t (default) or normal
    #[arg(long, value_name = "LAW", help_heading = "Model")]
    pub garch_distribution: Option<String>,

    /// Estimation window in sessions from the event, both ends included [default: -250:-11]
    #[arg(
        long,
        value_name = "A:B",
        allow_hyphen_values = true,
        help_heading = "Windows"
    )]
    pub estimation: Option<String>,
    /// Fewest usable estimation days [default: 60 % of the window]
    #[arg(long, value_name = "N", help_heading = "Windows")]
    pub min_estimation: Option<usize>,
    /// Event window [default: -10:10]
    #[arg(
        long,
        value_name = "A:B",
        allow_hyphen_values = true,
        help_heading = "Windows"
    )]
    pub event_window: Option<String>,
    /// CAR windows [default: 0:0,-1:1,0:1,0:5,-5:5,-10:10]
    #[arg(
        long,
        value_name = "A:B,C:D",
        allow_hyphen_values = true,
        help_heading = "Windows"
    )]
    pub windows: Option<String>,
    /// Calendar: XNYS (default) and other names of it, 24-7, weekdays, from-data
    #[arg(long, value_name = "NAME", help_heading = "Windows")]
    pub calendar: Option<String>,
    /// Where an event date goes that does not trade: next (default), previous, nearest, drop, error
    #[arg(long, value_name = "POLICY", help_heading = "Windows")]
    pub anchor: Option<String>,
    /// The farthest that --anchor may move it, in calendar days [default: 5]
    #[arg(long, value_name = "DAYS", help_heading = "Windows")]
    pub max_shift: Option<u32>,

    /// Leave reaction sessions of other events out of estimation windows: on or off (default);
    /// the results show both
    #[arg(long, value_name = "on|off", help_heading = "Inference")]
    pub mask_events: Option<String>,
    /// Those reaction sessions [default: 0:1]
    #[arg(
        long,
        value_name = "A:B",
        allow_hyphen_values = true,
        help_heading = "Inference"
    )]
    pub mask_window: Option<String>,
    /// Joint regression with a dummy for every event day, so that one event is not blamed for
    /// another: on or off (default)
    #[arg(long, value_name = "on|off", help_heading = "Inference")]
    pub joint: Option<String>,
    /// Samples: a column of the event file (default category), instrument-group, or none
    #[arg(long, value_name = "COLUMN", help_heading = "Inference")]
    pub group_by: Option<String>,
    /// Sample tests: all (default), or names; `garch_t` adds AR over the GARCH forecast sd
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        help_heading = "Inference"
    )]
    pub tests: Vec<String>,
    /// Tests that refit the model at many dates (placebo, conformal): on (default) or off
    /// (default of garch, egarch and gjr, where they take minutes)
    #[arg(long, value_name = "on|off", help_heading = "Inference")]
    pub placebo: Option<String>,
    /// Seed of the tests that draw random numbers [default: 1]
    #[arg(long, value_name = "N", help_heading = "Inference")]
    pub seed: Option<u64>,
    /// Resamples of the bootstrap tests [default: 1999]
    #[arg(long, value_name = "N", help_heading = "Inference")]
    pub bootstrap: Option<u64>,

    /// Folder to write to [default: reports/<study name>]
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// What to write: csv, json, parquet, html, md, xlsx, latex, stata, and pdf if built with it
    /// [default: csv,json,html,md; `study` csv,json]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    #[arg(help_heading = "Output")]
    pub format: Vec<String>,
    /// Language of the report: en (default) or de
    #[arg(long, value_name = "LANG", help_heading = "Output")]
    pub language: Option<String>,
}
