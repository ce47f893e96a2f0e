//! Do the assumptions of the tests hold? Residuals, trading, and the variance around the event.
//!
//! Each diagnostic is a [`TestStatistic`] against its null, with an upper-tail p, or the reason
//! why there is none. Residuals count as consecutive; a missing session between two is not seen.

use super::abnormal::AbnormalReturns;
use super::aggregate::mean_and_sd;
use super::distribution::{chi_squared_sf, f_sf};
use super::inference::{Law, TestStatistic, Undefined, WindowSample};
use super::ols::{mean, ols};
use super::window::Window;

/// Ljung and Box (1978): Q = n(n + 2)Σ_{k=1}^{lags} ρ̂_k²/(n − k), against chi-squared with `lags`
/// degrees of freedom. The null: the residuals are not autocorrelated up to that lag.
///
/// ```
/// use shockwave::analysis::diagnostics::ljung_box;
///
/// // Residuals that change their sign every session are not independent.
/// let residuals: Vec<f64> = (0..100).map(|t| if t % 2 == 0 { 0.01 } else { -0.01 }).collect();
/// let test = ljung_box(&residuals, 5);
/// assert!(test.p.is_some_and(|p| p < 1e-6));
/// ```
pub fn ljung_box(residuals: &[f64], lags: usize) -> TestStatistic {
    let n = residuals.len();
    let centre = mean(residuals);
    let deviations: Vec<f64> = residuals.iter().map(|e| e - centre).collect();
    let variance: f64 = deviations.iter().map(|d| d * d).sum();
    if let Some(reason) = unusable(n, lags + 2, variance) {
        return TestStatistic::undefined(reason, n);
    }
    let q: f64 = (1..=lags)
        .map(|lag| {
            let pairs = deviations[lag..].iter().zip(&deviations);
            let rho = pairs.map(|(a, b)| a * b).sum::<f64>() / variance;
            rho * rho / (n - lag) as f64
        })
        .sum();
    chi_squared((n * (n + 2)) as f64 * q, lags, n)
}

/// Jarque and Bera (1980): JB = n/6·(skewness² + (kurtosis − 3)²/4), against chi-squared with two
/// degrees of freedom. The null: the residuals are normal.
///
/// ```
/// use shockwave::analysis::diagnostics::{arch_lm, jarque_bera, ljung_box, shape};
/// let mut residuals: Vec<f64> = (0..240).map(|t| 0.01 * (12.9 * t as f64).sin()).collect();
/// residuals[200] = -0.20; // one crash
/// assert!(jarque_bera(&residuals).p.is_some_and(|p| p < 1e-6));
/// assert!(shape(&residuals)?.skewness < -5.0);
/// assert!(ljung_box(&residuals, 5).value.is_some() && arch_lm(&residuals, 5).value.is_some());
/// assert!(jarque_bera(&[0.01]).undefined.is_some()); // the reason why there is none
/// # Ok::<(), shockwave::analysis::inference::Undefined>(())
/// ```
pub fn jarque_bera(residuals: &[f64]) -> TestStatistic {
    let n = residuals.len();
    match shape(residuals) {
        Err(reason) => TestStatistic::undefined(reason, n),
        Ok(Shape {
            skewness,
            excess_kurtosis,
        }) => {
            let squares = skewness * skewness + 0.25 * excess_kurtosis * excess_kurtosis;
            chi_squared(n as f64 / 6.0 * squares, 2, n)
        }
    }
}

/// Third and fourth standardised moments, with n in the denominator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Skewness, 0 for a symmetric law.
    pub skewness: f64,
    /// Kurtosis less 3, 0 for the normal law and positive for fat tails.
    pub excess_kurtosis: f64,
}

/// Skewness and kurtosis of residuals.
///
/// # Errors
/// Fewer than four residuals, or residuals that do not vary.
///
/// ```
/// use shockwave::analysis::diagnostics::shape;
///
/// let shape = shape(&[-1.0, 1.0, -1.0, 1.0])?;
/// assert_eq!((shape.skewness, shape.excess_kurtosis), (0.0, -2.0));
/// # Ok::<(), shockwave::analysis::inference::Undefined>(())
/// ```
pub fn shape(residuals: &[f64]) -> Result<Shape, Undefined> {
    let n = residuals.len();
    let centre = mean(residuals);
    let moment = |power: i32| -> f64 {
        let powers = residuals.iter().map(|e| (e - centre).powi(power));
        powers.sum::<f64>() / n as f64
    };
    let variance = moment(2);
    if let Some(reason) = unusable(n, 4, variance) {
        return Err(reason);
    }
    Ok(Shape {
        skewness: moment(3) / variance.powf(1.5),
        excess_kurtosis: moment(4) / (variance * variance) - 3.0,
    })
}

/// Engle (1982): n·R² of the squared residuals on their own `lags`, n the rows that have them all,
/// against chi-squared with `lags` degrees of freedom. The null: no conditional
/// heteroskedasticity.
///
/// ```
/// use shockwave::analysis::diagnostics::arch_lm;
///
/// // Calm and stormy months take turns.
/// let size = |t: usize| if t / 20 % 2 == 0 { 0.005 } else { 0.03 };
/// let residuals: Vec<f64> = (0..240).map(|t| size(t) * (12.9 * t as f64).sin()).collect();
/// let test = arch_lm(&residuals, 5);
/// assert_eq!((test.df(), test.n), (Some(5.0), 235));
/// assert!(test.p.is_some_and(|p| p < 0.001));
/// ```
pub fn arch_lm(residuals: &[f64], lags: usize) -> TestStatistic {
    let squares: Vec<f64> = residuals.iter().map(|e| e * e).collect();
    let n = squares.len().saturating_sub(lags);
    if let Some(reason) = unusable(n, lags + 2, 1.0) {
        return TestStatistic::undefined(reason, n);
    }
    let columns: Vec<&[f64]> = (1..=lags)
        .map(|lag| &squares[lags - lag..squares.len() - lag])
        .collect();
    match ols(&squares[lags..], &columns, true) {
        Err(error) => TestStatistic::undefined(Undefined::DegenerateFit(error.to_string()), n),
        Ok(fit) => match fit.r_squared {
            None => TestStatistic::undefined(Undefined::ZeroVariance("the squared residuals"), n),
            Some(r_squared) => chi_squared(n as f64 * r_squared, lags, n),
        },
    }
}

/// How thinly an instrument trades.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThinTrading {
    /// Sessions looked at.
    pub n_sessions: usize,
    /// Share of them without a return.
    pub missing: f64,
    /// Share of zeros among the returns there are; `None` without returns.
    pub zero: Option<f64>,
}

/// Missing and zero returns; `None` without sessions.
///
/// ```
/// use shockwave::analysis::diagnostics::thin_trading;
///
/// let thin = thin_trading(&[0.01, 0.0, f64::NAN, 0.0]).ok_or("no sessions")?;
/// assert_eq!((thin.missing, thin.zero), (0.25, Some(2.0 / 3.0)));
/// # Ok::<(), &str>(())
/// ```
pub fn thin_trading(returns: &[f64]) -> Option<ThinTrading> {
    let n_sessions = returns.len();
    if n_sessions == 0 {
        return None;
    }
    let present = returns.iter().filter(|r| r.is_finite()).count();
    let zeros = returns.iter().filter(|&&r| r == 0.0).count();
    Some(ThinTrading {
        n_sessions,
        missing: (n_sessions - present) as f64 / n_sessions as f64,
        zero: (present > 0).then(|| zeros as f64 / present as f64),
    })
}

/// Mean of SAR² over the days of a window that are present, against F(L, M − k). The null: the
/// variance of one event's window is that of its estimation window.
///
/// A jump counts as variance here: one event cannot tell the two apart.
///
/// ```
/// use shockwave::analysis::abnormal::AbnormalReturns;
/// use shockwave::analysis::diagnostics::event_variance_ratio;
/// use shockwave::analysis::inference::Law;
/// use shockwave::analysis::model::{NormalReturnModel, mean_adjusted};
/// use shockwave::analysis::window::Window;
///
/// // Plus and minus 1 %, and from session 60 on plus and minus 3 %.
/// let size = |t: usize| if t < 60 { 0.01 } else { 0.03 };
/// let returns: Vec<f64> = (0..65).map(|t| if t % 2 == 0 { size(t) } else { -size(t) }).collect();
/// let (model, window) = (mean_adjusted(), Window::new(0, 4)?);
/// let fit = model.fit(&returns, &(0..50).collect::<Vec<_>>())?;
/// let abnormal = AbnormalReturns::new(&returns, Default::default(), &model, &fit, window, 60);
/// let test = event_variance_ratio(&abnormal, window);
/// assert!(test.value.is_some_and(|ratio| (8.0..9.0).contains(&ratio))); // 9, less the mean's error
/// assert_eq!(test.law, Some(Law::F(5.0, 49.0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn event_variance_ratio(abnormal: &AbnormalReturns, window: Window) -> TestStatistic {
    let squares: Vec<f64> = abnormal
        .days_present(window)
        .into_iter()
        .filter_map(|day| Some((abnormal.ar(day)? / abnormal.sd(day)?).powi(2)))
        .collect();
    let n = squares.len();
    if n == 0 {
        return TestStatistic::undefined(Undefined::NoDay, n);
    }
    let (value, df) = (mean(&squares), abnormal.df());
    let law = Law::F(n as f64, df);
    TestStatistic::new(value, law, f_sf(value, n as f64, df), n)
}

/// Var(SCAR)/((1 − ρ)·mean(Q)) of a sample, Q = (M − k)/(M − k − 2), with ν times it against
/// chi-squared with ν degrees of freedom. The null: the event adds no variance.
///
/// The variance is taken over events about their mean, so that an effect common to all does not
/// count; events on one session that move together differ less from one another, by 1 − r̄ (Kolari
/// and Pynnönen 2010, eq. 9). Only returns of the same sessions move together: ρ is the mean of
/// c_ij·r_ij over pairs, c_ij the share of its sessions that a window has in common with the
/// other. ν is N − 1 less what clusters of correlated events take away (Satterthwaite 1946). The
/// value is the ratio itself.
///
/// `observations` are eight, made as in the example of [`inference`](super::inference), but of one
/// event session, on which half of them gain 8 % and the others lose as much:
///
/// ```
/// # use shockwave::analysis::diagnostics::event_induced_variance;
/// # use shockwave::analysis::abnormal::AbnormalReturns;
/// # use shockwave::analysis::inference::{Observation, SampleContext};
/// # use shockwave::analysis::model::{NormalReturnModel, market};
/// # use shockwave::analysis::window::Window;
/// # let index: Vec<f64> = (0..300).map(|t| 0.01 * (1.7 * t as f64).sin()).collect();
/// # let model = market("INDEX", &index[..]);
/// # let event = Window::new(-5, 5)?;
/// # let mut observations = Vec::new();
/// # for instrument in 0..8 {
/// #     let noise = |t: usize| 0.01 * ((t * t * (instrument + 3)) as f64).sin();
/// #     let mut returns: Vec<f64> = (0..300).map(|t| index[t] + noise(t)).collect();
/// #     let (day_0, estimation_days) = (260, (130..250).collect::<Vec<usize>>());
/// #     returns[day_0] += if instrument % 2 == 0 { 0.08 } else { -0.08 };
/// #     let fit = model.fit(&returns, &estimation_days)?;
/// #     let abnormal = AbnormalReturns::new(&returns, Default::default(), &model, &fit, event, day_0);
/// #     let (residual_sd, n_parameters, residuals) = (fit.residual_sd, fit.n_parameters, fit.residuals);
/// #     observations.push(Observation {
/// #         instrument, day_0, abnormal, estimation_days, residuals, residual_sd, n_parameters,
/// #     });
/// # }
/// let context = SampleContext::new(observations.iter().collect());
/// let test = event_induced_variance(&context.window(Window::new(0, 0)?));
/// assert!(test.value.is_some_and(|ratio| ratio > 10.0) && test.p.is_some_and(|p| p < 0.001));
/// assert_eq!(test.df(), Some(7.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn event_induced_variance(sample: &WindowSample) -> TestStatistic {
    let n = sample.n();
    let Some((_, sd)) = mean_and_sd(&sample.figures(|c| c.scar)) else {
        return TestStatistic::undefined(Undefined::TooFewEvents { n }, n);
    };
    let mut total = 0.0;
    for observation in &sample.observations {
        let df = observation.df();
        if df <= 2.0 {
            let reason = Undefined::TooFewDegreesOfFreedom { df };
            return TestStatistic::undefined(reason, n);
        }
        total += df / (df - 2.0);
    }
    let length = sample.window.n_days();
    let pairs = sample.context.pairs();
    let rho = pairs.map_or(0.0, |pairs| pairs.of_cars(length));
    let df = pairs.map_or((n - 1) as f64, |pairs| pairs.df_of_variance(length));
    let ratio = sd * sd / (total / n as f64 * (1.0 - rho));
    let p = chi_squared_sf(ratio * df, df);
    TestStatistic::new(ratio, Law::ChiSquared(df), p, n)
}

fn chi_squared(value: f64, df: usize, n: usize) -> TestStatistic {
    let df = df as f64;
    TestStatistic::new(value, Law::ChiSquared(df), chi_squared_sf(value, df), n)
}

fn unusable(n: usize, needed: usize, variance: f64) -> Option<Undefined> {
    if n < needed {
        return Some(Undefined::TooFewDays { n, needed });
    }
    (variance <= 0.0 || variance.is_nan()).then_some(Undefined::ZeroVariance("the residuals"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A series with fat tails, from a fixed recursion.
    fn series() -> Vec<f64> {
        let (mut state, mut previous) = (1_u64, 0.0_f64);
        (0..120)
            .map(|i| {
                state = (state * 1_103_515_245 + 12_345) % (1 << 31);
                let u = state as f64 / (1_u64 << 31) as f64 - 0.5;
                let size = if i % 17 == 0 { 3.0 } else { 1.0 };
                previous = u * (1.0 + 0.8 * previous.abs()) * size + 0.2 * previous;
                previous
            })
            .collect()
    }

    fn close(actual: Option<f64>, expected: f64) {
        let actual = actual.unwrap();
        assert!(
            (actual / expected - 1.0).abs() < 1e-9,
            "{actual} against {expected}"
        );
    }

    /// Answers of statsmodels 0.15: `acorr_ljungbox(e, lags=[5])`, `jarque_bera(e)`,
    /// `het_arch(e, nlags=5)`.
    #[test]
    fn residual_diagnostics_agree_with_statsmodels() {
        let e = series();
        let (q, jb, lm) = (ljung_box(&e, 5), jarque_bera(&e), arch_lm(&e, 5));
        close(q.value, 7.938497931358576);
        close(q.p, 0.1596578579249198);
        close(jb.value, 111.85274817062151);
        close(jb.p, 5.146172526045601e-25);
        close(shape(&e).ok().map(|s| s.skewness), 0.07729765374701872);
        close(shape(&e).ok().map(|s| s.excess_kurtosis), 4.727224336227881);
        close(lm.value, 3.361245174467238);
        close(lm.p, 0.6444789134694132);
        assert_eq!((q.n, lm.n, lm.df()), (120, 115, Some(5.0)));
    }

    #[test]
    fn what_cannot_be_had_has_a_reason() {
        let reason = |t: TestStatistic| t.undefined.map(|u| u.code());
        assert_eq!(reason(ljung_box(&[0.1, 0.2], 5)), Some("too-few-days"));
        assert_eq!(reason(ljung_box(&[], 5)), Some("too-few-days"));
        assert_eq!(reason(jarque_bera(&[0.0; 50])), Some("zero-variance"));
        assert_eq!(reason(arch_lm(&[0.0; 50], 5)), Some("degenerate-fit"));
        assert_eq!(reason(arch_lm(&[0.1; 3], 5)), Some("too-few-days"));
    }

    #[test]
    fn thin_trading_counts_zeros_among_what_is_there() {
        let thin = thin_trading(&[0.0, f64::NAN, 0.1, 0.0, -0.2]).unwrap();
        assert_eq!(
            (thin.n_sessions, thin.missing, thin.zero),
            (5, 0.2, Some(0.5))
        );
        assert_eq!(thin_trading(&[f64::NAN]).unwrap().zero, None);
        assert_eq!(thin_trading(&[]), None);
    }
}
