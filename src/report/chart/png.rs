//! Bitmaps from the same SVG, for programs that take no vector graphics.

use super::font;
use crate::error::{Error, Result};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// Most pixels of one bitmap: what a chart of several hundred rows needs, and no more.
const MOST_PIXELS: f64 = 60e6;

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

/// Charts are opaque: three channels are enough. The quick coder takes a tenth of the default's
/// time for files of about the same size, as large even fields compress well either way.
fn encode(pixmap: &Pixmap) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let pixels: Vec<u8> = pixmap
        .data()
        .chunks_exact(4)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .collect();
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, pixmap.width(), pixmap.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(out)
}

fn refusal(problem: &str) -> Error {
    Error::Render {
        what: "PNG".to_owned(),
        problem: problem.to_owned(),
    }
}
