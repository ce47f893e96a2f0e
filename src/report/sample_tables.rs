//! Tables of samples, claims and groups.

use super::OutputFile;
use super::plain::spreadsheet;
use super::tables::{count, file, number, window};
use crate::error::Result;
use crate::study::result::{ClaimTest, StudyResult};

pub(super) fn recommendations(result: &StudyResult) -> Result<OutputFile> {
    let header = [
        "group",
        "window_start",
        "window_end",
        "test",
        "statistic",
        "p",
        "n",
        "mean_correlation",
        "mean_correlation_method",
        "reasons",
    ];
    let rows = result.recommendations.iter().map(|row| {
        let mut cells = vec![spreadsheet(&row.group)];
        cells.extend(window(row.window));
        cells.push(row.test.clone());
        cells.extend([row.statistic, row.p].map(number));
        cells.push(row.n.to_string());
        cells.push(number(row.mean_correlation));
        cells.push(row.mean_correlation_method.clone());
        cells.push(spreadsheet(&row.reasons.join("; ")));
        cells
    });
    file("recommendations.csv", &header, rows)
}

pub(super) fn aar(result: &StudyResult) -> Result<OutputFile> {
    let header = [
        "group",
        "relative_day",
        "n",
        "aar",
        "caar",
        "aar_sd",
        "aar_low",
        "aar_high",
    ];
    let rows = result.aar.iter().map(|row| {
        let mut cells = vec![
            spreadsheet(&row.group),
            row.relative_day.0.to_string(),
            row.n.to_string(),
        ];
        cells.extend([row.aar, row.caar, row.aar_sd, row.aar_low, row.aar_high].map(number));
        cells
    });
    file("aar.csv", &header, rows)
}

pub(super) fn tests(result: &StudyResult) -> Result<OutputFile> {
    let header = [
        "group",
        "window_start",
        "window_end",
        "test",
        "statistic",
        "df",
        "p",
        "p_holm",
        "p_bh",
        "n",
        "null",
        "note",
        "caar",
    ];
    let rows = result.tests.iter().map(|row| {
        let mut cells = vec![spreadsheet(&row.group)];
        cells.extend(window(row.window));
        cells.push(row.test.clone());
        cells.extend([row.statistic, row.df, row.p, row.p_holm, row.p_bh].map(number));
        cells.push(row.n.to_string());
        cells.push(spreadsheet(&row.null));
        cells.push(spreadsheet(&row.note));
        cells.push(number(row.caar));
        cells
    });
    file("tests.csv", &header, rows)
}

pub(super) fn claims(result: &StudyResult) -> Result<OutputFile> {
    let header = [
        "claim_id",
        "text",
        "scope",
        "window_start",
        "window_end",
        "figure",
        "low",
        "high",
        "p",
        "verdict",
        "reason",
        "expected",
        "test",
        "statistic",
        "df",
        "law",
        "n",
        "interval",
        "other_test",
        "other_statistic",
        "other_p",
    ];
    let rows = result.claims.iter().map(|row| {
        let mut cells = vec![
            spreadsheet(&row.claim_id),
            spreadsheet(&row.text),
            spreadsheet(&row.scope),
        ];
        cells.extend(row.window.map_or_else(Default::default, window));
        cells.extend([row.figure, row.low, row.high, row.p].map(number));
        cells.push(row.verdict.as_str().to_owned());
        cells.push(spreadsheet(&row.reason));
        cells.push(row.expected.clone());
        let (test, other) = (row.test.as_ref(), row.other_test.as_ref());
        let name = |test: Option<&ClaimTest>| test.map_or_else(String::new, |t| t.name.clone());
        cells.push(name(test));
        cells.push(number(test.and_then(|t| t.statistic)));
        cells.push(number(test.and_then(|t| t.df)));
        cells.push(test.map_or_else(String::new, |t| t.law.clone()));
        cells.push(count((row.n > 0).then_some(row.n)));
        cells.push(row.interval.clone());
        cells.push(name(other));
        cells.push(number(other.and_then(|t| t.statistic)));
        cells.push(number(other.and_then(|t| t.p)));
        cells
    });
    file("claims.csv", &header, rows)
}

pub(super) fn groups(result: &StudyResult) -> Result<OutputFile> {
    let header = [
        "group_a",
        "group_b",
        "window_start",
        "window_end",
        "difference",
        "sd",
        "statistic",
        "df",
        "p",
        "method",
        "event_id",
        "note",
    ];
    let rows = result.groups.iter().map(|row| {
        let mut cells = vec![spreadsheet(&row.group_a), spreadsheet(&row.group_b)];
        cells.extend(window(row.window));
        cells.extend([row.difference, row.sd, row.statistic, row.df, row.p].map(number));
        cells.push(row.method.clone());
        cells.push(spreadsheet(row.event_id.as_deref().unwrap_or_default()));
        cells.push(spreadsheet(&row.note));
        cells
    });
    file("groups.csv", &header, rows)
}
