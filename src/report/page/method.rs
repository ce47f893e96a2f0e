//! How it was computed: settings as resolved, the formulas used, how to read the numbers.

use super::block::{Block, Cell, Column, Formula, Item, Section, Table};
use super::formulas::FORMULAS;
use super::{Context, fill};
use crate::report::text::{Words, word};
use crate::study::result::Settings;
use std::borrow::Cow;

pub(super) fn settings_section(c: &Context<'_>) -> Option<Section> {
    let columns = vec![
        Column::words(c.text.col_setting),
        Column::words(c.text.col_value),
    ];
    let rows = resolved(c, &c.result.settings)
        .into_iter()
        .map(|(code, value)| {
            vec![
                Cell::new(word(c.text.setting_names, code)),
                Cell::new(value),
            ]
        });
    let caption = c.text.settings_caption;
    let table = Table::new((c.lang, c.text), caption, columns, rows, "study.json").folded(caption);
    Section::new("settings", c.text.settings, vec![Block::Table(table)])
}

/// The settings in words, those that do not apply left out.
pub(super) fn resolved(c: &Context<'_>, s: &Settings) -> Vec<(&'static str, String)> {
    let window = |w| c.lang.window(w);
    let yes = |on: bool| if on { c.text.yes } else { c.text.no }.to_owned();
    let symbol = |s: &Option<crate::instrument::Symbol>| {
        s.as_ref()
            .map(|s| s.as_str().to_owned())
            .unwrap_or_default()
    };
    let instruments: Vec<&str> = s.instruments.iter().map(|i| i.as_str()).collect();
    let windows: Vec<String> = s.windows.iter().map(|w| window(*w)).collect();
    let weight = s.benchmark_weight.map(|w| c.lang.decimal(w, 4));
    let all = [
        ("model", c.text.model(&s.model).to_owned()),
        ("regressors", s.regressors.join(", ")),
        ("benchmark", symbol(&s.benchmark)),
        ("benchmark_weight", weight.unwrap_or_default()),
        ("returns", s.returns.clone()),
        ("price_column", s.price_column.clone()),
        (
            "factor_unit",
            c.lang.said(s.factor_unit.as_deref().unwrap_or_default()),
        ),
        ("estimation", window(s.estimation)),
        ("min_estimation", c.lang.count(s.min_estimation)),
        ("event_window", window(s.event_window)),
        ("windows", windows.join(" ")),
        ("calendar", s.calendar.clone()),
        ("anchor", s.anchor.clone()),
        ("max_shift", s.max_shift.to_string()),
        ("quality", s.quality.clone()),
        ("mask_events", yes(s.mask_events)),
        ("mask_window", window(s.mask_window)),
        ("joint", yes(s.joint)),
        ("seed", s.seed.to_string()),
        ("n_draws", s.n_draws.to_string()),
        ("group_by", s.group_by.clone()),
        ("focus", symbol(&s.focus)),
        ("lead_event", s.lead_event.clone().unwrap_or_default()),
        ("instruments", instruments.join(", ")),
        ("tests", s.tests.join(", ")),
        ("placebo", yes(s.placebo)),
        ("confidence", c.lang.decimal(s.confidence, 2)),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// The formulas that were used, each with its source.
pub(super) fn formula_section(c: &Context<'_>) -> Option<Section> {
    let result = c.result;
    let s = &result.settings;
    let any_car = |has: fn(&crate::study::result::CarRow) -> bool| result.cars.iter().any(has);
    let used = |code: &str| match code {
        "ar" | "ar_sd" | "car" | "car_sd" | "t" => true,
        "sq" => any_car(|r| r.sq_p.is_some()),
        "placebo" => any_car(|r| r.placebo_p.is_some()),
        "mde" => any_car(|r| r.mde.is_some()),
        "bhar" => any_car(|r| r.bhar.is_some()),
        "joint" => any_car(|r| r.car_joint.is_some()),
        "money" => !result.dollar_values.is_empty(),
        "caar" | "holm" => !result.tests.is_empty(),
        code => code == s.model || s.tests.iter().any(|t| t == code),
    };
    let items: Vec<Formula> = FORMULAS
        .iter()
        .filter(|(code, ..)| used(code))
        .map(|&(code, html, source)| Formula {
            words: word(c.text.formula_words, code),
            html: in_words(html, c.text.formula_terms),
            source,
        })
        .collect();
    let n = c.lang.count(items.len());
    let blocks = vec![
        Block::text(c.text.formulas_intro),
        Block::Formulas {
            fold: Some(fill(c.text.formulas_fold, &[("n", &n)])),
            items,
        },
    ];
    Section::new("formulas", c.text.formulas, blocks)
}

/// The words inside a formula as the page has them.
fn in_words(html: &'static str, terms: Words) -> Cow<'static, str> {
    let found = terms.iter().filter(|(term, _)| html.contains(term));
    found.fold(Cow::Borrowed(html), |html, (term, words)| {
        html.replace(term, words).into()
    })
}

pub(super) fn reading_section(c: &Context<'_>) -> Option<Section> {
    let level = c.lang.level(c.result.settings.confidence);
    let items = c.text.reading_lines.iter().map(|line| Item {
        text: fill(line, &[("level", &level)]),
        note: String::new(),
    });
    let list = Block::List {
        items: items.collect(),
        fold: None,
    };
    Section::new("reading", c.text.reading, vec![list])
}
