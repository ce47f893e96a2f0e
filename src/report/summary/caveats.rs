//! What to know before repeating the answer: counts, claims, moved dates, shared sessions.

use super::super::observation::{Observation, title};
use super::{N_LISTED, Writer, fill};
use crate::event::MARKET_REACTION;
use crate::study::result::{FindingRow, LedgerRow, Status, Verdict};
use std::collections::{BTreeMap, BTreeSet};

impl Writer<'_> {
    pub(super) fn caveats(&self, leading: &[Observation<'_>]) -> Vec<String> {
        let rows = self.main_rows(leading);
        let caveats = [
            self.serious_findings(),
            Some(self.counts()),
            self.claims(),
            self.picked_days(leading),
            self.closed_days(&rows),
            self.overlaps(&rows),
            self.shared_sessions(),
        ];
        caveats.into_iter().flatten().collect()
    }

    /// Serious findings in the prices, before everything else.
    fn serious_findings(&self) -> Option<String> {
        let mut serious = self.result.findings.iter().filter(|f| f.serious);
        let first = serious.next()?;
        let template = match serious.count() {
            0 => self.text.quality_serious_one,
            _ => self.text.quality_serious,
        };
        let serious = self.result.findings.iter().filter(|f| f.serious);
        let n = serious.map(FindingRow::n_findings).sum();
        let figures = [
            ("n", &*self.lang.count(n)),
            ("first", &*self.lang.said(&first.message)),
        ];
        Some(fill(template, &figures))
    }

    /// Leading events that the list of events holds because of their price.
    fn picked_days(&self, leading: &[Observation<'_>]) -> Option<String> {
        let reaction = |o: &&Observation<'_>| {
            let category = o.event.and_then(|e| e.category.as_deref());
            category == Some(MARKET_REACTION)
        };
        let quoted = |o: &Observation<'_>| fill(self.text.quoted, &[("text", o.title())]);
        let mut items: Vec<String> = leading.iter().filter(reaction).map(quoted).collect();
        items.dedup();
        self.list(self.text.picked_days, &items)
    }

    fn counts(&self) -> String {
        let counts = self.result.event_counts;
        let figures = [
            ("total", &*self.lang.count(counts.total)),
            ("used", &*self.lang.count(counts.used)),
            ("provisional", &*self.lang.count(counts.provisional)),
            ("excluded", &*self.lang.count(counts.excluded)),
        ];
        let mut said = fill(self.text.event_counts, &figures);
        let pairs = self.result.observation_counts;
        if pairs.total != counts.total {
            let figures = [
                ("n", &*self.lang.count(pairs.total)),
                ("n_used", &*self.lang.count(pairs.used)),
            ];
            said.push_str(&fill(self.text.observation_counts, &figures));
        }
        said
    }

    fn claims(&self) -> Option<String> {
        use Verdict::{Contradicted, NotDistinguishable, NotTestable, Supported};
        let verdicts = [Supported, Contradicted, NotDistinguishable, NotTestable];
        let claims = &self.result.claims;
        let parts: Vec<String> = verdicts
            .into_iter()
            .map(|v| (v, claims.iter().filter(|c| c.verdict == v).count()))
            .filter(|(_, n)| *n > 0)
            .map(|(v, n)| format!("{} {}", self.lang.count(n), self.text.verdict(v).1))
            .collect();
        let joined = parts.join(", ");
        let mut said = fill(self.text.claim_counts, &[("parts", &joined)]);
        let n_tested = claims.iter().filter(|c| c.p.is_some()).count();
        if n_tested > 1 {
            let n = self.lang.count(n_tested);
            let chance = self.by_chance(n_tested);
            said.push(' ');
            said.push_str(&fill(
                self.text.claims_by_chance,
                &[("n", &n), ("chance", &chance)],
            ));
        }
        (!parts.is_empty()).then_some(said)
    }

    /// Events dated on a day without trading, and where they were measured.
    fn closed_days(&self, rows: &[&LedgerRow]) -> Option<String> {
        let moved = |r: &LedgerRow| r.rule.starts_with("anchor") || r.rule.starts_with("closed");
        let items: Vec<String> = rows
            .iter()
            .filter(|r| moved(r))
            .filter_map(|r| Some((r, r.session?)))
            .map(|(r, session)| {
                let values = [
                    ("event", title(self.result, &r.event_id)),
                    ("given", &r.given_at),
                    ("session", &*self.lang.date(session)),
                ];
                fill(self.text.closed_day, &values)
            })
            .collect();
        self.list(self.text.closed_days, &items)
    }

    /// How many events have others in their event windows.
    fn overlaps(&self, rows: &[&LedgerRow]) -> Option<String> {
        let n = rows.iter().filter(|r| !r.overlaps.is_empty()).count();
        let figures = [
            ("n", &*self.lang.count(n)),
            ("total", &*self.lang.count(rows.len())),
        ];
        (n > 0).then(|| fill(self.text.overlaps, &figures))
    }

    /// Sessions that hold several events of an instrument, whichever it is; events that share a
    /// session for several instruments are named once.
    fn shared_sessions(&self) -> Option<String> {
        let mut by_session: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        let ledger = self.result.ledger.iter();
        for row in ledger.filter(|r| r.status != Status::Excluded && !r.same_session.is_empty()) {
            if let Some(session) = row.session {
                let key = (session, &*row.instrument);
                by_session.entry(key).or_default().push(&row.event_id);
            }
        }
        let sets = by_session.into_iter();
        let sets: BTreeSet<_> = sets.map(|((session, _), ids)| (session, ids)).collect();
        let items: Vec<String> = sets
            .iter()
            .map(|(session, ids)| {
                let quoted =
                    |id: &&str| fill(self.text.quoted, &[("text", title(self.result, id))]);
                let events: Vec<String> = ids.iter().map(quoted).collect();
                let events = events.join(self.text.and);
                let values = [
                    ("session", &*self.lang.date(*session)),
                    ("events", &*events),
                ];
                fill(self.text.shared_session, &values)
            })
            .collect();
        self.list(self.text.shared_sessions, &items)
    }

    /// One ledger row per event that was not excluded: that of the page's instrument, else the
    /// first.
    fn main_rows(&self, leading: &[Observation<'_>]) -> Vec<&LedgerRow> {
        let main = leading.first().map(|o| o.instrument);
        let mut rows: Vec<&LedgerRow> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let ledger = self.result.ledger.iter();
        for row in ledger.filter(|r| r.status != Status::Excluded) {
            match places.get(&*row.event_id) {
                Some(&at) if main == Some(&*row.instrument) => rows[at] = row,
                Some(_) => {}
                None => {
                    places.insert(&row.event_id, rows.len());
                    rows.push(row);
                }
            }
        }
        rows
    }

    /// The first few items in a sentence, and how many more there are.
    fn list(&self, template: &str, items: &[String]) -> Option<String> {
        if items.is_empty() {
            return None;
        }
        let mut joined = items[..items.len().min(N_LISTED)].join("; ");
        if items.len() > N_LISTED {
            let n = self.lang.count(items.len() - N_LISTED);
            joined.push_str(&fill(self.text.and_more, &[("n", &n)]));
        }
        Some(fill(template, &[("items", &joined)]))
    }
}
