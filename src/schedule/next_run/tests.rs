use super::*;
use chrono::Datelike;
use std::collections::BTreeSet;

fn nyse() -> Calendar {
    Calendar::named("XNYS").unwrap()
}

fn timing(at: &str, zone: &str) -> Timing {
    Timing {
        at: NaiveTime::parse_from_str(at, "%H:%M").unwrap(),
        zone: zone.parse().unwrap(),
        lag: TimeDelta::minutes(90),
        retries: [15, 60].map(TimeDelta::minutes).to_vec(),
    }
}

fn new_york() -> Timing {
    timing("18:30", "America/New_York")
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn done(text: &str) -> History {
    History {
        done: Some(day(text)),
        failed: None,
    }
}

/// Time, session and reason of the next run.
fn plan(timing: &Timing, history: &History, now: &str) -> (String, String, Why) {
    let next = next_run(&nyse(), timing, history, instant(now)).unwrap();
    let at = next.at.format("%Y-%m-%dT%H:%MZ").to_string();
    (at, next.session.to_string(), next.why)
}

fn planned(at: &str, session: &str, why: Why) -> (String, String, Why) {
    (at.to_owned(), session.to_owned(), why)
}

/// Every run of a daemon that never sleeps between two instants, all of which succeed.
fn runs(timing: &Timing, from: &str, to: &str) -> Vec<NextRun> {
    let (mut now, end) = (instant(from), instant(to));
    let mut history = History {
        done: Some(expected_session(&nyse(), timing.lag, now).unwrap()),
        failed: None,
    };
    let mut runs = Vec::new();
    loop {
        let next = next_run(&nyse(), timing, &history, now).unwrap();
        assert!(next.at > now, "{next:?} does not lie after {now}");
        if next.at >= end {
            return runs;
        }
        now = next.at;
        history.done = Some(expected_session(&nyse(), timing.lag, now).unwrap());
        runs.push(next);
    }
}

#[test]
fn a_quarter_has_one_run_per_session_and_none_on_holidays() {
    let runs = runs(&new_york(), "2025-01-01T00:00:00Z", "2025-04-01T04:00:00Z");
    assert_eq!(runs.len(), 60);
    let zone = new_york().zone;
    let dates: BTreeSet<String> = runs
        .iter()
        .map(|run| run.at.with_timezone(&zone).date_naive().to_string())
        .collect();
    assert_eq!(dates.len(), 60);
    for holiday in ["2025-01-01", "2025-01-09", "2025-01-20", "2025-02-17"] {
        assert!(!dates.contains(holiday), "{holiday}");
    }
    for run in &runs {
        let local = run.at.with_timezone(&zone);
        assert_eq!(local.time(), new_york().at);
        assert_eq!(local.date_naive(), run.session);
        assert_eq!(run.why, Why::Regular);
    }
    // Clocks go forward on Sunday, 9 March.
    let utc: Vec<String> = runs.iter().map(|run| run.at.to_rfc3339()).collect();
    assert!(utc.contains(&"2025-03-07T23:30:00+00:00".to_owned()));
    assert!(utc.contains(&"2025-03-10T22:30:00+00:00".to_owned()));
}

#[test]
fn a_year_has_no_session_twice_wherever_the_clock_hangs() {
    for (at, zone, weekdays) in [
        ("18:30", "America/New_York", "Mon Tue Wed Thu Fri"),
        ("02:30", "America/New_York", "Tue Wed Thu Fri Sat"),
        ("01:30", "America/New_York", "Tue Wed Thu Fri Sat"),
        ("07:00", "Europe/Berlin", "Tue Wed Thu Fri Sat"),
        ("08:15", "Asia/Kolkata", "Tue Wed Thu Fri Sat"),
        ("23:45", "UTC", "Mon Tue Wed Thu Fri"),
    ] {
        let timing = timing(at, zone);
        let runs = runs(&timing, "2025-01-01T12:00:00Z", "2026-01-01T12:00:00Z");
        let sessions: Vec<NaiveDate> = runs.iter().map(|run| run.session).collect();
        let expected = nyse()
            .sessions(day("2025-01-01"), day("2025-12-31"))
            .unwrap();
        assert_eq!(sessions, expected, "{at} {zone}");
        let local = |run: &NextRun| run.at.with_timezone(&timing.zone);
        let seen: BTreeSet<u32> = runs
            .iter()
            .map(|run| local(run).weekday().num_days_from_monday())
            .collect();
        let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let seen: Vec<&str> = seen.iter().map(|day| names[*day as usize]).collect();
        assert_eq!(seen.join(" "), weekdays, "{at} {zone}");
    }
}

#[test]
fn an_early_close_keeps_its_time_and_a_late_lag_takes_the_next_day() {
    assert_eq!(
        plan(&new_york(), &done("2025-11-26"), "2025-11-28T18:30:00Z"),
        planned("2025-11-28T23:30Z", "2025-11-28", Why::Regular)
    );
    // 16:05 lies before the figures are out: Friday's run is on Saturday.
    let hasty = timing("16:05", "America/New_York");
    assert_eq!(
        plan(&hasty, &done("2025-01-23"), "2025-01-24T21:05:00Z"),
        planned("2025-01-25T21:05Z", "2025-01-24", Why::Regular)
    );
}

#[test]
fn a_time_that_clocks_leave_out_or_show_twice_happens_once() {
    let night = timing("02:30", "America/New_York");
    let moment = |session: &str, at: &str| {
        let moment = run_moment(&nyse(), &timing(at, "America/New_York"), day(session));
        moment.unwrap().to_rfc3339()
    };
    // New York's clocks change on Sundays, when no session has its moment; Cairo's on Fridays:
    // on 25 April 2025, 00:00 becomes 01:00.
    let cairo = timing("00:30", "Africa/Cairo");
    let gap = instant_of(cairo.zone, day("2025-04-25"), cairo.at);
    assert_eq!(gap.to_rfc3339(), "2025-04-24T22:30:00+00:00");
    let twice = instant_of(night.zone, day("2025-11-02"), timing("01:30", "UTC").at);
    assert_eq!(twice.to_rfc3339(), "2025-11-02T05:30:00+00:00");
    assert_eq!(moment("2025-03-07", "02:30"), "2025-03-08T07:30:00+00:00");
}

#[test]
fn missed_runs_are_caught_up_once() {
    // Off from Tuesday, 7 January, to Monday, 27 January: thirteen sessions, one run, at once.
    let now = "2025-01-27T15:00:00Z";
    assert_eq!(
        plan(&new_york(), &done("2025-01-07"), now),
        planned("2025-01-24T23:30Z", "2025-01-24", Why::CatchUp)
    );
    assert_eq!(
        plan(&new_york(), &done("2025-01-24"), now),
        planned("2025-01-27T23:30Z", "2025-01-27", Why::Regular)
    );
    // One session late is no catching up.
    assert_eq!(plan(&new_york(), &done("2025-01-23"), now).2, Why::Regular);
}

#[test]
fn the_first_run_of_all_is_due_at_once() {
    assert_eq!(
        plan(&new_york(), &History::default(), "2025-01-27T15:00:00Z"),
        planned("2025-01-24T23:30Z", "2025-01-24", Why::Regular)
    );
}

#[test]
fn what_is_not_published_is_tried_again_by_the_plan_and_then_left_to_the_next_day() {
    let failed = |n_attempts, at: &str| History {
        done: Some(day("2025-01-24")),
        failed: Some(Failed {
            session: day("2025-01-27"),
            at: instant(at),
            n_attempts,
        }),
    };
    assert_eq!(
        plan(
            &new_york(),
            &failed(1, "2025-01-27T23:30:00Z"),
            "2025-01-27T23:30:05Z"
        ),
        planned("2025-01-27T23:45Z", "2025-01-27", Why::Retry)
    );
    assert_eq!(
        plan(
            &new_york(),
            &failed(2, "2025-01-27T23:45:00Z"),
            "2025-01-27T23:45:00Z"
        ),
        planned("2025-01-28T00:45Z", "2025-01-27", Why::Retry)
    );
    // No wait is left: Tuesday's run takes both.
    assert_eq!(
        plan(
            &new_york(),
            &failed(3, "2025-01-28T00:45:00Z"),
            "2025-01-28T00:45:00Z"
        ),
        planned("2025-01-28T23:30Z", "2025-01-28", Why::Regular)
    );
    // Tuesday's moment has come: the failure of Monday does not matter any more.
    assert_eq!(
        plan(
            &new_york(),
            &failed(3, "2025-01-28T00:45:00Z"),
            "2025-01-28T23:30:00Z"
        ),
        planned("2025-01-28T23:30Z", "2025-01-28", Why::CatchUp)
    );
    // An attempt that a clock a year ahead noted does not postpone the next by a year.
    assert_eq!(
        plan(
            &new_york(),
            &failed(1, "2026-01-27T23:30:00Z"),
            "2025-01-27T23:31:00Z"
        ),
        planned("2025-01-27T23:46Z", "2025-01-27", Why::Retry)
    );
}

#[test]
fn a_clock_that_goes_back_repeats_nothing() {
    assert_eq!(
        plan(&new_york(), &done("2025-01-27"), "2025-01-22T15:00:00Z"),
        planned("2025-01-28T23:30Z", "2025-01-28", Why::Regular)
    );
}

#[test]
fn a_manual_run_before_the_moment_makes_it_needless() {
    // Due at 17:30, planned for 18:30, done by hand at 17:45.
    assert_eq!(
        plan(&new_york(), &done("2025-01-27"), "2025-01-27T22:45:00Z"),
        planned("2025-01-28T23:30Z", "2025-01-28", Why::Regular)
    );
}

#[test]
fn the_usual_time_is_late_enough_for_the_source() {
    let time = |hours, zone: &str| {
        let lag = TimeDelta::hours(hours);
        usual_time(&nyse(), lag, zone.parse().unwrap())
            .unwrap()
            .to_string()
    };
    assert_eq!(time(1, "America/New_York"), "18:30:00");
    assert_eq!(time(4, "America/New_York"), "20:00:00");
    assert_eq!(time(18, "America/New_York"), "10:00:00");
    assert_eq!(time(1, "Europe/Berlin"), "23:00:00");
}
