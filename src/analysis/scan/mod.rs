//! Every session of a period as if it were an event: which returns were abnormal?
//!
//! The inverse of an event study. [`Rolling`] fits a linear model on each session's own estimation
//! window, `conditional` scales by a variance that moves, `beside` puts volume and ranges next to
//! it, `association` asks whether events and abnormal sessions go together. No figure of a
//! session uses anything that came after it.
//!
//! ```
//! use shockwave::analysis::model::market;
//! use shockwave::analysis::scan::{Rolling, ScanWindow, Shifts, association};
//! use shockwave::analysis::window::Window;
//!
//! let index: Vec<f64> = (0..400).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
//! let noise = |t: usize| 0.01 * ((t * t) as f64).sin();
//! let mut returns: Vec<f64> = (0..400).map(|t| index[t] + noise(t)).collect();
//! returns[350] -= 0.08;
//! let window = ScanWindow { estimation: Window::new(-250, -11)?, min_estimation: 144 };
//! let model = market("INDEX", index);
//! let rolling = Rolling::new(&model, &returns, &[], window).ok_or("uneven")?;
//! let span = 300..400;
//! let figures = rolling.figures(span.clone());
//! let found = figures[50].as_ref().map_err(|why| why.code())?;
//! assert!(found.t < -5.0 && found.sq_p < 0.01);
//!
//! let abnormal: Vec<Option<bool>> = figures.iter().map(|f| f.as_ref().ok().map(|f| f.sq_p <= 0.01)).collect();
//! let reaction: Vec<bool> = span.map(|t| t == 350).collect();
//! let together = association(&abnormal, &reaction, Shifts { most: 999, seed: 1 });
//! assert_eq!((together.abnormal_with, together.normal_with), (1, 0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
