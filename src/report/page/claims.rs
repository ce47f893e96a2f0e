//! The claims and what the figures say of each.

use super::block::{Block, Card, Section, Tone};
use super::{Context, fill};
use crate::report::language::Language;
use crate::report::observation::LEVEL;
use crate::report::text::word;
use crate::study::result::{ClaimRow, ClaimTest, LeftOutEvent, Verdict};

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
        Some(test) if row.n > 1 => {
            format!("{}: {}", word(c.text.test_names, &test.name), c.lang.p(p))
        }
        _ => c.lang.p(p),
    }));
    Card {
        text: row.text.clone(),
        tone,
        symbol,
        verdict: c.text.verdict(row.verdict).0,
        scope: row.window.map_or_else(String::new, |window| {
            format!("{} {}", c.lang.said(&row.scope), c.lang.window(window))
        }),
        figure: row.figure.map(|x| c.lang.percent(x)).unwrap_or_default(),
        details: details.join(", "),
        reason: reason(c, row),
    }
}

/// Why the verdict is what it is: the tests in the language of the page. A claim without a figure
/// has the reason that its author or the study gives; in other languages after a sentence of their own.
fn reason(c: &Context<'_>, row: &ClaimRow) -> String {
    if let Some(test) = &row.test {
        return evidence(c, row, test);
    }
    let sentence = c.text.verdict_sentence(row.verdict);
    match c.lang {
        Language::En if !row.reason.is_empty() => row.reason.clone(),
        _ if row.reason.is_empty() => sentence.to_owned(),
        _ => format!("{sentence} ({})", c.lang.said(&row.reason)),
    }
}

fn evidence(c: &Context<'_>, row: &ClaimRow, test: &ClaimTest) -> String {
    let text = c.text;
    let sees = |test: &ClaimTest| test.p.is_some_and(|p| p <= LEVEL);
    let mut parts = Vec::new();
    if row.n > 1 {
        parts.push(fill(text.claim_mean, &[("n", &c.lang.count(row.n))]));
    }
    parts.push(test_words(c, test));
    match &row.other_test {
        Some(other) if row.n > 1 && sees(test) != sees(other) => {
            parts.push(format!("{} {}", text.claim_but, test_words(c, other)));
        }
        Some(other) => {
            parts.push(test_words(c, other));
            if row.n == 1 && sees(test) && !sees(other) {
                parts.push(text.claim_disagree.to_owned());
            }
        }
        None if row.n > 1 && test.name == "cross_section_t" => {
            parts.push(text.claim_stand_in.to_owned());
        }
        None => {}
    }
    let product = test.statistic.zip(row.figure).map(|(s, figure)| s * figure);
    if sees(test) && product.is_some_and(|p| p < 0.0) {
        parts.push(text.claim_opposed.to_owned());
    }
    if let (Verdict::NotDistinguishable, Some(mde)) = (row.verdict, row.mde) {
        let mde = c.lang.size_percent(mde);
        // That of several events is of their cross-section, whatever test judges them.
        let words = match row.n {
            1 => text.claim_mde,
            _ => text.claim_mde_mean,
        };
        parts.push(fill(words, &[("mde", &mde)]));
    }
    if !row.left_out.is_empty() {
        parts.push(left_out(c, row));
    }
    parts.join("; ")
}

/// `BMP t = −1.09, p = 0.40`, or the p alone of a test that has no statistic.
fn test_words(c: &Context<'_>, test: &ClaimTest) -> String {
    let name = word(c.text.test_names, &test.name);
    let value = test.statistic.map(|s| c.lang.decimal(s, 2));
    let value = value.map(|s| format!("{name}\u{a0}=\u{a0}{s}"));
    let p = test.p.map(|p| c.lang.p(p));
    match (value, p) {
        (Some(value), Some(p)) => format!("{value}, {p}"),
        (Some(value), None) => value,
        (None, p) => format!("{name} {}", p.unwrap_or_default()),
    }
}

/// The events that the figure goes without: the first few, with their reasons.
fn left_out(c: &Context<'_>, row: &ClaimRow) -> String {
    const SHOWN: usize = 3;
    let name =
        |event: &LeftOutEvent| format!("{} ({})", event.event_id, c.lang.said(&event.reason));
    let names: Vec<String> = row.left_out.iter().take(SHOWN).map(name).collect();
    let mut events = names.join(", ");
    if row.left_out.len() > SHOWN {
        let n = c.lang.count(row.left_out.len() - SHOWN);
        events.push_str(&fill(c.text.and_more, &[("n", &n)]));
    }
    let counts = (row.left_out.len(), row.left_out.len() + row.n);
    let figures = [
        ("n", &*c.lang.count(counts.0)),
        ("total", &*c.lang.count(counts.1)),
        ("events", &*events),
    ];
    fill(c.text.claim_left_out, &figures)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn the_tests_of_a_claim_are_worded_in_the_language_of_the_page() {
        let mut result = fixture::nvda();
        let row = &mut result.claims[1];
        (row.n, row.reason) = (6, "English words of the study".to_owned());
        row.left_out = vec![LeftOutEvent {
            event_id: "late".to_owned(),
            reason: "day 0 lies before the first session of the data, 2022-01-03".to_owned(),
        }];
        let words = |lang: Language| {
            let text = lang.text();
            let c = Context {
                result: &result,
                lang,
                text,
            };
            reason(&c, &result.claims[1])
        };
        let plain = |text: String| text.replace('\u{a0}', " ");
        assert_eq!(
            plain(words(Language::En)),
            "mean of 6 events; t = −0.90, p = 0.36; the cross-sectional t would not have seen an effect \
             smaller than ±7.41 % reliably; 1 of 7 events left out: late (day 0 lies before \
             the first session of the data, 2022-01-03)"
        );
        assert_eq!(
            plain(words(Language::De)),
            "Mittel von 6 Ereignissen; t = −0,90, p = 0,36; mit dem Querschnitts-t wäre ein Effekt unter \
             ±7,41 % nicht verlässlich zu sehen gewesen; ohne 1 von 7 Ereignissen: late (Tag 0 liegt vor dem ersten \
             Handelstag der Daten, dem 3. Januar 2022)"
        );
    }
}
