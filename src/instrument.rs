//! Names of instruments and of groups of them.

use crate::error::{InputError, Result};
use std::sync::Arc;

/// The symbol of something that trades: `NVDA`, `BRK-B`, `^VIX`, `NVDA.US`.
///
/// At most 32 characters, no white space, separators or control characters: a symbol can
/// stand in a list, in a table cell and beside a path without changing its meaning. Copies share
/// their text: a scan of thousands of instruments holds millions of them.
///
/// ```
/// use shockwave::instrument::Symbol;
/// assert_eq!(Symbol::new(" NVDA ")?.as_str(), "NVDA");
/// assert!(Symbol::new("../etc").is_err());
/// # Ok::<(), shockwave::error::Error>(())
/// ```
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Symbol(Arc<str>);

impl Symbol {
    /// Checks and wraps a symbol; surrounding white space is dropped, case is kept.
    ///
    /// # Errors
    /// An empty or overlong symbol, or one with a character that symbols do not have.
    pub fn new(text: &str) -> Result<Self> {
        let text = text.trim();
        let allowed = |c: char| c.is_alphanumeric() || "._-^=+&$:*@#!~".contains(c);
        let path_like = text.chars().all(|c| c == '.') || text.contains("..");
        if text.is_empty()
            || text.chars().count() > 32
            || !text.chars().all(allowed)
            || path_like
            || text.starts_with(['=', '+', '-', '@'])
        {
            return Err(InputError::new(
                "not an instrument symbol",
                "use letters, digits and . - ^ = & : only, at most 32 characters",
            )
            .with_value(text)
            .into());
        }
        Ok(Self(text.into()))
    }

    /// The symbol as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Symbol {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Symbol {
    type Error = crate::error::Error;

    fn try_from(text: String) -> Result<Self> {
        Symbol::new(&text)
    }
}

impl From<Symbol> for String {
    fn from(symbol: Symbol) -> Self {
        symbol.as_str().to_owned()
    }
}

impl std::fmt::Display for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A named set of instruments, such as `hardware`; its portfolio can be studied like one instrument.
///
/// ```
/// use shockwave::instrument::{InstrumentGroup, Symbol, Weighting};
///
/// let members = vec![Symbol::new("NVDA")?, Symbol::new("AMD")?];
/// let chips = InstrumentGroup {
///     weights: Some(vec![0.9, 0.1]), // in the order of the members
///     weighting: Some(Weighting::Both),
///     ..InstrumentGroup::new("chips", members)
/// };
/// assert_eq!(chips.members[1].as_str(), "AMD");
/// # Ok::<(), shockwave::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct InstrumentGroup {
    /// Name, unique in a study.
    pub name: String,
    /// Its members, each once.
    pub members: Vec<Symbol>,
    /// A fixed weight for each member, in their order.
    pub weights: Option<Vec<f64>>,
    /// Which portfolios are asked for; `None` takes both where weights are known, else the equal
    /// one.
    pub weighting: Option<Weighting>,
}

impl InstrumentGroup {
    /// A group without weights.
    pub fn new(name: &str, members: Vec<Symbol>) -> Self {
        Self {
            name: name.to_owned(),
            members,
            weights: None,
            weighting: None,
        }
    }
}

/// Which portfolios of a group are studied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weighting {
    /// Every member the same.
    Equal,
    /// By value: shares outstanding at the close before, else the weights given.
    Value,
    /// Both.
    Both,
}

/// Shares outstanding at a date, to turn an abnormal return into money.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SharesOutstanding {
    /// Whose shares.
    pub instrument: Symbol,
    /// How many, on the split basis of the prices.
    pub count: f64,
    /// The date of the count.
    pub as_of: chrono::NaiveDate,
    /// Where it was published.
    pub source: String,
}
