//! The claims and what the figures say of each.

use super::block::{Block, Card, Section, Tone};
use super::{Context, fill};
use crate::report::language::Language;
use crate::report::text::word;
use crate::study::result::{ClaimRow, Verdict};

pub(super) fn section(c: &Context<'_>) -> Option<Section> {
    if c.result.claims.is_empty() {
        return None;
    }
    let cards = c.result.claims.iter().map(|row| card(c, row)).collect();
    let level = c.lang.level(c.result.settings.confidence);
    let blocks = vec![
        Block::Claims { cards },
        Block::text(fill(c.text.claims_intro, &[("level", &level)])),
    ];
    Section::new("claims", c.text.claims, blocks)
}

fn card(c: &Context<'_>, row: &ClaimRow) -> Card {
    let (tone, symbol) = match row.verdict {
        Verdict::Supported => (Tone::Good, "✓"),
        Verdict::Contradicted => (Tone::Bad, "✗"),
        Verdict::NotDistinguishable => (Tone::Unsure, "≈"),
        Verdict::NotTestable => (Tone::Muted, "?"),
    };
    let mut details = Vec::new();
    if let Some((low, high)) = row.low.zip(row.high) {
        let level = c.lang.level(c.result.settings.confidence);
        let interval = c.lang.interval(low, high);
        let interval = fill(
            c.text.interval,
            &[("level", &level), ("interval", &interval)],
        );
        // With one event everything is the t test's; with several, interval and p are not.
        details.push(match row.n {
            0 | 1 => interval,
            _ => format!("{interval} ({})", word(c.text.intervals, &row.interval)),
        });
    }
    details.extend(row.p.map(|p| match &row.test {
        Some(test) if row.n > 1 => format!("{}: {}", test.name, c.lang.p(p)),
        _ => c.lang.p(p),
    }));
    Card {
        text: row.text.clone(),
        tone,
        symbol,
        verdict: c.text.verdict(row.verdict).0,
        scope: row.window.map_or_else(String::new, |window| {
            format!("{} {}", row.scope, c.lang.window(window))
        }),
        figure: row.figure.map(|x| c.lang.percent(x)).unwrap_or_default(),
        details: details.join(", "),
        reason: reason(c, row),
    }
}

/// The reason as the study words it (English); in other languages after a sentence of their own.
fn reason(c: &Context<'_>, row: &ClaimRow) -> String {
    let sentence = c.text.verdict_sentence(row.verdict);
    match c.lang {
        Language::En if !row.reason.is_empty() => row.reason.clone(),
        _ if row.reason.is_empty() => sentence.to_owned(),
        _ => format!("{sentence} ({})", row.reason),
    }
}
