//! Do events and abnormal sessions go together more than chance would have them?
//!
//! Sessions are the units of a 2 × 2 table: in the reaction window of an event or not, abnormal or
//! not. Both come in clusters, so Fisher's law would flatter; the p is from circular shifts of
//! the event series, which keep every cluster of both.

use crate::analysis::inference::{Undefined, map_draws};
use rand::RngExt;
use rayon::prelude::*;

/// The table and what follows from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Association {
    /// Reaction sessions that were abnormal.
    pub abnormal_with: usize,
    /// Reaction sessions that were not.
    pub normal_with: usize,
    /// Other sessions that were abnormal.
    pub abnormal_without: usize,
    /// Other sessions that were not.
    pub normal_without: usize,
    /// Share of abnormal sessions that are reaction sessions.
    pub precision: Option<f64>,
    /// Odds of an abnormal session with an event over those without.
    pub odds_ratio: Option<f64>,
    /// Whether a half was added to every cell because one was 0 (Haldane 1956, Anscombe 1956).
    pub haldane: bool,
    /// Share of shifts with at least these odds: one-sided.
    pub p: Result<f64, Undefined>,
    /// Shifts that the p was computed from, the data's own not counted.
    pub n_shifts: usize,
    /// Whether those are all there are.
    pub exhaustive: bool,
}

/// How many shifts to try: all of them where they are no more than `most`, else as many drawn at
/// random from `seed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shifts {
    /// Most shifts.
    pub most: usize,
    /// Seed of those that are drawn.
    pub seed: u64,
}

/// Cells of the table: abnormal and normal with an event, abnormal and normal without.
type Table = [usize; 4];

/// What of an instrument's sessions moves when its events do: few of them are abnormal, and few
/// are missing, so that a shift costs less than a look at each.
struct Series<'a> {
    abnormal: Vec<usize>,
    missing: Vec<usize>,
    reaction: &'a [bool],
    n_reaction: usize,
}

impl<'a> Series<'a> {
    fn new(abnormal: &[Option<bool>], reaction: &'a [bool]) -> Self {
        let places = |wanted: Option<bool>| -> Vec<usize> {
            let places = abnormal.iter().enumerate();
            places
                .filter(|(_, a)| **a == wanted)
                .map(|(t, _)| t)
                .collect()
        };
        Self {
            abnormal: places(Some(true)),
            missing: places(None),
            reaction,
            n_reaction: reaction.iter().filter(|r| **r).count(),
        }
    }

    /// The table with the reaction sessions `shift` sessions later, those at the end coming first.
    fn table(&self, shift: usize) -> Table {
        let n = self.reaction.len();
        let hits = |places: &[usize]| {
            let before = |t: usize| if t >= shift { t - shift } else { t + n - shift };
            places.iter().filter(|t| self.reaction[before(**t)]).count()
        };
        let abnormal_with = hits(&self.abnormal);
        let with = self.n_reaction - hits(&self.missing);
        let abnormal_without = self.abnormal.len() - abnormal_with;
        let without = n - self.missing.len() - with;
        [
            abnormal_with,
            with - abnormal_with,
            abnormal_without,
            without - abnormal_without,
        ]
    }
}

/// One instrument. `abnormal` and `reaction` have one entry per session of the span; a session
/// without a figure is `None` and counts in no cell.
///
/// ```
/// use shockwave::analysis::scan::{Shifts, association};
///
/// let abnormal: Vec<Option<bool>> = (0..50).map(|t| Some(t == 10 || t == 30)).collect();
/// let reaction: Vec<bool> = (0..50).map(|t| t == 10 || t == 20).collect();
/// let found = association(&abnormal, &reaction, Shifts { most: 1999, seed: 1 });
/// assert_eq!((found.abnormal_with, found.abnormal_without), (1, 1));
/// ```
pub fn association(abnormal: &[Option<bool>], reaction: &[bool], shifts: Shifts) -> Association {
    pooled_association(&[(abnormal, reaction)], shifts)
}

/// Several instruments, their cells added. One shift moves the events of all of them together, so
/// that what strikes many on one session stays one stroke. All are of the same length.
///
/// p = #{shifts, the data's own among them, with odds at least as high}/(1 + shifts), the odds
/// with a half in every cell, so that they always exist.
///
/// ```
/// use shockwave::analysis::scan::{Shifts, pooled_association};
///
/// let reaction: Vec<bool> = (0..50).map(|t| t == 10 || t == 20).collect();
/// let chips: Vec<Option<bool>> = (0..50).map(|t| Some(t == 10 || t == 20)).collect();
/// let banks: Vec<Option<bool>> = (0..50).map(|t| (t != 5).then_some(t == 33)).collect();
/// let both = [(&chips[..], &reaction[..]), (&banks[..], &reaction[..])];
/// let found = pooled_association(&both, Shifts { most: 1999, seed: 1 });
/// assert_eq!((found.abnormal_with, found.abnormal_without), (2, 1));
/// assert_eq!((found.exhaustive, found.p), (true, Ok(1.0 / 50.0))); // no other shift does as well
/// ```
pub fn pooled_association<'a>(
    series: &[(&[Option<bool>], &'a [bool])],
    shifts: Shifts,
) -> Association {
    let n = series.first().map_or(0, |(abnormal, _)| abnormal.len());
    let of = |(abnormal, reaction): &(&[Option<bool>], &'a [bool])| Series::new(abnormal, reaction);
    let series: Vec<Series> = series.iter().map(of).collect();
    let own = table(&series, 0);
    let [a, b, c, d] = own;
    let haldane = own.contains(&0);
    let with_both = a + b > 0 && c + d > 0 && a + c > 0 && b + d > 0;
    let all = n.saturating_sub(1);
    let exhaustive = all <= shifts.most;
    let n_shifts = all.min(shifts.most);
    let least = odds(own, 0.5);
    let as_high = |shift: usize| odds(table(&series, shift), 0.5) >= least;
    let p = if !with_both {
        Err(Undefined::ZeroVariance("the sessions"))
    } else if exhaustive {
        let n_high = (1..n).into_par_iter().filter(|s| as_high(*s)).count();
        Ok((1 + n_high) as f64 / n as f64)
    } else {
        let drawn = map_draws(shifts.seed, n_shifts, |random| {
            f64::from(u8::from(as_high(random.random_range(1..n))))
        });
        Ok((1.0 + drawn.iter().sum::<f64>()) / (1 + n_shifts) as f64)
    };
    Association {
        abnormal_with: a,
        normal_with: b,
        abnormal_without: c,
        normal_without: d,
        precision: (a + c > 0).then(|| a as f64 / (a + c) as f64),
        odds_ratio: with_both.then(|| odds(own, if haldane { 0.5 } else { 0.0 })),
        haldane: haldane && with_both,
        p,
        n_shifts,
        exhaustive,
    }
}

fn odds(cells: Table, added: f64) -> f64 {
    let [a, b, c, d] = cells.map(|n| n as f64 + added);
    a * d / (b * c)
}

fn table(series: &[Series], shift: usize) -> Table {
    series.iter().fold([0; 4], |cells, own| {
        let own = own.table(shift);
        std::array::from_fn(|i| cells[i] + own[i])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Shifts = Shifts { most: 999, seed: 1 };

    fn flags(text: &str) -> Vec<bool> {
        text.chars().map(|c| c == 'x').collect()
    }

    fn known(text: &str) -> Vec<Option<bool>> {
        let flag = |c| match c {
            '?' => None,
            c => Some(c == 'x'),
        };
        text.chars().map(flag).collect()
    }

    #[test]
    fn cells_odds_and_p_by_hand() {
        let abnormal = known("xx....x?..");
        let reaction = flags("xxx......x");
        let found = association(&abnormal, &reaction, ALL);
        let cells = (
            found.abnormal_with,
            found.normal_with,
            found.abnormal_without,
            found.normal_without,
        );
        assert_eq!(cells, (2, 2, 1, 4));
        assert_eq!(found.odds_ratio, Some(4.0));
        assert_eq!(found.precision, Some(2.0 / 3.0));
        assert!(!found.haldane && found.exhaustive && found.n_shifts == 9);
        // The reaction sessions are a run of four from session 9 on. One that starts at 8 or at 0
        // holds two abnormal of four too; at 6 and 7 it holds one of three, elsewhere at most one.
        assert_eq!(found.p, Ok(3.0 / 10.0));
    }

    #[test]
    fn an_empty_cell_gets_a_half_and_says_so() {
        let found = association(&known("xx......"), &flags("xxx....."), ALL);
        assert!(found.haldane);
        assert_eq!(found.odds_ratio, Some(2.5 * 5.5 / (1.5 * 0.5)));
        assert_eq!(
            found.p,
            Ok(0.25),
            "the runs also meet when shifted by one back"
        );
        let none = association(&known("........"), &flags("xxx....."), ALL);
        assert_eq!((none.odds_ratio, none.precision), (None, None));
        assert_eq!(none.p.unwrap_err().code(), "zero-variance");
    }

    #[test]
    fn drawn_shifts_come_near_to_all_of_them() {
        let abnormal: Vec<_> = (0..400).map(|t| Some(t % 17 < 2 || t % 41 == 3)).collect();
        let reaction: Vec<_> = (0..400).map(|t| t % 23 < 3).collect();
        let all = association(&abnormal, &reaction, ALL);
        let drawn = Shifts { most: 399, seed: 7 };
        assert_eq!(association(&abnormal, &reaction, drawn), all);
        let fewer = association(&abnormal, &reaction, Shifts { most: 300, seed: 7 });
        assert!(!fewer.exhaustive && fewer.n_shifts == 300);
        assert!((fewer.p.unwrap() - all.p.unwrap()).abs() < 0.1);
    }
}
