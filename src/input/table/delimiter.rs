//! What separates the cells of a line, and where they stand in it.
//!
//! The spans serve errors only; cells themselves are read by the `csv` crate.

use std::ops::Range;

/// What stands between two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// One of `,` `;` tab `|`.
    Byte(u8),
    /// Any run of blanks; only event lists are written so.
    Blanks,
}

/// The delimiter that the header holds most often outside quotes.
pub fn detect_delimiter(header: &str, allow_blanks: bool) -> Option<Delimiter> {
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in header.bytes() {
        quoted ^= byte == b'"';
        for (delimiter, n) in &mut counts {
            *n += usize::from(!quoted && byte == *delimiter);
        }
    }
    // The first of equal counts wins, so that the choice does not depend on chance.
    let best = counts.iter().rev().max_by_key(|(_, n)| *n)?;
    if best.1 > 0 {
        Some(Delimiter::Byte(best.0))
    } else if allow_blanks && header.split_whitespace().count() > 1 {
        Some(Delimiter::Blanks)
    } else {
        None
    }
}

/// Where the cell `index` (counted from 0) stands in its line.
pub fn cell_span(line: &str, delimiter: Delimiter, index: usize) -> Range<usize> {
    split_spans(line, delimiter)
        .into_iter()
        .nth(index)
        .unwrap_or(0..0)
}

/// Where each cell stands in its line.
pub(super) fn split_spans(line: &str, delimiter: Delimiter) -> Vec<Range<usize>> {
    let is_delimiter = |byte: u8| match delimiter {
        Delimiter::Byte(delimiter) => byte == delimiter,
        Delimiter::Blanks => byte.is_ascii_whitespace(),
    };
    let mut spans = Vec::new();
    let (mut quoted, mut start) = (false, 0);
    for (at, byte) in line.bytes().enumerate() {
        quoted ^= byte == b'"';
        if !quoted && is_delimiter(byte) {
            spans.push(start..at);
            start = at + 1;
        }
    }
    spans.push(start..line.len());
    if delimiter == Delimiter::Blanks {
        spans.retain(|span| !span.is_empty());
    }
    spans
}
