//! EDGAR's replies, with invented filings.

use super::super::RefusalClass::*;
use super::super::provider_tests::{CHALLENGE, day, reply};
use super::*;
use crate::instrument::Symbol;

const TICKERS: &str = r#"{"0":{"cik_str":1045810,"ticker":"NVDA","title":"NVIDIA CORP"},"1":{"cik_str":1067983,"ticker":"BRK-B","title":"BERKSHIRE"}}"#;

const SUBMISSIONS: &str = r#"{"cik":"0001045810","entityType":"operating","name":"NVIDIA CORP","tickers":["NVDA"],
"filings":{"recent":{"accessionNumber":["0001045810-25-000030","0001045810-25-000020","0001045810-25-000010","0001045810-24-000001"],
"filingDate":["2025-04-16","2025-02-26","2025-02-20","2024-02-21"],"reportDate":["","","",""],
"acceptanceDateTime":["2025-04-15T21:31:05.000Z","2025-02-26T21:21:44.000Z","2025-02-20T12:00:00.000Z","2024-02-21T21:20:00.000Z"],
"act":["34","34","34","34"],"form":["8-K/A","8-K","10-K","8-K"],"items":["7.01,9.01","2.02,9.01","","2.02"],
"primaryDocument":["a.htm","nvda-20250226.htm","k.htm","b.htm"]},
"files":[{"name":"CIK0001045810-submissions-001.json","filingCount":1000,"filingFrom":"1998-03-06","filingTo":"2025-01-15"},
{"name":"CIK0001045810-submissions-002.json","filingCount":9,"filingFrom":"1990-03-06","filingTo":"1998-03-05"},
{"name":"../../x.json","filingCount":9,"filingFrom":"2025-01-01","filingTo":"2025-01-02"}]}}"#;

const OLDER: &str = r#"{"accessionNumber":["0001045810-25-000001"],"filingDate":["2025-01-10"],"acceptanceDateTime":["2025-01-10T01:00:00.000Z"],
"form":["8-K"],"items":["9.01"],"primaryDocument":["c.htm"]}"#;

fn ask(symbols: &[&str], query: Option<&str>) -> EventAsk {
    EventAsk {
        query: query.map(str::to_owned),
        instruments: symbols.iter().map(|s| Symbol::new(s).unwrap()).collect(),
        from: day("2025-01-01"),
        to: day("2025-04-15"),
    }
}

fn contact() -> Option<Secret> {
    Secret::new("Jane Doe jane@example.com")
}

#[test]
fn a_ticker_is_looked_up_and_a_number_is_not() {
    let requests = Edgar
        .requests(&ask(&["NVDA"], None), contact().as_ref())
        .unwrap();
    assert_eq!(requests[0].path, "/files/company_tickers.json");
    assert_eq!(requests[0].host, Some("https://www.sec.gov"));
    assert_eq!(
        requests[0].headers,
        [("user-agent", "Jane Doe jane@example.com".to_owned())]
    );
    for cik in ["CIK0001045810", "1045810"] {
        let requests = Edgar
            .requests(&ask(&[], Some(cik)), contact().as_ref())
            .unwrap();
        assert_eq!(
            (requests[0].path.as_str(), requests[0].host),
            ("/submissions/CIK0001045810.json", None)
        );
    }
    let found = Edgar
        .read(&ask(&["BRK.B"], None), &reply(200, TICKERS))
        .unwrap();
    assert!(found.events.is_empty());
    assert_eq!(found.next[0].path, "/submissions/CIK0001067983.json");
    let unknown = Edgar
        .read(&ask(&["NOPE"], None), &reply(200, TICKERS))
        .unwrap_err();
    assert_eq!(unknown.class, UnknownSymbol);
}

#[test]
fn several_companies_are_asked_one_by_one() {
    let asks = Edgar.asks(&ask(&["NVDA", "AMD"], None));
    let symbols: Vec<_> = asks.iter().map(|a| a.instruments[0].as_str()).collect();
    assert_eq!(symbols, ["NVDA", "AMD"]);
    assert_eq!(Edgar.asks(&ask(&["NVDA", "AMD"], Some("1045810"))).len(), 1);
}

#[test]
fn without_a_contact_nothing_is_asked() {
    let refusal = Edgar.requests(&ask(&["NVDA"], None), None).unwrap_err();
    assert_eq!(refusal.class, NeedsKey);
    assert!(refusal.message.contains("SHOCKWAVE_KEY_EDGAR"), "{refusal}");
    let nobody = Secret::new("me");
    assert_eq!(
        Edgar
            .requests(&ask(&["NVDA"], None), nobody.as_ref())
            .unwrap_err()
            .class,
        BadKey
    );
    assert!(
        Edgar
            .requests(&ask(&["A", "B"], None), contact().as_ref())
            .is_err()
    );
}

#[test]
fn filings_of_form_8_k_become_events_at_their_acceptance() {
    let page = Edgar
        .read(&ask(&["NVDA"], None), &reply(200, SUBMISSIONS))
        .unwrap();
    let [first, second] = &page.events[..] else {
        panic!("{:?}", page.events);
    };
    assert_eq!(first.id, "8-k-0001045810-25-000020");
    assert_eq!(first.given_at, "2025-02-26T21:21:44Z");
    assert_eq!(
        first.announced_at,
        EventTime::Instant("2025-02-26T21:21:44Z".parse().unwrap())
    );
    assert_eq!(first.time_certainty, TimeCertainty::Exact);
    assert_eq!(first.title, "NVIDIA CORP 8-K: results of operations");
    assert_eq!(
        first.source.as_deref(),
        Some(
            "https://www.sec.gov/Archives/edgar/data/1045810/000104581025000020/nvda-20250226.htm"
        )
    );
    assert_eq!(first.attributes["items"], "2.02,9.01");
    // Accepted at 17:31 in New York on the last day: its filing date is a day later.
    assert_eq!(second.title, "NVIDIA CORP 8-K/A: Regulation FD disclosure");
    let next: Vec<_> = page.next.iter().map(|r| r.path.as_str()).collect();
    assert_eq!(next, ["/submissions/CIK0001045810-submissions-001.json"]);
}

#[test]
fn older_pages_read() {
    let page = Edgar
        .read(&ask(&["NVDA"], None), &reply(200, OLDER))
        .unwrap();
    // 20:00 in New York on the day before.
    assert_eq!(
        page.events[0].title,
        "NVDA 8-K: financial statements and exhibits"
    );
    assert!(
        page.events[0]
            .source
            .as_ref()
            .unwrap()
            .contains("0001045810-25-000001")
    );
    assert!(page.next.is_empty());
}

#[test]
fn refusals_are_told_apart() {
    let uneven = SUBMISSIONS.replace(r#""k.htm","#, "");
    let stamp = SUBMISSIONS.replace("2025-02-26T21:21:44.000Z", "yesterday");
    for (status, body, class) in [
        (
            403,
            "<html><title>SEC.gov | Your Request Originates from an Undeclared Automated Tool</title>",
            NeedsKey,
        ),
        (
            429,
            "<html><title>SEC.gov | Request Rate Threshold Exceeded</title>",
            RateLimited,
        ),
        (404, "<html>404</html>", UnknownSymbol),
        (
            404,
            "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>",
            UnknownSymbol,
        ),
        (200, CHALLENGE, BotCheck),
        (200, "", NoData),
        (200, r#"{"filings":{"recent":{"form":[]}}}"#, SchemaChanged),
        (200, r#"{"filings":null}"#, NoData),
        (200, &uneven, SchemaChanged),
        (200, &stamp, SchemaChanged),
        (200, &SUBMISSIONS[..700], Truncated),
    ] {
        let refusal = Edgar
            .read(&ask(&["NVDA"], None), &reply(status, body))
            .unwrap_err();
        assert_eq!(refusal.class, class, "{body}: {refusal}");
    }
}

#[test]
fn no_cut_makes_it_panic_or_gives_a_part() {
    for end in 0..SUBMISSIONS.len() {
        let read = Edgar.read(&ask(&["NVDA"], None), &reply(200, &SUBMISSIONS[..end]));
        assert!(read.is_err(), "at byte {end}");
    }
}
