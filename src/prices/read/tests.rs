//! Files, folders and Parquet; every wrong input with the message that a person needs.

use super::*;
use crate::prices::{CLOSE, FIELDS, SYMBOL};
use polars::prelude::*;
use proptest::prelude::{any, prop_assert_eq, proptest};

fn message(file: &str, text: &str) -> String {
    message_with(file, text, &ReadOptions::default())
}

fn message_with(file: &str, text: &str, options: &ReadOptions) -> String {
    match read_bytes(file, text.as_bytes(), options) {
        Ok(frame) => panic!("read as {}", frame.df),
        Err(error) => error.to_string(),
    }
}

fn closes(frame: &PriceFrame) -> Vec<Option<f64>> {
    let column = frame.df.column(FIELDS[CLOSE]).unwrap();
    column.f64().unwrap().iter().collect()
}

fn sessions(frame: &PriceFrame) -> Vec<String> {
    let days = frame.row_sessions().unwrap();
    days.iter().map(ToString::to_string).collect()
}

#[test]
fn wrong_cells_are_named_with_file_line_column_value_and_cure() {
    assert_eq!(
        message("AAA.csv", "Date,Close\n2031-01-02,10\n2031-01-03,ten\n"),
        "AAA.csv:3: column `Close`: \"ten\": not a number; \
         correct the cell, or leave it empty if there is no number"
    );
    let infinite = message("AAA.csv", "Date,Close\n2031-01-02,1e400\n");
    assert!(
        infinite.starts_with("AAA.csv:2: column `Close`: \"1e400\": not a finite number"),
        "{infinite}"
    );
    let date = message("AAA.csv", "Date,Close\n2031-01-02,10\nTotal,20\n");
    assert!(
        date.starts_with("AAA.csv:3: column `Date`: \"Total\": not a date"),
        "{date}"
    );
    let empty = message("AAA.csv", "Date,Close\n2031-01-02,10\n,20\n");
    assert!(
        empty.starts_with("AAA.csv:3: column `Date`: \"\": not a date of the form YYYY-MM-DD"),
        "{empty}"
    );
    let symbol = message("x.csv", "date,symbol,close\n2031-01-02,A B,10\n");
    assert!(
        symbol.starts_with("x.csv:2: column `symbol`: \"A B\": not an instrument symbol"),
        "{symbol}"
    );
}

#[test]
fn two_readings_of_dates_or_numbers_are_refused_until_stated() {
    let text = "Date,Close\n03/04/2031,10\n04/04/2031,11\n";
    let refusal = message("AAA.csv", text);
    assert!(
        refusal.starts_with("AAA.csv:2: column `Date`: \"03/04/2031\": the column's dates"),
        "{refusal}"
    );
    assert!(refusal.contains("--date-format dmy"), "{refusal}");
    let stated = ReadOptions {
        date_order: Some(DateOrder::Mdy),
        ..ReadOptions::default()
    };
    let frame = read_bytes("AAA.csv", text.as_bytes(), &stated).unwrap();
    assert_eq!(sessions(&frame), ["2031-03-04", "2031-04-04"]);

    let text = "Date;Close\n2031-01-02;1.234\n";
    let refusal = message("AAA.csv", text);
    assert!(
        refusal.starts_with("AAA.csv:2: column `Close`: \"1.234\": the decimal mark"),
        "{refusal}"
    );
    let stated = ReadOptions {
        decimal: Some(DecimalMark::Comma),
        ..ReadOptions::default()
    };
    let frame = read_bytes("AAA.csv", text.as_bytes(), &stated).unwrap();
    assert_eq!(closes(&frame), [Some(1234.0)]);
}

#[test]
fn headers_that_are_no_prices_are_named() {
    let refusal = message("x.csv", "when,what\n2031-01-02,10\n");
    assert_eq!(
        refusal,
        "x.csv:1: there is no date column; the header is `when,what`; accepted are date + close \
         for one instrument, date + symbol + close for several, or date + one column per symbol"
    );
    assert!(message("x.csv", "date,open,high,low\n2031-01-02,1,2,3\n").contains("no close column"));
    assert!(message("x.csv", "date,symbol,x\n2031-01-02,A,3\n").contains("no close column"));
    assert!(message("x.csv", "date,close,close\n2031-01-02,1,3\n").contains("two columns `close`"));
    assert!(message("x.csv", "date,AAA,AAA\n2031-01-02,1,3\n").contains("two columns `AAA`"));
    assert!(message("x.csv", "date,my label\n2031-01-02,1\n").contains("`my label` is neither"));
}

#[test]
fn refusal_pages_of_sources_are_not_prices() {
    for body in [
        "No data",
        "Exceeded the daily hits limit",
        "Access denied",
        "<!DOCTYPE html><html><head></head><body>This site requires JavaScript</body></html>",
        "{\"Information\":\"rate limit, please subscribe\"}",
        "Error: Ticker 'X' not found",
        "Date,Open,High,Low,Close,Volume",
        "",
    ] {
        assert!(
            read_bytes("AAA.csv", body.as_bytes(), &ReadOptions::default()).is_err(),
            "{body}"
        );
    }
}

#[test]
fn an_instrument_without_a_name_needs_the_flag() {
    let text = "Date,Close\n2031-01-02,10\n";
    let refusal = message("HistoricalData_17.csv", text);
    assert!(refusal.contains("state --symbol NVDA"), "{refusal}");
    let stated = ReadOptions {
        symbol: Some(Symbol::new("ZZZ").unwrap()),
        ..ReadOptions::default()
    };
    let frame = read_bytes("HistoricalData_17.csv", text.as_bytes(), &stated).unwrap();
    assert_eq!(frame.provenance[0].symbols[0].as_str(), "ZZZ");
    let wide = "date,AAA,BBB\n2031-01-02,10,11\n";
    assert!(message_with("x.csv", wide, &stated).contains("leave --symbol out"));
}

#[test]
fn intraday_bars_are_refused() {
    let mut text = "Date,Close\n".to_owned();
    for hour in 0..24 {
        text.push_str(&format!("2031-01-02 {hour:02}:00:00,10\n"));
    }
    assert!(message("AAA.csv", &text).contains("intraday"));
}

#[test]
fn returns_have_their_own_columns() {
    let options = ReadOptions {
        kind: PriceKind::Returns,
        ..ReadOptions::default()
    };
    let text = "date,symbol,ret\n2031-01-02,AAA,1.5%\n2031-01-03,AAA,-0.02\n";
    let frame = read_bytes("x.csv", text.as_bytes(), &options).unwrap();
    assert_eq!(closes(&frame), [Some(0.015), Some(-0.02)]);
    let prices = "date,symbol,close\n2031-01-02,AAA,10\n";
    assert!(message_with("x.csv", prices, &options).contains("no return column"));
    let ohlc = "date,open,high,low,close\n2031-01-02,1,2,3,4\n";
    assert!(message_with("x.csv", ohlc, &options).contains("no return column"));
}

#[test]
fn a_folder_reads_all_files_and_names_the_bad_one() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("BBB.csv", "Date,Close\n2031-01-03,21\n2031-01-02,20\n");
    write("AAA.csv", "Date,Close\n2031-01-02,10\n");
    write("CCC.csv", "<html>");
    write("notes.md", "not prices");
    write(".hidden.csv", "x");
    let frame = read_path(folder.path(), &ReadOptions::default()).unwrap();
    assert_eq!(closes(&frame), [Some(10.0), Some(20.0), Some(21.0)]);
    assert_eq!(frame.provenance.len(), 2);
    assert_eq!(frame.provenance[0].name, "AAA.csv");
    assert_eq!(frame.failures.len(), 1);
    assert!(frame.failures[0].path.ends_with("CCC.csv"));
    assert!(frame.failures[0].error.to_string().contains("web page"));
}

#[test]
fn a_folder_without_prices_and_a_missing_file_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refusal = read_path(folder.path(), &ReadOptions::default()).unwrap_err();
    assert!(refusal.to_string().contains("no price file"), "{refusal}");
    let missing = read_path(&folder.path().join("x.csv"), &ReadOptions::default()).unwrap_err();
    assert!(missing.to_string().contains("x.csv"), "{missing}");
}

#[test]
fn the_fingerprint_is_that_of_the_bytes() {
    let frame = read_bytes(
        "A.csv",
        b"Date,Close\n2031-01-02,1\n",
        &ReadOptions::default(),
    );
    let provenance = &frame.unwrap().provenance[0];
    assert_eq!(provenance.sha256.len(), 64);
    assert_eq!(provenance.rows, 1);
    assert_eq!(sha256(b"abc")[..8], *"ba7816bf");
}

/// A Parquet file with the given date column, two symbols' closes and a price as text.
fn parquet_bytes(date: Column) -> Vec<u8> {
    let height = date.len();
    let close = Column::new("Close".into(), vec![10.5, f64::NAN]);
    let volume = Column::new("Volume".into(), vec![7_i64, 8]);
    let symbol = Column::new("Symbol".into(), vec!["BBB", "AAA"]);
    let mut df = DataFrame::new(height, vec![date, symbol, close, volume]).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut df).unwrap();
    bytes
}

#[test]
fn parquet_reads_every_kind_of_date() {
    let midnight = 1_927_083_600_000_000_000_i64; // 2031-01-25 00:00 in New York, 05:00 UTC.
    let day = 24 * 3_600 * 1_000_000_000_i64;
    let stamps = || Int64Chunked::from_vec("Date".into(), vec![midnight + day, midnight]);
    let zone = TimeZone::opt_try_new(Some("America/New_York")).unwrap();
    let naive_ms = Int64Chunked::from_vec(
        "__index_level_0__".into(),
        vec![(midnight + day) / 1_000_000, midnight / 1_000_000],
    );
    let columns = [
        Column::new("Date".into(), vec!["2031-01-26", "2031-01-25"]),
        Column::new("date".into(), vec![20_310_126_i64, 20_310_125]),
        Int32Chunked::from_vec("date".into(), vec![22_305, 22_304])
            .into_date()
            .into_column(),
        stamps()
            .into_datetime(TimeUnit::Nanoseconds, zone)
            .into_column(),
        naive_ms
            .into_datetime(TimeUnit::Milliseconds, None)
            .into_column(),
    ];
    for column in columns {
        let shown = format!("{:?}", column.dtype());
        let frame = read_bytes("x.parquet", &parquet_bytes(column), &ReadOptions::default());
        let frame = frame.unwrap_or_else(|error| panic!("{shown}: {error}"));
        assert_eq!(sessions(&frame), ["2031-01-25", "2031-01-26"], "{shown}");
        assert_eq!(closes(&frame), [None, Some(10.5)], "{shown}");
        let symbols = frame.df.column(SYMBOL).unwrap();
        assert_eq!(symbols.str().unwrap().get(0), Some("AAA"));
    }
}

#[test]
fn damaged_parquet_and_wrong_types_are_refused() {
    let bytes = parquet_bytes(Column::new("date".into(), vec!["2031-01-26", "2031-01-25"]));
    let options = ReadOptions::default();
    for cut in [4, 8, bytes.len() / 2, bytes.len() - 1] {
        let error = read_bytes("x.parquet", &bytes[..cut], &options).unwrap_err();
        assert!(error.to_string().starts_with("x.parquet: "), "{error}");
    }
    let wrong = parquet_bytes(Column::new("date".into(), vec![true, false]));
    let error = read_bytes("x.parquet", &wrong, &options)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("column `date`: a date column of type bool"),
        "{error}"
    );
}

proptest! {
    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[dateclos,;.\"\n0-9/-]{0,120}") {
        let options = ReadOptions::default();
        let _ = read_bytes("x.csv", &bytes, &options);
        let _ = read_bytes("x.csv", text.as_bytes(), &options);
        let _ = read_bytes("x.csv", format!("date,close\n{text}").as_bytes(), &options);
    }

    #[test]
    fn a_table_in_any_dialect_reads_back(
        closes_in in proptest::collection::vec(1_u32..10_000_000, 1..30),
        delimiter in proptest::sample::select(vec![',', ';', '\t', '|']),
        pattern in proptest::sample::select(vec!["%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%b %-d, %Y", "%Y-%m-%dT00:00:00.000Z"]),
        comma in any::<bool>(),
        descending in any::<bool>(),
        dollar in any::<bool>(),
    ) {
        let start = NaiveDate::from_ymd_opt(2031, 1, 1).unwrap();
        let days = (0..).map(|n| start + chrono::Days::new(n));
        let mut lines: Vec<String> = days.zip(&closes_in).map(|(day, close)| {
            let mut number = format!("{:.2}", f64::from(*close) / 100.0);
            if comma {
                number = number.replace('.', ",");
            }
            let currency = if dollar { "$" } else { "" };
            let day = day.format(pattern);
            format!("\"{day}\"{delimiter}\"{currency}{number}\"")
        }).collect();
        if descending {
            lines.reverse();
        }
        let text = format!("Date{delimiter}Close\r\n{}\r\n", lines.join("\r\n"));
        let frame = read_bytes("AAA.csv", text.as_bytes(), &ReadOptions::default()).unwrap();
        let expected: Vec<_> = closes_in.iter().map(|c| Some(f64::from(*c) / 100.0)).collect();
        prop_assert_eq!(closes(&frame), expected);
    }
}
