//! `stata/`: the tables with names that Stata takes, and a do-file that reads them typed.
//!
//! Stata's own guesses turn an id of digits into a number and an empty column into text, so that
//! the do-file states the type of every column. A name has at most 32 letters, digits and `_`.

use super::labels::{label, rows_of};
use crate::error::Result;
use crate::report::data_table::{DataTable, Values};
use crate::report::tables::data_tables;
use crate::report::{Chart, OutputFile, Renderer};
use crate::study::result::StudyResult;
use std::fmt::Write;

/// Longest name of a variable.
const MAX_NAME: usize = 32;
/// Longest label of a variable.
const MAX_LABEL: usize = 80;

/// Names that Stata keeps for itself (its manual, [U] 11.3); `str` and digits is one as well.
const RESERVED: [&str; 28] = [
    "_all", "_b", "_coef", "_cons", "_n", "_N", "_pi", "_pred", "_rc", "_se", "_skip", "_uniform",
    "_weight", "byte", "double", "float", "if", "in", "int", "long", "numeric", "strL", "str",
    "string", "using", "variable", "version", "with",
];

/// Writes every table as `stata/<table>.csv`, and `stata/import.do`.
#[derive(Debug, Clone, Copy, Default)]
pub struct StataTables;

impl Renderer for StataTables {
    fn files(&self, result: &StudyResult, _charts: &[Chart]) -> Result<Vec<OutputFile>> {
        let mut files = Vec::new();
        let mut script = String::from(
            "* Reads the tables of this folder and saves each as a data set beside it.\n\
             * From here: do import\n\
             * Figures are fractions (-0.133 is -13.3 %), in full precision; missing is missing.\n\
             version 14\n",
        );
        for table in data_tables(result) {
            let names = names(&table);
            import(&mut script, &table, &names);
            files.push(csv(table, names)?);
        }
        files.push(OutputFile {
            path: "stata/import.do".into(),
            bytes: script.into_bytes(),
        });
        Ok(files)
    }
}

/// The table as a file that Stata reads: legal names, flags as 0 and 1, every row on one line.
fn csv(mut table: DataTable, names: Vec<String>) -> Result<OutputFile> {
    for (column, name) in table.columns.iter_mut().zip(names) {
        column.name = name;
        match &mut column.values {
            Values::Text(texts) => {
                for text in texts.iter_mut().filter(|t| t.contains(['\n', '\r'])) {
                    *text = text.replace(['\n', '\r'], " ");
                }
            }
            Values::Flag(flags) => {
                let numbers = flags.iter().map(|&flag| Some(i64::from(flag)));
                column.values = Values::Count(numbers.collect());
            }
            Values::Number(_) | Values::Count(_) | Values::Date(_) => {}
        }
    }
    let file = table.csv()?;
    Ok(OutputFile {
        path: format!("stata/{}", file.path),
        ..file
    })
}

/// A legal and unique name for every column, its own where that is one.
fn names(table: &DataTable) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let wanted = legal(&column.name);
        let mut name = wanted.clone();
        let mut n = 1;
        while names.contains(&name) {
            n += 1;
            let ending = format!("_{n}");
            let kept: String = wanted.chars().take(MAX_NAME - ending.len()).collect();
            name = kept + &ending;
        }
        names.push(name);
    }
    names
}

fn legal(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let mut legal: String = name.chars().map(letter).collect();
    let digits = legal.strip_prefix("str").unwrap_or("x");
    let is_type = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let is_taken = is_type || RESERVED.contains(&legal.as_str());
    if is_taken || !legal.starts_with(|c: char| c.is_ascii_alphabetic()) {
        legal.insert_str(0, "v_");
    }
    legal.truncate(MAX_NAME);
    legal
}

/// The lines of the do-file for one table.
fn import(script: &mut String, table: &DataTable, names: &[String]) {
    let columns = || table.columns.iter().zip(names);
    let numbers = |as_text: bool| {
        let kinds = table.columns.iter().enumerate();
        let of_kind = kinds.filter(|(_, c)| as_text == is_text(&c.values));
        let places: Vec<String> = of_kind.map(|(at, _)| (at + 1).to_string()).collect();
        places.join(" ")
    };
    let name = table.name;
    let mut line = |text: String| {
        script.push_str(&text);
        script.push('\n');
    };
    line(format!("\n* {name}: one row per {}", rows_of(name)));
    if table.n_rows == 0 {
        line("* It has no rows here.".to_owned());
        return;
    }
    line(format!(
        "import delimited using \"{name}.csv\", clear varnames(1) case(preserve) ///\n    \
         delimiters(\",\") bindquote(strict) encoding(\"utf-8\") asdouble ///\n    \
         stringcols({}) ///\n    numericcols({})",
        numbers(true),
        numbers(false)
    ));
    for (_, variable) in columns().filter(|(c, _)| matches!(c.values, Values::Date(_))) {
        // `__date` is no name of ours: those begin with a letter.
        line(format!(
            "generate long __date = date({variable}, \"YMD\")\n\
             format %td __date\n\
             order __date, after({variable})\n\
             drop {variable}\n\
             rename __date {variable}"
        ));
    }
    for (column, variable) in columns() {
        line(format!(
            "label variable {variable} \"{}\"",
            described(name, &column.name, variable)
        ));
    }
    line(format!("save \"{name}.dta\", replace"));
}

/// Whether a column is read as text; dates are, before they are turned into dates.
fn is_text(values: &Values) -> bool {
    matches!(values, Values::Text(_) | Values::Date(_))
}

/// The label, with the name that the column has elsewhere where Stata's is another.
fn described(table: &str, column: &str, variable: &str) -> String {
    let mut text = String::new();
    if column != variable {
        // What would end a string or begin a macro.
        let safe = |c: &char| !c.is_control() && !matches!(c, '"' | '`' | '\'' | '$' | '\\');
        let shown: String = column.chars().filter(safe).take(MAX_NAME).collect();
        let _ = write!(text, "{shown}: ");
    }
    text.push_str(label(table, column));
    text.chars().take(MAX_LABEL).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::data_table::DataColumn;
    use crate::report::fixture;

    fn table(names: &[&str]) -> DataTable {
        let column = |name: &&str| DataColumn {
            name: (*name).to_owned(),
            values: Values::Number(vec![Some(1.0)]),
        };
        DataTable {
            name: "fits",
            columns: names.iter().map(column).collect(),
            n_rows: 1,
        }
    }

    #[test]
    fn names_are_legal_and_unique() {
        let long = "beta_a_series_with_a_name_beyond_32";
        let found = names(&table(&[
            "car",
            "long",
            "str12",
            "strange",
            "beta_^VIX",
            "beta_-VIX",
            "2x",
            long,
            long,
            "_n",
            "é",
        ]));
        assert_eq!(
            found,
            [
                "car",
                "v_long",
                "v_str12",
                "strange",
                "beta__VIX",
                "beta__VIX_2",
                "v_2x",
                "beta_a_series_with_a_name_beyond",
                "beta_a_series_with_a_name_beyo_2",
                "v__n",
                "v__",
            ]
        );
        assert!(found.iter().all(|name| name.len() <= MAX_NAME));
    }

    #[test]
    fn labels_hold_no_macros() {
        let text = described("fits", "beta_`x'\"$y", "beta__x___y");
        assert_eq!(text, "beta_xy: slope on the series that the name ends with");
    }

    fn files() -> Vec<(String, String)> {
        let files = StataTables.files(&fixture::nvda(), &[]).unwrap();
        let text = |f: OutputFile| (f.path, String::from_utf8(f.bytes).unwrap());
        files.into_iter().map(text).collect()
    }

    #[test]
    fn the_do_file_reads_every_table_typed() {
        let files = files();
        let script = &files
            .iter()
            .find(|(p, _)| p == "stata/import.do")
            .unwrap()
            .1;
        for (path, text) in files.iter().filter(|(p, _)| p.ends_with(".csv")) {
            if text.lines().count() == 1 {
                continue;
            }
            let name = path.trim_start_matches("stata/");
            let (_, from) = script.split_once(&format!("using \"{name}\"")).unwrap();
            let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
            let places = |kind: &str| -> Vec<usize> {
                let (_, list) = from.split_once(kind).unwrap();
                let list = list.split_once(')').unwrap().0.split_whitespace();
                list.map(|n| n.parse().unwrap()).collect()
            };
            let mut all = places("stringcols(");
            all.extend(places("numericcols("));
            all.sort_unstable();
            let expected: Vec<usize> = (1..=header.len()).collect();
            assert_eq!(all, expected, "{name}");
        }
        assert!(script.contains("generate long __date = date(session, \"YMD\")"));
        assert!(script.contains("label variable car \"cumulative abnormal return\""));
    }

    #[test]
    fn flags_are_numbers() {
        let files = files();
        let cars = &files.iter().find(|(p, _)| p == "stata/cars.csv").unwrap().1;
        assert!(!cars.contains("true") && !cars.contains("false"));
    }
}
