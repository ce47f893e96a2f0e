//! A study: a validated request, its run, and the one struct that holds the outcome.
//!
//! Data are handed in ([`data::StudyData`]), the request is built ([`spec::StudySpec::builder`]), and
//! [`run()`] is one function of the two; a study never touches files, clocks or the network.

pub mod builder;
mod car_row;
mod change;
mod claims;
mod confounding;
mod cross_section;
pub mod data;
mod figures;
mod garch;
mod groups;
mod joint;
mod ledger;
mod market;
mod money;
mod observe;
mod outcomes;
mod placement;
mod portfolio;
pub mod result;
mod run;
mod samples;
pub mod scan;
pub mod spec;
mod summary;
#[cfg(test)]
mod testing;
mod verdict;
pub mod warning;

pub use run::run;
