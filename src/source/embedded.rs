//! The embedded sample as a source: it answers without a request.
//!
//! [`requests`](FigureSource::requests) gives none; then [`read`](FigureSource::read) is called
//! with [`Reply::none`]. Prices of the symbols of the sample, and its factors as `factors`.

use super::RefusalClass::UnknownSymbol;
use super::body::Form;
use super::delivery::{deliver, deliver_factors};
use super::{Ask, FigureSource, Figures, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts};
use crate::error::Error;
use crate::input::factors::{FactorOptions, read_factors};
use crate::prices::dialect::AdjustmentBasis;
use crate::prices::sample::sample_frame;
use crate::sample;
use chrono::TimeDelta;
use std::borrow::Cow;
use std::time::Duration;

/// The embedded sample.
pub struct Sample;

static FACTS: SourceFacts = SourceFacts {
    name: Cow::Borrowed(sample::SAMPLE),
    title: Cow::Borrowed("the embedded sample"),
    base_url: Cow::Borrowed(""),
    key: KeyNeed::None,
    adjustment_basis: AdjustmentBasis::Split,
    publication_lag: TimeDelta::zero(),
    min_interval: Duration::ZERO,
    by_hand: None,
};

/// The name of the sample's factors.
const FACTORS: &str = "factors";

impl FigureSource for Sample {
    fn facts(&self) -> &SourceFacts {
        &FACTS
    }

    fn requests(&self, _: &Ask, _: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        Ok(Vec::new())
    }

    fn read(&self, ask: &Ask, reply: &Reply) -> Result<Figures, Refusal> {
        let form = Form {
            facts: &FACTS,
            headers: &[],
            phrases: &[],
            by_hand: Cow::Borrowed(""),
        };
        let unreadable = |error: Error| form.changed(error.to_string());
        if ask.symbol.as_str() == FACTORS {
            let file = sample::FACTORS;
            let factors = read_factors(file.bytes, file.file, &FactorOptions::default());
            return deliver_factors(&form, ask, factors.map_err(unreadable)?);
        }
        let frame = sample_frame().map_err(unreadable)?;
        let rows = frame.bars(&ask.symbol).map_err(unreadable)?;
        if rows.is_empty() {
            let symbols = frame.symbol_runs().map_err(unreadable)?;
            let symbols: Vec<_> = symbols.iter().map(|(symbol, _)| symbol.as_str()).collect();
            let message = format!("holds {} and {FACTORS} only", symbols.join(", "));
            return Err(form.refusal(UnknownSymbol, &message));
        }
        deliver(&form, ask, reply, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::super::provider_tests::{ask, prices};
    use super::*;

    #[test]
    fn the_sample_answers_without_a_request() {
        let ask = ask("NVDA", Some("2025-01-24"), "2025-01-28");
        assert_eq!(Sample.requests(&ask, None), Ok(Vec::new()));
        let rows = prices(Sample.read(&ask, &Reply::none()));
        assert_eq!(rows.len(), 3);
        assert!(rows[1].figures.iter().skip(3).all(Option::is_some));
    }

    #[test]
    fn its_factors_are_fractions() {
        let ask = ask("factors", Some("2025-01-24"), "2025-01-28");
        let Ok(Figures::Factors(factors)) = Sample.read(&ask, &Reply::none()) else {
            panic!("no factors");
        };
        assert_eq!(factors.sessions.len(), 3);
        assert!(factors.columns.iter().flatten().all(|v| v.abs() < 0.2));
    }

    #[test]
    fn other_symbols_are_unknown_and_the_known_ones_named() {
        let ask = ask("NOPE", None, "2025-01-28");
        let refusal = Sample.read(&ask, &Reply::none()).unwrap_err();
        assert_eq!(refusal.class, UnknownSymbol);
        assert!(refusal.message.contains("NVDA"), "{refusal}");
    }
}
