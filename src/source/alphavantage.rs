//! Alpha Vantage: daily prices as CSV, newest first, as traded: a split shows as a jump.
//!
//! Every refusal is JSON with status 200, also where CSV was asked for, and repeats the key.
//! A free key gives the last 100 sessions, 25 times a day, one request a second.

use super::RefusalClass::{BadKey, DailyQuota, PlanLimit, RateLimited, UnknownSymbol};
use super::body::{Form, Phrase, phrase};
use super::delivery::{ISO, deliver, table_rows};
use super::query::{Query, required};
use super::{Ask, FigureSource, Figures, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts};
use crate::prices::dialect::AdjustmentBasis;
use chrono::TimeDelta;
use std::borrow::Cow;
use std::time::Duration;

/// Alpha Vantage.
pub struct AlphaVantage;

static FACTS: SourceFacts = SourceFacts {
    name: Cow::Borrowed("alphavantage"),
    title: Cow::Borrowed("Alpha Vantage"),
    base_url: Cow::Borrowed("https://www.alphavantage.co"),
    key: KeyNeed::Required,
    adjustment_basis: AdjustmentBasis::Raw,
    publication_lag: TimeDelta::hours(4),
    min_interval: Duration::from_millis(1100),
    by_hand: None,
};

const HEADERS: [&str; 2] = [
    "timestamp,open,high,low,close,volume",
    "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient",
];

const SLOW_DOWN: &str = "too many requests in a short time; wait a minute, then fetch again";
const PREMIUM: &str = "gives this to paying subscribers only; a free key has the last 100 sessions: ask \
                       with a --from within the last four months";
const BAD_KEY: &str = "does not accept the key; check SHOCKWAVE_KEY_ALPHAVANTAGE";

/// Refusals name the paid plans in passing: what they are about stands before that.
const PHRASES: [Phrase; 11] = [
    phrase("premium endpoint", PlanLimit, PREMIUM),
    phrase("premium feature", PlanLimit, PREMIUM),
    phrase("apikey is invalid or missing", BadKey, BAD_KEY),
    phrase("demo** api key", BadKey, BAD_KEY),
    phrase("sparingly", RateLimited, SLOW_DOWN),
    phrase("per second", RateLimited, SLOW_DOWN),
    phrase("per minute", RateLimited, SLOW_DOWN),
    phrase(
        "per day",
        DailyQuota,
        "the day's requests of this key are used up; fetch again after midnight UTC",
    ),
    phrase(
        "invalid api call",
        UnknownSymbol,
        "knows no such symbol; check its spelling",
    ),
    phrase("\"note\"", RateLimited, SLOW_DOWN),
    phrase(
        "error message",
        UnknownSymbol,
        "knows no such symbol; check its spelling",
    ),
];

/// 100 sessions span at least this many days.
const COMPACT: TimeDelta = TimeDelta::days(140);

impl FigureSource for AlphaVantage {
    fn facts(&self) -> &SourceFacts {
        &FACTS
    }

    fn requests(&self, ask: &Ask, key: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        let whence = "a key (free at https://www.alphavantage.co/support/#api-key)";
        let key = required(&FACTS, key, whence)?;
        let long = ask.from.is_some_and(|from| ask.to - from > COMPACT);
        let query = Query::new("/query")
            .with("function", "TIME_SERIES_DAILY")
            .with("symbol", ask.symbol.as_str().trim_end_matches(".US"))
            .with("outputsize", if long { "full" } else { "compact" })
            .with("datatype", "csv")
            .with_key("apikey", Some(key));
        Ok(vec![query.request()])
    }

    fn read(&self, ask: &Ask, reply: &Reply) -> Result<Figures, Refusal> {
        let form = Form {
            facts: &FACTS,
            headers: &HEADERS,
            phrases: &PHRASES,
            by_hand: Cow::Borrowed(""),
        };
        let text = form.text(reply)?;
        if text.trim() == "{}" {
            return Err(form.refusal(UnknownSymbol, "knows no such symbol; check its spelling"));
        }
        let rows = table_rows(&form, ask, reply, ISO)?;
        deliver(&form, ask, reply, rows)
    }
}

#[cfg(test)]
mod tests;
