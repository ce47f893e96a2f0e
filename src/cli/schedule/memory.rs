//! The store's ledger as the memory of the schedule.

use crate::cli::store::owner;
use crate::error::{Error, InputError, Result};
use crate::schedule::memory::{Baseline, Completion, Detail, Memory, Run, RunOutcome};
use crate::schedule::rule::Message;
use crate::schedule::snapshot::Snapshot;
use crate::store::{BaselineRow, OutboxRow, RunCompletion, RunRecord, Store};
use chrono::{DateTime, NaiveDate, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The kind of our runs in the ledger.
const DAILY: &str = "daily";

/// The ledger. The store is locked while something is written, and only then.
pub struct LedgerMemory {
    root: PathBuf,
    now: DateTime<Utc>,
}

/// What the ledger keeps of a baseline; that of an older version has no `since`.
#[derive(Serialize, Deserialize)]
struct Body<S> {
    #[serde(flatten)]
    snapshot: S,
    #[serde(default = "Option::default")]
    since: Option<(NaiveDate, S)>,
}

impl LedgerMemory {
    /// The memory of the store in `root`; `now` stands in its lock.
    pub fn new(root: PathBuf, now: DateTime<Utc>) -> Self {
        Self { root, now }
    }

    fn store(&self) -> Result<Store> {
        Store::open(&self.root)
    }
}

impl Memory for LedgerMemory {
    fn runs(&self) -> Result<Vec<Run>> {
        self.store()?.runs(DAILY)?.iter().map(run_of).collect()
    }

    fn baseline(&self, study: &str) -> Result<Option<Baseline>> {
        let Some(row) = self.store()?.baseline(study)? else {
            return Ok(None);
        };
        let body: Body<Snapshot> = from_text(&row.body)?;
        Ok(Some(Baseline {
            session: row.session.parse().map_err(|_| damaged(&row.session))?,
            snapshot: body.snapshot,
            since: body.since,
        }))
    }

    fn complete(&mut self, completion: &Completion) -> Result<()> {
        let run = &completion.run;
        let message = |message: &Message| {
            Ok(OutboxRow {
                rule: message.rule.clone(),
                key: message.fact.key.clone(),
                body: text(message)?,
            })
        };
        let baseline = |baseline: &Baseline| {
            Ok(BaselineRow {
                study: baseline.snapshot.name.clone(),
                session: baseline.session.to_string(),
                body: text(&Body {
                    snapshot: &baseline.snapshot,
                    since: baseline.since.as_ref().map(|(on, body)| (*on, body)),
                })?,
            })
        };
        let completion = RunCompletion {
            run: RunRecord {
                kind: DAILY.to_owned(),
                key: run.session.to_string(),
                started_at: run.at,
                ended_at: Some(run.at),
                outcome: Some(run.outcome.as_str().to_owned()),
                detail: Some(text(&run.detail)?),
            },
            outbox: completion
                .messages
                .iter()
                .map(message)
                .collect::<Result<_>>()?,
            baselines: completion
                .baselines
                .iter()
                .map(baseline)
                .collect::<Result<_>>()?,
        };
        let mut writer = Store::writer(&self.root, self.now, &owner("schedule"))?;
        writer.complete_run(&completion)
    }

    fn messages(&self, rule: &str) -> Result<Vec<Message>> {
        let bodies = self.store()?.outbox(Some(rule), false)?;
        bodies.iter().map(|body| from_text(body)).collect()
    }

    fn unsent(&self) -> Result<Vec<Message>> {
        let bodies = self.store()?.outbox(None, true)?;
        bodies.iter().map(|body| from_text(body)).collect()
    }

    fn mark_sent(&mut self, messages: &[Message], _at: DateTime<Utc>) -> Result<()> {
        let sent: Vec<(String, String)> = messages
            .iter()
            .map(|message| (message.rule.clone(), message.fact.key.clone()))
            .collect();
        let mut writer = Store::writer(&self.root, self.now, &owner("schedule"))?;
        writer.mark_sent(&sent)
    }
}

fn run_of(record: &RunRecord) -> Result<Run> {
    let outcome = record.outcome.as_deref().and_then(RunOutcome::from_text);
    Ok(Run {
        session: record.key.parse().map_err(|_| damaged(&record.key))?,
        at: record.started_at,
        outcome: outcome.ok_or_else(|| damaged(record.outcome.as_deref().unwrap_or("")))?,
        detail: match &record.detail {
            Some(detail) => from_text(detail)?,
            None => Detail::default(),
        },
    })
}

fn text(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| damaged(&e.to_string()))
}

fn from_text<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| damaged(text))
}

fn damaged(value: &str) -> Error {
    let cure = "it was written by another version; name another store with --store";
    let fault = InputError::new("the ledger's memory of a run cannot be read", cure);
    fault.with_value(value).into()
}
