//! What a reader must know before using the numbers: one enum, each with a hint.

use crate::study::result::FindingRow;
use serde::Serialize;

/// A caution about the result.
///
/// ```
/// use shockwave::study::warning::Warning;
///
/// let thin = Warning::ThinEstimation {
///     event_id: "listing".to_owned(),
///     instrument: "ARM".to_owned(),
///     n: 190,
///     of: 240,
/// };
/// assert_eq!(thin.message(), "listing / ARM: 190 of 240 estimation days are usable");
/// assert_eq!(thin.hint(), "give earlier prices, or read the interval with care");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
#[non_exhaustive]
pub enum Warning {
    /// Several events share a session: their effects cannot be told apart.
    SharedSession {
        /// Day 0 of all of them.
        session: chrono::NaiveDate,
        /// Their ids.
        events: Vec<String>,
    },
    /// An estimation window had fewer usable days than its length.
    ThinEstimation {
        /// Event.
        event_id: String,
        /// Instrument.
        instrument: String,
        /// Usable days.
        n: usize,
        /// Length of the window.
        of: usize,
    },
    /// Many event windows overlap in calendar time.
    Clustering {
        /// Sample.
        group: String,
        /// Observations with an overlap.
        n_overlapping: usize,
        /// Observations.
        n: usize,
    },
    /// The instrument is a large part of its own benchmark.
    OwnBenchmark {
        /// Instrument.
        instrument: String,
        /// Benchmark.
        benchmark: String,
    },
    /// Many windows and tests were looked at.
    MultipleLooks {
        /// How many p-values.
        n: usize,
    },
    /// The flag and the timestamp of an event contradict each other.
    ContradictoryTime {
        /// Event.
        event_id: String,
        /// In words.
        message: String,
    },
    /// The quality gate found something.
    Quality {
        /// Findings.
        n: usize,
        /// Of which serious.
        n_serious: usize,
        /// The first few, in words.
        examples: Vec<String>,
    },
    /// A symbol or file could not be read, and the study went on without it.
    Unreadable {
        /// Which.
        what: String,
        /// Why.
        why: String,
    },
    /// Samples were to be formed by groups of instruments, and the study has none.
    NoGroups {
        /// The sample in which everything ended up.
        sample: String,
    },
    /// A group names instruments that the data do not hold: its figures are those of the others.
    AbsentMembers {
        /// The group.
        group: String,
        /// Members without prices.
        absent: Vec<String>,
        /// Members that are left.
        n_left: usize,
    },
    /// The closes that returns were computed from are not adjusted for the same things.
    MixedBasis {
        /// Symbols and what their closes are adjusted for.
        series: Vec<(String, String)>,
    },
    /// Factor returns end before the prices.
    FactorsEnd {
        /// Last session with factors.
        last: chrono::NaiveDate,
        /// Event observations that are without a result for it.
        n_affected: usize,
    },
    /// Anything else, in words.
    Note {
        /// The caution.
        message: String,
        /// What to do.
        hint: String,
    },
}

impl Warning {
    /// The caution in one sentence.
    pub fn message(&self) -> String {
        match self {
            Warning::SharedSession { session, events } => format!(
                "{} share the session {session}: no method can tell their effects apart",
                events.join(" and ")
            ),
            Warning::ThinEstimation {
                event_id,
                instrument,
                n,
                of,
            } => format!("{event_id} / {instrument}: {n} of {of} estimation days are usable"),
            Warning::Clustering {
                group,
                n_overlapping,
                n,
            } => format!(
                "{group}: {n_overlapping} of {n} event windows overlap another in calendar time, \
                 so that the observations are not independent"
            ),
            Warning::OwnBenchmark {
                instrument,
                benchmark,
            } => format!(
                "{instrument} is itself part of {benchmark}, which hides part of its own moves"
            ),
            Warning::MultipleLooks { n } => format!(
                "{n} p-values are given: at 5 % about {} of them would fall below .05 by chance",
                n / 20
            ),
            Warning::ContradictoryTime { event_id, message } => format!("{event_id}: {message}"),
            Warning::Quality {
                n,
                n_serious,
                examples,
            } => format!(
                "the quality gate has {n} finding{}, {n_serious} of them serious: {}",
                if *n == 1 { "" } else { "s" },
                examples.join("; ")
            ),
            Warning::Unreadable { what, why } => format!("{what} was left out: {why}"),
            Warning::NoGroups { sample } => format!(
                "samples by instrument-group were asked for, and the study has no groups: all \
                 observations stand in one sample, {sample}"
            ),
            Warning::AbsentMembers {
                group,
                absent,
                n_left,
            } => without(group, absent, *n_left),
            Warning::MixedBasis { series } => {
                format!("the closes are not adjusted alike: {}", pairs(series))
            }
            Warning::FactorsEnd { last, n_affected } => format!(
                "the factor returns end on {last}; {n_affected} event observations need later ones"
            ),
            Warning::Note { message, .. } => message.clone(),
        }
    }

    /// What a reader can do about it.
    pub fn hint(&self) -> &str {
        match self {
            Warning::SharedSession { .. } => "read the figure as that of all of them together",
            Warning::ThinEstimation { .. } => "give earlier prices, or read the interval with care",
            Warning::Clustering { .. } => {
                "cross-sectional tests reject too often here; prefer a test that allows for it"
            }
            Warning::OwnBenchmark { .. } => "take it out with --benchmark-weight",
            Warning::MultipleLooks { .. } => "use the adjusted p-values beside the raw ones",
            Warning::ContradictoryTime { .. } => "correct the event file; the timestamp was used",
            Warning::Quality { examples, .. } if speaks_of_sessions(examples) => {
                "prices of another exchange need --calendar from-data; else correct the figures, \
                 or use --quality exclude"
            }
            Warning::Quality { .. } => "correct the figures, or use --quality exclude",
            Warning::Unreadable { .. } => "mend the file and run again",
            Warning::NoGroups { .. } => {
                "name the groups under [groups] in the study file, or use another --group-by"
            }
            Warning::AbsentMembers { .. } => "give their prices, or correct the names",
            Warning::MixedBasis { .. } => {
                "take all from a source with adjusted closes, or read returns on ex-dates and \
                 splits with care"
            }
            Warning::FactorsEnd { .. } => "fetch a newer factor file",
            Warning::Note { hint, .. } => hint,
        }
    }
}

impl FindingRow {
    /// How many findings a row stands for: those beyond the first of a kind share one.
    pub(crate) fn n_findings(&self) -> usize {
        match (self.session, self.value) {
            (None, Some(n)) if self.message.ends_with("more findings of this kind") => n as usize,
            _ => 1,
        }
    }
}

/// Whether sessions of the calendar lack prices, or prices stand on other days.
pub(crate) fn speaks_of_sessions(examples: &[String]) -> bool {
    let words = [
        "has no price",
        "have no price",
        "no session of the calendar",
    ];
    let is_one = |e: &String| words.iter().any(|w| e.contains(w));
    examples.iter().any(is_one)
}

fn without(group: &str, absent: &[String], n_left: usize) -> String {
    format!(
        "the data do not hold {}, which the group {group} names: its figures are those of {n_left} \
         instrument{}",
        absent.join(", "),
        if n_left == 1 { "" } else { "s" }
    )
}

/// `NVDA (splits), SPY (as traded)`
fn pairs(series: &[(String, String)]) -> String {
    let pair = |(symbol, basis): &(String, String)| format!("{symbol} ({basis})");
    series.iter().map(pair).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::Warning;

    #[test]
    fn one_finding_is_not_findings() {
        let message = |n| {
            let examples = vec!["a jump".to_owned()];
            let n_serious = 1;
            Warning::Quality {
                n,
                n_serious,
                examples,
            }
            .message()
        };
        assert!(message(1).starts_with("the quality gate has 1 finding, 1 of them"));
        assert!(message(2).starts_with("the quality gate has 2 findings, 1 of them"));
    }
}
