//! Pages around the reports: the index, what moved, the way to the newest, what was removed.
//!
//! Each is one HTML file that opens from disk. All text that comes from outside is escaped.

use super::archive::{Report, StudyArchive};
use super::diff::{Change, FigureChange, Kind};
use super::retention::Keep;
use chrono::NaiveDate;

const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}\
.n{text-align:right}.removed{color:#767676}";

/// The kinds with their headings, in the order in which they are told.
const KINDS: [(Kind, &str, &str); 4] = [
    (
        Kind::NewSession,
        "New sessions",
        "Figures that a session brought which was not there before.",
    ),
    (
        Kind::Revision,
        "Revised data",
        "Figures that were known and are others now, because their data were corrected.",
    ),
    (
        Kind::NewEvent,
        "New events",
        "Events that were not there before, and what they moved.",
    ),
    (
        Kind::Settings,
        "Changed settings",
        "The study is asked for differently; its figures are not comparable with those before.",
    ),
];

/// Text as it may stand in HTML and XML, also in quotes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // XML has no place for other control characters.
            c if c.is_control() && !matches!(c, '\n' | '\t') => escaped.push('\u{FFFD}'),
            c => escaped.push(c),
        }
    }
    escaped
}

fn document(title: &str, head: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n\
         <style>{STYLE}</style>\n{head}</head>\n<body>\n<h1>{}</h1>\n{body}</body>\n</html>\n",
        escape(title),
        escape(title)
    )
}

/// `index.html`: all studies, each with its reports.
pub fn index_page(archive: &[StudyArchive], has_feed: bool) -> String {
    let mut body = String::new();
    if archive.is_empty() {
        body.push_str("<p>No run has finished yet.</p>\n");
    }
    if has_feed {
        body.push_str("<p><a href=\"feed.xml\">Feed of findings</a> (Atom)</p>\n");
    }
    for study in archive {
        body.push_str(&format!(
            "<h2>{}</h2>\n<p><a href=\"{}/latest.html\">The newest report</a></p>\n\
             <table>\n<tr><th>Session</th><th>Report</th><th class=\"n\">Final</th>\
             <th class=\"n\">Provisional</th><th class=\"n\">Excluded</th><th>What moved</th></tr>\n",
            escape(&study.title),
            escape(&study.study)
        ));
        for report in &study.reports {
            body.push_str(&index_row(report));
        }
        body.push_str("</table>\n");
    }
    let head = if has_feed {
        "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"feed.xml\">\n"
    } else {
        ""
    };
    document("Reports", head, &body)
}

fn index_row(report: &Report) -> String {
    let [used, provisional, excluded] = report.entry.observations;
    let page = escape(&report.page);
    let moved: Vec<String> = report
        .entry
        .changes
        .iter()
        .map(|(kind, n)| format!("{kind}: {n}"))
        .collect();
    let (class, links) = if report.removed {
        (" class=\"removed\"", "removed".to_owned())
    } else {
        let changes = page.replace("report.html", "changes.html");
        let links = format!("<a href=\"{page}\">report</a>, <a href=\"{changes}\">changes</a>");
        ("", links)
    };
    format!(
        "<tr{class}><td>{}</td><td>{links}</td><td class=\"n\">{used}</td>\
         <td class=\"n\">{provisional}</td><td class=\"n\">{excluded}</td><td>{}</td></tr>\n",
        report.session,
        escape(&moved.join(", "))
    )
}

/// `latest.html` of a study: leads to its newest report.
pub fn latest_page(study: &StudyArchive) -> String {
    let Some(newest) = study.reports.first() else {
        return document(&study.title, "", "<p>No report has been written yet.</p>\n");
    };
    let to = format!("{}/report.html", newest.session);
    let head = format!("<meta http-equiv=\"refresh\" content=\"0; url={to}\">\n");
    let body = format!(
        "<p><a href=\"{to}\">The report of {}</a></p>\n",
        newest.session
    );
    document(&study.title, &head, &body)
}

/// What stands in place of a report that was removed.
pub fn removed_page(study: &StudyArchive, session: NaiveDate, keep: Keep) -> String {
    let body = format!(
        "<p>The report of {session} was removed: the schedule keeps {keep}.</p>\n\
         <p><a href=\"../latest.html\">The newest report</a> · \
         <a href=\"../../index.html\">All reports</a></p>\n"
    );
    document(&study.title, "", &body)
}

/// `changes.html` of a dated report: what moved, by why it moved.
pub fn changes_page(
    title: &str,
    before: Option<NaiveDate>,
    session: NaiveDate,
    changes: &[Change],
) -> String {
    let mut body = match before {
        Some(before) => format!("<p>The run of {session}, against that of {before}.</p>\n"),
        None => format!("<p>The run of {session} is the first: there is nothing to compare.</p>\n"),
    };
    body.push_str("<p><a href=\"report.html\">The report</a> · <a href=\"../../index.html\">All reports</a></p>\n");
    if before.is_some() && changes.is_empty() {
        body.push_str("<p>Nothing moved.</p>\n");
    }
    for (kind, heading, meaning) in KINDS {
        let of_kind: Vec<&Change> = changes.iter().filter(|c| c.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        body.push_str(&format!("<h2>{heading}</h2>\n<p>{meaning}</p>\n<table>\n"));
        body.push_str("<tr><th>Event</th><th>Instrument</th><th>What moved</th></tr>\n");
        for change in of_kind {
            body.push_str(&change_row(change));
        }
        body.push_str("</table>\n");
    }
    document(&format!("{title}: what moved"), "", &body)
}

fn change_row(change: &Change) -> String {
    let cell = |text: &Option<String>| escape(text.as_deref().unwrap_or(""));
    let what = match &change.claim_id {
        Some(claim) => format!("claim {}", escape(claim)),
        None => cell(&change.event_id),
    };
    let lines: Vec<String> = told(change).iter().map(|line| escape(line)).collect();
    format!(
        "<tr><td>{what}</td><td>{}</td><td>{}</td></tr>\n",
        cell(&change.instrument),
        lines.join("<br>")
    )
}

/// A change in plain lines: status, fields, then figures.
pub fn told(change: &Change) -> Vec<String> {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    let mut lines = Vec::new();
    if let Some(status) = &change.status {
        let (before, after) = (or_none(&status.before), or_none(&status.after));
        lines.push(format!("{before} \u{2192} {after}"));
    }
    for field in &change.fields {
        let (before, after) = (or_none(&field.before), or_none(&field.after));
        lines.push(format!("{}: {before} \u{2192} {after}", field.field));
    }
    lines.extend(change.figures.iter().map(figure_line));
    if !change.also.is_empty() {
        let also: Vec<&str> = change.also.iter().map(|kind| kind.as_str()).collect();
        lines.push(format!("not to be told apart from: {}", also.join(", ")));
    }
    lines
}

fn figure_line(figure: &FigureChange) -> String {
    let is_p = figure.figure.ends_with("_p");
    let shown = |value: Option<f64>, digits: usize| match value {
        None => "none".to_owned(),
        Some(value) if is_p => format!("{value:.*}", digits + 2),
        Some(value) => format!("{:+.digits$} %", 100.0 * value).replace('-', "\u{2212}"),
    };
    // As many digits as it takes to see what moved.
    let both = |digits| (shown(figure.before, digits), shown(figure.after, digits));
    let tries = [2, 4, 6, 8].map(both);
    let (before, after) = tries.iter().find(|(b, a)| b != a).unwrap_or(&tries[0]);
    let of = match (figure.window, figure.session) {
        (Some(window), _) => format!(" [{window}]"),
        (None, Some(session)) => format!(" of {session}"),
        (None, None) => String::new(),
    };
    let name = match figure.figure {
        "ar" => "AR",
        "car" => "CAR",
        other => other,
    };
    format!("{name}{of}: {before} \u{2192} {after}")
}

#[cfg(test)]
mod tests;
