//! Models with several factors: Fama-French, Carhart, and any columns of the user's.

use super::LinearModel;
use super::linear::Series;

/// E(R_t) = R_ft + α + Σ β_j F_jt on excess returns, k = 1 + number of factors: Fama and French
/// (1993, 2015), Carhart (1997). `name` is that of the set, `columns` its factors.
///
/// ```
/// use shockwave::analysis::model::{NormalReturnModel, capm, factors, french};
/// let series = |k: f64| -> Vec<f64> { (0..200).map(|t| 0.01 * (k * t as f64).sin()).collect() };
/// let (market, size, value, risk_free) = (series(1.7), series(2.3), series(3.1), vec![0.0001; 200]);
/// let share: Vec<f64> = (0..200)
///     .map(|t| risk_free[t] + 1.2 * market[t] + 0.5 * size[t] + 0.002 * (5.9 * t as f64).cos())
///     .collect();
/// let days: Vec<usize> = (0..150).collect();
///
/// let columns = [("mkt_rf", &market), ("smb", &size), ("hml", &value)];
/// let columns = columns.map(|(name, column)| (name.to_owned(), column[..].into()));
/// let three = french("ff3", columns.to_vec(), &risk_free[..]).fit(&share, &days)?;
/// assert!((three.betas[1] - 0.5).abs() < 0.05);
/// let one = capm(&market[..], &risk_free[..]).fit(&share, &days)?;
/// assert!(one.residual_sd > three.residual_sd);
/// let own = factors(vec![("oil".to_owned(), size[..].into())]);
/// assert_eq!(own.regressors(), ["oil"]);
/// # Ok::<(), shockwave::analysis::model::FitError>(())
/// ```
pub fn french<'a>(
    name: &'static str,
    columns: Vec<(String, Series<'a>)>,
    risk_free: impl Into<Series<'a>>,
) -> LinearModel<'a> {
    LinearModel {
        name,
        constant: true,
        offset: Some(risk_free.into()),
        regressors: columns,
    }
}

/// E(R_t) = α + Σ β_j F_jt on plain returns, k = 1 + number of columns: an industry fund, a
/// currency, a volatility index beside the market or instead of it.
///
/// ```
/// use shockwave::analysis::model::{NormalReturnModel, factors};
///
/// let market: Vec<f64> = (0..60).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
/// let industry: Vec<f64> = (0..60).map(|t| 0.01 * (0.9 * t as f64).cos()).collect();
/// let noise = |t: usize| 1e-4 * (2.9 * t as f64).cos();
/// let share: Vec<f64> = (0..60).map(|t| market[t] + 0.5 * industry[t] + noise(t)).collect();
/// let model = factors(vec![
///     ("MARKET".to_owned(), market.into()),
///     ("INDUSTRY".to_owned(), industry.into()),
/// ]);
/// let fit = model.fit(&share, &(0..60).collect::<Vec<_>>())?;
/// assert!((fit.betas[0] - 1.0).abs() < 0.01 && (fit.betas[1] - 0.5).abs() < 0.01);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn factors<'a>(columns: Vec<(String, Series<'a>)>) -> LinearModel<'a> {
    LinearModel {
        name: "factors",
        constant: true,
        offset: None,
        regressors: columns,
    }
}
