//! Nasdaq: the JSON behind the price tables of its web site.
//!
//! Descending, adjusted for splits only, about ten years; cells are text such as `$1,341.07`.
//! The kind of instrument is part of the question, so that up to three are asked. Errors come
//! with status 200. The site's terms bar automated capture: who asks must have the right to.

use super::RefusalClass::{BotCheck, NoData, UnknownSymbol};
use super::body::{Form, Phrase, phrase, shown};
use super::delivery::deliver;
use super::query::{Query, segment};
use super::yahoo::USER_AGENT;
use super::{Ask, FigureSource, Figures, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts};
use crate::input::dates::DateFormat;
use crate::input::numbers::NumberFormat;
use crate::prices::bars::Bar;
use crate::prices::dialect::AdjustmentBasis;
use chrono::{Days, TimeDelta};
use serde::Deserialize;
use std::borrow::Cow;
use std::time::Duration;

/// Nasdaq.
pub struct Nasdaq;

static FACTS: SourceFacts = SourceFacts {
    name: Cow::Borrowed("nasdaq"),
    title: Cow::Borrowed("Nasdaq"),
    base_url: Cow::Borrowed("https://api.nasdaq.com"),
    key: KeyNeed::None,
    adjustment_basis: AdjustmentBasis::Split,
    publication_lag: TimeDelta::hours(6),
    min_interval: Duration::from_secs(2),
    by_hand: Some(Cow::Borrowed(
        "open https://www.nasdaq.com/market-activity/stocks/SYMBOL/historical in a browser, press \
         Download historical data, then run shockwave fetch --import FILE --symbol SYMBOL --as nasdaq",
    )),
};

const PHRASES: [Phrase; 3] = [
    phrase(
        "symbol not exists",
        UnknownSymbol,
        "knows no such symbol of this kind",
    ),
    phrase(
        "less than from date",
        NoData,
        "has nothing in a span of a single day",
    ),
    phrase("access denied", BotCheck, "denies access to this address"),
];

/// Kinds of instruments, in the order in which they are tried.
const KINDS: [&str; 3] = ["stocks", "etf", "index"];
/// How far back the tables go, in days.
const TEN_YEARS: u64 = 3_653;

impl FigureSource for Nasdaq {
    fn facts(&self) -> &SourceFacts {
        &FACTS
    }

    fn requests(&self, ask: &Ask, _: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        let symbol = ask.symbol.as_str();
        let bare = symbol.trim_start_matches('^').to_uppercase();
        let beginning = ask
            .to
            .checked_sub_days(Days::new(TEN_YEARS))
            .unwrap_or(ask.to);
        let mut from = ask.from.unwrap_or(beginning);
        if from >= ask.to {
            // One day alone is refused.
            from = ask.to.pred_opt().unwrap_or(from);
        }
        let kinds = if symbol.starts_with('^') {
            &KINDS[2..]
        } else {
            &KINDS[..]
        };
        let request = |kind: &&str| {
            Query::new(format!("/api/quote/{}/historical", segment(&bare)))
                .with("assetclass", kind)
                .with("fromdate", from)
                .with("todate", ask.to)
                .with("limit", 9999)
                .header("user-agent", USER_AGENT)
                .header("accept", "application/json, text/plain, */*")
                .request()
        };
        Ok(kinds.iter().map(request).collect())
    }

    fn read(&self, ask: &Ask, reply: &Reply) -> Result<Figures, Refusal> {
        let form = Form {
            facts: &FACTS,
            headers: &[],
            phrases: &PHRASES,
            by_hand: FACTS.by_hand.clone().unwrap_or_default(),
        };
        let document: Document = form.json(reply)?;
        let Some(data) = document.data else {
            return Err(match document.status {
                Some(status) => refused(&form, status),
                None => form.changed("JSON with neither data nor a status".to_owned()),
            });
        };
        let other = data.symbol.filter(|of| !same(of, ask.symbol.as_str()));
        if let Some(other) = other {
            return Err(form.changed(format!("the table of `{}`", shown(&other))));
        }
        let Some(table) = data.trades_table else {
            return Err(form.no_data("no table of prices"));
        };
        let rows = table.rows.unwrap_or_default();
        if rows.is_empty() {
            return Err(form.no_data("no row"));
        }
        let rows: Option<Vec<Bar>> = rows.iter().map(bar).collect();
        let rows = rows
            .ok_or_else(|| form.changed("cells that are neither dates nor numbers".to_owned()))?;
        deliver(&form, ask, reply, rows)
    }
}

#[derive(Deserialize)]
struct Document {
    data: Option<Data>,
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    symbol: Option<String>,
    trades_table: Option<TradesTable>,
}

#[derive(Deserialize)]
struct TradesTable {
    rows: Option<Vec<Row>>,
}

#[derive(Deserialize)]
struct Row {
    date: String,
    open: Option<String>,
    high: Option<String>,
    low: Option<String>,
    close: Option<String>,
    volume: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    b_code_message: Option<Vec<Fault>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fault {
    code: i64,
    error_message: Option<String>,
}

/// Whether two spellings are of one symbol: classes of shares are written in many ways.
fn same(a: &str, b: &str) -> bool {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.collect::<String>().to_uppercase()
    };
    letters(a) == letters(b)
}

fn refused(form: &Form<'_>, status: Status) -> Refusal {
    let faults = status.b_code_message.unwrap_or_default();
    let Some(fault) = faults.first() else {
        return form.no_data("no table of prices");
    };
    let said = fault.error_message.as_deref().unwrap_or("");
    if let Some(known) = form.known(said) {
        return known;
    }
    match fault.code {
        1001 => form.refusal(UnknownSymbol, "knows no such symbol of this kind"),
        1011 => form.refusal(NoData, "has nothing in this span; check the dates"),
        code => form.changed(format!("the error {code} ({})", shown(said))),
    }
}

fn bar(row: &Row) -> Option<Bar> {
    let numbers = NumberFormat::default();
    let number = |cell: &Option<String>| numbers.parse(cell.as_deref().unwrap_or("")).ok();
    Some(Bar {
        session: DateFormat::MonthFirst.parse(&row.date)?,
        figures: [
            number(&row.open)?,
            number(&row.high)?,
            number(&row.low)?,
            number(&row.close)?,
            None,
            number(&row.volume)?,
        ],
    })
}

#[cfg(test)]
mod tests;
