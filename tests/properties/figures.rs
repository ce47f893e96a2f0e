//! What must not change a figure, and where two models must agree.

use crate::support::market::{EVENTS, made_up};
use crate::support::table::Table;
use proptest::prelude::*;
use shockwave::analysis::abnormal::AbnormalReturns;
use shockwave::analysis::estimation::estimation_days;
use shockwave::analysis::model::{NormalReturnModel, market, market_adjusted};
use shockwave::analysis::window::{RelativeDay, Window};
use shockwave::returns::{ReturnKind, returns};

fn window(start: i32, end: i32) -> Window {
    Window::new(start, end).expect("ordered")
}

fn abnormal(series: &[f64], model: &dyn NormalReturnModel) -> AbnormalReturns {
    let days = estimation_days(series, model, &[], window(-60, -3), 62);
    let fit = model.fit(series, &days).expect("it can be fitted");
    AbnormalReturns::new(series, ReturnKind::Simple, model, &fit, window(-2, 2), 62)
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * (1.0 + a.abs().max(b.abs()))
}

/// Returns of about a percent, 65 sessions.
fn noise() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(-0.03_f64..0.03, 65)
}

/// `own` without what a line through `x` explains of it on these days; other days stay.
fn residual(own: &[f64], x: &[f64], days: std::ops::Range<usize>) -> Vec<f64> {
    let n = days.len() as f64;
    let mean = |v: &[f64]| v[days.clone()].iter().sum::<f64>() / n;
    let (mx, mo) = (mean(x), mean(own));
    let cov: f64 = days.clone().map(|t| (x[t] - mx) * (own[t] - mo)).sum();
    let var: f64 = days.clone().map(|t| (x[t] - mx).powi(2)).sum();
    let slope = cov / var;
    own.iter()
        .enumerate()
        .map(|(t, e)| {
            if days.contains(&t) {
                e - mo - slope * (x[t] - mx)
            } else {
                *e
            }
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_unit_of_prices_changes_nothing(
        moves in noise(),
        index in noise(),
        unit in prop_oneof![Just(0.01), Just(100.0), 1e-4_f64..1e4],
    ) {
        let prices: Vec<f64> = moves
            .iter()
            .scan(50.0, |price, r| { *price *= 1.0 + r; Some(*price) })
            .collect();
        let scaled: Vec<f64> = prices.iter().map(|p| p * unit).collect();
        for kind in [ReturnKind::Simple, ReturnKind::Log] {
            let model = market("M", &index[..]);
            let a = abnormal(&returns(&prices, kind), &model);
            let b = abnormal(&returns(&scaled, kind), &model);
            for day in window(-2, 2).days() {
                let (a, b) = (a.ar(day).expect("present"), b.ar(day).expect("present"));
                prop_assert!((a - b).abs() < 1e-12, "{a} {b}");
            }
        }
    }

    #[test]
    fn the_market_model_is_the_market_adjusted_one_where_beta_is_one_and_alpha_nought(
        index in noise(),
        own in noise(),
    ) {
        // In the estimation window the own part is orthogonal to the market and sums to nought,
        // so that least squares must find alpha 0 and beta 1.
        let own = residual(&own, &index, 2..60);
        let series: Vec<f64> = index.iter().zip(&own).map(|(m, e)| m + e).collect();
        let (free, forced) = (market("M", &index[..]), market_adjusted(&index[..]));
        let days = estimation_days(&series, &free, &[], window(-60, -3), 62);
        let fit = free.fit(&series, &days).expect("it can be fitted");
        prop_assert!(close(fit.alpha.expect("a constant"), 0.0, 1e-12));
        prop_assert!(close(fit.betas[0], 1.0, 1e-10));
        let (a, b) = (abnormal(&series, &free), abnormal(&series, &forced));
        for day in window(-2, 2).days() {
            let (a, b) = (a.ar(day).expect("present"), b.ar(day).expect("present"));
            prop_assert!((a - b).abs() < 1e-12, "{a} {b}");
            prop_assert!((a - own[(62 + day.0) as usize]).abs() < 1e-12);
        }
        let (a, b) = (a.car(window(-2, 2)), b.car(window(-2, 2)));
        prop_assert!(close(a.expect("a CAR").car, b.expect("a CAR").car, 1e-12));
    }

    #[test]
    fn a_car_is_the_sum_of_its_days(moves in noise(), index in noise(), start in -2..=2_i32, length in 0..4_i32) {
        let end = (start + length).min(2);
        let found = abnormal(&moves, &market("M", &index[..]));
        let car = found.car(window(start, end)).expect("a CAR");
        let sum: f64 = (start..=end).map(|d| found.ar(RelativeDay(d)).expect("present")).sum();
        prop_assert!((car.car - sum).abs() < 1e-12);
        prop_assert!(car.sd > 0.0 && car.n_days == (end - start + 1) as usize);
    }
}

/// The same, through files, studies and every table.
#[test]
fn a_study_does_not_depend_on_the_unit_of_an_instruments_prices() {
    let sandbox = crate::support::Sandbox::new();
    sandbox.write("events.csv", EVENTS);
    sandbox.write("prices.csv", made_up().long());
    sandbox.study(&["--out", "one"]).ends(0);
    sandbox.write(
        "prices.csv",
        made_up().with("AAA", |close| close * 100.0).long(),
    );
    sandbox.study(&["--out", "hundred"]).ends(0);
    for name in [
        "cars.csv",
        "abnormal_returns.csv",
        "fits.csv",
        "tests.csv",
        "aar.csv",
    ] {
        let read = |folder: &str| Table::read(&sandbox.read(&format!("{folder}/{name}")));
        let (one, hundred) = (read("one"), read("hundred"));
        assert_eq!(one.header, hundred.header);
        assert_eq!(one.rows.len(), hundred.rows.len());
        for (a, b) in one.rows.iter().flatten().zip(hundred.rows.iter().flatten()) {
            match (a.parse::<f64>(), b.parse::<f64>()) {
                (Ok(a), Ok(b)) => assert!(close(a, b, 1e-9), "{name}: {a} {b}"),
                _ => assert_eq!(a, b, "{name}"),
            }
        }
    }
}
