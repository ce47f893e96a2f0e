//! The gate that every body passes before anything is read from it.
//!
//! A body is accepted by its first line (or, for JSON, by its structure), whatever status and
//! Content-Type came with it. What is not accepted is explained: each provider knows its own
//! refusals as [`Phrase`]s, and what is common to all is told apart here. Text of a body is
//! quoted only through [`shown`], because bodies repeat keys.

use super::{KeyNeed, Refusal, RefusalClass, Reply, SourceFacts};
use crate::input::table::{detect_delimiter, fold};
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::time::Duration;

/// A text by which a provider says no.
pub(super) struct Phrase {
    /// A part of the body, compared without regard to case.
    pub says: &'static str,
    /// What it means.
    pub class: RefusalClass,
    /// What happened and what to do, for people.
    pub message: &'static str,
}

/// Short for a [`Phrase`] in a table of them.
pub(super) const fn phrase(
    says: &'static str,
    class: RefusalClass,
    message: &'static str,
) -> Phrase {
    Phrase {
        says,
        class,
        message,
    }
}

/// What a provider's replies look like.
pub(super) struct Form<'a> {
    /// Whose they are.
    pub facts: &'a SourceFacts,
    /// First lines of its tables in lower case, without blanks and quotes; none for JSON.
    pub headers: &'a [&'a str],
    /// Its refusals, the more telling first.
    pub phrases: &'a [Phrase],
    /// How a person gets this very file by hand.
    pub by_hand: Cow<'a, str>,
}

/// Marks of pages that want to see a person.
const CHALLENGES: [&str; 14] = [
    "requires javascript",
    "enable javascript",
    "captcha",
    "just a moment",
    "incapsula",
    "challenge-platform",
    "cf-chl",
    "verify your browser",
    "verify you are human",
    "are you a robot",
    "unusual traffic",
    "attention required",
    "consent.yahoo",
    "access denied",
];

impl<'a> Form<'a> {
    /// The text of a table that has one of the accepted headers and at least one row below it.
    ///
    /// # Errors
    /// What else came, with its class.
    pub fn table<'b>(&self, reply: &'b Reply) -> Result<&'b str, Refusal> {
        let text = self.text(reply)?;
        let first = text.trim_start().lines().next().unwrap_or("");
        let header = squeezed(first);
        if !self.headers.contains(&header.as_str()) {
            let cut = |full: &&str| full.starts_with(&header) && !text.trim_start().contains('\n');
            if !header.is_empty() && self.headers.iter().any(cut) {
                return Err(self.truncated("the header line"));
            }
            return Err(self.explain(reply, text));
        }
        match text
            .trim_start()
            .lines()
            .skip(1)
            .any(|line| !line.trim().is_empty())
        {
            true => Ok(text.trim_start()),
            false => Err(self.no_data("a header without any row")),
        }
    }

    /// The body as JSON of the expected structure.
    ///
    /// # Errors
    /// What else came, with its class.
    pub fn json<T: DeserializeOwned>(&self, reply: &Reply) -> Result<T, Refusal> {
        let text = self.text(reply)?;
        let start = text.trim_start();
        if !start.starts_with(['{', '[']) {
            return Err(self.explain(reply, text));
        }
        serde_json::from_str(text).map_err(|error| match error.classify() {
            serde_json::error::Category::Eof => self.truncated("the JSON"),
            serde_json::error::Category::Syntax => self.explain(reply, text),
            _ => match self.known(text) {
                Some(refusal) => refusal,
                None => self.changed(format!("JSON of another structure ({error})")),
            },
        })
    }

    /// The body as text; an empty one says that there is nothing.
    ///
    /// # Errors
    /// A body that is empty or no text.
    pub fn text<'b>(&self, reply: &'b Reply) -> Result<&'b str, Refusal> {
        let body = reply
            .body
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(&reply.body);
        match std::str::from_utf8(body) {
            Ok(text) if text.trim().is_empty() => Err(self
                .by_status(reply.status)
                .unwrap_or_else(|| self.no_data("an empty reply"))),
            Ok(text) => Ok(text),
            // Only the last character is incomplete: the body was cut within it.
            Err(error) if error.error_len().is_none() => Err(self.truncated("the reply")),
            // Refusals come in other encodings too: their letters without accents tell.
            Err(_) => Err(self
                .known(&String::from_utf8_lossy(body))
                .unwrap_or_else(|| self.changed("bytes that are no text".to_owned()))),
        }
    }

    /// Why a body that did not pass the gate came.
    pub fn explain(&self, reply: &Reply, text: &str) -> Refusal {
        if let Some(refusal) = self.known(text) {
            return refusal;
        }
        let lower = text.to_lowercase();
        let first = text.trim_start().lines().next().unwrap_or("");
        let is_page = text.trim_start().starts_with('<') || lower.contains("<html");
        // What is not there is not there, whatever scripts its page holds.
        let challenged = reply.status != 404 && CHALLENGES.iter().any(|mark| lower.contains(mark));
        if challenged && (is_page || !looks_like_header(first)) {
            return self.bot_check();
        }
        if lower.contains("error code: 1015") || lower.contains("too many requests") {
            return self.rate_limited(None);
        }
        if let Some(refusal) = self.by_status(reply.status) {
            return refusal;
        }
        if is_page {
            return self.changed("a web page".to_owned());
        }
        if text.trim_start().starts_with(['{', '[']) {
            return self.changed("JSON that says neither figures nor a known refusal".to_owned());
        }
        if looks_like_header(first) {
            return self.changed(format!("a table with the header `{}`", shown(first)));
        }
        self.changed(format!("the text `{}`", shown(first)))
    }

    /// The refusal that the text is known to be.
    pub fn known(&self, text: &str) -> Option<Refusal> {
        let lower = text.to_lowercase();
        let phrase = self
            .phrases
            .iter()
            .find(|p| lower.contains(&p.says.to_lowercase()))?;
        Some(self.refusal(phrase.class, phrase.message))
    }

    /// A refusal in the name of this provider; a bot check says how to get the file by hand.
    pub fn refusal(&self, class: RefusalClass, message: &str) -> Refusal {
        let mut text = format!("{}: {message}", self.facts.title);
        if class == RefusalClass::BotCheck && !self.by_hand.is_empty() {
            text.push_str("; ");
            text.push_str(&self.by_hand);
        }
        Refusal::new(class, text)
    }

    /// The reply ends before its end.
    pub fn truncated(&self, what: &str) -> Refusal {
        let message = format!("{what} was cut off before its end; fetch again");
        self.refusal(RefusalClass::Truncated, &message)
    }

    /// The provider knows the symbol but has nothing to give.
    pub fn no_data(&self, what: &str) -> Refusal {
        let message = format!("sent {what}; check the symbol and the dates");
        self.refusal(RefusalClass::NoData, &message)
    }

    /// The reply has another form than the adapter knows.
    pub fn changed(&self, what: String) -> Refusal {
        let message = format!(
            "sent {what} instead of what this adapter reads; nothing was taken from it. If it stays \
             so, the provider has changed its replies: save the file in a browser and use shockwave \
             fetch --import FILE"
        );
        self.refusal(RefusalClass::SchemaChanged, &message)
    }

    /// Too many requests.
    pub fn rate_limited(&self, retry_after: Option<Duration>) -> Refusal {
        let message = "too many requests from this address; wait, then fetch again";
        Refusal {
            retry_after,
            ..self.refusal(RefusalClass::RateLimited, message)
        }
    }

    /// The provider wants to see a person.
    pub fn bot_check(&self) -> Refusal {
        let message = "sent a page that checks for a person with a browser, which programs do not \
                       pass and this one does not try to";
        self.refusal(RefusalClass::BotCheck, message)
    }

    /// What the status alone says; `None` for success, and where it says nothing.
    fn by_status(&self, status: u16) -> Option<Refusal> {
        let say = |class, message: &str| Some(self.refusal(class, message));
        match status {
            401 => say(RefusalClass::BadKey, "does not accept the key; check it"),
            403 if self.facts.key == KeyNeed::Required => say(
                RefusalClass::BadKey,
                "does not accept the key for this; check it",
            ),
            402 => say(RefusalClass::PlanLimit, "wants a paid plan for this"),
            404 | 410 => say(
                RefusalClass::UnknownSymbol,
                "knows no such symbol; check its spelling",
            ),
            429 => Some(self.rate_limited(None)),
            504 => say(
                RefusalClass::Timeout,
                "took too long to answer; fetch again later",
            ),
            500..=599 => {
                let message = format!("is out of order (status {status}); fetch again later");
                say(RefusalClass::Network, &message)
            }
            403 => Some(self.bot_check()),
            _ => None,
        }
    }
}

/// A header as it is compared: lower case, without blanks around cells and without quotes.
pub(super) fn squeezed(line: &str) -> String {
    fold(line)
        .replace('"', "")
        .replace(" ,", ",")
        .replace(", ", ",")
        .replace(" ;", ";")
        .replace("; ", ";")
}

/// Two cells or more, short and without the marks of sentences.
fn looks_like_header(line: &str) -> bool {
    let table = detect_delimiter(line, false).is_some();
    table
        && line.len() < 400
        && !line.trim_start().starts_with(['<', '{', '['])
        && !line.contains(". ")
}

/// A piece of a body as a message may show it: short, on one line, and without words that could
/// be keys.
pub(super) fn shown(text: &str) -> String {
    let short: String = text
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(160)
        .collect();
    let mut out = String::with_capacity(short.len());
    let mut word = String::new();
    let in_word = |c: char| c.is_ascii_alphanumeric();
    for c in short.chars().chain([' ']) {
        if in_word(c) {
            word.push(c);
            continue;
        }
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let could_be_key =
            word.len() >= 16 || (word.len() >= 6 && digits > 0 && digits < word.len());
        out.push_str(if could_be_key { "[…]" } else { &word });
        out.push(c);
        word.clear();
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_key_is_not_shown() {
        assert_eq!(shown("key 0a1b2c3d4e, ok"), "key […], ok");
        assert_eq!(shown("ABCDEFGHIJKLMNOP"), "[…]");
        assert_eq!(
            shown("Date,Open,adj_close 2025-01-27\r\nx"),
            "Date,Open,adj_close 2025-01-27x"
        );
    }

    #[test]
    fn headers_are_compared_without_blanks_and_quotes() {
        assert_eq!(
            squeezed("\"Date\", \"Adj Close\" ,Volume"),
            "date,adj close,volume"
        );
    }
}
