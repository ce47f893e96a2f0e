//! Nasdaq's replies, with invented figures.

use super::super::RefusalClass::*;
use super::super::provider_tests::*;
use super::*;

const OK: &str = r#"{"data":{"symbol":"NVDA","totalRecords":3,"tradesTable":{"asOf":null,"headers":{"date":"Date","close":"Close/Last","volume":"Volume","open":"Open","high":"High","low":"Low"},"rows":[{"date":"01/28/2025","close":"$1,341.07","volume":"30,002,510","open":"$1,336.04","high":"$1,341.67","low":"$1,334.53"},{"date":"01/27/2025","close":"771.35","volume":"--","open":"770","high":"N/A","low":"769.5"},{"date":"01/24/2025","close":"N/A","volume":"--","open":"1","high":"1","low":"1"}]}},"message":null,"status":{"rCode":200,"bCodeMessage":null,"developerMessage":null}}"#;

fn error(code: i64, message: &str) -> String {
    format!(
        r#"{{"data":null,"message":null,"status":{{"rCode":400,"bCodeMessage":[{{"code":{code},"errorMessage":"{message}"}}],"developerMessage":null}}}}"#
    )
}

#[test]
fn up_to_three_kinds_of_instrument_are_asked() {
    let requests = Nasdaq.requests(&january("NVDA"), None).unwrap();
    let paths: Vec<_> = requests.iter().map(|r| r.path.as_str()).collect();
    let rest = "fromdate=2025-01-01&todate=2025-01-31&limit=9999";
    assert_eq!(
        paths,
        [
            format!("/api/quote/NVDA/historical?assetclass=stocks&{rest}"),
            format!("/api/quote/NVDA/historical?assetclass=etf&{rest}"),
            format!("/api/quote/NVDA/historical?assetclass=index&{rest}"),
        ]
    );
    let index = Nasdaq.requests(&january("^NDX"), None).unwrap();
    assert_eq!(index.len(), 1);
    assert!(
        index[0]
            .path
            .starts_with("/api/quote/NDX/historical?assetclass=index&")
    );
    let one_day = Nasdaq
        .requests(&ask("NVDA", Some("2025-01-28"), "2025-01-28"), None)
        .unwrap();
    assert!(
        one_day[0]
            .path
            .contains("fromdate=2025-01-27&todate=2025-01-28")
    );
}

#[test]
fn cells_of_every_kind_read() {
    let rows = prices(Nasdaq.read(&january("NVDA"), &reply(200, OK)));
    assert_eq!(
        rows,
        [
            row(
                "2025-01-27",
                [Some(770.0), None, Some(769.5), Some(771.35), None, None]
            ),
            row(
                "2025-01-28",
                [
                    Some(1336.04),
                    Some(1341.67),
                    Some(1334.53),
                    Some(1341.07),
                    None,
                    Some(30_002_510.0)
                ]
            ),
        ]
    );
}

#[test]
fn refusals_are_told_apart() {
    let nothing = r#"{"data":{"symbol":"NVDA","totalRecords":0,"tradesTable":{"asOf":null,"headers":null,"rows":null}},"message":null,"status":{"rCode":200}}"#;
    refuses(
        &Nasdaq,
        &january("NVDA"),
        &[
            (200, &error(1001, "Symbol not exists."), UnknownSymbol),
            (
                200,
                &error(1011, "Provided date is less than from date"),
                NoData,
            ),
            (200, &error(1099, "Something {KEY}"), SchemaChanged),
            (200, nothing, NoData),
            (200, r#"{"news":1}"#, SchemaChanged),
            (200, &OK.replace("01/27/2025", "soon"), SchemaChanged),
            (200, &OK.replace("771.35", "much"), SchemaChanged),
            (200, &OK[..400], Truncated),
            (403, "<HTML><H1>Access Denied</H1>", BotCheck),
            (403, "<html>_Incapsula_Resource</html>", BotCheck),
        ],
    );
}

#[test]
fn cuts_and_echoes_do_no_harm() {
    survives_any_cut(&Nasdaq, &january("NVDA"), OK.as_bytes());
    never_shows_a_key(&Nasdaq, &january("NVDA"), OK);
}
