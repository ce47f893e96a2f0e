//! Arguments of `events import`.

use clap::Args;
use std::path::PathBuf;

/// What `events import` takes.
#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// Event files: ours, .ics, or lists of EventStudyTools, R EventStudy and eventstudies, Python
    /// eventstudy, WRDS, headlines
    #[arg(required_unless_present = "source")]
    pub files: Vec<PathBuf>,
    /// Source to ask: edgar (8-K filings), federalregister, gdelt (news)
    #[arg(long, value_name = "NAME", conflicts_with = "files", requires_all = ["from", "to"])]
    pub source: Option<String>,
    /// What to search for: words; `agency:SLUG` and `type:RULE` for federalregister; a CIK for edgar
    #[arg(long, value_name = "TEXT", requires = "source")]
    pub query: Option<String>,
    /// Instruments that the events concern (comma-separated); for edgar the companies asked for
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub instruments: Vec<String>,
    /// First date
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Last date
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// Catalogue to add them to: TOML or CSV; begun where it is not there
    #[arg(long, value_name = "FILE")]
    pub into: PathBuf,
    /// Write the catalogue; without this, only show what would be added
    #[arg(long)]
    pub write: bool,
    /// Zone of timestamps that have none, such as America/New_York
    #[arg(long, value_name = "ZONE")]
    pub event_zone: Option<String>,
    /// Order of day and month in dates that have two readings: dmy, mdy
    #[arg(long, value_name = "ORDER")]
    pub date_format: Option<String>,
}
