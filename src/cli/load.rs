//! From paths to the data of a study: prices on the calendar's sessions, factors, findings.

use crate::calendar::Calendar;
use crate::cli::config::Config;
use crate::cli::settings::Setting;
use crate::error::{Error, InputError, Result};
use crate::event::Event;
use crate::input::dates::DateOrder;
use crate::input::events::{EventOptions, read_events};
use crate::input::numbers::DecimalMark;
use crate::input::study::StudyFile;
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

/// Options of event files from their settings.
pub fn event_options(
    zone: Option<Setting<String>>,
    date_order: Option<Setting<String>>,
    file: Option<&StudyFile>,
) -> Result<EventOptions> {
    let zone_of = |setting: Setting<String>| {
        setting.value.parse().map_err(|_| {
            let cure = "write one like America/New_York or UTC";
            setting.fault(file, &setting.value, "no time zone has this name", cure)
        })
    };
    Ok(EventOptions {
        event_zone: zone.map(zone_of).transpose()?,
        date_order: date_order_of(date_order, file)?,
    })
}

/// A date order by name.
fn date_order_of(
    setting: Option<Setting<String>>,
    file: Option<&StudyFile>,
) -> Result<Option<DateOrder>> {
    let order_of = |setting: Setting<String>| {
        DateOrder::from_name(&setting.value).ok_or_else(|| {
            let problem = "not an order of day and month";
            setting.fault(file, &setting.value, problem, "choose dmy, mdy or ymd")
        })
    };
    setting.map(order_of).transpose()
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
            None => (name.into_owned(), read_file(path, &catalogue_names())?),
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

/// The bytes of a file.
pub fn read_file(path: &Path, embedded: &str) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| path_fault(path, &error, embedded))
}

/// Why a path cannot be read; where nothing is there, the embedded names could be meant.
fn path_fault(path: &Path, error: &std::io::Error, embedded: &str) -> Error {
    let (problem, cure) = if path.is_dir() {
        ("this is a folder, not a file", "name a file".to_owned())
    } else if error.kind() == std::io::ErrorKind::NotFound {
        let cure = format!("check the path; embedded are {embedded}");
        ("there is no such file", cure)
    } else {
        return Error::io(path, error);
    };
    let shown = path.display().to_string();
    InputError::new(problem, cure).in_file(shown).into()
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
    let instruments = instruments(grid, frame.kind);
    if frame.failures.is_empty() {
        refuse_unknown(config, &instruments)?;
    }
    let failures = frame.failures.iter();
    Ok(StudyData {
        calendar,
        instruments,
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
        date_order: date_order_of(order, config.file())?,
        decimal: config.choice(
            config.text(&args.decimal, "--decimal", |f| f.decimal.as_ref()),
            &[
                ("point", Some(DecimalMark::Point)),
                ("comma", Some(DecimalMark::Comma)),
            ],
            None,
        )?,
        symbol,
        kind,
    };
    let mut frames = Vec::new();
    for path in &paths {
        if path.as_os_str() == sample::SAMPLE && !path.exists() {
            frames.push(sample_frame()?);
        } else {
            std::fs::metadata(path).map_err(|e| path_fault(path, &e, sample::SAMPLE))?;
            frames.push(read_path(path, &options)?);
        }
    }
    PriceFrame::merge(frames)
}

fn calendar(config: &Config, spec: &StudySpec, frame: &PriceFrame) -> Result<Calendar> {
    let setting = config.text(&config.args.calendar, "--calendar", |f| f.calendar.as_ref());
    let name = setting.as_ref().map_or("XNYS", |s| s.value.as_str());
    if name != "from-data" {
        return Calendar::named(name).map_err(|error| match (&setting, error) {
            (Some(setting), Error::Input(e)) => {
                setting.fault(config.file(), name, e.problem, e.cure)
            }
            (_, other) => other,
        });
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
                open: column.open,
                high: column.high,
                low: column.low,
                volume: column.volume,
            },
            PriceKind::Returns => InstrumentData {
                returns: column.close,
                volume: column.volume,
                ..InstrumentData::new(column.symbol)
            },
        })
        .collect()
}

/// A benchmark or focus that the data do not hold, which no result could do without. (Where a
/// file could not be read, that is what is wrong, and it is named.)
fn refuse_unknown(config: &Config, instruments: &[InstrumentData]) -> Result<()> {
    let args = config.args;
    let benchmark = config.text(&args.benchmark, "--benchmark", |f| f.benchmark.as_ref());
    let focus = config.text(&args.focus, "--focus", |f| f.focus.as_ref());
    for setting in [benchmark, focus].into_iter().flatten() {
        let symbol = config.symbol(&setting)?;
        if instruments.iter().all(|i| i.symbol != symbol) {
            const SHOWN: usize = 12;
            let known = instruments.iter().map(|i| i.symbol.as_str());
            let mut known: Vec<&str> = known.take(SHOWN + 1).collect();
            if known.len() > SHOWN {
                known[SHOWN] = "…";
            }
            let problem = format!("the prices hold no {symbol}");
            let cure = format!("name one that they hold: {}", known.join(", "));
            return Err(setting.fault(config.file(), symbol, problem, cure));
        }
    }
    Ok(())
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
            let bytes = read_file(&path, sample::SAMPLE)?;
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
