//! How long a function may be, and which ones are longer with what reason.

use super::report;
use super::source::{Source, sources};

/// Lines that a function may have.
pub const MAX_FUNCTION: usize = 60;

/// Functions that are longer, the lines that they may have, and why they are not cut.
const LONGER_FUNCTIONS: &[(&str, &str, usize, &str)] = &[
    (
        "input/study.rs",
        "read_study",
        80,
        "one line per key of the study file",
    ),
    (
        "report/export/xlsx.rs",
        "read_me",
        70,
        "the sheet that explains the others, line by line",
    ),
    (
        "report/text/de/warning.rs",
        "message",
        70,
        "one sentence per warning",
    ),
    (
        "settings/config.rs",
        "spec",
        110,
        "one line per setting of a study, and the checks that span several",
    ),
];

#[test]
fn functions_are_short() {
    let sources = sources();
    report(sources.iter().flat_map(length).collect());
    for (path, name, _, _) in LONGER_FUNCTIONS {
        let file = sources.iter().find(|s| s.path == *path);
        let functions = file.map(Source::functions).unwrap_or_default();
        assert!(
            functions
                .iter()
                .any(|(n, _, lines)| n == name && *lines > MAX_FUNCTION),
            "{path}: {name} needs no exception any more"
        );
    }
}

/// The functions of a file that are longer than they may be.
pub fn length(source: &Source) -> Vec<String> {
    let limit = |name: &str| {
        let mut exceptions = LONGER_FUNCTIONS.iter();
        exceptions
            .find(|(path, n, _, _)| *path == source.path && *n == name)
            .map_or(MAX_FUNCTION, |(_, _, lines, _)| *lines)
    };
    let functions = source.functions().into_iter();
    functions
        .filter(|(name, _, lines)| *lines > limit(name))
        .map(|(name, line, lines)| {
            format!(
                "src/{}:{line}: {name} has {lines} lines, more than {}: cut it",
                source.path,
                limit(&name)
            )
        })
        .collect()
}
