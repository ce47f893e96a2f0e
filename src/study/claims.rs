//! Claims answered: which figures each statement is about. What they say of it is `verdict`'s
//! business; here stands the reason where prices cannot judge.

use crate::analysis::inference::{Observation, SampleSettings};
use crate::analysis::window::Window;
use crate::error::{InputError, Result};
use crate::instrument::{InstrumentGroup, Symbol};
use crate::study::observe::{Fit, Subject};
use crate::study::placement::reaction_sessions;
use crate::study::portfolio::{Portfolio, Weights};
use crate::study::result::{ClaimRow, LeftOutEvent, Status, Verdict};
use crate::study::run::{Outcome, Run};
use crate::study::spec::{Claim, ClaimEvents, ClaimQuestion, ClaimSubject};
use crate::study::verdict::{sample, single};
use std::collections::HashSet;

/// Left-out events that a claim's reason names, at most.
const SHOWN: usize = 3;

/// Refuses claims that speak of events, instruments, groups or windows that the study lacks.
pub(super) fn check(run: &Run) -> Result<()> {
    for claim in &run.spec.claims {
        let ClaimQuestion::Sign {
            events,
            subject,
            window,
            ..
        } = &claim.question
        else {
            continue;
        };
        let fault = |problem: String, cure: String| {
            InputError::new(format!("claim {}: {problem}", claim.id), cure)
        };
        if !run.spec.windows.event().contains(*window) {
            return Err(fault(
                format!("its window {window} is not inside the event window"),
                format!("the event window is {}", run.spec.windows.event()),
            )
            .into());
        }
        if run.events_of(events).is_empty() {
            let (what, cure) = match events {
                ClaimEvents::Ids(ids) => (ids.join(", "), "use an id of the event file"),
                ClaimEvents::Category(c) => (c.clone(), "use a category of the event file"),
            };
            return Err(fault(format!("no event is {what}"), cure.to_owned()).into());
        }
        if let ClaimEvents::Ids(ids) = events
            && let Some(unknown) = ids
                .iter()
                .find(|id| !run.placed.iter().any(|p| p.event.id == **id))
        {
            let cure = "use an id of the event file".to_owned();
            return Err(fault(format!("no event is {unknown}"), cure).into());
        }
        if let ClaimSubject::Group { name, minus } = subject {
            for name in [Some(name), minus.as_ref()].into_iter().flatten() {
                if run.group(name).is_none() {
                    let known: Vec<&str> =
                        run.spec.groups.iter().map(|g| g.name.as_str()).collect();
                    let cure = format!("the groups are {}", known.join(", "));
                    return Err(fault(format!("no group is called {name}"), cure).into());
                }
            }
        }
    }
    Ok(())
}

/// The rows of `claims.csv`.
pub(super) fn answer(run: &Run, outcomes: &[Outcome]) -> Result<Vec<ClaimRow>> {
    run.spec
        .claims
        .iter()
        .map(|claim| answer_one(run, outcomes, claim))
        .collect()
}

/// The row of a claim before anything is known.
fn unanswered(claim: &Claim) -> ClaimRow {
    ClaimRow {
        claim_id: claim.id.clone(),
        text: claim.text.clone(),
        scope: String::new(),
        window: None,
        expected: String::new(),
        figure: None,
        low: None,
        high: None,
        p: None,
        verdict: Verdict::NotTestable,
        reason: String::new(),
        n: 0,
        interval: String::new(),
        test: None,
        other_test: None,
        mde: None,
        left_out: Vec::new(),
    }
}

fn answer_one(run: &Run, outcomes: &[Outcome], claim: &Claim) -> Result<ClaimRow> {
    let mut row = unanswered(claim);
    let (events, subject, window, direction) = match &claim.question {
        ClaimQuestion::Untestable(why) => {
            row.reason = why.clone();
            return Ok(row);
        }
        ClaimQuestion::Sign {
            events,
            subject,
            window,
            direction,
        } => (events, subject, *window, *direction),
    };
    row.window = Some(window);
    row.expected = direction.as_str().to_owned();
    let about = concerned(run, outcomes, events, subject);
    row.scope = scope(events, about.len(), subject) + &absent(run, subject);
    let fits = fits(run, outcomes, &about, subject)?;
    let (found, left_out) = judged(run, &fits, window);
    let evidence = match found.as_slice() {
        [] => {
            let reasons: Vec<String> = left_out.iter().map(with_id).collect();
            row.reason = reasons.join("; ");
            row.left_out = left_out;
            return Ok(row);
        }
        [(_, fit)] => single(fit, window),
        many => {
            let observation = |&(event, fit): &(usize, &Fit)| {
                let day_0 = run.placed[event].day_0?;
                Some(fit.observation(0, day_0))
            };
            let observations: Vec<Observation> = many.iter().filter_map(observation).collect();
            let settings = SampleSettings {
                seed: run.spec.seed,
                n_draws: run.spec.n_draws,
            };
            sample(&observations, window, settings)
        }
    };
    match evidence {
        Some(evidence) => evidence.answer(direction, &mut row),
        None => {
            "the figures do not vary, so that no error can be given".clone_into(&mut row.reason)
        }
    }
    row.reason.push_str(&repeated(run, &found));
    if !left_out.is_empty() {
        row.reason.push_str(&without(&left_out, fits.len()));
    }
    row.left_out = left_out;
    Ok(row)
}

/// The events whose figure over the window is known and final, and of the others why not.
fn judged<'f>(
    run: &Run,
    fits: &'f [EventFit],
    window: Window,
) -> (Vec<(usize, &'f Fit)>, Vec<LeftOutEvent>) {
    let (mut found, mut left_out) = (Vec::new(), Vec::new());
    for (event, fit) in fits {
        let why = match fit {
            Err(why) => Some(why.clone()),
            Ok(fit) if fit.car(window).is_none() => {
                Some("no day of the window has an abnormal return".to_owned())
            }
            Ok(fit) => fit.not_over(window),
        };
        match (why, fit) {
            (None, Ok(fit)) => found.push((*event, fit)),
            (why, _) => left_out.push(LeftOutEvent {
                event_id: run.placed[*event].event.id.clone(),
                reason: why.unwrap_or_default(),
            }),
        }
    }
    (found, left_out)
}

/// That events of a claim share day 0, where any do: each has the same figure.
fn repeated(run: &Run, found: &[(usize, &Fit)]) -> String {
    let sessions = found.iter().map(|(event, _)| run.placed[*event].day_0);
    let n = found.len() - sessions.collect::<HashSet<_>>().len();
    match n {
        0 => String::new(),
        n => format!(
            "; {n} of {} events on the day 0 of an earlier one, whose return counts again",
            found.len()
        ),
    }
}

fn with_id(event: &LeftOutEvent) -> String {
    format!("{}: {}", event.event_id, event.reason)
}

/// Which events a claim's figure goes without: the first few with their reasons.
fn without(left_out: &[LeftOutEvent], n_events: usize) -> String {
    let named = left_out.len().min(SHOWN);
    let reasons: Vec<String> = left_out.iter().take(named).map(with_id).collect();
    let mut words = format!(
        "; {} of {n_events} events left out: {}",
        left_out.len(),
        reasons.join("; ")
    );
    if left_out.len() > named {
        words.push_str(&format!(
            "; and {} more (ledger.csv)",
            left_out.len() - named
        ));
    }
    words
}

/// The events that a claim is about: those that it names; of a category, those that concern its
/// instrument in this study, where any does.
fn concerned(
    run: &Run,
    outcomes: &[Outcome],
    events: &ClaimEvents,
    subject: &ClaimSubject,
) -> Vec<usize> {
    let all = run.events_of(events);
    let (ClaimEvents::Category(_), ClaimSubject::Instrument(symbol)) = (events, subject) else {
        return all;
    };
    let observed = |event: &usize| {
        let mut pairs = outcomes.iter();
        pairs.any(|o| o.event == *event && o.instrument == *symbol)
    };
    let own: Vec<usize> = all.iter().copied().filter(observed).collect();
    if own.is_empty() { all } else { own }
}

fn scope(events: &ClaimEvents, n_events: usize, subject: &ClaimSubject) -> String {
    let whose = match subject {
        ClaimSubject::Instrument(symbol) => symbol.to_string(),
        ClaimSubject::Group { name, minus: None } => format!("portfolio {name}"),
        ClaimSubject::Group {
            name,
            minus: Some(minus),
        } => format!("portfolio {name} less {minus}"),
    };
    let what = match events {
        ClaimEvents::Ids(ids) => ids.join(", "),
        ClaimEvents::Category(category) => {
            let plural = if n_events == 1 { "" } else { "s" };
            format!("{n_events} event{plural} of {category}")
        }
    };
    format!("{whose}: {what}")
}

/// The members that a portfolio goes without, because the data do not hold them.
fn absent(run: &Run, subject: &ClaimSubject) -> String {
    let ClaimSubject::Group { name, minus } = subject else {
        return String::new();
    };
    let names = [Some(name), minus.as_ref()].into_iter().flatten();
    let groups = names.filter_map(|name| run.group(name));
    let absent: Vec<&str> = groups
        .flat_map(|group| run.absent(group))
        .map(Symbol::as_str)
        .collect();
    match absent.as_slice() {
        [] => String::new(),
        absent => format!(" (without {}: no prices)", absent.join(", ")),
    }
}

type EventFit = (usize, std::result::Result<Fit, String>);

/// One fit per event of the claim, or why there is none.
fn fits(
    run: &Run,
    outcomes: &[Outcome],
    events: &[usize],
    subject: &ClaimSubject,
) -> Result<Vec<EventFit>> {
    events
        .iter()
        .map(|&event| {
            let fit = match subject {
                ClaimSubject::Instrument(symbol) => instrument_fit(run, outcomes, event, symbol)?,
                ClaimSubject::Group { name, minus } => {
                    let groups = [Some(name), minus.as_ref()].into_iter().flatten();
                    let groups: Vec<&InstrumentGroup> =
                        groups.filter_map(|name| run.group(name)).collect();
                    let portfolio = match groups.as_slice() {
                        [a, b] => Portfolio::difference(run, a, b, Weights::Equal),
                        [a, ..] => Portfolio::of(run, a, Weights::Equal),
                        [] => return Ok((event, Err("no such group".to_owned()))),
                    };
                    portfolio.fit(run, event)?.map_err(|e| e.to_string())
                }
            };
            Ok((event, fit))
        })
        .collect()
}

fn instrument_fit(
    run: &Run,
    outcomes: &[Outcome],
    event: usize,
    symbol: &Symbol,
) -> Result<std::result::Result<Fit, String>> {
    let outcome = outcomes
        .iter()
        .find(|o| o.event == event && o.instrument == *symbol);
    let Some(outcome) = outcome else {
        return Ok(Err(format!("it does not concern {symbol} in this study")));
    };
    let (Some(day_0), Some(returns)) = (run.placed[event].day_0, run.market.returns(symbol)) else {
        return Ok(Err(outcome.ledger.reason.clone()));
    };
    if outcome.computed.is_none() || outcome.ledger.status == Status::Excluded {
        return Ok(Err(outcome.ledger.reason.clone()));
    }
    let model = run.market.model(std::slice::from_ref(symbol))?;
    let subject = Subject {
        returns,
        model: model.as_ref(),
    };
    let masked = if run.spec.mask_events {
        reaction_sessions(&run.placed, symbol, Some(event), run.spec, returns.len())
    } else {
        Vec::new()
    };
    Ok(subject
        .fit(run.spec, &masked, day_0)
        .map_err(|e| e.to_string()))
}

impl Run<'_> {
    /// The positions of the events that a claim is about.
    pub(super) fn events_of(&self, events: &ClaimEvents) -> Vec<usize> {
        (0..self.placed.len())
            .filter(|&i| {
                let event = self.placed[i].event;
                match events {
                    ClaimEvents::Ids(ids) => ids.contains(&event.id),
                    ClaimEvents::Category(c) => event.category.as_ref() == Some(c),
                }
            })
            .collect()
    }

    fn group(&self, name: &str) -> Option<&InstrumentGroup> {
        self.spec.groups.iter().find(|g| g.name == name)
    }

    /// The events that a study says it is about: the leading one, then those that claims name by
    /// id.
    pub(super) fn named_events(&self) -> Vec<usize> {
        let mut events: Vec<usize> = Vec::new();
        let lead = self.spec.lead_event.iter().cloned().collect();
        let named = self.spec.claims.iter().filter_map(|c| match &c.question {
            ClaimQuestion::Sign {
                events: ids @ ClaimEvents::Ids(_),
                ..
            } => Some(ids.clone()),
            _ => None,
        });
        for ids in std::iter::once(ClaimEvents::Ids(lead)).chain(named) {
            for event in self.events_of(&ids) {
                if !events.contains(&event) {
                    events.push(event);
                }
            }
        }
        events
    }

    /// The events that portfolios are compared on and that charts lead with: those that the study
    /// is about; without any, all that have figures.
    pub(super) fn compared_events(&self, outcomes: &[Outcome]) -> Vec<usize> {
        let mut events = self.named_events();
        if events.is_empty() {
            events = outcomes
                .iter()
                .filter(|o| o.computed.is_some())
                .map(|o| o.event)
                .collect();
            events.dedup();
        }
        events
    }
}
