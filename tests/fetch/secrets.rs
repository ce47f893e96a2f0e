//! A key is in the request and nowhere else: not in the store, not in a log, not in a message,
//! not in a report, not even where the server repeats it.

use super::wire::{self, series};
use super::{Desk, KEY, MORNING};
use crate::replica::{Seen, ok, redirect, reply};
use crate::support::{Run, Tree};

/// A key with signs that are written otherwise in an address.
const ODD_KEY: &str = "p+q/Zq7Xw2Lk9Rt4=";

/// The characters of base 64 that a text makes wherever it stands in a longer one: behind none,
/// one or two bytes.
fn in_base_64(text: &str) -> Vec<String> {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let shifted = |shift: usize| {
        let bytes = [&vec![0; shift][..], text.as_bytes()].concat();
        let whole = bytes.chunks_exact(3).flat_map(|three| {
            let bits = three
                .iter()
                .fold(0_u32, |bits, b| bits << 8 | u32::from(*b));
            [18, 12, 6, 0].map(|by| char::from(SIGNS[(bits >> by) as usize & 63]))
        });
        // What the bytes before have a part in is left out.
        whole.skip([0, 2, 3][shift]).collect()
    };
    (0..3).map(shifted).collect()
}

#[test]
fn a_key_is_found_in_base_64() {
    assert_eq!(in_base_64("Zq7Xw2Lk9Rt4")[0], "WnE3WHcyTGs5UnQ0");
    assert_eq!(in_base_64("secret"), ["c2VjcmV0", "NlY3Jl", "zZWNy"]);
}

#[track_caller]
fn shows_no_key(what: &str, bytes: &[u8]) {
    let plain = [
        KEY,
        ODD_KEY,
        "p%2Bq%2FZq7Xw2Lk9Rt4%3D",
        "p%2bq%2f",
        "Zq7Xw2Lk9Rt4",
    ];
    let mut forms: Vec<String> = plain.map(str::to_owned).to_vec();
    for key in [KEY, ODD_KEY, "Zq7Xw2Lk9Rt4"] {
        forms.extend(in_base_64(key));
    }
    for key in &forms {
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

/// The same with the log as JSON.
fn run_in_json(desk: &Desk, key: &str, args: &[&str]) -> Run {
    let mut all = vec!["--log-format", "json"];
    all.extend(args);
    run(desk, key, &all)
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
                let args = ["fetch", "NVDA", "--force", "--source", source];
                let run = run_in_json(&desk, key, &args);
                assert!(run.stderr.contains("{\"timestamp\""), "{}", run.stderr);
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
        "report",
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
        "--windows",
        "0:0,-1:1",
        "--out",
        "out",
        "--format",
        "csv,json,parquet,html,md",
    ];
    said.push(run(&desk, ODD_KEY, &study));
    said.push(run_in_json(&desk, ODD_KEY, &study));
    let files = desk.sandbox.tree("");
    for made in [
        "out/report.html",
        "out/report.md",
        "out/study.json",
        "out/cars.csv",
    ] {
        assert!(files.contains_key(made), "{made}: {:?}", said.last());
    }
    assert!(files.keys().any(|name| name.ends_with("ledger.sqlite")));
    for run in &said {
        check(run, &Tree::new());
    }
    check(&said[0], &files);
}

#[test]
fn a_key_of_the_configuration_is_shown_nowhere() {
    // Also where the file is wrong just there.
    let lines = [
        format!("key = \"{KEY}\""),
        format!("key = \"{KEY}"),
        format!("key = {KEY}"),
        format!("key = [\"{KEY}\"]"),
        format!("kee = \"{KEY}\""),
        format!("base_url = \"http://user:{KEY}@127.0.0.1:1/\""),
    ];
    for line in lines {
        let desk = Desk::new(|_, _| reply(403, &[], "no"));
        let path = "config/shockwave/config.toml";
        desk.sandbox
            .write(path, format!("[sources.stooq]\n{line}\n"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(desk.sandbox.path(path), mode).expect("a mode");
        }
        for args in [
            &["fetch", "NVDA", "--source", "stooq"][..],
            &["sources", "list"],
        ] {
            let mut command = desk.command();
            command.env_remove("SHOCKWAVE_BASE_URL_STOOQ");
            command
                .args(["--log", "trace", "--now", MORNING])
                .args(args);
            let run = Run::of(command.output().expect("the binary runs"));
            check(&run, &desk.sandbox.tree("store"));
        }
    }
}
