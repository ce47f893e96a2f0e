//! Counts comparisons, so that a test cannot pass by comparing nothing.

use serde_json::Value;

/// Agreement of closed forms, relative.
pub const CLOSED_FORM: f64 = 1e-9;
/// Below this a figure is zero up to rounding.
const ABSOLUTE: f64 = 1e-12;

/// Comparisons of one data set.
pub struct Ledger {
    pub name: &'static str,
    pub n_compared: usize,
    pub n_undefined: usize,
    pub largest: f64,
    failures: Vec<String>,
}

impl Ledger {
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            n_compared: 0,
            n_undefined: 0,
            largest: 0.0,
            failures: Vec::new(),
        }
    }

    /// Compares with an answer: a number, or an object that says why there is none.
    pub fn compare(&mut self, place: &str, actual: Option<f64>, answer: &Value) {
        self.compare_within(place, actual, answer, CLOSED_FORM);
    }

    pub fn compare_within(
        &mut self,
        place: &str,
        actual: Option<f64>,
        answer: &Value,
        tolerance: f64,
    ) {
        match (actual, answer.as_f64()) {
            (Some(actual), Some(expected)) => {
                self.n_compared += 1;
                let scale = expected.abs().max(ABSOLUTE / tolerance);
                let difference = (actual - expected).abs() / scale;
                self.largest = self.largest.max(difference);
                if difference.is_nan() || difference > tolerance {
                    self.fail(place, &format!("{actual:e} against {expected:e}"));
                }
            }
            (None, None) => self.n_undefined += 1,
            (actual, _) => self.fail(place, &format!("{actual:?} against {answer}")),
        }
    }

    /// Counts a comparison that was made elsewhere.
    pub fn note(&mut self, holds: bool, place: &str, message: &str) {
        self.n_compared += 1;
        if !holds {
            self.fail(place, message);
        }
    }

    pub fn fail(&mut self, place: &str, message: &str) {
        self.failures
            .push(format!("{}: {place}: {message}", self.name));
    }

    /// Fails with what differed; `at_least` guards against an empty comparison.
    pub fn finish(self, at_least: usize) {
        let shown: Vec<&String> = self.failures.iter().take(25).collect();
        assert!(
            self.failures.is_empty(),
            "{} of {} figures differ:\n{shown:#?}",
            self.failures.len(),
            self.n_compared
        );
        assert!(
            self.n_compared >= at_least,
            "{}: only {} figures were compared",
            self.name,
            self.n_compared
        );
        println!(
            "{}: {} figures agree, {} undefined on both sides, largest difference {:.1e}",
            self.name, self.n_compared, self.n_undefined, self.largest
        );
    }
}
