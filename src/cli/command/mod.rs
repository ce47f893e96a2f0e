//! One file per command.

pub mod calendar;
pub mod events;
pub mod fetch;
pub mod import;
pub mod scan;
pub mod schedule;
pub mod sources;
pub mod store;
pub mod study;
