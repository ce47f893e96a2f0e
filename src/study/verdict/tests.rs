//! Verdicts on made-up studies.

use super::*;
use crate::analysis::model::ModelKind;
use crate::analysis::window::StudyWindows;
use crate::study::result::StudyResult;
use crate::study::spec::{Claim, ClaimEvents, ClaimQuestion, ClaimSubject, StudySpec};
use crate::study::testing::{data, event, spec, symbol};
use chrono::Datelike;

fn window(a: i32, b: i32) -> Window {
    Window::new(a, b).unwrap()
}

/// Events of one instrument, each a shift of so many per cent, and a claim that it fell.
fn study(dates: &[(i32, u32, u32)], shifts: &[f64]) -> StudyResult {
    let windows = StudyWindows::new(window(-130, -11), window(-5, 5), vec![window(0, 0)]);
    study_over(windows.unwrap(), dates, shifts)
}

/// The same over the first of some windows.
fn study_over(windows: StudyWindows, dates: &[(i32, u32, u32)], shifts: &[f64]) -> StudyResult {
    let events = dates.iter().enumerate();
    let spec = StudySpec {
        events: events
            .map(|(i, date)| event(&format!("e{i}"), *date, &["AAA"]))
            .collect(),
        claims: vec![Claim {
            id: "fell".to_owned(),
            text: "it fell".to_owned(),
            question: ClaimQuestion::Sign {
                events: ClaimEvents::Ids((0..dates.len()).map(|i| format!("e{i}")).collect()),
                subject: ClaimSubject::Instrument(symbol("AAA")),
                window: windows.car()[0],
                direction: Direction::Down,
            },
        }],
        min_estimation: windows.estimation().n_days() / 2,
        windows,
        ..spec(ModelKind::Market)
    };
    let mut data = data();
    for (date, shift) in dates.iter().zip(shifts) {
        let date = chrono::NaiveDate::from_ymd_opt(date.0, date.1, date.2).unwrap();
        let at = data.sessions.binary_search(&date).unwrap();
        let returns = data.instruments[1].returns.as_mut().unwrap();
        returns[at] += shift / 100.0;
        // A wild day in a short estimation window: fat tails.
        returns[at - 15] += 0.5;
    }
    crate::study::run(&spec, &data).unwrap()
}

#[test]
fn a_claim_of_several_events_rests_on_the_recommended_test_of_their_sample() {
    // Neighbours: their windows overlap, so that the Kolari-Pynnönen test is due.
    let dates = [(2023, 3, 1), (2023, 3, 1), (2023, 6, 7), (2023, 9, 6)];
    let result = study(&dates, &[-6.0, 0.0, -9.0, -7.0]);
    let claim = &result.claims[0];
    let test = claim.test.as_ref().unwrap();
    let advice = &result.recommendations[0];
    assert_eq!(test.name, advice.test);
    assert_eq!((test.statistic, test.p), (advice.statistic, advice.p));
    assert_eq!(claim.p, advice.p);
    let other = claim.other_test.as_ref().unwrap();
    let plain = result.tests.iter().find(|t| t.test == "cross_section_t");
    assert_eq!(other.p, plain.unwrap().p);
    assert_eq!((claim.interval.as_str(), claim.n), ("cross-section", 4));
}

#[test]
fn the_test_that_is_not_recommended_decides_nothing() {
    let evidence = |p, other, both| Evidence {
        figure: -0.04,
        interval: t_test(-0.04, 0.01, &TLaw::new(5.0).unwrap()).unwrap(),
        interval_name: String::new(),
        test: ClaimTest {
            name: "kp_bmp_t".to_owned(),
            statistic: Some(-2.0),
            law: String::new(),
            df: None,
            p: Some(p),
        },
        other: Some(ClaimTest {
            name: "cross_section_t".to_owned(),
            statistic: Some(-4.0),
            law: String::new(),
            df: None,
            p: Some(other),
        }),
        both,
        detectable: None,
        remarks: Vec::new(),
        n: 6,
    };
    let verdict = |e: Evidence, direction| e.judge(direction);
    let (found, why) = verdict(evidence(0.11, 0.01, false), Direction::Down);
    assert_eq!(found, Verdict::NotDistinguishable);
    assert!(why.contains("; but cross-sectional t"), "{why}");
    let (found, _) = verdict(evidence(0.01, 0.11, false), Direction::Down);
    assert_eq!(found, Verdict::Supported);
    let (found, _) = verdict(evidence(0.01, 0.11, false), Direction::None);
    assert_eq!(found, Verdict::Contradicted);
    let (found, why) = verdict(evidence(0.01, 0.11, true), Direction::Down);
    assert_eq!(found, Verdict::NotDistinguishable);
    assert!(why.contains("disagree"), "{why}");
    let mut wild = evidence(0.01, 0.11, false);
    wild.figure = 0.04;
    assert_eq!(wild.judge(Direction::Up).0, Verdict::NotDistinguishable);
}

#[test]
fn what_stands_in_for_a_test_that_cannot_be_had_is_named() {
    // Eleven sessions cannot be drawn from an estimation window of ten.
    let windows = StudyWindows::new(window(-20, -11), window(-5, 5), vec![window(-5, 5)]);
    let dates = [(2023, 3, 1), (2023, 9, 6)];
    let claim = &study_over(windows.unwrap(), &dates, &[-6.0, -9.0]).claims[0];
    let test = claim.test.as_ref().unwrap();
    assert_eq!((test.name.as_str(), claim.n), ("cross_section_t", 2));
    assert_eq!(claim.other_test, None);
    let why = "block_bootstrap_p cannot be had (the window of 11 sessions";
    assert!(claim.reason.contains(why), "{}", claim.reason);
}

#[test]
fn an_unfinished_window_is_neither_judged_nor_pooled() {
    let windows = StudyWindows::new(window(-130, -11), window(-5, 5), vec![window(0, 5)]);
    let windows = windows.unwrap();
    let sessions = data().sessions;
    // Day 0 is the last session but two: three of the six days are known.
    let late = sessions[sessions.len() - 3];
    let late = (late.year(), late.month(), late.day());
    let alone = &study_over(windows.clone(), &[late], &[-9.0]).claims[0];
    assert_eq!((alone.verdict, alone.figure), (Verdict::NotTestable, None));
    let why = "e0: its window is not over: 3 of 6 days are not known yet";
    assert_eq!(alone.reason, why);
    let dates = [(2023, 3, 1), (2023, 6, 7), late];
    let pooled = &study_over(windows, &dates, &[-6.0, -9.0, 50.0]).claims[0];
    assert_eq!(pooled.n, 2);
    assert!(pooled.figure.unwrap() < 0.0, "{pooled:?}");
    let why = "1 of 3 events left out: e2: its window is not over";
    assert!(pooled.reason.contains(why), "{}", pooled.reason);
}

#[test]
fn a_window_with_days_missing_says_so() {
    let windows = StudyWindows::new(window(-130, -11), window(-5, 5), vec![window(0, 5)]);
    let windows = windows.unwrap();
    let whole = &study_over(windows.clone(), &[(2023, 3, 1)], &[-9.0]).claims[0];
    assert!(!whole.reason.contains("only"), "{}", whole.reason);
    let mut run = spec(ModelKind::Market);
    run.events = vec![event("e0", (2023, 3, 1), &["AAA"])];
    run.windows = windows;
    run.claims = vec![Claim {
        id: "fell".to_owned(),
        text: "it fell".to_owned(),
        question: ClaimQuestion::Sign {
            events: ClaimEvents::Ids(vec!["e0".to_owned()]),
            subject: ClaimSubject::Instrument(symbol("AAA")),
            window: window(0, 5),
            direction: Direction::Down,
        },
    }];
    let mut data = data();
    let day = chrono::NaiveDate::from_ymd_opt(2023, 3, 1).unwrap();
    let at = data.sessions.binary_search(&day).unwrap();
    data.instruments[1].returns.as_mut().unwrap()[at + 2..].fill(f64::NAN); // delisted
    let claim = &crate::study::run(&run, &data).unwrap().claims[0];
    let why = "only 2 of the 6 days of the window have an abnormal return";
    assert!(claim.reason.contains(why), "{}", claim.reason);
}

#[test]
fn one_event_rests_on_two_tests() {
    let claim = &study(&[(2023, 3, 1)], &[-9.0]).claims[0];
    let names = [&claim.test, &claim.other_test].map(|t| t.as_ref().unwrap().name.as_str());
    assert_eq!((names, claim.n), (["car_t", "sq_p"], 1));
}
