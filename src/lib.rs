//! Event studies on market prices.
pub mod calendar;
pub mod error;
pub mod event;
pub mod instrument;
