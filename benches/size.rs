//! `cargo bench --bench size`: how often every test rejects a true null at 5 %, in 1,500 samples of
//! 30 events with 120 estimation days. The table behind `analysis::recommendation`.

#[path = "../tests/reference/simulation.rs"]
mod simulation;

use simulation::{ESTIMATION, PLAIN, Scenario, rejections};
use std::time::Instant;

const N_SAMPLES: u64 = 1_500;

fn main() {
    let start = Instant::now();
    let clustered = Scenario {
        name: "clustered",
        common: Some(0.2),
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
    ];
    let tables = scenarios.map(|scenario| rejections(scenario, N_SAMPLES));
    println!(
        "rejections at 5 %, {N_SAMPLES} samples of {} events (12 in the last column), {ESTIMATION} \
         estimation days, window [0, +2]; clustered: correlation 0.2",
        PLAIN.n_events
    );
    print!("{:<22}", "");
    scenarios.iter().for_each(|s| print!("{:>15}", s.name));
    println!();
    for name in tables[0].keys() {
        print!("{name:<22}");
        for table in &tables {
            match table.get(name) {
                Some((rejected, n)) if *n > 0 => {
                    print!("{:>15.3}", *rejected as f64 / *n as f64);
                }
                _ => print!("{:>15}", "-"),
            }
        }
        println!();
    }
    let error = (0.05_f64 * 0.95 / N_SAMPLES as f64).sqrt();
    println!(
        "Monte-Carlo error at 5 %: {error:.4}; {:.1?}",
        start.elapsed()
    );
}
