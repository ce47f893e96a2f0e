//! The Kenneth French library: daily factor returns as a CSV file in a zip archive.
//!
//! In percent, ascending, -99.99 or -999 for missing, four to six weeks late. The first line names
//! the vintage, which restates history; it is kept in the note of the factors.

use super::RefusalClass::UnknownSymbol;
use super::body::{Form, shown};
use super::delivery::deliver_factors;
use super::query::Query;
use super::{Ask, FigureSource, Figures, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts};
use crate::input::factors::{FactorOptions, read_factors};
use crate::instrument::Symbol;
use crate::prices::dialect::AdjustmentBasis;
use chrono::TimeDelta;
use std::borrow::Cow;
use std::io::{Cursor, Read};
use std::time::Duration;
use zip::ZipArchive;

/// The data library of Kenneth R. French.
pub struct French;

static FACTS: SourceFacts = SourceFacts {
    name: Cow::Borrowed("french"),
    title: Cow::Borrowed("the Kenneth French library"),
    base_url: Cow::Borrowed("https://mba.tuck.dartmouth.edu"),
    key: KeyNeed::None,
    adjustment_basis: AdjustmentBasis::Unknown,
    // The soonest that a month's file comes. It holds whole months and no running bar, so that
    // nothing that is published may count as not yet final.
    publication_lag: TimeDelta::weeks(4),
    min_interval: Duration::from_secs(2),
    by_hand: Some(Cow::Borrowed(
        "open https://mba.tuck.dartmouth.edu/pages/faculty/ken.french/data_library.html in a browser, \
         save the daily CSV file of the factors, unpack it, then run a study with --factors FILE",
    )),
};

/// The names to ask for, and their files.
const FILES: [(&str, &str); 6] = [
    ("ff3", "F-F_Research_Data_Factors_daily_CSV.zip"),
    ("capm", "F-F_Research_Data_Factors_daily_CSV.zip"),
    ("ff5", "F-F_Research_Data_5_Factors_2x3_daily_CSV.zip"),
    ("momentum", "F-F_Momentum_Factor_daily_CSV.zip"),
    ("mom", "F-F_Momentum_Factor_daily_CSV.zip"),
    ("umd", "F-F_Momentum_Factor_daily_CSV.zip"),
];

/// No file of the library is larger when unpacked.
const MAX_BYTES: u64 = 64_000_000;

impl FigureSource for French {
    fn facts(&self) -> &SourceFacts {
        &FACTS
    }

    fn requests(&self, ask: &Ask, _: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        let file = file_of(&ask.symbol).ok_or_else(|| {
            let message = "has factor sets, not instruments; ask for ff3, ff5 or momentum";
            form().refusal(UnknownSymbol, message)
        })?;
        let path = format!("/pages/faculty/ken.french/ftp/{file}");
        Ok(vec![Query::new(path).request()])
    }

    fn read(&self, ask: &Ask, reply: &Reply) -> Result<Figures, Refusal> {
        let form = form();
        let bytes = unpacked(&form, reply)?;
        let mut factors =
            read_factors(&bytes, "french", &FactorOptions::default()).map_err(|error| {
                let problem = shown(&error.to_string());
                form.changed(format!("a file that cannot be read ({problem})"))
            })?;
        let text = String::from_utf8_lossy(&bytes);
        let vintage = text.lines().next().map(str::trim).unwrap_or_default();
        if !vintage.is_empty() && !vintage.starts_with(',') {
            factors.unit_note = format!("{}; {}", factors.unit_note, shown(vintage));
        }
        deliver_factors(&form, ask, factors)
    }
}

fn file_of(symbol: &Symbol) -> Option<&'static str> {
    let found = FILES
        .iter()
        .find(|(name, _)| symbol.as_str().eq_ignore_ascii_case(name));
    found.map(|(_, file)| *file)
}

fn form() -> Form<'static> {
    Form {
        facts: &FACTS,
        headers: &[],
        phrases: &[],
        by_hand: FACTS.by_hand.clone().unwrap_or_default(),
    }
}

/// The only table of the archive.
fn unpacked(form: &Form<'_>, reply: &Reply) -> Result<Vec<u8>, Refusal> {
    const ZIP: &[u8] = b"PK\x03\x04";
    if !reply.body.starts_with(ZIP) {
        let start = &reply.body;
        if !start.is_empty() && ZIP.starts_with(start) {
            return Err(form.truncated("the archive"));
        }
        let text = form.text(reply)?;
        return Err(match reply.status {
            404 => form.refusal(UnknownSymbol, "has moved this file; see its web page"),
            _ => form.explain(reply, text),
        });
    }
    // The directory stands at an archive's end, so a cut archive has none.
    let cut = |_| form.truncated("the archive");
    let mut archive = ZipArchive::new(Cursor::new(&reply.body)).map_err(cut)?;
    let is_table = |name: &[u8]| {
        let name = name.to_ascii_lowercase();
        name.ends_with(b".csv") || name.ends_with(b".txt")
    };
    let at = archive.file_names_raw().position(is_table);
    let at = at.ok_or_else(|| form.changed("an archive without a table".to_owned()))?;
    let member = archive.by_index(at).map_err(cut)?;
    let mut bytes = Vec::new();
    member
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| form.truncated("the archive"))?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = "sent a file that is larger than any of its files is";
        return Err(form.refusal(super::RefusalClass::TooLarge, message));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
