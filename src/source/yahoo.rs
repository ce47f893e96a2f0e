//! Yahoo Finance: the JSON behind its charts.
//!
//! Ascending; open to close are adjusted for splits, `adjclose` for dividends too. Bars are
//! stamped with the opening of their session, today's with its last trade until the close; a bar
//! can be null, and the last day can come twice.

use super::RefusalClass::{
    BotCheck, NeedsKey, Network, NoData, PlanLimit, RateLimited, UnknownSymbol,
};
use super::body::{Form, Phrase, phrase, shown};
use super::delivery::deliver;
use super::query::{Query, segment};
use super::{
    Ask, BEGINNING, FigureSource, Figures, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts,
};
use crate::instrument::Symbol;
use crate::prices::bars::Bar;
use crate::prices::dialect::AdjustmentBasis;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use std::borrow::Cow;
use std::time::Duration;

/// Yahoo Finance.
pub struct Yahoo;

static FACTS: SourceFacts = SourceFacts {
    name: Cow::Borrowed("yahoo"),
    title: Cow::Borrowed("Yahoo Finance"),
    base_url: Cow::Borrowed("https://query1.finance.yahoo.com"),
    key: KeyNeed::None,
    adjustment_basis: AdjustmentBasis::Split,
    publication_lag: TimeDelta::minutes(30),
    min_interval: Duration::from_millis(1500),
    by_hand: Some(Cow::Borrowed(
        "open https://finance.yahoo.com/quote/SYMBOL/history in a browser, copy the table into a CSV \
         file with the columns Date, Open, High, Low, Close, Adj Close, Volume, then run shockwave \
         fetch --import FILE --as yahoo",
    )),
};

const PHRASES: [Phrase; 7] = [
    phrase(
        "too many requests",
        RateLimited,
        "too many requests from this address; wait a quarter of an hour or more, then fetch again",
    ),
    phrase(
        "will be right back",
        Network,
        "is down for maintenance; fetch again later",
    ),
    phrase(
        "user is not logged in",
        NeedsKey,
        "wants a person who is logged in for this; programs have no key for it",
    ),
    phrase(
        "invalid crumb",
        NeedsKey,
        "wants a person who is logged in for this; programs have no key for it",
    ),
    phrase(
        "not subscribed to premium",
        PlanLimit,
        "gives this to its paying subscribers only",
    ),
    phrase("collectconsent", BotCheck, "asks a person for consent"),
    phrase("guce.yahoo.com", BotCheck, "asks a person for consent"),
];

/// The program's name in a form that the host lets through.
pub(super) const USER_AGENT: &str = concat!(
    "Mozilla/5.0 (compatible; shockwave/",
    env!("CARGO_PKG_VERSION"),
    ")"
);

impl FigureSource for Yahoo {
    fn facts(&self) -> &SourceFacts {
        &FACTS
    }

    fn requests(&self, ask: &Ask, _: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        // A day more at both ends: the exchange may lie in any zone.
        let seconds = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc().timestamp();
        const DAY: i64 = 86_400;
        let path = format!("/v8/finance/chart/{}", segment(&own_symbol(&ask.symbol)));
        let query = Query::new(path)
            .with("period1", seconds(ask.from.unwrap_or(BEGINNING)) - DAY)
            .with("period2", seconds(ask.to) + 2 * DAY)
            .with("interval", "1d")
            .with("events", "div,splits")
            .with("includePrePost", "false")
            .header("user-agent", USER_AGENT);
        Ok(vec![query.request()])
    }

    fn read(&self, ask: &Ask, reply: &Reply) -> Result<Figures, Refusal> {
        let form = Form {
            facts: &FACTS,
            headers: &[],
            phrases: &PHRASES,
            by_hand: FACTS.by_hand.clone().unwrap_or_default(),
        };
        let document: Document = form.json(reply)?;
        if let Some(error) = document.error() {
            return Err(refused(&form, error));
        }
        let chart = document.chart.and_then(|chart| chart.result);
        let Some(result) = chart.into_iter().flatten().next() else {
            return Err(form.changed("JSON without a chart".to_owned()));
        };
        let meta = result.meta.as_ref();
        let of = meta.and_then(|meta| meta.symbol.as_deref());
        if let Some(other) = of.filter(|of| !of.eq_ignore_ascii_case(&own_symbol(&ask.symbol))) {
            return Err(form.changed(format!("the chart of `{}`", shown(other))));
        }
        let rows = rows(&form, result)?;
        deliver(&form, ask, reply, rows)
    }
}

/// Yahoo's own spelling: `BRK.B` is `BRK-B`, the S&P 500 `^GSPC`.
fn own_symbol(symbol: &Symbol) -> String {
    let symbol = symbol.as_str();
    match symbol {
        "^SPX" => "^GSPC".to_owned(),
        _ => match symbol.strip_suffix(".US").unwrap_or(symbol) {
            class if class.ends_with(".A") || class.ends_with(".B") => class.replace('.', "-"),
            other => other.to_owned(),
        },
    }
}

#[derive(Deserialize)]
struct Document {
    chart: Option<Chart>,
    /// The older interface's refusals stand here.
    finance: Option<Chart>,
}

#[derive(Deserialize)]
struct Chart {
    result: Option<Vec<ChartResult>>,
    error: Option<ChartError>,
}

#[derive(Deserialize)]
struct ChartError {
    #[serde(default)]
    code: String,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
struct ChartResult {
    meta: Option<Meta>,
    timestamp: Option<Vec<i64>>,
    indicators: Option<Indicators>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    symbol: Option<String>,
    exchange_timezone_name: Option<String>,
    current_trading_period: Option<TradingPeriods>,
    data_granularity: Option<String>,
}

#[derive(Deserialize)]
struct TradingPeriods {
    regular: Option<Period>,
}

#[derive(Deserialize)]
struct Period {
    start: i64,
    end: i64,
}

#[derive(Deserialize)]
struct Indicators {
    #[serde(default)]
    quote: Vec<Quote>,
    #[serde(default)]
    adjclose: Vec<AdjClose>,
}

type Series = Option<Vec<Option<f64>>>;

#[derive(Default, Deserialize)]
struct Quote {
    open: Series,
    high: Series,
    low: Series,
    close: Series,
    volume: Series,
}

#[derive(Deserialize)]
struct AdjClose {
    adjclose: Series,
}

impl Document {
    fn error(&self) -> Option<&ChartError> {
        let of = |chart: &Option<Chart>| -> bool {
            chart.as_ref().is_some_and(|chart| chart.error.is_some())
        };
        let chart = if of(&self.chart) {
            &self.chart
        } else {
            &self.finance
        };
        chart.as_ref()?.error.as_ref()
    }
}

fn refused(form: &Form<'_>, error: &ChartError) -> Refusal {
    if let Some(known) = form.known(&error.description) {
        return known;
    }
    let said = shown(&error.description);
    let say = |class, message: String| form.refusal(class, &message);
    match error.code.to_lowercase().as_str() {
        "not found" => say(
            UnknownSymbol,
            format!("knows no such symbol ({said}); check its spelling"),
        ),
        "unprocessable entity" | "bad request" => say(
            NoData,
            format!("has nothing for this span ({said}); check the dates"),
        ),
        "unauthorized" => say(
            NeedsKey,
            format!("wants a person who is logged in ({said})"),
        ),
        "forbidden" => say(
            PlanLimit,
            format!("does not give this to everyone ({said})"),
        ),
        code => form.changed(format!("the error `{}` ({said})", shown(code))),
    }
}

fn rows(form: &Form<'_>, result: ChartResult) -> Result<Vec<Bar>, Refusal> {
    let changed = |what: &str| form.changed(what.to_owned());
    let (Some(stamps), Some(mut indicators)) = (result.timestamp, result.indicators) else {
        return Err(form.no_data("no bar"));
    };
    let meta = result
        .meta
        .ok_or_else(|| changed("a chart without its description"))?;
    if meta.data_granularity.as_deref().is_some_and(|g| g != "1d") {
        return Err(changed("bars that are not daily"));
    }
    let zone: Option<Tz> = meta
        .exchange_timezone_name
        .as_deref()
        .and_then(|name| name.parse().ok());
    let zone = zone.ok_or_else(|| changed("a chart without the zone of its exchange"))?;
    let columns = columns(form, &mut indicators, stamps.len())?;
    let session = |stamp: i64| {
        let moment = DateTime::<Utc>::from_timestamp(stamp, 0)?;
        Some(moment.with_timezone(&zone).date_naive())
    };
    let today = meta
        .current_trading_period
        .and_then(|periods| periods.regular);
    // Stamped within the session, a bar is its last trade so far and not its close.
    let unfinished = |stamp: i64| {
        today
            .as_ref()
            .is_some_and(|p| p.start < stamp && stamp < p.end)
    };
    let live: Vec<NaiveDate> = stamps
        .iter()
        .filter(|s| unfinished(**s))
        .filter_map(|s| session(*s))
        .collect();
    let mut rows: Vec<Bar> = Vec::with_capacity(stamps.len());
    for (row, stamp) in stamps.iter().enumerate() {
        let session = session(*stamp).ok_or_else(|| changed("a bar without a date"))?;
        let figure = |column: &Series| column.as_ref().and_then(|c| c[row]);
        let bar = Bar {
            session,
            figures: std::array::from_fn(|field| figure(&columns[field])),
        };
        // The last day twice is the provider's habit, not a contradiction.
        if rows.last().is_some_and(|last| last.session == session) {
            rows.pop();
        }
        if !live.contains(&session) {
            rows.push(bar);
        }
    }
    Ok(rows)
}

/// Open, high, low, close, adjusted close and volume, each with `n` figures where it is there.
fn columns(form: &Form<'_>, indicators: &mut Indicators, n: usize) -> Result<[Series; 6], Refusal> {
    if indicators.quote.is_empty() {
        return Err(form.no_data("no bar"));
    }
    let quote = indicators.quote.swap_remove(0);
    let adjusted = indicators.adjclose.pop();
    let columns = [
        quote.open,
        quote.high,
        quote.low,
        quote.close,
        adjusted.and_then(|adjusted| adjusted.adjclose),
        quote.volume,
    ];
    match columns.iter().flatten().all(|column| column.len() == n) {
        true => Ok(columns),
        false => Err(form.changed("series of different lengths".to_owned())),
    }
}

#[cfg(test)]
mod tests;
