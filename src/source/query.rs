//! Building requests: paths and queries in percent-encoding, and the key where one is wanted.

use super::{KeyNeed, Refusal, RefusalClass, Request, Secret, SourceFacts};
use url::form_urlencoded::{Serializer, byte_serialize};

/// A request that grows parameter by parameter.
pub(super) struct Query {
    path: String,
    pairs: Serializer<'static, String>,
    headers: Vec<(&'static str, String)>,
    host: Option<&'static str>,
}

impl Query {
    /// A request of a path that is already encoded.
    pub fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            pairs: Serializer::new(String::new()),
            headers: Vec::new(),
            host: None,
        }
    }

    /// Adds a parameter.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.pairs.append_pair(name, &value.to_string());
        self
    }

    /// Adds a parameter where there is a value.
    pub fn with_some(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds the key, where there is one.
    pub fn with_key(self, name: &str, key: Option<&Secret>) -> Self {
        self.with_some(name, key.map(Secret::expose))
    }

    /// Adds a header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Asks another host of the same provider.
    pub fn at(mut self, host: &'static str) -> Self {
        self.host = Some(host);
        self
    }

    /// The request.
    pub fn request(mut self) -> Request {
        let query = self.pairs.finish();
        let path = match query.is_empty() {
            true => self.path,
            false => format!("{}?{query}", self.path),
        };
        Request {
            path,
            headers: self.headers,
            host: self.host,
        }
    }
}

/// A part of a path, percent-encoded.
pub(super) fn segment(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

/// The key of a source that cannot be asked without.
///
/// # Errors
/// There is none; the message says where it comes from and where it goes.
pub(super) fn required<'a>(
    facts: &SourceFacts,
    key: Option<&'a Secret>,
    whence: &str,
) -> Result<&'a Secret, Refusal> {
    debug_assert_eq!(facts.key, KeyNeed::Required);
    key.ok_or_else(|| {
        let message = format!(
            "{} wants {whence}; set SHOCKWAVE_KEY_{} or `key` under [sources.{}]",
            facts.title,
            facts.name.to_uppercase().replace('-', "_"),
            facts.name
        );
        Refusal::new(RefusalClass::NeedsKey, message)
    })
}
