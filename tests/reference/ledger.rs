//! Counts comparisons by statistic, so that a test cannot pass by comparing nothing and
//! `CONFORMANCE.md` can say what was compared.

use serde_json::Value;
use std::collections::BTreeMap;

/// Agreement of closed forms, relative.
pub const CLOSED_FORM: f64 = 1e-9;
/// Agreement of counted p-values: a count is right or wrong.
const COUNTED: f64 = 1e-14;
/// A figure without a scale of its own is compared to this size where it is smaller.
const SMALL: f64 = 1e-3;

/// What was compared of one statistic.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    pub n: usize,
    /// The largest difference, relative to the figure or to the scale it was compared at.
    pub largest: f64,
}

/// Comparisons of one data set. A place begins with the statistic that is compared there.
pub struct Ledger {
    pub name: String,
    pub tallies: BTreeMap<String, Tally>,
    n_undefined: usize,
    failures: Vec<String>,
}

impl Ledger {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            tallies: BTreeMap::new(),
            n_undefined: 0,
            failures: Vec::new(),
        }
    }

    /// Compares with an answer: a number, or an object that says why there is none.
    pub fn compare(&mut self, place: &str, actual: Option<f64>, answer: &Value) {
        self.compare_beside(place, actual, answer, SMALL);
    }

    /// The same for a figure that is zero up to rounding where it is small beside `scale`.
    pub fn compare_beside(&mut self, place: &str, actual: Option<f64>, answer: &Value, scale: f64) {
        let size = |expected: f64| expected.abs().max(scale);
        self.compare_at(place, actual, answer, size, CLOSED_FORM);
    }

    /// The same for a p from a law: d ln p/d ln t is about t² in the tail, and t² about −2 ln p.
    pub fn compare_p(&mut self, place: &str, actual: Option<f64>, answer: &Value) {
        // scipy gives 0 below the smallest normal number, where a survival function may go on.
        let size = |p: f64| p.max(1e-300) * (1.0 - 2.0 * p.max(1e-300).ln());
        self.compare_at(place, actual, answer, size, CLOSED_FORM);
    }

    /// The same for a p that is a count over a number.
    pub fn compare_counted(&mut self, place: &str, actual: Option<f64>, answer: &Value) {
        self.compare_at(place, actual, answer, |_| 1.0, COUNTED);
    }

    /// Compares relative to the figure within a tolerance of its own.
    pub fn compare_within(
        &mut self,
        place: &str,
        actual: Option<f64>,
        answer: &Value,
        tolerance: f64,
    ) {
        let size = |expected: f64| expected.abs().max(SMALL);
        self.compare_at(place, actual, answer, size, tolerance);
    }

    fn compare_at(
        &mut self,
        place: &str,
        actual: Option<f64>,
        answer: &Value,
        size: impl Fn(f64) -> f64,
        tolerance: f64,
    ) {
        match (actual, answer.as_f64()) {
            (Some(actual), Some(expected)) => {
                let difference = if actual == expected {
                    0.0
                } else {
                    (actual - expected).abs() / size(expected)
                };
                self.tally(place, difference);
                if difference.is_nan() || difference > tolerance {
                    self.fail(place, &format!("{actual:e} against {expected:e}"));
                }
            }
            (None, None) => self.n_undefined += 1,
            (actual, _) => self.fail(place, &format!("{actual:?} against {answer}")),
        }
    }

    fn tally(&mut self, place: &str, difference: f64) {
        let statistic = place.split(' ').next().unwrap_or(place).to_owned();
        let tally = self.tallies.entry(statistic).or_default();
        tally.n += 1;
        tally.largest = tally.largest.max(difference);
    }

    /// Counts a comparison that was made elsewhere.
    pub fn note(&mut self, holds: bool, place: &str, difference: f64, message: &str) {
        self.tally(place, difference);
        if !holds {
            self.fail(place, message);
        }
    }

    pub fn fail(&mut self, place: &str, message: &str) {
        self.failures
            .push(format!("{}: {place}: {message}", self.name));
    }

    /// Figures that were compared.
    pub fn n_compared(&self) -> usize {
        self.tallies.values().map(|t| t.n).sum()
    }

    /// Fails with what differed; `at_least` guards against an empty comparison.
    pub fn finish(&self, at_least: usize) {
        let n_compared = self.n_compared();
        let shown: Vec<&String> = self.failures.iter().take(25).collect();
        assert!(
            self.failures.is_empty(),
            "{} of {n_compared} figures differ:\n{shown:#?}",
            self.failures.len(),
        );
        assert!(
            n_compared >= at_least,
            "{}: only {n_compared} figures were compared",
            self.name,
        );
        let largest = self.tallies.values().map(|t| t.largest);
        println!(
            "{}: {n_compared} figures agree, {} undefined on both sides, largest difference {:.1e}",
            self.name,
            self.n_undefined,
            largest.fold(0.0, f64::max)
        );
    }
}
