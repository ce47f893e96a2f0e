//! Minima of smooth and nearly smooth functions of a handful of variables.
//!
//! [`bfgs`] needs the gradient and walks fast; [`simplex`] needs values only and settles what is
//! left where a function has kinks. Both are deterministic.

use super::ols::dot;

/// Where a search ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Minimum {
    /// The point.
    pub at: Vec<f64>,
    /// The function there.
    pub value: f64,
    /// Largest absolute entry of the gradient there; infinite where it is unknown.
    pub steepest: f64,
}

/// Steps of a BFGS search, and halvings or doublings in one line search.
const MAX_STEPS: usize = 500;
const MAX_TRIALS: usize = 50;

/// Minimises by the quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno (1970) with a
/// weak Wolfe line search by bisection, which also copes with kinks (Lewis and Overton 2013).
///
/// `f` returns the value and writes the gradient; a value that is not finite marks a point out of
/// bounds. Ends when no entry of the gradient exceeds `tolerance`, or no step descends further.
///
/// ```
/// use shockwave::analysis::optimise::bfgs;
/// let bowl = |x: &[f64], g: &mut [f64]| {
///     (g[0], g[1]) = (2.0 * (x[0] - 3.0), 8.0 * x[1]);
///     (x[0] - 3.0).powi(2) + 4.0 * x[1] * x[1]
/// };
/// let found = bfgs(bowl, &[0.0, 1.0], 1e-10);
/// assert!((found.at[0] - 3.0).abs() < 1e-9 && found.at[1].abs() < 1e-9);
/// ```
pub fn bfgs(
    mut f: impl FnMut(&[f64], &mut [f64]) -> f64,
    start: &[f64],
    tolerance: f64,
) -> Minimum {
    let n = start.len();
    let mut here = Point {
        at: start.to_vec(),
        value: 0.0,
        gradient: vec![0.0; n],
    };
    here.value = f(&here.at, &mut here.gradient);
    let mut inverse_hessian: Option<Vec<Vec<f64>>> = None;
    for _ in 0..MAX_STEPS {
        if !here.value.is_finite() || here.steepest() <= tolerance {
            break;
        }
        let mut direction: Vec<f64> = match &inverse_hessian {
            Some(h) => h.iter().map(|row| -dot(row, &here.gradient)).collect(),
            // The first step is short: the scale of the function is not known yet.
            None => {
                let length = dot(&here.gradient, &here.gradient).sqrt().max(1.0);
                here.gradient.iter().map(|g| -g / length).collect()
            }
        };
        if dot(&direction, &here.gradient) >= 0.0 {
            direction = here.gradient.iter().map(|g| -g).collect();
            inverse_hessian = None;
        }
        let Some(next) = line_search(&mut f, &here, &direction) else {
            if inverse_hessian.take().is_none() {
                break;
            }
            // Once more along the gradient, before giving up.
            continue;
        };
        let step: Vec<f64> = next.at.iter().zip(&here.at).map(|(a, b)| a - b).collect();
        let change: Vec<f64> = next
            .gradient
            .iter()
            .zip(&here.gradient)
            .map(|(a, b)| a - b)
            .collect();
        update(&mut inverse_hessian, &step, &change);
        here = next;
    }
    Minimum {
        steepest: here.steepest(),
        at: here.at,
        value: here.value,
    }
}

struct Point {
    at: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

impl Point {
    fn steepest(&self) -> f64 {
        self.gradient.iter().fold(0.0, |a, g| a.max(g.abs()))
    }
}

/// A step that descends enough and along which the slope has flattened enough; failing that, one
/// that descends; `None` where none does.
fn line_search(
    f: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
    here: &Point,
    direction: &[f64],
) -> Option<Point> {
    let slope = dot(direction, &here.gradient);
    let (mut low, mut high, mut length) = (0.0, f64::INFINITY, 1.0);
    let mut best: Option<Point> = None;
    for _ in 0..MAX_TRIALS {
        let at: Vec<f64> = here
            .at
            .iter()
            .zip(direction)
            .map(|(x, d)| x + length * d)
            .collect();
        let mut gradient = vec![0.0; at.len()];
        let value = f(&at, &mut gradient);
        let descends = value.is_finite() && value <= here.value + 1e-4 * length * slope;
        if descends {
            low = length;
            let flat = dot(direction, &gradient) >= 0.9 * slope;
            if value < here.value && best.as_ref().is_none_or(|b| value <= b.value) {
                best = Some(Point {
                    at,
                    value,
                    gradient,
                });
            }
            if flat {
                break;
            }
        } else {
            high = length;
        }
        length = if high.is_finite() {
            0.5 * (low + high)
        } else {
            2.0 * low
        };
    }
    best
}

/// H ← (I − ρsy')H(I − ρys') + ρss', ρ = 1/y's; skipped where the curvature is not positive.
fn update(inverse_hessian: &mut Option<Vec<Vec<f64>>>, step: &[f64], change: &[f64]) {
    let curvature = dot(step, change);
    let size = dot(change, change);
    let flat = 1e-14 * (size * dot(step, step)).sqrt();
    if curvature.is_nan() || curvature <= flat {
        return;
    }
    let n = step.len();
    let h = inverse_hessian.get_or_insert_with(|| {
        let mut h = vec![vec![0.0; n]; n];
        (0..n).for_each(|i| h[i][i] = curvature / size);
        h
    });
    let hy: Vec<f64> = h.iter().map(|row| dot(row, change)).collect();
    let factor = (1.0 + dot(change, &hy) / curvature) / curvature;
    for i in 0..n {
        for j in 0..n {
            h[i][j] += factor * step[i] * step[j] - (hy[i] * step[j] + step[i] * hy[j]) / curvature;
        }
    }
}

/// Minimises without a gradient, by the simplex of Nelder and Mead (1965) whose first edges have
/// the length `size`; ends when the values at its corners differ by less than `tolerance`.
///
/// ```
/// use shockwave::analysis::optimise::simplex;
/// let kink = |x: &[f64]| (x[0] - 3.0).abs() + 4.0 * x[1].abs();
/// let found = simplex(kink, &[0.0, 1.0], 0.5, 1e-12);
/// assert!((found.at[0] - 3.0).abs() < 1e-6 && found.at[1].abs() < 1e-6);
/// ```
pub fn simplex(
    mut f: impl FnMut(&[f64]) -> f64,
    start: &[f64],
    size: f64,
    tolerance: f64,
) -> Minimum {
    let n = start.len();
    let mut value_at = |at: Vec<f64>| {
        let value = f(&at);
        (if value.is_nan() { f64::INFINITY } else { value }, at)
    };
    let mut corners = vec![value_at(start.to_vec())];
    for i in 0..n {
        let mut corner = start.to_vec();
        corner[i] += size;
        corners.push(value_at(corner));
    }
    for _ in 0..400 * n {
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        if corners[n].0 - corners[0].0 < tolerance {
            break;
        }
        match better_corner(&corners, &mut value_at) {
            Some(corner) => corners[n] = corner,
            None => shrink(&mut corners, &mut value_at),
        }
    }
    corners.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (value, at) = corners.swap_remove(0);
    Minimum {
        at,
        value,
        steepest: f64::INFINITY,
    }
}

type Corner = (f64, Vec<f64>);

/// What takes the place of the worst corner, the last: its reflection in the centre of the
/// others, a point beyond that or one short of it; `None` where none is better.
fn better_corner(
    corners: &[Corner],
    value_at: &mut impl FnMut(Vec<f64>) -> Corner,
) -> Option<Corner> {
    let n = corners.len() - 1;
    let worst = &corners[n];
    let centre: Vec<f64> = (0..n)
        .map(|i| corners[..n].iter().map(|c| c.1[i]).sum::<f64>() / n as f64)
        .collect();
    let mut along = |factor: f64| {
        let line = centre.iter().zip(&worst.1);
        value_at(line.map(|(c, w)| c + factor * (w - c)).collect())
    };
    let reflected = along(-1.0);
    if reflected.0 < corners[0].0 {
        let farther = along(-2.0);
        return Some(if farther.0 < reflected.0 {
            farther
        } else {
            reflected
        });
    }
    if reflected.0 < corners[n - 1].0 {
        return Some(reflected);
    }
    let (factor, limit) = if reflected.0 < worst.0 {
        (-0.5, reflected.0)
    } else {
        (0.5, worst.0)
    };
    Some(along(factor)).filter(|nearer| nearer.0 < limit)
}

/// Draws every corner half-way to the best, which is the first.
fn shrink(corners: &mut [Corner], value_at: &mut impl FnMut(Vec<f64>) -> Corner) {
    let best = corners[0].1.clone();
    for corner in &mut corners[1..] {
        let nearer = corner.1.iter().zip(&best).map(|(c, b)| 0.5 * (c + b));
        *corner = value_at(nearer.collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rosenbrock(x: &[f64], g: &mut [f64]) -> f64 {
        let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
        g[0] = -2.0 * a - 400.0 * x[0] * b;
        g[1] = 200.0 * b;
        a * a + 100.0 * b * b
    }

    #[test]
    fn both_find_the_end_of_the_banana() {
        let fast = bfgs(rosenbrock, &[-1.2, 1.0], 1e-9);
        assert!((fast.at[0] - 1.0).abs() < 1e-7 && fast.steepest <= 1e-9);
        let slow = simplex(|x| rosenbrock(x, &mut [0.0; 2]), &[-1.2, 1.0], 0.5, 1e-16);
        assert!((slow.at[1] - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_wall_and_a_kink_do_not_stop_it() {
        // −ln x + x has its minimum at 1 and no value left of 0; |y − 2| has a kink.
        let f = |x: &[f64], g: &mut [f64]| {
            g[0] = 1.0 - 1.0 / x[0];
            g[1] = (x[1] - 2.0).signum();
            if x[0] > 0.0 {
                x[0] - x[0].ln() + (x[1] - 2.0).abs()
            } else {
                f64::NAN
            }
        };
        let found = bfgs(f, &[8.0, 0.3], 1e-9);
        assert!((found.at[0] - 1.0).abs() < 1e-4 && (found.at[1] - 2.0).abs() < 1e-4);
    }
}
