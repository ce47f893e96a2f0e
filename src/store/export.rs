//! Stored prices as a CSV table that other programs read, and `fetch --import` too.

use crate::error::Result;
use crate::prices::stored::PriceColumns;
use crate::prices::{FIELDS, PriceFrame};
use std::fmt::Write;

/// The prices of a frame of one instrument: date, open, high, low, close, adj_close, volume.
///
/// Numbers have as many digits as give the same number when they are read again (17 at most);
/// missing is an empty cell.
///
/// # Errors
/// A frame without the schema's columns.
pub fn to_csv(frame: &PriceFrame) -> Result<String> {
    let PriceColumns { sessions, fields } = frame.to_columns()?;
    let mut text = format!("date,{}\n", FIELDS.join(","));
    for (row, session) in sessions.iter().enumerate() {
        let _ = write!(text, "{session}");
        for field in &fields {
            text.push(',');
            if !field[row].is_nan() {
                let _ = write!(text, "{}", field[row]);
            }
        }
        text.push('\n');
    }
    Ok(text)
}
