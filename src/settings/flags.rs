//! The settings of a study as flags, or as keywords of a program: text that is not read yet.

use std::path::PathBuf;

/// What was stated beside a study file; it wins over the file. Nothing stated is `None`, or an
/// empty list. Names and forms are those of the flags: `estimation` is that of `--estimation`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Flags {
    /// Study file, or an embedded study.
    pub study: Option<PathBuf>,
    /// `--prices`
    pub prices: Vec<PathBuf>,
    /// `--source`
    pub source: Option<String>,
    /// `--returns-file`
    pub returns_file: Vec<PathBuf>,
    /// `--events`
    pub events: Vec<PathBuf>,
    /// `--factors`
    pub factors: Option<PathBuf>,
    /// `--factor-unit`
    pub factor_unit: Option<String>,
    /// `--symbol`
    pub symbol: Option<String>,
    /// `--date-format`
    pub date_format: Option<String>,
    /// `--decimal`
    pub decimal: Option<String>,
    /// `--event-zone`
    pub event_zone: Option<String>,
    /// `--quality`
    pub quality: Option<String>,
    /// `--instruments`
    pub instruments: Vec<String>,
    /// `--focus`
    pub focus: Option<String>,
    /// `--lead-event`
    pub lead_event: Option<String>,
    /// `--benchmark`
    pub benchmark: Option<String>,
    /// `--benchmark-weight`
    pub benchmark_weight: Option<f64>,
    /// `--model`
    pub model: Option<String>,
    /// `--garch-distribution`
    pub garch_distribution: Option<String>,
    /// `--factor-columns`
    pub factor_columns: Vec<String>,
    /// `--returns`
    pub returns: Option<String>,
    /// `--price-column`
    pub price_column: Option<String>,
    /// `--estimation`
    pub estimation: Option<String>,
    /// `--min-estimation`
    pub min_estimation: Option<usize>,
    /// `--event-window`
    pub event_window: Option<String>,
    /// `--windows`
    pub windows: Option<String>,
    /// `--calendar`
    pub calendar: Option<String>,
    /// `--anchor`
    pub anchor: Option<String>,
    /// `--max-shift`
    pub max_shift: Option<u32>,
    /// `--mask-events`
    pub mask_events: Option<String>,
    /// `--mask-window`
    pub mask_window: Option<String>,
    /// `--joint`
    pub joint: Option<String>,
    /// `--group-by`
    pub group_by: Option<String>,
    /// `--tests`
    pub tests: Vec<String>,
    /// `--placebo`
    pub placebo: Option<String>,
    /// `--seed`
    pub seed: Option<u64>,
    /// `--bootstrap`
    pub bootstrap: Option<u64>,
    /// `--out`
    pub out: Option<PathBuf>,
    /// `--format`
    pub format: Vec<String>,
    /// `--language`
    pub language: Option<String>,
}
