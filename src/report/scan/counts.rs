//! How many sessions of a scan are abnormal and have a known event beside them, in sentences.

use super::words::{Medium, span, subject, sum, unexplained};
use crate::report::language::Language;
use crate::study::scan::result::ScanResult;

const EN: Language = Language::En;

/// How many sessions are abnormal, and beside how many a known event stands.
pub(super) fn found(result: &ScanResult, medium: Medium) -> String {
    let (n, n_abnormal) = (sum(result, |i| i.n_scanned), sum(result, |i| i.n_abnormal));
    let n_explained = sum(result, |i| i.n_explained);
    let alpha = result.settings.alpha;
    let (first, last) = span(result, medium);
    // A date counts once for every instrument that has figures on it.
    let each = match result.instruments.len() {
        1 => "",
        _ => " (each counted for every instrument)",
    };
    let [abnormal, all, explained, open] =
        [n_abnormal, n, n_explained, n_abnormal - n_explained].map(|n| EN.count(n));
    format!(
        "{}: {abnormal} of {all} sessions{each} from {first} to {last} {} abnormal (sq_p at most {alpha}; \
         chance alone would give about {}). {explained} of them {} \
         (sessions {} from its day 0), {open} {} none.",
        subject(result),
        of_number(n_abnormal, "is", "are"),
        EN.decimal(alpha * n as f64, 0),
        beside(n_explained),
        EN.window(result.settings.within),
        of_number(n_abnormal - n_explained, "has", "have"),
    )
}

/// The same of the sessions that are listed.
pub(super) fn reported(result: &ScanResult, medium: Medium) -> String {
    let top = result.top();
    let names = unexplained(result, medium);
    let n_explained = top.len() - names.len();
    let list = if names.is_empty() {
        "none is without".to_owned()
    } else {
        format!("no known event: {}", names.join(", "))
    };
    let n_abnormal = top.iter().filter(|r| r.abnormal).count();
    if n_abnormal == top.len() {
        return format!(
            "Of the {} most abnormal, {n_explained} {} explained by the catalogue; {list}.",
            top.len(),
            of_number(n_explained, "is", "are")
        );
    }
    // More are listed than are abnormal: the two counts are of different sessions.
    let abnormal = top.iter().filter(|r| r.abnormal && r.explained).count();
    let of_them = match n_explained {
        0 => String::new(),
        _ => format!(" ({abnormal} of the abnormal)"),
    };
    format!(
        "Of the {} sessions listed, of which {n_abnormal} {} abnormal, {n_explained} {}{of_them}; {list}.",
        top.len(),
        of_number(n_abnormal, "is", "are"),
        beside(n_explained)
    )
}

fn of_number(n: usize, one: &'static str, several: &'static str) -> &'static str {
    if n == 1 { one } else { several }
}

fn beside(n: usize) -> &'static str {
    of_number(
        n,
        "has a known event beside it",
        "have a known event beside them",
    )
}
