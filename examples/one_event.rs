//! One event on slices: NVDA on 27 January 2025 against SPY, with the core alone.
//!
//! `cargo run --no-default-features --example one_event`

use shockwave::analysis::estimation::estimation_days;
use shockwave::analysis::inference::single_event::sample_quantile;
use shockwave::analysis::model::market;
use shockwave::returns::{ReturnKind, returns};
use shockwave::{AbnormalReturns, NormalReturnModel, Window};

/// Dates, and closes adjusted for splits and dividends: one column per symbol.
const PRICES: &str = include_str!("../data/sample/adj_close.csv");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let nvda = returns(&column("NVDA").ok_or("no NVDA")?, ReturnKind::Simple);
    let spy = returns(&column("SPY").ok_or("no SPY")?, ReturnKind::Simple);
    let day_0 = PRICES
        .lines()
        .skip(1)
        .position(|row| row.starts_with("2025-01-27"));
    let day_0 = day_0.ok_or("no such session")?;

    let model = market("SPY", &spy[..]);
    let days = estimation_days(&nvda, &model, &[], Window::new(-250, -11)?, day_0);
    let fit = model.fit(&nvda, &days)?;
    let event_window = Window::new(-10, 10)?;
    let abnormal =
        AbnormalReturns::new(&nvda, ReturnKind::Simple, &model, &fit, event_window, day_0);

    println!(
        "beta {:.4} over {} sessions",
        fit.betas[0], fit.n_estimation
    );
    println!("window          CAR       t        p   sq_p");
    for (start, end) in [(0, 0), (-1, 1), (0, 5), (-10, 10)] {
        let window = Window::new(start, end)?;
        let car = abnormal.car(window).ok_or("no return in the window")?;
        let test = abnormal.t_test(car.car, car.sd).ok_or("no variance")?;
        let (residuals, length) = (&fit.residuals, window.n_days());
        let rank = sample_quantile(car.car, &days, residuals, length, fit.residual_sd);
        let sq_p = rank.ok_or("too few residuals")?.p;
        let (window, car, t, p) = (window.to_string(), car.car, test.t, test.p);
        println!("{window:10} {car:8.5} {t:7.3} {p:8.1e} {sq_p:6.4}");
        if start == end {
            assert!((car + 0.13328).abs() < 5e-6 && (t + 5.062).abs() < 5e-4);
        }
    }
    Ok(())
}

fn column(symbol: &str) -> Option<Vec<f64>> {
    let at = PRICES
        .lines()
        .next()?
        .split(',')
        .position(|name| name == symbol)?;
    let cell = |row: &str| row.split(',').nth(at)?.parse().ok();
    let rows = PRICES.lines().skip(1);
    Some(rows.map(|row| cell(row).unwrap_or(f64::NAN)).collect())
}
