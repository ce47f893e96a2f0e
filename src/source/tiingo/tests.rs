//! Tiingo's replies, with invented figures.

use super::super::RefusalClass::*;
use super::super::provider_tests::*;
use super::*;

const OK: &str = "date,close,high,low,open,volume,adjClose,adjHigh,adjLow,adjOpen,adjVolume,divCash,splitFactor\n\
    2025-01-27,129.04,131.0,126.0,127.58,14170170,12.904,13.1,12.6,12.758,141701700,0,4.000004000004\n\
    2025-01-28,130.5,131.0,126.0,127.58,14170170,13.05,13.1,12.6,12.758,141701700,0,1.0\n";

#[test]
fn requests_are_tiingos_own() {
    let rest = format!("&format=csv&resampleFreq=daily&token={KEY}");
    assert_eq!(
        first_path(&Tiingo, &january("NVDA")),
        format!("/tiingo/daily/NVDA/prices?startDate=2025-01-01&endDate=2025-01-31{rest}")
    );
    let all = first_path(&Tiingo, &ask("BRK.B", None, "2025-01-31"));
    assert!(all.starts_with("/tiingo/daily/BRK-B/prices?startDate=1962-01-02&"));
}

#[test]
fn raw_and_adjusted_closes_read() {
    let rows = prices(Tiingo.read(&january("NVDA"), &reply(200, OK)));
    let figures = [
        Some(127.58),
        Some(131.0),
        Some(126.0),
        Some(129.04),
        Some(12.904),
        Some(14_170_170.0),
    ];
    assert_eq!(rows[0], row("2025-01-27", figures));
    assert_eq!(rows.len(), 2);
}

#[test]
fn refusals_are_told_apart() {
    refuses(
        &Tiingo,
        &january("NVDA"),
        &[
            (403, r#"{"detail":"Please supply a token"}"#, NeedsKey),
            (403, r#"{"detail":"Invalid token."}"#, BadKey),
            (200, "Error: Ticker 'NVDAX' not found", UnknownSymbol),
            (404, r#"{"detail":"Not found."}"#, UnknownSymbol),
            (
                429,
                r#"{"detail":"Error: You have run over your hourly request allocation. {KEY}"}"#,
                RateLimited,
            ),
            (
                200,
                "Error: You have run over your daily request allocation.",
                DailyQuota,
            ),
            (
                200,
                "Error: You have run over your 500 symbol look up for this month.",
                PlanLimit,
            ),
            (403, r#"{"detail":"Something else {KEY}"}"#, BadKey),
            (200, "[]", NoData),
            (200, OK.lines().next().unwrap(), NoData),
            (200, &OK[..250], Truncated),
            (500, r#"{"detail":"{KEY}"}"#, Network),
        ],
    );
}

#[test]
fn cuts_and_echoes_do_no_harm() {
    survives_any_cut(&Tiingo, &january("NVDA"), OK.as_bytes());
    never_shows_a_key(&Tiingo, &january("NVDA"), OK);
}
