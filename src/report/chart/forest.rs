//! The CARs of all events of the focus instrument over one window, each with its interval.

use super::Chart;
use super::axis::{self, Scale, X_ROOM};
use super::canvas::{Align, Area, Canvas, Look};
use super::page::{Context, Page, Sign, stem};
use super::style::{FAINT, GRID, INK, MUTED, SHADE, SMALL, Shape, VERMILLION};
use super::text::Text;
use crate::analysis::window::Window;
use crate::error::Result;
use crate::instrument::Symbol;
use chrono::NaiveDate;
use plotters::style::RGBColor;
use std::collections::BTreeMap;

/// More rows than this would be a table.
const MOST_ROWS: usize = 100;
const DATE_ROOM: f64 = 82.0;
const VALUE_ROOM: f64 = 62.0;

/// One event.
struct Row {
    session: Option<NaiveDate>,
    name: String,
    leads: bool,
    car: f64,
    interval: Option<(f64, f64)>,
    provisional: bool,
}

impl Row {
    fn excludes_zero(&self) -> bool {
        self.interval
            .is_some_and(|(low, high)| low > 0.0 || high < 0.0)
    }

    fn mark(&self) -> (Shape, RGBColor) {
        if self.excludes_zero() {
            (Shape::Diamond, VERMILLION)
        } else {
            (Shape::Circle, MUTED)
        }
    }

    /// Ends of what is drawn.
    fn ends(&self) -> (f64, f64) {
        self.interval.unwrap_or((self.car, self.car))
    }
}

/// The chart, where the focus instrument has CARs over the first window.
pub(super) fn chart(context: &Context) -> Result<Option<Chart>> {
    let windows = context.result.settings.windows.first().copied();
    let window = windows.or_else(|| context.result.cars.first().map(|row| row.window));
    let (Some(instrument), Some(window)) = (context.focus(), window) else {
        return Ok(None);
    };
    let (mut rows, n_without) = rows(context, instrument, window);
    if rows.is_empty() {
        return Ok(None);
    }
    let n_cut = rows.len().saturating_sub(MOST_ROWS);
    rows.drain(..n_cut);

    let text = context.text;
    let (subtitle, description) = findings(context, instrument, window, &rows);
    let row_height = if rows.len() > 12 { 17.5 } else { 24.0 };
    let page = Page {
        name: stem("forest", &[instrument.as_str()]),
        title: text.pick(
            format!(
                "{instrument}: cumulative abnormal return over {} by event",
                text.window(window)
            ),
            format!(
                "{instrument}: kumulierte abnormale Rendite über {} je Ereignis",
                text.window(window)
            ),
        ),
        subtitle,
        key: key(context, &rows),
        note: note(text, n_cut, n_without),
        description,
        height: row_height * rows.len() as f64 + HEAD + X_ROOM,
    };
    let axis_name = text.pick(
        format!(
            "CAR over {}, sessions from the event session",
            text.window(window)
        ),
        format!(
            "CAR über {}, Handelstage ab dem Ereignistag",
            text.window(window)
        ),
    );
    let chart = page.draw(context, |canvas, area| {
        draw(canvas, area, &rows, row_height, text, &axis_name);
    })?;
    Ok(Some(chart))
}

const HEAD: f64 = 20.0;

/// The rows by date, and how many observations have no CAR.
fn rows(context: &Context, instrument: &Symbol, window: Window) -> (Vec<Row>, usize) {
    let ledger = context.result.ledger.iter();
    let sessions: BTreeMap<&str, NaiveDate> = ledger
        .filter(|row| row.instrument == instrument.as_str())
        .filter_map(|row| Some((row.event_id.as_str(), row.session?)))
        .collect();
    let n_all = context
        .result
        .ledger
        .iter()
        .filter(|row| row.instrument == instrument.as_str())
        .count();
    let finite = |v: &f64| v.is_finite();
    let cars = context.result.cars.iter();
    let mut rows: Vec<Row> = cars
        .filter(|row| row.instrument == *instrument && row.window == window)
        .filter_map(|row| {
            Some(Row {
                session: sessions.get(row.event_id.as_str()).copied(),
                name: context.event_name(&row.event_id),
                leads: context.leads(&row.event_id),
                car: row.car.filter(finite)?,
                interval: row.car_low.filter(finite).zip(row.car_high.filter(finite)),
                provisional: row.provisional,
            })
        })
        .collect();
    rows.sort_by_key(|row| row.session);
    let n_without = n_all.saturating_sub(rows.len());
    (rows, n_without)
}

fn findings(
    context: &Context,
    instrument: &Symbol,
    window: Window,
    rows: &[Row],
) -> (String, String) {
    let n = rows.len();
    let n_clear = rows.iter().filter(|row| row.excludes_zero()).count();
    let text = context.text;
    let by_chance = text.number(n as f64 * (1.0 - context.result.settings.confidence), 1);
    let subtitle = text.pick(
        format!("Intervals that exclude zero: {n_clear} of {n}; by chance alone about {by_chance}."),
        format!("Intervalle, die die Null ausschließen: {n_clear} von {n}; durch Zufall allein etwa {by_chance}."),
    );
    let order = |a: &&Row, b: &&Row| a.car.total_cmp(&b.car);
    let extreme = |row: Option<&Row>| {
        row.map_or(String::new(), |row| {
            format!("{} ({})", text.percent(row.car, 1), row.name)
        })
    };
    let lowest = extreme(rows.iter().min_by(order));
    let highest = extreme(rows.iter().max_by(order));
    let window = text.window(window);
    let description = text.pick(
        format!("Forest plot of the cumulative abnormal return of {instrument} over {window} for {n} events by date. {subtitle} Lowest {lowest}, highest {highest}."),
        format!("Forest-Plot der kumulierten abnormalen Rendite von {instrument} über {window} für {n} Ereignisse nach Datum. {subtitle} Kleinster Wert {lowest}, größter {highest}."),
    );
    (subtitle, description)
}

fn key(context: &Context, rows: &[Row]) -> Vec<(Sign, String)> {
    let text = context.text;
    let share = text.share_of(context.result.settings.confidence);
    let mut key = Vec::new();
    if rows.iter().any(Row::excludes_zero) {
        key.push((
            Sign::Marker(Shape::Diamond, VERMILLION, false),
            text.pick(
                format!("{share}interval excludes zero"),
                format!("{share}Intervall schließt die Null aus"),
            ),
        ));
    }
    if rows.iter().any(|row| !row.excludes_zero()) {
        key.push((
            Sign::Marker(Shape::Circle, MUTED, false),
            text.pick("holds zero", "enthält die Null").to_owned(),
        ));
    }
    if rows.iter().any(|row| row.provisional) {
        key.push((
            Sign::Marker(Shape::Circle, MUTED, true),
            text.pick(
                "hollow: provisional, window not over",
                "hohl: vorläufig, Fenster nicht zu Ende",
            )
            .to_owned(),
        ));
    }
    key
}

fn note(text: Text, n_cut: usize, n_without: usize) -> Option<String> {
    let cut = (n_cut > 0).then(|| {
        text.pick(
            format!("The latest {MOST_ROWS} events; {n_cut} earlier ones are left out."),
            format!("Die jüngsten {MOST_ROWS} Ereignisse; {n_cut} frühere sind weggelassen."),
        )
    });
    let without = (n_without > 0).then(|| {
        text.pick(
            format!("Events without a figure (see the ledger): {n_without}."),
            format!("Ereignisse ohne Wert (siehe Ledger): {n_without}."),
        )
    });
    let parts: Vec<String> = cut.into_iter().chain(without).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The range shown: all intervals, but none may stretch it beyond three times what nine in ten
/// of them need.
fn domain(rows: &[Row]) -> (f64, f64) {
    let mut sizes: Vec<f64> = rows
        .iter()
        .map(|row| row.ends().0.abs().max(row.ends().1.abs()))
        .collect();
    sizes.sort_by(f64::total_cmp);
    let ninth = sizes[sizes.len() - 1 - sizes.len() / 10];
    let limit = 3.0 * ninth.max(1e-6);
    let ends = rows.iter().flat_map(|row| [row.ends().0, row.ends().1]);
    axis::range(ends.map(|v| v.clamp(-limit, limit)).chain([0.0]), 0.04)
}

fn draw(
    canvas: &mut Canvas,
    area: Area,
    rows: &[Row],
    row_height: f64,
    text: Text,
    axis_name: &str,
) {
    let widest = rows
        .iter()
        .map(|row| Look::small().bold(row.leads).width(&row.name))
        .fold(60.0, f64::max);
    let name_room = widest.min(268.0);
    let plot = area.inset(DATE_ROOM + name_room + 12.0, HEAD, VALUE_ROOM, X_ROOM);
    let domain = domain(rows);
    let x = Scale::linear(domain, plot.left, plot.right);
    for i in (0..rows.len()).step_by(2) {
        let top = plot.top + row_height * i as f64;
        let stripe = Area {
            top,
            bottom: top + row_height,
            ..area
        };
        canvas.rect(stripe, SHADE);
    }
    let labels = axis::percent_labels(&axis::ticks(domain, 5), text);
    for (value, label) in &labels {
        let at = x.at(*value);
        canvas.line((at, plot.top), (at, plot.bottom), GRID, 1.0);
        if rows.len() > 25 {
            let look = Look::small().colour(MUTED).align(Align::Centre);
            canvas.text((at, plot.top - 6.0), label, look);
        }
    }
    canvas.line((x.at(0.0), plot.top), (x.at(0.0), plot.bottom), INK, 1.0);
    axis::draw_x(canvas, plot, x, &labels, axis_name);
    let head = Look::small().colour(MUTED);
    canvas.text(
        (area.left + 4.0, plot.top - 6.0),
        text.pick("Session", "Handelstag"),
        head,
    );
    canvas.text(
        (area.left + DATE_ROOM, plot.top - 6.0),
        text.pick("Event", "Ereignis"),
        head,
    );
    canvas.text(
        (area.right - 4.0, plot.top - 6.0),
        "CAR",
        head.align(Align::Right),
    );
    for (i, row) in rows.iter().enumerate() {
        let middle = plot.top + row_height * (i as f64 + 0.5);
        draw_words(canvas, area, row, middle, name_room, text);
        draw_interval(canvas, plot, row, middle, x);
    }
}

fn draw_words(canvas: &mut Canvas, area: Area, row: &Row, middle: f64, room: f64, text: Text) {
    let base = middle + SMALL * 0.36;
    let look = Look::small().bold(row.leads);
    let date = row.session.map_or(String::new(), |date| date.to_string());
    canvas.text((area.left + 4.0, base), &date, Look::small().colour(MUTED));
    canvas.text(
        (area.left + DATE_ROOM, base),
        &look.fit(&row.name, room),
        look,
    );
    let look = Look::small().bold(row.excludes_zero()).align(Align::Right);
    canvas.text((area.right - 4.0, base), &text.percent(row.car, 1), look);
}

fn draw_interval(canvas: &mut Canvas, plot: Area, row: &Row, middle: f64, x: Scale) {
    let (shape, colour) = row.mark();
    let inside = |value: f64| x.at(value).clamp(plot.left, plot.right);
    if let Some((low, high)) = row.interval {
        let line_colour = if row.excludes_zero() { colour } else { FAINT };
        canvas.line(
            (inside(low), middle),
            (inside(high), middle),
            line_colour,
            2.0,
        );
        // An arrow says that the interval goes on beyond the range shown.
        for (end, direction) in [(low, -1.0), (high, 1.0)] {
            let at = x.at(end);
            if at < plot.left - 0.5 || at > plot.right + 0.5 {
                let tip = inside(end);
                let back = tip - 7.0 * direction;
                let arrow = [(tip, middle), (back, middle - 4.0), (back, middle + 4.0)];
                canvas.polygon(&arrow, line_colour);
            }
        }
    }
    let beyond = x.at(row.car) < plot.left || x.at(row.car) > plot.right;
    if !beyond {
        canvas.marker((x.at(row.car), middle), shape, 4.4, colour, row.provisional);
    }
}
