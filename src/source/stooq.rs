//! Stooq: daily prices of many exchanges as CSV, in English or Polish.
//!
//! Ascending, adjusted for splits (and for dividends up to about 2024), volumes may be fractional.
//! Every refusal comes with status 200 as plain text, or as a page labelled CSV.

use super::RefusalClass::{BotCheck, DailyQuota, NeedsKey, NoData, SchemaChanged};
use super::body::{Form, Phrase, phrase};
use super::delivery::{ISO, deliver, table_rows};
use super::query::{Query, segment};
use super::{Ask, FigureSource, Figures, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts};
use crate::instrument::Symbol;
use crate::prices::dialect::AdjustmentBasis;
use chrono::TimeDelta;
use std::borrow::Cow;
use std::time::Duration;

/// Stooq.
pub struct Stooq;

static FACTS: SourceFacts = SourceFacts {
    name: Cow::Borrowed("stooq"),
    title: Cow::Borrowed("Stooq"),
    base_url: Cow::Borrowed("https://stooq.com"),
    key: KeyNeed::Optional,
    adjustment_basis: AdjustmentBasis::Split,
    // US sessions appear in the European night.
    publication_lag: TimeDelta::hours(6),
    min_interval: Duration::from_secs(2),
    by_hand: Some(Cow::Borrowed(
        "open https://stooq.com/q/d/?s=SYMBOL in a browser (nvda.us for NVDA), save the CSV file that \
         the page links to at its end, then run shockwave fetch --import FILE --as stooq",
    )),
};

const HEADERS: [&str; 4] = [
    "date,open,high,low,close,volume",
    "date,open,high,low,close",
    "data,otwarcie,najwyzszy,najnizszy,zamkniecie,wolumen",
    "data,otwarcie,najwyzszy,najnizszy,zamkniecie",
];

const UNKNOWN: &str =
    "has no data for this: it does not know the symbol, or has nothing in the span";
const QUOTA: &str = "the day's requests of this address or key are used up; fetch again tomorrow";
const WANTS_KEY: &str = "wants a key that its web page gives after a captcha, or the one that is set is no \
                   longer valid; set SHOCKWAVE_KEY_STOOQ, or save the file in a browser and run \
                   shockwave fetch --import FILE --as stooq";
const DENIED: &str = "denies access to this address";

const PHRASES: [Phrase; 8] = [
    phrase("get your apikey", NeedsKey, WANTS_KEY),
    phrase("exceeded the daily hits limit", DailyQuota, QUOTA),
    phrase("przekroczony dzienny limit", DailyQuota, QUOTA),
    phrase("access denied", BotCheck, DENIED),
    phrase("odmowa dost", BotCheck, DENIED),
    phrase("no data", NoData, UNKNOWN),
    phrase("brak danych", NoData, UNKNOWN),
    phrase(
        "page you requested does not exist",
        SchemaChanged,
        "has moved its files; save the file in a browser and run shockwave fetch --import FILE",
    ),
];

impl FigureSource for Stooq {
    fn facts(&self) -> &SourceFacts {
        &FACTS
    }

    fn requests(&self, ask: &Ask, key: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        let query = Query::new("/q/d/l/")
            .with("s", own_symbol(&ask.symbol))
            .with_some("d1", ask.from.map(|from| from.format("%Y%m%d")))
            .with("d2", ask.to.format("%Y%m%d"))
            .with("i", "d")
            .with_key("apikey", key);
        Ok(vec![query.request()])
    }

    fn read(&self, ask: &Ask, reply: &Reply) -> Result<Figures, Refusal> {
        let page = segment(&own_symbol(&ask.symbol));
        let form = Form {
            facts: &FACTS,
            headers: &HEADERS,
            phrases: &PHRASES,
            by_hand: Cow::Owned(format!(
                "open https://stooq.com/q/d/?s={page} in a browser, save the CSV file that the page \
                 links to at its end, then run shockwave fetch --import FILE --symbol {} --as stooq",
                ask.symbol
            )),
        };
        let rows = table_rows(&form, ask, reply, ISO)?;
        deliver(&form, ask, reply, rows)
    }
}

/// `NVDA` is `nvda.us`; indexes (`^SPX`), currency pairs and what has a suffix stay as they are.
fn own_symbol(symbol: &Symbol) -> String {
    const CURRENCIES: [&str; 6] = ["usd", "eur", "gbp", "jpy", "chf", "pln"];
    let symbol = symbol.as_str().to_lowercase();
    let is_pair = symbol.len() == 6 && CURRENCIES.iter().any(|c| symbol.ends_with(c));
    if symbol.starts_with('^') || symbol.contains('.') || is_pair {
        symbol
    } else {
        format!("{symbol}.us")
    }
}

#[cfg(test)]
mod tests;
