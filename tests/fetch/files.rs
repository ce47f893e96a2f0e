//! `fetch --import`: files that a person downloaded, and pages that a browser saved instead.

use super::wire::{self, BOT_PAGE, Bar, between, restated, series};
use super::{Desk, MORNING, one, outcome};
use crate::support::Run;

fn desk() -> Desk {
    Desk::new(|_, _| Vec::new())
}

fn bars() -> Vec<Bar> {
    series("NVDA", "2026-08-26")
}

fn import(desk: &Desk, args: &[&str]) -> Run {
    let mut all = vec!["fetch", "--json", "--now", MORNING, "--import"];
    all.extend(args);
    desk.run(&all)
}

/// The site's own file of Nasdaq.
fn nasdaq_site(bars: &[Bar]) -> String {
    let mut text = "Date,Close/Last,Volume,Open,High,Low\n".to_owned();
    for b in bars.iter().rev() {
        let on = b.on.format("%m/%d/%Y");
        text += &format!(
            "{on},${},{},${},${},${}\n",
            b.close, b.volume, b.open, b.high, b.low
        );
    }
    text
}

#[test]
fn files_of_every_kind_are_taken() {
    let desk = desk();
    desk.sandbox.write("nvda_us_d.csv", wire::stooq(&bars()));
    desk.sandbox.write(
        "amd_us_d.csv",
        wire::stooq_polish(&series("AMD", "2026-08-26")),
    );
    desk.sandbox
        .write("HistoricalData_1700000000000.csv", nasdaq_site(&bars()));
    let first = one(&import(&desk, &["nvda_us_d.csv"]).ends(0));
    assert_eq!(
        (&first["symbol"], &first["source"]),
        (&"NVDA".into(), &"stooq".into())
    );
    assert_eq!(first["rows"], bars().len());
    let run = import(&desk, &["amd_us_d.csv"]).ends(0);
    assert_eq!(one(&run)["symbol"], "AMD");
    let site = [
        "HistoricalData_1700000000000.csv",
        "--symbol",
        "NVDA",
        "--as",
        "nasdaq",
    ];
    assert_eq!(one(&import(&desk, &site).ends(0))["source"], "nasdaq");
    desk.run(&["sources", "check", "NVDA", "--source", "stooq,nasdaq"])
        .ends(0);

    // A table of several symbols, and the store's own export.
    let mut long = "date,symbol,close\n".to_owned();
    for symbol in ["AAA", "BBB"] {
        for bar in series(symbol, "2026-08-26") {
            long += &format!("{},{symbol},{}\n", bar.on, bar.close);
        }
    }
    desk.sandbox.write("long.csv", long);
    let run = import(&desk, &["long.csv"]).ends(0);
    assert_eq!(run.json()["results"].as_array().map(Vec::len), Some(2));
    let export = [
        "store",
        "export",
        "AAA",
        "--format",
        "parquet",
        "--out",
        "aaa.parquet",
    ];
    desk.run(&export).ends(0);
    let again = import(&desk, &["aaa.parquet", "--symbol", "CCC"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    desk.verify();
}

#[test]
fn factor_files_are_taken_zipped_or_not() {
    let desk = desk();
    let june = between(&bars(), None, Some("2026-06-30"));
    desk.sandbox.write(
        "F-F_Research_Data_Factors_daily_CSV.zip",
        wire::french(&june, "202606", 0.0),
    );
    let zip = one(&import(&desk, &["F-F_Research_Data_Factors_daily_CSV.zip"]).ends(0));
    assert_eq!(
        (&zip["symbol"], &zip["source"]),
        (&"ff3".into(), &"french".into())
    );
    assert_eq!(zip["rows"], june.len());
    desk.sandbox.write(
        "mine.csv",
        "date,Mkt-RF,RF\n2026-08-24,0.10,0.01\n2026-08-25,-0.20,0.01\n2026-08-26,1.20,0.01\n",
    );
    let unnamed = import(&desk, &["mine.csv"]).ends(2);
    assert!(unnamed.stderr.contains("--symbol"), "{}", unnamed.stderr);
    let named = one(&import(&desk, &["mine.csv", "--symbol", "mine", "--as", "own"]).ends(0));
    assert_eq!(
        (&named["symbol"], &named["source"]),
        (&"mine".into(), &"own".into())
    );
}

#[test]
fn a_saved_refusal_replaces_nothing() {
    let desk = desk();
    desk.sandbox.write("nvda_us_d.csv", wire::stooq(&bars()));
    import(&desk, &["nvda_us_d.csv"]).ends(0);
    let before = desk.figures();
    let cases = [
        (BOT_PAGE, "bot-check"),
        ("Exceeded the daily hits limit", "daily-quota"),
        (wire::KEY_GATE, "needs-key"),
        ("No data", "no-data"),
        ("Access denied", "bot-check"),
        (
            "{\"Information\":\"our standard API rate limit is 25 requests per day.\"}",
            "daily-quota",
        ),
    ];
    for (page, class) in cases {
        desk.sandbox.write("nvda_us_d.csv", page);
        let run = import(&desk, &["nvda_us_d.csv"]).ends(2);
        assert_eq!(
            outcome(&one(&run)),
            ("refused".to_owned(), class.to_owned()),
            "{page}"
        );
        assert!(run.stderr.contains("NVDA"), "{}", run.stderr);
    }
    for (page, said) in [
        ("<html><body>Hello</body></html>", "web page"),
        ("", "empty"),
        (
            "Date,Open,High,Low,Close,Volume\n2026-08-25,1,1,1,x,1\n",
            "\"x\"",
        ),
    ] {
        desk.sandbox.write("nvda_us_d.csv", page);
        let run = import(&desk, &["nvda_us_d.csv"]).ends(2);
        assert!(
            run.stderr.contains(said),
            "{page}: {} {}",
            run.stdout,
            run.stderr
        );
    }
    import(&desk, &["nowhere.csv"]).ends(2);
    assert_eq!(desk.figures(), before);
    // One file that is none stops no other, and shows in the exit code.
    desk.sandbox
        .write("amd_us_d.csv", wire::stooq(&series("AMD", "2026-08-26")));
    import(&desk, &["nvda_us_d.csv", "amd_us_d.csv"]).ends(1);
    desk.verify();
}

#[test]
fn a_restated_file_needs_the_whole_history() {
    let desk = desk();
    desk.sandbox.write("nvda_us_d.csv", wire::stooq(&bars()));
    import(&desk, &["nvda_us_d.csv"]).ends(0);
    let split = restated(&bars(), 10.0);
    desk.sandbox.write(
        "nvda_us_d.csv",
        wire::stooq(&between(&split, Some("2026-08-03"), None)),
    );
    let before = desk.figures();
    let part = import(&desk, &["nvda_us_d.csv"]).ends(2);
    assert!(part.stderr.contains("whole history"), "{}", part.stderr);
    assert_eq!(desk.figures(), before);
    desk.sandbox.write("nvda_us_d.csv", wire::stooq(&split));
    let whole = one(&import(&desk, &["nvda_us_d.csv"]).ends(0));
    assert_eq!(
        outcome(&whole),
        ("updated".to_owned(), "restated".to_owned())
    );
    assert_eq!(
        outcome(&one(&import(&desk, &["nvda_us_d.csv"]).ends(0))).0,
        "current"
    );
}

#[test]
fn a_session_that_is_not_over_is_left_out() {
    let desk = desk();
    desk.sandbox
        .write("nvda_us_d.csv", wire::stooq(&series("NVDA", "2026-08-27")));
    let result = one(&import(&desk, &["nvda_us_d.csv"]).ends(0));
    assert_eq!(result["last"], "2026-08-26");
    assert!(
        result["message"]
            .as_str()
            .is_some_and(|m| m.contains("not final")),
        "{result}"
    );
}
