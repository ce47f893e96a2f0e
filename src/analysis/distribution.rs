//! Reference laws: survival functions and quantiles, guarded where the library is inexact.
//!
//! p-values come from survival functions, never from 1 − cdf, so that small ones keep their
//! digits. `tests/reference` compares these functions with scipy's.
//!
//! ```
//! use shockwave::analysis::distribution::{
//!     chi_squared_sf, f_sf, normal_sf, normal_two_sided, student_t_sf, student_t_upper_quantile,
//! };
//! let near = |p: Option<f64>, expected: f64| p.is_some_and(|p| (p - expected).abs() < 5e-5);
//!
//! assert!(near(normal_two_sided(-1.96), 0.05) && near(Some(normal_sf(1.645)), 0.05));
//! // With 20 degrees of freedom 1.96 is not significant at 5 %: it would have to be 2.086.
//! assert!(near(student_t_sf(1.96, 20.0).map(|upper| 2.0 * upper), 0.0641));
//! assert!(student_t_upper_quantile(0.025, 20.0).is_some_and(|t| (t - 2.086).abs() < 1e-3));
//!
//! assert!(near(chi_squared_sf(3.841, 1.0), 0.05));
//! assert!(near(f_sf(4.351, 1.0, 20.0), 0.05)); // 2.086²
//! assert_eq!(f_sf(4.351, 0.0, 20.0), None); // no such law
//! ```

use statrs::distribution::{ChiSquared, ContinuousCDF, FisherSnedecor, StudentsT};

/// P(Z > z) of the standard normal law.
pub fn normal_sf(z: f64) -> f64 {
    0.5 * libm::erfc(z / std::f64::consts::SQRT_2)
}

/// P(T > t) of Student's t law with `df` degrees of freedom; `None` where df is not positive
/// or t is not a number.
pub fn student_t_sf(t: f64, df: f64) -> Option<f64> {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return None;
    }
    // The regularised beta function loses digits for huge df, where the normal law with
    // Fisher's correction is exact to 1e-12.
    if df > 1e5 {
        return Some(normal_sf(normal_equivalent(t, df)));
    }
    StudentsT::new(0.0, 1.0, df).ok().map(|law| law.sf(t))
}

/// Two-sided p of a t statistic.
///
/// ```
/// use shockwave::analysis::distribution::{TLaw, student_t_two_sided};
/// assert!((student_t_two_sided(-5.062, 238.0).ok_or("no law")? - 8.27e-7).abs() < 1e-8);
/// assert_eq!(student_t_two_sided(1.0, 0.0), None);
/// let law = TLaw::new(238.0).ok_or("no law")?;
/// assert!((law.upper_025 - 1.96998).abs() < 1e-5);
/// # Ok::<(), &str>(())
/// ```
pub fn student_t_two_sided(t: f64, df: f64) -> Option<f64> {
    student_t_sf(t.abs(), df).map(|p| (2.0 * p).min(1.0))
}

/// Two-sided p of a normal statistic; `None` where z is not a number.
pub fn normal_two_sided(z: f64) -> Option<f64> {
    (!z.is_nan()).then(|| (2.0 * normal_sf(z.abs())).min(1.0))
}

/// The t that leaves `upper` probability above it, 0 < upper < 0.5; `None` elsewhere.
///
/// Newton's method on ln P(T > t) from the normal quantile with Fisher's correction, bisection
/// where it strays: the library's quantile is wrong for df of 1 and above 10,000.
pub fn student_t_upper_quantile(upper: f64, df: f64) -> Option<f64> {
    if !(upper > 0.0 && upper < 0.5) || student_t_sf(0.0, df).is_none() {
        return None;
    }
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut t = fisher_cornish_quantile(upper, df);
    for _ in 0..2_000 {
        let tail = student_t_sf(t, df)?;
        if tail > upper {
            low = t;
        } else {
            high = t;
        }
        let step = (tail / upper).ln() * tail / student_t_density(t, df);
        let next = if low < t + step && t + step < high {
            t + step
        } else if high.is_finite() {
            0.5 * (low + high)
        } else {
            2.0 * t
        };
        // The error after a step is of the order of its square.
        if (next - t).abs() <= 1e-8 * t && next == t + step || high - low <= f64::EPSILON * low {
            return Some(next);
        }
        t = next;
    }
    t.is_finite().then_some(t)
}

/// z + (z + z³)/(4ν) + (3z + 16z³ + 5z⁵)/(96ν²), near the t quantile for more than a few degrees
/// of freedom (Fisher and Cornish 1960).
fn fisher_cornish_quantile(upper: f64, df: f64) -> f64 {
    let z = std::f64::consts::SQRT_2 * statrs::function::erf::erfc_inv(2.0 * upper);
    let z2 = z * z;
    let first = z * (1.0 + z2) / (4.0 * df);
    let second = z * (3.0 + z2 * (16.0 + 5.0 * z2)) / (96.0 * df * df);
    let t = z + first + second;
    if t.is_finite() && t > 0.0 { t } else { 1.0 }
}

/// Γ((ν + 1)/2)/(Γ(ν/2)√(νπ))·(1 + t²/ν)^{−(ν + 1)/2}.
fn student_t_density(t: f64, df: f64) -> f64 {
    // ν → ∞: the difference of the two logarithms would lose its digits.
    let constant = if df > 1e5 {
        -0.5 * std::f64::consts::TAU.ln()
    } else {
        libm::lgamma(0.5 * (df + 1.0))
            - libm::lgamma(0.5 * df)
            - 0.5 * (df * std::f64::consts::PI).ln()
    };
    (constant - 0.5 * (df + 1.0) * (t * t / df).ln_1p()).exp()
}

/// Student's t law with the quantiles that intervals and power need, found once for many figures
/// with the same degrees of freedom.
///
/// ```
/// use shockwave::analysis::distribution::TLaw;
///
/// // A CAR of −13.3 % with a forecast sd of 2.6 %, from 240 sessions and two parameters.
/// let law = TLaw::new(238.0).ok_or("no law")?;
/// let (low, high) = law.interval(-0.133, 0.026).ok_or("no sd")?;
/// assert!((low + 0.184).abs() < 5e-4 && (high + 0.082).abs() < 5e-4);
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TLaw {
    /// Degrees of freedom.
    pub df: f64,
    /// The t with 2.5 % above it: half the width of a 95 % interval.
    pub upper_025: f64,
    /// The t with 20 % above it: the power of 80 %.
    pub upper_20: f64,
}

impl TLaw {
    /// The law; `None` where df is not positive.
    pub fn new(df: f64) -> Option<Self> {
        Some(Self {
            df,
            upper_025: student_t_upper_quantile(0.025, df)?,
            upper_20: student_t_upper_quantile(0.20, df)?,
        })
    }

    /// The 95 % interval of a figure with its forecast sd; `None` where the sd is zero.
    pub fn interval(&self, figure: f64, sd: f64) -> Option<(f64, f64)> {
        let half = self.upper_025 * sd;
        (sd > 0.0 && sd.is_finite() && figure.is_finite()).then_some((figure - half, figure + half))
    }
}

/// P(F > f) of Fisher's F law; `None` where a degree of freedom is not positive.
pub fn f_sf(f: f64, df_1: f64, df_2: f64) -> Option<f64> {
    if f.is_nan() || df_1.is_nan() || df_2.is_nan() || df_1 <= 0.0 || df_2 <= 0.0 {
        return None;
    }
    if f <= 0.0 {
        return Some(1.0);
    }
    FisherSnedecor::new(df_1, df_2).ok().map(|law| law.sf(f))
}

/// P(X > x) of the chi-squared law; `None` where the degrees of freedom are not positive.
pub fn chi_squared_sf(x: f64, df: f64) -> Option<f64> {
    if x.is_nan() || df.is_nan() || df <= 0.0 {
        return None;
    }
    if x <= 0.0 {
        return Some(1.0);
    }
    ChiSquared::new(df).ok().map(|law| law.sf(x))
}

/// The z with the same tail probability as t: Fisher's (1926) expansion in 1/df to second order,
/// used only above df = 1e5, where it agrees with scipy to 1e-10 for |t| up to 5.
fn normal_equivalent(t: f64, df: f64) -> f64 {
    let t2 = t * t;
    let first = t * (1.0 + t2) / (4.0 * df);
    let second = t * (3.0 + t2 * (8.0 + 13.0 * t2)) / (96.0 * df * df);
    t - first + second
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, tolerance: f64) {
        assert!((a / b - 1.0).abs() < tolerance, "{a} against {b}");
    }

    /// Answers of scipy 1.17.1: `stats.t.sf`, `stats.norm.sf`, `stats.t.isf`, `stats.f.sf`,
    /// `stats.chi2.sf`.
    #[test]
    fn tails_agree_with_scipy() {
        close(student_t_sf(0.3, 1.0).unwrap(), 0.4072264209222577, 1e-9);
        close(student_t_sf(2.0, 1.0).unwrap(), 0.14758361765043326, 1e-9);
        close(student_t_sf(1e9, 1.0).unwrap(), 3.183098861837907e-10, 1e-9);
        close(
            student_t_sf(5.0616, 238.0).unwrap(),
            4.161022530378758e-07,
            1e-9,
        );
        close(student_t_sf(2.0, 3.0).unwrap(), 0.06966298427942152, 1e-9);
        close(
            student_t_sf(40.0, 3.0).unwrap(),
            1.7190340394579253e-05,
            1e-9,
        );
        close(
            student_t_sf(1.96, 10000.0).unwrap(),
            0.025011760115916513,
            1e-9,
        );
        close(
            student_t_sf(8.0, 10000.0).unwrap(),
            6.910604364532651e-16,
            1e-9,
        );
        close(
            student_t_sf(2.5, 99000.0).unwrap(),
            0.006210467619411706,
            1e-9,
        );
        close(
            student_t_sf(2.5, 1000000.0).unwrap(),
            0.006209744751081627,
            1e-9,
        );
        close(
            student_t_sf(4.0, 10000000.0).unwrap(),
            3.1671469345084426e-05,
            1e-9,
        );
        close(normal_sf(0.0), 0.5, 1e-12);
        close(normal_sf(1.959963984540054), 0.025, 1e-12);
        close(normal_sf(8.0), 6.22096057427174e-16, 1e-12);
        close(normal_sf(30.0), 4.906713927147908e-198, 1e-12);
        close(
            student_t_upper_quantile(0.025, 1.0).unwrap(),
            12.706204736174705,
            1e-9,
        );
        close(
            student_t_upper_quantile(1e-08, 1.0).unwrap(),
            31830988.61837906,
            1e-9,
        );
        close(
            student_t_upper_quantile(0.025, 238.0).unwrap(),
            1.9699815295299452,
            1e-9,
        );
        close(
            student_t_upper_quantile(0.2, 5.0).unwrap(),
            0.9195437802408267,
            1e-9,
        );
        close(
            student_t_upper_quantile(0.025, 20000.0).unwrap(),
            1.9600826051581353,
            1e-9,
        );
        close(
            student_t_upper_quantile(0.025, 1000000.0).unwrap(),
            1.9599663568141072,
            1e-9,
        );
        close(f_sf(1.5, 20.0, 240.0).unwrap(), 0.08183673796918248, 1e-9);
        close(f_sf(4.0, 1.0, 9.0).unwrap(), 0.07655282377070101, 1e-9);
        close(
            f_sf(30.0, 5.0, 100.0).unwrap(),
            1.6580762554847194e-18,
            1e-9,
        );
        close(f_sf(0.3, 10.0, 10.0).unwrap(), 0.9645528412253884, 1e-9);
        for (x, df, answer) in [
            (0.01, 1.0, 0.920344325445942),
            (3.84, 1.0, 0.05004352124870519),
            (50.0, 5.0, 1.3857973367009573e-09),
            (10.0, 20.0, 0.9681719426937951),
            (1400.0, 1200.0, 5.035224680499375e-05),
            (0.001, 3.0, 0.9999915920809419),
            (700.0, 20.0, 2.2134053404244967e-135),
            (5.0, 1000.0, 1.0),
            (33.4, 29.0, 0.2619001882781897),
        ] {
            close(chi_squared_sf(x, df).unwrap(), answer, 1e-9);
        }
    }

    #[test]
    fn what_is_not_defined_is_none() {
        assert_eq!(student_t_sf(f64::NAN, 5.0), None);
        assert_eq!(student_t_sf(1.0, 0.0), None);
        assert_eq!(student_t_upper_quantile(0.5, 5.0), None);
        assert_eq!(normal_two_sided(f64::NAN), None);
        assert_eq!(f_sf(1.0, 0.0, 3.0), None);
        assert_eq!(chi_squared_sf(1.0, 0.0), None);
        assert_eq!(chi_squared_sf(-1.0, 2.0), Some(1.0));
        assert_eq!(student_t_two_sided(f64::INFINITY, 3.0), Some(0.0));
    }
}
