//! The configuration file, the environment and the flags that choose sources.

use super::wire::{self, restated, series};
use super::{Desk, KEY, MORNING, one, outcome};
use crate::replica::ok;
use crate::support::Run;

const CONFIG: &str = "config/shockwave/config.toml";

fn desk() -> Desk {
    Desk::new(|seen, _| {
        let bars = series("NVDA", "2026-08-26");
        match seen.path() {
            "/q/d/l/" => ok("text/csv", wire::stooq(&bars)),
            "/mine/NVDA.csv" => ok("text/csv", wire::stooq(&bars)),
            path if path.starts_with("/v8/") => ok("application/json", wire::yahoo("NVDA", &bars)),
            _ => ok("text/csv", wire::tiingo(&bars)),
        }
    })
}

#[cfg(unix)]
fn mode(desk: &Desk, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let permissions = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(desk.sandbox.path(CONFIG), permissions).expect("a mode");
}

/// Fetches with the configuration alone.
fn fetch(desk: &Desk, variables: &[(&str, &str)], args: &[&str]) -> Run {
    let mut command = desk.command();
    for source in ["ALPHAVANTAGE", "TIINGO", "TWELVEDATA", "EODHD"] {
        command.env_remove(format!("SHOCKWAVE_KEY_{source}"));
    }
    command.envs(variables.iter().copied());
    command
        .args(["fetch", "NVDA", "--json", "--now", MORNING])
        .args(args);
    Run::of(command.output().expect("the binary runs"))
}

#[cfg(unix)]
#[test]
fn a_key_in_a_file_that_others_may_read_is_refused() {
    let desk = desk();
    desk.sandbox.write(
        CONFIG,
        format!("prices = [\"tiingo\"]\n[sources.tiingo]\nkey = \"{KEY}\"\n"),
    );
    for open in [0o644, 0o640, 0o604] {
        mode(&desk, open);
        let run = fetch(&desk, &[], &[]).ends(2);
        assert!(run.stderr.contains("chmod 600"), "{}", run.stderr);
        assert!(!run.stderr.contains(KEY), "{}", run.stderr);
    }
    assert!(desk.replica.seen().is_empty());
    mode(&desk, 0o600);
    let result = one(&fetch(&desk, &[], &[]).ends(0));
    assert_eq!(result["source"], "tiingo");
    assert_eq!(desk.replica.seen()[0].parameter("token"), Some(KEY));
    // The environment wins.
    fetch(&desk, &[("SHOCKWAVE_KEY_TIINGO", "other")], &["--force"]).ends(0);
    assert_eq!(desk.replica.seen()[1].parameter("token"), Some("other"));
}

#[test]
fn without_a_key_nothing_is_asked_and_the_variable_is_named() {
    let desk = desk();
    let run = fetch(&desk, &[], &["--source", "tiingo"]).ends(3);
    let result = one(&run);
    assert_eq!(
        outcome(&result),
        ("refused".to_owned(), "needs-key".to_owned())
    );
    assert!(
        run.stderr.contains("SHOCKWAVE_KEY_TIINGO"),
        "{}",
        run.stderr
    );
    assert!(desk.replica.seen().is_empty());
}

#[test]
fn sources_are_asked_in_the_order_of_the_file_the_flag_or_by_key() {
    let desk = desk();
    let source = |variables: &[(&str, &str)], args: &[&str]| {
        let _ = std::fs::remove_dir_all(desk.sandbox.path("store"));
        one(&fetch(&desk, variables, args).ends(0))["source"].clone()
    };
    assert_eq!(source(&[], &[]), "yahoo");
    assert_eq!(source(&[("SHOCKWAVE_KEY_TIINGO", KEY)], &[]), "tiingo");
    assert_eq!(source(&[], &["--source", "stooq"]), "stooq");
    desk.sandbox
        .write(CONFIG, "[chains]\nprices = [\"stooq\", \"yahoo\"]\n");
    assert_eq!(source(&[("SHOCKWAVE_KEY_TIINGO", KEY)], &[]), "stooq");
    desk.sandbox.write("other.toml", "prices = [\"yahoo\"]\n");
    assert_eq!(source(&[("SHOCKWAVE_CONFIG", "other.toml")], &[]), "yahoo");
}

#[test]
fn a_declared_source_is_asked_like_any_other() {
    let desk = desk();
    let url = desk.replica.url();
    let text = format!(
        "[sources.mine]\nurl = \"{url}/mine/{{symbol}}.csv?from={{from}}&to={{to}}\"\nadjustment = \"split\"\n"
    );
    desk.sandbox.write(CONFIG, text);
    let result = one(&fetch(&desk, &[], &["--source", "mine"]).ends(0));
    assert_eq!(
        (&result["source"], &result["last"]),
        (&"mine".into(), &"2026-08-26".into())
    );
    let list = desk.run(&["sources", "list", "--json"]).ends(0).json();
    let names: Vec<_> = list["sources"]
        .as_array()
        .expect("sources")
        .iter()
        .map(|s| s["name"].clone())
        .collect();
    assert!(
        names.contains(&"mine".into()) && names.contains(&"stooq".into()),
        "{names:?}"
    );
}

#[test]
fn what_is_unknown_is_refused_before_anything_is_asked() {
    let desk = desk();
    let table: [(&[&str], &str); 7] = [
        (&["--source", "stoq"], "did you mean stooq?"),
        (&["--from", "27.01.2025"], "YYYY-MM-DD"),
        (
            &["--from", "2025-02-01", "--to", "2025-01-01"],
            "lies after",
        ),
        (&["--jobs", "0"], "at least 1"),
        (&["--calendar", "XLON"], "no such calendar"),
        (&["../etc"], "not an instrument symbol"),
        (
            &["--import", "x.csv", "--source", "stooq"],
            "cannot be used with",
        ),
    ];
    for (args, said) in table {
        let run = fetch(&desk, &[], args).ends(2);
        assert!(run.stderr.contains(said), "{args:?}: {}", run.stderr);
    }
    for (text, said) in [
        ("prices = [\"stoq\"]", "did you mean `stooq`?"),
        (
            "[sources.yahoo]\nbase-ulr = \"x\"",
            "did you mean `base-url`?",
        ),
        ("[sources.yahoo", "not valid TOML"),
    ] {
        desk.sandbox.write(CONFIG, text);
        let run = fetch(&desk, &[], &[]).ends(2);
        assert!(run.stderr.contains(said), "{text}: {}", run.stderr);
    }
    let variables = [
        ("SHOCKWAVE_HTTP_TIMEOUT_MS", "soon"),
        ("SHOCKWAVE_BASE_URL_YAHOO", "file:///etc"),
        ("SHOCKWAVE_CONFIG", "nowhere.toml"),
    ];
    desk.sandbox.write(CONFIG, "");
    for variable in variables {
        let run = fetch(&desk, &[variable], &[]).ends(2);
        assert!(
            run.stderr.contains(variable.0) || run.stderr.contains(variable.1),
            "{}",
            run.stderr
        );
    }
    assert!(desk.replica.seen().is_empty());
    assert!(!desk.sandbox.path("store").exists());
}

#[test]
fn two_sources_are_compared_by_their_returns() {
    let desk = desk();
    for source in ["stooq", "yahoo"] {
        desk.fetch(&["NVDA", "--source", source]).ends(0);
    }
    let same = desk
        .run(&["sources", "check", "NVDA", "--json"])
        .ends(0)
        .json();
    assert_eq!(same["agrees"], true);
    assert_eq!(
        same["comparison"]["in_common"],
        series("NVDA", "2026-08-26").len()
    );

    let mut wrong = restated(&series("NVDA", "2026-08-26"), 2.0);
    wrong[7].close *= 1.05;
    let desk = desk.facing(move |_, _| ok("text/csv", wire::tiingo(&wrong)));
    desk.fetch(&["NVDA", "--source", "tiingo"]).ends(0);
    let run = desk
        .run(&[
            "sources",
            "check",
            "NVDA",
            "--source",
            "yahoo,tiingo",
            "--json",
        ])
        .ends(1);
    let found = run.json();
    assert_eq!(
        found["comparison"]["differences"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(found["comparison"]["level_ratio"], 0.5);
    let three = desk.run(&["sources", "check", "NVDA"]).ends(2);
    assert!(three.stderr.contains("there are 3"), "{}", three.stderr);
}
