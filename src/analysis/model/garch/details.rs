//! What of a fit is said by name.

use super::{GarchParameters, VarianceKind};

/// By how much the log-likelihood is higher on the edge of the parameters at which EGARCH is
/// stable, where there is no optimum: where the searches ended there, so that it may be more.
pub(crate) const EDGE_GAIN: &str = "edge_gain";

/// Estimates by their names.
pub(super) fn details(
    kind: VarianceKind,
    p: &GarchParameters,
    log_likelihood: f64,
    edge_gain: Option<f64>,
) -> Vec<(String, f64)> {
    let v = &p.variance;
    let asymmetric = kind != VarianceKind::Garch;
    let all = [
        ("omega", Some(v.omega)),
        ("alpha_1", Some(v.alpha)),
        ("gamma_1", asymmetric.then_some(v.gamma)),
        ("beta_1", Some(v.beta)),
        ("nu", p.nu),
        ("log_likelihood", Some(log_likelihood)),
        (EDGE_GAIN, edge_gain),
    ];
    all.into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}
