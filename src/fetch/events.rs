//! Events from a source, page by page.
//!
//! Nothing is stored here: events belong into catalogues that a person reads and keeps.

use crate::event::Event;
use crate::source::http::{Answer, Call, Client};
use crate::source::{EventAsk, EventSource, Refusal, RefusalClass, Secret};
use std::collections::VecDeque;
use std::sync::Arc;

/// A source of events with what a person configured for it.
#[derive(Clone)]
pub struct EventProvider {
    /// What asks and reads.
    pub adapter: Arc<dyn EventSource>,
    /// In place of the source's own address.
    pub base_url: Option<String>,
    /// The key or contact, where there is one.
    pub key: Option<Secret>,
}

/// The most pages that are asked for: a source that never ends is at fault.
const MAX_PAGES: usize = 200;

/// Asks for all pages and returns their events, each id once, in the order of the pages.
///
/// # Errors
/// The first refusal: half a list would look like a whole one. So would one with a page that
/// another page announced and that is empty, or with fewer results than the source counts. That
/// one of several questions has no answer is no refusal.
pub async fn fetch_events(
    client: &Client,
    provider: &EventProvider,
    ask: &EventAsk,
) -> Result<Vec<Event>, Refusal> {
    let mut events: Vec<Event> = Vec::new();
    for ask in provider.adapter.asks(ask) {
        ask_all_pages(client, provider, &ask, &mut events).await?;
    }
    Ok(events)
}

/// Adds the events of all pages of one question to those of the questions before it.
async fn ask_all_pages(
    client: &Client,
    provider: &EventProvider,
    ask: &EventAsk,
    events: &mut Vec<Event>,
) -> Result<(), Refusal> {
    let requests = provider.adapter.requests(ask, provider.key.as_ref())?;
    let mut waiting: VecDeque<_> = requests.into();
    let questions = waiting.len();
    let mut asked: Vec<String> = Vec::new();
    let (mut listed, mut total) = (0, 0);
    while let Some(request) = waiting.pop_front() {
        if asked.contains(&request.path) {
            continue;
        }
        if asked.len() >= MAX_PAGES {
            let message = format!("more than {MAX_PAGES} pages; narrow the span or the query");
            return Err(Refusal::new(RefusalClass::TooLarge, message));
        }
        asked.push(request.path.clone());
        let call = Call {
            source: provider.adapter.facts(),
            base_url: provider.base_url.as_deref(),
            request: &request,
            key: provider.key.as_ref(),
            validators: None,
        };
        let read = |reply: &_| provider.adapter.read(ask, reply);
        let page = match client.get(call, read).await {
            Ok(Answer::Fresh { value, .. }) => value,
            Ok(Answer::Unchanged) => continue,
            // The pages that others announce come after the questions.
            Err(refusal) if refusal.class == RefusalClass::NoData && asked.len() > questions => {
                let problem = format!("announces a page that it does not give: {refusal}");
                return Err(truncated(problem));
            }
            Err(refusal) if refusal.class == RefusalClass::NoData && !events.is_empty() => {
                continue;
            }
            Err(refusal) => return Err(refusal),
        };
        listed += page.listed;
        total = page.total.unwrap_or(0).max(total);
        for event in page.events {
            if !events.iter().any(|known| known.id == event.id) {
                events.push(event);
            }
        }
        waiting.extend(page.next.into_iter().map(|mut next| {
            next.headers.clone_from(&request.headers);
            next
        }));
    }
    if listed < total {
        let problem = format!("lists {listed} of {total} results, and no further page");
        return Err(truncated(problem));
    }
    Ok(())
}

fn truncated(problem: String) -> Refusal {
    Refusal::new(RefusalClass::Truncated, problem)
}
