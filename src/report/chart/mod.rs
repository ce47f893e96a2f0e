//! The figures of a study: one per file, each from [`StudyResult`] alone, as SVG.
//!
//! A chart that lacks its data is not drawn. To add one, imitate `car_path.rs`: choose the rows,
//! write title and description with their numbers, draw between `Page`'s title and source line.
//! Writing files and placing charts on pages is left to others.
//!
//! ```
//! # use shockwave::prices::{dense::from_frame, sample::sample_frame};
//! # use shockwave::{Event, StudyData, StudySpec, study};
//! # let two = sample_frame()?.only(|s| ["NVDA", "SPY"].contains(&s.as_str()))?;
//! # let two = from_frame(two, None)?;
//! # let (nvda, spy) = two.prices.split_at(two.sessions.len());
//! # let data = StudyData::from_dates(&two.sessions)?;
//! # let data = data.with_closes("NVDA", nvda)?.with_closes("SPY", spy)?;
//! # let event = Event::on("deepseek", "2025-01-27".parse()?);
//! # let spec = StudySpec::builder().event(event).benchmark("SPY").windows([0..=0]).build()?;
//! use shockwave::report::{chart::charts, chart::png, language::Language};
//!
//! let result = study::run(&spec, &data)?; // as in the example of `report`
//! let figures = charts(&result, Language::En)?;
//! let bars = figures.iter().find(|c| c.name.starts_with("ar-bars")).ok_or("no such chart")?;
//! assert!(bars.title.starts_with("NVDA") && bars.svg.starts_with("<svg"));
//! assert!(bars.description.contains("Day 0: −13.3")); // the text for those who see no picture
//! assert!(png(&bars.svg, 1600)?.starts_with(b"\x89PNG")); // twice the size, for print
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod aar;
mod ar_bars;
mod axis;
mod canvas;
mod car_path;
mod event_lanes;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod fixture_rows;
pub(in crate::report) mod font;
mod forest;
mod heat_choice;
mod heat_map;
mod labels;
mod page;
mod placebo;
mod png;
mod price;
mod scan_strip;
mod scatter;
mod style;
#[cfg(test)]
mod tests;
mod text;

pub use png::png;
pub use scan_strip::scan_charts;

use crate::error::Result;
use crate::report::language::Language;
use crate::study::result::StudyResult;
use page::Context;
use rayon::prelude::*;
use std::collections::BTreeSet;
use text::Text;

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// File stem: the kind of figure, then what it is of; a-z, 0-9 and hyphens, unique in a
    /// study. Kinds are `price`, `ar-bars`, `car-path`, `forest`, `placebo`, `heat-map`,
    /// `scatter` and `caar`; that of a scan is `scan`.
    pub name: String,
    /// Title, as it stands above the figure.
    pub title: String,
    /// What the figure shows, with its numbers: alternative text.
    pub description: String,
    /// The figure, 800 pixels wide.
    pub svg: String,
}

/// Draws every figure that the result has data for, in reading order; the same result gives the
/// same bytes.
///
/// # Errors
/// [`Error::Render`](crate::error::Error::Render) where drawing fails.
pub fn charts(result: &StudyResult, language: Language) -> Result<Vec<Chart>> {
    font::prepare()?;
    let context = Context::new(result, Text(language));
    let one = |chart: Result<Option<Chart>>| chart.map(Vec::from_iter);
    // Drawn side by side, collected in this order.
    let figures: [&(dyn Fn() -> Result<Vec<Chart>> + Sync); 8] = [
        &|| one(price::chart(&context)),
        &|| ar_bars::charts(&context),
        &|| car_path::charts(&context),
        &|| one(forest::chart(&context)),
        &|| placebo::charts(&context),
        &|| one(heat_map::chart(&context)),
        &|| one(scatter::chart(&context)),
        &|| one(aar::chart(&context)),
    ];
    let drawn: Vec<Vec<Chart>> = figures
        .par_iter()
        .map(|figure| figure())
        .collect::<Result<_>>()?;
    Ok(drawn.into_iter().flatten().collect())
}

/// Names of one study: a second of the same name gets a number.
#[derive(Debug, Default)]
struct Names(BTreeSet<String>);

impl Names {
    fn unique(&mut self, stem: String) -> String {
        let mut name = stem.clone();
        let mut n = 2;
        while !self.0.insert(name.clone()) {
            name = format!("{stem}-{n}");
            n += 1;
        }
        name
    }
}
