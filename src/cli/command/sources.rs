//! `shockwave sources`: what can be asked, and whether two sources agree.

use crate::cli::Outcome;
use crate::cli::args::{Global, SourcesCommand};
use crate::cli::message::println;
use crate::cli::{sources, store};
use crate::error::{InputError, Result};
use crate::fetch::Provider;
use crate::fetch::compare::{Closes, Comparison, compare};
use crate::instrument::Symbol;
use crate::prices::{ADJ_CLOSE, CLOSE};
use crate::source::KeyNeed;
use crate::store::{Series, Store};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Differences that are listed for people; JSON has all.
const SHOWN: usize = 20;

pub fn run(command: &SourcesCommand, global: &Global) -> Result<Outcome> {
    match command {
        SourcesCommand::List => list(global),
        SourcesCommand::Check {
            symbol,
            source,
            tolerance,
        } => check(&Symbol::new(symbol)?, source, *tolerance, global),
    }
}

fn list(global: &Global) -> Result<Outcome> {
    let providers = sources::load()?.providers;
    if global.json {
        let rows: Vec<Value> = providers.iter().map(row).collect();
        println(&json!({"sources": rows}).to_string());
        return Ok(Outcome::Done);
    }
    for provider in &providers {
        let facts = provider.adapter.facts();
        println(&format!(
            "{:<13} {}\n{:13} closes: {}; key: {}; final {} after the close; at most one request \
             in {:?}\n{:13} {}",
            facts.name,
            facts.title,
            "",
            facts.adjustment_basis.as_str(),
            key_state(provider),
            lag_in_words(facts.publication_lag),
            facts.min_interval,
            "",
            base_url(provider),
        ));
    }
    Ok(Outcome::Done)
}

fn row(provider: &Provider) -> Value {
    let facts = provider.adapter.facts();
    json!({
        "name": facts.name,
        "title": facts.title,
        "key_needed": facts.key == KeyNeed::Required,
        "key_there": provider.key.is_some(),
        "base_url": base_url(provider),
        "adjustment": facts.adjustment_basis,
        "publication_lag_minutes": facts.publication_lag.num_minutes(),
        "min_interval_ms": facts.min_interval.as_millis() as u64,
        "by_hand": facts.by_hand,
    })
}

fn base_url(provider: &Provider) -> &str {
    let own = &*provider.adapter.facts().base_url;
    provider.base_url.as_deref().unwrap_or(own)
}

fn key_state(provider: &Provider) -> &'static str {
    match (provider.adapter.facts().key, &provider.key) {
        (KeyNeed::None, _) => "none needed",
        (_, Some(_)) => "set",
        (KeyNeed::Optional, None) => "optional, not set",
        (KeyNeed::Required, None) => "needed, not set",
    }
}

fn lag_in_words(lag: TimeDelta) -> String {
    match lag.num_minutes() {
        minutes if minutes < 120 => format!("{minutes} min"),
        minutes if minutes < 72 * 60 => format!("{} h", minutes / 60),
        minutes => format!("{} days", minutes / (24 * 60)),
    }
}

fn check(symbol: &Symbol, names: &[String], tolerance: f64, global: &Global) -> Result<Outcome> {
    if !(tolerance.is_finite() && tolerance >= 0.0) {
        let fault = InputError::new("not a tolerance", "write one like 0.005");
        let fault = fault.in_file("--tolerance");
        return Err(fault.with_value(tolerance.to_string()).into());
    }
    let store = store::open(global)?;
    let (first, second) = two_of(&store, symbol, names)?;
    let field = adjusted_in_both(&first, &second)?;
    let a = closes(&first, field)?;
    let b = closes(&second, field)?;
    let found = compare(&a, &b, tolerance);
    let sources = (&*first.manifest.source, &*second.manifest.source);
    if global.json {
        let column = if field == ADJ_CLOSE {
            "adj_close"
        } else {
            "close"
        };
        let pair = [sources.0, sources.1];
        let value = json!({
            "symbol": symbol, "sources": pair, "column": column, "tolerance": tolerance,
            "agrees": found.agrees(), "comparison": found,
        });
        println(&value.to_string());
    } else {
        say(symbol, sources, &found, tolerance);
    }
    Ok(if found.agrees() {
        Outcome::Done
    } else {
        Outcome::Incomplete
    })
}

/// The two stored series to compare.
fn two_of(store: &Store, symbol: &Symbol, names: &[String]) -> Result<(Series, Series)> {
    let stored = store.find(symbol)?;
    let stored: Vec<String> = stored.into_iter().map(|m| m.source).collect();
    let named = match names {
        [] => stored.clone(),
        names => names.to_vec(),
    };
    let missing = |problem: String| {
        let there = match stored.is_empty() {
            true => "none is stored".to_owned(),
            false => format!("stored are {}", stored.join(", ")),
        };
        let cure = format!("{there}; fetch another with shockwave fetch {symbol} --source NAME");
        InputError::new(problem, cure)
    };
    let [first, second] = &named[..] else {
        let n = named.len();
        let problem = format!("two sources of {symbol} are needed, and there are {n}");
        return Err(missing(problem).into());
    };
    let read = |source: &String| -> Result<Series> {
        let found = store.read(source, symbol)?;
        found.ok_or_else(|| missing(format!("{symbol} is not stored from {source}")).into())
    };
    Ok((read(first)?, read(second)?))
}

/// Adjusted closes, where both have them: they differ the least by what they are adjusted for.
fn adjusted_in_both(first: &Series, second: &Series) -> Result<usize> {
    let adjusted = |s: &Series| Ok::<_, crate::error::Error>(s.frame.figures(ADJ_CLOSE)?.is_some());
    Ok(match adjusted(first)? && adjusted(second)? {
        true => ADJ_CLOSE,
        false => CLOSE,
    })
}

fn closes(series: &Series, field: usize) -> Result<Closes> {
    let missing = || vec![f64::NAN; series.manifest.rows];
    Ok(Closes {
        sessions: series.frame.row_sessions()?,
        closes: series.frame.figures(field)?.unwrap_or_else(missing),
    })
}

fn say(symbol: &Symbol, (first, second): (&str, &str), found: &Comparison, tolerance: f64) {
    let percent = |x: f64| format!("{:+.2} %", 100.0 * x);
    println(&format!(
        "{symbol}: {first} and {second} have {} sessions in common; returns differ by more than {} \
         on {}, at most by {}",
        found.in_common,
        percent(tolerance).trim_start_matches('+'),
        found.differences.len(),
        found.largest.map_or("nothing".to_owned(), |x| percent(x)),
    ));
    if let Some(ratio) = found.level_ratio.filter(|r| (r - 1.0).abs() > tolerance) {
        println(&format!(
            "  levels: {second} is {ratio:.4} times {first}; the adjustment differs"
        ));
    }
    for row in found.differences.iter().take(SHOWN) {
        let (a, b) = (percent(row.first), percent(row.second));
        println(&format!("  {}  {first} {a}  {second} {b}", row.session));
    }
    let more = found.differences.len().saturating_sub(SHOWN);
    if more > 0 {
        println(&format!("  and {more} more (--json lists all)"));
    }
    for (name, missing) in [(first, &found.only_second), (second, &found.only_first)] {
        if let (Some(a), Some(b)) = (missing.first(), missing.last()) {
            let n = missing.len();
            println(&format!("  {name} lacks {n} sessions between {a} and {b}"));
        }
    }
}
