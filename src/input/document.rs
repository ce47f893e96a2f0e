//! TOML documents whose every value knows where it stands.
//!
//! A [`Section`] hands out values by key and type; what nobody asked for is an unknown key, and
//! the keys that were asked for are the ones to suggest. What keys mean is the callers' business.

use super::suggest::closest;
use super::text::{decode, line_number, snippet};
use crate::error::{InputError, Result};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and the bytes of the file that gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands in the file's text.
    pub span: Range<usize>,
}

/// What stands under a name of the file's own choice.
#[derive(Debug)]
pub enum Named<'a> {
    /// `name = ["A", "B"]`
    List(Vec<Located<String>>),
    /// `[name]`
    Table(Section<'a>),
}

/// The text of a TOML file.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The file's name, for errors.
    pub file: String,
    /// Its text.
    pub text: String,
}

impl Document {
    /// Checks that `bytes` are text and keeps them.
    ///
    /// # Errors
    /// Bytes that are no UTF-8 text.
    pub fn new(bytes: &[u8], file: &str) -> Result<Self> {
        Ok(Self {
            file: file.to_owned(),
            text: decode(bytes, file)?.to_owned(),
        })
    }

    /// Parses the text.
    ///
    /// # Errors
    /// Text that is no TOML, with its line.
    pub fn root(&self) -> Result<Section<'_>> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        // The first fault in the text: those behind it may only follow from it.
        let start = |error: &toml::de::Error| error.span().map_or(0, |span| span.start);
        let Some(error) = errors.iter().min_by_key(|error| start(error)) else {
            return Ok(Section::new(self, table.into_inner(), 0..0, String::new()));
        };
        let problem = format!("not valid TOML: {}", error.message().replace('\n', ", "));
        let span = error.span().unwrap_or(0..0);
        Err(self.error(span, problem, "correct the line").into())
    }

    /// A fault at `span`, with its line.
    pub fn error(
        &self,
        span: Range<usize>,
        problem: impl Into<String>,
        cure: impl Into<String>,
    ) -> InputError {
        let start = self.text.floor_char_boundary(span.start);
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = self.text[line_start..].lines().next().unwrap_or("");
        let within =
            start - line_start..span.end.clamp(start, line_start + line.len()) - line_start;
        let (shown, within) = snippet(line, within);
        InputError::new(problem, cure)
            .in_file(&self.file)
            .at_line(self.line(start))
            .with_snippet(shown, within)
    }

    /// The line, counted from 1, of a byte of the text.
    pub fn line(&self, at: usize) -> usize {
        line_number(self.text.as_bytes(), at)
    }
}

/// One table of a document.
#[derive(Debug)]
pub struct Section<'a> {
    /// Where the table stands.
    pub span: Range<usize>,
    document: &'a Document,
    name: String,
    entries: Vec<Entry<'a>>,
    asked: Vec<&'static str>,
}

#[derive(Debug)]
struct Entry<'a> {
    key: String,
    key_span: Range<usize>,
    value: Spanned<DeValue<'a>>,
}

impl<'a> Section<'a> {
    fn new(document: &'a Document, table: DeTable<'a>, span: Range<usize>, name: String) -> Self {
        let entry = |(key, value): (Spanned<_>, Spanned<DeValue<'a>>)| Entry {
            key_span: key.span(),
            key: AsRef::<str>::as_ref(key.get_ref()).replace('_', "-"),
            value,
        };
        let mut entries: Vec<Entry<'a>> = table.into_iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.key_span.start);
        Self {
            span,
            document,
            name,
            entries,
            asked: Vec::new(),
        }
    }

    /// A text. A TOML date is its text, `true` and `false` are `on` and `off`.
    ///
    /// # Errors
    /// A value of another type.
    pub fn text(&mut self, key: &'static str) -> Result<Option<Located<String>>> {
        self.take(key)
            .map(|entry| match scalar(entry.value.get_ref()) {
                Some(value) => Ok(located(&entry.value, value)),
                None => Err(self.wrong_type(&entry, "a text")),
            })
            .transpose()
    }

    /// A list of texts; a single text is split at commas.
    ///
    /// # Errors
    /// A value of another type.
    pub fn list(&mut self, key: &'static str) -> Result<Option<Located<Vec<Located<String>>>>> {
        let Some(entry) = self.take(key) else {
            return Ok(None);
        };
        let items = self.list_of(&entry)?;
        Ok(Some(located(&entry.value, items)))
    }

    /// A number.
    ///
    /// # Errors
    /// A value of another type, or one that is not finite.
    pub fn number(&mut self, key: &'static str) -> Result<Option<Located<f64>>> {
        self.take(key)
            .map(|entry| {
                let number = match entry.value.get_ref() {
                    DeValue::Float(float) => float.as_str().parse::<f64>().ok(),
                    DeValue::Integer(integer) => integer.as_str().parse::<f64>().ok(),
                    _ => None,
                };
                match number.filter(|number| number.is_finite()) {
                    Some(number) => Ok(located(&entry.value, number)),
                    None => Err(self.wrong_type(&entry, "a finite number")),
                }
            })
            .transpose()
    }

    /// A whole number that is not negative.
    ///
    /// # Errors
    /// A value of another type or sign.
    pub fn count(&mut self, key: &'static str) -> Result<Option<Located<u64>>> {
        self.take(key)
            .map(|entry| {
                let count = match entry.value.get_ref() {
                    DeValue::Integer(i) => u64::from_str_radix(i.as_str(), i.radix()).ok(),
                    _ => None,
                };
                match count {
                    Some(count) => Ok(located(&entry.value, count)),
                    None => Err(self.wrong_type(&entry, "a whole number, 0 or more")),
                }
            })
            .transpose()
    }

    /// A table, `[key]`.
    ///
    /// # Errors
    /// A value of another type.
    pub fn table(&mut self, key: &'static str) -> Result<Option<Section<'a>>> {
        let Some(entry) = self.take(key) else {
            return Ok(None);
        };
        let span = entry.value.span();
        if !entry.value.get_ref().is_table() {
            return Err(self.wrong_type(&entry, "a table"));
        }
        let DeValue::Table(table) = entry.value.into_inner() else {
            return Ok(None);
        };
        Ok(Some(Section::new(
            self.document,
            table,
            span,
            key.to_owned(),
        )))
    }

    /// A list of tables, `[[key]]`.
    ///
    /// # Errors
    /// A value of another type.
    pub fn tables(&mut self, key: &'static str) -> Result<Vec<Section<'a>>> {
        let Some(entry) = self.take(key) else {
            return Ok(Vec::new());
        };
        let all_tables = entry
            .value
            .get_ref()
            .as_array()
            .is_some_and(|items| items.iter().all(|item| item.get_ref().is_table()));
        if !all_tables {
            return Err(self.wrong_type(&entry, &format!("a list of tables, each under [[{key}]]")));
        }
        let DeValue::Array(items) = entry.value.into_inner() else {
            return Ok(Vec::new());
        };
        let section = |item: Spanned<DeValue<'a>>| {
            let span = item.span();
            match item.into_inner() {
                DeValue::Table(table) => {
                    Some(Section::new(self.document, table, span, format!("[{key}]")))
                }
                _ => None,
            }
        };
        Ok(items.into_iter().filter_map(section).collect())
    }

    /// What nobody asked for, as named lists of texts and named tables, in the file's order.
    ///
    /// # Errors
    /// A value that is neither a text, nor a list of texts, nor a table.
    pub fn named(mut self) -> Result<Vec<(Located<String>, Named<'a>)>> {
        let entries = std::mem::take(&mut self.entries);
        let named = |entry: Entry<'a>| {
            let span = entry.key_span.clone();
            let written = self.document.text[span.clone()].trim_matches(['"', '\'']);
            let value = written.to_owned();
            if !entry.value.get_ref().is_table() {
                let items = self.list_of(&entry)?;
                return Ok((Located { value, span }, Named::List(items)));
            }
            let (place, inner) = (entry.value.span(), format!("{}.{value}", self.name));
            let table = match entry.value.into_inner() {
                DeValue::Table(table) => table,
                _ => DeTable::new(),
            };
            let section = Section::new(self.document, table, place, inner);
            Ok((Located { value, span }, Named::Table(section)))
        };
        entries.into_iter().map(named).collect()
    }

    /// What nobody asked for, as texts: plain values by their key in lower case.
    ///
    /// # Errors
    /// A value that is a list or table.
    pub fn attributes(mut self) -> Result<Vec<(String, String)>> {
        let entries = std::mem::take(&mut self.entries);
        entries
            .into_iter()
            .map(|entry| match scalar(entry.value.get_ref()) {
                Some(value) => Ok((entry.key.replace('-', "_").to_lowercase(), value)),
                None => Err(self.wrong_type(&entry, "a text, number, date or truth value")),
            })
            .collect()
    }

    /// Ends the section.
    ///
    /// # Errors
    /// A key that nobody asked for, with the key that was probably meant.
    pub fn finish(self) -> Result<()> {
        let Some(entry) = self.entries.first() else {
            return Ok(());
        };
        let problem = match self.name.as_str() {
            "" => format!("unknown key `{}`", entry.key),
            name => format!("unknown key `{}` in [{name}]", entry.key),
        };
        let problem = if self.asked.contains(&entry.key.as_str()) {
            format!("the key `{}` is given twice", entry.key)
        } else {
            problem
        };
        let cure = match closest(&entry.key, self.asked.iter().copied()) {
            Some(meant) if meant != entry.key => format!("did you mean `{meant}`?"),
            Some(_) => "delete one of them".to_owned(),
            None => format!("the keys here are {}", self.asked.join(", ")),
        };
        Err(self
            .document
            .error(entry.key_span.clone(), problem, cure)
            .into())
    }

    /// A fault of one key's value, or of the whole table where the key is absent.
    pub fn error(&self, span: Range<usize>, problem: impl Into<String>, cure: &str) -> InputError {
        self.document.error(span, problem, cure)
    }

    fn take(&mut self, key: &'static str) -> Option<Entry<'a>> {
        self.asked.push(key);
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at))
    }

    fn list_of(&self, entry: &Entry<'a>) -> Result<Vec<Located<String>>> {
        let wrong_type = || self.wrong_type(entry, "a text or a list of texts");
        match entry.value.get_ref() {
            DeValue::Array(items) => items
                .iter()
                .map(|item| match scalar(item.get_ref()) {
                    Some(value) => Ok(located(item, value)),
                    None => Err(wrong_type()),
                })
                .collect(),
            value => {
                let text = scalar(value).ok_or_else(wrong_type)?;
                let parts = text
                    .split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty());
                Ok(parts
                    .map(|part| located(&entry.value, part.to_owned()))
                    .collect())
            }
        }
    }

    fn wrong_type(&self, entry: &Entry<'a>, wanted: &str) -> crate::error::Error {
        let found = entry.value.get_ref().type_str();
        let problem = format!("`{}` must be {wanted}, not a TOML {found}", entry.key);
        let cure = "correct the value";
        self.document
            .error(entry.value.span(), problem, cure)
            .into()
    }
}

fn located<T>(place: &Spanned<DeValue<'_>>, value: T) -> Located<T> {
    Located {
        value,
        span: place.span(),
    }
}

/// A plain value as text; `None` for lists and tables.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Boolean(true) => Some("on".to_owned()),
        DeValue::Boolean(false) => Some("off".to_owned()),
        DeValue::Datetime(date) => Some(date.to_string()),
        DeValue::Integer(integer) => Some(integer.as_str().to_owned()),
        DeValue::Float(float) => Some(float.as_str().to_owned()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
