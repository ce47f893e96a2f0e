//! The embedded typeface: one measure for layout, one database for the bitmaps.
//!
//! DejaVu Sans travels with the program, so that a chart looks the same on every machine; no
//! system font is ever read. The files lack the tables `kern`, `MATH`, `FFTM`, `cvt `, `fpgm` and
//! `prep` of DejaVu 2.37: nothing drawn here needs them (pairs are kerned by `GPOS`), and reading `kern`
//! anew for every text took a tenth of a report's drawing.

use crate::error::{Error, Result};
use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use resvg::usvg::fontdb::{Database, Source};
use std::sync::{Arc, OnceLock};

/// The name under which the typeface is registered and written into files.
pub(in crate::report) const FAMILY: &str = "DejaVu Sans";

static REGULAR: &[u8] = include_bytes!("../fonts/DejaVuSans.ttf");
static BOLD: &[u8] = include_bytes!("../fonts/DejaVuSans-Bold.ttf");

/// Plotters writes `font-size` as its own size over this.
pub(super) const PLOTTERS_SIZE: f64 = 1.24;
/// Height of a line of the typeface in em, to which the glyph measure scales.
const LINE_HEIGHT: f64 = 1.164;
/// Width in em of a glyph that the typeface lacks, and of one that other viewers then draw.
const MISSING_WIDTH: f64 = 0.6;

/// Makes the typeface known to plotters, once.
pub(in crate::report) fn prepare() -> Result<()> {
    static READY: OnceLock<bool> = OnceLock::new();
    let ready = *READY.get_or_init(|| {
        register_font(FAMILY, FontStyle::Normal, REGULAR).is_ok()
            && register_font(FAMILY, FontStyle::Bold, BOLD).is_ok()
    });
    ready.then_some(()).ok_or_else(|| Error::Render {
        what: "charts".to_owned(),
        problem: "the embedded typeface cannot be read".to_owned(),
    })
}

/// The typeface for bitmaps, read once.
pub(in crate::report) fn database() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| {
        let mut fonts = Database::new();
        for bytes in [REGULAR, BOLD] {
            fonts.load_font_source(Source::Binary(Arc::new(bytes)));
        }
        fonts.set_sans_serif_family(FAMILY);
        Arc::new(fonts)
    });
    Arc::clone(fonts)
}

/// The files of the typeface: regular, bold.
#[cfg(feature = "pdf")]
pub(in crate::report) fn files() -> (&'static [u8], &'static [u8]) {
    (REGULAR, BOLD)
}

/// The typeface at a size in pixels, as plotters wants it.
pub(super) fn font(size: f64, bold: bool) -> FontDesc<'static> {
    let style = if bold {
        FontStyle::Bold
    } else {
        FontStyle::Normal
    };
    FontDesc::new(FontFamily::Name(FAMILY), size * PLOTTERS_SIZE, style)
}

/// Width of a line in pixels; characters that the typeface lacks count as full-width.
pub(in crate::report) fn width(text: &str, size: f64, bold: bool) -> f64 {
    // Plotters cuts to whole pixels: measure large, then scale down.
    const LARGE: f64 = 1000.0;
    let measured = font(LARGE, bold)
        .layout_box(text)
        .map_or(0.0, |(_, (right, _))| f64::from(right))
        * LINE_HEIGHT_CORRECTION
        / LARGE;
    let wide = text.chars().filter(|c| is_wide(*c)).count() as f64;
    (measured + wide * (1.0 - MISSING_WIDTH)) * size
}

const LINE_HEIGHT_CORRECTION: f64 = LINE_HEIGHT / PLOTTERS_SIZE;

fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x115F | 0x2E80..=0xD7FF | 0xF900..=0xFAFF | 0xFE30..=0xFFEF | 0x1F000..)
}

/// The text, or as much of it as fits into `room` pixels with an ellipsis.
pub(super) fn fit(text: &str, size: f64, bold: bool, room: f64) -> String {
    if width(text, size, bold) <= room {
        return text.to_owned();
    }
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let cut = |n: usize| format!("{}…", text[..ends[n]].trim_end());
    let n_fitting = ends.partition_point(|end| {
        let shown = format!("{}…", text[..*end].trim_end());
        width(&shown, size, bold) <= room
    });
    cut(n_fitting.saturating_sub(1))
}

/// Breaks a text at spaces into at most `max_lines` lines; the last ends in an ellipsis where
/// the text is longer.
pub(in crate::report) fn wrap(
    text: &str,
    size: f64,
    bold: bool,
    room: f64,
    max_lines: usize,
) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.next() {
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if line.is_empty() || width(&longer, size, bold) <= room {
            line = longer;
            continue;
        }
        if lines.len() + 1 == max_lines {
            let rest: Vec<&str> = std::iter::once(word).chain(words).collect();
            line = format!("{line} {}", rest.join(" "));
            break;
        }
        lines.push(std::mem::replace(&mut line, word.to_owned()));
    }
    lines.push(line);
    lines
        .iter()
        .map(|line| fit(line, size, bold, room))
        .collect()
}

/// A person's text made fit for one line of a drawing: no control characters (which XML cannot
/// hold), no marks that turn the direction of writing, single spaces.
pub(in crate::report) fn clean(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let forbidden = |c: char| matches!(c, '\u{FFFE}' | '\u{FFFF}');
    text.chars()
        .filter(|c| !turns(*c) && !forbidden(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .split_ascii_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_is_that_of_the_typeface() {
        prepare().unwrap();
        // DejaVu Sans: a digit is 1303 of 2048 units wide, in bold 1425.
        assert!((width("0000", 100.0, false) - 4.0 * 63.62).abs() < 0.3);
        assert!((width("0000", 100.0, true) - 4.0 * 69.58).abs() < 0.3);
    }

    #[test]
    fn long_texts_are_cut_to_their_room() {
        prepare().unwrap();
        assert_eq!(fit("short", 11.0, false, 100.0), "short");
        for room in [0.0, 5.0, 30.0, 90.0] {
            let cut = fit("a title that is much too long", 11.0, false, room);
            assert!(cut.ends_with('…'));
            assert!(room < 12.0 || width(&cut, 11.0, false) <= room, "{cut}");
        }
        let lines = wrap("one two three four five six", 11.0, false, 60.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'));
        assert_eq!(wrap("one two", 11.0, false, 600.0, 2), ["one two"]);
    }

    #[test]
    fn texts_lose_what_a_drawing_cannot_hold() {
        assert_eq!(clean("a\u{0}b\nc \u{202E}d\u{FFFF}  e"), "a b c d e");
    }
}
