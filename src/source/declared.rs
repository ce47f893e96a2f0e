//! Sources that a user declares: any address that answers with a table of prices.
//!
//! The declaration names the address with placeholders and what the table leaves open; the rest is
//! recognised as in any price file. Where declarations are kept is the configuration's business.

use super::body::{Form, squeezed};
use super::delivery::{Writing, deliver, table_rows};
use super::query::required;
use super::{Ask, FigureSource, Figures, KeyNeed, Refusal, Reply, Request, Secret, SourceFacts};
use crate::error::InputError;
use crate::input::dates::DateOrder;
use crate::input::numbers::DecimalMark;
use crate::input::table::{Delimiter, detect_delimiter, fold};
use crate::prices::PriceKind;
use crate::prices::dialect::{AdjustmentBasis, Header, recognise};
use chrono::TimeDelta;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;
use url::form_urlencoded::byte_serialize;

/// A declared source, as it stands in the configuration.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UrlSpec {
    /// The address. `{symbol}`, `{from}`, `{to}` (`2025-01-27`), `{from:compact}`, `{to:compact}`
    /// (`20250127`) and `{key}` are replaced, in its path and query only.
    pub url: String,
    /// The first line of its tables; without it, any header with a date and a close is accepted.
    #[serde(default)]
    pub header: Option<String>,
    /// Its names of columns and ours: `Schlusskurs = "close"`.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Order of day and month, where its dates leave it open: `dmy`, `mdy`, `ymd`.
    #[serde(default)]
    pub date_format: Option<DateOrder>,
    /// Decimal mark, where its numbers leave it open: `point`, `comma`.
    #[serde(default)]
    pub decimal: Option<DecimalMark>,
    /// What its closes are adjusted for: `raw`, `split`, `split-and-dividend`, `level`.
    #[serde(default)]
    pub adjustment: Option<AdjustmentBasis>,
    /// How long after the close its figures are final [default: 240].
    #[serde(default)]
    pub publication_lag_minutes: Option<u32>,
    /// The least time between two requests [default: 1000].
    #[serde(default)]
    pub min_interval_ms: Option<u64>,
    /// Whether it wants a key: `none`, `optional`, `required`.
    #[serde(default)]
    pub key: KeyNeed,
    /// How a person gets the file by hand.
    #[serde(default)]
    pub by_hand: Option<String>,
}

/// A declared source.
#[derive(Debug, Clone)]
pub struct UrlSource {
    facts: SourceFacts,
    spec: UrlSpec,
    /// The address behind the host, with its placeholders.
    path: String,
}

/// The names that columns may be given.
const COLUMNS: [&str; 7] = [
    "date",
    "open",
    "high",
    "low",
    "close",
    "adj_close",
    "volume",
];

/// What stands for something else in an address.
const PLACEHOLDERS: [&str; 6] = [
    "{symbol}",
    "{from}",
    "{to}",
    "{from:compact}",
    "{to:compact}",
    "{key}",
];

/// Something in braces that nothing would be put in the place of.
fn unknown_placeholder(path: &str) -> Option<&str> {
    let unknown = |part: &&str| !PLACEHOLDERS.contains(part);
    path.match_indices('{')
        .map(|(at, _)| {
            let rest = &path[at..];
            &rest[..rest.find('}').map_or(rest.len(), |end| end + 1)]
        })
        .find(unknown)
}

/// The names under which addresses carry keys, without hyphens and underscores.
const KEY_PARAMETERS: [&str; 12] = [
    "accesskey",
    "accesstoken",
    "apikey",
    "apitoken",
    "auth",
    "authtoken",
    "key",
    "passwd",
    "password",
    "pwd",
    "secret",
    "token",
];

/// The parameter of an address in which a key is written out, rather than a placeholder.
fn parameter_with_key(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let is_key = |name: &str| {
        let name = name.to_lowercase().replace(['-', '_'], "");
        KEY_PARAMETERS.contains(&name.as_str())
    };
    let is_literal = |value: &str| {
        let placeholder = value.starts_with('{') && value.ends_with('}');
        !value.is_empty() && !placeholder
    };
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, value)| is_key(name) && is_literal(value))
        .map(|(name, _)| name.into_owned())
}

impl UrlSource {
    /// Checks a declaration.
    ///
    /// # Errors
    /// A name that is not made of lower-case letters, digits and hyphens; an address without a
    /// host, with placeholders in it, or with a key written out; a column that is none.
    pub fn new(name: &str, spec: UrlSpec) -> Result<Self, Box<InputError>> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(plain) {
            let cure = "use lower-case letters, digits and hyphens";
            let fault = InputError::new("not a name for a source", cure);
            return Err(Box::new(fault.with_value(name)));
        }
        if let Some(parameter) = parameter_with_key(&spec.url) {
            // The address is shown and stored: a key in it would be too. Nor is it shown here.
            let variable = name.to_uppercase().replace('-', "_");
            let cure = format!(
                "write {parameter}={{key}} there and put the key into the environment, as \
                 SHOCKWAVE_KEY_{variable}"
            );
            let problem = format!("the address of the source {name} holds a key");
            return Err(Box::new(InputError::new(problem, cure)));
        }
        let not_an_address = || {
            let cure =
                "write one like https://example.com/prices?symbol={symbol}&from={from}&to={to}";
            let problem = format!("the address of the source {name} cannot be used");
            Box::new(InputError::new(problem, cure).with_value(&spec.url))
        };
        let parsed = url::Url::parse(&spec.url).map_err(|_| not_an_address())?;
        let (scheme, rest) = spec.url.split_once("://").ok_or_else(not_an_address)?;
        let at = rest.find(['/', '?']).unwrap_or(rest.len());
        let (host, path) = rest.split_at(at);
        if !matches!(parsed.scheme(), "http" | "https") || host.contains(['{', '}', '@']) {
            return Err(not_an_address());
        }
        if let Some(other) = unknown_placeholder(path) {
            let cure = format!("the placeholders are {}", PLACEHOLDERS.join(", "));
            let problem = format!("the address of the source {name} has an unknown placeholder");
            let fault = InputError::new(problem, cure);
            return Err(Box::new(fault.with_value(other)));
        }
        if let Some(other) = spec
            .columns
            .values()
            .find(|c| !COLUMNS.contains(&c.as_str()))
        {
            let cure = format!("the columns are {}", COLUMNS.join(", "));
            return Err(Box::new(
                InputError::new("no such column", cure).with_value(other),
            ));
        }
        let facts = SourceFacts {
            name: Cow::Owned(name.to_owned()),
            title: Cow::Owned(name.to_owned()),
            base_url: Cow::Owned(format!("{scheme}://{host}")),
            key: spec.key,
            adjustment_basis: spec.adjustment.unwrap_or(AdjustmentBasis::Unknown),
            publication_lag: TimeDelta::minutes(spec.publication_lag_minutes.unwrap_or(240).into()),
            min_interval: Duration::from_millis(spec.min_interval_ms.unwrap_or(1000)),
            by_hand: spec.by_hand.clone().map(Cow::Owned),
        };
        let slash = if path.starts_with('/') { "" } else { "/" };
        let path = format!("{slash}{path}");
        Ok(Self { facts, spec, path })
    }

    /// The body with our names of columns in its first line.
    fn renamed(&self, reply: &Reply) -> Reply {
        let mut reply = reply.clone();
        let Ok(text) = std::str::from_utf8(&reply.body) else {
            return reply;
        };
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text).trim_start();
        let end = text.find(['\r', '\n']).unwrap_or(text.len());
        let Some(Delimiter::Byte(delimiter)) = detect_delimiter(&text[..end], false) else {
            return reply;
        };
        let delimiter = char::from(delimiter);
        let ours = |cell: &str| {
            let name = fold(cell.trim().trim_matches('"'));
            let found = self
                .spec
                .columns
                .iter()
                .find(|(theirs, _)| fold(theirs) == name);
            found.map_or_else(|| cell.to_owned(), |(_, ours)| ours.clone())
        };
        let names: Vec<String> = text[..end].split(delimiter).map(ours).collect();
        reply.body = format!("{}{}", names.join(&delimiter.to_string()), &text[end..]).into_bytes();
        reply
    }

    /// The first line that is accepted: the declared one, or the one that is there if prices can
    /// be read under it.
    fn accepted(&self, given: &Reply, renamed: &Reply) -> Option<String> {
        let first_line = |reply: &Reply| {
            let text = std::str::from_utf8(&reply.body).ok()?;
            let text = text.strip_prefix('\u{FEFF}').unwrap_or(text).trim_start();
            text.lines().next().map(str::to_owned)
        };
        let ours = first_line(renamed)?;
        if let Some(declared) = &self.spec.header {
            let same = squeezed(declared) == squeezed(&first_line(given)?);
            return same.then(|| squeezed(&ours));
        }
        let delimiter = detect_delimiter(&ours, false)?;
        let Delimiter::Byte(byte) = delimiter else {
            return None;
        };
        let cells = ours.split(char::from(byte));
        let written: Vec<String> = cells
            .map(|c| c.trim().trim_matches('"').to_owned())
            .collect();
        let names: Vec<String> = written.iter().map(|name| fold(name)).collect();
        let header = Header {
            names: &names,
            written: &written,
            delimiter: Some(delimiter),
        };
        recognise(header, PriceKind::Prices)
            .ok()
            .map(|_| squeezed(&ours))
    }
}

impl FigureSource for UrlSource {
    fn facts(&self) -> &SourceFacts {
        &self.facts
    }

    fn requests(&self, ask: &Ask, key: Option<&Secret>) -> Result<Vec<Request>, Refusal> {
        if self.spec.key == KeyNeed::Required {
            required(&self.facts, key, "a key")?;
        }
        let encoded = |text: &str| -> String { byte_serialize(text.as_bytes()).collect() };
        let from = ask.from.unwrap_or(super::BEGINNING);
        let values = [
            encoded(ask.symbol.as_str()),
            from.to_string(),
            ask.to.to_string(),
            from.format("%Y%m%d").to_string(),
            ask.to.format("%Y%m%d").to_string(),
            encoded(key.map_or("", Secret::expose)),
        ];
        let path = PLACEHOLDERS
            .iter()
            .zip(&values)
            .fold(self.path.clone(), |path, (place, value)| {
                path.replace(place, value)
            });
        Ok(vec![Request {
            path,
            headers: Vec::new(),
            host: None,
        }])
    }

    fn read(&self, ask: &Ask, reply: &Reply) -> Result<Figures, Refusal> {
        let renamed = self.renamed(reply);
        let accepted = self.accepted(reply, &renamed);
        let headers: Vec<&str> = accepted.iter().map(String::as_str).collect();
        let form = Form {
            facts: &self.facts,
            headers: &headers,
            phrases: &[],
            by_hand: self.facts.by_hand.clone().unwrap_or_default(),
        };
        let writing = Writing {
            date_order: self.spec.date_format,
            decimal: self.spec.decimal,
            no_commas: false,
        };
        let rows = table_rows(&form, ask, &renamed, writing)?;
        deliver(&form, ask, reply, rows)
    }
}

#[cfg(test)]
mod tests;
