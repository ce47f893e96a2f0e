//! Returns of the leading instrument against the market: the estimation days, the line fitted to
//! them, and the event days beside it.

use super::Chart;
use super::axis::{self, Scale, X_ROOM};
use super::canvas::{Area, Canvas, Point};
use super::labels::{self, Label, Obstacles};
use super::page::{Context, Page, Sign, stem};
use super::style::{BLUE, FAINT, GRID, Shape, VERMILLION};
use super::text::Text;
use crate::analysis::window::RelativeDay;
use crate::error::Result;
use crate::study::result::Scatter;

/// The chart, where the result has a scatter.
pub(super) fn chart(context: &Context) -> Result<Option<Chart>> {
    let Some(scatter) = &context.result.figures.scatter else {
        return Ok(None);
    };
    if scatter.estimation.is_empty() && scatter.event.is_empty() {
        return Ok(None);
    }
    let text = context.text;
    let (instrument, market) = (&scatter.instrument, &scatter.benchmark);
    let event = context.event_name(&scatter.event_id);
    let findings = findings(text, scatter);
    let n = scatter.estimation.len();
    let lead = text.pick(
        format!("Scatter of daily returns of {instrument} against {market} on {n} estimation days and {} event days.", scatter.event.len()),
        format!("Streudiagramm der Tagesrenditen von {instrument} gegen {market} an {n} Schätztagen und {} Ereignistagen.", scatter.event.len()),
    );
    let page = Page {
        name: stem("scatter", &[&scatter.event_id, instrument.as_str()]),
        title: text.pick(
            format!("{instrument} against {market}: what the market explains, {event}"),
            format!("{instrument} gegen {market}: was der Markt erklärt, {event}"),
        ),
        description: format!("{lead} {findings}"),
        subtitle: findings,
        key: key(text, scatter),
        note: None,
        height: 400.0 + X_ROOM,
    };
    let chart = page.draw(context, |canvas, area| draw(canvas, area, scatter, text))?;
    Ok(Some(chart))
}

fn findings(text: Text, scatter: &Scatter) -> String {
    let market = &scatter.benchmark;
    let line = scatter.line.map(|(constant, slope)| {
        let constant = text.percent(constant, 2);
        let slope = text.number(slope, 2);
        text.pick(
            format!("Fitted: {constant} + {slope} × return of {market}. "),
            format!("Angepasst: {constant} + {slope} × Rendite von {market}. "),
        )
    });
    let day_0 = scatter
        .event
        .iter()
        .find(|(day, _, _)| *day == RelativeDay(0));
    let day_0 = day_0.map(|(_, market_return, ret)| {
        let (m, r) = (text.percent(*market_return, 1), text.percent(*ret, 1));
        text.pick(
            format!("On day 0 {market} moved {m}, {} {r}.", scatter.instrument),
            format!(
                "An Tag 0 bewegte sich {market} um {m}, {} um {r}.",
                scatter.instrument
            ),
        )
    });
    line.into_iter().chain(day_0).collect()
}

fn key(text: Text, scatter: &Scatter) -> Vec<(Sign, String)> {
    let n = scatter.estimation.len();
    let mut key = vec![(
        Sign::Marker(Shape::Diamond, VERMILLION, false),
        text.pick(
            "event days, with their number",
            "Ereignistage mit ihrer Nummer",
        )
        .to_owned(),
    )];
    if n > 0 {
        let days = text.pick("estimation days", "Schätztage");
        let sign = Sign::Marker(Shape::Circle, FAINT, true);
        key.push((sign, format!("{days} (n = {n})")));
    }
    if scatter.line.is_some() {
        key.push((
            Sign::Line(BLUE),
            text.pick("market model", "Marktmodell").to_owned(),
        ));
    }
    key
}

fn draw(canvas: &mut Canvas, area: Area, scatter: &Scatter, text: Text) {
    let event = || scatter.event.iter().map(|(_, m, r)| (*m, *r));
    let points = || scatter.estimation.iter().copied().chain(event());
    let across = axis::range(points().map(|p| p.0).chain([0.0]), 0.05);
    let up = axis::range(points().map(|p| p.1).chain([0.0]), 0.05);
    let rows = axis::percent_labels(&axis::ticks(up, 7), text);
    let area = area.inset(axis::y_room(&rows), 22.0, 4.0, X_ROOM);
    let x = Scale::linear(across, area.left, area.right);
    let y = Scale::linear(up, area.bottom, area.top);
    let place = |(market, ret): (f64, f64)| (x.at(market), y.at(ret));

    let labels = axis::percent_labels(&axis::ticks(across, 8), text);
    for (value, _) in &labels {
        let at = x.at(*value);
        canvas.line((at, area.top), (at, area.bottom), GRID, 1.0);
    }
    axis::draw_y(canvas, area, y, &rows);
    let of = text.pick("Return of", "Rendite von");
    let name = format!("{of} {}", scatter.instrument);
    axis::name_y(canvas, area, &name);
    axis::draw_x(
        canvas,
        area,
        x,
        &labels,
        &format!("{of} {}", scatter.benchmark),
    );
    let (x0, y0) = place((0.0, 0.0));
    canvas.line((x0, area.top), (x0, area.bottom), FAINT, 1.0);
    canvas.line((area.left, y0), (area.right, y0), FAINT, 1.0);

    let finite = |p: &Point| p.0.is_finite() && p.1.is_finite();
    for point in scatter.estimation.iter().filter(|p| finite(p)) {
        canvas.marker(place(*point), Shape::Circle, 3.0, FAINT, true);
    }
    let line = fitted(scatter, across, up).map(|(from, to)| (place(from), place(to)));
    if let Some((from, to)) = line {
        canvas.line(from, to, BLUE, 2.0);
    }
    let mut days: Vec<_> = scatter
        .event
        .iter()
        .filter(|(_, m, r)| finite(&(*m, *r)))
        .map(|(day, m, r)| (*day, place((*m, *r)), residual(scatter, *m, *r)))
        .collect();
    // The days that stand farthest from the line get their labels first.
    days.sort_by(|a, b| (b.0.0 == 0).cmp(&(a.0.0 == 0)).then(b.2.total_cmp(&a.2)));
    let mut behind: Vec<Point> = scatter.estimation.iter().copied().map(place).collect();
    behind.extend(line.map_or(Vec::new(), along));
    draw_days(canvas, area, &days, behind, text);
}

/// The part of the fitted line that lies within both ranges.
fn fitted(scatter: &Scatter, across: (f64, f64), up: (f64, f64)) -> Option<(Point, Point)> {
    let (constant, slope) = scatter.line?;
    let (mut low, mut high) = across;
    if slope != 0.0 {
        let ends = [(up.0 - constant) / slope, (up.1 - constant) / slope];
        low = low.max(ends[0].min(ends[1]));
        high = high.min(ends[0].max(ends[1]));
    }
    let at = |market: f64| (market, constant + slope * market);
    (low < high).then(|| (at(low), at(high)))
}

fn residual(scatter: &Scatter, market: f64, ret: f64) -> f64 {
    let (constant, slope) = scatter.line.unwrap_or((0.0, 1.0));
    (ret - constant - slope * market).abs()
}

fn draw_days(
    canvas: &mut Canvas,
    area: Area,
    days: &[(RelativeDay, Point, f64)],
    points: Vec<Point>,
    text: Text,
) {
    for (day, at, _) in days.iter().rev() {
        let radius = if day.0 == 0 { 6.0 } else { 3.8 };
        canvas.marker(*at, Shape::Diamond, radius, VERMILLION, false);
    }
    let taken: Vec<Area> = days
        .iter()
        .map(|(_, (x, y), _)| Area {
            left: x - 5.0,
            top: y - 5.0,
            right: x + 5.0,
            bottom: y + 5.0,
        })
        .collect();
    let labels: Vec<Label> = days
        .iter()
        .map(|(day, at, _)| Label {
            at: *at,
            lines: vec![match day.0 {
                0 => text.pick("day 0", "Tag 0").to_owned(),
                other => text.day(other),
            }],
            bold: day.0 == 0,
            reach: if day.0 == 0 { 60.0 } else { 13.0 },
            needed: day.0 == 0,
        })
        .collect();
    labels::draw(canvas, area, &labels, Obstacles { taken, points });
}

/// Points along a line, dense enough to keep labels off it.
fn along(((x0, y0), (x1, y1)): (Point, Point)) -> Vec<Point> {
    let steps = (0..=150).map(|i| f64::from(i) / 150.0);
    steps
        .map(|s| (x0 + s * (x1 - x0), y0 + s * (y1 - y0)))
        .collect()
}
