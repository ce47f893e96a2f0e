//! Every session of 1990-2030 against exchange_calendars, and the promises of the public functions.

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn nyse() -> Calendar {
    Calendar::named("XNYS").unwrap()
}

/// Opening and close of a session as clock times in its own zone.
fn local_hours(calendar: &Calendar, date: &str) -> (String, String) {
    let session = calendar.session(day(date)).unwrap().unwrap();
    let show = |at: DateTime<Utc>| at.with_timezone(&calendar.zone()).format("%H:%M");
    (
        show(session.opens_at).to_string(),
        show(session.closes_at).to_string(),
    )
}

fn reason(calendar: &Calendar, date: &str) -> Option<String> {
    let closure = calendar.closure(day(date)).unwrap();
    closure.map(|closure| closure.reason.into_owned())
}

/// Made by `tests/calendar_answers/generate.py`.
const ANSWERS: &str = include_str!("../../tests/calendar_answers/xnys.csv");

/// Sessions for which exchange_calendars 4.13.2 gives regular hours although these, in UTC, are
/// documented (`xnys.rs` names the source of each). It has no late openings, and of the early
/// closes it leaves out those that were not planned.
const NOT_IN_ANSWERS: [(&str, &str, &str); 7] = [
    ("1990-12-27", "16:00", "21:00"), // transformer fire: opened at 11:00
    ("1994-02-11", "14:30", "19:30"), // snow: closed at 14:30
    ("1995-12-18", "15:30", "21:00"), // computer failure: opened at 10:30
    ("1996-01-08", "16:00", "19:00"), // blizzard: 11:00 to 14:00
    ("1997-10-27", "14:30", "20:30"), // circuit breaker: closed at 15:30
    ("2002-09-11", "16:00", "20:00"), // anniversary: opened at 12:00
    ("2005-06-01", "13:30", "19:56"), // communications failure: closed at 15:56
];

#[test]
fn every_new_york_session_from_1990_to_2030() {
    let calendar = nyse();
    let (first, last) = calendar.bounds();
    let mut answers = ANSWERS.lines().skip(1);
    for date in calendar.sessions(first, last).unwrap() {
        let answer = answers.next().expect("a session that the answers lack");
        let session = calendar.session(date).unwrap().unwrap();
        let (opens, closes) = (
            session.opens_at.format("%H:%M"),
            session.closes_at.format("%H:%M"),
        );
        let ours = format!("{date},{opens},{closes}");
        let correction = NOT_IN_ANSWERS
            .iter()
            .find(|known| known.0 == date.to_string());
        if let Some((date, opens, closes)) = correction {
            assert_eq!(ours, format!("{date},{opens},{closes}"));
            assert_ne!(ours, answer, "the correction is no longer needed");
        } else {
            assert_eq!(ours, answer);
        }
        assert_eq!(session.on, date);
        assert_eq!(session.opens_at.date_naive(), date);
        assert_eq!(session.closes_at.date_naive(), date);
    }
    assert_eq!(answers.next(), None, "a session that the calendar lacks");
}

#[test]
fn every_weekday_without_session_has_a_reason() {
    let calendar = nyse();
    let (first, last) = calendar.bounds();
    let mut n_weekday_closures = 0;
    for date in first.iter_days().take_while(|date| *date <= last) {
        let closure = calendar.closure(date).unwrap();
        assert_eq!(closure.is_none(), calendar.is_session(date).unwrap());
        assert_eq!(closure.is_none(), calendar.session(date).unwrap().is_some());
        if date.weekday().num_days_from_monday() < 5 {
            n_weekday_closures += usize::from(closure.is_some());
        }
    }
    // 41 years have 10,697 weekdays; the answers list 10,322 sessions.
    assert_eq!(n_weekday_closures, 10_697 - 10_322);
}

#[test]
fn neighbours_lead_back_to_each_session() {
    let calendar = nyse();
    let (first, last) = calendar.bounds();
    let sessions = calendar.sessions(first, last).unwrap();
    for pair in sessions.windows(2) {
        let [earlier, later] = [pair[0], pair[1]];
        assert_eq!(calendar.next_after(earlier), Ok(later));
        assert_eq!(calendar.previous_before(later), Ok(earlier));
        // Each closed day between them sees the same two neighbours.
        let closed_days = earlier.iter_days().skip(1).take_while(|date| *date < later);
        for closed in closed_days {
            assert_eq!(calendar.first_on_or_after(closed), Ok(later));
            assert_eq!(calendar.next_after(closed), Ok(later));
            assert_eq!(calendar.last_on_or_before(closed), Ok(earlier));
            assert_eq!(calendar.previous_before(closed), Ok(earlier));
        }
        assert_eq!(calendar.first_on_or_after(later), Ok(later));
        assert_eq!(calendar.last_on_or_before(later), Ok(later));
    }
}

#[test]
fn clocks_go_forward_and_back() {
    let calendar = nyse();
    let opens_at = |date: &str| {
        let session = calendar.session(day(date)).unwrap().unwrap();
        session.opens_at.format("%H:%M").to_string()
    };
    // 2025: summer time from Sunday 9 March to Sunday 2 November.
    assert_eq!(opens_at("2025-03-07"), "14:30");
    assert_eq!(opens_at("2025-03-10"), "13:30");
    assert_eq!(opens_at("2025-10-31"), "13:30");
    assert_eq!(opens_at("2025-11-03"), "14:30");
    // Until 2006 it ran from April to October.
    assert_eq!(opens_at("2006-03-31"), "14:30");
    assert_eq!(opens_at("2006-04-03"), "13:30");
    // The reading in New York never changes, not even on the Sundays themselves.
    let sundays = ["2025-03-09", "2025-11-02"];
    let from_data = Calendar::from_data(&sundays.map(day)).unwrap();
    for date in sundays {
        let hours = local_hours(&from_data, date);
        assert_eq!(hours, ("09:30".into(), "16:00".into()));
    }
}

#[test]
fn closures_say_why() {
    let calendar = nyse();
    for (date, why) in [
        ("2025-01-18", Some("Saturday")),
        ("2025-01-19", Some("Sunday")),
        ("2025-01-20", Some("Martin Luther King Jr. Day")),
        ("1997-01-20", None), // not yet a holiday of the exchange
        ("2025-04-18", Some("Good Friday")),
        ("2021-06-18", None), // Juneteenth came too late that year
        (
            "2022-06-20",
            Some("Juneteenth National Independence Day (observed)"),
        ),
        ("2021-12-24", Some("Christmas Day (observed)")),
        ("2021-12-31", None), // New Year's Day 2022 is a Saturday: not moved
        ("2023-01-02", Some("New Year's Day (observed)")),
        ("2000-11-07", None), // Election Day
        ("2001-09-14", Some("Attacks of 11 September 2001")),
        ("2001-09-17", None),
        ("2012-10-30", Some("Hurricane Sandy")),
    ] {
        assert_eq!(reason(&calendar, date).as_deref(), why, "{date}");
    }
    let carter = calendar.closure(day("2025-01-09")).unwrap().unwrap();
    assert!(carter.reason.ends_with("President Carter"));
    assert!(carter.source.is_some_and(|source| source.contains("NYSE")));
}

#[test]
fn odd_hours_say_why() {
    let calendar = nyse();
    for (date, opens, closes, early_close, late_open) in [
        (
            "2024-11-29",
            "09:30",
            "13:00",
            Some("Day after Thanksgiving"),
            None,
        ),
        (
            "1992-11-27",
            "09:30",
            "14:00",
            Some("Day after Thanksgiving"),
            None,
        ),
        ("1991-11-29", "09:30", "16:00", None, None),
        ("1991-12-24", "09:30", "14:00", Some("Christmas Eve"), None),
        (
            "2002-07-05",
            "09:30",
            "13:00",
            Some("Day after Independence Day"),
            None,
        ),
        ("2002-07-03", "09:30", "16:00", None, None),
        (
            "2013-07-03",
            "09:30",
            "13:00",
            Some("Day before Independence Day"),
            None,
        ),
        ("2013-07-05", "09:30", "16:00", None, None),
        (
            "1996-01-08",
            "11:00",
            "14:00",
            Some("Blizzard"),
            Some("Blizzard"),
        ),
        ("2014-12-26", "09:30", "16:00", None, None),
        ("2025-12-31", "09:30", "16:00", None, None),
    ] {
        let hours = local_hours(&calendar, date);
        assert_eq!(hours, (opens.to_string(), closes.to_string()), "{date}");
        let session = calendar.session(day(date)).unwrap().unwrap();
        assert_eq!(session.early_close, early_close, "{date}");
        assert_eq!(session.late_open, late_open, "{date}");
    }
    let y2k = calendar.session(day("1999-12-31")).unwrap().unwrap();
    assert!(y2k.source.is_some_and(|source| source.contains("NYSE")));
}

#[test]
fn facts_concern_days_that_they_can_change() {
    let exchange = &xnys::XNYS;
    let holidays_only = Exceptions::of(&Exchange {
        closures: &[],
        ..*exchange
    });
    for closure in exchange.closures {
        assert!((exchange.first..=exchange.last).contains(&closure.on));
        assert!(
            closure.on.weekday().num_days_from_monday() < 5,
            "{closure:?}"
        );
        assert!(
            !holidays_only.closures.contains_key(&closure.on),
            "{closure:?}"
        );
        assert!(!closure.reason.is_empty() && !closure.source.is_empty());
    }
    let calendar = nyse();
    for date in Exceptions::of(exchange).odd_hours.keys() {
        assert_eq!(calendar.is_session(*date), Ok(true), "{date} is closed");
    }
}

#[test]
fn outside_its_bounds_a_calendar_refuses() {
    let calendar = nyse();
    let refusal = |date: &str| Error::OutsideCalendar {
        calendar: "XNYS".to_string(),
        date: day(date),
        first: day("1990-01-01"),
        last: day("2030-12-31"),
    };
    for outside in ["1989-12-31", "2031-01-01"] {
        let (date, refused) = (day(outside), refusal(outside));
        assert_eq!(calendar.is_session(date), Err(refused.clone()));
        assert_eq!(calendar.session(date), Err(refused.clone()));
        assert_eq!(calendar.closure(date), Err(refused.clone()));
        assert_eq!(calendar.first_on_or_after(date), Err(refused.clone()));
        assert_eq!(calendar.last_on_or_before(date), Err(refused.clone()));
        assert_eq!(calendar.next_after(date), Err(refused.clone()));
        assert_eq!(calendar.previous_before(date), Err(refused.clone()));
        assert_eq!(
            calendar.sessions(date, day("2000-01-03")),
            Err(refused.clone())
        );
        assert_eq!(calendar.sessions(day("2000-01-03"), date), Err(refused));
    }
    // The search itself may not leave the bounds: 1990 began with a holiday.
    assert_eq!(
        calendar.last_on_or_before(day("1990-01-01")),
        Err(refusal("1989-12-31"))
    );
    assert_eq!(
        calendar.previous_before(day("1990-01-02")),
        Err(refusal("1989-12-31"))
    );
    assert_eq!(
        calendar.next_after(day("2030-12-31")),
        Err(refusal("2031-01-01"))
    );
    for extreme in [NaiveDate::MIN, NaiveDate::MAX] {
        assert!(calendar.next_after(extreme).is_err());
        assert!(calendar.previous_before(extreme).is_err());
    }
}

#[test]
fn a_range_includes_both_ends() {
    let calendar = nyse();
    let sessions = |from, to| calendar.sessions(day(from), day(to)).unwrap();
    let expected = ["2025-01-17", "2025-01-21", "2025-01-22"].map(day);
    assert_eq!(sessions("2025-01-17", "2025-01-22"), expected);
    assert_eq!(sessions("2025-01-17", "2025-01-17"), [day("2025-01-17")]);
    assert_eq!(sessions("2025-01-18", "2025-01-20"), []);
    assert_eq!(sessions("2025-01-22", "2025-01-17"), []);
}

#[test]
fn dates_of_the_data_make_a_calendar() {
    let dates = ["2024-07-05", "2024-07-01", "2024-07-03", "2024-07-01"].map(day);
    let calendar = Calendar::from_data(&dates).unwrap();
    let (first, last) = calendar.bounds();
    assert_eq!((first, last), (day("2024-07-01"), day("2024-07-05")));
    assert_eq!(calendar.name(), "from-data");
    let expected = ["2024-07-01", "2024-07-03", "2024-07-05"].map(day);
    assert_eq!(calendar.sessions(first, last).unwrap(), expected);
    assert_eq!(
        reason(&calendar, "2024-07-02").as_deref(),
        Some("no price in the data")
    );
    assert_eq!(calendar.next_after(first), Ok(day("2024-07-03")));
    // The 3rd closed at 13:00, which dates cannot tell.
    let session = calendar.session(day("2024-07-03")).unwrap().unwrap();
    assert_eq!(session.closes_at.to_string(), "2024-07-03 20:00:00 UTC");
    assert_eq!(session.early_close, None);

    let refused = calendar.next_after(last).unwrap_err().to_string();
    assert!(
        refused.contains("2024-07-06 is outside the from-data calendar"),
        "{refused}"
    );
    assert!(
        !refused.contains("--calendar from-data"),
        "useless advice: {refused}"
    );
    let empty = Calendar::from_data(&[]).unwrap_err();
    assert!(matches!(empty, Error::Input(_)), "{empty}");
}

#[test]
fn markets_without_an_exchange() {
    let always = Calendar::named("24-7").unwrap();
    let weekdays = Calendar::named("Weekdays").unwrap();
    assert_eq!((always.name(), weekdays.name()), ("24-7", "weekdays"));
    for calendar in [&always, &weekdays] {
        assert_eq!(calendar.zone(), Tz::UTC);
        assert_eq!(calendar.bounds(), (day("1900-01-01"), day("2199-12-31")));
        let session = calendar.session(day("2024-12-25")).unwrap().unwrap();
        assert_eq!(session.opens_at.to_string(), "2024-12-25 00:00:00 UTC");
        assert_eq!(session.closes_at.to_string(), "2024-12-26 00:00:00 UTC");
        assert!(calendar.is_session(day("2200-01-01")).is_err());
    }
    let (friday, saturday) = (day("2024-12-27"), day("2024-12-28"));
    assert_eq!(always.next_after(friday), Ok(saturday));
    assert_eq!(always.closure(saturday), Ok(None));
    assert_eq!(weekdays.next_after(friday), Ok(day("2024-12-30")));
    assert_eq!(reason(&weekdays, "2024-12-28").as_deref(), Some("Saturday"));
}

#[test]
fn names_and_other_names() {
    for name in [
        "XNYS", "xnys", "NYSE", "XNAS", "Nasdaq", "ARCX", "BATS", "XASE",
    ] {
        let calendar = Calendar::named(name).unwrap();
        assert_eq!(calendar.name(), "XNYS");
        assert_eq!(calendar.zone(), Tz::America__New_York);
    }
    let unknown = Calendar::named("XLON").unwrap_err().to_string();
    for part in ["\"XLON\"", "XNYS", "24-7", "weekdays", "from-data"] {
        assert!(unknown.contains(part), "{part} is missing: {unknown}");
    }
    let needs_dates = Calendar::named("from-data").unwrap_err().to_string();
    assert!(needs_dates.contains("dates"), "{needs_dates}");
}
