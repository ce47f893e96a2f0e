//! The analytic battery on the data of `numpy_battery.py`, which calls this and compares:
//! `cargo bench --bench battery -- --data FOLDER` prints the best time and every statistic.

use shockwave::analysis::model::market;
use shockwave::analysis::panel::{Panel, PanelEvent, PanelSample, PanelSettings};
use shockwave::analysis::window::Window;
use shockwave::returns::ReturnKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const REPEATS: usize = 30;
const WINDOWS: [&str; 6] = ["0:0", "-1:1", "0:1", "0:5", "-5:5", "-10:10"];

fn main() {
    let Some(folder) = std::env::args().skip_while(|a| a != "--data").nth(1) else {
        println!("run python3 benches/numpy_battery.py, which writes the data and calls this");
        return;
    };
    let folder = PathBuf::from(folder);
    let market_return = numbers(&folder, "market.bin");
    let panel = Panel::new(market_return.len(), numbers(&folder, "returns.bin")).expect("a panel");
    let places = numbers(&folder, "events.bin");
    let events: Vec<PanelEvent> = places
        .chunks_exact(2)
        .map(|place| PanelEvent {
            instrument: place[0] as u32,
            day_0: place[1] as u32,
        })
        .collect();
    let window = |text: &str| -> Window { text.parse().expect("a window") };
    let settings = PanelSettings {
        estimation: window("-250:-11"),
        event: window("-10:10"),
        min_estimation: 144,
        returns: ReturnKind::Simple,
    };
    let model = market("market", market_return.as_slice());
    let battery = || {
        let sample = PanelSample::fit(&panel, &model, &events, settings).expect("a sample");
        WINDOWS.map(|text| sample.tests(&sample.cars(window(text))))
    };
    let time = |_| -> Duration {
        let start = Instant::now();
        battery();
        start.elapsed()
    };
    let best = (0..REPEATS).map(time).min().expect("a time");
    println!("seconds {}", best.as_secs_f64());
    for (text, tests) in WINDOWS.iter().zip(battery()) {
        for (name, test) in tests {
            let (value, p) = (test.value.expect("a value"), test.p.expect("a p"));
            println!("test {text} {name} {value:e} {p:e}");
        }
    }
}

/// Doubles in the order of bytes of common machines.
fn numbers(folder: &Path, name: &str) -> Vec<f64> {
    let bytes = std::fs::read(folder.join(name)).expect("a file of numbers");
    let (numbers, _) = bytes.as_chunks::<8>();
    numbers.iter().map(|b| f64::from_le_bytes(*b)).collect()
}
