//! Where an event's CAR stands among those of dates on which nothing is known to have happened.

use super::axis::{self, Scale, X_ROOM};
use super::canvas::{Align, Area, Canvas, Look};
use super::page::{Context, Page, Sign, stem};
use super::style::{FAINT, INK, PALE, VERMILLION};
use super::text::Text;
use super::{Chart, Names};
use crate::error::Result;
use crate::study::result::PlaceboDistribution;

/// One column of the histogram.
struct Bin {
    low: f64,
    high: f64,
    n: usize,
    /// All of it lies at least as far from zero as the event.
    extreme: bool,
}

/// One chart for each distribution.
pub(super) fn charts(context: &Context) -> Result<Vec<Chart>> {
    let mut names = Names::default();
    let mut charts = Vec::new();
    for placebo in &context.result.figures.placebos {
        if placebo.car.is_finite() && placebo.values.iter().any(|v| v.is_finite()) {
            let instrument = placebo.instrument.as_str();
            let name = names.unique(stem("placebo", &[&placebo.event_id, instrument]));
            charts.push(chart(context, name, placebo)?);
        }
    }
    Ok(charts)
}

fn chart(context: &Context, name: String, placebo: &PlaceboDistribution) -> Result<Chart> {
    let text = context.text;
    let bins = bins(placebo);
    let (instrument, window) = (&placebo.instrument, text.window(placebo.window));
    let event = context.event_name(&placebo.event_id);
    let findings = findings(text, placebo);
    let lead = text.pick(
        format!("Histogram of the CAR of {instrument} over {window} at pseudo-events, with {event} marked."),
        format!("Histogramm der CAR von {instrument} über {window} bei Pseudoereignissen, mit Markierung von {event}."),
    );
    let page = Page {
        name,
        title: text.pick(
            format!("{instrument}: {event} among ordinary dates"),
            format!("{instrument}: {event} unter gewöhnlichen Tagen"),
        ),
        description: format!("{lead} {findings}"),
        subtitle: findings,
        key: key(text, &bins),
        note: None,
        height: 290.0 + X_ROOM,
    };
    let axis_name = format!("CAR {} {window}", text.pick("over", "über"));
    page.draw(context, |canvas, area| {
        draw(canvas, area, placebo, &bins, (text, &event, &axis_name));
    })
}

fn findings(text: Text, placebo: &PlaceboDistribution) -> String {
    let n = placebo.values.len();
    let size = placebo.car.abs();
    let n_extreme = placebo.values.iter().filter(|v| v.abs() >= size).count();
    let (car, p) = (text.percent(placebo.car, 1), text.p_value(placebo.p));
    text.pick(
        format!("{n_extreme} of {n} pseudo-events have a CAR at least the size of the event’s {car}, up or down: {p}."),
        format!("{n_extreme} von {n} Pseudoereignissen haben eine CAR von mindestens der Größe des Ereignisses ({car}): {p}."),
    )
}

fn key(text: Text, bins: &[Bin]) -> Vec<(Sign, String)> {
    let mut key = vec![(
        Sign::Field(PALE),
        text.pick("pseudo-events", "Pseudoereignisse").to_owned(),
    )];
    if bins.iter().any(|bin| bin.extreme && bin.n > 0) {
        key.push((
            Sign::Field(VERMILLION),
            text.pick(
                "at least as far from zero as the event",
                "mindestens so weit von null wie das Ereignis",
            )
            .to_owned(),
        ));
    }
    key
}

/// Even columns over all figures. Where the event is far enough out, both its CAR and the mirror
/// image of that are edges of columns, so that no column mixes the two kinds.
fn bins(placebo: &PlaceboDistribution) -> Vec<Bin> {
    let values: Vec<f64> = placebo
        .values
        .iter()
        .copied()
        .filter(|v| v.is_finite())
        .collect();
    let size = placebo.car.abs();
    let ends = values.iter().copied().chain([placebo.car, 0.0]);
    let (low, high) = axis::range(ends, 0.0);
    let n_wanted = libm::sqrt(values.len() as f64).clamp(8.0, 42.0);
    let rough = (high - low) / n_wanted;
    let n_between = (2.0 * size / rough).round();
    let aligned = n_between >= 1.0;
    let width = if aligned {
        2.0 * size / n_between
    } else {
        rough
    };
    let origin = if aligned { -size } else { 0.0 };
    // A hair of tolerance keeps a figure that equals an edge in the outer column.
    let index = |v: f64| {
        let outward = 1e-9 * v.signum();
        ((v - origin) / width + outward).floor() as i64
    };
    let (first, last) = (index(low), index(high));
    let mut bins: Vec<Bin> = (first..=last)
        .map(|i| {
            let low = origin + width * i as f64;
            let middle = low + width / 2.0;
            Bin {
                low,
                high: low + width,
                n: 0,
                extreme: aligned && middle.abs() > size,
            }
        })
        .collect();
    for value in values {
        if let Some(bin) = bins.get_mut((index(value) - first) as usize) {
            bin.n += 1;
        }
    }
    bins
}

fn draw(
    canvas: &mut Canvas,
    area: Area,
    placebo: &PlaceboDistribution,
    bins: &[Bin],
    words: (Text, &str, &str),
) {
    let (text, _, axis_name) = words;
    let edges = bins.iter().flat_map(|bin| [bin.low, bin.high]);
    let domain = axis::range(edges, 0.03);
    let most = bins.iter().map(|bin| bin.n).max().unwrap_or(1).max(1) as f64;
    let whole = |tick: &f64| (tick - tick.round()).abs() < 1e-9;
    let ticks = axis::ticks((0.0, most * 1.04), 5).into_iter().filter(whole);
    let labels: Vec<_> = ticks.map(|tick| (tick, text.number(tick, 0))).collect();
    let area = area.inset(axis::y_room(&labels), 56.0, 4.0, X_ROOM);
    let x = Scale::linear(domain, area.left, area.right);
    let y = Scale::linear((0.0, most * 1.04), area.bottom, area.top);
    axis::draw_y(canvas, area, y, &labels);
    let named = Area {
        top: area.top - 33.0,
        ..area
    };
    axis::name_y(
        canvas,
        named,
        text.pick("Number of pseudo-events", "Zahl der Pseudoereignisse"),
    );
    for bin in bins.iter().filter(|bin| bin.n > 0) {
        let column = Area {
            left: x.at(bin.low) + 0.5,
            top: y.at(bin.n as f64),
            right: x.at(bin.high) - 0.5,
            bottom: area.bottom,
        };
        canvas.rect(column, if bin.extreme { VERMILLION } else { PALE });
    }
    let labels = axis::percent_labels(&axis::ticks(domain, 7), text);
    axis::draw_x(canvas, area, x, &labels, axis_name);
    let zero = x.at(0.0);
    canvas.line((zero, area.top), (zero, area.bottom), FAINT, 1.0);
    draw_event(canvas, area, placebo, x, words);
}

fn draw_event(
    canvas: &mut Canvas,
    area: Area,
    placebo: &PlaceboDistribution,
    x: Scale,
    (text, event, _): (Text, &str, &str),
) {
    let at = x.at(placebo.car);
    let top = area.top - 28.0;
    canvas.line((at, top), (at, area.bottom), INK, 2.0);
    // The words stand on the side that has more room.
    let (align, shift) = if at < (area.left + area.right) / 2.0 {
        (Align::Left, 7.0)
    } else {
        (Align::Right, -7.0)
    };
    let look = Look::small().align(align);
    let room = 0.5 * area.width();
    let bold = look.bold(true);
    canvas.text((at + shift, top + 9.0), &bold.fit(event, room), bold);
    let figures = format!(
        "CAR {}, {}",
        text.percent(placebo.car, 1),
        text.p_value(placebo.p)
    );
    canvas.text((at + shift, top + 23.0), &figures, look);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::window::Window;
    use crate::instrument::Symbol;

    #[test]
    fn extreme_columns_hold_exactly_the_extreme_figures() {
        let values: Vec<f64> = (-50..=50).map(|i| f64::from(i) / 1000.0).collect();
        for car in [-0.031, 0.04, -0.05, 0.013] {
            let placebo = PlaceboDistribution {
                event_id: "e".to_owned(),
                instrument: Symbol::new("A").unwrap(),
                window: Window::new(0, 0).unwrap(),
                car,
                p: 0.5,
                values: values.clone(),
            };
            let bins = bins(&placebo);
            let n: usize = bins.iter().map(|bin| bin.n).sum();
            let n_extreme: usize = bins.iter().filter(|b| b.extreme).map(|b| b.n).sum();
            let expected = values.iter().filter(|v| v.abs() >= car.abs()).count();
            assert_eq!(n, values.len());
            assert_eq!(n_extreme, expected, "{car}");
        }
    }
}
