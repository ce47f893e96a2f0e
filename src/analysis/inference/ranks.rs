//! Averages over observations by relative day, and ranks: what the rank tests are made of.

use super::Observation;
use rayon::prelude::*;

/// Observations that one thread sums up before the sums are added in order: a fixed number, so
/// that the rounding does not depend on how many threads there are.
const CHUNK: usize = 1024;

/// More values than this are sorted on all threads; equal ones are tied, so that their order among
/// each other does not matter.
const MANY: usize = 20_000;

/// Sums and counts by relative day.
#[derive(Debug, Clone, Default)]
pub(crate) struct DayMeans {
    first: i32,
    sums: Vec<f64>,
    counts: Vec<usize>,
}

/// The average of one relative day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DayMean {
    pub mean: f64,
    /// Observations present.
    pub n: usize,
}

impl DayMeans {
    /// From the sums and counts of all days from `first`.
    pub fn from_sums(first: i32, sums: Vec<f64>, counts: Vec<usize>) -> Self {
        Self {
            first,
            sums,
            counts,
        }
    }

    /// Adds a figure of a relative day.
    pub fn add(&mut self, day: i32, figure: f64) {
        let i = self.position(day);
        self.sums[i] += figure;
        self.counts[i] += 1;
    }

    /// The average of a day, where an observation is present.
    pub fn get(&self, day: i32) -> Option<DayMean> {
        let i = usize::try_from(day.checked_sub(self.first)?).ok()?;
        let n = *self.counts.get(i)?;
        (n > 0).then(|| DayMean {
            mean: self.sums[i] / n as f64,
            n,
        })
    }

    /// The averages of all days that have one, by day.
    pub fn means(&self) -> impl Iterator<Item = DayMean> + '_ {
        let days = self.sums.iter().zip(&self.counts);
        days.filter(|(_, n)| **n > 0).map(|(sum, &n)| DayMean {
            mean: sum / n as f64,
            n,
        })
    }

    /// Where a day stands, after room has been made for it.
    fn position(&mut self, day: i32) -> usize {
        if self.sums.is_empty() {
            self.first = day;
        }
        if day < self.first {
            let missing = (self.first - day) as usize;
            self.sums.splice(..0, std::iter::repeat_n(0.0, missing));
            self.counts.splice(..0, std::iter::repeat_n(0, missing));
            self.first = day;
        }
        let i = (day - self.first) as usize;
        if i >= self.sums.len() {
            self.sums.resize(i + 1, 0.0);
            self.counts.resize(i + 1, 0);
        }
        i
    }

    fn merge(mut self, other: &DayMeans) -> Self {
        for (i, (&sum, &n)) in other.sums.iter().zip(&other.counts).enumerate() {
            if n > 0 {
                let own = self.position(other.first + i as i32);
                self.sums[own] += sum;
                self.counts[own] += n;
            }
        }
        self
    }
}

/// Averages over observations by relative day of whatever `fill` adds for each of them; its first
/// argument is the number of the observation.
pub(super) fn day_means(
    observations: &[&Observation],
    fill: impl Fn(usize, &Observation, &mut DayMeans) + Sync,
) -> DayMeans {
    let chunks: Vec<DayMeans> = observations
        .par_chunks(CHUNK)
        .enumerate()
        .map(|(chunk, members)| {
            let mut days = DayMeans::default();
            for (i, observation) in members.iter().enumerate() {
                fill(chunk * CHUNK + i, observation, &mut days);
            }
            days
        })
        .collect();
    chunks.iter().fold(DayMeans::default(), DayMeans::merge)
}

/// Ranks from 1 in the order of `values`, ties averaged; a value within `tolerance(value)` of the
/// next smaller one is tied with it. Also whether there was a tie.
pub(super) fn average_ranks(
    values: &[f64],
    tolerance: impl Fn(f64) -> f64,
) -> (Vec<f64>, Vec<usize>) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    let by_value = |a: &usize, b: &usize| values[*a].total_cmp(&values[*b]);
    if values.len() > MANY {
        order.par_sort_unstable_by(by_value);
    } else {
        order.sort_unstable_by(by_value);
    }
    let mut ranks = vec![0.0; values.len()];
    let mut ties = Vec::new();
    let mut start = 0;
    for i in 1..=order.len() {
        let tied = i < order.len() && {
            let (below, value) = (values[order[i - 1]], values[order[i]]);
            value - below <= tolerance(value)
        };
        if tied {
            continue;
        }
        // Ranks start + 1 to i share their mean.
        let rank = (start + 1 + i) as f64 / 2.0;
        for &j in &order[start..i] {
            ranks[j] = rank;
        }
        if i - start > 1 {
            ties.push(i - start);
        }
        start = i;
    }
    (ranks, ties)
}

/// U = rank/(1 + n) − ½, ties averaged (Corrado and Zivney 1992).
pub(super) fn centred_ranks(values: &[f64], tolerance: f64) -> Vec<f64> {
    let (mut ranks, _) = average_ranks(values, |_| tolerance);
    let n = 1.0 + values.len() as f64;
    ranks.iter_mut().for_each(|r| *r = *r / n - 0.5);
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_mean_rank() {
        let (ranks, ties) = average_ranks(&[3.0, 1.0, 3.0 + 1e-12, -2.0, 3.0], |_| 1e-9);
        assert_eq!(ranks, [4.0, 2.0, 4.0, 1.0, 4.0]);
        assert_eq!(ties, [3]);
        assert_eq!(average_ranks(&[], |_| 0.0).0, Vec::<f64>::new());
        assert_eq!(centred_ranks(&[0.2, 0.1, 0.3], 0.0), [0.0, -0.25, 0.25]);
    }

    #[test]
    fn days_may_come_in_any_order() {
        let mut days = DayMeans::default();
        days.add(3, 1.0);
        days.add(-2, 4.0);
        days.add(3, 2.0);
        assert_eq!(days.get(3).unwrap().mean, 1.5);
        assert_eq!(days.get(-2).unwrap().n, 1);
        assert!(days.get(0).is_none() && days.get(-9).is_none() && days.get(9).is_none());
        let mut other = DayMeans::default();
        other.add(-3, 1.0);
        other.add(3, 3.0);
        let merged = days.merge(&other);
        assert_eq!(merged.get(3).unwrap().mean, 2.0);
        assert_eq!(merged.means().count(), 3);
    }
}
