//! The placebo test: how often does a day without an event look like this one?

use super::single_event::RankP;
use crate::analysis::estimation::estimation_days;
use crate::analysis::model::NormalReturnModel;
use crate::analysis::window::{StudyWindows, Window};

/// CARs of one instrument at every admissible pseudo-event date, one list per CAR window.
///
/// A date is admissible for a window when every day of that window has an abnormal return and
/// none is a reaction session of a real event (`masked`), and when at least `min_estimation`
/// days of its own estimation window are usable without those sessions; the model is refitted
/// for each date.
pub fn placebo_cars(
    returns: &[f64],
    model: &dyn NormalReturnModel,
    masked: &[bool],
    windows: &StudyWindows,
    min_estimation: usize,
) -> Vec<Vec<f64>> {
    let mut cars = vec![Vec::new(); windows.car().len()];
    let eligible: Vec<bool> = (0..returns.len())
        .map(|t| returns[t].is_finite() && model.covers(t) && !masked[t])
        .collect();
    for day_0 in 0..returns.len() {
        let open: Vec<(usize, std::ops::Range<usize>)> = windows
            .car()
            .iter()
            .enumerate()
            .filter_map(|(i, &w)| Some((i, whole(w, day_0, returns.len())?)))
            .filter(|(_, range)| eligible[range.clone()].iter().all(|&e| e))
            .collect();
        if open.is_empty() {
            continue;
        }
        let days = estimation_days(returns, model, masked, windows.estimation(), day_0);
        if days.len() < min_estimation {
            continue;
        }
        let Ok(fit) = model.fit(returns, &days) else {
            continue;
        };
        for (i, range) in open {
            cars[i].push(
                range
                    .map(|t| returns[t] - model.normal_return(&fit, t))
                    .sum(),
            );
        }
    }
    cars
}

/// The sessions of a window that lies wholly inside the data.
fn whole(window: Window, day_0: usize, n_sessions: usize) -> Option<std::ops::Range<usize>> {
    let range = window.sessions(day_0, n_sessions);
    (range.len() == window.n_days()).then_some(range)
}

/// p = (1 + #{|v*| ≥ |v|})/(1 + n); `None` without a pseudo-event.
pub fn placebo_p(car: f64, pseudo: &[f64]) -> Option<RankP> {
    if pseudo.is_empty() {
        return None;
    }
    let n = pseudo.len();
    let as_large = pseudo.iter().filter(|v| v.abs() >= car.abs()).count();
    Some(RankP {
        p: (1 + as_large) as f64 / (1 + n) as f64,
        n,
    })
}
