//! The row of the ledger that every event observation ends with, whatever becomes of it.

use crate::align::Exclusion;
use crate::instrument::Symbol;
use crate::study::placement::overlaps;
use crate::study::result::{LedgerRow, Status};
use crate::study::run::{Outcome, Run};
use crate::study::spec::QualityPolicy;

impl Run<'_> {
    /// The serious findings of the quality gate for which the study excludes an event.
    pub(super) fn quality_exclusion(&self, symbol: &Symbol, day_0: usize) -> Option<Exclusion> {
        if self.spec.quality != QualityPolicy::Exclude {
            return None;
        }
        let n = self.data.sessions.len();
        let from = self.spec.windows.estimation().sessions(day_0, n).start;
        let to = self.spec.windows.event().sessions(day_0, n).end;
        let (first, last) = (self.data.sessions[from], self.data.sessions[to - 1]);
        let concerns = |s: &str| {
            s == symbol.as_str()
                || self
                    .spec
                    .benchmark
                    .as_ref()
                    .is_some_and(|b| b.as_str() == s)
        };
        let messages: Vec<&str> = self
            .data
            .findings
            .iter()
            .filter(|f| f.serious && concerns(&f.symbol))
            .filter(|f| f.session.is_none_or(|s| first <= s && s <= last))
            .map(|f| f.message.as_str())
            .collect();
        (!messages.is_empty()).then(|| Exclusion::Quality {
            message: messages.join("; "),
        })
    }

    /// An observation without figures.
    pub(super) fn excluded(
        &self,
        event: usize,
        symbol: &Symbol,
        exclusion: &Exclusion,
        status: Status,
    ) -> Outcome {
        let mut ledger = self.ledger_row(event, symbol);
        ledger.status = status;
        ledger.reason_code = exclusion.code().to_owned();
        ledger.reason = exclusion.to_string();
        if let Exclusion::ShortEstimation { n, .. } = exclusion {
            ledger.n_estimation = Some(*n);
        }
        Outcome {
            event,
            instrument: symbol.clone(),
            ledger,
            computed: None,
        }
    }

    /// A row of an observation that is used, until something else is known of it.
    pub(super) fn ledger_row(&self, event: usize, symbol: &Symbol) -> LedgerRow {
        let placed = &self.placed[event];
        let length = self.spec.windows.event().n_days();
        let (overlaps, same_session) = overlaps(&self.placed, event, symbol, length);
        let found = placed.session.as_ref().ok();
        LedgerRow {
            event_id: placed.event.id.clone(),
            instrument: symbol.to_string(),
            given_at: placed.event.given_at.clone(),
            session: found.map(|f| f.session),
            rule: found.map_or("", |f| f.rule).to_owned(),
            status: Status::Used,
            reason_code: String::new(),
            reason: String::new(),
            overlaps,
            same_session,
            day_uncertain: placed.event.day_is_uncertain(),
            n_estimation: None,
            n_estimation_window: self.spec.windows.estimation().n_days(),
        }
    }
}
