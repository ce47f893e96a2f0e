//! Adjusted p-values for many looks at the same data.
//!
//! ```
//! use shockwave::analysis::multiple_testing::{benjamini_hochberg, holm};
//! let p = [Some(0.01), None, Some(0.04), Some(0.03)];
//! assert_eq!(holm(&p), [Some(0.03), None, Some(0.06), Some(0.06)]);
//! assert_eq!(benjamini_hochberg(&p), [Some(0.03), None, Some(0.04), Some(0.04)]);
//! ```

/// Holm (1979): p_(i)·(m − i + 1), made monotone, at most 1. Missing p-values stay missing and do
/// not count.
pub fn holm(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let order = ascending(p);
    let m = order.len();
    let mut out = vec![None; p.len()];
    let mut largest = 0.0_f64;
    for (rank, &(i, value)) in order.iter().enumerate() {
        largest = largest.max(value * (m - rank) as f64).min(1.0);
        out[i] = Some(largest);
    }
    out
}

/// Benjamini and Hochberg (1995): p_(i)·m/i, made monotone from above, at most 1. Missing
/// p-values stay missing and do not count.
pub fn benjamini_hochberg(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let order = ascending(p);
    let m = order.len();
    let mut out = vec![None; p.len()];
    let mut smallest = 1.0_f64;
    for (rank, &(i, value)) in order.iter().enumerate().rev() {
        smallest = smallest.min(value * m as f64 / (rank + 1) as f64);
        out[i] = Some(smallest);
    }
    out
}

fn ascending(p: &[Option<f64>]) -> Vec<(usize, f64)> {
    let mut order: Vec<(usize, f64)> = p
        .iter()
        .enumerate()
        .filter_map(|(i, p)| Some((i, (*p)?)))
        .collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(actual: &[Option<f64>], expected: &[f64]) {
        assert_eq!(actual.len(), expected.len());
        for (a, e) in actual.iter().zip(expected) {
            match a {
                Some(a) => assert!((a - e).abs() < 1e-12, "{a} against {e}"),
                None => assert!(e.is_nan()),
            }
        }
    }

    /// Answers of statsmodels 0.15, `multipletests(p, method="holm" | "fdr_bh")`.
    #[test]
    fn adjusted_p_values_agree_with_statsmodels() {
        let p = [Some(0.01), None, Some(0.04), Some(0.03), Some(0.005)];
        close(&holm(&p), &[0.03, f64::NAN, 0.06, 0.06, 0.02]);
        close(&benjamini_hochberg(&p), &[0.02, f64::NAN, 0.04, 0.04, 0.02]);
        close(&holm(&[Some(0.9), Some(0.8)]), &[1.0, 1.0]);
        close(&benjamini_hochberg(&[]), &[]);
    }
}
