//! What other events do to a figure: the same CAR with all days, with other events' reaction
//! sessions out of the estimation, and with them out of the window as well.
//!
//! Given for the events that the study is about, and for the instrument that it is about. The
//! leading event is taken out alone too: whether *that* one leaks into the others is the question.

use crate::analysis::inference::single_event::TTest;
use crate::analysis::joint::Joint;
use crate::analysis::window::Window;
use crate::error::Result;
use crate::instrument::Symbol;
use crate::study::observe::{Fit, Subject};
use crate::study::placement::reaction_sessions;
use crate::study::result::ConfoundingRow;
use crate::study::run::{Outcome, Run};

/// Events that are looked at, at most.
const MAX_EVENTS: usize = 8;

/// The rows of `confounding.csv`; none where the study names no event to be about.
pub(super) fn rows(run: &Run, outcomes: &[Outcome]) -> Result<Vec<ConfoundingRow>> {
    let events = run.named_events();
    let Some(&lead) = events.first() else {
        return Ok(Vec::new());
    };
    let mut rows = Vec::new();
    for &event in events.iter().take(MAX_EVENTS) {
        let computed = outcomes.iter().filter(|o| o.computed.is_some());
        let of_event = computed.filter(|o| o.event == event);
        let focus = run.spec.focus.as_ref();
        for outcome in of_event.filter(|o| focus.is_none_or(|f| *f == o.instrument)) {
            rows.extend(observation(run, lead, event, &outcome.instrument)?);
        }
    }
    Ok(rows)
}

/// The figures of one event observation, each way.
fn observation(
    run: &Run,
    lead: usize,
    event: usize,
    symbol: &Symbol,
) -> Result<Vec<ConfoundingRow>> {
    let (Some(day_0), Some(returns)) = (run.placed[event].day_0, run.market.returns(symbol)) else {
        return Ok(Vec::new());
    };
    let model = run.market.model(std::slice::from_ref(symbol))?;
    let subject = Subject {
        returns,
        model: model.as_ref(),
    };
    let n = returns.len();
    let others = reaction_sessions(&run.placed, symbol, Some(event), run.spec, n);
    let mut of_lead = vec![false; n];
    if let Some(lead_0) = run.placed[lead].day_0.filter(|_| lead != event) {
        of_lead[run.spec.mask_window.sessions(lead_0, n)].fill(true);
    }
    let plain = subject.fit(run.spec, &[], day_0);
    let masked = subject.fit(run.spec, &others, day_0);
    let without_lead = run.joint_without(symbol, day_0, returns, &of_lead);
    let joint = run.joint_without(symbol, day_0, returns, &others);
    let mut rows = Vec::new();
    for &window in run.spec.windows.car() {
        let holds = of_lead[window.sessions(day_0, n)].contains(&true);
        let row = |way: &str| ConfoundingRow {
            holds_other: holds,
            other_event: run.placed[lead].event.id.clone(),
            ..ConfoundingRow::empty(&run.placed[event].event.id, symbol, window, way)
        };
        for (way, fit) in [("unmasked", &plain), ("masked", &masked)] {
            let filled = match fit {
                Ok(fit) => row(way).with_fit(fit).while_open(fit),
                Err(why) => row(way).with_note(why),
            };
            rows.push(filled);
        }
        for (way, joint) in [("without-lead", &without_lead), ("joint", &joint)] {
            if way == "without-lead" && lead == event {
                continue;
            }
            let filled = match joint {
                Ok(joint) => match plain.as_ref().or(masked.as_ref()) {
                    Ok(fit) => row(way).with_joint(joint).while_open(fit),
                    Err(_) => row(way).with_joint(joint),
                },
                Err(why) => row(way).with_note(why),
            };
            rows.push(filled);
        }
    }
    Ok(rows)
}

impl ConfoundingRow {
    fn empty(event_id: &str, instrument: &Symbol, window: Window, way: &str) -> Self {
        Self {
            event_id: event_id.to_owned(),
            instrument: instrument.clone(),
            window,
            way: way.to_owned(),
            other_event: String::new(),
            holds_other: false,
            car: None,
            sd: None,
            t: None,
            df: None,
            p: None,
            low: None,
            high: None,
            hac_sd: None,
            n_days: 0,
            n_left_out: 0,
            note: String::new(),
        }
    }

    fn with_note(mut self, why: &impl std::fmt::Display) -> Self {
        self.note = why.to_string();
        self
    }

    /// Says of a figure that days of its window are still to come.
    fn while_open(self, fit: &Fit) -> Self {
        match fit.not_over(self.window) {
            Some(why) if self.car.is_some() => self.with_note(&why),
            _ => self,
        }
    }

    fn with_fit(mut self, fit: &Fit) -> Self {
        let Some((car, test)) = fit.car(self.window) else {
            return self.with_note(&"no day of the window has an abnormal return");
        };
        (self.car, self.sd, self.n_days) = (Some(car.car), Some(car.sd), car.n_days);
        self.with_test(test)
    }

    fn with_joint(mut self, joint: &Joint) -> Self {
        self.n_left_out = joint.n_left_out(self.window);
        let Some(car) = joint.car(self.window) else {
            return self.with_note(&"no day of the window is this event's own");
        };
        (self.car, self.sd, self.n_days) = (Some(car.value), Some(car.sd), car.n_days);
        self.hac_sd = car.hac_sd;
        self.with_test(car.test)
    }

    fn with_test(mut self, test: Option<TTest>) -> Self {
        self.t = test.map(|t| t.t);
        self.df = test.map(|t| t.df);
        self.p = test.map(|t| t.p);
        self.low = test.map(|t| t.low);
        self.high = test.map(|t| t.high);
        self
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::model::ModelKind;
    use crate::analysis::window::{StudyWindows, Window};
    use crate::study::result::ConfoundingRow;
    use crate::study::spec::StudySpec;
    use crate::study::testing::{data, event, spec, symbol};

    #[test]
    fn taking_the_leading_event_out_takes_its_jump_out_of_the_neighbours_window() {
        let window = |a, b| Window::new(a, b).unwrap();
        let cars = vec![window(0, 0), window(-5, 5)];
        let spec = StudySpec {
            events: vec![
                event("shock", (2023, 3, 1), &["AAA"]),
                event("meeting", (2023, 3, 7), &["AAA"]),
            ],
            lead_event: Some("shock".to_owned()),
            claims: vec![crate::study::spec::Claim {
                id: "c".to_owned(),
                text: "c".to_owned(),
                question: crate::study::spec::ClaimQuestion::Sign {
                    events: crate::study::spec::ClaimEvents::Ids(vec!["meeting".to_owned()]),
                    subject: crate::study::spec::ClaimSubject::Instrument(symbol("AAA")),
                    window: window(0, 0),
                    direction: crate::event::Direction::None,
                },
            }],
            windows: StudyWindows::new(window(-130, -11), window(-5, 5), cars).unwrap(),
            ..spec(ModelKind::Market)
        };
        let mut data = data();
        let day = chrono::NaiveDate::from_ymd_opt(2023, 3, 1).unwrap();
        let day = data.sessions.binary_search(&day).unwrap();
        data.instruments[1].returns.as_mut().unwrap()[day] -= 0.5;
        let result = crate::study::run(&spec, &data).unwrap();
        let car = |way: &str, days: Window| -> &ConfoundingRow {
            let of_meeting = result
                .confounding
                .iter()
                .filter(|r| r.event_id == "meeting");
            let mut found = of_meeting.filter(|r| r.way == way && r.window == days);
            found.next().unwrap()
        };
        // Its own day does not hold the shock: every way says the same.
        let plain = car("unmasked", window(0, 0));
        assert!(!plain.holds_other);
        assert!((plain.car.unwrap() - car("joint", window(0, 0)).car.unwrap()).abs() < 1e-12);
        // The window does: only the ways that leave its days out are rid of it.
        let wide = window(-5, 5);
        assert!(car("unmasked", wide).holds_other);
        assert!(car("unmasked", wide).car.unwrap() < -0.4);
        assert!(car("masked", wide).car.unwrap() < -0.4);
        let without = car("without-lead", wide);
        assert!(without.car.unwrap() > -0.2, "{without:?}");
        assert_eq!((without.n_left_out, without.n_days), (2, 9));
        assert!(without.hac_sd.unwrap() < without.sd.unwrap());
        assert_eq!(without.car, car("joint", wide).car);
        let lead = result.confounding.iter().filter(|r| r.event_id == "shock");
        assert!(lead.clone().count() > 0 && lead.into_iter().all(|r| r.way != "without-lead"));
    }
}
