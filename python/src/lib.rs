//! The Python package's extension module: settings and columns in, results out.
//!
//! Everything that has to do with Python's own types of frames is in `shockwave/*.py`; here the
//! library's `settings`, `study` and `report` are called, without the interpreter's lock.

mod assemble;
mod fault;
mod result;
mod samples;
mod scan;
mod stated;

use crate::assemble::{Figures, PriceColumns};
use crate::fault::raised;
use crate::result::NativeResult;
use crate::stated::{Bytes, Request};
use pyo3::prelude::*;
use shockwave::error::{Error, InputError, Result};
use shockwave::event::Event;
use shockwave::input::events::read_events;
use shockwave::sample;
use shockwave::settings::{Config, Flags, Source, reading};
use shockwave::study::result::InputRecord;

/// Runs a study: what is asked, and prices as columns.
#[pyfunction]
fn run(py: Python<'_>, request: Request, prices: Vec<PriceColumns<'_>>) -> PyResult<NativeResult> {
    // The one copy that is made of figures: arrays belong to the interpreter, and are left to it.
    let figures = Figures::read(&prices, &request.price_kind).map_err(|e| raised(py, e))?;
    py.detach(|| computed(request, figures))
        .map_err(|e| raised(py, e))
}

fn computed(request: Request, figures: Figures) -> Result<NativeResult> {
    let flags = Flags::from(request.stated);
    let source = source(request.study)?;
    let config = Config {
        args: &flags,
        source: &source,
    };
    let spec = config.spec(events(&config, &request.events)?)?;
    let inputs = request.records.into_iter().map(InputRecord::from).collect();
    let data = figures.on_sessions(&config, &spec, request.factors, inputs)?;
    Ok(NativeResult::new(shockwave::study::run(&spec, &data)?))
}

/// The study file, or the embedded study of that name, or keywords alone.
fn source(study: Option<Bytes>) -> Result<Source> {
    match study {
        None => Ok(Source {
            shown: "Study".to_owned(),
            ..Source::default()
        }),
        Some(file) => match sample::study(&file.name).filter(|_| file.bytes.is_empty()) {
            Some(embedded) => Source::embedded(embedded),
            None => Source::read(file.bytes, file.name),
        },
    }
}

fn events(config: &Config, files: &[Bytes]) -> Result<Vec<Event>> {
    let options = reading::event_options(config)?;
    let mut all: Vec<Event> = Vec::new();
    for file in files {
        for event in read_events(&file.bytes, &file.name, &options)? {
            if all.iter().any(|e| e.id == event.id) {
                let problem = format!("the event id {} stands in two event files", event.id);
                let fault = InputError::new(problem, "rename one of them");
                return Err(Error::from(fault.in_file(&file.name)));
            }
            all.push(event);
        }
    }
    Ok(all)
}

/// The event files that a study file names.
#[pyfunction]
fn study_events(py: Python<'_>, study: Bytes) -> PyResult<Vec<String>> {
    let source = source(Some(study)).map_err(|e| raised(py, e))?;
    let listed = source.file.and_then(|file| file.events);
    let entries = listed.into_iter().flat_map(|list| list.value);
    Ok(entries.map(|entry| entry.value).collect())
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<NativeResult>()?;
    module.add_class::<scan::NativeScan>()?;
    module.add_function(wrap_pyfunction!(run, module)?)?;
    module.add_function(wrap_pyfunction!(scan::scan, module)?)?;
    module.add_function(wrap_pyfunction!(study_events, module)?)?;
    module.add_function(wrap_pyfunction!(samples::embedded, module)?)?;
    module.add_function(wrap_pyfunction!(samples::event_rows, module)?)?;
    module.add_function(wrap_pyfunction!(samples::names, module)?)
}
