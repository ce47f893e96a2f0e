//! `shockwave sources`: what can be asked, and whether two sources agree.

use crate::cli::Outcome;
use crate::cli::args::{Global, SourcesCommand};
use crate::cli::message::println;
use crate::cli::{sources, store};
use crate::error::{InputError, Result};
use crate::fetch::compare::{Closes, Comparison, compare};
use crate::instrument::Symbol;
use crate::prices::{ADJ_CLOSE, CLOSE};
use crate::source::http::presentable;
use crate::source::{KeyNeed, Secret, SourceFacts};
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

/// A source, whatever it delivers.
struct Row<'a> {
    facts: &'a SourceFacts,
    delivers: &'static str,
    base_url: String,
    key: Option<&'a Secret>,
}

fn list(global: &Global) -> Result<Outcome> {
    let sources = sources::load()?;
    let of_figures = sources.providers.iter().map(|p| {
        let facts = p.adapter.facts();
        let delivers = match &*facts.name {
            "french" => "factors",
            "sample" => "prices and factors",
            _ => "prices",
        };
        Row::new(facts, delivers, p.base_url.as_deref(), p.key.as_ref())
    });
    let of_events = sources.events.iter().map(|p| {
        let facts = p.adapter.facts();
        Row::new(facts, "events", p.base_url.as_deref(), p.key.as_ref())
    });
    let rows: Vec<Row<'_>> = of_figures.chain(of_events).collect();
    let chain = sources.chain(&[])?;
    let chain: Vec<&str> = chain.iter().map(|provider| provider.name()).collect();
    if global.json {
        let rows: Vec<Value> = rows.iter().map(Row::json).collect();
        println(&json!({"sources": rows, "chain": chain}).to_string());
    } else {
        rows.iter().for_each(|row| println(&row.text()));
        let chain = chain.join(", then ");
        println(&format!(
            "\nPrices are asked of {chain}, where --source names no other."
        ));
    }
    Ok(Outcome::Done)
}

impl<'a> Row<'a> {
    fn new(
        facts: &'a SourceFacts,
        delivers: &'static str,
        base_url: Option<&'a str>,
        key: Option<&'a Secret>,
    ) -> Self {
        Self {
            facts,
            delivers,
            base_url: match base_url.unwrap_or(&facts.base_url) {
                "" => String::new(),
                address => presentable(address),
            },
            key,
        }
    }

    fn json(&self) -> Value {
        let facts = self.facts;
        json!({
            "name": facts.name,
            "title": facts.title,
            "delivers": self.delivers,
            "key_needed": facts.key == KeyNeed::Required,
            "key_there": self.key.is_some(),
            "base_url": self.base_url,
            "adjustment": facts.adjustment_basis,
            "publication_lag_minutes": facts.publication_lag.num_minutes(),
            "min_interval_ms": facts.min_interval.as_millis() as u64,
            "by_hand": facts.by_hand,
        })
    }

    fn text(&self) -> String {
        let facts = self.facts;
        let adjusted = match self.delivers {
            "events" => String::new(),
            "factors" => format!(
                "; final {} after the close",
                lag_in_words(facts.publication_lag)
            ),
            _ => format!(
                "; adjusted for: {}; final {} after the close",
                facts.adjustment_basis.as_str(),
                lag_in_words(facts.publication_lag)
            ),
        };
        let (pace, address) = match self.base_url.as_str() {
            "" => ("; no network".to_owned(), String::new()),
            url => (
                format!("; a request every {:?}", facts.min_interval),
                format!("\n{:16} {url}", ""),
            ),
        };
        format!(
            "{:<16} {} from {}\n{:16} key: {}{pace}{adjusted}{address}",
            facts.name,
            self.delivers,
            facts.title,
            "",
            key_state(facts.key, self.key),
        )
    }
}

fn key_state(need: KeyNeed, key: Option<&Secret>) -> &'static str {
    match (need, key) {
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
        let problem = format!("two sources of {symbol} are compared, and there are {n}");
        if let [first, second, _, ..] = &stored[..] {
            let cure = format!(
                "name two: --source {first} --source {second} (stored are {})",
                stored.join(", ")
            );
            return Err(InputError::new(problem, cure).into());
        }
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
        found.largest.map_or("nothing".to_owned(), percent),
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
