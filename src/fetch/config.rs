//! The configuration file: which sources are asked in which order, where they are, their keys.
//!
//! Reads the text only; where the file lies, who may read it and what the environment says is the
//! command line's business.

use crate::error::{InputError, Result};
use crate::input::document::{Document, Located, Section};
use crate::input::suggest::closest;
use crate::source::Secret;

/// What the file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConfigFile {
    /// Sources of prices, in the order in which they are asked.
    pub prices: Option<Vec<String>>,
    /// Sources of factor returns.
    pub factors: Option<Vec<String>>,
    /// What is said of single sources.
    pub sources: Vec<SourceEntry>,
}

/// A table `[sources.NAME]`.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceEntry {
    /// The source's name.
    pub name: String,
    /// In place of the source's own address.
    pub base_url: Option<String>,
    /// The key.
    pub key: Option<Secret>,
}

impl ConfigFile {
    /// Reads the file; `known` are the sources that the program has.
    ///
    /// # Errors
    /// Text that is no TOML; an unknown key or source, with its line and the one probably meant.
    pub fn read(bytes: &[u8], file: &str, known: &[&str]) -> Result<Self> {
        Self::read_text(bytes, file, known).map_err(|error| {
            // The line may hold a key.
            error.map_input(|fault| InputError {
                snippet: None,
                ..fault
            })
        })
    }

    fn read_text(bytes: &[u8], file: &str, known: &[&str]) -> Result<Self> {
        let document = Document::new(bytes, file)?;
        let mut root = document.root()?;
        let mut config = Self::default();
        if let Some(sources) = root.table("sources")? {
            for (name, section) in sources.named_tables()? {
                config
                    .sources
                    .push(source_entry(&document, name, section, known)?);
            }
        }
        let own = config.sources.iter().map(|source| source.name.as_str());
        let names: Vec<&str> = known.iter().copied().chain(own).collect();
        let (mut prices, mut factors) = (root.list("prices")?, root.list("factors")?);
        if let Some(mut chains) = root.table("chains")? {
            prices = chains.list("prices")?.or(prices);
            factors = chains.list("factors")?.or(factors);
            chains.finish()?;
        }
        root.finish()?;
        let chain = |list: Option<Located<Vec<Located<String>>>>| {
            list.map(|list| chain(&document, list, &names)).transpose()
        };
        let (prices, factors) = (chain(prices)?, chain(factors)?);
        Ok(Self {
            prices,
            factors,
            ..config
        })
    }

    /// Whether the file holds a key, so that nobody else may read it.
    pub fn has_key(&self) -> bool {
        self.sources.iter().any(|source| source.key.is_some())
    }
}

fn source_entry(
    document: &Document,
    name: Located<String>,
    mut section: Section<'_>,
    known: &[&str],
) -> Result<SourceEntry> {
    let base_url = section.text("base-url")?;
    let key = section.text("key")?;
    section.finish()?;
    if !known.contains(&name.value.as_str()) {
        return Err(unknown(document, &name, known).into());
    }
    if let Some(url) = &base_url {
        let parsed = url::Url::parse(&url.value).ok();
        if !parsed.is_some_and(|url| matches!(url.scheme(), "http" | "https")) {
            let problem = "the base URL is no http or https address";
            let cure = "write one like https://stooq.com";
            return Err(document.error(url.span.clone(), problem, cure).into());
        }
    }
    Ok(SourceEntry {
        name: name.value,
        base_url: base_url.map(|url| url.value),
        key: key.and_then(|key| Secret::new(&key.value)),
    })
}

fn chain(
    document: &Document,
    list: Located<Vec<Located<String>>>,
    names: &[&str],
) -> Result<Vec<String>> {
    if list.value.is_empty() {
        let cure = "name at least one source, or leave the key out";
        return Err(document.error(list.span, "the list is empty", cure).into());
    }
    let check = |name: Located<String>| match names.contains(&name.value.as_str()) {
        true => Ok(name.value),
        false => Err(unknown(document, &name, names).into()),
    };
    list.value.into_iter().map(check).collect()
}

fn unknown(document: &Document, name: &Located<String>, names: &[&str]) -> InputError {
    let cure = match closest(&name.value, names.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the sources are {}", names.join(", ")),
    };
    let problem = format!("unknown source `{}`", name.value);
    document.error(name.span.clone(), problem, cure)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 3] = ["stooq", "yahoo", "tiingo"];

    fn read(text: &str) -> Result<ConfigFile> {
        ConfigFile::read(text.as_bytes(), "config.toml", &KNOWN)
    }

    #[test]
    fn chains_and_sources_are_read() {
        let text = "[chains]\nprices = [\"stooq\", \"yahoo\"]\n\
                    [sources.tiingo]\nkey = \"abc\"\nbase_url = \"http://127.0.0.1:8080\"\n";
        let config = read(text).expect("a configuration");
        assert_eq!(
            config.prices,
            Some(vec!["stooq".to_owned(), "yahoo".to_owned()])
        );
        assert_eq!(config.factors, None);
        assert_eq!(
            config.sources[0].base_url.as_deref(),
            Some("http://127.0.0.1:8080")
        );
        assert!(config.has_key());
        let short = read("prices = [\"yahoo\"]\n").expect("a configuration");
        assert_eq!(short.prices, Some(vec!["yahoo".to_owned()]));
        assert!(!short.has_key());
    }

    #[test]
    fn what_is_unknown_is_named_with_its_line() {
        let table = [
            ("prices = [\"yahooo\"]", 1, "did you mean `yahoo`?"),
            ("\n[sources.stok]\nkey = \"a\"", 2, "the sources are"),
            ("[sources.stooq]\nkeey = \"abc\"", 2, "did you mean `key`?"),
            (
                "[sources.stooq]\nbase_url = \"ftp://x\"",
                2,
                "write one like",
            ),
            ("chain = 1", 1, "did you mean `chains`?"),
            ("[chains]\nprice = [\"yahoo\"]", 2, "did you mean `prices`?"),
            ("prices = []", 1, "at least one"),
        ];
        for (text, line, cure) in table {
            let error = read(text).expect_err(text).to_string();
            assert!(error.contains(&format!("config.toml:{line}:")), "{error}");
            assert!(error.contains(cure), "{error}");
            assert!(!error.contains("abc"), "{error}");
        }
    }
}
