//! 1 January to 31 March 2025, replayed.

use super::Desk;
use crate::support::difference;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const END: &str = "2025-04-01T12:00:00Z";

#[test]
fn a_quarter_of_trading_days() {
    let desk = Desk::new();
    let output = desk.replay(END).output().expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // Events are provisional for some days, which is exit code 1.
    assert_eq!(output.status.code(), Some(1), "{said}");

    let index = desk.json("reports/index.json");
    let reports = index["studies"][0]["reports"].as_array().expect("reports");
    let sessions: BTreeSet<&str> = reports
        .iter()
        .filter_map(|r| r["session"].as_str())
        .collect();
    assert_eq!((reports.len(), sessions.len()), (60, 60));
    for holiday in ["2025-01-01", "2025-01-09", "2025-01-20", "2025-02-17"] {
        assert!(!sessions.contains(holiday), "{holiday}");
    }
    // Clocks went forward on 9 March: 18:30 New York is an hour earlier in UTC.
    let run_at = |session: &str| {
        let report = reports
            .iter()
            .find(|r| r["session"] == session)
            .expect("a report");
        report["run_at"].as_str().expect("a time").to_owned()
    };
    assert_eq!(run_at("2025-03-07"), "2025-03-07T23:30:00Z");
    assert_eq!(run_at("2025-03-10"), "2025-03-10T22:30:00Z");
    trail(&desk, &sessions);
    messages(&desk);
    let status = desk.json("reports/status.json");
    assert_eq!(status["next"]["session"], "2025-04-01");
    assert_eq!(
        (&status["session"], &status["healthy"]),
        (&"2025-03-31".into(), &true.into())
    );
    desk.run(&["status", "schedule.toml", "--now", END]).ends(0);
}

/// The sell-off: new on its day, complete ten sessions later, and moved by nothing but sessions.
fn trail(desk: &Desk, sessions: &BTreeSet<&str>) {
    let mut moved = Vec::new();
    let mut status = Vec::new();
    for session in sessions {
        let changes = desk.json(&format!("reports/watch/{session}/changes.json"));
        for change in changes["changes"].as_array().expect("changes") {
            assert_eq!(change["kind"], "new-session", "{session}: {change}");
            if change["event_id"] == "deepseek" {
                moved.push(*session);
                if let Some(to) = change["status"]["after"].as_str() {
                    status.push(format!("{session} {to}"));
                }
            }
        }
    }
    assert_eq!(moved.first(), Some(&"2025-01-27"));
    assert_eq!(moved.last(), Some(&"2025-02-10"));
    assert_eq!(status, ["2025-02-10 used"]);
}

fn messages(desk: &Desk) {
    let log = desk.sandbox.read("reports/messages.jsonl");
    let keys: Vec<String> = log
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|message| message["key"].as_str().expect("a key").to_owned())
        .collect();
    let unique: BTreeSet<&String> = keys.iter().collect();
    assert_eq!(unique.len(), keys.len());
    for key in [
        "abnormal-return/watch/NVDA/2025-01-27",
        "completed-window/watch/deepseek/NVDA/-10:10",
    ] {
        assert!(keys.iter().any(|k| k == key), "{key}: {keys:?}");
    }
    // The receiver failed twice, and then took every message once.
    let taken = desk.taken();
    assert_eq!(taken.len(), keys.len());
    assert!(taken.values().all(|n| *n == 1), "{taken:?}");
    let signed = |seen: &crate::replica::Seen| {
        seen.header("x-shockwave-signature")
            .is_some_and(|s| s.starts_with("sha256=") && s.len() == 71)
    };
    assert!(desk.hook_requests().iter().all(signed));
    let feed = desk.sandbox.read("reports/feed.xml");
    let feed = roxmltree::Document::parse(&feed).expect("XML");
    let entries = feed
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2005/Atom", "entry")));
    assert_eq!(entries.count(), keys.len());
}

/// Numbers that are the same in every run of the test.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn a_quarter_killed_a_hundred_times_ends_where_it_would_have_ended() {
    let undisturbed = Desk::new();
    let began = Instant::now();
    undisturbed.replay(END).output().expect("the binary runs");
    let whole = began.elapsed();

    let killed = Desk::beside(&undisturbed);
    let mut state = 20_250_127;
    let mut n_killed = 0;
    // Long enough for a few runs, and together for all of them.
    let longest = u64::try_from(whole.as_millis()).expect("a time") / 25;
    while n_killed < 100 {
        let mut child = killed.begin(END);
        std::thread::sleep(Duration::from_millis(random(&mut state) % longest.max(20)));
        // Where it was done before, the next ones find nothing left to do but settle.
        child.kill().expect("a kill");
        child.wait().expect("a child");
        n_killed += 1;
    }
    let last = killed.replay(END).output().expect("the binary runs");
    assert!(matches!(last.status.code(), Some(0 | 1)), "{last:?}");
    let (expected, found) = (undisturbed.files(), killed.files());
    let differences = difference(&expected, &found);
    for name in &differences {
        let lines = |tree: &crate::support::Tree| {
            let bytes = tree.get(name).cloned().unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let (expected, found) = (lines(&expected), lines(&found));
        let first = expected.lines().zip(found.lines()).find(|(a, b)| a != b);
        eprintln!("{name}: {first:?}");
    }
    assert_eq!(differences, Vec::<String>::new());
    let (expected, found) = (undisturbed.ledger(), killed.ledger());
    for (expected, found) in expected.iter().zip(&found) {
        assert_eq!(expected, found);
    }
    assert_eq!(expected.len(), found.len());
    // A message that was taken just before a kill comes again, under the same key.
    let keys = |desk: &Desk| desk.taken().into_keys().collect::<BTreeSet<String>>();
    assert_eq!(keys(&undisturbed), keys(&killed));
}
