//! Rules that give a holiday's date in any year: a date with its observed day, the nth weekday of a
//! month, Easter.
//!
//! Which rules an exchange follows, and since when, is a fact of that exchange and stands in its own file.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

/// How a day recurs from year to year.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    /// A date of the year, kept on another day when it falls on a weekend.
    Fixed {
        month: u32,
        day: u32,
        weekend: Weekend,
    },
    /// A date of the year, in the years in which it falls on one of these weekdays.
    FixedOn {
        month: u32,
        day: u32,
        weekdays: &'static [Weekday],
    },
    /// The `nth` (from 1) such weekday of a month, plus a number of days.
    Nth {
        nth: u8,
        weekday: Weekday,
        month: u32,
        days_later: i64,
    },
    /// The last such weekday of a month.
    Last { weekday: Weekday, month: u32 },
    /// The Friday before Easter Sunday.
    GoodFriday,
}

/// Where a holiday goes that falls on a weekend.
#[derive(Debug, Clone, Copy)]
pub(super) enum Weekend {
    /// From Saturday to Friday, from Sunday to Monday.
    Nearest,
    /// From Sunday to Monday; on a Saturday no weekday is free.
    SundayToMonday,
}

/// The day on which a rule takes effect in one year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Observance {
    pub on: NaiveDate,
    /// Whether a weekend moved it from its own date.
    pub moved: bool,
}

impl Rule {
    /// The day in `year`, or None in a year without one.
    pub fn observance(&self, year: i32) -> Option<Observance> {
        let on = match *self {
            Rule::Fixed {
                month,
                day,
                weekend,
            } => {
                let date = NaiveDate::from_ymd_opt(year, month, day)?;
                let on = observed(date, weekend);
                let moved = on != date;
                return Some(Observance { on, moved });
            }
            Rule::FixedOn {
                month,
                day,
                weekdays,
            } => NaiveDate::from_ymd_opt(year, month, day)
                .filter(|date| weekdays.contains(&date.weekday()))?,
            Rule::Nth {
                nth,
                weekday,
                month,
                days_later,
            } => {
                NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth)?
                    + TimeDelta::days(days_later)
            }
            Rule::Last { weekday, month } => (4..=5)
                .rev()
                .find_map(|nth| NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth))?,
            Rule::GoodFriday => easter(year)? - TimeDelta::days(2),
        };
        Some(Observance { on, moved: false })
    }
}

fn observed(date: NaiveDate, weekend: Weekend) -> NaiveDate {
    match (date.weekday(), weekend) {
        (Weekday::Sat, Weekend::Nearest) => date - TimeDelta::days(1),
        (Weekday::Sun, Weekend::Nearest | Weekend::SundayToMonday) => date + TimeDelta::days(1),
        _ => date,
    }
}

/// Easter Sunday of the Gregorian calendar.
///
/// Meeus, *Astronomical Algorithms* (1991), chapter 8, in his letters: a is the year's place in the
/// 19-year moon cycle, h leads to the full moon, l from there to the Sunday.
fn easter(year: i32) -> Option<NaiveDate> {
    let a = year.rem_euclid(19);
    let (b, c) = (year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    let month = u32::try_from(n / 31).ok()?;
    let day = u32::try_from(n % 31 + 1).ok()?;
    NaiveDate::from_ymd_opt(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(rule: Rule, year: i32) -> Option<String> {
        rule.observance(year).map(|day| day.on.to_string())
    }

    #[test]
    fn easter_falls_where_the_church_tables_put_it() {
        // 22 March and 25 April are the first and last days possible; 1954, 1981 and 2049 are the
        // years in which simpler rules go wrong.
        for (year, month, day) in [
            (1818, 3, 22),
            (1943, 4, 25),
            (1954, 4, 18),
            (1981, 4, 19),
            (1990, 4, 15),
            (2000, 4, 23),
            (2008, 3, 23),
            (2019, 4, 21),
            (2025, 4, 20),
            (2030, 4, 21),
            (2038, 4, 25),
            (2049, 4, 18),
        ] {
            assert_eq!(easter(year), NaiveDate::from_ymd_opt(year, month, day));
        }
    }

    #[test]
    fn a_weekend_moves_a_holiday() {
        let july_4 = |weekend| Rule::Fixed {
            month: 7,
            day: 4,
            weekend,
        };
        let nearest = july_4(Weekend::Nearest);
        assert_eq!(on(nearest, 2026).as_deref(), Some("2026-07-03")); // from Saturday
        assert_eq!(on(nearest, 2027).as_deref(), Some("2027-07-05")); // from Sunday
        assert_eq!(on(nearest, 2025).as_deref(), Some("2025-07-04"));
        assert!(nearest.observance(2026).is_some_and(|day| day.moved));
        assert!(nearest.observance(2025).is_some_and(|day| !day.moved));

        let sunday_only = july_4(Weekend::SundayToMonday);
        assert_eq!(on(sunday_only, 2026).as_deref(), Some("2026-07-04")); // stays on Saturday
        assert_eq!(on(sunday_only, 2027).as_deref(), Some("2027-07-05"));
    }

    #[test]
    fn weekdays_of_a_month() {
        let last_monday = Rule::Last {
            weekday: Weekday::Mon,
            month: 5,
        };
        assert_eq!(on(last_monday, 2024).as_deref(), Some("2024-05-27")); // the fourth
        assert_eq!(on(last_monday, 2027).as_deref(), Some("2027-05-31")); // the fifth
        let day_after_thanksgiving = Rule::Nth {
            nth: 4,
            weekday: Weekday::Thu,
            month: 11,
            days_later: 1,
        };
        // In 2024 the fifth Friday: it must be counted from the fourth Thursday.
        assert_eq!(
            on(day_after_thanksgiving, 2024).as_deref(),
            Some("2024-11-29")
        );
    }

    #[test]
    fn a_rule_may_skip_years() {
        let rule = Rule::FixedOn {
            month: 7,
            day: 5,
            weekdays: &[Weekday::Fri],
        };
        assert_eq!(on(rule, 2002).as_deref(), Some("2002-07-05"));
        assert_eq!(on(rule, 2003), None);
    }
}
