//! EODHD's replies, with invented figures.

use super::super::RefusalClass::*;
use super::super::provider_tests::*;
use super::*;

const OK: &str = "Date,Open,High,Low,Close,Adjusted_close,Volume\n\
    2025-01-27,286.45,287.12,284.58,285.92,284.4103,2262100\n\
    2025-01-28,286.45,287.12,284.58,286.92,285.4103,2262100\n";

#[test]
fn requests_are_eodhds_own() {
    assert_eq!(
        first_path(&Eodhd, &january("NVDA")),
        format!("/api/eod/NVDA.US?api_token={KEY}&fmt=csv&period=d&from=2025-01-01&to=2025-01-31")
    );
    for (symbol, own) in [
        ("^SPX", "GSPC.INDX"),
        ("^VIX", "VIX.INDX"),
        ("SAP.XETRA", "SAP.XETRA"),
    ] {
        assert_eq!(own_symbol(&Symbol::new(symbol).unwrap()), own);
    }
}

#[test]
fn raw_and_adjusted_closes_read() {
    let rows = prices(Eodhd.read(&january("NVDA"), &reply(200, OK)));
    assert_eq!(
        (rows[0].figures[3], rows[0].figures[4]),
        (Some(285.92), Some(284.4103))
    );
}

#[test]
fn refusals_are_told_apart() {
    refuses(
        &Eodhd,
        &january("NVDA"),
        &[
            (401, "Unauthenticated", BadKey),
            (403, "Forbidden", PlanLimit),
            (
                402,
                "You exceeded your daily API requests limit. {KEY}",
                DailyQuota,
            ),
            (429, "Too Many Requests", RateLimited),
            (404, "Ticker Not Found.", UnknownSymbol),
            (
                200,
                "Date,Open,High,Low,Close,Adjusted_close,Volume\n",
                NoData,
            ),
            (200, &OK[..120], Truncated),
        ],
    );
}

#[test]
fn cuts_and_echoes_do_no_harm() {
    survives_any_cut(&Eodhd, &january("NVDA"), OK.as_bytes());
    never_shows_a_key(&Eodhd, &january("NVDA"), OK);
}
