//! Runs that are ended, that meet, or that are stopped: the store is sound after each.

use super::wire::{self, series};
use super::{Desk, MORNING};
use crate::replica::{Act, Seen, ok};
use crate::support::Run;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Tiingo for any symbol, up to a date.
fn tiingo(to: &'static str) -> impl Fn(&Seen, usize) -> Vec<Act> + Send + Sync + 'static {
    move |seen, _| {
        let symbol = seen.path().split('/').nth(3).unwrap_or("");
        let bars = series(symbol, to);
        let span = wire::between(
            &bars,
            seen.parameter("startDate"),
            seen.parameter("endDate"),
        );
        ok("text/csv", wire::tiingo(&span))
    }
}

fn names(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("S{i:03}")).collect()
}

fn start(desk: &Desk, names: &[String], now: &str) -> Child {
    let mut command = desk.command();
    command.args(["fetch", "--json", "--now", now, "--source", "tiingo"]);
    command
        .args(names)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().expect("the binary runs")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).expect("a file")),
        }
    }
}

/// Kills a fetch of `n` symbols at `kills` moments, by turns into an empty store and into one that
/// holds them all but for the last session.
fn kill_at_moments(n: usize, kills: u32) {
    let names = names(n);
    let desk = Desk::new(tiingo("2026-08-26"));
    let empty = Instant::now();
    assert!(
        start(&desk, &names, "2026-08-26T13:00:00Z")
            .wait()
            .expect("it ends")
            .success()
    );
    let whole = empty.elapsed();
    let (store, held) = (desk.sandbox.path("store"), desk.sandbox.path("held"));
    std::fs::rename(&store, &held).expect("a folder");
    let (mut before_the_end, mut moment) = (0, 0x1234_5678_u32);
    for kill in 0..kills {
        let _ = std::fs::remove_dir_all(&store);
        if kill % 2 == 1 {
            copy(&held, &store);
        }
        let mut child = start(&desk, &names, MORNING);
        moment = moment.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        std::thread::sleep(whole * (moment >> 22) / 1024);
        let ended = child.try_wait().expect("it can be asked").is_some();
        before_the_end += u32::from(!ended);
        let _ = child.kill();
        child.wait().expect("it ends");
        if store.exists() {
            desk.verify();
        }
        if kill % 2 == 1 {
            // Nothing that was there is lost.
            let list = desk.run(&["store", "list", "--json"]).ends(0).json();
            assert_eq!(list["series"].as_array().map(Vec::len), Some(n));
        }
    }
    assert!(
        start(&desk, &names, MORNING)
            .wait()
            .expect("it ends")
            .success()
    );
    desk.verify();
    println!(
        "{before_the_end} of {kills} runs of {n} symbols ({whole:.1?}) killed before their end"
    );
    assert!(before_the_end * 3 > kills);
}

#[test]
fn a_killed_fetch_leaves_a_sound_store() {
    kill_at_moments(24, 8);
}

#[test]
#[ignore = "a minute; a step of its own in .ci/run"]
fn fifty_killed_fetches_of_200_symbols_leave_a_sound_store() {
    kill_at_moments(200, 50);
}

/// A server that takes its time, so that a run is there to be met.
fn slow(seen: &Seen, nth: usize) -> Vec<Act> {
    let mut acts = vec![Act::Wait(Duration::from_millis(800))];
    acts.extend(tiingo("2026-08-26")(seen, nth));
    acts
}

fn until_asked(desk: &Desk) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while desk.replica.seen().is_empty() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(!desk.replica.seen().is_empty(), "nobody asked");
}

#[test]
fn of_two_fetches_at_once_the_second_says_who_is_there() {
    let desk = Desk::new(slow);
    let mut first = start(&desk, &names(1), MORNING);
    until_asked(&desk);
    let second = desk.fetch(&["NVDA", "--source", "tiingo"]).ends(4);
    assert!(
        second.stderr.contains(&first.id().to_string()),
        "{}",
        second.stderr
    );
    // Readers do not wait.
    desk.run(&["store", "list", "--json"]).ends(0);
    assert!(first.wait().expect("it ends").success());
    desk.fetch(&["NVDA", "--source", "tiingo"]).ends(0);
}

#[cfg(unix)]
#[test]
fn an_interrupt_asks_nothing_more_and_names_what_is_left() {
    let desk = Desk::new(slow);
    let mut command = desk.command();
    command.args([
        "fetch", "--now", MORNING, "--source", "tiingo", "--jobs", "2",
    ]);
    command
        .args(names(8))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("the binary runs");
    until_asked(&desk);
    let id = child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(sent.expect("kill runs").success());
    let began = Instant::now();
    let run = Run::of(child.wait_with_output().expect("it ends")).ends(130);
    assert!(began.elapsed() < Duration::from_secs(5));
    assert!(run.stderr.contains("S007"), "{}", run.stderr);
    assert!(desk.replica.seen().len() <= 4);
    desk.verify();
}
