//! The settings of a scan: those of a study, and what to look through.

use crate::analysis::window::{Window, WindowError};
use crate::error::{InputError, Result};
use crate::event::Event;
use crate::input::study::StudyFile;
use crate::instrument::Symbol;
use crate::settings::Config;
use crate::study::scan::spec::ScanSpec;
use chrono::NaiveDate;

/// What a scan is told beside the settings of a study; names, forms and defaults are those of the
/// flags of `shockwave scan`.
///
/// ```
/// use shockwave::input::events::read_events;
/// use shockwave::sample;
/// use shockwave::settings::{Config, Flags, ScanFlags, Source, reading};
///
/// let mut source = Source::embedded(sample::study("nvda-ai-shock").ok_or("no such study")?)?;
/// if let Some(file) = &mut source.file {
///     ScanFlags::leave_questions(file); // its claims are of events, not of sessions
/// }
/// // A scan is of single sessions: the windows of a study play no part.
/// let one_day = Some("0:0".to_owned());
/// let flags = Flags { event_window: one_day.clone(), windows: one_day, ..Flags::default() };
/// let config = Config { args: &flags, source: &source };
///
/// let catalogue = sample::catalogue("ai-chip-policy").ok_or("no such catalogue")?;
/// let options = reading::event_options(&config)?;
/// let events = read_events(catalogue.bytes, catalogue.file, &options)?;
/// let asked = ScanFlags {
///     symbols: vec!["NVDA".into()],
///     from: Some("2024-01-02".into()),
///     to: None,
///     top: 20,
///     alpha: 0.05,
///     within: "0:1".into(),
///     peers: vec!["AMD,AVGO".into()],
///     not_causes: vec!["market-reaction".into()],
/// };
/// let scan = asked.spec(&config, events)?;
/// assert_eq!(scan.from, Some("2024-01-02".parse()?));
/// assert_eq!(scan.peers.as_ref().map(Vec::len), Some(2));
/// assert_eq!(scan.study.benchmark.as_ref().map(|b| b.as_str()), Some("SPY"));
///
/// let error = ScanFlags { alpha: 5.0, ..asked }.spec(&config, Vec::new()).unwrap_err();
/// assert!(error.to_string().contains("--alpha"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ScanFlags {
    /// What to scan; empty: all instruments of the data but the benchmark.
    pub symbols: Vec<String>,
    /// `--from`
    pub from: Option<String>,
    /// `--to`
    pub to: Option<String>,
    /// `--top`
    pub top: usize,
    /// `--alpha`
    pub alpha: f64,
    /// `--within`
    pub within: String,
    /// `--peers`
    pub peers: Vec<String>,
    /// `--not-causes`
    pub not_causes: Vec<String>,
}

impl ScanFlags {
    /// The scan that is meant, of these events.
    ///
    /// # Errors
    /// A setting that cannot be read or does not fit the others, with its flag, value and cure.
    pub fn spec(&self, config: &Config, events: Vec<Event>) -> Result<ScanSpec> {
        let symbols = symbols(&self.symbols, "SYMBOL")?;
        let mut study = config.spec(events)?;
        study.focus = match symbols.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        if study.benchmark_weight.is_some() && study.focus.is_none() {
            return Err(InputError::new(
                "the share of the benchmark is one instrument's, and the scan has several",
                "name one instrument",
            )
            .in_file("--benchmark-weight")
            .into());
        }
        let (from, to) = (date(&self.from, "--from")?, date(&self.to, "--to")?);
        if let Some((from, to)) = from.zip(to).filter(|(from, to)| to < from) {
            let problem = format!("lies after --to {to}");
            let fault = InputError::new(problem, "give the earlier date to --from");
            return Err(fault.in_file("--from").with_value(from.to_string()).into());
        }
        let peers = symbols_of_list(&self.peers)?;
        if !symbols.is_empty() {
            // What the store is asked for.
            let needed = symbols.iter().chain(peers.iter().flatten());
            study.instruments = Some(needed.cloned().collect());
        }
        Ok(ScanSpec {
            study,
            instruments: (!symbols.is_empty()).then_some(symbols),
            from,
            to,
            top: top(self.top)?,
            alpha: alpha(self.alpha)?,
            within: within(&self.within)?,
            peers,
            not_causes: (self.not_causes.iter().filter(|c| !c.is_empty()))
                .cloned()
                .collect(),
        })
    }

    /// Takes out of a study file what belongs to the questions of a study.
    pub fn leave_questions(file: &mut StudyFile) {
        file.focus = None;
        file.lead_event = None;
        file.instruments = None;
        file.joint = None;
        file.claims.clear();
        file.shares.clear();
    }
}

fn symbols(texts: &[String], place: &str) -> Result<Vec<Symbol>> {
    let mut symbols: Vec<Symbol> = Vec::new();
    for text in texts.iter().flat_map(|t| t.split(',')) {
        let symbol =
            Symbol::new(text).map_err(|error| error.map_input(|fault| fault.in_file(place)))?;
        if !symbols.contains(&symbol) {
            symbols.push(symbol);
        }
    }
    Ok(symbols)
}

fn symbols_of_list(texts: &[String]) -> Result<Option<Vec<Symbol>>> {
    let symbols = symbols(texts, "--peers")?;
    Ok((!symbols.is_empty()).then_some(symbols))
}

fn date(text: &Option<String>, flag: &str) -> Result<Option<NaiveDate>> {
    let parse = |text: &String| {
        text.parse().map_err(|_| {
            let fault = InputError::new("not a date", "write YYYY-MM-DD");
            fault.in_file(flag).with_value(text).into()
        })
    };
    text.as_ref().map(parse).transpose()
}

fn top(n: usize) -> Result<usize> {
    if n == 0 {
        let fault = InputError::new("a scan reports at least one session", "20 is usual");
        return Err(fault.in_file("--top").with_value("0").into());
    }
    Ok(n)
}

fn alpha(p: f64) -> Result<f64> {
    if p > 0.0 && p < 1.0 {
        return Ok(p);
    }
    let fault = InputError::new("must lie between 0 and 1", "0.05 is usual");
    Err(fault.in_file("--alpha").with_value(p.to_string()).into())
}

fn within(text: &str) -> Result<Window> {
    text.parse().map_err(|e: WindowError| {
        InputError::new(e.to_string(), "write A:B, such as 0:1")
            .in_file("--within")
            .with_value(text)
            .into()
    })
}
