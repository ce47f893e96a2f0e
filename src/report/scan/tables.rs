//! The CSV files of a scan. Columns are a contract: the named ones come first.

use crate::error::Result;
use crate::report::OutputFile;
use crate::report::plain::spreadsheet;
use crate::report::tables::{count, date, file, number};
use crate::study::scan::result::{ScanResult, ScanRow};

const SESSION_COLUMNS: [&str; 30] = [
    "rank",
    "session",
    "instrument",
    "return",
    "ar",
    "ar_t",
    "sq_p",
    "q_value",
    "volume_z",
    "scope",
    "events",
    "explained",
    "abnormal",
    "ar_sd",
    "ar_p",
    "ar_q",
    "garch_sd",
    "garch_t",
    "garch_p",
    "garch_q",
    "residual_sd",
    "range_ratio",
    "n_estimation",
    "market_return",
    "market_sq_p",
    "n_peers",
    "n_peers_moved",
    "peers_moved",
    "findings",
    "reason",
];

/// Sessions, in the order given.
pub(super) fn sessions(path: &str, rows: &[ScanRow]) -> Result<OutputFile> {
    file(path, &SESSION_COLUMNS, rows.iter().map(cells))
}

fn cells(row: &ScanRow) -> Vec<String> {
    let mut cells = vec![
        count(row.rank),
        date(Some(row.session)),
        spreadsheet(row.instrument.as_str()),
    ];
    let figures = [
        row.ret,
        row.ar,
        row.ar_t,
        row.sq_p,
        row.q_value,
        row.volume_z,
    ];
    cells.extend(figures.map(number));
    cells.push(
        row.scope
            .map_or_else(String::new, |s| s.as_str().to_owned()),
    );
    cells.push(spreadsheet(&row.events.join(";")));
    cells.push(row.explained.to_string());
    cells.push(row.abnormal.to_string());
    let figures = [
        row.ar_sd,
        row.ar_p,
        row.ar_q,
        row.garch_sd,
        row.garch_t,
        row.garch_p,
        row.garch_q,
        row.residual_sd,
        row.range_ratio,
    ];
    cells.extend(figures.map(number));
    cells.push(count(row.n_estimation));
    cells.extend([row.market_return, row.market_sq_p].map(number));
    cells.extend([row.n_peers, row.n_peers_moved].map(count));
    let moved: Vec<&str> = row.peers_moved.iter().map(|s| s.as_str()).collect();
    cells.push(spreadsheet(&moved.join(";")));
    cells.push(row.findings.join(";"));
    cells.push(spreadsheet(&row.reason));
    cells
}

/// `association.csv`.
pub(super) fn associations(result: &ScanResult) -> Result<OutputFile> {
    let header = [
        "instrument",
        "n_events",
        "n_hit",
        "hit_rate",
        "abnormal_with",
        "normal_with",
        "abnormal_without",
        "normal_without",
        "precision",
        "odds_ratio",
        "haldane",
        "p",
        "n_shifts",
        "exhaustive",
        "reason",
    ];
    let rows = result.associations.iter().map(|row| {
        vec![
            spreadsheet(&row.instrument),
            row.n_events.to_string(),
            row.n_hit.to_string(),
            number(row.hit_rate),
            row.abnormal_with.to_string(),
            row.normal_with.to_string(),
            row.abnormal_without.to_string(),
            row.normal_without.to_string(),
            number(row.precision),
            number(row.odds_ratio),
            row.haldane.to_string(),
            number(row.p),
            row.n_shifts.to_string(),
            row.exhaustive.to_string(),
            spreadsheet(&row.reason),
        ]
    });
    file("association.csv", &header, rows)
}
