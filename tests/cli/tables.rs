//! Tables in every format, and what a study file adds to them.

use crate::support::Sandbox;
use polars::prelude::*;
use std::io::Cursor;

const TABLES: [&str; 15] = [
    "aar",
    "abnormal_returns",
    "cars",
    "claims",
    "confounding",
    "diagnostics",
    "fits",
    "groups",
    "ledger",
    "outcomes",
    "portfolios",
    "pre_post",
    "recommendations",
    "regression",
    "tests",
];

/// A cell of a frame as CSV writes it.
fn cell(column: &Column, row: usize) -> String {
    match column.get(row).expect("a cell") {
        AnyValue::Null => String::new(),
        AnyValue::String(text) => text.to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Float64(0.0) => "0".to_owned(),
        AnyValue::Float64(x) => x.to_string(),
        AnyValue::Int64(n) => n.to_string(),
        AnyValue::Boolean(flag) => flag.to_string(),
        AnyValue::Date(days) => chrono::NaiveDate::from_epoch_days(days)
            .expect("a date")
            .to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn parquet_holds_what_csv_holds() {
    let sandbox = Sandbox::with_market();
    sandbox.study(&["--format", "csv,parquet"]).ends(0);
    for name in TABLES {
        let table = sandbox.table(&format!("out/{name}.csv"));
        let bytes = std::fs::read(sandbox.path(&format!("out/{name}.parquet"))).expect(name);
        let frame = ParquetReader::new(Cursor::new(bytes)).finish().expect(name);
        let names: Vec<String> = frame
            .get_column_names()
            .iter()
            .map(|n| n.to_string())
            .collect();
        assert_eq!(names, table.header, "{name}");
        assert_eq!(frame.height(), table.rows.len(), "{name}");
        for (at, column) in frame.columns().iter().enumerate() {
            for (row, cells) in table.rows.iter().enumerate() {
                // An apostrophe keeps spreadsheets from taking a text for a formula.
                let written = cells[at].trim_start_matches('\'');
                assert_eq!(cell(column, row), written, "{name} {}", names[at]);
            }
        }
    }
    let days = std::fs::read(sandbox.path("out/abnormal_returns.parquet")).expect("there");
    let days = ParquetReader::new(Cursor::new(days))
        .finish()
        .expect("Parquet");
    let kind = |name: &str| days.column(name).expect(name).dtype().clone();
    assert_eq!(kind("session"), DataType::Date);
    assert_eq!(kind("ar"), DataType::Float64);
    assert_eq!(kind("relative_day"), DataType::Int64);
    // A later run without Parquet leaves none that contradicts it.
    sandbox.study(&["--format", "csv,json"]).ends(0);
    sandbox.study(&["--format", "csv,json"]).ends(0);
    assert!(!sandbox.path("out/cars.parquet").exists());
}

/// A study of the made-up market with more in its file.
fn with_study(more: &str) -> Sandbox {
    let sandbox = Sandbox::with_market();
    let study = "events = [\"events.csv\"]\nprices = [\"prices.csv\"]\nbenchmark = \"MKT\"\n";
    sandbox.write("study.toml", format!("{study}{more}"));
    sandbox
}

const RUN: [&str; 4] = ["study", "study.toml", "--out", "out"];

#[test]
fn regressions_are_asked_for_in_the_study_file() {
    let asked = |attributes: &str, more: &str| {
        format!(
            "[[regression]]\nname = \"r\"\nwindow = \"0:1\"\nattributes = [{attributes}]\n{more}"
        )
    };
    let sandbox = with_study(&asked("\"category\"", "errors = \"hc1\"\n"));
    sandbox.run(&RUN).ends(0);
    let table = sandbox.table("out/regression.csv");
    assert!(!table.rows.is_empty() && table.column("errors").iter().all(|e| *e == "hc1"));
    for (attributes, more, says) in [
        ("\"colour\"", "", "no event has this column"),
        ("", "", "has no attributes"),
        ("\"category\"", "errors = \"hc9\"\n", "choose hc1, hc3"),
    ] {
        let run = with_study(&asked(attributes, more)).run(&RUN).ends(2);
        assert!(run.stderr.contains(says), "{says}: {}", run.stderr);
    }
}

#[test]
fn groups_may_have_weights() {
    let sandbox = with_study(
        "windows = [\"0:0\"]\n[groups]\nplain = [\"AAA\"]\n[groups.pair]\nmembers = [\"AAA\", \"BBB\"]\n\
         weights = [3, 1.5]\nweighting = \"both\"\n",
    );
    sandbox.run(&RUN).ends(0);
    let table = sandbox.table("out/portfolios.csv");
    let of = |weighting: &str| {
        let row = [
            ("group", "pair"),
            ("weighting", weighting),
            ("event_id", "one"),
        ];
        table.number(&row, "car")
    };
    assert!(of("equal") != of("value"));
    for (more, says) in [
        (
            "weighting = \"value\"\n",
            "the value is not known of AAA, BBB",
        ),
        ("weights = [1]\n", "1 weights for 2 members"),
        ("weights = [1, -2]\n", "not a weight"),
        ("wieghts = [1, 2]\n", "did you mean `weights`?"),
    ] {
        let group = format!("[groups.pair]\nmembers = [\"AAA\", \"BBB\"]\n{more}");
        let run = with_study(&group).run(&RUN).ends(2);
        assert!(run.stderr.contains(says), "{says}: {}", run.stderr);
    }
}

#[test]
fn garch_t_is_there_where_it_is_named_and_its_law_is_a_setting() {
    let sandbox = Sandbox::with_market();
    let figures = |args: &[&str]| -> Vec<String> {
        let mut all = vec!["--windows", "0:0", "--placebo", "off"];
        all.extend(args);
        sandbox.study(&all).ends(0);
        let cars = sandbox.table("out/cars.csv");
        cars.column("garch_t")
            .iter()
            .map(|t| (*t).to_owned())
            .collect()
    };
    assert!(figures(&[]).iter().all(String::is_empty));
    let student = figures(&["--tests", "all,garch_t"]);
    assert!(student.iter().any(|t| !t.is_empty()));
    let normal = figures(&["--tests", "garch_t", "--garch-distribution", "normal"]);
    assert_ne!(student, normal);
    let run = sandbox.study(&["--garch-distribution", "cauchy"]).ends(2);
    assert!(run.stderr.contains("choose t, normal"), "{}", run.stderr);
}

#[test]
fn other_tools_get_their_own_files() {
    let sandbox = Sandbox::with_market();
    let formats = "json,xlsx,latex,stata";
    sandbox.study(&["--format", formats]).ends(0);
    let first = sandbox.tree("out");
    for file in [
        "study.xlsx",
        "latex/tables.tex",
        "stata/cars.csv",
        "stata/import.do",
    ] {
        assert!(first.contains_key(file), "{file}");
    }
    sandbox
        .study(&["--format", formats, "--out", "again"])
        .ends(0);
    assert_eq!(sandbox.tree("again"), first);
    // A later run without them leaves none that contradicts it, and nothing of others' is touched.
    sandbox.write("out/stata/cars.dta", "mine");
    sandbox.study(&["--format", "json"]).ends(0);
    let left: Vec<String> = sandbox.tree("out").into_keys().collect();
    assert_eq!(left, ["stata/", "stata/cars.dta", "study.json"]);
}
