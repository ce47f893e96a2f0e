//! The placebo test: how often does a day without an event look like this one?

use super::single_event::{RankP, TIE};
use crate::analysis::estimation::estimation_days;
use crate::analysis::model::NormalReturnModel;
use crate::analysis::window::{RelativeDay, StudyWindows, Window};

/// Abnormal returns of one instrument around every admissible pseudo-event date.
///
/// A date is admissible for a set of days when each of them has an abnormal return and none is a
/// reaction session of a real event, and when enough days of its own estimation window are
/// usable without those sessions; the model is refitted for each date.
#[derive(Debug, Clone)]
pub struct Placebo {
    event_window: Window,
    /// AR of each day of the event window, NaN where it is missing or a real event's.
    rows: Vec<Vec<f64>>,
    /// CARs of whole CAR windows, ascending.
    whole: Vec<(Window, Vec<f64>)>,
}

impl Placebo {
    /// Runs the model at every session of `returns`; `masked` flags the reaction sessions of real
    /// events.
    pub fn new(
        returns: &[f64],
        model: &dyn NormalReturnModel,
        masked: &[bool],
        windows: &StudyWindows,
        min_estimation: usize,
    ) -> Self {
        let n = returns.len();
        let event_window = windows.event();
        let clean: Vec<bool> = (0..n)
            .map(|t| returns[t].is_finite() && model.covers(t) && !masked[t])
            .collect();
        let mut rows = Vec::new();
        for day_0 in 0..n {
            let days = estimation_days(returns, model, masked, windows.estimation(), day_0);
            if days.len() < min_estimation {
                continue;
            }
            let Ok(fit) = model.fit(returns, &days) else {
                continue;
            };
            let ar = |day: RelativeDay| {
                let t = usize::try_from(day_0 as i64 + i64::from(day.0)).ok()?;
                (*clean.get(t)?).then(|| returns[t] - model.normal_return(&fit, t))
            };
            rows.push(
                event_window
                    .days()
                    .map(|d| ar(d).unwrap_or(f64::NAN))
                    .collect(),
            );
        }
        let mut placebo = Self {
            event_window,
            rows,
            whole: Vec::new(),
        };
        for &window in windows.car() {
            let days: Vec<RelativeDay> = window.days().collect();
            placebo.whole.push((window, placebo.sums(&days)));
        }
        placebo
    }

    /// CARs of the pseudo-events over a whole CAR window, ascending.
    pub fn cars(&self, window: Window) -> &[f64] {
        let found = self.whole.iter().find(|(w, _)| *w == window);
        found.map_or(&[], |(_, cars)| cars)
    }

    /// Compares a CAR over `days` (those of `window` that are present) with the pseudo-events'
    /// CARs over the same days: p = (1 + #{|v*| ≥ |v|})/(1 + n), values closer than [`TIE`] times
    /// `residual_sd` counting as equal. `None` without an admissible date.
    pub fn p(
        &self,
        car: f64,
        window: Window,
        days: &[RelativeDay],
        residual_sd: f64,
    ) -> Option<RankP> {
        if days.len() == window.n_days() && self.whole.iter().any(|(w, _)| *w == window) {
            return rank(car, self.cars(window), residual_sd);
        }
        rank(car, &self.sums(days), residual_sd)
    }

    fn sums(&self, days: &[RelativeDay]) -> Vec<f64> {
        let first = self.event_window.start().0;
        let sum = |row: &Vec<f64>| {
            days.iter()
                .map(|d| row[(d.0 - first) as usize])
                .sum::<f64>()
        };
        let mut sums: Vec<f64> = self
            .rows
            .iter()
            .map(sum)
            .filter(|s| s.is_finite())
            .collect();
        sums.sort_by(f64::total_cmp);
        sums
    }
}

fn rank(car: f64, ascending: &[f64], residual_sd: f64) -> Option<RankP> {
    if ascending.is_empty() {
        return None;
    }
    let n = ascending.len();
    let size = car.abs() - TIE * residual_sd;
    let as_large = if size <= 0.0 {
        n
    } else {
        let below = ascending.partition_point(|v| *v <= -size);
        below + (n - ascending.partition_point(|v| *v < size))
    };
    Some(RankP {
        p: (1 + as_large) as f64 / (1 + n) as f64,
        n,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tails_and_ties_count() {
        let pseudo = [-0.3, -0.1, 0.0, 0.1, 0.2];
        assert_eq!(rank(0.2, &pseudo, 1.0).unwrap().p, 3.0 / 6.0);
        assert_eq!(rank(-0.4, &pseudo, 1.0).unwrap().p, 1.0 / 6.0);
        assert_eq!(rank(0.0, &pseudo, 1.0).unwrap().p, 1.0);
        assert_eq!(rank(0.1, &[], 1.0), None);
    }
}
