//! Residuals in the order of their size, by counting.

/// A residual and the place of its day.
pub(super) type Placed = (f64, u32);

/// A bucket fuller than this is not worth an insertion sort.
const FULL: u32 = 24;

/// Added to a number below 2³², it leaves the whole part in the low bits.
const WHOLE: f64 = (1_u64 << 52) as f64;

/// Sorts residuals again and again in the same memory.
#[derive(Debug, Default)]
pub(super) struct Sorter {
    /// Where each bucket begins, and then where the next of its values goes.
    starts: Vec<u32>,
    buckets: Vec<u32>,
    sorted: Vec<Placed>,
}

impl Sorter {
    /// The finite values with their places, ascending. They are counted into buckets between −4
    /// and 4 `scale`, twice as many as there are values; what little disorder is left in a bucket
    /// is mended by insertion, so that the time grows with the number of values for all but odd
    /// data. A last bucket takes what is not finite.
    pub fn sort(&mut self, values: &[f64], scale: f64) -> &[Placed] {
        let n_buckets = 2 * values.len().next_power_of_two();
        let (middle, last) = (n_buckets as f64 / 2.0, n_buckets as f64 - 1.0);
        let per_unit = middle / (4.0 * scale);
        let bucket_of = |value: &f64| {
            let bucket = (value * per_unit + middle).clamp(0.0, last);
            let finite = if value.is_finite() {
                bucket
            } else {
                last + 1.0
            };
            (finite + WHOLE).to_bits() as u32
        };
        self.buckets.clear();
        self.buckets.extend(values.iter().map(bucket_of));
        self.starts.clear();
        self.starts.resize(n_buckets + 1, 0);
        for &bucket in &self.buckets {
            self.starts[bucket as usize] += 1;
        }
        let n_finite = values.len() - self.starts[n_buckets] as usize;
        let (mut fullest, mut start) = (0, 0);
        for count in &mut self.starts {
            let own = *count;
            *count = start;
            start += own;
            fullest = fullest.max(own);
        }
        self.sorted.resize(values.len(), (0.0, 0));
        for (place, (value, bucket)) in (0_u32..).zip(values.iter().zip(&self.buckets)) {
            let next = &mut self.starts[*bucket as usize];
            self.sorted[*next as usize] = (*value, place);
            *next += 1;
        }
        let sorted = &mut self.sorted[..n_finite];
        if fullest > FULL {
            sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        } else {
            insertion_sort(sorted);
        }
        sorted
    }
}

fn insertion_sort(values: &mut [Placed]) {
    for i in 1..values.len() {
        let value = values[i];
        let mut j = i;
        while j > 0 && values[j - 1].0 > value.0 {
            values[j] = values[j - 1];
            j -= 1;
        }
        values[j] = value;
    }
}

/// Sums of centred ranks and counts by place.
#[derive(Debug, Clone)]
pub(super) struct RankSums {
    pub sums: Vec<f64>,
    pub counts: Vec<usize>,
}

impl RankSums {
    pub fn new(n_places: usize) -> Self {
        Self {
            sums: vec![0.0; n_places],
            counts: vec![0; n_places],
        }
    }

    /// Adds U = rank/(1 + n) − ½ of every value of `sorted` and `extra`, both ascending, to the
    /// place of its day. A value within `tolerance` of the next smaller one is tied with it; ties
    /// share their mean rank. `merged` is scratch memory.
    pub fn add(
        &mut self,
        sorted: &[Placed],
        extra: &[Placed],
        tolerance: f64,
        merged: &mut Vec<Placed>,
    ) {
        merge(sorted, extra, merged);
        let per_rank = 1.0 / (1.0 + merged.len() as f64);
        let mut start = 0;
        while start < merged.len() {
            let mut end = start + 1;
            while end < merged.len() && merged[end].0 - merged[end - 1].0 <= tolerance {
                end += 1;
            }
            // Ranks start + 1 to end share their mean.
            let u = (start + 1 + end) as f64 / 2.0 * per_rank - 0.5;
            for &(_, place) in &merged[start..end] {
                self.sums[place as usize] += u;
                self.counts[place as usize] += 1;
            }
            start = end;
        }
    }

    pub fn merge(&mut self, other: &RankSums) {
        let sums = self.sums.iter_mut().zip(&other.sums);
        sums.for_each(|(own, sum)| *own += sum);
        let counts = self.counts.iter_mut().zip(&other.counts);
        counts.for_each(|(own, n)| *own += n);
    }
}

fn merge(sorted: &[Placed], extra: &[Placed], merged: &mut Vec<Placed>) {
    merged.clear();
    let mut from = 0;
    for &value in extra {
        let to = from + sorted[from..].partition_point(|s| s.0 < value.0);
        merged.extend_from_slice(&sorted[from..to]);
        merged.push(value);
        from = to;
    }
    merged.extend_from_slice(&sorted[from..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn values_come_out_in_order(values in prop::collection::vec(
            prop_oneof![-5.0..5.0, Just(0.0), Just(f64::NAN), -1e9..1e9], 0..300), scale in 1e-3..10.0)
        {
            let mut sorter = Sorter::default();
            // Memory from an earlier, longer call must not show.
            sorter.sort(&[1.0; 400], 1.0);
            let sorted = sorter.sort(&values, scale);
            let finite = values.iter().filter(|v| v.is_finite()).count();
            prop_assert_eq!(sorted.len(), finite);
            prop_assert!(sorted.is_sorted_by(|a, b| a.0 <= b.0));
            prop_assert!(sorted.iter().all(|(v, place)| values[*place as usize] == *v));
        }
    }

    #[test]
    fn ties_share_their_mean_rank_across_both_lists() {
        let mut ranks = RankSums::new(5);
        let sorted = [(-1.0, 3), (0.5, 0), (2.0, 1)];
        ranks.add(
            &sorted,
            &[(0.5 + 1e-12, 4), (9.0, 2)],
            1e-10,
            &mut Vec::new(),
        );
        // Ranks 1, 2½, 2½, 4, 5 of 5, over 6.
        let u = [2.5, 4.0, 5.0, 1.0, 2.5].map(|rank| rank / 6.0 - 0.5);
        for (sum, u) in ranks.sums.iter().zip(u) {
            assert!((sum - u).abs() < 1e-15);
        }
        assert_eq!(ranks.counts, [1; 5]);
    }
}
