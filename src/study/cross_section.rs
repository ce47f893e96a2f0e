//! Regressions of CARs on attributes of events and instruments, where the study asks for them.
//!
//! Words become one column per value but the first in alphabetical order, with which the others
//! are compared. A column whose values are all numbers stands as it is.

use crate::analysis::inference::Undefined;
use crate::analysis::regression::{ErrorKind, regress_cars};
use crate::event::Event;
use crate::instrument::Symbol;
use crate::study::result::RegressionRow;
use crate::study::run::{Outcome, Run};
use crate::study::spec::{Regression, RegressionErrors};

/// The rows of `regression.csv`.
pub(super) fn rows(run: &Run, outcomes: &[Outcome]) -> Vec<RegressionRow> {
    let asked = run.spec.regressions.iter();
    asked.flat_map(|r| regression(run, outcomes, r)).collect()
}

/// One column of the regression.
struct Term {
    name: String,
    against: String,
    values: Vec<f64>,
}

fn regression(run: &Run, outcomes: &[Outcome], asked: &Regression) -> Vec<RegressionRow> {
    let wanted = |o: &&Outcome| {
        let list = asked.instruments.as_ref();
        list.is_none_or(|l| l.contains(&o.instrument))
    };
    let mut observations: Vec<(&Outcome, f64)> = Vec::new();
    for outcome in outcomes.iter().filter(wanted) {
        let rows = outcome.computed.iter().flat_map(|c| &c.cars);
        // Of a provisional event, a window that is over is final.
        let mut of_window = rows.filter(|r| r.window == asked.window && !r.provisional);
        let car = of_window.find_map(|r| r.car);
        observations.extend(car.map(|car| (outcome, car)));
    }
    let cars: Vec<f64> = observations.iter().map(|o| o.1).collect();
    let (mut terms, mut remarks) = (Vec::<Term>::new(), Vec::new());
    for attribute in &asked.attributes {
        let values = observations.iter().map(|(outcome, _)| {
            let event = run.placed[outcome.event].event;
            value(run, event, &outcome.instrument, attribute)
        });
        let values: Vec<Option<&str>> = values.collect();
        remarks.extend(taken_as_words(attribute, &values));
        terms.extend(columns(attribute, &values));
    }
    let instruments = observations.iter().map(|(o, _)| &o.instrument);
    let clusters: Option<Vec<usize>> = match asked.errors {
        // What strikes on one session is one stroke, whatever it is called.
        RegressionErrors::ClusterEvent => {
            let sessions = observations.iter().map(|(o, _)| o.computed.as_ref());
            Some(sessions.map(|c| c.map_or(0, |c| c.day_0)).collect())
        }
        RegressionErrors::ClusterInstrument => {
            let number = |s: &Symbol| run.instruments.iter().position(|i| i == s);
            Some(
                instruments
                    .map(|s| number(s).unwrap_or(usize::MAX))
                    .collect(),
            )
        }
        RegressionErrors::Hc1 | RegressionErrors::Hc3 => None,
    };
    let fitted = fitted(asked, &cars, &terms, clusters.as_deref());
    let mut rows = fitted.unwrap_or_else(|why| {
        vec![RegressionRow {
            note: why.to_string(),
            ..RegressionRow::empty(asked)
        }]
    });
    for row in &mut rows {
        let own = std::mem::take(&mut row.note);
        let notes = remarks.iter().cloned().chain([own]);
        let notes: Vec<String> = notes.filter(|note| !note.is_empty()).collect();
        row.note = notes.join("; ");
    }
    rows
}

fn fitted(
    asked: &Regression,
    cars: &[f64],
    terms: &[Term],
    clusters: Option<&[usize]>,
) -> Result<Vec<RegressionRow>, Undefined> {
    let columns: Vec<&[f64]> = terms.iter().map(|t| t.values.as_slice()).collect();
    let fit = regress_cars(cars, &columns, clusters)?;
    let kind = match asked.errors {
        RegressionErrors::Hc1 => ErrorKind::Hc1,
        RegressionErrors::Hc3 => ErrorKind::Hc3,
        RegressionErrors::ClusterEvent | RegressionErrors::ClusterInstrument => {
            ErrorKind::Clustered
        }
    };
    // Errors that cannot be had leave the coefficients, with the reason.
    let (errors, note) = match fit.errors(kind) {
        Ok(errors) => (errors, String::new()),
        Err(why) => (Vec::new(), why.to_string()),
    };
    let names = terms.iter().map(|t| (t.name.as_str(), t.against.as_str()));
    let names = std::iter::once(("constant", "")).chain(names);
    let row = |(j, (name, against)): (usize, (&str, &str))| {
        let error = errors.get(j).filter(|e| e.sd > 0.0);
        let cancels = error.is_none() && j < errors.len();
        let test = error.and_then(|e| e.test);
        RegressionRow {
            term: name.to_owned(),
            against: against.to_owned(),
            coefficient: fit.coefficients.get(j).copied(),
            sd: error.map(|e| e.sd),
            t: test.map(|t| t.t),
            df: test.map(|t| t.df),
            p: test.map(|t| t.p),
            low: test.map(|t| t.low),
            high: test.map(|t| t.high),
            n: Some(fit.n),
            n_clusters: fit.n_clusters,
            r_squared: fit.r_squared,
            note: if cancels {
                NO_ERROR.to_owned()
            } else {
                note.clone()
            },
            ..RegressionRow::empty(asked)
        }
    };
    Ok(names.enumerate().map(row).collect())
}

/// Why a coefficient has no error although those of its kind can be had.
const NO_ERROR: &str = "the scores cancel within every cluster, which leaves no error";

/// The value of an attribute; an instrument of several groups counts to the first of them.
fn value<'a>(
    run: &'a Run,
    event: &'a Event,
    instrument: &'a Symbol,
    attribute: &str,
) -> Option<&'a str> {
    match attribute {
        "instrument" => Some(instrument.as_str()),
        "instrument-group" => {
            let mut groups = run.spec.groups.iter();
            let own = groups.find(|g| g.members.contains(instrument));
            own.map(|g| g.name.as_str())
        }
        other => event.column(other),
    }
    .filter(|text| !text.trim().is_empty())
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|x| x.is_finite())
}

/// That an attribute most of whose values are numbers counts as words, and the first value that
/// is none.
fn taken_as_words(name: &str, values: &[Option<&str>]) -> Option<String> {
    let present = || values.iter().flatten();
    let odd = present().find(|text| number(text).is_none())?;
    let n_numbers = present().filter(|text| number(text).is_some()).count();
    (2 * n_numbers > present().count()).then(|| {
        format!("attribute {name}: {odd:?} is not a number, so that every value counts as a word (an empty cell counts as missing)")
    })
}

/// The columns of one attribute; NaN where an observation lacks it.
fn columns(name: &str, values: &[Option<&str>]) -> Vec<Term> {
    let numeric = values.iter().flatten().all(|text| number(text).is_some());
    if numeric {
        let values = values
            .iter()
            .map(|v| v.and_then(number).unwrap_or(f64::NAN));
        return vec![Term {
            name: name.to_owned(),
            against: String::new(),
            values: values.collect(),
        }];
    }
    let mut levels: Vec<&str> = values.iter().flatten().copied().collect();
    levels.sort_unstable();
    levels.dedup();
    let Some((first, others)) = levels.split_first() else {
        return Vec::new();
    };
    let term = |level: &&str| Term {
        name: format!("{name}={level}"),
        against: (*first).to_owned(),
        values: values
            .iter()
            .map(|v| v.map_or(f64::NAN, |text| f64::from(text == *level)))
            .collect(),
    };
    others.iter().map(term).collect()
}

impl RegressionRow {
    fn empty(asked: &Regression) -> Self {
        Self {
            regression: asked.name.clone(),
            window: asked.window,
            term: String::new(),
            against: String::new(),
            coefficient: None,
            sd: None,
            t: None,
            df: None,
            p: None,
            low: None,
            high: None,
            n: None,
            n_clusters: None,
            r_squared: None,
            errors: asked.errors.as_str().to_owned(),
            note: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::model::ModelKind;
    use crate::study::spec::StudySpec;
    use crate::study::testing::{data, event, spec};

    #[test]
    fn words_become_columns_against_the_first_and_numbers_stay() {
        let terms = columns("kind", &[Some("b"), Some("a"), None, Some("c")]);
        let names: Vec<&str> = terms.iter().map(|t| t.name.as_str()).collect();
        assert_eq!(names, ["kind=b", "kind=c"]);
        assert!(terms.iter().all(|t| t.against == "a"));
        assert_eq!(terms[0].values[..2], [1.0, 0.0]);
        assert!(terms[0].values[2].is_nan());
        let terms = columns("size", &[Some("1.5"), None, Some(" 2 ")]);
        assert_eq!((terms.len(), terms[0].values[2]), (1, 2.0));
        assert!(terms[0].values[1].is_nan());
    }

    /// Eight events of two instruments; those of one kind are a jump up.
    fn study(asked: Regression) -> Vec<RegressionRow> {
        let mut data = data();
        let mut events = Vec::new();
        for i in 0..8 {
            let month = 1 + i;
            let mut one = event(&format!("e{i}"), (2023, month, 7), &["AAA", "BBB"]);
            let kind = if i % 2 == 0 { "calm" } else { "jump" };
            one.attributes.insert("kind".to_owned(), kind.to_owned());
            let day = chrono::NaiveDate::from_ymd_opt(2023, month, 7).unwrap();
            let day = data
                .sessions
                .binary_search(&day)
                .unwrap_or_else(|next| next);
            for instrument in &mut data.instruments[1..3] {
                let up = if kind == "jump" { 0.3 } else { 0.0 };
                instrument.returns.as_mut().unwrap()[day] += up;
            }
            events.push(one);
        }
        let spec = StudySpec {
            events,
            regressions: vec![asked],
            ..spec(ModelKind::Market)
        };
        crate::study::run(&spec, &data).unwrap().regressions
    }

    #[test]
    fn an_attribute_that_matters_is_found() {
        let asked = |attribute: &str, errors| Regression {
            name: "r".to_owned(),
            window: crate::analysis::window::Window::new(0, 1).unwrap(),
            attributes: vec![attribute.to_owned()],
            errors,
            instruments: None,
        };
        let rows = study(asked("kind", RegressionErrors::ClusterEvent));
        assert_eq!(rows.len(), 2);
        let jump = &rows[1];
        assert_eq!(
            (jump.term.as_str(), jump.against.as_str()),
            ("kind=jump", "calm")
        );
        assert!((jump.coefficient.unwrap() - 0.3).abs() < 0.1, "{jump:?}");
        assert!(jump.p.unwrap() < 0.001);
        assert_eq!(
            (jump.n, jump.n_clusters, jump.df),
            (Some(16), Some(8), Some(7.0))
        );
        let own = study(asked("instrument", RegressionErrors::ClusterInstrument));
        for row in &own {
            assert!(row.coefficient.is_some() && row.sd.is_none() && row.t.is_none());
            assert_eq!(row.note, NO_ERROR);
        }
        let rows = study(asked("instrument", RegressionErrors::Hc3));
        assert_eq!(rows[1].term, "instrument=BBB");
        assert!(rows[1].p.unwrap() > 0.05);
        let rows = study(asked("nothing", RegressionErrors::Hc1));
        assert!(
            rows[0].coefficient.is_none() && !rows[0].note.is_empty(),
            "{rows:?}"
        );
    }

    #[test]
    fn a_value_that_makes_words_of_numbers_is_named() {
        let of = |values: &[&'static str]| {
            let values: Vec<Option<&str>> = values.iter().copied().map(Some).collect();
            super::taken_as_words("size", &values)
        };
        assert!(
            of(&["1", "2", "n/a"])
                .unwrap()
                .contains("size: \"n/a\" is not a number")
        );
        assert_eq!(of(&["1", "2.5"]), None);
        assert_eq!(of(&["big", "small", "3"]), None);
    }
}
