//! The data sets and answers that the generators in `tests/reference` have written.

use serde_json::Value;
use shockwave::analysis::model::{
    LinearModel, capm, factors, french, market, market_adjusted, mean_adjusted,
};
use shockwave::analysis::window::{StudyWindows, Window};
use std::collections::BTreeMap;

pub const NAMES: [&str; 3] = ["sample", "simulated", "hostile"];

pub const MODELS: [&str; 10] = [
    "mean-adjusted",
    "market-adjusted",
    "market",
    "capm",
    "ff3",
    "carhart",
    "ff5",
    "ff6",
    "factors",
    "market-ex",
];

/// One event observation of a data set.
pub struct DatasetEvent {
    pub id: String,
    pub instrument: String,
    pub day_0: usize,
    pub group: String,
}

/// Numbers in, as the generators saw them.
pub struct Dataset {
    pub returns: BTreeMap<String, Vec<f64>>,
    pub benchmark: String,
    pub factors: BTreeMap<String, Vec<f64>>,
    pub events: Vec<DatasetEvent>,
    pub windows: StudyWindows,
    pub min_estimation: usize,
    pub benchmark_weight: f64,
    pub factor_columns: Vec<String>,
    pub donors: Vec<String>,
    pub answers: Value,
}

pub fn read(folder: &str, name: &str) -> Value {
    let root = env!("CARGO_MANIFEST_DIR");
    let path = format!("{root}/tests/reference/{folder}/{name}.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

pub fn column(value: &Value) -> Vec<f64> {
    let entries = value.as_array().expect("a column");
    entries
        .iter()
        .map(|v| v.as_f64().unwrap_or(f64::NAN))
        .collect()
}

fn window(value: &Value) -> Window {
    let day = |i: usize| value[i].as_i64().expect("a relative day") as i32;
    Window::new(day(0), day(1)).expect("a window")
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

impl Dataset {
    pub fn load(name: &str) -> Self {
        let data = read("datasets", name);
        let settings = &data["settings"];
        let columns = |value: &Value| -> BTreeMap<String, Vec<f64>> {
            let object = value.as_object().expect("an object");
            object.iter().map(|(k, v)| (k.clone(), column(v))).collect()
        };
        let instruments = data["instruments"].as_object().expect("instruments");
        let cars = settings["windows"].as_array().expect("windows");
        Self {
            returns: instruments
                .iter()
                .map(|(k, v)| (k.clone(), column(&v["return"])))
                .collect(),
            benchmark: text(&data["benchmark"]),
            factors: columns(&data["factors"]),
            events: data["events"]
                .as_array()
                .expect("events")
                .iter()
                .map(|e| DatasetEvent {
                    id: text(&e["id"]),
                    instrument: text(&e["instrument"]),
                    day_0: e["day0"].as_u64().expect("day0") as usize,
                    group: e["group"].as_str().unwrap_or_default().to_owned(),
                })
                .collect(),
            windows: StudyWindows::new(
                window(&settings["estimation"]),
                window(&settings["event_window"]),
                cars.iter().map(window).collect(),
            )
            .expect("windows"),
            min_estimation: settings["min_estimation"].as_u64().expect("a number") as usize,
            benchmark_weight: settings["benchmark_weight"].as_f64().expect("a number"),
            factor_columns: settings["factor_columns"]
                .as_array()
                .expect("columns")
                .iter()
                .map(text)
                .collect(),
            donors: data["donors"]
                .as_array()
                .expect("donors")
                .iter()
                .map(text)
                .collect(),
            answers: read("answers", name),
        }
    }

    /// The model of that name for an instrument.
    pub fn model(&self, name: &'static str, instrument: &str) -> LinearModel<'_> {
        let market_return = &self.returns[&self.benchmark];
        let factor = |name: &str| (name.to_owned(), self.factors[name].as_slice().into());
        let risk_free = || self.factors["rf"].as_slice();
        let small = if self.factors.contains_key("smb_3factor") {
            "smb_3factor"
        } else {
            "smb"
        };
        let set = |names: &[&str]| names.iter().map(|n| factor(n)).collect::<Vec<_>>();
        match name {
            "mean-adjusted" => mean_adjusted(),
            "market-adjusted" => market_adjusted(market_return.as_slice()),
            "market" => market(&self.benchmark, market_return.as_slice()),
            "market-ex" => market(
                &self.benchmark,
                shockwave::returns::without_instrument(
                    market_return,
                    &self.returns[instrument],
                    self.benchmark_weight,
                ),
            ),
            "capm" => capm(self.factors["mkt_rf"].as_slice(), risk_free()),
            "ff3" => french("ff3", set(&["mkt_rf", small, "hml"]), risk_free()),
            "carhart" => french(
                "carhart",
                set(&["mkt_rf", small, "hml", "mom"]),
                risk_free(),
            ),
            "ff5" => french(
                "ff5",
                set(&["mkt_rf", "smb", "hml", "rmw", "cma"]),
                risk_free(),
            ),
            "ff6" => french(
                "ff6",
                set(&["mkt_rf", "smb", "hml", "rmw", "cma", "mom"]),
                risk_free(),
            ),
            "factors" => {
                let mut columns = vec![(self.benchmark.clone(), market_return.as_slice().into())];
                for name in &self.factor_columns {
                    columns.push((name.clone(), self.returns[name].as_slice().into()));
                }
                factors(columns)
            }
            other => panic!("no model {other}"),
        }
    }
}
