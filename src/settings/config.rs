//! From what was stated to what is meant: flags and study file become a validated study.

use crate::align::Anchor;
use crate::analysis::inference;
use crate::analysis::model::{ErrorLaw, ModelKind};
use crate::error::{Error, InputError, Result};
use crate::event::Event;
use crate::input::document::Located;
use crate::input::study::{StudyFile, read_study};
use crate::instrument::{SharesOutstanding, Symbol};
use crate::returns::ReturnKind;
use crate::sample;
use crate::settings::{Flags, Setting, claims, groups, pick, pick_list, regressions};
use crate::study::spec::{GroupBy, PriceColumn, QualityPolicy, StudySpec};
use std::path::PathBuf;

/// The test of one observation that is run where it is named.
const GARCH_T: &str = "garch_t";

/// A study file, or nothing, with the folder that its paths are relative to.
///
/// ```
/// use shockwave::sample;
/// use shockwave::settings::Source;
///
/// let embedded = Source::embedded(sample::study("nvda-ai-shock").ok_or("no such study")?)?;
/// let file = embedded.file.as_ref().ok_or("no file")?;
/// assert_eq!(file.focus.as_ref().map(|focus| focus.value.as_str()), Some("NVDA"));
///
/// let mut own = Source::read(b"prices = [\"NVDA.csv\"]\n".to_vec(), "own.toml".into())?;
/// own.folder = "studies".into(); // where its NVDA.csv stands
/// assert!(!own.is_embedded);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The file's entries.
    pub file: Option<StudyFile>,
    /// The file as it was read.
    pub bytes: Vec<u8>,
    /// As provenance shows it.
    pub shown: String,
    /// What paths in the file are relative to.
    pub folder: PathBuf,
    /// Whether it is one that the program carries.
    pub is_embedded: bool,
}

impl Source {
    /// A study that the program carries.
    ///
    /// # Errors
    /// None in a released build: the files are those of the build.
    pub fn embedded(study: sample::Embedded) -> Result<Source> {
        Ok(Source {
            is_embedded: true,
            ..Source::read(study.bytes.to_vec(), study.file.to_owned())?
        })
    }

    /// A study file from its bytes; `folder` is left to the caller.
    ///
    /// # Errors
    /// Those of [`read_study`].
    pub fn read(bytes: Vec<u8>, shown: String) -> Result<Source> {
        Ok(Source {
            file: Some(read_study(&bytes, &shown)?),
            bytes,
            shown,
            folder: PathBuf::new(),
            is_embedded: false,
        })
    }
}

/// The settings of a study, each with where it came from: what is stated beside the study file
/// wins over the file, and a fault names the flag or the line.
///
/// ```
/// use shockwave::input::events::read_events;
/// use shockwave::settings::{Config, Flags, Source, reading};
///
/// let file = "benchmark = \"SPY\"\nwindows = [\"0:0\", \"-1:1\"]\nmodel = \"market\"\n";
/// let source = Source::read(file.into(), "deepseek.toml".into())?;
/// let flags = Flags { benchmark: Some("QQQ".into()), ..Flags::default() };
/// let config = Config { args: &flags, source: &source };
///
/// let events = b"id,at\ndeepseek,2025-01-27\n";
/// let events = read_events(events, "events.csv", &reading::event_options(&config)?)?;
/// let spec = config.spec(events.clone())?;
/// assert_eq!(spec.benchmark.as_ref().map(|b| b.as_str()), Some("QQQ"));
/// assert_eq!(spec.windows.car().len(), 2);
///
/// let source = Source::read(file.replace("-1:1", "-1:90").into(), "deepseek.toml".into())?;
/// let flags = Flags { event_window: Some("-5:5".into()), ..Flags::default() };
/// let error = Config { args: &flags, source: &source }.spec(events).unwrap_err();
/// assert!(error.to_string().contains("deepseek.toml:2"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Config<'a> {
    /// What was stated beside the file.
    pub args: &'a Flags,
    /// The study file.
    pub source: &'a Source,
}

impl Config<'_> {
    /// The study file, where there is one.
    pub(crate) fn file(&self) -> Option<&StudyFile> {
        self.source.file.as_ref()
    }

    pub(super) fn of<T>(
        &self,
        get: impl Fn(&StudyFile) -> Option<&Located<T>>,
    ) -> Option<&Located<T>> {
        self.file().and_then(get)
    }

    /// A text setting from a flag or the file.
    pub(crate) fn text(
        &self,
        flag: &Option<String>,
        name: &'static str,
        get: impl Fn(&StudyFile) -> Option<&Located<String>>,
    ) -> Option<Setting<String>> {
        pick(flag.clone(), name, self.of(get))
    }

    /// A list of paths; those of the file are relative to its folder.
    #[cfg(feature = "cli")]
    pub(crate) fn paths(
        &self,
        flag: &[PathBuf],
        get: impl Fn(&StudyFile) -> Option<&Located<Vec<Located<String>>>>,
    ) -> Vec<PathBuf> {
        if !flag.is_empty() {
            return flag.to_vec();
        }
        let listed = self.file().and_then(get);
        listed.map_or_else(Vec::new, |list| {
            let entries = list.value.iter();
            entries.map(|entry| self.resolve(&entry.value)).collect()
        })
    }

    /// A path of the study file; embedded names stay as they are.
    #[cfg(feature = "cli")]
    pub(crate) fn resolve(&self, text: &str) -> PathBuf {
        if text == sample::SAMPLE || sample::catalogue(text).is_some() {
            return PathBuf::from(text);
        }
        self.source.folder.join(text)
    }

    pub(super) fn fault<T>(
        &self,
        setting: &Setting<T>,
        shown: impl std::fmt::Display,
        problem: &str,
        cure: impl Into<String>,
    ) -> Error {
        setting.fault(self.file(), shown, problem, cure)
    }

    /// A setting with a closed list of values.
    pub(crate) fn choice<T: Copy>(
        &self,
        setting: Option<Setting<String>>,
        choices: &[(&str, T)],
        default: T,
    ) -> Result<T> {
        let Some(setting) = setting else {
            return Ok(default);
        };
        let found = choices.iter().find(|(name, _)| *name == setting.value);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let cure = format!("choose {}", names.join(", "));
            self.fault(&setting, &setting.value, "not one of the choices", cure)
        })
    }

    /// The symbol in a setting.
    pub(crate) fn symbol(&self, setting: &Setting<String>) -> Result<Symbol> {
        Symbol::new(&setting.value).map_err(|_| {
            self.fault(
                setting,
                &setting.value,
                "not an instrument symbol",
                "use letters, digits and . - ^ = & : only",
            )
        })
    }

    fn symbols(&self, settings: Option<Vec<Setting<String>>>) -> Result<Option<Vec<Symbol>>> {
        let Some(settings) = settings else {
            return Ok(None);
        };
        let mut symbols: Vec<Symbol> = Vec::new();
        for setting in &settings {
            let symbol = self.symbol(setting)?;
            if !symbols.contains(&symbol) {
                symbols.push(symbol);
            }
        }
        Ok(Some(symbols))
    }

    /// The study, given its events, with every default resolved.
    ///
    /// # Errors
    /// A setting that cannot be read or does not fit the others, with its flag or line, value and
    /// cure.
    pub fn spec(&self, events: Vec<Event>) -> Result<StudySpec> {
        let args = self.args;
        let windows = self.windows()?;
        let instruments = self.symbols(pick_list(
            &args.instruments,
            "--instruments",
            self.of(|f| f.instruments.as_ref()),
        ))?;
        let model = self.model()?;
        let name = self.name()?;
        let columns = pick_list(
            &args.factor_columns,
            "--factor-columns",
            self.of(|f| f.factor_columns.as_ref()),
        );
        let text_of =
            |get: fn(&StudyFile) -> Option<&Located<String>>| self.of(get).map(|t| t.value.clone());
        let groups = match self.file() {
            Some(file) => groups::groups(file)?,
            None => Vec::new(),
        };
        let (tests, garch) = self.tests()?;
        let claims = match self.file() {
            Some(file) => claims::claims(file, &events, &groups, windows.event())?,
            None => Vec::new(),
        };
        let regressions = match self.file() {
            Some(file) => regressions::regressions(file, &events, windows.car())?,
            None => Vec::new(),
        };
        Ok(StudySpec {
            title: text_of(|f| f.title.as_ref()).unwrap_or_else(|| name.clone()),
            name,
            question: text_of(|f| f.question.as_ref()),
            group_by: self.group_by(&events),
            focus: self.focus(instruments.as_deref())?,
            lead_event: self.lead_event(&events)?,
            events,
            instruments,
            benchmark: self.benchmark(model)?,
            benchmark_weight: self.benchmark_weight()?,
            model,
            error_law: self.choice(
                self.text(&args.garch_distribution, "--garch-distribution", |f| {
                    f.garch_distribution.as_ref()
                }),
                &[("t", ErrorLaw::StudentT), ("normal", ErrorLaw::Normal)],
                ErrorLaw::StudentT,
            )?,
            factor_columns: columns
                .map_or_else(Vec::new, |c| c.into_iter().map(|s| s.value).collect()),
            returns: self.choice(
                self.text(&args.returns, "--returns", |f| f.returns.as_ref()),
                &[("simple", ReturnKind::Simple), ("log", ReturnKind::Log)],
                ReturnKind::Simple,
            )?,
            price_column: self.choice(
                self.text(&args.price_column, "--price-column", |f| {
                    f.price_column.as_ref()
                }),
                &[
                    ("close", PriceColumn::Close),
                    ("adj_close", PriceColumn::AdjClose),
                ],
                PriceColumn::Auto,
            )?,
            min_estimation: self.min_estimation(&windows)?,
            windows,
            anchor: self.choice(
                self.text(&args.anchor, "--anchor", |f| f.anchor.as_ref()),
                &ANCHORS,
                Anchor::Next,
            )?,
            max_shift: self.max_shift()?,
            quality: self.choice(
                self.text(&args.quality, "--quality", |f| f.quality.as_ref()),
                &[
                    ("warn", QualityPolicy::Warn),
                    ("exclude", QualityPolicy::Exclude),
                    ("off", QualityPolicy::Off),
                ],
                QualityPolicy::Warn,
            )?,
            mask_events: self.switch(&args.mask_events, "--mask-events", false, |f| {
                f.mask_events.as_ref()
            })?,
            mask_window: self.mask_window()?,
            joint: self.switch(&args.joint, "--joint", false, |f| f.joint.as_ref())?,
            groups,
            shares: self.shares()?,
            claims,
            regressions,
            tests,
            garch,
            placebo: self.switch(
                &args.placebo,
                "--placebo",
                !model.has_conditional_variance(),
                |f| f.placebo.as_ref(),
            )?,
            seed: args
                .seed
                .or(self.of(|f| f.seed.as_ref()).map(|s| s.value))
                .unwrap_or(1),
            n_draws: self.n_draws()?,
        })
    }

    fn switch(
        &self,
        flag: &Option<String>,
        name: &'static str,
        default: bool,
        get: impl Fn(&StudyFile) -> Option<&Located<String>>,
    ) -> Result<bool> {
        self.choice(
            self.text(flag, name, get),
            &[("on", true), ("off", false)],
            default,
        )
    }

    fn name(&self) -> Result<String> {
        let Some(name) = self.of(|f| f.name.as_ref()) else {
            let stem = self.args.study.as_ref().and_then(|p| p.file_stem());
            return Ok(stem.map_or_else(|| "study".to_owned(), |s| slug(&s.to_string_lossy())));
        };
        if name.value.is_empty() || slug(&name.value) != name.value {
            let file = self.file().map(|f| {
                f.error(
                    name.span.clone(),
                    "the name becomes a folder and cannot hold these characters",
                    format!("write {:?}", slug(&name.value)),
                )
                .with_value(&name.value)
            });
            if let Some(error) = file {
                return Err(error.into());
            }
        }
        Ok(name.value.clone())
    }

    fn model(&self) -> Result<ModelKind> {
        let choices: Vec<(&str, ModelKind)> = ModelKind::ALL
            .into_iter()
            .map(|k| (k.as_str(), k))
            .collect();
        let setting = self.text(&self.args.model, "--model", |f| f.model.as_ref());
        self.choice(setting, &choices, ModelKind::Market)
    }

    fn benchmark(&self, model: ModelKind) -> Result<Option<Symbol>> {
        let setting = self.text(&self.args.benchmark, "--benchmark", |f| {
            f.benchmark.as_ref()
        });
        match setting {
            Some(setting) => self.symbol(&setting).map(Some),
            // The usual market of the sample; where the prices lack it, the run says so.
            None if model.needs_benchmark() => Symbol::new("SPY").map(Some),
            None => Ok(None),
        }
    }

    fn benchmark_weight(&self) -> Result<Option<f64>> {
        let weight = pick(
            self.args.benchmark_weight,
            "--benchmark-weight",
            self.of(|f| f.benchmark_weight.as_ref()),
        );
        match weight {
            Some(w) if !(0.0..1.0).contains(&w.value) => Err(self.fault(
                &w,
                w.value,
                "the share of the benchmark must be at least 0 and below 1",
                "write a fraction, such as 0.065",
            )),
            other => Ok(other.map(|w| w.value)),
        }
    }

    fn n_draws(&self) -> Result<usize> {
        let asked = pick(
            self.args.bootstrap,
            "--bootstrap",
            self.of(|f| f.bootstrap.as_ref()),
        );
        match asked {
            None => Ok(StudySpec::default().n_draws),
            Some(n) if (99..=1_000_000).contains(&n.value) => Ok(n.value as usize),
            Some(n) => {
                let problem = "the number of resamples must lie between 99 and 1000000";
                Err(self.fault(
                    &n,
                    n.value,
                    problem,
                    "1999 is usual, 9999 for a final figure",
                ))
            }
        }
    }

    fn max_shift(&self) -> Result<u32> {
        let asked = self.args.max_shift.map(u64::from);
        let asked = pick(asked, "--max-shift", self.of(|f| f.max_shift.as_ref()));
        let Some(asked) = asked else {
            return Ok(StudySpec::default().max_shift);
        };
        u32::try_from(asked.value).map_err(|_| {
            let problem = "`max-shift` is more days than any calendar has";
            self.fault(&asked, asked.value, problem, "5 is usual")
        })
    }

    fn group_by(&self, events: &[Event]) -> GroupBy {
        let setting = self.text(&self.args.group_by, "--group-by", |f| f.group_by.as_ref());
        match setting.map(|s| s.value).as_deref() {
            Some("none") => GroupBy::None,
            Some("instrument-group") => GroupBy::InstrumentGroup,
            Some(column) => GroupBy::Column(column.to_owned()),
            None => GroupBy::usual(events),
        }
    }

    /// The focus; that of the file only where `--instruments` leaves it in the study.
    fn focus(&self, instruments: Option<&[Symbol]>) -> Result<Option<Symbol>> {
        let setting = self.text(&self.args.focus, "--focus", |f| f.focus.as_ref());
        let focus = setting.as_ref().map(|s| self.symbol(s)).transpose()?;
        let (Some(symbol), Some(setting)) = (&focus, &setting) else {
            return Ok(match instruments {
                Some([only]) => Some(only.clone()),
                _ => None,
            });
        };
        match instruments {
            Some(list) if !list.contains(symbol) => {
                if self.args.focus.is_none() && !self.args.instruments.is_empty() {
                    return Ok(match list {
                        [only] => Some(only.clone()),
                        _ => None,
                    });
                }
                let cure = "add it to the instruments, or leave the focus out";
                Err(self.fault(
                    setting,
                    symbol,
                    "the focus is not an instrument of the study",
                    cure,
                ))
            }
            _ => Ok(focus),
        }
    }

    fn lead_event(&self, events: &[Event]) -> Result<Option<String>> {
        let setting = self.text(&self.args.lead_event, "--lead-event", |f| {
            f.lead_event.as_ref()
        });
        match setting {
            Some(s) if !events.iter().any(|e| e.id == s.value) => Err(self.fault(
                &s,
                &s.value,
                "no event has this id",
                "see shockwave events list",
            )),
            other => Ok(other.map(|s| s.value)),
        }
    }

    /// The sample tests that are named (`None`: all), and whether `garch_t` is among the names: it
    /// takes a fit by maximum likelihood for every observation, so that `all` leaves it out.
    fn tests(&self) -> Result<(Option<Vec<String>>, bool)> {
        let listed = pick_list(&self.args.tests, "--tests", self.of(|f| f.tests.as_ref()));
        let Some(listed) = listed else {
            return Ok((None, false));
        };
        let known: Vec<&str> = inference::ALL.iter().map(|t| t.name()).collect();
        for setting in &listed {
            let name = setting.value.as_str();
            if !known.contains(&name) && !["all", GARCH_T].contains(&name) {
                let cure = format!("choose all, {GARCH_T}, or of {}", known.join(", "));
                return Err(self.fault(setting, &setting.value, "no test has this name", cure));
            }
        }
        let mut names: Vec<String> = listed.into_iter().map(|s| s.value).collect();
        let garch = names.iter().any(|n| n == GARCH_T);
        names.retain(|n| n != GARCH_T);
        // Alone it adds to what is there anyway.
        let all = names.is_empty() || names.iter().any(|n| n == "all");
        Ok(((!all).then_some(names), garch))
    }

    fn at(&self, located: &Located<String>, problem: &str) -> Error {
        match self.file() {
            Some(file) => file
                .error(located.span.clone(), problem, "correct the entry")
                .with_value(&located.value)
                .into(),
            None => InputError::new(problem, "correct the entry")
                .with_value(&located.value)
                .into(),
        }
    }

    fn shares(&self) -> Result<Vec<SharesOutstanding>> {
        let Some(file) = self.file() else {
            return Ok(Vec::new());
        };
        let entry = |s: &crate::input::study::SharesEntry| -> Result<SharesOutstanding> {
            if !(s.count.value > 0.0 && s.count.value.is_finite()) {
                let problem = "the number of shares must be above zero";
                return Err(file
                    .error(s.count.span.clone(), problem, "correct it")
                    .into());
            }
            Ok(SharesOutstanding {
                instrument: Symbol::new(&s.instrument.value)
                    .map_err(|_| self.at(&s.instrument, "not an instrument symbol"))?,
                count: s.count.value,
                as_of: s
                    .as_of
                    .value
                    .parse()
                    .map_err(|_| self.at(&s.as_of, "not a date; write YYYY-MM-DD"))?,
                source: s
                    .source
                    .as_ref()
                    .map_or_else(String::new, |t| t.value.clone()),
            })
        };
        file.shares.iter().map(entry).collect()
    }
}

const ANCHORS: [(&str, Anchor); 5] = [
    ("next", Anchor::Next),
    ("previous", Anchor::Previous),
    ("nearest", Anchor::Nearest),
    ("drop", Anchor::Drop),
    ("error", Anchor::Error),
];

/// An anchor by name, for commands that take one alone.
#[cfg(feature = "cli")]
pub(crate) fn anchor(name: &str) -> Result<Anchor> {
    let found = ANCHORS.iter().find(|(n, _)| *n == name).map(|(_, a)| *a);
    found.ok_or_else(|| {
        InputError::new(
            "not one of the choices",
            "choose next, previous, nearest, drop, error",
        )
        .in_file("--anchor")
        .with_value(name)
        .into()
    })
}

/// Letters, digits, `-` and `_`, so that the name of a study can be that of a folder.
fn slug(text: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let slug: String = text
        .chars()
        .map(|c| if keep(c) { c } else { '-' })
        .collect();
    let slug = slug.trim_matches('-').to_owned();
    if slug.is_empty() {
        "study".to_owned()
    } else {
        slug
    }
}
