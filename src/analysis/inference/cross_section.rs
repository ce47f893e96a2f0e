//! The cross-sectional t test: needs no variance from the estimation window.

use super::{Law, Observation, SampleTest, TestStatistic};
use crate::analysis::aggregate::mean_and_sd;
use crate::analysis::window::Window;

/// t = √N·CAAR/S, S the standard deviation of the CARs over events with N − 1, against t with
/// N − 1 degrees of freedom (Brown and Warner 1980). It assumes independent events.
#[derive(Debug, Clone, Copy)]
pub struct CrossSectionT;

impl SampleTest for CrossSectionT {
    fn name(&self) -> &'static str {
        "cross_section_t"
    }

    fn null(&self) -> &'static str {
        "the mean CAR is zero"
    }

    fn run(&self, sample: &[&Observation], window: Window) -> TestStatistic {
        let cars: Vec<f64> = sample
            .iter()
            .filter_map(|o| o.car(window))
            .map(|c| c.car)
            .collect();
        let n = cars.len();
        match mean_and_sd(&cars) {
            None => TestStatistic::undefined("fewer than two observations", n),
            Some((_, 0.0)) => {
                TestStatistic::undefined("the CARs do not differ from one another", n)
            }
            Some((mean, sd)) => TestStatistic::new(
                (n as f64).sqrt() * mean / sd,
                Law::StudentT((n - 1) as f64),
                n,
            ),
        }
    }
}
