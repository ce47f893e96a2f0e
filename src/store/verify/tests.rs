//! Single bits that flip in any file of a store: each is found, or provably changes nothing that
//! anybody reads.

use super::*;
use crate::prices::bars::Bar;
use crate::prices::dialect::AdjustmentBasis::Split;
use crate::prices::{CLOSE, PriceFrame, Provenance};
use crate::source::Figures;
use crate::store::{
    BaselineRow, Delivery, Entry, FetchRecord, OutboxRow, Owner, RunCompletion, RunRecord, Writer,
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rusqlite::types::Value;
use std::fs;
use std::path::PathBuf;

const FLIPS: usize = 400;

fn now() -> DateTime<Utc> {
    "2026-08-27T13:00:00Z".parse().unwrap()
}

fn writer(root: &Path) -> Writer {
    let owner = Owner {
        pid: 41,
        command: "test".into(),
    };
    Store::writer(root, now(), &owner).unwrap()
}

fn delivery(symbol: &str, factor: f64) -> Delivery {
    let first: NaiveDate = "2026-06-01".parse().unwrap();
    let symbol = crate::instrument::Symbol::new(symbol).unwrap();
    let bars: Vec<Bar> = (0..60)
        .map(|n| {
            let mut figures = [None; 6];
            figures[CLOSE] = Some((100.0 + n as f64 / 7.0) * if n > 50 { factor } else { 1.0 });
            Bar {
                session: first + Days::new(n),
                figures,
            }
        })
        .collect();
    let provenance = Provenance {
        name: String::new(),
        path: String::new(),
        dialect: String::new(),
        rows: 0,
        symbols: Vec::new(),
        first: None,
        last: None,
        adjustment_basis: Split,
        sha256: String::new(),
    };
    Delivery {
        source: "tiingo".into(),
        figures: Figures::Prices(PriceFrame::from_bars(&symbol, &bars, provenance).unwrap()),
        symbol,
        url: "https://api.tiingo.com/".into(),
        fetched_at: now(),
        etag: Some("\"a\"".into()),
        last_modified: None,
        basis: Split,
        complete: true,
    }
}

/// A store with rows in every table of its ledger.
fn fill(root: &Path) {
    let mut writer = writer(root);
    for (symbol, factor) in [("NVDA", 1.0), ("AMD", 1.0), ("NVDA", 1.01)] {
        let fetch = FetchRecord {
            source: "tiingo".into(),
            symbol: crate::instrument::Symbol::new(symbol).unwrap(),
            asked_from: Some("2026-06-01".parse().unwrap()),
            asked_to: None,
            at: now(),
            outcome: "updated".into(),
            class: None,
            message: Some("60 sessions stored".into()),
            rows: Some(60),
        };
        let entry = Entry {
            delivery: delivery(symbol, factor),
            record: Box::new(move |_| Some(fetch.clone())),
        };
        writer.update_group(vec![entry]).pop().unwrap().unwrap();
    }
    let refused: Vec<FetchRecord> = (0..300)
        .map(|n| FetchRecord {
            source: "stooq".into(),
            symbol: crate::instrument::Symbol::new(&format!("S{n:03}")).unwrap(),
            asked_from: None,
            asked_to: Some("2026-08-26".parse().unwrap()),
            at: now(),
            outcome: "refused".into(),
            class: Some("bot-check".into()),
            message: Some("sent a page that checks for a person".into()),
            rows: None,
        })
        .collect();
    writer
        .record_all(&refused.iter().collect::<Vec<_>>())
        .unwrap();
    writer.set_quota("stooq", now()).unwrap();
    let completion = RunCompletion {
        run: RunRecord {
            kind: "daily".into(),
            key: "2026-08-26".into(),
            started_at: now(),
            ended_at: Some(now()),
            outcome: Some("updated".into()),
            detail: Some("two studies".into()),
        },
        outbox: vec![OutboxRow {
            rule: "mail".into(),
            key: "2026-08-26 nvda".into(),
            body: "a message".repeat(20),
        }],
        baselines: vec![BaselineRow {
            study: "nvda-ai-shock".into(),
            session: "2026-08-26".into(),
            body: "{\"car\":0.0123}".repeat(40),
        }],
    };
    writer.complete_run(&completion).unwrap();
    writer
        .mark_sent(&[("mail".into(), "2026-08-26 nvda".into())])
        .unwrap();
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, all);
        } else if path.file_name().is_some_and(|name| name != "lock") {
            // The lock holds who wrote last, for people, and is written anew each time.
            all.push(path);
        }
    }
}

/// All that a ledger holds: its tables and their rows.
fn dump(ledger: &Path) -> rusqlite::Result<Vec<Vec<Value>>> {
    let connection = rusqlite::Connection::open(ledger)?;
    let mut all = Vec::new();
    for table in [
        "sqlite_schema",
        "fetches",
        "revisions",
        "quotas",
        "runs",
        "outbox",
        "baselines",
    ] {
        let mut rows = connection.prepare(&format!("SELECT * FROM {table}"))?;
        let n = rows.column_count();
        let rows = rows.query_map([], |row| (0..n).map(|at| row.get(at)).collect())?;
        all.extend(rows.collect::<rusqlite::Result<Vec<Vec<Value>>>>()?);
    }
    Ok(all)
}

#[test]
fn a_flipped_bit_in_any_file_is_found_or_changes_nothing_that_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("store");
    fill(&root);
    let store = Store::open(&root).unwrap();
    assert_eq!(store.verify().unwrap().problems, []);
    let tidy = || {
        for beside in ["ledger.sqlite-wal", "ledger.sqlite-shm"] {
            let _ = fs::remove_file(root.join(beside));
        }
    };
    // What readers share: empty while nobody writes.
    tidy();
    let mut all = Vec::new();
    files(&root, &mut all);
    assert_eq!(all.len(), 5, "{all:?}");
    let ledger = root.join("ledger.sqlite");
    let whole = dump(&ledger).unwrap();
    let mut chance = ChaCha8Rng::seed_from_u64(4);
    let (mut found, mut harmless) = (0, 0);
    for flip in 0..FLIPS {
        // Every second one in the ledger, the only file with bytes that nobody reads.
        let path = match flip % 2 {
            0 => &ledger,
            _ => &all[chance.random_range(0..all.len())],
        };
        let sound = fs::read(path).unwrap();
        let (at, bit) = (
            chance.random_range(0..sound.len()),
            chance.random_range(0..8),
        );
        let mut damaged = sound.clone();
        damaged[at] ^= 1 << bit;
        fs::write(path, &damaged).unwrap();
        if store.verify().unwrap().ok {
            assert_eq!(path, &ledger, "byte {at} bit {bit}");
            assert_eq!(dump(&ledger).unwrap(), whole, "byte {at} bit {bit}");
            harmless += 1;
        } else {
            found += 1;
        }
        fs::write(path, &sound).unwrap();
        tidy();
    }
    println!("{FLIPS} flips: {found} found, {harmless} in bytes of the ledger that nobody reads");
    assert!(found > FLIPS / 2);
    assert_eq!(store.verify().unwrap().problems, []);
}

#[test]
fn a_flip_in_any_cell_of_the_ledger_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("store");
    fill(&root);
    let store = Store::open(&root).unwrap();
    let changes = [
        "UPDATE fetches SET rows = 61 WHERE symbol = 'AMD'",
        "UPDATE fetches SET message = NULL WHERE symbol = 'AMD'",
        "UPDATE revisions SET old = old + 1e-9 WHERE rowid = 1",
        "UPDATE quotas SET until = '2026-08-27T13:00:01.000000Z'",
        "UPDATE runs SET detail = 'Two studies'",
        "UPDATE outbox SET sent = 0",
        "UPDATE baselines SET session = '2026-08-25'",
        "UPDATE baselines SET seal = NULL",
    ];
    let path = root.join("ledger.sqlite");
    let sound = fs::read(&path).unwrap();
    for change in changes {
        let connection = rusqlite::Connection::open(&path).unwrap();
        assert_eq!(connection.execute(change, []).unwrap(), 1, "{change}");
        drop(connection);
        let problems = store.verify().unwrap().problems;
        let table = change.split(' ').nth(1).unwrap();
        assert!(
            problems.len() == 1 && problems[0].problem.contains(table),
            "{problems:?}"
        );
        fs::write(&path, &sound).unwrap();
    }
}

#[test]
fn a_ledger_of_an_older_version_is_sealed_when_it_is_opened_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("store");
    fill(&root);
    let path = root.join("ledger.sqlite");
    let connection = rusqlite::Connection::open(&path).unwrap();
    for table in [
        "fetches",
        "revisions",
        "quotas",
        "runs",
        "outbox",
        "baselines",
    ] {
        let drop = format!("ALTER TABLE {table} DROP COLUMN seal");
        connection.execute(&drop, []).unwrap();
    }
    connection.execute("DROP TABLE series", []).unwrap();
    connection.pragma_update(None, "user_version", 2).unwrap();
    drop(connection);
    let store = Store::open(&root).unwrap();
    assert_eq!(store.verify().unwrap().problems, []);
    let before = store.revisions(None).unwrap();
    assert_eq!(before.len(), 9);
    drop(writer(&root));
    assert_eq!(store.verify().unwrap().problems, []);
    assert_eq!(store.revisions(None).unwrap(), before);
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute("UPDATE outbox SET body = 'b'", [])
        .unwrap();
    assert!(!store.verify().unwrap().ok);
}

#[test]
fn a_series_that_is_lost_is_missed_and_what_is_left_of_it_stays() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for symbol in ["NVDA", "SPY"] {
        writer(root).update(delivery(symbol, 1.0)).unwrap();
    }
    let problems = || Store::open(root).unwrap().verify().unwrap().problems;
    assert_eq!(problems(), []);
    let series = |symbol: &str| {
        let symbol = crate::instrument::Symbol::new(symbol).unwrap();
        series_folder(
            root,
            crate::store::manifest::Kind::Prices,
            "tiingo",
            &symbol,
        )
    };
    let data = |folder: &Path| {
        let names = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
        names
            .filter(|p| p.extension().is_some_and(|e| e == "parquet"))
            .count()
    };
    fs::remove_file(series("NVDA").join(MANIFEST)).unwrap();
    fs::remove_dir_all(series("SPY")).unwrap();
    // The next run that writes leaves the data that nothing names any more.
    drop(writer(root));
    assert_eq!(data(&series("NVDA")), 1);
    let found = problems();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0]
            .problem
            .contains("gone: fetch NVDA from tiingo again"),
        "{found:?}"
    );
    assert!(found[1].file.contains("SPY"), "{found:?}");
    // Fetched again, all is well, and no second data file stays.
    for symbol in ["NVDA", "SPY"] {
        writer(root).update(delivery(symbol, 1.0)).unwrap();
    }
    assert_eq!((problems(), data(&series("NVDA"))), (Vec::new(), 1));
}

#[test]
fn a_folder_under_another_name_gives_nobody_elses_figures() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for symbol in ["NVDA", "SPY"] {
        writer(root).update(delivery(symbol, 1.0)).unwrap();
    }
    let symbol = |name| crate::instrument::Symbol::new(name).unwrap();
    let kind = crate::store::manifest::Kind::Prices;
    let series = |name| series_folder(root, kind, "tiingo", &symbol(name));
    fs::remove_dir_all(series("NVDA")).unwrap();
    fs::rename(series("SPY"), series("NVDA")).unwrap();
    let store = Store::open(root).unwrap();
    let error = store.read("tiingo", &symbol("NVDA")).unwrap_err();
    assert!(error.to_string().contains("SPY from tiingo"), "{error}");
    assert!(store.known("tiingo", &symbol("NVDA")).unwrap().is_none());
    assert!(store.find(&symbol("NVDA")).unwrap().is_empty());
    assert_eq!(store.list().unwrap().broken.len(), 1);
    assert_eq!(store.verify().unwrap().problems.len(), 2);
    for name in ["NVDA", "SPY"] {
        writer(root).update(delivery(name, 1.0)).unwrap();
    }
    assert!(store.verify().unwrap().ok);
}

#[test]
fn a_ledger_that_is_gone_is_missed_until_a_new_one_is_begun() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let store = Store::open(root).unwrap();
    assert!(store.verify().unwrap().ok, "an empty folder needs none");
    writer(root).update(delivery("NVDA", 1.0)).unwrap();
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(root.join(format!("ledger.sqlite{end}")));
    }
    let found = store.verify().unwrap().problems;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].file, "ledger.sqlite");
    drop(writer(root));
    assert!(store.verify().unwrap().ok);
}

#[test]
fn a_first_fetch_that_was_killed_is_no_loss() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    writer(root).update(delivery("NVDA", 1.0)).unwrap();
    // As if the run had ended before the ledger heard of the manifest, or of the series at all.
    let symbol = crate::instrument::Symbol::new("NVDA").unwrap();
    let series = series_folder(
        root,
        crate::store::manifest::Kind::Prices,
        "tiingo",
        &symbol,
    );
    let connection = rusqlite::Connection::open(root.join("ledger.sqlite")).unwrap();
    connection.execute("DELETE FROM series", []).unwrap();
    drop(connection);
    fs::remove_file(series.join(MANIFEST)).unwrap();
    assert!(Store::open(root).unwrap().verify().unwrap().ok);
    drop(writer(root));
    let left = fs::read_dir(&series).unwrap().count();
    assert_eq!(left, 0, "what a killed run left is removed");
}
