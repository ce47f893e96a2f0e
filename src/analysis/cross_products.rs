//! Sums of products of columns over any run of sessions, at a cost that does not grow with it.
//!
//! Columns are centred, products are summed up in blocks, and the blocks into prefix sums with a
//! compensation term each (Knuth 1997, 4.2.2; Neumaier 1974): what lies before a run cancels to
//! the last digit and leaves no rounding behind. The ragged ends of a run are added one by one.

use std::ops::Range;

/// Sessions in a block.
const BLOCK: usize = 16;

/// A sum of two doubles whose second part holds what rounding took from the first.
#[derive(Debug, Clone, Copy, Default)]
struct Compensated {
    high: f64,
    low: f64,
}

impl Compensated {
    fn plus(self, term: f64) -> Self {
        let (high, error) = two_sum(self.high, term);
        let (high, low) = two_sum(high, self.low + error);
        Self { high, low }
    }

    fn minus(self, other: Self) -> f64 {
        let (high, error) = two_sum(self.high, -other.high);
        high + (error + (self.low - other.low))
    }
}

/// a + b and its rounding error, exactly.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let other = sum - a;
    (sum, (a - (sum - other)) + (b - other))
}

/// Σ u_a·u_b over runs of sessions for a few columns u, the first of which is 1 on the sessions
/// that count. Sessions on which a value is missing or that are left out count nowhere.
#[derive(Debug, Clone)]
pub struct CrossProducts {
    n_sessions: usize,
    /// What was subtracted from each of the columns given.
    centres: Vec<f64>,
    /// The flags, then the centred columns, zero where the flag is; column by column.
    columns: Vec<f64>,
    /// At every block's start the sums of all pairs a ≤ b so far.
    prefix: Vec<Compensated>,
}

impl CrossProducts {
    /// Prefix sums of `columns`, each with one entry per session (NaN is missing), over the
    /// sessions that are `usable`; centred about their means there if asked.
    pub fn new(columns: &[&[f64]], usable: impl Fn(usize) -> bool, centred: bool) -> Self {
        let n_sessions = columns.first().map_or(0, |c| c.len());
        let counts = |t: usize| usable(t) && columns.iter().all(|c| c[t].is_finite());
        let flags: Vec<f64> = (0..n_sessions)
            .map(|t| f64::from(u8::from(counts(t))))
            .collect();
        let n_usable: f64 = flags.iter().sum();
        let mut own = Self {
            n_sessions,
            centres: Vec::with_capacity(columns.len()),
            columns: flags,
            prefix: Vec::new(),
        };
        own.columns.reserve(n_sessions * columns.len());
        for column in columns {
            let flags = &own.columns[..n_sessions];
            let present = |(flag, value): (&f64, &f64)| if *flag > 0.0 { *value } else { 0.0 };
            let sum: f64 = flags.iter().zip(*column).map(present).sum();
            let centre = if centred && n_usable > 0.0 {
                sum / n_usable
            } else {
                0.0
            };
            own.centres.push(centre);
            for (t, value) in column.iter().enumerate() {
                let counts = own.columns[t] > 0.0;
                own.columns.push(if counts { value - centre } else { 0.0 });
            }
        }
        own.accumulate();
        own
    }

    /// Columns, the flags included.
    fn n_columns(&self) -> usize {
        self.centres.len() + 1
    }

    /// Pairs a ≤ b of columns, the flags included.
    pub fn n_pairs(&self) -> usize {
        self.n_columns() * (self.n_columns() + 1) / 2
    }

    /// What was subtracted from each column.
    pub fn centres(&self) -> &[f64] {
        &self.centres
    }

    /// Σ u² of a column over all sessions; what is smaller by far is lost to rounding.
    pub fn total_squares(&self, column: usize) -> f64 {
        let last = self.prefix.len() - self.n_pairs();
        self.prefix[last + pair(column, column)].high
    }

    /// Writes Σ u_a·u_b over the `sessions` for the pairs (0, 0), (0, 1), (1, 1), (0, 2), …; u_0
    /// is 1 on the sessions that count, so that the first sum is their number.
    pub fn sums(&self, sessions: Range<usize>, sums: &mut [f64]) {
        let sessions = sessions.start..sessions.end.min(self.n_sessions);
        let (first, last) = (sessions.start.div_ceil(BLOCK), sessions.end / BLOCK);
        let n_pairs = self.n_pairs();
        if first >= last {
            sums[..n_pairs].fill(0.0);
            self.add_run(sessions, sums);
            return;
        }
        let before = &self.prefix[first * n_pairs..][..n_pairs];
        let after = &self.prefix[last * n_pairs..][..n_pairs];
        for ((sum, after), before) in sums.iter_mut().zip(after).zip(before) {
            *sum = after.minus(*before);
        }
        self.add_run(sessions.start..first * BLOCK, sums);
        self.add_run(last * BLOCK..sessions.end, sums);
    }

    fn add_run(&self, sessions: Range<usize>, sums: &mut [f64]) {
        if sessions.is_empty() {
            return;
        }
        let run = |column: usize| &self.columns[column * self.n_sessions..][sessions.clone()];
        let mut pair = 0;
        for b in 0..self.n_columns() {
            for a in 0..=b {
                sums[pair] += dot(run(a), run(b));
                pair += 1;
            }
        }
    }

    fn accumulate(&mut self) {
        let n_pairs = self.n_pairs();
        let mut running = vec![Compensated::default(); n_pairs];
        let mut block = vec![0.0; n_pairs];
        self.prefix = Vec::with_capacity((self.n_sessions / BLOCK + 1) * n_pairs);
        self.prefix.extend_from_slice(&running);
        for start in (0..self.n_sessions / BLOCK).map(|i| i * BLOCK) {
            block.fill(0.0);
            self.add_run(start..start + BLOCK, &mut block);
            for (running, sum) in running.iter_mut().zip(&block) {
                *running = running.plus(*sum);
            }
            self.prefix.extend_from_slice(&running);
        }
    }
}

/// Where the pair a ≤ b stands among the sums.
pub fn pair(a: usize, b: usize) -> usize {
    b * (b + 1) / 2 + a
}

/// Σ a·b in four sums, which a compiler can keep in vector registers.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let (a_quads, b_quads) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest = a_quads.remainder().iter().zip(b_quads.remainder());
    let tail: f64 = rest.map(|(x, y)| x * y).sum();
    for (x, y) in a_quads.zip(b_quads) {
        for i in 0..4 {
            lanes[i] += x[i] * y[i];
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_after_huge_values_keeps_its_digits() {
        // Squares before the run are 1e16 times those of the run.
        let column: Vec<f64> = (0..400)
            .map(|t| {
                if t < 100 {
                    1e2
                } else {
                    1e-6 * (t as f64).sin()
                }
            })
            .collect();
        let products = CrossProducts::new(&[&column], |_| true, false);
        let mut sums = [0.0; 3];
        products.sums(150..390, &mut sums);
        let direct: f64 = column[150..390].iter().map(|v| v * v).sum();
        assert!(
            (sums[2] / direct - 1.0).abs() < 1e-13,
            "{} {direct}",
            sums[2]
        );
        assert_eq!(sums[0], 240.0);
    }

    #[test]
    fn every_run_has_the_sums_of_its_usable_sessions() {
        let mut x: Vec<f64> = (0..150).map(|t| f64::from(t % 7) - 2.0).collect();
        let y: Vec<f64> = (0..150).map(|t| f64::from(t % 5)).collect();
        x[40] = f64::NAN;
        let products = CrossProducts::new(&[&x, &y], |t| t != 77, false);
        for (from, to) in [
            (0, 150),
            (3, 9),
            (31, 33),
            (32, 64),
            (0, 0),
            (33, 140),
            (90, 999),
        ] {
            let mut sums = [f64::NAN; 6];
            products.sums(from..to, &mut sums);
            let used = (from..to.min(150)).filter(|&t| t != 77 && t != 40);
            let mut direct = [0.0; 6];
            for t in used {
                let row = [1.0, x[t], x[t] * x[t], y[t], x[t] * y[t], y[t] * y[t]];
                direct.iter_mut().zip(row).for_each(|(d, v)| *d += v);
            }
            // Small whole numbers: exact in any order.
            assert_eq!(sums, direct, "{from}..{to}");
        }
    }
}
