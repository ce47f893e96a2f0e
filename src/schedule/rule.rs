//! Who hears of which fact: rules, and the messages that wait in the outbox.
//!
//! A message is a fact for one rule. It is put into the outbox in the transaction that completes its
//! run, marked as sent after its delivery, and never put there twice. Delivering is `channel`'s work.

use super::fact::{Fact, Trigger};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A rule: which facts go where.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name, unique.
    pub name: String,
    /// What it wants to hear of.
    pub on: Vec<Trigger>,
    /// Abnormal returns only beyond this two-sided quantile of their law: 0.99 is p < 0.01.
    pub quantile: f64,
    /// Only of these studies; empty means all.
    pub studies: Vec<String>,
    /// Only of these instruments; empty means all. Facts without an instrument always pass.
    pub instruments: Vec<String>,
    /// Where to.
    pub to: Channel,
}

/// Where messages go.
#[derive(Debug, Clone, PartialEq)]
pub enum Channel {
    /// Standard output, in the summary of the run.
    Stdout,
    /// A file of one JSON object per line.
    File(PathBuf),
    /// The feed in the folder of reports.
    Feed,
    /// An HTTP address that takes JSON.
    Webhook(Webhook),
    /// People.
    Email(Email),
}

/// An HTTP address that takes JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// The environment variable with the secret that signs the body, where there is one.
    pub secret_env: Option<String>,
}

/// People with a mailbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Email {
    /// Host of the server.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the connection is secured.
    pub security: Security,
    /// Sender.
    pub from: String,
    /// Receivers.
    pub to: Vec<String>,
    /// The environment variable with the user's name, where the server wants one.
    pub user_env: Option<String>,
    /// The environment variable with the password.
    pub password_env: Option<String>,
}

/// How a connection to a mail server is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after `STARTTLS`, or no delivery.
    StartTls,
    /// Not at all: for a server on this machine.
    None,
}

/// A fact for one rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Name of the rule.
    pub rule: String,
    /// When the run began that found the fact.
    pub at: DateTime<Utc>,
    /// What to tell.
    pub fact: Fact,
}

impl Channel {
    /// Whether all messages of a run go into one delivery.
    pub fn takes_many(&self) -> bool {
        !matches!(self, Channel::Webhook(_))
    }
}

impl Rule {
    /// Whether a fact is for this rule.
    pub fn wants(&self, fact: &Fact) -> bool {
        let is_listed = |list: &[String], name: &Option<String>| match name {
            Some(name) => list.is_empty() || list.contains(name),
            None => true,
        };
        let is_rare = match fact.trigger {
            // Without a law there is no quantile to be beyond.
            Trigger::AbnormalReturn => fact.p.is_some_and(|p| p < 1.0 - self.quantile),
            _ => true,
        };
        self.on.contains(&fact.trigger)
            && is_rare
            && is_listed(&self.studies, &fact.study)
            && is_listed(&self.instruments, &fact.instrument)
    }
}

/// The messages of a run: every fact for every rule that wants it.
pub fn messages(rules: &[Rule], facts: &[Fact], at: DateTime<Utc>) -> Vec<Message> {
    rules
        .iter()
        .flat_map(|rule| {
            let wanted = facts.iter().filter(|fact| rule.wants(fact));
            wanted.map(|fact| Message {
                rule: rule.name.clone(),
                at,
                fact: fact.clone(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(on: &[Trigger]) -> Rule {
        Rule {
            name: "r".into(),
            on: on.to_vec(),
            quantile: 0.99,
            studies: Vec::new(),
            instruments: Vec::new(),
            to: Channel::Stdout,
        }
    }

    fn fact(trigger: Trigger, p: Option<f64>) -> Fact {
        Fact {
            key: "k".into(),
            trigger,
            session: "2025-01-27".parse().unwrap(),
            study: Some("s".into()),
            event_id: None,
            instrument: Some("NVDA".into()),
            value: None,
            p,
            text: "t".into(),
        }
    }

    #[test]
    fn a_quantile_is_two_sided_and_needs_a_law() {
        let rule = rule(&[Trigger::AbnormalReturn]);
        assert!(rule.wants(&fact(Trigger::AbnormalReturn, Some(0.0099))));
        assert!(!rule.wants(&fact(Trigger::AbnormalReturn, Some(0.0101))));
        assert!(!rule.wants(&fact(Trigger::AbnormalReturn, None)));
        assert!(!rule.wants(&fact(Trigger::Revision, Some(0.001))));
    }

    #[test]
    fn lists_narrow_and_what_has_no_instrument_passes() {
        let mut rule = rule(&[Trigger::Revision, Trigger::FailedSource]);
        rule.instruments = vec!["AMD".into()];
        assert!(!rule.wants(&fact(Trigger::Revision, None)));
        let mut failed = fact(Trigger::FailedSource, None);
        (failed.instrument, failed.study) = (None, None);
        rule.studies = vec!["other".into()];
        assert!(rule.wants(&failed));
        rule.instruments = vec!["NVDA".into()];
        assert!(!rule.wants(&fact(Trigger::Revision, None)));
        rule.studies = vec!["s".into()];
        assert!(rule.wants(&fact(Trigger::Revision, None)));
    }

    #[test]
    fn a_fact_is_one_message_per_rule_that_wants_it() {
        let rules = [
            rule(&[Trigger::Revision]),
            rule(&[Trigger::Revision, Trigger::Claim]),
        ];
        let facts = [fact(Trigger::Revision, None), fact(Trigger::Claim, None)];
        assert_eq!(messages(&rules, &facts, DateTime::default()).len(), 3);
    }
}
