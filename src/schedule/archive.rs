//! What there is in the folder of reports: every study and session, newest first, as data.
//!
//! Made from the runs that the ledger holds, not from what lies in the folder, so that a run that
//! was ended in between leaves nothing to guess. Pages are `page`'s work.

use super::diff::{Change, Kind};
use super::retention::Keep;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a run wrote for one study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudyEntry {
    /// Name of the study, and of its folder.
    pub study: String,
    /// Its title.
    pub title: String,
    /// Last session of its data.
    pub data_until: NaiveDate,
    /// Event observations by how they ended: used, provisional, excluded.
    pub observations: [usize; 3],
    /// Changes against the run before, by kind.
    pub changes: BTreeMap<String, usize>,
}

/// A dated report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The session whose run wrote it.
    pub session: NaiveDate,
    /// When that run began.
    pub run_at: DateTime<Utc>,
    /// Path of its page below the folder of reports.
    pub page: String,
    /// Whether the page only says that the report was removed.
    pub removed: bool,
    /// What it says of itself.
    #[serde(flatten)]
    pub entry: StudyEntry,
}

/// All reports of a study, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StudyArchive {
    /// Name of the study.
    pub study: String,
    /// Its title, as of the newest report.
    pub title: String,
    /// Its reports.
    pub reports: Vec<Report>,
}

/// How many changes of each kind there are.
pub fn count_by_kind(changes: &[Change]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for kind in [
        Kind::NewSession,
        Kind::Revision,
        Kind::NewEvent,
        Kind::Settings,
    ] {
        let n = changes.iter().filter(|change| change.kind == kind).count();
        if n > 0 {
            counts.insert(kind.as_str().to_owned(), n);
        }
    }
    counts
}

/// The folder of a dated report below the folder of reports.
pub fn folder(study: &str, session: NaiveDate) -> String {
    format!("{study}/{session}")
}

/// The reports of all runs, by study; a later run of the same session replaces an earlier one.
pub fn archive(
    runs: impl IntoIterator<Item = (NaiveDate, DateTime<Utc>, Vec<StudyEntry>)>,
    keep: Keep,
) -> Vec<StudyArchive> {
    let mut found: BTreeMap<String, BTreeMap<NaiveDate, Report>> = BTreeMap::new();
    for (session, run_at, entries) in runs {
        for entry in entries {
            let report = Report {
                session,
                run_at,
                page: format!("{}/report.html", folder(&entry.study, session)),
                removed: false,
                entry,
            };
            let of_study = found.entry(report.entry.study.clone()).or_default();
            let newer = of_study
                .get(&session)
                .is_none_or(|old| old.run_at <= run_at);
            if newer {
                of_study.insert(session, report);
            }
        }
    }
    let study = |(study, mut reports): (String, BTreeMap<NaiveDate, Report>)| {
        let sessions: BTreeSet<NaiveDate> = reports.keys().copied().collect();
        for session in keep.expired(&sessions) {
            if let Some(report) = reports.get_mut(&session) {
                report.removed = true;
            }
        }
        let reports: Vec<Report> = reports.into_values().rev().collect();
        let title = reports
            .first()
            .map_or(String::new(), |r| r.entry.title.clone());
        StudyArchive {
            study,
            title,
            reports,
        }
    };
    found.into_iter().map(study).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(session: &str, at: &str, title: &str) -> (NaiveDate, DateTime<Utc>, Vec<StudyEntry>) {
        let session: NaiveDate = session.parse().unwrap();
        let entry = StudyEntry {
            study: "s".into(),
            title: title.into(),
            data_until: session,
            observations: [1, 0, 0],
            changes: BTreeMap::new(),
        };
        (session, at.parse().unwrap(), vec![entry])
    }

    #[test]
    fn reports_come_newest_first_and_a_later_run_of_a_session_replaces_the_earlier() {
        let runs = [
            run("2025-01-27", "2025-01-27T23:30:00Z", "first"),
            run("2025-01-28", "2025-01-28T23:30:00Z", "next"),
            run("2025-01-27", "2025-01-28T01:00:00Z", "corrected"),
        ];
        let archive = archive(runs, Keep::Sessions(1));
        assert_eq!(archive.len(), 1);
        assert_eq!(archive[0].title, "next");
        let reports: Vec<_> = archive[0]
            .reports
            .iter()
            .map(|r| (r.page.as_str(), r.entry.title.as_str(), r.removed))
            .collect();
        assert_eq!(
            reports,
            [
                ("s/2025-01-28/report.html", "next", false),
                ("s/2025-01-27/report.html", "corrected", true)
            ]
        );
    }
}
