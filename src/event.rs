//! Events as a person gives them: what happened, when, and how sure that time is.
//!
//! Reading event files is `input`'s business; mapping an event to a session is `align`'s.

use crate::instrument::Symbol;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// The category of days that were listed because of their price move: no cause of it, and in no
/// sample of causes.
pub const MARKET_REACTION: &str = "market-reaction";

/// One dated event.
///
/// ```
/// use chrono::{DateTime, NaiveDate};
/// use shockwave::Event;
///
/// // The moment is known: day 0 follows from the session's close.
/// let moment = DateTime::parse_from_rfc3339("2025-01-29T14:00:00-05:00")?.to_utc();
/// let statement = Event {
///     category: Some("fomc".to_owned()),
///     market_wide: true, // it can confound the events of every instrument
///     ..Event::at("fomc-2025-01-29", moment)
/// };
/// assert_eq!(statement.given_at, "2025-01-29T19:00:00+00:00");
/// assert!(!statement.day_is_uncertain());
///
/// // Only the date is known: the session after may hold the reaction.
/// let date = NaiveDate::from_ymd_opt(2025, 1, 27).ok_or("a date")?;
/// assert!(Event::on("deepseek", date).day_is_uncertain());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Event {
    /// Unique in a study.
    pub id: String,
    /// The event instant, as understood.
    pub announced_at: EventTime,
    /// The event instant exactly as it was given.
    pub given_at: String,
    /// Where in the trading day it fell, for events given by date only.
    pub when: When,
    /// How sure the time is.
    pub time_certainty: TimeCertainty,
    /// One line for people.
    pub title: String,
    /// Sample that the event belongs to.
    pub category: Option<String>,
    /// Instruments that it concerns; empty means all of the study.
    pub instruments: Vec<Symbol>,
    /// The sign that theory or the claim expects.
    pub direction: Option<Direction>,
    /// Whether it moves every instrument, so that it can confound any other event.
    pub market_wide: bool,
    /// Where the date comes from.
    pub source: Option<String>,
    /// Any further columns of the event file, for `--group-by` and cross-section regressions.
    pub attributes: BTreeMap<String, String>,
}

/// An event instant: a whole day, or a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventTime {
    /// Only the date is known, in the exchange's own zone.
    Date(NaiveDate),
    /// The moment is known.
    Instant(DateTime<Utc>),
}

/// Where in the trading day an event given by date fell.
///
/// ```
/// use shockwave::event::When;
/// let flags = [When::Bmo, When::Amc, When::Intraday, When::Unknown].map(When::as_str);
/// assert_eq!(flags, ["bmo", "amc", "intraday", "unknown"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Before the market opens: that session can react.
    Bmo,
    /// After the market closes: the next session reacts.
    Amc,
    /// While the market trades.
    Intraday,
    /// Not known: treated as the date, and the day after is shown too.
    #[default]
    Unknown,
}

impl When {
    /// As event files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            When::Bmo => "bmo",
            When::Amc => "amc",
            When::Intraday => "intraday",
            When::Unknown => "unknown",
        }
    }
}

/// How sure the time of an event is.
///
/// ```
/// use chrono::NaiveDate;
/// use shockwave::event::{Event, TimeCertainty};
///
/// let event = Event::on("deepseek", NaiveDate::from_ymd_opt(2025, 1, 27).ok_or("a date")?);
/// assert_eq!(event.time_certainty.as_str(), "day");
/// let disputed = Event { time_certainty: TimeCertainty::Disputed, ..event };
/// assert!(disputed.day_is_uncertain());
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeCertainty {
    /// To the second, from a record that states it.
    Exact,
    /// To the minute.
    Minute,
    /// To the hour.
    Hour,
    /// Only the day.
    #[default]
    Day,
    /// Sources contradict each other.
    Disputed,
}

impl TimeCertainty {
    /// As event files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            TimeCertainty::Exact => "exact",
            TimeCertainty::Minute => "minute",
            TimeCertainty::Hour => "hour",
            TimeCertainty::Day => "day",
            TimeCertainty::Disputed => "disputed",
        }
    }
}

/// The sign that is expected of an abnormal return.
///
/// ```
/// use shockwave::event::Direction;
/// let expected = [Direction::Up, Direction::Down, Direction::None].map(Direction::as_str);
/// assert_eq!(expected, ["up", "down", "none"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Above zero.
    Up,
    /// Below zero.
    Down,
    /// No effect.
    None,
}

impl Direction {
    /// As event files and claims write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::Up => "up",
            Direction::Down => "down",
            Direction::None => "none",
        }
    }
}

impl Event {
    /// An event of which only the date is known, in the exchange's own zone. It concerns every
    /// instrument of the study; what else is known goes into the fields.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use shockwave::event::{Event, When};
    /// use shockwave::instrument::Symbol;
    ///
    /// let date = NaiveDate::from_ymd_opt(2024, 8, 28).ok_or("a date")?;
    /// let results = Event {
    ///     when: When::Amc, // after the close: the next session reacts
    ///     instruments: vec![Symbol::new("NVDA")?],
    ///     ..Event::on("results-q2", date)
    /// };
    /// assert!(!results.day_is_uncertain());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn on(id: &str, date: NaiveDate) -> Self {
        Self::new(
            id,
            EventTime::Date(date),
            date.to_string(),
            TimeCertainty::Day,
        )
    }

    /// An event whose moment is known, to the minute. It concerns every instrument of the study.
    pub fn at(id: &str, moment: DateTime<Utc>) -> Self {
        let given_at = moment.to_rfc3339();
        Self::new(
            id,
            EventTime::Instant(moment),
            given_at,
            TimeCertainty::Minute,
        )
    }

    fn new(
        id: &str,
        announced_at: EventTime,
        given_at: String,
        time_certainty: TimeCertainty,
    ) -> Self {
        Self {
            id: id.to_owned(),
            announced_at,
            given_at,
            when: When::default(),
            time_certainty,
            title: id.to_owned(),
            category: None,
            instruments: Vec::new(),
            direction: None,
            market_wide: false,
            source: None,
            attributes: BTreeMap::new(),
        }
    }

    /// What the event has in a column of its file that samples can be formed by: `category`, `when`,
    /// `time_certainty`, `direction`, `market_wide`, `source` or an attribute; capitals, and `-` or
    /// a space for `_`, make no difference.
    ///
    /// ```
    /// use shockwave::event::Event;
    /// let event = Event::on("results", chrono::NaiveDate::MIN);
    /// assert_eq!((event.column("When"), event.column("category")), (Some("unknown"), None));
    /// ```
    pub fn column(&self, name: &str) -> Option<&str> {
        let plain = name.trim().to_lowercase().replace(['-', ' '], "_");
        match plain.as_str() {
            "category" => self.category.as_deref(),
            "when" => Some(self.when.as_str()),
            "time_certainty" => Some(self.time_certainty.as_str()),
            "direction" => self.direction.map(Direction::as_str),
            "market_wide" if self.market_wide => Some("market-wide"),
            "market_wide" => Some("not market-wide"),
            "source" => self.source.as_deref(),
            other => {
                let attribute = self.attributes.get(name);
                let attribute = attribute.or_else(|| self.attributes.get(other));
                attribute.map(String::as_str)
            }
        }
    }

    /// True where the reaction may fall on the session after day 0 as well, because the time of
    /// day is not known.
    pub fn day_is_uncertain(&self) -> bool {
        let vague = matches!(
            self.time_certainty,
            TimeCertainty::Day | TimeCertainty::Disputed
        );
        match self.announced_at {
            EventTime::Instant(_) => vague,
            EventTime::Date(_) => {
                self.when == When::Unknown || self.time_certainty == TimeCertainty::Disputed
            }
        }
    }
}
