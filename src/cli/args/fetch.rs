//! Arguments of the commands that bring figures in: `fetch` and `sources`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What `fetch` takes.
#[derive(Debug, Clone, Args)]
pub struct FetchArgs {
    /// Symbols to fetch, as the market writes them: NVDA, BRK-B, ^VIX
    pub symbols: Vec<String>,
    /// Sources to ask, in this order; the next is asked where one refuses [default: the
    /// configuration's]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub source: Vec<String>,
    /// First date [default: from where the store ends, or all that there is]
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Last date [default: the last session whose figures are final]
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// Symbols at a time; requests to one host keep their distance all the same
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub jobs: usize,
    /// Ask also for symbols that are stored up to the last session
    #[arg(long)]
    pub force: bool,
    /// Calendar of the sessions
    #[arg(long, value_name = "NAME", default_value = "XNYS")]
    pub calendar: String,

    /// Take files that you have downloaded, in place of asking a source
    #[arg(
        long,
        value_name = "FILE",
        num_args = 1..,
        conflicts_with_all = ["source", "from", "to", "force"],
        help_heading = "Files"
    )]
    pub import: Vec<PathBuf>,
    /// Symbol of a file that does not name it
    #[arg(long, value_name = "SYM", requires = "import", help_heading = "Files")]
    pub symbol: Option<String>,
    /// Source that the file came from, to store it beside what that source delivers
    #[arg(
        long = "as",
        value_name = "SOURCE",
        requires = "import",
        help_heading = "Files"
    )]
    pub as_source: Option<String>,
    /// Order of day and month in dates that have two readings: dmy, mdy
    #[arg(
        long,
        value_name = "ORDER",
        requires = "import",
        help_heading = "Files"
    )]
    pub date_format: Option<String>,
    /// Decimal mark of numbers that have two readings: point, comma
    #[arg(long, value_name = "MARK", requires = "import", help_heading = "Files")]
    pub decimal: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum SourcesCommand {
    /// List the sources: what they deliver, whether a key is needed and there, and how often they
    /// may be asked
    List,
    /// Compare what two sources say of a symbol, from the store
    Check {
        /// The symbol
        symbol: String,
        /// The two sources [default: the two that are stored]
        #[arg(long, value_name = "A,B", value_delimiter = ',')]
        source: Vec<String>,
        /// The largest difference of daily returns that is none
        #[arg(long, value_name = "X", default_value_t = 0.005)]
        tolerance: f64,
    },
}
