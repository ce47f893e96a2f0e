//! `CONFORMANCE.md`: what was compared with what, statistic by statistic, and how far it differed.
//!
//! The page is written from the comparisons themselves, and a test fails where the committed one
//! says something else. Largest differences are powers of ten, and one that the committed page
//! has stays while it is no more than one power off: another machine rounds last digits otherwise.

use crate::ledger::{Ledger, Tally};
use crate::{
    conditional, correlation, joint, laws, models, observations, outcomes, panel, samples, scan,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::LazyLock;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/CONFORMANCE.md");
const COMMAND: &str =
    "UPDATE_CONFORMANCE=1 cargo test --no-default-features --test reference conformance";
/// The data sets that have a column; figures of others stand in one column of all.
const SETS: [&str; 3] = ["sample", "simulated", "hostile"];

/// The size experiment stands between these lines; its bench writes it.
const SIZE_BEGIN: &str = "<!-- size: begin -->";
const SIZE_END: &str = "<!-- size: end -->";

const HEAD: &str = "\
# Conformance

What Shockwave computes, beside what other programs compute from the same figures. Written by the
tests that compare them; do not edit. To write it anew:

    UPDATE_CONFORMANCE=1 cargo test --no-default-features --test reference conformance

The oracles are Python programs in `tests/reference` that share no code with the engine; they use
statsmodels, scipy and arch where those compute the thing, else loops and full matrices.
`tests/reference/README.md` says what every answer is and which choices they share. Data sets:
`sample`, real prices of 11 symbols; `simulated`, with missing days, a cluster of events and
repeated instruments; `hostile`, one trap per event; *other*, series or arguments made for the
statistic. A figure that cannot be had must be missing on both sides, for the same reason; those
are not counted.

*Largest difference*: relative to the figure, or to the scale of its error where it is smaller than
that (for returns the residual standard deviation, for t and z values 1, for a p from a law p times
1 − 2 ln p), rounded up to a power of ten. *Tolerance*: what fails the test.
";

/// A row of the page, as `statistics.txt` has it.
struct Row {
    section: &'static str,
    name: &'static str,
    /// Names under which the comparisons count it; one that ends in `*` means all that begin so.
    statistics: Vec<&'static str>,
    what: &'static str,
    source: &'static str,
    oracle: &'static str,
    tolerance: &'static str,
    /// Why it has fewer than three data sets, where it has.
    few: Option<&'static str>,
}

impl Row {
    fn holds(&self, statistic: &str) -> bool {
        let holds = |own: &&str| match own.strip_suffix('*') {
            Some(start) => statistic.starts_with(start),
            None => statistic == *own,
        };
        self.statistics.iter().any(holds)
    }
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let (mut section, mut rows) = ("", Vec::new());
    for line in include_str!("statistics.txt").lines() {
        if let Some(title) = line.strip_prefix("# ") {
            section = title;
        } else if !line.is_empty() && !line.starts_with(';') {
            let cells: Vec<&str> = line.split(" | ").collect();
            let [name, statistics, what, source, oracle, tolerance, few @ ..] = &cells[..] else {
                panic!("not a row: {line}");
            };
            rows.push(Row {
                section,
                name,
                statistics: statistics.split(' ').collect(),
                what,
                source,
                oracle,
                tolerance,
                few: few.first().copied(),
            });
        }
    }
    rows
});

/// Of one row: figures by data set, and the largest difference of all.
#[derive(Default)]
struct Compared {
    by_set: BTreeMap<String, usize>,
    largest: f64,
}

impl Compared {
    fn add(&mut self, set: &str, tally: &Tally) {
        *self.by_set.entry(set.to_owned()).or_default() += tally.n;
        self.largest = self.largest.max(tally.largest);
    }

    fn n(&self) -> usize {
        self.by_set.values().sum()
    }
}

fn ledgers() -> Vec<&'static Ledger> {
    let parts: [&[Ledger]; 10] = [
        &observations::LEDGERS,
        &models::LEDGERS,
        &conditional::LEDGERS,
        &joint::LEDGERS,
        &samples::LEDGERS,
        &correlation::LEDGERS,
        &outcomes::LEDGERS,
        &laws::LEDGERS,
        &panel::LEDGERS,
        &scan::LEDGERS,
    ];
    parts.into_iter().flatten().collect()
}

/// What was compared for every row, in their order; panics where a statistic has no row.
fn compared() -> Vec<Compared> {
    let mut rows: Vec<Compared> = ROWS.iter().map(|_| Compared::default()).collect();
    for ledger in ledgers() {
        for (statistic, tally) in &ledger.tallies {
            let row = ROWS.iter().position(|row| row.holds(statistic));
            let row = row.unwrap_or_else(|| panic!("no row of the page holds {statistic}"));
            rows[row].add(&ledger.name, tally);
        }
    }
    rows
}

/// The smallest power of ten that is no smaller; rounding alone makes 1e-15.
fn power(difference: f64) -> i32 {
    (-15..=0)
        .find(|&power| difference <= 10.0_f64.powi(power))
        .unwrap_or(1)
}

/// The power that the committed page has for a row, where it is near enough.
fn settled(committed: &str, row: &Row, own: i32) -> i32 {
    let line = committed
        .lines()
        .find(|line| line.starts_with(&format!("| {} |", row.name)));
    let cell = line.and_then(|line| line.split('|').rev().nth(2));
    let power = cell.and_then(|cell| cell.trim().strip_prefix("1e")?.parse::<i32>().ok());
    power.filter(|p| (p - own).abs() <= 1).unwrap_or(own)
}

fn count(n: usize) -> String {
    match n {
        0 => "–".to_owned(),
        n => n.to_string(),
    }
}

fn line(page: &mut String, row: &Row, compared: &Compared, committed: &str) {
    let by_set = SETS.map(|set| compared.by_set.get(set).copied().unwrap_or(0));
    let other = compared.n() - by_set.iter().sum::<usize>();
    let cells = by_set.map(count);
    let _ = writeln!(
        page,
        "| {} | {} | {} | {} | {} | {} | {} | {} | 1e{} | {} |",
        row.name,
        row.what,
        row.source,
        row.oracle,
        cells[0],
        cells[1],
        cells[2],
        count(other),
        settled(committed, row, power(compared.largest)),
        row.tolerance
    );
}

fn page(committed: &str) -> String {
    let compared = compared();
    let mut page = HEAD.to_owned();
    let total: usize = compared.iter().map(Compared::n).sum();
    let _ = writeln!(page, "\n{total} figures of {} statistics.", ROWS.len());
    let mut section = "";
    for (row, compared) in ROWS.iter().zip(&compared) {
        if row.section != section {
            section = row.section;
            let _ = writeln!(
                page,
                "\n## {section}\n\n| statistic | what | source | oracle | sample | simulated | hostile | \
                 other | largest difference | tolerance |\n|---|---|---|---|--:|--:|--:|--:|--:|---|"
            );
        }
        line(&mut page, row, compared, committed);
    }
    let fewer: Vec<String> = ROWS
        .iter()
        .zip(&compared)
        .filter(|(_, compared)| compared.by_set.len() < 3)
        .map(|(row, _)| format!("{} ({})", row.name, row.few.unwrap_or("no reason given")))
        .collect();
    let _ = writeln!(
        page,
        "\nOn fewer than three data sets: {}.",
        fewer.join("; ")
    );
    let _ = write!(page, "\n{SIZE_BEGIN}{}{SIZE_END}\n", size(committed));
    page
}

/// What stands between the marks of the size experiment.
fn size(page: &str) -> &str {
    let after = page.split_once(SIZE_BEGIN).map(|(_, after)| after);
    let between = after.and_then(|after| after.split_once(SIZE_END));
    between.map_or("\n", |(between, _)| between)
}

#[test]
fn the_conformance_page_is_true() {
    let committed = std::fs::read_to_string(PAGE).unwrap_or_default();
    let page = page(&committed);
    if std::env::var_os("UPDATE_CONFORMANCE").is_some() {
        // Another test reads the page meanwhile: it must find one whole.
        let new = format!("{PAGE}.new");
        std::fs::write(&new, page).expect("a page that can be written");
        std::fs::rename(new, PAGE).expect("a page that can be replaced");
        return;
    }
    let differs = page.lines().zip(committed.lines()).find(|(a, b)| a != b);
    assert!(
        page == committed,
        "CONFORMANCE.md is out of date; write it anew:\n{COMMAND}\nfirst difference: {differs:#?}"
    );
}

#[test]
fn every_statistic_has_answers_on_three_data_sets_or_says_why() {
    for (row, compared) in ROWS.iter().zip(compared()) {
        let (name, n_sets) = (row.name, compared.by_set.len());
        assert!(compared.n() > 0, "{name}: nothing was compared");
        assert!(
            n_sets >= 3 || row.few.is_some(),
            "{name}: {n_sets} data sets"
        );
    }
    let names: BTreeSet<&str> = ROWS.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), ROWS.len(), "two rows of one name");
}

/// The test that the recommendations rest on holds its size in every design of 30 events.
#[test]
fn the_size_experiment_on_the_page_holds() {
    let page = std::fs::read_to_string(PAGE).expect("CONFORMANCE.md");
    let row = size(&page).lines().find(|l| l.contains("`kp_bmp_t`"));
    let row = row.expect("run: cargo bench --no-default-features --bench size -- --write");
    let rates: Vec<f64> = row
        .split('|')
        .filter_map(|c| c.trim().parse().ok())
        .collect();
    assert!(rates.len() >= 4, "{row}");
    for rate in &rates[..4] {
        assert!((0.035..=0.065).contains(rate), "{row}");
    }
}
