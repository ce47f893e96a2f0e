//! Blocks onto sheets, one after the other. Nothing is folded on paper.

use super::sheet::{BOTTOM, INK, LEFT, LINE, Mark, Pen, RIGHT, SOFT, Sheet, Style, TOP, tone};
use super::table;
use crate::report::page::{Block, Card, Page};
use crate::report::summary::Summary;

const TITLE: Style = Style::new(19.0).bold();
const SECTION: Style = Style::new(13.5).bold();
const HEADING: Style = Style::new(10.5).bold();
const BODY: Style = Style::new(9.2);
const SMALL: Style = Style::new(7.8).colour(SOFT);
/// How far the points of a list stand in.
const INDENT: f64 = 12.0;

/// Places a whole page.
pub(super) fn sheets(page: &Page) -> Vec<Sheet> {
    let mut pen = Pen::new();
    pen.heading(&page.title);
    pen.paragraph(&page.title, TITLE, 0.0);
    if let Some(question) = &page.question {
        pen.space(4.0);
        pen.paragraph(question, Style::new(10.5).colour(SOFT), 0.0);
    }
    answer(
        &mut pen,
        page.labels.answer,
        page.labels.before_use,
        &page.summary,
    );
    for section in &page.sections {
        section_heading(&mut pen, &section.heading);
        for block in &section.blocks {
            place(&mut pen, block);
        }
    }
    pen.space(18.0);
    pen.need(30.0);
    pen.rule(LINE);
    pen.y += 6.0;
    pen.paragraph(&page.footer, SMALL, 0.0);
    pen.sheets
}

fn section_heading(pen: &mut Pen, text: &str) {
    pen.space(20.0);
    // A heading never stands alone at the end of a sheet.
    pen.need(SECTION.line_height() + 100.0);
    pen.heading(text);
    pen.paragraph(text, SECTION, 0.0);
    pen.space(4.0);
}

fn answer(pen: &mut Pen, title: &str, before_use: &str, summary: &Summary) {
    pen.space(14.0);
    pen.paragraph(title, SECTION, 0.0);
    tiles(pen, summary);
    for paragraph in &summary.answer {
        pen.space(5.0);
        pen.paragraph(&paragraph.text, BODY, 0.0);
        for item in &paragraph.items {
            point(pen, item, BODY);
        }
    }
    if !summary.caveats.is_empty() {
        pen.space(8.0);
        pen.need(40.0);
        pen.paragraph(before_use, HEADING, 0.0);
        for caveat in &summary.caveats {
            point(pen, caveat, BODY.colour(SOFT));
        }
    }
}

/// The leading figures side by side.
fn tiles(pen: &mut Pen, summary: &Summary) {
    if summary.tiles.is_empty() {
        return;
    }
    let value = Style::new(15.0).bold();
    let gap = 12.0;
    let n = summary.tiles.len() as f64;
    let room = (RIGHT - LEFT - gap * (n - 1.0)) / n;
    pen.space(6.0);
    pen.need(70.0);
    let top = pen.y;
    let mut lowest = top;
    for (i, tile) in summary.tiles.iter().enumerate() {
        let x = LEFT + i as f64 * (room + gap);
        pen.y = top;
        for (text, style) in [
            (&tile.label, SMALL),
            (&tile.value, value),
            (&tile.note, SMALL),
        ] {
            for line in style.lines(text, room) {
                let y = pen.y + style.size;
                pen.text(x, y, line, style, None);
                pen.y += style.line_height();
            }
        }
        lowest = lowest.max(pen.y);
    }
    pen.y = lowest;
    pen.space(6.0);
}

/// A point of a list.
fn point(pen: &mut Pen, text: &str, style: Style) {
    pen.space(2.0);
    pen.need(style.line_height());
    pen.text(LEFT + 2.0, pen.y + style.size, "•".to_owned(), style, None);
    pen.paragraph(text, style, INDENT);
}

fn place(pen: &mut Pen, block: &Block) {
    match block {
        Block::Text { text } | Block::Link { text, .. } => {
            pen.space(4.0);
            pen.paragraph(text, BODY, 0.0);
        }
        Block::Heading { text } => heading(pen, text),
        Block::List { items, fold } => {
            fold.iter().for_each(|text| heading(pen, text));
            for item in items {
                point(pen, &item.text, BODY);
                pen.paragraph(&item.note, SMALL, INDENT);
            }
        }
        Block::Table(content) => {
            match &content.fold {
                Some(text) => heading(pen, text),
                None if !content.quiet => heading(pen, &content.caption),
                None => pen.space(4.0),
            }
            table::place(pen, content);
            if let Some(more) = &content.more {
                pen.space(2.0);
                pen.paragraph(more, SMALL, 0.0);
            }
        }
        Block::Chart {
            title,
            description,
            svg,
            ..
        } => chart(pen, title, description, svg),
        Block::Claims { cards } => cards.iter().for_each(|card| claim(pen, card)),
        Block::Formulas { items, fold } => {
            fold.iter().for_each(|text| heading(pen, text));
            for item in items {
                let source = match item.source {
                    "" => String::new(),
                    source => format!(" ({source})"),
                };
                point(
                    pen,
                    &format!("{}: {}{source}", item.words, plain(&item.html)),
                    BODY,
                );
            }
        }
    }
}

fn heading(pen: &mut Pen, text: &str) {
    pen.space(10.0);
    pen.need(HEADING.line_height() + 40.0);
    pen.paragraph(text, HEADING, 0.0);
    pen.space(2.0);
}

fn claim(pen: &mut Pen, card: &Card) {
    let colour = tone(card.tone);
    pen.space(8.0);
    pen.need(80.0);
    let verdict = format!("{} {}", card.symbol, card.verdict);
    pen.paragraph(&verdict, BODY.bold().colour(colour), 0.0);
    pen.paragraph(&card.text, BODY, INDENT);
    let mut figures = card.figure.clone();
    if !card.details.is_empty() {
        figures.push_str(&format!(" ({})", card.details));
    }
    pen.paragraph(&figures, BODY.bold().colour(INK), INDENT);
    pen.paragraph(&card.scope, SMALL, INDENT);
    pen.paragraph(&card.reason, SMALL, INDENT);
}

/// A chart as wide as the text, or as high as the sheet.
fn chart(pen: &mut Pen, title: &str, description: &str, svg: &str) {
    let shape = super::picture::height_over_width(svg).unwrap_or(0.6);
    let most = BOTTOM - TOP - 60.0;
    let width = (RIGHT - LEFT).min(most / shape);
    let height = width * shape;
    pen.space(8.0);
    pen.need(height + 30.0);
    let y = pen.y;
    pen.mark(Mark::Picture {
        x: LEFT,
        y,
        width,
        svg: svg.to_owned(),
    });
    pen.y += height + 3.0;
    let caption = if description.is_empty() {
        title
    } else {
        description
    };
    pen.paragraph(caption, SMALL, 0.0);
}

/// Markup of ours as plain text: `z<sub>t</sub>` to `z_t`.
fn plain(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, tag_and_after)) = rest.split_once('<') {
        out.push_str(before);
        let (tag, after) = tag_and_after.split_once('>').unwrap_or((tag_and_after, ""));
        match tag {
            "sub" => out.push('_'),
            "sup" => out.push('^'),
            _ => {}
        }
        rest = after;
    }
    out.push_str(rest);
    let entities = [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    entities
        .iter()
        .fold(out, |text, (name, c)| text.replace(name, c))
}
