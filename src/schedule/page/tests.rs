use super::*;
use crate::schedule::archive::{StudyEntry, archive};
use crate::schedule::snapshot::{Snapshot, Span};
use std::collections::BTreeMap;

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn two_days(keep: Keep) -> Vec<StudyArchive> {
    let run = |session: &str| {
        let entry = StudyEntry {
            study: "s".into(),
            title: "A <b>title</b>".into(),
            data_until: on(session),
            observations: [5, 2, 1],
            changes: BTreeMap::from([("new-session".to_owned(), 3)]),
        };
        let at = format!("{session}T23:30:00Z").parse().unwrap();
        (on(session), at, vec![entry])
    };
    archive([run("2025-01-27"), run("2025-01-28")], keep)
}

#[test]
fn the_index_leads_to_every_report_and_says_which_were_removed() {
    let page = index_page(&two_days(Keep::Sessions(1)), true);
    assert!(page.contains("A &lt;b&gt;title&lt;/b&gt;") && !page.contains("<b>"));
    assert!(page.contains("href=\"s/2025-01-28/report.html\""));
    assert!(page.contains("href=\"s/2025-01-28/changes.html\""));
    assert!(!page.contains("href=\"s/2025-01-27/"));
    assert!(page.contains("<td>2025-01-27</td><td>removed</td>"));
    assert!(page.contains("new-session: 3") && page.contains("href=\"feed.xml\""));
    assert!(index_page(&[], false).contains("No run has finished yet"));
}

#[test]
fn a_removed_report_leaves_a_page_that_leads_on() {
    let archive = two_days(Keep::Days(30));
    let page = removed_page(&archive[0], on("2025-01-27"), Keep::Days(30));
    assert!(page.contains("The report of 2025-01-27 was removed"));
    assert!(page.contains("the sessions of 30 days") && page.contains("href=\"../latest.html\""));
    assert!(latest_page(&archive[0]).contains("url=2025-01-28/report.html"));
}

#[test]
fn the_four_reasons_stand_under_their_own_headings() {
    let mut settings = Change::new(Kind::Settings, "s");
    settings.fields = vec![crate::schedule::diff::FieldChange {
        field: "model".into(),
        before: Some("market".into()),
        after: Some("<ff3>".into()),
    }];
    let mut session = Change::new(Kind::NewSession, "s");
    session.event_id = Some("shock".into());
    session.figures.push(FigureChange {
        figure: "car",
        window: Some(Span { start: 0, end: 1 }),
        relative_day: None,
        session: None,
        before: Some(-0.13),
        after: Some(-0.05),
        p: None,
    });
    session.also = vec![Kind::Settings];
    let before = Some(on("2025-01-27"));
    let page = changes_page("T", before, on("2025-01-28"), &[settings, session]);
    let (first, second) = (page.find("New sessions"), page.find("Changed settings"));
    assert!(first.unwrap() < second.unwrap());
    assert!(page.contains("CAR [0:1]: \u{2212}13.00 % \u{2192} \u{2212}5.00 %"));
    assert!(page.contains("not to be told apart from: settings"));
    assert!(page.contains("model: market \u{2192} &lt;ff3&gt;"));
    assert!(!page.contains("Revised data"));
    assert!(changes_page("T", before, on("2025-01-28"), &[]).contains("Nothing moved"));
    assert!(changes_page("T", None, on("2025-01-28"), &[]).contains("is the first"));
    // A snapshot without anything has no changes either.
    assert_eq!(
        super::super::diff::diff(&Snapshot::default(), &Snapshot::default()),
        []
    );
}

#[test]
fn nothing_gets_out_of_its_quotes() {
    assert_eq!(
        escape("a\"b'<&>\u{1}"),
        "a&quot;b&#39;&lt;&amp;&gt;\u{FFFD}"
    );
}
