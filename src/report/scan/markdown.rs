//! `scan.md`: the answer, the reported sessions and the charts, for repositories and mail.

use super::words::{answer, counted};
use crate::report::OutputFile;
use crate::report::chart::Chart;
use crate::report::format::MISSING;
use crate::report::language::Language;
use crate::report::plain::markdown;
use crate::study::scan::result::{AssociationRow, ScanResult, ScanRow};

const EN: Language = Language::En;

/// The page; charts are expected as `charts/<name>.png` beside it.
pub(super) fn page(result: &ScanResult, charts: &[Chart]) -> OutputFile {
    let subject = match result.instruments.as_slice() {
        [one] => one.instrument.to_string(),
        several => format!("{} instruments", several.len()),
    };
    let (first, last) = result.span;
    let mut out = format!(
        "# Abnormal sessions of {}, {first} to {last}\n\n",
        markdown(&subject)
    );
    for paragraph in answer(result) {
        out.push_str(&markdown(&paragraph));
        out.push_str("\n\n");
    }
    for chart in charts {
        let words = markdown(&chart.description).replace(['[', ']'], "");
        out.push_str(&format!("![{words}](charts/{}.png)\n\n", chart.name));
    }
    sessions(&mut out, result);
    associations(&mut out, result);
    inputs(&mut out, result);
    OutputFile {
        path: "scan.md".to_owned(),
        bytes: out.into_bytes(),
    }
}

fn row(out: &mut String, cells: &[String]) {
    out.push_str(&format!("| {} |\n", cells.join(" | ")));
}

fn head(out: &mut String, title: &str, names: &[&str]) {
    out.push_str(&format!("## {title}\n\n"));
    row(
        out,
        &names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>(),
    );
    row(
        out,
        &names.iter().map(|_| "---".to_owned()).collect::<Vec<_>>(),
    );
}

fn figure(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| MISSING.to_owned(), |v| EN.decimal(v, decimals))
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| MISSING.to_owned(), |v| EN.percent(v))
}

fn sessions(out: &mut String, result: &ScanResult) {
    let names = [
        "#",
        "session",
        "instrument",
        "return",
        "AR",
        "t",
        "GARCH t",
        "sq_p",
        "q_value",
        "garch_q",
        "volume z",
        "range",
        "scope",
        "peers that moved",
        "events",
    ];
    head(out, "The most abnormal sessions", &names);
    for r in result.top() {
        row(out, &session_cells(r));
    }
    out.push_str(
        "\nRank: by sq_p, then by the size of GARCH t. Volume z: log volume against its estimation window, in \
         standard deviations. Range: volatility of the day from its high and low, 1 is usual. Scope: `market` \
         where the benchmark's own return was abnormal, `industry` where at least half of the peers moved \
         abnormally to the same side, else `own`.\n\n",
    );
}

fn session_cells(r: &ScanRow) -> Vec<String> {
    let peers = match (r.n_peers_moved, r.n_peers) {
        (Some(moved), Some(n)) => {
            let names: Vec<&str> = r.peers_moved.iter().map(|s| s.as_str()).collect();
            markdown(&format!("{moved} of {n} {}", names.join(" ")))
        }
        _ => MISSING.to_owned(),
    };
    let events = if r.explained {
        markdown(&r.events.join(", "))
    } else {
        "no known event".to_owned()
    };
    vec![
        r.rank.map_or_else(String::new, |n| n.to_string()),
        r.session.to_string(),
        markdown(r.instrument.as_str()),
        percent(r.ret),
        percent(r.ar),
        figure(r.ar_t, 2),
        figure(r.garch_t, 2),
        figure(r.sq_p, 4),
        figure(r.q_value, 3),
        figure(r.garch_q, 4),
        figure(r.volume_z, 1),
        figure(r.range_ratio, 1),
        r.scope.map_or_else(String::new, |s| s.as_str().to_owned()),
        peers,
        events,
    ]
}

fn associations(out: &mut String, result: &ScanResult) {
    let names = [
        "instrument",
        "scanned",
        "abnormal",
        "explained",
        "events",
        "followed by an abnormal session",
        "precision",
        "odds ratio",
        "p",
    ];
    head(out, "Events and abnormal sessions", &names);
    for r in &result.associations {
        row(out, &association_cells(r, result));
    }
    out.push('\n');
}

fn association_cells(r: &AssociationRow, result: &ScanResult) -> Vec<String> {
    let rows = result.instruments.iter();
    let own: Vec<_> = rows
        .filter(|i| r.instrument == "all" || r.instrument == i.instrument.as_str())
        .collect();
    let n_scanned: usize = own.iter().map(|i| i.n_scanned).sum();
    let n_abnormal: usize = own.iter().map(|i| i.n_abnormal).sum();
    let n_explained: usize = own.iter().map(|i| i.n_explained).sum();
    vec![
        markdown(&r.instrument),
        n_scanned.to_string(),
        n_abnormal.to_string(),
        n_explained.to_string(),
        match r.instrument.as_str() {
            "all" => format!("{} {}", r.n_events, counted(r)),
            _ => r.n_events.to_string(),
        },
        r.n_hit.to_string(),
        percent(r.precision).replace('+', ""),
        figure(r.odds_ratio, 2),
        r.p.map_or_else(|| markdown(&r.reason), |p| EN.p_cell(p)),
    ]
}

fn inputs(out: &mut String, result: &ScanResult) {
    head(out, "Inputs", &["role", "name", "rows", "SHA-256"]);
    for input in &result.inputs {
        let cells = [
            markdown(&input.role),
            markdown(&input.name),
            input.n_rows.to_string(),
            input.sha256.chars().take(12).collect(),
        ];
        row(out, &cells);
    }
    out.push_str(&format!("\nshockwave {}\n", result.version));
}
