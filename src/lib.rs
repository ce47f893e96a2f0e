//! Event studies on market prices.
pub mod error;
pub mod event;
pub mod instrument;
