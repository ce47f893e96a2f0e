//! `scan.html`: one file that needs nothing else. The answer comes first, then chart, sessions, those
//! without a known event, and how it was computed. Laid out as the report of a study is.

use super::words::{Medium, counted, findings, remarks, span, subject, unexplained};
use crate::error::Result;
use crate::report::OutputFile;
use crate::report::chart::Chart;
use crate::report::language::Language;
use crate::report::page::formulas::FORMULAS;
use crate::report::page::{Block, Cell, Column, Formula, Labels, Page, Row, Section, Table, Tone};
use crate::report::summary::{Paragraph, Summary};
use crate::report::template::{Markup, render};
use crate::report::text::word;
use crate::study::scan::result::{AssociationRow, ScanResult, ScanRow};

const EN: Language = Language::En;

/// Formulas of a scan that a study has not: words, formula, source.
const OWN_FORMULAS: [(&str, &str, &str); 3] = [
    (
        "q_value, false discoveries",
        "q<sub>(i)</sub> = min<sub>j ≥ i</sub> p<sub>(j)</sub>·m/j",
        "Benjamini, Hochberg 1995",
    ),
    (
        "GARCH t",
        "(AR<sub>t</sub> − μ)/σ<sub>t|t−1</sub>, σ<sup>2</sup><sub>t</sub> = ω + a·e<sup>2</sup><sub>t−1</sub> + b·σ<sup>2</sup><sub>t−1</sub>",
        "Bollerslev 1986",
    ),
    (
        "range",
        "ln(H<sub>t</sub>/L<sub>t</sub>)/(2√ln 2), over that of its window",
        "Parkinson 1980",
    ),
];

/// The page.
///
/// # Errors
/// A template that cannot be filled.
pub(super) fn page(result: &ScanResult, charts: &[Chart]) -> Result<OutputFile> {
    let text = EN.text();
    let (first, last) = span(result, Medium::Page);
    let title = format!(
        "Abnormal sessions of {}, {first} to {last}",
        subject(result)
    );
    let paragraph = |text| Paragraph {
        text,
        items: Vec::new(),
    };
    let sections = [
        Section::new("charts", "Chart", charts.iter().map(Block::chart).collect()),
        sessions(result),
        open_sessions(result),
        associations(result),
        settings(result),
        formulas(result),
        inputs(result),
    ];
    let page = Page {
        lang: EN.code(),
        description: title.clone(),
        title,
        question: Some(
            "Which sessions moved beyond what the market explains, and does a known event stand beside each?"
                .to_owned(),
        ),
        labels: Labels::of(text),
        summary: Summary {
            tiles: Vec::new(),
            answer: findings(result, Medium::Page).into_iter().map(paragraph).collect(),
            caveats: remarks(result, Medium::Page),
        },
        sections: sections.into_iter().flatten().collect(),
        footer: format!("shockwave {}", result.version),
    };
    let template = include_str!("../templates/report.html.jinja");
    let style = include_str!("../templates/report.css");
    Ok(OutputFile {
        path: "scan.html".to_owned(),
        bytes: render(template, Markup::Html, &page, style.trim_end())?,
    })
}

fn percent(value: Option<f64>) -> Cell {
    Cell::figure(value.map(|v| EN.percent(v)))
}

fn figure(value: Option<f64>, decimals: usize) -> Cell {
    Cell::figure(value.map(|v| EN.decimal(v, decimals)))
}

fn p(value: Option<f64>) -> Cell {
    Cell::figure(value.map(|p| EN.p_cell(p)))
}

fn table(
    caption: &str,
    columns: Vec<Column>,
    rows: impl ExactSizeIterator<Item = Row>,
    file: &str,
) -> Table {
    Table::new((EN, EN.text()), caption, columns, rows, file).quiet()
}

/// The reported sessions; nothing where there are none.
fn sessions(result: &ScanResult) -> Option<Section> {
    let top = result.top();
    if top.is_empty() {
        return None;
    }
    let heading = "The most abnormal sessions";
    let columns = vec![
        Column::words("Session"),
        Column::figures("Return"),
        Column::figures("AR"),
        Column::figures("t"),
        Column::figures("GARCH t"),
        Column::figures("sq_p"),
        Column::figures("q"),
        Column::figures("Volume z"),
        Column::figures("Range"),
        Column::words("Scope"),
        Column::words("Known events"),
    ];
    let rows = top.iter().map(|row| session_row(row, result));
    let reading = "Ranked by sq_p, then by the size of GARCH t. Volume z: log volume against its estimation \
        window, in standard deviations. Range: the day's volatility from high and low, 1 is usual. Scope: \
        market where the benchmark's own return was abnormal, industry where at least half of the peers \
        moved abnormally to the same side, else own.";
    let blocks = vec![
        Block::Table(table(heading, columns, rows, "sessions.csv")),
        Block::text(reading),
    ];
    Section::new("sessions", heading, blocks)
}

fn session_row(row: &ScanRow, result: &ScanResult) -> Row {
    let title = |id: &String| {
        let event = result.events.iter().find(|e| e.id == *id);
        event.map_or(id.clone(), |e| e.title.clone())
    };
    let events = if row.explained {
        let titles: Vec<String> = row.events.iter().map(title).collect();
        Cell::new(titles.join("; "))
    } else {
        Cell::new("no known event").tone(Tone::Bad)
    };
    let scope = row.scope.map_or("", |scope| scope.as_str());
    let peers = match (row.n_peers_moved, row.n_peers) {
        (Some(moved), Some(n)) => format!("{moved} of {n} peers"),
        _ => String::new(),
    };
    vec![
        Cell::new(EN.short_date(row.session)).note(row.instrument.as_str()),
        percent(row.ret),
        percent(row.ar),
        figure(row.ar_t, 2),
        figure(row.garch_t, 2),
        p(row.sq_p),
        figure(row.q_value, 2),
        figure(row.volume_z, 1),
        figure(row.range_ratio, 1),
        Cell::new(scope).note(peers),
        events,
    ]
}

/// The reported sessions without a known event, as a list to look into.
fn open_sessions(result: &ScanResult) -> Option<Section> {
    if result.top().is_empty() {
        return None;
    }
    let names = unexplained(result, Medium::Page);
    let text = if names.is_empty() {
        "Every reported session has a known event beside it.".to_owned()
    } else {
        format!(
            "{} of the {} reported sessions have none in the catalogue: {}.",
            names.len(),
            result.top().len(),
            names.join(", ")
        )
    };
    Section::new(
        "unexplained",
        "Without a known event",
        vec![Block::text(text)],
    )
}

fn associations(result: &ScanResult) -> Option<Section> {
    if result.ranked().is_empty() || result.associations.is_empty() {
        return None;
    }
    let heading = "Events and abnormal sessions";
    let columns = vec![
        Column::words("Instrument"),
        Column::figures("Events"),
        Column::figures("Followed by an abnormal session"),
        Column::figures("Hit rate"),
        Column::figures("Precision"),
        Column::figures("Odds ratio"),
        Column::figures("p"),
    ];
    let share = |value: Option<f64>| Cell::figure(value.map(|v| EN.size_percent(v)));
    let row = |r: &AssociationRow| {
        vec![
            Cell::new(r.instrument.as_str()).note(r.reason.as_str()),
            match r.instrument.as_str() {
                "all" => Cell::new(EN.count(r.n_events)).note(counted(r)),
                _ => Cell::new(EN.count(r.n_events)),
            },
            Cell::new(EN.count(r.n_hit)),
            share(r.hit_rate),
            share(r.precision),
            figure(r.odds_ratio, 2),
            p(r.p),
        ]
    };
    let rows = result.associations.iter().map(row);
    let table = table(heading, columns, rows, "association.csv");
    Section::new("association", heading, vec![Block::Table(table)])
}

fn settings(result: &ScanResult) -> Option<Section> {
    let s = &result.settings;
    let text = EN.text();
    let all = [
        ("model", text.model(&s.model).to_owned()),
        (
            "benchmark",
            s.benchmark
                .as_ref()
                .map_or_else(String::new, |b| b.to_string()),
        ),
        ("returns", s.returns.clone()),
        ("price_column", s.price_column.clone()),
        ("estimation", EN.window(s.estimation)),
        ("min_estimation", EN.count(s.min_estimation)),
        (
            "mask_events",
            if s.mask_events { text.yes } else { text.no }.to_owned(),
        ),
        ("calendar", s.calendar.clone()),
        ("anchor", s.anchor.clone()),
        ("sessions from day 0 laid to an event", EN.window(s.within)),
        ("abnormal where sq_p is at most", EN.decimal(s.alpha, 3)),
        (
            "categories the association leaves out",
            s.not_causes.join(", "),
        ),
        ("seed", s.seed.to_string()),
    ];
    let kept = all.iter().filter(|(_, value)| !value.is_empty());
    let rows: Vec<Row> = kept
        .map(|(code, value)| {
            vec![
                Cell::new(word(text.setting_names, code)),
                Cell::new(value.as_str()),
            ]
        })
        .collect();
    let columns = vec![
        Column::words(text.col_setting),
        Column::words(text.col_value),
    ];
    let caption = text.settings_caption;
    let table = table(caption, columns, rows.into_iter(), "scan.json").folded(caption);
    Section::new("settings", text.settings, vec![Block::Table(table)])
}

fn formulas(result: &ScanResult) -> Option<Section> {
    let text = EN.text();
    let used =
        |code: &str| code == result.settings.model || ["ar", "ar_sd", "t", "sq"].contains(&code);
    let of_studies = FORMULAS.iter().filter(|(code, ..)| used(code));
    let of_studies = of_studies.map(|&(code, html, source)| Formula {
        words: word(text.formula_words, code),
        html: html.into(),
        source,
    });
    let own = OWN_FORMULAS.into_iter();
    let own = own.map(|(words, html, source)| Formula {
        words,
        html: html.into(),
        source,
    });
    let items = of_studies.chain(own).collect();
    let block = Block::Formulas { items, fold: None };
    Section::new("formulas", text.formulas, vec![block])
}

fn inputs(result: &ScanResult) -> Option<Section> {
    let columns = vec![
        Column::words("Name"),
        Column::words("Role"),
        Column::figures("Rows"),
        Column::words("SHA-256"),
    ];
    let rows = result.inputs.iter().map(|input| {
        vec![
            Cell::new(input.name.as_str()),
            Cell::new(input.role.as_str()),
            Cell::new(EN.count(input.n_rows)),
            Cell::new(input.sha256.as_str()).code(),
        ]
    });
    let table = table("Inputs", columns, rows, "scan.json");
    Section::new("inputs", "Inputs", vec![Block::Table(table)])
}
