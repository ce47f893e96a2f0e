use super::*;
use crate::store::merge::Change;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn symbol() -> Symbol {
    Symbol::new("NVDA").unwrap()
}

fn change(old: f64, new: f64) -> Change {
    Change {
        session: "2025-01-27".parse().unwrap(),
        field: "close".into(),
        old: Some(old),
        new: Some(new),
    }
}

#[test]
fn a_ledger_grows_from_version_0_and_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    // An empty file is an SQLite database of version 0.
    std::fs::write(folder.path().join("ledger.sqlite"), "").unwrap();
    assert!(Ledger::read(folder.path()).unwrap().is_none());
    for _ in 0..2 {
        let ledger = Ledger::open(folder.path()).unwrap();
        assert_eq!(ledger.version().unwrap(), MIGRATIONS.len());
        assert_eq!(ledger.integrity().unwrap(), Vec::<String>::new());
        ledger
            .set_quota("tiingo", at("2025-01-29T00:00:00Z"))
            .unwrap();
    }
    let ledger = Ledger::read(folder.path()).unwrap().unwrap();
    let until = ledger.quota("tiingo").unwrap();
    assert_eq!(until, Some(at("2025-01-29T00:00:00Z")));
    assert_eq!(ledger.quota("stooq").unwrap(), None);
}

#[test]
fn a_newer_ledger_is_refused_with_the_cure() {
    let folder = tempfile::tempdir().unwrap();
    drop(Ledger::open(folder.path()).unwrap());
    let path = folder.path().join("ledger.sqlite");
    let newer = MIGRATIONS.len() as i64 + 1;
    let connection = Connection::open(path).unwrap();
    connection
        .pragma_update(None, "user_version", newer)
        .unwrap();
    drop(connection);
    for error in [
        Ledger::open(folder.path()).unwrap_err(),
        Ledger::read(folder.path()).unwrap_err(),
    ] {
        assert!(error.to_string().contains("newer version"), "{error}");
    }
}

#[test]
fn what_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("ledger.sqlite"),
        "not a database".repeat(100),
    )
    .unwrap();
    assert!(Ledger::open(folder.path()).is_err());
}

#[test]
fn the_same_record_twice_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path()).unwrap();
    let fetch = FetchRecord {
        source: "stooq".into(),
        symbol: symbol(),
        asked_from: Some("2025-01-13".parse().unwrap()),
        asked_to: None,
        at: at("2025-01-28T23:30:00.5Z"),
        outcome: "refused".into(),
        class: Some("bot-check".into()),
        message: None,
        rows: None,
    };
    let mut run = RunRecord {
        kind: "daily".into(),
        key: "2025-01-28".into(),
        started_at: at("2025-01-28T23:30:00Z"),
        ended_at: None,
        outcome: None,
        detail: None,
    };
    for _ in 0..2 {
        ledger.record_group(&[], &[&fetch]).unwrap();
        ledger.record_run(&run).unwrap();
        run.ended_at = Some(at("2025-01-28T23:31:00Z"));
        run.outcome = Some("done".into());
    }
    assert_eq!(ledger.fetches("stooq", &symbol()).unwrap(), [fetch]);
    assert_eq!(ledger.runs("daily").unwrap(), [run]);
    assert!(ledger.runs("weekly").unwrap().is_empty());
}

#[test]
fn changes_of_a_generation_that_never_was_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path()).unwrap();
    let nvda = symbol();
    assert_eq!(ledger.next_generation("stooq", &nvda).unwrap(), 1);
    let seen = at("2025-01-28T23:30:00Z");
    let mut record = |generation, old, new| {
        let series = SeriesChanges {
            source: "stooq",
            symbol: &nvda,
            generation,
            seen_at: seen,
            changes: &[change(old, new)],
        };
        ledger.record_group(&[series], &[]).unwrap();
    };
    record(2, 118.4, 118.42);
    record(3, 118.42, 1.0);
    record(3, 118.42, 118.5);
    let found = ledger.revisions(Some(&nvda)).unwrap();
    let found: Vec<_> = found.iter().map(|r| (r.generation, r.old, r.new)).collect();
    assert_eq!(
        found,
        [
            (2, Some(118.4), Some(118.42)),
            (3, Some(118.42), Some(118.5))
        ]
    );
    assert_eq!(ledger.next_generation("stooq", &nvda).unwrap(), 4);
    let other = Symbol::new("AMD").unwrap();
    assert!(ledger.revisions(Some(&other)).unwrap().is_empty());
    assert_eq!(ledger.revisions(None).unwrap().len(), 2);
}
