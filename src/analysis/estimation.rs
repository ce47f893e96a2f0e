//! Which sessions of an estimation window can be used.

use super::model::NormalReturnModel;
use super::window::Window;

/// The usable sessions of the estimation window around `day_0`, ascending: inside the data, with
/// a return, usable by the model and not masked. `masked` is one flag per session, or empty.
pub fn estimation_days(
    returns: &[f64],
    model: &dyn NormalReturnModel,
    masked: &[bool],
    window: Window,
    day_0: usize,
) -> Vec<usize> {
    let sessions = window.sessions(day_0, returns.len());
    sessions
        .clone()
        .filter(|&t| returns[t].is_finite() && model.can_estimate(t, &sessions))
        .filter(|&t| !masked.get(t).copied().unwrap_or(false))
        .collect()
}
