//! 500 symbols: how long, beside as many bare downloads in the same run; how much memory; and the
//! distances between requests as the server saw them.

use super::wire::{self, series};
use super::{Desk, MORNING};
use crate::replica::{Act, Seen, ok};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

const SYMBOLS: usize = 500;

fn names() -> Vec<String> {
    (0..SYMBOLS).map(|i| format!("S{i:03}")).collect()
}

/// Ten years of any symbol.
fn long(body: Arc<String>) -> impl Fn(&Seen, usize) -> Vec<Act> + Send + Sync + 'static {
    move |_, _| ok("text/csv", body.as_bytes())
}

fn ten_years() -> Arc<String> {
    let calendar = shockwave::calendar::Calendar::named("XNYS").expect("a calendar");
    let days = calendar.sessions(wire::day("2016-08-01"), wire::day("2026-08-26"));
    let bar = series("NVDA", "2026-06-01")[0];
    let bars: Vec<wire::Bar> = days
        .expect("within the years")
        .into_iter()
        .enumerate()
        .map(|(i, on)| wire::Bar {
            on,
            close: bar.close + (i % 97) as f64 / 100.0,
            ..bar
        })
        .collect();
    Arc::new(wire::tiingo(&bars))
}

/// The same downloads with nothing around them, eight at a time.
fn bare(url: &str) -> Duration {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let began = Instant::now();
    runtime.block_on(async {
        let client = reqwest::Client::new();
        let mut tasks = tokio::task::JoinSet::new();
        for worker in 0..8 {
            let (client, url) = (client.clone(), url.to_owned());
            tasks.spawn(async move {
                for i in (worker..SYMBOLS).step_by(8) {
                    let reply = client.get(format!("{url}/tiingo/daily/S{i:03}/prices"));
                    let reply = reply.send().await.expect("a reply");
                    assert!(reply.bytes().await.expect("a body").len() > 100_000);
                }
            });
        }
        tasks.join_all().await;
    });
    began.elapsed()
}

/// What a process took.
struct Usage {
    wall: Duration,
    /// Of all its threads, to a hundredth of a second.
    cpu: Duration,
    peak_mib: u64,
}

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            wall,
            cpu,
            peak_mib,
        } = self;
        write!(f, "{wall:.2?}, processors {cpu:.2?}, {peak_mib} MiB")
    }
}

/// Runs it to its end, asking the system every few milliseconds what it has taken so far.
fn measured(command: &mut Command) -> (Usage, std::process::ExitStatus) {
    let began = Instant::now();
    let mut child = command.spawn().expect("it runs");
    let of = |file: &str| {
        let path = format!("/proc/{}/{file}", child.id());
        move || std::fs::read_to_string(&path).unwrap_or_default()
    };
    let (status, stat) = (of("status"), of("stat"));
    let (mut peak, mut ticks) = (0, 0);
    let ended = loop {
        if let Some(ended) = child.try_wait().expect("it can be asked") {
            break ended;
        }
        let text = status();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0) / 1024);
        let text = stat();
        let fields = text.rsplit(')').next().unwrap_or_default();
        let spent = fields.split_whitespace().skip(11).take(2);
        ticks = ticks.max(spent.filter_map(|t| t.parse::<u64>().ok()).sum());
        std::thread::sleep(Duration::from_millis(5));
    };
    let usage = Usage {
        wall: began.elapsed(),
        cpu: Duration::from_millis(10 * ticks),
        peak_mib: peak,
    };
    (usage, ended)
}

#[test]
#[ignore = "a measurement; CONTRIBUTING.md has the command"]
fn five_hundred_symbols_beside_as_many_downloads() {
    let body = ten_years();
    let desk = Desk::new(long(Arc::clone(&body)));
    let downloads = bare(&desk.replica.url());
    let mut command = desk.command();
    command.args(["fetch", "--json", "--now", MORNING, "--source", "tiingo"]);
    let (fetched, ended) = measured(command.args(names()).stdout(Stdio::null()));
    assert!(ended.success());
    desk.verify();
    let began = Instant::now();
    let again = desk
        .command()
        .args(["fetch", "--json", "--now", MORNING, "--source", "tiingo"])
        .args(names())
        .output();
    assert!(again.expect("it runs").status.success());
    println!(
        "{SYMBOLS} symbols of {} kB: downloads alone {downloads:.2?}, fetch {fetched}; again {:.2?} and no request",
        body.len() / 1000,
        began.elapsed(),
    );
    assert_eq!(desk.replica.seen().len(), 2 * SYMBOLS);
}

const WATCH: &str = r#"
name = "watch"
title = "One of many"
events = ["events.csv"]
source = "tiingo"
instruments = ["S0000"]
benchmark = "SPY"
group-by = "none"
placebo = "off"
bootstrap = 99
format = ["csv", "json"]
"#;

const EVENTS: &str = "id,at,title,instruments\n\
    one,2026-03-03,A change of rules,S0000\n\
    two,2026-06-16,Results of the quarter,S0001\n";

/// The evening after the next session.
const EVENING: &str = "2026-08-28T01:00:00Z";

/// About 600 sessions of a symbol to the date asked for: a market, and noise of the symbol's own.
fn history(symbol: &str, from: &str, to: &str) -> String {
    let draw = |seed: u64, i: usize| {
        let mut x = seed ^ (i as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((x ^ (x >> 31)) % 2_001) as f64 / 1_000.0 - 1.0
    };
    let calendar = shockwave::calendar::Calendar::named("XNYS").expect("a calendar");
    let sessions = calendar.sessions(wire::day("2024-04-01"), wire::day("2026-08-27"));
    let seed = symbol.bytes().fold(7, |s, b| s * 31 + u64::from(b));
    let mut price = 100.0;
    let bars = sessions.expect("within the years").into_iter().enumerate();
    let bars = bars.map(|(i, on)| {
        let own = if symbol == "SPY" { 0.0 } else { 0.02 };
        // Calm quarters and wild ones, so that a variance can move.
        let scale = if (i / 63) % 2 == 0 { 1.0 } else { 2.0 };
        price *= 1.0 + 0.012 * draw(1, i) + own * scale * draw(seed, i);
        let cents = |p: f64| (100.0 * p).round() / 100.0;
        wire::Bar {
            on,
            open: cents(price),
            high: cents(1.01 * price),
            low: cents(0.99 * price),
            close: cents(price),
            volume: 1_000_000 + (500_000.0 * draw(seed + 1, i)) as u64,
        }
    });
    let bars: Vec<wire::Bar> = bars.collect();
    wire::tiingo(&wire::between(&bars, Some(from), Some(to)))
}

/// A store of 2,000 symbols, or of `SHOCKWAVE_SYMBOLS`: filled, brought up to date by a scheduled
/// run, and scanned.
#[test]
#[ignore = "a measurement; CONTRIBUTING.md has the command"]
fn thousands_of_symbols_from_day_to_day_and_scanned() {
    let n = std::env::var("SHOCKWAVE_SYMBOLS").map_or(2_000, |n| n.parse().expect("a number"));
    let mut symbols: Vec<String> = (0..n).map(|i| format!("S{i:04}")).collect();
    symbols.push("SPY".to_owned());
    let desk = Desk::new(|seen, _| {
        let symbol = seen.path().rsplit('/').nth(1).unwrap_or_default();
        let from = seen.parameter("startDate").unwrap_or_default();
        let to = seen.parameter("endDate").unwrap_or_default();
        ok("text/csv", history(&symbol.to_uppercase(), from, to))
    });
    desk.sandbox.write("watch.toml", WATCH);
    desk.sandbox.write("events.csv", EVENTS);
    let schedule = format!(
        "studies = [\"watch.toml\"]\nsources = [\"tiingo\"]\nfrom = 2024-04-01\nsymbols = {symbols:?}\n"
    );
    desk.sandbox.write("schedule.toml", schedule);
    let step = |args: &[&str], more: &[String]| {
        let mut command = desk.command();
        let (usage, ended) = measured(command.args(args).args(more).stdout(Stdio::null()));
        println!("{n} symbols, {}: {usage}", args[0]);
        assert!(matches!(ended.code(), Some(0 | 1)), "{args:?}: {ended}");
    };
    let fetch = ["fetch", "--json", "--now", MORNING, "--source", "tiingo"];
    let from = ["--from", "2024-04-01"];
    step(&[fetch.as_slice(), &from].concat(), &symbols);
    step(
        &[
            "schedule",
            "once",
            "schedule.toml",
            "--json",
            "--now",
            EVENING,
        ],
        &[],
    );
    desk.verify();
    assert_eq!(desk.replica.seen().len(), 2 * symbols.len());
    assert!(desk.export("S0000").contains("2026-08-27"));
    let scan = ["scan", "--study=watch.toml", "--out=scanned"];
    step(&scan, &symbols[..n]);
    let table = desk.sandbox.table("scanned/association.csv");
    assert_eq!(table.rows.len(), symbols.len());
}

#[test]
fn many_symbols_at_once_keep_their_distance() {
    let bars = wire::tiingo(&series("NVDA", "2026-08-26"));
    let desk = Desk::new(move |_, _| ok("text/csv", &bars));
    let mut command = desk.command();
    command.env("SHOCKWAVE_HTTP_MIN_INTERVAL_MS", "40");
    command.args([
        "fetch", "--json", "--now", MORNING, "--source", "tiingo", "--jobs", "8",
    ]);
    let output = command
        .args(&names()[..24])
        .output()
        .expect("the binary runs");
    assert!(output.status.success());
    let mut gaps = desk.replica.gaps();
    let whole: Duration = gaps.iter().sum();
    gaps.sort();
    let (least, median) = (gaps[0], gaps[gaps.len() / 2]);
    println!("24 requests in {whole:.2?}; gaps: least {least:.1?}, median {median:.1?}");
    assert_eq!(gaps.len(), 23);
    // The server notes a request when it gets round to reading it: a gap may look shorter after
    // one that looks longer, and only the ends of the whole count.
    assert!(whole >= Duration::from_millis(23 * 40 - 40), "{gaps:?}");
    assert!(median >= Duration::from_millis(36), "{gaps:?}");
}
