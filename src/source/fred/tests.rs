//! FRED's replies, with invented figures.

use super::super::RefusalClass::*;
use super::super::provider_tests::*;
use super::*;

const OK: &str = "observation_date,SP500\n2025-01-08,5918.25\n2025-01-09,\n2025-01-10,5827.04\n2025-01-27,6012.28\n";
const OLD: &str = "DATE,VIXCLS\n2025-01-08,17.70\n2025-01-09,.\n2025-01-10,19.54\n";

#[test]
fn requests_always_say_where_they_begin() {
    assert_eq!(
        first_path(&Fred, &january("VIXCLS")),
        "/graph/fredgraph.csv?id=VIXCLS&cosd=2025-01-01&coed=2025-01-31"
    );
    assert!(
        first_path(&Fred, &ask("sp500", None, "2025-01-31")).contains("id=SP500&cosd=1962-01-02&")
    );
}

#[test]
fn both_headers_read_and_holidays_are_dropped() {
    let rows = prices(Fred.read(&january("SP500"), &reply(200, OK)));
    assert_eq!(rows.len(), 3);
    assert_eq!(
        rows[1],
        row("2025-01-10", [None, None, None, Some(5827.04), None, None])
    );
    let rows = prices(Fred.read(&january("VIXCLS"), &reply(200, OLD)));
    assert_eq!((rows.len(), rows[1].figures[3]), (2, Some(19.54)));
}

#[test]
fn a_complete_file_without_a_last_line_end_is_complete() {
    let rows = prices(Fred.read(&january("SP500"), &reply(200, OK.trim_end())));
    assert_eq!(rows.last().unwrap().session, day("2025-01-27"));
    let cut = prices(Fred.read(&january("SP500"), &reply(200, &OK[..OK.len() - 2])));
    assert_eq!(cut.last().unwrap().session, day("2025-01-10"));
}

#[test]
fn refusals_are_told_apart() {
    refuses(
        &Fred,
        &january("SP500"),
        &[
            (
                404,
                "<!DOCTYPE html><html><title>Error - St. Louis Fed</title></html>",
                UnknownSymbol,
            ),
            (504, "<html>504 Gateway Time-out</html>", Timeout),
            (
                200,
                "observation_date,VIXCLS\n2025-01-08,17.70\n",
                SchemaChanged,
            ),
            (200, "observation_date,SP500\n", NoData),
            (200, "observation_date,SP500\n2025-01-09,\n", NoData),
            (
                200,
                "observation_date,SP500\n2025-01-08,5918.25\n2025-0",
                Truncated,
            ),
        ],
    );
}

#[test]
fn cuts_and_echoes_do_no_harm() {
    survives_any_cut(&Fred, &january("SP500"), OK.as_bytes());
    survives_any_cut(&Fred, &january("VIXCLS"), OLD.as_bytes());
    never_shows_a_key(&Fred, &january("SP500"), OK);
}
