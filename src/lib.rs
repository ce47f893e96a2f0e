//! Event studies on market prices.
pub mod error;
pub mod event;
#[cfg(feature = "table")]
pub mod input;
pub mod instrument;
#[cfg(feature = "table")]
pub mod prices;
