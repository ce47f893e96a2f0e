//! Cboe's replies, with invented figures.

use super::super::RefusalClass::*;
use super::super::provider_tests::*;
use super::*;

/// 9 and 20 January 2025 are no sessions in New York.
const OK: &str = "DATE,OPEN,HIGH,LOW,CLOSE\n\
    01/08/2025,17.900000,19.500000,17.500000,17.700000\n\
    01/09/2025,18.000000,18.100000,17.900000,18.070000\n\
    01/20/2025,16.000000,16.200000,15.900000,15.810000\n\
    01/27/2025,18.830000,22.510000,17.570000,17.900000\n";

#[test]
fn requests_name_the_index() {
    let path = "/api/global/us_indices/daily_prices/VIX_History.csv";
    assert_eq!(first_path(&Cboe, &january("^VIX")), path);
    assert_eq!(first_path(&Cboe, &january("vix")), path);
}

#[test]
fn days_on_which_new_york_is_closed_are_dropped() {
    let rows = prices(Cboe.read(&january("^VIX"), &reply(200, OK)));
    let sessions: Vec<_> = rows.iter().map(|bar| bar.session.to_string()).collect();
    assert_eq!(sessions, ["2025-01-08", "2025-01-27"]);
    assert_eq!(
        rows[1].figures,
        [
            Some(18.83),
            Some(22.51),
            Some(17.57),
            Some(17.9),
            None,
            None
        ]
    );
    let outside =
        "DATE,OPEN,HIGH,LOW,CLOSE\n01/02/1980,1.0,1.0,1.0,1.0\n01/03/1980,1.0,1.0,1.0,1.0\n";
    let ask = ask("^VIX", None, "2025-01-31");
    assert_eq!(prices(Cboe.read(&ask, &reply(200, outside))).len(), 2);
}

#[test]
fn indexes_with_a_close_only_read() {
    let body = "DATE,VVIX\n01/08/2025,95.500000\n01/10/2025,101.250000\n";
    let rows = prices(Cboe.read(&january("^VVIX"), &reply(200, body)));
    assert_eq!(rows[1].figures[3], Some(101.25));
}

#[test]
fn refusals_are_told_apart() {
    refuses(
        &Cboe,
        &january("^VIX"),
        &[
            (403, "error code: 1015", RateLimited),
            (
                403,
                "<html><title>Access denied | cdn.cboe.com used Cloudflare</title>Error 1015</html>",
                RateLimited,
            ),
            (
                404,
                "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>",
                UnknownSymbol,
            ),
            (
                403,
                "<html><title>Attention Required! | Cloudflare</title></html>",
                BotCheck,
            ),
            (200, "DATE,OPEN,HIGH,LOW,CLOSE\n", NoData),
            (200, &OK[..90], Truncated),
        ],
    );
}

#[test]
fn cuts_and_echoes_do_no_harm() {
    survives_any_cut(&Cboe, &january("^VIX"), OK.as_bytes());
    never_shows_a_key(&Cboe, &january("^VIX"), OK);
}
