//! One file per command.

pub mod calendar;
pub mod events;
pub mod scan;
pub mod study;
