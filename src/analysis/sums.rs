//! Sums over slices, quick and the same on every machine: their order is fixed.

/// Mean in two passes, so that the second corrects the rounding of the first.
pub fn mean(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let rough = sum_of(values, |v| v) / n;
    rough + sum_of(values, |v| v - rough) / n
}

/// Sums that grow side by side: in one alone, each addition waits for the one before.
const LANES: usize = 8;

/// Σ f(v).
fn sum_of(values: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for chunk in chunks {
        for (lane, v) in lanes.iter_mut().zip(chunk) {
            *lane += f(*v);
        }
    }
    lanes.iter().sum::<f64>() + rest.iter().map(|v| f(*v)).sum::<f64>()
}

/// Σ a_i b_i of slices of one length.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    debug_assert_eq!(a.len(), b.len());
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for ((lane, x), y) in lanes.iter_mut().zip(a).zip(b) {
            *lane += x * y;
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    lanes.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_summed_whole() {
        for n in 0..40_u32 {
            let a: Vec<f64> = (0..n).map(|i| f64::from(i) - 7.0).collect();
            let b: Vec<f64> = (0..n).map(|i| f64::from(i * i % 11)).collect();
            // Whole numbers: exact in any order.
            let expected: f64 = a.iter().zip(&b).map(|(x, y)| x * y).sum();
            assert_eq!(dot(&a, &b), expected);
            assert_eq!(sum_of(&a, |v| 2.0 * v), 2.0 * a.iter().sum::<f64>());
        }
        assert_eq!(mean(&[1.0, 2.0, 4.0, 5.0]), 3.0);
        assert!(mean(&[]).is_nan());
        assert!(dot(&[1.0; 9], &[f64::NAN; 9]).is_nan());
    }
}
