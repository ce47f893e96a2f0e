//! A renderer of your own: the CARs of a study as a table in LaTeX. Renderers return bytes; what
//! becomes of them is the program's business.
//!
//! `cargo run --no-default-features --features report --example own_renderer`

use chrono::NaiveDate;
use shockwave::calendar::Calendar;
use shockwave::report::chart::Chart;
use shockwave::report::{OutputFile, Renderer};
use shockwave::{Event, StudyData, StudyResult, StudySpec, study};
use std::fmt::Write;

/// Dates, and closes adjusted for splits and dividends: one column per symbol.
const PRICES: &str = include_str!("../data/sample/adj_close.csv");

/// CARs in percent and their t, one row per instrument and window.
struct LatexCars;

impl Renderer for LatexCars {
    fn files(&self, result: &StudyResult, _: &[Chart]) -> shockwave::Result<Vec<OutputFile>> {
        let mut text =
            "\\begin{tabular}{llrr}\n & Window & CAR (\\%) & $t$ \\\\ \\hline\n".to_owned();
        for row in &result.cars {
            let figure = |figure: Option<f64>, digits: usize| match figure {
                Some(figure) => format!("${figure:.digits$}$"),
                None => "--".to_owned(), // Missing is a dash, never a zero.
            };
            // Writing into a string cannot fail.
            let _ = writeln!(
                text,
                "{} & ${}$ & {} & {} \\\\",
                row.instrument.as_str().replace(['&', '_', '#', '$'], " "),
                row.window,
                figure(row.car.map(|car| 100.0 * car), 2),
                figure(row.car_t, 2),
            );
        }
        text.push_str("\\end{tabular}\n");
        Ok(vec![OutputFile {
            path: "cars.tex".to_owned(),
            bytes: text.into_bytes(),
        }])
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let day = NaiveDate::from_ymd_opt(2025, 1, 27).ok_or("not a date")?;
    let spec = StudySpec::builder()
        .event(Event::on("deepseek", day))
        .instruments(["NVDA", "AVGO", "MSFT"])
        .benchmark("SPY")
        .windows([0..=0, -1..=1])
        .build()?;
    let result = study::run(&spec, &data()?)?;

    for file in LatexCars.files(&result, &[])? {
        let text = String::from_utf8(file.bytes)?;
        println!("% {}\n{text}", file.path);
        assert!(text.contains("NVDA & $[0, 0]$ & $-13.33$ & $-5.06$"));
    }
    Ok(())
}

fn data() -> Result<StudyData, Box<dyn std::error::Error>> {
    let rows: Vec<Vec<&str>> = PRICES.lines().map(|row| row.split(',').collect()).collect();
    let (names, rows) = rows.split_first().ok_or("no header")?;
    let dates = rows
        .iter()
        .map(|row| row[0].parse())
        .collect::<Result<_, _>>()?;
    let mut data = StudyData::new(Calendar::named("XNYS")?, dates)?;
    for (at, name) in names.iter().enumerate().skip(1) {
        let closes = rows.iter().map(|row| row[at].parse().unwrap_or(f64::NAN));
        data = data.with_closes(name, closes.collect::<Vec<_>>())?;
    }
    Ok(data)
}
