//! Scans: what is asked, and what is made of the outcome.

use crate::assemble::{Figures, PriceColumns};
use crate::fault::raised;
use crate::result::{File, Table, files, tables};
use crate::stated::Request;
use pyo3::prelude::*;
use shockwave::error::Result;
use shockwave::report::OutputFile;
use shockwave::report::chart::scan_charts;
use shockwave::report::scan::{answer, data_tables, scan_files, scan_json};
use shockwave::settings::{Config, Flags, ScanFlags};
use shockwave::study::result::InputRecord;
use shockwave::study::scan::result::ScanResult;

/// What a scan is told beside the settings of a study.
#[derive(FromPyObject)]
pub struct ScanAsked {
    #[pyo3(item)]
    symbols: Vec<String>,
    #[pyo3(item)]
    start: Option<String>,
    #[pyo3(item)]
    end: Option<String>,
    #[pyo3(item)]
    top: usize,
    #[pyo3(item)]
    alpha: f64,
    #[pyo3(item)]
    within: String,
    #[pyo3(item)]
    peers: Vec<String>,
    #[pyo3(item)]
    not_causes: Vec<String>,
}

impl From<ScanAsked> for ScanFlags {
    fn from(asked: ScanAsked) -> Self {
        ScanFlags {
            symbols: asked.symbols,
            from: asked.start,
            to: asked.end,
            top: asked.top,
            alpha: asked.alpha,
            within: asked.within,
            peers: asked.peers,
            not_causes: asked.not_causes,
        }
    }
}

/// Scans: what is asked, and prices as columns.
#[pyfunction]
pub fn scan(
    py: Python<'_>,
    request: Request,
    asked: ScanAsked,
    prices: Vec<PriceColumns<'_>>,
) -> PyResult<NativeScan> {
    let figures = Figures::read(&prices, &request.price_kind).map_err(|e| raised(py, e))?;
    py.detach(|| computed(request, asked, figures))
        .map_err(|e| raised(py, e))
}

fn computed(request: Request, asked: ScanAsked, figures: Figures) -> Result<NativeScan> {
    // As on the command line: the windows of a study play no part, nor do its questions.
    let flags = Flags {
        event_window: Some("0:0".to_owned()),
        windows: Some("0:0".to_owned()),
        instruments: Vec::new(),
        focus: None,
        lead_event: None,
        joint: None,
        ..Flags::from(request.stated)
    };
    let mut source = crate::source(request.study)?;
    if let Some(file) = &mut source.file {
        ScanFlags::leave_questions(file);
    }
    let config = Config {
        args: &flags,
        source: &source,
    };
    let events = crate::events(&config, &request.events)?;
    let spec = ScanFlags::from(asked).spec(&config, events)?;
    let inputs = request.records.into_iter().map(InputRecord::from).collect();
    let data = figures.on_sessions(&config, &spec.study, request.factors, inputs)?;
    let result = shockwave::study::scan::run(&spec, &data)?;
    Ok(NativeScan { result })
}

/// A scan's result, computed and unchanging.
#[pyclass(frozen, module = "shockwave._native")]
pub struct NativeScan {
    result: ScanResult,
}

#[pymethods]
impl NativeScan {
    /// The instruments that were scanned.
    #[getter]
    fn instruments(&self) -> Vec<&str> {
        let instruments = self.result.instruments.iter();
        instruments.map(|i| i.instrument.as_str()).collect()
    }

    /// Every table: its name, and of each column name, kind and values.
    fn tables<'py>(&self, py: Python<'py>) -> PyResult<Vec<Table<'py>>> {
        tables(py, py.detach(|| data_tables(&self.result)))
    }

    /// What was found, in paragraphs.
    fn summary(&self) -> Vec<String> {
        answer(&self.result)
    }

    /// `scan.json`.
    fn json(&self, py: Python<'_>) -> PyResult<String> {
        let file = py.detach(|| scan_json(&self.result));
        let file = file.map_err(|e| raised(py, e))?;
        Ok(String::from_utf8_lossy(&file.bytes).into_owned())
    }

    /// Every chart: name, title, description, SVG.
    fn charts(&self, py: Python<'_>) -> PyResult<Vec<(String, String, String, String)>> {
        let charts = py.detach(|| scan_charts(&self.result));
        let charts = charts.map_err(|e| raised(py, e))?.into_iter();
        Ok(charts
            .map(|c| (c.name, c.title, c.description, c.svg))
            .collect())
    }

    /// Tables, document and pages as files, with the charts.
    fn files(&self, py: Python<'_>) -> PyResult<Vec<File>> {
        let make = || {
            let charts = scan_charts(&self.result)?;
            let mut all = scan_files(&self.result, &charts)?;
            all.extend(charts.into_iter().map(|chart| OutputFile {
                path: format!("charts/{}.svg", chart.name),
                bytes: chart.svg.into_bytes(),
            }));
            Ok(files(all))
        };
        py.detach(make).map_err(|e| raised(py, e))
    }
}
