//! The schedule file: what is run every trading day, read strictly, every fault with its line.
//!
//! Reads the text only. Which studies and sources there are is the caller's business, and so are
//! secrets: the file names the environment variables that hold them.

use super::fact::{TRIGGERS, Trigger};
use super::retention::Keep;
use super::rule::{Channel, Email, Rule, Security, Webhook};
use crate::error::{Error, InputError, Result};
use crate::input::document::{Document, Located, Section};
use crate::input::suggest::closest;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use std::path::PathBuf;

/// A schedule file as meant; what is not given stays open.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleFile {
    /// Study files or embedded studies; empty means the program's own.
    pub studies: Vec<String>,
    /// Symbols to fetch; `None`: those that the studies name, and `Some` of nothing fetches nothing.
    pub symbols: Option<Vec<String>>,
    /// Sources in the order in which they are asked; empty means the configured ones.
    pub sources: Vec<String>,
    /// First date to fetch.
    pub from: Option<NaiveDate>,
    /// Calendar of the sessions.
    pub calendar: String,
    /// Time of day of the runs; `None`: 18:30, or when figures are out, if that is later.
    pub at: Option<NaiveTime>,
    /// Whose clocks show it; `None`: those of the exchange.
    pub zone: Option<Tz>,
    /// How long after the close figures are out; `None`: what the sources say.
    pub lag: Option<TimeDelta>,
    /// Waits between attempts.
    pub retries: Vec<TimeDelta>,
    /// Folder of reports.
    pub reports: Option<PathBuf>,
    /// Address of that folder, for links in the feed.
    pub site: Option<String>,
    /// How many dated reports stay.
    pub keep: Keep,
    /// Who hears of what.
    pub rules: Vec<Rule>,
}

impl Default for ScheduleFile {
    fn default() -> Self {
        Self {
            studies: Vec::new(),
            symbols: None,
            sources: Vec::new(),
            from: None,
            calendar: "XNYS".to_owned(),
            at: None,
            zone: None,
            lag: None,
            retries: [15, 30, 60, 120].map(TimeDelta::minutes).to_vec(),
            reports: None,
            site: None,
            keep: Keep::All,
            rules: vec![Rule {
                name: "feed".to_owned(),
                on: TRIGGERS.map(|(_, trigger)| trigger).to_vec(),
                quantile: 0.99,
                studies: Vec::new(),
                instruments: Vec::new(),
                to: Channel::Feed,
            }],
        }
    }
}

impl ScheduleFile {
    /// Reads the file.
    ///
    /// # Errors
    /// Text that is no TOML; an unknown key or choice, with its line and the one probably meant; a
    /// value that cannot be.
    pub fn read(bytes: &[u8], file: &str) -> Result<Self> {
        let document = Document::new(bytes, file)?;
        let mut root = document.root()?;
        let s = &mut root;
        let mut schedule = Self::default();
        if let Some(studies) = s.list("studies")? {
            schedule.studies = values(studies);
        }
        schedule.symbols = s.list("symbols")?.map(values);
        schedule.sources = s.list("sources")?.map(values).unwrap_or_default();
        schedule.from = parsed(s, "from", "a date", "write YYYY-MM-DD", |t| t.parse().ok())?;
        if let Some(calendar) = s.text("calendar")? {
            schedule.calendar = calendar.value;
        }
        let at = |t: &str| NaiveTime::parse_from_str(t, "%H:%M").ok();
        schedule.at = parsed(s, "at", "a time of day", "write one like 18:30", at)?;
        let cure = "write one like America/New_York or UTC";
        schedule.zone = parsed(s, "zone", "a time zone", cure, |t| t.parse().ok())?;
        schedule.lag = parsed(s, "lag", "a time span", SPANS, span)?;
        if let Some(retries) = s.list("retries")? {
            schedule.retries = spans(s, retries)?;
        }
        schedule.reports = s.text("reports")?.map(|path| PathBuf::from(path.value));
        schedule.site = s.text("site")?.map(|site| site.value);
        let cure = "write a number of sessions, as 60, of days, as 30d, or all";
        if let Some(keep) = parsed(s, "keep", "a number to keep", cure, Keep::from_text)? {
            schedule.keep = keep;
        }
        let rules = s.tables("notify")?;
        if !rules.is_empty() {
            schedule.rules = read_rules(rules)?;
        }
        root.finish()?;
        Ok(schedule)
    }
}

const SPANS: &str = "write one like 15m, 2h or 1d";

fn values(list: Located<Vec<Located<String>>>) -> Vec<String> {
    list.value.into_iter().map(|item| item.value).collect()
}

/// A text of the section, read as something.
fn parsed<T>(
    section: &mut Section<'_>,
    key: &'static str,
    what: &str,
    cure: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>> {
    let Some(text) = section.text(key)? else {
        return Ok(None);
    };
    match read(text.value.trim()) {
        Some(value) => Ok(Some(value)),
        None => Err(fault(
            section,
            &text,
            &format!("`{key}` is not {what}"),
            cure,
        )),
    }
}

fn fault(section: &Section<'_>, text: &Located<String>, problem: &str, cure: &str) -> Error {
    let fault = section.error(text.span.clone(), problem, cure);
    fault.with_value(&text.value).into()
}

/// `15m`, `2h`, `1d`, `90s`.
fn span(text: &str) -> Option<TimeDelta> {
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.trim().parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    // A century is longer than any lag.
    let total = number
        .checked_mul(seconds)
        .filter(|s| (0..=3_155_760_000).contains(s))?;
    TimeDelta::try_seconds(total)
}

fn spans(section: &Section<'_>, list: Located<Vec<Located<String>>>) -> Result<Vec<TimeDelta>> {
    let read = |text: Located<String>| {
        let wait = span(&text.value).filter(|wait| *wait > TimeDelta::zero());
        wait.ok_or_else(|| fault(section, &text, "not a time span", SPANS))
    };
    list.value.into_iter().map(read).collect()
}

fn read_rules(sections: Vec<Section<'_>>) -> Result<Vec<Rule>> {
    let mut rules: Vec<Rule> = Vec::new();
    for (n, mut section) in sections.into_iter().enumerate() {
        let name = section.text("name")?;
        let rule = read_rule(&mut section, name.as_ref(), n + 1)?;
        if rules.iter().any(|other| other.name == rule.name) {
            let span = name.map_or(section.span.clone(), |name| name.span);
            let problem = format!("there are two rules {}", rule.name);
            return Err(section
                .error(span, problem, "give each a name of its own")
                .into());
        }
        rules.push(rule);
        section.finish()?;
    }
    Ok(rules)
}

fn read_rule(s: &mut Section<'_>, name: Option<&Located<String>>, nth: usize) -> Result<Rule> {
    let on = match s.list("on")? {
        Some(list) => triggers(s, list)?,
        None => TRIGGERS.map(|(_, trigger)| trigger).to_vec(),
    };
    let quantile = match s.number("quantile")? {
        None => 0.99,
        Some(quantile) if quantile.value > 0.0 && quantile.value < 1.0 => quantile.value,
        Some(quantile) => {
            let problem = "a quantile lies between 0 and 1";
            return Err(s
                .error(quantile.span, problem, "write one like 0.99")
                .into());
        }
    };
    let to = read_channel(s)?;
    Ok(Rule {
        name: name.map_or(format!("rule-{nth}"), |name| name.value.clone()),
        on,
        quantile,
        studies: s.list("studies")?.map(values).unwrap_or_default(),
        instruments: s.list("instruments")?.map(values).unwrap_or_default(),
        to,
    })
}

fn triggers(s: &Section<'_>, list: Located<Vec<Located<String>>>) -> Result<Vec<Trigger>> {
    let names = TRIGGERS.map(|(name, _)| name);
    let read = |text: Located<String>| {
        let found = TRIGGERS.iter().find(|(name, _)| *name == text.value);
        let cure = choices(&text.value, &names);
        found
            .map(|(_, trigger)| *trigger)
            .ok_or_else(|| fault(s, &text, "there is no such occasion", &cure))
    };
    list.value.into_iter().map(read).collect()
}

fn choices(word: &str, known: &[&str]) -> String {
    match closest(word, known.iter().copied()) {
        Some(meant) => format!("did you mean {meant}?"),
        None => format!("choose from {}", known.join(", ")),
    }
}

const CHANNELS: [&str; 5] = ["stdout", "feed", "file", "webhook", "email"];

fn read_channel(s: &mut Section<'_>) -> Result<Channel> {
    let to = required(s, "to")?;
    match to.value.as_str() {
        "stdout" => Ok(Channel::Stdout),
        "feed" => Ok(Channel::Feed),
        "file" => Ok(Channel::File(PathBuf::from(required(s, "path")?.value))),
        "webhook" => {
            let url = required(s, "url")?;
            let is_web = url.value.starts_with("https://") || url.value.starts_with("http://");
            if !is_web {
                let cure = "write one like https://example.org/hook";
                return Err(fault(s, &url, "no http or https address", cure));
            }
            Ok(Channel::Webhook(Webhook {
                url: url.value,
                secret_env: s.text("secret-env")?.map(|name| name.value),
            }))
        }
        "email" => read_email(s).map(Channel::Email),
        other => {
            let cure = choices(other, &CHANNELS);
            Err(fault(s, &to, "messages cannot go there", &cure))
        }
    }
}

fn read_email(s: &mut Section<'_>) -> Result<Email> {
    let security = match s.text("security")? {
        None => Security::StartTls,
        Some(text) => match text.value.as_str() {
            "tls" => Security::Tls,
            "starttls" => Security::StartTls,
            "none" => Security::None,
            other => {
                let cure = choices(other, &["tls", "starttls", "none"]);
                return Err(fault(s, &text, "no such security", &cure));
            }
        },
    };
    let usual = match security {
        Security::Tls => 465,
        Security::StartTls => 587,
        Security::None => 25,
    };
    let port = match s.count("port")? {
        None => usual,
        Some(port) => u16::try_from(port.value).map_err(|_| {
            Error::from(s.error(port.span, "no such port", "write one from 1 to 65535"))
        })?,
    };
    let server = required(s, "server")?.value;
    let from = required(s, "from")?.value;
    let receivers = s.list("receivers")?.map(values).unwrap_or_default();
    if receivers.is_empty() {
        let cure = "add `receivers = [\"me@example.org\"]`";
        let problem = "the rule names no receivers";
        return Err(s.error(s.span.clone(), problem, cure).into());
    }
    let user_env = s.text("user-env")?.map(|name| name.value);
    let password_env = s.text("password-env")?.map(|name| name.value);
    if user_env.is_some() != password_env.is_some() {
        let problem = "a user needs a password, and a password a user";
        let cure = "give both `user-env` and `password-env`, or neither";
        return Err(s.error(s.span.clone(), problem, cure).into());
    }
    Ok(Email {
        server,
        port,
        security,
        from,
        to: receivers,
        user_env,
        password_env,
    })
}

fn required(s: &mut Section<'_>, key: &'static str) -> Result<Located<String>> {
    s.text(key)?.ok_or_else(|| {
        let problem = format!("the rule has no `{key}`");
        let fault: InputError = s.error(s.span.clone(), problem, &format!("add `{key} = \"…\"`"));
        fault.into()
    })
}

#[cfg(test)]
mod tests;
