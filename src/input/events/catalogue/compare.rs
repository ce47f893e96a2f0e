//! Which events a catalogue has already: by reference, instant, or time and title.

use crate::event::{Event, EventTime, TimeCertainty};

/// What becomes of an event that is to be added.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "verdict")]
pub enum Verdict {
    /// It is added as it is.
    New,
    /// It is added under another id, because its own is taken by another event.
    Renamed {
        /// Its own id.
        from: String,
    },
    /// It is there already, or came twice.
    Duplicate {
        /// The id of the event that it repeats.
        of: String,
        /// By what that is known.
        because: &'static str,
    },
}

/// An event and what becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Addition {
    /// The event, under the id that it gets.
    pub event: Event,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// Attributes that name one document or article and no other.
const REFERENCES: [&str; 3] = ["accession", "document_number", "url"];

/// Decides for each event whether it is new beside `existing` and the ones before it.
pub fn compare(existing: &[Event], incoming: Vec<Event>) -> Vec<Addition> {
    let mut known: Vec<Event> = existing.to_vec();
    let mut additions = Vec::with_capacity(incoming.len());
    for mut event in incoming {
        let repeated = known
            .iter()
            .find_map(|k| Some((k.id.clone(), same(k, &event)?)));
        let verdict = match repeated {
            Some((of, because)) => Verdict::Duplicate { of, because },
            None => {
                let own = event.id.clone();
                event.id = free_id(&known, &own);
                known.push(event.clone());
                match event.id == own {
                    true => Verdict::New,
                    false => Verdict::Renamed { from: own },
                }
            }
        };
        additions.push(Addition { event, verdict });
    }
    additions
}

/// By what two events are one, if they are.
fn same(a: &Event, b: &Event) -> Option<&'static str> {
    for name in REFERENCES {
        if let (Some(x), Some(y)) = (a.attributes.get(name), b.attributes.get(name))
            && x == y
        {
            return Some(match name {
                "accession" => "the same accession number",
                "document_number" => "the same document number",
                _ => "the same address",
            });
        }
    }
    let address = |e: &Event| e.source.clone().filter(|s| s.starts_with("http"));
    if address(a).is_some() && address(a) == address(b) {
        return Some("the same address");
    }
    let concerns = a.instruments.is_empty()
        || b.instruments.is_empty()
        || a.instruments
            .iter()
            .any(|symbol| b.instruments.contains(symbol));
    let to_the_minute = |e: &Event| {
        matches!(
            e.time_certainty,
            TimeCertainty::Exact | TimeCertainty::Minute
        )
    };
    let at_once = a.announced_at == b.announced_at && concerns;
    match a.announced_at {
        EventTime::Instant(_) if at_once && to_the_minute(a) && to_the_minute(b) => {
            return Some("the same instant");
        }
        _ if at_once && a.title.eq_ignore_ascii_case(&b.title) => {
            return Some(if a.id == b.id {
                "the same id and content"
            } else {
                "the same time and title"
            });
        }
        _ => {}
    }
    None
}

/// `id`, or `id-2` and so on where it is taken.
fn free_id(known: &[Event], id: &str) -> String {
    let taken = |id: &str| known.iter().any(|event| event.id == id);
    let numbered = (2..).map(|n| format!("{id}-{n}"));
    let mut ids = std::iter::once(id.to_owned()).chain(numbered);
    ids.find(|id| !taken(id)).unwrap_or_else(|| id.to_owned())
}
