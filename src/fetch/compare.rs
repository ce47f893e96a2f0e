//! Two sources of one symbol side by side: where their returns differ, and what one lacks.
//!
//! Levels may differ by the adjustment for splits and dividends; returns show both what is wrong
//! and, on ex-dates, what is adjusted differently.

use chrono::NaiveDate;
use serde::Serialize;

/// Closes of one source on ascending sessions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Closes {
    /// The sessions.
    pub sessions: Vec<NaiveDate>,
    /// One close per session; NaN is missing.
    pub closes: Vec<f64>,
}

/// A session whose returns differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The session.
    pub session: NaiveDate,
    /// The return of the first source since the session in common before.
    pub first: f64,
    /// That of the second.
    pub second: f64,
}

/// How two sources compare.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Comparison {
    /// Sessions for which both have a close.
    pub in_common: usize,
    /// The largest difference of returns; `None` with fewer than two sessions in common.
    pub largest: Option<f64>,
    /// Second over first close at the last session in common.
    pub level_ratio: Option<f64>,
    /// Sessions whose returns differ by more than the tolerance.
    pub differences: Vec<Difference>,
    /// Sessions within the span of both that the first lacks.
    pub only_second: Vec<NaiveDate>,
    /// Sessions within the span of both that the second lacks.
    pub only_first: Vec<NaiveDate>,
}

/// Compares returns between sessions that both sources have.
pub fn compare(first: &Closes, second: &Closes, tolerance: f64) -> Comparison {
    let (a, b) = (known(first), known(second));
    let mut result = Comparison::default();
    let (Some(from), Some(to)) = (later_start(&a, &b), earlier_end(&a, &b)) else {
        return result;
    };
    let mut before: Option<(f64, f64)> = None;
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let next = match (a.get(i), b.get(j)) {
            (Some(x), Some(y)) => x.0.min(y.0),
            (Some(x), None) => x.0,
            (None, Some(y)) => y.0,
            (None, None) => break,
        };
        let in_first = a.get(i).filter(|x| x.0 == next);
        let in_second = b.get(j).filter(|y| y.0 == next);
        let inside = (from..=to).contains(&next);
        match (in_first, in_second) {
            (Some(x), Some(y)) => {
                result.in_common += 1;
                result.level_ratio = Some(y.1 / x.1);
                if let Some((x0, y0)) = before {
                    let returns = (x.1 / x0 - 1.0, y.1 / y0 - 1.0);
                    result.add(next, returns, tolerance);
                }
                before = Some((x.1, y.1));
            }
            (Some(_), None) if inside => result.only_first.push(next),
            (None, Some(_)) if inside => result.only_second.push(next),
            _ => {}
        }
        i += usize::from(in_first.is_some());
        j += usize::from(in_second.is_some());
    }
    result
}

impl Comparison {
    /// Whether the two say the same.
    pub fn agrees(&self) -> bool {
        let complete = self.only_first.is_empty() && self.only_second.is_empty();
        self.in_common > 1 && complete && self.differences.is_empty()
    }

    fn add(&mut self, session: NaiveDate, (first, second): (f64, f64), tolerance: f64) {
        let difference = (first - second).abs();
        self.largest = Some(self.largest.map_or(difference, |old| old.max(difference)));
        if difference > tolerance {
            self.differences.push(Difference {
                session,
                first,
                second,
            });
        }
    }
}

fn known(series: &Closes) -> Vec<(NaiveDate, f64)> {
    let rows = series
        .sessions
        .iter()
        .copied()
        .zip(series.closes.iter().copied());
    rows.filter(|(_, close)| *close > 0.0).collect()
}

fn later_start(a: &[(NaiveDate, f64)], b: &[(NaiveDate, f64)]) -> Option<NaiveDate> {
    Some(a.first()?.0.max(b.first()?.0))
}

fn earlier_end(a: &[(NaiveDate, f64)], b: &[(NaiveDate, f64)]) -> Option<NaiveDate> {
    Some(a.last()?.0.min(b.last()?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closes(rows: &[(u32, f64)]) -> Closes {
        let day = |d| NaiveDate::from_ymd_opt(2025, 1, d).expect("a date");
        Closes {
            sessions: rows.iter().map(|(d, _)| day(*d)).collect(),
            closes: rows.iter().map(|(_, close)| *close).collect(),
        }
    }

    #[test]
    fn a_level_is_no_difference_and_a_return_is() {
        let first = closes(&[(2, 100.0), (3, 110.0), (6, 99.0), (7, 99.0)]);
        let halves = closes(&[(2, 50.0), (3, 55.0), (6, 49.5), (7, 49.5)]);
        let same = compare(&first, &halves, 1e-9);
        assert!(same.agrees());
        assert_eq!((same.in_common, same.level_ratio), (4, Some(0.5)));

        let wrong = closes(&[(2, 50.0), (3, 56.0), (6, 49.5), (7, 49.5)]);
        let found = compare(&first, &wrong, 0.005);
        let days: Vec<u32> = found
            .differences
            .iter()
            .map(|d| chrono::Datelike::day(&d.session))
            .collect();
        assert_eq!(days, [3, 6]);
        assert!((found.largest.expect("some") - 0.02).abs() < 1e-9);
    }

    #[test]
    fn what_one_lacks_is_named_within_the_span_of_both() {
        let first = closes(&[(2, 1.0), (3, 1.0), (7, 1.0), (8, 1.0)]);
        let second = closes(&[(3, 1.0), (6, 1.0), (8, f64::NAN), (9, 1.0)]);
        let found = compare(&first, &second, 0.005);
        assert_eq!(found.in_common, 1);
        assert_eq!(found.only_first.len(), 2);
        assert_eq!(found.only_second.len(), 1);
        assert!(!found.agrees());
        assert_eq!(
            compare(&first, &Closes::default(), 0.005),
            Comparison::default()
        );
    }
}
