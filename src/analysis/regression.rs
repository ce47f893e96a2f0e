//! Why do some events move prices more? CARs regressed on attributes of events or firms.
//!
//! The CARs are given; so are the attributes, as columns. What is left to others: which
//! attributes an event file has and how words become numbers.

use super::distribution::TLaw;
use super::inference::Undefined;
use super::inference::single_event::{TTest, t_test};
use super::ols::{OlsError, OlsFit, ols};

/// How the errors of the coefficients are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// s²(X'X)⁻¹: all events have the same variance and none knows of another.
    Classical,
    /// White (1980) with the factor n/(n − k) (Hinkley 1977): unequal variances.
    Hc1,
    /// e_t/(1 − h_t) in place of e_t (MacKinnon and White 1985): unequal variances, few events.
    Hc3,
    /// Scores summed within clusters, with the factor G/(G − 1)·(n − 1)/(n − k) (Liang and Zeger
    /// 1986): events of one cluster may be correlated. Against t with G − 1 degrees of freedom.
    Clustered,
}

/// One coefficient with its test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// Estimate.
    pub value: f64,
    /// Its error; 0 where the scores of every cluster cancel, as those of a dummy of its own do.
    pub sd: f64,
    /// The t test against zero; `None` where the error is zero.
    pub test: Option<TTest>,
}

/// A regression of CARs with a constant.
///
/// ```
/// use shockwave::analysis::regression::{ErrorKind, regress_cars};
///
/// // CARs of six firms, by the logarithm of their size; two of each session.
/// let size = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// let cars = [-0.011, -0.019, -0.032, -0.038, -0.052, -0.059];
/// let session = [250, 250, 261, 261, 290, 290];
/// let regression = regress_cars(&cars, &[&size], Some(&session))?;
/// assert_eq!((regression.n, regression.n_clusters), (6, Some(3)));
///
/// // The same slope, with each kind of error; clusters leave G − 1 degrees of freedom.
/// let kinds = [(ErrorKind::Classical, 4.0), (ErrorKind::Hc3, 4.0), (ErrorKind::Clustered, 2.0)];
/// for (kind, df) in kinds {
///     let slope = regression.errors(kind)?[1];
///     assert_eq!(slope.value, regression.coefficients[1]);
///     assert!(slope.test.is_some_and(|test| test.df == df && test.p < 0.01));
/// }
/// # Ok::<(), shockwave::analysis::inference::Undefined>(())
/// ```
#[derive(Debug, Clone)]
pub struct CarRegression {
    /// Events that have a CAR and every attribute.
    pub n: usize,
    /// Clusters among them, where they are known.
    pub n_clusters: Option<usize>,
    /// The constant, then one coefficient per attribute.
    pub coefficients: Vec<f64>,
    /// Coefficient of determination; `None` where the CARs do not vary.
    pub r_squared: Option<f64>,
    fit: OlsFit,
    /// a_t = (X'X)⁻¹x_t of each event.
    influence: Vec<Vec<f64>>,
    /// h_t = x_t'(X'X)⁻¹x_t of each event.
    leverage: Vec<f64>,
    /// Cluster of each event.
    clusters: Option<Vec<usize>>,
}

/// Regresses the CARs of N events on a constant and the attributes (one column each, NaN is
/// missing). `clusters` is a number per event, the same for events that may be correlated: the
/// session of day 0, or the firm. An event that lacks a figure is left out.
///
/// # Errors
/// As many coefficients as events, an attribute that is constant or a combination of the others,
/// or CARs that the attributes explain wholly.
///
/// ```
/// use shockwave::analysis::regression::{ErrorKind, regress_cars};
/// let size = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// let cars = [-0.011, -0.019, -0.032, -0.038, -0.052, -0.059];
/// let regression = regress_cars(&cars, &[&size], None)?;
/// let slope = regression.errors(ErrorKind::Hc3)?[1]; // the constant stands first
/// assert!((slope.value + 0.009857).abs() < 1e-5 && slope.sd < 0.001);
/// # Ok::<(), shockwave::analysis::inference::Undefined>(())
/// ```
pub fn regress_cars(
    cars: &[f64],
    attributes: &[&[f64]],
    clusters: Option<&[usize]>,
) -> Result<CarRegression, Undefined> {
    let complete = |t: &usize| cars[*t].is_finite() && attributes.iter().all(|a| a[*t].is_finite());
    let rows: Vec<usize> = (0..cars.len()).filter(complete).collect();
    let pick = |column: &[f64]| -> Vec<f64> { rows.iter().map(|&t| column[t]).collect() };
    let y = pick(cars);
    let x: Vec<Vec<f64>> = attributes.iter().map(|a| pick(a)).collect();
    let columns: Vec<&[f64]> = x.iter().map(Vec::as_slice).collect();
    let fit = ols(&y, &columns, true).map_err(|error| match error {
        OlsError::NoVariance => Undefined::ZeroVariance("the regression's residuals"),
        OlsError::Singular(j) => Undefined::DegenerateFit(format!(
            "regressor {} is constant or a combination of the others",
            j + 1
        )),
        other => Undefined::DegenerateFit(other.to_string()),
    })?;
    let row = |t: usize| columns.iter().map(move |c| c[t]);
    let influence: Vec<Vec<f64>> = (0..rows.len()).map(|t| fit.influence(row(t))).collect();
    let leverage = influence.iter().enumerate().map(|(t, a)| {
        let slopes: f64 = a[1..].iter().zip(row(t)).map(|(a, x)| a * x).sum();
        a[0] + slopes
    });
    let clusters: Option<Vec<usize>> = clusters.map(|c| rows.iter().map(|&t| c[t]).collect());
    Ok(CarRegression {
        n: rows.len(),
        n_clusters: clusters.as_ref().map(|c| distinct(c).len()),
        coefficients: fit.alpha.into_iter().chain(fit.betas.clone()).collect(),
        r_squared: fit.r_squared,
        leverage: leverage.collect(),
        influence,
        clusters,
        fit,
    })
}

impl CarRegression {
    /// The coefficients with errors of a kind, in the order of [`CarRegression::coefficients`].
    ///
    /// # Errors
    /// Fewer than two clusters, or none given; for HC3 an event that alone determines a
    /// coefficient.
    pub fn errors(&self, kind: ErrorKind) -> Result<Vec<Coefficient>, Undefined> {
        let (n, k) = (self.n as f64, self.coefficients.len() as f64);
        let (groups, factor, df) = match kind {
            ErrorKind::Classical | ErrorKind::Hc3 => (None, 1.0, n - k),
            ErrorKind::Hc1 => (None, n / (n - k), n - k),
            ErrorKind::Clustered => {
                let found = self.clusters.as_deref().map(distinct).unwrap_or_default();
                let g = found.len() as f64;
                if found.len() < 2 {
                    return Err(Undefined::TooFewGroups { n: found.len() });
                }
                (Some(found), g / (g - 1.0) * (n - 1.0) / (n - k), g - 1.0)
            }
        };
        let residuals = self.residuals(kind)?;
        let law = TLaw::new(df);
        let coefficient = |(j, &value): (usize, &f64)| {
            let score = |t: usize| self.influence[t][j] * residuals[t];
            let squares: f64 = match &groups {
                None => (0..self.n).map(|t| score(t).powi(2)).sum(),
                Some(groups) => {
                    let sums = groups
                        .iter()
                        .map(|g| g.iter().map(|&t| score(t)).sum::<f64>());
                    sums.map(|sum| sum * sum).sum()
                }
            };
            // Scores that cancel within every cluster leave rounding, which is no error.
            let size: f64 = (0..self.n).map(|t| score(t).powi(2)).sum();
            let sd = match squares > NOTHING * size {
                true => (factor * squares).sqrt(),
                false => 0.0,
            };
            let test = law.as_ref().and_then(|law| t_test(value, sd, law));
            Coefficient { value, sd, test }
        };
        Ok(self
            .coefficients
            .iter()
            .enumerate()
            .map(coefficient)
            .collect())
    }

    /// What stands for the disturbance of each event.
    fn residuals(&self, kind: ErrorKind) -> Result<Vec<f64>, Undefined> {
        let residuals = self.fit.residuals.iter();
        Ok(match kind {
            ErrorKind::Classical => vec![self.fit.residual_sd; self.n],
            ErrorKind::Hc1 | ErrorKind::Clustered => residuals.copied().collect(),
            ErrorKind::Hc3 => {
                if let Some(t) = self.leverage.iter().position(|h| 1.0 - h < FULL) {
                    return Err(Undefined::FullLeverage(t));
                }
                let pairs = residuals.zip(&self.leverage);
                pairs.map(|(e, h)| e / (1.0 - h)).collect()
            }
        })
    }
}

/// Share of the squared scores below which their sums by cluster are nothing but rounding.
const NOTHING: f64 = 1e-20;

/// 1 − h below which an observation alone determines a coefficient, up to rounding.
const FULL: f64 = 1e-10;

/// The positions of each distinct value.
fn distinct(values: &[usize]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|&t| values[t]);
    order
        .chunk_by(|&a, &b| values[a] == values[b])
        .map(<[usize]>::to_vec)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARS: [f64; 6] = [0.01, 0.03, -0.02, 0.05, 0.00, 0.04];
    const SIZE: [f64; 6] = [1.0, 2.0, 0.5, 4.0, 1.5, 2.5];

    #[test]
    fn an_event_without_an_attribute_is_left_out() {
        let mut cars = CARS.to_vec();
        let mut size = SIZE.to_vec();
        cars.push(9.0);
        size.push(f64::NAN);
        let with = regress_cars(&cars, &[&size], None).unwrap();
        let without = regress_cars(&CARS, &[&SIZE], None).unwrap();
        assert_eq!((with.n, &with.coefficients), (6, &without.coefficients));
    }

    #[test]
    fn a_cluster_with_a_dummy_of_its_own_leaves_no_error() {
        // Three firms, a dummy for two of them: the scores of every firm sum to nothing.
        let firm = [1, 1, 2, 2, 3, 3];
        let dummy = |of: usize| firm.map(|f| if f == of { 1.0 } else { 0.0 });
        let fit = regress_cars(&CARS, &[&dummy(2), &dummy(3)], Some(&firm)).unwrap();
        for coefficient in fit.errors(ErrorKind::Clustered).unwrap() {
            assert_eq!((coefficient.sd, coefficient.test), (0.0, None));
        }
        let hc1 = fit.errors(ErrorKind::Hc1).unwrap();
        assert!(hc1.iter().all(|c| c.test.is_some()));
    }

    #[test]
    fn clusters_of_one_are_hc1_up_to_its_factor() {
        let alone = [1, 2, 3, 4, 5, 6];
        let fit = regress_cars(&CARS, &[&SIZE], Some(&alone)).unwrap();
        let (hc1, own) = (fit.errors(ErrorKind::Hc1), fit.errors(ErrorKind::Clustered));
        let (hc1, own) = (hc1.unwrap()[1], own.unwrap()[1]);
        // n/(n − k) against G/(G − 1)·(n − 1)/(n − k), which are the same for G = n.
        assert!((hc1.sd / own.sd - 1.0).abs() < 1e-12);
        assert_eq!((hc1.test.unwrap().df, own.test.unwrap().df), (4.0, 5.0));
    }

    #[test]
    fn what_cannot_be_had_has_a_reason() {
        let one = regress_cars(&CARS, &[&SIZE], Some(&[7; 6])).unwrap();
        let reason = |kind| one.errors(kind).unwrap_err().code();
        assert_eq!(reason(ErrorKind::Clustered), "too-few-clusters");
        let dummy = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0];
        let own = regress_cars(&CARS, &[&dummy], None).unwrap();
        let hc3 = own.errors(ErrorKind::Hc3);
        assert_eq!(hc3, Err(Undefined::FullLeverage(2)));
        assert!(own.errors(ErrorKind::Clustered).is_err());
        let code = |x: &[f64]| {
            regress_cars(&CARS, &[x], None)
                .map(|_| ())
                .unwrap_err()
                .code()
        };
        assert_eq!(code(&[1.0; 6]), "degenerate-fit");
        assert_eq!(code(&[f64::NAN; 6]), "degenerate-fit");
        assert_eq!(code(&CARS), "zero-variance");
    }
}
