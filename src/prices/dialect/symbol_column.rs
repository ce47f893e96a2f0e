//! Symbols as a column writes them, and symbols in a column whose name alone does not say so: `Name`, `ISIN`, `Wertpapier`.

use super::names::SYMBOL_LIKE_NAMES;
use super::{Layout, Shape};
use crate::instrument::Symbol;
use std::collections::HashSet;

/// Rows below which nothing is said of days that repeat.
const FEWEST_ROWS: usize = 20;

/// A symbol as the files of one source write it: Stooq's bulk files say `NVDA.US` for `NVDA`.
pub(crate) fn tidy_symbol<'a>(dialect: &str, symbol: &'a str) -> &'a str {
    match dialect {
        "stooq-bulk" => symbol.strip_suffix(".US").unwrap_or(symbol),
        _ => symbol,
    }
}

/// The columns that may hold symbols, the likelier first.
pub(crate) fn likely(names: &[String], layout: &Layout) -> Vec<usize> {
    if layout.shape != Shape::Single {
        return Vec::new();
    }
    let free = unused(names.len(), layout);
    let named = |name: &&str| free.iter().find(|&&i| names[i] == **name).copied();
    SYMBOL_LIKE_NAMES.iter().filter_map(named).collect()
}

/// The columns that a table of one instrument makes no use of.
pub(crate) fn unused(width: usize, layout: &Layout) -> Vec<usize> {
    let fields: Vec<usize> = layout
        .series
        .iter()
        .flat_map(|s| s.fields)
        .flatten()
        .collect();
    let is_free = |i: &usize| *i != layout.date && !fields.contains(i);
    (0..width).filter(is_free).collect()
}

/// Whether cells are symbols, and tell something: of several instruments, or of the one that
/// nothing else names.
pub(crate) fn are_symbols<'a>(cells: impl Iterator<Item = &'a str>, nameless: bool) -> bool {
    let distinct: HashSet<&str> = cells.collect();
    let enough = distinct.len() > 1 || nameless && !distinct.is_empty();
    enough && distinct.iter().all(|cell| Symbol::new(cell).is_ok())
}

/// The layout of a table whose symbols stand in `column`.
pub(crate) fn long(layout: Layout, column: usize) -> Layout {
    Layout {
        dialect: "long",
        shape: Shape::Long,
        symbol: Some(column),
        ..layout
    }
}

/// What is wrong and how to mend it, where days repeat and the cells of a column of text tell the
/// rows of a day apart.
pub(crate) fn unnamed(dates: &[&str], cells: &[&str], written: &str) -> Option<(String, String)> {
    let days: HashSet<&str> = dates.iter().copied().collect();
    let repeated = dates.len() - days.len();
    if dates.len() < FEWEST_ROWS || repeated * 3 <= dates.len() {
        return None;
    }
    let distinct: HashSet<&str> = cells.iter().copied().collect();
    let is_text = |cell: &&str| cell.starts_with(char::is_alphabetic);
    let n_text = distinct
        .iter()
        .copied()
        .filter(|cell| is_text(cell))
        .count();
    let few = distinct.len() > 1 && distinct.len() * 2 <= cells.len();
    if !few || n_text * 2 < distinct.len() {
        return None;
    }
    let pairs: HashSet<(&str, &str)> = dates.iter().copied().zip(cells.iter().copied()).collect();
    // A few rows may stand there twice.
    (pairs.len() * 10 >= dates.len() * 9).then(|| {
        (
            format!(
                "{repeated} of {} rows repeat a day, and the {} texts of `{written}` tell them \
                 apart, but no column is known to hold symbols",
                dates.len(),
                distinct.len()
            ),
            format!(
                "rename the column `{written}` to symbol, and write symbols of letters, digits \
                 and . - ^ = & : in it"
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::prices::PriceFrame;
    use crate::prices::read::{ReadOptions, read_bytes};

    fn read(file: &str, text: &str) -> Result<PriceFrame, String> {
        let read = read_bytes(file, text.as_bytes(), &ReadOptions::default());
        read.map_err(|error| error.to_string())
    }

    fn table(header: &str, symbols: [&str; 2]) -> String {
        let mut text = format!("{header}\n");
        for day in 10..28 {
            for symbol in symbols {
                text.push_str(&format!("2025-01-{day},{symbol},1.5\n"));
            }
        }
        text
    }

    #[test]
    fn usual_names_of_a_symbol_column_are_known() {
        for name in [
            "RIC",
            "Security",
            "Name",
            "permno",
            "WKN",
            "ISIN",
            "Wertpapier",
            "Kürzel",
            "asset",
        ] {
            let text = table(&format!("date,{name},close"), ["AAA.N", "86580"]);
            let frame = read("prices.csv", &text).unwrap();
            let symbols: Vec<&str> = frame.provenance[0]
                .symbols
                .iter()
                .map(|s| s.as_str())
                .collect();
            assert_eq!(symbols, ["86580", "AAA.N"], "{name}");
            assert_eq!(frame.provenance[0].dialect, "long");
        }
        // The surest name wins; a name that only describes the one instrument of a file does not.
        let both = "date,isin,symbol,close\n2025-01-27,US1,AAA,1\n2025-01-27,US2,BBB,2\n";
        assert_eq!(
            read("prices.csv", both).unwrap().provenance[0].symbols[0].as_str(),
            "AAA"
        );
        let one = "date,name,close\n2025-01-27,Nvidia,1\n2025-01-28,Nvidia,2\n";
        assert_eq!(
            read("NVDA.csv", one).unwrap().provenance[0].symbols[0].as_str(),
            "NVDA"
        );
        assert_eq!(
            read("prices.csv", one).unwrap().provenance[0].symbols[0].as_str(),
            "Nvidia"
        );
        // Symbols of a wide table.
        let wide = "date,ASSET,NVDA\n2025-01-27,1,2\n";
        assert_eq!(
            read("prices.csv", wide).unwrap().provenance[0]
                .symbols
                .len(),
            2
        );
    }

    #[test]
    fn a_column_that_tells_rows_apart_is_named() {
        for name in ["Firma", "Name"] {
            let text = table(&format!("date,{name},close"), ["Some Ltd", "Other plc"]);
            let found = read("prices.csv", &text).unwrap_err();
            let cure = format!("rename the column `{name}` to symbol");
            assert!(found.contains(&cure), "{found}");
            assert!(found.starts_with("prices.csv:1"), "{found}");
        }
        let bars = table("date,at,close", ["09:30", "10:30"]);
        let found = read("NVDA.csv", &bars).unwrap_err();
        assert!(found.contains("intraday"), "{found}");
    }
}
