//! What moved since the last run, by its cause.

use super::block::{Block, Item, Section};
use super::{Context, fill};
use crate::report::changes::{Cause, ChangeRow, Changes, Moved};
use crate::report::format::MISSING;

/// How many lines stand open; more are folded.
const N_OPEN: usize = 6;
/// How many lines of a cause are shown at all.
const N_SHOWN: usize = 30;
/// How much of one observation is said in its line.
const N_FIGURES: usize = 4;

/// The section, in a report that follows another.
pub(super) fn section(c: &Context<'_>, changes: Option<&Changes>) -> Option<Section> {
    let changes = changes?;
    let text = c.text;
    let since = c.lang.date(changes.since);
    let n = c.lang.count(changes.rows.len());
    let places = [("since", &*since), ("n", &*n)];
    if changes.rows.is_empty() {
        let nothing = Block::text(fill(text.nothing_moved, &places));
        return Section::new("changes", text.changes, vec![nothing]);
    }
    let mut blocks = vec![Block::text(fill(text.changes_since, &places))];
    let folded = changes.rows.len() > N_OPEN;
    for (i, cause) in Cause::ALL.into_iter().enumerate() {
        let rows: Vec<&ChangeRow> = changes.rows.iter().filter(|r| r.cause == cause).collect();
        if rows.is_empty() {
            continue;
        }
        let (heading, meaning) = text.causes[i];
        let heading = format!("{heading} ({})", c.lang.count(rows.len()));
        let mut items: Vec<Item> = rows.iter().take(N_SHOWN).map(|row| item(c, row)).collect();
        if rows.len() > N_SHOWN {
            items.push(more(c, rows.len() - N_SHOWN));
        }
        blocks.push(Block::heading(heading.clone()));
        blocks.push(Block::text(meaning));
        blocks.push(Block::List {
            items,
            fold: folded.then_some(heading),
        });
    }
    blocks.push(Block::Link {
        text: text.all_changes.to_owned(),
        to: "changes.html",
    });
    Section::new("changes", text.changes, blocks)
}

fn more(c: &Context<'_>, n: usize) -> Item {
    let n = c.lang.count(n);
    Item {
        text: fill(c.text.more_changes, &[("n", &*n)]),
        note: String::new(),
    }
}

fn item(c: &Context<'_>, row: &ChangeRow) -> Item {
    let of = [&row.of, &row.instrument].into_iter().flatten();
    let of: Vec<&str> = of.map(String::as_str).collect();
    let mut moved: Vec<String> = row
        .moved
        .iter()
        .take(N_FIGURES)
        .map(|m| told(c, m))
        .collect();
    if row.moved.len() > N_FIGURES {
        moved.push(more(c, row.moved.len() - N_FIGURES).text);
    }
    Item {
        text: if of.is_empty() {
            c.text.the_study.to_owned()
        } else {
            of.join(", ")
        },
        note: moved.join("; "),
    }
}

fn told(c: &Context<'_>, moved: &Moved) -> String {
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| MISSING.to_owned());
    match moved {
        Moved::Status(before, after) => {
            let word = |text: &Option<String>| match text {
                Some(code) => c.text.status_word(code).to_owned(),
                None => MISSING.to_owned(),
            };
            format!("{} \u{2192} {}", word(before), word(after))
        }
        Moved::Field(name, before, after) => {
            let name = c.text.setting_name(name);
            format!("{name}: {} \u{2192} {}", word(before), word(after))
        }
        Moved::Figure {
            column,
            window,
            session,
            before,
            after,
        } => {
            let shown = |value: &Option<f64>| match value {
                None => MISSING.to_owned(),
                Some(p) if column.ends_with("_p") => c.lang.p_cell(*p),
                Some(value) => c.lang.percent(*value),
            };
            let name = match *column {
                "ar" => "AR",
                "car" => "CAR",
                other => other,
            };
            let of = match (window, session) {
                (Some(window), _) => format!(" {}", c.lang.window(*window)),
                (None, Some(session)) => format!(", {}", c.lang.short_date(*session)),
                (None, None) => String::new(),
            };
            format!("{name}{of}: {} \u{2192} {}", shown(before), shown(after))
        }
    }
}
