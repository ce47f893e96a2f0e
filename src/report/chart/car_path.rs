//! The cumulative abnormal return of one event observation up to each day, with its interval.

use super::axis::{self, Scale, X_ROOM};
use super::canvas::{Align, Area, Canvas, Look, Point};
use super::page::{Context, Page, Sign, stem};
use super::style::{BAND, BLUE, FAINT, INK, MUTED, Shape};
use super::text::Text;
use super::{Chart, Names};
use crate::error::Result;
use crate::instrument::Symbol;
use crate::study::result::AbnormalReturnRow;

/// One session: the CAR up to it and its interval.
struct Day {
    day: i32,
    car: f64,
    interval: Option<(f64, f64)>,
}

/// One chart for each leading event observation with cumulative abnormal returns.
pub(super) fn charts(context: &Context) -> Result<Vec<Chart>> {
    let mut names = Names::default();
    let mut charts = Vec::new();
    for (event_id, instrument) in &context.result.figures.leading {
        let rows = context.days(event_id, instrument);
        let days: Vec<Day> = rows.iter().filter_map(|row| day(row)).collect();
        if let (Some(first), Some(last)) = (rows.first(), rows.last())
            && !days.is_empty()
        {
            let name = names.unique(stem("car-path", &[event_id, instrument.as_str()]));
            let ends = (first.relative_day.0, last.relative_day.0);
            charts.push(chart(context, name, (event_id, instrument), &days, ends)?);
        }
    }
    Ok(charts)
}

fn day(row: &AbnormalReturnRow) -> Option<Day> {
    let finite = |v: &f64| v.is_finite();
    let low = row.car_to_day_low.filter(finite);
    let high = row.car_to_day_high.filter(finite);
    Some(Day {
        day: row.relative_day.0,
        car: row.car_to_day.filter(finite)?,
        interval: low.zip(high),
    })
}

fn chart(
    context: &Context,
    name: String,
    (event_id, instrument): (&str, &Symbol),
    days: &[Day],
    ends: (i32, i32),
) -> Result<Chart> {
    let text = context.text;
    let share = text.share_of(context.result.settings.confidence);
    let event = context.event_name(event_id);
    let findings = findings(text, days, &share);
    let lead = text.pick(
        "Line of the abnormal return cumulated from the first session of the event window.",
        "Linie der abnormalen Rendite, kumuliert ab dem ersten Handelstag des Ereignisfensters.",
    );
    let has_band = days.iter().any(|day| day.interval.is_some());
    let band = text.pick(
        format!("{share}interval of the CAR up to that day"),
        format!("{share}Intervall der CAR bis zu diesem Tag"),
    );
    let page = Page {
        name,
        title: text.pick(
            format!("{instrument}: cumulative abnormal return, {event}"),
            format!("{instrument}: kumulierte abnormale Rendite, {event}"),
        ),
        description: format!("{lead} {findings}"),
        subtitle: findings,
        key: if has_band {
            vec![(Sign::Field(BAND), band)]
        } else {
            Vec::new()
        },
        note: None,
        height: 300.0 + X_ROOM,
    };
    let axis_name = axis::day_axis_name(text, context.session(event_id, instrument));
    page.draw(context, |canvas, area| {
        draw(canvas, area, days, ends, text, &axis_name);
    })
}

fn findings(text: Text, days: &[Day], share: &str) -> String {
    let Some(last) = days.last() else {
        return String::new();
    };
    let first = text.day(days[0].day);
    let (day, car) = (text.day(last.day), text.percent(last.car, 1));
    let head = if days.len() == 1 {
        text.pick(format!("Day {day}: {car}"), format!("Tag {day}: {car}"))
    } else {
        text.pick(
            format!("From day {first} to day {day}: {car}"),
            format!("Von Tag {first} bis Tag {day}: {car}"),
        )
    };
    let Some((low, high)) = last.interval else {
        return format!("{head}.");
    };
    let interval = text.interval(low, high);
    let holds_zero = low <= 0.0 && 0.0 <= high;
    let verdict = match holds_zero {
        true => text.pick("which includes zero", "das die Null einschließt"),
        false => text.pick("which excludes zero", "das die Null ausschließt"),
    };
    text.pick(
        format!("{head}, {share}interval {interval}, {verdict}."),
        format!("{head}, {share}Intervall {interval}, {verdict}."),
    )
}

fn draw(
    canvas: &mut Canvas,
    area: Area,
    days: &[Day],
    (first, last): (i32, i32),
    text: Text,
    axis_name: &str,
) {
    let ends = days.iter().filter_map(|day| day.interval);
    let values = ends.flat_map(|(low, high)| [low, high]);
    let values = values.chain(days.iter().map(|day| day.car)).chain([0.0]);
    let domain = axis::range(values, 0.05);
    let rows = axis::percent_labels(&axis::ticks(domain, 6), text);
    let area = area.inset(axis::y_room(&rows), 20.0, 54.0, X_ROOM);
    let x = axis::day_scale(first, last, area);
    let y = Scale::linear(domain, area.bottom, area.top);

    draw_band(canvas, days, x, y);
    axis::draw_y(canvas, area, y, &rows);
    let name = text.pick(
        "Cumulative abnormal return (CAR)",
        "Kumulierte abnormale Rendite (CAR)",
    );
    axis::name_y(canvas, area, name);
    if (first..=last).contains(&0) && first < last {
        let middle = x.at(0.0);
        canvas.line((middle, area.top), (middle, area.bottom), FAINT, 1.0);
        let look = Look::small().colour(MUTED);
        let day_0 = text.pick("day 0", "Tag 0");
        canvas.text((middle + 5.0, area.top + 9.0), day_0, look);
    }
    canvas.line((area.left, y.at(0.0)), (area.right, y.at(0.0)), INK, 1.0);
    draw_line(canvas, days, x, y, text);
    let labels = axis::day_labels(first, last, area.width(), text);
    axis::draw_x(canvas, area, x, &labels, axis_name);
}

/// Consecutive days with an interval share a band; a lone one gets a bar.
fn draw_band(canvas: &mut Canvas, days: &[Day], x: Scale, y: Scale) {
    let runs =
        days.chunk_by(|a, b| b.day == a.day + 1 && a.interval.is_some() == b.interval.is_some());
    for run in runs {
        let edge = |pick: fn((f64, f64)) -> f64| -> Vec<Point> {
            let points = run.iter().filter_map(|day| {
                let interval = day.interval?;
                Some((x.at(f64::from(day.day)), y.at(pick(interval))))
            });
            points.collect()
        };
        let mut outline = edge(|(_, high)| high);
        outline.extend(edge(|(low, _)| low).into_iter().rev());
        match outline.as_slice() {
            [high, low] => {
                let bar = Area {
                    left: high.0 - 6.0,
                    top: high.1,
                    right: high.0 + 6.0,
                    bottom: low.1,
                };
                canvas.rect(bar, BAND);
            }
            points if points.len() > 2 => canvas.polygon(points, BAND),
            _ => {}
        }
    }
}

fn draw_line(canvas: &mut Canvas, days: &[Day], x: Scale, y: Scale, text: Text) {
    let place = |day: &Day| (x.at(f64::from(day.day)), y.at(day.car));
    for run in days.chunk_by(|a, b| b.day == a.day + 1) {
        let points: Vec<Point> = run.iter().map(place).collect();
        canvas.path(&points, BLUE, 2.0);
    }
    let small = if days.len() > 60 { 0.0 } else { 2.6 };
    for day in days {
        let radius = if day.day == 0 { 4.5 } else { small };
        canvas.marker(place(day), Shape::Circle, radius, BLUE, false);
    }
    if let Some(last) = days.last() {
        let (end, height) = place(last);
        let look = Look::small().bold(true).colour(BLUE).align(Align::Left);
        canvas.text((end + 8.0, height + 4.0), &text.percent(last.car, 1), look);
    }
}
