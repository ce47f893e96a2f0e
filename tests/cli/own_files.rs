//! Somebody's own files, in every shape that prices and events come in.

use crate::support::market::{EVENTS, made_up};
use crate::support::table::Table;
use crate::support::{Run, Sandbox};

/// The three events have their sizes back, whatever file the prices came from.
fn assert_shocks(cars: &Table) {
    for (event, instrument, size) in [
        ("one", "AAA", -0.12),
        ("two", "AAA", 0.09),
        ("three", "BBB", 0.10),
    ] {
        let car = cars.number(
            &[
                ("event_id", event),
                ("instrument", instrument),
                ("window_start", "0"),
                ("window_end", "0"),
            ],
            "car",
        );
        assert!((car - size).abs() < 0.04, "{event}: {car}");
    }
}

/// `cars.csv` of the long table, with which other shapes must agree to the last digit.
fn cars_of_long(sandbox: &Sandbox) -> String {
    sandbox.study(&["--out", "long"]).ends(0);
    let cars = sandbox.read("long/cars.csv");
    assert_shocks(&Table::read(&cars));
    cars
}

#[test]
fn every_shape_of_prices_gives_the_same_figures() {
    let sandbox = Sandbox::with_market();
    let market = made_up();
    let expected = cars_of_long(&sandbox);
    sandbox.write("german.csv", market.long_german());
    sandbox.write("wide.csv", market.wide());
    sandbox.write("with-mark.csv", format!("\u{FEFF}{}", market.long()));
    sandbox.write("prices.parquet", market.parquet());
    for symbol in ["MKT", "AAA", "BBB"] {
        sandbox.write(&format!("folder/{symbol}.csv"), market.single(symbol));
    }
    sandbox.write("folder/notes.md", "not a price file");
    for prices in [
        "german.csv",
        "wide.csv",
        "with-mark.csv",
        "prices.parquet",
        "folder",
    ] {
        sandbox.study(&["--prices", prices]).ends(0);
        assert_eq!(sandbox.read("out/cars.csv"), expected, "{prices}");
    }
    let several = ["folder/MKT.csv", "folder/AAA.csv", "folder/BBB.csv"];
    let mut args = vec!["--prices"];
    args.extend(several);
    sandbox.study(&args).ends(0);
    assert_eq!(sandbox.read("out/cars.csv"), expected, "{several:?}");
}

#[test]
fn every_shape_of_events_gives_the_same_figures() {
    let sandbox = Sandbox::with_market();
    let expected = cars_of_long(&sandbox);
    sandbox.write(
        "german.csv",
        "id;at;title;category;instruments\n\
         one;03.06.2024;First shock;shock;AAA\n\
         two;01.08.2024;Second shock;shock;AAA\n\
         three;01.10.2024;Third shock;other;BBB\n",
    );
    sandbox.write(
        "events.toml",
        "[[event]]\nid = \"one\"\nat = 2024-06-03\ncategory = \"shock\"\ninstruments = [\"AAA\"]\n\
         [[event]]\nid = \"two\"\nat = \"2024-08-01\"\ncategory = \"shock\"\ninstruments = \"AAA\"\n\
         [[event]]\nid = \"three\"\nat = 2024-10-01\ncategory = \"other\"\ninstruments = [\"BBB\"]\n",
    );
    sandbox.write(
        "slashed.csv",
        EVENTS
            .replace("2024-06-03", "06/03/2024")
            .replace("2024-08-01", "08/01/2024")
            .replace("2024-10-01", "10/01/2024"),
    );
    for (events, more) in [
        ("german.csv", &[][..]),
        ("events.toml", &[]),
        ("slashed.csv", &["--date-format", "mdy"]),
    ] {
        let mut args = vec!["--events", events];
        args.extend(more);
        sandbox.study(&args).ends(0);
        assert_eq!(sandbox.read("out/cars.csv"), expected, "{events}");
    }
}

#[test]
fn calendar_files_are_read() {
    let sandbox = Sandbox::with_market();
    sandbox.write(
        "events.ics",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:one\r\n\
         DTSTART;VALUE=DATE:20240603\r\nSUMMARY:First shock\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    );
    sandbox
        .study(&["--events", "events.ics", "--instruments", "AAA"])
        .ends(0);
    let ledger = sandbox.table("out/ledger.csv");
    assert_eq!(ledger.column("session"), ["2024-06-03"]);
}

#[test]
fn returns_made_elsewhere_can_be_used() {
    let sandbox = Sandbox::with_market();
    let expected = Table::read(&cars_of_long(&sandbox));
    sandbox.write("returns.csv", made_up().returns());
    sandbox.study(&["--returns-file", "returns.csv"]).ends(0);
    let cars = sandbox.table("out/cars.csv");
    assert_eq!(cars.rows.len(), expected.rows.len());
    for (a, b) in cars.column("car").iter().zip(expected.column("car")) {
        let (a, b): (f64, f64) = (a.parse().expect("a"), b.parse().expect("b"));
        assert!((a - b).abs() < 1e-12, "{a} {b}");
    }
}

#[test]
fn a_stated_decimal_mark_settles_numbers_with_two_readings() {
    let sandbox = Sandbox::with_market();
    // Every close has three digits behind its point, and `;` tables may use either mark.
    let two_readings = made_up().series.iter().fold(
        "date;symbol;close\n".to_owned(),
        |mut text, (symbol, closes)| {
            for (session, close) in made_up().sessions.iter().zip(closes) {
                text.push_str(&format!("{session};{symbol};{close:.3}\n"));
            }
            text
        },
    );
    sandbox.write("open.csv", two_readings);
    let run = sandbox.study(&["--prices", "open.csv"]).ends(2);
    assert!(run.stderr.contains("--decimal point"), "{}", run.stderr);
    sandbox
        .study(&["--prices", "open.csv", "--decimal", "point"])
        .ends(0);
    assert_shocks(&sandbox.table("out/cars.csv"));
}

#[test]
fn one_bad_file_of_a_folder_is_named_and_the_others_stand() {
    let sandbox = Sandbox::with_market();
    let market = made_up();
    for symbol in ["MKT", "AAA", "BBB"] {
        sandbox.write(&format!("folder/{symbol}.csv"), market.single(symbol));
    }
    sandbox.write("folder/BAD.csv", "date,close\n2024-01-02,abc\n");
    let run = sandbox.study(&["--prices", "folder"]).ends(1);
    for part in ["BAD.csv:2", "`close`", "\"abc\"", "correct the cell"] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    assert_shocks(&sandbox.table("out/cars.csv"));
}

#[test]
fn links_to_files_are_followed() {
    let sandbox = Sandbox::with_market();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("prices.csv", sandbox.path("link.csv")).expect("a link");
        sandbox.study(&["--prices", "link.csv"]).ends(0);
        assert_shocks(&sandbox.table("out/cars.csv"));
    }
}

/// What the quality gate made of a cell.
fn findings(run: Run, sandbox: &Sandbox) -> String {
    run.ends(0);
    let study: serde_json::Value =
        serde_json::from_str(&sandbox.read("out/study.json")).expect("JSON");
    study["findings"].to_string()
}

#[test]
fn cells_that_cannot_be_true_are_missing_and_named() {
    let sandbox = Sandbox::with_market();
    let prices = made_up().long();
    let line_of = prices
        .lines()
        .position(|l| l.starts_with("2023-09-01,AAA"))
        .expect("it");
    let with_cell = |cell: &str| -> String {
        let mut lines: Vec<String> = prices.lines().map(str::to_owned).collect();
        lines[line_of] = format!("2023-09-01,AAA,{cell}");
        lines.join("\n")
    };
    sandbox.write("nan.csv", with_cell("NaN"));
    let found = findings(sandbox.study(&["--prices", "nan.csv"]), &sandbox);
    assert!(
        found.contains("AAA 2023-09-01: the session has no price"),
        "{found}"
    );
    sandbox.write("negative.csv", with_cell("-5"));
    let found = findings(sandbox.study(&["--prices", "negative.csv"]), &sandbox);
    assert!(
        found.contains("AAA 2023-09-01: close -5 is no price"),
        "{found}"
    );
    let volumes: String = prices
        .lines()
        .enumerate()
        .map(|(i, line)| match i {
            0 => format!("{line},volume\n"),
            i if i == line_of => format!("{line},-7\n"),
            _ => format!("{line},100\n"),
        })
        .collect();
    sandbox.write("volumes.csv", volumes);
    let found = findings(sandbox.study(&["--prices", "volumes.csv"]), &sandbox);
    assert!(found.contains("volume -7 is negative"), "{found}");
}

#[test]
fn a_price_that_never_moves_ends_in_the_ledger() {
    let sandbox = Sandbox::with_market();
    sandbox.write("flat.csv", made_up().with("AAA", |_| 10.0).long());
    let run = sandbox.study(&["--prices", "flat.csv"]).ends(1);
    assert!(
        run.stderr
            .contains("excluded: one (AAA): the model cannot be fitted")
    );
    let ledger = sandbox.table("out/ledger.csv");
    let codes = ledger.column("reason_code");
    assert_eq!(codes, ["degenerate-fit", "degenerate-fit", ""]);
}

#[test]
fn an_event_for_an_unknown_symbol_is_excluded_and_the_others_stand() {
    let sandbox = Sandbox::with_market();
    let events = EVENTS.replace("Third shock,other,BBB", "Third shock,other,ZZZ");
    sandbox.write("events.csv", events);
    let run = sandbox.study(&[]).ends(1);
    assert!(
        run.stderr
            .contains("excluded: three (ZZZ): the data hold no such instrument")
    );
    let ledger = sandbox.table("out/ledger.csv");
    assert_eq!(ledger.column("status"), ["used", "used", "excluded"]);
    assert_eq!(ledger.column("reason_code")[2], "unknown-instrument");
}
