//! Twelve Data: daily prices as CSV with semicolons, newest first, adjusted for splits.
//!
//! Errors are JSON, with a code in the body and any status. At most 5000 rows at once; a free key
//! has 8 requests a minute and 800 a day.

use super::RefusalClass::{
    BadKey, DailyQuota, Network, NoData, PlanLimit, RateLimited, UnknownSymbol,
};
use super::body::{Form, shown};
use super::delivery::{ISO, deliver, table_rows};
use super::query::{Query, required};
use super::{Ask, FigureSource, Figures, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts};
use crate::prices::dialect::AdjustmentBasis;
use chrono::TimeDelta;
use serde::Deserialize;
use std::borrow::Cow;
use std::time::Duration;

/// Twelve Data.
pub struct TwelveData;

static FACTS: SourceFacts = SourceFacts {
    name: Cow::Borrowed("twelvedata"),
    title: Cow::Borrowed("Twelve Data"),
    base_url: Cow::Borrowed("https://api.twelvedata.com"),
    key: KeyNeed::Required,
    adjustment_basis: AdjustmentBasis::Split,
    publication_lag: TimeDelta::hours(2),
    min_interval: Duration::from_millis(7_600),
    by_hand: None,
};

const HEADERS: [&str; 2] = [
    "datetime;open;high;low;close;volume",
    "datetime;open;high;low;close",
];

impl FigureSource for TwelveData {
    fn facts(&self) -> &SourceFacts {
        &FACTS
    }

    fn requests(&self, ask: &Ask, key: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        let key = required(&FACTS, key, "a key (free at https://twelvedata.com)")?;
        // The last day is excluded where it has no time of day.
        let end = ask.to.succ_opt().unwrap_or(ask.to);
        let query = Query::new("/time_series")
            .with("symbol", ask.symbol.as_str().trim_end_matches(".US"))
            .with("interval", "1day")
            .with_some("start_date", ask.from)
            .with("end_date", end)
            .with("outputsize", 5000)
            .with("format", "CSV")
            .with_key("apikey", Some(key));
        Ok(vec![query.request()])
    }

    fn read(&self, ask: &Ask, reply: &Reply) -> Result<Figures, Refusal> {
        let form = Form {
            facts: &FACTS,
            headers: &HEADERS,
            phrases: &[],
            by_hand: Cow::Borrowed(""),
        };
        if form.text(reply)?.trim_start().starts_with('{') {
            return Err(refused(&form, form.json(reply)?));
        }
        let rows = table_rows(&form, ask, reply, ISO)?;
        deliver(&form, ask, reply, rows)
    }
}

#[derive(Deserialize)]
struct Fault {
    code: Option<u16>,
    #[serde(default)]
    message: String,
}

fn refused(form: &Form<'_>, fault: Fault) -> Refusal {
    let message = fault.message.to_lowercase();
    let says = |text: &str| message.contains(text);
    match fault.code {
        Some(401) => form.refusal(
            BadKey,
            "does not accept the key; check SHOCKWAVE_KEY_TWELVEDATA",
        ),
        Some(429) if says("day") => form.refusal(
            DailyQuota,
            "the day's credits of this key are used up; fetch again after midnight UTC",
        ),
        Some(429) => Refusal {
            retry_after: Some(Duration::from_secs(60)),
            ..form.refusal(
                RateLimited,
                "the minute's credits of this key are used up; fetch again in a minute",
            )
        },
        _ if says("no data is available") => {
            form.refusal(NoData, "has nothing in this span; check the dates")
        }
        Some(403) => form.refusal(PlanLimit, "does not include this in the key's plan"),
        _ if says("plan") => form.refusal(PlanLimit, "does not include this in the key's plan"),
        Some(400 | 404) if says("symbol") || says("figi") => {
            form.refusal(UnknownSymbol, "knows no such symbol; check its spelling")
        }
        Some(code @ 500..=599) => form.refusal(
            Network,
            &format!("is out of order (error {code}); fetch again later"),
        ),
        code => form.changed(format!(
            "the error {} ({})",
            code.map_or_else(|| "without a code".to_owned(), |code| code.to_string()),
            shown(&fault.message)
        )),
    }
}

#[cfg(test)]
mod tests;
