//! SEC EDGAR: the 8-K filings of one company, stamped to the second.
//!
//! A ticker is first looked up in the list of companies; then come the company's newest filings
//! and, where the span needs them, older pages. Times are those of acceptance, which is when a
//! filing becomes public; the filing date of one accepted after 17:30 is the next business day's.
//! The SEC wants to know who asks: the contact takes the place of a key.

use super::RefusalClass::{BadKey, NeedsKey, NoData, RateLimited, UnknownSymbol};
use super::body::{Form, Phrase, phrase};
use super::query::{Query, required};
use super::{
    EventAsk, EventPage, EventSource, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts,
};
use crate::event::{Event, EventTime, TimeCertainty, When};
use crate::instrument::Symbol;
use crate::prices::dialect::AdjustmentBasis;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::America::New_York;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

/// SEC EDGAR.
pub struct Edgar;

static FACTS: SourceFacts = SourceFacts {
    name: Cow::Borrowed("edgar"),
    title: Cow::Borrowed("SEC EDGAR"),
    base_url: Cow::Borrowed("https://data.sec.gov"),
    key: KeyNeed::Required,
    adjustment_basis: AdjustmentBasis::Unknown,
    publication_lag: TimeDelta::zero(),
    min_interval: Duration::from_millis(120),
    by_hand: Some(Cow::Borrowed(
        "open https://www.sec.gov/edgar/search/ in a browser and write the filings into an event file",
    )),
};

/// The host of the list of companies.
const COMPANIES_HOST: &str = "https://www.sec.gov";
/// How long the SEC shuts out who asked too fast.
const TEN_MINUTES: Duration = Duration::from_secs(600);

const CONTACT: &str = "wants to know who asks; set SHOCKWAVE_KEY_EDGAR to your name and e-mail address, \
                       such as \"Jane Doe jane@example.com\"";

const PHRASES: [Phrase; 3] = [
    phrase("undeclared automated tool", NeedsKey, CONTACT),
    phrase(
        "request rate threshold exceeded",
        RateLimited,
        "too many requests from this address; fetch again in ten minutes",
    ),
    phrase(
        "nosuchkey",
        UnknownSymbol,
        "has no company of this number; check the CIK",
    ),
];

/// What the items of Form 8-K mean, as the form names them, shortened.
const ITEMS: [(&str, &str); 33] = [
    ("1.01", "material agreement"),
    ("1.02", "end of a material agreement"),
    ("1.03", "bankruptcy or receivership"),
    ("1.04", "mine safety"),
    ("1.05", "cybersecurity incident"),
    ("2.01", "acquisition or sale of assets"),
    ("2.02", "results of operations"),
    ("2.03", "new financial obligation"),
    ("2.04", "event that accelerates an obligation"),
    ("2.05", "costs of exit or disposal"),
    ("2.06", "impairment"),
    ("3.01", "notice of delisting"),
    ("3.02", "unregistered sale of shares"),
    ("3.03", "change of shareholders' rights"),
    ("4.01", "change of auditor"),
    ("4.02", "earlier statements not to be relied on"),
    ("5.01", "change of control"),
    ("5.02", "directors or officers"),
    ("5.03", "charter, bylaws or fiscal year"),
    ("5.04", "suspension of trading under benefit plans"),
    ("5.05", "code of ethics"),
    ("5.06", "shell company status"),
    ("5.07", "vote of shareholders"),
    ("5.08", "nomination of directors"),
    ("6.01", "asset-backed securities"),
    ("6.02", "change of servicer or trustee"),
    ("6.03", "change of credit enhancement"),
    ("6.04", "failure to distribute"),
    ("6.05", "securities act updating"),
    ("6.06", "static pool"),
    ("7.01", "Regulation FD disclosure"),
    ("8.01", "other events"),
    ("9.01", "financial statements and exhibits"),
];

impl EventSource for Edgar {
    fn facts(&self) -> &SourceFacts {
        &FACTS
    }

    fn asks(&self, ask: &EventAsk) -> Vec<EventAsk> {
        if ask.query.as_deref().and_then(cik_of).is_some() || ask.instruments.len() < 2 {
            return vec![ask.clone()];
        }
        let of_one = |symbol: &Symbol| EventAsk {
            instruments: vec![symbol.clone()],
            ..ask.clone()
        };
        ask.instruments.iter().map(of_one).collect()
    }

    fn requests(&self, ask: &EventAsk, key: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        let contact = required(
            &FACTS,
            key,
            "your name and e-mail address, to know who asks",
        )?;
        if !contact.expose().contains('@') {
            return Err(form().refusal(BadKey, CONTACT));
        }
        let query = match (ask.query.as_deref().and_then(cik_of), ask.instruments.len()) {
            (Some(cik), _) => submissions(cik),
            (None, 1) => Query::new("/files/company_tickers.json").at(COMPANIES_HOST),
            (None, _) => {
                let message = "is asked for one company at a time: name one ticker with \
                               --instruments, or its CIK with --query";
                return Err(form().refusal(NoData, message));
            }
        };
        Ok(vec![query.header("user-agent", contact.expose()).request()])
    }

    fn read(&self, ask: &EventAsk, reply: &Reply) -> Result<EventPage, Refusal> {
        let form = form();
        if reply.status == 404 && !reply.body.trim_ascii_start().starts_with(b"{") {
            let message = "has no company of this number; check the CIK";
            return Err(form.refusal(UnknownSymbol, message));
        }
        let document: serde_json::Value = form.json(reply).map_err(|refusal| Refusal {
            retry_after: (refusal.class == RateLimited).then_some(TEN_MINUTES),
            ..refusal
        })?;
        let changed =
            |error: serde_json::Error| form.changed(format!("JSON of another structure ({error})"));
        if document.get("filings").is_some() {
            let company = serde_json::from_value(document).map_err(changed)?;
            return newest(&form, ask, company);
        }
        if document.get("accessionNumber").is_some() {
            let filings = serde_json::from_value(document).map_err(changed)?;
            let events = events(&form, ask, &Company::default(), &filings)?;
            return Ok(EventPage {
                events,
                ..EventPage::default()
            });
        }
        let companies: BTreeMap<String, Listed> =
            serde_json::from_value(document).map_err(changed)?;
        looked_up(&form, ask, companies)
    }
}

fn form() -> Form<'static> {
    Form {
        facts: &FACTS,
        headers: &[],
        phrases: &PHRASES,
        by_hand: FACTS.by_hand.clone().unwrap_or_default(),
    }
}

/// `CIK0001045810` and `1045810` are a company's number.
fn cik_of(query: &str) -> Option<u64> {
    let digits = query
        .trim()
        .trim_start_matches(['C', 'I', 'K', 'c', 'i', 'k']);
    (digits.len() <= 10).then(|| digits.parse().ok()).flatten()
}

fn submissions(cik: u64) -> Query {
    Query::new(format!("/submissions/CIK{cik:010}.json"))
}

#[derive(Deserialize)]
struct Listed {
    cik_str: u64,
    ticker: String,
}

#[derive(Default, Deserialize)]
struct Company {
    #[serde(default)]
    cik: Option<serde_json::Value>,
    #[serde(default)]
    name: String,
    filings: Option<Filings>,
}

#[derive(Deserialize)]
struct Filings {
    recent: Columns,
    #[serde(default)]
    files: Vec<OlderPage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OlderPage {
    name: String,
    filing_from: NaiveDate,
    filing_to: NaiveDate,
}

/// One filing per position.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Columns {
    accession_number: Vec<String>,
    filing_date: Vec<String>,
    acceptance_date_time: Vec<String>,
    form: Vec<String>,
    items: Vec<String>,
    primary_document: Vec<String>,
}

fn looked_up(
    form: &Form<'_>,
    ask: &EventAsk,
    companies: BTreeMap<String, Listed>,
) -> Result<EventPage, Refusal> {
    let Some(wanted) = ask.instruments.first() else {
        return Err(form.refusal(UnknownSymbol, "has no company without a ticker"));
    };
    // The list writes BRK-B for BRK.B.
    let wanted = wanted.as_str().trim_end_matches(".US").replace('.', "-");
    let found = companies
        .values()
        .find(|c| c.ticker.eq_ignore_ascii_case(&wanted));
    let found = found.ok_or_else(|| {
        let message = format!(
            "lists no company with the ticker {wanted}; name its number with --query CIK0001045810"
        );
        form.refusal(UnknownSymbol, &message)
    })?;
    Ok(EventPage {
        next: vec![submissions(found.cik_str).request()],
        ..EventPage::default()
    })
}

fn newest(form: &Form<'_>, ask: &EventAsk, mut company: Company) -> Result<EventPage, Refusal> {
    let Some(filings) = company.filings.take() else {
        return Err(form.no_data("a company without filings"));
    };
    let events = events(form, ask, &company, &filings.recent)?;
    // A filing's date can be some days after its acceptance.
    let a_week_later = ask.to.checked_add_days(Days::new(7)).unwrap_or(ask.to);
    let overlaps =
        |page: &&OlderPage| page.filing_from <= a_week_later && ask.from <= page.filing_to;
    let plain = |name: &str| {
        name.ends_with(".json")
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
    };
    let next = filings
        .files
        .iter()
        .filter(overlaps)
        .filter(|page| plain(&page.name))
        .map(|page| Query::new(format!("/submissions/{}", page.name)).request())
        .collect();
    Ok(EventPage {
        events,
        next,
        ..EventPage::default()
    })
}

fn events(
    form: &Form<'_>,
    ask: &EventAsk,
    company: &Company,
    filings: &Columns,
) -> Result<Vec<Event>, Refusal> {
    let n = filings.accession_number.len();
    let lengths = [
        filings.filing_date.len(),
        filings.acceptance_date_time.len(),
        filings.form.len(),
        filings.items.len(),
        filings.primary_document.len(),
    ];
    if lengths.iter().any(|length| *length != n) {
        return Err(form.changed("columns of different lengths".to_owned()));
    }
    let mut events = Vec::new();
    for row in (0..n).filter(|&row| matches!(filings.form[row].as_str(), "8-K" | "8-K/A")) {
        let stamp = &filings.acceptance_date_time[row];
        let accepted: DateTime<Utc> = stamp
            .parse()
            .map_err(|_| form.changed("an acceptance time that is none".to_owned()))?;
        let day = accepted.with_timezone(&New_York).date_naive();
        if day >= ask.from && day <= ask.to {
            events.push(event(ask, company, filings, row, accepted));
        }
    }
    events.sort_by(|a, b| (&a.given_at, &a.id).cmp(&(&b.given_at, &b.id)));
    Ok(events)
}

fn event(
    ask: &EventAsk,
    company: &Company,
    filings: &Columns,
    row: usize,
    accepted: DateTime<Utc>,
) -> Event {
    let accession = filings.accession_number[row].as_str();
    let instruments = ask.instruments.clone();
    let who = match (company.name.as_str(), instruments.first()) {
        ("", Some(symbol)) => symbol.to_string(),
        ("", None) => String::new(),
        (name, _) => name.to_owned(),
    };
    let meanings: Vec<&str> = filings.items[row]
        .split(',')
        .map(str::trim)
        // Every filing has exhibits: they are no news.
        .filter(|item| *item != "9.01" || filings.items[row].trim() == "9.01")
        .map(|item| {
            ITEMS
                .iter()
                .find(|(number, _)| *number == item)
                .map_or(item, |(_, text)| text)
        })
        .filter(|text| !text.is_empty())
        .collect();
    let mut title = format!("{who} {}", filings.form[row]).trim().to_owned();
    if !meanings.is_empty() {
        title = format!("{title}: {}", meanings.join("; "));
    }
    let attributes = [
        ("accession", accession),
        ("form", filings.form[row].as_str()),
        ("items", filings.items[row].as_str()),
        ("filing_date", filings.filing_date[row].as_str()),
    ];
    Event {
        id: format!("8-k-{accession}"),
        announced_at: EventTime::Instant(accepted),
        given_at: accepted.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        when: When::Unknown,
        time_certainty: TimeCertainty::Exact,
        title,
        category: Some("company-filing".to_owned()),
        instruments,
        direction: None,
        market_wide: false,
        source: Some(where_it_is(
            company,
            accession,
            &filings.primary_document[row],
        )),
        attributes: attributes
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    }
}

/// The filing's address; an older page does not name the company, so that only the number remains.
fn where_it_is(company: &Company, accession: &str, document: &str) -> String {
    let cik = match &company.cik {
        Some(serde_json::Value::String(text)) => text.trim_start_matches('0').parse::<u64>().ok(),
        Some(serde_json::Value::Number(number)) => number.as_u64(),
        _ => None,
    };
    match cik {
        Some(cik) => format!(
            "https://www.sec.gov/Archives/edgar/data/{cik}/{}/{document}",
            accession.replace('-', "")
        ),
        None => format!("SEC EDGAR, accession number {accession}"),
    }
}

#[cfg(test)]
mod tests;
