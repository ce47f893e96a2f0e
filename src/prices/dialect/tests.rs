//! One small sample in the exact format of every source; the figures are invented.

use super::AdjustmentBasis::Raw;
use super::*;
use crate::prices::read::{ReadOptions, read_bytes};
use crate::prices::{FIELDS, PriceFrame, VOLUME};

/// What a sample must become.
struct Case {
    dialect: &'static str,
    file: &'static str,
    text: &'static str,
    symbol: &'static str,
    basis: AdjustmentBasis,
    /// The first session, its close and its volume.
    first: (&'static str, f64, Option<f64>),
    rows: usize,
}

fn read(file: &str, text: &str) -> PriceFrame {
    match read_bytes(file, text.as_bytes(), &ReadOptions::default()) {
        Ok(frame) => frame,
        Err(error) => panic!("{file}: {error}\n{text}"),
    }
}

fn value(frame: &PriceFrame, field: usize, row: usize) -> Option<f64> {
    frame
        .df
        .column(FIELDS[field])
        .unwrap()
        .f64()
        .unwrap()
        .get(row)
}

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    let case = |dialect, file, text, symbol, basis, first, rows| Case { dialect, file, text, symbol, basis, first, rows };
    vec![
        case("ohlcv", "nvda_us_d.csv", "Date,Open,High,Low,Close,Volume\r\n2031-01-02,10.1,11,9.5,10.5,1000.25\r\n2031-01-03,10.5,12,10,11,900\r\n",
            "NVDA", Split, ("2031-01-02", 10.5, Some(1000.25)), 2),
        case("stooq-pl", "kgh.csv", "Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen\r\n2031-01-02,32.4,34.3,32.2,33.7,51276.46\r\n2031-01-03,33,34,32,33.5,5\r\n",
            "KGH", Split, ("2031-01-02", 33.7, Some(51276.46)), 2),
        case("yahoo", "AAA.csv", "Date,Open,High,Low,Close,Adj Close,Volume\n2031-01-02,10.000000,11.000000,9.000000,10.500000,10.250000,1200\n2031-01-03,null,null,null,null,null,null\n",
            "AAA", Split, ("2031-01-02", 10.5, Some(1200.0)), 2),
        case("yfinance", "download.csv", "Price,Close,High,Low,Open,Volume\nTicker,AAA,AAA,AAA,AAA,AAA\nDate,,,,,\n2031-01-02,10.5,11.25,9.75,10.125,1200\n2031-01-03,10.75,11,10,10.5,1300\n",
            "AAA", Unknown, ("2031-01-02", 10.5, Some(1200.0)), 2),
        case("ohlcv", "AAA.csv", "Date,Open,High,Low,Close,Volume\n2031-01-02 00:00:00-05:00,10,11,9,10.120000839233398,1200\n2031-01-03 00:00:00-05:00,10,11,9,10.5,1200\n",
            "AAA", Unknown, ("2031-01-02", 10.120000839233398, Some(1200.0)), 2),
        case("nasdaq", "AAA.csv", "Date,Close/Last,Volume,Open,High,Low\n01/14/2031,$1191.38,18883220,$1192.71,$1194.34,$1191.26\n01/13/2031,$1190.00,N/A,$1,$1200,$1\n",
            "AAA", Split, ("2031-01-13", 1190.0, None), 2),
        case("nasdaq", "AAA.csv", "Date, Close/Last, Volume, Open, High, Low\n1/14/2031, 91.38, 18883220, 92.71, 94.34, 91.26\n1/9/2031, 90, --, 92, 94, 91\n",
            "AAA", Split, ("2031-01-09", 90.0, None), 2),
        case("nasdaq-scraped", "AAA.csv", "Date,Close,Volume,Open,High,Low\n01/14/2031,\"$1,822.79\",\"47,913,510\",$1800.00,\"$1,823.00\",$1794.3503\n",
            "AAA", Split, ("2031-01-14", 1822.79, Some(47_913_510.0)), 1),
        case("alphavantage", "daily_AAA.csv", "timestamp,open,high,low,close,volume\r\n2031-01-03,10.0000,11.0000,9.0000,10.5000,100\r\n2031-01-02,10.0000,11.0000,9.0000,10.2500,200\r\n",
            "AAA", Raw, ("2031-01-02", 10.25, Some(200.0)), 2),
        case("alphavantage-adjusted", "daily_adjusted_AAA.csv", "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient\n2031-01-03,44.6,50.1,44.1,49.8,24.9,1158,0.0000,2.0000\n",
            "AAA", Raw, ("2031-01-03", 49.8, Some(1158.0)), 1),
        case("tiingo", "AAA.csv", "date,close,high,low,open,volume,adjClose,adjHigh,adjLow,adjOpen,adjVolume,divCash,splitFactor\n2031-01-02T00:00:00.000Z,129.5,131.0,126.0,127.5,1417,64.75,65.5,63.0,63.75,2834,0,2.000000000002\n",
            "AAA", Raw, ("2031-01-02", 129.5, Some(1417.0)), 1),
        case("fred", "fredgraph.csv", "observation_date,SP500\n2031-01-08,5918.25\n2031-01-09,\n2031-01-10,5827.5\n",
            "SP500", Level, ("2031-01-08", 5918.25, None), 2),
        case("wide", "VIXCLS.csv", "DATE,VIXCLS\n2031-01-08,15.25\n2031-01-09,.\n",
            "VIXCLS", Unknown, ("2031-01-08", 15.25, None), 1),
        case("eodhd", "AAA.US.csv", "Date,Open,High,Low,Close,Adjusted_close,Volume\n2031-05-24,286.5,287.25,284.5,285.75,284.5,2262\n",
            "AAA", Raw, ("2031-05-24", 285.75, Some(2262.0)), 1),
        case("twelvedata", "AAA.csv", "datetime;open;high;low;close;volume\n2031-01-03;10.12345;11.00000;9.00000;10.50000;100\n2031-01-02;10.00000;11.00000;9.00000;10.25000;200\n",
            "AAA", Split, ("2031-01-02", 10.25, Some(200.0)), 2),
        case("cboe", "VIX_History.csv", "DATE,OPEN,HIGH,LOW,CLOSE\n01/02/2031,17.240000,17.240000,17.240000,17.250000\n01/24/2031,15.02,15.16,14.58,14.85\n",
            "VIX", Level, ("2031-01-02", 17.25, None), 2),
        case("investing", "AAA.csv", "\u{feff}\"Date\",\"Price\",\"Open\",\"High\",\"Low\",\"Vol.\",\"Change %\"\r\n\"09/26/2031\",\"1,612.34\",\"1,600.10\",\"1,620.00\",\"1,598.20\",\"120.5M\",\"0.76%\"\r\n\"09/25/2031\",\"1,600.50\",\"1,600.10\",\"1,620.00\",\"1,598.20\",\"2.5K\",\"-0.76%\"\r\n",
            "AAA", Split, ("2031-09-25", 1600.5, Some(2500.0)), 2),
        case("investing", "AAA.csv", "Date;Price;Open;High;Low;Vol.;Change %\n26.09.2031;1.612,34;1.600,10;1.620,00;1.598,20;120,5M;0,76%\n",
            "AAA", Split, ("2031-09-26", 1612.34, Some(120_500_000.0)), 1),
        case("investing", "AAA.csv", "\"Date\",\"Price\",\"Open\",\"High\",\"Low\",\"Vol.\",\"Change %\"\n\"Sep 26, 2031\",\"612.34\",\"600.10\",\"620.00\",\"598.20\",\"-\",\"0.76%\"\n",
            "AAA", Split, ("2031-09-26", 612.34, None), 1),
        case("single", "sap.csv", "\u{feff}Datum;Erster;Hoch;Tief;Schlusskurs;Stuecke;Volumen\r\n03.01.2031;1.105,00;1.110,50;1.100,25;1.108,75;1.200;1.330.500\r\n22.01.2031;1.101,00;1.106,00;1.099,00;1.104,50;900;994.050\r\n",
            "SAP", Unknown, ("2031-01-03", 1108.75, Some(1200.0)), 2),
        case("single", "sap.csv", "Datum;Eröffnung;Schluss;Tageshoch;Tagestief\n13.01.2031;105,10;106,20;107,00;104,90\n",
            "SAP", Unknown, ("2031-01-13", 106.2, None), 1),
        case("stooq-bulk", "nvda.us.txt", "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\r\nAAA.US,D,20310127,000000,124.8,128.4,116.7,118.5,8188,0\r\n",
            "AAA", Split, ("2031-01-27", 118.5, Some(8188.0)), 1),
        case("ohlcv", "GOOG.csv", "Date,Open,High,Low,Close,Volume\n24/05/2031 16:00:00,10,11,9,10.5,7\n25/05/2031 16:00:00,10,11,9,10.75,7\n",
            "GOOG", Unknown, ("2031-05-24", 10.5, Some(7.0)), 2),
        case("ohlcv", "AAA.csv", "Date, Open, High, Low, Close, Volume\n01/27/31, 10, 11, 9, 10.5, 7\n01/26/31, 10, 11, 9, 10.25, 7\n",
            "AAA", Unknown, ("2031-01-26", 10.25, Some(7.0)), 2),
        case("shockwave", "AAA.csv", "date,open,high,low,close,adj_close,volume\n2031-01-02,10,11,9,10.5,10.25,\n",
            "AAA", Unknown, ("2031-01-02", 10.5, None), 1),
        case("close", "aaa.csv", "Date,Close\n2031-01-02,10.5\n",
            "AAA", Unknown, ("2031-01-02", 10.5, None), 1),
    ]
}

#[test]
fn every_dialect_reads() {
    for case in cases() {
        let frame = read(case.file, case.text);
        let provenance = &frame.provenance[0];
        let what = format!("{} in {}:\n{}", case.dialect, case.file, case.text);
        if case.file == "nvda_us_d.csv" {
            assert_eq!(provenance.dialect, "stooq", "{what}");
        } else {
            assert_eq!(provenance.dialect, case.dialect, "{what}");
        }
        assert_eq!(provenance.adjustment_basis, case.basis, "{what}");
        assert_eq!(provenance.rows, case.rows, "{what}");
        assert_eq!(provenance.symbols.len(), 1, "{what}");
        assert_eq!(provenance.symbols[0].as_str(), case.symbol, "{what}");
        let (day, close, volume) = case.first;
        assert_eq!(provenance.first.unwrap().to_string(), day, "{what}");
        assert_eq!(value(&frame, CLOSE, 0), Some(close), "{what}");
        assert_eq!(value(&frame, VOLUME, 0), volume, "{what}");
    }
}

#[test]
fn adjusted_closes_are_found() {
    for (header, adjusted) in [
        ("Date,Open,High,Low,Close,Adj Close,Volume", 10.25),
        ("date,open,high,low,close,adjusted_close,volume", 10.25),
        ("date,open,high,low,close,adjClose,volume", 10.25),
    ] {
        let frame = read(
            "AAA.csv",
            &format!("{header}\n2031-01-02,1,2,3,10.5,10.25,7\n"),
        );
        assert_eq!(value(&frame, ADJ_CLOSE, 0), Some(adjusted), "{header}");
    }
}

#[test]
fn a_multi_index_file_of_several_symbols_reads() {
    let text = "Price,Close,Close,Volume,Volume\nTicker,BBB,AAA,BBB,AAA\nDate,,,,\n\
                2031-01-02,20,10,2,1\n2031-01-03,21,,3,\n";
    let frame = read("x.csv", text);
    assert_eq!(frame.provenance[0].dialect, "yfinance");
    let runs = frame.symbol_runs().unwrap();
    assert_eq!(runs.len(), 2);
    assert_eq!((runs[0].0.as_str(), runs[0].1.clone()), ("AAA", 0..1));
    assert_eq!((runs[1].0.as_str(), runs[1].1.clone()), ("BBB", 1..3));
    assert_eq!(value(&frame, VOLUME, 2), Some(3.0));
}

#[test]
fn long_and_wide_tables_become_the_same_frame() {
    let long = read(
        "x.csv",
        "symbol,date,close\nBBB,2031-01-03,21\nAAA,2031-01-03,11\nBBB,2031-01-02,20\nAAA,2031-01-02,10\n",
    );
    let wide = read(
        "y.csv",
        "date,BBB,AAA\n2031-01-03,21,11\n2031-01-02,20,10\n",
    );
    let indexed = read("z.csv", ",AAA,BBB\n2031-01-02,10,20\n2031-01-03,11,21\n");
    assert!(long.df.equals_missing(&wide.df), "{}\n{}", long.df, wide.df);
    assert!(long.df.equals_missing(&indexed.df));
    assert_eq!(long.provenance[0].dialect, "long");
    assert_eq!(wide.provenance[0].dialect, "wide");
}

#[test]
fn symbols_that_are_field_names_are_symbols_in_a_wide_table() {
    let frame = read("x.csv", "date,LOW,HD\n2031-01-02,20,10\n");
    assert_eq!(frame.symbol_runs().unwrap()[1].0.as_str(), "LOW");
}

#[test]
fn row_numbers_of_data_frames_are_ignored() {
    let frame = read("AAA.csv", ",Date,Close\n0,2031-01-02,10\n1,2031-01-03,11\n");
    assert_eq!(value(&frame, CLOSE, 1), Some(11.0));
    let wide = read("x.csv", "Unnamed: 0,date,AAA\n0,2031-01-02,10\n");
    assert_eq!(wide.provenance[0].symbols.len(), 1);
    let capitals = read("x.csv", "date,INDEX,AAA\n2031-01-02,100,10\n");
    assert_eq!(capitals.provenance[0].symbols.len(), 2);
}

#[test]
fn file_names_give_symbols_or_do_not() {
    for (file, symbol) in [
        ("nvda_us_d.csv", Some("NVDA")),
        ("^spx_d.csv", Some("^SPX")),
        ("nvda_us_d (1).csv", Some("NVDA")),
        ("NVDA.csv", Some("NVDA")),
        ("NVDA (12).csv", Some("NVDA")),
        ("NVDA Historical Data.csv", Some("NVDA")),
        ("prices (2).csv", None),
        ("BRK-B.parquet", Some("BRK-B")),
        ("VIX_History.csv", Some("VIX")),
        ("HistoricalData_1734200000000.csv", None),
        ("prices.csv", None),
        ("NVIDIA Stock Price History.csv", None),
        ("data", None),
        (".csv", None),
    ] {
        let found = symbol_from_file_name(file);
        assert_eq!(found.as_ref().map(Symbol::as_str), symbol, "{file}");
    }
}

#[test]
fn wide_files_of_single_fields_complete_each_other() {
    let close = read(
        "close.csv",
        "date,AAA,BBB\n2031-01-02,10,20\n2031-01-03,11,21\n",
    );
    let adjusted = read("adj_close.csv", "date,AAA\n2031-01-02,9.5\n");
    let volume = read(
        "volume.csv",
        "date,AAA,BBB\n2031-01-02,7,8\n2031-01-03,9,\n",
    );
    let whole = PriceFrame::merge(vec![close, adjusted, volume]).unwrap();
    let checked = crate::prices::quality::check(whole, &[]).unwrap();
    assert_eq!(checked.findings, []);
    let frame = checked.frame;
    assert_eq!(frame.df.height(), 4);
    let row = |row| [CLOSE, ADJ_CLOSE, VOLUME].map(|field| value(&frame, field, row));
    assert_eq!(row(0), [Some(10.0), Some(9.5), Some(7.0)]);
    assert_eq!(row(3), [Some(21.0), None, None]);
}
