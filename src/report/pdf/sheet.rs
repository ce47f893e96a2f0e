//! A sheet of paper as a list of marks, and the pen that writes on it. Lengths are points.

use crate::report::chart::font;
use crate::report::page::Tone;

/// A4.
pub(super) const WIDTH: f64 = 595.3;
/// A4.
pub(super) const HEIGHT: f64 = 841.9;
/// Where text begins.
pub(super) const LEFT: f64 = 54.0;
/// Where text ends.
pub(super) const RIGHT: f64 = WIDTH - LEFT;
/// The highest that a mark may stand.
pub(super) const TOP: f64 = 50.0;
/// The lowest.
pub(super) const BOTTOM: f64 = HEIGHT - 58.0;

/// Red, green, blue.
pub(super) type Colour = [u8; 3];
pub(super) const INK: Colour = [0x1a, 0x1d, 0x21];
pub(super) const SOFT: Colour = [0x56, 0x5d, 0x66];
pub(super) const LINE: Colour = [0xd9, 0xdd, 0xe2];
pub(super) const LINK: Colour = [0x0b, 0x53, 0x94];

/// One thing on a sheet.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    /// A line of text.
    Text(TextMark),
    /// A thin horizontal line.
    Rule {
        x: f64,
        y: f64,
        width: f64,
        colour: Colour,
    },
    /// A chart; `y` is its upper edge.
    Picture {
        x: f64,
        y: f64,
        width: f64,
        svg: String,
    },
}

/// A line of text; `y` is its base line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TextMark {
    pub x: f64,
    pub y: f64,
    pub text: String,
    pub style: Style,
    /// Where it leads.
    pub link: Option<String>,
}

impl TextMark {
    pub fn width(&self) -> f64 {
        font::width(&self.text, self.style.size, self.style.bold)
    }
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub size: f64,
    pub bold: bool,
    pub colour: Colour,
}

impl Style {
    pub const fn new(size: f64) -> Self {
        Self {
            size,
            bold: false,
            colour: INK,
        }
    }

    pub const fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    pub const fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    pub fn line_height(self) -> f64 {
        self.size * 1.38
    }

    /// The text broken into lines of at most `room` points. No line ends are lost, and a word
    /// longer than a line is cut into pieces.
    pub fn lines(self, text: &str, room: f64) -> Vec<String> {
        // The page keeps figures together with joiners that paper does not need.
        let text = font::clean(&text.replace('\u{2060}', ""));
        let text = pieces(&text, self, room);
        font::wrap(&text, self.size, self.bold, room, usize::MAX)
    }
}

/// Spaces put into words that are wider than a line.
fn pieces(text: &str, style: Style, room: f64) -> String {
    let width = |word: &str| font::width(word, style.size, style.bold);
    let mut out = String::new();
    for word in text.split(' ') {
        if !out.is_empty() {
            out.push(' ');
        }
        if width(word) <= room {
            out.push_str(word);
            continue;
        }
        let mut piece = String::new();
        for c in word.chars() {
            piece.push(c);
            if width(&piece) > room * 0.98 {
                piece.pop();
                out.push_str(&piece);
                out.push(' ');
                piece = c.to_string();
            }
        }
        out.push_str(&piece);
    }
    out
}

/// What a sheet holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sheet {
    pub marks: Vec<Mark>,
    /// Headings on it, with their height, for the document's outline.
    pub headings: Vec<(String, f64)>,
}

/// Writes from top to bottom and begins a new sheet when one is full.
pub(super) struct Pen {
    pub sheets: Vec<Sheet>,
    /// The upper edge of what comes next.
    pub y: f64,
}

impl Pen {
    pub fn new() -> Self {
        Self {
            sheets: vec![Sheet::default()],
            y: TOP,
        }
    }

    pub fn mark(&mut self, mark: Mark) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.marks.push(mark);
        }
    }

    /// Begins a new sheet unless `height` still fits on this one.
    pub fn need(&mut self, height: f64) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.sheets.push(Sheet::default());
            self.y = TOP;
        }
    }

    /// White space, but none at the top of a sheet.
    pub fn space(&mut self, height: f64) {
        if self.y > TOP {
            self.y = (self.y + height).min(BOTTOM);
        }
    }

    /// A paragraph, `indent` points from the left margin.
    pub fn paragraph(&mut self, text: &str, style: Style, indent: f64) {
        for line in style.lines(text, RIGHT - LEFT - indent) {
            self.need(style.line_height());
            self.text(LEFT + indent, self.y + style.size, line, style, None);
            self.y += style.line_height();
        }
    }

    /// One line; `y` is its base line.
    pub fn text(&mut self, x: f64, y: f64, text: String, style: Style, link: Option<String>) {
        if !text.is_empty() {
            self.mark(Mark::Text(TextMark {
                x,
                y,
                text,
                style,
                link,
            }));
        }
    }

    pub fn rule(&mut self, colour: Colour) {
        let y = self.y.min(BOTTOM);
        self.mark(Mark::Rule {
            x: LEFT,
            y,
            width: RIGHT - LEFT,
            colour,
        });
    }

    /// Remembers a heading for the outline.
    pub fn heading(&mut self, text: &str) {
        let y = self.y;
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.headings.push((text.to_owned(), y));
        }
    }
}

/// The colour of a tone on white paper.
pub(super) fn tone(tone: Tone) -> Colour {
    match tone {
        Tone::Plain => INK,
        Tone::Muted => [0x5f, 0x66, 0x70],
        Tone::Good => [0x00, 0x69, 0x4f],
        Tone::Bad => [0xa8, 0x3c, 0x00],
        Tone::Unsure => [0x6b, 0x53, 0x00],
    }
}
