//! Delivering messages: to an HTTP address, by e-mail. Files and feeds are the command line's.
//!
//! A delivery that fails is offered again by the next run. One that succeeded just before a process
//! was killed comes twice; it carries the same key (`Idempotency-Key`, `Message-ID`), so that the
//! receiver can tell.

pub mod email;
pub mod webhook;

use super::rule::Message;
use sha2::{Digest, Sha256};

/// What the body of a message says, for programs.
pub fn json(message: &Message) -> String {
    let fact = &message.fact;
    serde_json::json!({
        "key": fact.key,
        "kind": fact.trigger,
        "text": fact.text,
        "session": fact.session,
        "run_at": message.at,
        "rule": message.rule,
        "study": fact.study,
        "event_id": fact.event_id,
        "instrument": fact.instrument,
        "value": fact.value,
        "p": fact.p,
    })
    .to_string()
}

/// A name for messages that go together, the same whenever they do.
fn name_of(messages: &[Message]) -> String {
    let mut hash = Sha256::new();
    for message in messages {
        hash.update(message.rule.as_bytes());
        hash.update([0]);
        hash.update(message.fact.key.as_bytes());
        hash.update([0]);
    }
    hex(&hash.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
