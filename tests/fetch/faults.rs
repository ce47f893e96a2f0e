//! What networks and disks do: each fault has its class, takes its time and no more, and leaves
//! what is stored as it was.

use super::wire::{self, Bar, series};
use super::{Desk, one, outcome};
use crate::replica::{self, Act, Seen, body, ok, reply};
use crate::support::Run;
use std::process::Stdio;
use std::time::{Duration, Instant};

fn bars(to: &str) -> Vec<Bar> {
    series("NVDA", to)
}

fn table() -> Vec<u8> {
    wire::tiingo(&bars("2026-08-26")).into_bytes()
}

const TIINGO: [&str; 3] = ["NVDA", "--source", "tiingo"];

/// Faults with their class and the requests that they take.
fn faults() -> Vec<(&'static str, Vec<Act>, &'static str, usize)> {
    let csv = table();
    let half = csv.len() / 2;
    let gzip = [("content-encoding", "gzip")];
    let storm = reply(429, &[("retry-after", "1")], "Too Many Requests");
    let patient = reply(429, &[("retry-after", "86400")], "Too Many Requests");
    let longer = vec![Act::Send(
        [replica::head(200, &[], Some(half)), csv.clone()].concat(),
    )];
    vec![
        (
            "reset-mid-body",
            replica::reset_midway(&csv, half),
            "network",
            4,
        ),
        (
            "slow-drip",
            replica::drip(&csv, Duration::from_millis(100)),
            "timeout",
            4,
        ),
        (
            "silence",
            vec![Act::Wait(Duration::from_secs(5))],
            "timeout",
            4,
        ),
        (
            "length-too-long",
            replica::cut_short(&csv, half),
            "truncated",
            4,
        ),
        ("length-too-short", longer, "truncated", 4),
        (
            "truncated-csv",
            ok("text/csv", &csv[..csv.len() - 30]),
            "truncated",
            4,
        ),
        (
            "gzip-bomb",
            reply(200, &gzip, body::bomb(256)),
            "too-large",
            1,
        ),
        (
            "broken-gzip",
            reply(200, &gzip, &body::gzipped(&csv)[..half / 4]),
            "truncated",
            4,
        ),
        ("429-storm", storm, "rate-limited", 4),
        ("429-for-a-day", patient, "rate-limited", 1),
        (
            "redirects-without-end",
            replica::redirect("/round"),
            "schema-changed",
            6,
        ),
        (
            "redirect-to-a-file",
            replica::redirect("file:///etc/passwd"),
            "schema-changed",
            1,
        ),
        (
            "redirect-to-a-private-host",
            replica::redirect("http://10.0.0.1/"),
            "schema-changed",
            1,
        ),
        (
            "redirect-to-the-metadata",
            replica::redirect("http://169.254.169.254/"),
            "schema-changed",
            1,
        ),
        (
            "challenge-with-200",
            ok("text/csv", wire::BOT_PAGE),
            "bot-check",
            1,
        ),
        ("500-without-end", reply(500, &[], "oops"), "network", 4),
        (
            "no-http",
            vec![Act::Send(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec())],
            "network",
            4,
        ),
    ]
}

#[test]
fn every_fault_has_its_class_and_changes_nothing() {
    let mut desk = Desk::new(|_, _| ok("text/csv", wire::tiingo(&bars("2026-08-25"))));
    desk.fetch_at("2026-08-26T13:00:00Z", &TIINGO).ends(0);
    let before = desk.figures();
    for (name, acts, class, requests) in faults() {
        desk = desk.facing(move |_, _| acts.clone());
        let began = Instant::now();
        let mut command = desk.command();
        command.env("SHOCKWAVE_HTTP_TIMEOUT_MS", "400");
        command
            .args(["fetch", "--json", "--now", super::MORNING])
            .args(TIINGO);
        let run = Run::of(command.output().expect("the binary runs")).ends(3);
        let took = began.elapsed();
        let result = one(&run);
        assert_eq!(outcome(&result).1, class, "{name}: {result}");
        assert_eq!(desk.replica.seen().len(), requests, "{name}");
        assert!(took < Duration::from_secs(8), "{name} took {took:?}");
        assert_eq!(desk.figures(), before, "{name}");
        println!("{name}: {class}, {requests} requests, {took:.1?}");
    }
    desk.verify();
}

#[test]
fn faults_that_pass_are_outlived() {
    for (name, acts, class, requests) in faults() {
        if requests != 4 {
            continue;
        }
        let desk = Desk::new(move |_, nth| {
            if nth < 2 {
                acts.clone()
            } else {
                ok("text/csv", table())
            }
        });
        let mut command = desk.command();
        command.env("SHOCKWAVE_HTTP_TIMEOUT_MS", "400");
        command
            .args(["fetch", "--json", "--now", super::MORNING])
            .args(TIINGO);
        let result = one(&Run::of(command.output().expect("the binary runs")).ends(0));
        assert_eq!(outcome(&result).0, "updated", "{name} ({class})");
        assert_eq!(result["rows"], bars("2026-08-26").len(), "{name}");
    }
}

#[test]
fn nobody_at_the_address_is_network() {
    let desk = Desk::new(|_, _| Vec::new());
    let mut command = desk.command();
    command.env("SHOCKWAVE_BASE_URL_TIINGO", "http://127.0.0.1:1");
    command
        .args(["fetch", "--json", "--now", super::MORNING])
        .args(TIINGO);
    let result = one(&Run::of(command.output().expect("the binary runs")).ends(3));
    assert_eq!(
        outcome(&result),
        ("failed".to_owned(), "network".to_owned())
    );
}

/// A shell that limits files to so many half kilobytes, without ending who writes more.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_what_is_stored() {
    use std::process::Command;
    let long = |seen: &Seen, _: usize| {
        let n = if seen.target.contains("FULL") { 40 } else { 1 };
        // Many columns of many digits, so that the file is larger than the ledger.
        let mut bars = bars("2026-08-26");
        for bar in &mut bars {
            bar.close += f64::from(n) * 1e-9;
        }
        ok("text/csv", wire::tiingo(&bars))
    };
    let desk = Desk::new(|_, _| ok("text/csv", wire::tiingo(&bars("2026-08-25"))));
    desk.fetch_at("2026-08-26T13:00:00Z", &TIINGO).ends(0);
    let before = desk.figures();
    let desk = desk.facing(long);
    for blocks in ["0", "1", "4", "8"] {
        let plain = desk.command();
        let mut command = Command::new("sh");
        command.args([
            "-c",
            &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\""),
        ]);
        command
            .arg(plain.get_program())
            .current_dir(desk.sandbox.root());
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.args(["fetch", "--json", "--now", super::MORNING, "NVDA", "FULL"]);
        command.args(["--source", "tiingo"]).stdin(Stdio::null());
        let run = Run::of(command.output().expect("the binary runs"));
        assert!(
            matches!(run.code, 2 | 3),
            "{blocks}: {} {}",
            run.code,
            run.stderr
        );
        assert_eq!(desk.figures(), before, "{blocks}: {}", run.stderr);
        desk.verify();
    }
    desk.fetch(&TIINGO).ends(0);
    desk.verify();
}
