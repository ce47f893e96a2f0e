//! What the Python side hands over beside figures: settings, files and their records.

use pyo3::prelude::*;
use shockwave::settings::Flags;
use shockwave::study::result::InputRecord;

/// A study to be run, but for its prices.
#[derive(FromPyObject)]
pub struct Request {
    #[pyo3(item)]
    pub stated: Stated,
    /// The study file, if there is one.
    #[pyo3(item)]
    pub study: Option<Bytes>,
    #[pyo3(item)]
    pub events: Vec<Bytes>,
    /// `prices` or `returns`.
    #[pyo3(item)]
    pub price_kind: String,
    #[pyo3(item)]
    pub factors: Option<Bytes>,
    #[pyo3(item)]
    pub records: Vec<Record>,
}

/// A file's name and content.
#[derive(FromPyObject)]
pub struct Bytes {
    #[pyo3(item)]
    pub name: String,
    #[pyo3(item)]
    pub bytes: Vec<u8>,
}

/// Where figures or events came from.
#[derive(FromPyObject)]
pub struct Record {
    #[pyo3(item)]
    role: String,
    #[pyo3(item)]
    name: String,
    #[pyo3(item)]
    format: String,
    #[pyo3(item)]
    n_rows: usize,
    #[pyo3(item)]
    sha256: String,
}

impl From<Record> for InputRecord {
    fn from(record: Record) -> Self {
        InputRecord {
            role: record.role,
            name: record.name,
            format: record.format,
            n_rows: record.n_rows,
            sha256: record.sha256,
            ..InputRecord::default()
        }
    }
}

/// The keywords of `Study`, as text like the flags.
#[derive(FromPyObject)]
pub struct Stated {
    #[pyo3(item)]
    factor_unit: Option<String>,
    #[pyo3(item)]
    date_format: Option<String>,
    #[pyo3(item)]
    event_zone: Option<String>,
    #[pyo3(item)]
    quality: Option<String>,
    #[pyo3(item)]
    instruments: Vec<String>,
    #[pyo3(item)]
    focus: Option<String>,
    #[pyo3(item)]
    lead_event: Option<String>,
    #[pyo3(item)]
    benchmark: Option<String>,
    #[pyo3(item)]
    benchmark_weight: Option<f64>,
    #[pyo3(item)]
    model: Option<String>,
    #[pyo3(item)]
    garch_distribution: Option<String>,
    #[pyo3(item)]
    factor_columns: Vec<String>,
    #[pyo3(item)]
    returns: Option<String>,
    #[pyo3(item)]
    price_column: Option<String>,
    #[pyo3(item)]
    estimation: Option<String>,
    #[pyo3(item)]
    min_estimation: Option<usize>,
    #[pyo3(item)]
    event_window: Option<String>,
    #[pyo3(item)]
    windows: Option<String>,
    #[pyo3(item)]
    calendar: Option<String>,
    #[pyo3(item)]
    anchor: Option<String>,
    #[pyo3(item)]
    max_shift: Option<u32>,
    #[pyo3(item)]
    mask_events: Option<String>,
    #[pyo3(item)]
    mask_window: Option<String>,
    #[pyo3(item)]
    joint: Option<String>,
    #[pyo3(item)]
    group_by: Option<String>,
    #[pyo3(item)]
    tests: Vec<String>,
    #[pyo3(item)]
    placebo: Option<String>,
    #[pyo3(item)]
    seed: Option<u64>,
    #[pyo3(item)]
    bootstrap: Option<u64>,
}

impl From<Stated> for Flags {
    fn from(stated: Stated) -> Self {
        Flags {
            factor_unit: stated.factor_unit,
            date_format: stated.date_format,
            event_zone: stated.event_zone,
            quality: stated.quality,
            instruments: stated.instruments,
            focus: stated.focus,
            lead_event: stated.lead_event,
            benchmark: stated.benchmark,
            benchmark_weight: stated.benchmark_weight,
            model: stated.model,
            garch_distribution: stated.garch_distribution,
            factor_columns: stated.factor_columns,
            returns: stated.returns,
            price_column: stated.price_column,
            estimation: stated.estimation,
            min_estimation: stated.min_estimation,
            event_window: stated.event_window,
            windows: stated.windows,
            calendar: stated.calendar,
            anchor: stated.anchor,
            max_shift: stated.max_shift,
            mask_events: stated.mask_events,
            mask_window: stated.mask_window,
            joint: stated.joint,
            group_by: stated.group_by,
            tests: stated.tests,
            placebo: stated.placebo,
            seed: stated.seed,
            bootstrap: stated.bootstrap,
            ..Flags::default()
        }
    }
}
