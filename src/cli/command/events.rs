//! `shockwave events`: what a catalogue holds, whether a file is sound, where events fall.

use crate::align::event_session;
use crate::cli::Outcome;
use crate::cli::args::{EventsArgs, EventsCommand, Global};
use crate::cli::command::{calendar, import};
use crate::cli::load::{event_options, events};
use crate::cli::message::{Voice, println};
use crate::error::Result;
use crate::event::Event;
use crate::settings::anchor;
use crate::settings::pick;
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

pub fn run(command: &EventsCommand, global: &Global, voice: Voice) -> Result<Outcome> {
    let args = match command {
        EventsCommand::Import(args) => return import::run(args, global, voice),
        EventsCommand::List(args) | EventsCommand::Check(args) | EventsCommand::Align(args) => args,
    };
    let files = if args.files.is_empty() {
        vec![PathBuf::from("ai-chip-policy")]
    } else {
        args.files.clone()
    };
    let options = event_options(
        pick(args.event_zone.clone(), "--event-zone", None),
        pick(args.date_format.clone(), "--date-format", None),
        None,
    )?;
    let events = events(&files, &options)?.events;
    match command {
        EventsCommand::Check(_) => check(&placed(&events, args)?, global, voice),
        EventsCommand::Align(_) => align(&placed(&events, args)?, global),
        EventsCommand::List(_) | EventsCommand::Import(_) => Ok(list(&events, global)),
    }
}

/// An event, its session and rule, or why it has none.
struct Placed<'a> {
    event: &'a Event,
    session: Option<NaiveDate>,
    rule: String,
    contradiction: Option<String>,
}

fn placed<'a>(events: &'a [Event], args: &EventsArgs) -> Result<Vec<Placed<'a>>> {
    let calendar = calendar::named(&args.calendar)?;
    let anchor = anchor(&args.anchor)?;
    events
        .iter()
        .map(|event| {
            let found = event_session(event, &calendar, anchor, args.max_shift)?;
            Ok(match found {
                Ok(found) => Placed {
                    event,
                    session: Some(found.session),
                    rule: found.rule.to_owned(),
                    contradiction: found.contradiction,
                },
                Err(exclusion) => Placed {
                    event,
                    session: None,
                    rule: exclusion.to_string(),
                    contradiction: None,
                },
            })
        })
        .collect()
}

fn list(events: &[Event], global: &Global) -> Outcome {
    if global.json {
        println(&json!({"events": events}).to_string());
        return Outcome::Done;
    }
    let width = events
        .iter()
        .map(|e| e.given_at.chars().count())
        .max()
        .unwrap_or(0);
    let ids = events
        .iter()
        .map(|e| e.id.chars().count())
        .max()
        .unwrap_or(0);
    for event in events {
        let category = event.category.as_deref().unwrap_or("");
        println(&format!(
            "{:width$}  {:ids$}  {category:26}  {}",
            event.given_at,
            event.id,
            event.title.replace(['\n', '\r'], " ")
        ));
    }
    println(&format!("{} events", events.len()));
    Outcome::Done
}

fn align(placed: &[Placed], global: &Global) -> Result<Outcome> {
    if global.json {
        let rows: Vec<Value> = placed.iter().map(row_json).collect();
        println(&json!({"events": rows}).to_string());
    } else {
        let width = placed
            .iter()
            .map(|p| p.event.given_at.chars().count())
            .max()
            .unwrap_or(0);
        for p in placed {
            let session = p
                .session
                .map_or_else(|| "none".to_owned(), |s| s.to_string());
            println(&format!(
                "{:width$}  {session:10}  {:20}  {}",
                p.event.given_at, p.rule, p.event.id
            ));
        }
    }
    Ok(outcome(placed))
}

fn row_json(placed: &Placed) -> Value {
    json!({
        "id": placed.event.id,
        "given_at": placed.event.given_at,
        "session": placed.session.map(|s| s.to_string()),
        "rule": placed.rule,
    })
}

fn outcome(placed: &[Placed]) -> Outcome {
    if placed.iter().all(|p| p.session.is_some()) {
        Outcome::Done
    } else {
        Outcome::Incomplete
    }
}

/// Shared sessions, dates moved and contradictions; a file that cannot be read has failed before.
fn check(placed: &[Placed], global: &Global, voice: Voice) -> Result<Outcome> {
    let mut by_session: BTreeMap<NaiveDate, Vec<&str>> = BTreeMap::new();
    for p in placed {
        if let Some(session) = p.session {
            by_session.entry(session).or_default().push(&p.event.id);
        }
    }
    by_session.retain(|_, ids| ids.len() > 1);
    let without: Vec<&Placed> = placed.iter().filter(|p| p.session.is_none()).collect();
    let moved = placed
        .iter()
        .filter(|p| p.rule.starts_with("anchor") || p.rule == "closed-day-next");
    let moved: Vec<&Placed> = moved.collect();
    if global.json {
        let shared: BTreeMap<String, &Vec<&str>> = by_session
            .iter()
            .map(|(s, ids)| (s.to_string(), ids))
            .collect();
        println(
            &json!({
                "n_events": placed.len(),
                "shared_sessions": shared,
                "closed_days": moved.iter().map(|p| row_json(p)).collect::<Vec<_>>(),
                "without_session": without.iter().map(|p| row_json(p)).collect::<Vec<_>>(),
            })
            .to_string(),
        );
        return Ok(outcome(placed));
    }
    println(&match placed.len() {
        1 => "1 event is readable".to_owned(),
        n => format!("{n} events are readable and their ids are unique"),
    });
    for p in &moved {
        let session = p.session.map_or_else(String::new, |s| s.to_string());
        println(&format!(
            "closed day: {} on {} -> {session} ({})",
            p.event.id, p.event.given_at, p.rule
        ));
    }
    for (session, ids) in &by_session {
        println(&format!("shared session {session}: {}", ids.join(", ")));
    }
    for p in placed {
        if let Some(message) = &p.contradiction {
            voice.note(&format!("warning: {}: {message}", p.event.id));
        }
    }
    for p in &without {
        voice.note(&format!("no session: {}: {}", p.event.id, p.rule));
    }
    Ok(outcome(placed))
}
