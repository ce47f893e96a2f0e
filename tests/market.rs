//! A whole market from its file to a file of results: dense prices, the panel engine in batches,
//! the sink. The bytes must not depend on threads or on the size of the batches.

use polars::prelude::*;
use shockwave::analysis::model::market;
use shockwave::analysis::panel::{Panel, PanelEvent, PanelMask, PanelSettings, for_each_batch};
use shockwave::prices::dense::{DensePrices, read_dense};
use shockwave::prices::read::ReadOptions;
use shockwave::prices::sink::{ColumnKind, ColumnPart, ParquetSink};
use shockwave::returns::{ReturnKind, returns};
use std::fs::File;
use std::path::Path;

const N_INSTRUMENTS: usize = 30;
const N_SESSIONS: usize = 600;
const WINDOWS: [&str; 2] = ["0:0", "-1:1"];

/// A market whose prices come from a fixed recursion; symbol S00 is the benchmark.
fn write_market(path: &Path) {
    let mut state = 1_u64;
    let mut noise = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1_u64 << 31) as f64 - 0.5
    };
    let common: Vec<f64> = (0..N_SESSIONS).map(|_| 0.03 * noise()).collect();
    let (mut days, mut symbols, mut closes) = (Vec::new(), Vec::new(), Vec::new());
    for i in 0..N_INSTRUMENTS {
        let mut price = 50.0;
        for (t, x) in common.iter().enumerate() {
            price *= 1.0 + x + if i > 0 { 0.05 * noise() } else { 0.0 };
            if i == 0 || noise() > -0.49 {
                days.push(15_000 + t as i32);
                symbols.push(format!("S{i:02}"));
                closes.push(price);
            }
        }
    }
    let days = Int32Chunked::from_vec("date".into(), days).into_date();
    let columns = vec![
        days.into_column(),
        Column::new("symbol".into(), symbols),
        Column::new("close".into(), &closes),
    ];
    let mut frame = DataFrame::new(closes.len(), columns).unwrap();
    let file = File::create(path).unwrap();
    ParquetWriter::new(file).finish(&mut frame).unwrap();
}

/// The results of every event in the order of the batches.
fn results(prices: &DensePrices, events_per_batch: usize) -> Vec<u8> {
    let n_sessions = prices.sessions.len();
    let benchmark = returns(&prices.prices[..n_sessions], ReturnKind::Simple);
    let panel = Panel::from_prices(n_sessions, prices.prices.clone(), ReturnKind::Simple).unwrap();
    let event = |i: u32| PanelEvent {
        instrument: 1 + i * 7 % (N_INSTRUMENTS as u32 - 1),
        day_0: 260 + i * 13 % 320,
    };
    let events: Vec<PanelEvent> = (0..3_000).map(event).collect();
    let mask = PanelMask::reactions(&panel, &events[..200], "0:1".parse().unwrap());
    let settings = PanelSettings {
        estimation: "-250:-11".parse().unwrap(),
        event: "-10:10".parse().unwrap(),
        min_estimation: 144,
        returns: ReturnKind::Simple,
    };
    let model = market("S00", benchmark);
    let mut columns = vec![
        ("symbol", ColumnKind::Text),
        ("session", ColumnKind::Date),
        ("event", ColumnKind::Whole),
        ("residual_sd", ColumnKind::Number),
    ];
    columns.extend(WINDOWS.map(|window| (window, ColumnKind::Number)));
    let mut bytes = Vec::new();
    let mut sink = ParquetSink::new(&mut bytes, &columns).unwrap();
    let of = (&events[..], &mask);
    for_each_batch(&panel, &model, of, settings, events_per_batch, |batch| {
        let given = || batch.given().iter().map(|&i| events[i as usize]);
        let symbol = |e: PanelEvent| prices.symbols[e.instrument as usize].as_str();
        let session = |e: PanelEvent| prices.sessions[e.day_0 as usize].to_epoch_days();
        let mut parts = vec![
            ColumnPart::Text(given().map(symbol).collect()),
            ColumnPart::Date(given().map(session).collect()),
            ColumnPart::Whole(batch.given().to_vec()),
            ColumnPart::Number(batch.residual_sds().to_vec()),
        ];
        for window in WINDOWS {
            let cars = batch.cars(window.parse().unwrap()).cars;
            parts.push(ColumnPart::Number(cars.iter().map(|c| c.car).collect()));
        }
        sink.append(&parts)
    })
    .unwrap();
    assert!(sink.finish().unwrap() > 2_500);
    bytes
}

#[test]
fn the_file_of_results_is_the_same_on_any_threads_and_batches() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("market.parquet");
    write_market(&path);
    let prices = read_dense(&path, &ReadOptions::default(), None).unwrap();
    assert_eq!(prices.symbols.len(), N_INSTRUMENTS);
    assert_eq!(prices.sessions.len(), N_SESSIONS);
    let on = |threads: usize, n: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| results(&prices, n))
    };
    let whole = on(1, 3_000);
    for (threads, n) in [(2, 3_000), (1, 170), (2, 1), (2, 1_001)] {
        assert!(on(threads, n) == whole, "{threads} threads, {n} events");
    }
    let frame = ParquetReader::new(std::io::Cursor::new(&whole)).finish();
    let frame = frame.unwrap();
    let symbols = frame.column("symbol").unwrap().str().unwrap();
    let order: Vec<&str> = symbols.iter().flatten().collect();
    assert!(order.is_sorted());
    // For a look from outside: pandas.read_parquet.
    if let Some(path) = std::env::var_os("SHOCKWAVE_KEEP_PARQUET") {
        std::fs::write(path, &whole).unwrap();
    }
}
