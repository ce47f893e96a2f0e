//! `Retry-After` in both of its forms, and storms of refusals: how long is waited, and how often
//! is asked.

use super::wire::{self, series};
use super::{Desk, one, outcome};
use crate::replica::{Act, ok, reply};
use std::time::Duration;

fn table() -> Vec<Act> {
    ok("text/csv", wire::tiingo(&series("NVDA", "2026-08-26")))
}

fn too_many(headers: &[(&str, &str)]) -> Vec<Act> {
    reply(429, headers, "Too Many Requests")
}

/// A refusal with these headers, then the table; how long was waited between the two.
#[track_caller]
fn waited(headers: &'static [(&'static str, &'static str)]) -> Duration {
    let desk = Desk::new(move |_, nth| if nth == 0 { too_many(headers) } else { table() });
    desk.fetch(&["NVDA", "--source", "tiingo"]).ends(0);
    let gaps = desk.replica.gaps();
    assert_eq!(gaps.len(), 1);
    gaps[0]
}

#[test]
fn a_date_is_waited_for_by_the_clock_that_was_given() {
    // The run's clock says 13:00:00, and goes on from there.
    let until = waited(&[("retry-after", "Thu, 27 Aug 2026 13:00:02 GMT")]);
    assert!(until > Duration::from_millis(1_200), "{until:?}");
    assert!(until < Duration::from_millis(4_000), "{until:?}");
    let past = waited(&[("retry-after", "Thu, 27 Aug 2026 12:00:00 GMT")]);
    assert!(past < Duration::from_millis(1_000), "{past:?}");
}

#[test]
fn a_date_is_waited_for_by_the_servers_clock_where_it_shows_one() {
    let until = waited(&[
        ("date", "Tue, 01 Jan 2030 00:00:00 GMT"),
        ("retry-after", "Tue, 01 Jan 2030 00:00:01 GMT"),
    ]);
    assert!(until >= Duration::from_millis(990), "{until:?}");
    assert!(until < Duration::from_millis(4_000), "{until:?}");
}

#[test]
fn seconds_are_waited_for_too() {
    let until = waited(&[("retry-after", "1")]);
    assert!(until >= Duration::from_millis(990), "{until:?}");
}

#[test]
fn a_date_beyond_patience_is_said_and_not_waited_for() {
    let far = [("retry-after", "Thu, 27 Aug 2026 15:00:00 GMT")];
    let desk = Desk::new(move |_, _| too_many(&far));
    let result = one(&desk.fetch(&["NVDA", "--source", "tiingo"]).ends(3));
    assert_eq!(outcome(&result).1, "rate-limited");
    let message = result["message"].as_str().expect("a message");
    assert!(message.contains("try again in 2 h"), "{message}");
    assert_eq!(desk.replica.seen().len(), 1);
}

#[test]
fn a_storm_of_refusals_over_many_symbols_is_asked_few_times() {
    let desk = Desk::new(|_, _| too_many(&[]));
    let names: Vec<String> = (0..40).map(|i| format!("S{i:03}")).collect();
    let mut args = vec!["--source", "tiingo", "--jobs", "2"];
    args.extend(names.iter().map(String::as_str));
    let run = desk.fetch(&args).ends(3);
    let results = run.json()["results"].as_array().expect("results").clone();
    assert_eq!(results.len(), 40);
    assert!(results.iter().all(|r| r["class"] == "rate-limited"));
    // Four attempts for each of the two that were under way; the others were told.
    let n = desk.replica.seen().len();
    println!("40 symbols in a storm of 429: {n} requests");
    assert!((4..=8).contains(&n), "{n}");
}
