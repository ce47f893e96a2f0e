//! The panel engine: millions of event observations of one linear model at once.
//!
//! The same formulas as one observation after the other (`abnormal`, `inference`), on a dense
//! matrix instead of slices: fits from sums of products, figures in columns, tests from one pass
//! over the residuals. Work is cut into pieces of a fixed size whose sums are added in order, so
//! that no number depends on how many threads there are. [`for_each_batch`] goes through samples
//! that do not fit in memory. For other models and single events, use the slices.
//!
//! ```
//! use shockwave::analysis::model::market;
//! use shockwave::analysis::panel::{Panel, PanelEvent, PanelSample, PanelSettings};
//! use shockwave::analysis::window::Window;
//! use shockwave::returns::ReturnKind;
//!
//! let (n_sessions, n_instruments) = (400, 50);
//! let index: Vec<f64> = (0..n_sessions).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
//! let mut returns = Vec::with_capacity(n_sessions * n_instruments);
//! for i in 0..n_instruments {
//!     returns.extend((0..n_sessions).map(|t| index[t] + 0.01 * ((t * t * (i + 3)) as f64).sin()));
//! }
//! let panel = Panel::new(n_sessions, returns).ok_or("uneven")?;
//! let events: Vec<PanelEvent> = (0..n_instruments as u32)
//!     .map(|instrument| PanelEvent { instrument, day_0: 300 + instrument })
//!     .collect();
//! let settings = PanelSettings {
//!     estimation: Window::new(-250, -11)?,
//!     event: Window::new(-10, 10)?,
//!     min_estimation: 144,
//!     returns: ReturnKind::Simple,
//! };
//! let model = market("INDEX", index);
//! let sample = PanelSample::fit(&panel, &model, &events, settings).ok_or("uneven")?;
//! assert_eq!((sample.n(), sample.excluded().len()), (50, 0));
//! let cars = sample.cars(Window::new(-1, 1)?);
//! for (name, test) in sample.tests(&cars) {
//!     assert!(test.p.is_none_or(|p| p > 0.001), "{name}: there is no effect");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod averages;
mod batch;
mod cars;
mod grouped;
mod mask;
mod order;
mod parametric;
mod portfolio;
mod rank;
mod resampling;
mod residuals;
mod sample;

pub use batch::{events_within, for_each_batch};
pub use cars::PanelCars;
pub use mask::PanelMask;
pub use sample::{PanelExclusion, PanelSample};

use super::window::Window;
use crate::returns::{ReturnKind, in_place};
use rayon::prelude::*;

/// Returns of many instruments on one grid of sessions, NaN where missing.
///
/// ```
/// use shockwave::analysis::panel::Panel;
/// use shockwave::returns::ReturnKind;
///
/// // Closes of NVDA, then of AMD, on 24, 27 and 28 January 2025.
/// let closes = vec![142.62, 118.42, 128.99, 122.84, 115.01, 114.17];
/// let panel = Panel::from_prices(3, closes, ReturnKind::Simple).ok_or("uneven")?;
/// assert_eq!((panel.n_instruments(), panel.n_sessions()), (2, 3));
/// assert!(panel.returns(1)[0].is_nan() && (panel.returns(1)[1] + 0.0637).abs() < 1e-4);
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone)]
pub struct Panel {
    n_sessions: usize,
    /// Instrument after instrument.
    returns: Vec<f64>,
}

impl Panel {
    /// A panel from all returns, one instrument's sessions after the other's; `None` where their
    /// number is not a multiple of `n_sessions`, or too large for the numbers of instruments and
    /// sessions, which have 32 bits.
    pub fn new(n_sessions: usize, returns: Vec<f64>) -> Option<Self> {
        let whole = n_sessions > 0 && returns.len().is_multiple_of(n_sessions);
        let small = u32::try_from(n_sessions).is_ok()
            && u32::try_from(returns.len() / n_sessions.max(1)).is_ok();
        (whole && small).then_some(Self {
            n_sessions,
            returns,
        })
    }

    /// A panel from prices in the same order, which become returns in their own memory; see
    /// [`returns`](crate::returns::returns) for what is missing. `None` as for [`Panel::new`].
    pub fn from_prices(n_sessions: usize, prices: Vec<f64>, kind: ReturnKind) -> Option<Self> {
        let mut panel = Self::new(n_sessions, prices)?;
        panel
            .returns
            .par_chunks_mut(n_sessions)
            .for_each(|prices| in_place(prices, kind));
        Some(panel)
    }

    /// Instruments.
    pub fn n_instruments(&self) -> usize {
        self.returns.len() / self.n_sessions
    }

    /// Sessions.
    pub fn n_sessions(&self) -> usize {
        self.n_sessions
    }

    /// The returns of an instrument, one per session.
    pub fn returns(&self, instrument: usize) -> &[f64] {
        &self.returns[instrument * self.n_sessions..][..self.n_sessions]
    }
}

/// An event of an instrument of the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PanelEvent {
    /// The instrument's number.
    pub instrument: u32,
    /// Session index of day 0.
    pub day_0: u32,
}

/// What every event of a sample has in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PanelSettings {
    /// The estimation window.
    pub estimation: Window,
    /// The event window, after the estimation window; every tested window lies in it.
    pub event: Window,
    /// Fewest usable estimation days.
    pub min_estimation: usize,
    /// What the returns are, for buy-and-hold figures.
    pub returns: ReturnKind,
}
