//! Twelve Data's replies, with invented figures.

use super::super::RefusalClass::*;
use super::super::provider_tests::*;
use super::*;

const OK: &str = "datetime;open;high;low;close;volume\n\
    2025-01-28;121.81;129.00;116.25;128.990;579666350\n\
    2025-01-27;124.800;128.400;116.700;118.420;818830895\n";

#[test]
fn requests_are_twelve_datas_own() {
    let rest = format!(
        "&interval=1day&start_date=2025-01-01&end_date=2025-02-01&outputsize=5000&format=CSV&apikey={KEY}"
    );
    assert_eq!(
        first_path(&TwelveData, &january("NVDA")),
        format!("/time_series?symbol=NVDA{rest}")
    );
}

#[test]
fn semicolons_and_numbers_with_two_readings_read() {
    let rows = prices(TwelveData.read(&january("NVDA"), &reply(200, OK)));
    assert_eq!((rows.len(), rows[0].figures[3]), (2, Some(118.42)));
    let whole = "datetime;open;high;low;close;volume\n2025-01-28;1.234;1.234;1.234;1.234;5\n";
    let rows = prices(TwelveData.read(&january("NVDA"), &reply(200, whole)));
    assert_eq!(rows[0].figures[3], Some(1.234));
}

#[test]
fn errors_in_the_body_are_told_apart() {
    let error =
        |code: u16, text: &str| format!(r#"{{"code":{code},"message":"{text}","status":"error"}}"#);
    refuses(
        &TwelveData,
        &january("NVDA"),
        &[
            (
                200,
                &error(
                    401,
                    "**apikey** parameter is incorrect or not specified. {KEY}",
                ),
                BadKey,
            ),
            (
                200,
                &error(
                    429,
                    "You have run out of API credits for the current minute. 9 API credits were used, with the current limit being 8.",
                ),
                RateLimited,
            ),
            (
                429,
                &error(429, "You have run out of API credits for the day."),
                DailyQuota,
            ),
            (200, &error(500, "Internal server error"), Network),
            (
                200,
                &error(
                    404,
                    "**symbol** or **figi** parameter is missing or invalid.",
                ),
                UnknownSymbol,
            ),
            (
                200,
                &error(400, "**symbol** not found: NVDAX"),
                UnknownSymbol,
            ),
            (
                200,
                &error(
                    400,
                    "No data is available on the specified dates. Try setting different start/end dates.",
                ),
                NoData,
            ),
            (
                200,
                &error(404, "This symbol is available starting with Grow plan."),
                PlanLimit,
            ),
            (
                403,
                &error(403, "Available exclusively with paid plans"),
                PlanLimit,
            ),
            (500, &error(500, "{KEY}"), Network),
            (200, &error(418, "{KEY}"), SchemaChanged),
            (200, r#"{"code":401,"mess"#, Truncated),
            (200, "datetime;open;high;low;close;volume\n", NoData),
        ],
    );
    let minute = TwelveData
        .read(&january("NVDA"), &reply(429, error(429, "current minute")))
        .unwrap_err();
    assert_eq!(minute.retry_after, Some(Duration::from_secs(60)));
}

#[test]
fn cuts_and_echoes_do_no_harm() {
    survives_any_cut(&TwelveData, &january("NVDA"), OK.as_bytes());
    never_shows_a_key(&TwelveData, &january("NVDA"), OK);
}
