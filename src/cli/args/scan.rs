//! The flags of `scan`: those of a study that it needs, and its own.

use super::{DataArgs, MarketArgs, StudyArgs};
use crate::event::MARKET_REACTION;
use crate::settings::ScanFlags;
use clap::Args;
use std::path::PathBuf;

/// What `scan` takes.
#[derive(Debug, Clone, Default, Args)]
pub struct ScanArgs {
    /// Instruments to scan [default: all but the benchmark: of --prices or --study, else of the local
    /// store, else of the embedded figures]
    #[arg(value_name = "SYMBOL")]
    pub symbols: Vec<String>,

    /// First date [default: the first session of the data]
    #[arg(long, value_name = "DATE", help_heading = "Scan")]
    pub from: Option<String>,
    /// Last date [default: the last session of the data]
    #[arg(long, value_name = "DATE", help_heading = "Scan")]
    pub to: Option<String>,
    /// How many of the most abnormal sessions to report
    #[arg(long, value_name = "N", default_value_t = 20, help_heading = "Scan")]
    pub top: usize,
    /// A session is abnormal where its sample-quantile p is at most this
    #[arg(long, value_name = "P", default_value_t = 0.05, help_heading = "Scan")]
    pub alpha: f64,
    /// Sessions from an event's day 0 on which an abnormal return is laid to it
    #[arg(
        long,
        value_name = "A:B",
        default_value = "0:1",
        allow_hyphen_values = true,
        help_heading = "Scan"
    )]
    pub within: String,
    /// Peers that tell an industry's move from the instrument's own [default: the other members of
    /// its first group in the study file, else all other instruments]
    #[arg(long, value_name = "A,B", value_delimiter = ',', help_heading = "Scan")]
    pub peers: Vec<String>,
    /// Categories of events that the association leaves out, as days picked for their price move
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        default_value = MARKET_REACTION,
        help_heading = "Scan"
    )]
    pub not_causes: Vec<String>,
    /// Circular shifts of the event series; all of them where they are no more than this
    #[arg(long, value_name = "N", help_heading = "Scan")]
    pub shifts: Option<u64>,
    /// Seed of shifts that are drawn [default: 1]
    #[arg(long, value_name = "N", help_heading = "Scan")]
    pub seed: Option<u64>,

    /// Study file (TOML) whose groups and settings to use [default: the embedded nvda-ai-shock]
    #[arg(long, value_name = "PATH", help_heading = "Data")]
    pub study: Option<PathBuf>,
    #[command(flatten)]
    pub data: DataArgs,

    #[command(flatten)]
    pub market: MarketArgs,
    /// Normal-return model of least squares: mean-adjusted, market-adjusted, market (default),
    /// capm, ff3, carhart, ff5, ff6, factors
    #[arg(long, value_name = "NAME", help_heading = "Model")]
    pub model: Option<String>,
    /// Estimation window of every session, both ends included [default: -250:-11]
    #[arg(
        long,
        value_name = "A:B",
        allow_hyphen_values = true,
        help_heading = "Model"
    )]
    pub estimation: Option<String>,
    /// Fewest usable estimation days [default: 60 % of the window]
    #[arg(long, value_name = "N", help_heading = "Model")]
    pub min_estimation: Option<usize>,
    /// Calendar: XNYS (default) and other names of it, 24-7, weekdays, from-data
    #[arg(long, value_name = "NAME", help_heading = "Model")]
    pub calendar: Option<String>,
    /// Where an event date goes that does not trade: next (default), previous, nearest, drop, error
    #[arg(long, value_name = "POLICY", help_heading = "Model")]
    pub anchor: Option<String>,
    /// The farthest that --anchor may move it, in calendar days [default: 5]
    #[arg(long, value_name = "DAYS", help_heading = "Model")]
    pub max_shift: Option<u32>,
    /// Leave reaction sessions of events out of estimation windows: on or off (default)
    #[arg(long, value_name = "on|off", help_heading = "Model")]
    pub mask_events: Option<String>,
    /// Those reaction sessions [default: 0:1]
    #[arg(
        long,
        value_name = "A:B",
        allow_hyphen_values = true,
        help_heading = "Model"
    )]
    pub mask_window: Option<String>,

    /// Folder to write tables, charts and scan.md to (default: nothing is written)
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub out: Option<PathBuf>,
}

impl ScanArgs {
    /// The same choices as a study's flags. A scan has no event window of its own: the shortest
    /// one leaves the estimation window free to end the day before.
    pub fn as_study(&self) -> StudyArgs {
        let own = self.clone();
        StudyArgs {
            study: own.study,
            data: own.data,
            market: own.market,
            model: own.model,
            estimation: own.estimation,
            min_estimation: own.min_estimation,
            event_window: Some("0:0".to_owned()),
            windows: Some("0:0".to_owned()),
            calendar: own.calendar,
            anchor: own.anchor,
            max_shift: own.max_shift,
            mask_events: own.mask_events,
            mask_window: own.mask_window,
            bootstrap: own.shifts,
            seed: own.seed,
            ..StudyArgs::default()
        }
    }

    /// What it is told beside the settings of a study.
    pub fn own(&self) -> ScanFlags {
        ScanFlags {
            symbols: self.symbols.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            top: self.top,
            alpha: self.alpha,
            within: self.within.clone(),
            peers: self.peers.clone(),
            not_causes: self.not_causes.clone(),
        }
    }
}
