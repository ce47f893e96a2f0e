//! Marks into a PDF document. The same marks give the same bytes: no date is written.

use super::sheet::{HEIGHT, LEFT, Mark, RIGHT, SOFT, Sheet, Style, TextMark, WIDTH};
use super::{picture, refusal};
use crate::error::Result;
use crate::report::chart::font;
use crate::report::page::Page;
use krilla::Document;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};

struct Fonts {
    regular: Font,
    bold: Font,
}

impl Fonts {
    fn of(&self, style: Style) -> Font {
        if style.bold {
            self.bold.clone()
        } else {
            self.regular.clone()
        }
    }
}

/// Writes the document.
///
/// # Errors
/// A typeface or chart that cannot be read, or a document that cannot be written.
pub(super) fn document(page: &Page, sheets: &[Sheet]) -> Result<Vec<u8>> {
    let (regular, bold) = font::files();
    let load = |bytes: &'static [u8]| {
        Font::new(bytes.to_vec().into(), 0).ok_or_else(|| refusal("the typeface cannot be read"))
    };
    let fonts = Fonts {
        regular: load(regular)?,
        bold: load(bold)?,
    };
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new()
            .title(page.title.clone())
            .description(page.description.clone())
            .creator("shockwave".to_owned())
            .language(page.lang.to_owned()),
    );
    let mut outline = Outline::new();
    for (number, sheet) in sheets.iter().enumerate() {
        for (text, y) in &sheet.headings {
            let place = Point::from_xy(LEFT as f32, *y as f32);
            let node = OutlineNode::new(text.clone(), XyzDestination::new(number, place));
            outline.push_child(node);
        }
        let size = PageSettings::from_wh(WIDTH as f32, HEIGHT as f32);
        let settings = size.ok_or_else(|| refusal("the sheet has no size"))?;
        let mut paper = document.start_page_with(settings);
        let mut surface = paper.surface();
        for mark in &sheet.marks {
            paint(&mut surface, mark, &fonts)?;
        }
        page_number(&mut surface, number + 1, sheets.len(), &fonts);
        surface.finish();
        for mark in &sheet.marks {
            if let Mark::Text(text) = mark {
                link(text).into_iter().for_each(|l| paper.add_annotation(l));
            }
        }
        paper.finish();
    }
    document.set_outline(outline);
    document.finish().map_err(|e| refusal(format!("{e:?}")))
}

fn paint(surface: &mut Surface<'_>, mark: &Mark, fonts: &Fonts) -> Result<()> {
    match mark {
        Mark::Text(text) => write(surface, text, fonts),
        Mark::Rule {
            x,
            y,
            width,
            colour,
        } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(*colour)));
            let bar = Rect::from_xywh(*x as f32, *y as f32, *width as f32, 0.5);
            let mut path = PathBuilder::new();
            bar.into_iter().for_each(|bar| path.push_rect(bar));
            path.finish()
                .iter()
                .for_each(|path| surface.draw_path(path));
        }
        Mark::Picture { x, y, width, svg } => picture::draw(surface, svg, *x, *y, *width)?,
    }
    Ok(())
}

fn write(surface: &mut Surface<'_>, mark: &TextMark, fonts: &Fonts) {
    surface.set_stroke(None);
    surface.set_fill(Some(fill(mark.style.colour)));
    surface.draw_text(
        Point::from_xy(mark.x as f32, mark.y as f32),
        fonts.of(mark.style),
        mark.style.size as f32,
        &mark.text,
        false,
        TextDirection::Auto,
    );
}

fn page_number(surface: &mut Surface<'_>, number: usize, of: usize, fonts: &Fonts) {
    let style = Style::new(7.8).colour(SOFT);
    let text = format!("{number} / {of}");
    let x = RIGHT - font::width(&text, style.size, false);
    let y = HEIGHT - 34.0;
    write(
        surface,
        &TextMark {
            x,
            y,
            text,
            style,
            link: None,
        },
        fonts,
    );
}

fn link(mark: &TextMark) -> Option<Annotation> {
    let address = mark.link.clone()?;
    let size = mark.style.size;
    let place = Rect::from_xywh(
        mark.x as f32,
        (mark.y - size) as f32,
        mark.width() as f32,
        (size * 1.2) as f32,
    )?;
    let target = Target::Action(Action::from(LinkAction::new(address)));
    Some(Annotation::new_link(
        LinkAnnotation::new(place, target),
        None,
    ))
}

fn fill(colour: [u8; 3]) -> Fill {
    let [r, g, b] = colour;
    Fill {
        paint: rgb::Color::new(r, g, b).into(),
        ..Fill::default()
    }
}
