//! Which sessions of an estimation window can be used.

use super::model::NormalReturnModel;
use super::window::Window;

/// The usable sessions of the estimation window around `day_0`, ascending: inside the data, with
/// a return, usable by the model and not masked. `masked` is one flag per session, or empty.
///
/// ```
/// use shockwave::analysis::estimation::estimation_days;
/// use shockwave::analysis::model::mean_adjusted;
/// use shockwave::analysis::window::Window;
/// let returns = [f64::NAN, 0.01, 0.0, f64::NAN, 0.02, -0.01, 0.03, 0.05];
/// let mut masked = [false; 8];
/// masked[4] = true; // the session of another event
/// let days = estimation_days(&returns, &mean_adjusted(), &masked, Window::new(-7, -2)?, 7);
/// assert_eq!(days, [1, 2, 5]);
/// # Ok::<(), shockwave::analysis::window::WindowError>(())
/// ```
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
