//! Events in the order of their instruments, whole or in parts.

use super::PanelEvent;
use std::ops::Range;

/// The events' numbers in the order of their instruments.
#[derive(Debug)]
pub(super) struct Grouped {
    order: Vec<u32>,
    /// Where each instrument begins; then those of unknown instruments, and the end.
    starts: Vec<usize>,
}

impl Grouped {
    pub fn new(events: &[PanelEvent], n_instruments: usize) -> Self {
        let known = |event: &PanelEvent| (event.instrument as usize).min(n_instruments);
        let mut starts = vec![0; n_instruments + 2];
        for event in events {
            starts[known(event) + 1] += 1;
        }
        for i in 0..=n_instruments {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut order = vec![0; events.len()];
        for (number, event) in events.iter().enumerate() {
            let place = &mut next[known(event)];
            order[*place] = number as u32;
            *place += 1;
        }
        Self { order, starts }
    }

    /// Events of an instrument, all of them.
    pub fn n_events(&self, instrument: usize) -> usize {
        self.starts[instrument + 1] - self.starts[instrument]
    }

    /// The known instruments that have events in a part of the order.
    pub fn instruments(&self, part: &Range<usize>) -> Range<usize> {
        let known = &self.starts[..self.starts.len() - 1];
        let first = known.partition_point(|&start| start <= part.start);
        let end = known.partition_point(|&start| start < part.end);
        first.saturating_sub(1)..end.min(known.len() - 1)
    }

    /// The events of an instrument in a part of the order.
    pub fn of(&self, instrument: usize, part: &Range<usize>) -> &[u32] {
        let start = self.starts[instrument].max(part.start);
        let end = self.starts[instrument + 1].min(part.end);
        &self.order[start.min(end)..end]
    }
}
