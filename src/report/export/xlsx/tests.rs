//! The workbook taken apart again.

use super::*;
use crate::report::fixture;
use std::io::{Cursor, Read};

/// A part of the workbook as text.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    let mut file = archive.by_name(name).unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

fn bytes(result: &StudyResult) -> Vec<u8> {
    Workbook.files(result, &[]).unwrap().remove(0).bytes
}

/// The cells of a sheet: its texts by their index in the shared ones, numbers as written.
fn cells(bytes: &[u8], sheet: usize) -> Vec<(String, String)> {
    let shared = part(bytes, "xl/sharedStrings.xml");
    let shared = roxmltree::Document::parse(&shared).unwrap();
    let text = |node: roxmltree::Node| -> String {
        let parts = node
            .descendants()
            .filter(|n| n.has_tag_name("t") || n.tag_name().name() == "t");
        parts.filter_map(|t| t.text()).collect()
    };
    let strings: Vec<String> = shared
        .descendants()
        .filter(|n| n.tag_name().name() == "si")
        .map(text)
        .collect();
    let xml = part(bytes, &format!("xl/worksheets/sheet{sheet}.xml"));
    let xml = roxmltree::Document::parse(&xml).unwrap();
    let cells = xml.descendants().filter(|n| n.tag_name().name() == "c");
    let read = |cell: roxmltree::Node| {
        let value = cell.descendants().find(|n| n.tag_name().name() == "v");
        let value = value.and_then(|v| v.text()).unwrap_or_default();
        assert!(
            cell.descendants().all(|n| n.tag_name().name() != "f"),
            "a formula"
        );
        let value = match cell.attribute("t") {
            Some("s") => strings[value.parse::<usize>().unwrap()].clone(),
            _ => value.to_owned(),
        };
        (cell.attribute("r").unwrap().to_owned(), value)
    };
    cells.map(read).collect()
}

#[test]
fn every_table_has_a_sheet() {
    let result = fixture::nvda();
    let bytes = bytes(&result);
    let book = part(&bytes, "xl/workbook.xml");
    assert!(book.contains("name=\"README\""));
    for (at, table) in data_tables(&result).enumerate() {
        assert!(book.contains(&format!("name=\"{}\"", table.name)));
        let cells = cells(&bytes, at + 2);
        let header = cells
            .iter()
            .filter(|(at, _)| at.trim_start_matches(|c: char| c.is_ascii_uppercase()) == "1");
        let names: Vec<&str> = header.map(|(_, text)| text.as_str()).collect();
        let expected: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, expected);
    }
}

#[test]
fn figures_are_stored_in_full() {
    let result = fixture::nvda();
    let bytes = bytes(&result);
    // README is the first sheet, `cars` the fourth table.
    let cells = cells(&bytes, 5);
    for (row, car) in (2..).zip(&result.cars) {
        let found = cells.iter().find(|(at, _)| *at == format!("F{row}"));
        let found = found.map(|(_, text)| text.parse::<f64>().unwrap().to_bits());
        assert_eq!(found, car.car.map(f64::to_bits));
    }
}

#[test]
fn the_same_result_gives_the_same_bytes() {
    let result = fixture::nvda();
    assert_eq!(bytes(&result), bytes(&result));
    assert!(part(&bytes(&result), "docProps/core.xml").contains("2000-01-01T00:00:00Z"));
}

#[test]
fn text_of_users_stays_text() {
    let result = fixture::hostile();
    let bytes = bytes(&result);
    let n_sheets = data_tables(&result).count() + 1;
    let texts: Vec<String> = (1..=n_sheets)
        .flat_map(|sheet| cells(&bytes, sheet))
        .map(|(_, text)| text)
        .collect();
    assert!(texts.iter().any(|t| t.starts_with('=')), "nothing to test");
    assert!(part(&bytes, "xl/styles.xml").contains("quotePrefix=\"1\""));
    assert!(texts.iter().all(|t| !t.contains('\u{202E}')));
}

#[test]
fn what_does_not_fit_is_named() {
    let mut result = fixture::nvda();
    result.ledger[0].reason = "x".repeat(MAX_TEXT + 5);
    let n = result.cars.len();
    let bytes = workbook(&result, n + 1).unwrap();
    let read_me: Vec<String> = cells(&bytes, 1).into_iter().map(|(_, text)| text).collect();
    let says = |words: &str| read_me.iter().any(|text| text.contains(words));
    assert!(says("1 cells end with …"));
    let too_long = data_tables(&result).filter(|t| t.n_rows > n).count();
    let left_out = read_me.iter().filter(|t| t.starts_with("left out")).count();
    assert_eq!(left_out, too_long);
    assert!(left_out > 0);
    assert!(!part(&bytes, "xl/workbook.xml").contains("abnormal_returns"));
    assert_eq!(cut(&"ä".repeat(MAX_TEXT + 1)).chars().count(), MAX_TEXT);
}

#[test]
fn a_column_is_shown_as_most_of_its_figures_ask() {
    let format = |name: &str, values: &[f64]| {
        let values = values.iter().copied().map(Some).collect();
        number_format(&DataColumn {
            name: name.to_owned(),
            values: Values::Number(values),
        })
    };
    assert_eq!(format("car", &[-0.133, 0.02, 3e-6, 0.0]), "0.000000");
    assert_eq!(format("car_df", &[238.0, 150.0]), "General");
    assert_eq!(format("share", &[2e-7, 3e-9, 0.1]), "General");
    assert_eq!(format("car_p", &[8e-7]), "[<0.0001]0.0E+00;0.0000");
}
