//! The tables as they are written, and whether LaTeX could read them.

use super::*;
use crate::report::fixture;

fn files(result: &StudyResult, language: Language) -> Vec<(String, String)> {
    let files = LatexTables { language }.files(result, &[]).unwrap();
    let text = |f: OutputFile| (f.path, String::from_utf8(f.bytes).unwrap());
    files.into_iter().map(text).collect()
}

#[test]
fn the_nvidia_case() {
    let texts = files(&fixture::nvda(), Language::En);
    let all: Vec<String> = texts.iter().map(|(p, t)| format!("% {p}\n{t}")).collect();
    insta::assert_snapshot!("latex", all.join("\n"));
}

#[test]
fn the_nvidia_case_in_german() {
    let texts = files(&fixture::nvda(), Language::De);
    let all: Vec<String> = texts.iter().map(|(p, t)| format!("% {p}\n{t}")).collect();
    insta::assert_snapshot!("latex_de", all.join("\n"));
}

/// Why LaTeX would refuse a text: braces or environments that do not match, mathematics that does
/// not end, a special character outside of a command, a row with another number of cells.
fn fault(text: &str) -> Option<String> {
    let (mut depth, mut in_math, mut open) = (0i32, false, Vec::new());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let mut name = String::new();
                while let Some(letter) = chars.next_if(char::is_ascii_alphabetic) {
                    name.push(letter);
                }
                if name.is_empty() {
                    chars.next();
                } else if name == "begin" || name == "end" {
                    let rest: String = chars.clone().take_while(|c| *c != '}').collect();
                    match name.as_str() {
                        "begin" => open.push(rest),
                        _ if open.pop() == Some(rest.clone()) => {}
                        _ => return Some(format!("\\end{rest}}}")),
                    }
                }
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            '$' => in_math = !in_math,
            '#' | '^' if !in_math => return Some(format!("bare {c}")),
            '_' if !in_math => return Some("bare _".to_owned()),
            '%' => return Some("a comment".to_owned()),
            c if !c.is_ascii() && !c.is_alphabetic() => return Some(format!("no glyph for {c}")),
            _ => {}
        }
        if depth < 0 {
            return Some("a brace too many".to_owned());
        }
    }
    (depth != 0 || in_math || !open.is_empty()).then(|| "something does not end".to_owned())
}

#[test]
fn latex_can_read_them() {
    for bad in ["{", "}", "$", "a_b", "5 %", "\\begin{x}\\end{y}", "#", "−"] {
        assert!(fault(bad).is_some(), "{bad}");
    }
    for result in fixture::all() {
        for language in [Language::En, Language::De] {
            for (path, text) in files(&result, language) {
                assert_eq!(fault(&text), None, "{path}\n{text}");
                let mut cells = None;
                for line in text.lines().filter(|l| l.ends_with("\\\\")) {
                    if line.starts_with("\\multicolumn") {
                        continue;
                    }
                    let n = line.replace("\\&", "").matches('&').count();
                    assert_eq!(*cells.get_or_insert(n), n, "{path}: {line}");
                }
            }
        }
    }
}

#[test]
fn long_tables_go_on() {
    let mut result = fixture::nvda();
    let row = result.recommendations[0].clone();
    // Each sample has a heading and a row.
    result.recommendations = (0..=N_ROWS / 2)
        .map(|sample| RecommendationRow {
            group: format!("sample {sample}"),
            ..row.clone()
        })
        .collect();
    let texts = files(&result, Language::En);
    let (_, samples) = texts
        .iter()
        .find(|(p, _)| p.ends_with("samples.tex"))
        .unwrap();
    assert_eq!(samples.matches("\\begin{table}").count(), 2);
    assert!(samples.contains("(continued)") && samples.contains("tab:samples-2"));
}

#[test]
fn without_results_there_is_still_a_document() {
    let texts = files(&fixture::all_excluded(), Language::En);
    assert_eq!(texts[0].0, "latex/tables.tex");
    for (path, _) in &texts[1..] {
        let name = path.trim_start_matches("latex/").trim_end_matches(".tex");
        assert!(texts[0].1.contains(&format!("\\input{{{name}}}")));
    }
}
