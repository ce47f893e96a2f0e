//! Prices to returns, on plain columns that stand on the session grid.
//!
//! Returns are fractions, one entry per session; NaN is missing. Two shares on 24, 27 and
//! 28 January 2025, and their portfolio:
//!
//! ```
//! use shockwave::returns::{
//!     ReturnKind, equal_weighted, returns, value_at_previous_close, weighted,
//! };
//!
//! let (nvda, amd) = ([142.62, 118.42, 128.99], [122.84, 115.01, 114.17]);
//! let own = [&nvda, &amd].map(|close| returns(close, ReturnKind::Simple));
//! assert!(own[0][0].is_nan() && (own[0][1] + 0.1697).abs() < 1e-4); // −16.97 %
//!
//! let members = [&own[0][..], &own[1][..]];
//! let equal = equal_weighted(&members);
//! assert!((equal[1] + 0.1167).abs() < 1e-4);
//!
//! // By value: shares outstanding at the close before.
//! let values = [value_at_previous_close(&nvda, 24.5e9), value_at_previous_close(&amd, 1.62e9)];
//! assert!((weighted(&members, &values)[1] + 0.1640).abs() < 1e-4); // NVDA was the larger by far
//! ```

/// How a return is computed from two prices.
///
/// ```
/// use shockwave::returns::{ReturnKind, returns};
///
/// let kind = ReturnKind::Log;
/// let log = returns(&[142.62, 118.42], kind)[1];
/// assert!((log + 0.1859).abs() < 1e-4);
/// assert!((kind.to_simple(log) + 0.1697).abs() < 1e-4); // what a holder lost
/// assert_eq!(kind.as_str(), "log");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnKind {
    /// R_t = P_t/P_{t−1} − 1.
    #[default]
    Simple,
    /// r_t = ln(P_t/P_{t−1}).
    Log,
}

impl ReturnKind {
    /// As written in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            ReturnKind::Simple => "simple",
            ReturnKind::Log => "log",
        }
    }

    /// The simple return that a return of this kind stands for.
    pub fn to_simple(self, value: f64) -> f64 {
        match self {
            ReturnKind::Simple => value,
            ReturnKind::Log => value.exp_m1(),
        }
    }
}

/// Returns of a price column on the session grid; NaN is missing on both sides.
///
/// A return needs both prices on *adjacent sessions*: a missing session gives two missing
/// returns, never a two-day one. A price that is not positive and finite is missing. The first
/// entry is always missing.
///
/// ```
/// use shockwave::returns::{returns, ReturnKind};
/// let r = returns(&[100.0, 110.0, f64::NAN, 99.0, 99.0], ReturnKind::Simple);
/// assert!((r[1] - 0.1).abs() < 1e-15 && r[2].is_nan() && r[3].is_nan() && r[4] == 0.0);
/// ```
pub fn returns(prices: &[f64], kind: ReturnKind) -> Vec<f64> {
    let mut out = prices.to_vec();
    in_place(&mut out, kind);
    out
}

/// The same in the memory of the prices.
pub(crate) fn in_place(prices: &mut [f64], kind: ReturnKind) {
    let usable = |p: f64| p > 0.0 && p.is_finite();
    for t in (1..prices.len()).rev() {
        let (before, now) = (prices[t - 1], prices[t]);
        let value = match kind {
            _ if !usable(before) || !usable(now) => f64::NAN,
            ReturnKind::Simple => now / before - 1.0,
            ReturnKind::Log => (now / before).ln(),
        };
        // Two representable prices can still have a ratio that is not.
        prices[t] = if value.is_finite() { value } else { f64::NAN };
    }
    if let Some(first) = prices.first_mut() {
        *first = f64::NAN;
    }
}

/// Return of the equal-weighted portfolio of several instruments, session by session: the mean
/// over the members whose return is present; missing where fewer than half of them are.
///
/// The weights are reset every session, as in the group portfolios of Campbell, Lo and
/// MacKinlay (1997, ch. 4).
pub fn equal_weighted(members: &[&[f64]]) -> Vec<f64> {
    let n_sessions = members.iter().map(|m| m.len()).min().unwrap_or(0);
    (0..n_sessions)
        .map(|t| {
            let present = members.iter().map(|m| m[t]).filter(|r| r.is_finite());
            let (sum, n) = present.fold((0.0, 0usize), |(s, n), r| (s + r, n + 1));
            if n > 0 && 2 * n >= members.len() {
                sum / n as f64
            } else {
                f64::NAN
            }
        })
        .collect()
}

/// Return of a portfolio with a weight per member and session, over the members that have both:
/// Σwr/Σw; missing where fewer than half of them have. The weight of a session is known before
/// it, as the value at the close before is, so that a member's own move does not weigh itself.
///
/// ```
/// use shockwave::returns::{value_at_previous_close, weighted};
///
/// let (large, small) = (value_at_previous_close(&[30.0, 33.0], 10.0), vec![f64::NAN, 100.0]);
/// let portfolio = weighted(&[&[f64::NAN, 0.10], &[f64::NAN, -0.02]], &[large, small]);
/// assert!((portfolio[1] - 0.07).abs() < 1e-15); // (300 × 10 % − 100 × 2 %) / 400
/// ```
pub fn weighted(members: &[&[f64]], weights: &[Vec<f64>]) -> Vec<f64> {
    let n_sessions = members.iter().map(|m| m.len()).min().unwrap_or(0);
    (0..n_sessions)
        .map(|t| {
            let pairs = members.iter().zip(weights).map(|(m, w)| (m[t], w[t]));
            let present = pairs.filter(|(r, w)| r.is_finite() && w.is_finite());
            let (sum, total, n) = present.fold((0.0, 0.0, 0usize), |(s, total, n), (r, w)| {
                (s + w * r, total + w, n + 1)
            });
            if total > 0.0 && 2 * n >= members.len() {
                sum / total
            } else {
                f64::NAN
            }
        })
        .collect()
}

/// What `combine` makes of *simple* returns, as returns of this kind. Returns add up over what is
/// held only when they are simple: the mean of log returns is the return of no portfolio.
///
/// ```
/// use shockwave::returns::{ReturnKind, combined, equal_weighted};
/// // One half gains 20 %, the other loses 20 %: nothing is gained.
/// let members = [[1.2_f64.ln()], [0.8_f64.ln()]];
/// let members: Vec<&[f64]> = members.iter().map(|m| m.as_slice()).collect();
/// assert!(combined(ReturnKind::Log, &members, equal_weighted)[0].abs() < 1e-15);
/// assert!(equal_weighted(&members)[0] < -0.02);
/// ```
pub fn combined(
    kind: ReturnKind,
    members: &[&[f64]],
    combine: impl FnOnce(&[&[f64]]) -> Vec<f64>,
) -> Vec<f64> {
    if kind == ReturnKind::Simple {
        return combine(members);
    }
    let to_simple = |m: &&[f64]| m.iter().map(|&r| kind.to_simple(r)).collect();
    let simple: Vec<Vec<f64>> = members.iter().map(to_simple).collect();
    let simple: Vec<&[f64]> = simple.iter().map(Vec::as_slice).collect();
    let logs = combine(&simple).into_iter().map(f64::ln_1p);
    logs.map(|r| if r.is_finite() { r } else { f64::NAN })
        .collect()
}

/// The value of `shares` at the close before each session; missing where that close is.
pub fn value_at_previous_close(close: &[f64], shares: f64) -> Vec<f64> {
    let value = |p: &f64| if *p > 0.0 { p * shares } else { f64::NAN };
    let values = close.iter().take(close.len().saturating_sub(1)).map(value);
    let first = close.first().map(|_| f64::NAN);
    first.into_iter().chain(values).collect()
}

/// The benchmark without the instrument: (R_m − w·R_i)/(1 − w), missing where either is; w is a
/// fraction of 1.
///
/// ```
/// use shockwave::returns::without_instrument;
///
/// // The index rose by 2 %, a fifth of it by 6 %: the rest by 1 %.
/// let rest = without_instrument(&[0.02], &[0.06], 0.2);
/// assert!((rest[0] - 0.01).abs() < 1e-15);
/// ```
pub fn without_instrument(benchmark: &[f64], instrument: &[f64], weight: f64) -> Vec<f64> {
    benchmark
        .iter()
        .zip(instrument)
        .map(|(m, i)| (m - weight * i) / (1.0 - weight))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_impossible_prices_give_missing_returns() {
        let prices = [0.0, 1.0, -1.0, 2.0, f64::INFINITY, 2.0, 4.0, f64::NAN];
        let simple = returns(&prices, ReturnKind::Simple);
        assert_eq!(simple.len(), prices.len());
        assert_eq!(simple.iter().filter(|r| r.is_finite()).count(), 1);
        assert_eq!(simple[6], 1.0);
        let log = returns(&[1e-300, 1e300], ReturnKind::Simple);
        assert!(
            log[1].is_nan(),
            "an overflowing ratio is missing, not infinite"
        );
        assert!(returns(&[], ReturnKind::Log).is_empty());
    }

    #[test]
    fn portfolio_needs_half_of_its_members() {
        let nan = f64::NAN;
        let out = equal_weighted(&[&[0.1, nan, nan], &[0.3, 0.2, nan], &[nan, nan, 0.5]]);
        assert!((out[0] - 0.2).abs() < 1e-15);
        assert!(out[1].is_nan() && out[2].is_nan());
    }

    #[test]
    fn weights_are_those_of_the_close_before() {
        let nan = f64::NAN;
        let weights = [
            value_at_previous_close(&[1.0, 2.0, nan, 4.0], 10.0),
            value_at_previous_close(&[3.0, 0.0, 5.0, 5.0], 10.0),
        ];
        assert!(weights[0][0].is_nan() && weights[0][3].is_nan() && weights[1][2].is_nan());
        assert_eq!(weights[0][1..3], [10.0, 20.0]);
        let out = weighted(&[&[0.1; 4], &[0.5; 4]], &weights);
        assert!(out[0].is_nan());
        assert!((out[1] - 0.4).abs() < 1e-15);
        assert!((out[2] - 0.1).abs() < 1e-15 && (out[3] - 0.5).abs() < 1e-15);
        assert!(weighted(&[&[0.1], &[0.1], &[0.1]], &vec![vec![nan]; 3])[0].is_nan());
        assert!(value_at_previous_close(&[], 1.0).is_empty());
    }

    #[test]
    fn benchmark_without_the_instrument() {
        let out = without_instrument(&[0.01], &[0.05], 0.2);
        assert!((out[0] - 0.0).abs() < 1e-15);
    }
}
