//! One attempt to bring a symbol from a source, and what is said of it: to the person as a result,
//! to the ledger as a record.

use super::{Outcome, SymbolResult};
use crate::instrument::Symbol;
use crate::source::Ask;
use crate::store::{FetchRecord, Update, Updated};
use chrono::{DateTime, NaiveDate, Utc};

/// What was asked of whom, and up to which session.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub source: String,
    pub ask: Ask,
    /// The session that is due.
    pub until: NaiveDate,
    pub at: DateTime<Utc>,
}

impl Attempt {
    /// The result of a delivery.
    pub fn stored(&self, updated: &Updated) -> SymbolResult {
        let manifest = &updated.manifest;
        if let Update::Current | Update::NeedsFull { .. } = updated.update {
            return self.settled(Some((manifest.first, manifest.last)));
        }
        let symbol = &self.ask.symbol;
        let mut result = SymbolResult::of_update(symbol, &self.source, updated, String::new);
        if manifest.last < self.until {
            result.message += &format!("; {} is not published yet", self.until);
        }
        result
    }

    /// The result where nothing new came.
    pub fn settled(&self, span: Option<(NaiveDate, NaiveDate)>) -> SymbolResult {
        let (symbol, source) = (&self.ask.symbol, &self.source);
        match span {
            Some((_, last)) if last >= self.until => {
                let result = unchanged(symbol, source, Outcome::Current, span);
                result.saying(format!("stored up to {last}"))
            }
            _ => {
                let result = unchanged(symbol, source, Outcome::NotPublished, span);
                result.saying(format!("{} is not published yet", self.until))
            }
        }
    }

    /// What the ledger shall hold of a delivery; nothing where all of it must be asked for again.
    pub fn record_of(&self, updated: &Updated) -> Option<FetchRecord> {
        match updated.update {
            Update::NeedsFull { .. } => None,
            _ => Some(self.record(&self.stored(updated))),
        }
    }

    /// What the ledger shall hold.
    pub fn record(&self, result: &SymbolResult) -> FetchRecord {
        FetchRecord {
            source: result.source.clone(),
            symbol: result.symbol.clone(),
            asked_from: self.ask.from,
            asked_to: Some(self.ask.to),
            at: self.at,
            outcome: result.outcome.as_str().to_owned(),
            class: result.class.map(str::to_owned),
            message: Some(result.message.clone()),
            rows: u64::try_from(result.rows).ok(),
        }
    }
}

/// A result that leaves the store as it is.
pub(super) fn unchanged(
    symbol: &Symbol,
    source: &str,
    outcome: Outcome,
    span: Option<(NaiveDate, NaiveDate)>,
) -> SymbolResult {
    SymbolResult {
        symbol: symbol.clone(),
        source: source.to_owned(),
        outcome,
        class: None,
        rows: 0,
        first: span.map(|(first, _)| first),
        last: span.map(|(_, last)| last),
        message: String::new(),
        in_vain: Vec::new(),
    }
}
