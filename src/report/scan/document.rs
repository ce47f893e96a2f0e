//! `scan.json`, and what `--json` prints: the scan for programs.
//!
//! Its JSON Schema is `data/schema/scan.schema.json`. Sessions that are not reported stand in
//! `sessions.csv` only.

use crate::study::result::InputRecord;
use crate::study::scan::result::{
    AssociationRow, InstrumentRow, ScanEvent, ScanResult, ScanRow, ScanSettings,
};
use chrono::NaiveDate;
use serde::Serialize;

/// The `schema` field of the document: changes when a reader would have to.
pub const SCHEMA: &str = "shockwave.scan/1";

/// A scan, as `scan.json` has it: to be serialised. Fractions; missing is null.
#[derive(Debug, Serialize)]
pub struct ScanDocument<'a> {
    schema: &'static str,
    settings: &'a ScanSettings,
    inputs: &'a [InputRecord],
    data_range: (NaiveDate, NaiveDate),
    span: (NaiveDate, NaiveDate),
    n_sessions: usize,
    /// Sessions with figures, over all instruments.
    n_scanned: usize,
    n_abnormal: usize,
    n_explained: usize,
    /// The sessions reported.
    scan: &'a [ScanRow],
    instruments: &'a [InstrumentRow],
    association: &'a [AssociationRow],
    events: &'a [ScanEvent],
    version: &'a str,
}

/// The document of a result, for a serialiser of one's own; [`scan_json`](super::scan_json) is the file.
pub fn document(result: &ScanResult) -> ScanDocument<'_> {
    let sum = |n: fn(&InstrumentRow) -> usize| result.instruments.iter().map(n).sum();
    ScanDocument {
        schema: SCHEMA,
        settings: &result.settings,
        inputs: &result.inputs,
        data_range: result.data_range,
        span: result.span,
        n_sessions: result.n_sessions,
        n_scanned: sum(|i| i.n_scanned),
        n_abnormal: sum(|i| i.n_abnormal),
        n_explained: sum(|i| i.n_explained),
        scan: result.top(),
        instruments: &result.instruments,
        association: &result.associations,
        events: &result.events,
        version: &result.version,
    }
}
