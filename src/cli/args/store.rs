//! Arguments of `store`.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum StoreCommand {
    /// List what is stored, with source, span and adjustment
    List,
    /// Check every file: sums, rows, manifests, ledger (exit code 1 where something is wrong)
    Verify,
    /// Print or write the prices of a symbol
    Export(ExportArgs),
    /// Show which stored figures later deliveries changed, with old and new value
    Diff {
        /// Only this symbol
        symbol: Option<String>,
    },
}

/// What `store export` takes.
#[derive(Debug, Clone, Args)]
pub struct ExportArgs {
    /// The symbol
    pub symbol: String,
    /// Its source [default: the one whose prices reach furthest]
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// csv or parquet
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    pub format: ExportFormat,
    /// File to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Forms of exported prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    Csv,
    Parquet,
}
