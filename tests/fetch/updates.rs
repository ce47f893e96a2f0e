//! One run after the other: what is asked, what is added, and when nothing is asked at all.

use super::wire::{self, Bar, between, day, restated, series};
use super::{Desk, one, outcome};
use crate::replica::{Act, Seen, ok, reply};
use serde_json::json;

/// Tiingo with this history, which it gives over the span that it is asked for.
fn tiingo(bars: Vec<Bar>) -> impl Fn(&Seen, usize) -> Vec<Act> + Send + Sync + 'static {
    move |seen, _| {
        let span = between(
            &bars,
            seen.parameter("startDate"),
            seen.parameter("endDate"),
        );
        ok("text/csv", wire::tiingo(&span))
    }
}

fn nvda(to: &str) -> Vec<Bar> {
    series("NVDA", to)
}

const TIINGO: [&str; 3] = ["NVDA", "--source", "tiingo"];

#[test]
fn a_second_run_adds_what_is_new_and_a_third_asks_nobody() {
    let desk = Desk::new(tiingo(nvda("2026-08-20")));
    let first = one(&desk.fetch_at("2026-08-21T13:00:00Z", &TIINGO).ends(0));
    assert_eq!(outcome(&first).0, "updated");
    assert_eq!(first["rows"], nvda("2026-08-20").len());
    assert_eq!(
        desk.replica.seen()[0].parameter("startDate"),
        Some("1962-01-02")
    );

    let desk = desk.facing(tiingo(nvda("2026-08-26")));
    let second = one(&desk.fetch(&TIINGO).ends(0));
    assert_eq!(second["rows"], 4);
    assert_eq!(
        (&second["first"], &second["last"]),
        (&json!("2026-06-01"), &json!("2026-08-26"))
    );
    // From the tenth session before the end of what was stored.
    assert_eq!(
        desk.replica.seen()[0].parameter("startDate"),
        Some("2026-08-07")
    );
    assert_eq!(
        desk.replica.seen()[0].parameter("endDate"),
        Some("2026-08-26")
    );

    let third = one(&desk.fetch(&TIINGO).ends(0));
    assert_eq!(outcome(&third).0, "current");
    assert_eq!(desk.replica.seen().len(), 1);
    let forced = one(&desk
        .fetch(&["NVDA", "--source", "tiingo", "--force"])
        .ends(0));
    assert_eq!(outcome(&forced).0, "current");
    assert_eq!(desk.replica.seen().len(), 2);
    // A weekend and a clock that was put back are no reason to ask, either.
    let put_back = one(&desk.fetch_at("2026-08-22T13:00:00Z", &TIINGO).ends(0));
    assert_eq!(outcome(&put_back).0, "current");
    assert_eq!(desk.replica.seen().len(), 2);
    desk.verify();
}

#[test]
fn a_session_that_is_due_and_not_there_is_not_published() {
    let desk = Desk::new(tiingo(nvda("2026-08-25")));
    desk.fetch_at("2026-08-26T13:00:00Z", &TIINGO).ends(0);
    let run = desk.fetch(&TIINGO).ends(0);
    let result = one(&run);
    assert_eq!(
        outcome(&result),
        ("not-published".to_owned(), String::new())
    );
    assert!(
        result["message"]
            .as_str()
            .is_some_and(|m| m.contains("2026-08-26"))
    );
}

#[test]
fn a_bar_that_is_not_final_is_left_out() {
    // 20:30 UTC is 16:30 in New York: closed, and Tiingo publishes at 17:30 and corrects.
    let desk = Desk::new(tiingo(nvda("2026-08-26")));
    let early = one(&desk.fetch_at("2026-08-26T20:30:00Z", &TIINGO).ends(0));
    assert_eq!(early["last"], "2026-08-25");
    let late = one(&desk.fetch(&TIINGO).ends(0));
    assert_eq!(
        (&late["last"], &late["rows"]),
        (&json!("2026-08-26"), &json!(1))
    );

    // Yahoo gives the running session as its last row, twice.
    let mut bars = nvda("2026-08-26");
    let last = *bars.last().expect("a bar");
    bars.push(Bar { close: 1.0, ..last });
    let current = last.on;
    let mut stamps: Vec<i64> = bars.iter().map(|b| wire::during(b.on) - 7_200).collect();
    *stamps.last_mut().expect("a stamp") = wire::during(current);
    let body = wire::yahoo_stamped("NVDA", &bars, &stamps, current);
    let desk = Desk::new(move |_, _| ok("application/json", &body));
    let live = ["NVDA", "--source", "yahoo"];
    let result = one(&desk.fetch_at("2026-08-26T15:30:00Z", &live).ends(0));
    assert_eq!(result["last"], "2026-08-25");
}

#[test]
fn a_split_reloads_the_whole_history() {
    let desk = Desk::new(tiingo(nvda("2026-08-25")));
    desk.fetch_at("2026-08-26T13:00:00Z", &TIINGO).ends(0);
    let before = desk.export("NVDA");
    let desk = desk.facing(tiingo(restated(&nvda("2026-08-26"), 10.0)));
    let result = one(&desk.fetch(&TIINGO).ends(0));
    assert_eq!(
        outcome(&result),
        ("updated".to_owned(), "restated".to_owned())
    );
    let starts: Vec<_> = desk
        .replica
        .seen()
        .iter()
        .map(|s| s.parameter("startDate").map(str::to_owned))
        .collect();
    assert_eq!(
        starts,
        [Some("2026-08-12".to_owned()), Some("2026-06-01".to_owned())]
    );
    let after = desk.export("NVDA");
    assert_eq!(after.lines().count(), before.lines().count() + 1);
    let close = |text: &str| -> f64 {
        let row = text.lines().nth(1).expect("a row");
        row.split(',')
            .nth(4)
            .expect("a close")
            .parse()
            .expect("a number")
    };
    assert!((close(&before) / close(&after) - 10.0).abs() < 1e-9);
    desk.verify();
}

#[test]
fn a_corrected_figure_is_taken_and_said() {
    let desk = Desk::new(tiingo(nvda("2026-08-25")));
    desk.fetch_at("2026-08-26T13:00:00Z", &TIINGO).ends(0);
    let mut corrected = nvda("2026-08-26");
    let at = corrected
        .iter()
        .position(|b| b.on == day("2026-08-24"))
        .expect("a session");
    corrected[at].close += 0.5;
    let desk = desk.facing(tiingo(corrected));
    let result = one(&desk.fetch(&TIINGO).ends(0));
    assert_eq!(outcome(&result), ("updated".to_owned(), String::new()));
    assert!(
        result["message"]
            .as_str()
            .is_some_and(|m| m.contains("figures corrected")),
        "{result}"
    );
}

#[test]
fn duplicate_and_descending_rows_make_no_difference() {
    let mut bars = nvda("2026-08-26");
    let desk = Desk::new(tiingo(bars.clone()));
    desk.fetch(&TIINGO).ends(0);
    let tidy = desk.export("NVDA");
    bars.reverse();
    // (A table whose every day comes twice is taken for one of parts of days, and refused.)
    for at in [40, 20, 0] {
        bars.insert(at, bars[at]);
    }
    let desk = Desk::new(tiingo(bars));
    desk.fetch(&TIINGO).ends(0);
    assert_eq!(desk.export("NVDA"), tidy);
}

#[test]
fn the_next_source_of_the_chain_is_asked_and_the_refusal_said() {
    let bars = nvda("2026-08-26");
    let desk = Desk::new(move |seen, _| match seen.path() {
        "/q/d/l/" => ok("text/csv", wire::BOT_PAGE),
        _ => ok("application/json", wire::yahoo("NVDA", &bars)),
    });
    let result = one(&desk.fetch(&["NVDA", "--source", "stooq,yahoo"]).ends(0));
    assert_eq!(outcome(&result).0, "updated");
    assert_eq!(result["source"], "yahoo");
    assert!(
        result["message"]
            .as_str()
            .is_some_and(|m| m.contains("stooq: bot-check")),
        "{result}"
    );
}

#[test]
fn one_symbol_that_fails_stops_no_other() {
    let desk = Desk::new(|seen, _| {
        let symbol = seen.path().split('/').nth(3).unwrap_or("");
        match symbol {
            "NOPE" => ok("text/csv", "Error: Ticker 'NOPE' not found"),
            "DOWN" => reply(500, &[], "x"),
            symbol => ok("text/csv", wire::tiingo(&series(symbol, "2026-08-26"))),
        }
    });
    let run = desk
        .fetch(&["AAA", "NOPE", "BBB", "DOWN", "CCC", "--source", "tiingo"])
        .ends(1);
    let results = run.json()["results"].clone();
    let all: Vec<_> = results
        .as_array()
        .expect("results")
        .iter()
        .map(outcome)
        .collect();
    let expected = [
        ("updated", ""),
        ("refused", "unknown-symbol"),
        ("updated", ""),
        ("failed", "network"),
        ("updated", ""),
    ];
    assert_eq!(all, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    assert!(
        run.stderr.contains("NOPE") && run.stderr.contains("DOWN"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_used_up_quota_is_remembered_until_midnight() {
    let desk = Desk::new(|_, _| ok("text/plain", "Exceeded the daily hits limit"));
    let stooq = ["NVDA", "--source", "stooq"];
    let refused = one(&desk.fetch_at("2026-08-27T13:00:00Z", &stooq).ends(3));
    assert_eq!(outcome(&refused).1, "daily-quota");
    let again = one(&desk.fetch_at("2026-08-27T23:59:00Z", &stooq).ends(3));
    assert_eq!(outcome(&again).1, "daily-quota");
    assert_eq!(desk.replica.seen().len(), 1);
    // Neither is another symbol asked in the same run.
    desk.fetch_at(
        "2026-08-28T00:01:00Z",
        &["NVDA", "AMD", "--jobs", "1", "--source", "stooq"],
    )
    .ends(3);
    assert_eq!(desk.replica.seen().len(), 2);
    // A clock that was put back by a month is not held up by it.
    desk.fetch_at("2026-07-28T00:01:00Z", &stooq).ends(3);
    assert_eq!(desk.replica.seen().len(), 3);
}

#[test]
fn a_file_that_has_not_changed_is_not_sent_again() {
    let june = between(&nvda("2026-08-26"), None, Some("2026-06-30"));
    let desk = Desk::new(move |seen, _| match seen.header("if-none-match") {
        Some("\"202606\"") => reply(304, &[], ""),
        _ => reply(
            200,
            &[("etag", "\"202606\"")],
            wire::french(&june, "202606", 0.0),
        ),
    });
    let french = ["ff3", "--source", "french"];
    let first = one(&desk.fetch(&french).ends(0));
    assert_eq!(first["last"], "2026-06-30");
    let second = one(&desk.fetch_at("2026-09-10T13:00:00Z", &french).ends(0));
    assert_eq!(outcome(&second).0, "not-published", "{second}");
    assert!(desk.replica.seen()[1].header("if-none-match").is_some());
}

#[test]
fn a_file_that_holds_what_is_not_stored_is_read_again() {
    let bars = between(&series("^VIX", "2026-08-26"), None, Some("2026-08-26"));
    let desk = Desk::new(move |seen, _| match seen.header("if-none-match") {
        Some(_) => reply(304, &[], ""),
        None => reply(200, &[("etag", "\"v1\"")], wire::cboe(&bars)),
    });
    let from = |from| ["^VIX", "--source", "cboe", "--from", from];
    let asked_whether_changed = |nth: usize| {
        let seen = &desk.replica.seen()[nth];
        seen.header("if-none-match").is_some()
    };
    // The file has the 26th already, which is not final before the next day.
    let first = one(&desk.fetch_at("2026-08-27T01:00:00Z", &from("2026-07-01")));
    assert_eq!(first["last"], "2026-08-25");
    let next = one(&desk.fetch_at("2026-08-27T18:00:00Z", &from("2026-07-01")));
    assert_eq!(next["last"], "2026-08-26", "{next}");
    // Nothing was left out at the end.
    desk.fetch_at("2026-08-28T18:00:00Z", &from("2026-07-01"));
    assert!(asked_whether_changed(2));
    // The file has older sessions, too.
    let older = one(&desk.fetch_at("2026-08-28T18:00:00Z", &from("2026-06-15")));
    assert_eq!(older["first"], "2026-06-15", "{older}");
    let forced = [&from("2026-06-15")[..], &["--force"]].concat();
    desk.fetch_at("2026-08-28T18:00:00Z", &forced).ends(0);
    assert!(!asked_whether_changed(4));
}

#[test]
fn offline_asks_nobody_and_says_so() {
    let desk = Desk::new(tiingo(nvda("2026-08-26")));
    let offline = ["NVDA", "--source", "tiingo", "--offline"];
    let refused = one(&desk.fetch(&offline).ends(3));
    assert_eq!(
        outcome(&refused),
        ("failed".to_owned(), "network".to_owned())
    );
    assert!(
        refused["message"]
            .as_str()
            .is_some_and(|m| m.contains("--offline"))
    );
    desk.fetch(&TIINGO).ends(0);
    let current = one(&desk.fetch(&offline).ends(0));
    assert_eq!(outcome(&current).0, "current");
    assert_eq!(desk.replica.seen().len(), 1);
}
