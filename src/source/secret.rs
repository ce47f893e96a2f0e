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

    /// `text` without the key: as it is, and as URLs, JSON and HTML write it, in either case.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let letters: Vec<Vec<String>> = self.0.chars().map(spellings).collect();
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = key_at_start(&letters, rest);
            match length {
                Some(_) => shown.push_str(REDACTED),
                None => shown.push(first),
            }
            rest = &rest[length.unwrap_or(first.len_utf8())..];
        }
        shown
    }
}

/// How many bytes the key takes at the beginning of the text, if it stands there.
fn key_at_start(letters: &[Vec<String>], text: &str) -> Option<usize> {
    let text = text.as_bytes();
    // One spelling may begin another (`&` and `&amp;`): every end that is possible is followed.
    let mut ends = vec![0];
    for spellings in letters {
        let next = |end: &usize| {
            let (end, rest) = (*end, &text[*end..]);
            let stands = move |spelling: &&String| {
                let start = rest.get(..spelling.len());
                start.is_some_and(|start| start.eq_ignore_ascii_case(spelling.as_bytes()))
            };
            spellings
                .iter()
                .filter(stands)
                .map(move |spelling| end + spelling.len())
        };
        ends = ends.iter().flat_map(next).collect();
        ends.sort_unstable();
        ends.dedup();
    }
    ends.pop()
}

/// A letter as it is, percent-encoded, and escaped as in JSON and HTML.
fn spellings(letter: char) -> Vec<String> {
    let number = u32::from(letter);
    let (mut bytes, mut units) = ([0; 4], [0; 2]);
    let bytes = letter.encode_utf8(&mut bytes).bytes();
    let units = letter.encode_utf16(&mut units).iter();
    let mut all = vec![
        letter.to_string(),
        bytes.map(|byte| format!("%{byte:02x}")).collect(),
        units.map(|unit| format!("\\u{unit:04x}")).collect(),
        format!("&#{number};"),
        format!("&#{number:03};"),
        format!("&#x{number:x};"),
    ];
    let others: &[&str] = match letter {
        ' ' => &["+"],
        '"' => &["\\\"", "&quot;"],
        '\\' => &["\\\\"],
        '/' => &["\\/"],
        '&' => &["&amp;"],
        '<' => &["&lt;"],
        '>' => &["&gt;"],
        '\'' => &["&apos;"],
        _ => &[],
    };
    all.extend(others.iter().map(|&other| other.to_owned()));
    all
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

    #[test]
    fn a_key_is_found_in_every_spelling() {
        let key = Secret::new("Zö k&\"/'\\<").expect("a key");
        for spelled in [
            r#"Zö k&"/'\<"#,
            "zö K&\"/'\\<",
            "Z%C3%B6+k%26%22%2F%27%5C%3C",
            "z%c3%b6%20k%26%22%2f'%5c%3c",
            r#"Zö k&\"\/'\\<"#,
            r#"Z\u00f6 k\u0026\"/\u0027\\\u003C"#,
            "Z&#xF6; k&amp;&quot;/&#39;\\&lt;",
            "Zö k&amp;&#34;&#x2F;&#039;\\&lt;",
        ] {
            let text = format!("ä?key={spelled}&x=1");
            assert_eq!(key.redact(&text), "ä?key=[key]&x=1", "{spelled}");
        }
        let other = "Zö k&\"/'\\";
        assert_eq!(key.redact(other), other);
    }
}
