//! The average abnormal return of each sample, cumulated over the event window.

use super::Chart;
use super::axis::{self, Scale};
use super::canvas::{Align, Area, Canvas, Look, Point};
use super::font;
use super::page::{Context, Page, stem};
use super::style::{BLUE, FAINT, GREY_LINE, GRID, INK, LABEL, MUTED, SMALL, Shape};
use super::text::Text;
use crate::error::Result;
use crate::study::result::AarRow;

/// More samples than this would be a table.
const MOST_SAMPLES: usize = 9;

/// One sample.
struct Sample {
    name: String,
    /// Fewest and most observations on a day.
    n: (usize, usize),
    /// Day and CAAR, in order.
    path: Vec<(i32, f64)>,
}

/// The chart, where a sample has cumulated averages.
pub(super) fn chart(context: &Context) -> Result<Option<Chart>> {
    let mut samples = samples(&context.result.aar);
    if samples.is_empty() {
        return Ok(None);
    }
    // The largest samples stay, in the order of the study.
    let mut sizes: Vec<usize> = samples.iter().map(|sample| sample.n.1).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let n_left_out = samples.len().saturating_sub(MOST_SAMPLES);
    let least = sizes[sizes.len().min(MOST_SAMPLES) - 1];
    samples.retain(|sample| sample.n.1 >= least);
    samples.truncate(MOST_SAMPLES);

    let text = context.text;
    let list: Vec<String> = samples.iter().map(|sample| summary(text, sample)).collect();
    let lead = text.pick(
        "Lines of the average abnormal return cumulated over the event window, by sample. On the last day:",
        "Linien der über das Ereignisfenster kumulierten durchschnittlichen abnormalen Rendite je Stichprobe. Am letzten Tag:",
    );
    let grid = Grid::of(samples.len());
    let page = Page {
        name: stem("caar", &[]),
        title: title(context),
        subtitle: subtitle(text, samples.len()),
        key: Vec::new(),
        note: note(text, &samples, n_left_out),
        description: format!("{lead} {}.", list.join("; ")),
        height: 20.0 + grid.rows as f64 * grid.panel_height + 22.0,
    };
    let chart = page.draw(context, |canvas, area| {
        draw(canvas, area, &samples, grid, text)
    })?;
    Ok(Some(chart))
}

fn title(context: &Context) -> String {
    let text = context.text;
    let name = text.pick(
        "cumulative average abnormal return",
        "kumulierte durchschnittliche abnormale Rendite",
    );
    let group_by = context.result.settings.group_by.as_str();
    let by = match group_by {
        "none" => String::new(),
        "category" => text.pick(" by category", " nach Kategorie").to_owned(),
        "instrument-group" => text
            .pick(" by group of instruments", " nach Instrumentengruppe")
            .to_owned(),
        column => format!(" {} {column}", text.pick("by", "nach")),
    };
    // Samples are of the focus alone; without one, of every instrument.
    let settings = &context.result.settings;
    let only = match settings.instruments.as_slice() {
        [only] => Some(only),
        _ => settings.focus.as_ref(),
    };
    match only.filter(|_| group_by != "instrument-group") {
        Some(instrument) => format!("{instrument}: {name}{by}"),
        None => {
            let mut letters = name.chars();
            let first = letters.next().map(|c| c.to_uppercase().to_string());
            format!("{}{}{by}", first.unwrap_or_default(), letters.as_str())
        }
    }
}

fn samples(rows: &[AarRow]) -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    for row in rows {
        let Some(caar) = row.caar.filter(|caar| caar.is_finite()) else {
            continue;
        };
        let name = font::clean(&row.group);
        let day = (row.relative_day.0, caar);
        match samples.iter_mut().find(|sample| sample.name == name) {
            Some(sample) => {
                sample.n = (sample.n.0.min(row.n), sample.n.1.max(row.n));
                sample.path.push(day);
            }
            None => samples.push(Sample {
                name,
                n: (row.n, row.n),
                path: vec![day],
            }),
        }
    }
    for sample in &mut samples {
        sample.path.sort_by_key(|(day, _)| *day);
    }
    samples
}

fn subtitle(text: Text, n: usize) -> String {
    let grey = match n {
        1 => "",
        _ => text.pick(
            " Grey: the other samples, for comparison.",
            " Grau: die übrigen Stichproben zum Vergleich.",
        ),
    };
    let lead = text.pick(
        "CAAR from the first session of the event window; n observations.",
        "CAAR ab dem ersten Handelstag des Ereignisfensters; n Beobachtungen.",
    );
    format!("{lead}{grey}")
}

/// What the chart leaves out, and how its CAAR differs from that of the tests.
fn note(text: Text, samples: &[Sample], n_left_out: usize) -> Option<String> {
    let left_out = (n_left_out > 0).then(|| {
        text.pick(
            format!("The {MOST_SAMPLES} largest samples; {n_left_out} are left out."),
            format!("Die {MOST_SAMPLES} größten Stichproben; {n_left_out} sind weggelassen."),
        )
    });
    let sums = samples.iter().any(|sample| sample.n.0 != sample.n.1).then(|| {
        text.pick(
            "Where n changes from day to day, the line sums averages of different observations: its end is \
             not the CAAR of the tests, the mean CAR of observations whose window is over.",
            "Wo n von Tag zu Tag wechselt, summiert die Linie Mittel verschiedener Beobachtungen: Ihr Ende ist \
             nicht die CAAR der Tests, die mittlere CAR der Beobachtungen mit abgeschlossenem Fenster.",
        )
        .to_owned()
    });
    let notes: Vec<String> = left_out.into_iter().chain(sums).collect();
    (!notes.is_empty()).then(|| notes.join(" "))
}

fn summary(text: Text, sample: &Sample) -> String {
    let last = sample.path.last().map_or(0.0, |(_, caar)| *caar);
    format!(
        "{} {} ({})",
        sample.name,
        text.percent(last, 1),
        count(sample)
    )
}

fn count(sample: &Sample) -> String {
    match sample.n {
        (fewest, most) if fewest == most => format!("n = {most}"),
        (fewest, most) => format!("n = {fewest}–{most}"),
    }
}

/// How panels are laid out.
#[derive(Clone, Copy)]
struct Grid {
    columns: usize,
    rows: usize,
    panel_height: f64,
}

impl Grid {
    fn of(n: usize) -> Self {
        let columns = match n {
            1 => 1,
            2 | 4 => 2,
            _ => 3,
        };
        Self {
            columns,
            rows: n.div_ceil(columns),
            panel_height: if n <= 2 { 290.0 } else { 200.0 },
        }
    }
}

fn draw(canvas: &mut Canvas, area: Area, samples: &[Sample], grid: Grid, text: Text) {
    let name = text.pick(
        "Cumulative average abnormal return (CAAR)",
        "Kumulierte durchschnittliche abnormale Rendite (CAAR)",
    );
    canvas.text((area.left, area.top + 8.0), name, Look::new(LABEL));
    let name = axis::day_axis_name(text, None);
    let middle = (area.left + area.right) / 2.0;
    let look = Look::small().align(Align::Centre);
    canvas.text((middle, area.bottom - 4.0), &name, look);
    let days = || {
        samples
            .iter()
            .flat_map(|s| s.path.iter().map(|(day, _)| *day))
    };
    let (first, last) = (days().min().unwrap_or(0), days().max().unwrap_or(0));
    let all = samples
        .iter()
        .flat_map(|s| s.path.iter().map(|(_, caar)| *caar));
    let domain = axis::range(all.chain([0.0]), 0.08);
    let rows = axis::percent_labels(&axis::ticks(domain, 5), text);
    let left = area.left + axis::y_room(&rows);
    let width = (area.right - left) / grid.columns as f64;
    for (i, sample) in samples.iter().enumerate() {
        let (column, row) = (i % grid.columns, i / grid.columns);
        let top = area.top + 20.0 + grid.panel_height * row as f64;
        let panel = Area {
            left: left + width * column as f64,
            top: top + 24.0,
            right: left + width * (column as f64 + 1.0) - 50.0,
            bottom: top + grid.panel_height - 28.0,
        };
        let x = axis::day_scale(first, last, panel);
        let y = Scale::linear(domain, panel.bottom, panel.top);
        draw_frame(canvas, panel, (x, y), &rows, column == 0);
        let labels = axis::day_labels(first, last, panel.width(), text);
        axis::draw_x(canvas, panel, x, &labels, "");
        let place = |(day, caar): &(i32, f64)| (x.at(f64::from(*day)), y.at(*caar));
        for other in samples.iter().filter(|other| other.name != sample.name) {
            let line: Vec<Point> = other.path.iter().map(place).collect();
            canvas.path(&line, GREY_LINE, 1.0);
        }
        let line: Vec<Point> = sample.path.iter().map(place).collect();
        draw_sample(canvas, panel, sample, &line, text);
    }
}

fn draw_frame(
    canvas: &mut Canvas,
    panel: Area,
    (x, y): (Scale, Scale),
    labels: &[(f64, String)],
    with_labels: bool,
) {
    if with_labels {
        axis::draw_y(canvas, panel, y, labels);
    } else {
        for (value, _) in labels {
            let at = y.at(*value);
            canvas.line((panel.left, at), (panel.right, at), GRID, 1.0);
        }
    }
    let zero = y.at(0.0);
    let middle = x.at(0.0);
    if (panel.left..=panel.right).contains(&middle) {
        canvas.line((middle, panel.top), (middle, panel.bottom), FAINT, 1.0);
    }
    canvas.line((panel.left, zero), (panel.right, zero), INK, 1.0);
}

fn draw_sample(canvas: &mut Canvas, panel: Area, sample: &Sample, line: &[Point], text: Text) {
    canvas.path(line, BLUE, 2.25);
    let n = count(sample);
    let small = Look::small().colour(MUTED);
    let bold = Look::small().bold(true);
    let room = panel.width() + 40.0 - small.width(&n) - 8.0;
    let name = bold.fit(&sample.name, room);
    let base = panel.top - SMALL + 2.0;
    canvas.text((panel.left, base), &name, bold);
    canvas.text((panel.left + bold.width(&name) + 8.0, base), &n, small);
    if let (Some((x, y)), Some((_, caar))) = (line.last(), sample.path.last()) {
        canvas.marker((*x, *y), Shape::Circle, 3.2, BLUE, false);
        canvas.text(
            (x + 6.0, y + 4.0),
            &text.percent(*caar, 1),
            bold.colour(BLUE),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::language::Language;

    #[test]
    fn a_line_over_changing_observations_is_told_from_the_caar_of_the_tests() {
        let sample = |n| Sample {
            name: "results".to_owned(),
            n,
            path: vec![(0, 0.01)],
        };
        for (language, says) in [
            (Language::En, "CAAR of the tests"),
            (Language::De, "CAAR der Tests"),
        ] {
            let text = Text(language);
            assert_eq!(note(text, &[sample((4, 4))], 0), None);
            let both = note(text, &[sample((4, 4)), sample((2, 3))], 1).unwrap();
            assert!(both.contains('9') && both.contains(says), "{both}");
        }
    }
}
