//! Bitmaps from the same SVG, for programs that take no vector graphics.

use super::font;
use crate::error::{Error, Result};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Most pixels of one bitmap: what a chart of several hundred rows needs, and no more.
const MOST_PIXELS: f64 = 60e6;

/// Red, green, blue.
type Colour = [u8; 3];

/// Draws an SVG of this module as PNG, `width_px` wide; 1600 is twice its size, for print.
///
/// # Errors
/// The SVG cannot be read, or the bitmap would be empty or larger than 60 million pixels.
pub fn png(svg: &str, width_px: u32) -> Result<Vec<u8>> {
    let options = Options {
        fontdb: font::database(),
        font_family: font::FAMILY.to_owned(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|e| refusal(&e.to_string()))?;
    let scale = width_px as f32 / tree.size().width();
    let height_px = (tree.size().height() * scale).round();
    if f64::from(width_px) * f64::from(height_px) > MOST_PIXELS {
        return Err(refusal(
            "the bitmap would be too large; ask for fewer pixels",
        ));
    }
    let mut pixmap = Pixmap::new(width_px, height_px as u32)
        .ok_or_else(|| refusal("the bitmap would be empty"))?;
    let transform = Transform::from_scale(scale, scale);
    resvg::render(&tree, transform, &mut pixmap.as_mut());
    encode(&pixmap).map_err(|e| refusal(&e.to_string()))
}

/// Charts are opaque and have few colours: a palette and one byte for each pixel make a file of a
/// third of the size. Higher levels save a tenth more and take twice the time.
fn encode(pixmap: &Pixmap) -> std::result::Result<Vec<u8>, png::EncodingError> {
    // In runs, because most pixels are like the one before.
    let runs = || {
        let runs = pixmap.pixels().chunk_by(|a, b| a == b);
        runs.map(|run| ([run[0].red(), run[0].green(), run[0].blue()], run.len()))
    };
    let (palette, index) = palette(runs());
    let mut pixels: Vec<u8> = Vec::with_capacity(pixmap.pixels().len());
    for (colour, n) in runs() {
        let at = index.get(&colour).copied().unwrap_or(0);
        pixels.resize(pixels.len() + n, at);
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, pixmap.width(), pixmap.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_deflate_compression(png::DeflateCompression::Level(3));
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(out)
}

/// The 256 most frequent colours, and for every colour the place of the nearest of them. Only
/// rare shades at the edges of letters are not exact.
fn palette(runs: impl Iterator<Item = (Colour, usize)>) -> (Vec<Colour>, BTreeMap<Colour, u8>) {
    let mut counts: BTreeMap<Colour, usize> = BTreeMap::new();
    for (colour, n) in runs {
        *counts.entry(colour).or_default() += n;
    }
    let mut order: Vec<(Colour, usize)> = counts.into_iter().collect();
    order.sort_by_key(|(colour, n)| (Reverse(*n), *colour));
    let palette: Vec<Colour> = order.iter().take(256).map(|(colour, _)| *colour).collect();
    let index = order
        .iter()
        .enumerate()
        .map(|(i, (colour, _))| {
            let place = if i < 256 {
                i
            } else {
                nearest(&palette, *colour)
            };
            (*colour, place as u8)
        })
        .collect();
    (palette, index)
}

fn nearest(palette: &[Colour], colour: Colour) -> usize {
    let distance = |other: &Colour| -> u32 {
        let parts = other.iter().zip(colour);
        parts.map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    let places = 0..palette.len();
    places.min_by_key(|i| distance(&palette[*i])).unwrap_or(0)
}

fn refusal(problem: &str) -> Error {
    Error::Render {
        what: "PNG".to_owned(),
        problem: problem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_colours_are_exact_and_rare_ones_close() {
        let mut colours: Vec<Colour> = (0..=255).flat_map(|v| [[v, v, v]; 3]).collect();
        colours.push([10, 11, 10]);
        let (palette, index) = palette(colours.iter().map(|colour| (*colour, 1)));
        assert_eq!(palette.len(), 256);
        assert_eq!(palette[usize::from(index[&[77, 77, 77]])], [77, 77, 77]);
        assert_eq!(palette[usize::from(index[&[10, 11, 10]])], [10, 10, 10]);
    }
}
