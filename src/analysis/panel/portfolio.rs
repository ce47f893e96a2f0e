//! The calendar-time portfolio of a sample.

use super::PanelSample;
use crate::analysis::window::Window;
use rayon::prelude::*;

/// Events that one thread holds at a time, at least: an instrument's stay together.
const EVENTS: usize = 16 * 1024;

/// The sessions on which an instrument is inside a window of one of its events, ascending, and
/// the mean return of the instruments held on each. Two windows of one instrument hold it once.
pub(super) fn portfolio(sample: &PanelSample, window: Window) -> (Vec<usize>, Vec<f64>) {
    let n_sessions = sample.panel.n_sessions();
    let chunks: Vec<(Vec<f64>, Vec<u32>)> = chunks(&sample.fits.instrument)
        .into_par_iter()
        .map(|events| {
            let (mut sums, mut counts) = (vec![0.0; n_sessions], vec![0; n_sessions]);
            // The instrument that last held each session.
            let mut holder = vec![usize::MAX; n_sessions];
            for event in events {
                let fit = sample.fits.get(event);
                for day in sample.days(&fit, window) {
                    let t = day.session;
                    if holder[t] != fit.instrument {
                        holder[t] = fit.instrument;
                        sums[t] += day.returns;
                        counts[t] += 1;
                    }
                }
            }
            (sums, counts)
        })
        .collect();
    let (mut sums, mut counts) = (vec![0.0; n_sessions], vec![0; n_sessions]);
    for (own_sums, own_counts) in &chunks {
        for t in 0..n_sessions {
            sums[t] += own_sums[t];
            counts[t] += own_counts[t];
        }
    }
    let held = (0..n_sessions).filter(|&t| counts[t] > 0);
    held.map(|t| (t, sums[t] / f64::from(counts[t]))).unzip()
}

/// Runs of events cut where the instrument changes.
fn chunks(instruments: &[u32]) -> Vec<std::ops::Range<usize>> {
    let mut chunks = Vec::new();
    let mut start = 0;
    for event in 1..=instruments.len() {
        let last = event == instruments.len();
        if last || event - start >= EVENTS && instruments[event] != instruments[event - 1] {
            chunks.push(start..event);
            start = event;
        }
    }
    chunks
}
