//! `latex/`: the tables that a paper prints, for its preamble's `\usepackage{booktabs}`.
//!
//! One file per question: the CARs of the leading observations, the samples with the test to trust,
//! the claims; `tables.tex` is a document that prints them all. Figures are formatted as on the
//! report's pages; how text becomes LaTeX is in `latex/markup.rs`.

mod markup;

use super::super::format::MISSING;
use super::super::text::{Text, fill};
use crate::error::Result;
use crate::report::language::Language;
use crate::report::observation::{Observation, leading};
use crate::report::page::resolved_settings;
use crate::report::{Chart, OutputFile, Renderer};
use crate::study::result::{CarRow, ClaimRow, RecommendationRow, StudyResult, TestRow};
use markup::escaped;

/// Observations in the table of CARs.
const N_OBSERVATIONS: usize = 3;
/// Rows on a page; a longer table goes on in another.
const N_ROWS: usize = 36;
/// The same for claims, whose rows have several lines.
const N_CLAIMS: usize = 8;
/// The settings that a note to a table needs.
const NOTED: [&str; 9] = [
    "model",
    "regressors",
    "benchmark",
    "returns",
    "price_column",
    "estimation",
    "event_window",
    "calendar",
    "mask_events",
];

/// Writes `latex/*.tex` in a language.
#[derive(Debug, Clone, Copy, Default)]
pub struct LatexTables {
    /// Its language.
    pub language: Language,
}

impl Renderer for LatexTables {
    fn files(&self, result: &StudyResult, _charts: &[Chart]) -> Result<Vec<OutputFile>> {
        let c = Context {
            result,
            lang: self.language,
            text: self.language.text(),
        };
        let tables = [
            ("cars", cars(&c)),
            ("samples", samples(&c)),
            ("claims", claims(&c)),
        ];
        let tables: Vec<(&str, Vec<Tabular>)> = tables
            .into_iter()
            .filter(|(_, parts)| !parts.is_empty())
            .collect();
        let mut files = vec![file("tables", document(&c, &tables))];
        for (name, parts) in &tables {
            let parts = parts.iter().enumerate();
            let floats: Vec<String> = parts.map(|(at, part)| float(&c, name, at, part)).collect();
            files.push(file(name, floats.join("\n")));
        }
        Ok(files)
    }
}

struct Context<'a> {
    result: &'a StudyResult,
    lang: Language,
    text: &'static Text,
}

/// A table whose cells are LaTeX already.
struct Tabular {
    caption: String,
    /// The argument of `tabular`.
    columns: &'static str,
    head: Vec<String>,
    /// Panels, with a line between them; each with its heading, where it has one.
    panels: Vec<(Option<String>, Vec<Vec<String>>)>,
}

fn file(name: &str, text: String) -> OutputFile {
    OutputFile {
        path: format!("latex/{name}.tex"),
        bytes: text.into_bytes(),
    }
}

/// A document that prints every table, to look at and to take the preamble from.
fn document(c: &Context<'_>, tables: &[(&str, Vec<Tabular>)]) -> String {
    let inputs: Vec<String> = tables
        .iter()
        .map(|(name, _)| format!("\\input{{{name}}}\n"))
        .collect();
    format!(
        "\\documentclass{{article}}\n\\usepackage{{booktabs}}\n\\begin{{document}}\n\
         \\section*{{{}}}\n{}{}\\end{{document}}\n",
        escaped(&c.result.title),
        if tables.is_empty() {
            format!("{}\n", notes(c))
        } else {
            String::new()
        },
        inputs.concat(),
    )
}

fn float(c: &Context<'_>, name: &str, at: usize, table: &Tabular) -> String {
    let label = match at {
        0 => format!("tab:{name}"),
        _ => format!("tab:{name}-{}", at + 1),
    };
    let row = |cells: &Vec<String>| format!("{} \\\\\n", cells.join(" & "));
    let mut body = String::new();
    for (heading, rows) in &table.panels {
        body.push_str("\\midrule\n");
        if let Some(heading) = heading {
            let n = table.head.len();
            body.push_str(&format!(
                "\\multicolumn{{{n}}}{{l}}{{\\itshape {heading}}} \\\\\n"
            ));
        }
        body.extend(rows.iter().map(row));
    }
    format!(
        "\\begin{{table}}[htbp]\n\\centering\n\\caption{{{}}}\n\\label{{{label}}}\n\\small\n\
         \\begin{{tabular}}{{{}}}\n\\toprule\n{}{body}\\bottomrule\n\\end{{tabular}}\n\
         \\par\\medskip\n\\begin{{minipage}}{{\\linewidth}}\\footnotesize\n{}\n\\end{{minipage}}\n\
         \\end{{table}}\n",
        table.caption,
        table.columns,
        row(&table.head),
        notes(c),
    )
}

/// The line of notes: how the figures were computed.
fn notes(c: &Context<'_>) -> String {
    let words = words(c.lang);
    let (first, last) = c.result.data_range;
    let (first, last) = (c.lang.date(first), c.lang.date(last));
    let settings = resolved_settings(c.result, c.lang);
    let settings = settings.iter().filter(|(code, _)| NOTED.contains(code));
    let settings: Vec<String> = settings
        .map(|(code, value)| format!("{}: {value}", c.text.setting_name(code)))
        .collect();
    let sessions = fill(words.sessions, &[("first", &first), ("last", &last)]);
    escaped(&format!(
        "{} {}. {sessions} shockwave {}.",
        words.notes,
        settings.join("; "),
        c.result.version
    ))
}

/// A figure as a cell.
fn cell(figure: Option<String>) -> String {
    escaped(figure.as_deref().unwrap_or(MISSING))
}

impl Context<'_> {
    fn percent(&self, value: Option<f64>) -> String {
        cell(value.map(|x| self.lang.percent(x)))
    }

    fn decimal(&self, value: Option<f64>, decimals: usize) -> String {
        cell(value.map(|x| self.lang.decimal(x, decimals)))
    }

    fn p(&self, value: Option<f64>) -> String {
        cell(value.map(|p| self.lang.p_cell(p)))
    }

    fn interval(&self, low: Option<f64>, high: Option<f64>) -> String {
        let ends = low.zip(high);
        cell(ends.map(|(low, high)| self.lang.interval(low, high)))
    }

    /// The head of a column of intervals.
    fn interval_head(&self) -> String {
        let level = self.lang.level(self.result.settings.confidence);
        fill(self.text.col_interval, &[("level", &level)])
    }
}

fn head<'a>(cells: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    cells.into_iter().map(escaped).collect()
}

/// The CARs of the leading observations, a panel each.
fn cars(c: &Context<'_>) -> Vec<Tabular> {
    let leading = leading(c.result);
    let Some(first) = leading.first() else {
        return Vec::new();
    };
    let text = c.text;
    let interval = c.interval_head();
    let heads = [
        text.col_window,
        text.col_car,
        text.col_t,
        text.col_p,
        &interval,
        text.col_sq_p,
        text.col_placebo_p,
    ];
    let row = |car: &&CarRow| {
        vec![
            escaped(&c.lang.window(car.window)),
            c.percent(car.car),
            c.decimal(car.car_t, 2),
            c.p(car.car_p),
            c.interval(car.car_low, car.car_high),
            c.p(car.sq_p),
            c.p(car.placebo_p),
        ]
    };
    let panels = leading.iter().take(N_OBSERVATIONS).map(|o| {
        let rows = o.cars.iter().map(row).collect();
        (Some(escaped(&named(c, o))), rows)
    });
    vec![Tabular {
        caption: escaped(&fill(
            words(c.lang).cars,
            &[("instrument", first.instrument)],
        )),
        columns: "lrrrrrr",
        head: head(heads),
        panels: panels.collect(),
    }]
}

/// Event, instrument, session, and whether the figures are final.
fn named(c: &Context<'_>, o: &Observation<'_>) -> String {
    let session = o.ledger.and_then(|row| row.session);
    let session = session.map_or_else(String::new, |day| format!(", {}", c.lang.date(day)));
    let status = match o.is_provisional() {
        true => format!(" ({})", c.text.statuses[1]),
        false => String::new(),
    };
    format!("{}, {}{session}{status}", o.title(), o.instrument)
}

/// Mean CARs by sample and window, with the test to trust.
fn samples(c: &Context<'_>) -> Vec<Tabular> {
    let text = c.text;
    let tests = &c.result.tests;
    let row = |row: &RecommendationRow| {
        let same = |t: &&TestRow| t.group == row.group && t.window == row.window;
        let caar = tests.iter().filter(same).find_map(|t| t.caar);
        let tested = tests.iter().filter(same).find(|t| t.test == row.test);
        vec![
            escaped(&row.group),
            escaped(&c.lang.window(row.window)),
            escaped(&c.lang.count(row.n)),
            c.percent(caar),
            escaped(&row.test),
            c.decimal(row.statistic, 2),
            c.p(row.p),
            c.p(tested.and_then(|t| t.p_holm)),
        ]
    };
    let rows: Vec<Vec<String>> = c.result.recommendations.iter().map(row).collect();
    let heads = [
        text.col_group,
        text.col_window,
        "N",
        text.col_caar,
        text.col_trust,
        text.col_statistic,
        "p",
        text.col_holm,
    ];
    pages(c, text.samples_caption, rows, N_ROWS, "llrrlrrr", &heads)
}

/// The claims and their verdicts.
fn claims(c: &Context<'_>) -> Vec<Tabular> {
    let (text, words) = (c.text, words(c.lang));
    let row = |row: &ClaimRow| {
        let window = row.window.map(|w| c.lang.window(w)).unwrap_or_default();
        vec![
            escaped(&row.text),
            escaped(&window),
            c.percent(row.figure),
            c.interval(row.low, row.high),
            c.p(row.p),
            escaped(text.verdict(row.verdict).0),
        ]
    };
    let rows = c.result.claims.iter().map(row).collect();
    let interval = c.interval_head();
    let heads = [
        words.claim,
        text.col_window,
        words.figure,
        &interval,
        "p",
        words.verdict,
    ];
    // Words break in columns of a stated width only.
    let columns = "p{0.3\\linewidth}lrrrp{0.18\\linewidth}";
    pages(c, text.claims, rows, N_CLAIMS, columns, &heads)
}

/// Rows as tables of at most `n` of them, since `tabular` does not break over pages.
fn pages(
    c: &Context<'_>,
    caption: &str,
    mut rows: Vec<Vec<String>>,
    n: usize,
    columns: &'static str,
    heads: &[&str],
) -> Vec<Tabular> {
    let mut tables = Vec::new();
    while !rows.is_empty() {
        let rest = rows.split_off(n.min(rows.len()));
        let caption = match tables.len() {
            0 => caption.to_owned(),
            _ => format!("{caption} ({})", words(c.lang).continued),
        };
        tables.push(Tabular {
            caption: escaped(&caption),
            columns,
            head: head(heads.iter().copied()),
            panels: vec![(None, rows)],
        });
        rows = rest;
    }
    tables
}

/// What only these tables say.
struct Words {
    notes: &'static str,
    sessions: &'static str,
    cars: &'static str,
    continued: &'static str,
    claim: &'static str,
    figure: &'static str,
    verdict: &'static str,
}

fn words(language: Language) -> Words {
    match language {
        Language::En => Words {
            notes: "Notes:",
            sessions: "Sessions from {first} to {last}; both ends of a window are included; p is two-sided.",
            cars: "Cumulative abnormal returns of {instrument}",
            continued: "continued",
            claim: "Claim",
            figure: "Figure",
            verdict: "Verdict",
        },
        Language::De => Words {
            notes: "Anmerkungen:",
            sessions: "Handelstage vom {first} bis zum {last}; Fenster schließen beide Enden ein; p ist zweiseitig.",
            cars: "Kumulierte abnormale Renditen von {instrument}",
            continued: "Fortsetzung",
            claim: "Behauptung",
            figure: "Wert",
            verdict: "Urteil",
        },
    }
}

#[cfg(test)]
mod tests;
