//! `shockwave schedule`, driven: a quarter of trading days with the embedded figures revealed one by
//! one, the same with processes that are killed, and single runs on odd days.

#[cfg(unix)]
mod install;
#[cfg(unix)]
mod mail;
mod once;
mod quarter;
#[cfg(unix)]
mod service;

use crate::replica::{Act, Replica, Seen};
use crate::support::{Run, Sandbox};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

/// The first instant of the replay: after the moment of 2 January 2025.
pub const BEGIN: &str = "2025-01-03T00:00:00Z";

const SCHEDULE: &str = r#"
studies = ["watch.toml"]
sources = ["twelvedata"]
symbols = ["NVDA", "SPY"]
from = 2023-10-02
at = "18:30"
retries = ["15m", "1h"]

[[notify]]
name = "log"
on = ["abnormal-return", "new-event", "completed-window", "revision", "claim", "failed-source"]
quantile = 0.99
to = "file"
path = "messages.jsonl"

[[notify]]
name = "feed"
to = "feed"

[[notify]]
name = "hook"
to = "webhook"
url = "HOOK"
secret-env = "HOOK_SECRET"
"#;

const STUDY: &str = r#"
name = "watch"
title = "The first quarter of 2025"
events = ["events.csv"]
source = "twelvedata"
instruments = ["NVDA"]
benchmark = "SPY"
group-by = "none"
placebo = "off"
bootstrap = 99
format = ["csv", "json"]
"#;

const EVENTS: &str = "id,at,title,instruments\n\
    r1,2025-01-20,DeepSeek-R1 is released,NVDA\n\
    deepseek,2025-01-27,The sell-off,NVDA\n\
    tariffs,2025-02-03,Tariff orders,NVDA\n\
    results,2025-02-27,Results of the quarter,NVDA\n";

/// A folder with a schedule, a source that knows what was published by the time asked for, and a
/// receiver of messages that fails twice before it takes each.
pub struct Desk {
    pub sandbox: Sandbox,
    source: Arc<Replica>,
    hook: Replica,
}

impl Desk {
    pub fn new() -> Self {
        let closes = closes();
        let source = Replica::start(move |seen, _| vec![Act::Send(time_series(&closes, seen))]);
        Self::facing(source)
    }

    /// Another folder in front of the same source, whose address stands in what is stored.
    pub fn beside(other: &Desk) -> Self {
        Self::in_front_of(Arc::clone(&other.source))
    }

    pub fn facing(source: Replica) -> Self {
        Self::in_front_of(Arc::new(source))
    }

    fn in_front_of(source: Arc<Replica>) -> Self {
        let hook = Replica::start(|_, nth| {
            let status = if nth < 2 { "500 Not yet" } else { "204 Taken" };
            let reply =
                format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            vec![Act::Send(reply.into_bytes())]
        });
        let sandbox = Sandbox::new();
        sandbox.write(
            "schedule.toml",
            SCHEDULE.replace("HOOK\"", &format!("{}/hook\"", hook.url())),
        );
        sandbox.write("watch.toml", STUDY);
        sandbox.write("events.csv", EVENTS);
        Self {
            sandbox,
            source,
            hook,
        }
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.sandbox.command();
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("SHOCKWAVE_") || name.to_lowercase().ends_with("_proxy") {
                command.env_remove(name);
            }
        }
        command
            .env("HOME", self.sandbox.root())
            .env("XDG_CONFIG_HOME", self.sandbox.path("config"))
            .env("SHOCKWAVE_STORE", self.sandbox.path("store"))
            .env("SHOCKWAVE_BASE_URL_TWELVEDATA", self.source.url())
            .env("SHOCKWAVE_KEY_TWELVEDATA", "Zq7Xw2Lk9Rt4Pv6N")
            .env("SHOCKWAVE_HTTP_RETRY_BASE_MS", "1")
            .env("SHOCKWAVE_HTTP_MIN_INTERVAL_MS", "0")
            .env("HOOK_SECRET", "between us")
            .arg("schedule")
            .args(args);
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        Run::of(self.command(args).output().expect("the binary runs"))
    }

    /// One run at a time.
    pub fn once(&self, now: &str) -> Run {
        self.run(&["once", "schedule.toml", "--json", "--now", now])
    }

    /// Replays all runs up to a time.
    pub fn replay(&self, until: &str) -> Command {
        self.command(&[
            "run",
            "schedule.toml",
            "--quiet",
            "--now",
            BEGIN,
            "--until",
            until,
        ])
    }

    pub fn begin(&self, until: &str) -> Child {
        let mut command = self.replay(until);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the binary runs")
    }

    pub fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.sandbox.read(path)).expect("JSON")
    }

    /// What the receiver took, by key, with how often.
    pub fn taken(&self) -> BTreeMap<String, usize> {
        let mut taken = BTreeMap::new();
        for seen in self.hook.seen().into_iter().skip(2) {
            let key = seen.header("idempotency-key").expect("a key").to_owned();
            *taken.entry(key).or_insert(0) += 1;
        }
        taken
    }

    /// A rule that hears of everything, in place of all others.
    pub fn notify(&self, to: &str) {
        let (before, _) = SCHEDULE.split_once("\n[[notify]]").expect("rules");
        let all = &SCHEDULE[SCHEDULE.find("on = [").expect("occasions")..];
        let all = all.lines().next().expect("a line");
        let rule = format!("{before}\n[[notify]]\nname = \"all\"\n{all}\nquantile = 0.5\n{to}");
        self.sandbox.write("schedule.toml", rule);
    }

    /// How often the source was asked.
    pub fn source_requests(&self) -> usize {
        self.source.seen().len()
    }

    pub fn hook_requests(&self) -> Vec<Seen> {
        self.hook.seen()
    }

    /// Every table of the ledger, row by row.
    pub fn ledger(&self) -> Vec<String> {
        let path = self.sandbox.path("store/ledger.sqlite");
        let ledger = rusqlite::Connection::open(path).expect("a ledger");
        let mut rows = Vec::new();
        for table in [
            "fetches",
            "revisions",
            "quotas",
            "runs",
            "outbox",
            "baselines",
        ] {
            let query = format!("SELECT * FROM {table}");
            let mut statement = ledger.prepare(&query).expect("a table");
            let n = statement.column_count();
            let mut found: Vec<String> = statement
                .query_map([], |row| {
                    let cells: Result<Vec<rusqlite::types::Value>, _> =
                        (0..n).map(|i| row.get(i)).collect();
                    Ok(format!("{table} {:?}", cells?))
                })
                .expect("rows")
                .collect::<Result<_, _>>()
                .expect("rows");
            found.sort();
            rows.append(&mut found);
        }
        rows
    }

    /// Store and reports, but for the locks and the ledger, which is compared row by row.
    pub fn files(&self) -> crate::support::Tree {
        let mut tree = self.sandbox.tree("store");
        tree.retain(|name, _| !name.starts_with("ledger") && !name.ends_with("lock"));
        for (name, bytes) in self.sandbox.tree("reports") {
            tree.insert(format!("reports/{name}"), bytes);
        }
        tree
    }
}

/// Closes of the embedded figures, by symbol, as `date close`, ascending.
pub fn closes() -> BTreeMap<String, Vec<(String, String)>> {
    let text = include_str!("../../data/sample/close.csv");
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let mut closes: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        for (name, close) in names.iter().zip(&cells).skip(1) {
            if ["NVDA", "SPY"].contains(name) && !close.is_empty() {
                let row = (cells[0].to_owned(), (*close).to_owned());
                closes.entry((*name).to_owned()).or_default().push(row);
            }
        }
    }
    closes
}

/// A reply of Twelve Data: what was asked for, newest first.
pub fn time_series(closes: &BTreeMap<String, Vec<(String, String)>>, seen: &Seen) -> Vec<u8> {
    let symbol = seen.parameter("symbol").expect("a symbol");
    let from = seen.parameter("start_date").unwrap_or("0000-00-00");
    let end = seen.parameter("end_date").expect("an end");
    let mut body = String::from("datetime;open;high;low;close;volume\n");
    for (date, close) in closes[symbol].iter().rev() {
        if date.as_str() >= from && date.as_str() < end {
            body.push_str(&format!("{date};{close};{close};{close};{close};1000\n"));
        }
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body.into_bytes()].concat()
}
