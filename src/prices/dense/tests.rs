//! Dense prices from every way in agree with the grid.

use super::*;
use crate::prices::date_of;
use crate::prices::grid::on_sessions;
use crate::prices::read::read_bytes;

fn day(n: i32) -> NaiveDate {
    date_of(18_000 + n)
}

/// Rows of a made-up market in an awkward order: by day, with gaps, the last symbol first.
fn rows() -> Vec<(i32, &'static str, Option<f64>)> {
    let mut rows = Vec::new();
    for t in 0..40 {
        for (i, symbol) in ["ZZ", "AA", "MM", "BB"].into_iter().enumerate() {
            if (t * 7 + i as i32) % 11 != 0 {
                let price = (t % 13 != 5).then(|| 10.0 + f64::from(t) * 0.25 + i as f64);
                rows.push((t, symbol, price));
            }
        }
    }
    rows
}

/// Adjusted closes that one symbol has none of.
fn adjusted(row: &(i32, &str, Option<f64>)) -> Option<f64> {
    row.2.filter(|_| row.1 != "MM").map(|price| price / 2.0)
}

/// A Parquet file with row groups of seven rows, its dates of a type of choice.
fn parquet(folder: &Path, dates: DataType) -> std::path::PathBuf {
    let rows = rows();
    let days: Vec<i32> = rows.iter().map(|r| 18_000 + r.0).collect();
    let days = Int32Chunked::from_vec("date".into(), days).into_date();
    let symbols: Vec<&str> = rows.iter().map(|r| r.1).collect();
    let prices: Vec<Option<f64>> = rows.iter().map(|r| r.2).collect();
    let columns = vec![
        days.into_column().cast(&dates).unwrap(),
        Column::new("ticker".into(), symbols),
        Column::new("close".into(), prices),
        Column::new(
            "adj_close".into(),
            rows.iter().map(adjusted).collect::<Vec<_>>(),
        ),
    ];
    let mut frame = DataFrame::new(rows.len(), columns).unwrap();
    let path = folder.join("market.parquet");
    let writer = ParquetWriter::new(File::create(&path).unwrap());
    let writer = writer.with_row_group_size(Some(7));
    writer.finish(&mut frame).unwrap();
    path
}

fn assert_same(a: &DensePrices, b: &DensePrices) {
    assert_eq!((&a.symbols, &a.sessions), (&b.symbols, &b.sessions));
    let bits = |prices: &[f64]| prices.iter().map(|p| p.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&a.prices), bits(&b.prices));
}

#[test]
fn row_groups_give_what_the_frame_and_the_grid_give() {
    let folder = tempfile::tempdir().unwrap();
    let path = parquet(folder.path(), DataType::Date);
    let options = ReadOptions::default();
    let direct = read_dense(&path, &options, None).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let frame = read_bytes("market.parquet", &bytes, &options).unwrap();
    assert_same(&direct, &from_frame(frame.clone(), None).unwrap());
    let grid = on_sessions(&frame, &direct.sessions).unwrap();
    let closes = grid.columns.iter().flat_map(|c| c.close.clone().unwrap());
    let closes = DensePrices {
        prices: closes.collect(),
        ..direct.clone()
    };
    assert_same(&direct, &closes);
    assert_eq!(direct.symbols[0].as_str(), "AA");
    assert!(direct.prices.iter().any(|p| p.is_nan()));
    // On given sessions, rows of other days fall away.
    let some: Vec<NaiveDate> = (-2..9).map(day).collect();
    let part = read_dense(&path, &options, Some(&some)).unwrap();
    assert_same(&part, &from_frame(frame, Some(&some)).unwrap());
    assert_eq!(part.prices.len(), 4 * 11);
    assert!(part.prices[0].is_nan() && part.prices[2].is_finite());
}

#[test]
fn text_and_other_tables_take_the_way_over_the_frame() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("market.csv");
    let mut text = "date,symbol,close\n".to_owned();
    for (t, symbol, price) in rows() {
        let price = price.map_or(String::new(), |p| p.to_string());
        text += &format!("{},{symbol},{price}\n", day(t));
    }
    std::fs::write(&path, text).unwrap();
    let options = ReadOptions::default();
    let csv = read_dense(&path, &options, None).unwrap();
    let path = parquet(folder.path(), DataType::Date);
    assert_same(&csv, &read_dense(&path, &options, None).unwrap());
}

#[test]
fn two_prices_of_one_session_are_refused() {
    let options = ReadOptions::default();
    let read = |text: &str| {
        let frame = read_bytes("x.csv", text.as_bytes(), &options).unwrap();
        from_frame(frame, None)
    };
    let head = "date,symbol,close\n2031-01-02,AAA,10\n";
    assert!(read(&format!("{head}2031-01-02,AAA,10\n")).is_ok());
    let error = read(&format!("{head}2031-01-02,AAA,11\n")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("AAA has two prices on 2031-01-02")
    );
}

#[test]
fn adjusted_closes_are_taken_where_every_instrument_has_some() {
    let options = ReadOptions::default();
    let read = |text: &str| {
        let frame = read_bytes("x.csv", text.as_bytes(), &options).unwrap();
        from_frame(frame, None).unwrap().prices
    };
    let head = "date,symbol,close,adj_close\n2031-01-02,AAA,10,9\n";
    assert_eq!(read(&format!("{head}2031-01-02,BBB,20,19\n")), [9.0, 19.0]);
    assert_eq!(read(&format!("{head}2031-01-02,BBB,20,\n")), [10.0, 20.0]);
}
