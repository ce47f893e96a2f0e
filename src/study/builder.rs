//! A study from a few statements: what most studies need, checked before anything runs.
//!
//! [`StudySpec`] has the rest of the choices, as open fields with the usual defaults.

use crate::analysis::inference;
use crate::analysis::model::ModelKind;
use crate::analysis::window::{StudyWindows, Window, WindowError};
use crate::error::{Error, InputError, Result};
use crate::event::Event;
use crate::instrument::Symbol;
use crate::returns::ReturnKind;
use crate::study::spec::{GroupBy, MIN_ESTIMATION_DAYS, StudySpec, usual_min_estimation};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// Relative days as they are stated: `-1..=1`, or a [`Window`].
type Days = RangeInclusive<i32>;

/// What a study is asked to do, before it is checked. Made by [`StudySpec::builder`].
///
/// A statement that cannot be meant, such as a symbol that is none, is remembered and told by
/// [`StudyBuilder::build`]; what is stated twice counts as stated last.
///
/// A study of two events in which everything is stated that can be:
///
/// ```
/// use chrono::NaiveDate;
/// use shockwave::analysis::model::ModelKind;
/// use shockwave::returns::ReturnKind;
/// use shockwave::{Event, StudySpec};
///
/// let day = |day| NaiveDate::from_ymd_opt(2025, 1, day).ok_or("a date");
/// let spec = StudySpec::builder()
///     .named("chips", "Chip makers in January 2025")
///     .event(Event::on("deepseek", day(27)?))
///     .events([Event::on("diffusion-rule", day(13)?)])
///     .instruments(["NVDA", "AMD"])
///     .focus("NVDA") // samples are formed from it
///     .benchmark("SPY")
///     .model(ModelKind::Factors)
///     .factor_columns(["SOXX"]) // the industry, beside the market
///     .returns(ReturnKind::Log)
///     .estimation(-130..=-11)
///     .min_estimation(100)
///     .event_window(-5..=5)
///     .windows([0..=0, -1..=1])
///     .tests(["bmp_t", "kp_bmp_t"])
///     .placebo(false) // most of a study's time
///     .seed(7)
///     .build()?;
/// assert_eq!((spec.events.len(), spec.windows.estimation().n_days()), (2, 120));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct StudyBuilder {
    spec: StudySpec,
    estimation: Option<Days>,
    event_window: Option<Days>,
    windows: Option<Vec<Days>>,
    min_estimation: Option<usize>,
    fault: Option<Error>,
}

impl StudySpec {
    /// Begins a study: the market model over [-250, -11], CARs over six windows from [0, 0] to
    /// [-10, +10], all tests. Events and, for most models, a benchmark have to be named.
    ///
    /// ```
    /// use chrono::{Days, NaiveDate};
    /// use shockwave::event::Event;
    /// use shockwave::study::{self, data::StudyData, spec::StudySpec};
    ///
    /// // A market, and a share that follows it but for one session, on which it loses a tenth.
    /// let start = NaiveDate::from_ymd_opt(2024, 1, 1).ok_or("a date")?;
    /// let dates: Vec<NaiveDate> = start.iter_days().take(300).collect();
    /// let market: Vec<f64> = (0..300).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
    /// let noise = |t: usize| 0.004 * (2.9 * t as f64).cos();
    /// let mut share: Vec<f64> = (0..300).map(|t| 1.5 * market[t] + noise(t)).collect();
    /// share[270] -= 0.10;
    ///
    /// let data = StudyData::from_dates(&dates)?
    ///     .with_returns("SHARE", share)?
    ///     .with_returns("INDEX", market)?;
    /// let spec = StudySpec::builder()
    ///     .event(Event::on("recall", start + Days::new(270)))
    ///     .benchmark("INDEX")
    ///     .windows([0..=0, -1..=1])
    ///     .build()?;
    /// let result = study::run(&spec, &data)?;
    ///
    /// let car = &result.cars[0];
    /// assert_eq!((car.event_id.as_str(), car.instrument.as_str()), ("recall", "SHARE"));
    /// assert!((car.car.ok_or("a CAR")? + 0.10).abs() < 0.005);
    /// assert!(car.car_p.ok_or("a p")? < 0.001);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn builder() -> StudyBuilder {
        StudyBuilder {
            spec: StudySpec::default(),
            estimation: None,
            event_window: None,
            windows: None,
            min_estimation: None,
            fault: None,
        }
    }
}

impl StudyBuilder {
    /// Adds an event.
    pub fn event(self, event: Event) -> Self {
        self.events([event])
    }

    /// Adds events.
    pub fn events(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.spec.events.extend(events);
        self
    }

    /// Name, for files, and title, for people.
    pub fn named(mut self, name: &str, title: &str) -> Self {
        (self.spec.name, self.spec.title) = (name.to_owned(), title.to_owned());
        self
    }

    /// The instruments of the study; without this those that the events name, and all but the
    /// benchmark where an event names none.
    pub fn instruments<S: AsRef<str>>(mut self, symbols: impl IntoIterator<Item = S>) -> Self {
        let mut instruments = Vec::new();
        for symbol in symbols {
            match self.symbol(symbol.as_ref()) {
                Some(symbol) if !instruments.contains(&symbol) => instruments.push(symbol),
                _ => {}
            }
        }
        self.spec.instruments = Some(instruments);
        self
    }

    /// The instrument that samples are formed from; without this all, or the only one that
    /// [`StudyBuilder::instruments`] names.
    pub fn focus(mut self, symbol: impl AsRef<str>) -> Self {
        self.spec.focus = self.symbol(symbol.as_ref());
        self
    }

    /// The market.
    pub fn benchmark(mut self, symbol: impl AsRef<str>) -> Self {
        self.spec.benchmark = self.symbol(symbol.as_ref());
        self
    }

    /// The normal-return model. Factors, where it needs some, are in the data.
    pub fn model(mut self, model: ModelKind) -> Self {
        self.spec.model = model;
        self
    }

    /// The regressors of [`ModelKind::Factors`] beside the benchmark: factors or symbols.
    pub fn factor_columns<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        let names = names.into_iter().map(|name| name.as_ref().to_owned());
        self.spec.factor_columns = names.collect();
        self
    }

    /// Simple or log returns.
    pub fn returns(mut self, kind: ReturnKind) -> Self {
        self.spec.returns = kind;
        self
    }

    /// The sessions that the model is fitted to, relative to day 0: `-250..=-11`.
    pub fn estimation(mut self, days: impl Into<RangeInclusive<i32>>) -> Self {
        self.estimation = Some(days.into());
        self
    }

    /// Fewest usable sessions among them; without this 60 %.
    pub fn min_estimation(mut self, n: usize) -> Self {
        self.min_estimation = Some(n);
        self
    }

    /// The sessions that abnormal returns are computed for; without this `-10..=10`, or as many as
    /// [`StudyBuilder::windows`] need.
    pub fn event_window(mut self, days: impl Into<RangeInclusive<i32>>) -> Self {
        self.event_window = Some(days.into());
        self
    }

    /// The windows over which they are cumulated: `[0..=0, -1..=1]`.
    pub fn windows<W>(mut self, windows: impl IntoIterator<Item = W>) -> Self
    where
        W: Into<RangeInclusive<i32>>,
    {
        self.windows = Some(windows.into_iter().map(Into::into).collect());
        self
    }

    /// The sample tests to run, by the names in [`inference::ALL`]; without this all.
    pub fn tests<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        let names = names.into_iter().map(|name| name.as_ref().to_owned());
        self.spec.tests = Some(names.collect());
        self
    }

    /// Whether to refit the model at other dates as well, for the placebo and conformal p: most
    /// of a study's time.
    pub fn placebo(mut self, on: bool) -> Self {
        self.spec.placebo = on;
        self
    }

    /// The seed of the tests that draw random numbers; without this 1.
    pub fn seed(mut self, seed: u64) -> Self {
        self.spec.seed = seed;
        self
    }

    /// The study, with every choice made.
    ///
    /// # Errors
    /// The first statement that cannot be meant; no events, or two of one id; windows that
    /// overlap; a model without its benchmark or columns; a focus that is not among the
    /// instruments; a test that does not exist. Whether the data hold what is named is for
    /// [`run`](crate::study::run()) to say.
    ///
    /// ```
    /// use shockwave::event::Event;
    /// use shockwave::study::spec::StudySpec;
    ///
    /// let day = chrono::NaiveDate::from_ymd_opt(2025, 1, 27).ok_or("a date")?;
    /// let study = || StudySpec::builder().event(Event::on("deepseek", day));
    /// let error = study().build().unwrap_err().to_string();
    /// assert!(error.contains("the model market needs a benchmark"));
    /// let error = study().benchmark("SPY").estimation(-100..=-5).build().unwrap_err();
    /// assert!(error.to_string().contains("overlaps the event window [-10, +10]"));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn build(mut self) -> Result<StudySpec> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        self.check_events()?;
        self.check_model()?;
        self.check_names()?;
        self.spec.windows = self.study_windows()?;
        self.spec.min_estimation = self.usable_days()?;
        self.spec.group_by = GroupBy::usual(&self.spec.events);
        if let (None, Some([only])) = (&self.spec.focus, self.spec.instruments.as_deref()) {
            self.spec.focus = Some(only.clone());
        }
        Ok(self.spec)
    }

    fn symbol(&mut self, text: &str) -> Option<Symbol> {
        match Symbol::new(text) {
            Ok(symbol) => Some(symbol),
            Err(error) => {
                self.fault.get_or_insert(error);
                None
            }
        }
    }

    fn check_events(&self) -> Result<()> {
        if self.spec.events.is_empty() {
            let cure = "add one with .event(Event::on(\"id\", date))";
            return Err(InputError::new("the study has no events", cure).into());
        }
        let mut ids = BTreeSet::new();
        match self.spec.events.iter().find(|event| !ids.insert(&event.id)) {
            None => Ok(()),
            Some(event) => {
                let problem = format!("two events have the id {}", event.id);
                Err(InputError::new(problem, "give each event its own id").into())
            }
        }
    }

    fn check_model(&self) -> Result<()> {
        let (spec, model) = (&self.spec, self.spec.model);
        if model.needs_benchmark() && spec.benchmark.is_none() {
            let problem = format!("the model {} needs a benchmark", model.as_str());
            let cure = "name the market with .benchmark(\"SPY\"), or choose \
                        .model(ModelKind::MeanAdjusted)";
            return Err(InputError::new(problem, cure).into());
        }
        if model == ModelKind::Factors && spec.factor_columns.is_empty() {
            let problem = "the model factors needs the columns to use";
            let cure = "name them with .factor_columns([\"mkt_rf\", \"smb\"])";
            return Err(InputError::new(problem, cure).into());
        }
        Ok(())
    }

    fn check_names(&self) -> Result<()> {
        let spec = &self.spec;
        if let (Some(focus), Some(instruments)) = (&spec.focus, &spec.instruments)
            && !instruments.contains(focus)
        {
            let problem = format!("the focus {focus} is not an instrument of the study");
            let cure = "add it to .instruments(…), or leave the focus out";
            return Err(InputError::new(problem, cure).into());
        }
        let known: Vec<&str> = inference::ALL.iter().map(|test| test.name()).collect();
        let asked = spec.tests.iter().flatten();
        match asked
            .into_iter()
            .find(|name| !known.contains(&name.as_str()))
        {
            None => Ok(()),
            Some(name) => {
                let problem = format!("no test has the name {name}");
                let cure = format!("choose of {}", known.join(", "));
                Err(InputError::new(problem, cure).into())
            }
        }
    }

    fn study_windows(&self) -> Result<StudyWindows> {
        let usual = StudyWindows::default();
        let window = |days: &Days| Window::try_from(days.clone());
        let arranged = || -> std::result::Result<StudyWindows, WindowError> {
            let car = match &self.windows {
                Some(windows) => windows
                    .iter()
                    .map(window)
                    .collect::<std::result::Result<_, _>>()?,
                None => usual.car().to_vec(),
            };
            let event = match &self.event_window {
                Some(days) => window(days)?,
                None => usual.event().widened_to(&car)?,
            };
            let estimation = match &self.estimation {
                Some(days) => window(days)?,
                None => usual.estimation(),
            };
            StudyWindows::new(estimation, event, car)
        };
        arranged().map_err(|error| {
            let cure = "state .estimation(-250..=-11), .event_window(-10..=10) and \
                        .windows([0..=0]) that go together";
            InputError::new(error.to_string(), cure).into()
        })
    }

    fn usable_days(&self) -> Result<usize> {
        let estimation = self.spec.windows.estimation();
        let (n, least) = (estimation.n_days(), MIN_ESTIMATION_DAYS);
        let asked = self.min_estimation;
        let asked = asked.unwrap_or_else(|| usual_min_estimation(estimation));
        if (least..=n).contains(&asked) {
            return Ok(asked);
        }
        let problem = format!(
            "{asked} usable estimation days are asked of a window of {n}; they must be {least} to {n}"
        );
        let cure = "widen .estimation(…), or change .min_estimation(…); 120 to 250 days are usual";
        Err(InputError::new(problem, cure).into())
    }
}

#[cfg(test)]
mod tests;
