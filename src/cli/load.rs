//! From paths to the data of a study: prices on the calendar's sessions, factors, findings.

use crate::calendar::Calendar;
use crate::cli::config::Config;
use crate::error::{Error, InputError, Result};
use crate::event::Event;
use crate::input::dates::DateOrder;
use crate::input::events::{EventOptions, read_events};
use crate::prices::factors::{FactorFrame, FactorOptions, FactorUnit, read_factors};
use crate::prices::grid::{PriceGrid, on_sessions, sessions_of};
use crate::prices::quality::{Finding, check};
use crate::prices::read::{ReadOptions, read_path};
use crate::prices::sample::sample_frame;
use crate::prices::{PriceFrame, PriceKind};
use crate::sample;
use crate::study::data::{FactorData, InstrumentData, StudyData};
use crate::study::result::{FindingRow, InputRecord};
use crate::study::spec::{QualityPolicy, StudySpec};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Lower-case hex of the SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// Events and the record of where they came from.
pub struct Events {
    pub events: Vec<Event>,
    pub inputs: Vec<InputRecord>,
}

/// Options of event files from their flags.
pub fn event_options(zone: Option<&str>, date_order: Option<&str>) -> Result<EventOptions> {
    let event_zone = match zone {
        None => None,
        Some(name) => Some(name.parse().map_err(|_| {
            InputError::new(
                "no time zone has this name",
                "write one like America/New_York or UTC",
            )
            .in_file("--event-zone")
            .with_value(name)
        })?),
    };
    Ok(EventOptions {
        event_zone,
        date_order: date_order_of(date_order)?,
    })
}

/// A date order by name.
fn date_order_of(name: Option<&str>) -> Result<Option<DateOrder>> {
    let Some(name) = name else {
        return Ok(None);
    };
    DateOrder::from_name(name).map(Some).ok_or_else(|| {
        InputError::new("not an order of day and month", "choose dmy, mdy or ymd")
            .in_file("--date-format")
            .with_value(name)
            .into()
    })
}

/// Reads event files and embedded catalogues; ids must be unique over all of them.
pub fn events(paths: &[PathBuf], options: &EventOptions) -> Result<Events> {
    let mut all = Events {
        events: Vec::new(),
        inputs: Vec::new(),
    };
    for path in paths {
        let name = path.to_string_lossy();
        let embedded = sample::catalogue(&name).filter(|_| !path.exists());
        let (shown, bytes) = match embedded {
            Some(catalogue) => (catalogue.file.to_owned(), catalogue.bytes.to_vec()),
            None => (
                name.into_owned(),
                std::fs::read(path).map_err(|e| missing_or_io(path, &e, &catalogue_names()))?,
            ),
        };
        let events = read_events(&bytes, &shown, options)?;
        all.inputs.push(InputRecord {
            role: "events".to_owned(),
            name: shown.clone(),
            format: format_of(&shown),
            n_rows: events.len(),
            adjustment: None,
            provenance: None,
            sha256: sha256(&bytes),
        });
        for event in events {
            if all.events.iter().any(|e| e.id == event.id) {
                return Err(InputError::new(
                    format!("the event id {} stands in two event files", event.id),
                    "rename one of them",
                )
                .in_file(shown)
                .into());
            }
            all.events.push(event);
        }
    }
    Ok(all)
}

fn catalogue_names() -> String {
    sample::CATALOGUES.map(|c| c.name).join(", ")
}

fn format_of(name: &str) -> String {
    let extension = Path::new(name).extension();
    extension.map_or_else(String::new, |e| e.to_string_lossy().to_lowercase())
}

fn missing_or_io(path: &Path, error: &std::io::Error, embedded: &str) -> Error {
    if error.kind() != std::io::ErrorKind::NotFound {
        return Error::io(path, error);
    }
    InputError::new(
        "there is no such file",
        format!("check the path; embedded are {embedded}"),
    )
    .in_file(path.display().to_string())
    .into()
}

/// Reads everything that a study needs.
pub fn data(config: &Config, spec: &StudySpec, mut inputs: Vec<InputRecord>) -> Result<StudyData> {
    let frame = prices(config)?;
    let calendar = calendar(config, spec, &frame)?;
    let sessions = session_range(&calendar, &frame)?;
    // The gate also reads impossible figures as missing, so it runs whatever the policy.
    let checked = check(frame, &sessions)?;
    let frame = checked.frame;
    let grid = on_sessions(&frame, &sessions)?;
    let findings = match spec.quality {
        QualityPolicy::Off => Vec::new(),
        _ => checked.findings.into_iter().map(finding_row).collect(),
    };
    inputs.extend(frame.provenance.iter().map(|p| InputRecord {
        role: "prices".to_owned(),
        name: p.path.clone(),
        format: p.dialect.clone(),
        n_rows: p.rows,
        adjustment: Some(p.adjustment_basis.as_str().to_owned()),
        provenance: None,
        sha256: p.sha256.clone(),
    }));
    let factors = match factors(config, spec)? {
        Some((frame, input)) => {
            inputs.push(input);
            Some(factors_on(&frame, &sessions))
        }
        None => None,
    };
    let failures = frame.failures.iter();
    Ok(StudyData {
        calendar,
        instruments: instruments(grid, frame.kind),
        sessions,
        factors,
        inputs,
        findings,
        unreadable: failures
            .map(|f| (f.path.clone(), f.error.to_string()))
            .collect(),
    })
}

fn prices(config: &Config) -> Result<PriceFrame> {
    let args = config.args;
    let returns = config.paths(&args.returns_file, |f| f.returns_file.as_ref());
    let prices = config.paths(&args.prices, |f| f.prices.as_ref());
    let from_flag = !args.prices.is_empty();
    let (paths, kind) = if !returns.is_empty() && !from_flag {
        (returns, PriceKind::Returns)
    } else if prices.is_empty() {
        (vec![PathBuf::from(sample::SAMPLE)], PriceKind::Prices)
    } else {
        (prices, PriceKind::Prices)
    };
    let symbol = config
        .text(&args.symbol, "--symbol", |f| f.symbol.as_ref())
        .map(|s| config.symbol(&s))
        .transpose()?;
    let order = config.text(&args.date_format, "--date-format", |f| {
        f.date_format.as_ref()
    });
    let options = ReadOptions {
        date_order: date_order_of(order.map(|s| s.value).as_deref())?,
        symbol,
        kind,
        ..ReadOptions::default()
    };
    let mut frames = Vec::new();
    for path in &paths {
        if path.as_os_str() == sample::SAMPLE && !path.exists() {
            frames.push(sample_frame()?);
        } else if !path.exists() {
            let not_found = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(missing_or_io(path, &not_found, sample::SAMPLE));
        } else {
            frames.push(read_path(path, &options)?);
        }
    }
    PriceFrame::merge(frames)
}

fn calendar(config: &Config, spec: &StudySpec, frame: &PriceFrame) -> Result<Calendar> {
    let setting = config.text(&config.args.calendar, "--calendar", |f| f.calendar.as_ref());
    let name = setting.as_ref().map_or("XNYS", |s| s.value.as_str());
    if name != "from-data" {
        return Calendar::named(name);
    }
    let Some(benchmark) = &spec.benchmark else {
        return Err(InputError::new(
            "the calendar from-data takes its sessions from the benchmark, and there is none",
            "name it with --benchmark SYM",
        )
        .into());
    };
    Calendar::from_data(&sessions_of(frame, benchmark)?)
}

/// The calendar's sessions from the first figure to the last.
fn session_range(calendar: &Calendar, frame: &PriceFrame) -> Result<Vec<NaiveDate>> {
    let firsts = frame.provenance.iter().filter_map(|p| p.first);
    let lasts = frame.provenance.iter().filter_map(|p| p.last);
    let (Some(first), Some(last)) = (firsts.min(), lasts.max()) else {
        return Err(InputError::new(
            "the price files hold no rows",
            "give files with at least a year of sessions",
        )
        .into());
    };
    let (from, to) = calendar.bounds();
    // A calendar made from the benchmark's dates begins and ends with them.
    let (first, last) = if calendar.name() == "from-data" {
        (first.max(from), last.min(to))
    } else {
        (first, last)
    };
    calendar.sessions(first, last)
}

fn instruments(grid: PriceGrid, kind: PriceKind) -> Vec<InstrumentData> {
    let columns = grid.columns.into_iter();
    columns
        .map(|column| match kind {
            PriceKind::Prices => InstrumentData {
                symbol: column.symbol,
                close: column.close,
                adj_close: column.adj_close,
                returns: None,
            },
            PriceKind::Returns => InstrumentData {
                symbol: column.symbol,
                close: None,
                adj_close: None,
                returns: column.close,
            },
        })
        .collect()
}

fn finding_row(finding: Finding) -> FindingRow {
    FindingRow {
        kind: finding.kind.as_str().to_owned(),
        serious: finding.kind.is_serious(),
        symbol: finding.symbol.to_string(),
        session: finding.session,
        value: finding.value.filter(|v| v.is_finite()),
        message: finding.message,
    }
}

/// The factors: as asked, else those of the sample where the model needs some.
fn factors(config: &Config, spec: &StudySpec) -> Result<Option<(FactorFrame, InputRecord)>> {
    let args = config.args;
    let stated = config.text(&args.factor_unit, "--factor-unit", |f| {
        f.factor_unit.as_ref()
    });
    let listed = config.file().and_then(|f| f.factors.as_ref());
    let asked = args
        .factors
        .clone()
        .or_else(|| listed.map(|path| config.resolve(&path.value)));
    let unit = config.choice(
        stated,
        &[
            ("percent", Some(FactorUnit::Percent)),
            ("decimal", Some(FactorUnit::Decimal)),
        ],
        None,
    )?;
    let (shown, bytes, unit) = match asked {
        Some(path) if path.as_os_str() != sample::SAMPLE || path.exists() => {
            let bytes =
                std::fs::read(&path).map_err(|e| missing_or_io(&path, &e, sample::SAMPLE))?;
            (path.display().to_string(), bytes, unit)
        }
        None if spec.model.french_factors().is_none() => return Ok(None),
        _ => (
            sample::FACTORS.file.to_owned(),
            sample::FACTORS.bytes.to_vec(),
            Some(FactorUnit::Percent),
        ),
    };
    let options = FactorOptions {
        unit,
        date_order: None,
    };
    let frame = read_factors(&bytes, &shown, &options)?;
    let input = InputRecord {
        role: "factors".to_owned(),
        name: shown,
        format: frame.unit_note.clone(),
        n_rows: frame.sessions.len(),
        adjustment: None,
        provenance: None,
        sha256: sha256(&bytes),
    };
    Ok(Some((frame, input)))
}

/// The names that models know: `Mkt-RF` is `mkt_rf`, momentum is `mom` by any of its names.
fn factor_name(written: &str) -> String {
    let name = written.trim().to_lowercase().replace(['-', ' '], "_");
    match name.as_str() {
        "umd" | "wml" | "momentum" => "mom".to_owned(),
        _ => name,
    }
}

fn factors_on(frame: &FactorFrame, sessions: &[NaiveDate]) -> FactorData {
    let on_grid = |column: &Vec<f64>| -> Vec<f64> {
        sessions
            .iter()
            .map(|date| match frame.sessions.binary_search(date) {
                Ok(row) => column[row],
                Err(_) => f64::NAN,
            })
            .collect()
    };
    FactorData {
        names: frame.names.iter().map(|n| factor_name(n)).collect(),
        columns: frame.columns.iter().map(on_grid).collect(),
        unit: frame.unit_note.clone(),
    }
}
