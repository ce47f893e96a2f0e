//! A study from polars frames: any long frame of dates, symbols and closes.
//!
//! `cargo run --features table --example frames`

use chrono::NaiveDate;
use polars::prelude::*;
use shockwave::calendar::Calendar;
use shockwave::prices::sample::sample_frame;
use shockwave::{Event, StudyData, StudySpec, study};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = study_data(&your_frame()?, &["NVDA", "AMD", "MSFT", "SPY"])?;
    let day = NaiveDate::from_ymd_opt(2025, 1, 27).ok_or("not a date")?;
    let spec = StudySpec::builder()
        .event(Event::on("deepseek", day))
        .benchmark("SPY")
        .windows([0..=0, -1..=1, 0..=5])
        .build()?;
    let result = study::run(&spec, &data)?;

    // The rows of the result are plain structs: a frame again, column by column.
    let rows = &result.cars;
    let cars = df!(
        "instrument" => rows.iter().map(|r| r.instrument.as_str()).collect::<Vec<_>>(),
        "window" => rows.iter().map(|r| r.window.to_string()).collect::<Vec<_>>(),
        "car" => rows.iter().map(|r| r.car).collect::<Vec<_>>(),
        "car_t" => rows.iter().map(|r| r.car_t).collect::<Vec<_>>(),
        "sq_p" => rows.iter().map(|r| r.sq_p).collect::<Vec<_>>(),
        "placebo_p" => rows.iter().map(|r| r.placebo_p).collect::<Vec<_>>(),
    )?;
    for row in 0..cars.height() {
        let cells = cars.get(row).into_iter().flatten();
        let cells: Vec<String> = cells.map(|cell| format!("{cell:<12.10}")).collect();
        println!("{}", cells.join(" "));
    }

    let nvda = cars
        .column("instrument")?
        .str()?
        .iter()
        .position(|s| s == Some("NVDA"));
    let nvda = nvda.ok_or("no NVDA")?;
    let figure = |name: &str| cars.column(name)?.f64().map(|column| column.get(nvda));
    assert!((figure("car")?.ok_or("no CAR")? + 0.13328).abs() < 5e-6);
    assert!((figure("car_t")?.ok_or("no t")? + 5.062).abs() < 5e-4);
    Ok(())
}

/// Stands for yours: `session` (Date), `symbol`, `adj_close`.
fn your_frame() -> Result<DataFrame, Box<dyn std::error::Error>> {
    Ok(sample_frame()?
        .df
        .select(["session", "symbol", "adj_close"])?)
}

/// The closes of some symbols on the sessions of New York.
fn study_data(
    frame: &DataFrame,
    symbols: &[&str],
) -> Result<StudyData, Box<dyn std::error::Error>> {
    let days = frame.column("session")?.date()?.physical();
    let date = |day: Option<i32>| day.and_then(NaiveDate::from_epoch_days).ok_or("no dates");
    let calendar = Calendar::named("XNYS")?;
    let sessions = calendar.sessions(date(days.min())?, date(days.max())?)?;
    let mut data = StudyData::new(calendar, sessions)?;
    for symbol in symbols {
        let own = frame
            .column("symbol")?
            .str()?
            .iter()
            .map(|s| s == Some(*symbol));
        let own = frame.filter(&own.collect())?;
        let days = own.column("session")?.date()?.physical();
        let mut closes = vec![f64::NAN; data.sessions.len()];
        for (day, close) in days.iter().zip(own.column("adj_close")?.f64()?.iter()) {
            if let Ok(at) = data.sessions.binary_search(&date(day)?) {
                closes[at] = close.unwrap_or(f64::NAN);
            }
        }
        data = data.with_closes(symbol, closes)?;
    }
    Ok(data)
}
