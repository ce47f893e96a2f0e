//! Synthetic control: the normal return is that of a portfolio of other instruments.

use super::linear::Series;
use super::state::ModelState;
use super::{FitError, Fitted, NormalReturnModel};
use crate::analysis::ols::{OlsError, OlsFit, dot, ols};
use crate::analysis::simplex_least_squares::nearest_mixture;

/// Relative size of squared residuals below which the donors repeat the instrument exactly.
const EXACT_FIT: f64 = 1e-20;

/// E(R_t) = Σ w_j R_jt, w the weights ≥ 0 that sum to one and minimise Σ(R_t − Σ w_j R_jt)² over
/// the estimation days (Abadie, Diamond and Hainmueller 2010, on returns and without covariates).
///
/// Donors that miss an estimation day are left out and counted. k is the number of positive
/// weights less one: given which are positive, they are a regression of R − R_b on R_j − R_b, b
/// one of them, and on average over samples that count is the degrees of freedom that weights on
/// a simplex use (as for the lasso: Zou, Hastie and Tibshirani 2007). The forecast variance is
/// that regression's, the choice of donors taken as given.
#[derive(Debug, Clone)]
pub struct SyntheticControl<'a> {
    donors: Vec<(String, Series<'a>)>,
}

/// The model on these donors, named as the results print them.
pub fn synthetic_control(donors: Vec<(String, Series<'_>)>) -> SyntheticControl<'_> {
    SyntheticControl { donors }
}

/// The donors with a positive weight.
#[derive(Debug, Clone)]
pub(super) struct Donors {
    /// The heaviest.
    base: usize,
    /// The others.
    others: Vec<usize>,
    /// R − R_b on R_j − R_b; `None` where there are no others.
    pub regression: Option<OlsFit>,
}

impl SyntheticControl<'_> {
    /// R_jt − R_bt of the donors that are not the base.
    fn row(&self, state: &Donors, t: usize) -> Vec<f64> {
        let base = self.donors[state.base].1[t];
        let others = state.others.iter();
        others.map(|&j| self.donors[j].1[t] - base).collect()
    }

    /// The regression that the positive weights are, and its residuals.
    fn regress(
        &self,
        returns: &[f64],
        days: &[usize],
        mut support: Vec<(usize, f64)>,
    ) -> Result<(Donors, Vec<f64>), FitError> {
        support.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let base = support[0].0;
        let against = |j: usize| -> Vec<f64> {
            let base = &self.donors[base].1;
            let own = |t: usize| {
                if j == usize::MAX {
                    returns[t]
                } else {
                    self.donors[j].1[t]
                }
            };
            days.iter().map(|&t| own(t) - base[t]).collect()
        };
        let y = against(usize::MAX);
        let others: Vec<usize> = support[1..].iter().map(|s| s.0).collect();
        if others.is_empty() {
            let donors = Donors {
                base,
                others,
                regression: None,
            };
            return Ok((donors, y));
        }
        let columns: Vec<Vec<f64>> = others.iter().map(|&j| against(j)).collect();
        let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let fit = ols(&y, &slices, false).map_err(|e| FitError(e.to_string()))?;
        let residuals = fit.residuals.clone();
        let donors = Donors {
            base,
            others,
            regression: Some(fit),
        };
        Ok((donors, residuals))
    }
}

impl NormalReturnModel for SyntheticControl<'_> {
    fn name(&self) -> &'static str {
        "synthetic-control"
    }

    fn regressors(&self) -> Vec<String> {
        self.donors.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Some donor has a return; which ones are needed only the fit knows. Without donors it is
    /// the fit that says so.
    fn covers(&self, t: usize) -> bool {
        self.donors.is_empty() || self.donors.iter().any(|(_, series)| series[t].is_finite())
    }

    fn fit(&self, returns: &[f64], days: &[usize]) -> Result<Fitted, FitError> {
        let complete: Vec<usize> = (0..self.donors.len())
            .filter(|&j| days.iter().all(|&t| self.donors[j].1[t].is_finite()))
            .collect();
        if self.donors.is_empty() {
            let why = "there are no donors: give prices of instruments that the events do not \
                       concern";
            return Err(FitError(why.to_owned()));
        }
        if complete.is_empty() {
            return Err(FitError(format!(
                "none of {} donors has a return on every estimation day",
                self.donors.len()
            )));
        }
        let y: Vec<f64> = days.iter().map(|&t| returns[t]).collect();
        let columns: Vec<Vec<f64>> = complete
            .iter()
            .map(|&j| days.iter().map(|&t| self.donors[j].1[t]).collect())
            .collect();
        let mixture = nearest_mixture(&y, &columns).map_err(FitError)?;
        let support = mixture.iter().map(|&(i, w)| (complete[i], w)).collect();
        let (state, residuals) = self.regress(returns, days, support)?;
        let (n, k) = (days.len(), state.others.len());
        let sse = dot(&residuals, &residuals);
        if n <= k {
            return Err(FitError(OlsError::TooFewRows { n, k }.to_string()));
        }
        if sse.is_nan() || sse <= EXACT_FIT * dot(&y, &y) {
            return Err(FitError(OlsError::NoVariance.to_string()));
        }
        let mut weights = vec![f64::NAN; self.donors.len()];
        complete.iter().for_each(|&j| weights[j] = 0.0);
        let slopes = state.regression.as_ref().map_or(&[][..], |r| &r.betas);
        for (&j, &slope) in state.others.iter().zip(slopes) {
            weights[j] = slope;
        }
        weights[state.base] = 1.0 - slopes.iter().sum::<f64>();
        let left_out = self.donors.len() - complete.len();
        Ok(Fitted {
            n_estimation: n,
            n_parameters: k,
            alpha: None,
            betas: weights,
            residual_sd: (sse / (n - k) as f64).sqrt(),
            r_squared: None,
            residuals,
            details: vec![
                ("n_donors".to_owned(), complete.len() as f64),
                ("n_donors_left_out".to_owned(), left_out as f64),
                ("n_positive_weights".to_owned(), (k + 1) as f64),
            ],
            state: ModelState::Donors(Box::new(state)),
        })
    }

    /// NaN where a donor with a positive weight has no return: the others do not stand in for it.
    fn normal_return(&self, fit: &Fitted, t: usize) -> f64 {
        let ModelState::Donors(state) = &fit.state else {
            return f64::NAN;
        };
        let slopes = state.regression.as_ref().map_or(&[][..], |r| &r.betas);
        self.donors[state.base].1[t] + dot(slopes, &self.row(state, t))
    }

    fn forecast_covariance(&self, fit: &Fitted, days: &[usize]) -> Vec<f64> {
        let ModelState::Donors(state) = &fit.state else {
            return vec![f64::NAN; days.len() * days.len()];
        };
        fit.regression_covariance(days.iter().map(|&t| self.row(state, t)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::model::testing::{returns_on, white_noise};

    fn donors(n: usize, days: usize) -> Vec<Vec<f64>> {
        (0..n as u64).map(|j| white_noise(days, 100 + j)).collect()
    }

    fn model(columns: &[Vec<f64>]) -> SyntheticControl<'_> {
        let named = columns.iter().enumerate();
        synthetic_control(
            named
                .map(|(j, c)| (format!("D{j}"), c.as_slice().into()))
                .collect(),
        )
    }

    #[test]
    fn the_weights_behind_a_mixture_are_found() {
        let columns = donors(8, 300);
        let mixed: Vec<f64> = (0..300)
            .map(|t| 0.6 * columns[2][t] + 0.4 * columns[5][t])
            .collect();
        let y = returns_on(&mixed, 1.0, 0.05, 9);
        let days: Vec<usize> = (0..280).collect();
        let own = model(&columns);
        let fit = own.fit(&y, &days).unwrap();
        assert!((fit.betas[2] - 0.6).abs() < 0.02 && (fit.betas[5] - 0.4).abs() < 0.02);
        assert!((fit.betas.iter().sum::<f64>() - 1.0).abs() < 1e-14);
        assert!(fit.betas.iter().all(|&w| w >= 0.0));
        // What the fit forecasts is what its weights say.
        let by_hand: f64 = (0..8).map(|j| fit.betas[j] * columns[j][290]).sum();
        assert!((own.normal_return(&fit, 290) - by_hand).abs() < 1e-15);
    }

    #[test]
    fn a_donor_with_a_gap_is_left_out_and_a_gap_of_the_event_day_is_missing() {
        let mut columns = donors(4, 120);
        columns[0][50] = f64::NAN;
        columns[3][110] = f64::NAN;
        let y = returns_on(&columns[3], 1.0, 0.1, 10);
        let days: Vec<usize> = (0..100).collect();
        let own = model(&columns);
        let fit = own.fit(&y, &days).unwrap();
        assert_eq!((fit.details[0].1, fit.details[1].1), (3.0, 1.0));
        assert!(own.covers(110) && own.normal_return(&fit, 110).is_nan());
        assert!(own.normal_return(&fit, 111).is_finite());
    }

    #[test]
    fn one_donor_is_the_market_adjusted_model() {
        let columns = donors(1, 100);
        let y = returns_on(&columns[0], 0.7, 0.5, 11);
        let days: Vec<usize> = (0..90).collect();
        let own = model(&columns);
        let fit = own.fit(&y, &days).unwrap();
        let plain = crate::analysis::model::market_adjusted(columns[0].as_slice());
        let other = plain.fit(&y, &days).unwrap();
        assert_eq!(fit.n_parameters, 0);
        assert!((fit.residual_sd - other.residual_sd).abs() < 1e-16);
        let (a, b) = (
            own.forecast_covariance(&fit, &[95, 96]),
            plain.forecast_covariance(&other, &[95, 96]),
        );
        assert_eq!(a, b);
    }
}
