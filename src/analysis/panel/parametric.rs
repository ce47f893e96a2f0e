//! The parametric tests of a sample, in the battery's formulas.

use super::cars::PanelCars;
use super::rank::defined;
use super::residuals::ResidualSums;
use super::{PanelSample, portfolio};
use crate::analysis::inference::calendar_time::calendar_time_alpha;
use crate::analysis::inference::cross_section::root_n_mean_over_sd;
use crate::analysis::inference::crude_dependence::crude_dependence;
use crate::analysis::inference::kolari_pynnonen::{deflation, inflation};
use crate::analysis::inference::patell::patell_of;
use crate::analysis::inference::{CommonFactors, TestStatistic, Undefined};

impl PanelSample<'_> {
    /// The parametric tests over a window whose CARs are given: `cross_section_t`,
    /// `crude_dependence_t`, `patell_z`, `bmp_t`, `kp_patell_z`, `kp_bmp_t`,
    /// `calendar_time_alpha`.
    pub fn parametric_tests(&self, cars: &PanelCars) -> Vec<(&'static str, TestStatistic)> {
        let n = cars.n;
        let figures: Vec<f64> = cars.present().map(|c| c.car).collect();
        let scars: Vec<f64> = cars.present().map(|c| c.scar).collect();
        let t = |value: f64| TestStatistic::student_t(value, n as f64 - 1.0, n);
        let z = |value: f64| TestStatistic::normal(value, n);
        let bmp = || root_n_mean_over_sd(&scars, "the standardised CARs");
        let k = self.fits.n_parameters as f64;
        let patell = || {
            let pairs = cars.cars.iter().zip(&self.fits.n);
            let pairs = pairs.filter(|(car, _)| car.n_days > 0);
            patell_of(pairs.map(|(car, &m)| (car, f64::from(m) - k)))
        };
        // r̄ first: its pass over the residuals leaves their averages behind.
        let correlation = self.mean_correlation().ok_or(Undefined::TooFewEvents { n });
        let correlation = correlation.and_then(|r| Ok((r.value, inflation(n, r.value)?)));
        let averages = self.window_residuals(cars, |sums| sums.averages.clone());
        let kp_patell = || Ok(z(patell()? / correlation.clone()?.1.sqrt()));
        let kp_bmp = || {
            let (r, inflation) = correlation.clone()?;
            Ok(t(bmp()? * deflation(r, inflation)))
        };
        let cross = root_n_mean_over_sd(&figures, "the CARs");
        let tests = [
            ("cross_section_t", cross.map(t)),
            (
                "crude_dependence_t",
                crude_dependence(&averages, &figures, cars.n_days),
            ),
            ("patell_z", patell().map(z)),
            ("bmp_t", bmp().map(t)),
            ("kp_patell_z", kp_patell()),
            ("kp_bmp_t", kp_bmp()),
            ("calendar_time_alpha", self.calendar_time(cars)),
        ];
        tests.map(|(name, test)| (name, defined(test, n))).into()
    }

    /// All analytic tests, the parametric ones first.
    pub fn tests(&self, cars: &PanelCars) -> Vec<(&'static str, TestStatistic)> {
        let mut tests = self.parametric_tests(cars);
        tests.extend(self.rank_tests(cars));
        tests
    }

    /// Something of the residuals of the events that have a CAR.
    pub(super) fn window_residuals<T>(
        &self,
        cars: &PanelCars,
        figure: impl Fn(&ResidualSums) -> T,
    ) -> T {
        if cars.n == self.n() {
            return figure(self.residual_sums());
        }
        let counts = |event: usize| cars.cars[event].n_days > 0;
        figure(&self.sum_residuals(counts).0)
    }

    fn calendar_time(&self, cars: &PanelCars) -> Result<TestStatistic, Undefined> {
        let design = &self.design;
        if design.offset.is_none() && design.columns.is_empty() {
            return Err(Undefined::NoFactorModel);
        }
        let factors = CommonFactors {
            offset: design.offset,
            columns: design.columns.clone(),
        };
        let (sessions, returns) = portfolio::portfolio(self, cars.window);
        calendar_time_alpha(&sessions, returns, &factors)
    }
}
