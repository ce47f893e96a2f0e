//! The Federal Register: rules, notices and presidential documents of the US government.
//!
//! A document is published days after it was signed and made known (five in the median), so that
//! an event is dated by its signing; where only the publication is known, the source text says so.
//! No document has a time of day.

use super::RefusalClass::{NoData, SchemaChanged};
use super::body::{Form, shown};
use super::query::Query;
use super::{
    EventAsk, EventPage, EventSource, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts,
};
use crate::event::{Event, EventTime, TimeCertainty, When};
use crate::prices::dialect::AdjustmentBasis;
use chrono::{Days, NaiveDate, TimeDelta};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

/// The Federal Register.
pub struct FederalRegister;

static FACTS: SourceFacts = SourceFacts {
    name: Cow::Borrowed("federalregister"),
    title: Cow::Borrowed("the Federal Register"),
    base_url: Cow::Borrowed("https://www.federalregister.gov"),
    key: KeyNeed::None,
    adjustment_basis: AdjustmentBasis::Unknown,
    publication_lag: TimeDelta::zero(),
    min_interval: Duration::from_secs(1),
    by_hand: Some(Cow::Borrowed(
        "open https://www.federalregister.gov/documents/search in a browser and write the documents \
         into an event file",
    )),
};

const FIELDS: [&str; 9] = [
    "document_number",
    "title",
    "type",
    "subtype",
    "publication_date",
    "effective_on",
    "signing_date",
    "citation",
    "html_url",
];
/// The longest time from signing to publication that is looked for, in days.
const PUBLISHED_WITHIN: u64 = 30;

impl EventSource for FederalRegister {
    fn facts(&self) -> &SourceFacts {
        &FACTS
    }

    fn requests(&self, ask: &EventAsk, _: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        let published_by = ask
            .to
            .checked_add_days(Days::new(PUBLISHED_WITHIN))
            .unwrap_or(ask.to);
        let mut query = Query::new("/api/v1/documents.json");
        let mut term: Vec<&str> = Vec::new();
        for word in ask.query.as_deref().unwrap_or("").split_whitespace() {
            // `agency:industry-and-security-bureau` and `type:RULE` narrow the search.
            match word.split_once(':') {
                Some(("agency", slug)) => query = query.with("conditions[agencies][]", slug),
                Some(("type", kind)) => {
                    query = query.with("conditions[type][]", kind.to_uppercase());
                }
                _ => term.push(word),
            }
        }
        if !term.is_empty() {
            query = query.with("conditions[term]", term.join(" "));
        }
        query = query
            .with("conditions[publication_date][gte]", ask.from)
            .with("conditions[publication_date][lte]", published_by);
        for field in FIELDS {
            query = query.with("fields[]", field);
        }
        Ok(vec![
            query
                .with("per_page", 100)
                .with("order", "oldest")
                .request(),
        ])
    }

    fn read(&self, ask: &EventAsk, reply: &Reply) -> Result<EventPage, Refusal> {
        let form = Form {
            facts: &FACTS,
            headers: &[],
            phrases: &[],
            by_hand: FACTS.by_hand.clone().unwrap_or_default(),
        };
        let document: Documents = form.json(reply)?;
        if let Some(problem) = document.message.or(document.errors.map(|e| e.to_string())) {
            let message = format!("does not accept the question ({})", shown(&problem));
            let class = if reply.status == 404 {
                NoData
            } else {
                SchemaChanged
            };
            return Err(form.refusal(class, &message));
        }
        let Some(results) = document.results else {
            return Err(match document.count {
                Some(0) => form.refusal(NoData, "has no document for this; check query and dates"),
                _ => form.changed("JSON without results".to_owned()),
            });
        };
        let found = results.iter().filter_map(|result| event(ask, result));
        let events = found.filter(|(day, _)| *day >= ask.from && *day <= ask.to);
        Ok(EventPage {
            events: events.map(|(_, event)| event).collect(),
            next: document
                .next_page_url
                .as_deref()
                .and_then(next_page)
                .into_iter()
                .collect(),
            listed: results.len(),
            total: document.count,
        })
    }
}

#[derive(Deserialize)]
struct Documents {
    count: Option<usize>,
    next_page_url: Option<String>,
    results: Option<Vec<Document>>,
    message: Option<String>,
    errors: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Document {
    document_number: String,
    title: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    subtype: Option<String>,
    publication_date: NaiveDate,
    effective_on: Option<String>,
    signing_date: Option<NaiveDate>,
    citation: Option<String>,
    html_url: Option<String>,
}

/// The path and query of the next page; its host is whichever host is asked.
fn next_page(address: &str) -> Option<Request> {
    let url = url::Url::parse(address).ok()?;
    Some(Request {
        path: format!("{}?{}", url.path(), url.query()?),
        headers: Vec::new(),
        host: None,
    })
}

fn event(ask: &EventAsk, document: &Document) -> Option<(NaiveDate, Event)> {
    let number = document.document_number.trim();
    if number.is_empty() || number.contains(';') {
        return None;
    }
    let day = document.signing_date.unwrap_or(document.publication_date);
    let citation = document.citation.as_deref().unwrap_or(number);
    let basis = match document.signing_date {
        Some(_) => "dated by its signing",
        None => "dated by its publication: the news was public some days earlier",
    };
    let address = document.html_url.as_deref().unwrap_or("");
    let source = format!("Federal Register {citation}, {basis} {address}")
        .trim_end()
        .to_owned();
    let kind = document.subtype.as_deref().or(document.kind.as_deref());
    let category = kind.map(|kind| kind.to_lowercase().replace(' ', "-"));
    let mut attributes = BTreeMap::from([
        ("document_number".to_owned(), number.to_owned()),
        (
            "publication_date".to_owned(),
            document.publication_date.to_string(),
        ),
    ]);
    if let Some(effective) = &document.effective_on {
        attributes.insert("effective_on".to_owned(), effective.clone());
    }
    let event = Event {
        id: format!("fr-{number}"),
        announced_at: EventTime::Date(day),
        given_at: day.to_string(),
        when: When::Unknown,
        time_certainty: TimeCertainty::Day,
        title: document.title.trim().to_owned(),
        category,
        instruments: ask.instruments.clone(),
        direction: None,
        market_wide: false,
        source: Some(source),
        attributes,
    };
    Some((day, event))
}

#[cfg(test)]
mod tests;
