//! The price of the focus instrument with the event sessions: every event in the lane of its
//! category, the few that matter most named at the price.

use super::Chart;
use super::axis::{self, Scale, date_value};
use super::canvas::{Align, Area, Canvas, Look, Point};
use super::event_lanes::{Lane, Mark, lanes, marks};
use super::font;
use super::labels::{self, Label, Obstacles};
use super::page::{Context, Page, stem};
use super::style::{FAINT, GRID, INK, PAPER, SHADE, SMALL, Shape};
use super::text::Text;
use crate::error::Result;
use crate::study::result::PriceSeries;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Events named at the price.
const MOST_NAMED: usize = 7;
const PRICE_HEIGHT: f64 = 310.0;
const LANE: f64 = 18.0;

/// The chart, where the result has a price.
pub(super) fn chart(context: &Context) -> Result<Option<Chart>> {
    let Some(series) = &context.result.figures.price else {
        return Ok(None);
    };
    let points = usable(series);
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Ok(None);
    };
    let marks = marks(context, &series.instrument, (first.0, last.0));
    let lanes = lanes(&marks, context.text);
    let named = named(context, &marks);
    let (title, subtitle, description) = words(context, series, &points, &marks, &named);
    let page = Page {
        name: stem("price", &[series.instrument.as_str()]),
        title,
        subtitle,
        key: Vec::new(),
        note: None,
        description,
        height: PRICE_HEIGHT + LANE * lanes.len() as f64 + 34.0,
    };
    let chart = page.draw(context, |canvas, area| {
        let sheet = Sheet::new(area, series, &points, &lanes, context.text);
        sheet.draw_axes(canvas, series, context.text);
        sheet.draw_lanes(canvas, &lanes, &marks);
        sheet.draw_price(canvas, series);
        sheet.draw_named(canvas, context, &lanes, &points, &named);
    })?;
    Ok(Some(chart))
}

fn usable(series: &PriceSeries) -> Vec<(NaiveDate, f64)> {
    let pairs = series.sessions.iter().zip(&series.values);
    pairs
        .filter_map(|(session, value)| Some((*session, value.filter(|v| v.is_finite())?)))
        .collect()
}

/// The events to name, one for each session: leading ones, then by the size of their abnormal
/// return; each with how many others share its session.
fn named<'m>(context: &Context, marks: &'m [Mark]) -> Vec<(&'m Mark, usize)> {
    let mut order: Vec<&Mark> = marks.iter().filter(|m| !m.excluded).collect();
    let size = |mark: &Mark| mark.ar.map_or(0.0, f64::abs);
    order.sort_by(|a, b| {
        let leads = |mark: &Mark| context.leads(&mark.event_id);
        leads(b).cmp(&leads(a)).then(size(b).total_cmp(&size(a)))
    });
    let mut seen = BTreeSet::new();
    order
        .into_iter()
        .filter(|mark| seen.insert(mark.session))
        .take(MOST_NAMED)
        .map(|mark| {
            let n = marks.iter().filter(|m| m.session == mark.session).count();
            (mark, n - 1)
        })
        .collect()
}

fn words(
    context: &Context,
    series: &PriceSeries,
    points: &[(NaiveDate, f64)],
    marks: &[Mark],
    named: &[(&Mark, usize)],
) -> (String, String, String) {
    let text = context.text;
    let (instrument, n) = (&series.instrument, marks.len());
    let title = text.pick(
        format!(
            "{instrument}: price and {}",
            text.count(n, "event session", "event sessions")
        ),
        format!(
            "{instrument}: Kurs und {}",
            text.count(n, "Ereignistag", "Ereignistage")
        ),
    );
    let subtitle = if named.is_empty() {
        String::new()
    } else if named.len() == n {
        text.pick(
            "AR is the abnormal return on the event session.",
            "AR ist die abnormale Rendite am Ereignistag.",
        )
        .to_owned()
    } else {
        text.pick(
            "Named are the leading events and the largest abnormal returns (AR) on the event session.",
            "Benannt sind die führenden Ereignisse und die größten abnormalen Renditen (AR) am Ereignistag.",
        )
        .to_owned()
    };
    let place = |(date, value): &(NaiveDate, f64)| (text.number(*value, 2), text.date(*date));
    let ((v0, d0), (v1, d1)) = match (points.first(), points.last()) {
        (Some(first), Some(last)) => (place(first), place(last)),
        _ => return (title, subtitle, String::new()),
    };
    let list: Vec<String> = named
        .iter()
        .map(|(mark, _)| {
            let ar = mark
                .ar
                .map_or(String::new(), |ar| format!(", AR {}", text.percent(ar, 1)));
            let name = context.event_name(&mark.event_id);
            format!("{name} ({}{ar})", text.date(mark.session))
        })
        .collect();
    let description = text.pick(
        format!("Line of the price of {instrument} from {v0} on {d0} to {v1} on {d1}, with {n} event sessions by category. Leading or largest: {}.", list.join("; ")),
        format!("Kurslinie von {instrument} von {v0} am {d0} bis {v1} am {d1}, Ereignistage nach Kategorie: {n}. Führend oder am größten: {}.", list.join("; ")),
    );
    (title, subtitle, description)
}

/// Where things stand on this chart.
struct Sheet {
    price: Area,
    lanes: Area,
    x: Scale,
    y: Scale,
    y_labels: Vec<(f64, String)>,
    log: bool,
}

impl Sheet {
    fn new(
        area: Area,
        series: &PriceSeries,
        points: &[(NaiveDate, f64)],
        lanes: &[Lane],
        text: Text,
    ) -> Self {
        let (low, high) = axis::range(points.iter().map(|(_, value)| *value), 0.0);
        // Equal distances mean equal returns where the price has multiplied.
        let log = low > 0.0 && high / low > 4.0;
        let domain = match log {
            true => (low * 0.8, high * 1.2),
            false => axis::range([low, high].into_iter(), 0.1),
        };
        let y_labels = price_labels(domain, log, text);
        let names = lanes.iter().map(|lane| Look::small().width(&lane.label()));
        let widest = names.fold(0.0, f64::max).min(180.0) + 10.0;
        let left = area.left + widest.max(axis::y_room(&y_labels));
        let price = Area {
            left,
            top: area.top + 22.0,
            right: area.right,
            bottom: area.top + PRICE_HEIGHT,
        };
        let lanes_top = price.bottom + 10.0;
        let lanes_area = Area {
            top: lanes_top,
            bottom: lanes_top + LANE * lanes.len() as f64,
            ..price
        };
        let y = if log { Scale::log } else { Scale::linear };
        let dates = (series.sessions.first(), series.sessions.last());
        let x = match dates {
            (Some(first), Some(last)) => axis::date_scale(*first, *last, price),
            _ => Scale::linear((0.0, 1.0), price.left, price.right),
        };
        Self {
            price,
            lanes: lanes_area,
            x,
            y: y(domain, price.bottom, price.top),
            y_labels,
            log,
        }
    }

    fn draw_axes(&self, canvas: &mut Canvas, series: &PriceSeries, text: Text) {
        axis::draw_y(canvas, self.price, self.y, &self.y_labels);
        let column = match series.column.as_str() {
            "adj_close" => text.pick("Adjusted close", "Bereinigter Schlusskurs"),
            "close" => text.pick("Close", "Schlusskurs"),
            other => other,
        };
        let unit = text.pick("in the currency of the data", "in der Währung der Daten");
        let scale = match self.log {
            true => text.pick(", log scale", ", logarithmisch"),
            false => "",
        };
        let name = format!("{column}, {unit}{scale}");
        axis::name_y(canvas, self.price, &name);

        let ends = series.sessions.first().zip(series.sessions.last());
        let labels: Vec<_> = ends
            .into_iter()
            .flat_map(|(first, last)| axis::date_ticks(*first, *last, 12, text))
            .map(|(date, label)| (date_value(date), label))
            .collect();
        for (value, _) in &labels {
            let x = self.x.at(*value);
            canvas.line((x, self.price.top), (x, self.lanes.bottom), GRID, 1.0);
        }
        axis::draw_x(canvas, self.lanes, self.x, &labels, "");
    }

    fn draw_lanes(&self, canvas: &mut Canvas, lanes: &[Lane], marks: &[Mark]) {
        for (i, lane) in lanes.iter().enumerate() {
            let top = self.lanes.top + LANE * i as f64;
            let middle = top + LANE / 2.0;
            if i % 2 == 0 {
                let row = Area {
                    top,
                    bottom: top + LANE,
                    ..self.lanes
                };
                canvas.rect(row, SHADE);
            }
            let look = Look::small().align(Align::Right);
            let name = look.fit(&lane.label(), self.lanes.left - 23.0);
            canvas.text((self.lanes.left - 7.0, middle + 4.0), &name, look);
            for mark in marks
                .iter()
                .filter(|m| lane.categories.contains(&m.category))
            {
                let at = (self.x.at(date_value(mark.session)), middle);
                canvas.marker(at, lane.shape, 5.0, PAPER, false);
                canvas.marker(at, lane.shape, 4.2, lane.colour, mark.excluded);
            }
        }
    }

    fn draw_price(&self, canvas: &mut Canvas, series: &PriceSeries) {
        let pairs: Vec<_> = series.sessions.iter().zip(&series.values).collect();
        for run in pairs.chunk_by(|a, b| a.1.is_some() == b.1.is_some()) {
            let line: Vec<Point> = run
                .iter()
                .filter_map(|(date, value)| {
                    Some(self.place(**date, value.filter(|v| v.is_finite())?))
                })
                .collect();
            match line.as_slice() {
                [] => {}
                [alone] => canvas.marker(*alone, Shape::Circle, 1.5, INK, false),
                line => canvas.path(line, INK, 1.25),
            }
        }
    }

    fn place(&self, date: NaiveDate, value: f64) -> Point {
        (self.x.at(date_value(date)), self.y.at(value))
    }

    fn draw_named(
        &self,
        canvas: &mut Canvas,
        context: &Context,
        lanes: &[Lane],
        points: &[(NaiveDate, f64)],
        named: &[(&Mark, usize)],
    ) {
        let line: Vec<Point> = points.iter().map(|(d, v)| self.place(*d, *v)).collect();
        let mut named_labels = Vec::new();
        let mut markers = Vec::new();
        for (mark, n_others) in named {
            let Ok(index) = points.binary_search_by_key(&mark.session, |(date, _)| *date) else {
                continue;
            };
            let at = line[index];
            let lane = lanes
                .iter()
                .find(|lane| lane.categories.contains(&mark.category));
            markers.push((
                at,
                lane.map_or((Shape::Circle, FAINT), |l| (l.shape, l.colour)),
            ));
            named_labels.push(label(context, mark, *n_others, at));
        }
        let taken: Vec<Area> = markers
            .iter()
            .map(|((x, y), _)| Area {
                left: x - 6.0,
                top: y - 6.0,
                right: x + 6.0,
                bottom: y + 6.0,
            })
            .collect();
        // A third of the points says well enough where the line runs.
        let points = line.into_iter().step_by(3).collect();
        let obstacles = Obstacles { taken, points };
        let drawn = labels::draw(canvas, self.price, &named_labels, obstacles);
        // The leading event comes last, on top of its neighbours.
        let with_label = markers
            .into_iter()
            .zip(drawn)
            .rev()
            .filter(|(_, drawn)| *drawn);
        for ((at, (shape, colour)), _) in with_label {
            canvas.marker(at, shape, 6.5, PAPER, false);
            canvas.marker(at, shape, 5.0, colour, false);
        }
    }
}

fn price_labels(domain: (f64, f64), log: bool, text: Text) -> Vec<(f64, String)> {
    let ticks = match log {
        true => axis::log_ticks(domain),
        false => axis::ticks(domain, 5),
    };
    // Each tick is a multiple of the step, or has decimals of its own on a log scale.
    let of_each = ticks.iter().map(|tick| axis::decimals(&[0.0, *tick], 1.0));
    let decimals = of_each.max().unwrap_or(0);
    let label = |tick: &f64| (*tick, text.number(*tick, decimals));
    ticks.iter().map(label).collect()
}

fn label(context: &Context, mark: &Mark, n_others: usize, at: Point) -> Label {
    let text = context.text;
    let name = font::fit(&context.event_name(&mark.event_id), SMALL, true, 165.0);
    let date = text.date(mark.session);
    let mut second = match mark.ar {
        Some(ar) => format!("{date}: AR {}", text.percent(ar, 1)),
        None => date,
    };
    if n_others > 0 {
        let more = text.pick("more", "weitere");
        second.push_str(&format!(" (+{n_others} {more})"));
    }
    Label {
        at,
        lines: vec![name, second],
        bold: true,
        reach: 140.0,
        needed: context.leads(&mark.event_id),
    }
}
