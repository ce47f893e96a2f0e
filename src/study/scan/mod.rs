//! A scan: which sessions of a period were abnormal, and does a known event stand beside each?
//!
//! The inverse of a study, on the same data, models and events. [`run()`] is one function of a
//! [`spec::ScanSpec`] and the [`StudyData`](super::data::StudyData) that are handed to it;
//! [`result::ScanResult`] is all that tables, charts and pages may use.
//!
//! ```
//! use chrono::NaiveDate;
//! use shockwave::analysis::window::Window;
//! use shockwave::study::{data::StudyData, scan, scan::spec::ScanSpec, spec::StudySpec};
//! use shockwave::{Event, Symbol};
//!
//! let start = NaiveDate::from_ymd_opt(2024, 1, 1).ok_or("a date")?;
//! let dates: Vec<NaiveDate> = start.iter_days().take(400).collect();
//! let index: Vec<f64> = (0..400).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
//! let noise = |t: usize| 0.01 * ((t * t) as f64).sin();
//! let mut share: Vec<f64> = (0..400).map(|t| index[t] + noise(t)).collect();
//! share[350] -= 0.08;
//! let data = StudyData::from_dates(&dates)?
//!     .with_returns("SHARE", share)?
//!     .with_returns("INDEX", index)?;
//! let study = StudySpec::builder().event(Event::on("recall", dates[350])).benchmark("INDEX");
//! let result = scan::run(
//!     &ScanSpec {
//!         study: study.build()?,
//!         instruments: Some(vec![Symbol::new("SHARE")?]),
//!         from: Some(dates[300]),
//!         to: None,
//!         top: 5,
//!         alpha: 0.05,
//!         within: Window::REACTION,
//!         peers: None,
//!         not_causes: Vec::new(),
//!     },
//!     &data,
//! )?;
//! assert_eq!(result.rows[0].session, dates[350]); // the most abnormal of all
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod beside;
mod events;
pub mod result;
mod rows;
mod run;
mod scope;
pub mod spec;
#[cfg(test)]
mod tests;

pub use run::run;
