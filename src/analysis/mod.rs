//! The reusable core: numbers in, numbers out. No dates, files, network or data frames.
//!
//! Sessions are indexes, returns are slices with NaN for what is missing, and every function
//! carries its formula and source. `tests/reference` compares each with another program.

pub mod abnormal;
pub mod aggregate;
pub mod correlation;
pub(crate) mod cross_products;
pub mod diagnostics;
pub mod distribution;
pub mod estimation;
pub mod hac;
pub mod inference;
pub mod joint;
pub mod model;
pub mod multiple_testing;
pub mod ols;
pub mod optimise;
pub mod panel;
pub mod pre_post;
pub mod recommendation;
pub mod regression;
pub mod scan;
pub mod simplex_least_squares;
mod sums;
pub mod volatility;
pub mod volume;
pub mod window;
pub mod window_fit;
