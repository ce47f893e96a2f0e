//! The languages that reports are written in.

/// A report language; the wording is in `text`, the number formats in `format`.
///
/// ```
/// use shockwave::report::language::Language;
/// assert_eq!((Language::default().code(), Language::De.code()), ("en", "de"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Language {
    /// The code for `lang` attributes and flags.
    pub fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::De => "de",
        }
    }
}
