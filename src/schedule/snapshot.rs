//! What is kept of a result to compare the next one with: a part of `study.json`.
//!
//! Fields have the names of the document and are read from it, so that any two results can be
//! compared, also those of older versions; what the document has beyond them is ignored.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The part of a study's result that two days are compared by.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// Name of the study.
    pub name: String,
    /// Version of the program.
    pub version: String,
    /// Settings as resolved.
    pub settings: BTreeMap<String, Plain>,
    /// First and last session of the data.
    pub data_range: Option<(NaiveDate, NaiveDate)>,
    /// Events as given.
    pub events: Vec<BTreeMap<String, Plain>>,
    /// How every event observation ended.
    pub ledger: Vec<Standing>,
    /// Fitted models.
    pub fits: Vec<Fit>,
    /// Returns and abnormal returns by day.
    pub abnormal_returns: Vec<Day>,
    /// Cumulative abnormal returns by window.
    pub cars: Vec<Car>,
    /// Answers to claims.
    pub claims: Vec<Claim>,
}

/// How an event observation ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Event.
    pub event_id: String,
    /// Instrument.
    pub instrument: String,
    /// Day 0.
    pub session: Option<NaiveDate>,
    /// `used`, `provisional` or `excluded`.
    pub status: String,
    /// Code of the reason.
    pub reason_code: String,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// Event.
    pub event_id: String,
    /// Instrument.
    pub instrument: String,
    /// Usable estimation days.
    pub n_estimation: u64,
    /// Constant.
    pub alpha: Option<f64>,
    /// Slopes by regressor.
    pub betas: Vec<(String, Option<f64>)>,
    /// Standard deviation of the residuals.
    pub residual_sd: Option<f64>,
}

/// A session of an event window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Day {
    /// Event.
    pub event_id: String,
    /// Instrument.
    pub instrument: String,
    /// Sessions from day 0.
    pub relative_day: i32,
    /// Date of the session, where the data reach it.
    pub session: Option<NaiveDate>,
    /// Return.
    #[serde(rename = "return")]
    pub ret: Option<f64>,
    /// Normal return.
    pub normal_return: Option<f64>,
    /// Abnormal return.
    pub ar: Option<f64>,
    /// Its two-sided p.
    pub ar_p: Option<f64>,
}

/// A CAR window of an event observation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Car {
    /// Event.
    pub event_id: String,
    /// Instrument.
    pub instrument: String,
    /// The window.
    pub window: Span,
    /// Days present.
    pub n_days: u64,
    /// Whether days of it are still to come.
    pub provisional: bool,
    /// Cumulative abnormal return.
    pub car: Option<f64>,
    /// Its two-sided p.
    pub car_p: Option<f64>,
    /// Sample-quantile p.
    pub sq_p: Option<f64>,
    /// Placebo p.
    pub placebo_p: Option<f64>,
}

/// A window in relative days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First day.
    pub start: i32,
    /// Last day.
    pub end: i32,
}

/// The answer to a claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Claim.
    pub claim_id: String,
    /// CAR, CAAR or difference.
    pub figure: Option<f64>,
    /// `supported`, `contradicted`, `not-distinguishable` or `not-testable`.
    pub verdict: String,
}

/// Any value of the document, for settings and events, whose fields are compared as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Plain {
    /// A truth value.
    Truth(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Plain>),
    /// Named values.
    Named(BTreeMap<String, Plain>),
    /// Nothing.
    Missing(()),
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.start, self.end)
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Plain::Truth(value) => write!(f, "{}", if *value { "on" } else { "off" }),
            Plain::Whole(number) => write!(f, "{number}"),
            Plain::Number(number) => write!(f, "{number}"),
            Plain::Text(text) => f.write_str(text),
            Plain::List(items) => {
                let items: Vec<String> = items.iter().map(Plain::to_string).collect();
                f.write_str(&items.join(", "))
            }
            Plain::Named(fields) => match (fields.get("start"), fields.get("end")) {
                (Some(start), Some(end)) => write!(f, "{start}:{end}"),
                _ => {
                    let field = |(name, value): (&String, &Plain)| format!("{name} {value}");
                    let fields: Vec<String> = fields.iter().map(field).collect();
                    f.write_str(&fields.join(", "))
                }
            },
            Plain::Missing(()) => f.write_str("none"),
        }
    }
}

impl Snapshot {
    /// The last session of the data.
    pub fn last_session(&self) -> Option<NaiveDate> {
        self.data_range.map(|(_, last)| last)
    }

    /// The events by their ids.
    pub fn events_by_id(&self) -> BTreeMap<&str, &BTreeMap<String, Plain>> {
        let by_id = |event| match BTreeMap::get(event, "id") {
            Some(Plain::Text(id)) => Some((id.as_str(), event)),
            _ => None,
        };
        self.events.iter().filter_map(by_id).collect()
    }
}
