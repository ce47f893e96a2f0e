//! Events beside sessions: which lie near enough to explain one, and which count as causes.

use crate::instrument::Symbol;
use crate::study::data::StudyData;
use crate::study::placement::PlacedEvent;
use crate::study::scan::result::ScanEvent;
use crate::study::scan::spec::ScanSpec;
use std::ops::Range;

/// The events that concern one instrument, each with the session index of its day 0.
pub(super) fn concerning<'p, 'e>(
    placed: &'p [PlacedEvent<'e>],
    instrument: &Symbol,
) -> Vec<(usize, &'p PlacedEvent<'e>)> {
    let own = placed.iter().filter(|p| p.concerns(instrument));
    own.filter_map(|p| Some((p.day_0?, p))).collect()
}

/// Ids of the events whose reaction window holds session `t`, the nearest day 0 first; equally
/// near ones in the order of the catalogue.
pub(super) fn beside(events: &[(usize, &PlacedEvent)], t: usize, spec: &ScanSpec) -> Vec<String> {
    let reaches = |day_0: usize| {
        let distance = t as i64 - day_0 as i64;
        let days = i64::from(spec.within.start().0)..=i64::from(spec.within.end().0);
        days.contains(&distance)
    };
    let mut near: Vec<_> = events.iter().filter(|(day_0, _)| reaches(*day_0)).collect();
    near.sort_by_key(|(day_0, _)| day_0.abs_diff(t));
    near.iter().map(|(_, p)| p.event.id.clone()).collect()
}

/// Whether the association counts an event: not where its category picks days by their price.
pub(super) fn counts(event: &PlacedEvent, spec: &ScanSpec) -> bool {
    let category = event.event.category.as_ref();
    category.is_none_or(|c| !spec.not_causes.contains(c))
}

/// One flag per session of the span: whether it is a reaction session of an event that counts.
pub(super) fn reaction_flags(
    events: &[(usize, &PlacedEvent)],
    spec: &ScanSpec,
    span: &Range<usize>,
) -> Vec<bool> {
    let mut flags = vec![false; span.len()];
    for (day_0, _) in events.iter().filter(|(_, p)| counts(p, spec)) {
        for t in spec.within.sessions(*day_0, span.end) {
            if let Some(flag) = t.checked_sub(span.start).and_then(|i| flags.get_mut(i)) {
                *flag = true;
            }
        }
    }
    flags
}

/// Events that count and have a reaction session with a figure, and how many of them an abnormal
/// session followed.
pub(super) fn hits(
    events: &[(usize, &PlacedEvent)],
    abnormal: &[Option<bool>],
    spec: &ScanSpec,
    span: &Range<usize>,
) -> (usize, usize) {
    let (mut n, mut n_hit) = (0, 0);
    for (day_0, _) in events.iter().filter(|(_, p)| counts(p, spec)) {
        let reaction = spec.within.sessions(*day_0, span.end);
        let inside = reaction.filter_map(|t| abnormal[t.checked_sub(span.start)?]);
        let known: Vec<bool> = inside.collect();
        n += usize::from(!known.is_empty());
        n_hit += usize::from(known.contains(&true));
    }
    (n, n_hit)
}

/// The events as the result lists them.
pub(super) fn listed(
    placed: &[PlacedEvent],
    spec: &ScanSpec,
    data: &StudyData,
    span: &Range<usize>,
) -> Vec<ScanEvent> {
    let list = |p: &PlacedEvent| ScanEvent {
        id: p.event.id.clone(),
        title: p.event.title.clone(),
        category: p.event.category.clone(),
        session: p.session.as_ref().ok().map(|s| s.session),
        reason: p
            .exclusion(data)
            .map_or_else(String::new, |e| e.to_string()),
        in_span: p.day_0.is_some_and(|t| span.contains(&t)),
        counts: counts(p, spec),
    };
    placed.iter().map(list).collect()
}
