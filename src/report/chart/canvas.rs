//! A sheet to draw on in pixels, over plotters' SVG backend.
//!
//! The backend counts in whole units, so the sheet is drawn four times larger and shown scaled
//! down. Only solid colours are used: they look the same in every viewer and in print.

use super::font;
use super::style::{INK, PAPER, SMALL, Shape};
use plotters::prelude::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontTransform, RGBColor, ShapeStyle, TextStyle};

/// Units of the file per pixel.
const UNITS: f64 = 4.0;

/// A place in pixels from the upper left corner.
pub(super) type Point = (f64, f64);

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    /// Left edge.
    pub(super) left: f64,
    /// Upper edge.
    pub(super) top: f64,
    /// Right edge.
    pub(super) right: f64,
    /// Lower edge.
    pub(super) bottom: f64,
}

impl Area {
    /// Distance from left to right.
    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Whether the two share any place.
    pub(super) fn meets(&self, other: &Area) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether a point lies inside.
    pub(super) fn holds(&self, (x, y): Point) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    /// The same with other distances from its edges: left, top, right, bottom.
    pub(super) fn inset(&self, left: f64, top: f64, right: f64, bottom: f64) -> Area {
        Area {
            left: self.left + left,
            top: self.top + top,
            right: self.right - right,
            bottom: self.bottom - bottom,
        }
    }
}

/// Which side of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    /// The text starts there.
    Left,
    /// It is centred there.
    Centre,
    /// It ends there.
    Right,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    size: f64,
    bold: bool,
    colour: RGBColor,
    align: Align,
}

impl Look {
    /// Text of a size in pixels: regular, in ink, starting at its place.
    pub(super) fn new(size: f64) -> Self {
        Self {
            size,
            bold: false,
            colour: INK,
            align: Align::Left,
        }
    }

    /// The smallest text.
    pub(super) fn small() -> Self {
        Self::new(SMALL)
    }

    /// In bold where `bold` holds.
    pub(super) fn bold(self, bold: bool) -> Self {
        Self { bold, ..self }
    }

    /// In another colour.
    pub(super) fn colour(self, colour: RGBColor) -> Self {
        Self { colour, ..self }
    }

    /// Otherwise aligned.
    pub(super) fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    /// Width of a text of this look.
    pub(super) fn width(&self, text: &str) -> f64 {
        font::width(text, self.size, self.bold)
    }

    /// As much of a text as fits into `room` pixels.
    pub(super) fn fit(&self, text: &str, room: f64) -> String {
        font::fit(text, self.size, self.bold, room)
    }
}

/// The sheet.
pub(super) struct Canvas<'a> {
    backend: SVGBackend<'a>,
    /// The first refusal of the backend, which writes into memory and has no reason for one.
    failure: Option<String>,
}

impl<'a> Canvas<'a> {
    /// A blank sheet of a size in pixels that writes into `buffer`.
    pub(super) fn new(buffer: &'a mut String, width: f64, height: f64) -> Self {
        let size = (units(width) as u32, units(height) as u32);
        let mut canvas = Self {
            backend: SVGBackend::with_string(buffer, size),
            failure: None,
        };
        let sheet = Area {
            left: 0.0,
            top: 0.0,
            right: width,
            bottom: height,
        };
        canvas.rect(sheet, PAPER);
        canvas
    }

    /// Ends the drawing and tells whether the backend refused anything.
    pub(super) fn finish(mut self) -> Result<(), String> {
        let outcome = self.backend.present();
        self.note(outcome);
        self.failure.map_or(Ok(()), Err)
    }

    fn note<E: std::fmt::Display>(&mut self, outcome: Result<(), E>) {
        if let (None, Err(error)) = (&self.failure, outcome) {
            self.failure = Some(error.to_string());
        }
    }

    /// A straight line.
    pub(super) fn line(&mut self, from: Point, to: Point, colour: RGBColor, width: f64) {
        let style = stroke(colour, width);
        let outcome = self.backend.draw_line(coord(from), coord(to), &style);
        self.note(outcome);
    }

    /// A line through points.
    pub(super) fn path(&mut self, points: &[Point], colour: RGBColor, width: f64) {
        let style = stroke(colour, width);
        let points: Vec<_> = points.iter().map(|p| coord(*p)).collect();
        let outcome = self.backend.draw_path(points, &style);
        self.note(outcome);
    }

    /// A filled shape.
    pub(super) fn polygon(&mut self, points: &[Point], colour: RGBColor) {
        let points: Vec<_> = points.iter().map(|p| coord(*p)).collect();
        let outcome = self.backend.fill_polygon(points, &colour);
        self.note(outcome);
    }

    /// A filled rectangle.
    pub(super) fn rect(&mut self, area: Area, colour: RGBColor) {
        let upper_left = coord((area.left, area.top));
        let lower_right = coord((area.right, area.bottom));
        let outcome = self
            .backend
            .draw_rect(upper_left, lower_right, &colour, true);
        self.note(outcome);
    }

    /// A text on its base line.
    pub(super) fn text(&mut self, at: Point, text: &str, look: Look) {
        self.write(at, text, look, FontTransform::None);
    }

    /// A text that runs upwards, its base line to the right of it.
    pub(super) fn text_upwards(&mut self, at: Point, text: &str, look: Look) {
        self.write(at, text, look, FontTransform::Rotate270);
    }

    fn write(&mut self, (x, y): Point, text: &str, look: Look, turn: FontTransform) {
        // The backend sets text below its place by 0.76 em; what we give is the base line.
        let drop = 0.76 * look.size;
        let at = match turn {
            FontTransform::Rotate270 => (x - drop, y),
            _ => (x, y - drop),
        };
        let h_pos = match look.align {
            Align::Left => HPos::Left,
            Align::Centre => HPos::Center,
            Align::Right => HPos::Right,
        };
        let font = font::font(look.size * UNITS, look.bold).transform(turn);
        let style = TextStyle::from(font)
            .color(&look.colour)
            .pos(Pos::new(h_pos, VPos::Top));
        let outcome = self.backend.draw_text(text, &style, coord(at));
        self.note(outcome);
    }

    /// A marker of about `radius` pixels; hollow ones have paper inside.
    pub(super) fn marker(
        &mut self,
        at: Point,
        shape: Shape,
        radius: f64,
        colour: RGBColor,
        hollow: bool,
    ) {
        if shape == Shape::Circle {
            let radius = units(radius) as u32;
            let outcome = self.backend.draw_circle(coord(at), radius, &colour, true);
            self.note(outcome);
            if hollow {
                let inner = radius.saturating_sub(units(1.5) as u32);
                let outcome = self.backend.draw_circle(coord(at), inner, &PAPER, true);
                self.note(outcome);
            }
            return;
        }
        self.polygon(&corners(at, shape, radius), colour);
        if hollow {
            self.polygon(&corners(at, shape, radius - 1.9), PAPER);
        }
    }
}

/// The corners of a marker, of about the area of a circle of that radius.
fn corners((x, y): Point, shape: Shape, radius: f64) -> Vec<Point> {
    let r = radius;
    let outline: &[Point] = match shape {
        Shape::Circle | Shape::Square => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        Shape::Triangle => &[(0.0, -1.25), (1.2, 0.9), (-1.2, 0.9)],
        Shape::Inverted => &[(0.0, 1.25), (1.2, -0.9), (-1.2, -0.9)],
        Shape::Diamond => &[(0.0, -1.35), (1.2, 0.0), (0.0, 1.35), (-1.2, 0.0)],
        Shape::Cross => &[
            (-0.4, -1.2),
            (0.4, -1.2),
            (0.4, -0.4),
            (1.2, -0.4),
            (1.2, 0.4),
            (0.4, 0.4),
            (0.4, 1.2),
            (-0.4, 1.2),
            (-0.4, 0.4),
            (-1.2, 0.4),
            (-1.2, -0.4),
            (-0.4, -0.4),
        ],
    };
    outline
        .iter()
        .map(|(dx, dy)| (x + r * dx, y + r * dy))
        .collect()
}

fn stroke(colour: RGBColor, width: f64) -> ShapeStyle {
    ShapeStyle::from(&colour).stroke_width(units(width) as u32)
}

/// Pixels to units of the file; figures far off the sheet stay within what a viewer can hold.
fn units(pixels: f64) -> i32 {
    (pixels * UNITS).round().clamp(-400_000.0, 400_000.0) as i32
}

fn coord((x, y): Point) -> (i32, i32) {
    (units(x), units(y))
}

/// Puts the file together: size in pixels, names for people who do not see it, the typeface once.
pub(super) fn document(
    body: &str,
    id: &str,
    title: &str,
    description: &str,
    size: Point,
) -> String {
    let (width, height) = size;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" \
         font-family=\"{}, Verdana, sans-serif\" stroke-linejoin=\"round\">\n\
         <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n",
        units(width),
        units(height),
        font::FAMILY,
        escape(title),
        escape(description),
    );
    let family = format!(" font-family=\"{}\"", font::FAMILY);
    // The first line is the backend's own opening tag. A text stands on a line between its
    // tags: the breaks would become blanks at its ends.
    let mut in_text = false;
    for line in body.lines().skip(1) {
        if line.starts_with("<text ") {
            in_text = true;
            out.push_str(&line.replace(&family, "").replace(" opacity=\"1\"", ""));
        } else if in_text {
            in_text = line != "</text>";
            out.push_str(line);
            if !in_text {
                out.push('\n');
            }
        } else {
            out.push_str(&line.replace(" opacity=\"1\"", ""));
            out.push('\n');
        }
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
