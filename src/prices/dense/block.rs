//! The block of prices while it is filled, and which session a day is.

use super::DensePrices;
use crate::error::{InputError, Result};
use crate::instrument::Symbol;
use crate::prices::date_of;
use crate::prices::dialect::symbol_column::tidy_symbol;
use chrono::NaiveDate;
use std::collections::HashMap;

/// Which session a day is.
pub(super) struct SessionTable {
    /// Days since 1970-01-01, ascending.
    pub days: Vec<i32>,
    first: i32,
    /// By day from `first`: the session's number, or [`NONE`].
    index: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl SessionTable {
    pub fn of(sessions: &[NaiveDate]) -> Self {
        let days: Vec<i32> = sessions.iter().map(NaiveDate::to_epoch_days).collect();
        Self::of_days(&days)
    }

    pub fn of_days(days: &[i32]) -> Self {
        let mut table = Self {
            days: Vec::new(),
            first: 0,
            index: Vec::new(),
        };
        table.add(days);
        table
    }

    /// Makes sessions of these days too.
    pub fn add(&mut self, days: &[i32]) {
        let (Some(&first), Some(&last)) = (days.iter().min(), days.iter().max()) else {
            return;
        };
        let (first, last) = match (self.days.first(), self.days.last()) {
            (Some(a), Some(b)) => (first.min(*a), last.max(*b)),
            _ => (first, last),
        };
        let mut present = vec![false; (i64::from(last) - i64::from(first)) as usize + 1];
        for &day in days.iter().chain(&self.days) {
            present[(day - first) as usize] = true;
        }
        self.first = first;
        self.index = vec![NONE; present.len()];
        self.days.clear();
        for (i, _) in present.iter().enumerate().filter(|(_, p)| **p) {
            self.index[i] = self.days.len() as u32;
            self.days.push(first + i as i32);
        }
    }

    fn of_day(&self, day: i32) -> Option<usize> {
        let place = usize::try_from(i64::from(day) - i64::from(self.first)).ok()?;
        let session = *self.index.get(place)?;
        (session != NONE).then_some(session as usize)
    }
}

/// The block while it is filled, instruments in the order in which they came.
pub(super) struct Block {
    sessions: SessionTable,
    symbols: Vec<Symbol>,
    /// Numbers of the instruments by what the file calls them, and by symbol.
    spellings: HashMap<String, u32>,
    numbers: HashMap<Symbol, u32>,
    prices: Vec<f64>,
}

impl Block {
    pub fn new(sessions: SessionTable, n_instruments: usize) -> Self {
        Self {
            prices: Vec::with_capacity(n_instruments * sessions.days.len()),
            sessions,
            symbols: Vec::new(),
            spellings: HashMap::new(),
            numbers: HashMap::new(),
        }
    }

    /// The number of the instrument that a cell names.
    pub fn instrument(&mut self, cell: &str, dialect: &str) -> Result<u32> {
        if let Some(&own) = self.spellings.get(cell) {
            return Ok(own);
        }
        let symbol = Symbol::new(tidy_symbol(dialect, cell))?;
        let next = self.symbols.len() as u32;
        let own = *self.numbers.entry(symbol.clone()).or_insert(next);
        if own == next {
            self.symbols.push(symbol);
            let grown = self.prices.len() + self.sessions.days.len();
            self.prices.resize(grown, f64::NAN);
        }
        self.spellings.insert(cell.to_owned(), own);
        Ok(own)
    }

    pub fn put(&mut self, instrument: u32, day: i32, price: f64) -> Result<()> {
        let Some(session) = self.sessions.of_day(day) else {
            return Ok(());
        };
        let n_sessions = self.sessions.days.len();
        let cell = &mut self.prices[instrument as usize * n_sessions + session];
        if price.is_infinite() || !(cell.is_nan() || price.is_nan() || *cell == price) {
            let symbol = &self.symbols[instrument as usize];
            let (on, problem) = (
                date_of(day),
                if price.is_infinite() {
                    "has a price that is not finite"
                } else {
                    "has two prices"
                },
            );
            let problem = format!("{symbol} {problem} on {on}");
            return Err(InputError::new(problem, "correct the row, or delete it").into());
        }
        if !price.is_nan() {
            *cell = price;
        }
        Ok(())
    }

    /// Puts the instruments in the order of their symbols.
    pub fn finish(mut self) -> DensePrices {
        let n_sessions = self.sessions.days.len();
        let mut order: Vec<usize> = (0..self.symbols.len()).collect();
        order.sort_by(|&a, &b| self.symbols[a].cmp(&self.symbols[b]));
        // Row i shall be what is row order[i] now; a row that was moved is found by where it went.
        for i in 0..order.len() {
            let mut from = order[i];
            while from < i {
                from = order[from];
            }
            if from != i {
                let (before, after) = self.prices.split_at_mut(from * n_sessions);
                before[i * n_sessions..][..n_sessions].swap_with_slice(&mut after[..n_sessions]);
                self.symbols.swap(i, from);
            }
        }
        DensePrices {
            sessions: self.sessions.days.iter().map(|&day| date_of(day)).collect(),
            symbols: self.symbols,
            prices: self.prices,
            failures: Vec::new(),
        }
    }
}
