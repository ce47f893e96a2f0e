//! One setting, from a flag or from the study file, that remembers where it came from.
//!
//! A flag wins over the file. When a value turns out to be wrong, the error names the flag, or
//! the line of the file with a caret.

use crate::error::{Error, InputError};
use crate::input::document::Located;
use crate::input::study::StudyFile;
use std::fmt::Display;
use std::ops::Range;

/// Where a value came from.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// A flag of the command line.
    Flag(&'static str),
    /// Bytes of the study file.
    File(Range<usize>),
}

/// A value and its origin.
#[derive(Debug, Clone)]
pub(crate) struct Setting<T> {
    /// What was stated.
    pub value: T,
    /// By whom.
    pub origin: Origin,
}

impl<T> Setting<T> {
    /// A fault of this value.
    pub fn fault(
        &self,
        file: Option<&StudyFile>,
        shown: impl Display,
        problem: impl Into<String>,
        cure: impl Into<String>,
    ) -> Error {
        match (&self.origin, file) {
            (Origin::File(span), Some(file)) => file
                .error(span.clone(), problem, cure)
                .with_value(shown.to_string())
                .into(),
            (Origin::Flag(name), _) => InputError::new(problem, cure)
                .in_file(*name)
                .with_value(shown.to_string())
                .into(),
            (Origin::File(_), None) => InputError::new(problem, cure)
                .with_value(shown.to_string())
                .into(),
        }
    }
}

/// The flag's value, else the file's.
pub(crate) fn pick<T: Clone>(
    flag: Option<T>,
    name: &'static str,
    file: Option<&Located<T>>,
) -> Option<Setting<T>> {
    match (flag, file) {
        (Some(value), _) => Some(Setting {
            value,
            origin: Origin::Flag(name),
        }),
        (None, Some(located)) => Some(Setting {
            value: located.value.clone(),
            origin: Origin::File(located.span.clone()),
        }),
        (None, None) => None,
    }
}

/// The flag's list, else the file's; each entry with its own place.
pub(crate) fn pick_list(
    flag: &[String],
    name: &'static str,
    file: Option<&Located<Vec<Located<String>>>>,
) -> Option<Vec<Setting<String>>> {
    if !flag.is_empty() {
        let entry = |value: &String| Setting {
            value: value.clone(),
            origin: Origin::Flag(name),
        };
        return Some(flag.iter().map(entry).collect());
    }
    let entry = |located: &Located<String>| Setting {
        value: located.value.clone(),
        origin: Origin::File(located.span.clone()),
    };
    file.map(|list| list.value.iter().map(entry).collect())
}
