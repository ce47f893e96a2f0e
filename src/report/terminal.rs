//! What a run says on the terminal beside the answer, in the language of the report.

use super::language::Language;
use super::text::fill;
use crate::study::result::{ClaimRow, LedgerRow, Status, StudyResult, Verdict};
use crate::study::warning::Warning;

/// One line per event and reason, naming the instruments; then the claims that ask something of the
/// prices and got no answer: an instrument that the data lack, an event without a figure. (A claim
/// that says itself why prices cannot answer is none of them.)
pub(crate) fn not_final(result: &StudyResult, language: Language) -> Vec<String> {
    let mut lines: Vec<(String, Vec<&str>, &LedgerRow)> = Vec::new();
    for row in result.ledger.iter().filter(|r| r.status != Status::Used) {
        let key = format!("{} {} {}", row.status.as_str(), row.event_id, row.reason);
        match lines.iter_mut().find(|(k, _, _)| *k == key) {
            Some((_, instruments, _)) => instruments.push(&row.instrument),
            None => lines.push((key, vec![&row.instrument], row)),
        }
    }
    let events = lines.into_iter().map(|(_, instruments, row)| {
        format!(
            "{}: {} ({}): {}",
            language.text().status(row.status),
            row.event_id,
            instruments.join(", "),
            language.said(&row.reason)
        )
    });
    let open = |c: &&ClaimRow| c.verdict == Verdict::NotTestable && !c.expected.is_empty();
    let unanswered = match language {
        Language::En => "claim {id}: not answered: {why}",
        Language::De => "Behauptung {id}: nicht beantwortet: {why}",
    };
    let claims = result.claims.iter().filter(open).map(|claim| {
        let why = language.said(&claim.reason);
        fill(unanswered, &[("id", &claim.claim_id), ("why", &why)])
    });
    events.chain(claims).collect()
}

/// A caution and what to do about it.
pub(crate) fn caution(warning: &Warning, language: Language) -> String {
    let (message, hint) = (language.text().warning)(warning);
    let word = match language {
        Language::En => "warning",
        Language::De => "Warnung",
    };
    format!("{word}: {message}; {hint}")
}

/// How many files were written, and which one to read.
pub(crate) fn written(n_files: usize, out: &str, page: &str, language: Language) -> String {
    let template = match language {
        Language::En => "{n} files in {out}; read {page}",
        Language::De => "{n} Dateien in {out}; zu lesen ist {page}",
    };
    let n = n_files.to_string();
    fill(template, &[("n", &n), ("out", out), ("page", page)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::Exclusion;
    use crate::report::fixture;

    #[test]
    fn the_terminal_speaks_the_language_of_the_report() {
        let mut result = fixture::all_provisional();
        let last = result.data_range.1;
        result.ledger[0].reason = Exclusion::AwaitingData { last }.to_string();
        for (language, status, awaited) in [
            (Language::En, "provisional", "after the last session"),
            (Language::De, "vorläufig", "nach dem letzten Handelstag"),
        ] {
            let lines = not_final(&result, language);
            let found = lines
                .iter()
                .any(|l| l.starts_with(status) && l.contains(awaited));
            assert!(found, "{lines:?}");
        }
        let warning = Warning::NoGroups {
            sample: "all".to_owned(),
        };
        assert!(caution(&warning, Language::De).starts_with("Warnung: Stichproben"));
        let said = written(39, "out", "out/report.html", Language::De);
        assert_eq!(said, "39 Dateien in out; zu lesen ist out/report.html");
    }
}
