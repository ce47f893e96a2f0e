//! The local store: what goes in comes out, damage is found, studies take their prices from it.

use crate::support::{STORE, Sandbox, market, tree};
use std::fs;
use std::path::PathBuf;

/// Long before any test, so that nothing is unfinished.
const NOW: &str = "2025-01-02T12:00:00Z";

/// Bars with figures that need all of their digits, and a missing one.
const BARS: &str = "date,open,high,low,close,adj_close,volume\n\
    2024-06-05,118.371,122.449,117.468,122.44,122.39901234567891,528402000\n\
    2024-06-06,124.048,125.587,118.32,120.998,0.1,664696000\n\
    2024-06-07,119.77,121.692,118.022,120.88800048828125,,412386000.25\n";

fn import(sandbox: &Sandbox, file: &str, args: &[&str]) {
    let mut all = vec!["fetch", "--import", file, "--now", NOW];
    all.extend(args);
    sandbox.run(&all).ends(0);
}

fn json(sandbox: &Sandbox) -> serde_json::Value {
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
    let other = sandbox
        .run(&["store", "diff", "AMD", "--json"])
        .ends(0)
        .json();
    assert_eq!(other["revisions"].as_array().map(Vec::len), Some(0));
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

/// A sandbox whose store has the made-up market, and its events.
fn stored_market() -> Sandbox {
    let sandbox = Sandbox::with_market();
    import(&sandbox, "prices.csv", &[]);
    sandbox
}

const STUDY: [&str; 7] = [
    "study",
    "--events",
    "events.csv",
    "--benchmark",
    "MKT",
    "--out",
    "out",
];

#[test]
fn a_study_takes_its_prices_from_the_store() {
    let sandbox = stored_market();
    sandbox.study(&["--out", "from-files"]).ends(0);
    let run = sandbox.run(&STUDY).ends(0);
    assert!(
        run.stderr.contains("prices from import: AAA, BBB, MKT"),
        "{}",
        run.stderr
    );
    for table in ["cars.csv", "tests.csv", "ledger.csv"] {
        let (a, b) = (format!("out/{table}"), format!("from-files/{table}"));
        assert_eq!(sandbox.read(&a), sandbox.read(&b), "{table}");
    }
    let inputs = json(&sandbox)["inputs"].clone();
    let list = sandbox.run(&["store", "list", "--json"]).ends(0).json();
    let stored = list["series"].as_array().expect("a list");
    for series in stored {
        let name = format!("store:import/{}", series["symbol"].as_str().expect("text"));
        let inputs = inputs.as_array().expect("a list");
        let input = inputs
            .iter()
            .find(|i| i["name"] == name.as_str())
            .expect("an input");
        assert_eq!(input["sha256"], series["sha256"]);
        assert_eq!(input["fetched_at"], NOW);
        assert_eq!(input["source"], "import");
        assert_eq!(input["adjustment"], "not stated by the file");
    }
}

#[test]
fn the_source_is_the_one_that_is_named_else_the_one_that_reaches_furthest() {
    let sandbox = stored_market();
    let short = market::made_up().until("2024-11-29");
    sandbox.write("short.csv", short.long());
    import(&sandbox, "short.csv", &["--as", "alpha"]);
    let run = sandbox.run(&STUDY).ends(0);
    assert!(run.stderr.contains("prices from import"), "{}", run.stderr);
    let mut args = STUDY.to_vec();
    args.extend(["--source", "alpha"]);
    let run = sandbox.run(&args).ends(0);
    assert!(
        run.stderr.contains("prices from alpha: AAA, BBB, MKT"),
        "{}",
        run.stderr
    );
    assert_eq!(json(&sandbox)["data_range"][1], "2024-11-29");
    sandbox.write(
        "study.toml",
        "events = [\"events.csv\"]\nbenchmark = \"MKT\"\nsource = \"alpha\"\nout = \"out\"\n",
    );
    let run = sandbox.run(&["study", "study.toml"]).ends(0);
    assert!(run.stderr.contains("prices from alpha"), "{}", run.stderr);
    // What is not there is refused with the cure; it is no name of a source that could be asked.
    let mut args = STUDY.to_vec();
    args.extend(["--source", "nobody"]);
    let refused = sandbox.run(&args).ends(2).stderr;
    assert!(refused.contains("nothing from nobody"), "{refused}");
    let mut args = STUDY.to_vec();
    args.extend(["--source", "sample"]);
    let refused = sandbox.run(&args).ends(2).stderr;
    assert!(refused.contains("hold no MKT"), "{refused}");
}

#[test]
fn a_damaged_series_is_named_and_not_replaced_by_another_unseen() {
    let sandbox = stored_market();
    let folder = sandbox.path(STORE).join("prices/_I_M_P_O_R_T/BBB");
    for entry in fs::read_dir(folder).expect("the folder of BBB") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "parquet") {
            let mut bytes = fs::read(&path).expect("a file");
            bytes[100] ^= 1;
            fs::write(&path, bytes).expect("written");
        }
    }
    let run = sandbox.run(&STUDY).ends(1);
    assert!(run.stderr.contains("store:import/BBB"), "{}", run.stderr);
    assert!(sandbox.read("out/ledger.csv").contains("BBB"));
}

#[test]
fn the_programs_own_study_takes_what_the_store_has_and_embedded_prices_for_the_rest() {
    let sandbox = Sandbox::new();
    let quick = ["--placebo", "off", "--tests", "bmp_t", "--out", "out"];
    let plain = |more: &[&str]| {
        let mut args = vec!["study"];
        args.extend(quick);
        args.extend(more);
        // Some of its events have no final result.
        sandbox.run(&args).ends(1)
    };
    plain(&[]);
    let before = sandbox.tree("out");
    // The embedded closes of NVDA, as if a source had delivered them.
    let sample = include_str!("../../data/sample/close.csv");
    let mut rows = sample
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>());
    let header = rows.next().expect("a header");
    let nvda = header
        .iter()
        .position(|name| *name == "NVDA")
        .expect("NVDA");
    let mut file = "date,close\n".to_owned();
    for row in rows {
        file += &format!("{},{}\n", row[0], row[nvda]);
    }
    sandbox.write("NVDA.csv", file);
    import(&sandbox, "NVDA.csv", &["--as", "mine"]);
    let run = plain(&[]);
    assert!(
        run.stderr.contains("prices from mine: NVDA"),
        "{}",
        run.stderr
    );
    let names: Vec<String> = json(&sandbox)["inputs"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|input| input["name"].as_str().unwrap_or("").to_owned())
        .collect();
    assert!(names.contains(&"store:mine/NVDA".to_owned()), "{names:?}");
    assert!(
        names.iter().any(|n| n.starts_with("embedded:sample")),
        "{names:?}"
    );
    let run = plain(&["--source", "sample"]);
    assert!(!run.stderr.contains("prices from"), "{}", run.stderr);
    assert_eq!(
        crate::support::difference(&before, &sandbox.tree("out")),
        Vec::<String>::new()
    );
}

#[test]
fn closes_on_two_bases_are_named_and_never_mixed_for_one_symbol() {
    let sandbox = stored_market();
    // A raw and a split-adjusted file, as two sources write them.
    let market = market::made_up();
    let dated = |symbol: &str, header: &str, row: &dyn Fn(&str, f64) -> String| {
        let (_, closes) = market
            .series
            .iter()
            .find(|(s, _)| *s == symbol)
            .expect("it");
        let rows = market.sessions.iter().zip(closes);
        let rows = rows.map(|(session, close)| row(&session.to_string(), *close));
        format!("{header}\n{}\n", rows.collect::<Vec<_>>().join("\n"))
    };
    let alphavantage = |s: &str, c: f64| format!("{s},{c},{c},{c},{c},1000");
    let header = "timestamp,open,high,low,close,volume";
    sandbox.write("AAA.csv", dated("AAA", header, &alphavantage));
    let yahoo = |s: &str, c: f64| format!("{s},{c},{c},{c},{c},{c},1000");
    let header = "Date,Open,High,Low,Close,Adj Close,Volume";
    sandbox.write("MKT.csv", dated("MKT", header, &yahoo));
    let files = ["--prices", "AAA.csv", "MKT.csv", "--instruments", "AAA"];
    sandbox.study(&files).ends(1);
    let warnings = json(&sandbox)["warnings"].clone();
    let warnings = warnings.as_array().expect("a list");
    let mixed = warnings
        .iter()
        .find(|w| w["kind"] == "mixed-basis")
        .expect("the warning");
    let series = mixed["series"].to_string();
    assert!(
        series.contains("as traded") && series.contains("splits"),
        "{series}"
    );
    sandbox.write("more/AAA.csv", dated("AAA", header, &yahoo));
    let files = ["--prices", "AAA.csv", "more/AAA.csv", "MKT.csv"];
    let refused = sandbox.study(&files).ends(2).stderr;
    assert!(refused.contains("prices of AAA on two bases"), "{refused}");
}

#[test]
fn factors_of_the_store_come_before_the_embedded_ones() {
    let sandbox = Sandbox::with_market();
    let mut sessions = market::made_up().sessions;
    sessions.truncate(480);
    let mut file = "date,Mkt-RF,SMB,HML,RF\n".to_owned();
    for (n, session) in sessions.iter().enumerate() {
        let x = (n as f64 * 1.7).sin();
        file += &format!(
            "{session},{x:.2},{:.2},{:.2},0.01\n",
            x * 0.3 + 0.1,
            0.5 - x
        );
    }
    sandbox.write("ff3.csv", file);
    import(&sandbox, "ff3.csv", &["--symbol", "ff3", "--as", "french"]);
    for (args, name) in [
        (&["--model", "ff3"][..], "store:french/ff3"),
        (&["--model", "capm"], "store:french/ff3"),
        (&["--model", "ff5"], "embedded:sample/factors.csv"),
        (
            &["--model", "ff3", "--factors", "sample"],
            "embedded:sample/factors.csv",
        ),
    ] {
        let _ = sandbox.study(args);
        let inputs = json(&sandbox)["inputs"].clone();
        let inputs = inputs.as_array().expect("a list");
        let factors = inputs
            .iter()
            .find(|i| i["role"] == "factors")
            .expect("factors");
        assert_eq!(factors["name"], name, "{args:?}");
    }
}
