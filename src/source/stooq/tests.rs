//! Stooq's replies, with invented figures.

use super::super::RefusalClass::*;
use super::super::provider_tests::*;
use super::*;

const ENGLISH: &str = "Date,Open,High,Low,Close,Volume\n\
    2025-01-24,148.37,148.97,141.88,142.62,234657635\n\
    2025-01-27,124.8,128.4,116.7,118.42,818830895\n\
    2025-01-28,121.81,129,116.25,128.99,579666350\n";

const POLISH: &str = "Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen\r\n\
    2025-01-24,32.4043,34.3509,32.2565,33.7886,51276030.464359\r\n\
    2025-01-27,31,31.5,30,30.25,61276030.5\r\n";

const KEY_GATE: &str = "Get your apikey:\n\n1. Open https://stooq.com/q/d/?s=spy.us&get_apikey\n\
    2. Enter the captcha code.\n3. Copy the CSV download link at the bottom of the page - it will contain the <apikey> variable.\n\
    4. Append the <apikey> variable with its value to your requests, e.g.\n\
    https://stooq.com/q/d/l/?s=spy.us&d1=20240101&d2=20240413&i=d&apikey={KEY}\n";

#[test]
fn requests_are_stooqs_own() {
    let path = first_path(&Stooq, &january("NVDA"));
    let key = format!("&apikey={KEY}");
    assert_eq!(
        path,
        format!("/q/d/l/?s=nvda.us&d1=20250101&d2=20250131&i=d{key}")
    );
    let all = Stooq
        .requests(&ask("^SPX", None, "2025-01-31"), None)
        .unwrap();
    assert_eq!(all[0].path, "/q/d/l/?s=%5Espx&d2=20250131&i=d");
    for (symbol, own) in [
        ("nvda.us", "nvda.us"),
        ("SAP.DE", "sap.de"),
        ("ES.F", "es.f"),
        ("BTCUSD", "btcusd"),
        ("BRK-B", "brk-b.us"),
    ] {
        assert_eq!(own_symbol(&Symbol::new(symbol).unwrap()), own);
    }
}

#[test]
fn both_languages_read() {
    let rows = prices(Stooq.read(&january("NVDA"), &reply(200, ENGLISH)));
    assert_eq!(rows.len(), 3);
    let last = [
        Some(121.81),
        Some(129.0),
        Some(116.25),
        Some(128.99),
        None,
        Some(579_666_350.0),
    ];
    assert_eq!(rows[2], row("2025-01-28", last));
    let rows = prices(Stooq.read(&january("KGH.PL"), &reply(200, POLISH)));
    assert_eq!(rows[0].figures[5], Some(51_276_030.464359));
    assert_eq!(rows[1].figures[3], Some(30.25));
}

#[test]
fn instruments_without_volume_and_spans_read() {
    let body = "Date,Open,High,Low,Close\n2025-01-24,1,2,0.5,1.5\n2025-02-03,1,2,0.5,1.75\n";
    let rows = prices(Stooq.read(&january("^NDX"), &reply(200, body)));
    assert_eq!(
        rows,
        [row(
            "2025-01-24",
            [Some(1.0), Some(2.0), Some(0.5), Some(1.5), None, None]
        )]
    );
}

#[test]
fn the_frame_says_what_it_is() {
    let Ok(Figures::Prices(frame)) = Stooq.read(&january("NVDA"), &reply(200, ENGLISH)) else {
        panic!("no prices");
    };
    let provenance = &frame.provenance[0];
    assert_eq!(provenance.name, "stooq NVDA");
    assert_eq!(provenance.adjustment_basis, AdjustmentBasis::Split);
    assert_eq!(
        (provenance.rows, provenance.last),
        (3, Some(day("2025-01-28")))
    );
    assert_eq!(provenance.sha256.len(), 64);
}

#[test]
fn refusals_are_told_apart() {
    let header_only = "Date,Open,High,Low,Close,Volume\r\n";
    refuses(
        &Stooq,
        &january("NVDA"),
        &[
            (200, "No data", NoData),
            (200, "Brak danych", NoData),
            (200, "", NoData),
            (200, header_only, NoData),
            (200, "Exceeded the daily hits limit", DailyQuota),
            (200, "Exceeded the daily hits limit!", DailyQuota),
            (200, "Przekroczony dzienny limit wywolan", DailyQuota),
            (200, "Access denied", BotCheck),
            (200, "Odmowa dostępu", BotCheck),
            (200, KEY_GATE, NeedsKey),
            (200, CHALLENGE, BotCheck),
            (
                404,
                "The page you requested does not exist or has been moved",
                SchemaChanged,
            ),
            (
                200,
                "Date,Open,High,Low,Close,Volume\n2025-01-24,148.37,148.97,141.88,142.62,1\n2025-01-27,124.8,12",
                Truncated,
            ),
            (200, "Date,Open,Hi", Truncated),
            (
                200,
                "Date,Open,High,Low,Close,Volume\n2025-01-24,a,b,c,d,e\n",
                SchemaChanged,
            ),
            (
                200,
                "Date,Open,High,Low,Close,Volume\n2025-01-24,1,1,1,0,1\n",
                NoData,
            ),
            (
                200,
                "Date,Open,High,Low,Close,Volume\n2020-01-24,1,1,1,1,1\n",
                NoData,
            ),
            (
                200,
                "Date,Open,High,Low,Close,Volume {KEY}\n1,2\n",
                SchemaChanged,
            ),
        ],
    );
}

#[test]
fn a_bot_check_names_the_page_and_the_command() {
    let refusal = Stooq
        .read(&january("NVDA"), &reply(200, CHALLENGE))
        .unwrap_err();
    assert!(
        refusal.message.contains("https://stooq.com/q/d/?s=nvda.us"),
        "{refusal}"
    );
    assert!(
        refusal
            .message
            .contains("fetch --import FILE --symbol NVDA --as stooq"),
        "{refusal}"
    );
}

#[test]
fn rows_in_any_order_and_twice_read() {
    let body = "Date,Open,High,Low,Close,Volume\n2025-01-28,1,1,1,3,1\n2025-01-27,1,1,1,2,1\n\
        2025-01-28,1,1,1,3,1\n2025-01-27,1,1,1,2.5,1\n";
    let rows = prices(Stooq.read(&january("NVDA"), &reply(200, body)));
    let closes: Vec<_> = rows.iter().map(|bar| bar.figures[3]).collect();
    assert_eq!(closes, [Some(2.5), Some(3.0)]);
}

#[test]
fn a_last_line_without_an_end_keeps_what_is_certain() {
    let rows = prices(Stooq.read(&january("NVDA"), &reply(200, ENGLISH.trim_end())));
    assert_eq!(rows[2].figures[3], Some(128.99));
    assert_eq!(rows[2].figures[5], None, "the volume may have lost digits");
}

#[test]
fn cuts_and_echoes_do_no_harm() {
    survives_any_cut(&Stooq, &january("NVDA"), ENGLISH.as_bytes());
    survives_any_cut(&Stooq, &january("KGH.PL"), POLISH.as_bytes());
    never_shows_a_key(&Stooq, &january("NVDA"), ENGLISH);
}
