//! `shockwave fetch` against a server that plays the sources: what is stored, what is refused,
//! and what is left alone.

mod disk;
mod events;
mod faults;
mod files;
mod gates;
mod kill;
mod odd;
mod patience;
mod scale;
mod secrets;
mod settings;
mod states;
mod updates;
mod wire;

use crate::replica::{Act, Replica, Seen};
use crate::support::{Run, Sandbox};
use serde_json::Value;
use std::process::Command;

/// The morning after the session of Wednesday, 26 August 2026.
pub const MORNING: &str = "2026-08-27T13:00:00Z";

/// A key that is found again wherever it is shown.
pub const KEY: &str = "Zq7Xw2Lk9Rt4Pv6N";

/// A folder with a store, and a server that stands for every source.
pub struct Desk {
    pub sandbox: Sandbox,
    pub replica: Replica,
}

impl Desk {
    pub fn new(handler: impl Fn(&Seen, usize) -> Vec<Act> + Send + Sync + 'static) -> Self {
        Self {
            sandbox: Sandbox::new(),
            replica: Replica::start(handler),
        }
    }

    /// The same store in front of another server.
    pub fn facing(
        self,
        handler: impl Fn(&Seen, usize) -> Vec<Act> + Send + Sync + 'static,
    ) -> Self {
        Self {
            replica: Replica::start(handler),
            ..self
        }
    }

    /// The binary with every source's address and key, short waits, and no settings of the user's.
    pub fn command(&self) -> Command {
        let mut command = self.sandbox.command();
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("SHOCKWAVE_") || name.to_lowercase().ends_with("_proxy") {
                command.env_remove(name);
            }
        }
        for source in [
            "STOOQ",
            "YAHOO",
            "NASDAQ",
            "ALPHAVANTAGE",
            "TIINGO",
            "TWELVEDATA",
            "EODHD",
            "FRED",
            "CBOE",
            "FRENCH",
            "EDGAR",
            "FEDERALREGISTER",
            "GDELT",
        ] {
            command.env(format!("SHOCKWAVE_BASE_URL_{source}"), self.replica.url());
        }
        for source in ["ALPHAVANTAGE", "TIINGO", "TWELVEDATA", "EODHD"] {
            command.env(format!("SHOCKWAVE_KEY_{source}"), KEY);
        }
        command
            .env("HOME", self.sandbox.root())
            .env("XDG_CONFIG_HOME", self.sandbox.path("config"))
            .env("SHOCKWAVE_STORE", self.sandbox.path("store"))
            .env("SHOCKWAVE_HTTP_RETRY_BASE_MS", "1")
            .env("SHOCKWAVE_HTTP_MIN_INTERVAL_MS", "0")
            .env("SHOCKWAVE_HTTP_TIMEOUT_MS", "3000");
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        Run::of(self.command().args(args).output().expect("the binary runs"))
    }

    /// Fetches in the morning, with more arguments.
    pub fn fetch(&self, args: &[&str]) -> Run {
        self.fetch_at(MORNING, args)
    }

    pub fn fetch_at(&self, now: &str, args: &[&str]) -> Run {
        let mut all = vec!["fetch", "--json", "--now", now];
        all.extend(args);
        self.run(&all)
    }

    /// Demands that the store is sound.
    #[track_caller]
    pub fn verify(&self) {
        self.run(&["store", "verify", "--json"]).ends(0);
    }

    /// What the store exports of a symbol.
    #[track_caller]
    pub fn export(&self, symbol: &str) -> String {
        self.run(&["store", "export", symbol]).ends(0).stdout
    }

    /// The files of figures, without the lock and the ledger.
    pub fn figures(&self) -> crate::support::Tree {
        let mut tree = self.sandbox.tree("store");
        tree.retain(|name, _| !name.starts_with("ledger") && !name.starts_with("lock"));
        tree
    }
}

/// The only result of a run.
#[track_caller]
pub fn one(run: &Run) -> Value {
    let results = run.json()["results"].as_array().expect("results").clone();
    assert_eq!(results.len(), 1, "{results:?}");
    results[0].clone()
}

/// Outcome and class of a result.
pub fn outcome(result: &Value) -> (String, String) {
    let text = |name: &str| result[name].as_str().unwrap_or("").to_owned();
    (text("outcome"), text("class"))
}
