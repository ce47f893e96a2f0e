//! Event studies on market prices: did this event move this price, by how much beyond what the
//! market explains, and is it more than noise?
//!
//! Data flow one way, and each arrow hands over one small, named, plain type:
//!
//! ```text
//! prices ──► returns ─┐
//!                     ├─► align ──► analysis ──────────────────────► study::result ──► report
//! events ─────────────┘ (calendar)  model, abnormal, aggregate,      (one struct)      (pages,
//!                                   inference                                          charts,
//!                                                                                      tables)
//! ```
//!
//! [`analysis`] is the reusable core: slices in, small structs out, sessions as indexes, NaN for
//! what is missing. It knows no dates, files or data frames. [`study`] runs a whole study on data
//! that are handed to it ([`study::run()`]), and `report` turns its result into files' bytes.
//!
//! # One event, by hand
//!
//! A share that follows its market but for one session, number 250, on which it loses a tenth:
//!
//! ```
//! use shockwave::analysis::abnormal::AbnormalReturns;
//! use shockwave::analysis::estimation::estimation_days;
//! use shockwave::analysis::model::{NormalReturnModel, market};
//! use shockwave::analysis::window::{RelativeDay, Window};
//! use shockwave::returns::ReturnKind;
//!
//! let n = 260;
//! let market_returns: Vec<f64> = (0..n).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
//! let mut returns: Vec<f64> = (0..n)
//!     .map(|t| 0.0005 + 1.5 * market_returns[t] + 0.004 * (2.9 * t as f64).cos())
//!     .collect();
//! let day_0 = 250;
//! returns[day_0] -= 0.10;
//!
//! let model = market("INDEX", &market_returns[..]);
//! let estimation = Window::new(-240, -11)?;
//! let days = estimation_days(&returns, &model, &[], estimation, day_0);
//! let fit = model.fit(&returns, &days)?;
//! assert!((fit.betas[0] - 1.5).abs() < 0.01);
//!
//! let event_window = Window::new(-5, 5)?;
//! let kind = ReturnKind::Simple;
//! let abnormal = AbnormalReturns::new(&returns, kind, &model, &fit, event_window, day_0);
//! let ar = abnormal.ar(RelativeDay(0)).ok_or("day 0 has no return")?;
//! assert!((ar + 0.10).abs() < 0.005);
//!
//! let car = abnormal.car(Window::new(-1, 1)?).ok_or("the window has no return")?;
//! let test = abnormal.t_test(car.car, car.sd).ok_or("the returns do not vary")?;
//! assert!(test.p < 0.001 && test.high < 0.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A study
//!
//! Figures on their sessions, a request, and one function of the two; day 0 and its rule, the tests
//! and the ledger of what could not be computed come with it:
//!
//! ```
//! use chrono::NaiveDate;
//! use shockwave::{Event, StudyData, StudySpec, study};
//!
//! fn nvda_on_27_january(dates: &[NaiveDate], nvda: &[f64], spy: &[f64]) -> shockwave::Result<()> {
//!     let data = StudyData::from_dates(dates)?
//!         .with_closes("NVDA", nvda)?
//!         .with_closes("SPY", spy)?;
//!     let day = NaiveDate::from_ymd_opt(2025, 1, 27).unwrap_or_default();
//!     let spec = StudySpec::builder()
//!         .event(Event::on("deepseek", day))
//!         .benchmark("SPY")
//!         .windows([0..=0, -1..=1])
//!         .build()?;
//!     for car in &study::run(&spec, &data)?.cars {
//!         println!("{} {} {:?} t {:?}", car.instrument, car.window, car.car, car.car_t);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! `examples/` has both on real figures, a model of one's own, a study from polars frames, and a
//! renderer of one's own.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | none | [`analysis`], [`calendar`], [`align`], [`returns`], [`quality`], [`study`]: a study, or a scan, on data in memory |
//! | `input` | `input` (event, factor and study files), `settings` (what they mean), `sample` (embedded figures) |
//! | `table` | `input`, and `prices` (CSV, Parquet, the session grid) |
//! | `report` | `report`: CSV tables, `study.json`, HTML, Markdown, charts as SVG and PNG, tables for LaTeX and Stata |
//! | `xlsx` | `report`, and `report::export::xlsx`: the tables as an Excel workbook |
//! | `pdf` | `report`, and `report::pdf`: the report on A4 |
//! | `fetch` | `table`, and `source` (providers of prices, factors and events), `store` (what they gave, on disk), `fetch` (from one into the other) |
//! | `cli` (default) | `table`, `report`, `xlsx` and `fetch`, `schedule` (every trading day), and the program `shockwave`; with `pdf` it writes PDF as well |
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod align;
pub mod analysis;
pub mod calendar;
// Not part of the library's interface: its doc comments are the help texts of flags.
#[cfg(feature = "cli")]
#[doc(hidden)]
#[allow(missing_docs, rustdoc::invalid_html_tags)]
pub mod cli;
pub mod error;
pub mod event;
#[cfg(feature = "fetch")]
pub mod fetch;
#[cfg(feature = "input")]
pub mod input;
pub mod instrument;
#[cfg(feature = "table")]
pub mod prices;
pub mod quality;
#[cfg(feature = "report")]
pub mod report;
pub mod returns;
#[cfg(feature = "input")]
pub mod sample;
#[cfg(feature = "cli")]
pub mod schedule;
#[cfg(feature = "input")]
pub mod settings;
#[cfg(feature = "fetch")]
pub mod source;
#[cfg(feature = "fetch")]
pub mod store;
pub mod study;

// What most programs name; all else by its module.
pub use analysis::abnormal::AbnormalReturns;
pub use analysis::model::NormalReturnModel;
pub use analysis::window::{RelativeDay, Window};
pub use error::{Error, Result};
pub use event::Event;
pub use instrument::Symbol;
pub use study::builder::StudyBuilder;
pub use study::data::StudyData;
pub use study::result::StudyResult;
pub use study::spec::StudySpec;
