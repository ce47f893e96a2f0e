//! 500 symbols: how long, beside as many bare downloads in the same run; how much memory; and the
//! distances between requests as the server saw them.

use super::wire::{self, series};
use super::{Desk, MORNING};
use crate::replica::{Act, Seen, ok};
use std::process::Stdio;
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

/// The highest memory of a process while it runs, in MiB.
fn peak_memory(child: &mut std::process::Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("it can be asked").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0) / 1024);
        std::thread::sleep(Duration::from_millis(5));
    }
    peak
}

#[test]
#[ignore = "a measurement; CONTRIBUTING.md has the command"]
fn five_hundred_symbols_beside_as_many_downloads() {
    let body = ten_years();
    let desk = Desk::new(long(Arc::clone(&body)));
    let downloads = bare(&desk.replica.url());
    let began = Instant::now();
    let mut command = desk.command();
    command.args(["fetch", "--json", "--now", MORNING, "--source", "tiingo"]);
    let mut child = command
        .args(names())
        .stdout(Stdio::null())
        .spawn()
        .expect("it runs");
    let peak = peak_memory(&mut child);
    let fetched = began.elapsed();
    assert!(child.wait().expect("it ends").success());
    desk.verify();
    let began = Instant::now();
    let again = desk
        .command()
        .args(["fetch", "--json", "--now", MORNING, "--source", "tiingo"])
        .args(names())
        .output();
    assert!(again.expect("it runs").status.success());
    println!(
        "{SYMBOLS} symbols of {} kB: downloads alone {downloads:.2?}, fetch {fetched:.2?} with {peak} MiB, again {:.2?} and no request",
        body.len() / 1000,
        began.elapsed(),
    );
    assert_eq!(desk.replica.seen().len(), 2 * SYMBOLS);
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
