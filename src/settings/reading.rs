//! How what belongs to a study is to be read: events, factors, and the sessions it has.
//!
//! From settings to the data of a study, where the prices are a program's own:
//!
//! ```
//! use chrono::NaiveDate;
//! use shockwave::input::factors::{FactorUnit, read_factors};
//! use shockwave::settings::{Config, Flags, Source, reading};
//! use shockwave::{StudyData, sample};
//!
//! let flags = Flags {
//!     benchmark: Some("SPY".into()),
//!     model: Some("ff3".into()),
//!     calendar: Some("from-data".into()),
//!     ..Flags::default()
//! };
//! let config = Config { args: &flags, source: &Source::default() };
//! assert_eq!(reading::event_options(&config)?.event_zone, None);
//! let spec = config.spec(Vec::new())?;
//!
//! let days = ["2025-01-24", "2025-01-27"].map(str::parse::<NaiveDate>);
//! let days: Vec<NaiveDate> = days.into_iter().collect::<Result<_, _>>()?;
//! let calendar = reading::calendar(&config, &spec, |_benchmark| Ok(days.clone()))?;
//! let sessions = reading::session_range(&calendar, Some(days[0]), Some(days[1]))?;
//!
//! let options = reading::factor_options(&config, Some(FactorUnit::Percent))?;
//! let factors = read_factors(sample::FACTORS.bytes, sample::FACTORS.file, &options)?;
//! let factors = reading::factors_on(&[factors], &sessions);
//! assert_eq!((factors.names[0].as_str(), factors.columns[0][1]), ("mkt_rf", -0.0149));
//!
//! let mut data = StudyData::new(calendar, sessions)?.with_closes("NVDA", [142.62, 118.42])?;
//! data.factors = Some(factors);
//! let error = reading::refuse_unknown(&config, &data.instruments).unwrap_err();
//! assert!(error.to_string().contains("the prices hold no SPY"));
//! let data = data.with_closes("SPY", [607.97, 599.37])?;
//! reading::refuse_unknown(&config, &data.instruments)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::calendar::Calendar;
use crate::error::{Error, InputError, Result};
use crate::input::dates::DateOrder;
use crate::input::events::EventOptions;
use crate::input::factors::{FactorFrame, FactorOptions, FactorUnit};
use crate::input::study::StudyFile;
use crate::instrument::Symbol;
use crate::settings::setting::Origin;
use crate::settings::{Config, Setting, pick_list};
use crate::study::data::{FactorData, InstrumentData, factor_name};
use crate::study::spec::StudySpec;
use chrono::NaiveDate;

/// How the event files of a study are to be read.
///
/// # Errors
/// A zone or an order of day and month that does not exist.
pub fn event_options(config: &Config) -> Result<EventOptions> {
    let args = config.args;
    let zone = config.text(&args.event_zone, "--event-zone", |f| f.event_zone.as_ref());
    let order = config.text(&args.date_format, "--date-format", |f| {
        f.date_format.as_ref()
    });
    stated_event_options(zone, order, config.file())
}

/// The same from the two settings alone, for commands without a study.
pub(crate) fn stated_event_options(
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
///
/// # Errors
/// A name that is none.
pub(crate) fn date_order_of(
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

/// How the factors of a study are to be read; `unit` is that of figures whose unit is known.
///
/// # Errors
/// A unit that does not exist.
pub fn factor_options(config: &Config, unit: Option<FactorUnit>) -> Result<FactorOptions> {
    let stated = config.choice(
        config.text(&config.args.factor_unit, "--factor-unit", |f| {
            f.factor_unit.as_ref()
        }),
        &[
            ("percent", Some(FactorUnit::Percent)),
            ("decimal", Some(FactorUnit::Decimal)),
        ],
        None,
    )?;
    Ok(FactorOptions {
        unit: unit.or(stated),
        date_order: None,
    })
}

/// Factors on the sessions of a study, under the names that models know: fractions, NaN on a session
/// that a frame does not have.
pub fn factors_on(frames: &[FactorFrame], sessions: &[NaiveDate]) -> FactorData {
    let mut factors = FactorData {
        names: Vec::new(),
        columns: Vec::new(),
        unit: frames
            .first()
            .map_or_else(String::new, |f| f.unit_note.clone()),
    };
    for frame in frames {
        for (name, column) in frame.names.iter().zip(&frame.columns) {
            let on_grid = |date: &NaiveDate| match frame.sessions.binary_search(date) {
                Ok(row) => column[row],
                Err(_) => f64::NAN,
            };
            factors.names.push(factor_name(name));
            factors.columns.push(sessions.iter().map(on_grid).collect());
        }
    }
    factors
}

/// The calendar of a study; one that is taken from the data has the sessions on which the
/// benchmark has a close, which `sessions_of` finds.
///
/// # Errors
/// A name that no calendar has; `from-data` without a benchmark in the data.
pub fn calendar(
    config: &Config,
    spec: &StudySpec,
    sessions_of: impl Fn(&Symbol) -> Result<Vec<NaiveDate>>,
) -> Result<Calendar> {
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
    Calendar::from_data(&sessions_of(benchmark)?)
}

/// The calendar's sessions from the first figure to the last.
///
/// # Errors
/// No figure at all, or days outside the calendar's years.
pub fn session_range(
    calendar: &Calendar,
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
) -> Result<Vec<NaiveDate>> {
    let (Some(first), Some(last)) = (first, last) else {
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

/// A benchmark or focus that the data do not hold, which no result could do without, and an
/// instrument that they hold in other letters. (Where a file could not be read, that is what is
/// wrong, and it is named.)
///
/// # Errors
/// That setting, with the symbols that there are.
pub fn refuse_unknown(config: &Config, instruments: &[InstrumentData]) -> Result<()> {
    let args = config.args;
    let benchmark = config.text(&args.benchmark, "--benchmark", |f| f.benchmark.as_ref());
    let focus = config.text(&args.focus, "--focus", |f| f.focus.as_ref());
    let holds = |symbol: &Symbol| instruments.iter().any(|i| i.symbol == *symbol);
    for setting in [benchmark, focus].into_iter().flatten() {
        let symbol = config.symbol(&setting)?;
        if !holds(&symbol) {
            return Err(unknown(config, &setting, symbol, instruments));
        }
    }
    let own_file = config.file().filter(|_| !config.source.is_embedded);
    let listed = own_file.and_then(|f| f.instruments.as_ref());
    let listed = pick_list(&args.instruments, "--instruments", listed);
    for setting in listed.into_iter().flatten() {
        let symbol = config.symbol(&setting)?;
        if !holds(&symbol) && twin(&symbol, instruments).is_some() {
            return Err(unknown(config, &setting, symbol, instruments));
        }
    }
    Ok(())
}

/// The symbol that differs in capitals only.
fn twin<'a>(symbol: &Symbol, instruments: &'a [InstrumentData]) -> Option<&'a Symbol> {
    let known = instruments.iter().map(|i| &i.symbol);
    let mut same = known.filter(|k| k.as_str().eq_ignore_ascii_case(symbol.as_str()));
    same.next()
}

/// The fault of a symbol that the data do not hold.
fn unknown(
    config: &Config,
    setting: &Setting<String>,
    symbol: Symbol,
    instruments: &[InstrumentData],
) -> Error {
    const SHOWN: usize = 12;
    let known = instruments.iter().map(|i| i.symbol.as_str());
    let mut known: Vec<&str> = known.take(SHOWN + 1).collect();
    if known.len() > SHOWN {
        known[SHOWN] = "…";
    }
    let known = known.join(", ");
    let mut problem = format!("the prices hold no {symbol}");
    let cure = match twin(&symbol, instruments) {
        Some(twin) => format!("did you mean {twin}?"),
        // Nobody wrote this setting: without events, the study is the embedded one.
        None if config.source.is_embedded && matches!(setting.origin, Origin::File(_)) => {
            problem.push_str(", which the embedded study is about");
            format!(
                "give your own events with --events PATH, or a study file of your own; \
                 --instruments may then name what the prices hold: {known}"
            )
        }
        None => format!("name one that they hold: {known}"),
    };
    setting.fault(config.file(), symbol, problem, cure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use crate::settings::{Flags, Source};

    fn held(symbols: &[&str]) -> Vec<InstrumentData> {
        let day = "2025-01-27".parse::<NaiveDate>().unwrap();
        let calendar = Calendar::named("XNYS").unwrap();
        let data = crate::StudyData::new(calendar, vec![day]).unwrap();
        let add = |data: crate::StudyData, symbol: &&str| data.with_closes(symbol, [1.0]).unwrap();
        symbols.iter().fold(data, add).instruments
    }

    fn refused(flags: &Flags, source: &Source, symbols: &[&str]) -> Option<String> {
        let config = Config {
            args: flags,
            source,
        };
        let found = refuse_unknown(&config, &held(symbols));
        found.err().map(|error| error.to_string())
    }

    #[test]
    fn other_capitals_are_pointed_out() {
        let flags = |instrument: &str| Flags {
            instruments: vec![instrument.to_owned()],
            benchmark: Some("MKT".into()),
            ..Flags::default()
        };
        let none = Source::default();
        let found = refused(&flags("acme"), &none, &["ACME", "MKT"]).unwrap();
        assert!(found.contains("did you mean ACME?"), "{found}");
        assert!(found.starts_with("--instruments"), "{found}");
        for fine in ["ACME", "ELSE"] {
            assert_eq!(refused(&flags(fine), &none, &["ACME", "MKT"]), None);
        }
        let found = refused(&flags("ACME"), &none, &["ACME", "mkt"]).unwrap();
        assert!(found.contains("did you mean mkt?"), "{found}");
    }

    #[test]
    fn the_embedded_study_asks_for_events_of_ones_own() {
        let source = Source::embedded(sample::STUDIES[0]).unwrap();
        let flags = Flags {
            benchmark: Some("MKT".into()),
            ..Flags::default()
        };
        let found = refused(&flags, &source, &["ACME", "MKT"]).unwrap();
        assert!(found.contains("--events PATH"), "{found}");
    }
}
