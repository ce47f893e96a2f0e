//! Which source wrote a table, and what its columns are.
//!
//! Columns are recognised by name, whatever their order, so that a file of an unknown source
//! with usual names works too; the signatures below only add what the names do not tell: the
//! source and what its closes are adjusted for. Cells are not looked at here.

mod names;
pub(crate) mod symbol_column;

use crate::error::{InputError, Result};
use crate::input::table::{Delimiter, fold};
use crate::instrument::Symbol;
use crate::prices::{ADJ_CLOSE, CLOSE, PriceKind};
use AdjustmentBasis::{Level, Split, Unknown};
use names::{
    DATE_NAMES, FIELD_NAMES, INDEX_NAMES, RETURN_NAMES, SIGNATURES, SYMBOL_NAMES, Signature,
};

/// What the `close` column is adjusted for. `adj_close`, where present, is adjusted for splits
/// and dividends.
///
/// ```
/// use shockwave::prices::dialect::AdjustmentBasis;
/// use shockwave::prices::read::{ReadOptions, read_bytes};
///
/// let index = b"observation_date,SP500\n2025-01-27,6012.28\n";
/// let index = read_bytes("SP500.csv", index, &ReadOptions::default())?;
/// assert_eq!(index.provenance[0].dialect, "fred");
/// assert_eq!(index.provenance[0].adjustment_basis.as_str(), "index level");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdjustmentBasis {
    /// As traded: a split shows as a jump.
    Raw,
    /// For splits.
    Split,
    /// For splits and dividends.
    SplitAndDividend,
    /// An index level, which has neither.
    Level,
    /// The file does not tell.
    Unknown,
}

impl AdjustmentBasis {
    /// In words for reports.
    pub fn as_str(self) -> &'static str {
        match self {
            AdjustmentBasis::Raw => "as traded",
            AdjustmentBasis::Split => "splits",
            AdjustmentBasis::SplitAndDividend => "splits and dividends",
            AdjustmentBasis::Level => "index level",
            AdjustmentBasis::Unknown => "not stated by the file",
        }
    }
}

/// The arrangement of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One row per session and symbol, with a symbol column.
    Long,
    /// One row per session, one column per symbol (or per field and symbol).
    Wide,
    /// One row per session of a single instrument.
    Single,
}

/// The columns of one instrument: positions in the table, in the order of
/// [`FIELDS`](crate::prices::FIELDS).
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct SeriesColumns {
    /// The symbol that the header names, if it does.
    pub symbol: Option<Symbol>,
    /// Where each field stands.
    pub fields: [Option<usize>; 6],
}

/// What the columns of a table are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layout {
    /// The source, or the kind of table where the source is not known.
    pub dialect: &'static str,
    /// The arrangement.
    pub shape: Shape,
    /// What the closes are adjusted for.
    pub basis: AdjustmentBasis,
    /// The date column.
    pub date: usize,
    /// The symbol column of a long table.
    pub symbol: Option<usize>,
    /// One entry per instrument; a long table has a single one for all.
    pub series: Vec<SeriesColumns>,
}

/// A header, as written and as compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header<'a> {
    /// Names in lower case.
    pub names: &'a [String],
    /// Names as written.
    pub written: &'a [String],
    /// What separates the columns, where the file is text.
    pub delimiter: Option<Delimiter>,
}

/// Recognises a table by its header.
///
/// # Errors
/// A header without a date or without prices. The caller adds file and line.
pub(crate) fn recognise(header: Header<'_>, kind: PriceKind) -> Result<Layout> {
    let Some(date) = date_column(header.names) else {
        return Err(unknown(header, "there is no date column").into());
    };
    let mut fields = [None; 6];
    let mut rest = Vec::new();
    let symbol = (0..header.names.len())
        .find(|&i| i != date && SYMBOL_NAMES.contains(&header.names[i].as_str()));
    for (i, name) in header.names.iter().enumerate() {
        if i == date || Some(i) == symbol {
            continue;
        }
        match field_of(name, kind) {
            Some(field) if fields[field].is_none() => fields[field] = Some(i),
            Some(_) => {
                let problem = format!("there are two columns `{name}`");
                return Err(unknown(header, &problem).into());
            }
            None => rest.push(i),
        }
    }
    let has_figures = fields[CLOSE].is_some() || fields[ADJ_CLOSE].is_some();
    if !has_figures && symbol.is_none() && looks_wide(header, kind, date, &fields, &rest) {
        let columns: Vec<_> = (0..header.names.len()).filter(|&i| i != date).collect();
        return wide(header, date, &columns);
    }
    if !has_figures {
        let problem = match kind {
            PriceKind::Prices => "there is no close column",
            PriceKind::Returns => "there is no return column",
        };
        return Err(unknown(header, problem).into());
    }
    let (dialect, basis) = source_of(header, symbol.is_some());
    Ok(Layout {
        dialect,
        shape: if symbol.is_some() {
            Shape::Long
        } else {
            Shape::Single
        },
        basis,
        date,
        symbol,
        series: vec![SeriesColumns {
            symbol: None,
            fields,
        }],
    })
}

/// Recognises a header of three lines, as `yfinance` writes it: fields, symbols, then the name
/// of the date column alone. `second` and `third` are the two lines below the header.
pub(crate) fn recognise_multi_index(
    names: &[String],
    second: &[&str],
    third: &[&str],
) -> Option<Layout> {
    let is_one_of = |text: &str, accepted: &[&str]| accepted.contains(&fold(text).as_str());
    if !is_one_of(names.first()?, &["price", "attributes", ""])
        || !is_one_of(second.first()?, &["ticker", "symbols", ""])
        || !is_one_of(third.first()?, &["date", "datetime"])
        || !third[1..].iter().all(|cell| cell.is_empty())
    {
        return None;
    }
    let mut series: Vec<SeriesColumns> = Vec::new();
    for (i, name) in names.iter().enumerate().skip(1) {
        let Some(field) = field_of(name, PriceKind::Prices) else {
            continue;
        };
        let symbol = Symbol::new(second.get(i)?).ok();
        match series.iter_mut().find(|s| s.symbol == symbol) {
            Some(found) => found.fields[field] = Some(i),
            None => {
                let mut new = SeriesColumns {
                    symbol,
                    ..SeriesColumns::default()
                };
                new.fields[field] = Some(i);
                series.push(new);
            }
        }
    }
    let usable = |s: &SeriesColumns| {
        s.symbol.is_some() && (s.fields[CLOSE].is_some() || s.fields[ADJ_CLOSE].is_some())
    };
    (!series.is_empty() && series.iter().all(usable)).then_some(Layout {
        dialect: "yfinance",
        shape: Shape::Wide,
        basis: Unknown,
        date: 0,
        symbol: None,
        series,
    })
}

/// The symbol that a file name holds: `nvda_us_d.csv`, `NVDA.csv`, `daily_NVDA.csv`,
/// `NVDA Historical Data.csv`.
///
/// `None` for names that sources give to any instrument (`HistoricalData_1700000000.csv`) and
/// for words. The suffix `.US` is dropped.
pub(crate) fn symbol_from_file_name(file_name: &str) -> Option<Symbol> {
    let stem = match file_name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 7 => stem,
        _ => file_name,
    };
    // A browser that has the file already counts: `nvda_us_d (1).csv`.
    let counted = stem.strip_suffix(')').and_then(|s| s.rsplit_once(" ("));
    let stem = match counted {
        Some((first, n)) if n.bytes().all(|b| b.is_ascii_digit()) => first,
        _ => stem,
    };
    let mut name = stem.to_uppercase();
    for prefix in ["DAILY_ADJUSTED_", "DAILY_"] {
        name = name.strip_prefix(prefix).unwrap_or(&name).to_owned();
    }
    for suffix in ["_HISTORY", " HISTORICAL DATA", "_D", "_W", "_M"] {
        name = name.strip_suffix(suffix).unwrap_or(&name).to_owned();
    }
    for suffix in ["_US", ".US"] {
        name = name.strip_suffix(suffix).unwrap_or(&name).to_owned();
    }
    const WORDS: [&str; 14] = [
        "PRICES",
        "PRICE",
        "DATA",
        "DOWNLOAD",
        "TABLE",
        "QUOTES",
        "EXPORT",
        "SAMPLE",
        "CLOSES",
        "CLOSE",
        "RETURNS",
        "HISTORY",
        "FREDGRAPH",
        "DAILY",
    ];
    let too_long = name.chars().count() > 12;
    if too_long || name.contains('_') || WORDS.contains(&name.as_str()) {
        return None;
    }
    Symbol::new(&name).ok()
}

/// Completes a layout by what only the file's name tells: Stooq's `nvda_us_d.csv` has the header
/// that everyone uses, and a wide `volume.csv` or `adj_close.csv` holds that field, not closes.
pub(crate) fn with_file_name(mut layout: Layout, file_name: &str) -> Layout {
    let name = file_name.to_lowercase();
    let is_stooqs = name.ends_with("_d.csv") || name.contains("_d (") && name.ends_with(").csv");
    if layout.dialect == "ohlcv" && is_stooqs {
        layout.dialect = "stooq";
        layout.basis = Split;
    }
    let stem = name.split('.').next().unwrap_or("");
    if layout.dialect == "wide"
        && let Some(field) = field_of(stem, PriceKind::Prices)
    {
        for series in &mut layout.series {
            series.fields.swap(CLOSE, field);
        }
    }
    layout
}

fn date_column(names: &[String]) -> Option<usize> {
    let named = DATE_NAMES
        .iter()
        .find_map(|date| names.iter().position(|name| name == date));
    // A data frame's unnamed index stands first and is the date where nothing else is.
    let unnamed = names.first().is_some_and(|first| first.is_empty()) && names.len() > 1;
    named.or(unnamed.then_some(0))
}

fn field_of(name: &str, kind: PriceKind) -> Option<usize> {
    match kind {
        PriceKind::Prices => FIELD_NAMES.iter().position(|names| names.contains(&name)),
        PriceKind::Returns => RETURN_NAMES.contains(&name).then_some(CLOSE),
    }
}

/// True where the columns beside the date can only be symbols. Some symbols are field names
/// (LOW, OPEN): among other symbols in capitals they are taken for what they are.
fn looks_wide(
    header: Header<'_>,
    kind: PriceKind,
    date: usize,
    fields: &[Option<usize>; 6],
    rest: &[usize],
) -> bool {
    let is_field = |i: &usize| field_of(&header.names[*i], PriceKind::Prices).is_some();
    let n_fields = match kind {
        PriceKind::Prices => fields.iter().flatten().count(),
        PriceKind::Returns => rest.iter().filter(|i| is_field(i)).count(),
    };
    let in_capitals = (0..header.written.len())
        .filter(|&i| i != date)
        .all(|i| !header.written[i].chars().any(char::is_lowercase));
    let n_others = header.names.len() - 1 - n_fields;
    n_fields == 0 || (in_capitals && n_fields < 3 && n_others > 0)
}

/// One column per symbol.
fn wide(header: Header<'_>, date: usize, columns: &[usize]) -> Result<Layout> {
    let mut series: Vec<SeriesColumns> = Vec::new();
    for &column in columns {
        let written = &header.written[column];
        // As written: `INDEX` in capitals is somebody's symbol.
        if INDEX_NAMES.contains(&written.as_str()) {
            continue;
        }
        let symbol = Symbol::new(written).map_err(|_| {
            unknown(
                header,
                &format!("`{written}` is neither a known column nor a symbol"),
            )
        })?;
        if series.iter().any(|s| s.symbol.as_ref() == Some(&symbol)) {
            let problem = format!("there are two columns `{symbol}`");
            return Err(unknown(header, &problem).into());
        }
        let mut fields = [None; 6];
        fields[CLOSE] = Some(column);
        series.push(SeriesColumns {
            symbol: Some(symbol),
            fields,
        });
    }
    if series.is_empty() {
        return Err(unknown(header, "there is no column beside the date").into());
    }
    let fred = header.names[date] == "observation_date";
    Ok(Layout {
        dialect: if fred { "fred" } else { "wide" },
        shape: Shape::Wide,
        basis: if fred { Level } else { Unknown },
        date,
        symbol: None,
        series,
    })
}

fn source_of(header: Header<'_>, long: bool) -> (&'static str, AdjustmentBasis) {
    let matches = |signature: &&Signature| {
        let required = signature.columns.len() - signature.optional;
        (required..=signature.columns.len()).contains(&header.names.len())
            && signature
                .columns
                .iter()
                .zip(header.names)
                .all(|(a, b)| a == b)
    };
    let Some(found) = SIGNATURES.iter().find(matches) else {
        return (if long { "long" } else { "single" }, Unknown);
    };
    let upper = |name: &String| name.chars().all(|c| c.is_ascii_uppercase());
    if found.dialect == "ohlc" && header.written.iter().all(upper) {
        return ("cboe", Level);
    }
    if found.dialect == "twelvedata" && header.delimiter != Some(Delimiter::Byte(b';')) {
        return ("ohlcv", Unknown);
    }
    (found.dialect, found.basis)
}

fn unknown(header: Header<'_>, problem: &str) -> InputError {
    let mut shown = header.written.join(",");
    if let Some((cut, _)) = shown.char_indices().nth(200) {
        shown.truncate(cut);
        shown.push('…');
    }
    InputError::new(
        format!("{problem}; the header is `{shown}`"),
        "accepted are date + close for one instrument, date + symbol + close for several, \
         or date + one column per symbol",
    )
}

#[cfg(test)]
mod tests;
