//! `shockwave calendar`: sessions, the next ones, and why a date does not trade.

use crate::calendar::{Calendar, Session};
use crate::cli::Outcome;
use crate::cli::args::{CalendarCommand, Global};
use crate::cli::clock::now;
use crate::cli::message::println;
use crate::error::{InputError, Result};
use chrono::NaiveDate;
use serde_json::{Value, json};

pub fn run(command: &CalendarCommand, global: &Global) -> Result<Outcome> {
    match command {
        CalendarCommand::Sessions { from, to, calendar } => {
            let calendar = named(calendar)?;
            let (first, last) = (date(from, "--from")?, date(to, "--to")?);
            if last < first {
                let problem = format!("lies after --to {last}");
                let fault = InputError::new(problem, "give the earlier date to --from");
                return Err(fault.in_file("--from").with_value(from).into());
            }
            sessions(&calendar, &calendar.sessions(first, last)?, global)
        }
        CalendarCommand::Next { n, calendar } => {
            let calendar = named(calendar)?;
            let now = now(global.now.as_deref())?;
            let today = now.with_timezone(&calendar.zone()).date_naive();
            let mut dates = Vec::new();
            let mut next = match calendar.session(today)? {
                // A session that has not closed is still to come.
                Some(session) if now < session.closes_at => today,
                _ => calendar.next_after(today)?,
            };
            for _ in 0..*n {
                dates.push(next);
                next = calendar.next_after(next)?;
            }
            sessions(&calendar, &dates, global)
        }
        CalendarCommand::Check { dates, calendar } => check(&named(calendar)?, dates, global),
    }
}

/// A calendar that has sessions without any prices.
pub fn named(name: &str) -> Result<Calendar> {
    Calendar::named(name).map_err(|error| error.map_input(|fault| fault.in_file("--calendar")))
}

fn date(text: &str, flag: &str) -> Result<NaiveDate> {
    text.parse().map_err(|_| {
        InputError::new("not a date", "write YYYY-MM-DD")
            .in_file(flag)
            .with_value(text)
            .into()
    })
}

fn sessions(calendar: &Calendar, dates: &[NaiveDate], global: &Global) -> Result<Outcome> {
    let mut rows = Vec::with_capacity(dates.len());
    for &date in dates {
        rows.extend(calendar.session(date)?);
    }
    if global.json {
        let rows: Vec<Value> = rows.iter().map(|s| session_json(calendar, s)).collect();
        println(&json!({"calendar": calendar.name(), "sessions": rows}).to_string());
        return Ok(Outcome::Done);
    }
    for session in rows {
        let zone = calendar.zone();
        let early = session
            .early_close
            .map_or_else(String::new, |why| format!("  early close: {why}"));
        println(&format!(
            "{}  {}  {} to {} {}{early}",
            session.on,
            session.on.format("%a"),
            session.opens_at.with_timezone(&zone).format("%H:%M"),
            session.closes_at.with_timezone(&zone).format("%H:%M"),
            zone.name(),
        ));
    }
    Ok(Outcome::Done)
}

fn session_json(calendar: &Calendar, session: &Session) -> Value {
    let zone = calendar.zone();
    json!({
        "date": session.on.to_string(),
        "opens_at": session.opens_at.with_timezone(&zone).to_rfc3339(),
        "closes_at": session.closes_at.with_timezone(&zone).to_rfc3339(),
        "early_close": session.early_close,
    })
}

fn check(calendar: &Calendar, dates: &[String], global: &Global) -> Result<Outcome> {
    let mut rows = Vec::new();
    for text in dates {
        let date = date(text, "DATE")?;
        rows.push((date, calendar.session(date)?, calendar.closure(date)?));
    }
    if global.json {
        let rows: Vec<Value> = rows
            .iter()
            .map(|(date, session, closure)| {
                json!({
                    "date": date.to_string(),
                    "session": session.as_ref().map(|s| session_json(calendar, s)),
                    "closed": closure.as_ref().map(|c| c.reason.to_string()),
                })
            })
            .collect();
        println(&json!({"calendar": calendar.name(), "dates": rows}).to_string());
        return Ok(Outcome::Done);
    }
    for (date, session, closure) in rows {
        let text = match (session, closure) {
            (Some(session), _) => match session.early_close {
                Some(why) => format!("trades, early close ({why})"),
                None => "trades".to_owned(),
            },
            (None, Some(closure)) => format!("closed: {}", closure.reason),
            (None, None) => "closed".to_owned(),
        };
        println(&format!("{date}  {}  {text}", date.format("%a")));
    }
    Ok(Outcome::Done)
}
