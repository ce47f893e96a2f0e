//! Which sample test to trust, and why.
//!
//! The rules follow the sizes that `benches/size.rs` simulates. Of 2,000 true nulls at 5 %,
//! 30 events on one session whose variance is doubled: `kp_bmp_t` and `block_bootstrap_p` reject
//! 5 %, `bmp_t` 46 %, `patell_z` 70 %; 12 independent events with t(3) errors: `block_bootstrap_p`
//! 5 %, `grank_t` 7 %. Words for people are made elsewhere, from the reasons and their numbers.

use super::diagnostics::{event_induced_variance, jarque_bera};
use super::inference::{WindowSample, longest_chain, n_overlapping};

/// Samples below this rest on the shape of the law: the mean of so few fat-tailed figures is not
/// normal yet.
pub const FEW_EVENTS: usize = 30;
/// Level at which one instrument's residuals count as not normal.
const NORMALITY_LEVEL: f64 = 0.01;
/// Level at which the event counts as raising the variance.
const VARIANCE_LEVEL: f64 = 0.05;
/// What pairs of one instrument may add to 1 + (N − 1)r̄, relative to it without them: half as much
/// again takes a fifth off the adjusted statistic.
const OWN_SHARE: f64 = 0.5;

/// Share of the estimation window beyond which a run of overlapping windows is long: over a third
/// of it, 20 events of one share, the bootstrap rejects 15 % of true nulls at 5 %; over an eighth 9 %.
const LONG_CHAIN: f64 = 0.1;

/// The test to trust for a sample over a window, and what speaks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recommendation {
    /// Name of the test, as the files write it.
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
    /// The mean correlation of the estimation residuals, and 1 + (N − 1)r̄, by which the variance
    /// of a sum of N events exceeds that of independent ones.
    CrossCorrelation {
        /// r̄.
        r: f64,
        /// 1 + (N − 1)r̄.
        inflation: f64,
    },
    /// r̄ counts pairs of one instrument, whose residuals are the same series twice; without them
    /// 1 + (N − 1)r̄ would be smaller.
    OwnCorrelation {
        /// 1 + (N − 1)r̄, such pairs counted as zero.
        inflation: f64,
    },
    /// Windows that overlap run on for so long that few blocks of the estimation window are as
    /// long, and none is independent of the fit: the bootstrap rejects too often.
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
            Reason::CrossCorrelation { r, inflation } => write!(
                f,
                "residuals correlate by {r:.2} on average, which changes the variance of a mean by \
                 a factor of {inflation:.1}"
            ),
            Reason::OwnCorrelation { inflation } => write!(
                f,
                "pairs of one instrument, each correlated with itself, are in it ({inflation:.1} \
                 without them), which weakens the Kolari-Pynnönen tests"
            ),
            Reason::LongChain {
                n_sessions,
                n_estimation,
            } => write!(
                f,
                "overlapping windows run on for {n_sessions} sessions, beside {n_estimation} \
                 estimation days, which makes p too small"
            ),
            Reason::EventInducedVariance { ratio, p } => {
                let p = match *p {
                    p if p < 0.001 => "p < 0.001".to_owned(),
                    p => format!("p = {p:.3}"),
                };
                write!(f, "the events raise the variance {ratio:.1}-fold ({p})")
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

/// The test to trust for a sample over a window.
///
/// - one observation: `sq_p`, of the tests for one event;
/// - overlap: `kp_bmp_t`; `block_bootstrap_p` where 1 + (N − 1)r̄ ≤ 0 leaves it undefined, or where
///   events of one instrument, which correlate with themselves, raise it by more than half;
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
    if n < 2 {
        return Recommendation {
            test: "sq_p",
            reasons: vec![if n == 0 {
                Reason::NoEvent
            } else {
                Reason::OneEvent
            }],
        };
    }
    let mut reasons = Vec::new();
    let mut test = "bmp_t";
    let days: Vec<usize> = sample.observations.iter().map(|o| o.day_0).collect();
    let n_overlapping = n_overlapping(&days, sample.window.n_days());
    if n_overlapping > 0 {
        reasons.push(Reason::Overlap { n_overlapping, n });
        test = "kp_bmp_t";
        if let Some(r) = sample.context.mean_correlation().map(|r| r.value) {
            let inflation = 1.0 + (n - 1) as f64 * r;
            reasons.push(Reason::CrossCorrelation { r, inflation });
            let of_others = inflation - (n - 1) as f64 * sample.context.own_part();
            let is_distorted = inflation > (1.0 + OWN_SHARE) * of_others.max(0.0);
            if inflation > 0.0 && is_distorted {
                reasons.push(Reason::OwnCorrelation {
                    inflation: of_others,
                });
            }
            if inflation <= 0.0 || is_distorted {
                test = "block_bootstrap_p";
                reasons.extend(long_chain(sample, &days));
            }
        }
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
    fn a_small_p_of_a_reason_is_never_printed_as_zero() {
        let reason = |p| Reason::EventInducedVariance { ratio: 2.0, p }.to_string();
        let text = "the events raise the variance 2.0-fold";
        assert_eq!(reason(0.000_4), format!("{text} (p < 0.001)"));
        assert_eq!(reason(0.001), format!("{text} (p = 0.001)"));
        assert_eq!(reason(0.03), format!("{text} (p = 0.030)"));
    }
}
