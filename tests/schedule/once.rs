//! Single runs: on a holiday, before the figures are out, with a new event, beside another run.

use super::{BEGIN, Desk, closes, time_series};
use crate::replica::{Act, Replica};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn a_holiday_is_no_alarm_and_a_second_run_changes_nothing() {
    let desk = Desk::new();
    let friday = desk.once("2025-01-17T23:30:00Z").ends(1).json();
    assert_eq!(
        (&friday["session"], &friday["outcome"]),
        (&json!("2025-01-17"), &json!("updated"))
    );
    let before = (desk.files(), desk.ledger());
    for now in [
        "2025-01-17T23:30:00Z",
        "2025-01-18T12:00:00Z",
        "2025-01-20T23:30:00Z",
    ] {
        let again = desk.once(now).ends(1).json();
        assert_eq!(again["session"], "2025-01-17");
        assert_eq!(again["outcome"], "current");
        assert_eq!(again["changes"], json!([]));
        assert_eq!(desk.ledger(), before.1, "{now}");
    }
    let due = desk.run(&[
        "once",
        "schedule.toml",
        "--if-due",
        "--json",
        "--now",
        "2025-01-20T23:30:00Z",
    ]);
    assert_eq!(due.ends(0).json()["next"]["session"], "2025-01-21");
}

#[test]
fn new_sessions_events_settings_and_revisions_are_told_apart() {
    let revised = Arc::new(AtomicBool::new(false));
    let (flag, figures) = (Arc::clone(&revised), closes());
    let source = Replica::start(move |seen, _| {
        let mut figures = figures.clone();
        if flag.load(Ordering::SeqCst) {
            let nvda = figures.get_mut("NVDA").expect("prices");
            let day = nvda
                .iter_mut()
                .find(|(date, _)| date == "2025-01-27")
                .expect("a day");
            day.1 = "118.00".to_owned();
        }
        vec![Act::Send(time_series(&figures, seen))]
    });
    let desk = Desk::facing(source);
    let study = desk.sandbox.read("watch.toml");
    let with_pages = study.replace("[\"csv\", \"json\"]", "[\"json\", \"html\", \"md\"]");
    desk.sandbox.write("watch.toml", with_pages);
    let kinds = |run: &crate::support::Run| {
        let mut kinds: Vec<String> = run.json()["changes"]
            .as_array()
            .expect("changes")
            .iter()
            .map(|change| format!("{} {}", change["kind"], change["event_id"]).replace('"', ""))
            .collect();
        kinds.dedup();
        kinds
    };
    desk.once("2025-01-27T23:30:00Z").ends(1);
    let tuesday = desk.once("2025-01-28T23:30:00Z").ends(1);
    assert_eq!(kinds(&tuesday), ["new-session r1", "new-session deepseek"]);

    let events = desk.sandbox.read("events.csv");
    desk.sandbox.write(
        "events.csv",
        format!("{events}v3,2024-12-26,DeepSeek-V3,NVDA\n"),
    );
    let event = desk.once("2025-01-28T23:45:00Z").ends(1);
    assert_eq!(kinds(&event), ["new-event v3"]);

    let study = desk.sandbox.read("watch.toml");
    desk.sandbox
        .write("watch.toml", format!("estimation = \"-200:-11\"\n{study}"));
    let settings = desk.once("2025-01-28T23:50:00Z").ends(1);
    assert_eq!(
        settings.json()["changes"][0]["fields"][0]["field"],
        "estimation"
    );
    assert!(
        kinds(&settings)
            .iter()
            .all(|kind| kind.starts_with("settings"))
    );

    revised.store(true, Ordering::SeqCst);
    let revision = desk.once("2025-01-29T23:30:00Z").ends(1);
    let found = kinds(&revision);
    assert!(found.contains(&"revision deepseek".to_owned()), "{found:?}");
    assert!(
        found.contains(&"new-session deepseek".to_owned()),
        "{found:?}"
    );
    let page = desk.sandbox.read("reports/watch/2025-01-29/changes.html");
    assert!(page.contains("Revised data") && page.contains("New sessions"));
    for page in ["report.html", "report.md"] {
        let page = desk
            .sandbox
            .read(&format!("reports/watch/2025-01-29/{page}"));
        assert!(page.contains("What changed since the last run"));
        assert!(page.contains("Revised data (") && page.contains("New sessions ("));
    }
    let first = desk.sandbox.read("reports/watch/2025-01-27/report.md");
    assert!(!first.contains("What changed since the last run"));
}

#[test]
fn what_is_not_published_is_planned_again() {
    let figures = closes();
    // The source lags a day behind.
    let source = Replica::start(move |seen, _| {
        let mut figures = figures.clone();
        for rows in figures.values_mut() {
            rows.retain(|(date, _)| date.as_str() < "2025-01-27");
        }
        vec![Act::Send(time_series(&figures, seen))]
    });
    let desk = Desk::facing(source);
    desk.once("2025-01-24T23:30:00Z").ends(1);
    let late = desk.once("2025-01-27T23:30:00Z").ends(3).json();
    assert_eq!(late["outcome"], "not-published");
    assert_eq!(
        late["next"],
        json!({"at": "2025-01-27T23:45:00Z", "session": "2025-01-27", "why": "retry"})
    );
    let status = desk.run(&["status", "schedule.toml", "--now", "2025-01-28T12:00:00Z"]);
    assert!(status.ends(3).stdout.contains("not published yet"));
}

#[test]
fn a_second_copy_finds_the_lock_and_says_whose() {
    let desk = Desk::new();
    let mut child = desk.begin("2025-03-01T12:00:00Z");
    let lock = desk.sandbox.path("store/schedule-lock");
    let named = || std::fs::read_to_string(&lock).is_ok_and(|text| text.contains("schedule run"));
    while !named() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let second = desk.once(BEGIN).ends(4);
    let owner = format!("process {} (schedule run)", child.id());
    assert!(second.stderr.contains(&owner), "{}", second.stderr);
    child.kill().expect("a kill");
    child.wait().expect("a child");
    // The lock of a process that is dead is no obstacle.
    desk.once("2025-03-01T12:00:00Z").ends(1);
}

#[test]
fn old_reports_leave_a_page_that_says_so() {
    let desk = Desk::new();
    let schedule = desk.sandbox.read("schedule.toml");
    desk.sandbox
        .write("schedule.toml", format!("keep = \"2\"\n{schedule}"));
    for day in [22, 23, 24] {
        desk.once(&format!("2025-01-{day}T23:30:00Z")).ends(1);
    }
    let gone = desk.sandbox.tree("reports/watch/2025-01-22");
    assert_eq!(gone.keys().collect::<Vec<_>>(), ["report.html"]);
    let page = desk.sandbox.read("reports/watch/2025-01-22/report.html");
    assert!(page.contains("was removed") && page.contains("../latest.html"));
    assert!(
        desk.sandbox
            .path("reports/watch/2025-01-23/study.json")
            .exists()
    );
    let index = desk.json("reports/index.json");
    assert_eq!(index["studies"][0]["reports"][2]["removed"], true);
}
