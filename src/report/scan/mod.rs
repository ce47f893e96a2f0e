//! A scan's tables, document and page, from [`ScanResult`] alone.
//!
//! English only. The chart is `report::chart::scan_charts`; writing files is the caller's work.
//!
//! ```
//! # use shockwave::prices::{dense::from_frame, sample::sample_frame};
//! # use shockwave::{Event, StudyData, StudySpec, study};
//! # let two = sample_frame()?.only(|s| ["NVDA", "SPY"].contains(&s.as_str()))?;
//! # let two = from_frame(two, None)?;
//! # let (nvda, spy) = two.prices.split_at(two.sessions.len());
//! # let data = StudyData::from_dates(&two.sessions)?;
//! # let data = data.with_closes("NVDA", nvda)?.with_closes("SPY", spy)?;
//! # let event = Event::on("deepseek", "2025-01-27".parse()?);
//! # let spec = StudySpec::builder().event(event).benchmark("SPY").windows([0..=0]).build()?;
//! use shockwave::report::{chart::scan_charts, scan};
//! use shockwave::study::scan::{run, spec::ScanSpec};
//! use shockwave::{Symbol, Window};
//!
//! let asked = ScanSpec {
//!     study: spec, // NVDA, SPY and one event, as in the example of `report`
//!     instruments: Some(vec![Symbol::new("NVDA")?]),
//!     from: Some("2025-01-02".parse()?),
//!     to: Some("2025-01-31".parse()?),
//!     top: 3,
//!     alpha: 0.05,
//!     within: Window::REACTION,
//!     peers: None,
//!     not_causes: Vec::new(),
//! };
//! let result = run(&asked, &data)?;
//!
//! let sentences = scan::answer(&result); // for a terminal, with the table below
//! assert!(!sentences.is_empty());
//! assert!(scan::table(&result)[1].contains("2025-01-27"));
//!
//! let charts = scan_charts(&result)?;
//! let files = scan::scan_files(&result, &charts)?;
//! assert!(files.iter().any(|file| file.path == "scan.html"));
//! assert!(files.contains(&scan::scan_json(&result)?));
//!
//! // The same for programs: a document for serde, and columns.
//! let document = serde_json::to_value(scan::document(&result))?;
//! assert_eq!(document["schema"], scan::SCHEMA);
//! let names: Vec<&str> = scan::data_tables(&result).iter().map(|table| table.name).collect();
//! assert_eq!(names, ["scan", "sessions", "association"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod counts;
mod document;
mod html;
mod markdown;
mod tables;
mod terminal;
mod words;

pub use document::{SCHEMA, ScanDocument, document};
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
