//! r̄: the mean correlation of the estimation residuals of a sample's events.
//!
//! Aligned in calendar time, i ≠ j over event observations: an instrument with two events is two
//! of them. Up to [`EXACT_UP_TO`] observations pair by pair, above it from sums over the
//! observations of an event session.

mod groups;

pub(crate) use groups::{Group, closed_form, groups, sum_and_shared};

use super::cross_products::dot;
use super::inference::Observation;
use super::inference::single_event::TIE;
use rayon::prelude::*;

/// Pairs that share fewer sessions count as uncorrelated.
pub const MIN_SHARED: usize = 10;

/// The largest sample whose pairs are counted one by one: two million pairs, a second or two.
pub const EXACT_UP_TO: usize = 2_000;

/// The mean residual correlation of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanCorrelation {
    /// r̄.
    pub value: f64,
    /// Pairs that share at least [`MIN_SHARED`] sessions; the others count 0 in the mean.
    pub n_pairs: usize,
    /// How it was computed.
    pub method: CorrelationMethod,
}

/// How a mean correlation was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorrelationMethod {
    /// The sample correlation of each pair over the sessions that it shares.
    Exact,
    /// From sums of residuals that are standardised over their whole estimation window: the same
    /// number where all pairs share all their sessions, else within about 1 % of it.
    ClosedForm,
}

/// Sums over the pairs of a sample.
#[derive(Debug)]
pub(crate) struct PairSums {
    pub mean: MeanCorrelation,
    /// Observations.
    n: usize,
    by_distance: Vec<AtDistance>,
    /// The pairs i < j, row by row, where they were counted one by one.
    pairs: Vec<Pair>,
}

/// Two observations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    /// r_ij, 0 where they share fewer than [`MIN_SHARED`] sessions or one does not vary there.
    pub r: f64,
    /// The sessions of their estimation windows that both have.
    pub shared: f64,
}

/// Sums over the pairs i < j whose days 0 lie the same number of sessions apart.
#[derive(Debug, Clone, Copy, Default)]
struct AtDistance {
    /// Σ r_ij
    r: f64,
    /// Σ r_ij², less what the error of r_ij adds to it.
    squares: f64,
}

/// The sums of a sample, r̄ = 2/(N(N − 1))·Σ_{i<j} r_ij among them (Kolari and Pynnönen 2010);
/// `None` for fewer than two observations.
pub(crate) fn pair_sums(observations: &[&Observation]) -> Option<PairSums> {
    if observations.len() < 2 {
        return None;
    }
    let rows = rows(observations);
    Some(if rows.len() <= EXACT_UP_TO {
        exact(&rows)
    } else {
        closed_form(&groups(&rows), rows.len())
    })
}

/// The residuals of each.
pub(crate) fn rows(observations: &[&Observation]) -> Vec<Row> {
    observations.iter().map(|o| Row::new(o)).collect()
}

impl PairSums {
    /// From sums at distances, in the order in which they are to be added up.
    fn new(n: usize, method: CorrelationMethod, parts: &[PartSums], pairs: Vec<Pair>) -> Self {
        let n_distances = parts.iter().map(|p| p.by_distance.len()).max();
        let mut by_distance = vec![AtDistance::default(); n_distances.unwrap_or(0)];
        for part in parts {
            for (all, own) in by_distance.iter_mut().zip(&part.by_distance) {
                all.r += own.r;
                all.squares += own.squares;
            }
        }
        let sum: f64 = parts.iter().map(|p| p.sum).sum();
        let n_pairs: f64 = parts.iter().map(|p| p.n_pairs).sum();
        Self {
            mean: MeanCorrelation {
                value: sum / n_pairs_of(n),
                n_pairs: n_pairs as usize,
                method,
            },
            n,
            by_distance,
            pairs,
        }
    }

    /// The pair of two different observations; `None` where the pairs were not counted one by one.
    pub fn pair(&self, i: usize, j: usize) -> Option<Pair> {
        let (i, j) = (i.min(j), i.max(j));
        let before_row = i * (2 * self.n - i - 1) / 2;
        self.pairs.get(before_row + j - i - 1).copied()
    }

    /// The mean correlation of the CARs over a window of `length` sessions, Σ_{i≠j} c_ij·r_ij over
    /// N(N − 1): returns move together on the same sessions only, and c_ij is the share of its
    /// sessions that a window has in common with the other. r̄ where all events share one session,
    /// 0 where no windows overlap.
    pub fn of_cars(&self, length: usize) -> f64 {
        let near = self.near(length);
        near.map(|(shared, at)| shared * at.r).sum::<f64>() / n_pairs_of(self.n)
    }

    /// Degrees of freedom of the variance of the standardised CARs, as far as a multiple of
    /// chi-squared describes it (Satterthwaite 1946): (tr PΣ)²/tr(PΣ)², Σ = (c_ij·r_ij) and P
    /// what takes the mean off, every event as correlated with the rest as the average one. N − 1
    /// for independent or equally correlated events, less where they come in clusters.
    pub fn df_of_variance(&self, length: usize) -> f64 {
        let n = self.n as f64;
        let rho = self.of_cars(length);
        let squares: f64 = self.near(length).map(|(c, at)| c * c * at.squares).sum();
        let row = 1.0 + (n - 1.0) * rho;
        let trace = (n - 1.0) * (1.0 - rho);
        let df = trace * trace / (n + 2.0 * squares - row * row);
        if df.is_finite() && df > 0.0 {
            df.clamp(1.0, n - 1.0)
        } else {
            n - 1.0
        }
    }

    /// The distances at which windows overlap, with the share that they have in common.
    fn near(&self, length: usize) -> impl Iterator<Item = (f64, &AtDistance)> {
        let share = move |distance: usize| (length - distance) as f64 / length as f64;
        let at = self.by_distance.iter().enumerate().take(length);
        at.map(move |(distance, at)| (share(distance), at))
    }
}

/// A part of the sums of a sample.
#[derive(Debug, Default)]
struct PartSums {
    sum: f64,
    n_pairs: f64,
    by_distance: Vec<AtDistance>,
}

impl PartSums {
    /// Adds `n` pairs at a distance with the sums of their r and r².
    fn add(&mut self, distance: usize, n: f64, r: f64, squares: f64) {
        if self.by_distance.len() <= distance {
            self.by_distance.resize(distance + 1, AtDistance::default());
        }
        self.sum += r;
        self.n_pairs += n;
        self.by_distance[distance].r += r;
        self.by_distance[distance].squares += squares;
    }
}

/// The residuals of one observation on consecutive sessions, not finite where there is none.
pub(crate) struct Row {
    pub day_0: usize,
    /// Session of the first of them.
    pub first: usize,
    pub residuals: Vec<f64>,
    /// s.
    pub sd: f64,
}

impl Row {
    fn new(observation: &Observation) -> Self {
        let days = &observation.estimation_days;
        let (first, last) = match (days.first(), days.last()) {
            (Some(&first), Some(&last)) => (first, last),
            _ => (0, 0),
        };
        let mut residuals = vec![f64::NAN; last - first + 1];
        for (&t, &e) in days.iter().zip(&observation.residuals) {
            residuals[t - first] = e;
        }
        Self {
            day_0: observation.day_0,
            first,
            residuals,
            sd: observation.residual_sd,
        }
    }

    fn end(&self) -> usize {
        self.first + self.residuals.len()
    }
}

/// A row with zeros where there is no residual, and flags that say so.
struct Filled {
    day_0: usize,
    first: usize,
    values: Vec<f64>,
    flags: Vec<f64>,
    sd: f64,
}

impl Filled {
    fn new(row: &Row) -> Self {
        let residuals = || row.residuals.iter();
        let value = |e: &f64| if e.is_finite() { *e } else { 0.0 };
        let flag = |e: &f64| if e.is_finite() { 1.0 } else { 0.0 };
        Self {
            day_0: row.day_0,
            first: row.first,
            values: residuals().map(value).collect(),
            flags: residuals().map(flag).collect(),
            sd: row.sd,
        }
    }

    fn end(&self) -> usize {
        self.first + self.values.len()
    }

    fn values(&self, from: usize, to: usize) -> &[f64] {
        &self.values[from - self.first..to - self.first]
    }

    fn flags(&self, from: usize, to: usize) -> &[f64] {
        &self.flags[from - self.first..to - self.first]
    }
}

/// Pair by pair.
pub(crate) fn exact(rows: &[Row]) -> PairSums {
    let rows: Vec<Filled> = rows.iter().map(Filled::new).collect();
    // Sums by row, added up in order: the same on any number of threads.
    let by_row: Vec<(PartSums, Vec<Pair>)> = (0..rows.len())
        .into_par_iter()
        .map(|i| {
            let others = &rows[i + 1..];
            let pairs: Vec<Pair> = others.iter().map(|other| pair(&rows[i], other)).collect();
            let mut sums = PartSums::default();
            for (Pair { r, shared }, other) in pairs.iter().zip(others) {
                if *shared >= MIN_SHARED as f64 {
                    let unexplained = 1.0 - r * r;
                    let square = r * r - unexplained * unexplained / (shared - 1.0);
                    sums.add(rows[i].day_0.abs_diff(other.day_0), 1.0, *r, square);
                }
            }
            (sums, pairs)
        })
        .collect();
    let (sums, pairs): (Vec<PartSums>, Vec<Vec<Pair>>) = by_row.into_iter().unzip();
    PairSums::new(rows.len(), CorrelationMethod::Exact, &sums, pairs.concat())
}

fn n_pairs_of(n: usize) -> f64 {
    n as f64 * (n as f64 - 1.0) / 2.0
}

/// Two observations over the sessions that they share.
fn pair(a: &Filled, b: &Filled) -> Pair {
    let (from, to) = (a.first.max(b.first), a.end().min(b.end()));
    if to <= from {
        return Pair {
            r: 0.0,
            shared: 0.0,
        };
    }
    let (x, y) = (a.values(from, to), b.values(from, to));
    let (here, there) = (a.flags(from, to), b.flags(from, to));
    let shared = dot(here, there);
    if shared < MIN_SHARED as f64 {
        return Pair { r: 0.0, shared };
    }
    let means = (dot(x, there) / shared, dot(here, y) / shared);
    let [xx, yy, xy] = squares(x, y, here, there, means);
    let varies = |squares: f64, sd: f64| squares > shared * (TIE * sd) * (TIE * sd);
    let r = (varies(xx, a.sd) && varies(yy, b.sd)).then(|| xy / (xx * yy).sqrt());
    Pair {
        r: r.unwrap_or(0.0),
        shared,
    }
}

/// Σ(x − x̄)², Σ(y − ȳ)² and Σ(x − x̄)(y − ȳ) over the sessions that both have, in four sums each,
/// which a compiler can keep in vector registers.
fn squares(x: &[f64], y: &[f64], here: &[f64], there: &[f64], means: (f64, f64)) -> [f64; 3] {
    let mut lanes = [[0.0; 4]; 3];
    let mut add = |i: usize, x: f64, y: f64, shared: f64| {
        let (dx, dy) = ((x - means.0) * shared, (y - means.1) * shared);
        lanes[0][i] += dx * dx;
        lanes[1][i] += dy * dy;
        lanes[2][i] += dx * dy;
    };
    let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<4>(), y.as_chunks::<4>());
    let ((here, here_rest), (there, there_rest)) = (here.as_chunks::<4>(), there.as_chunks::<4>());
    for ((x, y), (here, there)) in x.iter().zip(y).zip(here.iter().zip(there)) {
        for i in 0..4 {
            add(i, x[i], y[i], here[i] * there[i]);
        }
    }
    for i in 0..x_rest.len() {
        add(i, x_rest[i], y_rest[i], here_rest[i] * there_rest[i]);
    }
    lanes.map(|l| (l[0] + l[1]) + (l[2] + l[3]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Residuals that share a common part, from a fixed recursion.
    fn rows(n: usize, spread: usize, gaps: bool) -> Vec<Row> {
        let mut state = 1_u64;
        let mut noise = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / (1_u64 << 31) as f64 - 0.5
        };
        let common: Vec<f64> = (0..800).map(|_| noise()).collect();
        (0..n)
            .map(|i| {
                let first = 100 + (i * 37) % (spread + 1);
                let mut residuals: Vec<f64> = (first..first + 240)
                    .map(|t| 0.6 * common[t] + noise())
                    .collect();
                if gaps {
                    residuals[(7 * i) % 200 + 20] = f64::NAN;
                }
                let sd = 0.35;
                Row {
                    day_0: first + 250,
                    first,
                    residuals,
                    sd,
                }
            })
            .collect()
    }

    #[test]
    fn the_closed_form_is_exact_for_one_event_session() {
        let rows = rows(30, 0, false);
        let (a, b) = (exact(&rows), closed_form(&groups(&rows), rows.len()));
        assert!(
            (a.mean.value / b.mean.value - 1.0).abs() < 1e-12,
            "{a:?} {b:?}"
        );
        assert_eq!(a.mean.n_pairs, 435);
        assert_eq!(b.mean.n_pairs, 435);
    }

    #[test]
    fn the_closed_form_is_near_for_scattered_events_with_gaps() {
        let rows = rows(60, 400, true);
        let (a, b) = (exact(&rows), closed_form(&groups(&rows), rows.len()));
        assert!(a.mean.value > 0.1);
        assert!(
            (a.mean.value / b.mean.value - 1.0).abs() < 0.005,
            "{a:?} {b:?}"
        );
        assert_eq!(a.mean.n_pairs, b.mean.n_pairs);
    }

    #[test]
    fn pairs_that_share_little_count_zero() {
        let mut rows = rows(2, 0, false);
        let r = exact(&rows).mean.value;
        assert!(r > 0.1);
        rows[1].first += 231;
        let apart = exact(&rows);
        assert_eq!((apart.mean.value, apart.mean.n_pairs), (0.0, 0));
    }
}
