//! A study: a validated request, its run, and the one struct that holds the outcome.
//!
//! Data are handed in ([`data::StudyData`]), the request is built ([`spec::StudySpec::builder`]), and
//! [`run()`] is one function of the two; a study never touches files, clocks or the network.
//!
//! ```
//! use chrono::NaiveDate;
//! use shockwave::study::{self, data::StudyData, result::Status, spec::StudySpec};
//! use shockwave::{Event, Symbol, Window};
//!
//! let start = NaiveDate::from_ymd_opt(2024, 1, 1).ok_or("a date")?;
//! let dates: Vec<NaiveDate> = start.iter_days().take(300).collect();
//! let index: Vec<f64> = (0..300).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
//! let noise = |t: usize| 0.01 * ((t * t) as f64).sin();
//! let mut share: Vec<f64> = (0..300).map(|t| index[t] + noise(t)).collect();
//! share[280] -= 0.08;
//! let data = StudyData::from_dates(&dates)?
//!     .with_returns("SHARE", share)?
//!     .with_returns("INDEX", index)?;
//!
//! let mut recall = Event::on("recall", dates[280]);
//! recall.instruments = vec![Symbol::new("SHARE")?];
//! let spec = StudySpec::builder().event(recall).benchmark("INDEX").build()?;
//! let result = study::run(&spec, &data)?;
//! assert_eq!(result.ledger[0].status, Status::Used);
//! let day_0 = Window::new(0, 0)?;
//! let car = result.cars.iter().find(|row| row.window == day_0);
//! assert!(car.and_then(|row| row.car_p).is_some_and(|p| p < 0.001));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod builder;
mod car_row;
mod cautions;
mod change;
mod claims;
mod confounding;
mod cross_section;
pub mod data;
mod figures;
mod garch;
mod groups;
mod joint;
mod ledger;
mod market;
mod money;
mod observe;
mod outcomes;
mod placement;
mod portfolio;
pub mod result;
mod run;
mod samples;
pub mod scan;
pub mod spec;
mod summary;
#[cfg(test)]
mod testing;
mod verdict;
pub mod warning;

pub use run::run;
