//! Both languages have the same places and codes, and places are filled once.

use super::*;

#[test]
fn places_are_filled_once() {
    let values = [("a", "{b}"), ("b", "x")];
    assert_eq!(fill("{a} and {b}, {c}.", &values), "{b} and x, .");
    assert_eq!(fill("{", &[]), "");
}

/// The `{name}` places of every line of a source file that holds a label, in order of name.
fn places(source: &str) -> Vec<(String, Vec<String>)> {
    let labels = source.lines().filter_map(|line| {
        // Escapes such as \u{2011} are no places.
        let line = line.replace("\\u{", "");
        let (label, text) = line.trim().split_once(": \"")?;
        let mut places: Vec<String> = text
            .split('{')
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
            .collect();
        places.sort();
        Some((label.to_owned(), places))
    });
    labels.collect()
}

#[test]
fn both_languages_have_the_same_places() {
    let (en, de) = (places(include_str!("en.rs")), places(include_str!("de.rs")));
    assert!(en.len() > 100);
    for (english, german) in en.iter().zip(&de) {
        assert_eq!(english, german);
    }
    assert_eq!(en.len(), de.len());
}

#[test]
fn both_languages_have_words_for_the_same_codes() {
    let codes = |words: Words| words.iter().map(|(code, _)| *code).collect::<Vec<_>>();
    let (en, de) = (Language::En.text(), Language::De.text());
    for (english, german) in [
        (en.models, de.models),
        (en.rules, de.rules),
        (en.reasons, de.reasons),
        (en.methods, de.methods),
        (en.weightings, de.weightings),
        (en.intervals, de.intervals),
        (en.outcome_names, de.outcome_names),
        (en.roles, de.roles),
        (en.setting_names, de.setting_names),
        (en.formula_words, de.formula_words),
        (en.test_names, de.test_names),
    ] {
        assert_eq!(codes(english), codes(german));
    }
    assert_eq!(en.model("no-such-model"), "no-such-model");
}
