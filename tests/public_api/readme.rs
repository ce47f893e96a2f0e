//! The program of README.md, "As a library", as a program: what stands there compiles and runs.

use std::path::Path;

/// Its lines are those of the README, indented.
fn of_the_readme(
    dates: Vec<chrono::NaiveDate>,
    nvda: &[f64],
    spy: &[f64],
) -> Result<(), Box<dyn std::error::Error>> {
    // README begins.
    use chrono::NaiveDate;
    use shockwave::{Event, StudyData, StudySpec, study};

    let data = StudyData::from_dates(&dates)?
        .with_closes("NVDA", nvda)?
        .with_closes("SPY", spy)?;
    let spec = StudySpec::builder()
        .event(Event::on(
            "deepseek",
            NaiveDate::from_ymd_opt(2025, 1, 27).unwrap(),
        ))
        .benchmark("SPY")
        .windows([0..=0, -1..=1])
        .build()?;
    for car in &study::run(&spec, &data)?.cars {
        println!(
            "{} {} {:?} t {:?}",
            car.instrument, car.window, car.car, car.car_t
        );
    }
    // README ends.
    Ok(())
}

#[test]
fn the_program_of_the_readme_runs() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample/adj_close.csv");
    let text = std::fs::read_to_string(file).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let column = |name: &str| -> Vec<f64> {
        let at = rows[0].iter().position(|n| *n == name).unwrap();
        let cells = rows[1..].iter().map(|row| row[at]);
        cells.map(|cell| cell.parse().unwrap_or(f64::NAN)).collect()
    };
    let dates = rows[1..].iter().map(|row| row[0].parse().unwrap());
    of_the_readme(dates.collect(), &column("NVDA"), &column("SPY")).unwrap();
}

#[test]
fn it_is_the_one_that_stands_there() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    let readme = readme.unwrap();
    let (_, after) = readme.split_once("\n```rust\n").unwrap();
    let (shown, _) = after.split_once("\n```\n").unwrap();
    let own = include_str!("readme.rs");
    let (_, after) = own.split_once("// README begins.\n").unwrap();
    let (run, _) = after.split_once("    // README ends.\n").unwrap();
    // Blanks aside: rustfmt breaks lines by their indentation.
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(
        plain(shown).replace(",)", ")"),
        plain(run).replace(",)", ")")
    );
}
