//! An Atom feed of findings: a page of the newest messages, the same bytes for the same messages.

use super::archive;
use super::page::escape;
use super::rule::Message;
use chrono::{DateTime, SecondsFormat, Utc};

/// How many entries a feed has at most.
const MAX_ENTRIES: usize = 200;

/// The feed of these messages, newest first. `site` is the address of the folder of reports, where it
/// has one; without it, links are relative to the feed.
pub fn atom(messages: &[Message], site: Option<&str>) -> String {
    let mut newest: Vec<&Message> = messages.iter().collect();
    newest.sort_by(|a, b| (b.at, &a.fact.key).cmp(&(a.at, &b.fact.key)));
    newest.truncate(MAX_ENTRIES);
    let site = site.map_or(String::new(), |site| {
        format!("{}/", site.trim_end_matches('/'))
    });
    // A feed without entries has no time of its own: 1970.
    let updated = newest.first().map_or_else(DateTime::default, |m| m.at);
    let entries: String = newest.iter().map(|m| entry(m, &site)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <title>Shockwave</title>\n<id>urn:shockwave:findings</id>\n\
         <updated>{}</updated>\n<author><name>Shockwave</name></author>\n\
         <link rel=\"self\" href=\"{site}feed.xml\"/>\n<link href=\"{site}index.html\"/>\n\
         {entries}</feed>\n",
        instant(updated),
        site = escape(&site),
    )
}

fn entry(message: &Message, site: &str) -> String {
    let fact = &message.fact;
    let page = match &fact.study {
        Some(study) => format!("{}/changes.html", archive::folder(study, fact.session)),
        None => "index.html".to_owned(),
    };
    format!(
        "<entry>\n<title>{}</title>\n<id>urn:shockwave:{}</id>\n<updated>{}</updated>\n\
         <link href=\"{}\"/>\n<content type=\"text\">{}</content>\n</entry>\n",
        escape(&fact.text),
        encoded(&fact.key),
        instant(message.at),
        escape(&format!("{site}{page}")),
        escape(&fact.text),
    )
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A key as part of a URN: everything but letters, digits and a few marks percent-encoded.
fn encoded(key: &str) -> String {
    let mut urn = String::new();
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._/+:".contains(&byte) {
            urn.push(char::from(byte));
        } else {
            urn.push_str(&format!("%{byte:02X}"));
        }
    }
    urn
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::fact::{Fact, Trigger};

    fn message(key: &str, at: &str) -> Message {
        let at: DateTime<Utc> = at.parse().unwrap();
        Message {
            rule: "feed".into(),
            at,
            fact: Fact {
                key: key.into(),
                trigger: Trigger::NewEvent,
                session: at.date_naive(),
                study: Some("s".into()),
                event_id: None,
                instrument: None,
                value: None,
                p: None,
                text: "new <event>".into(),
            },
        }
    }

    #[test]
    fn entries_come_newest_first_escaped_and_with_ids_of_their_own() {
        let messages = [
            message("new-event/s/one", "2025-01-27T23:30:00Z"),
            message("new-event/s/two words", "2025-01-28T23:30:00Z"),
        ];
        let feed = atom(&messages, Some("https://example.org/r/"));
        let one = feed.find("urn:shockwave:new-event/s/one").unwrap();
        let two = feed.find("urn:shockwave:new-event/s/two%20words").unwrap();
        assert!(two < one);
        assert!(feed.contains("<updated>2025-01-28T23:30:00Z</updated>\n<author>"));
        assert!(feed.contains("new &lt;event&gt;") && !feed.contains("<event>"));
        assert!(feed.contains("href=\"https://example.org/r/s/2025-01-27/changes.html\""));
        assert!(atom(&messages, None).contains("href=\"s/2025-01-27/changes.html\""));
        assert_eq!(feed, atom(&messages, Some("https://example.org/r")));
    }

    #[test]
    fn a_feed_stays_short() {
        let messages: Vec<Message> = (0..300)
            .map(|n| message(&format!("k{n:03}"), "2025-01-27T23:30:00Z"))
            .collect();
        let feed = atom(&messages, None);
        assert_eq!(feed.matches("<entry>").count(), MAX_ENTRIES);
    }
}
