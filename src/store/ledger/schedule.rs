//! What the schedule remembers: runs with all that they leave behind, and the outbox.
//!
//! Bodies are the schedule's own; here they are text. A run, its messages and its results are
//! written in one transaction, and repeated, it changes nothing.

use super::{Ledger, fault, instant, write};
use crate::error::Result;
use crate::store::record::RunRecord;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

/// A message for one rule, told once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Name of the rule.
    pub rule: String,
    /// Key of the fact: with the rule, unique.
    pub key: String,
    /// The message, as its writer likes.
    pub body: String,
}

/// The last result of a study, for the comparison with the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineRow {
    /// Name of the study.
    pub study: String,
    /// The session whose run computed it.
    pub session: String,
    /// The result, as its writer likes.
    pub body: String,
}

/// A run with all that it leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunCompletion {
    /// The run.
    pub run: RunRecord,
    /// Messages; those that are there already stay as they are.
    pub outbox: Vec<OutboxRow>,
    /// Results; each replaces the one before.
    pub baselines: Vec<BaselineRow>,
}

impl Ledger {
    pub fn complete_run(&mut self, completion: &RunCompletion) -> Result<()> {
        let written = self.connection.transaction().and_then(|step| {
            write_run(&step, &completion.run)?;
            for row in &completion.outbox {
                let at = instant(completion.run.started_at);
                write(&step, "INSERT OR IGNORE", "outbox", message(row, at, false))?;
            }
            for row in &completion.baselines {
                let cells = [&row.study, &row.session, &row.body];
                let cells = cells.map(|text| text.clone().into()).to_vec();
                write(&step, "INSERT OR REPLACE", "baselines", cells)?;
            }
            step.commit()
        });
        written.map_err(|e| fault(&self.path, &e))
    }

    /// Bodies of messages, oldest first: of one rule, or of all; those not sent yet, or all.
    pub fn outbox(&self, rule: Option<&str>, unsent_only: bool) -> Result<Vec<String>> {
        self.rows(
            "SELECT body FROM outbox WHERE (?1 IS NULL OR rule = ?1) AND (sent = 0 OR NOT ?2)
             ORDER BY at, rule, key",
            params![rule, unsent_only],
            |row| row.get(0),
        )
    }

    pub fn mark_sent(&mut self, sent: &[(String, String)]) -> Result<()> {
        let written = self.connection.transaction().and_then(|step| {
            for (rule, key) in sent {
                let found = step.query_row(
                    "SELECT at, body FROM outbox WHERE rule = ?1 AND key = ?2",
                    params![rule, key],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                );
                let Some((at, body)) = found.optional()? else {
                    continue;
                };
                let row = OutboxRow {
                    rule: rule.clone(),
                    key: key.clone(),
                    body,
                };
                write(
                    &step,
                    "INSERT OR REPLACE",
                    "outbox",
                    message(&row, at, true),
                )?;
            }
            step.commit()
        });
        written.map_err(|e| fault(&self.path, &e))
    }

    pub fn baseline(&self, study: &str) -> Result<Option<BaselineRow>> {
        let found = self.connection.query_row(
            "SELECT study, session, snapshot FROM baselines WHERE study = ?1",
            [study],
            |row| {
                Ok(BaselineRow {
                    study: row.get(0)?,
                    session: row.get(1)?,
                    body: row.get(2)?,
                })
            },
        );
        self.of(found.optional())
    }
}

pub(super) fn write_run(step: &Connection, run: &RunRecord) -> rusqlite::Result<()> {
    let row = vec![
        run.kind.clone().into(),
        run.key.clone().into(),
        instant(run.started_at).into(),
        run.ended_at.map(instant).into(),
        run.outcome.clone().into(),
        run.detail.clone().into(),
    ];
    write(step, "INSERT OR REPLACE", "runs", row)
}

fn message(row: &OutboxRow, at: String, sent: bool) -> Vec<Value> {
    let [rule, key, body] = [&row.rule, &row.key, &row.body].map(|text| text.clone().into());
    vec![rule, key, at.into(), body, i64::from(sent).into()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completion(key: &str, body: &str) -> RunCompletion {
        RunCompletion {
            run: RunRecord {
                kind: "daily".into(),
                key: "2025-01-27".into(),
                started_at: "2025-01-27T23:30:00Z".parse().unwrap(),
                ended_at: None,
                outcome: Some("updated".into()),
                detail: None,
            },
            outbox: vec![OutboxRow {
                rule: "mail".into(),
                key: key.into(),
                body: body.into(),
            }],
            baselines: vec![BaselineRow {
                study: "s".into(),
                session: "2025-01-27".into(),
                body: body.into(),
            }],
        }
    }

    #[test]
    fn a_message_is_told_once_and_a_result_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path()).unwrap();
        ledger.complete_run(&completion("a", "first")).unwrap();
        let sent = [("mail".to_owned(), "a".to_owned())];
        ledger.mark_sent(&sent).unwrap();
        ledger.complete_run(&completion("a", "again")).unwrap();
        ledger.complete_run(&completion("b", "other")).unwrap();
        assert_eq!(ledger.outbox(None, false).unwrap(), ["first", "other"]);
        assert_eq!(ledger.outbox(None, true).unwrap(), ["other"]);
        assert!(ledger.outbox(Some("feed"), false).unwrap().is_empty());
        assert_eq!(ledger.baseline("s").unwrap().unwrap().body, "other");
        assert_eq!(ledger.baseline("t").unwrap(), None);
        assert_eq!(ledger.runs("daily").unwrap().len(), 1);
    }
}
