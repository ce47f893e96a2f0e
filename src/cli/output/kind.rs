//! Which files a run may have left behind: by the file that marks its folder.

use std::collections::BTreeSet;

/// What marks a folder as one of ours, and what such runs write into the folder itself beside it.
pub(super) struct Kind {
    pub mark: &'static str,
    pub results: &'static [&'static str],
}

/// The files of a study.
const STUDY: Kind = Kind {
    mark: "study.json",
    results: &[
        "aar.csv",
        "abnormal_returns.csv",
        "cars.csv",
        "changes.html",
        "changes.json",
        "claims.csv",
        "confounding.csv",
        "diagnostics.csv",
        "fits.csv",
        "groups.csv",
        "ledger.csv",
        "outcomes.csv",
        "portfolios.csv",
        "pre_post.csv",
        "recommendations.csv",
        "regression.csv",
        "report.html",
        "report.md",
        "report.pdf",
        "study.xlsx",
        "tests.csv",
    ],
};

/// The files of a scan; its charts are `scan-…`, those of a study are not.
const SCAN: Kind = Kind {
    mark: "scan.json",
    results: &[
        "association.csv",
        "scan.csv",
        "scan.html",
        "scan.md",
        "sessions.csv",
    ],
};
/// What marks a folder of either kind.
pub(super) const MARKS: [&str; 2] = [STUDY.mark, SCAN.mark];
/// The folders of results; Stata's has a file per table and what reads them.
pub(super) const FOLDERS: [&str; 3] = ["charts", "latex", "stata"];
const LATEX: [&str; 4] = ["cars.tex", "claims.tex", "samples.tex", "tables.tex"];
const SCAN_CHART: &str = "scan-";

impl Kind {
    pub fn of(files: &BTreeSet<String>) -> &'static Kind {
        if files.contains(SCAN.mark) {
            &SCAN
        } else {
            &STUDY
        }
    }

    /// Whether a file of one of the [`FOLDERS`] is one that such runs write.
    pub fn owns(&self, folder: &str, name: &str) -> bool {
        let is_scan = self.mark == SCAN.mark;
        match folder {
            "charts" => {
                let is_chart = name.ends_with(".svg") || name.ends_with(".png");
                is_chart && name.starts_with(SCAN_CHART) == is_scan
            }
            _ if is_scan => false,
            "latex" => LATEX.contains(&name),
            _ => name == "import.do" || (name.ends_with(".csv") && self.results.contains(&name)),
        }
    }
}
