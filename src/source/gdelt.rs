//! GDELT: news articles that hold the words of a query, of the last three months.
//!
//! The time of an article is when GDELT's crawler saw it: the news is as old or older. It dates an
//! event to the hour at best, which each event says. Refusals are sentences, labelled JSON.

use super::RefusalClass::{NoData, RateLimited};
use super::body::Form;
use super::query::Query;
use super::{
    EventAsk, EventPage, EventSource, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts,
};
use crate::event::{Event, EventTime, TimeCertainty, When};
use crate::prices::bars::sha256;
use crate::prices::dialect::AdjustmentBasis;
use chrono::{NaiveDateTime, TimeDelta};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

/// GDELT.
pub struct Gdelt;

static FACTS: SourceFacts = SourceFacts {
    name: Cow::Borrowed("gdelt"),
    title: Cow::Borrowed("GDELT"),
    base_url: Cow::Borrowed("https://api.gdeltproject.org"),
    key: KeyNeed::None,
    adjustment_basis: AdjustmentBasis::Unknown,
    publication_lag: TimeDelta::zero(),
    min_interval: PAUSE,
    by_hand: None,
};

/// One request every five seconds is what it asks for.
const PAUSE: Duration = Duration::from_millis(5_500);
/// The most articles that a reply holds.
const MOST: usize = 250;

impl EventSource for Gdelt {
    fn facts(&self) -> &SourceFacts {
        &FACTS
    }

    fn requests(&self, ask: &EventAsk, _: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        let Some(words) = ask
            .query
            .as_deref()
            .map(str::trim)
            .filter(|q| !q.is_empty())
        else {
            let message =
                "searches for words: state them with --query, such as --query \"nvidia export\"";
            return Err(form().refusal(NoData, message));
        };
        let query = Query::new("/api/v2/doc/doc")
            .with("query", words)
            .with("mode", "artlist")
            .with("format", "json")
            .with("maxrecords", MOST)
            .with("startdatetime", ask.from.format("%Y%m%d000000"))
            .with("enddatetime", ask.to.format("%Y%m%d235959"));
        Ok(vec![query.request()])
    }

    fn read(&self, ask: &EventAsk, reply: &Reply) -> Result<EventPage, Refusal> {
        let form = form();
        let text = form.text(reply)?.to_lowercase();
        if text.contains("limit requests to one every") {
            let message = "too many requests from this address: it wants five seconds between two";
            return Err(Refusal {
                retry_after: Some(PAUSE),
                ..form.refusal(RateLimited, message)
            });
        }
        if text.contains("too short, too long or too common")
            || text.contains("phrase is too short")
        {
            let message = "does not search for these words: they are too short, too long or too \
                           common; state others with --query";
            return Err(form.refusal(NoData, message));
        }
        let found: Found = form.json(reply)?;
        let articles = found.articles.unwrap_or_default();
        if articles.is_empty() {
            return Err(form.refusal(
                NoData,
                "has no article for this; it knows the last three months",
            ));
        }
        if articles.len() >= MOST {
            tracing::warn!(
                "GDELT gives {MOST} articles at most; narrow the span to see the others"
            );
        }
        let events: Option<Vec<Event>> =
            articles.iter().map(|article| event(ask, article)).collect();
        let events =
            events.ok_or_else(|| form.changed("an article without its time".to_owned()))?;
        Ok(EventPage {
            events,
            ..EventPage::default()
        })
    }
}

fn form() -> Form<'static> {
    Form {
        facts: &FACTS,
        headers: &[],
        phrases: &[],
        by_hand: Cow::Borrowed(""),
    }
}

#[derive(Deserialize)]
struct Found {
    articles: Option<Vec<Article>>,
}

#[derive(Deserialize)]
struct Article {
    url: String,
    #[serde(default)]
    title: String,
    seendate: String,
    #[serde(default)]
    domain: String,
    #[serde(default)]
    language: String,
}

fn event(ask: &EventAsk, article: &Article) -> Option<Event> {
    let seen = NaiveDateTime::parse_from_str(&article.seendate, "%Y%m%dT%H%M%SZ")
        .ok()?
        .and_utc();
    let title = article
        .title
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let attributes = [
        ("url", &article.url),
        ("domain", &article.domain),
        ("language", &article.language),
    ];
    let attributes: BTreeMap<String, String> = attributes
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    // Articles have no number of their own: their address makes one.
    let id = format!("gdelt-{}", &sha256(article.url.as_bytes())[..12]);
    Some(Event {
        announced_at: EventTime::Instant(seen),
        given_at: seen.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        when: When::Unknown,
        time_certainty: TimeCertainty::Hour,
        title: if title.is_empty() { id.clone() } else { title },
        category: Some("news".to_owned()),
        instruments: ask.instruments.clone(),
        direction: None,
        market_wide: false,
        source: Some(format!(
            "{} by way of GDELT; the time is when its crawler saw the article, which was published \
             before",
            article.url
        )),
        attributes,
        id,
    })
}

#[cfg(test)]
mod tests;
