//! A scan's tables, document and page, from [`ScanResult`] alone.
//!
//! English only. The chart is `report::chart::scan_charts`; writing files is the caller's work.

mod document;
mod html;
mod markdown;
mod tables;
mod terminal;
mod words;

pub use document::{SCHEMA, document};
pub use tables::data_tables;
pub use terminal::table;
pub use words::answer;

use super::OutputFile;
use super::chart::Chart;
use super::json::write_document;
use crate::error::Result;
use crate::study::scan::result::ScanResult;

/// `scan.csv` (the sessions reported), `sessions.csv` (all that were scanned), `association.csv`,
/// `scan.json`, `scan.md`, which shows the charts, and `scan.html`, which holds them.
///
/// # Errors
/// A table or document that cannot be written.
pub fn scan_files(result: &ScanResult, charts: &[Chart]) -> Result<Vec<OutputFile>> {
    Ok(vec![
        tables::sessions("scan", result.top())?,
        tables::sessions("sessions", &result.rows)?,
        tables::associations(result).csv()?,
        scan_json(result)?,
        markdown::page(result, charts),
        html::page(result, charts)?,
    ])
}

/// `scan.json`.
///
/// # Errors
/// A document that cannot be written, which memory does not make happen.
pub fn scan_json(result: &ScanResult) -> Result<OutputFile> {
    OutputFile::written("scan.json", |bytes| {
        write_document(&document(result), bytes)
    })
}
