//! Tiingo: daily prices as CSV, ascending, as traded and adjusted for splits and dividends.
//!
//! Published at 17:30 New York, corrected until 20:00. A symbol that it does not know is a
//! sentence with status 200.

use super::RefusalClass::{BadKey, DailyQuota, NeedsKey, PlanLimit, RateLimited, UnknownSymbol};
use super::body::{Form, Phrase, phrase};
use super::delivery::{ISO, deliver, table_rows};
use super::query::{Query, required, segment};
use super::{
    Ask, BEGINNING, FigureSource, Figures, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts,
};
use crate::prices::dialect::AdjustmentBasis;
use chrono::TimeDelta;
use std::borrow::Cow;
use std::time::Duration;

/// Tiingo.
pub struct Tiingo;

static FACTS: SourceFacts = SourceFacts {
    name: Cow::Borrowed("tiingo"),
    title: Cow::Borrowed("Tiingo"),
    base_url: Cow::Borrowed("https://api.tiingo.com"),
    key: KeyNeed::Required,
    adjustment_basis: AdjustmentBasis::Raw,
    publication_lag: TimeDelta::hours(4),
    min_interval: Duration::from_millis(500),
    by_hand: None,
};

const HEADERS: [&str; 3] = [
    "date,close,high,low,open,volume,adjclose,adjhigh,adjlow,adjopen,adjvolume,divcash,splitfactor",
    "date,close,high,low,open,volume,adjclose",
    "date,close,high,low,open,volume",
];

const PHRASES: [Phrase; 8] = [
    phrase(
        "please supply a token",
        NeedsKey,
        "wants a key; set SHOCKWAVE_KEY_TIINGO",
    ),
    phrase(
        "invalid token",
        BadKey,
        "does not accept the key; check SHOCKWAVE_KEY_TIINGO",
    ),
    phrase(
        "authentication credentials",
        BadKey,
        "does not accept the key; check SHOCKWAVE_KEY_TIINGO",
    ),
    phrase(
        "hourly request allocation",
        RateLimited,
        "the hour's requests of this key are used up; fetch again in an hour",
    ),
    phrase(
        "daily request allocation",
        DailyQuota,
        "the day's requests of this key are used up; fetch again tomorrow",
    ),
    phrase(
        "symbol look up",
        PlanLimit,
        "the month's symbols of this key are used up",
    ),
    phrase(
        "error: ticker",
        UnknownSymbol,
        "knows no such symbol; check its spelling",
    ),
    phrase(
        "not found",
        UnknownSymbol,
        "knows no such symbol; check its spelling",
    ),
];

impl FigureSource for Tiingo {
    fn facts(&self) -> &SourceFacts {
        &FACTS
    }

    fn requests(&self, ask: &Ask, key: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        let key = required(&FACTS, key, "a key (free at https://www.tiingo.com)")?;
        let symbol = ask
            .symbol
            .as_str()
            .trim_end_matches(".US")
            .replace('.', "-");
        let query = Query::new(format!("/tiingo/daily/{}/prices", segment(&symbol)))
            // Without a first day only the last price comes.
            .with("startDate", ask.from.unwrap_or(BEGINNING))
            .with("endDate", ask.to)
            .with("format", "csv")
            .with("resampleFreq", "daily")
            .with_key("token", Some(key));
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
        if text.trim() == "[]" {
            return Err(form.no_data("an empty list"));
        }
        let rows = table_rows(&form, ask, reply, ISO)?;
        deliver(&form, ask, reply, rows)
    }
}

#[cfg(test)]
mod tests;
