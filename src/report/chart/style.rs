//! Colours and sizes that all charts share.
//!
//! The colours are those of Okabe and Ito, which people with any colour vision tell apart; what
//! a colour says is always said by shape, place or sign too, so that a grey copy loses nothing.

use plotters::style::RGBColor;

/// Width of every chart in pixels.
pub(super) const WIDTH: f64 = 800.0;
/// Room between a chart's edge and what is drawn.
pub(super) const MARGIN: f64 = 14.0;

/// Size of the title in pixels.
pub(super) const TITLE: f64 = 17.0;
/// Size of the line below it.
pub(super) const SUBTITLE: f64 = 12.5;
/// Size of labels.
pub(super) const LABEL: f64 = 11.5;
/// Size of the smallest text.
pub(super) const SMALL: f64 = 11.0;

/// Text and axes.
pub(super) const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
/// Text of second rank.
pub(super) const MUTED: RGBColor = RGBColor(0x59, 0x59, 0x59);
/// Marks that stand behind others.
pub(super) const FAINT: RGBColor = RGBColor(0xA6, 0xA6, 0xA6);
/// Lines that only give context.
pub(super) const GREY_LINE: RGBColor = RGBColor(0xC8, 0xC8, 0xC8);
/// Grid.
pub(super) const GRID: RGBColor = RGBColor(0xE4, 0xE4, 0xE4);
/// Background of every second row, and of cells without a figure.
pub(super) const SHADE: RGBColor = RGBColor(0xF4, 0xF4, 0xF2);
/// Background.
pub(super) const PAPER: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);
/// Bands of uncertainty.
pub(super) const BAND: RGBColor = RGBColor(0xDD, 0xE7, 0xF0);

/// Okabe-Ito blue.
pub(super) const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xB2);
/// Okabe-Ito vermillion.
pub(super) const VERMILLION: RGBColor = RGBColor(0xD5, 0x5E, 0x00);
/// Okabe-Ito bluish green.
pub(super) const GREEN: RGBColor = RGBColor(0x00, 0x9E, 0x73);
/// Okabe-Ito reddish purple.
pub(super) const PURPLE: RGBColor = RGBColor(0xCC, 0x79, 0xA7);
/// Okabe-Ito orange.
pub(super) const ORANGE: RGBColor = RGBColor(0xE6, 0x9F, 0x00);
/// Sky blue, paler: stands apart from vermillion in grey too.
pub(super) const PALE: RGBColor = RGBColor(0xA8, 0xD0, 0xEC);
/// Okabe-Ito sky blue.
pub(super) const SKY: RGBColor = RGBColor(0x56, 0xB4, 0xE9);

/// Shapes of markers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// ●
    Circle,
    /// ■
    Square,
    /// ▲
    Triangle,
    /// ◆
    Diamond,
    /// ▼
    Inverted,
    /// ✚
    Cross,
}

/// A colour and a shape for each of the first categories.
pub(super) const CATEGORIES: [(RGBColor, Shape); 6] = [
    (BLUE, Shape::Circle),
    (VERMILLION, Shape::Square),
    (GREEN, Shape::Triangle),
    (PURPLE, Shape::Diamond),
    (ORANGE, Shape::Inverted),
    (SKY, Shape::Cross),
];

/// A colour of the diverging scale at `share` of its end: −1 vermillion, 0 paper, 1 blue, with
/// darker ends, so that light and dark say the size in a grey copy.
pub(super) fn diverging(share: f64) -> RGBColor {
    let (half, end) = if share < 0.0 {
        (RGBColor(0xE8, 0x8A, 0x3C), RGBColor(0x8C, 0x35, 0x00))
    } else {
        (RGBColor(0x5A, 0xA5, 0xD6), RGBColor(0x00, 0x3F, 0x73))
    };
    let size = share.abs().min(1.0);
    if size < 0.5 {
        mix(PAPER, half, 2.0 * size)
    } else {
        mix(half, end, 2.0 * size - 1.0)
    }
}

fn mix(from: RGBColor, to: RGBColor, share: f64) -> RGBColor {
    let part = |a: u8, b: u8| (f64::from(a) + share * (f64::from(b) - f64::from(a))).round() as u8;
    RGBColor(part(from.0, to.0), part(from.1, to.1), part(from.2, to.2))
}

/// The colour of text that stands out most from `background`: white on dark, else black.
pub(super) fn text_on(background: RGBColor) -> RGBColor {
    let black = RGBColor(0, 0, 0);
    if contrast(PAPER, background) > contrast(black, background) {
        PAPER
    } else {
        black
    }
}

/// Contrast ratio of two colours as WCAG 2 defines it.
fn contrast(a: RGBColor, b: RGBColor) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance as WCAG 2 defines it.
fn luminance(colour: RGBColor) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            libm::pow((part + 0.055) / 1.055, 2.4)
        }
    };
    0.2126 * linear(colour.0) + 0.7152 * linear(colour.1) + 0.0722 * linear(colour.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_text_can_be_read() {
        for step in -20..=20 {
            let cell = diverging(f64::from(step) / 20.0);
            assert!(contrast(text_on(cell), cell) >= 4.5, "{step}: {cell:?}");
        }
    }

    #[test]
    fn the_scale_darkens_from_the_middle() {
        let at = |share: f64| luminance(diverging(share));
        for share in [0.1, 0.3, 0.5, 0.7, 0.9] {
            assert!(at(share) < at(share - 0.1));
            assert!(at(-share) < at(0.1 - share));
        }
        assert_eq!(diverging(9.0), diverging(1.0));
    }
}
