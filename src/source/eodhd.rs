//! EODHD: daily prices as CSV, ascending; open to close as traded, `Adjusted_close` for splits and
//! dividends.
//!
//! Refusals are plain text with a telling status. The key `demo` knows a handful of symbols.

use super::RefusalClass::{BadKey, DailyQuota, PlanLimit, UnknownSymbol};
use super::body::{Form, Phrase, phrase};
use super::delivery::{ISO, deliver, table_rows};
use super::query::{Query, required, segment};
use super::{Ask, FigureSource, Figures, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts};
use crate::instrument::Symbol;
use crate::prices::dialect::AdjustmentBasis;
use chrono::TimeDelta;
use std::borrow::Cow;
use std::time::Duration;

/// EODHD.
pub struct Eodhd;

static FACTS: SourceFacts = SourceFacts {
    name: Cow::Borrowed("eodhd"),
    title: Cow::Borrowed("EODHD"),
    base_url: Cow::Borrowed("https://eodhd.com"),
    key: KeyNeed::Required,
    adjustment_basis: AdjustmentBasis::Raw,
    publication_lag: TimeDelta::hours(4),
    min_interval: Duration::from_millis(500),
    by_hand: None,
};

const HEADERS: [&str; 1] = ["date,open,high,low,close,adjusted_close,volume"];

const PHRASES: [Phrase; 6] = [
    phrase(
        "unauthenticated",
        BadKey,
        "does not accept the key; check SHOCKWAVE_KEY_EODHD",
    ),
    phrase(
        "invalid api token",
        BadKey,
        "does not accept the key; check SHOCKWAVE_KEY_EODHD",
    ),
    phrase(
        "ticker not found",
        UnknownSymbol,
        "knows no such symbol; check its spelling",
    ),
    phrase(
        "symbol not found",
        UnknownSymbol,
        "knows no such symbol; check its spelling",
    ),
    phrase(
        "daily api requests limit",
        DailyQuota,
        "the day's requests of this key are used up; fetch again after midnight UTC",
    ),
    phrase(
        "forbidden",
        PlanLimit,
        "does not give this symbol to this key (the key `demo` knows only a few)",
    ),
];

impl FigureSource for Eodhd {
    fn facts(&self) -> &SourceFacts {
        &FACTS
    }

    fn requests(&self, ask: &Ask, key: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        let key = required(&FACTS, key, "a key (free at https://eodhd.com)")?;
        let query = Query::new(format!("/api/eod/{}", segment(&own_symbol(&ask.symbol))))
            .with_key("api_token", Some(key))
            .with("fmt", "csv")
            .with("period", "d")
            .with_some("from", ask.from)
            .with("to", ask.to);
        Ok(vec![query.request()])
    }

    fn read(&self, ask: &Ask, reply: &Reply) -> Result<Figures, Refusal> {
        let form = Form {
            facts: &FACTS,
            headers: &HEADERS,
            phrases: &PHRASES,
            by_hand: Cow::Borrowed(""),
        };
        if reply.status == 402 {
            let message = "the requests of this key are used up; fetch again after midnight UTC";
            return Err(form.refusal(DailyQuota, message));
        }
        let rows = table_rows(&form, ask, reply, ISO)?;
        deliver(&form, ask, reply, rows)
    }
}

/// `NVDA` is `NVDA.US`, `^SPX` is `SPX.INDX`; what has a suffix stays as it is.
fn own_symbol(symbol: &Symbol) -> String {
    let symbol = symbol.as_str();
    match symbol.strip_prefix('^') {
        Some("SPX") => "GSPC.INDX".to_owned(),
        Some(index) => format!("{index}.INDX"),
        None if symbol.contains('.') => symbol.to_owned(),
        None => format!("{symbol}.US"),
    }
}

#[cfg(test)]
mod tests;
