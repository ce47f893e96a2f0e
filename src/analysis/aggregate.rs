//! Samples of event observations: averages over events.

use super::distribution::TLaw;
use super::inference::Observation;
use super::inference::single_event::{TTest, t_test};
use super::window::{RelativeDay, Window};

/// Mean and standard deviation with N − 1; `None` for fewer than two values.
///
/// ```
/// use shockwave::analysis::aggregate::mean_and_sd;
///
/// assert_eq!(mean_and_sd(&[1.0, 2.0, 3.0]), Some((2.0, 1.0)));
/// assert_eq!(mean_and_sd(&[1.0]), None);
/// ```
pub fn mean_and_sd(values: &[f64]) -> Option<(f64, f64)> {
    if values.len() < 2 {
        return None;
    }
    let mean = super::ols::mean(values);
    let sum_of_squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    Some((mean, (sum_of_squares / (values.len() - 1) as f64).sqrt()))
}

/// The average abnormal return of one relative day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aar {
    /// The day.
    pub relative_day: RelativeDay,
    /// Observations present.
    pub n: usize,
    /// Their mean, where there is one.
    pub aar: Option<f64>,
    /// AARs cumulated from the first day of the event window.
    pub caar: Option<f64>,
    /// Standard error S/√N and t test, for two observations or more.
    pub sd: Option<f64>,
    /// The interval against t with N − 1 degrees of freedom.
    pub test: Option<TTest>,
}

/// AAR and CAAR of every day of the event window.
///
/// ```
/// use shockwave::analysis::abnormal::AbnormalReturns;
/// use shockwave::analysis::aggregate::aar;
/// use shockwave::analysis::inference::Observation;
/// use shockwave::analysis::model::{NormalReturnModel, mean_adjusted};
/// use shockwave::analysis::window::Window;
/// use shockwave::returns::ReturnKind;
///
/// // Three shares that fall by 2 %, 3 % and 4 % on session 60.
/// let (model, event, day_0) = (mean_adjusted(), Window::new(0, 1)?, 60);
/// let mut observations = Vec::new();
/// for (instrument, fall) in [0.02, 0.03, 0.04].into_iter().enumerate() {
///     let mut returns: Vec<f64> = (0..62).map(|t| if t % 2 == 0 { 0.01 } else { -0.01 }).collect();
///     returns[day_0] = -fall;
///     let days: Vec<usize> = (0..50).collect();
///     let fit = model.fit(&returns, &days)?;
///     let kind = ReturnKind::Simple;
///     observations.push(Observation {
///         instrument,
///         day_0,
///         abnormal: AbnormalReturns::new(&returns, kind, &model, &fit, event, day_0),
///         estimation_days: days,
///         residual_sd: fit.residual_sd,
///         n_parameters: fit.n_parameters,
///         residuals: fit.residuals,
///     });
/// }
/// let days = aar(&observations.iter().collect::<Vec<_>>(), event);
/// let (first, second) = (days[0], days[1]);
/// assert!((first.aar.ok_or("no AAR")? + 0.03).abs() < 1e-12 && first.n == 3);
/// assert!((second.caar.ok_or("no CAAR")? + 0.04).abs() < 1e-12); // −3 % and −1 %
/// assert!((first.sd.ok_or("one event")? - 0.01 / 3_f64.sqrt()).abs() < 1e-12);
/// assert!(first.test.is_some_and(|test| test.p < 0.05)); // t with 2 degrees of freedom
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn aar(sample: &[&Observation], event_window: Window) -> Vec<Aar> {
    let of_day = |day: RelativeDay| {
        let ars: Vec<f64> = sample.iter().filter_map(|o| o.abnormal.ar(day)).collect();
        let mean = (!ars.is_empty()).then(|| super::ols::mean(&ars));
        (day, ars.len(), mean, mean_and_sd(&ars).map(|(_, sd)| sd))
    };
    aars_of(event_window.days().map(of_day))
}

/// AAR and CAAR of days in a row, from how many observations each has, their mean and their sd.
pub(crate) fn aars_of(
    days: impl Iterator<Item = (RelativeDay, usize, Option<f64>, Option<f64>)>,
) -> Vec<Aar> {
    let mut caar = 0.0;
    days.map(|(day, n, aar, sd)| {
        caar += aar.unwrap_or(0.0);
        let sd = sd.map(|sd| sd / (n as f64).sqrt());
        Aar {
            relative_day: day,
            n,
            aar,
            caar: aar.map(|_| caar),
            sd,
            test: aar
                .zip(sd)
                .and_then(|(aar, sd)| t_test(aar, sd, &TLaw::new((n - 1) as f64)?)),
        }
    })
    .collect()
}

/// A difference of two means with unequal variances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Welch {
    /// mean(a) − mean(b).
    pub difference: f64,
    /// √(S_a²/N_a + S_b²/N_b).
    pub sd: f64,
    /// The t test, with the degrees of freedom of Welch (1947).
    pub test: TTest,
}

/// Welch's t test of two samples; `None` where either has fewer than two values or neither
/// varies.
///
/// ```
/// use shockwave::analysis::aggregate::welch;
/// let found = welch(&[-0.04, -0.02, -0.03], &[0.01, -0.01, 0.02, 0.0]).ok_or("too few")?;
/// assert!((found.difference + 0.035).abs() < 1e-12 && found.test.p < 0.02);
/// # Ok::<(), &str>(())
/// ```
pub fn welch(a: &[f64], b: &[f64]) -> Option<Welch> {
    let ((mean_a, sd_a), (mean_b, sd_b)) = (mean_and_sd(a)?, mean_and_sd(b)?);
    let (n_a, n_b) = (a.len() as f64, b.len() as f64);
    let (var_a, var_b) = (sd_a * sd_a / n_a, sd_b * sd_b / n_b);
    let sd = (var_a + var_b).sqrt();
    let df = (var_a + var_b) * (var_a + var_b)
        / (var_a * var_a / (n_a - 1.0) + var_b * var_b / (n_b - 1.0));
    let difference = mean_a - mean_b;
    Some(Welch {
        difference,
        sd,
        test: t_test(difference, sd, &TLaw::new(df)?)?,
    })
}
