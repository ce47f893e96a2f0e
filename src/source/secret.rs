//! A key that cannot be printed by accident.

/// A key. `Debug` and `Display` show that there is one, never which.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// What stands where a key stood.
const REDACTED: &str = "[key]";

impl Secret {
    /// Wraps a key; white space around it is dropped. An empty one is none.
    pub fn new(key: &str) -> Option<Self> {
        let key = key.trim();
        (!key.is_empty()).then(|| Self(key.to_owned()))
    }

    /// The key itself, for the request only.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `text` without the key, as it is and as it stands in a URL.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let encoded: String = url::form_urlencoded::byte_serialize(self.0.as_bytes()).collect();
        text.replace(&self.0, REDACTED).replace(&encoded, REDACTED)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(REDACTED)
    }
}

impl std::fmt::Display for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_key_is_never_shown() {
        let key = Secret::new(" a+b/c ").expect("a key");
        assert_eq!(format!("{key:?} {key}"), "[key] [key]");
        let echoed = "your key a+b/c (a%2Bb%2Fc) is used up";
        assert_eq!(key.redact(echoed), "your key [key] ([key]) is used up");
        assert_eq!(Secret::new("  "), None);
    }
}
