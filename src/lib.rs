//! Event studies on market prices.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod align;
pub mod analysis;
pub mod calendar;
// Not part of the library's interface: its doc comments are the help texts of flags.
#[cfg(feature = "cli")]
#[doc(hidden)]
#[allow(missing_docs)]
pub mod cli;
pub mod error;
pub mod event;
#[cfg(feature = "table")]
pub mod input;
pub mod instrument;
#[cfg(feature = "table")]
pub mod prices;
#[cfg(feature = "report")]
pub mod report;
pub mod returns;
#[cfg(feature = "table")]
pub mod sample;
pub mod study;
