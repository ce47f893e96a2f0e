//! Scales and axes: from figures to pixels, round ticks, dates at month starts.

use super::canvas::{Align, Area, Canvas, Look};
use super::style::{FAINT, GRID, LABEL, MARGIN, MUTED, SMALL, WIDTH};
use super::text::Text;
use chrono::{Datelike, Months, NaiveDate};

/// Maps figures to pixels along one direction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    log: bool,
}

impl Scale {
    /// Even steps: `low` at pixel `from`, `high` at pixel `to`.
    pub(super) fn linear((low, high): (f64, f64), from: f64, to: f64) -> Self {
        Self {
            low,
            high,
            from,
            to,
            log: false,
        }
    }

    /// Even ratios; both figures above zero.
    pub(super) fn log((low, high): (f64, f64), from: f64, to: f64) -> Self {
        Self {
            low: libm::log(low),
            high: libm::log(high),
            from,
            to,
            log: true,
        }
    }

    /// The pixel of a figure.
    pub(super) fn at(&self, value: f64) -> f64 {
        let value = if self.log { libm::log(value) } else { value };
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }
}

/// The range of the finite figures, widened by `pad` of its length; never empty.
pub(super) fn range(values: impl Iterator<Item = f64>, pad: f64) -> (f64, f64) {
    let (low, high) = values
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (low.min(v), high.max(v))
        });
    if low > high {
        return (-0.01, 0.01);
    }
    let length = if high - low > 1e-9 * high.abs().max(low.abs()) {
        high - low
    } else {
        (0.1 * high.abs()).max(0.01)
    };
    (low - pad * length, high + pad * length)
}

/// Round figures within a range, about `target` of them: steps of 1, 2 or 5 times a power of 10.
pub(super) fn ticks((low, high): (f64, f64), target: usize) -> Vec<f64> {
    let rough = (high - low) / target.max(1) as f64;
    let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|step| *step >= rough * 0.75)
        .unwrap_or(10.0 * power);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last).map(|i| i as f64 * step).collect()
}

/// Round figures for even ratios: 1, 2, 5, 10, 20, …, more where these are few,
/// powers of ten alone where they are many.
pub(super) fn log_ticks((low, high): (f64, f64)) -> Vec<f64> {
    let first = libm::floor(libm::log10(low)) as i32;
    let last = libm::ceil(libm::log10(high)) as i32;
    let inside = |steps: &[f64]| -> Vec<f64> {
        let powers = (first..=last).map(|power| libm::pow(10.0, f64::from(power)));
        let ticks = powers.flat_map(|power| steps.iter().map(move |step| step * power));
        ticks.filter(|tick| (low..=high).contains(tick)).collect()
    };
    let ticks = inside(&[1.0, 2.0, 5.0]);
    match ticks.len() {
        0..=3 => inside(&[1.0, 1.5, 2.0, 3.0, 5.0, 7.0]),
        4..=9 => ticks,
        _ => inside(&[1.0]),
    }
}

/// Decimals that tell neighbouring ticks apart, the figures being shown times `factor`.
pub(super) fn decimals(ticks: &[f64], factor: f64) -> usize {
    let step = match ticks {
        [first, second, ..] => (second - first).abs() * factor,
        _ => 1.0,
    };
    (0..6)
        .find(|d| {
            let scaled = step * libm::pow(10.0, *d as f64);
            (scaled - scaled.round()).abs() < 1e-6 * scaled
        })
        .unwrap_or(6)
}

/// Starts of months, quarters or years within a range of dates, no more than `limit`, each with
/// its label; the year stands where it is new.
pub(super) fn date_ticks(
    first: NaiveDate,
    last: NaiveDate,
    limit: usize,
    text: Text,
) -> Vec<(NaiveDate, String)> {
    for months in [1, 3, 6, 12, 24, 60, 120, 240] {
        let dates = month_starts(first, last, months);
        if dates.len() > limit {
            continue;
        }
        if dates.len() < 2 && months == 1 {
            return plain_dates(first, last, text);
        }
        let mut year = None;
        return dates
            .into_iter()
            .map(|date| {
                let new_year = year.replace(date.year()) != Some(date.year());
                let label = match (months >= 12, new_year) {
                    (true, _) => date.year().to_string(),
                    (false, true) => format!("{} {}", text.month(date), date.year()),
                    (false, false) => text.month(date).to_owned(),
                };
                (date, label)
            })
            .collect();
    }
    Vec::new()
}

fn plain_dates(first: NaiveDate, last: NaiveDate, text: Text) -> Vec<(NaiveDate, String)> {
    let mut dates = vec![first];
    dates.extend((last > first).then_some(last));
    dates.into_iter().map(|d| (d, text.date(d))).collect()
}

fn month_starts(first: NaiveDate, last: NaiveDate, months: u32) -> Vec<NaiveDate> {
    let year = match months {
        0..=12 => first.year(),
        _ => first.year().div_euclid(months as i32 / 12) * (months as i32 / 12),
    };
    let start = NaiveDate::from_ymd_opt(year, 1, 1);
    let next = |date: &NaiveDate| date.checked_add_months(Months::new(months));
    std::iter::successors(start, next)
        .skip_while(|date| *date < first)
        .take_while(|date| *date <= last)
        .collect()
}

/// Position of a date on an even scale.
pub(super) fn date_value(date: NaiveDate) -> f64 {
    f64::from(date.num_days_from_ce())
}

/// A horizontal scale over dates with a little room at both ends.
pub(super) fn date_scale(first: NaiveDate, last: NaiveDate, area: Area) -> Scale {
    let lone = f64::from(last <= first);
    let domain = (date_value(first) - lone, date_value(last) + lone);
    Scale::linear(domain, area.left + 4.0, area.right - 4.0)
}

/// Draws grid lines with their labels left of the area.
pub(super) fn draw_y(canvas: &mut Canvas, area: Area, scale: Scale, labels: &[(f64, String)]) {
    for (value, label) in labels {
        let y = scale.at(*value);
        canvas.line((area.left, y), (area.right, y), GRID, 1.0);
        let look = Look::small().colour(MUTED).align(Align::Right);
        canvas.text((area.left - 7.0, y + 4.0), label, look);
    }
}

/// Draws a horizontal axis at the lower edge with its ticks, and its name below them.
pub(super) fn draw_x(
    canvas: &mut Canvas,
    area: Area,
    scale: Scale,
    labels: &[(f64, String)],
    name: &str,
) {
    let y = area.bottom;
    canvas.line((area.left, y), (area.right, y), FAINT, 1.0);
    let look = Look::small().colour(MUTED).align(Align::Centre);
    for (value, label) in labels {
        let x = scale.at(*value);
        canvas.line((x, y), (x, y + 4.0), FAINT, 1.0);
        // A label at the very end is moved in rather than cut off.
        let half = look.width(label) / 2.0;
        let middle = x.clamp(half + 2.0, (WIDTH - half - 2.0).max(half + 2.0));
        canvas.text((middle, y + 4.0 + SMALL + 2.0), label, look);
    }
    if !name.is_empty() {
        let look = Look::small().align(Align::Centre);
        let middle = (area.left + area.right) / 2.0;
        canvas.text((middle, y + 2.0 * SMALL + 14.0), name, look);
    }
}

/// Room that [`draw_x`] takes below its area, with a name.
pub(super) const X_ROOM: f64 = 2.0 * SMALL + 18.0;

/// Room that the labels of [`draw_y`] take.
pub(super) fn y_room(labels: &[(f64, String)]) -> f64 {
    let widths = labels.iter().map(|(_, label)| Look::small().width(label));
    widths.fold(36.0, f64::max) + 8.0
}

/// Writes the name of a vertical axis above it, where it reads without turning the head.
pub(super) fn name_y(canvas: &mut Canvas, area: Area, name: &str) {
    canvas.text((MARGIN, area.top - 9.0), name, Look::new(LABEL));
}

/// Labels of ticks that are fractions, as signed percent.
pub(super) fn percent_labels(ticks: &[f64], text: Text) -> Vec<(f64, String)> {
    let decimals = decimals(ticks, 100.0);
    ticks
        .iter()
        .map(|tick| (*tick, text.percent(*tick, decimals)))
        .collect()
}

/// Labels of relative days: all of them where there is room, else round ones; always day 0.
pub(super) fn day_labels(first: i32, last: i32, room: f64, text: Text) -> Vec<(f64, String)> {
    let most = (room / 28.0).max(1.0);
    let n = f64::from(last) - f64::from(first) + 1.0;
    let step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]
        .into_iter()
        .find(|step| n / f64::from(*step) <= most)
        .unwrap_or(10_000);
    (first..=last)
        .filter(|day| day % step == 0 || first == last)
        .map(|day| (f64::from(day), text.day(day)))
        .collect()
}

/// A horizontal scale over relative days, each with the same room.
pub(super) fn day_scale(first: i32, last: i32, area: Area) -> Scale {
    let domain = (f64::from(first) - 0.5, f64::from(last) + 0.5);
    Scale::linear(domain, area.left, area.right)
}

/// The name of an axis of relative days.
pub(super) fn day_axis_name(text: Text, day_0: Option<NaiveDate>) -> String {
    let name = text.pick(
        "Sessions from the event session",
        "Handelstage ab dem Ereignistag",
    );
    match day_0.map(|date| text.date(date)) {
        Some(date) => text.pick(
            format!("{name} (day 0 is {date})"),
            format!("{name} (Tag 0 ist der {date})"),
        ),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::language::Language;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn ticks_are_round_and_inside() {
        let got = ticks((-0.137, 0.092), 5);
        let want = [-0.1, -0.05, 0.0, 0.05];
        assert_eq!(got.len(), want.len());
        assert!(got.iter().zip(want).all(|(g, w)| (g - w).abs() < 1e-12));
        assert_eq!(decimals(&got, 100.0), 0);
        assert_eq!(decimals(&[0.0, 0.005], 100.0), 1);
        assert!(ticks((0.0, 1e12), 5).len() <= 7);
        assert_eq!(log_ticks((11.0, 210.0)), [20.0, 50.0, 100.0, 200.0]);
        assert_eq!(log_ticks((6.0, 25.0)), [7.0, 10.0, 15.0, 20.0]);
    }

    #[test]
    fn dates_start_months_and_never_crowd() {
        let text = Text(Language::En);
        let four_years = date_ticks(date("2022-01-03"), date("2026-05-15"), 12, text);
        assert!(four_years.len() <= 12);
        assert!(four_years.iter().all(|(d, _)| d.day() == 1));
        assert_eq!(four_years[0].1, "Jul 2022");
        assert_eq!(four_years[1].1, "Jan 2023");
        assert_eq!(four_years[2].1, "Jul");
        let one_day = date_ticks(date("2025-01-27"), date("2025-01-27"), 12, text);
        assert_eq!(one_day[0].1, "27 Jan 2025");
        assert!(!date_ticks(date("1927-01-01"), date("2026-01-01"), 8, text).is_empty());
    }

    #[test]
    fn ranges_are_never_empty() {
        assert_eq!(range(std::iter::empty(), 0.1), (-0.01, 0.01));
        let (low, high) = range([5.0, f64::NAN, 5.0].into_iter(), 0.1);
        assert!(low < 5.0 && high > 5.0);
    }
}
