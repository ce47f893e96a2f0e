//! The shape of an exchange's facts, and the table of exceptions that they make.
//!
//! An exchange trades on weekdays at regular hours, but for what its facts say. The facts
//! themselves stand in one file per exchange.

use super::Closure;
use super::holiday::Rule;
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// All that is known of an exchange.
#[derive(Debug)]
pub(super) struct Exchange {
    /// Market identifier code.
    pub name: &'static str,
    pub zone: Tz,
    /// First date for which the facts are complete.
    pub first: NaiveDate,
    /// Last date for which the facts are complete.
    pub last: NaiveDate,
    pub hours: Hours,
    pub holidays: &'static [Holiday],
    pub closures: &'static [OneOffClosure],
    pub early_closes: &'static [EarlyClose],
    pub odd_hours: &'static [OneOffHours],
}

/// Opening hours of one day, in minutes from local midnight; 24:00 is 1440.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hours {
    pub opens: u16,
    pub closes: u16,
}

/// A holiday that recurs: closed all day.
#[derive(Debug)]
pub(super) struct Holiday {
    pub name: &'static str,
    pub years: Years,
    pub rule: Rule,
}

/// A day that recurs on which the market closes early.
#[derive(Debug)]
pub(super) struct EarlyClose {
    pub name: &'static str,
    pub years: Years,
    pub rule: Rule,
    /// Minutes from local midnight.
    pub closes: u16,
}

/// A closed day that no rule foretells.
#[derive(Debug)]
pub(super) struct OneOffClosure {
    pub on: NaiveDate,
    pub reason: &'static str,
    pub source: &'static str,
}

/// Hours that no rule foretells, in minutes from local midnight; None where they are regular.
#[derive(Debug)]
pub(super) struct OneOffHours {
    pub on: NaiveDate,
    pub opens: Option<u16>,
    pub closes: Option<u16>,
    pub reason: &'static str,
    pub source: &'static str,
}

/// The years in which a rule applies, both included; None is open-ended.
#[derive(Debug)]
pub(super) struct Years {
    pub first: Option<i32>,
    pub last: Option<i32>,
}

impl Years {
    /// All the years that the calendar holds.
    pub const ALL: Years = Years {
        first: None,
        last: None,
    };
    pub const fn since(first: i32) -> Years {
        Years {
            first: Some(first),
            last: None,
        }
    }
    pub const fn until(last: i32) -> Years {
        Years {
            first: None,
            last: Some(last),
        }
    }
    pub const fn between(first: i32, last: i32) -> Years {
        Years {
            first: Some(first),
            last: Some(last),
        }
    }
    fn contain(&self, year: i32) -> bool {
        self.first.is_none_or(|first| first <= year) && self.last.is_none_or(|last| year <= last)
    }
}

/// A date of a table of facts. In a constant an impossible date does not compile.
pub(super) const fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => panic!("no such date"),
    }
}

/// A clock time as minutes from midnight.
pub(super) const fn clock(hour: u16, minute: u16) -> u16 {
    hour * 60 + minute
}

/// The weekdays on which an exchange is closed or keeps other hours.
#[derive(Debug, Default)]
pub(super) struct Exceptions {
    pub closures: BTreeMap<NaiveDate, Closure>,
    pub odd_hours: BTreeMap<NaiveDate, OddHours>,
}

/// The hours of a day that differ from the regular ones.
#[derive(Debug)]
pub(super) struct OddHours {
    pub opens: Option<u16>,
    pub closes: Option<u16>,
    pub reason: &'static str,
    pub source: Option<&'static str>,
}

impl Exceptions {
    /// Applies each rule to each of its years, then adds the one-off days, which win over rules.
    pub fn of(exchange: &Exchange) -> Exceptions {
        let mut exceptions = Exceptions::default();
        for year in exchange.first.year()..=exchange.last.year() {
            exceptions.add_rules(exchange, year);
        }
        for one_off in exchange.closures {
            let closure = Closure {
                reason: Cow::Borrowed(one_off.reason),
                source: Some(one_off.source),
            };
            exceptions.closures.insert(one_off.on, closure);
        }
        for one_off in exchange.odd_hours {
            let hours = OddHours {
                opens: one_off.opens,
                closes: one_off.closes,
                reason: one_off.reason,
                source: Some(one_off.source),
            };
            exceptions.odd_hours.insert(one_off.on, hours);
        }
        exceptions
    }

    fn add_rules(&mut self, exchange: &Exchange, year: i32) {
        for holiday in exchange.holidays.iter().filter(|h| h.years.contain(year)) {
            if let Some(day) = holiday.rule.observance(year) {
                let reason = if day.moved {
                    Cow::Owned(format!("{} (observed)", holiday.name))
                } else {
                    Cow::Borrowed(holiday.name)
                };
                let source = None;
                self.closures.insert(day.on, Closure { reason, source });
            }
        }
        for early in exchange
            .early_closes
            .iter()
            .filter(|e| e.years.contain(year))
        {
            if let Some(day) = early.rule.observance(year) {
                let hours = OddHours {
                    opens: None,
                    closes: Some(early.closes),
                    reason: early.name,
                    source: None,
                };
                self.odd_hours.insert(day.on, hours);
            }
        }
    }
}
