//! The tables of a scan. Columns are a contract: the named ones come first.

use crate::error::Result;
use crate::report::OutputFile;
use crate::report::data_table::{Columns, DataTable};
use crate::study::scan::result::{ScanResult, ScanRow};

/// The tables of a scan as columns: `scan` (the sessions reported), `sessions` (all that were
/// scanned), `association`.
pub fn data_tables(result: &ScanResult) -> Vec<DataTable> {
    vec![
        part("scan", result.top()),
        part("sessions", &result.rows),
        associations(result),
    ]
}

/// Rows that are columns at the same time: those of thousands of instruments would take more
/// memory as columns than as text.
const AT_ONCE: usize = 20_000;

/// Sessions, in the order given, as `<name>.csv`.
pub(super) fn sessions(name: &'static str, rows: &[ScanRow]) -> Result<OutputFile> {
    let (first, rest) = rows.split_at(rows.len().min(AT_ONCE));
    let mut file = part(name, first).csv()?;
    let header = header_length(&file.bytes);
    if !first.is_empty() {
        // About what the whole will take, so that it is not moved while it grows.
        file.bytes
            .reserve(file.bytes.len() / first.len() * rest.len());
    }
    for rows in rest.chunks(AT_ONCE) {
        file.bytes
            .extend_from_slice(&part(name, rows).csv()?.bytes[header..]);
    }
    Ok(file)
}

/// Bytes of the first line; names of columns hold no line breaks.
fn header_length(table: &[u8]) -> usize {
    let end = table.iter().position(|byte| *byte == b'\n');
    end.map_or(table.len(), |end| end + 1)
}

/// Sessions as a table.
fn part(name: &'static str, rows: &[ScanRow]) -> DataTable {
    Columns::new(name, rows)
        .count("rank", |r| r.rank)
        .date("session", |r| Some(r.session))
        .text("instrument", |r| r.instrument.as_str())
        .number("return", |r| r.ret)
        .number("ar", |r| r.ar)
        .number("ar_t", |r| r.ar_t)
        .number("sq_p", |r| r.sq_p)
        .number("q_value", |r| r.q_value)
        .number("volume_z", |r| r.volume_z)
        .text("scope", |r| r.scope.map_or("", |s| s.as_str()))
        .text("events", |r| r.events.join(";"))
        .flag("explained", |r| r.explained)
        .flag("abnormal", |r| r.abnormal)
        .number("ar_sd", |r| r.ar_sd)
        .number("ar_p", |r| r.ar_p)
        .number("ar_q", |r| r.ar_q)
        .number("garch_sd", |r| r.garch_sd)
        .number("garch_t", |r| r.garch_t)
        .number("garch_p", |r| r.garch_p)
        .number("garch_q", |r| r.garch_q)
        .number("residual_sd", |r| r.residual_sd)
        .number("range_ratio", |r| r.range_ratio)
        .count("n_estimation", |r| r.n_estimation)
        .number("market_return", |r| r.market_return)
        .number("market_sq_p", |r| r.market_sq_p)
        .count("n_peers", |r| r.n_peers)
        .count("n_peers_moved", |r| r.n_peers_moved)
        .text("peers_moved", |r| {
            let moved: Vec<&str> = r.peers_moved.iter().map(|s| s.as_str()).collect();
            moved.join(";")
        })
        .text("findings", |r| r.findings.join(";"))
        .text("reason", |r| r.reason.as_str())
        .table()
}

/// Events against abnormal sessions.
pub(super) fn associations(result: &ScanResult) -> DataTable {
    Columns::new("association", &result.associations)
        .text("instrument", |r| r.instrument.as_str())
        .count("n_events", |r| Some(r.n_events))
        .count("n_hit", |r| Some(r.n_hit))
        .number("hit_rate", |r| r.hit_rate)
        .count("abnormal_with", |r| Some(r.abnormal_with))
        .count("normal_with", |r| Some(r.normal_with))
        .count("abnormal_without", |r| Some(r.abnormal_without))
        .count("normal_without", |r| Some(r.normal_without))
        .number("precision", |r| r.precision)
        .number("odds_ratio", |r| r.odds_ratio)
        .flag("haldane", |r| r.haldane)
        .number("p", |r| r.p)
        .count("n_shifts", |r| Some(r.n_shifts))
        .flag("exhaustive", |r| r.exhaustive)
        .text("reason", |r| r.reason.as_str())
        .table()
}
