//! Labels beside their points without collisions.

use super::canvas::{Area, Canvas, Look, Point};
use super::style::{FAINT, INK, SMALL};

/// A text of one or more lines that belongs to a point. The first of several lines is bold.
#[derive(Debug, Clone)]
pub(super) struct Label {
    /// The point.
    pub(super) at: Point,
    /// The lines.
    pub(super) lines: Vec<String>,
    /// Whether a label of one line is bold too.
    pub(super) bold: bool,
    /// How far from its point it may stand.
    pub(super) reach: f64,
    /// Whether it is drawn even where it hides much.
    pub(super) needed: bool,
}

/// What labels must not touch, and what they should not hide.
#[derive(Debug, Default)]
pub(super) struct Obstacles {
    /// Closed to labels.
    pub(super) taken: Vec<Area>,
    /// Better left in view.
    pub(super) points: Vec<Point>,
}

const LINE: f64 = SMALL + 3.0;
/// No label stands nearer to its point than this, and none without a leader farther than that.
const NEAREST: f64 = 8.0;
const LEADER_FROM: f64 = 13.0;
/// What a hidden point costs, in pixels of distance, and what no label is worth.
const HIDING: f64 = 20.0;
const MOST_COST: f64 = 160.0;

impl Label {
    fn look(&self, line: usize) -> Look {
        Look::small().bold(line == 0 && (self.bold || self.lines.len() > 1))
    }

    fn size(&self) -> Point {
        let lines = self.lines.iter().enumerate();
        let width = lines.fold(0.0_f64, |widest, (i, line)| {
            widest.max(self.look(i).width(line))
        });
        (width, LINE * self.lines.len() as f64)
    }

    fn leader(&self, place: &Area) -> (Point, Point) {
        let (x, y) = self.at;
        let nearest = (
            x.clamp(place.left, place.right),
            y.clamp(place.top, place.bottom),
        );
        (self.at, nearest)
    }
}

/// Draws labels in the order given, each at the free place nearest to its point that hides the
/// fewest points, and tells which: one without a good place is left out.
pub(super) fn draw(
    canvas: &mut Canvas,
    within: Area,
    labels: &[Label],
    obstacles: Obstacles,
) -> Vec<bool> {
    let Obstacles { mut taken, points } = obstacles;
    let mut placed: Vec<(Area, (Point, Point))> = Vec::new();
    let mut drawn = Vec::with_capacity(labels.len());
    for label in labels {
        let place = best_place(label, within, &taken, &placed, &points);
        drawn.push(place.is_some());
        if let Some(place) = place {
            let leader = label.leader(&place);
            if length(leader) > LEADER_FROM {
                canvas.line(leader.0, leader.1, FAINT, 1.0);
            }
            draw_text(canvas, label, place);
            taken.push(place);
            placed.push((place, leader));
        }
    }
    drawn
}

/// Tries the places of a grid around the point.
fn best_place(
    label: &Label,
    within: Area,
    taken: &[Area],
    placed: &[(Area, (Point, Point))],
    points: &[Point],
) -> Option<Area> {
    let (width, height) = label.size();
    let (x, y) = label.at;
    let offsets = |size: f64| {
        let from = -label.reach - size;
        let n = ((2.0 * label.reach + size) / 5.0) as usize;
        (0..=n).map(move |i| from + 5.0 * i as f64)
    };
    let mut best: Option<(f64, Area)> = None;
    for top in offsets(height).map(|dy| y + dy) {
        for left in offsets(width).map(|dx| x + dx) {
            let place = Area {
                left,
                top,
                right: left + width,
                bottom: top + height,
            };
            let leader = label.leader(&place);
            let distance = length(leader);
            let aside = (left + width / 2.0 - x).hypot(top + height / 2.0 - y);
            let cost = distance + 0.1 * aside;
            let least = best.map_or(f64::INFINITY, |(least, _)| least);
            let inside = within.holds((left, top)) && within.holds((place.right, place.bottom));
            if !inside || cost >= least || !(NEAREST..=label.reach).contains(&distance) {
                continue;
            }
            let padded = place.inset(-3.0, -2.0, -3.0, -2.0);
            let crossing =
                |(other, line): &(Area, _)| crosses(leader, other) || crosses(*line, &padded);
            // The marker of the point itself may touch the leader, no other.
            let blocked =
                |area: &Area| area.meets(&padded) || !area.holds(label.at) && crosses(leader, area);
            if taken.iter().any(blocked) || placed.iter().any(crossing) {
                continue;
            }
            let n_hidden = points.iter().filter(|point| padded.holds(**point)).count();
            let cost = cost + HIDING * n_hidden as f64;
            if cost < least && (label.needed || cost < MOST_COST) {
                best = Some((cost, place));
            }
        }
    }
    best.map(|(_, place)| place)
}

fn length((from, to): (Point, Point)) -> f64 {
    (to.0 - from.0).hypot(to.1 - from.1)
}

/// Whether a line passes through an area, as far as steps of four pixels tell.
fn crosses(line: (Point, Point), area: &Area) -> bool {
    let ((x0, y0), (x1, y1)) = line;
    let n = (length(line) / 4.0).ceil().max(1.0) as usize;
    (0..=n).any(|i| {
        let share = i as f64 / n as f64;
        area.holds((x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
    })
}

fn draw_text(canvas: &mut Canvas, label: &Label, place: Area) {
    // Text to the left of its point ends there, so that the two read together.
    let to_the_left = place.right < label.at.0;
    for (i, line) in label.lines.iter().enumerate() {
        let look = label.look(i).colour(INK);
        let left = if to_the_left {
            place.right - look.width(line)
        } else {
            place.left
        };
        let base = place.top + LINE * i as f64 + SMALL;
        canvas.text((left, base), line, look);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(at: Point) -> Label {
        Label {
            at,
            lines: vec!["label".to_owned(), "second line".to_owned()],
            bold: false,
            reach: 150.0,
            needed: true,
        }
    }

    #[test]
    fn labels_and_leaders_keep_clear_of_each_other() {
        crate::report::chart::font::prepare().unwrap();
        let within = Area {
            left: 0.0,
            top: 0.0,
            right: 400.0,
            bottom: 300.0,
        };
        let mut placed: Vec<(Area, (Point, Point))> = Vec::new();
        let mut taken = Vec::new();
        for i in 0..6 {
            let label = label((200.0 + 9.0 * f64::from(i), 150.0));
            let place = best_place(&label, within, &taken, &placed, &[]).unwrap();
            assert!(within.holds((place.left, place.top)));
            for (other, leader) in &placed {
                assert!(!place.meets(other));
                assert!(!crosses(*leader, &place));
                assert!(!crosses(label.leader(&place), other));
            }
            taken.push(place);
            placed.push((place, label.leader(&place)));
        }
    }

    #[test]
    fn a_label_without_room_is_left_out() {
        crate::report::chart::font::prepare().unwrap();
        let within = Area {
            left: 0.0,
            top: 0.0,
            right: 30.0,
            bottom: 10.0,
        };
        assert!(best_place(&label((15.0, 5.0)), within, &[], &[], &[]).is_none());
    }
}
