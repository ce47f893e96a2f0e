//! Sessions that estimation windows leave out, for all instruments or for one.
//!
//! Other news must not widen the error that an event is judged by. Event windows are not touched:
//! a mask says what is normal, not what is tested.

use super::{Panel, PanelEvent};
use crate::analysis::window::Window;
use std::ops::Range;

/// Masked sessions. An event's own reaction lies after its estimation window, so that one mask
/// per instrument leaves out the reactions of the *other* events for each of them.
///
/// ```
/// use shockwave::analysis::model::mean_adjusted;
/// use shockwave::analysis::panel::{Panel, PanelEvent, PanelMask, PanelSample, PanelSettings};
/// use shockwave::analysis::window::Window;
/// use shockwave::returns::ReturnKind;
///
/// // Results on session 200, a crash of the whole market on 220, and the event, on 300.
/// let mut returns: Vec<f64> = (0..320).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
/// (returns[200], returns[220], returns[300]) = (0.12, -0.09, -0.05);
/// let panel = Panel::new(320, returns).ok_or("uneven")?;
/// let at = |day_0| PanelEvent { instrument: 0, day_0 };
/// let mask = PanelMask::reactions(&panel, &[at(200), at(300)], Window::REACTION);
/// let mask = mask.and_market_wide([220]);
///
/// let settings = PanelSettings {
///     estimation: Window::new(-250, -11)?,
///     event: Window::new(-5, 5)?,
///     min_estimation: 144,
///     returns: ReturnKind::Simple,
/// };
/// let (model, event) = (mean_adjusted(), [at(300)]);
/// let all = PanelSample::fit(&panel, &model, &event, settings).ok_or("uneven")?;
/// let clean = PanelSample::fit_masked(&panel, &model, &event, settings, &mask).ok_or("uneven")?;
/// assert!(all.residual_sds()[0] > 0.011 && clean.residual_sds()[0] < 0.0075);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PanelMask {
    /// Of every instrument, ascending.
    market: Vec<u32>,
    /// Where each instrument's own begin in `own`, and the end; empty where none has any.
    starts: Vec<usize>,
    /// Ascending for each instrument.
    own: Vec<u32>,
}

/// What a sample without a mask has.
pub(super) static NOTHING: PanelMask = PanelMask {
    market: Vec::new(),
    starts: Vec::new(),
    own: Vec::new(),
};

impl PanelMask {
    /// The `reaction` sessions of every event in its own instrument, such as [0, +1]. Events of
    /// instruments that the panel does not have mask nothing.
    pub fn reactions(panel: &Panel, events: &[PanelEvent], reaction: Window) -> Self {
        let n_instruments = panel.n_instruments();
        let known = |e: &&PanelEvent| (e.instrument as usize) < n_instruments;
        let mut masked: Vec<(u32, u32)> = events
            .iter()
            .filter(known)
            .flat_map(|event| {
                let sessions = reaction.sessions(event.day_0 as usize, panel.n_sessions());
                sessions.map(|t| (event.instrument, t as u32))
            })
            .collect();
        masked.sort_unstable();
        masked.dedup();
        let start = |i: usize| masked.partition_point(|(own, _)| (*own as usize) < i);
        Self {
            market: Vec::new(),
            starts: (0..=n_instruments).map(start).collect(),
            own: masked.iter().map(|(_, t)| *t).collect(),
        }
    }

    /// These sessions too, for every instrument: a crash, the day of a rate decision.
    #[must_use]
    pub fn and_market_wide(mut self, sessions: impl IntoIterator<Item = u32>) -> Self {
        self.market.extend(sessions);
        self.market.sort_unstable();
        self.market.dedup();
        self
    }

    /// The masked ones of some sessions of an instrument.
    pub(super) fn within(
        &self,
        instrument: usize,
        sessions: Range<usize>,
    ) -> impl Iterator<Item = usize> {
        let own = match self.starts.get(instrument..instrument + 2) {
            Some(&[start, end]) => &self.own[start..end],
            _ => &[],
        };
        let part = |of: &'_ [u32]| -> Range<usize> {
            let at = |t: usize| of.partition_point(|m| (*m as usize) < t);
            at(sessions.start)..at(sessions.end)
        };
        let (market, own) = (&self.market[part(&self.market)], &own[part(own)]);
        market.iter().chain(own).map(|&t| t as usize)
    }

    /// Whether it masks nothing of an instrument.
    pub(super) fn is_empty(&self, instrument: usize) -> bool {
        self.within(instrument, 0..usize::MAX).next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_of_the_market_and_of_the_instrument_are_masked() {
        let panel = Panel::new(10, vec![0.0; 30]).unwrap();
        let at = |instrument, day_0| PanelEvent { instrument, day_0 };
        let events = [at(2, 4), at(0, 9), at(2, 5), at(7, 1)];
        let mask = PanelMask::reactions(&panel, &events, Window::new(0, 1).unwrap());
        let masked = |mask: &PanelMask, i, range| mask.within(i, range).collect::<Vec<_>>();
        assert_eq!(masked(&mask, 2, 0..10), [4, 5, 6]);
        assert_eq!(masked(&mask, 0, 0..10), [9]);
        assert!(mask.is_empty(1) && !mask.is_empty(2));
        let mask = mask.and_market_wide([8, 3, 8]);
        assert_eq!(masked(&mask, 2, 4..9), [8, 4, 5, 6]);
        assert_eq!(masked(&mask, 1, 0..8), [3]);
        assert!(NOTHING.is_empty(0));
    }
}
