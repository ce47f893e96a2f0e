//! Events that share their calendar time: counted, and put into chains.

/// How many of the days 0 given lie within `length` sessions of another: windows of that length
/// around them overlap.
pub fn n_overlapping(days_0: &[usize], length: usize) -> usize {
    let mut days = days_0.to_vec();
    days.sort_unstable();
    let near = |a: usize, b: usize| days[b] - days[a] < length;
    (0..days.len())
        .filter(|&i| (i > 0 && near(i - 1, i)) || (i + 1 < days.len() && near(i, i + 1)))
        .count()
}

/// The chain of each of the days 0 given, and the number of chains: windows of `length` sessions
/// that overlap, directly or through others between them, are in one chain. Different chains
/// share no session.
pub fn chains(days_0: &[usize], length: usize) -> (Vec<usize>, usize) {
    let mut order: Vec<usize> = (0..days_0.len()).collect();
    order.sort_by_key(|&i| days_0[i]);
    let mut chain_of = vec![0; days_0.len()];
    let mut n_chains = 0;
    let mut previous = None;
    for i in order {
        if previous.is_none_or(|p| days_0[i] - p >= length) {
            n_chains += 1;
        }
        chain_of[i] = n_chains - 1;
        previous = Some(days_0[i]);
    }
    (chain_of, n_chains)
}

/// Sessions from the first to the last of the longest chain of the days 0 given; 0 of none.
pub(crate) fn longest_chain(days_0: &[usize], length: usize) -> usize {
    let (chain_of, n_chains) = chains(days_0, length);
    let span = |chain: usize| {
        let days = || {
            days_0
                .iter()
                .zip(&chain_of)
                .filter(move |(_, c)| **c == chain)
        };
        let (first, last) = (days().map(|d| d.0).min()?, days().map(|d| d.0).max()?);
        Some(last - first + length)
    };
    (0..n_chains).filter_map(span).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_of_three_overlap_at_a_distance_of_two() {
        assert_eq!(n_overlapping(&[10, 20, 12, 30], 3), 2);
        assert_eq!(n_overlapping(&[10, 20, 12, 30], 2), 0);
        assert_eq!(n_overlapping(&[10, 10], 1), 2);
        assert_eq!(chains(&[10, 20, 12, 14, 23], 3), (vec![0, 1, 0, 0, 2], 3));
        assert_eq!(chains(&[], 3), (vec![], 0));
        assert_eq!(longest_chain(&[10, 20, 12, 14, 23], 3), 7);
        assert_eq!(longest_chain(&[], 3), 0);
    }
}
