//! The local store: what goes in comes out, and damage is found.

use crate::support::{STORE, Sandbox, tree};
use std::fs;
use std::path::PathBuf;

/// Long before any test, so that nothing is unfinished.
pub const NOW: &str = "2025-01-02T12:00:00Z";

/// Bars with figures that need all of their digits, and a missing one.
const BARS: &str = "date,open,high,low,close,adj_close,volume\n\
    2024-06-05,118.371,122.449,117.468,122.44,122.39901234567891,528402000\n\
    2024-06-06,124.048,125.587,118.32,120.998,0.1,664696000\n\
    2024-06-07,119.77,121.692,118.022,120.88800048828125,,412386000.25\n";

pub fn import(sandbox: &Sandbox, file: &str, args: &[&str]) {
    let mut all = vec!["fetch", "--import", file, "--now", NOW];
    all.extend(args);
    sandbox.run(&all).ends(0);
}

pub fn json(sandbox: &Sandbox) -> serde_json::Value {
    serde_json::from_str(&sandbox.read("out/study.json")).expect("JSON")
}

/// The files of the store that are neither the lock nor the ledger.
fn series_files(sandbox: &Sandbox) -> Vec<PathBuf> {
    let files = tree(&sandbox.path(STORE));
    let series = files.keys().filter(|name| {
        !name.ends_with('/') && (name.ends_with(".json") || name.ends_with(".parquet"))
    });
    series.map(|name| sandbox.path(STORE).join(name)).collect()
}

#[test]
fn an_export_is_imported_and_exported_again_with_the_same_bytes() {
    let sandbox = Sandbox::new();
    sandbox.write("NVDA.csv", BARS);
    import(&sandbox, "NVDA.csv", &[]);
    let first = sandbox.run(&["store", "export", "NVDA"]).ends(0).stdout;
    assert_eq!(first, BARS);
    sandbox.write("again.csv", &first);
    let other = ["--store", "other"];
    import(
        &sandbox,
        "again.csv",
        &["--symbol", "NVDA", other[0], other[1]],
    );
    let args = [
        "store",
        "export",
        "NVDA",
        "--out",
        "third.csv",
        other[0],
        other[1],
    ];
    assert_eq!(sandbox.run(&args).ends(0).stdout, "");
    assert_eq!(sandbox.read("third.csv"), BARS);
    // The data files are the same too; only their manifests name other files.
    let parquet = |store: &str| -> Vec<Vec<u8>> {
        let files = sandbox.tree(store).into_iter();
        let data = files.filter(|(name, _)| name.ends_with(".parquet"));
        data.map(|(_, bytes)| bytes).collect()
    };
    assert_eq!(parquet(STORE), parquet("other"));
}

#[test]
fn an_export_as_parquet_can_be_imported() {
    let sandbox = Sandbox::new();
    sandbox.write("NVDA.csv", BARS);
    import(&sandbox, "NVDA.csv", &[]);
    let args = [
        "store",
        "export",
        "NVDA",
        "--format",
        "parquet",
        "--out",
        "x.parquet",
    ];
    sandbox.run(&args).ends(0);
    import(
        &sandbox,
        "x.parquet",
        &["--symbol", "NVDA", "--store", "other"],
    );
    let export = sandbox.run(&["store", "export", "NVDA", "--store", "other"]);
    assert_eq!(export.ends(0).stdout, BARS);
}

#[test]
fn the_list_says_what_is_there_and_whence() {
    let sandbox = Sandbox::new();
    let empty = sandbox.run(&["store", "list", "--json"]).ends(0).json();
    assert_eq!(empty["series"].as_array().map(Vec::len), Some(0));
    assert!(!sandbox.path(STORE).exists(), "reading made a store");
    sandbox.write("NVDA.csv", BARS);
    import(&sandbox, "NVDA.csv", &["--as", "mine"]);
    let list = sandbox.run(&["store", "list", "--json"]).ends(0).json();
    let series = &list["series"][0];
    for (key, value) in [
        ("source", "mine"),
        ("symbol", "NVDA"),
        ("first", "2024-06-05"),
        ("last", "2024-06-07"),
        ("adjustment_basis", "unknown"),
        ("fetched_at", NOW),
    ] {
        assert_eq!(series[key], value, "{key}");
    }
    assert_eq!(series["rows"], 3);
    let text = sandbox.run(&["store", "list"]).ends(0).stdout;
    assert!(
        text.contains("NVDA  mine  2024-06-05 to 2024-06-07"),
        "{text}"
    );
    let missing = sandbox.run(&["store", "export", "AMD"]).ends(2).stderr;
    assert!(missing.contains("no prices of AMD"), "{missing}");
}

#[test]
fn a_flipped_bit_in_any_file_is_found() {
    let sandbox = Sandbox::new();
    sandbox.write("NVDA.csv", BARS);
    import(&sandbox, "NVDA.csv", &[]);
    let sound = sandbox.run(&["store", "verify", "--json"]).ends(0).json();
    assert_eq!(sound, serde_json::json!({"ok": true, "problems": []}));
    let files = series_files(&sandbox);
    assert_eq!(files.len(), 2);
    for path in files {
        let bytes = fs::read(&path).expect("a file");
        for at in [0, bytes.len() / 3, bytes.len() / 2, bytes.len() - 1] {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            fs::write(&path, &damaged).expect("written");
            let found = sandbox.run(&["store", "verify", "--json"]).ends(1).json();
            assert_eq!(found["ok"], false, "{} byte {at}", path.display());
            assert_eq!(found["problems"].as_array().map(Vec::len), Some(1));
        }
        fs::write(&path, &bytes).expect("written");
    }
    fs::write(sandbox.path(STORE).join("ledger.sqlite"), "no database").expect("written");
    let found = sandbox.run(&["store", "verify"]).ends(1).stdout;
    assert!(found.contains("ledger.sqlite"), "{found}");
}

#[test]
fn corrected_figures_are_shown_with_their_old_values() {
    let sandbox = Sandbox::new();
    sandbox.write("NVDA.csv", BARS);
    import(&sandbox, "NVDA.csv", &[]);
    let none = sandbox.run(&["store", "diff"]).ends(0).stdout;
    assert!(none.contains("no stored figure"), "{none}");
    sandbox.write("NVDA.csv", BARS.replace("120.998", "121.25"));
    import(&sandbox, "NVDA.csv", &[]);
    let diff = sandbox
        .run(&["store", "diff", "NVDA", "--json"])
        .ends(0)
        .json();
    let revisions = diff["revisions"].as_array().expect("a list");
    assert_eq!(revisions.len(), 1);
    assert_eq!(revisions[0]["session"], "2024-06-06");
    assert_eq!(revisions[0]["field"], "close");
    assert_eq!(
        (&revisions[0]["old"], &revisions[0]["new"]),
        (&120.998.into(), &121.25.into())
    );
    let text = sandbox.run(&["store", "diff"]).ends(0).stdout;
    assert!(text.contains("close      120.998 -> 121.25"), "{text}");
    let refusal = sandbox.run(&["store", "diff", "AMD"]).ends(2).stderr;
    assert!(
        refusal.contains("the store holds no prices of AMD"),
        "{refusal}"
    );
}

#[test]
fn two_runs_do_not_write_at_once_and_readers_do_not_wait() {
    let sandbox = Sandbox::new();
    sandbox.write("NVDA.csv", BARS);
    import(&sandbox, "NVDA.csv", &[]);
    let lock = fs::File::options()
        .write(true)
        .open(sandbox.path(STORE).join("lock"))
        .expect("the lock");
    lock.lock().expect("it is free");
    let args = ["fetch", "--import", "NVDA.csv", "--now", NOW];
    let refused = sandbox.run(&args).ends(4).stderr;
    assert!(refused.contains("(fetch) since 2025-01-02"), "{refused}");
    sandbox.run(&["store", "verify"]).ends(0);
    sandbox.run(&["store", "export", "NVDA"]).ends(0);
    drop(lock);
    sandbox.run(&args).ends(0);
}
