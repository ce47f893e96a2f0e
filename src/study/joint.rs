//! The joint regression of an event observation, where the study asks for it.

use crate::analysis::inference::Undefined;
use crate::analysis::joint::{Joint, JointSettings, joint};
use crate::instrument::Symbol;
use crate::study::placement::reaction_sessions;
use crate::study::result::CarRow;
use crate::study::run::Run;

impl Run<'_> {
    /// The joint regression of one event observation, or why there is none; `None` where the
    /// study does not ask.
    pub(super) fn joint(
        &self,
        event: usize,
        symbol: &Symbol,
        day_0: usize,
        returns: &[f64],
    ) -> Option<Result<Joint, Undefined>> {
        if !self.spec.joint {
            return None;
        }
        let n = returns.len();
        let others = reaction_sessions(&self.placed, symbol, Some(event), self.spec, n);
        Some(self.joint_without(symbol, day_0, returns, &others))
    }

    /// The joint regression with dummies for `others`, one flag per session.
    pub(super) fn joint_without(
        &self,
        symbol: &Symbol,
        day_0: usize,
        returns: &[f64],
        others: &[bool],
    ) -> Result<Joint, Undefined> {
        // A model that cannot be built has ended the run before.
        let model = self.market.linear_model(std::slice::from_ref(symbol));
        let Some(model) = model.ok().flatten() else {
            return Err(Undefined::NotLeastSquares);
        };
        let settings = JointSettings {
            windows: &self.spec.windows,
            reaction: self.spec.mask_window,
            min_estimation: self.spec.min_estimation,
            hac: self.spec.focus.as_ref().is_none_or(|focus| focus == symbol),
        };
        joint(returns, &model, others, day_0, &settings)
    }
}

impl CarRow {
    /// Puts the CAR of the joint regression beside the main one, and says what it leaves out.
    pub(super) fn add_joint(&mut self, joint: &Result<Joint, Undefined>) {
        let joint = match joint {
            Ok(joint) => joint,
            Err(why) => return self.add_note(&format!("car_joint: {why}")),
        };
        let left_out = joint.n_left_out(self.window);
        match joint.car(self.window) {
            Some(car) => {
                self.car_joint = Some(car.value);
                self.car_joint_sd = Some(car.sd);
                self.car_joint_hac_sd = car.hac_sd;
            }
            None => return self.add_note("car_joint: no day of the window is this event's own"),
        }
        if left_out > 0 {
            let days = if left_out == 1 { "day" } else { "days" };
            self.add_note(&format!(
                "car_joint leaves {left_out} {days} to other events"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::model::ModelKind;
    use crate::analysis::window::{StudyWindows, Window};
    use crate::study::result::CarRow;
    use crate::study::spec::StudySpec;
    use crate::study::testing::{data, event, spec, symbol};

    /// Two events of one instrument, three sessions apart.
    fn neighbours(model: ModelKind) -> StudySpec {
        let window = |a, b| Window::new(a, b).unwrap();
        let cars = vec![window(0, 1), window(0, 5)];
        StudySpec {
            events: vec![
                event("one", (2023, 3, 1), &["AAA"]),
                event("two", (2023, 3, 6), &["AAA"]),
            ],
            windows: StudyWindows::new(window(-130, -11), window(-5, 5), cars).unwrap(),
            joint: true,
            ..spec(model)
        }
    }

    /// The CARs of event `one`, with `jump` added to the return of event `two`.
    fn cars(spec: &StudySpec, jump: f64) -> Vec<CarRow> {
        let mut data = data();
        let day = chrono::NaiveDate::from_ymd_opt(2023, 3, 6).unwrap();
        let day = data.sessions.binary_search(&day).unwrap();
        let own = data
            .instruments
            .iter_mut()
            .find(|i| i.symbol == symbol("AAA"));
        own.unwrap().returns.as_mut().unwrap()[day] += jump;
        let result = crate::study::run(spec, &data).unwrap();
        let rows = result.cars.into_iter();
        rows.filter(|row| row.event_id == "one").collect()
    }

    #[test]
    fn the_joint_car_leaves_out_what_another_event_moved() {
        let spec = neighbours(ModelKind::Market);
        let (calm, moved) = (cars(&spec, 0.0), cars(&spec, 0.2));
        assert_eq!(calm[0].car_joint, moved[0].car_joint);
        assert_eq!(calm[1].car_joint, moved[1].car_joint);
        let difference = moved[1].car.unwrap() - calm[1].car.unwrap();
        assert!((difference - 0.2).abs() < 1e-12);
        assert_eq!(moved[1].note, "car_joint leaves 2 days to other events");
        let own = &calm[0];
        assert!((own.car_joint.unwrap() - own.car.unwrap()).abs() < 1e-12);
        assert!((own.car_joint_sd.unwrap() / own.car_sd.unwrap() - 1.0).abs() < 1e-12);
        assert!(own.car_joint_hac_sd.unwrap() < 0.5 * own.car_sd.unwrap());
    }

    #[test]
    fn a_study_that_does_not_ask_or_cannot_have_it_has_none() {
        let mut spec = neighbours(ModelKind::Robust);
        let row = &cars(&spec, 0.0)[0];
        assert_eq!(row.car_joint, None);
        assert!(row.note.contains("least squares"), "{}", row.note);
        (spec.model, spec.joint) = (ModelKind::Market, false);
        let row = &cars(&spec, 0.0)[0];
        assert_eq!((row.car_joint, row.note.as_str()), (None, ""));
    }
}
