//! Bytes to text: UTF-8 with or without a byte-order mark, any line ends.
//!
//! Refuses what is not text (other encodings, archives, binary files) and lines so long that
//! no table has them, before anything is copied. Structure is left to `table`.

use crate::error::{InputError, Result};
use std::ops::Range;

/// The longest line that is read, in bytes.
pub const MAX_LINE_BYTES: usize = 1_000_000;

/// How much of a line an error shows, in bytes on each side of the fault.
const SNIPPET_CONTEXT: usize = 60;

/// Checks that `bytes` are readable text and returns them without their byte-order mark.
///
/// # Errors
/// An empty file, another encoding, a binary file, a line over [`MAX_LINE_BYTES`].
pub fn decode<'a>(bytes: &'a [u8], file: &str) -> Result<&'a str> {
    let refuse = |error: InputError| Err(error.in_file(file).into());
    if let Some(error) = foreign_format(bytes) {
        return refuse(error);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Some(error) = overlong_line(bytes) {
        return refuse(error);
    }
    if let Some(at) = bytes.iter().position(|&b| b == 0) {
        return refuse(
            InputError::new(
                format!("byte {at} is NUL: this looks like a binary file"),
                "give a text file: CSV, TSV or TOML in UTF-8",
            )
            .at_line(line_number(bytes, at)),
        );
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return refuse(not_utf8(bytes, error.valid_up_to())),
    };
    if text.trim().is_empty() {
        return refuse(InputError::new(
            "the file is empty",
            "give a file with a header line and at least one row",
        ));
    }
    Ok(text)
}

/// The number, counted from 1, of the line that holds byte `at`.
pub fn line_number(bytes: &[u8], at: usize) -> usize {
    1 + bytes[..at.min(bytes.len())]
        .iter()
        .filter(|&&b| b == b'\n')
        .count()
}

/// The text of line `number` (counted from 1), without its line end.
pub fn line_text(text: &str, number: usize) -> &str {
    text.lines().nth(number.saturating_sub(1)).unwrap_or("")
}

/// Cuts a long line to the surroundings of `span`, so that an error stays readable.
pub fn snippet(line: &str, span: Range<usize>) -> (String, Range<usize>) {
    let start = line.floor_char_boundary(span.start);
    let end = line.ceil_char_boundary(span.end).max(start);
    let from = line.floor_char_boundary(start.saturating_sub(SNIPPET_CONTEXT));
    let to = line.ceil_char_boundary(end + SNIPPET_CONTEXT);
    let before = if from > 0 { "…" } else { "" };
    let after = if to < line.len() { "…" } else { "" };
    let shift = |at: usize| at - from + before.len();
    (
        format!("{before}{}{after}", &line[from..to]),
        shift(start)..shift(end),
    )
}

/// Recognises, by their first bytes, formats that people hand in for text.
fn foreign_format(bytes: &[u8]) -> Option<InputError> {
    let (what, cure): (&str, &str) = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => (
            "the file is UTF-16, not UTF-8 (byte-order mark in line 1)",
            "save it as UTF-8, in a spreadsheet as \"CSV UTF-8\"",
        ),
        [b'P', b'K', 3, 4, ..] => (
            "the file is a zip archive or a spreadsheet",
            "unpack it, or export the sheet as CSV",
        ),
        [0x1F, 0x8B, ..] => ("the file is compressed with gzip", "unpack it first"),
        _ => return None,
    };
    Some(InputError::new(what, cure))
}

/// Finds the first line that is too long; stops there, so that a huge file fails fast.
fn overlong_line(bytes: &[u8]) -> Option<InputError> {
    let mut line = 1;
    let mut rest = bytes;
    while rest.len() > MAX_LINE_BYTES {
        let Some(end) = rest[..=MAX_LINE_BYTES].iter().position(|&b| b == b'\n') else {
            return Some(
                InputError::new(
                    format!("the line is longer than {MAX_LINE_BYTES} bytes"),
                    "check that the file is a table with one row per line",
                )
                .at_line(line),
            );
        };
        rest = &rest[end + 1..];
        line += 1;
    }
    None
}

/// Names the line and byte at which UTF-8 breaks.
fn not_utf8(bytes: &[u8], at: usize) -> InputError {
    let line_start = bytes[..at]
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |newline| newline + 1);
    let before = String::from_utf8_lossy(&bytes[line_start..at]);
    let shown = format!("{before}\u{FFFD}");
    let span = before.len()..shown.len();
    let (line, span) = snippet(&shown, span);
    InputError::new(
        format!(
            "byte {} of the line (0x{:02X}) is not UTF-8",
            at - line_start + 1,
            bytes[at]
        ),
        "save the file as UTF-8 (it is probably Windows-1252 or Latin-1)",
    )
    .at_line(line_number(bytes, at))
    .with_snippet(line, span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(bytes: &[u8]) -> String {
        decode(bytes, "a.csv").unwrap_err().to_string()
    }

    #[test]
    fn byte_order_mark_is_dropped() {
        assert_eq!(decode(b"\xEF\xBB\xBFdate,x", "a.csv").unwrap(), "date,x");
        assert_eq!(decode("naïve,x".as_bytes(), "a.csv").unwrap(), "naïve,x");
    }

    #[test]
    fn refusals_name_the_file_the_place_and_the_cure() {
        assert!(message(b"").contains("a.csv: the file is empty"));
        assert!(message(b"\xEF\xBB\xBF \r\n").contains("empty"));
        assert!(message(b"\xFF\xFEd\0").contains("UTF-16"));
        assert!(message(b"PK\x03\x04rest").contains("zip"));
        assert!(message(b"\x1F\x8Brest").contains("gzip"));
        let binary = message(b"a,b\n1,\0");
        assert!(binary.starts_with("a.csv:2: byte 6 is NUL"), "{binary}");
        let latin1 = message(b"a,b\n1,caf\xE9,2");
        assert!(
            latin1.starts_with("a.csv:2: byte 6 of the line (0xE9) is not UTF-8"),
            "{latin1}"
        );
        assert!(latin1.contains("save the file as UTF-8"), "{latin1}");
    }

    #[test]
    fn an_overlong_line_is_refused_and_a_long_one_is_not() {
        let mut bytes = b"a,b\n".to_vec();
        bytes.resize(4 + MAX_LINE_BYTES, b'x');
        assert!(decode(&bytes, "a.csv").is_ok());
        bytes.push(b'x');
        assert!(message(&bytes).starts_with("a.csv:2: the line is longer than"));
    }

    #[test]
    fn a_snippet_keeps_the_span_on_the_same_text() {
        let line = format!("{}BAD{}", "ä".repeat(200), "ö".repeat(200));
        let (short, span) = snippet(&line, 400..403);
        assert_eq!(&short[span], "BAD");
        assert!(short.starts_with('…') && short.ends_with('…'));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&bytes, "a.csv");
        }
    }
}
