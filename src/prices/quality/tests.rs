//! Each finding on rows that must cause it, and on rows that must not.

use super::*;
use crate::prices::read::{ReadOptions, read_bytes};
use crate::prices::{PriceKind, VOLUME};
use crate::quality::NAMED_PER_KIND;

fn sessions() -> Vec<NaiveDate> {
    let start = NaiveDate::from_ymd_opt(2031, 1, 1).unwrap();
    start
        .iter_days()
        .take(60)
        .filter(|day| chrono::Datelike::weekday(day).num_days_from_monday() < 5)
        .collect()
}

fn checked_as(kind: PriceKind, text: &str) -> Checked {
    let options = ReadOptions {
        kind,
        ..ReadOptions::default()
    };
    let frame = read_bytes("AAA.csv", text.as_bytes(), &options).unwrap();
    check(frame, &sessions()).unwrap()
}

fn checked(header: &str, rows: &[&str]) -> Checked {
    let text = format!("{header}\n{}\n", rows.join("\n"));
    checked_as(PriceKind::Prices, &text)
}

/// Rows of consecutive sessions with the given closes.
fn series(closes: &[f64]) -> Checked {
    let rows: Vec<String> = sessions()
        .iter()
        .zip(closes)
        .map(|(day, close)| format!("{day},{close}"))
        .collect();
    checked(
        "date,close",
        &rows.iter().map(String::as_str).collect::<Vec<_>>(),
    )
}

fn kinds(checked: &Checked) -> Vec<FindingKind> {
    checked
        .findings
        .iter()
        .map(|finding| finding.kind)
        .collect()
}

fn closes(checked: &Checked) -> Vec<Option<f64>> {
    let column = checked.frame.df.column("close").unwrap();
    column.f64().unwrap().iter().collect()
}

#[test]
fn clean_prices_have_no_findings_and_stay_as_they_are() {
    let checked = checked(
        "date,open,high,low,close,volume",
        &[
            "2031-01-01,10,11,9,10.5,100",
            "2031-01-02,10,11,9,10.25,100",
        ],
    );
    assert_eq!(kinds(&checked), []);
    assert_eq!(closes(&checked), [Some(10.5), Some(10.25)]);
}

#[test]
fn equal_duplicates_collapse_and_contradicting_ones_become_missing() {
    let checked = checked(
        "date,close,volume",
        &[
            "2031-01-01,10,5",
            "2031-01-01,10,5",
            "2031-01-02,11,6",
            "2031-01-02,12,6",
            "2031-01-03,12,",
            "2031-01-03,12,7",
        ],
    );
    assert_eq!(closes(&checked), [Some(10.0), None, Some(12.0)]);
    let volumes = checked.frame.figures(VOLUME).unwrap().unwrap();
    assert_eq!(volumes, [5.0, 6.0, 7.0]);
    use FindingKind::{ConflictingRows, DuplicateRow, MissingSessions};
    assert_eq!(
        kinds(&checked),
        [DuplicateRow, ConflictingRows, MissingSessions]
    );
    assert_eq!(
        checked.findings[1].message,
        "AAA 2031-01-02: 2 rows that contradict each other; missing: close"
    );
}

#[test]
fn impossible_figures_are_missing() {
    let checked = checked(
        "date,close,volume",
        &["2031-01-01,10,-5", "2031-01-02,0,5", "2031-01-03,-3,5"],
    );
    assert_eq!(closes(&checked), [Some(10.0), None, None]);
    use FindingKind::{NegativeVolume, NonPositivePrice};
    assert_eq!(
        kinds(&checked),
        [NonPositivePrice, NonPositivePrice, NegativeVolume]
    );
    assert_eq!(checked.findings[1].value, Some(-3.0));
    assert!(checked.frame.figures(VOLUME).unwrap().unwrap()[0].is_nan());
}

#[test]
fn ohlc_contradictions_are_named_beyond_rounding() {
    let checked = checked(
        "date,open,high,low,close",
        &[
            "2031-01-01,100,101,99,101.001",
            "2031-01-02,100,101,99,101.5",
            "2031-01-03,98,101,99,100",
            "2031-01-06,100,99,101,100",
            "2031-01-07,,101,99,100",
        ],
    );
    let days: Vec<_> = checked
        .findings
        .iter()
        .map(|f| f.session.unwrap().to_string())
        .collect();
    assert_eq!(days, ["2031-01-02", "2031-01-03", "2031-01-06"]);
    assert!(
        checked.findings[2]
            .message
            .contains("high 99 is below low 101")
    );
    assert_eq!(closes(&checked)[1], Some(101.5));
}

#[test]
fn splits_are_told_from_other_extremes() {
    for (after, kind, word) in [
        (12.05, Some(FindingKind::SplitLikeJump), "10:1"),
        (60.3, Some(FindingKind::SplitLikeJump), "2:1"),
        (80.0, Some(FindingKind::SplitLikeJump), "3:2"),
        (480.0, Some(FindingKind::SplitLikeJump), "1:4"),
        (45.0, Some(FindingKind::ExtremeReturn), "-62.5 %"),
        (100.0, None, ""),
    ] {
        let found = series(&[119.0, 120.0, after, after]);
        assert_eq!(kinds(&found).first().copied(), kind, "{after}");
        if let Some(finding) = found.findings.first() {
            assert!(finding.message.contains(word), "{}", finding.message);
            assert_eq!(finding.session, Some(sessions()[2]));
        }
    }
}

#[test]
fn the_adjusted_close_tells_a_split_from_a_move() {
    let checked = checked(
        "date,close,adj_close",
        &[
            "2031-01-01,1200,120",
            "2031-01-02,121,121",
            "2031-01-03,179,179",
        ],
    );
    let messages: Vec<_> = checked.findings.iter().map(|f| &f.message).collect();
    assert!(messages[0].contains("use --price-column adj_close"));
    assert!(messages[1].contains("may be a real move"));
}

#[test]
fn a_jump_over_missing_sessions_is_not_a_return() {
    let checked = checked("date,close", &["2031-01-01,100", "2031-01-06,50"]);
    assert_eq!(kinds(&checked), [FindingKind::MissingSessions]);
    assert_eq!(checked.findings[0].value, Some(2.0));
    assert_eq!(
        checked.findings[0].message,
        "AAA 2031-01-02: 2 sessions have no price, until 2031-01-03"
    );
}

#[test]
fn stale_closes_are_named_unless_nothing_traded() {
    assert_eq!(
        kinds(&series(&[1.0, 2.0, 2.0, 2.0, 2.0, 3.0])),
        [FindingKind::SplitLikeJump, FindingKind::SplitLikeJump]
    );
    let stale = series(&[2.1, 2.0, 2.0, 2.0, 2.0, 2.0, 2.1]);
    assert_eq!(kinds(&stale), [FindingKind::StaleRun]);
    assert_eq!(stale.findings[0].value, Some(5.0));
    let rows: Vec<String> = sessions()[..6]
        .iter()
        .map(|day| format!("{day},2,0"))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(kinds(&checked("date,close,volume", &rows)), []);
}

#[test]
fn rows_on_days_that_are_no_session_are_named() {
    let checked = checked(
        "date,close",
        &[
            "2031-01-03,10",
            "2031-01-04,10",
            "2031-01-06,10",
            "2040-01-01,10",
        ],
    );
    let off = &checked
        .findings
        .iter()
        .find(|f| f.kind == FindingKind::OffSessionRow)
        .unwrap();
    assert_eq!(off.session.unwrap().to_string(), "2031-01-04");
    assert_eq!(
        kinds(&checked)
            .iter()
            .filter(|k| **k == FindingKind::OffSessionRow)
            .count(),
        1
    );
}

#[test]
fn returns_in_percent_are_recognised() {
    let text = |scale: f64| {
        let rows = sessions().into_iter().enumerate().map(|(i, day)| {
            let value = scale * ((i % 7) as f64 - 3.0) / 100.0;
            format!("{day},{value}")
        });
        format!("date,return\n{}\n", rows.collect::<Vec<_>>().join("\n"))
    };
    let percent = checked_as(PriceKind::Returns, &text(100.0));
    assert_eq!(kinds(&percent), [FindingKind::PercentReturns]);
    assert!(percent.findings[0].message.contains("divide them by 100"));
    assert_eq!(kinds(&checked_as(PriceKind::Returns, &text(1.0))), []);
    let negative = checked_as(PriceKind::Returns, "date,return\n2031-01-01,-0.6\n");
    assert_eq!(kinds(&negative), [FindingKind::ExtremeReturn]);
    assert_eq!(closes(&negative), [Some(-0.6)]);
}

#[test]
fn many_findings_of_a_kind_are_counted() {
    let closes: Vec<f64> = (0..31)
        .map(|i| if i % 2 == 0 { 10.0 } else { 100.0 })
        .collect();
    let found = series(&closes);
    assert_eq!(found.findings.len(), NAMED_PER_KIND + 1);
    let last = found.findings.last().unwrap();
    assert_eq!((last.session, last.value), (None, Some(20.0)));
}

#[test]
fn a_checked_frame_fits_the_grid() {
    let checked = checked(
        "date,close",
        &["2031-01-01,10", "2031-01-01,11", "2031-01-02,12"],
    );
    let grid = crate::prices::grid::on_sessions(&checked.frame, &sessions()).unwrap();
    let close = grid.columns[0].close.as_ref().unwrap();
    assert!(close[0].is_nan());
    assert_eq!(close[1], 12.0);
}

#[test]
fn kinds_are_written_in_kebab_case() {
    let name = serde_json::to_string(&FindingKind::OhlcContradiction).unwrap();
    assert_eq!(name, "\"ohlc-contradiction\"");
}
