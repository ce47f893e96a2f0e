//! Made-up prices in the exact formats of the sources.

use crate::replica::body::zipped;
use chrono::{Datelike, NaiveDate, TimeDelta};
use shockwave::calendar::Calendar;

/// One session: open, high, low, close, volume.
#[derive(Debug, Clone, Copy)]
pub struct Bar {
    pub on: NaiveDate,
    pub open: f64,
    pub high: f64,
    pub low: f64,
    pub close: f64,
    pub volume: u64,
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// Sessions of New York from June 2026 with prices that wander as their name says, to the cent.
pub fn series(symbol: &str, to: &str) -> Vec<Bar> {
    let calendar = Calendar::named("XNYS").expect("a calendar");
    let sessions = calendar
        .sessions(day("2026-06-01"), day(to))
        .expect("within the years");
    let seed = symbol.bytes().fold(7_u64, |s, b| s * 31 + u64::from(b));
    let mut cents = 10_000 + (seed % 9_000) as i64;
    let bar = |on: NaiveDate| {
        let mut x = seed ^ (on.num_days_from_ce() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        x ^= x >> 29;
        x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x ^= x >> 32;
        let step = (x % 401) as i64 - 200;
        let close = cents + step;
        cents = 10_000 + (cents - 10_000) * 9 / 10 + step / 2;
        let price = |c: i64| c as f64 / 100.0;
        Bar {
            on,
            open: price(close - step / 2),
            high: price(close + 150),
            low: price(close - 150 - step.abs() / 2),
            close: price(close),
            volume: 1_000_000 + x % 9_000_000,
        }
    };
    sessions.into_iter().map(bar).collect()
}

/// The rows from and to these dates.
pub fn between(bars: &[Bar], from: Option<&str>, to: Option<&str>) -> Vec<Bar> {
    let (from, to) = (from.map(day), to.map(day));
    let inside = |bar: &&Bar| from.is_none_or(|f| bar.on >= f) && to.is_none_or(|t| bar.on <= t);
    bars.iter().filter(inside).copied().collect()
}

/// The same history after a split of so many for one.
pub fn restated(bars: &[Bar], by: f64) -> Vec<Bar> {
    let scaled = |bar: &Bar| Bar {
        open: bar.open / by,
        high: bar.high / by,
        low: bar.low / by,
        close: bar.close / by,
        ..*bar
    };
    bars.iter().map(scaled).collect()
}

/// A table in the order of the rows; `row` writes one line.
fn table(header: &str, bars: &[Bar], end: &str, row: impl Fn(&Bar) -> String) -> String {
    let mut text = format!("{header}{end}");
    for bar in bars {
        text += &row(bar);
        text += end;
    }
    text
}

fn reversed(bars: &[Bar]) -> Vec<Bar> {
    bars.iter().rev().copied().collect()
}

pub fn stooq(bars: &[Bar]) -> String {
    table("Date,Open,High,Low,Close,Volume", bars, "\r\n", |b| {
        format!(
            "{},{},{},{},{},{}.25",
            b.on, b.open, b.high, b.low, b.close, b.volume
        )
    })
}

pub fn stooq_polish(bars: &[Bar]) -> String {
    let header = "Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen";
    let (_, rows) = stooq_split(bars);
    format!("{header}\r\n{rows}")
}

fn stooq_split(bars: &[Bar]) -> (String, String) {
    let whole = stooq(bars);
    let (header, rows) = whole.split_once("\r\n").expect("a header");
    (header.to_owned(), rows.to_owned())
}

pub fn tiingo(bars: &[Bar]) -> String {
    let header = "date,close,high,low,open,volume,adjClose,adjHigh,adjLow,adjOpen,adjVolume,divCash,splitFactor";
    table(header, bars, "\n", |b| {
        let raw = format!(
            "{},{},{},{},{},{}",
            b.on, b.close, b.high, b.low, b.open, b.volume
        );
        let adjusted = format!(
            "{},{},{},{},{},0.0,1.0",
            b.close, b.high, b.low, b.open, b.volume
        );
        format!("{raw},{adjusted}")
    })
}

pub fn alphavantage(bars: &[Bar]) -> String {
    table(
        "timestamp,open,high,low,close,volume",
        &reversed(bars),
        "\r\n",
        |b| {
            format!(
                "{},{:.4},{:.4},{:.4},{:.4},{}",
                b.on, b.open, b.high, b.low, b.close, b.volume
            )
        },
    )
}

pub fn twelvedata(bars: &[Bar]) -> String {
    table(
        "datetime;open;high;low;close;volume",
        &reversed(bars),
        "\n",
        |b| {
            format!(
                "{};{:.5};{:.5};{:.5};{:.5};{}",
                b.on, b.open, b.high, b.low, b.close, b.volume
            )
        },
    )
}

pub fn eodhd(bars: &[Bar]) -> String {
    table(
        "Date,Open,High,Low,Close,Adjusted_close,Volume",
        bars,
        "\n",
        |b| {
            format!(
                "{},{},{},{},{},{:.4},{}",
                b.on, b.open, b.high, b.low, b.close, b.close, b.volume
            )
        },
    )
}

/// With a holiday row, which has no value; `missing` is what stands there.
pub fn fred(id: &str, bars: &[Bar], header: &str, missing: &str) -> String {
    let mut text = table(&format!("{header},{id}"), bars, "\n", |b| {
        format!("{},{}", b.on, b.close)
    });
    text += &format!("2026-09-07,{missing}\n");
    text
}

pub fn cboe(bars: &[Bar]) -> String {
    let mut text = table("DATE,OPEN,HIGH,LOW,CLOSE", bars, "\n", |b| {
        let on = b.on.format("%m/%d/%Y");
        format!(
            "{on},{:.6},{:.6},{:.6},{:.6}",
            b.open, b.high, b.low, b.close
        )
    });
    // A holiday of New York.
    text.insert_str(
        text.find('\n').expect("a header") + 1,
        "06/19/2026,16.0,16.5,15.5,16.1\n",
    );
    text
}

/// 09:30 in New York, in summer or winter.
fn open_stamp(on: NaiveDate) -> i64 {
    let session = Calendar::named("XNYS").expect("a calendar").session(on);
    session
        .expect("within the years")
        .expect("a session")
        .opens_at
        .timestamp()
}

fn joined<T: ToString>(values: impl Iterator<Item = T>) -> String {
    values.map(|v| v.to_string()).collect::<Vec<_>>().join(",")
}

/// A chart; the last session is the current one of `meta`. A close of NaN is `null`.
pub fn yahoo(symbol: &str, bars: &[Bar]) -> String {
    let last = bars.last().expect("a bar").on;
    yahoo_stamped(
        symbol,
        bars,
        &bars.iter().map(|b| open_stamp(b.on)).collect::<Vec<_>>(),
        last,
    )
}

/// The same, with the stamps of the rows, and the session that Yahoo calls the current one.
pub fn yahoo_stamped(symbol: &str, bars: &[Bar], stamps: &[i64], current: NaiveDate) -> String {
    let number = |v: f64| match v.is_nan() {
        true => "null".to_owned(),
        false => format!("{v}"),
    };
    let column = |f: fn(&Bar) -> f64| joined(bars.iter().map(|b| number(f(b))));
    let (start, end) = (open_stamp(current), open_stamp(current) + 23_400);
    format!(
        r#"{{"chart":{{"result":[{{"meta":{{"currency":"USD","symbol":"{symbol}","exchangeName":"NMS","instrumentType":"EQUITY","regularMarketTime":{end},"gmtoffset":-14400,"timezone":"EDT","exchangeTimezoneName":"America/New_York","currentTradingPeriod":{{"regular":{{"timezone":"EDT","start":{start},"end":{end},"gmtoffset":-14400}}}},"dataGranularity":"1d","range":""}},"timestamp":[{stamps}],"indicators":{{"quote":[{{"open":[{o}],"high":[{h}],"low":[{l}],"close":[{c}],"volume":[{v}]}}],"adjclose":[{{"adjclose":[{c}]}}]}}}}],"error":null}}}}"#,
        stamps = joined(stamps.iter()),
        o = column(|b| b.open),
        h = column(|b| b.high),
        l = column(|b| b.low),
        c = column(|b| b.close),
        v = joined(bars.iter().map(|b| b.volume)),
    )
}

pub fn yahoo_error(code: &str, description: &str) -> String {
    format!(
        r#"{{"chart":{{"result":null,"error":{{"code":"{code}","description":"{description}"}}}}}}"#
    )
}

pub fn nasdaq(symbol: &str, bars: &[Bar]) -> String {
    let rows = reversed(bars).into_iter().map(|b| {
        format!(
            r#"{{"date":"{}","close":"${}","volume":"{}","open":"${}","high":"${}","low":"${}"}}"#,
            b.on.format("%m/%d/%Y"),
            b.close,
            b.volume,
            b.open,
            b.high,
            b.low
        )
    });
    format!(
        r#"{{"data":{{"symbol":"{symbol}","totalRecords":{n},"tradesTable":{{"asOf":null,"headers":{{"date":"Date","close":"Close/Last","volume":"Volume","open":"Open","high":"High","low":"Low"}},"rows":[{rows}]}}}},"message":null,"status":{{"rCode":200,"bCodeMessage":null,"developerMessage":null}}}}"#,
        n = bars.len(),
        rows = joined(rows),
    )
}

pub fn nasdaq_error(code: u32, message: &str) -> String {
    format!(
        r#"{{"data":null,"message":null,"status":{{"rCode":400,"bCodeMessage":[{{"code":{code},"errorMessage":"{message}"}}],"developerMessage":null}}}}"#
    )
}

/// Three factors in percent with a missing value and an annual block, as the library zips them.
pub fn french(sessions: &[Bar], vintage: &str, shift: f64) -> Vec<u8> {
    let mut text = format!(
        "This file was created by using the {vintage} CRSP database.\r\nThe Tbill return is the simple daily rate.\r\n\r\n,Mkt-RF,SMB,HML,RF\r\n"
    );
    for (i, bar) in sessions.iter().enumerate() {
        let market = (i % 17) as f64 / 10.0 - 0.8 + shift;
        let small = if i == 1 {
            -99.99
        } else {
            (i % 5) as f64 / 10.0
        };
        let on = bar.on.format("%Y%m%d");
        text += &format!(
            "{on},{market:8.2},{small:8.2},{:8.2},{:8.2}\r\n",
            -0.11, 0.02
        );
    }
    text += "\r\n Annual Factors: January-December \r\n,Mkt-RF,SMB,HML,RF\r\n2025,   12.30,   -1.00,    2.00,    4.10\r\n\r\nCopyright 2026 Eugene F. Fama and Kenneth R. French\r\n";
    zipped("F-F_Research_Data_Factors_daily.CSV", text.as_bytes())
}

/// The noon of a session, in UTC seconds.
pub fn during(on: NaiveDate) -> i64 {
    open_stamp(on) + TimeDelta::hours(2).num_seconds()
}

/// The page that asks for a browser, as a CSV file.
pub const BOT_PAGE: &str = "<!DOCTYPE html><html><head><title>x</title></head><body><noscript>This site requires JavaScript to verify your browser. Please enable JavaScript and reload.</noscript><script nonce=\"x\">(async()=>{const c=\"AAAAAGqh\",d=4;})();</script></body></html>";

/// What asks for a key that a captcha gives.
pub const KEY_GATE: &str = "Get your apikey:\n\n1. Open https://stooq.com/q/d/?s=spy.us&get_apikey\n2. Enter the captcha code.\n3. Copy the CSV download link at the bottom of the page - it will contain the <apikey> variable.\n4. Append the <apikey> variable with its value to your requests, e.g.\nhttps://stooq.com/q/d/l/?s=spy.us&d1=20240101&d2=20240413&i=d&apikey=XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX\n";
