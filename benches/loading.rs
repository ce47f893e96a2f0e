//! `cargo bench --bench loading`: from files to a panel, and from a file to event observations.
//!
//! A market of 5,000 instruments × 5,000 sessions as one long Parquet file beside polars' own read
//! of all of its columns; a folder of 2,000 CSV files beside a bare read of their bytes; 10,000
//! and 1,000,000 observations with their parametric tests. Each load is a process of its own, so
//! that its peak memory is its own. The files are made from a seed in a temporary folder.
//!
//! `-- --instruments 200 --sessions 1000 --files 50` makes a smaller market. In the `dev` and
//! `quick` profiles polars is not optimised, and the ratios mean little: use `cargo bench`.

#[path = "../tests/support/random.rs"]
mod random;

use polars::prelude::*;
use random::Random;
use rayon::prelude::*;
use shockwave::analysis::model::market;
use shockwave::analysis::panel::{
    Panel, PanelEvent, PanelMask, PanelSettings, events_within, for_each_batch,
};
use shockwave::prices::dense::read_dense;
use shockwave::prices::read::ReadOptions;
use shockwave::prices::sink::{ColumnKind, ColumnPart, ParquetSink};
use shockwave::returns::{ReturnKind, returns};
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Runs of each load; the quickest is reported, and the least memory.
const REPEATS: usize = 3;
/// What the fits and CARs of a batch may take.
const BUDGET: usize = 256 << 20;
const OBSERVATIONS: [usize; 2] = [10_000, 1_000_000];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == "--child") {
        child(&arguments[at + 1], Path::new(&arguments[at + 2]));
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (n, t) = (number("--instruments", 5_000), number("--sessions", 5_000));
    let file = folder.path().join("market.parquet");
    let start = Instant::now();
    write_parquet(&file, n, t);
    let size = std::fs::metadata(&file).expect("a file").len() as f64 / 1e6;
    let block = (n * t * 8) as f64 / 1e6;
    println!(
        "{n} instruments x {t} sessions, 1 % missing: {size:.0} MB of Parquet, {block:.0} MB as a block, made in \
         {:.1?}; {} threads",
        start.elapsed(),
        rayon::current_num_threads()
    );
    compare("long Parquet", ["polars", "panel"], &file);
    let files = number("--files", 2_000);
    let csv = folder.path().join("csv");
    let bytes = write_csv(&csv, files, 1_250.min(t));
    println!(
        "{files} CSV files of {} sessions: {:.0} MB",
        1_250.min(t),
        bytes as f64 / 1e6
    );
    compare("folder of CSV", ["bytes", "panel"], &csv);
    println!("from the Parquet file to observations with their parametric tests over [-1, +1],");
    println!(
        "and the same into one Parquet file of results, batches of {} MB:",
        BUDGET >> 20
    );
    let whole = OBSERVATIONS.map(|n| run(&format!("observations-{n}"), &file));
    let streamed = run(&format!("stream-{}", OBSERVATIONS[1]), &file);
    for (n, found) in OBSERVATIONS.iter().zip(&whole) {
        println!("{n:>10} observations: {found}");
    }
    println!("{:>10} into a file: {streamed}", OBSERVATIONS[1]);
    let growth = whole[1].time.as_secs_f64() / whole[0].time.as_secs_f64();
    println!("growth between the two: {growth:.1}x");
}

fn number(name: &str, default: usize) -> usize {
    let mut arguments = std::env::args().skip_while(|a| a != name);
    arguments
        .nth(1)
        .map_or(default, |value| value.parse().expect("a number"))
}

/// What a process took.
struct Found {
    time: Duration,
    megabytes: f64,
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2?}, peak {:.0} MB", self.time, self.megabytes)
    }
}

/// The best of some processes that do `what` with a path.
fn run(what: &str, path: &Path) -> Found {
    let program = std::env::current_exe().expect("this program");
    let mut best = Found {
        time: Duration::MAX,
        megabytes: f64::INFINITY,
    };
    for _ in 0..REPEATS {
        let mut command = Command::new(&program);
        let output = command.args(["--child", what]).arg(path).output();
        let output = output.expect("a process");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8_lossy(&output.stdout);
        let mut figures = text
            .split_whitespace()
            .map(|v| v.parse().expect("a number"));
        let seconds: f64 = figures.next().expect("a time");
        best.time = best.time.min(Duration::from_secs_f64(seconds));
        best.megabytes = best.megabytes.min(figures.next().expect("a size"));
    }
    best
}

fn compare(title: &str, [theirs, ours]: [&str; 2], path: &Path) {
    let (bare, own) = (run(theirs, path), run(ours, path));
    let ratio = own.time.as_secs_f64() / bare.time.as_secs_f64();
    println!(
        "{title}: {theirs} {bare}; panel {own}: {ratio:.2} x the time, {:.2} x the memory",
        own.megabytes / bare.megabytes
    );
}

fn child(what: &str, path: &Path) {
    let start = Instant::now();
    match what.split_once('-') {
        Some((kind, n)) => observe(path, n.parse().expect("a number"), kind == "stream"),
        None => match what {
            "polars" => {
                let file = File::open(path).expect("a file");
                let frame = ParquetReader::new(file).finish().expect("a frame");
                assert!(frame.height() > 0);
            }
            "bytes" => assert!(bare_bytes(path) > 0),
            _ => assert!(load(path).0.n_instruments() > 0),
        },
    }
    println!("{} {}", start.elapsed().as_secs_f64(), peak_megabytes());
}

/// A file or folder as a panel, and the returns of its first instrument.
fn load(path: &Path) -> (Panel, Vec<f64>) {
    let market = read_dense(path, &ReadOptions::default(), None).expect("prices");
    let n_sessions = market.sessions.len();
    let first = returns(&market.prices[..n_sessions], ReturnKind::Simple);
    let panel = Panel::from_prices(n_sessions, market.prices, ReturnKind::Simple);
    (panel.expect("a panel"), first)
}

fn bare_bytes(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let files: Vec<PathBuf> = entries.map(|e| e.expect("a file").path()).collect();
    let sizes = files
        .par_iter()
        .map(|f| std::fs::read(f).map_or(0, |b| b.len()));
    sizes.sum()
}

fn observe(path: &Path, n: usize, stream: bool) {
    let (panel, benchmark) = load(path);
    let window = |text: &str| text.parse().expect("a window");
    let settings = PanelSettings {
        estimation: window("-250:-11"),
        event: window("-10:10"),
        min_estimation: 144,
        returns: ReturnKind::Simple,
    };
    let mut random = Random(7);
    let (instruments, sessions) = (
        panel.n_instruments() as f64 - 1.0,
        panel.n_sessions() as f64,
    );
    let mut event = |_| PanelEvent {
        instrument: 1 + (random.uniform() * instruments) as u32,
        day_0: (260.0 + random.uniform() * (sessions - 280.0)) as u32,
    };
    let events: Vec<PanelEvent> = (0..n).map(&mut event).collect();
    let (model, mask) = (market("first", benchmark), PanelMask::default());
    let columns = [
        ("instrument", ColumnKind::Whole),
        ("day_0", ColumnKind::Whole),
        ("residual_sd", ColumnKind::Number),
        ("car", ColumnKind::Number),
        ("car_sd", ColumnKind::Number),
        ("bhar", ColumnKind::Number),
    ];
    let out = File::create(path.with_extension("results")).expect("a file");
    let mut sink = ParquetSink::new(std::io::BufWriter::new(out), &columns).expect("a sink");
    let n_events = if stream { events_within(BUDGET, 1) } else { n };
    let of = (&events[..], &mask);
    for_each_batch(&panel, &model, of, settings, n_events, |batch| {
        let cars = batch.cars(window("-1:1"));
        if !stream {
            assert!(batch.parametric_tests(&cars).iter().all(|(_, t)| t.n > 0));
            return Ok(());
        }
        let given = || batch.given().iter().map(|&i| events[i as usize]);
        let figure = |f: fn(&shockwave::analysis::abnormal::Car) -> f64| {
            ColumnPart::Number(cars.cars.iter().map(f).collect())
        };
        sink.append(&[
            ColumnPart::Whole(given().map(|e| e.instrument).collect()),
            ColumnPart::Whole(given().map(|e| e.day_0).collect()),
            ColumnPart::Number(batch.residual_sds().to_vec()),
            figure(|c| c.car),
            figure(|c| c.sd),
            figure(|c| c.bhar),
        ])
    })
    .expect("results");
    sink.finish().expect("a file of results");
}

impl Random {
    /// Prices of one instrument, a hundredth of them missing but in the first instrument, rounded
    /// to a cent.
    fn prices(&mut self, n_sessions: usize, complete: bool) -> Vec<f64> {
        let mut price = 20.0 + 100.0 * self.uniform();
        let mut next = || {
            price = (price * (1.0 + 0.04 * (self.uniform() - 0.5))).max(1.0);
            let missing = self.uniform() < 0.01 && !complete;
            if missing {
                f64::NAN
            } else {
                (price * 100.0).round() / 100.0
            }
        };
        (0..n_sessions).map(|_| next()).collect()
    }
}

/// Monday to Friday from the year 2000.
fn weekdays(n: usize) -> Vec<i32> {
    // 3 January 2000 was a Monday.
    (0..n as i32).map(|t| 10_959 + t / 5 * 7 + t % 5).collect()
}

/// date, symbol, close and volume, one instrument after the other.
fn write_parquet(path: &Path, n_instruments: usize, n_sessions: usize) {
    let kinds = [
        ("date", ColumnKind::Date),
        ("symbol", ColumnKind::Text),
        ("close", ColumnKind::Number),
        ("volume", ColumnKind::Number),
    ];
    let mut sink = ParquetSink::new(File::create(path).expect("a file"), &kinds).expect("a sink");
    let (days, mut random) = (weekdays(n_sessions), Random(1));
    for i in 0..n_instruments {
        let prices = random.prices(n_sessions, i == 0);
        let kept: Vec<usize> = (0..n_sessions).filter(|&t| !prices[t].is_nan()).collect();
        let symbol = format!("S{i:04}");
        let volume = |_| (1e6 * random.uniform()).round();
        let parts = [
            ColumnPart::Date(kept.iter().map(|&t| days[t]).collect()),
            ColumnPart::Text(vec![symbol.as_str(); kept.len()]),
            ColumnPart::Number(kept.iter().map(|&t| prices[t]).collect()),
            ColumnPart::Number(kept.iter().map(volume).collect()),
        ];
        sink.append(&parts).expect("rows");
    }
    sink.finish().expect("a file");
}

/// One file per instrument; the bytes of all.
fn write_csv(folder: &Path, n_files: usize, n_sessions: usize) -> usize {
    std::fs::create_dir(folder).expect("a folder");
    let (days, mut random) = (weekdays(n_sessions), Random(2));
    let mut bytes = 0;
    for i in 0..n_files {
        let mut text = "Date,Open,High,Low,Close,Volume\n".to_owned();
        for (day, close) in days.iter().zip(random.prices(n_sessions, i == 0)) {
            if close.is_nan() {
                continue;
            }
            let date = chrono::NaiveDate::from_epoch_days(*day).expect("a date");
            let (high, low) = (close + 0.5, close - 0.5);
            let _ = writeln!(text, "{date},{close:.2},{high:.2},{low:.2},{close:.2},1000");
        }
        bytes += text.len();
        std::fs::write(folder.join(format!("S{i:04}.csv")), text).expect("a file");
    }
    bytes
}

/// The most memory that the process has held, where the system tells.
fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|l| l.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.map_or(f64::NAN, |k| k * 1024.0 / 1e6)
}
