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
    let colours = Colours::of(pixmap.data());
    let (palette, places) = palette(&colours.counted);
    let mut pixels: Vec<u8> = Vec::with_capacity(pixmap.pixels().len());
    for (colour, n) in colours.runs {
        pixels.resize(pixels.len() + n, places[colour]);
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

/// The colours of a bitmap in the order of their first pixels, and its pixels as runs of them,
/// because most pixels are like the one before.
#[derive(Default)]
struct Colours {
    /// With their numbers of pixels.
    counted: Vec<(Colour, usize)>,
    /// Where a colour stands in `counted`, and for how many pixels.
    runs: Vec<(usize, usize)>,
}

impl Colours {
    /// Of pixels of four bytes, the last of which is their opacity.
    fn of(pixels: &[u8]) -> Self {
        let mut all = Self::default();
        let mut known: BTreeMap<Colour, usize> = BTreeMap::new();
        // The tree is asked once for most colours: there are few, and they come again at once.
        let mut recent = [usize::MAX; 1 << 10];
        let (pixels, _) = pixels.as_chunks::<4>();
        for run in pixels.chunk_by(|a, b| a == b) {
            let colour = [run[0][0], run[0][1], run[0][2]];
            let [red, green, blue] = colour.map(usize::from);
            let seen = &mut recent[(red * 7 + green * 31 + blue * 127) % (1 << 10)];
            if all.counted.get(*seen).is_none_or(|(c, _)| *c != colour) {
                let next = all.counted.len();
                *seen = *known.entry(colour).or_insert(next);
                if *seen == next {
                    all.counted.push((colour, 0));
                }
            }
            all.counted[*seen].1 += run.len();
            all.runs.push((*seen, run.len()));
        }
        all
    }
}

/// The 256 most frequent colours, and for every colour the place of the nearest of them. Only
/// rare shades at the edges of letters are not exact.
fn palette(counted: &[(Colour, usize)]) -> (Vec<Colour>, Vec<u8>) {
    let mut order: Vec<usize> = (0..counted.len()).collect();
    order.sort_by_key(|&at| (Reverse(counted[at].1), counted[at].0));
    let palette: Vec<Colour> = order.iter().take(256).map(|&at| counted[at].0).collect();
    let mut places = vec![0; counted.len()];
    for (i, &at) in order.iter().enumerate() {
        let place = if i < 256 {
            i
        } else {
            nearest(&palette, counted[at].0)
        };
        places[at] = place as u8;
    }
    (palette, places)
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
        let mut pixels: Vec<u8> = (0..=255).flat_map(|v| [v, v, v, 255].repeat(3)).collect();
        pixels.extend([10, 11, 10, 255]);
        let colours = Colours::of(&pixels);
        assert_eq!(colours.runs.len(), 257);
        assert_eq!(colours.counted[77], ([77, 77, 77], 3));
        let (palette, places) = palette(&colours.counted);
        assert_eq!(palette.len(), 256);
        assert_eq!(palette[usize::from(places[77])], [77, 77, 77]);
        assert_eq!(palette[usize::from(places[256])], [10, 10, 10]);
    }

    #[test]
    fn every_pixel_is_in_a_run_of_its_colour() {
        // More colours than are remembered, each twice, far from each other.
        let colour = |at: usize| [at as u8, (at / 7) as u8, (at / 31) as u8, 255];
        let pixels: Vec<u8> = (0..5000).chain(0..5000).flat_map(colour).collect();
        let colours = Colours::of(&pixels);
        let runs = colours.runs.iter();
        let drawn: Vec<u8> = runs
            .flat_map(|&(at, n)| {
                let [r, g, b] = colours.counted[at].0;
                [r, g, b, 255].repeat(n)
            })
            .collect();
        assert_eq!(drawn, pixels);
        let n: usize = colours.counted.iter().map(|(_, n)| n).sum();
        assert_eq!(n, 10_000);
    }
}
