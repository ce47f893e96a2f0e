//! Which days trade, and from when to when.
//!
//! A calendar answers from facts that are part of the program, or from the dates of the data. It
//! reads no clock, and outside the years that it knows it refuses rather than guesses. Mapping an
//! event to a session is left to `align`. To add an exchange, imitate `xnys.rs` and name it in
//! [`Calendar::named`].

mod exchange;
mod holiday;
mod xnys;

use crate::error::{Error, InputError, Result};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use exchange::{Exceptions, Exchange, Hours, clock, date};
use std::borrow::Cow;
use std::sync::Arc;

const ONE_DAY: TimeDelta = TimeDelta::days(1);
const ROUND_THE_CLOCK: Hours = Hours {
    opens: clock(0, 0),
    closes: clock(24, 0),
};

/// One trading session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Its date in the calendar's zone.
    pub on: NaiveDate,
    /// First instant of trading.
    pub opens_at: DateTime<Utc>,
    /// End of trading: the first instant that belongs to the next session.
    pub closes_at: DateTime<Utc>,
    /// Why it closed before the regular time, if it did.
    pub early_close: Option<&'static str>,
    /// Why it opened after the regular time, if it did.
    pub late_open: Option<&'static str>,
    /// Who says so, for odd hours that no yearly rule gives.
    pub source: Option<&'static str>,
}

/// Why a day has no session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// The holiday, the weekday or the occasion, such as `Good Friday` or `Saturday`.
    pub reason: Cow<'static, str>,
    /// Who says so, for closures that no yearly rule gives.
    pub source: Option<&'static str>,
}

impl Closure {
    const fn by_rule(reason: &'static str) -> Closure {
        Closure {
            reason: Cow::Borrowed(reason),
            source: None,
        }
    }
}

/// The sessions of a market between two dates. Cheap to clone.
///
/// ```
/// use chrono::NaiveDate;
/// use shockwave::calendar::Calendar;
///
/// let nyse = Calendar::named("NASDAQ")?; // it shares the sessions of New York
/// assert_eq!((nyse.name(), nyse.zone().name()), ("XNYS", "America/New_York"));
/// let day = |day| NaiveDate::from_ymd_opt(2025, 1, day).ok_or("a date");
///
/// assert!(nyse.is_session(day(27)?)?);
/// let session = nyse.session(day(27)?)?.ok_or("no session")?;
/// assert_eq!(session.closes_at.to_string(), "2025-01-27 21:00:00 UTC");
/// let closure = nyse.closure(day(9)?)?.ok_or("a session")?;
/// assert_eq!(closure.reason, "National Day of Mourning for President Carter");
///
/// // Saturday 18 January: a weekend and a holiday lie before the next session.
/// assert_eq!(nyse.first_on_or_after(day(18)?)?, day(21)?);
/// assert_eq!(nyse.last_on_or_before(day(18)?)?, day(17)?);
/// assert_eq!(nyse.sessions(day(17)?, day(24)?)?.len(), 5);
/// let around = (nyse.previous_before(day(27)?)?, nyse.next_after(day(27)?)?);
/// assert_eq!(around, (day(24)?, day(28)?));
///
/// // The dates of one's own figures, where no calendar fits; beyond them it refuses to guess.
/// let own = Calendar::from_data(&[day(24)?, day(27)?, day(28)?])?;
/// assert_eq!(own.bounds(), (day(24)?, day(28)?));
/// assert!(!own.is_session(day(25)?)? && own.is_session(day(29)?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Calendar {
    name: &'static str,
    zone: Tz,
    first: NaiveDate,
    last: NaiveDate,
    hours: Hours,
    days: TradingDays,
}

#[derive(Debug, Clone)]
enum TradingDays {
    /// Every day of the week.
    All,
    /// Monday to Friday, but for exceptions.
    Weekdays(Arc<Exceptions>),
    /// These dates, ascending and without repeats.
    Listed(Arc<[NaiveDate]>),
}

impl Calendar {
    /// The calendar of this name, in any case.
    ///
    /// | name | sessions | bounds |
    /// |---|---|---|
    /// | `XNYS` | New York Stock Exchange, with its closures, early closes and late openings | 1990 to 2030 |
    /// | `weekdays` | Monday to Friday, each from 00:00 to 24:00 UTC | 1900 to 2199 |
    /// | `24-7` | every day, from 00:00 to 24:00 UTC | 1900 to 2199 |
    ///
    /// `NYSE`, `XNAS`, `NASDAQ`, `ARCX`, `BATS` and `XASE` are other names of `XNYS`: these markets
    /// share its holidays and hours. (Where an accident at the New York Stock Exchange alone
    /// changed them, as on 2005-06-01, they stand as they were in New York.)
    ///
    /// # Errors
    /// [`Error::Input`] for a name that does not exist, and for `from-data`, which needs dates:
    /// see [`Calendar::from_data`].
    pub fn named(name: &str) -> Result<Calendar> {
        match name.to_ascii_uppercase().as_str() {
            "XNYS" | "NYSE" | "XNAS" | "NASDAQ" | "ARCX" | "BATS" | "XASE" => {
                Ok(Calendar::of(&xnys::XNYS))
            }
            "24-7" => Ok(Calendar::simple("24-7", TradingDays::All)),
            "WEEKDAYS" => {
                let no_exceptions = Arc::new(Exceptions::default());
                let days = TradingDays::Weekdays(no_exceptions);
                Ok(Calendar::simple("weekdays", days))
            }
            "FROM-DATA" => Err(InputError::new(
                "the calendar from-data has no sessions of its own",
                "only studies can use it: they take the dates of the benchmark's prices",
            )
            .with_value(name)
            .into()),
            _ => Err(InputError::new(
                "there is no such calendar",
                "use XNYS (or NYSE, XNAS, NASDAQ, ARCX, BATS, XASE), 24-7, weekdays or from-data",
            )
            .with_value(name)
            .into()),
        }
    }

    /// A calendar called `from-data` whose sessions are `dates`, in any order, repeats allowed.
    ///
    /// Its bounds are the first and the last date. Each session runs from 09:30 to 16:00 New York,
    /// so that timestamps still map; the dates cannot tell early closes.
    ///
    /// # Errors
    /// [`Error::Input`] without any date.
    pub fn from_data(dates: &[NaiveDate]) -> Result<Calendar> {
        let mut dates = dates.to_vec();
        dates.sort_unstable();
        dates.dedup();
        let (Some(&first), Some(&last)) = (dates.first(), dates.last()) else {
            return Err(InputError::new(
                "there are no dates to build a calendar from",
                "check that the benchmark has prices, or name a calendar such as XNYS",
            )
            .into());
        };
        Ok(Calendar {
            name: "from-data",
            zone: xnys::XNYS.zone,
            first,
            last,
            hours: xnys::XNYS.hours,
            days: TradingDays::Listed(dates.into()),
        })
    }

    fn of(exchange: &Exchange) -> Calendar {
        Calendar {
            name: exchange.name,
            zone: exchange.zone,
            first: exchange.first,
            last: exchange.last,
            hours: exchange.hours,
            days: TradingDays::Weekdays(Arc::new(Exceptions::of(exchange))),
        }
    }

    fn simple(name: &'static str, days: TradingDays) -> Calendar {
        Calendar {
            name,
            zone: Tz::UTC,
            first: const { date(1900, 1, 1) },
            last: const { date(2199, 12, 31) },
            hours: ROUND_THE_CLOCK,
            days,
        }
    }

    /// The name under which the calendar is kept: `XNYS` for its other names too.
    pub fn name(&self) -> &str {
        self.name
    }

    /// The zone in which a session's date is meant.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The first and the last date that the calendar knows, both included.
    pub fn bounds(&self) -> (NaiveDate, NaiveDate) {
        (self.first, self.last)
    }

    /// Whether `date` trades.
    ///
    /// # Errors
    /// [`Error::OutsideCalendar`] out of bounds, as for all that follow.
    pub fn is_session(&self, date: NaiveDate) -> Result<bool> {
        self.refuse_outside(date)?;
        Ok(self.why_closed(date).is_none())
    }

    /// The session of `date`, or None if it does not trade.
    ///
    /// # Errors
    /// [`Error::OutsideCalendar`] out of bounds.
    pub fn session(&self, date: NaiveDate) -> Result<Option<Session>> {
        if !self.is_session(date)? {
            return Ok(None);
        }
        let odd_hours = match &self.days {
            TradingDays::Weekdays(exceptions) => exceptions.odd_hours.get(&date),
            TradingDays::All | TradingDays::Listed(_) => None,
        };
        let opens = odd_hours.and_then(|odd| odd.opens);
        let closes = odd_hours.and_then(|odd| odd.closes);
        let reason = odd_hours.map(|odd| odd.reason);
        Ok(Some(Session {
            on: date,
            opens_at: self.instant(date, opens.unwrap_or(self.hours.opens)),
            closes_at: self.instant(date, closes.unwrap_or(self.hours.closes)),
            early_close: closes.and(reason),
            late_open: opens.and(reason),
            source: odd_hours.and_then(|odd| odd.source),
        }))
    }

    /// The dates that trade from `from` to `to`, both included, ascending; none if `to` is earlier.
    ///
    /// # Errors
    /// [`Error::OutsideCalendar`] if either end is out of bounds.
    pub fn sessions(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<NaiveDate>> {
        self.refuse_outside(from)?;
        self.refuse_outside(to)?;
        Ok(from
            .iter_days()
            .take_while(|date| *date <= to)
            .filter(|date| self.why_closed(*date).is_none())
            .collect())
    }

    /// `date` if it trades, else the next date that does.
    ///
    /// # Errors
    /// [`Error::OutsideCalendar`] if the search starts or ends out of bounds.
    pub fn first_on_or_after(&self, date: NaiveDate) -> Result<NaiveDate> {
        self.seek(date, ONE_DAY)
    }

    /// `date` if it trades, else the last date before it that does.
    ///
    /// # Errors
    /// [`Error::OutsideCalendar`] if the search starts or ends out of bounds.
    pub fn last_on_or_before(&self, date: NaiveDate) -> Result<NaiveDate> {
        self.seek(date, -ONE_DAY)
    }

    /// The first date after `date` that trades; `date` itself need not.
    ///
    /// # Errors
    /// [`Error::OutsideCalendar`] if the search starts or ends out of bounds.
    pub fn next_after(&self, date: NaiveDate) -> Result<NaiveDate> {
        self.refuse_outside(date)?;
        self.seek(date + ONE_DAY, ONE_DAY)
    }

    /// The last date before `date` that trades; `date` itself need not.
    ///
    /// # Errors
    /// [`Error::OutsideCalendar`] if the search starts or ends out of bounds.
    pub fn previous_before(&self, date: NaiveDate) -> Result<NaiveDate> {
        self.refuse_outside(date)?;
        self.seek(date - ONE_DAY, -ONE_DAY)
    }

    /// Why `date` does not trade, or None if it does.
    ///
    /// # Errors
    /// [`Error::OutsideCalendar`] out of bounds.
    pub fn closure(&self, date: NaiveDate) -> Result<Option<Closure>> {
        self.refuse_outside(date)?;
        Ok(self.why_closed(date))
    }

    /// The closed logic that all answers share. Only for dates within bounds.
    fn why_closed(&self, date: NaiveDate) -> Option<Closure> {
        match &self.days {
            TradingDays::All => None,
            TradingDays::Weekdays(exceptions) => match date.weekday() {
                Weekday::Sat => Some(Closure::by_rule("Saturday")),
                Weekday::Sun => Some(Closure::by_rule("Sunday")),
                _ => exceptions.closures.get(&date).cloned(),
            },
            TradingDays::Listed(dates) => match dates.binary_search(&date) {
                Ok(_) => None,
                Err(_) => Some(Closure::by_rule("no price in the data")),
            },
        }
    }

    fn seek(&self, from: NaiveDate, step: TimeDelta) -> Result<NaiveDate> {
        let mut date = from;
        while !self.is_session(date)? {
            date += step;
        }
        Ok(date)
    }

    fn refuse_outside(&self, date: NaiveDate) -> Result<()> {
        if (self.first..=self.last).contains(&date) {
            return Ok(());
        }
        Err(Error::OutsideCalendar {
            calendar: self.name.to_string(),
            date,
            first: self.first,
            last: self.last,
        })
    }

    /// The instant at which the zone's clocks show so many minutes after midnight of `date`.
    ///
    /// New York's clocks change at 06:00 or 07:00 UTC. Openings and closes are later than that, also
    /// when their local reading is taken for UTC, so the offset found there is the day's own.
    fn instant(&self, date: NaiveDate, minutes: u16) -> DateTime<Utc> {
        let local = date.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes.into());
        let offset = self.zone.offset_from_utc_datetime(&local).fix();
        (local - offset).and_utc()
    }
}

#[cfg(test)]
mod tests;
