//! The commands beside studies: events, calendar, completions, manual page.

use crate::support::Sandbox;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

#[test]
fn help_and_version_are_answers() {
    let sandbox = Sandbox::new();
    let run = sandbox.run(&["--version"]).ends(0);
    assert_eq!(
        run.stdout.trim(),
        concat!("shockwave ", env!("CARGO_PKG_VERSION"))
    );
    sandbox.run(&["--help"]).ends(0);
    let run = sandbox.run(&[]).ends(2);
    assert!(run.stderr.contains("Usage: shockwave"), "{}", run.stderr);
    let run = sandbox.run(&["reprot"]).ends(2);
    assert!(run.stderr.contains("'report'"), "{}", run.stderr);
}

#[test]
fn completions_know_commands_and_flags() {
    let sandbox = Sandbox::new();
    for (shell, mark) in [
        ("bash", "complete -F _shockwave"),
        ("zsh", "#compdef shockwave"),
        ("fish", "complete -c shockwave"),
    ] {
        let script = sandbox.run(&["completions", shell]).ends(0).stdout;
        for part in [mark, "report", "calendar", "benchmark-weight"] {
            assert!(script.contains(part), "{shell} lacks {part}");
        }
    }
    let run = sandbox.run(&["completions", "tcsh"]).ends(2);
    assert!(
        run.stderr.contains("[possible values: bash"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_manual_has_every_command_and_flag() {
    let page = Sandbox::new().run(&["man"]).ends(0).stdout;
    assert!(page.contains(".TH shockwave 1"), "{page}");
    for part in [
        "shockwave\\-report",
        "\\-\\-benchmark\\-weight",
        "\\-\\-now",
        "\\-\\-event\\-zone",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
}

#[test]
fn calendar_sessions_are_listed() {
    let sandbox = Sandbox::new();
    let args = [
        "calendar",
        "sessions",
        "--from",
        "2025-01-01",
        "--to",
        "2025-01-10",
    ];
    let run = sandbox.run(&args).ends(0);
    let dates: Vec<&str> = run.stdout.lines().map(|l| &l[..10]).collect();
    // New Year's Day and the day of mourning for President Carter are missing.
    let open = [
        "2025-01-02",
        "2025-01-03",
        "2025-01-06",
        "2025-01-07",
        "2025-01-08",
        "2025-01-10",
    ];
    assert_eq!(dates, open);
    let mut args = args.to_vec();
    args.push("--json");
    let sessions = sandbox.run(&args).ends(0).json();
    assert_eq!(sessions["sessions"].as_array().map(Vec::len), Some(6));
    for (from, to, part) in [
        ("2025-01-10", "2025-01-01", "--from"),
        ("2025-13-01", "2025-01-01", "2025-13-01"),
        ("1800-01-01", "2025-01-01", "1990-01-01 to"),
    ] {
        let args = ["calendar", "sessions", "--from", from, "--to", to];
        let run = sandbox.run(&args).ends(2);
        assert!(run.stderr.contains(part), "{}", run.stderr);
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn calendar_next_goes_by_the_stated_clock() {
    let sandbox = Sandbox::new();
    for (now, next) in [
        ("2025-01-27T08:00:00-05:00", "2025-01-27"),
        ("2025-01-27T15:59:00-05:00", "2025-01-27"),
        ("2025-01-27T16:00:00-05:00", "2025-01-28"),
        ("2025-01-28T02:00:00Z", "2025-01-28"),
        ("2025-01-08T18:00:00-05:00", "2025-01-10"),
        ("2024-11-29T13:30:00-05:00", "2024-12-02"),
    ] {
        let run = sandbox.run(&["calendar", "next", "--now", now]).ends(0);
        assert_eq!(&run.stdout[..10], next, "{now}");
    }
    let args = [
        "calendar",
        "next",
        "-n",
        "3",
        "--json",
        "--now",
        "2025-01-17T18:00:00-05:00",
    ];
    let sessions = sandbox.run(&args).ends(0).json();
    let dates: Vec<_> = sessions["sessions"]
        .as_array()
        .expect("sessions")
        .iter()
        .map(|s| s["date"].as_str().expect("a date"))
        .collect();
    assert_eq!(dates, ["2025-01-21", "2025-01-22", "2025-01-23"]);
    let run = sandbox.run(&["calendar", "next", "--now", "soon"]).ends(2);
    assert!(run.stderr.contains("--now") && run.stderr.contains("\"soon\""));
    let run = sandbox
        .run(&["calendar", "next", "--calendar", "from-data"])
        .ends(2);
    assert!(
        !run.stderr.contains("Calendar::"),
        "that speaks to programmers: {}",
        run.stderr
    );
}

#[test]
fn calendar_check_says_why_a_day_does_not_trade() {
    let sandbox = Sandbox::new();
    let dates = ["2025-01-09", "2025-01-25", "2025-01-27", "2024-11-29"];
    let mut args = vec!["calendar", "check"];
    args.extend(dates);
    let run = sandbox.run(&args).ends(0);
    let lines: Vec<&str> = run.stdout.lines().collect();
    for (line, part) in lines
        .iter()
        .zip(["Carter", "closed: Saturday", "trades", "early close"])
    {
        assert!(line.contains(part), "{line}");
    }
    args.push("--json");
    let check = sandbox.run(&args).ends(0).json();
    assert!(check["dates"][0]["session"].is_null());
    assert_eq!(check["dates"][2]["session"]["date"], "2025-01-27");
}

#[test]
fn events_are_listed_checked_and_placed() {
    let sandbox = Sandbox::with_market();
    let run = sandbox.run(&["events", "list"]).ends(0);
    assert!(run.stdout.contains("deepseek-selloff"));
    let list = sandbox
        .run(&["events", "list", "events.csv", "--json"])
        .ends(0)
        .json();
    assert_eq!(list["events"].as_array().map(Vec::len), Some(3));
    assert_eq!(list["events"][0]["instruments"][0], "AAA");

    let run = sandbox.run(&["events", "check", "events.csv"]).ends(0);
    assert!(
        run.stdout.contains("3 events are readable"),
        "{}",
        run.stdout
    );
    sandbox.write("double.csv", "id,at\na,2024-06-03\nb,2024-06-02\n");
    let check = sandbox
        .run(&["events", "check", "double.csv", "--json"])
        .ends(0)
        .json();
    assert_eq!(
        check["shared_sessions"]["2024-06-03"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    assert_eq!(check["closed_days"][0]["id"], "b");

    let run = sandbox.run(&["events", "align", "double.csv"]).ends(0);
    assert!(run.stdout.contains("anchor-next"), "{}", run.stdout);
    let args = [
        "events",
        "align",
        "double.csv",
        "--anchor",
        "drop",
        "--json",
    ];
    let placed = sandbox.run(&args).ends(1).json();
    assert!(placed["events"][1]["session"].is_null());
    for command in ["list", "check", "align"] {
        sandbox.write("bad.csv", "id,at\na,soon\n");
        let run = sandbox.run(&["events", command, "bad.csv"]).ends(2);
        assert!(run.stderr.contains("bad.csv:2:3"), "{}", run.stderr);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let sandbox = Sandbox::new();
    for args in [
        &[
            "calendar",
            "sessions",
            "--from",
            "1990-01-02",
            "--to",
            "2024-12-31",
        ][..],
        &["completions", "bash"],
        &["events", "list", "--json"],
        &["man"],
        &["report", "--help"],
    ] {
        let mut child = sandbox
            .command()
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut first = String::new();
        // The pipe closes with the reader, as with `| head -1`.
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::with_capacity(16, stdout)
            .read_line(&mut first)
            .expect("a line");
        let status = child.wait().expect("it ends");
        let mut stderr = String::new();
        let pipe = child.stderr.as_mut().expect("a pipe");
        pipe.read_to_string(&mut stderr).expect("text");
        assert!(!stderr.contains("panicked"), "{args:?}: {stderr}");
        assert_eq!(status.code(), Some(0), "{args:?}: {stderr}");
    }
}
