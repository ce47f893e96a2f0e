//! Replies that hosts send and no documentation mentions: what is stored is right, or nothing is
//! stored and the reply is named.

use super::wire::{self, Bar, series};
use super::{Desk, one, outcome};
use crate::replica::{Act, body, head, ok, reply};

const HEADER: &str = "Date,Open,High,Low,Close,Volume";

fn bars() -> Vec<Bar> {
    series("NVDA", "2026-08-26")
}

fn table() -> String {
    wire::stooq(&bars())
}

/// A table whose rows are written by `row`.
fn rows(row: impl Fn(&Bar) -> String) -> String {
    let rows: Vec<String> = bars().iter().map(row).collect();
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

fn csv(body: impl AsRef<[u8]>) -> Vec<Act> {
    ok("text/csv", body)
}

/// A reply whose chunks never come to an end.
fn endless_chunks(body: &[u8]) -> Vec<Act> {
    let mut bytes = head(200, &[("transfer-encoding", "chunked")], None);
    bytes.extend_from_slice(format!("{:x}\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(body);
    bytes.extend_from_slice(b"\r\n");
    vec![Act::Send(bytes)]
}

/// Replies that hold the whole table in another dress: it is stored as it is.
fn right() -> Vec<(&'static str, Vec<Act>)> {
    let t = table();
    let (first, rest) = t.split_once("\r\n").expect("a header");
    let descending: Vec<&str> = rest.lines().rev().collect();
    let future = "2126-08-27,1,1,1,1,1\r\n2026-08-27,9,9,9,9,9\r\n";
    vec![
        (
            "header in capitals",
            csv(t.replacen(HEADER, &HEADER.to_uppercase(), 1)),
        ),
        ("line feeds alone", csv(t.replace("\r\n", "\n"))),
        ("byte order mark", csv(format!("\u{feff}{t}"))),
        ("blank lines around", csv(format!("\r\n\r\n{t}\r\n\r\n"))),
        ("as a web page by its type", ok("text/html", &t)),
        (
            "descending",
            csv(format!("{first}\n{}\n", descending.join("\n"))),
        ),
        (
            "sessions that are still to come",
            csv(format!("{t}{future}")),
        ),
        ("status 203", reply(203, &[], &t)),
        (
            "compressed",
            reply(
                200,
                &[("content-encoding", "gzip")],
                body::gzipped(t.as_bytes()),
            ),
        ),
        (
            "scientific notation",
            csv(rows(|b| {
                let cents = |x: f64| format!("{}e-2", (x * 100.0).round());
                let prices = [b.open, b.high, b.low, b.close].map(cents).join(",");
                format!("{},{prices},{}.25", b.on, b.volume)
            })),
        ),
        (
            "blanks and quotes around cells",
            csv(rows(|b| {
                let prices = [b.open, b.high, b.low, b.close].map(|x| format!("\" {x} \""));
                format!("\"{}\",{},{}.25", b.on, prices.join(","), b.volume)
            })),
        ),
        (
            "midnight after each date",
            csv(rows(|b| {
                let Bar {
                    on,
                    open,
                    high,
                    low,
                    close,
                    volume,
                } = b;
                format!("{on} 00:00:00,{open},{high},{low},{close},{volume}.25")
            })),
        ),
    ]
}

/// Replies that hold something else: nothing is stored, and the class is this.
fn wrong() -> Vec<(&'static str, &'static str, Vec<Act>)> {
    let t = table();
    let (_, rest) = t.split_once("\r\n").expect("a header");
    let half = t[..t.len() / 2].rsplit_once('\n').expect("a line").0;
    let line = |b: &Bar, f: &dyn Fn(f64) -> String| {
        let prices = [b.open, b.high, b.low, b.close].map(f).join(",");
        format!("{},{prices},1", b.on)
    };
    let each = |f: &dyn Fn(f64) -> String| csv(rows(|b| line(b, f)));
    let weekly: Vec<Bar> = bars().into_iter().step_by(5).collect();
    let hours = rows(|b| {
        let at = |hour: u32, x: f64| format!("{} {hour}:30,{x},{x},{x},{x},1", b.on);
        [at(10, b.open), at(11, b.low), at(12, b.close)].join("\n")
    });
    vec![
        (
            "an error as JSON",
            "schema-changed",
            csv("{\"error\":\"backend\",\"status\":200}"),
        ),
        (
            "an error as a table",
            "schema-changed",
            csv("error,message\n17,backend\n"),
        ),
        (
            "columns in another order",
            "schema-changed",
            csv(t.replacen(HEADER, "Date,Close,High,Low,Open,Volume", 1)),
        ),
        (
            "one column more",
            "schema-changed",
            csv(t.replacen(HEADER, &format!("{HEADER},OpenInt"), 1)),
        ),
        (
            "a comma at each end",
            "schema-changed",
            csv(t.replace("\r\n", ",\r\n")),
        ),
        (
            "one cell more in each row",
            "schema-changed",
            csv(format!("{HEADER}\n{}", rest.replace("\r\n", ",7\n"))),
        ),
        (
            "a comment before the table",
            "schema-changed",
            csv(format!("<!-- cached -->\n{t}")),
        ),
        (
            "a line after the table",
            "schema-changed",
            csv(format!("{t}Total: 61 rows\n")),
        ),
        (
            "a page after the table",
            "schema-changed",
            csv(format!("{t}<html><body></body></html>\n")),
        ),
        ("a second header", "schema-changed", csv(format!("{t}{t}"))),
        ("tabs", "schema-changed", csv(t.replace(',', "\t"))),
        (
            "compressed without saying so",
            "schema-changed",
            csv(body::gzipped(t.as_bytes())),
        ),
        (
            "UTF-16",
            "schema-changed",
            csv(t
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>()),
        ),
        (
            "decimal commas",
            "schema-changed",
            each(&|x| format!("\"{x:.3}\"").replace('.', ",")),
        ),
        (
            "thousands",
            "schema-changed",
            each(&|x| format!("\"1,{x:06.2}\"")),
        ),
        (
            "words for prices",
            "schema-changed",
            each(&|_| "closed".into()),
        ),
        (
            "two-digit years",
            "schema-changed",
            csv(t.replace("2026-", "26-")),
        ),
        ("a row a week", "schema-changed", csv(wire::stooq(&weekly))),
        ("a row an hour", "schema-changed", csv(hours)),
        ("nulls", "no-data", each(&|_| "null".into())),
        ("zeros", "no-data", each(&|_| "0".into())),
        ("below zero", "no-data", each(&|x| format!("-{x}"))),
        ("not finite", "schema-changed", each(&|_| "inf".into())),
        ("length 0", "no-data", reply(200, &[], "")),
        (
            "status 204",
            "no-data",
            vec![Act::Send(head(204, &[], None))],
        ),
        (
            "status 206",
            "truncated",
            reply(206, &[("content-range", "bytes 0-999/2000")], half),
        ),
        ("status 304 unasked", "schema-changed", reply(304, &[], "")),
        (
            "chunks without an end",
            "truncated",
            endless_chunks(t.as_bytes()),
        ),
        (
            "moved to another port of this machine",
            "schema-changed",
            reply(301, &[("location", "http://127.0.0.1:1/x")], ""),
        ),
        (
            "moved to another scheme",
            "schema-changed",
            reply(301, &[("location", "ftp://127.0.0.1/x")], ""),
        ),
        (
            "every row twice",
            "schema-changed",
            csv(format!("{t}{rest}")),
        ),
        ("moved nowhere", "schema-changed", reply(301, &[], "")),
    ]
}

#[test]
fn the_same_table_in_another_dress_is_stored_as_it_is() {
    let expected = {
        let desk = Desk::new(move |_, _| csv(table()));
        desk.fetch(&["NVDA", "--source", "stooq"]).ends(0);
        desk.export("NVDA")
    };
    assert_eq!(expected.lines().count(), bars().len() + 1);
    for (name, acts) in right() {
        let desk = Desk::new(move |_, _| acts.clone());
        let run = desk.fetch(&["NVDA", "--source", "stooq"]);
        assert_eq!(outcome(&one(&run)).0, "updated", "{name}: {}", run.stdout);
        assert_eq!(desk.export("NVDA"), expected, "{name}");
    }
}

#[test]
fn what_is_no_such_table_is_refused_and_not_stored() {
    for (name, class, acts) in wrong() {
        let desk = Desk::new(move |_, _| acts.clone());
        let run = desk.fetch(&["NVDA", "--source", "stooq"]);
        let result = one(&run);
        assert_eq!(outcome(&result).1, class, "{name}: {result}");
        assert_eq!(run.code, 3, "{name}: {result}");
        let stored = desk.figures();
        assert!(
            !stored.keys().any(|file| file.contains("parquet")),
            "{name}"
        );
    }
}

#[test]
fn single_cells_without_a_price_are_missing_and_the_others_stand() {
    let hole = bars()[7].on.to_string();
    for nothing in ["0", "-1", "null", "N/D", ""] {
        let text = table();
        let line = text
            .lines()
            .find(|line| line.starts_with(&hole))
            .expect("it");
        let holed = format!("{hole},1,1,1,{nothing},1");
        let text = text.replace(line, &holed);
        let desk = Desk::new(move |_, _| csv(&text));
        let run = desk.fetch(&["NVDA", "--source", "stooq"]);
        if outcome(&one(&run)).0 == "updated" {
            let export = desk.export("NVDA");
            assert_eq!(export.lines().count(), bars().len(), "{nothing:?}");
            assert!(!export.contains(&hole), "{nothing:?}");
        } else {
            assert_eq!(outcome(&one(&run)).1, "schema-changed", "{nothing:?}");
        }
    }
}

#[test]
fn another_symbols_figures_are_not_taken_for_this_ones() {
    let answers = [
        ("yahoo", wire::yahoo("AMD", &bars())),
        ("nasdaq", wire::nasdaq("AMD", &bars())),
        (
            "fred",
            wire::fred("VIXCLS", &bars(), "observation_date", ""),
        ),
    ];
    for (source, text) in answers {
        let desk = Desk::new(move |_, _| ok("application/json", &text));
        let run = desk.fetch(&["NVDA", "--source", source]).ends(3);
        assert_eq!(outcome(&one(&run)).1, "schema-changed", "{source}");
        assert!(!desk.figures().keys().any(|file| file.contains("parquet")));
    }
}
