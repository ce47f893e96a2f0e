//! Every session of a period as if it were an event: which returns were abnormal?
//!
//! The inverse of an event study. [`Rolling`] fits a linear model on each session's own estimation
//! window, `conditional` scales by a variance that moves, `beside` puts volume and ranges next to
//! it, `association` asks whether events and abnormal sessions go together. No figure of a
//! session uses anything that came after it.

mod association;
mod beside;
mod conditional;
mod rolling;

pub use association::{Association, Shifts, association, pooled_association};
pub use beside::{rolling_ratios, rolling_z};
pub use conditional::{
    ConditionalFit, ConditionalScale, MAX_CONDITIONAL, MIN_CONDITIONAL, REFIT, conditional_scale,
};
pub use rolling::{Rolling, SessionFigures, Unscanned};

pub use super::model::ScaledReturn;
use super::window::Window;

/// What the scans of all instruments have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanWindow {
    /// The estimation window of every session, relative to it; it ends before day 0.
    pub estimation: Window,
    /// Fewest usable estimation days.
    pub min_estimation: usize,
}
