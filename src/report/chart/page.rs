//! What every chart has in common: title, subtitle, key, source line, and what it is drawn from.

use super::Chart;
use super::canvas::{self, Area, Canvas, Look};
use super::font;
use super::style::{INK, MARGIN, MUTED, SMALL, SUBTITLE, Shape, TITLE, WIDTH};
use super::text::Text;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::instrument::Symbol;
use crate::study::result::{AbnormalReturnRow, StudyResult};
use plotters::style::RGBColor;
use std::collections::BTreeMap;

/// What charts are drawn from.
pub(super) struct Context<'a> {
    /// The figures.
    pub(super) result: &'a StudyResult,
    /// The wording.
    pub(super) text: Text,
    events: BTreeMap<&'a str, &'a Event>,
    source: String,
}

impl<'a> Context<'a> {
    /// Prepares what several charts need.
    pub(super) fn new(result: &'a StudyResult, text: Text) -> Self {
        Self {
            result,
            text,
            events: result.events.iter().map(|e| (e.id.as_str(), e)).collect(),
            source: font::clean(&text.source(result)),
        }
    }

    /// The event of that id.
    pub(super) fn event(&self, id: &str) -> Option<&'a Event> {
        self.events.get(id).copied()
    }

    /// What people call an event: its title, else its id.
    pub(super) fn event_name(&self, id: &str) -> String {
        let title = self.event(id).map(|e| font::clean(&e.title));
        title
            .filter(|title| !title.is_empty())
            .unwrap_or_else(|| font::clean(id))
    }

    /// The instrument that the report leads with.
    pub(super) fn focus(&self) -> Option<&'a Symbol> {
        let leading = self.result.figures.leading.first();
        let focus = self.result.settings.focus.as_ref();
        focus.or(leading.map(|(_, instrument)| instrument))
    }

    /// Whether a chart of its own belongs to the event.
    pub(super) fn leads(&self, event_id: &str) -> bool {
        self.result.settings.lead_event.as_deref() == Some(event_id)
            || self
                .result
                .figures
                .leading
                .iter()
                .any(|(id, _)| id == event_id)
    }

    /// The days of an event observation, in order.
    pub(super) fn days(&self, event_id: &str, instrument: &Symbol) -> Vec<&'a AbnormalReturnRow> {
        let rows = self.result.abnormal_returns.iter();
        let mut days: Vec<_> = rows
            .filter(|row| row.event_id == event_id && row.instrument == *instrument)
            .collect();
        days.sort_by_key(|row| row.relative_day);
        days
    }

    /// Day 0 of an event observation.
    pub(super) fn session(&self, event_id: &str, instrument: &Symbol) -> Option<chrono::NaiveDate> {
        let mut rows = self.result.ledger.iter();
        rows.find(|row| row.event_id == event_id && row.instrument == instrument.as_str())?
            .session
    }
}

/// A sign of the key above a chart.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sign {
    /// A marker, hollow or not.
    Marker(Shape, RGBColor, bool),
    /// A filled field.
    Field(RGBColor),
    /// A line.
    Line(RGBColor),
}

/// One chart before it is drawn.
pub(super) struct Page {
    /// File stem.
    pub(super) name: String,
    /// The finding's subject.
    pub(super) title: String,
    /// One or two sentences below it.
    pub(super) subtitle: String,
    /// The key, where signs need one.
    pub(super) key: Vec<(Sign, String)>,
    /// Something to say above the source line.
    pub(super) note: Option<String>,
    /// What the chart shows, with its numbers, for people who do not see it.
    pub(super) description: String,
    /// Height of the drawing between key and source line.
    pub(super) height: f64,
}

impl Page {
    /// Draws title, key and source line, and leaves the place between them to `draw`.
    ///
    /// # Errors
    /// The typeface or the SVG backend fails, which neither does by itself.
    pub(super) fn draw(
        self,
        context: &Context,
        draw: impl FnOnce(&mut Canvas, Area),
    ) -> Result<Chart> {
        self.draw_from(&context.source, draw)
    }

    /// The same over a source line in words.
    ///
    /// # Errors
    /// As those of [`draw`](Self::draw).
    pub(super) fn draw_from(
        self,
        source: &str,
        draw: impl FnOnce(&mut Canvas, Area),
    ) -> Result<Chart> {
        font::prepare()?;
        let title = font::clean(&self.title);
        let description = font::clean(&self.description);
        let inner = WIDTH - 2.0 * MARGIN;
        let titles = font::wrap(&title, TITLE, true, inner, 2);
        let subtitles = font::wrap(&font::clean(&self.subtitle), SUBTITLE, false, inner, 2);
        let notes = self.notes(&font::clean(source), inner);
        let n_key_lines = self.key_lines(inner).len() as f64;

        let top = MARGIN
            + (TITLE + 4.0) * titles.len() as f64
            + (SUBTITLE + 4.5) * subtitles.len() as f64
            + KEY_LINE * n_key_lines
            + 10.0;
        let bottom = top + self.height;
        let height = (bottom + 8.0 + NOTE_LINE * notes.len() as f64 + 8.0).ceil();

        let mut body = String::new();
        let mut canvas = Canvas::new(&mut body, WIDTH, height);
        let mut y = MARGIN;
        for line in &titles {
            canvas.text((MARGIN, y + TITLE - 3.0), line, Look::new(TITLE).bold(true));
            y += TITLE + 4.0;
        }
        for line in &subtitles {
            let look = Look::new(SUBTITLE).colour(MUTED);
            canvas.text((MARGIN, y + SUBTITLE), line, look);
            y += SUBTITLE + 4.5;
        }
        self.draw_key(&mut canvas, y + 4.0, inner);
        let area = Area {
            left: MARGIN,
            top,
            right: WIDTH - MARGIN,
            bottom,
        };
        draw(&mut canvas, area);
        for (i, line) in notes.iter().enumerate() {
            let base = bottom + 8.0 + NOTE_LINE * i as f64 + SMALL;
            canvas.text((MARGIN, base), line, Look::small().colour(MUTED));
        }
        canvas.finish().map_err(|problem| Error::Render {
            what: self.name.clone(),
            problem,
        })?;
        let svg = canvas::document(&body, &self.name, &title, &description, (WIDTH, height));
        Ok(Chart {
            name: self.name,
            title,
            description,
            svg,
        })
    }

    fn notes(&self, source: &str, room: f64) -> Vec<String> {
        let note = self.note.as_deref().map(font::clean);
        let mut lines = Vec::new();
        for text in note.as_deref().into_iter().chain([source]) {
            lines.extend(font::wrap(text, SMALL, false, room, 2));
        }
        lines
    }

    /// The key broken into lines of (x, index).
    fn key_lines(&self, room: f64) -> Vec<Vec<(f64, usize)>> {
        let mut lines: Vec<Vec<(f64, usize)>> = Vec::new();
        let mut x = 0.0;
        for (i, (_, words)) in self.key.iter().enumerate() {
            let width = SIGN_ROOM + Look::small().width(words) + 18.0;
            match lines.last_mut() {
                Some(line) if x + width - 18.0 <= room => line.push((x, i)),
                _ => {
                    x = 0.0;
                    lines.push(vec![(x, i)]);
                }
            }
            x += width;
        }
        lines
    }

    fn draw_key(&self, canvas: &mut Canvas, top: f64, room: f64) {
        for (row, line) in self.key_lines(room).into_iter().enumerate() {
            let y = top + KEY_LINE * row as f64 + 8.0;
            for (x, index) in line {
                let (sign, words) = &self.key[index];
                let x = MARGIN + x;
                match *sign {
                    Sign::Marker(shape, colour, hollow) => {
                        canvas.marker((x + 7.0, y), shape, 4.5, colour, hollow);
                    }
                    Sign::Field(colour) => canvas.rect(
                        Area {
                            left: x,
                            top: y - 5.0,
                            right: x + 14.0,
                            bottom: y + 5.0,
                        },
                        colour,
                    ),
                    Sign::Line(colour) => canvas.line((x, y), (x + 14.0, y), colour, 2.0),
                }
                let look = Look::small().colour(INK);
                canvas.text((x + SIGN_ROOM, y + 4.0), words, look);
            }
        }
    }
}

const KEY_LINE: f64 = 18.0;
const NOTE_LINE: f64 = SMALL + 4.0;
const SIGN_ROOM: f64 = 20.0;

/// A file stem of `kind` and words of people: only a-z, 0-9 and single hyphens, at most 80.
pub(super) fn stem(kind: &str, words: &[&str]) -> String {
    let mut out = kind.to_owned();
    for word in words {
        out.push('-');
        for c in word.chars() {
            let c = c.to_ascii_lowercase();
            out.push(if c.is_ascii_alphanumeric() { c } else { '-' });
        }
    }
    let parts: Vec<&str> = out.split('-').filter(|part| !part.is_empty()).collect();
    let mut stem = parts.join("-");
    stem.truncate(80);
    stem.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_are_safe_file_names() {
        assert_eq!(stem("forest", &["NVDA", "[-1, +1]"]), "forest-nvda-1-1");
        assert_eq!(stem("car", &["../../etc/passwd"]), "car-etc-passwd");
        assert_eq!(stem("car", &["发布", "^VIX"]), "car-vix");
        assert!(stem("car", &["x".repeat(300).as_str()]).len() <= 80);
    }
}
