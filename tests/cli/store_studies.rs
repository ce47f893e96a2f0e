//! Studies on prices and factors of the store: which series they take, and what they say of it.

use super::store::{NOW, import, json};
use crate::support::{STORE, Sandbox, market};
use std::fs;

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

/// The embedded closes of NVDA as a file, some of its rows.
fn embedded_nvda(rows: std::ops::Range<usize>) -> String {
    let sample = include_str!("../../data/sample/close.csv");
    let mut lines = sample
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let nvda = header
        .iter()
        .position(|name| *name == "NVDA")
        .expect("NVDA");
    let lines: Vec<_> = lines.skip(rows.start).take(rows.len()).collect();
    let rows: String = lines
        .iter()
        .map(|line| format!("{},{}\n", line[0], line[nvda]))
        .collect();
    format!("date,close\n{rows}")
}

#[test]
fn a_file_of_two_rows_does_not_hide_the_embedded_history() {
    let sandbox = Sandbox::new();
    let study = [
        "study",
        "--placebo",
        "off",
        "--tests",
        "bmp_t",
        "--out",
        "out",
        "--quiet",
    ];
    sandbox.run(&study).ends(1);
    let before = sandbox.tree("out");
    sandbox.write("two.csv", embedded_nvda(600..602));
    import(&sandbox, "two.csv", &["--symbol", "NVDA", "--as", "mine"]);
    let run = sandbox.run(&study).ends(1);
    // Said to those who want quiet, too.
    let said = run
        .stderr
        .lines()
        .find(|line| line.starts_with("NVDA: "))
        .expect("a warning");
    for part in [
        "stored from mine (2 rows, 20",
        "serve 0 of",
        "embedded sample (",
        "--source mine",
    ] {
        assert!(said.contains(part), "{said}");
    }
    let differs = crate::support::difference(&before, &sandbox.tree("out"));
    assert_eq!(differs, Vec::<String>::new());
    // Whoever names the source gets it.
    let mut own = study.to_vec();
    own.extend([
        "--source",
        "mine",
        "--instruments",
        "NVDA",
        "--model",
        "mean-adjusted",
    ]);
    let run = sandbox.run(&own);
    assert!(!run.stderr.contains("embedded sample"), "{}", run.stderr);
    // Three of the years are used, and the others named; all of them without a word.
    sandbox.write("all.csv", embedded_nvda(0..100_000));
    for (now, is_less) in [(NOW, true), ("2027-01-04T12:00:00Z", false)] {
        let file = [
            "fetch", "--import", "all.csv", "--symbol", "NVDA", "--as", "other",
        ];
        let mut args = file.to_vec();
        args.extend(["--now", now]);
        sandbox.run(&args).ends(0);
        let run = sandbox.run(&study).ends(1);
        let said = run.stderr.contains("to use it: --source sample");
        assert_eq!(said, is_less, "{now}: {}", run.stderr);
        let inputs = json(&sandbox)["inputs"].to_string();
        assert!(inputs.contains("store:other/NVDA"), "{inputs}");
    }
}

#[test]
fn of_two_stored_sources_the_one_that_serves_more_events_is_taken() {
    let sandbox = stored_market();
    sandbox.write("tail.csv", "date,close\n2024-12-30,50\n2024-12-31,51\n");
    import(&sandbox, "tail.csv", &["--symbol", "AAA", "--as", "alpha"]);
    let run = sandbox.run(&STUDY).ends(0);
    assert!(
        run.stderr.contains("prices from import: AAA"),
        "{}",
        run.stderr
    );
    let said = run
        .stderr
        .lines()
        .find(|line| line.starts_with("AAA: "))
        .expect("a warning");
    assert!(said.contains("stored from alpha (2 rows"), "{said}");
    assert!(said.contains("those from import serve"), "{said}");
}
