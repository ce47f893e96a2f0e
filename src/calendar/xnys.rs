//! The New York Stock Exchange's facts, 1990 to 2030: holidays, early closes, and every odd day
//! with its reason and source.
//!
//! Checked session by session against exchange_calendars 4.13.2 (`tests/calendar_answers/`). NYSE
//! Group has announced the holidays up to 2028 (its notice of 23 December 2025); 2029 and 2030
//! follow the same rules. Halts inside a session and minutes of silence at the opening are left
//! out: they change neither the session's date nor its close.

use super::exchange::{
    EarlyClose, Exchange, Holiday, Hours, OneOffClosure, OneOffHours, Years, clock, date,
};
use super::holiday::{Rule, Weekend};
use chrono::Weekday::{Fri, Mon, Thu, Tue, Wed};

/// The New York Stock Exchange. The other US share markets keep its holidays and regular hours.
pub(super) static XNYS: Exchange = Exchange {
    name: "XNYS",
    zone: chrono_tz::America::New_York,
    first: date(1990, 1, 1),
    last: date(2030, 12, 31),
    hours: Hours {
        opens: clock(9, 30),
        closes: clock(16, 0),
    },
    holidays: HOLIDAYS,
    closures: CLOSURES,
    early_closes: EARLY_CLOSES,
    odd_hours: ODD_HOURS,
};

/// Closed all day by rule. (Election Day was last a holiday in 1980.)
const HOLIDAYS: &[Holiday] = &[
    Holiday {
        name: "New Year's Day",
        years: Years::ALL,
        // On a Saturday the Friday before trades: it ends the accounting year (NYSE Rule 7.2).
        rule: Rule::Fixed {
            month: 1,
            day: 1,
            weekend: Weekend::SundayToMonday,
        },
    },
    Holiday {
        name: "Martin Luther King Jr. Day",
        years: Years::since(1998),
        rule: nth(3, Mon, 1),
    },
    Holiday {
        name: "Washington's Birthday",
        years: Years::ALL,
        rule: nth(3, Mon, 2),
    },
    Holiday {
        name: "Good Friday",
        years: Years::ALL,
        rule: Rule::GoodFriday,
    },
    Holiday {
        name: "Memorial Day",
        years: Years::ALL,
        rule: Rule::Last {
            weekday: Mon,
            month: 5,
        },
    },
    Holiday {
        name: "Juneteenth National Independence Day",
        // A federal holiday since June 2021, too late for the exchange to close that year.
        years: Years::since(2022),
        rule: nearest(6, 19),
    },
    Holiday {
        name: "Independence Day",
        years: Years::ALL,
        rule: nearest(7, 4),
    },
    Holiday {
        name: "Labor Day",
        years: Years::ALL,
        rule: nth(1, Mon, 9),
    },
    Holiday {
        name: "Thanksgiving Day",
        years: Years::ALL,
        rule: nth(4, Thu, 11),
    },
    Holiday {
        name: "Christmas Day",
        years: Years::ALL,
        rule: nearest(12, 25),
    },
];

/// Closed all day by decision.
const CLOSURES: &[OneOffClosure] = &[
    closed(date(1994, 4, 27), "Funeral of President Nixon", NYSE_LIST),
    closed(date(2001, 9, 11), ATTACKS, NYSE_LIST),
    closed(date(2001, 9, 12), ATTACKS, NYSE_LIST),
    closed(date(2001, 9, 13), ATTACKS, NYSE_LIST),
    closed(date(2001, 9, 14), ATTACKS, NYSE_LIST),
    closed(
        date(2004, 6, 11),
        "National Day of Mourning for President Reagan",
        NYSE_LIST,
    ),
    closed(
        date(2007, 1, 2),
        "National Day of Mourning for President Ford",
        NYSE_LIST,
    ),
    closed(date(2012, 10, 29), "Hurricane Sandy", STORM_NOTICE),
    closed(date(2012, 10, 30), "Hurricane Sandy", STORM_NOTICE),
    closed(
        date(2018, 12, 5),
        "National Day of Mourning for President George H. W. Bush",
        "NYSE notice of December 2018; exchange_calendars 4.13.2",
    ),
    closed(
        date(2025, 1, 9),
        "National Day of Mourning for President Carter",
        "NYSE notice of December 2024; exchange_calendars 4.13.2",
    ),
];

/// Closes early by rule.
const EARLY_CLOSES: &[EarlyClose] = &[
    EarlyClose {
        name: "Christmas Eve",
        years: Years::until(1992),
        rule: CHRISTMAS_EVE,
        closes: clock(14, 0),
    },
    EarlyClose {
        name: "Christmas Eve",
        years: Years::since(1993),
        rule: CHRISTMAS_EVE,
        closes: clock(13, 0),
    },
    EarlyClose {
        name: "Day after Thanksgiving",
        years: Years::between(1992, 1992),
        rule: DAY_AFTER_THANKSGIVING,
        closes: clock(14, 0),
    },
    EarlyClose {
        name: "Day after Thanksgiving",
        years: Years::since(1993),
        rule: DAY_AFTER_THANKSGIVING,
        closes: clock(13, 0),
    },
    EarlyClose {
        name: "Day before Independence Day",
        years: Years::since(1995),
        rule: Rule::FixedOn {
            month: 7,
            day: 3,
            weekdays: &[Mon, Tue, Thu],
        },
        closes: clock(13, 0),
    },
    // With the 4th on a Thursday the short day was the Friday after it; since 2013 it is the
    // Wednesday before.
    EarlyClose {
        name: "Day after Independence Day",
        years: Years::between(1995, 2012),
        rule: Rule::FixedOn {
            month: 7,
            day: 5,
            weekdays: &[Fri],
        },
        closes: clock(13, 0),
    },
    EarlyClose {
        name: "Day before Independence Day",
        years: Years::since(2013),
        rule: Rule::FixedOn {
            month: 7,
            day: 3,
            weekdays: &[Wed],
        },
        closes: clock(13, 0),
    },
];

/// Opens late or closes early by decision or accident.
const ODD_HOURS: &[OneOffHours] = &[
    OneOffHours {
        on: date(1990, 12, 27),
        opens: Some(clock(11, 0)),
        closes: None,
        reason: "Transformer fire at the exchanges' computer centre",
        source: "Los Angeles Times, 28 December 1990",
    },
    OneOffHours {
        on: date(1994, 2, 11),
        opens: None,
        closes: Some(clock(14, 30)),
        reason: "Snowstorm",
        source: "Los Angeles Times, 9 January 1996; pandas_market_calendars",
    },
    OneOffHours {
        on: date(1995, 12, 18),
        opens: Some(clock(10, 30)),
        closes: None,
        reason: "Computer system failure",
        source: "Los Angeles Times, 19 December 1995",
    },
    OneOffHours {
        on: date(1996, 1, 8),
        opens: Some(clock(11, 0)),
        closes: Some(clock(14, 0)),
        reason: "Blizzard",
        source: "Los Angeles Times, 9 January 1996",
    },
    OneOffHours {
        on: date(1997, 10, 27),
        opens: None,
        closes: Some(clock(15, 30)),
        reason: "Second circuit breaker (Dow down 550 points)",
        source: "SEC, Trading Analysis of October 27 and 28, 1997",
    },
    OneOffHours {
        on: date(1997, 12, 26),
        opens: None,
        closes: Some(clock(13, 0)),
        reason: "Friday after Christmas",
        source: NYSE_LIST,
    },
    OneOffHours {
        on: date(1999, 12, 31),
        opens: None,
        closes: Some(clock(13, 0)),
        reason: "New Year's Eve before the year 2000",
        source: "NYSE notice of June 1999; exchange_calendars 4.13.2",
    },
    OneOffHours {
        on: date(2002, 9, 11),
        opens: Some(clock(12, 0)),
        closes: None,
        reason: "First anniversary of the attacks of 11 September 2001",
        source: "ABC News, 11 September 2002; pandas_market_calendars",
    },
    OneOffHours {
        on: date(2003, 12, 26),
        opens: None,
        closes: Some(clock(13, 0)),
        reason: "Friday after Christmas",
        source: NYSE_LIST,
    },
    // The NYSE and the American Stock Exchange only: Nasdaq traded until 16:00.
    OneOffHours {
        on: date(2005, 6, 1),
        opens: None,
        closes: Some(clock(15, 56)),
        reason: "Communications failure (NYSE and Amex; Nasdaq unaffected)",
        source: "Los Angeles Times, 2 June 2005",
    },
];

const ATTACKS: &str = "Attacks of 11 September 2001";
const NYSE_LIST: &str = "NYSE list of special closings; exchange_calendars 4.13.2";
const STORM_NOTICE: &str = "NYSE Euronext notice of October 2012; exchange_calendars 4.13.2";

/// Monday to Thursday: on a Friday it is the observed Christmas Day.
const CHRISTMAS_EVE: Rule = Rule::FixedOn {
    month: 12,
    day: 24,
    weekdays: &[Mon, Tue, Wed, Thu],
};

const DAY_AFTER_THANKSGIVING: Rule = Rule::Nth {
    nth: 4,
    weekday: Thu,
    month: 11,
    days_later: 1,
};

const fn nth(nth: u8, weekday: chrono::Weekday, month: u32) -> Rule {
    Rule::Nth {
        nth,
        weekday,
        month,
        days_later: 0,
    }
}

const fn nearest(month: u32, day: u32) -> Rule {
    Rule::Fixed {
        month,
        day,
        weekend: Weekend::Nearest,
    }
}

const fn closed(
    on: chrono::NaiveDate,
    reason: &'static str,
    source: &'static str,
) -> OneOffClosure {
    OneOffClosure { on, reason, source }
}
