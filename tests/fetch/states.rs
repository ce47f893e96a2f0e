//! Every state that a source was seen in: its outcome and class, and that a refusal leaves what is
//! stored as it was.

use super::wire::{self, BOT_PAGE, Bar, KEY_GATE, series};
use super::{Desk, KEY, one, outcome};
use crate::replica::{Act, ok, reply};

/// A state of a source: what it answers, and what must come of it.
struct State {
    name: &'static str,
    source: &'static str,
    symbol: &'static str,
    acts: Vec<Act>,
    outcome: &'static str,
    class: &'static str,
    /// Requests that are sent.
    requests: usize,
}

fn good(name: &'static str, source: &'static str, symbol: &'static str, acts: Vec<Act>) -> State {
    State {
        name,
        source,
        symbol,
        acts,
        outcome: "updated",
        class: "",
        requests: 1,
    }
}

fn bad(
    name: &'static str,
    (source, symbol): (&'static str, &'static str),
    class: &'static str,
    requests: usize,
    acts: Vec<Act>,
) -> State {
    let failed = ["network", "timeout", "truncated", "too-large"].contains(&class);
    State {
        name,
        source,
        symbol,
        acts,
        outcome: if failed { "failed" } else { "refused" },
        class,
        requests,
    }
}

fn bars() -> Vec<Bar> {
    series("NVDA", "2026-08-26")
}

fn csv(body: impl AsRef<[u8]>) -> Vec<Act> {
    ok("text/csv", body)
}

fn json(body: impl AsRef<[u8]>) -> Vec<Act> {
    ok("application/json", body)
}

fn stooq() -> Vec<State> {
    let s = ("stooq", "NVDA");
    let table = wire::stooq(&bars());
    let text = |body: &str| ok("text/plain", body);
    vec![
        good("ok-en", s.0, s.1, csv(&table)),
        good("ok-pl-crlf", s.0, s.1, csv(wire::stooq_polish(&bars()))),
        bad("no-data", s, "no-data", 1, text("No data")),
        bad(
            "quota",
            s,
            "daily-quota",
            1,
            text("Exceeded the daily hits limit"),
        ),
        bad(
            "quota-pl",
            s,
            "daily-quota",
            1,
            text("Przekroczony dzienny limit wywolan"),
        ),
        bad("key-gate", s, "needs-key", 1, text(KEY_GATE)),
        bad("pow-as-csv", s, "bot-check", 1, csv(BOT_PAGE)),
        bad("denied", s, "bot-check", 1, text("Access denied")),
        bad(
            "denied, in Latin-2",
            s,
            "bot-check",
            1,
            ok("text/plain", b"Odmowa dost\xeapu"),
        ),
        bad("empty", s, "no-data", 1, csv("")),
        bad(
            "header-only",
            s,
            "no-data",
            1,
            csv("Date,Open,High,Low,Close,Volume\r\n"),
        ),
        bad(
            "truncated",
            s,
            "truncated",
            4,
            csv(&table[..table.len() - 40]),
        ),
        bad(
            "moved",
            s,
            "schema-changed",
            1,
            reply(
                404,
                &[],
                "The page you requested does not exist or has been moved",
            ),
        ),
    ]
}

fn yahoo() -> Vec<State> {
    let s = ("yahoo", "NVDA");
    let mut with_null = bars();
    with_null[5].close = f64::NAN;
    let error = |status: u16, code: &str, text: &str| {
        let body = wire::yahoo_error(code, text);
        reply(status, &[("content-type", "application/json")], body)
    };
    let empty = r#"{"chart":{"result":[{"meta":{"symbol":"NVDA","exchangeTimezoneName":"America/New_York"},"indicators":{"quote":[{}],"adjclose":[{}]}}],"error":null}}"#;
    let minutes = "5m data not available for startTime=1 and endTime=2.";
    vec![
        good("ok", s.0, s.1, json(wire::yahoo("NVDA", &bars()))),
        good("null-bars", s.0, s.1, json(wire::yahoo("NVDA", &with_null))),
        bad("empty-indicators", s, "no-data", 1, json(empty)),
        bad(
            "404",
            s,
            "unknown-symbol",
            1,
            error(404, "Not Found", "No data found, symbol may be delisted"),
        ),
        bad(
            "422",
            s,
            "no-data",
            1,
            error(422, "Unprocessable Entity", minutes),
        ),
        bad(
            "429",
            s,
            "rate-limited",
            4,
            reply(429, &[], "Edge: Too Many Requests"),
        ),
        bad(
            "v7-401",
            s,
            "needs-key",
            1,
            error(401, "unauthorized", "User is not logged in"),
        ),
        bad(
            "maintenance",
            s,
            "network",
            4,
            ok("text/html", "<html>Will be right back"),
        ),
        bad("no-json", s, "schema-changed", 1, json("[1,2]")),
    ]
}

fn nasdaq() -> Vec<State> {
    let s = ("nasdaq", "NVDA");
    let none = r#"{"data":{"symbol":"NVDA","totalRecords":0,"tradesTable":{"asOf":null,"headers":null,"rows":null}},"message":null,"status":{"rCode":200}}"#;
    vec![
        good("ok", s.0, s.1, json(wire::nasdaq("NVDA", &bars()))),
        // Asked as a share, a fund and an index.
        bad(
            "1001",
            s,
            "unknown-symbol",
            3,
            json(wire::nasdaq_error(1001, "Symbol not exists.")),
        ),
        bad(
            "1011",
            s,
            "no-data",
            1,
            json(wire::nasdaq_error(
                1011,
                "Provided date is less than from date",
            )),
        ),
        bad("rows-null", s, "no-data", 1, json(none)),
        bad(
            "incapsula",
            s,
            "bot-check",
            1,
            reply(403, &[], "<html>_Incapsula_Resource</html>"),
        ),
    ]
}

fn keyed() -> Vec<State> {
    let (a, t) = (("alphavantage", "NVDA"), ("tiingo", "NVDA"));
    let (w, e) = (("twelvedata", "NVDA"), ("eodhd", "NVDA"));
    let quota = format!(
        r#"{{"Information":"We have detected your API key as {KEY} and our standard API rate limit is 25 requests per day."}}"#
    );
    let header = wire::tiingo(&[]);
    let minute = r#"{"code":401,"message":"**apikey** parameter is incorrect","status":"error"}"#;
    vec![
        good("ok", a.0, a.1, csv(wire::alphavantage(&bars()))),
        bad("information", a, "daily-quota", 1, json(quota)),
        bad(
            "note",
            a,
            "rate-limited",
            4,
            json(r#"{"Note":"Thank you for using Alpha Vantage!"}"#),
        ),
        bad(
            "error",
            a,
            "unknown-symbol",
            1,
            json(r#"{"Error Message":"Invalid API call."}"#),
        ),
        good("ok", t.0, t.1, csv(wire::tiingo(&bars()))),
        bad(
            "no-token",
            t,
            "needs-key",
            1,
            reply(403, &[], r#"{"detail":"Please supply a token"}"#),
        ),
        bad(
            "ticker",
            t,
            "unknown-symbol",
            1,
            csv("Error: Ticker 'NVDA' not found"),
        ),
        bad("header-only", t, "no-data", 1, csv(header)),
        good("ok", w.0, w.1, csv(wire::twelvedata(&bars()))),
        bad("401", w, "bad-key", 1, json(minute)),
        good("ok", e.0, e.1, csv(wire::eodhd(&bars()))),
        bad("403", e, "plan-limit", 1, reply(403, &[], "Forbidden")),
        bad(
            "402",
            e,
            "daily-quota",
            1,
            reply(402, &[], "You exceeded your daily API requests limit."),
        ),
    ]
}

fn files() -> Vec<State> {
    let (f, c, k) = (("fred", "SP500"), ("cboe", "^VIX"), ("french", "ff3"));
    let zip = |body: Vec<u8>| ok("application/zip", body);
    let june = wire::between(&bars(), None, Some("2026-06-30"));
    let archive = wire::french(&june, "202606", 0.0);
    let cut = archive[..archive.len() / 2].to_vec();
    vec![
        good(
            "ok",
            f.0,
            f.1,
            csv(wire::fred("SP500", &bars(), "observation_date", "")),
        ),
        good(
            "old-header",
            f.0,
            f.1,
            csv(wire::fred("SP500", &bars(), "DATE", ".")),
        ),
        bad(
            "504",
            f,
            "timeout",
            4,
            reply(504, &[], "<html>504 Gateway Time-out</html>"),
        ),
        bad(
            "html-404",
            f,
            "unknown-symbol",
            1,
            reply(404, &[], "<!DOCTYPE html><html></html>"),
        ),
        good("ok", c.0, c.1, csv(wire::cboe(&bars()))),
        bad(
            "1015",
            c,
            "rate-limited",
            4,
            reply(403, &[], "error code: 1015"),
        ),
        good("ok", k.0, k.1, zip(archive)),
        bad("cut-zip", k, "truncated", 4, zip(cut)),
        bad(
            "404",
            k,
            "unknown-symbol",
            1,
            reply(404, &[], "<html>404</html>"),
        ),
    ]
}

#[test]
fn a_good_state_is_stored_and_a_refusal_is_named() {
    let states = [stooq(), yahoo(), nasdaq(), keyed(), files()];
    for state in states.into_iter().flatten() {
        let acts = state.acts.clone();
        let desk = Desk::new(move |_, _| acts.clone());
        let run = desk.fetch(&[state.symbol, "--source", state.source]);
        let result = one(&run);
        let name = format!("{} {}: {result}", state.source, state.name);
        let expected = (state.outcome.to_owned(), state.class.to_owned());
        assert_eq!(outcome(&result), expected, "{name}");
        assert_eq!(desk.replica.seen().len(), state.requests, "{name}");
        if state.outcome == "updated" {
            assert_eq!(run.code, 0, "{name}");
            assert!(result["rows"].as_u64() > Some(15), "{name}");
        } else {
            assert_eq!(run.code, 3, "{name}");
            assert_eq!(
                desk.figures()
                    .keys()
                    .filter(|k| k.contains("parquet"))
                    .count(),
                0,
                "{name}"
            );
            assert!(run.stderr.contains(state.class), "{name}: {}", run.stderr);
            assert!(
                result["message"].as_str().is_some_and(|m| m.len() > 15),
                "{name}"
            );
        }
    }
}

#[test]
fn a_refusal_leaves_what_is_stored_as_it_was() {
    let refusals: Vec<State> = [stooq(), yahoo(), nasdaq(), keyed(), files()]
        .into_iter()
        .flatten()
        .filter(|state| state.outcome != "updated")
        .collect();
    let first = [stooq(), yahoo(), nasdaq(), keyed(), files()];
    let first: Vec<State> = first
        .into_iter()
        .flatten()
        .filter(|s| s.name == "ok" || s.name == "ok-en")
        .collect();
    for good in first {
        let acts = good.acts.clone();
        let mut desk = Desk::new(move |_, _| acts.clone());
        let earlier = "2026-08-26T13:00:00Z";
        desk.fetch_at(earlier, &[good.symbol, "--source", good.source])
            .ends(0);
        let before = desk.figures();
        assert!(
            before.keys().any(|name| name.contains("parquet")),
            "{}",
            good.source
        );
        for state in refusals.iter().filter(|s| s.source == good.source) {
            let acts = state.acts.clone();
            desk = desk.facing(move |_, _| acts.clone());
            // Each at another day's noon, so that no quota of the one before stands in its way.
            desk.fetch_at(
                "2026-10-27T13:00:00Z",
                &[state.symbol, "--source", state.source],
            )
            .ends(3);
            assert_eq!(desk.figures(), before, "{} {}", state.source, state.name);
        }
        desk.verify();
    }
}
