//! Abnormal returns of one event observation day by day, with the band that forecasts allow.

use super::axis::{self, Scale, X_ROOM};
use super::canvas::{Align, Area, Canvas, Look, Point};
use super::page::{Context, Page, Sign, stem};
use super::style::{BAND, FAINT, INK, MUTED, SKY, VERMILLION};
use super::text::Text;
use super::{Chart, Names};
use crate::error::Result;
use crate::instrument::Symbol;
use crate::study::result::AbnormalReturnRow;

/// One session: its abnormal return and how far from zero the forecast allows.
struct Day {
    day: i32,
    ar: Option<f64>,
    reach: Option<f64>,
}

impl Day {
    fn outside(&self) -> bool {
        matches!((self.ar, self.reach), (Some(ar), Some(reach)) if ar.abs() > reach)
    }
}

/// One chart for each leading event observation with abnormal returns.
pub(super) fn charts(context: &Context) -> Result<Vec<Chart>> {
    let mut names = Names::default();
    let mut charts = Vec::new();
    for (event_id, instrument) in &context.result.figures.leading {
        let rows = context.days(event_id, instrument);
        if rows.iter().any(|row| row.ar.is_some()) {
            let name = names.unique(stem("ar-bars", &[event_id, instrument.as_str()]));
            charts.push(chart(context, name, event_id, instrument, &rows)?);
        }
    }
    Ok(charts)
}

fn chart(
    context: &Context,
    name: String,
    event_id: &str,
    instrument: &Symbol,
    rows: &[&AbnormalReturnRow],
) -> Result<Chart> {
    let text = context.text;
    let confidence = context.result.settings.confidence;
    let days: Vec<Day> = rows.iter().map(|row| day(row)).collect();
    let event = context.event_name(event_id);
    let findings = findings(text, &days, confidence);
    let n_missing = days.iter().filter(|day| day.ar.is_none()).count();
    let page = Page {
        name,
        title: text.pick(
            format!("{instrument}: abnormal return session by session, {event}"),
            format!("{instrument}: abnormale Rendite je Handelstag, {event}"),
        ),
        description: describe(text, &findings, &days),
        subtitle: findings,
        key: key(text, &days, confidence),
        note: (n_missing > 0).then(|| missing_note(text, n_missing)),
        height: 300.0 + X_ROOM,
    };
    let day_0 = context.session(event_id, instrument);
    let axis_name = axis::day_axis_name(text, day_0);
    page.draw(context, |canvas, area| {
        draw(canvas, area, &days, text, &axis_name);
    })
}

fn day(row: &AbnormalReturnRow) -> Day {
    let interval = row.ar_low.zip(row.ar_high);
    let reach = interval.map(|(low, high)| (high - low) / 2.0);
    Day {
        day: row.relative_day.0,
        ar: row.ar.filter(|ar| ar.is_finite()),
        reach: reach.filter(|reach| reach.is_finite()),
    }
}

fn findings(text: Text, days: &[Day], confidence: f64) -> String {
    let n = days.iter().filter(|day| day.ar.is_some()).count();
    let n_outside = days.iter().filter(|day| day.outside()).count();
    let band = text.share_of(confidence);
    let day_0 = days.iter().find(|day| day.day == 0);
    let first = day_0.and_then(|day| {
        let ar = text.percent(day.ar?, 1);
        let reach = day
            .reach
            .map(|reach| text.share((reach * 1000.0).round() / 1000.0));
        let head = text.pick(format!("Day 0: {ar}"), format!("Tag 0: {ar}"));
        Some(match reach {
            Some(reach) => text.pick(
                format!("{head}, {band}forecast band ±{reach}. "),
                format!("{head}, {band}Prognoseband ±{reach}. "),
            ),
            None => format!("{head}. "),
        })
    });
    let second = days.iter().any(|day| day.reach.is_some()).then(|| {
        text.pick(
            format!("Outside their band: {n_outside} of {n} sessions."),
            format!("Außerhalb ihres Bandes: {n_outside} von {n} Handelstagen."),
        )
    });
    [first, second].into_iter().flatten().collect()
}

fn describe(text: Text, findings: &str, days: &[Day]) -> String {
    let outside: Vec<String> = days
        .iter()
        .filter(|day| day.outside())
        .filter_map(|day| {
            Some(format!(
                "{}: {}",
                text.day(day.day),
                text.percent(day.ar?, 1)
            ))
        })
        .collect();
    let lead = text.pick(
        "Bars of the abnormal return on each session of the event window.",
        "Balken der abnormalen Rendite an jedem Handelstag des Ereignisfensters.",
    );
    let list = match outside.is_empty() {
        true => String::new(),
        false => text.pick(
            format!(" Days outside the band: {}.", outside.join("; ")),
            format!(" Tage außerhalb des Bandes: {}.", outside.join("; ")),
        ),
    };
    format!("{lead} {findings}{list}")
}

fn key(text: Text, days: &[Day], confidence: f64) -> Vec<(Sign, String)> {
    if days.iter().all(|day| day.reach.is_none()) {
        return Vec::new();
    }
    let share = text.share_of(confidence);
    vec![
        (
            Sign::Field(VERMILLION),
            text.pick("outside the band", "außerhalb des Bandes")
                .to_owned(),
        ),
        (
            Sign::Field(SKY),
            text.pick("inside", "innerhalb").to_owned(),
        ),
        (
            Sign::Field(BAND),
            text.pick(
                format!("{share}forecast band around zero"),
                format!("{share}Prognoseband um null"),
            ),
        ),
    ]
}

fn missing_note(text: Text, n: usize) -> String {
    text.pick(
        format!("Sessions without a figure (missing price, or after the last session): {n}."),
        format!("Handelstage ohne Wert (Kurs fehlt oder nach dem letzten Handelstag): {n}."),
    )
}

fn draw(canvas: &mut Canvas, area: Area, days: &[Day], text: Text, axis_name: &str) {
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return;
    };
    let reaches = days.iter().filter_map(|day| day.reach);
    let figures = days.iter().filter_map(|day| day.ar);
    let values = reaches.flat_map(|r| [r, -r]).chain(figures).chain([0.0]);
    let domain = axis::range(values, 0.09);
    let rows = axis::percent_labels(&axis::ticks(domain, 6), text);
    let area = area.inset(axis::y_room(&rows), 20.0, 0.0, X_ROOM);
    let x = axis::day_scale(first.day, last.day, area);
    let y = Scale::linear(domain, area.bottom, area.top);

    draw_band(canvas, days, x, y);
    axis::draw_y(canvas, area, y, &rows);
    axis::name_y(
        canvas,
        area,
        text.pick("Abnormal return", "Abnormale Rendite"),
    );
    for day in days {
        draw_bar(canvas, area, day, (x, y), text);
    }
    canvas.line((area.left, y.at(0.0)), (area.right, y.at(0.0)), INK, 1.0);
    let labels = axis::day_labels(first.day, last.day, area.width(), text);
    axis::draw_x(canvas, area, x, &labels, axis_name);
}

/// One outline for all neighbouring days: single fields would show seams.
fn draw_band(canvas: &mut Canvas, days: &[Day], x: Scale, y: Scale) {
    let runs = days.chunk_by(|a, b| b.day == a.day + 1 && a.reach.is_some() == b.reach.is_some());
    for run in runs {
        let edge = |side: f64| -> Vec<Point> {
            run.iter()
                .filter_map(|day| Some((f64::from(day.day), y.at(side * day.reach?))))
                .flat_map(|(day, height)| [(x.at(day - 0.5), height), (x.at(day + 0.5), height)])
                .collect()
        };
        let mut outline = edge(1.0);
        outline.extend(edge(-1.0).into_iter().rev());
        if !outline.is_empty() {
            canvas.polygon(&outline, BAND);
        }
    }
}

fn draw_bar(canvas: &mut Canvas, area: Area, day: &Day, (x, y): (Scale, Scale), text: Text) {
    let centre = x.at(f64::from(day.day));
    let step = x.at(1.0) - x.at(0.0);
    let zero = y.at(0.0);
    let half = (0.32 * step).min(30.0);
    let Some(ar) = day.ar else {
        let look = Look::small().colour(FAINT).align(Align::Centre);
        canvas.text((centre, zero - 4.0), "×", look);
        return;
    };
    let end = y.at(ar);
    let bar = Area {
        left: centre - half,
        top: end.min(zero),
        right: centre + half,
        bottom: end.max(zero),
    };
    let colour = if day.outside() { VERMILLION } else { SKY };
    canvas.rect(bar, colour);
    if day.outside() || day.day == 0 {
        let look = Look::small()
            .bold(day.day == 0)
            .colour(if day.outside() { INK } else { MUTED })
            .align(Align::Centre);
        let base = if ar < 0.0 { end + 13.0 } else { end - 5.0 };
        // At either end the label keeps off the axis rather than stand over its bar.
        let words = text.percent(ar, 1);
        let half = look.width(&words) / 2.0 + 2.0;
        let middle = centre.min(area.right - half).max(area.left + half);
        canvas.text((middle, base), &words, look);
    }
}
