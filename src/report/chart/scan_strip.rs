//! The abnormal returns of a scanned instrument, session by session: what an event stands beside,
//! what has none, and the events themselves in a lane below.

use super::Chart;
use super::axis::{self, Scale, date_value};
use super::canvas::{Align, Area, Canvas, Look, Point};
use super::font;
use super::labels::{self, Label, Obstacles};
use super::page::{Page, Sign, stem};
use super::style::{BLUE, FAINT, GREY_LINE, MUTED, PAPER, SHADE, SMALL, Shape, VERMILLION};
use super::text::Text;
use crate::error::Result;
use crate::instrument::Symbol;
use crate::report::language::Language;
use crate::study::scan::result::{ScanResult, ScanRow};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Sessions named at their bars.
const MOST_NAMED: usize = 8;
/// Instruments that get a chart, those with the most abnormal sessions first.
const MOST_CHARTS: usize = 12;
const STRIP: f64 = 300.0;
const LANE: f64 = 20.0;
const TEXT: Text = Text(Language::En);

/// A chart for each instrument that has a session among those reported.
///
/// # Errors
/// [`Error::Render`](crate::error::Error::Render) where drawing fails.
///
/// ```
/// # use shockwave::prices::{dense::from_frame, sample::sample_frame};
/// # use shockwave::study::scan::{run, spec::ScanSpec};
/// # use shockwave::{Event, StudyData, StudySpec, Symbol, Window};
/// # let two = sample_frame()?.only(|s| ["NVDA", "SPY"].contains(&s.as_str()))?;
/// # let two = from_frame(two, None)?;
/// # let (nvda, spy) = two.prices.split_at(two.sessions.len());
/// # let data = StudyData::from_dates(&two.sessions)?;
/// # let data = data.with_closes("NVDA", nvda)?.with_closes("SPY", spy)?;
/// # let event = Event::on("deepseek", "2025-01-27".parse()?);
/// # let asked = ScanSpec {
/// #     study: StudySpec::builder().event(event).benchmark("SPY").windows([0..=0]).build()?,
/// #     instruments: Some(vec![Symbol::new("NVDA")?]),
/// #     from: Some("2025-01-02".parse()?),
/// #     to: Some("2025-01-31".parse()?),
/// #     top: 3,
/// #     alpha: 0.05,
/// #     within: Window::REACTION,
/// #     peers: None,
/// #     not_causes: Vec::new(),
/// # };
/// use shockwave::report::chart::scan_charts;
///
/// let result = run(&asked, &data)?; // as in the example of `report::scan`
/// let charts = scan_charts(&result)?;
/// assert_eq!((charts.len(), charts[0].name.as_str()), (1, "scan-nvda"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn scan_charts(result: &ScanResult) -> Result<Vec<Chart>> {
    let mut shown: Vec<&Symbol> = Vec::new();
    for row in result.top() {
        if !shown.contains(&&row.instrument) && shown.len() < MOST_CHARTS {
            shown.push(&row.instrument);
        }
    }
    let mut names = super::Names::default();
    let draw = |symbol: &&Symbol| {
        let name = names.unique(stem("scan", &[symbol.as_str()]));
        chart(result, symbol, name)
    };
    shown.iter().map(draw).collect()
}

fn chart(result: &ScanResult, symbol: &Symbol, name: String) -> Result<Chart> {
    let rows: Vec<&ScanRow> = result
        .ranked()
        .iter()
        .filter(|row| row.instrument == *symbol)
        .collect();
    let events = event_sessions(result, &rows);
    let abnormal: Vec<&ScanRow> = rows.iter().copied().filter(|r| r.abnormal).collect();
    let n_explained = abnormal.iter().filter(|r| r.explained).count();
    let (n, n_open) = (abnormal.len(), abnormal.len() - n_explained);
    let subtitle = format!(
        "{n} of {} sessions are abnormal (sample-quantile p at most {}): {n_explained} with a known event \
         beside them, {n_open} without. Named are the most abnormal.",
        rows.len(),
        result.settings.alpha,
    );
    let named: Vec<&ScanRow> = rows.iter().copied().take(MOST_NAMED).collect();
    let page = Page {
        name,
        title: format!("{symbol}: abnormal sessions, and whether an event stands beside them"),
        description: format!(
            "Strip of the abnormal return of {symbol} on each session. {subtitle} They are: {}.",
            named
                .iter()
                .map(|r| words(r, result).join(": "))
                .collect::<Vec<_>>()
                .join("; ")
        ),
        subtitle,
        key: key(),
        note: Some(format!(
            "{symbol}: every bar is a session's abnormal return by the model fitted on its own window before \
             it; missing sessions have none."
        )),
        height: STRIP + LANE + 40.0,
    };
    let (first, last) = result.span;
    page.draw_from(&source(result), |canvas, area| {
        let sheet = Sheet::new(area, &rows, (first, last));
        sheet.draw_axes(canvas, (first, last));
        sheet.draw_lane(canvas, &events);
        sheet.draw_bars(canvas, &rows);
        sheet.draw_named(canvas, &named, result);
    })
}

fn key() -> Vec<(Sign, String)> {
    vec![
        (
            Sign::Marker(Shape::Circle, BLUE, false),
            "abnormal, with a known event".to_owned(),
        ),
        (
            Sign::Marker(Shape::Square, VERMILLION, false),
            "abnormal, no known event".to_owned(),
        ),
        (Sign::Field(GREY_LINE), "within its usual range".to_owned()),
        (
            Sign::Marker(Shape::Triangle, MUTED, false),
            "session of an event in the catalogue".to_owned(),
        ),
    ]
}

fn source(result: &ScanResult) -> String {
    let s = &result.settings;
    let prices: Vec<&str> = result
        .inputs
        .iter()
        .filter(|i| i.role == "prices")
        .map(|i| i.name.as_str())
        .take(1)
        .collect();
    let market = s
        .benchmark
        .as_ref()
        .map_or_else(String::new, |b| format!(" on {b}"));
    let (first, last) = result.data_range;
    format!(
        "Prices: {} · sessions {first} to {last} · model {}{market}, estimation {}",
        prices.join(", "),
        s.model,
        TEXT.window(s.estimation),
    )
}

/// Sessions of the events that concern the instrument, each once: those that some session of it,
/// quiet or not, has beside it.
fn event_sessions(result: &ScanResult, rows: &[&ScanRow]) -> Vec<NaiveDate> {
    let beside: BTreeSet<&String> = rows.iter().flat_map(|r| &r.events).collect();
    let concerns = |id: &String| beside.contains(id);
    let inside = result
        .events
        .iter()
        .filter(|e| e.in_span && concerns(&e.id));
    let mut sessions: Vec<NaiveDate> = inside.filter_map(|e| e.session).collect();
    sessions.sort_unstable();
    sessions.dedup();
    sessions
}

fn words(row: &ScanRow, result: &ScanResult) -> Vec<String> {
    let titles = row.events.iter().map(|id| {
        let event = result.events.iter().find(|e| e.id == *id);
        event.map_or(id.as_str(), |e| e.title.as_str())
    });
    let first = titles.clone().next().unwrap_or("no known event");
    let mut second = TEXT.date(row.session);
    if let Some(ar) = row.ar {
        second.push_str(&format!(": {}", TEXT.percent(ar, 1)));
    }
    if titles.len() > 1 {
        second.push_str(&format!(" (+{} more)", titles.len() - 1));
    }
    vec![font::clean(first), second]
}

/// Where things stand on this chart.
struct Sheet {
    strip: Area,
    lane: Area,
    x: Scale,
    y: Scale,
    labels: Vec<(f64, String)>,
}

impl Sheet {
    fn new(area: Area, rows: &[&ScanRow], (first, last): (NaiveDate, NaiveDate)) -> Self {
        let values = rows.iter().filter_map(|r| r.ar).chain([0.0]);
        let domain = axis::range(values, 0.16);
        let labels = axis::percent_labels(&axis::ticks(domain, 6), TEXT);
        let inner = area.inset(axis::y_room(&labels), 20.0, 0.0, 20.0);
        let strip = Area {
            bottom: inner.bottom - LANE,
            ..inner
        };
        let lane = Area {
            top: inner.bottom - LANE,
            ..inner
        };
        Self {
            x: axis::date_scale(first, last, strip),
            y: Scale::linear(domain, strip.bottom, strip.top),
            strip,
            lane,
            labels,
        }
    }

    fn at(&self, row: &ScanRow) -> Option<Point> {
        Some((self.x.at(date_value(row.session)), self.y.at(row.ar?)))
    }

    fn draw_axes(&self, canvas: &mut Canvas, (first, last): (NaiveDate, NaiveDate)) {
        canvas.rect(self.lane, SHADE);
        axis::draw_y(canvas, self.strip, self.y, &self.labels);
        axis::name_y(canvas, self.strip, "Abnormal return");
        let dates = axis::date_ticks(first, last, 12, TEXT);
        let labels: Vec<(f64, String)> = dates
            .into_iter()
            .map(|(date, label)| (date_value(date), label))
            .collect();
        axis::draw_x(canvas, self.lane, self.x, &labels, "");
        let look = Look::small().colour(MUTED).align(Align::Right);
        let middle = (self.lane.top + self.lane.bottom) / 2.0;
        canvas.text((self.lane.left - 7.0, middle + 4.0), "events", look);
    }

    fn draw_lane(&self, canvas: &mut Canvas, events: &[NaiveDate]) {
        let middle = (self.lane.top + self.lane.bottom) / 2.0;
        for session in events {
            let at = (self.x.at(date_value(*session)), middle);
            canvas.marker(at, Shape::Triangle, 3.6, MUTED, false);
        }
    }

    fn draw_bars(&self, canvas: &mut Canvas, rows: &[&ScanRow]) {
        let zero = self.y.at(0.0);
        // Usual sessions first, so that none covers an abnormal one.
        let (abnormal, usual): (Vec<_>, Vec<_>) = rows.iter().partition(|r| r.abnormal);
        for row in usual {
            if let Some((x, y)) = self.at(row) {
                canvas.line((x, zero), (x, y), GREY_LINE, 1.0);
            }
        }
        canvas.line(
            (self.strip.left, zero),
            (self.strip.right, zero),
            FAINT,
            1.0,
        );
        for row in abnormal.into_iter().rev() {
            let (shape, colour) = sign(row);
            if let Some((x, y)) = self.at(row) {
                canvas.line((x, zero), (x, y), colour, 1.4);
                canvas.marker((x, y), shape, 4.6, PAPER, false);
                canvas.marker((x, y), shape, 3.6, colour, false);
            }
        }
    }

    fn draw_named(&self, canvas: &mut Canvas, named: &[&ScanRow], result: &ScanResult) {
        let label = |row: &&ScanRow| {
            let mut lines = words(row, result);
            lines[0] = font::fit(&lines[0], SMALL, true, 185.0);
            Some(Label {
                at: self.at(row)?,
                lines,
                bold: row.explained,
                reach: 120.0,
                needed: row.rank == Some(1),
            })
        };
        let named_labels: Vec<Label> = named.iter().filter_map(label).collect();
        let shown = named.first().map(|row| &row.instrument);
        let abnormal = result.ranked().iter().filter(|r| r.abnormal);
        let ends: Vec<Point> = abnormal
            .filter(|r| Some(&r.instrument) == shown)
            .filter_map(|r| self.at(r))
            .collect();
        let taken = ends.iter().map(|(x, y)| Area {
            left: x - 5.0,
            top: y - 5.0,
            right: x + 5.0,
            bottom: y + 5.0,
        });
        // A label over the bar of an abnormal session would hide what it is about.
        let zero = self.y.at(0.0);
        let along = |(x, y): &Point| {
            let (x, y, n) = (*x, *y, ((zero - y).abs() / 7.0) as usize);
            (0..=n).map(move |i| (x, y + (zero - y) * i as f64 / n.max(1) as f64))
        };
        let obstacles = Obstacles {
            taken: taken.collect(),
            points: ends.iter().flat_map(along).collect(),
        };
        labels::draw(canvas, self.strip, &named_labels, obstacles);
    }
}

/// Shape and colour of an abnormal session: told apart by both.
fn sign(row: &ScanRow) -> (Shape, plotters::style::RGBColor) {
    if row.explained {
        (Shape::Circle, BLUE)
    } else {
        (Shape::Square, VERMILLION)
    }
}
