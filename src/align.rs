//! From an event to its session: day 0 is the first session whose trading can react.
//!
//! Every event ends with a session and the rule that chose it, or with an [`Exclusion`]; the
//! rules are those of `methods.md`: a moment maps by the session's close, a date by its flag,
//! and a date that does not trade by the [`Anchor`].

use crate::calendar::Calendar;
use crate::error::{Error, InputError, Result};
use crate::event::{Event, EventTime, When};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// Where an event given by date goes when that day does not trade.
///
/// ```
/// use chrono::NaiveDate;
/// use shockwave::align::{Anchor, event_session};
/// use shockwave::{Event, calendar::Calendar};
///
/// let nyse = Calendar::named("XNYS")?;
/// let day = |day| NaiveDate::from_ymd_opt(2025, 1, day).ok_or("a date");
/// let saturday = Event::on("app", day(25)?);
/// for (anchor, session) in [(Anchor::Next, 27), (Anchor::Previous, 24), (Anchor::Nearest, 24)] {
///     let found = event_session(&saturday, &nyse, anchor, 5)??;
///     assert_eq!(found.session, day(session)?);
///     assert_eq!(found.rule, format!("anchor-{}", anchor.as_str())); // such as `anchor-next`
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// The next session: the first that can react.
    #[default]
    Next,
    /// The session before.
    Previous,
    /// The nearer of the two in calendar days; the next one when both are as near.
    Nearest,
    /// The event is excluded.
    Drop,
    /// The study is refused.
    Error,
}

impl Anchor {
    /// As written in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Anchor::Next => "next",
            Anchor::Previous => "previous",
            Anchor::Nearest => "nearest",
            Anchor::Drop => "drop",
            Anchor::Error => "error",
        }
    }
}

/// Day 0 of an event and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSession {
    /// Day 0.
    pub session: NaiveDate,
    /// The rule, as written in the ledger.
    pub rule: &'static str,
    /// A contradiction in what was given, for a warning.
    pub contradiction: Option<String>,
}

/// Why an event observation has no result, or no final one.
///
/// ```
/// use chrono::NaiveDate;
/// use shockwave::align::{Anchor, event_session};
/// use shockwave::{Event, calendar::Calendar};
///
/// let day = NaiveDate::from_ymd_opt(2025, 1, 9).ok_or("a date")?; // a day of mourning
/// let found = event_session(&Event::on("a", day), &Calendar::named("XNYS")?, Anchor::Drop, 5)?;
/// let exclusion = found.err().ok_or("a session")?;
/// assert_eq!(exclusion.code(), "closed-day");
/// assert!(exclusion.to_string().contains("President Carter"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Exclusion {
    /// The data hold no such instrument.
    UnknownInstrument,
    /// The study leaves out every instrument that the event names.
    NotInStudy,
    /// The date does not trade and the policy is to drop it.
    ClosedDay {
        /// Why it does not trade.
        closure: String,
    },
    /// The policy would move the event farther than allowed.
    TooFar {
        /// Calendar days.
        days: i64,
        /// The limit.
        limit: u32,
    },
    /// The calendar holds no facts for the date.
    OutsideCalendar {
        /// In words.
        message: String,
    },
    /// Day 0 lies before the first session of the data.
    OutsideData {
        /// First session.
        first: NaiveDate,
    },
    /// Day 0 lies after the last session of the data: a result will come with them.
    AwaitingData {
        /// Last session.
        last: NaiveDate,
    },
    /// Day 0 lies after the last session that the model's market and factors reach.
    AwaitingInputs {
        /// That session.
        last: NaiveDate,
    },
    /// The instrument has no return on day 0.
    MissingEventDay {
        /// What is missing: the instrument's return, the benchmark's, a factor's.
        what: String,
    },
    /// Too few usable estimation days.
    ShortEstimation {
        /// Usable.
        n: usize,
        /// Length of the window.
        of: usize,
        /// Required.
        required: usize,
    },
    /// The model cannot be fitted: no variance, or regressors that are copies of each other.
    DegenerateFit {
        /// What is degenerate.
        what: String,
    },
    /// The quality gate found something serious in the windows.
    Quality {
        /// The findings in words.
        message: String,
    },
}

impl Exclusion {
    /// The reason's code.
    pub fn code(&self) -> &'static str {
        match self {
            Exclusion::UnknownInstrument => "unknown-instrument",
            Exclusion::NotInStudy => "not-in-study",
            Exclusion::ClosedDay { .. } => "closed-day",
            Exclusion::TooFar { .. } => "too-far-from-session",
            Exclusion::OutsideCalendar { .. } => "outside-calendar",
            Exclusion::OutsideData { .. } => "outside-data",
            Exclusion::AwaitingData { .. } | Exclusion::AwaitingInputs { .. } => "awaiting-data",
            Exclusion::MissingEventDay { .. } => "missing-event-day",
            Exclusion::ShortEstimation { .. } => "short-estimation",
            Exclusion::DegenerateFit { .. } => "degenerate-fit",
            Exclusion::Quality { .. } => "quality",
        }
    }
}

impl std::error::Error for Exclusion {}

impl std::fmt::Display for Exclusion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Exclusion::UnknownInstrument => write!(f, "the data hold no such instrument"),
            Exclusion::NotInStudy => {
                write!(
                    f,
                    "the study leaves out every instrument that the event names"
                )
            }
            Exclusion::ClosedDay { closure } => {
                write!(
                    f,
                    "the date does not trade ({closure}) and the policy is drop"
                )
            }
            Exclusion::TooFar { days, limit } => write!(
                f,
                "the nearest session allowed is {days} calendar days away, more than {limit}"
            ),
            Exclusion::OutsideCalendar { message } => write!(f, "{message}"),
            Exclusion::OutsideData { first } => {
                write!(
                    f,
                    "day 0 lies before the first session of the data, {first}"
                )
            }
            Exclusion::AwaitingData { last } => {
                write!(f, "day 0 lies after the last session of the data, {last}")
            }
            Exclusion::AwaitingInputs { last } => write!(
                f,
                "day 0 lies after {last}, the last session for which the market and the factors of \
                 the model are known"
            ),
            Exclusion::MissingEventDay { what } => write!(f, "{what} is missing on day 0"),
            Exclusion::ShortEstimation { n, of, required } => write!(
                f,
                "{n} of {of} estimation days are usable, {required} are required"
            ),
            Exclusion::DegenerateFit { what } => write!(f, "the model cannot be fitted: {what}"),
            Exclusion::Quality { message } => write!(f, "{message}"),
        }
    }
}

/// Finds day 0 of an event.
///
/// A moment before the close of a session (early closes count) belongs to that session, at or
/// after the close, or on a closed day, to the next one. A date belongs to its session; flagged
/// `amc`, to the next; on a closed day the anchor decides, within `max_shift` calendar days.
///
/// # Errors
/// The outer error is a refusal of the whole study: [`Anchor::Error`] met a closed day. The
/// inner one excludes this event only.
///
/// ```
/// use chrono::NaiveDate;
/// use shockwave::align::{Anchor, Exclusion, event_session};
/// use shockwave::calendar::Calendar;
/// use shockwave::event::{Event, When};
///
/// let nyse = Calendar::named("XNYS")?;
/// let day = |day| NaiveDate::from_ymd_opt(2025, 1, day).ok_or("a date");
/// let evening = Event { when: When::Amc, ..Event::on("results", day(24)?) }; // a Friday
/// let found = event_session(&evening, &nyse, Anchor::Next, 5)??;
/// assert_eq!((found.session, found.rule), (day(27)?, "after-close"));
///
/// let weekend = Event::on("app", day(25)?);
/// let dropped = event_session(&weekend, &nyse, Anchor::Drop, 5)?;
/// assert!(matches!(dropped, Err(Exclusion::ClosedDay { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn event_session(
    event: &Event,
    calendar: &Calendar,
    anchor: Anchor,
    max_shift: u32,
) -> Result<std::result::Result<EventSession, Exclusion>> {
    let found = match event.announced_at {
        EventTime::Instant(instant) => session_of_instant(event, instant, calendar),
        EventTime::Date(date) => session_of_date(event, date, calendar, anchor, max_shift),
    };
    match found {
        Err(error @ Error::OutsideCalendar { .. }) => Ok(Err(Exclusion::OutsideCalendar {
            message: error.to_string(),
        })),
        other => other,
    }
}

type Found = Result<std::result::Result<EventSession, Exclusion>>;

fn at(session: NaiveDate, rule: &'static str) -> Found {
    Ok(Ok(EventSession {
        session,
        rule,
        contradiction: None,
    }))
}

fn session_of_instant(event: &Event, instant: DateTime<Utc>, calendar: &Calendar) -> Found {
    let date = instant.with_timezone(&calendar.zone()).date_naive();
    let Some(session) = calendar.session(date)? else {
        return at(calendar.next_after(date)?, "closed-day-next");
    };
    let after_close = instant >= session.closes_at;
    let before_open = instant < session.opens_at;
    let (session_on, rule) = if after_close {
        (calendar.next_after(date)?, "after-close")
    } else if session.early_close.is_some() {
        (date, "before-early-close")
    } else {
        (date, "before-close")
    };
    let agrees = match event.when {
        When::Unknown => true,
        When::Amc => after_close,
        When::Bmo => before_open,
        When::Intraday => !after_close && !before_open,
    };
    let contradiction = (!agrees).then(|| {
        let flag = format!("{:?}", event.when).to_lowercase();
        format!(
            "the flag says {flag}, the timestamp {} says {rule}",
            event.given_at
        )
    });
    Ok(Ok(EventSession {
        session: session_on,
        rule,
        contradiction,
    }))
}

fn session_of_date(
    event: &Event,
    date: NaiveDate,
    calendar: &Calendar,
    anchor: Anchor,
    max_shift: u32,
) -> Found {
    if calendar.is_session(date)? {
        return match event.when {
            When::Unknown => at(date, "as-dated"),
            When::Bmo => at(date, "before-open"),
            When::Intraday => at(date, "intraday"),
            When::Amc => at(calendar.next_after(date)?, "after-close"),
        };
    }
    let closure = calendar
        .closure(date)?
        .map_or_else(String::new, |c| c.reason.to_string());
    let days =
        |other: NaiveDate| i64::from((other.num_days_from_ce() - date.num_days_from_ce()).abs());
    let (session, rule) = match anchor {
        Anchor::Drop => return Ok(Err(Exclusion::ClosedDay { closure })),
        Anchor::Error => {
            return Err(InputError::new(
                format!(
                    "event {} falls on a day that does not trade ({closure})",
                    event.id
                ),
                "correct the date, or choose --anchor next, previous, nearest or drop",
            )
            .with_value(&event.given_at)
            .into());
        }
        Anchor::Next => (calendar.next_after(date)?, "anchor-next"),
        Anchor::Previous => (calendar.previous_before(date)?, "anchor-previous"),
        Anchor::Nearest => {
            let (before, after) = (calendar.previous_before(date)?, calendar.next_after(date)?);
            if days(before) < days(after) {
                (before, "anchor-nearest")
            } else {
                (after, "anchor-nearest")
            }
        }
    };
    if days(session) > i64::from(max_shift) {
        return Ok(Err(Exclusion::TooFar {
            days: days(session),
            limit: max_shift,
        }));
    }
    at(session, rule)
}
