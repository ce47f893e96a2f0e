//! Tables in every delimiter, ragged rows, places in errors.

use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Result<Table<'_>> {
    Table::read(text, "t.csv", TableOptions::default())
}

fn message(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn every_delimiter_is_found_on_the_header() {
    for d in [",", ";", "\t", "|"] {
        let text = format!(" Date {d}\"Adj  Close\"\r\n2025-01-02{d} 1\r\n\r\n2025-01-03{d}2\r\n");
        let table = read(&text).unwrap();
        assert_eq!(table.header, ["date", "adj close"], "{d:?}");
        assert_eq!(table.n_rows(), 2);
        assert_eq!(table.cell(0, 1), "1");
        assert_eq!((table.line(0), table.line(1)), (2, 4));
    }
}

#[test]
fn a_delimiter_inside_quotes_does_not_count() {
    assert_eq!(
        detect_delimiter("\"a;b;c\",d", false),
        Some(Delimiter::Byte(b','))
    );
    assert_eq!(detect_delimiter("id at", false), None);
    assert_eq!(detect_delimiter("id at", true), Some(Delimiter::Blanks));
}

#[test]
fn quoted_cells_hold_delimiters_quotes_and_line_ends() {
    let table = read("a,b\n\"x, \"\"y\"\"\",\"1\n2\"\nu,v\n").unwrap();
    assert_eq!(table.cell(0, 0), "x, \"y\"");
    assert_eq!(table.cell(0, 1), "1\n2");
    assert_eq!(table.line(1), 4);
}

#[test]
fn ragged_rows_are_refused_with_their_line() {
    assert!(
        message("a,b,c\n1,2,3\n1,2\n").starts_with("t.csv:3: the row has 2 cells, the header 3")
    );
    let long = message("a,b\n1,1,341.07\n");
    assert!(long.contains("t.csv:2: the row has 3 cells"), "{long}");
    assert!(long.contains("thousands separators"), "{long}");
    assert_eq!(read("a,b\n1,2,,\n,\n").unwrap().n_rows(), 1);
}

#[test]
fn what_is_no_table_is_named() {
    assert!(message("<!DOCTYPE html>\n<p>").contains("web page"));
    assert!(message("{\"Note\": \"x\"}").contains("JSON"));
    assert!(message("No data").contains("no delimiter"));
    assert!(message("a,b\n").contains("no rows"));
    assert!(message(",,\na,b\n").contains("blank"));
}

#[test]
fn errors_point_at_the_cell() {
    let table = read("date,close\n2025-01-02,\"a,b\"\n").unwrap();
    let error = table.cell_error(0, 1, "not a number", "correct it");
    assert_eq!(
        error.to_string(),
        "t.csv:2: column `close`: \"a,b\": not a number; correct it"
    );
    let (line, span) = error.snippet.unwrap();
    assert_eq!(&line[span], "\"a,b\"");
    let found = InputError::new("odd", "").at_line(2).with_value("a,b");
    assert_eq!(
        table.locate(found.into(), &[0, 1]).to_string(),
        "t.csv:2: column `close`: \"a,b\": odd"
    );
}

#[test]
fn header_lines_and_blanks() {
    let options = TableOptions {
        header_line: 3,
        allow_blanks: true,
        ..TableOptions::default()
    };
    let table = Table::read("made by x\n\nid   at\nA  2025\n", "t.txt", options).unwrap();
    assert_eq!(table.header, ["id", "at"]);
    assert_eq!((table.header_line, table.line(0)), (3, 4));
    assert_eq!(table.cell(0, 1), "2025");
}

#[test]
fn skipped_rows_leave_the_rest_in_place() {
    let mut table = read("a,b\nx,y\n1,2\n3,4\n").unwrap();
    table.skip_rows(1);
    assert_eq!((table.cell(0, 0), table.cell(1, 1)), ("1", "4"));
    assert_eq!(table.line(0), 3);
}

proptest! {
    #[test]
    fn never_panics(text in "[a-c,;|\t\"\r\n ]{0,80}") {
        if let Ok(table) = read(&text) {
            for row in 0..table.n_rows() {
                for column in 0..table.width() {
                    let _ = table.cell_error(row, column, "x", "y").to_string();
                }
            }
        }
    }

    #[test]
    fn what_is_written_reads_back(
        rows in proptest::collection::vec(proptest::collection::vec("[a-z,;|\"0-9]{1,6}", 3), 1..8),
        delimiter in proptest::sample::select(vec![b',', b';', b'\t', b'|']),
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["a", "b", "c"]).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let table = read(&text).unwrap();
        prop_assert_eq!(table.n_rows(), rows.len());
        for (i, row) in rows.iter().enumerate() {
            prop_assert_eq!(table.line(i), i + 2);
            for (j, cell) in row.iter().enumerate() {
                prop_assert_eq!(table.cell(i, j), cell);
            }
        }
    }
}

#[test]
fn a_table_without_a_header_gets_names() {
    let options = TableOptions {
        names: &["Firm", "date"],
        ..TableOptions::default()
    };
    let table = Table::read("\nNVDA;1\nAMD;2\n", "t.csv", options).unwrap();
    assert_eq!((table.n_rows(), table.header[0].as_str()), (2, "firm"));
    assert_eq!((table.cell(0, 0), table.line(0)), ("NVDA", 2));
    let ragged = Table::read("NVDA;1\nAMD\n", "t.csv", options)
        .unwrap_err()
        .to_string();
    assert!(
        ragged.starts_with("t.csv:2: the row has 1 cells, the header 2"),
        "{ragged}"
    );
}
