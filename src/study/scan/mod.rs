//! A scan: which sessions of a period were abnormal, and does a known event stand beside each?
//!
//! The inverse of a study, on the same data, models and events. [`run()`] is one function of a
//! [`spec::ScanSpec`] and the [`StudyData`](super::data::StudyData) that are handed to it;
//! [`result::ScanResult`] is all that tables, charts and pages may use.

mod beside;
mod events;
pub mod result;
mod rows;
mod run;
mod scope;
pub mod spec;
#[cfg(test)]
mod tests;

pub use run::run;
