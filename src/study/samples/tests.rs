//! Which observations a sample has.

use crate::analysis::model::ModelKind;
use crate::analysis::window::{StudyWindows, Window};
use crate::study::result::StudyResult;
use crate::study::spec::StudySpec;
use crate::study::testing::{data, event, spec};
use chrono::Datelike;

fn window(start: i32, end: i32) -> Window {
    Window::new(start, end).unwrap()
}

fn windows() -> StudyWindows {
    let cars = vec![window(0, 1), window(0, 5)];
    StudyWindows::new(window(-130, -11), window(-5, 5), cars).unwrap()
}

/// Events of AAA: these dates, and the last session but `left`.
fn study(dates: &[(i32, u32, u32)], left: usize) -> StudyResult {
    let data = data();
    let late = data.sessions[data.sessions.len() - 1 - left];
    let late = (late.year(), late.month(), late.day());
    let spec = StudySpec {
        events: [dates, &[late]]
            .concat()
            .into_iter()
            .zip(0..)
            .map(|(date, i)| event(&format!("e{i}"), date, &["AAA"]))
            .collect(),
        windows: windows(),
        ..spec(ModelKind::Market)
    };
    crate::study::run(&spec, &data).unwrap()
}

/// n of a test over a window.
fn n(result: &StudyResult, window: Window) -> usize {
    let mut rows = result.tests.iter();
    let found = rows.find(|r| r.window == window && r.test == "bmp_t");
    found.unwrap().n
}

#[test]
fn an_unfinished_event_is_in_the_samples_of_the_windows_that_are_over() {
    let dates = [(2023, 3, 1), (2023, 6, 7), (2023, 9, 6)];
    let result = study(&dates, 2);
    assert_eq!(result.ledger[3].status.as_str(), "provisional");
    assert_eq!([window(0, 1), window(0, 5)].map(|w| n(&result, w)), [4, 3]);
    let of_day = |day: i32| {
        result
            .aar
            .iter()
            .find(|r| r.relative_day.0 == day)
            .unwrap()
            .n
    };
    assert_eq!([0, 2, 3, 5].map(of_day), [4, 4, 3, 3]);
    // Over the wide window it is as if the event were not there.
    let wide = |r: &StudyResult| -> Vec<_> {
        let rows = r.tests.iter().filter(|r| r.window == window(0, 5));
        rows.map(|r| (r.test.clone(), r.statistic, r.n)).collect()
    };
    let mut alone = spec(ModelKind::Market);
    alone.events = dates
        .iter()
        .map(|&date| event("e", date, &["AAA"]))
        .collect();
    alone
        .events
        .iter_mut()
        .zip(0..)
        .for_each(|(e, i)| e.id = format!("e{i}"));
    alone.windows = windows();
    assert_eq!(
        wide(&result),
        wide(&crate::study::run(&alone, &data()).unwrap())
    );
    let advice = &result.recommendations;
    assert_eq!((advice[0].n, advice[1].n), (4, 3));
}

#[test]
fn a_sample_without_an_event_over_says_so() {
    let result = study(&[], 2);
    let advice = &result.recommendations[1];
    assert_eq!((advice.window, advice.n), (window(0, 5), 0));
    assert_eq!(advice.reasons, ["no event has a figure over this window"]);
    let tests = result.tests.iter().filter(|r| r.window == window(0, 5));
    for row in tests {
        assert_eq!((row.n, row.p, row.caar), (0, None, None), "{row:?}");
        assert_eq!(row.note, "0 observations: a sample test needs two");
    }
}
