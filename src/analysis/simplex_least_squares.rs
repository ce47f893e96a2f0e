//! Least squares with weights ≥ 0 that sum to one.
//!
//! The best mixture of columns x_j for y is the point nearest to the origin in the convex hull of
//! the points x_j − y: Wolfe's (1976) algorithm finds it exactly, in finitely many steps, and
//! touches all columns only once per step, so that thousands of them are no burden.

use super::ols::dot;

/// Weights below this are zero.
const NEGLIGIBLE: f64 = 1e-10;
/// What the best unused column may still promise, relative to the lengths of the points, at the
/// end: the aim, and what is accepted where rounding stops the search before it.
const OPTIMAL: f64 = 1e-13;
const ACCEPTED: f64 = 1e-9;

/// The columns with a positive weight, ascending, and their weights, which minimise
/// |y − Σ w_j x_j|², w_j ≥ 0, Σ w_j = 1.
///
/// # Errors
/// No column, or a search that rounding stops before the optimality conditions hold to 1e-9.
///
/// ```
/// use shockwave::analysis::simplex_least_squares::nearest_mixture;
/// let columns = [vec![1.0, 0.0], vec![0.0, 1.0], vec![5.0, 5.0]];
/// let found = nearest_mixture(&[0.3, 0.5], &columns)?;
/// assert_eq!(found.len(), 2);
/// assert!((found[0].1 - 0.4).abs() < 1e-12 && (found[1].1 - 0.6).abs() < 1e-12);
/// # Ok::<(), String>(())
/// ```
pub fn nearest_mixture(y: &[f64], columns: &[Vec<f64>]) -> Result<Vec<(usize, f64)>, String> {
    let points: Vec<Vec<f64>> = columns
        .iter()
        .map(|x| x.iter().zip(y).map(|(x, y)| x - y).collect())
        .collect();
    let squares: Vec<f64> = points.iter().map(|p| dot(p, p)).collect();
    let nearest = (0..points.len()).min_by(|&a, &b| squares[a].total_cmp(&squares[b]));
    let Some(nearest) = nearest else {
        return Err("there are no donors".to_owned());
    };
    let longest = squares.iter().fold(0.0_f64, |a, s| a.max(*s)).sqrt();
    let mut corral = Corral::new(nearest, squares[nearest]);
    // The steps are finite in exact arithmetic and about twice the final size in practice.
    for _ in 0..20 * (y.len() + 10) {
        let here = corral.point(&points);
        let square = dot(&here, &here);
        let ahead = points.iter().map(|p| dot(p, &here));
        let (best, reach) = ahead
            .enumerate()
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or((nearest, square));
        let promise = (square - reach) / (longest * square.sqrt());
        // A mixture that repeats y up to rounding leaves nothing to improve.
        if square <= (1e-14 * longest).powi(2) || promise <= OPTIMAL {
            return Ok(corral.weights());
        }
        let added = !corral.members.contains(&best) && corral.add(best, &points);
        if !added {
            if promise <= ACCEPTED {
                return Ok(corral.weights());
            }
            break;
        }
    }
    Err("the weights of the donors have not converged".to_owned())
}

/// The points in use, their weights and the products between them.
struct Corral {
    members: Vec<usize>,
    weights: Vec<f64>,
    gram: Vec<Vec<f64>>,
}

impl Corral {
    fn new(first: usize, square: f64) -> Self {
        Self {
            members: vec![first],
            weights: vec![1.0],
            gram: vec![vec![square]],
        }
    }

    fn weights(self) -> Vec<(usize, f64)> {
        let mut weights: Vec<_> = self.members.into_iter().zip(self.weights).collect();
        weights.sort_by_key(|(column, _)| *column);
        weights
    }

    fn point(&self, points: &[Vec<f64>]) -> Vec<f64> {
        let mut sum = vec![0.0; points[self.members[0]].len()];
        for (&j, weight) in self.members.iter().zip(&self.weights) {
            for (s, p) in sum.iter_mut().zip(&points[j]) {
                *s += weight * p;
            }
        }
        sum
    }

    /// Takes a point in and moves to the nearest mixture, dropping points whose weight runs out;
    /// `false`, and nothing changed, where rounding makes the points dependent.
    fn add(&mut self, j: usize, points: &[Vec<f64>]) -> bool {
        let mut row: Vec<f64> = self
            .members
            .iter()
            .map(|&i| dot(&points[i], &points[j]))
            .collect();
        for (column, product) in self.gram.iter_mut().zip(&row) {
            column.push(*product);
        }
        row.push(dot(&points[j], &points[j]));
        self.gram.push(row);
        self.members.push(j);
        self.weights.push(0.0);
        loop {
            let Some(target) = affine_minimum(&self.gram) else {
                let newest = self.members.len() - 1;
                if self.members[newest] == j && self.weights[newest] == 0.0 {
                    self.remove(newest);
                }
                return false;
            };
            if target.iter().all(|&w| w > NEGLIGIBLE) {
                self.weights = target;
                return true;
            }
            // As far towards the target as no weight becomes negative.
            let stop = target
                .iter()
                .zip(&self.weights)
                .filter(|(to, _)| **to <= NEGLIGIBLE)
                .map(|(to, from)| from / (from - to).max(f64::MIN_POSITIVE))
                .fold(1.0_f64, f64::min);
            for (from, to) in self.weights.iter_mut().zip(&target) {
                *from += stop * (to - *from);
            }
            self.drop_empty(&target);
        }
    }

    /// Removes the points whose weight has run out: at least the smallest of those that shrink.
    fn drop_empty(&mut self, target: &[f64]) {
        let smallest = (0..target.len())
            .filter(|&i| target[i] <= NEGLIGIBLE)
            .min_by(|&a, &b| self.weights[a].total_cmp(&self.weights[b]));
        for i in (0..target.len()).rev() {
            let empty = self.weights[i] <= NEGLIGIBLE && target[i] <= NEGLIGIBLE;
            if empty || Some(i) == smallest {
                self.remove(i);
            }
        }
        let total: f64 = self.weights.iter().sum();
        self.weights.iter_mut().for_each(|w| *w /= total);
    }

    fn remove(&mut self, i: usize) {
        self.members.remove(i);
        self.weights.remove(i);
        self.gram.remove(i);
        self.gram.iter_mut().for_each(|row| {
            row.remove(i);
        });
    }
}

/// The weights, of any sign, that sum to one and bring the mixture nearest to the origin: v ∝
/// (G + c11')⁻¹1, by Cholesky; `None` where G + c11' is not positive definite.
fn affine_minimum(gram: &[Vec<f64>]) -> Option<Vec<f64>> {
    let n = gram.len();
    let shift = (0..n).map(|i| gram[i][i]).sum::<f64>() / n as f64;
    let mut lower = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let rest = gram[i][j] + shift - dot(&lower[i][..j], &lower[j][..j]);
            lower[i][j] = if i > j {
                rest / lower[j][j]
            } else if rest > 1e-14 * (gram[i][i] + shift) {
                rest.sqrt()
            } else {
                return None;
            };
        }
    }
    let mut v = vec![1.0; n];
    for i in 0..n {
        v[i] = (v[i] - dot(&lower[i][..i], &v[..i])) / lower[i][i];
    }
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|j| lower[j][i] * v[j]).sum();
        v[i] = (v[i] - known) / lower[i][i];
    }
    let total: f64 = v.iter().sum();
    Some(v.into_iter().map(|w| w / total).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::model::testing::{returns_on, white_noise};
    use proptest::prelude::*;

    /// Largest violation of the optimality conditions, relative to the lengths involved.
    fn violation(y: &[f64], columns: &[Vec<f64>], found: &[(usize, f64)]) -> f64 {
        let mut residual: Vec<f64> = y.iter().map(|v| -v).collect();
        for &(j, w) in found {
            residual
                .iter_mut()
                .zip(&columns[j])
                .for_each(|(r, x)| *r += w * x);
        }
        let slopes: Vec<f64> = columns.iter().map(|x| dot(x, &residual)).collect();
        let lowest = slopes.iter().copied().fold(f64::INFINITY, f64::min);
        let length = columns.iter().map(|x| dot(x, x)).fold(0.0, f64::max).sqrt();
        let size = length * dot(&residual, &residual).sqrt();
        found
            .iter()
            .map(|&(j, _)| (slopes[j] - lowest) / size)
            .fold(0.0, f64::max)
    }

    proptest! {
        #[test]
        fn the_optimality_conditions_hold(
            y in prop::collection::vec(-1.0..1.0, 12),
            flat in prop::collection::vec(-1.0..1.0, 12 * 30),
        ) {
            let columns: Vec<Vec<f64>> = flat.chunks(12).map(<[f64]>::to_vec).collect();
            let found = nearest_mixture(&y, &columns).unwrap();
            prop_assert!((found.iter().map(|f| f.1).sum::<f64>() - 1.0).abs() < 1e-12);
            prop_assert!(found.iter().all(|f| f.1 > 0.0));
            prop_assert!(violation(&y, &columns, &found) < 1e-8);
        }
    }

    #[test]
    fn thousands_of_columns_are_no_burden() {
        let market = white_noise(250, 1);
        let columns: Vec<Vec<f64>> = (0..4000)
            .map(|j| returns_on(&market, 0.5 + j as f64 / 4000.0, 1.5, 10 + j))
            .collect();
        let y = returns_on(&market, 1.1, 1.0, 9);
        let start = std::time::Instant::now();
        let found = nearest_mixture(&y, &columns).unwrap();
        let taken = start.elapsed();
        println!("{} of 4000 columns in {taken:?}", found.len());
        assert!(found.len() > 10);
        assert!(violation(&y, &columns, &found) < 1e-8);
    }

    #[test]
    fn copies_of_a_donor_share_nothing_and_do_not_stop_it() {
        let columns = vec![vec![1.0, 0.0, 0.2]; 5];
        let found = nearest_mixture(&[0.5, 0.1, 0.0], &columns).unwrap();
        assert_eq!(found, [(0, 1.0)]);
        assert!(nearest_mixture(&[0.5], &[]).is_err());
    }

    #[test]
    fn an_outcome_that_is_a_mixture_is_found() {
        let columns = vec![
            vec![1.0, 0.0, 0.0],
            vec![0.0, 1.0, 0.0],
            vec![0.0, 0.0, 1.0],
        ];
        let found = nearest_mixture(&[0.2, 0.3, 0.5], &columns).unwrap();
        for ((_, weight), expected) in found.iter().zip([0.2, 0.3, 0.5]) {
            assert!((weight - expected).abs() < 1e-8);
        }
    }
}
