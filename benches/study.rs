//! `cargo bench --bench study`: a study of the size of the default report (26 instruments, 70
//! events, placebo and every sample test), on one thread and on all.

use chrono::NaiveDate;
use shockwave::calendar::Calendar;
use shockwave::event::{Event, When};
use shockwave::instrument::Symbol;
use shockwave::study::data::{InstrumentData, StudyData};
use shockwave::study::spec::StudySpec;
use std::time::Instant;

/// The quickest of them is reported: whatever else the machine does only adds to it.
const REPEATS: u32 = 20;

fn main() {
    let (data, spec) = (data(), spec());
    for threads in [1, rayon::current_num_threads()] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().expect("a pool of threads");
        let run = || shockwave::study::run(&spec, &data).expect("a study");
        let n_fits = pool.install(run).fits.len();
        let time = |_| {
            let start = Instant::now();
            let result = pool.install(run);
            let elapsed = start.elapsed();
            drop(result);
            elapsed
        };
        let best = (0..REPEATS).map(time).min().expect("a time");
        println!("study::run, {n_fits} event observations, {threads} threads: {best:.1?}");
    }
}

fn symbol(text: &str) -> Symbol {
    Symbol::new(text).expect("a symbol")
}

fn data() -> StudyData {
    let text = include_str!("../data/sample/adj_close.csv");
    let mut lines = text.lines().map(|line| line.split(','));
    let header: Vec<&str> = lines.next().expect("a header").collect();
    let mut sessions: Vec<NaiveDate> = Vec::new();
    let mut columns = vec![Vec::new(); header.len() - 1];
    for mut cells in lines {
        sessions.push(cells.next().expect("a date").parse().expect("a date"));
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.push(cell.parse().unwrap_or(f64::NAN));
        }
    }
    let instrument = |(name, prices): (&&str, Vec<f64>)| InstrumentData {
        close: Some(prices.clone()),
        adj_close: Some(prices),
        ..InstrumentData::new(symbol(name))
    };
    StudyData {
        calendar: Calendar::named("XNYS").expect("a calendar"),
        sessions,
        instruments: header[1..].iter().zip(columns).map(instrument).collect(),
        factors: None,
        inputs: Vec::new(),
        findings: Vec::new(),
        unreadable: Vec::new(),
    }
}

/// Events three to eleven days apart, in five categories.
fn events() -> Vec<Event> {
    let mut date = NaiveDate::from_ymd_opt(2023, 3, 1).expect("a date");
    let event = |i: u64| {
        date = date + chrono::Days::new(3 + 7 * i % 9);
        Event {
            when: When::Bmo,
            category: Some(format!("category-{}", i % 5)),
            ..Event::on(&format!("event-{i}"), date)
        }
    };
    (0..70).map(event).collect()
}

fn spec() -> StudySpec {
    let names = "NVDA AVGO AMD MRVL MU TSM ASML INTC QCOM ARM VRT VST CEG MSFT GOOGL AMZN META \
                 AAPL CRM NOW SNOW PLTR ORCL BABA BIDU KWEB";
    let spec = StudySpec::builder()
        .events(events())
        .instruments(names.split_whitespace())
        .focus("NVDA")
        .benchmark("SPY")
        .build();
    StudySpec {
        joint: true,
        ..spec.expect("a study")
    }
}
