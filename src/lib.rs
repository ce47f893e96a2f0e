//! Event studies on market prices.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod align;
pub mod analysis;
pub mod calendar;
pub mod error;
pub mod event;
pub mod instrument;
#[cfg(feature = "report")]
pub mod report;
pub mod returns;
pub mod study;
