//! r̄: the mean correlation of the estimation residuals of a sample's events.
//!
//! Aligned in calendar time, i ≠ j over event observations: an instrument with two events is two
//! of them. Up to [`EXACT_UP_TO`] observations pair by pair, above it from sums over the
//! observations of an event session.

use super::cross_products::dot;
use super::inference::Observation;
use super::inference::single_event::TIE;
use super::ols::mean;
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

/// r̄ = 2/(N(N − 1))·Σ_{i<j} r_ij (Kolari and Pynnönen 2010); `None` for fewer than two
/// observations.
pub(crate) fn mean_correlation(observations: &[&Observation]) -> Option<MeanCorrelation> {
    if observations.len() < 2 {
        return None;
    }
    let rows: Vec<Row> = observations.iter().map(|o| Row::new(o)).collect();
    Some(if rows.len() <= EXACT_UP_TO {
        exact(&rows)
    } else {
        closed_form(&groups(&rows), rows.len())
    })
}

/// The part of r̄ that is correlation of instruments with themselves: Σr_ij of the pairs of one
/// instrument over N(N − 1)/2. Two estimation windows of one share hold the same residuals, but
/// for the fit, wherever they share a session; 0 where every instrument is there once.
pub(crate) fn own_part(observations: &[&Observation]) -> f64 {
    let mut by_instrument = observations.to_vec();
    by_instrument.sort_by_key(|o| o.instrument);
    let of_one = by_instrument
        .chunk_by(|a, b| a.instrument == b.instrument)
        .filter_map(|own| Some(mean_correlation(own)?.value * n_pairs_of(own.len())));
    of_one.sum::<f64>() / n_pairs_of(observations.len())
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
pub(crate) fn exact(rows: &[Row]) -> MeanCorrelation {
    let rows: Vec<Filled> = rows.iter().map(Filled::new).collect();
    // Sums by row, added up in order: the same on any number of threads.
    let by_row: Vec<(f64, usize)> = (0..rows.len())
        .into_par_iter()
        .map(|i| {
            let others = rows[i + 1..].iter();
            others
                .filter_map(|other| pair_correlation(&rows[i], other))
                .fold((0.0, 0), |(sum, n), r| (sum + r, n + 1))
        })
        .collect();
    let sum: f64 = by_row.iter().map(|(sum, _)| sum).sum();
    MeanCorrelation {
        value: sum / n_pairs_of(rows.len()),
        n_pairs: by_row.iter().map(|(_, n)| n).sum(),
        method: CorrelationMethod::Exact,
    }
}

fn n_pairs_of(n: usize) -> f64 {
    n as f64 * (n as f64 - 1.0) / 2.0
}

/// The correlation of two observations over the sessions that they share, 0 where one does not
/// vary there; `None` where they share too few.
fn pair_correlation(a: &Filled, b: &Filled) -> Option<f64> {
    let (from, to) = (a.first.max(b.first), a.end().min(b.end()));
    if to < from + MIN_SHARED {
        return None;
    }
    let (x, y) = (a.values(from, to), b.values(from, to));
    let (here, there) = (a.flags(from, to), b.flags(from, to));
    let n = dot(here, there);
    if n < MIN_SHARED as f64 {
        return None;
    }
    let means = (dot(x, there) / n, dot(here, y) / n);
    let [xx, yy, xy] = squares(x, y, here, there, means);
    let varies = |squares: f64, sd: f64| squares > n * (TIE * sd) * (TIE * sd);
    let r = (varies(xx, a.sd) && varies(yy, b.sd)).then(|| xy / (xx * yy).sqrt());
    Some(r.unwrap_or(0.0))
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

/// Sums over the observations of one event session, by calendar session.
#[derive(Debug)]
pub(crate) struct Group {
    n: f64,
    first: usize,
    /// Σ_i z_it, z = (e − ē)/√(Σ(e − ē)²/M).
    sums: Vec<f64>,
    /// Observations present.
    counts: Vec<f64>,
}

/// Σ_{i∈c} Σ_{j∈d} r_ij ≈ (Σ_t A_ct A_dt)/m_cd for two event sessions c and d, A the sums of
/// standardised residuals and m_cd the sessions that a pair shares on average; within one session
/// the observations' own squares are taken out. O(NM + G²M) for G event sessions and `n`
/// observations in all.
pub(crate) fn closed_form(groups: &[Group], n: usize) -> MeanCorrelation {
    let by_group: Vec<(f64, f64)> = (0..groups.len())
        .into_par_iter()
        .map(|c| {
            let (mut sum, mut n_pairs) = within(&groups[c]);
            for other in &groups[c + 1..] {
                let (s, n) = between(&groups[c], other);
                sum += s;
                n_pairs += n;
            }
            (sum, n_pairs)
        })
        .collect();
    let sum: f64 = by_group.iter().map(|(sum, _)| sum).sum();
    let n_pairs: f64 = by_group.iter().map(|(_, n)| n).sum();
    MeanCorrelation {
        value: sum / n_pairs_of(n),
        n_pairs: n_pairs as usize,
        method: CorrelationMethod::ClosedForm,
    }
}

fn groups(rows: &[Row]) -> Vec<Group> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&i| rows[i].day_0);
    order
        .chunk_by(|&a, &b| rows[a].day_0 == rows[b].day_0)
        .map(|members| {
            let first = members.iter().map(|&i| rows[i].first).min().unwrap_or(0);
            let end = members.iter().map(|&i| rows[i].end()).max().unwrap_or(0);
            let mut group = Group::new(first, end - first);
            members.iter().for_each(|&i| group.add_row(&rows[i]));
            group
        })
        .collect()
}

impl Group {
    /// No observation yet; room for `n_sessions` from `first`.
    pub fn new(first: usize, n_sessions: usize) -> Self {
        Self {
            n: 0.0,
            first,
            sums: vec![0.0; n_sessions],
            counts: vec![0.0; n_sessions],
        }
    }

    fn add_row(&mut self, row: &Row) {
        let present = row.residuals.iter().copied().filter(|e| e.is_finite());
        let present: Vec<f64> = present.collect();
        let centre = mean(&present);
        let squares: f64 = present.iter().map(|e| (e - centre) * (e - centre)).sum();
        let sd = (squares / present.len() as f64).sqrt();
        self.add(&row.residuals, row.first - self.first, centre, sd);
    }

    /// Adds an observation whose first residual stands at `place`, with the mean and the sd over
    /// M that standardise it.
    pub fn add(&mut self, residuals: &[f64], place: usize, centre: f64, sd: f64) {
        let sessions = self.sums[place..].iter_mut().zip(&mut self.counts[place..]);
        let scale = 1.0 / sd;
        for (&e, (sum, count)) in residuals.iter().zip(sessions) {
            *sum += if e.is_finite() {
                (e - centre) * scale
            } else {
                0.0
            };
            *count += if e.is_finite() { 1.0 } else { 0.0 };
        }
        self.n += 1.0;
    }

    /// Observations present, by session.
    pub fn counts(&self) -> &[f64] {
        &self.counts
    }

    fn end(&self) -> usize {
        self.first + self.sums.len()
    }
}

/// Σ_{i<j} r_ij of one event session, and its pairs.
fn within(group: &Group) -> (f64, f64) {
    let n_pairs = group.n * (group.n - 1.0) / 2.0;
    let present: f64 = group.counts.iter().map(|n| n * (n - 1.0) / 2.0).sum();
    let shared = present / n_pairs;
    if n_pairs == 0.0 || shared < MIN_SHARED as f64 {
        return (0.0, 0.0);
    }
    let sums = dot(&group.sums, &group.sums);
    // Σ_t z_it² of an observation is the number of its sessions.
    let own: f64 = group.counts.iter().sum();
    (0.5 * (sums - own) / shared, n_pairs)
}

/// Σ r_ij over pairs of two event sessions, and their number.
fn between(c: &Group, d: &Group) -> (f64, f64) {
    let (from, to) = (c.first.max(d.first), c.end().min(d.end()));
    if to < from + MIN_SHARED {
        return (0.0, 0.0);
    }
    let (own, its) = (from - c.first..to - c.first, from - d.first..to - d.first);
    let sum = dot(&c.sums[own.clone()], &d.sums[its.clone()]);
    let present = dot(&c.counts[own], &d.counts[its]);
    let n_pairs = c.n * d.n;
    let shared = present / n_pairs;
    if shared < MIN_SHARED as f64 {
        return (0.0, 0.0);
    }
    (sum / shared, n_pairs)
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
        assert!((a.value / b.value - 1.0).abs() < 1e-12, "{a:?} {b:?}");
        assert_eq!(a.n_pairs, 435);
        assert_eq!(b.n_pairs, 435);
    }

    #[test]
    fn the_closed_form_is_near_for_scattered_events_with_gaps() {
        let rows = rows(60, 400, true);
        let (a, b) = (exact(&rows), closed_form(&groups(&rows), rows.len()));
        assert!(a.value > 0.1);
        assert!((a.value / b.value - 1.0).abs() < 0.005, "{a:?} {b:?}");
        assert_eq!(a.n_pairs, b.n_pairs);
    }

    #[test]
    fn pairs_that_share_little_count_zero() {
        let mut rows = rows(2, 0, false);
        let r = exact(&rows).value;
        assert!(r > 0.1);
        rows[1].first += 231;
        let apart = exact(&rows);
        assert_eq!((apart.value, apart.n_pairs), (0.0, 0));
    }
}
