//! Which sample test to trust, and why.
//!
//! The rules follow the sizes that `benches/size.rs` simulates. Of 2,000 true nulls at 5 %,
//! 30 events on one session whose variance is doubled: `kp_bmp_t` and `block_bootstrap_p` reject
//! 5 %, `bmp_t` 46 %, `patell_z` 70 %; 12 independent events with t(3) errors: `block_bootstrap_p`
//! 5 %, `grank_t` 7 %. Words for people are made elsewhere, from the reasons and their numbers.

use super::diagnostics::{event_induced_variance, jarque_bera};
use super::inference::kolari_pynnonen::{deflation, inflation};
use super::inference::{WindowSample, longest_chain, n_overlapping};

/// Samples below this rest on the shape of the law: the mean of so few fat-tailed figures is not
/// normal yet.
pub const FEW_EVENTS: usize = 30;
/// Level at which one instrument's residuals count as not normal.
const NORMALITY_LEVEL: f64 = 0.01;
/// Level at which the event counts as raising the variance.
const VARIANCE_LEVEL: f64 = 0.05;
/// Factor between what the Kolari-Pynnönen tests divide t by and what the correlation of the CARs
/// asks for up to which they are near: at most a sixth is missing from the statistic.
const NEAR: f64 = 1.2;
/// Share of the estimation window beyond which a run of overlapping windows is long: fewer than
/// ten blocks of the window are as long and do not overlap.
const LONG_CHAIN: f64 = 0.1;

/// The test to trust for a sample over a window, and what speaks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recommendation {
    /// Name of the test, as the files write it; empty where no observation has a CAR.
    pub test: &'static str,
    /// What decided, the strongest first; empty where nothing speaks against the plain choice.
    pub reasons: Vec<Reason>,
}

/// A property of the sample that decides which tests hold their size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// No observation has a CAR over the window.
    NoEvent,
    /// One observation: a sample test has nothing to average.
    OneEvent,
    /// Windows overlap in calendar time, so that the events are not independent.
    Overlap {
        /// Observations whose window overlaps another's.
        n_overlapping: usize,
        /// Observations.
        n: usize,
    },
    /// The CARs correlate, which a t that takes the events for independent leaves out.
    CrossCorrelation {
        /// ρ, the mean over pairs of c_ij·r_ij: the correlation of their residuals times the share
        /// of sessions that their windows have in common.
        r: f64,
        /// √((1 + (N − 1)ρ)/(1 − ρ)), by which such a t is too large; `None` where 1 + (N − 1)ρ is
        /// not positive.
        divisor: Option<f64>,
    },
    /// The Kolari-Pynnönen tests reckon with r̄, which counts every pair as if its windows were on
    /// the same sessions; here that is not near.
    OtherSessions {
        /// √((1 + (N − 1)r̄)/(1 − r̄)), by which they divide t; `None` where they are undefined.
        divisor: Option<f64>,
    },
    /// Windows that overlap run on for so long that few blocks of the estimation window are as
    /// long: the bootstrap's p is rough.
    LongChain {
        /// Sessions of the longest such run.
        n_sessions: usize,
        /// Days of the shortest estimation window.
        n_estimation: usize,
    },
    /// The event raises the variance of the standardised CARs.
    EventInducedVariance {
        /// Their variance over what the estimation windows promise.
        ratio: f64,
        /// p of the ratio.
        p: f64,
    },
    /// Most observations' residuals are not normal.
    FatTails {
        /// Observations that reject normality at 1 % (Jarque-Bera).
        n_not_normal: usize,
        /// Observations.
        n: usize,
    },
    /// Fewer than [`FEW_EVENTS`] observations.
    FewEvents {
        /// Observations.
        n: usize,
    },
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reason::NoEvent => write!(f, "no event has a figure over this window"),
            Reason::OneEvent => write!(f, "one event: only the tests for single events apply"),
            Reason::Overlap { n_overlapping, n } => {
                write!(f, "{n_overlapping} of {n} windows overlap in calendar time")
            }
            Reason::CrossCorrelation { r, divisor } => {
                // No minus sign before a zero.
                let r = (100.0 * r).round() / 100.0 + 0.0;
                write!(f, "CARs correlate by {r:.2} on average")?;
                divisor.map_or(Ok(()), |v| {
                    write!(f, ", so that t has to be divided by {}", Divisor(v))
                })
            }
            Reason::OtherSessions { divisor } => match divisor {
                Some(v) => write!(
                    f,
                    "Kolari-Pynnönen would divide it by {}, as if all windows were on the same \
                     sessions",
                    Divisor(*v)
                ),
                None => write!(
                    f,
                    "1 + (N − 1)r̄ is not positive, which leaves the Kolari-Pynnönen tests undefined"
                ),
            },
            Reason::LongChain {
                n_sessions,
                n_estimation,
            } => write!(
                f,
                "a run of {n_sessions} sessions overlaps, beside {n_estimation} estimation days: \
                 p is rough"
            ),
            Reason::EventInducedVariance { ratio, p } => {
                let p = match *p {
                    p if p < 0.001 => "p < 0.001".to_owned(),
                    p => format!("p = {p:.3}"),
                };
                write!(
                    f,
                    "the variance of the CARs is {ratio:.1} times what the residuals promise ({p})"
                )
            }
            Reason::FatTails { n_not_normal, n } => {
                write!(
                    f,
                    "{n_not_normal} of {n} estimation windows have fat tails (Jarque-Bera, 1 %)"
                )
            }
            Reason::FewEvents { n } => write!(f, "few events ({n})"),
        }
    }
}

/// What a t is divided by, in few digits but never as zero.
struct Divisor(f64);

impl std::fmt::Display for Divisor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            v if v > 1000.0 => write!(f, "over 1000"),
            v if v >= 0.95 => write!(f, "{v:.1}"),
            v if v >= 0.095 => write!(f, "{v:.2}"),
            v => write!(f, "{v:.0e}"),
        }
    }
}

/// The test to trust for a sample over a window.
///
/// - no observation: none; one: `sq_p`, of the tests for one event;
/// - overlap: `kp_bmp_t` where what it divides t by, as if all windows were on the same sessions,
///   is near what the correlation of the CARs as they overlap asks for; else `block_bootstrap_p`,
///   which keeps every overlap as it is;
/// - few events with fat tails: `block_bootstrap_p`, whose law is that of the residuals;
/// - else `bmp_t`, which stays right when the event raises the variance.
///
/// `observations` are eight, made as in the example of [`inference`](super::inference), but all of
/// one event session:
///
/// ```
/// # use shockwave::analysis::recommendation::{Reason, recommend};
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
/// #     returns[day_0] -= 0.03;
/// #     let fit = model.fit(&returns, &estimation_days)?;
/// #     let abnormal = AbnormalReturns::new(&returns, Default::default(), &model, &fit, event, day_0);
/// #     let (residual_sd, n_parameters, residuals) = (fit.residual_sd, fit.n_parameters, fit.residuals);
/// #     observations.push(Observation {
/// #         instrument, day_0, abnormal, estimation_days, residuals, residual_sd, n_parameters,
/// #     });
/// # }
/// let context = SampleContext::new(observations.iter().collect());
/// let advice = recommend(&context.window(Window::new(0, 0)?));
/// assert_eq!(advice.test, "kp_bmp_t"); // it allows for their correlation
/// assert_eq!(advice.reasons[0], Reason::Overlap { n_overlapping: 8, n: 8 });
/// assert_eq!(advice.reasons[0].to_string(), "8 of 8 windows overlap in calendar time");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn recommend(sample: &WindowSample) -> Recommendation {
    let n = sample.n();
    let only = |test, reason| Recommendation {
        test,
        reasons: vec![reason],
    };
    match n {
        0 => return only("", Reason::NoEvent),
        1 => return only("sq_p", Reason::OneEvent),
        _ => {}
    }
    let mut reasons = Vec::new();
    let mut test = "bmp_t";
    let days: Vec<usize> = sample.observations.iter().map(|o| o.day_0).collect();
    let n_overlapping = n_overlapping(&days, sample.window.n_days());
    if n_overlapping > 0 {
        reasons.push(Reason::Overlap { n_overlapping, n });
        test = of_overlapping(sample, &days, &mut reasons);
    }
    let variance = event_induced_variance(sample);
    if let (Some(ratio), Some(p)) = (variance.value, variance.p)
        && p < VARIANCE_LEVEL
    {
        reasons.push(Reason::EventInducedVariance { ratio, p });
    }
    if n < FEW_EVENTS {
        let n_not_normal = n_not_normal(sample);
        if 2 * n_not_normal > n {
            reasons.push(Reason::FatTails { n_not_normal, n });
            if n_overlapping == 0 {
                test = "block_bootstrap_p";
            }
        }
        reasons.push(Reason::FewEvents { n });
    }
    Recommendation { test, reasons }
}

/// The test for windows of which some overlap.
fn of_overlapping(
    sample: &WindowSample,
    days_0: &[usize],
    reasons: &mut Vec<Reason>,
) -> &'static str {
    let Some(pairs) = sample.context.pairs() else {
        return "kp_bmp_t";
    };
    let divisor = |r: f64| {
        let inflation = inflation(sample.n(), r).ok()?;
        Some(1.0 / deflation(r, inflation))
    };
    let r = pairs.of_cars(sample.window.n_days());
    let (needed, taken) = (divisor(r), divisor(pairs.mean.value));
    reasons.push(Reason::CrossCorrelation { r, divisor: needed });
    let apart = needed.zip(taken).map(|(needed, taken)| taken / needed);
    if apart.is_some_and(|apart| (1.0 / NEAR..=NEAR).contains(&apart)) {
        return "kp_bmp_t";
    }
    reasons.push(Reason::OtherSessions { divisor: taken });
    reasons.extend(long_chain(sample, days_0));
    "block_bootstrap_p"
}

/// Where a chain of windows is longer than a share of the estimation window.
fn long_chain(sample: &WindowSample, days_0: &[usize]) -> Option<Reason> {
    let n_sessions = longest_chain(days_0, sample.window.n_days());
    let observations = sample.observations.iter();
    let n_estimation = observations.map(|o| o.estimation_days.len()).min()?;
    (n_sessions as f64 > LONG_CHAIN * n_estimation as f64).then_some(Reason::LongChain {
        n_sessions,
        n_estimation,
    })
}

fn n_not_normal(sample: &WindowSample) -> usize {
    let rejects = |p: Option<f64>| p.is_some_and(|p| p < NORMALITY_LEVEL);
    let observations = sample.observations.iter();
    observations
        .filter(|o| rejects(jarque_bera(&o.residuals).p))
        .count()
}

#[cfg(test)]
mod tests {
    use super::Reason;

    #[test]
    fn a_correlation_of_nothing_has_no_sign() {
        let reason = Reason::CrossCorrelation {
            r: -0.001,
            divisor: Some(0.99),
        };
        let text = "CARs correlate by 0.00 on average, so that t has to be divided by 1.0";
        assert_eq!(reason.to_string(), text);
    }

    #[test]
    fn what_t_is_divided_by_is_never_printed_as_zero() {
        let printed = [2.46, 0.5, 0.0123, f64::INFINITY].map(|v| super::Divisor(v).to_string());
        assert_eq!(printed, ["2.5", "0.50", "1e-2", "over 1000"]);
    }

    #[test]
    fn a_small_p_of_a_reason_is_never_printed_as_zero() {
        let reason = |p| Reason::EventInducedVariance { ratio: 2.0, p }.to_string();
        let text = "the variance of the CARs is 2.0 times what the residuals promise";
        assert_eq!(reason(0.000_4), format!("{text} (p < 0.001)"));
        assert_eq!(reason(0.001), format!("{text} (p = 0.001)"));
        assert_eq!(reason(0.03), format!("{text} (p = 0.030)"));
    }
}
