//! Volume and the range of the day of one instrument, session by session.

use crate::analysis::scan::{ScanWindow, rolling_ratios, rolling_z};
use crate::analysis::volatility::parkinson;
use crate::analysis::volume::log_volume;
use crate::study::data::InstrumentData;
use std::ops::Range;

/// What stands beside the abnormal returns of the span.
pub(super) struct Beside {
    pub volume_z: Vec<Option<f64>>,
    pub range_ratio: Vec<Option<f64>>,
}

/// Volumes in logarithms, and Parkinson's variance of the day's range, against the session's own
/// estimation window; none where the data have neither.
pub(super) fn beside(
    instrument: &InstrumentData,
    masked: &[bool],
    window: ScanWindow,
    span: &Range<usize>,
) -> Beside {
    let none = || vec![None; span.len()];
    let volume = instrument.volume.as_deref().map(log_volume);
    let range = instrument.high.as_ref().zip(instrument.low.as_ref());
    let variances = range.map(|(high, low)| -> Vec<f64> {
        let pairs = high.iter().zip(low);
        pairs.map(|(h, l)| day_variance(*h, *l)).collect()
    });
    Beside {
        volume_z: volume.map_or_else(none, |v| rolling_z(&v, masked, window, span.clone())),
        range_ratio: variances
            .map_or_else(none, |v| rolling_ratios(&v, masked, window, span.clone())),
    }
}

fn day_variance(high: f64, low: f64) -> f64 {
    if low > 0.0 && high >= low && high.is_finite() {
        parkinson(high, low)
    } else {
        f64::NAN
    }
}
