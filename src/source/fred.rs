//! FRED: one series as CSV, ascending, levels of indexes and rates.
//!
//! Sessions without a value stay in the file as empty cells (formerly `.`); they are dropped. A
//! series that it does not know is a web page with status 404.

use super::RefusalClass::UnknownSymbol;
use super::body::Form;
use super::delivery::{ISO, deliver, table_rows};
use super::query::Query;
use super::{
    Ask, BEGINNING, FigureSource, Figures, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts,
};
use crate::prices::dialect::AdjustmentBasis;
use chrono::TimeDelta;
use std::borrow::Cow;
use std::time::Duration;

/// FRED, of the Federal Reserve Bank of St. Louis.
pub struct Fred;

static FACTS: SourceFacts = SourceFacts {
    name: Cow::Borrowed("fred"),
    title: Cow::Borrowed("FRED"),
    base_url: Cow::Borrowed("https://fred.stlouisfed.org"),
    key: KeyNeed::None,
    adjustment_basis: AdjustmentBasis::Level,
    // The next business day, in the morning.
    publication_lag: TimeDelta::hours(18),
    min_interval: Duration::from_secs(1),
    by_hand: Some(Cow::Borrowed(
        "open https://fred.stlouisfed.org/series/SERIES in a browser, choose Download and CSV, then \
         run shockwave fetch --import FILE --symbol SERIES --as fred",
    )),
};

impl FigureSource for Fred {
    fn facts(&self) -> &SourceFacts {
        &FACTS
    }

    fn requests(&self, ask: &Ask, _: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        let query = Query::new("/graph/fredgraph.csv")
            .with("id", ask.symbol.as_str().to_uppercase())
            // Whole dumps without a first day time out.
            .with("cosd", ask.from.unwrap_or(BEGINNING))
            .with("coed", ask.to);
        Ok(vec![query.request()])
    }

    fn read(&self, ask: &Ask, reply: &Reply) -> Result<Figures, Refusal> {
        let series = ask.symbol.as_str().to_lowercase();
        let headers = [
            format!("observation_date,{series}"),
            format!("date,{series}"),
        ];
        let form = Form {
            facts: &FACTS,
            headers: &[&headers[0], &headers[1]],
            phrases: &[],
            by_hand: FACTS.by_hand.clone().unwrap_or_default(),
        };
        let is_page = reply.body.trim_ascii_start().starts_with(b"<");
        if reply.status == 404 && is_page {
            let message = "knows no such series; its names are like SP500, VIXCLS or NASDAQCOM";
            return Err(form.refusal(UnknownSymbol, message));
        }
        let rows = table_rows(&form, ask, reply, ISO)?;
        deliver(&form, ask, reply, rows)
    }
}

#[cfg(test)]
mod tests;
