//! Alpha Vantage's replies, with invented figures.

use super::super::RefusalClass::*;
use super::super::provider_tests::*;
use super::*;

const OK: &str = "timestamp,open,high,low,close,volume\r\n\
    2025-01-28,121.8100,129.0000,116.2500,128.9900,579666350\r\n\
    2025-01-27,124.8000,128.4000,116.7000,118.4200,818830895\r\n";

const ADJUSTED: &str = "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient\r\n\
    2025-01-28,444.6100,500.1400,440.1100,498.3200,99.6640,115847020,0.0000,5.0000\r\n";

#[test]
fn requests_are_alpha_vantages_own() {
    let rest = format!("&datatype=csv&apikey={KEY}");
    assert_eq!(
        first_path(&AlphaVantage, &january("NVDA")),
        format!("/query?function=TIME_SERIES_DAILY&symbol=NVDA&outputsize=compact{rest}")
    );
    let long = ask("NVDA", Some("2024-01-01"), "2025-01-31");
    assert!(first_path(&AlphaVantage, &long).contains("outputsize=full"));
}

#[test]
fn raw_and_adjusted_tables_read() {
    let rows = prices(AlphaVantage.read(&january("NVDA"), &reply(200, OK)));
    assert_eq!((rows.len(), rows[0].figures[3]), (2, Some(118.42)));
    let rows = prices(AlphaVantage.read(&january("NVDA"), &reply(200, ADJUSTED)));
    assert_eq!(
        (rows[0].figures[3], rows[0].figures[4]),
        (Some(498.32), Some(99.664))
    );
}

#[test]
fn json_refusals_with_status_200_are_told_apart() {
    let plans = "Please subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly remove all daily rate limits.";
    let quota = format!(
        r#"{{"Information":"We have detected your API key as {{KEY}} and our standard API rate limit is 25 requests per day. {plans}"}}"#
    );
    refuses(
        &AlphaVantage,
        &january("NVDA"),
        &[
            (200, &quota, DailyQuota),
            (
                200,
                r#"{"Information":"Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly (1 request per second). You may subscribe to any of the premium plans to lift the free key rate limit (25 requests per day)."}"#,
                RateLimited,
            ),
            (
                200,
                r#"{"Note":"Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per minute and 500 calls per day."}"#,
                RateLimited,
            ),
            (
                200,
                r#"{"Note":"Thank you for using Alpha Vantage!"}"#,
                RateLimited,
            ),
            (
                200,
                r#"{"Information":"Thank you for using Alpha Vantage! This is a premium endpoint. You may subscribe to any of the premium plans"}"#,
                PlanLimit,
            ),
            (
                200,
                r#"{"Information":"The outputsize=full parameter value is a premium feature for the TIME_SERIES_DAILY endpoint."}"#,
                PlanLimit,
            ),
            (
                200,
                r#"{"Error Message":"Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for TIME_SERIES_DAILY."}"#,
                UnknownSymbol,
            ),
            (
                200,
                r#"{"Error Message":"the parameter apikey is invalid or missing. Please claim your free API key."}"#,
                BadKey,
            ),
            (
                200,
                r#"{"Information":"The **demo** API key is for demo purposes only."}"#,
                BadKey,
            ),
            (200, "{}", UnknownSymbol),
            (200, r#"{"Something":"else {KEY}"}"#, SchemaChanged),
            (200, "timestamp,open,high,low,close,volume\r\n", NoData),
            (
                200,
                "timestamp,open,high,low,close,volume\r\n2025-01-28,121.8100,12",
                Truncated,
            ),
        ],
    );
}

#[test]
fn cuts_and_echoes_do_no_harm() {
    survives_any_cut(&AlphaVantage, &january("NVDA"), OK.as_bytes());
    survives_any_cut(&AlphaVantage, &january("NVDA"), ADJUSTED.as_bytes());
    never_shows_a_key(&AlphaVantage, &january("NVDA"), OK);
}
