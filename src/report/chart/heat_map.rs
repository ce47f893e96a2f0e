//! Abnormal returns on the event session: instruments down, in their groups, events across.

use super::Chart;
use super::canvas::{Align, Area, Canvas, Look};
use super::font;
use super::heat_choice::{Cell, Map, choose, sessions};
use super::page::{Context, Page, stem};
use super::style::{GRID, MARGIN, MUTED, SHADE, SMALL, WIDTH, diverging, text_on};
use super::text::Text;
use crate::error::Result;
use crate::instrument::Symbol;

const ROW: f64 = 19.0;
/// Height of the name of a group.
const GROUP: f64 = 19.0;
const SCALE_ROOM: f64 = 46.0;
/// Columns at least this wide have their heads written across, narrower ones upwards.
const WIDE: f64 = 90.0;

/// The chart, where two instruments or more have abnormal returns on event sessions.
pub(super) fn chart(context: &Context) -> Result<Option<Chart>> {
    let Some(map) = choose(context) else {
        return Ok(None);
    };
    let text = context.text;
    let plan = Plan::new(context, &map);
    let page = Page {
        name: stem("heat-map", &[]),
        title: text
            .pick(
                "Abnormal return on the event session, by event and instrument",
                "Abnormale Rendite am Ereignistag, nach Ereignis und Instrument",
            )
            .to_owned(),
        subtitle: text
            .pick(
                "Percent. Bold: differs from zero at the 5\u{A0}% level. Grey: no figure.",
                "Prozent. Fett: auf dem Niveau von 5\u{A0}% von null verschieden. Grau: kein Wert.",
            )
            .to_owned(),
        key: Vec::new(),
        note: note(text, &map),
        description: describe(context, &map),
        height: plan.height(&map) + SCALE_ROOM,
    };
    let chart = page.draw(context, |canvas, area| {
        draw(canvas, area, context, &map, &plan)
    })?;
    Ok(Some(chart))
}

fn note(text: Text, map: &Map) -> Option<String> {
    let (n, left_out) = (map.events.len(), map.n_events_left_out);
    let events = (left_out > 0).then(|| {
        text.pick(
            format!("Shown are {n} events: leading ones, then those with most instruments, then the latest; {left_out} are left out."),
            format!("Gezeigt sind {n} Ereignisse: führende, dann die mit den meisten Instrumenten, dann die jüngsten; {left_out} sind weggelassen."),
        )
    });
    let left_out = map.n_instruments_left_out;
    let instruments = (left_out > 0).then(|| {
        text.pick(
            format!("Instruments left out, those with fewest events: {left_out}."),
            format!("Weggelassene Instrumente, die mit den wenigsten Ereignissen: {left_out}."),
        )
    });
    let parts: Vec<String> = events.into_iter().chain(instruments).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn describe(context: &Context, map: &Map) -> String {
    let text = context.text;
    let n_instruments: usize = map.groups.iter().map(|(_, members)| members.len()).sum();
    let (n_events, n) = (map.events.len(), map.cells.len());
    let n_clear = map.cells.values().filter(|cell| cell.clear).count();
    let by_size = |a: &(_, &Cell), b: &(_, &Cell)| a.1.ar.total_cmp(&b.1.ar);
    let words = |found: Option<(&(&str, &Symbol), &Cell)>| {
        found.map_or(String::new(), |((event, instrument), cell)| {
            let name = context.event_name(event);
            format!("{} ({instrument}, {name})", text.percent(cell.ar, 1))
        })
    };
    let lowest = words(map.cells.iter().min_by(by_size));
    let highest = words(map.cells.iter().max_by(by_size));
    text.pick(
        format!("Heat map of the abnormal return on day 0 of {n_events} events for {n_instruments} instruments, {n} figures. {n_clear} differ from zero at the 5\u{A0}% level. Lowest {lowest}, highest {highest}."),
        format!("Heatmap der abnormalen Rendite an Tag 0 von {n_events} Ereignissen für {n_instruments} Instrumente, {n} Werte. {n_clear} sind auf dem Niveau von 5\u{A0}% von null verschieden. Kleinster {lowest}, größter {highest}."),
    )
}

/// Sizes of this map.
struct Plan {
    /// Room for symbols.
    left: f64,
    /// Room for events.
    head: f64,
    /// Width of a cell.
    cell: f64,
    /// Decimals of all figures: one where each has room for it.
    decimals: usize,
}

impl Plan {
    fn new(context: &Context, map: &Map) -> Self {
        let inner = WIDTH - 2.0 * MARGIN;
        let symbols = map.groups.iter().flat_map(|(_, members)| members);
        let bold = Look::small().bold(true);
        let widths = symbols.map(|symbol| bold.width(symbol.as_str()));
        let left = widths.fold(40.0, f64::max).min(110.0) + 8.0;
        let cell = ((inner - left) / map.events.len() as f64).min(112.0);
        let names = map
            .events
            .iter()
            .map(|id| bold.width(&context.event_name(id)));
        let head = if cell >= WIDE {
            (HEAD_LINES + 1) as f64 * LINE + 8.0
        } else {
            names.fold(80.0, f64::max).min(185.0) + 10.0
        };
        let fits = |figure: &Cell| {
            let words = context.text.number(figure.ar * 100.0, 1);
            bold.width(&words) <= cell - 2.0
        };
        let decimals = usize::from(map.cells.values().all(fits));
        Self {
            left,
            head,
            cell,
            decimals,
        }
    }

    fn height(&self, map: &Map) -> f64 {
        let heights = map.groups.iter().map(|(name, members)| {
            let title = if name.is_empty() { 0.0 } else { GROUP };
            title + ROW * members.len() as f64
        });
        self.head + heights.sum::<f64>()
    }
}

const LINE: f64 = SMALL + 2.5;
const HEAD_LINES: usize = 3;

fn draw(canvas: &mut Canvas, area: Area, context: &Context, map: &Map, plan: &Plan) {
    draw_events(canvas, area, context, map, plan);
    let mut top = area.top + plan.head;
    let first = area.left + plan.left;
    let last = first + plan.cell * map.events.len() as f64;
    for (name, members) in &map.groups {
        if !name.is_empty() {
            let look = Look::small().colour(MUTED);
            let base = top + GROUP - 5.0;
            let name = look.fit(name, last - area.left);
            canvas.text((area.left, base), &name, look);
            let end = area.left + look.width(&name) + 6.0;
            canvas.line(
                (end.max(first), base - 3.5),
                (last - 1.0, base - 3.5),
                GRID,
                1.0,
            );
            top += GROUP;
        }
        for instrument in members {
            let look = Look::small().bold(context.focus() == Some(*instrument));
            let symbol = look.fit(instrument.as_str(), plan.left - 6.0);
            canvas.text((area.left, top + ROW / 2.0 + 3.5), &symbol, look);
            for (column, event) in map.events.iter().enumerate() {
                let left = first + plan.cell * column as f64;
                let place = Area {
                    left,
                    top,
                    right: left + plan.cell - 1.0,
                    bottom: top + ROW - 1.0,
                };
                let figure = map.cells.get(&(*event, *instrument));
                let words = figure.map(|c| context.text.number(c.ar * 100.0, plan.decimals));
                draw_cell(canvas, place, figure.zip(words), map.limit);
            }
            top += ROW;
        }
    }
    draw_scale(canvas, area, map.limit, context.text);
}

fn draw_cell(canvas: &mut Canvas, place: Area, figure: Option<(&Cell, String)>, limit: f64) {
    let Some((cell, words)) = figure else {
        canvas.rect(place, SHADE);
        return;
    };
    // The same steps as in the scale below, so that both can be compared.
    let steps = f64::from(STEPS);
    let share = (cell.ar / limit).clamp(-1.0, 1.0);
    let colour = diverging((share * steps).round() / steps);
    canvas.rect(place, colour);
    let look = Look::small()
        .bold(cell.clear)
        .colour(text_on(colour))
        .align(Align::Centre);
    if look.width(&words) <= place.width() - 1.0 {
        let middle = (place.left + place.right) / 2.0;
        let base = (place.top + place.bottom) / 2.0 + SMALL * 0.36;
        canvas.text((middle, base), &words, look);
    }
}

fn draw_events(canvas: &mut Canvas, area: Area, context: &Context, map: &Map, plan: &Plan) {
    let sessions = sessions(context);
    let bottom = area.top + plan.head - 6.0;
    for (column, event) in map.events.iter().enumerate() {
        let left = area.left + plan.left + plan.cell * column as f64;
        let middle = left + plan.cell / 2.0;
        let bold = context.leads(event);
        let look = Look::small().bold(bold);
        let date_look = Look::small().colour(MUTED);
        let name = context.event_name(event);
        let session = sessions.get(event);
        let date = session.map_or(String::new(), |session| context.text.date(*session));
        if plan.cell >= WIDE {
            let room = plan.cell - 8.0;
            let lines = font::wrap(&name, SMALL, bold, room, HEAD_LINES);
            let first = bottom - LINE * (lines.len() as f64 - 1.0);
            let centred = Align::Centre;
            let at = (middle, first - LINE);
            canvas.text(at, &date, date_look.align(centred));
            for (i, line) in lines.iter().enumerate() {
                let at = (middle, first + LINE * i as f64);
                canvas.text(at, line, look.align(centred));
            }
        } else {
            let name = look.fit(&name, plan.head - 8.0);
            canvas.text_upwards((middle - 1.5, bottom), &date, date_look);
            canvas.text_upwards((middle + 9.5, bottom), &name, look);
        }
    }
}

/// Steps of the colour scale on either side of zero.
const STEPS: i32 = 8;

fn draw_scale(canvas: &mut Canvas, area: Area, limit: f64, text: Text) {
    const STEP: f64 = 22.0;
    let top = area.bottom - SCALE_ROOM + 14.0;
    let name = text.pick("abnormal return", "abnormale Rendite");
    let look = Look::small().colour(MUTED);
    canvas.text((area.left, top + 9.0), name, look);
    let left = area.left + look.width(name) + 30.0;
    for step in -STEPS..=STEPS {
        let x = left + STEP * f64::from(step + STEPS);
        let share = f64::from(step) / f64::from(STEPS);
        let field = Area {
            left: x,
            top,
            right: x + STEP,
            bottom: top + 10.0,
        };
        canvas.rect(field, diverging(share));
    }
    let look = Look::small().align(Align::Centre);
    let end = text.share(limit);
    let labels = [
        (-STEPS, format!("≤ \u{2212}{end}")),
        (0, "0\u{A0}%".to_owned()),
        (STEPS, format!("≥ +{end}")),
    ];
    for (step, label) in labels {
        let x = left + STEP * (f64::from(step + STEPS) + 0.5);
        canvas.text((x, top + 23.0), &label, look);
    }
}
