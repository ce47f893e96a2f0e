//! The leading observations in every window, with all tests side by side.

use super::block::{Block, Cell, Column, Section, Table};
use super::{Context, fill};
use crate::report::observation::{Observation, leading};
use crate::study::result::{CarRow, FitRow};

/// How many leading observations are shown open; the rest are folded.
const N_OPEN: usize = 3;

pub(super) fn section(c: &Context<'_>) -> Option<Section> {
    let leading = leading(c.result);
    if leading.is_empty() {
        return None;
    }
    let mut blocks = vec![Block::text(c.text.results_intro)];
    for (i, o) in leading.iter().enumerate() {
        let heading = heading(c, o);
        let mut table = table(c, o, &heading).quiet();
        if i < N_OPEN {
            blocks.push(Block::heading(heading));
        } else {
            table = table.folded(&heading);
        }
        blocks.push(Block::Table(table));
        blocks.extend(o.fit.map(|fit| Block::text(fit_line(c, fit))));
        blocks.extend(money_line(c, o).map(Block::text));
    }
    Section::new("results", c.text.results, blocks)
}

fn heading(c: &Context<'_>, o: &Observation<'_>) -> String {
    let date = o
        .ledger
        .and_then(|r| r.session)
        .map(|d| c.lang.date(d))
        .unwrap_or_default();
    let status = if o.is_provisional() {
        format!(" ({})", c.text.statuses[1])
    } else {
        String::new()
    };
    format!("{} · {} · {date}{status}", o.title(), o.instrument)
}

/// A further column: its head, and its figure for a row.
type Extra = (&'static str, fn(&CarRow) -> (Option<f64>, Option<f64>));

fn table(c: &Context<'_>, o: &Observation<'_>, heading: &str) -> Table {
    let text = c.text;
    let extras = extras(c, o);
    let level = c.lang.level(c.result.settings.confidence);
    let mut columns = vec![
        Column::words(text.col_window),
        Column::figures(text.col_car),
        Column::figures(&fill(text.col_interval, &[("level", &level)])),
        Column::figures(text.col_t),
        Column::figures(text.col_p),
        Column::figures(text.col_sq_p),
        Column::figures(text.col_placebo_p),
        Column::figures(text.col_mde),
    ];
    columns.extend(extras.iter().map(|(label, _)| Column::figures(label)));
    let rows = o.cars.iter().map(|car| row(c, car, &extras));
    let caption = fill(text.results_caption, &[("observation", heading)]);
    Table::new((c.lang, text), &caption, columns, rows, "cars.csv")
}

fn row(c: &Context<'_>, car: &CarRow, extras: &[Extra]) -> Vec<Cell> {
    let mde = car.mde.map(|x| format!("±{}", c.lang.size_percent(x)));
    // What the joint regression leaves out stands with its figure, where that is shown.
    let has_joint = extras.iter().any(|(label, _)| *label == c.text.col_joint);
    let notes = car.note.split("; ");
    let (joint, own): (Vec<&str>, Vec<&str>) =
        notes.partition(|note| has_joint && note.starts_with("car_joint"));
    let mut cells = vec![
        Cell::new(c.lang.window(car.window)).note(c.lang.said(&own.join("; "))),
        c.percent(car.car),
        c.interval(car.car_low, car.car_high),
        c.decimal(car.car_t, 2),
        c.p(car.car_p),
        c.p(car.sq_p),
        c.p(car.placebo_p),
        Cell::figure(mde),
    ];
    cells.extend(extras.iter().map(|(label, figure)| {
        let (value, t) = figure(car);
        let t = t.map(|t| format!("t = {}", c.lang.decimal(t, 2)));
        let mut notes: Vec<String> = t.into_iter().collect();
        if *label == c.text.col_joint {
            notes.extend(joint.iter().map(|note| c.lang.said(note)));
        }
        c.percent(value).note(notes.join("; "))
    }));
    cells
}

/// The columns for other ways to estimate the same CAR, where they differ from the main one.
fn extras(c: &Context<'_>, o: &Observation<'_>) -> Vec<Extra> {
    let shown = |x: Option<f64>| x.map(|x| c.lang.percent(x));
    let differs = |figure: fn(&CarRow) -> Option<f64>| {
        let other = |car: &&&CarRow| figure(car).is_some() && shown(figure(car)) != shown(car.car);
        o.cars.iter().find(other).is_some()
    };
    let mut extras: Vec<Extra> = Vec::new();
    if differs(|car| car.car_masked) {
        extras.push((c.text.col_masked, |car| (car.car_masked, car.car_masked_t)));
    }
    if differs(|car| car.car_unmasked) {
        extras.push((c.text.col_unmasked, |car| {
            (car.car_unmasked, car.car_unmasked_t)
        }));
    }
    if differs(|car| car.car_joint) {
        extras.push((c.text.col_joint, |car| {
            let t = car.car_joint.zip(car.car_joint_sd).map(|(c, s)| c / s);
            (car.car_joint, t)
        }));
    }
    extras
}

fn fit_line(c: &Context<'_>, fit: &FitRow) -> String {
    let lang = c.lang;
    let mut parts = Vec::new();
    parts.extend(
        fit.alpha
            .map(|a| format!("α\u{a0}=\u{a0}{}", lang.percent(a))),
    );
    let slopes = fit.betas.iter();
    parts.extend(
        slopes.map(|(name, beta)| format!("β({name})\u{a0}=\u{a0}{}", lang.decimal(*beta, 3))),
    );
    parts.push(format!(
        "s\u{a0}=\u{a0}{}",
        lang.size_percent(fit.residual_sd)
    ));
    parts.extend(
        fit.r_squared
            .map(|r| format!("R²\u{a0}=\u{a0}{}", lang.decimal(r, 3))),
    );
    fill(
        c.text.fit,
        &[
            ("model", c.text.model(&fit.model)),
            ("n", &lang.count(fit.n_estimation)),
            ("first", &lang.date(fit.first_session)),
            ("last", &lang.date(fit.last_session)),
            ("parameters", &parts.join(", ")),
        ],
    )
}

fn money_line(c: &Context<'_>, o: &Observation<'_>) -> Option<String> {
    let value = o.dollar?;
    let (shares, unit) = c.lang.scaled(value.shares);
    let shares = format!("{shares} {unit}");
    Some(fill(
        c.text.money_basis,
        &[
            ("shares", shares.trim_end()),
            ("as_of", &c.lang.date(value.shares_as_of)),
            ("source", &value.shares_source),
            ("close", &c.lang.decimal(value.previous_close, 2)),
            ("market_value", &c.lang.amount(value.market_value)),
        ],
    ))
}
