//! A key is in the request and nowhere else: not in the store, not in a log, not in a message,
//! not in a report, not even where the server repeats it.

use super::wire::{self, series};
use super::{Desk, KEY, MORNING};
use crate::replica::{Seen, ok, redirect, reply};
use crate::support::{Run, Tree};

/// A key with signs that are written otherwise in an address.
const ODD_KEY: &str = "p+q/Zq7Xw2Lk9Rt4=";

#[track_caller]
fn shows_no_key(what: &str, bytes: &[u8]) {
    for key in [KEY, ODD_KEY, "p%2Bq%2FZq7Xw2Lk9Rt4%3D", "Zq7Xw2Lk9Rt4"] {
        let found = bytes.windows(key.len()).any(|w| w == key.as_bytes());
        assert!(
            !found,
            "{what} shows {key}: {}",
            String::from_utf8_lossy(bytes)
        );
    }
}

fn run(desk: &Desk, key: &str, args: &[&str]) -> Run {
    let mut command = desk.command();
    for source in ["ALPHAVANTAGE", "TIINGO", "TWELVEDATA", "EODHD", "STOOQ"] {
        command.env(format!("SHOCKWAVE_KEY_{source}"), key);
    }
    command
        .args(["--log", "trace", "--now", MORNING])
        .args(args);
    Run::of(command.output().expect("the binary runs"))
}

fn check(run: &Run, files: &Tree) {
    shows_no_key("stdout", run.stdout.as_bytes());
    shows_no_key("stderr", run.stderr.as_bytes());
    for (name, bytes) in files {
        shows_no_key(name, bytes);
        shows_no_key("a file's name", name.as_bytes());
    }
}

#[test]
fn a_key_that_the_server_repeats_is_shown_nowhere() {
    type Answer = fn(&Seen) -> Vec<crate::replica::Act>;
    let answers: [Answer; 6] = [
        |seen| reply(403, &[], format!("bad key in {}", seen.target)),
        |seen| {
            ok(
                "text/csv",
                format!("{},{}\nx,y\n", seen.target, seen.target),
            )
        },
        |seen| {
            ok(
                "application/json",
                format!(r#"{{"Information":"your key {} is odd"}}"#, seen.target),
            )
        },
        |seen| redirect(&format!("http://8.8.8.8{}", seen.target)),
        |seen| redirect(&format!("file://{}", seen.target)),
        |seen| reply(500, &[("x-key", &seen.target)], &seen.target),
    ];
    for (n, answer) in answers.into_iter().enumerate() {
        for key in [KEY, ODD_KEY] {
            let desk = Desk::new(move |seen, _| answer(seen));
            for source in ["alphavantage", "tiingo", "twelvedata", "eodhd", "stooq"] {
                let run = run(&desk, key, &["fetch", "NVDA", "--json", "--source", source]);
                assert_eq!(run.code, 3, "{n} {source}: {}", run.stdout);
                check(&run, &desk.sandbox.tree("store"));
            }
            assert!(
                desk.replica
                    .seen()
                    .iter()
                    .all(|seen| seen.target.contains("Zq7Xw2Lk9Rt4"))
            );
        }
    }
}

#[test]
fn a_good_run_and_its_report_show_no_key() {
    let tables = |seen: &Seen, _: usize| {
        let bars = series("NVDA", "2026-08-26");
        ok(
            "text/csv",
            match seen.path() {
                "/query" => wire::alphavantage(&bars),
                "/time_series" => wire::twelvedata(&bars),
                "/q/d/l/" => wire::stooq(&bars),
                path if path.starts_with("/api/eod") => wire::eodhd(&bars),
                _ => wire::tiingo(&bars),
            },
        )
    };
    let desk = Desk::new(tables);
    let mut said = Vec::new();
    for source in ["alphavantage", "tiingo", "twelvedata", "eodhd", "stooq"] {
        let run = run(
            &desk,
            ODD_KEY,
            &["fetch", "NVDA", "--json", "--source", source],
        );
        assert_eq!(run.code, 0, "{source}: {}", run.stdout);
        said.push(run);
    }
    for args in [
        &["sources", "list"][..],
        &["sources", "list", "--json"],
        &["store", "list", "--json"],
        &["store", "verify", "--json"],
        &["store", "export", "NVDA"],
        &["sources", "check", "NVDA", "--source", "tiingo,eodhd"],
    ] {
        said.push(run(&desk, ODD_KEY, args));
    }
    desk.sandbox.write("events.csv", "id,at\nx,2026-08-12\n");
    let study = [
        "study",
        "--events",
        "events.csv",
        "--instruments",
        "NVDA",
        "--model",
        "mean-adjusted",
        "--estimation",
        "-40:-6",
        "--event-window",
        "-5:5",
        "--out",
        "out",
    ];
    said.push(run(&desk, ODD_KEY, &study));
    let files = desk.sandbox.tree("");
    assert!(files.keys().any(|name| name.ends_with("ledger.sqlite")));
    for run in &said {
        check(run, &Tree::new());
    }
    check(&said[0], &files);
}
