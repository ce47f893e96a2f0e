//! What a scan found, in sentences: for the terminal and the page.

use super::counts::{found, reported};
use crate::report::format::MISSING;
use crate::report::language::Language;
use crate::study::scan::result::{
    AssociationRow, Contamination, InstrumentRow, ScanResult, ScanRow,
};
use chrono::NaiveDate;

const EN: Language = Language::En;

/// Where the sentences stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    /// A terminal or Markdown: dates as in the tables, and lines that break at every space.
    Plain,
    /// A page, on which no date and no figure is torn from its unit.
    Page,
}

impl Medium {
    pub(super) fn date(self, date: NaiveDate) -> String {
        match self {
            Medium::Plain => date.to_string(),
            Medium::Page => EN.short_date(date),
        }
    }

    fn paragraph(self, text: String) -> String {
        match self {
            Medium::Plain => breakable(text),
            Medium::Page => text.replace(" %", "\u{a0}%"),
        }
    }
}

/// The answer and what to know of it, one sentence or two to a paragraph.
pub fn answer(result: &ScanResult) -> Vec<String> {
    let mut paragraphs = findings(result, Medium::Plain);
    paragraphs.extend(remarks(result, Medium::Plain));
    paragraphs
}

/// What was found.
pub(super) fn findings(result: &ScanResult, medium: Medium) -> Vec<String> {
    if result.ranked().is_empty() {
        return vec![nothing_to_test(result, medium)];
    }
    let mut paragraphs = vec![found(result, medium), reported(result, medium)];
    paragraphs.extend(association(result));
    let paragraphs = paragraphs.into_iter();
    paragraphs.map(|p| medium.paragraph(p)).collect()
}

/// What to know before it is repeated.
pub(super) fn remarks(result: &ScanResult, medium: Medium) -> Vec<String> {
    let mut paragraphs = Vec::new();
    if !result.ranked().is_empty() {
        paragraphs.push(discovery(result));
        paragraphs.push(how(result));
        paragraphs.extend(contaminated(result, medium));
        paragraphs.extend(doubtful(result, medium));
        paragraphs.extend(without(result));
    }
    let paragraphs = paragraphs.into_iter();
    paragraphs.map(|p| medium.paragraph(p)).collect()
}

fn breakable(paragraph: String) -> String {
    paragraph
        .replace(['\u{a0}', '\u{202f}'], " ")
        .replace('\u{2060}', "")
}

/// Without a session that has figures there is no answer, but a reason.
fn nothing_to_test(result: &ScanResult, medium: Medium) -> String {
    let (first, last) = span(result, medium);
    let s = &result.settings;
    let n: usize = sum(result, |i| i.n_without.iter().map(|(_, n)| n).sum());
    let reasons = reasons(result);
    let listed: Vec<String> = reasons
        .iter()
        .map(|(code, n)| format!("{n} {code}"))
        .collect();
    let begins = medium.date(result.data_range.0);
    let short = reasons.iter().any(|(code, _)| *code == "short-estimation");
    let is_market = |i: &InstrumentRow| Some(&i.instrument) == s.benchmark.as_ref();
    let cure = if result.instruments.iter().all(is_market) {
        " It is the benchmark, which explains itself: give another one (--benchmark), or --model mean-adjusted."
            .to_owned()
    } else if short {
        format!(
            " A session needs {} usable sessions in its estimation window {} before it, and the data begin on \
             {begins}: choose a later span, a longer history, or a shorter window (--estimation, --min-estimation).",
            s.min_estimation,
            EN.window(s.estimation),
        )
    } else {
        String::new()
    };
    medium.paragraph(format!(
        "{}: there was nothing to test. None of {n} sessions from {first} to {last} has an abnormal return \
         ({}).{cure}",
        subject(result),
        listed.join(", "),
    ))
}

/// The reported sessions without a known event: `2024-05-01`, with the instrument where there are
/// several.
pub(super) fn unexplained(result: &ScanResult, medium: Medium) -> Vec<String> {
    let rows = result.top().iter().filter(|r| !r.explained);
    rows.map(|r| session(r, result, medium)).collect()
}

fn session(row: &ScanRow, result: &ScanResult, medium: Medium) -> String {
    let date = medium.date(row.session);
    match result.instruments.len() {
        1 => date,
        _ => format!("{}\u{a0}{date}", row.instrument),
    }
}

/// First and last session of the span.
pub(super) fn span(result: &ScanResult, medium: Medium) -> (String, String) {
    let (first, last) = result.span;
    (medium.date(first), medium.date(last))
}

pub(super) fn subject(result: &ScanResult) -> String {
    match result.instruments.as_slice() {
        [one] => one.instrument.to_string(),
        several => format!("{} instruments", several.len()),
    }
}

pub(super) fn sum(result: &ScanResult, n: fn(&InstrumentRow) -> usize) -> usize {
    result.instruments.iter().map(n).sum()
}

fn association(result: &ScanResult) -> Option<String> {
    // The last row is that of all instruments, or of the only one.
    let row = result.associations.last()?;
    if row.n_events == 0 {
        return Some(
            "No event that could be a cause has a reaction session in the span.".to_owned(),
        );
    }
    let left_out: Vec<&str> = result
        .settings
        .not_causes
        .iter()
        .map(String::as_str)
        .collect();
    let n_left_out = result
        .events
        .iter()
        .filter(|e| e.in_span && !e.counts)
        .count();
    let without = if n_left_out == 0 {
        String::new()
    } else {
        format!(
            " Left out, as days picked for their price: {n_left_out} of category {}.",
            left_out.join(", ")
        )
    };
    Some(format!(
        "Events and abnormal sessions: {} of {} {} were followed by an abnormal session ({}); {} of {} \
         abnormal sessions lie in the reaction window of an event ({}). {}{without}",
        EN.count(row.n_hit),
        EN.count(row.n_events),
        counted(row),
        share(row.hit_rate),
        EN.count(row.abnormal_with),
        EN.count(row.abnormal_with + row.abnormal_without),
        share(row.precision),
        odds(row, result),
    ))
}

/// What a row counts: of one instrument events, of all each event once for every instrument that
/// it concerns.
pub(super) fn counted(row: &AssociationRow) -> &'static str {
    if row.instrument == "all" {
        "pairs of an event and an instrument that it concerns"
    } else {
        "events"
    }
}

fn odds(row: &AssociationRow, result: &ScanResult) -> String {
    let Some((ratio, p)) = row.odds_ratio.zip(row.p) else {
        return format!("There is no odds ratio: {}.", row.reason);
    };
    let correction = if row.haldane {
        ", a half added to each cell because one is 0"
    } else {
        ""
    };
    let shifts = if row.exhaustive {
        format!("all {} circular shifts", row.n_shifts)
    } else {
        format!(
            "{} circular shifts drawn with seed {}",
            row.n_shifts, result.settings.seed
        )
    };
    format!(
        "Odds ratio {}{correction}; one-sided {} from {shifts} of the event series, which keep its \
         clusters.",
        EN.decimal(ratio, 2),
        EN.p(p),
    )
}

fn share(value: Option<f64>) -> String {
    value.map_or_else(
        || MISSING.to_owned(),
        |v| format!("{} %", EN.decimal(100.0 * v, 0)),
    )
}

/// What the three q-values can say, and what they said.
fn discovery(result: &ScanResult) -> String {
    let rows = result.ranked();
    let n_below = |q: fn(&ScanRow) -> Option<f64>| {
        rows.iter()
            .filter(|r| q(r).is_some_and(|q| q <= 0.05))
            .count()
    };
    let least = rows.iter().filter_map(|r| r.sq_p).fold(f64::NAN, f64::min);
    let least_q = rows
        .iter()
        .filter_map(|r| r.q_value)
        .fold(f64::NAN, f64::min);
    let n_most = rows
        .iter()
        .filter_map(|r| r.n_estimation)
        .max()
        .unwrap_or(0);
    format!(
        "False discoveries (Benjamini-Hochberg over {} sessions): a rank among {n_most} residuals cannot \
         give a sq_p below {}, so that q_value is nowhere below {}, however large the move; at 5 % it \
         finds {}. From the laws, which have no such floor but trust their tails: ar_q finds {}, garch_q {}.",
        EN.count(rows.len()),
        EN.decimal(least, 4),
        EN.decimal(least_q, 2),
        n_below(|r| r.q_value),
        n_below(|r| r.ar_q),
        n_below(|r| r.garch_q),
    )
}

fn how(result: &ScanResult) -> String {
    let s = &result.settings;
    let market = s
        .benchmark
        .as_ref()
        .map_or_else(String::new, |b| format!(", benchmark {b}"));
    let masks = if s.mask_events {
        format!(
            "reaction sessions {} of events are left out of them",
            EN.window(s.mask_window)
        )
    } else {
        "events are not masked in them (--mask-events on leaves them out)".to_owned()
    };
    let with_garch = || result.instruments.iter().filter(|i| !i.garch.is_empty());
    let garch = match result.instruments.as_slice() {
        [one] if one.garch.is_empty() => format!("No garch_t: {}", one.garch_reason),
        several => {
            let n_fits: usize = with_garch().map(|i| i.garch.len()).sum();
            let n_refused: usize = several.iter().map(|i| i.garch_refused).sum();
            let of = match several {
                [_] => String::new(),
                _ => format!(
                    " of {} of {} instruments",
                    with_garch().count(),
                    several.len()
                ),
            };
            let refused = match n_refused {
                0 => String::new(),
                n => format!(", {n} without one of use"),
            };
            format!(
                "garch_t{of}: GARCH(1,1) with Student's law on the latest abnormal returns before the \
                 span, at most 500, anew after every 125 ({n_fits} fits{refused})"
            )
        }
    };
    format!(
        "Each session has its own estimation window {} (model {}{market}); {masks}. {garch}.",
        EN.window(s.estimation),
        s.model,
    )
}

/// What a big day does to the windows after it: that of the instrument ranked first.
fn contaminated(result: &ScanResult, medium: Medium) -> Option<String> {
    let first = &result.ranked().first()?.instrument;
    let row = result.instruments.iter().find(|i| i.instrument == *first)?;
    let Contamination {
        session,
        first,
        last,
        sd_before,
        sd_after,
    } = row.contamination.as_ref()?;
    let percent = |v: &f64| EN.decimal(100.0 * v, 2);
    let [session, first, last] = [session, first, last].map(|date| medium.date(*date));
    Some(format!(
        "A big day widens what follows: {} {session} stands in the estimation windows of {first} to {last} \
         and took their residual sd from {} % to {} %.",
        row.instrument,
        percent(sd_before),
        percent(sd_after),
    ))
}

fn doubtful(result: &ScanResult, medium: Medium) -> Option<String> {
    let rows = result.top().iter().filter(|r| !r.findings.is_empty());
    let list: Vec<String> = rows
        .map(|r| format!("{} ({})", session(r, result, medium), r.findings.join(", ")))
        .collect();
    (!list.is_empty()).then(|| {
        format!(
            "The quality gate doubts the figures of reported sessions; see whether the price moved or \
             the file is wrong: {}.",
            list.join(", ")
        )
    })
}

fn without(result: &ScanResult) -> Option<String> {
    let list: Vec<String> = reasons(result)
        .iter()
        .map(|(code, n)| format!("{n} {code}"))
        .collect();
    (!list.is_empty()).then(|| format!("Sessions without figures: {}.", list.join(", ")))
}

/// Why sessions have no figures, and how many.
fn reasons(result: &ScanResult) -> Vec<(&str, usize)> {
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for (code, n) in result.instruments.iter().flat_map(|i| &i.n_without) {
        match reasons.iter_mut().find(|(c, _)| c == code) {
            Some((_, total)) => *total += n,
            None => reasons.push((code, *n)),
        }
    }
    reasons
}
