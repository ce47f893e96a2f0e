//! A chart's SVG as vector graphics of the document. Our charts are paths, lines and text on
//! plain colours; letters become outlines, as in the bitmaps.

use super::refusal;
use crate::error::Result;
use crate::report::chart::font;
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Transform};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;
use resvg::tiny_skia::{PathSegment, Point};
use resvg::usvg::{self, Group, Node, Options, Tree};

fn tree(svg: &str) -> Result<Tree> {
    let options = Options {
        fontdb: font::database(),
        font_family: font::FAMILY.to_owned(),
        ..Options::default()
    };
    Tree::from_str(svg, &options).map_err(refusal)
}

/// The shape of a chart, from the numbers of its `viewBox`.
pub(super) fn height_over_width(svg: &str) -> Option<f64> {
    let view = svg.split_once("viewBox=\"")?.1.split_once('"')?.0;
    let mut numbers = view.split_whitespace().skip(2).map(str::parse::<f64>);
    let (width, height) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    (width > 0.0 && height > 0.0).then(|| height / width)
}

/// Draws a chart with its upper left corner at `x`, `y`, `width` points wide.
///
/// # Errors
/// Text that is no SVG.
pub(super) fn draw(surface: &mut Surface<'_>, svg: &str, x: f64, y: f64, width: f64) -> Result<()> {
    let tree = tree(svg)?;
    let scale = width as f32 / tree.size().width();
    surface.push_transform(&Transform::from_row(
        scale, 0.0, 0.0, scale, x as f32, y as f32,
    ));
    group(surface, tree.root());
    surface.pop();
    Ok(())
}

fn group(surface: &mut Surface<'_>, content: &Group) {
    let opacity = content.opacity().get();
    if opacity < 1.0 {
        surface.push_opacity(share(opacity));
    }
    for node in content.children() {
        match node {
            Node::Group(inner) => group(surface, inner),
            Node::Path(path) if path.is_visible() => draw_path(surface, path),
            Node::Text(text) => group(surface, text.flattened()),
            // No chart of ours has bitmaps.
            Node::Path(_) | Node::Image(_) => {}
        }
    }
    if opacity < 1.0 {
        surface.pop();
    }
}

fn draw_path(surface: &mut Surface<'_>, path: &usvg::Path) {
    let Some(outline) = outline(path) else {
        return;
    };
    let t = path.abs_transform();
    surface.push_transform(&Transform::from_row(t.sx, t.ky, t.kx, t.sy, t.tx, t.ty));
    surface.set_fill(path.fill().and_then(fill));
    surface.set_stroke(path.stroke().and_then(stroke));
    surface.draw_path(&outline);
    surface.pop();
}

fn outline(path: &usvg::Path) -> Option<Path> {
    let mut out = PathBuilder::new();
    let at = |p: Point| (p.x, p.y);
    for segment in path.data().segments() {
        match segment {
            PathSegment::MoveTo(p) => out.move_to(p.x, p.y),
            PathSegment::LineTo(p) => out.line_to(p.x, p.y),
            PathSegment::QuadTo(a, p) => out.quad_to(a.x, a.y, p.x, p.y),
            PathSegment::CubicTo(a, b, p) => {
                let ((ax, ay), (bx, by)) = (at(a), at(b));
                out.cubic_to(ax, ay, bx, by, p.x, p.y);
            }
            PathSegment::Close => out.close(),
        }
    }
    out.finish()
}

fn colour(paint: &usvg::Paint) -> Option<rgb::Color> {
    match paint {
        usvg::Paint::Color(c) => Some(rgb::Color::new(c.red, c.green, c.blue)),
        // No chart of ours has gradients or patterns.
        _ => None,
    }
}

fn fill(fill: &usvg::Fill) -> Option<Fill> {
    Some(Fill {
        paint: colour(fill.paint())?.into(),
        opacity: share(fill.opacity().get()),
        rule: match fill.rule() {
            usvg::FillRule::NonZero => FillRule::NonZero,
            usvg::FillRule::EvenOdd => FillRule::EvenOdd,
        },
    })
}

fn stroke(stroke: &usvg::Stroke) -> Option<Stroke> {
    Some(Stroke {
        paint: colour(stroke.paint())?.into(),
        width: stroke.width().get(),
        miter_limit: stroke.miterlimit().get(),
        line_cap: match stroke.linecap() {
            usvg::LineCap::Butt => LineCap::Butt,
            usvg::LineCap::Round => LineCap::Round,
            usvg::LineCap::Square => LineCap::Square,
        },
        line_join: match stroke.linejoin() {
            usvg::LineJoin::Round => LineJoin::Round,
            usvg::LineJoin::Bevel => LineJoin::Bevel,
            usvg::LineJoin::Miter | usvg::LineJoin::MiterClip => LineJoin::Miter,
        },
        opacity: share(stroke.opacity().get()),
        dash: stroke.dasharray().map(|array| StrokeDash {
            array: array.to_vec(),
            offset: stroke.dashoffset(),
        }),
    })
}

fn share(opacity: f32) -> NormalizedF32 {
    NormalizedF32::new(opacity.clamp(0.0, 1.0)).unwrap_or(NormalizedF32::ONE)
}
