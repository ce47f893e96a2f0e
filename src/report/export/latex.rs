//! `latex/`: the tables that a paper prints, for its preamble's `\usepackage{booktabs}`.
//!
//! One file per question: the CARs of the leading observations, the samples with the test to trust,
//! the claims; `tables.tex` is a document that prints them all. Figures are formatted as on the
//! report's pages; how text becomes LaTeX is in `latex/markup.rs`.

mod markup;
mod words;

use super::super::format::MISSING;
use super::super::text::{Text, fill, word};
use crate::error::Result;
use crate::report::language::Language;
use crate::report::observation::{Observation, leading};
use crate::report::page::resolved_settings;
use crate::report::{Chart, OutputFile, Renderer};
use crate::study::result::{CarRow, ClaimRow, RecommendationRow, StudyResult, TestRow};
use markup::escaped;
use words::words;

/// Observations in the table of CARs.
const N_OBSERVATIONS: usize = 3;
/// Rows on a page; a longer table goes on in another.
const N_ROWS: usize = 36;
/// The same for claims, whose rows have several lines.
const N_CLAIMS: usize = 9;
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
    /// The columns of `tabular*`.
    columns: &'static str,
    head: Vec<String>,
    /// Panels, with a space between them; each with its heading, where it has one.
    panels: Vec<Panel>,
}

/// Rows of cells, below a heading where they have one.
type Panel = (Option<String>, Vec<Vec<String>>);

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
         \\section*{{\\raggedright {}}}\n{}{}\\end{{document}}\n",
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
    let mut body = String::from("\\midrule\n");
    for (at, (heading, rows)) in table.panels.iter().enumerate() {
        if at > 0 {
            body.push_str("\\addlinespace\n");
        }
        if let Some(heading) = heading {
            let n = table.head.len();
            // As wide as the table at most: a long title goes on in a second line. To the columns it
            // has no width, or the last of them would be given all that is left over.
            body.push_str(&format!(
                "\\multicolumn{{{n}}}{{@{{}}l@{{}}}}{{\\rlap{{\\parbox[t]{{\\linewidth}}{{\\raggedright\\itshape\\strut {heading}\\strut}}}}}} \\\\\n"
            ));
        }
        body.extend(rows.iter().map(row));
    }
    format!(
        "\\begin{{table}}[htbp]\n\\centering\n\\caption{{{}}}\n\\label{{{label}}}\n\
         \\footnotesize\\setlength{{\\tabcolsep}}{{3pt}}\n\
         \\begin{{tabular*}}{{\\linewidth}}{{@{{\\extracolsep{{\\fill}}}}{}@{{}}}}\n\
         \\toprule\n{}{body}\\bottomrule\n\\end{{tabular*}}\n\
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
    /// Per cent without the unit, which stands in the head.
    fn percent(&self, value: Option<f64>) -> String {
        cell(value.map(|x| self.without_unit(self.lang.percent(x))))
    }

    fn without_unit(&self, text: String) -> String {
        text.replace("\u{a0}%", "")
    }

    fn decimal(&self, value: Option<f64>, decimals: usize) -> String {
        cell(value.map(|x| self.lang.decimal(x, decimals)))
    }

    fn p(&self, value: Option<f64>) -> String {
        cell(value.map(|p| self.lang.p_cell(p)))
    }

    fn interval(&self, low: Option<f64>, high: Option<f64>) -> String {
        let ends = low.zip(high);
        cell(ends.map(|(low, high)| self.without_unit(self.lang.interval(low, high))))
    }

    /// The head of a column of intervals.
    fn interval_head(&self) -> String {
        let level = self.lang.level(self.result.settings.confidence);
        in_percent(&fill(self.text.col_interval, &[("level", &level)]))
    }
}

/// The head of a column of per cent.
fn in_percent(head: &str) -> String {
    format!("{head} (%)")
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
    let (interval, car) = (c.interval_head(), in_percent(text.col_car));
    let heads = [
        text.col_window,
        &car,
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

/// Mean CARs by window with the test to trust, a panel for each sample.
fn samples(c: &Context<'_>) -> Vec<Tabular> {
    let text = c.text;
    let tests = &c.result.tests;
    let row = |row: &RecommendationRow| {
        let same = |t: &&TestRow| t.group == row.group && t.window == row.window;
        let caar = tests.iter().filter(same).find_map(|t| t.caar);
        let tested = tests.iter().filter(same).find(|t| t.test == row.test);
        vec![
            escaped(&c.lang.window(row.window)),
            c.percent(caar),
            escaped(word(text.test_names, &row.test)),
            c.decimal(row.statistic, 2),
            c.p(row.p),
            c.p(tested.and_then(|t| t.p_holm)),
        ]
    };
    let same_sample = |a: &RecommendationRow, b: &RecommendationRow| a.group == b.group;
    let samples = c.result.recommendations.chunk_by(same_sample);
    let panels = samples.map(|rows| {
        // Windows differ in N where a day is missing: the largest is the sample's.
        let n = rows.iter().map(|r| r.n).max().unwrap_or(0);
        let heading = escaped(&format!("{}, N = {}", rows[0].group, c.lang.count(n)));
        (Some(heading), rows.iter().map(row).collect())
    });
    let caar = in_percent(text.col_caar);
    let heads = [
        text.col_window,
        &caar,
        text.col_trust,
        text.col_statistic,
        "p",
        text.col_holm,
    ];
    let caption = text.samples_caption;
    pages(c, caption, panels.collect(), N_ROWS, "lrlrrr", &heads)
}

/// The claims and their verdicts.
fn claims(c: &Context<'_>) -> Vec<Tabular> {
    let (text, words) = (c.text, words(c.lang));
    let ragged = |text: &str| format!("\\raggedright {}", escaped(text));
    let row = |row: &ClaimRow| {
        let window = row.window.map(|w| c.lang.window(w)).unwrap_or_default();
        let cells = vec![
            ragged(&row.text),
            ragged(text.verdict(row.verdict).0),
            escaped(&window),
            c.percent(row.figure),
            c.interval(row.low, row.high),
            c.p(row.p),
        ];
        // Each a panel, for the space between claims of several lines.
        (None, vec![cells])
    };
    let rows = c.result.claims.iter().map(row).collect();
    let (interval, figure) = (c.interval_head(), in_percent(words.figure));
    let heads = [
        words.claim,
        words.verdict,
        text.col_window,
        &figure,
        &interval,
        "p",
    ];
    // Words break in columns of a stated width only.
    let columns = "p{0.21\\linewidth}p{0.17\\linewidth}lrrr";
    pages(c, text.claims, rows, N_CLAIMS, columns, &heads)
}

/// Panels as tables of about `n` rows at most, since `tabular` does not break over pages; a heading
/// counts as one, and a panel stays whole.
fn pages(
    c: &Context<'_>,
    caption: &str,
    panels: Vec<Panel>,
    n: usize,
    columns: &'static str,
    heads: &[&str],
) -> Vec<Tabular> {
    let mut tables: Vec<Tabular> = Vec::new();
    let mut used = 0;
    for panel in panels {
        let rows = panel.1.len() + usize::from(panel.0.is_some());
        let last = tables.last_mut().filter(|_| used + rows <= n);
        if let Some(table) = last {
            used += rows;
            table.panels.push(panel);
            continue;
        }
        let caption = match tables.len() {
            0 => caption.to_owned(),
            _ => format!("{caption} ({})", words(c.lang).continued),
        };
        used = rows;
        tables.push(Tabular {
            caption: escaped(&caption),
            columns,
            head: head(heads.iter().copied()),
            panels: vec![panel],
        });
    }
    tables
}

#[cfg(test)]
mod tests;
