//! States of sources that depend on who asks, how often and when, and refusals of the sources of
//! events, as the binary meets them.

use super::wire::{self, Bar, series};
use super::{Desk, one, outcome};
use crate::replica::{Act, Seen, ok, redirect, reply};
use std::time::Duration;

fn bars() -> Vec<Bar> {
    series("NVDA", "2026-08-26")
}

fn is_a_browser(seen: &Seen) -> bool {
    seen.header("user-agent")
        .is_some_and(|agent| agent.starts_with("Mozilla/5.0"))
}

#[test]
fn yahoo_lets_the_programs_name_through() {
    let desk = Desk::new(|seen, _| match is_a_browser(seen) {
        true => ok("application/json", wire::yahoo("NVDA", &bars())),
        false => reply(429, &[], "Edge: Too Many Requests"),
    });
    desk.fetch(&["NVDA", "--source", "yahoo"]).ends(0);
    assert_eq!(desk.replica.seen().len(), 1);
    let agent = desk.replica.seen()[0]
        .header("user-agent")
        .map(str::to_owned);
    assert!(agent.is_some_and(|agent| agent.contains("shockwave/")));
}

#[test]
fn yahoo_is_asked_again_after_its_first_refusals() {
    let desk = Desk::new(|_, nth| match nth {
        0 | 1 => reply(429, &[], "Too Many Requests\r\n"),
        _ => ok("application/json", wire::yahoo("NVDA", &bars())),
    });
    desk.fetch(&["NVDA", "--source", "yahoo"]).ends(0);
    assert_eq!(desk.replica.seen().len(), 3);
}

#[test]
fn yahoos_last_day_twice_is_one_session_with_its_last_row() {
    let mut rows = bars();
    let last = *rows.last().expect("a bar");
    rows.push(Bar {
        close: last.close + 0.5,
        ..last
    });
    let (on, close) = (last.on, last.close + 0.5);
    let open = wire::during(on) - 7_200;
    let mut stamps: Vec<i64> = bars().iter().map(|b| wire::during(b.on) - 7_200).collect();
    // The second row bears the moment of the close.
    stamps.push(open + 23_400);
    let text = wire::yahoo_stamped("NVDA", &rows, &stamps, on);
    let desk = Desk::new(move |_, _| ok("application/json", &text));
    desk.fetch(&["NVDA", "--source", "yahoo"]).ends(0);
    let export = desk.export("NVDA");
    assert_eq!(export.lines().count(), bars().len() + 1);
    let row = export.lines().last().expect("a row");
    assert!(
        row.starts_with(&on.to_string()) && row.contains(&format!(",{close},")),
        "{row}"
    );
}

#[test]
fn nasdaq_hangs_for_programs_without_a_name_and_answers_this_one() {
    let desk = Desk::new(|seen, _| match is_a_browser(seen) {
        true => ok("application/json", wire::nasdaq("NVDA", &bars())),
        false => vec![Act::Wait(Duration::from_secs(10))],
    });
    desk.fetch(&["NVDA", "--source", "nasdaq"]).ends(0);
}

#[test]
fn fred_may_be_slow() {
    let desk = Desk::new(|_, _| {
        let mut acts = vec![Act::Wait(Duration::from_millis(1_500))];
        acts.extend(ok(
            "text/csv",
            wire::fred("SP500", &bars(), "observation_date", ""),
        ));
        acts
    });
    desk.fetch(&["SP500", "--source", "fred"]).ends(0);
    // Without a first day the whole file would be asked for, which times out.
    assert!(desk.replica.seen()[0].parameter("cosd").is_some());
    let export = desk.export("SP500");
    assert!(!export.contains("2026-06-19"), "a holiday: {export}");
}

#[test]
fn rows_on_holidays_of_new_york_are_no_sessions() {
    let table = wire::cboe(&bars());
    assert!(table.contains("06/19/2026"));
    let desk = Desk::new(move |_, _| ok("text/csv", &table));
    desk.fetch(&["^VIX", "--source", "cboe"]).ends(0);
    let export = desk.export("^VIX");
    // A header, and all but the last session, which is published a day later.
    assert_eq!(export.lines().count(), bars().len());
    assert!(!export.contains("2026-06-19"), "{export}");
}

#[test]
fn a_new_vintage_of_factors_is_a_revision_and_missing_values_are_missing() {
    let june = wire::between(&bars(), None, Some("2026-06-30"));
    let july = wire::between(&bars(), None, Some("2026-07-31"));
    let zip = |body: Vec<u8>| ok("application/zip", body);
    let first = zip(wire::french(&june, "202606", 0.0));
    let desk = Desk::new(move |_, _| first.clone());
    let result = one(&desk
        .fetch_at("2026-08-25T13:00:00Z", &["ff3", "--source", "french"])
        .ends(0));
    // The annual block is no session.
    assert_eq!(result["rows"].as_u64(), Some(june.len() as u64));
    let second = zip(wire::french(&july, "202607", 0.01));
    let desk = desk.facing(move |_, _| second.clone());
    let result = one(&desk
        .fetch_at("2026-09-21T13:00:00Z", &["ff3", "--source", "french"])
        .ends(0));
    assert_eq!(outcome(&result).0, "updated", "{result}");
    let message = result["message"].as_str().expect("a message");
    assert!(message.contains("figures corrected"), "{message}");
    desk.verify();
}

#[test]
fn keys_that_are_wrong_and_minutes_that_are_full_are_told_apart() {
    let json = |body: &'static str| ok("application/json", body);
    let wrong = r#"{"Error Message":"the parameter apikey is invalid or missing. Please claim your free API key."}"#;
    let minute = r#"{"code":429,"message":"You have run out of API credits for the current minute.","status":"error"}"#;
    let states = [
        ("alphavantage", json(wrong), "bad-key"),
        (
            "eodhd",
            reply(429, &[], "Too Many Requests"),
            "rate-limited",
        ),
        (
            "tiingo",
            reply(429, &[], "{\"detail\":\"slow down\"}"),
            "rate-limited",
        ),
        // The minute that is waited for is shortened like all pauses of the program's own.
        ("twelvedata", json(minute), "rate-limited"),
        (
            "tiingo",
            reply(401, &[], "{\"detail\":\"Invalid token.\"}"),
            "bad-key",
        ),
    ];
    for (source, acts, class) in states {
        let desk = Desk::new(move |_, _| acts.clone());
        let result = one(&desk.fetch(&["NVDA", "--source", source]).ends(3));
        assert_eq!(outcome(&result).1, class, "{source}: {result}");
    }
}

/// Refusals of the sources of events.
fn refusals() -> Vec<(&'static str, &'static str, Vec<Act>)> {
    let page = |status, title: &str| {
        reply(
            status,
            &[("content-type", "text/html")],
            format!("<html><title>{title}</title>"),
        )
    };
    let json = |body: &'static str| ok("application/json", body);
    let throttle =
        "Please limit requests to one every 5 seconds or contact x@example.com for larger queries.";
    vec![
        (
            "edgar",
            "needs-key",
            page(
                403,
                "Your Request Originates from an Undeclared Automated Tool",
            ),
        ),
        (
            "edgar",
            "rate-limited",
            page(403, "SEC.gov | Request Rate Threshold Exceeded"),
        ),
        (
            "edgar",
            "unknown-symbol",
            reply(404, &[], "<html>404</html>"),
        ),
        (
            "federalregister",
            "schema-changed",
            reply(
                400,
                &[],
                r#"{"message":"field 'presidential_document_type' not valid"}"#,
            ),
        ),
        (
            "federalregister",
            "bot-check",
            redirect("https://unblock.federalregister.gov/?x=1"),
        ),
        (
            "federalregister",
            "no-data",
            json(r#"{"count":0,"description":"nothing"}"#),
        ),
        ("gdelt", "rate-limited", json(throttle)),
        ("gdelt", "no-data", json("{}")),
        (
            "gdelt",
            "no-data",
            json("One or more of your keywords were too short, too long or too common.\n"),
        ),
    ]
}

#[test]
fn refusals_of_event_sources_are_named_and_leave_the_catalogue() {
    let mine = "[[event]]\nid = \"own\"\nat = \"2025-01-27\"\n";
    for (source, class, acts) in refusals() {
        let desk = Desk::new(move |_, _| acts.clone());
        desk.sandbox.write("mine.toml", mine);
        let mut command = desk.command();
        command.env("SHOCKWAVE_KEY_EDGAR", "Jane Doe jane@example.com");
        command.args([
            "events",
            "import",
            "--into",
            "mine.toml",
            "--from",
            "2025-01-01",
        ]);
        command.args([
            "--to",
            "2025-03-31",
            "--write",
            "--json",
            "--source",
            source,
        ]);
        match source {
            "edgar" => command.args(["--instruments", "NVDA"]),
            _ => command.args(["--query", "chips"]),
        };
        let run = crate::support::Run::of(command.output().expect("the binary runs"));
        assert_eq!(
            run.code, 3,
            "{source} {class}: {} {}",
            run.stdout, run.stderr
        );
        assert_eq!(run.json()["class"], class, "{source}: {}", run.stdout);
        assert_eq!(desk.sandbox.read("mine.toml"), mine, "{source} {class}");
    }
}
