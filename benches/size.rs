//! `cargo bench --bench size`: how often every test rejects a true null at 5 %, in 1,500 samples of
//! 30 events with 120 estimation days. The table behind `analysis::recommendation`;
//! `cargo bench --no-default-features --bench size -- --write` puts it into `CONFORMANCE.md`.

#[path = "../tests/reference/simulation.rs"]
mod simulation;

use simulation::{ESTIMATION, PLAIN, Scenario, Spacing, rejections};
use std::collections::BTreeMap;
use std::time::Instant;

/// Where `--write` puts the table, between these marks.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/CONFORMANCE.md");
const BEGIN: &str = "<!-- size: begin -->";
const END: &str = "<!-- size: end -->";

const N_SAMPLES: u64 = 1_500;

fn main() {
    let start = Instant::now();
    let clustered = Scenario {
        name: "clustered",
        spacing: Spacing::OneSession,
        common: 0.2,
        ..PLAIN
    };
    let one_share = Scenario {
        name: "12, one share",
        n_events: 12,
        spacing: Spacing::Threes,
        one_share: true,
        ..PLAIN
    };
    let in_part = Scenario {
        name: "20, in part",
        n_events: 20,
        spacing: Spacing::Row,
        common: 0.5,
        ..PLAIN
    };
    let scenarios = [
        Scenario {
            name: "independent",
            ..PLAIN
        },
        clustered,
        Scenario {
            name: "variance x 3",
            event_sd: 3.0_f64.sqrt(),
            ..PLAIN
        },
        Scenario {
            name: "both",
            event_sd: 3.0_f64.sqrt(),
            ..clustered
        },
        Scenario {
            name: "12, fat tails",
            n_events: 12,
            fat_tails: true,
            ..PLAIN
        },
        one_share,
        Scenario {
            name: "… effect 2 %",
            effect: 0.02,
            ..one_share
        },
        Scenario {
            name: "20 in a row",
            n_events: 20,
            spacing: Spacing::Row,
            ..one_share
        },
        in_part,
        Scenario {
            name: "… effect 2 %",
            effect: 0.02,
            ..in_part
        },
    ];
    let tables = scenarios.map(|scenario| rejections(scenario, N_SAMPLES));
    let page = markdown(&scenarios.map(|s| s.name), &tables);
    println!("{page}{:.1?}", start.elapsed());
    if std::env::args().any(|a| a == "--write") {
        let old = std::fs::read_to_string(PAGE).expect("CONFORMANCE.md");
        let (before, rest) = old.split_once(BEGIN).expect("the first mark");
        let (_, after) = rest.split_once(END).expect("the second mark");
        let new = format!("{before}{BEGIN}\n{page}{END}{after}");
        std::fs::write(PAGE, new).expect("a page that can be written");
    }
}

/// The share of samples that each test rejects, a column per scenario.
fn markdown(names: &[&str; 10], tables: &[BTreeMap<&'static str, (usize, usize)>; 10]) -> String {
    let error = (0.05_f64 * 0.95 / N_SAMPLES as f64).sqrt();
    let mut page = format!(
        "## Size\n\nHow often each test rejects a true null at 5 %, in {N_SAMPLES} samples of {} events, where \
         no other\nnumber is given, with {ESTIMATION} estimation days, window [0, +2]; clustered: one session for all, \
         correlation 0.2;\none share: threes of events two sessions apart, or 20 in a row at that distance; in part: different \
         shares,\ncorrelation 0.5, in such a row. The columns with an effect are power: there the events move day 0 by \
         2 %, one\nstandard deviation of a day. Monte-Carlo error of 5 %: {error:.4}. \
         `recommended` follows the advice of\n`recommendations.csv`. Written by `cargo bench --no-default-features --bench size -- --write`.\n\n",
        PLAIN.n_events
    );
    page += &format!(
        "| test | {} |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
        names.join(" | ")
    );
    for name in tables[0].keys() {
        let rate = |table: &BTreeMap<&str, (usize, usize)>| match table.get(name) {
            Some((rejected, n)) if *n > 0 => format!("{:.3}", *rejected as f64 / *n as f64),
            _ => "–".to_owned(),
        };
        let rates: Vec<String> = tables.iter().map(rate).collect();
        page += &format!("| `{name}` | {} |\n", rates.join(" | "));
    }
    page + "\n"
}
