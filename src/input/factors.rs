//! Factor returns: a date and one column per factor, as fractions.
//!
//! Reads wide tables and the raw files of the Kenneth French library. Whether the file holds
//! percent is stated or detected, and said in [`FactorFrame::unit_note`], never silently assumed.
//! Joining factors to sessions is the study's business.
//!
//! ```
//! use shockwave::input::factors::{FactorOptions, FactorUnit, read_factors};
//!
//! let file = "date,Mkt-RF,SMB,RF\n2025-01-24,-0.27,0.06,0.02\n2025-01-27,-1.49,,0.02\n";
//! let factors = read_factors(file.as_bytes(), "factors.csv", &FactorOptions::default())?;
//! assert_eq!(factors.names, ["Mkt-RF", "SMB", "RF"]);
//! assert!((factors.columns[0][1] + 0.0149).abs() < 1e-12); // fractions, whatever the file has
//! assert!(factors.columns[1][1].is_nan()); // missing
//! assert_eq!(factors.unit, FactorUnit::Percent); // detected
//! assert!(factors.unit_note.contains("the median size of Mkt-RF is 1.49")); // and by what
//!
//! // Where the unit is known, it is better stated.
//! let options = FactorOptions { unit: Some(FactorUnit::Decimal), ..FactorOptions::default() };
//! let factors = read_factors(b"date,mom\n2025-01-27,-0.0328\n", "mom.csv", &options)?;
//! assert_eq!(factors.columns[0], [-0.0328]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::error::Result;
use crate::input::dates::{self, DateOrder};
use crate::input::numbers;
use crate::input::table::{Table, TableOptions};
use crate::input::text::decode;
use chrono::NaiveDate;

/// The unit of a factor file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactorUnit {
    /// `0.55` is 0.55 %.
    Percent,
    /// `0.0055` is 0.55 %.
    Decimal,
}

/// What a person states about a factor file.
#[derive(Debug, Clone, Copy, Default)]
pub struct FactorOptions {
    /// Its unit; detected where not stated.
    pub unit: Option<FactorUnit>,
    /// The order of day and month, where the file leaves it open.
    pub date_order: Option<DateOrder>,
}

/// Factor returns on ascending sessions.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorFrame {
    /// The sessions, ascending, each once.
    pub sessions: Vec<NaiveDate>,
    /// Factor names as the file writes them.
    pub names: Vec<String>,
    /// One column per name, each as long as the sessions: fractions, **NaN where missing**.
    pub columns: Vec<Vec<f64>>,
    /// The unit of the file, before the conversion to fractions.
    pub unit: FactorUnit,
    /// How the unit was found, for people.
    pub unit_note: String,
}

/// A daily market factor whose median size is above this is in percent: 0.05 would be 5 % a day.
const PERCENT_MEDIAN: f64 = 0.05;
/// The French library writes these for missing.
const MISSING: [f64; 2] = [-99.99, -999.0];

/// Reads the bytes of a factor file, named as its errors shall say.
///
/// # Errors
/// Bytes that are no table of daily factors, with the place of the fault and the cure.
pub fn read_factors(bytes: &[u8], file: &str, options: &FactorOptions) -> Result<FactorFrame> {
    let text = decode(bytes, file)?;
    let french = french_block(text);
    let (text, header_line) = match &french {
        Some((block, header_line)) => (block.as_str(), *header_line),
        None => (text, 1),
    };
    let table_options = TableOptions {
        header_line,
        ..TableOptions::default()
    };
    let table = Table::read(text, file, table_options)?;
    let date = date_column(&table)?;
    let factors: Vec<usize> = (0..table.width())
        .filter(|&column| column != date && !table.header[column].is_empty())
        .collect();
    if factors.is_empty() {
        let cure = "give a date column and one column per factor: date,Mkt-RF,SMB,HML,RF";
        return Err(table.header_error("there is no factor column", cure).into());
    }
    let days = read_days(&table, date, options)?;
    let mut columns = read_columns(&table, &factors)?;
    let names: Vec<String> = factors
        .iter()
        .map(|&column| table.header_written[column].clone())
        .collect();
    let (unit, unit_note) = unit_of(&names, &columns, options.unit, french.is_some());
    if unit == FactorUnit::Percent {
        columns
            .iter_mut()
            .flatten()
            .for_each(|value| *value /= 100.0);
    }
    let mut order: Vec<usize> = (0..days.len()).collect();
    order.sort_by_key(|&row| days[row]);
    if let Some(pair) = order.windows(2).find(|pair| days[pair[0]] == days[pair[1]]) {
        let cure = "delete one of the rows";
        let problem = format!("the date is on line {} too", table.line(pair[0]));
        return Err(table.cell_error(pair[1], date, problem, cure).into());
    }
    Ok(FactorFrame {
        sessions: order.iter().map(|&row| days[row]).collect(),
        columns: columns
            .iter()
            .map(|column| order.iter().map(|&row| column[row]).collect())
            .collect(),
        names,
        unit,
        unit_note,
    })
}

/// The daily table of a raw French file, with the lines around it blanked so that line numbers
/// stay, and the line of its header.
///
/// The header is the first line that starts with an empty field and names a factor, before a line
/// that starts with a date; the table ends before the first line that does not.
fn french_block(text: &str) -> Option<(String, usize)> {
    let starts_with_digits =
        |line: &str| line.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let is_header = |line: &str| {
        let mut fields = line.split(',');
        fields.next().is_some_and(|first| first.trim().is_empty())
            && fields.any(|name| !name.trim().is_empty())
    };
    let lines: Vec<&str> = text.lines().collect();
    let header = lines.iter().position(|line| is_header(line))?;
    // A data frame with an unnamed index looks alike, but starts at once and writes its own dates.
    let compact = lines.get(header + 1).is_some_and(|line| {
        let first = line.split(',').next().unwrap_or("").trim();
        starts_with_digits(line) && first.bytes().all(|b| b.is_ascii_digit())
    });
    if !compact {
        return None;
    }
    let end = lines[header + 1..]
        .iter()
        .position(|line| !starts_with_digits(line))
        .map_or(lines.len(), |n| header + 1 + n);
    let mut block = "\n".repeat(header);
    block.push_str(&lines[header..end].join("\n"));
    Some((block, header + 1))
}

fn date_column(table: &Table<'_>) -> Result<usize> {
    let named = table.find(&["date", "session", "day", "datetime", "timestamp", "caldt"]);
    let unnamed = table.header.first().is_some_and(String::is_empty);
    named.or(unnamed.then_some(0)).ok_or_else(|| {
        let problem = format!("there is no date column in `{}`", table.header_shown());
        let cure = "give a date column and one column per factor: date,Mkt-RF,SMB,HML,RF";
        table.header_error(problem, cure).into()
    })
}

fn read_days(table: &Table<'_>, date: usize, options: &FactorOptions) -> Result<Vec<NaiveDate>> {
    let first = table.cell(0, date);
    if matches!(first.len(), 4 | 6) && first.bytes().all(|b| b.is_ascii_digit()) {
        let cure = "give the daily file (its name ends in _daily)";
        let error = table.cell_error(0, date, "these are monthly or annual factors", cure);
        return Err(error.into());
    }
    let format = dates::infer(table.column(date), options.date_order)
        .map_err(|error| table.locate(error, &[date]))?;
    (0..table.n_rows())
        .map(|row| {
            format.parse(table.cell(row, date)).ok_or_else(|| {
                let problem = format!("not a date of the form {}", format.describe());
                let cure = "give each row its date, or delete the row";
                table.cell_error(row, date, problem, cure).into()
            })
        })
        .collect()
}

fn read_columns(table: &Table<'_>, factors: &[usize]) -> Result<Vec<Vec<f64>>> {
    let cells = (0..table.n_rows()).flat_map(|row| {
        let line = table.line(row);
        factors
            .iter()
            .map(move |&column| (line, table.cell(row, column)))
    });
    let format = numbers::infer(cells, table.delimiter, None)
        .map_err(|error| table.locate(error, factors))?;
    let read = |row: usize, column: usize| match format.parse(table.cell(row, column)) {
        Ok(Some(value)) if MISSING.contains(&value) => Ok(f64::NAN),
        Ok(value) => Ok(value.unwrap_or(f64::NAN)),
        Err(problem) => {
            let cure = "correct the cell, or leave it empty if there is no number";
            Err(table.cell_error(row, column, problem, cure).into())
        }
    };
    factors
        .iter()
        .map(|&column| (0..table.n_rows()).map(|row| read(row, column)).collect())
        .collect()
}

/// The unit as stated, as the French library has it, or by the size of the market factor.
fn unit_of(
    names: &[String],
    columns: &[Vec<f64>],
    stated: Option<FactorUnit>,
    french: bool,
) -> (FactorUnit, String) {
    if let Some(unit) = stated {
        let word = if unit == FactorUnit::Percent {
            "percent"
        } else {
            "fractions"
        };
        return (unit, format!("factors are in {word}, as stated"));
    }
    if french {
        let note = "factors are in percent, as the French library writes them";
        return (FactorUnit::Percent, note.to_owned());
    }
    let market = names
        .iter()
        .position(|name| {
            let name = name.to_lowercase();
            name.contains("mkt") || name.contains("market")
        })
        .unwrap_or(0);
    let mut sizes: Vec<f64> = columns[market]
        .iter()
        .filter(|value| !value.is_nan())
        .map(|value| value.abs())
        .collect();
    sizes.sort_by(f64::total_cmp);
    let median = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
    let (unit, word) = if median > PERCENT_MEDIAN {
        (FactorUnit::Percent, "percent")
    } else {
        (FactorUnit::Decimal, "fractions")
    };
    let name = &names[market];
    let note = format!("factors are taken for {word}: the median size of {name} is {median:.4}");
    (unit, note)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<FactorFrame> {
        read_factors(text.as_bytes(), "f.csv", &FactorOptions::default())
    }

    fn message(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    const FRENCH: &str = "This file was made by a test.\r\nThe rate is simple, daily\r\n\r\n\
        ,Mkt-RF,SMB,HML,RF\r\n20310102,    0.50,   -0.25,   -0.28,    0.01\r\n\
        20310103,   -1.25,  -99.99,    0.30,    0.01\r\n\r\n Annual Factors: January-December\r\n\
        ,Mkt-RF,SMB,HML,RF\r\n2031, 1.0, 2.0, 3.0, 4.0\r\n\r\nCopyright 2031\r\n";

    #[test]
    fn a_raw_french_file_reads() {
        let frame = read(FRENCH).unwrap();
        assert_eq!(frame.names, ["Mkt-RF", "SMB", "HML", "RF"]);
        assert_eq!(frame.sessions.len(), 2);
        assert_eq!(frame.sessions[0].to_string(), "2031-01-02");
        assert_eq!(frame.columns[0], [0.005, -0.0125]);
        assert!(frame.columns[1][1].is_nan());
        assert_eq!(frame.unit, FactorUnit::Percent);
        assert!(frame.unit_note.contains("French"));
    }

    #[test]
    fn faults_of_a_french_file_keep_their_line() {
        let text = message(&FRENCH.replace("0.30", "x"));
        assert!(
            text.starts_with("f.csv:6: column `HML`: \"x\": not a number"),
            "{text}"
        );
        let monthly = ",Mkt-RF,SMB\n203101, 1.0, 2.0\n203102, 1.0, 2.0\n";
        assert!(message(monthly).contains("give the daily file"));
    }

    #[test]
    fn wide_tables_are_detected_or_stated() {
        let fractions = "date,SMB,Mkt-RF\n2031-01-03,0.2,0.011\n2031-01-02,,-0.004\n";
        let frame = read(fractions).unwrap();
        assert_eq!(frame.unit, FactorUnit::Decimal);
        assert_eq!(frame.sessions[0].to_string(), "2031-01-02");
        assert_eq!(frame.columns[1], [-0.004, 0.011]);
        assert!(frame.columns[0][0].is_nan());
        assert!(
            frame.unit_note.contains("median size of Mkt-RF"),
            "{}",
            frame.unit_note
        );

        let percent = "date,Mkt-RF\n2031-01-02,-0.4\n2031-01-03,1.1\n";
        assert_eq!(read(percent).unwrap().columns[0][0], -0.004);
        let stated = FactorOptions {
            unit: Some(FactorUnit::Decimal),
            ..FactorOptions::default()
        };
        let frame = read_factors(percent.as_bytes(), "f.csv", &stated).unwrap();
        assert_eq!(frame.columns[0][0], -0.4);
        assert!(frame.unit_note.contains("as stated"));
    }

    #[test]
    fn data_frames_with_an_unnamed_index_read() {
        let frame = read(",Mkt-RF,RF\n2031-01-02,0.004,0.0001\n").unwrap();
        assert_eq!(frame.columns[0], [0.004]);
    }

    #[test]
    fn faults_are_named() {
        assert!(message("x,Mkt\n1,2\n").contains("no date column in `x,Mkt`"));
        assert!(message("date,\n2031-01-02,\n").contains("no factor column"));
        let twice = message("date,Mkt\n2031-01-02,1\n2031-01-02,2\n");
        assert!(twice.starts_with("f.csv:3: column `date`"), "{twice}");
        assert!(twice.contains("on line 2 too"), "{twice}");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..120), text in "[,0-9a-z\n. -]{0,120}") {
            let _ = read_factors(&bytes, "f.csv", &FactorOptions::default());
            let _ = read(&text);
            let _ = read(&format!("date,mkt\n{text}"));
        }
    }
}
