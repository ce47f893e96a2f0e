//! Stored prices as a CSV table that other programs read, and `fetch --import` too.

use crate::error::Result;
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
    let mut text = format!("date,{}\n", FIELDS.join(","));
    for (symbol, _) in frame.symbol_runs()? {
        for bar in frame.bars(&symbol)? {
            let _ = write!(text, "{}", bar.session);
            for figure in bar.figures {
                let _ = match figure {
                    Some(figure) => write!(text, ",{figure}"),
                    None => write!(text, ","),
                };
            }
            text.push('\n');
        }
    }
    Ok(text)
}
