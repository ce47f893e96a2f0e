//! r̄ from sums over the observations of an event session.

use super::{CorrelationMethod, MIN_SHARED, PairSums, PartSums, Row};
use crate::analysis::cross_products::dot;
use crate::analysis::ols::mean;
use rayon::prelude::*;

/// Sums over the observations of one event session, by calendar session.
#[derive(Debug)]
pub(crate) struct Group {
    day_0: usize,
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
///
/// The squares are those of the mean of each two event sessions.
pub(crate) fn closed_form(groups: &[Group], n: usize) -> PairSums {
    let by_group: Vec<PartSums> = (0..groups.len())
        .into_par_iter()
        .map(|c| {
            let mut sums = PartSums::default();
            let mut add = |distance, (sum, n_pairs): (f64, f64)| {
                if n_pairs > 0.0 {
                    sums.add(distance, n_pairs, sum, sum * sum / n_pairs);
                }
            };
            add(0, within(&groups[c]));
            for other in &groups[c + 1..] {
                let distance = groups[c].day_0.abs_diff(other.day_0);
                add(distance, between(&groups[c], other));
            }
            sums
        })
        .collect();
    PairSums::new(n, CorrelationMethod::ClosedForm, &by_group, Vec::new())
}

/// The sums of each event session, ascending.
pub(crate) fn groups(rows: &[Row]) -> Vec<Group> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&i| rows[i].day_0);
    order
        .chunk_by(|&a, &b| rows[a].day_0 == rows[b].day_0)
        .map(|members| {
            let first = members.iter().map(|&i| rows[i].first).min().unwrap_or(0);
            let end = members.iter().map(|&i| rows[i].end()).max().unwrap_or(0);
            let mut group = Group::new(rows[members[0]].day_0, first, end - first);
            members.iter().for_each(|&i| group.add_row(&rows[i]));
            group
        })
        .collect()
}

impl Group {
    /// No observation yet; room for `n_sessions` from `first`.
    pub fn new(day_0: usize, first: usize, n_sessions: usize) -> Self {
        Self {
            day_0,
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

    /// Session of day 0.
    pub fn day_0(&self) -> usize {
        self.day_0
    }

    /// Observations.
    pub fn n(&self) -> f64 {
        self.n
    }

    /// Estimation days of an observation, on average.
    pub fn n_days(&self) -> f64 {
        self.counts.iter().sum::<f64>() / self.n
    }
}

/// Σ_{i∈c} Σ_{j∈d} r_ij, i = j included where the sessions are one, and the estimation days that
/// a pair shares on average.
pub(crate) fn sum_and_shared(c: &Group, d: &Group) -> (f64, f64) {
    if c.day_0 == d.day_0 {
        let shared = dot(&c.counts, &c.counts) / (c.n * c.n);
        return (c.n + 2.0 * within(c).0, shared);
    }
    (between(c, d).0, shared_days(c, d))
}

/// The estimation days that a pair of two event sessions shares on average.
fn shared_days(c: &Group, d: &Group) -> f64 {
    let (from, to) = (c.first.max(d.first), c.end().min(d.end()));
    if to <= from {
        return 0.0;
    }
    let (own, its) = (from - c.first..to - c.first, from - d.first..to - d.first);
    dot(&c.counts[own], &d.counts[its]) / (c.n * d.n)
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
    let shared = shared_days(c, d);
    if shared < MIN_SHARED as f64 {
        return (0.0, 0.0);
    }
    let (own, its) = (from - c.first..to - c.first, from - d.first..to - d.first);
    (dot(&c.sums[own], &d.sums[its]) / shared, c.n * d.n)
}
