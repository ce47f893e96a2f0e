//! Every rule broken once, in files that do not exist.

use super::functions::{MAX_FUNCTION, length};
use super::*;

#[test]
fn a_wrong_direction_is_found_however_it_is_written() {
    for text in [
        "use crate::prices::grid;",
        "use crate::{returns::{ReturnKind, returns}, prices::{read::{self}}};",
        "fn f() -> crate::prices::PriceFrame { loop {} }",
        "use super::super::super::prices;",
    ] {
        let faults = directions(&Source::new("analysis/model/market.rs", text));
        assert_eq!(faults.len(), 1, "{text}: {faults:?}");
        assert!(
            faults[0].contains("analysis must not use prices"),
            "{faults:?}"
        );
    }
    let part = Source::new("report/a.rs", "use crate::analysis::{window::Window, ols};");
    assert_eq!(
        directions(&part),
        ["src/report/a.rs:1: report must not use analysis::ols"]
    );
    let unknown = Source::new("weather/mod.rs", "");
    assert_eq!(directions(&unknown).len(), 1);
}

#[test]
fn a_right_direction_is_not() {
    for text in [
        "use crate::returns::ReturnKind;\nuse super::window::{self, Window};",
        "use crate::analysis::ols::ols;",
        "// use crate::prices::grid;",
        "/* use crate::prices; /* crate::cli */ */",
        "const A: &str = \"crate::prices::grid\"; const B: &str = r#\"\"crate::cli\"\"#;",
        "const QUOTE: char = '\"'; fn f<'a>(x: &'a str) {} // crate::cli",
        "#[cfg(test)]\nmod tests { use crate::prices::grid; fn f() { { } } }",
        "/// [`PriceFrame`](crate::prices::PriceFrame)\nfn f() {}",
    ] {
        let faults = directions(&Source::new("analysis/model/market.rs", text));
        assert!(faults.is_empty(), "{text}: {faults:?}");
    }
}

#[test]
fn code_after_a_test_module_is_read_again() {
    let text = "#[cfg(test)]\nmod tests { fn f() {} }\nuse crate::cli::args;";
    assert_eq!(
        directions(&Source::new("analysis/a.rs", text)),
        ["src/analysis/a.rs:3: analysis must not use cli::args"]
    );
}

#[test]
fn reserved_words_are_found_outside_their_places() {
    for (path, text, n) in [
        ("study/run.rs", "let now = std::time::SystemTime::now();", 1),
        ("cli/clock.rs", "let now = std::time::SystemTime::now();", 0),
        ("cli/load.rs", "fs::write(path, bytes)?;", 1),
        ("cli/output.rs", "fs::write(path, bytes)?;", 0),
        ("report/html.rs", "let text = std::fs::read(path)?;", 1),
        ("align.rs", "let x = y.unwrap();", 1),
        ("align.rs", "let x = y.unwrap_or_default();", 0),
        ("align.rs", "let x = y.expect(\"no unwrap\");", 1),
        ("align.rs", "#[expect(dead_code)]\nfn f() {}", 0),
        ("align.rs", "let x = y.unwrap_err();", 0),
        ("align.rs", "#[test]\nfn t() { y.unwrap() }", 0),
        ("prices/grid.rs", "use polars::prelude::*;", 0),
        ("study/data.rs", "use polars::prelude::*;", 1),
        ("align.rs", "panic!(\"no\")", 1),
        ("returns.rs", "println!(\"{x}\")", 1),
        ("cli/load.rs", "TcpStream::connect(host)", 1),
    ] {
        let faults = reserved(&Source::new(path, text));
        assert_eq!(faults.len(), n, "{path}: {text}: {faults:?}");
    }
}

#[test]
fn dates_in_the_core_are_found() {
    let text = "//! Purpose.\nuse chrono::NaiveDate;";
    assert_eq!(absent(&Source::new("analysis/window.rs", text)).len(), 1);
    assert!(absent(&Source::new("calendar/mod.rs", text)).is_empty());
}

#[test]
fn long_and_silent_files_are_found() {
    let long = format!("//! Purpose.\n{}", "fn f() {}\n".repeat(MAX_LINES));
    assert_eq!(shape(&Source::new("align.rs", &long)).len(), 1);
    assert_eq!(shape(&Source::new("align.rs", "fn f() {}\n")).len(), 1);
    assert!(shape(&Source::new("align.rs", "//! Purpose.\n")).is_empty());
}

#[test]
fn a_long_function_is_found() {
    let body = "    f();\n".repeat(MAX_FUNCTION - 1);
    let text = format!("trait T {{ fn g(&self) -> [u8; 2]; }}\nfn f(x: [u8; 2]) {{\n{body}}}\n");
    assert_eq!(
        length(&Source::new("align.rs", &text)),
        ["src/align.rs:2: f has 61 lines, more than 60: cut it"]
    );
    let shorter = text.replacen("    f();\n", "", 1);
    assert!(length(&Source::new("align.rs", &shorter)).is_empty());
    let test = format!("#[cfg(test)]\nmod tests {{\n{text}}}\n");
    assert!(length(&Source::new("align.rs", &test)).is_empty());
}
