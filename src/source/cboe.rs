//! Cboe: the VIX and its kin as CSV, the whole history each time, ascending, `MM/DD/YYYY`.
//!
//! The files hold rows on days on which the New York exchanges are closed (the futures trade).
//! There is no session that such a row could belong to, and differences across it would be wrong,
//! so these rows are dropped here, for the years that the calendar knows.

use super::RefusalClass::UnknownSymbol;
use super::body::Form;
use super::delivery::{MONTH_FIRST, deliver, table_rows};
use super::query::{Query, segment};
use super::{Ask, FigureSource, Figures, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts};
use crate::calendar::Calendar;
use crate::instrument::Symbol;
use crate::prices::bars::Bar;
use crate::prices::dialect::AdjustmentBasis;
use chrono::TimeDelta;
use std::borrow::Cow;
use std::time::Duration;

/// Cboe Global Markets.
pub struct Cboe;

static FACTS: SourceFacts = SourceFacts {
    name: Cow::Borrowed("cboe"),
    title: Cow::Borrowed("Cboe"),
    base_url: Cow::Borrowed("https://cdn.cboe.com"),
    key: KeyNeed::None,
    adjustment_basis: AdjustmentBasis::Level,
    // The next business day, in the morning.
    publication_lag: TimeDelta::hours(18),
    min_interval: Duration::from_millis(2500),
    by_hand: Some(Cow::Borrowed(
        "open https://www.cboe.com/tradable_products/vix/vix_historical_data/ in a browser, save the \
         file, then run shockwave fetch --import FILE --symbol ^VIX --as cboe",
    )),
};

impl FigureSource for Cboe {
    fn facts(&self) -> &SourceFacts {
        &FACTS
    }

    fn requests(&self, ask: &Ask, _: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        let index = segment(&index(&ask.symbol));
        let path = format!("/api/global/us_indices/daily_prices/{index}_History.csv");
        Ok(vec![Query::new(path).request()])
    }

    fn read(&self, ask: &Ask, reply: &Reply) -> Result<Figures, Refusal> {
        // Some of the indexes have a close only, under their own name.
        let close_only = format!("date,{}", index(&ask.symbol).to_lowercase());
        let form = Form {
            facts: &FACTS,
            headers: &["date,open,high,low,close", &close_only],
            phrases: &[],
            by_hand: FACTS.by_hand.clone().unwrap_or_default(),
        };
        let text = form.text(reply)?.to_lowercase();
        if reply.status == 404 || text.contains("nosuchkey") {
            let message = "has no such index; its names are like VIX, VIX9D or VVIX";
            return Err(form.refusal(UnknownSymbol, message));
        }
        if text.contains("1015") && text.trim_start().starts_with('<') {
            return Err(form.rate_limited(None));
        }
        let rows = table_rows(&form, ask, reply, MONTH_FIRST)?;
        deliver(&form, ask, reply, on_sessions(&form, rows)?)
    }
}

/// `^VIX` is `VIX`.
fn index(symbol: &Symbol) -> String {
    symbol.as_str().trim_start_matches('^').to_uppercase()
}

/// The rows of days on which New York trades, or of which the calendar knows nothing.
fn on_sessions(form: &Form<'_>, mut rows: Vec<Bar>) -> Result<Vec<Bar>, Refusal> {
    let calendar = Calendar::named("XNYS").map_err(|error| form.changed(error.to_string()))?;
    rows.retain(|bar| calendar.is_session(bar.session).unwrap_or(true));
    Ok(rows)
}

#[cfg(test)]
mod tests;
