//! A panel of events too many for the memory: one part of the sample after the other.

use super::grouped::Grouped;
use super::{Panel, PanelEvent, PanelMask, PanelSample, PanelSettings};
use crate::analysis::abnormal::Car;
use crate::analysis::model::LinearModel;
use crate::analysis::window_fit::MAX_REGRESSORS;

/// What is kept of an event: its fit, twice while parts are joined, and the CARs of a window.
const EVENT_BYTES: usize = 2 * (4 * 4 + 8 * (2 + 2 * MAX_REGRESSORS + MAX_REGRESSORS)) + 16;

/// How many events of a batch keep it, with the CARs of `n_windows` windows held at once, below
/// `bytes` of memory; one at least. The panel itself is not counted, nor what one thread needs for
/// the instrument at hand: about ten times its returns.
///
/// ```
/// use shockwave::analysis::panel::events_within;
///
/// let n = events_within(1 << 30, 6); // a gibibyte, six windows
/// assert!((500_000..5_000_000).contains(&n));
/// ```
pub fn events_within(bytes: usize, n_windows: usize) -> usize {
    (bytes / (EVENT_BYTES + n_windows * size_of::<Car>())).max(1)
}

/// Fits `n_events` events at a time and hands each part on, in the order of the instruments and,
/// within one, in that of the events given; [`PanelSample::given`] has their places among all.
/// Every event is in one part, fitted or excluded, those of unknown instruments in the last.
///
/// The figures of an event are the same whatever the size of the parts. Tests of samples and r̄
/// are those of the part alone. `Ok(false)` where the model does not suit the panel, as for
/// [`PanelSample::fit`].
///
/// # Errors
/// What `each` returns; no further part is made then.
///
/// ```
/// use shockwave::analysis::model::market;
/// use shockwave::analysis::panel::{
///     Panel, PanelEvent, PanelMask, PanelSettings, events_within, for_each_batch,
/// };
/// use shockwave::analysis::window::Window;
/// use shockwave::returns::ReturnKind;
///
/// let index: Vec<f64> = (0..400).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
/// let noise = |t: usize| 0.01 * ((t * t) as f64).sin();
/// let share: Vec<f64> = (0..400).map(|t| index[t] + noise(t)).collect();
/// let panel = Panel::new(400, share).ok_or("uneven")?;
/// let events: Vec<PanelEvent> =
///     (270..380).map(|day_0| PanelEvent { instrument: 0, day_0 }).collect();
/// let settings = PanelSettings {
///     estimation: Window::new(-250, -11)?,
///     event: Window::new(0, 1)?,
///     min_estimation: 144,
///     returns: ReturnKind::Simple,
/// };
/// let (model, nothing) = (market("INDEX", index), PanelMask::default());
/// let n_events = events_within(10_000, 1); // of memory, in bytes
/// let mut cars = Vec::new();
/// let all = for_each_batch(&panel, &model, (&events, &nothing), settings, n_events, |part| {
///     cars.extend(part.cars(settings.event).cars);
///     Ok::<(), std::convert::Infallible>(())
/// })?;
/// assert!(all && n_events < 110 && cars.len() == 110);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn for_each_batch<'a, E>(
    panel: &'a Panel,
    model: &'a LinearModel<'a>,
    (events, mask): (&[PanelEvent], &'a PanelMask),
    settings: PanelSettings,
    n_events: usize,
    mut each: impl FnMut(PanelSample<'a>) -> Result<(), E>,
) -> Result<bool, E> {
    let grouped = Grouped::new(events, panel.n_instruments());
    let n_events = n_events.max(1);
    // One part at least, so that a model that does not suit is found out.
    for start in (0..events.len().max(1)).step_by(n_events) {
        let part = start..(start + n_events).min(events.len());
        let sample = PanelSample::of_part(panel, model, events, settings, mask, &grouped, part);
        match sample {
            Some(sample) => each(sample)?,
            None => return Ok(false),
        }
    }
    Ok(true)
}
