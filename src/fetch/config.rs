//! The configuration file: which sources are asked in which order, where they are, their keys.
//!
//! Reads the text only; where the file lies, who may read it and what the environment says is the
//! command line's business.

use crate::error::{InputError, Result};
use crate::input::dates::DateOrder;
use crate::input::document::{Document, Located, Named, Section};
use crate::input::numbers::DecimalMark;
use crate::input::suggest::closest;
use crate::prices::dialect::AdjustmentBasis;
use crate::source::{KeyNeed, Secret, UrlSource, UrlSpec};
use std::collections::BTreeMap;

/// What the file says.
#[derive(Debug, Clone, Default)]
pub struct ConfigFile {
    /// Sources of prices, in the order in which they are asked.
    pub prices: Option<Vec<String>>,
    /// Sources of factor returns.
    pub factors: Option<Vec<String>>,
    /// What is said of single sources.
    pub sources: Vec<SourceEntry>,
}

/// A table `[sources.NAME]`.
#[derive(Debug, Clone)]
pub struct SourceEntry {
    /// The source's name.
    pub name: String,
    /// In place of the source's own address.
    pub base_url: Option<String>,
    /// The key.
    pub key: Option<Secret>,
    /// What asks and reads, for a source that the file itself declares.
    pub declared: Option<UrlSource>,
}

impl ConfigFile {
    /// Reads the file; `known` are the sources that the program has.
    ///
    /// # Errors
    /// Text that is no TOML; an unknown key or source, with its line and the one probably meant.
    pub fn read(bytes: &[u8], file: &str, known: &[&str]) -> Result<Self> {
        if bytes.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
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
            for (name, entry) in sources.named()? {
                let Named::Table(section) = entry else {
                    let problem = format!("`{}` must be a table", name.value);
                    return Err(document
                        .error(name.span, problem, "correct the value")
                        .into());
                };
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

/// What is wrong with an address that cannot stand for a source's own, and the cure.
pub const NOT_A_BASE_URL: (&str, &str) = (
    "the base URL is no http or https address, or has a query or a password",
    "write one like https://stooq.com; a key goes into SHOCKWAVE_KEY_<SOURCE>",
);

/// Whether an address can stand for a source's own. Paths are appended to it, so that a query
/// would swallow them; and it may hold a key, which would be stored with the address.
pub fn is_base_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        let signed = !url.username().is_empty() || url.password().is_some();
        let bare = url.query().is_none() && url.fragment().is_none() && !signed;
        bare && matches!(url.scheme(), "http" | "https")
    })
}

fn source_entry(
    document: &Document,
    name: Located<String>,
    mut section: Section<'_>,
    known: &[&str],
) -> Result<SourceEntry> {
    let base_url = section.text("base-url")?;
    let key = section.text("key")?;
    let url = section.text("url")?;
    let is_known = known.contains(&name.value.as_str());
    let declared = match (url, is_known) {
        (Some(url), false) => Some(declared(document, &name, url, &mut section)?),
        (Some(url), true) => {
            let problem = format!("`{}` is a source of the program", name.value);
            let cure = "declare yours under another name, or set base_url";
            return Err(document.error(url.span, problem, cure).into());
        }
        (None, true) => None,
        (None, false) => {
            let cure = "to declare a source, give its url";
            let fault = unknown(document, &name, known);
            let cure = format!("{}; {cure}", fault.cure);
            return Err(InputError { cure, ..fault }.into());
        }
    };
    section.finish()?;
    if let Some(url) = base_url.as_ref().filter(|url| !is_base_url(&url.value)) {
        let span = url.span.clone();
        return Err(document
            .error(span, NOT_A_BASE_URL.0, NOT_A_BASE_URL.1)
            .into());
    }
    Ok(SourceEntry {
        name: name.value,
        base_url: base_url.map(|url| url.value),
        key: key.and_then(|key| Secret::new(&key.value)),
        declared,
    })
}

/// A source that the file declares: an address with placeholders, and what its tables leave open.
fn declared(
    document: &Document,
    name: &Located<String>,
    url: Located<String>,
    section: &mut Section<'_>,
) -> Result<UrlSource> {
    let decimal = |text: &str| match text {
        "point" => Some(DecimalMark::Point),
        "comma" => Some(DecimalMark::Comma),
        _ => None,
    };
    let adjustment = |text: &str| match text {
        "raw" => Some(AdjustmentBasis::Raw),
        "split" => Some(AdjustmentBasis::Split),
        "split-and-dividend" => Some(AdjustmentBasis::SplitAndDividend),
        "level" => Some(AdjustmentBasis::Level),
        _ => None,
    };
    let key_need = |text: &str| match text {
        "none" => Some(KeyNeed::None),
        "optional" => Some(KeyNeed::Optional),
        "required" => Some(KeyNeed::Required),
        _ => None,
    };
    let columns = column_names(document, section)?;
    let mut choose = Choices { document, section };
    let spec = UrlSpec {
        header: choose.text("header")?,
        columns,
        date_format: choose.one("date-format", "dmy, mdy or ymd", DateOrder::from_name)?,
        decimal: choose.one("decimal", "point or comma", decimal)?,
        adjustment: choose.one(
            "adjustment",
            "raw, split, split-and-dividend or level",
            adjustment,
        )?,
        publication_lag_minutes: choose.one(
            "publication-lag-minutes",
            "a number of minutes",
            |text| text.parse().ok(),
        )?,
        min_interval_ms: choose.one("min-interval-ms", "a number of milliseconds", |text| {
            text.parse().ok()
        })?,
        key: choose
            .one("needs-key", "none, optional or required", key_need)?
            .unwrap_or_default(),
        by_hand: choose.text("by-hand")?,
        url: url.value,
    };
    UrlSource::new(&name.value, spec).map_err(|fault| {
        // The address may hold a key.
        document.error(url.span, fault.problem, fault.cure).into()
    })
}

/// Their names of columns, and ours.
fn column_names(
    document: &Document,
    section: &mut Section<'_>,
) -> Result<BTreeMap<String, String>> {
    let Some(table) = section.table("columns")? else {
        return Ok(BTreeMap::new());
    };
    let pair = |(theirs, ours): (Located<String>, Named<'_>)| match ours {
        Named::List(ours) => {
            let ours = ours.into_iter().next().map(|item| item.value);
            Ok((theirs.value, ours.unwrap_or_default()))
        }
        _ => {
            let problem = format!("`{}` must be the name of a column", theirs.value);
            Err(document.error(theirs.span, problem, "write a text").into())
        }
    };
    table.named()?.into_iter().map(pair).collect()
}

/// Values of a section that are one of a few.
struct Choices<'a, 'b> {
    document: &'a Document,
    section: &'a mut Section<'b>,
}

impl Choices<'_, '_> {
    fn text(&mut self, key: &'static str) -> Result<Option<String>> {
        Ok(self.section.text(key)?.map(|text| text.value))
    }

    fn one<T>(
        &mut self,
        key: &'static str,
        choices: &str,
        choose: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(text) = self.section.text(key)? else {
            return Ok(None);
        };
        let chosen = choose(&text.value);
        let fault = || {
            let problem = format!("`{key}` has no such value");
            self.document
                .error(text.span.clone(), problem, format!("write {choices}"))
        };
        chosen.map(Some).ok_or_else(|| fault().into())
    }
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
    fn a_source_can_be_declared() {
        let text = "prices = \"bourse\"\n[sources.bourse]\n\
                    url = \"https://example.com/{symbol}.csv?from={from}&to={to}\"\n\
                    columns = { Schlusskurs = \"close\", Datum = \"date\" }\n\
                    decimal = \"comma\"\nneeds_key = \"required\"\nkey = \"abc\"\n";
        let config = read(text).expect("a configuration");
        let declared = config.sources[0].declared.as_ref().expect("a source");
        let facts = crate::source::FigureSource::facts(declared);
        assert_eq!(
            (&*facts.name, &*facts.base_url),
            ("bourse", "https://example.com")
        );
        assert_eq!(facts.key, KeyNeed::Required);
        assert_eq!(config.prices, Some(vec!["bourse".to_owned()]));
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
            (
                "[sources.stooq]\nbase_url = \"https://x.example/?apikey=abc\"",
                2,
                "SHOCKWAVE_KEY_",
            ),
            (
                "[sources.my]\nurl = \"https://x.example/?apikey=abc\"",
                2,
                "SHOCKWAVE_KEY_MY",
            ),
            ("chain = 1", 1, "did you mean `chains`?"),
            ("[chains]\nprice = [\"yahoo\"]", 2, "did you mean `prices`?"),
            ("prices = []", 1, "at least one"),
            (
                "[sources.yahoo]\nurl = \"https://x.example/abc\"",
                2,
                "another name",
            ),
            ("[sources.my]\nurl = \"nonsense abc\"", 2, "write one like"),
            (
                "[sources.my]\nurl = \"https://x.example/abc\"\ndecimal = \"dot\"",
                3,
                "point or comma",
            ),
            (
                "[sources.my]\nurl = \"https://x.example/\"\ncolums = \"a\"",
                3,
                "did you mean `columns`?",
            ),
        ];
        for (text, line, cure) in table {
            let error = read(text).expect_err(text).to_string();
            assert!(error.contains(&format!("config.toml:{line}:")), "{error}");
            assert!(error.contains(cure), "{error}");
            assert!(!error.contains("abc"), "{error}");
        }
    }
}
