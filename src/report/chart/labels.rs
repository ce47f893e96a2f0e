//! Labels beside their points without collisions.

use super::canvas::{Area, Canvas, Look, Point};
use super::style::{FAINT, SMALL};
use plotters::style::RGBColor;

/// A text of one or more lines that belongs to a point. The first line is bold.
#[derive(Debug, Clone)]
pub(super) struct Label {
    /// The point.
    pub(super) at: Point,
    /// The lines.
    pub(super) lines: Vec<String>,
    /// Colour of the first line.
    pub(super) colour: RGBColor,
    /// How far from its point it may stand.
    pub(super) reach: f64,
}

const LINE: f64 = SMALL + 3.0;

impl Label {
    fn size(&self) -> Point {
        let widths = self.lines.iter().enumerate();
        let width = widths.fold(0.0_f64, |widest, (i, line)| {
            widest.max(Look::small().bold(i == 0).width(line))
        });
        (width, LINE * self.lines.len() as f64)
    }
}

/// Draws labels in the order given, each at the free place nearest to its point that hides the
/// fewest points of `curve`; one without a free place is left out. `taken` must stay clear.
pub(super) fn draw(
    canvas: &mut Canvas,
    within: Area,
    labels: &[Label],
    taken: &[Area],
    curve: &[Point],
) {
    let mut taken = taken.to_vec();
    for label in labels {
        let Some(place) = best_place(label, within, &taken, curve) else {
            continue;
        };
        draw_one(canvas, label, place);
        taken.push(place);
    }
}

fn best_place(label: &Label, within: Area, taken: &[Area], curve: &[Point]) -> Option<Area> {
    const DISTANCES: [f64; 8] = [8.0, 16.0, 28.0, 42.0, 60.0, 82.0, 110.0, 145.0];
    const DIRECTIONS: [Point; 8] = [
        (1.0, 0.0),
        (-1.0, 0.0),
        (0.7, -0.7),
        (-0.7, -0.7),
        (0.7, 0.7),
        (-0.7, 0.7),
        (0.0, -1.0),
        (0.0, 1.0),
    ];
    let (width, height) = label.size();
    let mut best: Option<(f64, Area)> = None;
    for distance in DISTANCES.into_iter().filter(|d| *d <= label.reach) {
        for (order, (dx, dy)) in DIRECTIONS.into_iter().enumerate() {
            // The label's nearest edge or corner lies in that direction.
            let x = label.at.0
                + dx * distance
                + (dx.signum() * f64::from(dx != 0.0) - 1.0) * width / 2.0;
            let y = label.at.1
                + dy * distance
                + (dy.signum() * f64::from(dy != 0.0) - 1.0) * height / 2.0;
            let place = Area {
                left: x,
                top: y,
                right: x + width,
                bottom: y + height,
            };
            let inside = within.holds((x, y)) && within.holds((place.right, place.bottom));
            let padded = place.inset(-4.0, -2.0, -4.0, -2.0);
            if !inside || taken.iter().any(|area| area.meets(&padded)) {
                continue;
            }
            let n_hidden = curve.iter().filter(|point| padded.holds(**point)).count();
            let cost = distance + order as f64 + 12.0 * n_hidden as f64;
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, place));
            }
        }
    }
    best.map(|(_, place)| place)
}

fn draw_one(canvas: &mut Canvas, label: &Label, place: Area) {
    let (x, y) = label.at;
    let nearest = (
        x.clamp(place.left, place.right),
        y.clamp(place.top, place.bottom),
    );
    if (nearest.0 - x).hypot(nearest.1 - y) > 12.0 {
        canvas.line(label.at, nearest, FAINT, 1.0);
    }
    // Text to the left of its point ends there, so that the two read together.
    let to_the_left = place.right < x;
    for (i, line) in label.lines.iter().enumerate() {
        let look = Look::small().bold(i == 0).colour(label.colour);
        let left = if to_the_left {
            place.right - look.width(line)
        } else {
            place.left
        };
        let base = place.top + LINE * i as f64 + SMALL;
        canvas.text((left, base), line, look);
    }
}
