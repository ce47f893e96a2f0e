//! Abnormal returns on the event session: events down, instruments across, in their groups.

use super::Chart;
use super::canvas::{Align, Area, Canvas, Look};
use super::font;
use super::page::{Context, Page, stem};
use super::style::{FAINT, INK, MUTED, PAPER, SHADE, SMALL, diverging, text_on};
use super::text::Text;
use crate::error::Result;
use crate::instrument::Symbol;
use crate::study::result::AbnormalReturnRow;
use chrono::NaiveDate;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

const MOST_EVENTS: usize = 30;
const MOST_INSTRUMENTS: usize = 30;
const ROW: f64 = 27.0;
const GROUP_GAP: f64 = 3.0;
/// Room above the cells for symbols and names of groups.
const HEAD: f64 = 84.0;
const SCALE_ROOM: f64 = 46.0;

/// A figure of the map.
#[derive(Clone, Copy)]
struct Cell {
    ar: f64,
    /// Its p is below one less the confidence.
    clear: bool,
}

/// What is shown.
struct Map<'a> {
    events: Vec<&'a str>,
    /// Names of groups with their instruments.
    groups: Vec<(String, Vec<&'a Symbol>)>,
    cells: BTreeMap<(&'a str, &'a Symbol), Cell>,
    n_events_left_out: usize,
    n_instruments_left_out: usize,
    /// The absolute AR at which the colours end.
    limit: f64,
}

/// The chart, where two instruments or more have abnormal returns on event sessions.
pub(super) fn chart(context: &Context) -> Result<Option<Chart>> {
    let Some(map) = choose(context) else {
        return Ok(None);
    };
    let text = context.text;
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
        height: HEAD + ROW * map.events.len() as f64 + SCALE_ROOM,
    };
    let chart = page.draw(context, |canvas, area| draw(canvas, area, context, &map))?;
    Ok(Some(chart))
}

fn choose<'a>(context: &Context<'a>) -> Option<Map<'a>> {
    let level = 1.0 - context.result.settings.confidence;
    let cell = |row: &'a AbnormalReturnRow| {
        let ar = row.ar.filter(|ar| ar.is_finite())?;
        let clear = row.ar_p.is_some_and(|p| p < level);
        Some(((row.event_id.as_str(), &row.instrument), Cell { ar, clear }))
    };
    let rows = context.result.abnormal_returns.iter();
    let mut cells: BTreeMap<_, _> = rows
        .filter(|row| row.relative_day.0 == 0)
        .filter_map(cell)
        .collect();
    let (instruments, n_instruments) = instruments(context, &cells);
    if instruments.len() < 2 {
        return None;
    }
    cells.retain(|(_, instrument), _| instruments.contains(instrument));
    let (events, n_events) = events(context, &cells);
    let shown: BTreeSet<&str> = events.iter().copied().collect();
    cells.retain(|(event, _), _| shown.contains(event));
    let groups = groups(context, &instruments);
    Some(Map {
        limit: limit(cells.values()),
        n_events_left_out: n_events - events.len(),
        n_instruments_left_out: n_instruments - instruments.len(),
        events,
        groups,
        cells,
    })
}

/// The instruments with most figures, and how many there are.
fn instruments<'a>(
    context: &Context<'a>,
    cells: &BTreeMap<(&'a str, &'a Symbol), Cell>,
) -> (BTreeSet<&'a Symbol>, usize) {
    let mut counts: BTreeMap<&Symbol, usize> = BTreeMap::new();
    for (_, instrument) in cells.keys() {
        *counts.entry(instrument).or_default() += 1;
    }
    let n = counts.len();
    let focus = context.focus();
    let mut order: Vec<_> = counts.into_iter().collect();
    order.sort_by_key(|(symbol, n)| (focus != Some(*symbol), Reverse(*n)));
    order.truncate(MOST_INSTRUMENTS);
    (order.into_iter().map(|(symbol, _)| symbol).collect(), n)
}

/// The leading events, then those with most figures, then the latest, all by date; and how many
/// there are.
fn events<'a>(
    context: &Context<'a>,
    cells: &BTreeMap<(&'a str, &'a Symbol), Cell>,
) -> (Vec<&'a str>, usize) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (event, _) in cells.keys() {
        *counts.entry(event).or_default() += 1;
    }
    let n = counts.len();
    let sessions = sessions(context);
    let date = |event: &str| sessions.get(event).copied();
    let mut order: Vec<_> = counts.into_iter().collect();
    order.sort_by_key(|(event, n)| (!context.leads(event), Reverse(*n), Reverse(date(event))));
    order.truncate(MOST_EVENTS);
    let mut events: Vec<&str> = order.into_iter().map(|(event, _)| event).collect();
    events.sort_by_key(|event| date(event));
    (events, n)
}

/// The first session that the ledger gives for each event.
fn sessions<'a>(context: &Context<'a>) -> BTreeMap<&'a str, NaiveDate> {
    let mut sessions = BTreeMap::new();
    for row in &context.result.ledger {
        if let Some(session) = row.session {
            sessions.entry(row.event_id.as_str()).or_insert(session);
        }
    }
    sessions
}

/// The instruments in the groups of the study, the first that names them; the rest at the end.
fn groups<'a>(
    context: &Context<'a>,
    instruments: &BTreeSet<&'a Symbol>,
) -> Vec<(String, Vec<&'a Symbol>)> {
    let mut left = instruments.clone();
    let mut groups = Vec::new();
    for group in &context.result.groups_of_instruments {
        let members = group.members.iter();
        let members: Vec<&Symbol> = members.filter(|member| left.remove(member)).collect();
        if !members.is_empty() {
            groups.push((font::clean(&group.name), members));
        }
    }
    if !left.is_empty() {
        let name = match groups.is_empty() {
            true => "",
            false => context.text.pick("other", "übrige"),
        };
        groups.push((name.to_owned(), left.into_iter().collect()));
    }
    groups
}

/// A round figure that about nineteen of twenty cells stay below.
fn limit<'c>(cells: impl Iterator<Item = &'c Cell>) -> f64 {
    let mut sizes: Vec<f64> = cells.map(|cell| cell.ar.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let most = sizes.get(sizes.len() * 19 / 20).or(sizes.last());
    let most = most.copied().unwrap_or(0.0).max(0.001);
    let power = libm::pow(10.0, libm::floor(libm::log10(most)));
    let steps = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let round = steps.into_iter().map(|m| m * power);
    round
        .into_iter()
        .find(|r| *r >= most * 0.999)
        .unwrap_or(most)
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

fn draw(canvas: &mut Canvas, area: Area, context: &Context, map: &Map) {
    let n_columns: usize = map.groups.iter().map(|(_, members)| members.len()).sum();
    let gaps = GROUP_GAP * map.groups.len().saturating_sub(1) as f64;
    let widest = map
        .events
        .iter()
        .map(|event| Look::small().width(&context.event_name(event)));
    let wanted = widest.fold(74.0, f64::max) + 10.0;
    // Few instruments leave the names more room.
    let spare = area.width() - gaps - 34.0 * n_columns as f64;
    let name_room = wanted.min(spare.clamp(150.0, 330.0));
    let cell = ((area.width() - gaps - name_room) / n_columns as f64).min(64.0);
    let top = area.top + HEAD;

    let mut left = area.left + name_room;
    for (name, members) in &map.groups {
        let right = left + cell * members.len() as f64;
        draw_group_name(canvas, name, (left, right), area.top + 12.0);
        for (i, instrument) in members.iter().enumerate() {
            let column = left + cell * i as f64;
            let symbol = font::fit(instrument.as_str(), SMALL, false, HEAD - 34.0);
            let leads = context.focus() == Some(*instrument);
            let at = (column + cell / 2.0 + 4.0, top - 6.0);
            canvas.text_upwards(at, &symbol, Look::small().bold(leads));
            for (row, event) in map.events.iter().enumerate() {
                let y = top + ROW * row as f64;
                let place = Area {
                    left: column,
                    top: y,
                    right: column + cell - 1.0,
                    bottom: y + ROW - 1.0,
                };
                let figure = map.cells.get(&(*event, *instrument));
                draw_cell(canvas, place, figure, map.limit, context.text);
            }
        }
        left = right + GROUP_GAP;
    }
    draw_events(canvas, area, context, map, name_room);
    draw_scale(canvas, area, map.limit, context.text);
}

fn draw_group_name(canvas: &mut Canvas, name: &str, (left, right): (f64, f64), y: f64) {
    if name.is_empty() {
        return;
    }
    let look = Look::small().colour(MUTED);
    let name = look.fit(name, right - left - 2.0);
    canvas.text((left, y), &name, look);
    canvas.line((left, y + 5.0), (right - 1.0, y + 5.0), FAINT, 1.0);
}

fn draw_cell(canvas: &mut Canvas, place: Area, cell: Option<&Cell>, limit: f64, text: Text) {
    let Some(cell) = cell else {
        canvas.rect(place, SHADE);
        return;
    };
    let colour = diverging(cell.ar / limit);
    canvas.rect(place, colour);
    let look = Look::small()
        .bold(cell.clear)
        .colour(text_on(colour))
        .align(Align::Centre);
    let fits = |words: &String| look.width(words) <= place.width() + 0.5;
    let percent = cell.ar * 100.0;
    let words = [text.number(percent, 1), text.number(percent, 0)];
    if let Some(words) = words.iter().find(|words| fits(words)) {
        let middle = (place.left + place.right) / 2.0;
        let base = (place.top + place.bottom) / 2.0 + SMALL * 0.36;
        canvas.text((middle, base), words, look);
    }
}

fn draw_events(canvas: &mut Canvas, area: Area, context: &Context, map: &Map, room: f64) {
    let sessions = sessions(context);
    for (row, event) in map.events.iter().enumerate() {
        let top = area.top + HEAD + ROW * row as f64;
        let look = Look::small().bold(context.leads(event));
        let name = look.fit(&context.event_name(event), room - 8.0);
        if let Some(session) = sessions.get(event) {
            let date = context.text.date(*session);
            canvas.text((area.left, top + 10.5), &date, Look::small().colour(MUTED));
        }
        canvas.text((area.left, top + 23.0), &name, look);
    }
}

fn draw_scale(canvas: &mut Canvas, area: Area, limit: f64, text: Text) {
    const STEPS: i32 = 8;
    const STEP: f64 = 22.0;
    let top = area.bottom - SCALE_ROOM + 12.0;
    let left = area.right - STEP * f64::from(2 * STEPS + 1) - 30.0;
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
    let look = Look::small().colour(INK).align(Align::Centre);
    let end = text.share(limit);
    let labels = [
        (-STEPS, format!("≤ \u{2212}{end}")),
        (0, format!("0\u{A0}%")),
        (STEPS, format!("≥ +{end}")),
    ];
    for (step, label) in labels {
        let x = left + STEP * (f64::from(step + STEPS) + 0.5);
        canvas.text((x, top + 23.0), &label, look);
    }
    let look = Look::small().colour(MUTED).align(Align::Right);
    let name = text.pick("abnormal return", "abnormale Rendite");
    canvas.text((left - 10.0, top + 9.0), name, look);
    let frame = [(left, top), (left + STEP * f64::from(2 * STEPS + 1), top)];
    canvas.line(frame[0], frame[1], PAPER, 1.0);
}
