//! Before and after an event: does an instrument move more, or more with another one?
//!
//! Pairs: the instrument that the study is about against the market, for each of its events; and
//! every other instrument against it, for the events that the study is about.

use crate::analysis::pre_post::{PrePost, pre_post};
use crate::instrument::Symbol;
use crate::study::result::PrePostRow;
use crate::study::run::{Outcome, Run};
use rayon::prelude::*;

/// One comparison.
struct Pair<'a> {
    event: usize,
    day_0: usize,
    instrument: &'a Symbol,
    against: &'a Symbol,
}

/// The rows of `pre_post.csv`.
pub(super) fn rows(run: &Run, outcomes: &[Outcome]) -> Vec<PrePostRow> {
    let pairs = pairs(run, outcomes);
    pairs.par_iter().map(|pair| row(run, pair)).collect()
}

fn pairs<'a>(run: &'a Run, outcomes: &'a [Outcome]) -> Vec<Pair<'a>> {
    let focus = run.spec.focus.as_ref();
    let mut pairs = Vec::new();
    for outcome in outcomes {
        let Some(computed) = &outcome.computed else {
            continue;
        };
        let pair = |instrument, against| Pair {
            event: outcome.event,
            day_0: computed.day_0,
            instrument,
            against,
        };
        let own = &outcome.instrument;
        if focus.is_none_or(|f| f == own) {
            let market = run.spec.benchmark.as_ref().filter(|b| *b != own);
            pairs.extend(market.map(|market| pair(own, market)));
        } else if let Some(focus) = focus
            && run.named_events().contains(&outcome.event)
        {
            pairs.push(pair(own, focus));
        }
    }
    pairs
}

fn row(run: &Run, pair: &Pair) -> PrePostRow {
    let event_id = &run.placed[pair.event].event.id;
    let empty = PrePostRow::empty(event_id, pair.instrument, pair.against);
    let missing = || PrePostRow {
        note: "the data hold no returns of it".to_owned(),
        ..PrePostRow::empty(event_id, pair.instrument, pair.against)
    };
    let Some(own) = run.market.returns(pair.instrument) else {
        return missing();
    };
    // The market as the model takes it: a share in its own benchmark moves with itself.
    let market = (run.spec.benchmark.as_ref() == Some(pair.against)).then(|| {
        run.market
            .benchmark_for(std::slice::from_ref(pair.instrument))
    });
    let against = match &market {
        Some(market) => market.as_deref().ok(),
        None => run.market.returns(pair.against),
    };
    let Some(against) = against else {
        return missing();
    };
    match pre_post(own, against, pair.day_0) {
        Ok(found) => empty.with(&found),
        Err(why) => PrePostRow {
            note: why.to_string(),
            ..empty
        },
    }
}

impl PrePostRow {
    fn empty(event_id: &str, instrument: &Symbol, against: &Symbol) -> Self {
        Self {
            event_id: event_id.to_owned(),
            instrument: instrument.clone(),
            against: against.clone(),
            n_before: None,
            n_after: None,
            correlation_before: None,
            correlation_after: None,
            delta: None,
            correlation_adjusted: None,
            raw_z: None,
            raw_p: None,
            adjusted_z: None,
            adjusted_p: None,
            beta_before: None,
            beta_before_sd: None,
            beta_after: None,
            beta_after_sd: None,
            beta_z: None,
            beta_p: None,
            variance_ratio: None,
            variance_ratio_p: None,
            note: String::new(),
        }
    }

    fn with(self, found: &PrePost) -> Self {
        let (before, after) = (&found.before, &found.after);
        Self {
            n_before: Some(before.n),
            n_after: Some(after.n),
            correlation_before: Some(before.correlation),
            correlation_after: Some(after.correlation),
            delta: Some(found.delta),
            correlation_adjusted: Some(found.adjusted_correlation),
            raw_z: found.raw_change.value,
            raw_p: found.raw_change.p,
            adjusted_z: found.adjusted_change.value,
            adjusted_p: found.adjusted_change.p,
            beta_before: Some(before.beta),
            beta_before_sd: Some(before.beta_sd),
            beta_after: Some(after.beta),
            beta_after_sd: Some(after.beta_sd),
            beta_z: found.beta_change.value,
            beta_p: found.beta_change.p,
            variance_ratio: found.variance_ratio.value,
            variance_ratio_p: found.variance_ratio.p,
            ..self
        }
    }
}
