//! The French library's archives, with invented figures.

use super::super::RefusalClass::*;
use super::super::provider_tests::*;
use super::*;
use std::io::Write;
use zip::write::{SimpleFileOptions, ZipWriter};

const THREE: &str = "This file was created by using the 202607 CRSP database.\r\n\
    The Tbill return is the simple daily rate that, over the number of trading days\r\n\
    in the month, compounds to 1-month TBill rate.\r\n\r\n,Mkt-RF,SMB,HML,RF\r\n\
    20250127,   -1.50,   -0.25,  -99.99,    0.01\r\n20250128,    0.50, -999.00,    0.30,    0.01\r\n\r\n\
    \u{20}Annual Factors: January-December\r\n,Mkt-RF,SMB,HML,RF\r\n2025, 1.0, 2.0, 3.0, 4.0\r\n\r\n\
    Copyright 2026 Eugene F. Fama and Kenneth R. French\r\n";

const MOMENTUM: &str = "This file was created by using the 202607 CRSP database. It contains a momentum factor.\r\n\
    Missing data are indicated by -99.99 or -999.\r\n\r\n,Mom   \r\n20250127,    2.50\r\n20250128,   -1.25\r\n\r\nCopyright 2026\r\n";

fn archive(name: &str, text: &str) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive
        .start_file(name, SimpleFileOptions::default())
        .unwrap();
    archive.write_all(text.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}

fn read(symbol: &str, body: &[u8]) -> Result<crate::input::factors::FactorFrame, Refusal> {
    match French.read(&january(symbol), &reply(200, body))? {
        Figures::Factors(factors) => Ok(factors),
        Figures::Prices(_) => panic!("prices instead of factors"),
    }
}

#[test]
fn requests_name_the_archive() {
    let folder = "/pages/faculty/ken.french/ftp";
    for (symbol, file) in [
        ("ff3", "F-F_Research_Data_Factors_daily_CSV.zip"),
        ("FF5", "F-F_Research_Data_5_Factors_2x3_daily_CSV.zip"),
        ("momentum", "F-F_Momentum_Factor_daily_CSV.zip"),
    ] {
        assert_eq!(
            first_path(&French, &january(symbol)),
            format!("{folder}/{file}")
        );
    }
    let refusal = French.requests(&january("NVDA"), None).unwrap_err();
    assert_eq!(refusal.class, UnknownSymbol);
    assert!(
        refusal.message.contains("ff3, ff5 or momentum"),
        "{refusal}"
    );
}

#[test]
fn percent_become_fractions_and_the_vintage_is_kept() {
    let factors = read(
        "ff3",
        &archive("F-F_Research_Data_Factors_daily.CSV", THREE),
    )
    .unwrap();
    assert_eq!(factors.names, ["Mkt-RF", "SMB", "HML", "RF"]);
    assert_eq!(factors.columns[0], [-0.015, 0.005]);
    assert!(factors.columns[2][0].is_nan() && factors.columns[1][1].is_nan());
    assert!(
        factors.unit_note.contains("202607 CRSP database"),
        "{}",
        factors.unit_note
    );
}

#[test]
fn a_single_factor_reads() {
    let factors = read(
        "momentum",
        &archive("F-F_Momentum_Factor_daily.CSV", MOMENTUM),
    )
    .unwrap();
    assert_eq!(factors.names, ["Mom"]);
    assert_eq!(factors.columns[0], [0.025, -0.0125]);
}

#[test]
fn only_the_span_is_delivered() {
    let body = archive("x.csv", THREE);
    let ask = ask("ff3", Some("2025-01-28"), "2025-01-31");
    let Ok(Figures::Factors(factors)) = French.read(&ask, &reply(200, &body)) else {
        panic!("no factors");
    };
    assert_eq!(factors.sessions, [day("2025-01-28")]);
    assert_eq!(factors.columns[0], [0.005]);
    let later = super::super::provider_tests::ask("ff3", Some("2025-02-01"), "2025-02-28");
    assert_eq!(
        French.read(&later, &reply(200, &body)).unwrap_err().class,
        NoData
    );
}

#[test]
fn refusals_are_told_apart() {
    refuses(
        &French,
        &january("ff3"),
        &[
            (
                404,
                "<html><title>404 Not Found</title></html>",
                UnknownSymbol,
            ),
            (200, "PK", Truncated),
        ],
    );
    assert_eq!(
        read("ff3", &archive("readme.pdf", "x")).unwrap_err().class,
        SchemaChanged
    );
    assert_eq!(
        read("ff3", &archive("x.csv", "no table\n"))
            .unwrap_err()
            .class,
        SchemaChanged
    );
}

#[test]
fn a_cut_or_damaged_archive_gives_nothing() {
    let body = archive("x.csv", THREE);
    for end in 0..body.len() {
        assert!(read("ff3", &body[..end]).is_err(), "at byte {end}");
    }
    let whole = read("ff3", &body).unwrap();
    for at in 0..body.len() {
        let mut damaged = body.clone();
        damaged[at] ^= 0x55;
        if let Ok(factors) = read("ff3", &damaged) {
            assert_eq!(factors.sessions, whole.sessions, "byte {at}");
            assert_eq!(factors.columns[0], whole.columns[0], "byte {at}");
        }
    }
}
