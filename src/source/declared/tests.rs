//! Declared sources: their requests, their tables, and declarations that cannot be used.

use super::super::RefusalClass::*;
use super::super::provider_tests::*;
use super::*;

fn spec(json: &str) -> UrlSpec {
    serde_json::from_str(json).unwrap()
}

fn source(json: &str) -> UrlSource {
    UrlSource::new("bank", spec(json)).unwrap()
}

const GERMAN: &str = r#"{"url": "https://bank.test:8443/kurse/{symbol}.csv?von={from:compact}&bis={to}&k={key}",
    "columns": {"Datum": "date", "Schlusskurs": "close", "Stück": "volume"}, "decimal": "comma",
    "date_format": "dmy", "adjustment": "split", "publication_lag_minutes": 90, "min_interval_ms": 20, "key": "optional"}"#;

#[test]
fn placeholders_are_replaced() {
    let source = source(GERMAN);
    assert_eq!(
        first_path(&source, &january("A/B".replace('/', "&").as_str())),
        format!("/kurse/A%26B.csv?von=20250101&bis=2025-01-31&k={KEY}")
    );
    let facts = source.facts();
    assert_eq!(facts.base_url, "https://bank.test:8443");
    assert_eq!(facts.adjustment_basis, AdjustmentBasis::Split);
    assert_eq!(facts.publication_lag, TimeDelta::minutes(90));
    assert_eq!(facts.min_interval, Duration::from_millis(20));
}

#[test]
fn columns_dates_and_decimals_are_read_as_declared() {
    let body = "Datum;Schlusskurs;Stück\n03.01.2025;1.234,50;1000\n06.01.2025;1.240,00;2000\n";
    let rows = prices(source(GERMAN).read(&january("X"), &reply(200, body)));
    assert_eq!(
        rows[0],
        row(
            "2025-01-03",
            [None, None, None, Some(1234.5), None, Some(1000.0)]
        )
    );
}

#[test]
fn usual_tables_need_no_declaration() {
    let plain = source(r#"{"url": "http://localhost/p"}"#);
    let body = "Date,Open,High,Low,Close,Adj Close,Volume\n2025-01-27,1,2,0.5,1.5,1.4,10\n";
    let rows = prices(plain.read(&january("X"), &reply(200, body)));
    assert_eq!(rows[0].figures[4], Some(1.4));
    survives_any_cut(&plain, &january("X"), body.as_bytes());
    never_shows_a_key(&plain, &january("X"), body);
}

#[test]
fn a_declared_header_is_the_only_one() {
    let strict = source(r#"{"url": "http://localhost/p", "header": "Date,Close"}"#);
    let rows = prices(strict.read(
        &january("X"),
        &reply(200, "\u{FEFF}Date, Close\n2025-01-27,1.5\n"),
    ));
    assert_eq!(rows.len(), 1);
    refuses(
        &strict,
        &january("X"),
        &[
            (200, "Date,Open,Close\n2025-01-27,1,1.5\n", SchemaChanged),
            (200, CHALLENGE, BotCheck),
            (404, "nothing here", UnknownSymbol),
        ],
    );
}

#[test]
fn unusable_declarations_are_refused() {
    let url = |url: &str| UrlSource::new("x", spec(&format!(r#"{{"url": "{url}"}}"#)));
    for address in [
        "",
        "ftp://a/b",
        "a/b",
        "https://{symbol}.test/x",
        "https://a@b/c",
        "file:///etc/passwd",
        "https://a/{sym}.csv",
        "https://a/{symbol}.csv?from={from:us}",
        "https://a/{symbol",
    ] {
        assert!(url(address).is_err(), "{address}");
    }
    assert!(UrlSource::new("../x", spec(r#"{"url": "https://a/b"}"#)).is_err());
    let column = spec(r#"{"url": "https://a/b", "columns": {"X": "price of bread"}}"#);
    let error = UrlSource::new("x", column).unwrap_err().to_string();
    assert!(error.contains("date, open, high"), "{error}");
    assert!(serde_json::from_str::<UrlSpec>(r#"{"url": "https://a/b", "keys": "none"}"#).is_err());
}

#[test]
fn a_key_written_into_the_address_is_refused_and_not_shown() {
    let url = |url: &str| UrlSource::new("my-bank", spec(&format!(r#"{{"url": "{url}"}}"#)));
    for parameter in ["apikey", "API_KEY", "access-token", "token", "key", "auth"] {
        for scheme in ["https", "nonsense"] {
            let address = format!("{scheme}://a.test/{{symbol}}?x=1&{parameter}=s3cret");
            let error = url(&address).unwrap_err().to_string();
            assert!(error.contains(&format!("{parameter}={{key}}")), "{error}");
            assert!(error.contains("SHOCKWAVE_KEY_MY_BANK"), "{error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }
    for query in ["key={symbol}&token={key}", "token=", "keys=all"] {
        assert!(url(&format!("https://a.test/p?{query}")).is_ok(), "{query}");
    }
}

#[test]
fn a_key_that_is_needed_is_asked_for() {
    let source = source(r#"{"url": "https://a/b?k={key}", "key": "required"}"#);
    let refusal = source.requests(&january("X"), None).unwrap_err();
    assert_eq!(refusal.class, NeedsKey);
    assert!(refusal.message.contains("SHOCKWAVE_KEY_BANK"), "{refusal}");
}
