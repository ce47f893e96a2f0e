//! Where figures and events come from: one adapter per provider, all of one shape.
//!
//! An adapter says what to ask ([`Request`]), and reads what came back ([`Reply`]) or says why it
//! cannot ([`Refusal`]). It never opens a connection: `http` does that, for all alike. What is
//! kept, and how it replaces what is there, is `store`'s business.
//!
//! HTTP status 200 means nothing: providers send quota notices, bot checks and empty pages with
//! it. An adapter therefore accepts a body by its header signature, and by nothing else.

mod alphavantage;
mod body;
mod cboe;
mod declared;
mod delivery;
mod edgar;
mod embedded;
mod eodhd;
mod federalregister;
mod fred;
mod french;
mod gdelt;
pub mod http;
mod nasdaq;
mod query;
mod refusal;
mod secret;
mod stooq;
mod tiingo;
mod twelvedata;
mod yahoo;

pub use declared::{UrlSource, UrlSpec};
pub use refusal::{Refusal, RefusalClass};
pub use secret::Secret;

use crate::error::Result;
use crate::event::Event;
use crate::input::factors::FactorFrame;
use crate::instrument::Symbol;
use crate::prices::PriceFrame;
use crate::prices::dialect::AdjustmentBasis;
use chrono::{NaiveDate, TimeDelta};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// What is known of a provider before anything is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceFacts {
    /// The name that people type: `stooq`.
    pub name: Cow<'static, str>,
    /// The provider's own name: `Stooq`.
    pub title: Cow<'static, str>,
    /// Where the real host is, without a slash at the end: `https://stooq.com`. A configuration
    /// may put another in its place; paths and queries stay.
    pub base_url: Cow<'static, str>,
    /// Whether a key is needed.
    pub key: KeyNeed,
    /// What the closes that it delivers are adjusted for.
    pub adjustment_basis: AdjustmentBasis,
    /// How long after the close of a session its final figures are out.
    pub publication_lag: TimeDelta,
    /// The least time between two requests.
    pub min_interval: Duration,
    /// How a person gets the file with a browser and imports it, for sources that refuse programs.
    pub by_hand: Option<Cow<'static, str>>,
}

/// Whether a source wants a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyNeed {
    /// None is sent.
    #[default]
    None,
    /// Sent where there is one.
    Optional,
    /// Nothing is asked without one: the refusal is `needs-key`.
    Required,
}

/// What is wanted of a source of prices: one symbol, dates included at both ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// The symbol as the user writes it; the adapter translates it (`NVDA` to `nvda.us`).
    pub symbol: Symbol,
    /// First date, or all that there is.
    pub from: Option<NaiveDate>,
    /// Last date; always given, so that no adapter needs a clock.
    pub to: NaiveDate,
}

/// One HTTP GET, relative to a base URL.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Path and query, percent-encoded, beginning with a slash. It may contain the key: it is
    /// never shown without [`Secret::redact`].
    pub path: String,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// Another host of the same provider, such as `https://www.sec.gov`, for providers that have
    /// several; else the source's base URL. A configured base URL stands for all of them.
    pub host: Option<&'static str>,
}

/// What came back, status 200 or not. Bodies are complete and decompressed.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What a source of figures delivered.
#[derive(Debug, Clone)]
pub enum Figures {
    /// Prices of the symbol that was asked for, in ascending order.
    Prices(PriceFrame),
    /// Factor returns.
    Factors(FactorFrame),
}

/// A provider of prices or factors.
pub trait FigureSource: Send + Sync {
    /// What is known of it.
    fn facts(&self) -> &SourceFacts;

    /// The requests that may answer, to be tried in order while the one before was refused as
    /// `unknown-symbol`; most sources have one. A source without any reads [`Reply::none`].
    ///
    /// # Errors
    /// A symbol or span that the source cannot be asked for; a key that it needs and that is not
    /// there.
    fn requests(
        &self,
        ask: &Ask,
        key: Option<&Secret>,
    ) -> std::result::Result<Vec<Request>, Refusal>;

    /// Reads a reply.
    ///
    /// # Errors
    /// A body that is not what was asked for, with the class of its refusal.
    fn read(&self, ask: &Ask, reply: &Reply) -> std::result::Result<Figures, Refusal>;
}

/// What is wanted of a source of events.
#[derive(Debug, Clone, PartialEq)]
pub struct EventAsk {
    /// A search text, for sources that search.
    pub query: Option<String>,
    /// Instruments that the events concern.
    pub instruments: Vec<Symbol>,
    /// First date.
    pub from: NaiveDate,
    /// Last date.
    pub to: NaiveDate,
}

/// A page of events, and where the next one is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventPage {
    /// The events that it holds.
    pub events: Vec<Event>,
    /// Further pages, to be asked with the headers of the request that led here.
    pub next: Vec<Request>,
    /// How many results the page lists, within the span or not.
    pub listed: usize,
    /// How many results all pages list together, where the source says so.
    pub total: Option<usize>,
}

/// A provider of dated events.
pub trait EventSource: Send + Sync {
    /// What is known of it.
    fn facts(&self) -> &SourceFacts;

    /// The asks that together make up `ask`, for sources that answer for one instrument at a time.
    fn asks(&self, ask: &EventAsk) -> Vec<EventAsk> {
        vec![ask.clone()]
    }

    /// The first requests.
    ///
    /// # Errors
    /// An ask without what the source needs, or a contact or key that is not there.
    fn requests(
        &self,
        ask: &EventAsk,
        key: Option<&Secret>,
    ) -> std::result::Result<Vec<Request>, Refusal>;

    /// Reads a reply.
    ///
    /// # Errors
    /// A body that is not what was asked for, with the class of its refusal.
    fn read(&self, ask: &EventAsk, reply: &Reply) -> std::result::Result<EventPage, Refusal>;
}

/// The first day that is asked for where all is wanted and a source must be told one.
const BEGINNING: NaiveDate = match NaiveDate::from_ymd_opt(1962, 1, 2) {
    Some(date) => date,
    None => NaiveDate::MIN,
};

/// The sources of prices and factors that the program knows; users declare further ones as
/// [`UrlSource`]s.
pub fn figure_sources() -> Vec<Arc<dyn FigureSource>> {
    vec![
        Arc::new(embedded::Sample),
        Arc::new(stooq::Stooq),
        Arc::new(yahoo::Yahoo),
        Arc::new(nasdaq::Nasdaq),
        Arc::new(alphavantage::AlphaVantage),
        Arc::new(tiingo::Tiingo),
        Arc::new(twelvedata::TwelveData),
        Arc::new(eodhd::Eodhd),
        Arc::new(fred::Fred),
        Arc::new(cboe::Cboe),
        Arc::new(french::French),
    ]
}

/// The sources of events that the program knows.
pub fn event_sources() -> Vec<Arc<dyn EventSource>> {
    vec![
        Arc::new(edgar::Edgar),
        Arc::new(federalregister::FederalRegister),
        Arc::new(gdelt::Gdelt),
    ]
}

impl Reply {
    /// What a source reads that needs no request.
    pub fn none() -> Self {
        Self {
            status: 0,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// A header's value; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text.
    ///
    /// # Errors
    /// A body that is not UTF-8.
    pub fn text(&self) -> Result<&str> {
        crate::input::text::decode(&self.body, "the reply")
    }
}

#[cfg(test)]
mod provider_tests;
