//! Rows of claims.

use crate::analysis::window::Window;
use serde::Serialize;

/// What the figures say of a claim.
///
/// ```
/// use shockwave::study::result::Verdict;
/// assert_eq!(Verdict::Supported.as_str(), "supported");
/// // No effect was seen, which is not the same as no effect.
/// assert_eq!(Verdict::NotDistinguishable.as_str(), "not-distinguishable");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Its test sees an effect on the side that the claim expects.
    Supported,
    /// Its test sees one on the other side (or at all, for a claim of no effect).
    Contradicted,
    /// Its test sees none.
    NotDistinguishable,
    /// Prices cannot answer.
    NotTestable,
}

impl Verdict {
    /// As written in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Supported => "supported",
            Verdict::Contradicted => "contradicted",
            Verdict::NotDistinguishable => "not-distinguishable",
            Verdict::NotTestable => "not-testable",
        }
    }
}

/// `claims.csv`: one row per claim.
#[derive(Debug, Clone, Serialize)]
pub struct ClaimRow {
    /// Claim.
    pub claim_id: String,
    /// The statement.
    pub text: String,
    /// Which events, instrument or group it was checked on; empty where it cannot be.
    pub scope: String,
    /// Window.
    pub window: Option<Window>,
    /// What it says: `up`, `down`, `none`; empty where prices cannot answer.
    pub expected: String,
    /// CAR, CAAR or difference.
    pub figure: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Two-sided p of `test`.
    pub p: Option<f64>,
    /// The answer, by `test`; for one event `other_test` has to agree.
    pub verdict: Verdict,
    /// Why, in one sentence with the tests used.
    pub reason: String,
    /// Events behind the figure.
    pub n: usize,
    /// Where the t interval comes from: `forecast-error` of one event, or `cross-section` of several.
    pub interval: String,
    /// The test that the verdict rests on: the recommended one of the sample.
    pub test: Option<ClaimTest>,
    /// The test beside it: the sample-quantile test of one event, the cross-sectional t of several.
    pub other_test: Option<ClaimTest>,
    /// Smallest effect seen in 80 % of cases; none where there is no figure.
    pub mde: Option<f64>,
    /// Events that the claim is about and that the figure goes without.
    pub left_out: Vec<LeftOutEvent>,
}

/// An event without a figure for a claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeftOutEvent {
    /// Event.
    pub event_id: String,
    /// Why.
    pub reason: String,
}

/// A test of a claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimTest {
    /// Its name, as `tests.csv` and `cars.csv` write it.
    pub name: String,
    /// The statistic, where the test has one beside its p.
    pub statistic: Option<f64>,
    /// The law of it.
    pub law: String,
    /// Degrees of freedom, where the law has them.
    pub df: Option<f64>,
    /// Two-sided p.
    pub p: Option<f64>,
}
