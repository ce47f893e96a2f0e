//! A study: a validated request, its run, and the one struct that holds the outcome.

pub mod result;
pub mod warning;
