//! What can go wrong, said so that a person can act on it.
//!
//! The library returns these types; only `cli` turns them into colours, carets and exit codes.
//!
//! ```
//! use shockwave::error::{Error, InputError};
//! let fault = InputError::new("not a date", "write YYYY-MM-DD").with_value("27/13");
//! let fault = Error::from(fault.in_file("events.csv").at_line(3).in_column("at"));
//! assert_eq!(
//!     fault.to_string(),
//!     "events.csv:3: column `at`: \"27/13\": not a date; write YYYY-MM-DD"
//! );
//! ```
//!
//! A reader of one's own says where the fault is, as those of the library do:
//!
//! ```
//! use shockwave::error::{Error, InputError, Result};
//!
//! fn close(line: &str) -> Result<f64> {
//!     let fault = InputError::new("not a price", "write it as 118.42").with_value(line);
//!     line.parse().map_err(|_| fault.with_snippet(line, 0..line.len()).into())
//! }
//! fn closes(text: &str, file: &str) -> Result<Vec<f64>> {
//!     let lines = text.lines().enumerate();
//!     let place = |i: usize| move |fault: InputError| fault.in_file(file).at_line(i + 1);
//!     lines.map(|(i, line)| close(line).map_err(|e| e.map_input(place(i)))).collect()
//! }
//! assert_eq!(closes("142.62\n118.42", "nvda.txt")?, [142.62, 118.42]);
//! let fault = closes("142.62\n118,42", "nvda.txt").unwrap_err();
//! assert!(fault.to_string().starts_with("nvda.txt:2: \"118,42\": not a price"));
//!
//! let gone = std::io::Error::from(std::io::ErrorKind::NotFound); // as the system reports it
//! let gone = Error::io("nvda.txt", &gone);
//! assert_eq!(gone.to_string(), "nvda.txt: entity not found");
//! # Ok::<(), Error>(())
//! ```

use std::ops::Range;

/// The library's result type.
pub type Result<T> = std::result::Result<T, Error>;

/// Any failure of the library.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Something that a person gave us cannot be used: a file, a cell, a setting.
    #[error("{0}")]
    Input(Box<InputError>),
    /// A date outside the years for which a calendar holds facts.
    #[error(
        "{date} is outside the {calendar} calendar, which knows {first} to {last}; {}",
        cure_outside(calendar)
    )]
    OutsideCalendar {
        /// Calendar name.
        calendar: String,
        /// The date asked for.
        date: chrono::NaiveDate,
        /// First date that the calendar knows.
        first: chrono::NaiveDate,
        /// Last date that the calendar knows.
        last: chrono::NaiveDate,
    },
    /// The operating system refused to read or write.
    #[error("{path}: {problem}")]
    Io {
        /// File or folder.
        path: String,
        /// What the system said.
        problem: String,
    },
    /// Another run holds the lock of the store.
    #[error("the store {path} is in use by {owner}; wait for it to end, then run again")]
    Locked {
        /// The store's folder.
        path: String,
        /// Who holds it and since when, as far as the lock file tells.
        owner: String,
    },
    /// A chart or a page could not be drawn.
    #[error("cannot render {what}: {problem}")]
    Render {
        /// Which chart or page.
        what: String,
        /// Why.
        problem: String,
    },
}

/// A fault in a file or setting: where it is, what is wrong, what to do about it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InputError {
    /// File, or the flag that carried the value.
    pub file: Option<String>,
    /// Line in the file, counted from 1.
    pub line: Option<usize>,
    /// Column name (or number, counted from 1, where there is no header).
    pub column: Option<String>,
    /// The value as it was found.
    pub value: Option<String>,
    /// What is wrong, in one clause without a full stop.
    pub problem: String,
    /// What the person can do, in one clause without a full stop.
    pub cure: String,
    /// The line's text and the byte range in it to point at.
    pub snippet: Option<(String, Range<usize>)>,
}

impl InputError {
    /// A fault without a place.
    pub fn new(problem: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            cure: cure.into(),
            ..Self::default()
        }
    }
    /// Names the file or flag.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }
    /// Names the line, counted from 1.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }
    /// Names the column.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }
    /// Quotes the offending value; long values are cut to 80 characters.
    #[must_use]
    pub fn with_value(mut self, value: impl AsRef<str>) -> Self {
        let value = value.as_ref();
        let mut short: String = value.chars().take(80).collect();
        if short.len() < value.len() {
            short.push('…');
        }
        self.value = Some(short);
        self
    }
    /// Shows the line with a caret under `span` (a byte range of `line`).
    #[must_use]
    pub fn with_snippet(mut self, line: impl Into<String>, span: Range<usize>) -> Self {
        self.snippet = Some((line.into(), span));
        self
    }
}

impl std::fmt::Display for InputError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}")?;
            if let Some(line) = self.line {
                write!(f, ":{line}")?;
            }
            write!(f, ": ")?;
        } else if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(column) = &self.column {
            write!(f, "column `{column}`: ")?;
        }
        if let Some(value) = &self.value {
            write!(f, "{value:?}: ")?;
        }
        write!(f, "{}", self.problem)?;
        if !self.cure.is_empty() {
            write!(f, "; {}", self.cure)?;
        }
        Ok(())
    }
}

fn cure_outside(calendar: &str) -> &'static str {
    match calendar {
        "from-data" => "give prices that reach it, or name a calendar such as XNYS",
        _ => "use --calendar from-data to take the sessions from the prices",
    }
}

impl From<InputError> for Error {
    fn from(error: InputError) -> Self {
        Error::Input(Box::new(error))
    }
}

impl Error {
    /// Completes an input fault, for instance with its file; other errors pass unchanged.
    #[must_use]
    pub fn map_input(self, complete: impl FnOnce(InputError) -> InputError) -> Self {
        match self {
            Error::Input(input) => complete(*input).into(),
            other => other,
        }
    }
    /// Wraps an operating-system error with the path that it concerns; where the disk is full it
    /// says what to do.
    pub fn io(path: impl AsRef<std::path::Path>, error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        let cure = match error.kind() {
            StorageFull => "; the disk that holds it is full: free some space, then run this again",
            QuotaExceeded => "; your share of this disk is used up: free some of it",
            FileTooLarge => "; a limit on the size of files stands in the way (ulimit -f)",
            _ => "",
        };
        Error::Io {
            path: path.as_ref().display().to_string(),
            problem: format!("{error}{cure}"),
        }
    }
}
