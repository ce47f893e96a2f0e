//! The flags that `report`, `study` and `scan` share: what is read, and what is regressed on.

use clap::Args;
use std::path::PathBuf;

/// What is read.
#[derive(Debug, Clone, Default, Args)]
pub struct DataArgs {
    /// CSV or Parquet file(s), or a folder with one file per symbol; `sample` is embedded
    #[arg(long, value_name = "PATH", num_args = 1.., help_heading = "Data")]
    pub prices: Vec<PathBuf>,
    /// Source of the stored prices, such as yahoo, or `sample` for the embedded ones [default:
    /// the one that serves most of the events, else the embedded ones]
    #[arg(long, value_name = "NAME", help_heading = "Data", conflicts_with_all = ["prices", "returns_file"])]
    pub source: Option<String>,
    /// Returns instead of prices, in the same shapes
    #[arg(long, value_name = "PATH", num_args = 1.., help_heading = "Data", conflicts_with = "prices")]
    pub returns_file: Vec<PathBuf>,
    /// Events: CSV, TOML or .ics, or an embedded catalogue (ai-chip-policy, fomc)
    #[arg(long, value_name = "PATH", num_args = 1.., help_heading = "Data")]
    pub events: Vec<PathBuf>,
    /// Factor returns (CSV); `sample` is embedded
    #[arg(long, value_name = "PATH", help_heading = "Data")]
    pub factors: Option<PathBuf>,
    /// Unit of the factor file: percent or decimal (default: detected, and printed)
    #[arg(long, value_name = "UNIT", help_heading = "Data")]
    pub factor_unit: Option<String>,
    /// Symbol of a price file that does not name it
    #[arg(long, value_name = "SYM", help_heading = "Data")]
    pub symbol: Option<String>,
    /// Order of day and month in dates that have two readings: dmy, mdy
    #[arg(long, value_name = "ORDER", help_heading = "Data")]
    pub date_format: Option<String>,
    /// Decimal mark of numbers that have two readings: point, comma
    #[arg(long, value_name = "MARK", help_heading = "Data")]
    pub decimal: Option<String>,
    /// Zone of event timestamps that have none, such as America/New_York
    #[arg(long, value_name = "ZONE", help_heading = "Data")]
    pub event_zone: Option<String>,
}

/// What returns are made of, and what explains them.
#[derive(Debug, Clone, Default, Args)]
pub struct MarketArgs {
    /// The market
    #[arg(long, value_name = "SYM", help_heading = "Model")]
    pub benchmark: Option<String>,
    /// The instrument's share of the benchmark, to take it out
    #[arg(long, value_name = "W", help_heading = "Model")]
    pub benchmark_weight: Option<f64>,
    /// Columns of the factor file, or symbols, for the model `factors`
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        help_heading = "Model"
    )]
    pub factor_columns: Vec<String>,
    /// simple or log
    #[arg(long, value_name = "KIND", help_heading = "Model")]
    pub returns: Option<String>,
    /// close or adj_close (default: adj_close where every file has it, else close)
    #[arg(long, value_name = "COLUMN", help_heading = "Model")]
    pub price_column: Option<String>,
}
