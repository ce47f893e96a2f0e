//! One file per command.

pub mod calendar;
pub mod events;
pub mod store;
pub mod study;
