//! Brings figures from sources into the store: what to ask, whom, and what became of it.
//!
//! The clock, the client and the store are handed in. [`plan`] says what is due, [`run`] asks and
//! stores, [`import`] takes files that a person brought, [`config`] reads who is asked and where.
//! How a reply is read is the adapter's business, how it meets what is stored the store's.

mod attempt;
pub mod compare;
pub mod config;
pub mod events;
pub mod import;
mod one;
mod outcome;
pub mod plan;
mod run;
mod shelf;

pub use outcome::{Outcome, SymbolResult};
pub use run::{Report, Stop, run};

use crate::calendar::Calendar;
use crate::instrument::Symbol;
use crate::source::{FigureSource, Secret};
use chrono::{DateTime, Utc};
use plan::Span;
use std::sync::Arc;

/// A source with what a person configured for it.
#[derive(Clone)]
pub struct Provider {
    /// What asks and reads.
    pub adapter: Arc<dyn FigureSource>,
    /// In place of the source's own address.
    pub base_url: Option<String>,
    /// The key, where there is one.
    pub key: Option<Secret>,
}

impl Provider {
    /// The source's name.
    pub fn name(&self) -> &str {
        &self.adapter.facts().name
    }
}

/// What to fetch.
#[derive(Clone)]
pub struct Job {
    /// For which symbols, each once.
    pub symbols: Vec<Symbol>,
    /// From which sources; the next one is asked where one refuses.
    pub chain: Vec<Provider>,
    /// Over which dates.
    pub span: Span,
    /// Ask also where the store has all that can be had.
    pub force: bool,
    /// Ask nobody; only say what is missing.
    pub offline: bool,
    /// Symbols at a time. Requests to one host keep their distance whatever this is.
    pub jobs: usize,
    /// The sessions of the market.
    pub calendar: Calendar,
    /// The time to go by.
    pub now: DateTime<Utc>,
}
