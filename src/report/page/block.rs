//! The few kinds of content that a page is made of.

use super::super::format::MISSING;
use super::super::text::{Text, fill};
use super::super::{Chart, language::Language};
use serde::Serialize;
use std::borrow::Cow;

/// How many rows of a table a page shows; the CSV has all.
const MAX_ROWS: usize = 60;

/// A part of the page with a heading.
#[derive(Debug, Serialize)]
pub(crate) struct Section {
    pub id: &'static str,
    pub heading: String,
    pub blocks: Vec<Block>,
}

impl Section {
    /// A section, unless it has nothing in it.
    pub fn new(id: &'static str, heading: &str, blocks: Vec<Block>) -> Option<Self> {
        (!blocks.is_empty()).then(|| Self {
            id,
            heading: heading.to_owned(),
            blocks,
        })
    }
}

/// One piece of content.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Block {
    Text {
        text: String,
    },
    Heading {
        text: String,
    },
    List {
        items: Vec<Item>,
        /// Folded under these words.
        fold: Option<String>,
    },
    Table(Table),
    Chart {
        name: String,
        title: String,
        description: String,
        svg: String,
    },
    Claims {
        cards: Vec<Card>,
    },
    /// To a file beside the page: never a user's.
    Link {
        text: String,
        to: &'static str,
    },
    Formulas {
        items: Vec<Formula>,
        fold: Option<String>,
    },
}

impl Block {
    pub fn text(text: impl Into<String>) -> Self {
        Block::Text { text: text.into() }
    }

    pub fn heading(text: impl Into<String>) -> Self {
        Block::Heading { text: text.into() }
    }

    pub fn chart(chart: &Chart) -> Self {
        // Only the element itself may stand inside a page: no prolog, no document type.
        let start = chart.svg.find("<svg").unwrap_or(0);
        Block::Chart {
            name: chart.name.clone(),
            title: chart.title.clone(),
            description: chart.description.clone(),
            svg: chart.svg[start..].trim_end().to_owned(),
        }
    }
}

/// A line of a list with a smaller one under it.
#[derive(Debug, Serialize)]
pub(crate) struct Item {
    pub text: String,
    pub note: String,
}

/// A claim and its answer.
#[derive(Debug, Serialize)]
pub(crate) struct Card {
    pub text: String,
    pub tone: Tone,
    pub symbol: &'static str,
    pub verdict: &'static str,
    pub scope: String,
    pub figure: String,
    pub details: String,
    pub reason: String,
}

/// A formula: markup of ours, never of a user.
#[derive(Debug, Serialize)]
pub(crate) struct Formula {
    pub words: &'static str,
    pub html: Cow<'static, str>,
    pub source: &'static str,
}

/// What a colour says beside the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Tone {
    #[default]
    Plain,
    Muted,
    Good,
    Bad,
    Unsure,
}

/// A table; the first cell of a row names it.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Folded under these words.
    pub fold: Option<String>,
    /// A heading above says what the caption says, so that only screen readers need it.
    pub quiet: bool,
    /// Names the file that has all rows, when not all are shown.
    pub more: Option<String>,
}

impl Table {
    /// A table of at most 60 rows (no more are made); `file` names the file that has all.
    pub fn new(
        (lang, text): (Language, &Text),
        caption: &str,
        columns: Vec<Column>,
        rows: impl ExactSizeIterator<Item = Row>,
        file: &str,
    ) -> Self {
        let n = rows.len();
        let rows: Vec<Row> = rows.take(MAX_ROWS).collect();
        let counts = [
            ("shown", &*lang.count(rows.len())),
            ("n", &*lang.count(n)),
            ("file", file),
        ];
        Self {
            caption: caption.to_owned(),
            columns,
            more: (n > rows.len()).then(|| fill(text.more_rows, &counts)),
            rows,
            fold: None,
            quiet: false,
        }
    }

    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    pub fn folded(mut self, under: &str) -> Self {
        self.fold = Some(under.to_owned());
        self.quiet()
    }
}

/// The head of a column.
#[derive(Debug, Serialize)]
pub(crate) struct Column {
    pub label: String,
    pub numeric: bool,
}

impl Column {
    pub fn words(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            numeric: false,
        }
    }

    pub fn figures(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            numeric: true,
        }
    }
}

/// The cells of a row.
pub(crate) type Row = Vec<Cell>;

/// One cell: a text, and smaller words under it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Cell {
    pub text: String,
    pub note: Option<String>,
    pub tone: Tone,
    /// Long text without spaces, such as a hash.
    pub code: bool,
    /// Where the text came from, when that is an `https` address.
    pub link: Option<String>,
}

impl Cell {
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// A figure, or the mark of a missing one.
    pub fn figure(text: Option<String>) -> Self {
        match text {
            Some(text) => Self::new(text),
            None => Self::new(MISSING).tone(Tone::Muted),
        }
    }

    pub fn note(mut self, note: impl Into<String>) -> Self {
        let note = note.into();
        self.note = (!note.is_empty()).then_some(note);
        self
    }

    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    pub fn code(mut self) -> Self {
        self.code = true;
        self
    }

    /// Links the cell, unless the address is anything but `https`.
    pub fn link(mut self, address: Option<&str>) -> Self {
        let safe = |a: &&str| {
            a.starts_with("https://")
                && !a.contains(|c: char| c.is_whitespace() || "<>\"".contains(c))
        };
        self.link = address.filter(safe).map(str::to_owned);
        self
    }
}
