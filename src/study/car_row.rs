//! What stands in a row of `cars.csv` beside the CAR: other ways to estimate and to judge it.

use crate::analysis::inference::conformal::conformal;
use crate::analysis::inference::placebo::Placebo;
use crate::study::observe::{Fit, Subject};
use crate::study::result::CarRow;

impl CarRow {
    /// Puts the figures of both ways of estimation beside the main ones.
    pub(super) fn compare(&mut self, plain: Option<&Fit>, masked: Option<&Fit>) {
        if let Some((car, test)) = plain.and_then(|f| f.car(self.window)) {
            self.car_unmasked = Some(car.car);
            self.car_unmasked_sd = Some(car.sd);
            self.car_unmasked_t = test.map(|t| t.t);
        }
        if let Some((car, test)) = masked.and_then(|f| f.car(self.window)) {
            self.car_masked = Some(car.car);
            self.car_masked_sd = Some(car.sd);
            self.car_masked_t = test.map(|t| t.t);
        }
    }

    /// The conformal p over the days present; a fit that fails under the null leaves it out and
    /// says so.
    pub(super) fn add_conformal(&mut self, subject: &Subject, fit: &Fit, day_0: usize) {
        let days = fit.abnormal.days_present(self.window);
        if days.is_empty() {
            return;
        }
        let sessions = days
            .iter()
            .filter_map(|d| usize::try_from(day_0 as i64 + i64::from(d.0)).ok());
        let sessions: Vec<usize> = sessions.collect();
        match conformal(subject.returns, subject.model, &fit.days, &sessions) {
            Ok(rank) => self.conformal_p = Some(rank.p),
            Err(why) => self.add_note(&format!("conformal_p: {why}")),
        }
    }

    pub(super) fn add_note(&mut self, note: &str) {
        let separator = if self.note.is_empty() { "" } else { "; " };
        self.note = format!("{}{separator}{note}", self.note);
    }

    /// Compares the CAR with those of pseudo-events over the same days.
    pub(super) fn add_placebo(&mut self, placebo: &Placebo, fit: &Fit) {
        let Some(car) = self.car else {
            return;
        };
        let days = fit.abnormal.days_present(self.window);
        if let Some(rank) = placebo.p(car, self.window, &days, fit.fitted.residual_sd) {
            self.placebo_p = Some(rank.p);
            self.placebo_n = Some(rank.n);
        } else {
            self.add_note("placebo_p: no admissible pseudo-event date");
        }
    }
}
