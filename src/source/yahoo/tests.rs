//! Yahoo's replies, with invented figures.

use super::super::RefusalClass::*;
use super::super::provider_tests::*;
use super::*;

/// A chart of daily bars; `period` is today's session.
fn chart(stamps: &str, close: &str, period: (i64, i64)) -> String {
    let n = stamps.split(',').count();
    let same = |value: &str| vec![value; n].join(",");
    format!(
        r#"{{"chart":{{"result":[{{"meta":{{"currency":"USD","symbol":"NVDA","exchangeName":"NMS","regularMarketTime":{end},
        "gmtoffset":-18000,"timezone":"EST","exchangeTimezoneName":"America/New_York",
        "currentTradingPeriod":{{"pre":{{"timezone":"EST","start":1,"end":2,"gmtoffset":-18000}},
        "regular":{{"timezone":"EST","start":{start},"end":{end},"gmtoffset":-18000}}}},"dataGranularity":"1d","range":""}},
        "timestamp":[{stamps}],"events":{{"dividends":{{"1718112600":{{"amount":0.01,"date":1718112600}}}}}},
        "indicators":{{"quote":[{{"open":[{o}],"high":[{h}],"low":[{l}],"close":[{close}],"volume":[{v}]}}],
        "adjclose":[{{"adjclose":[{close}]}}]}}}}],"error":null}}}}"#,
        start = period.0,
        end = period.1,
        o = same("120.5"),
        h = same("130.25"),
        l = same("110"),
        v = same("1000"),
    )
}

/// 09:30 in New York on 24, 27 and 28 January 2025.
const STAMPS: &str = "1737729000,1737988200,1738074600";
/// The session of 28 January 2025.
const TODAY: (i64, i64) = (1_738_074_600, 1_738_098_000);

fn ok() -> String {
    chart(STAMPS, "142.6199951171875,118.42,128.99", TODAY)
}

#[test]
fn requests_are_yahoos_own() {
    assert_eq!(
        first_path(&Yahoo, &january("BRK.B")),
        "/v8/finance/chart/BRK-B?period1=1735603200&period2=1738454400&interval=1d&events=div%2Csplits&includePrePost=false"
    );
    assert!(first_path(&Yahoo, &january("^SPX")).starts_with("/v8/finance/chart/%5EGSPC?"));
    let request = &Yahoo.requests(&january("NVDA"), None).unwrap()[0];
    assert!(
        request.headers[0]
            .1
            .starts_with("Mozilla/5.0 (compatible; shockwave/")
    );
}

#[test]
fn a_chart_reads() {
    let rows = prices(Yahoo.read(&january("NVDA"), &reply(200, ok())));
    let sessions: Vec<_> = rows.iter().map(|bar| bar.session.to_string()).collect();
    assert_eq!(sessions, ["2025-01-24", "2025-01-27", "2025-01-28"]);
    let close = Some(142.6199951171875);
    assert_eq!(
        rows[0].figures,
        [
            Some(120.5),
            Some(130.25),
            Some(110.0),
            close,
            close,
            Some(1000.0)
        ]
    );
}

#[test]
fn null_bars_are_dropped() {
    let body = chart(STAMPS, "142.62,null,128.99", TODAY);
    assert_eq!(
        prices(Yahoo.read(&january("NVDA"), &reply(200, body))).len(),
        2
    );
}

#[test]
fn a_session_of_another_zone_has_its_own_date() {
    // 09:00 in Tokyo is the evening before in UTC.
    let body = chart("1737936000", "1.5", TODAY)
        .replace("America/New_York", "Asia/Tokyo")
        .replace("\"NVDA\"", "\"7203.T\"");
    let rows = prices(Yahoo.read(&january("7203.T"), &reply(200, body)));
    assert_eq!(rows[0].session, day("2025-01-27"));
}

#[test]
fn of_a_last_day_that_comes_twice_the_last_row_stands() {
    let after_close = format!("{STAMPS},{}", TODAY.1 + 1);
    let body = chart(&after_close, "142.62,118.42,128.99,129.5", TODAY);
    let rows = prices(Yahoo.read(&january("NVDA"), &reply(200, body)));
    assert_eq!((rows.len(), rows[2].figures[3]), (3, Some(129.5)));
}

#[test]
fn a_bar_that_is_still_trading_is_no_close() {
    let at_noon = TODAY.0 + 9_000;
    let body = chart(
        &format!("1737729000,1737988200,{at_noon}"),
        "142.62,118.42,120",
        TODAY,
    );
    let rows = prices(Yahoo.read(&january("NVDA"), &reply(200, body)));
    assert_eq!(rows.last().unwrap().session, day("2025-01-27"));
    // Neither is the same day's first row beside it.
    let body = chart(
        &format!("{STAMPS},{at_noon}"),
        "142.62,118.42,121,120",
        TODAY,
    );
    assert_eq!(
        prices(Yahoo.read(&january("NVDA"), &reply(200, body))).len(),
        2
    );
}

#[test]
fn rows_behind_the_span_are_dropped() {
    let ask = ask("NVDA", Some("2025-01-01"), "2025-01-27");
    assert_eq!(prices(Yahoo.read(&ask, &reply(200, ok()))).len(), 2);
}

#[test]
fn refusals_are_told_apart() {
    let empty = r#"{"chart":{"result":[{"meta":{"symbol":"NVDA","exchangeTimezoneName":"America/New_York"},"indicators":{"quote":[{}],"adjclose":[{}]}}],"error":null}}"#;
    let error = |code: &str, text: &str| {
        format!(
            r#"{{"chart":{{"result":null,"error":{{"code":"{code}","description":"{text}"}}}}}}"#
        )
    };
    let old = |code: &str, text: &str| error(code, text).replace("\"chart\"", "\"finance\"");
    let uneven = ok().replace("142.6199951171875,", "");
    let weekly = ok().replace("\"1d\"", "\"1wk\"");
    refuses(
        &Yahoo,
        &january("NVDA"),
        &[
            (
                404,
                &error("Not Found", "No data found, symbol may be delisted"),
                UnknownSymbol,
            ),
            (
                422,
                &error(
                    "Unprocessable Entity",
                    "5m data not available for startTime=1 and endTime=2.",
                ),
                NoData,
            ),
            (
                400,
                &error(
                    "Bad Request",
                    "Data doesn't exist for startDate = 1, endDate = 2",
                ),
                NoData,
            ),
            (500, &error("internal", "{KEY}"), SchemaChanged),
            (429, "Edge: Too Many Requests", RateLimited),
            (200, "Too Many Requests\r\n", RateLimited),
            (200, "<html><body><h1>Will be right back...</h1>", Network),
            (401, &old("unauthorized", "User is not logged in"), NeedsKey),
            (401, &old("Unauthorized", "Invalid Crumb"), NeedsKey),
            (
                401,
                &old(
                    "forbidden",
                    "User is not subscribed to Premium or has invalid cookies",
                ),
                PlanLimit,
            ),
            (200, empty, NoData),
            (
                200,
                r#"{"chart":{"result":[],"error":null}}"#,
                SchemaChanged,
            ),
            (200, r#"{"chart":{"result":{"a":1}}}"#, SchemaChanged),
            (200, "<html>guce.yahoo.com collectConsent</html>", BotCheck),
            (200, &uneven, SchemaChanged),
            (200, &weekly, SchemaChanged),
            (200, &ok()[..500], Truncated),
        ],
    );
}

#[test]
fn cuts_and_echoes_do_no_harm() {
    survives_any_cut(&Yahoo, &january("NVDA"), ok().as_bytes());
    never_shows_a_key(&Yahoo, &january("NVDA"), &ok());
}
