//! `shockwave events import`: files or a source of events into a catalogue, each event once.

use crate::cli::Outcome;
use crate::cli::args::{Global, ImportArgs};
use crate::cli::clock::now;
use crate::cli::load::{event_options, read_file};
use crate::cli::message::{Voice, println};
use crate::cli::output::rewrite_file;
use crate::cli::sources;
use crate::error::{Error, InputError, Result};
use crate::event::{Event, EventTime};
use crate::fetch::events::{EventProvider, fetch_events};
use crate::input::events::catalogue::{Addition, Verdict, append, compare};
use crate::input::events::{EventOptions, convention_of, read_events};
use crate::instrument::Symbol;
use crate::settings::pick;
use crate::source::http::Client;
use crate::source::{EventAsk, Refusal};
use chrono::NaiveDate;
use serde_json::json;
use std::path::Path;

/// What to import, checked.
struct Wanted {
    instruments: Vec<Symbol>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    options: EventOptions,
}

pub fn run(args: &ImportArgs, global: &Global, voice: Voice) -> Result<Outcome> {
    let wanted = wanted(args)?;
    let target = args.into.display().to_string();
    let text = catalogue_text(&args.into)?;
    let existing = match text.trim().is_empty() {
        true => Vec::new(),
        false => read_events(text.as_bytes(), &target, &wanted.options)?,
    };
    let events = match &args.source {
        None => from_files(args, &wanted, voice)?,
        Some(name) => match from_source(args, global, &wanted, name)? {
            Ok(events) => events,
            Err(refusal) => return Ok(refused(name, &refusal, global, voice)),
        },
    };
    let additions = compare(&existing, events);
    let new: Vec<&Event> = additions
        .iter()
        .filter(|a| !matches!(a.verdict, Verdict::Duplicate { .. }))
        .map(|a| &a.event)
        .collect();
    // Also without --write, so that what would be refused is refused at once.
    let appended = append(&text, &target, &new, &wanted.options)?;
    let write = args.write && !new.is_empty();
    if write {
        rewrite_file(&args.into, appended.text.as_bytes())?;
    }
    say(&additions, &target, write, global, voice);
    if !appended.left_out.is_empty() {
        let columns = appended.left_out.join(", ");
        voice.note(&format!("{target} has no column for {columns}: left out"));
    }
    Ok(Outcome::Done)
}

fn wanted(args: &ImportArgs) -> Result<Wanted> {
    let date = |text: &Option<String>, flag: &str| -> Result<Option<NaiveDate>> {
        let parse = |text: &String| {
            let fault = || InputError::new("not a date", "write YYYY-MM-DD").in_file(flag);
            text.parse().map_err(|_| fault().with_value(text).into())
        };
        text.as_ref().map(parse).transpose()
    };
    let (from, to) = (date(&args.from, "--from")?, date(&args.to, "--to")?);
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        let fault = InputError::new(format!("lies after --to {to}"), "exchange the two");
        return Err(fault.in_file("--from").with_value(from.to_string()).into());
    }
    let symbols = args.instruments.iter().map(|text| Symbol::new(text));
    Ok(Wanted {
        instruments: symbols.collect::<Result<_>>()?,
        from,
        to,
        options: event_options(
            pick(args.event_zone.clone(), "--event-zone", None),
            pick(args.date_format.clone(), "--date-format", None),
            None,
        )?,
    })
}

/// The catalogue as it is; empty where there is none yet.
fn catalogue_text(path: &Path) -> Result<String> {
    match std::fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| {
            let fault = InputError::new("the file is not UTF-8", "save it as UTF-8");
            fault.in_file(path.display().to_string()).into()
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Error::io(path, &error)),
    }
}

fn from_files(args: &ImportArgs, wanted: &Wanted, voice: Voice) -> Result<Vec<Event>> {
    let mut all = Vec::new();
    for path in &args.files {
        let shown = path.display().to_string();
        let bytes = read_file(path, "ai-chip-policy, fomc")?;
        if let Some(tool) = convention_of(&bytes, &shown) {
            voice.note(&format!("{shown}: read as a list of {tool}"));
        }
        for mut event in read_events(&bytes, &shown, &wanted.options)? {
            let day = day_of(&event);
            let early = wanted.from.is_some_and(|from| day < from);
            if early || wanted.to.is_some_and(|to| day > to) {
                continue;
            }
            if event.instruments.is_empty() {
                event.instruments.clone_from(&wanted.instruments);
            }
            all.push(event);
        }
    }
    Ok(all)
}

/// The day of an event in New York.
fn day_of(event: &Event) -> NaiveDate {
    match event.announced_at {
        EventTime::Date(day) => day,
        EventTime::Instant(moment) => moment
            .with_timezone(&chrono_tz::America::New_York)
            .date_naive(),
    }
}

fn from_source(
    args: &ImportArgs,
    global: &Global,
    wanted: &Wanted,
    name: &str,
) -> Result<std::result::Result<Vec<Event>, Refusal>> {
    let provider: EventProvider = sources::load()?.of_events(name)?;
    let (Some(from), Some(to)) = (wanted.from, wanted.to) else {
        let fault = InputError::new("a source is asked over a span", "state --from and --to");
        return Err(fault.into());
    };
    if global.offline {
        let fault = InputError::new(
            "a source cannot be asked with --offline",
            "leave one of them out",
        );
        return Err(fault.in_file("--source").with_value(name).into());
    }
    let ask = EventAsk {
        query: args.query.clone(),
        instruments: wanted.instruments.clone(),
        from,
        to,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::io("threads", &e))?;
    let own = &*provider.adapter.facts().base_url;
    let address = provider.base_url.as_deref().unwrap_or(own);
    let (settings, now) = (sources::http_settings()?, now(global.now.as_deref())?);
    Ok(runtime.block_on(async {
        let client = Client::new(settings, [address], now)?;
        fetch_events(&client, &provider, &ask).await
    }))
}

fn refused(name: &str, refusal: &Refusal, global: &Global, voice: Voice) -> Outcome {
    if global.json {
        let class = refusal.class.as_str();
        println(&json!({"source": name, "class": class, "message": refusal.message}).to_string());
    } else {
        voice.note(&format!("{name}: {refusal}"));
    }
    Outcome::Failed
}

fn say(additions: &[Addition], target: &str, written: bool, global: &Global, voice: Voice) {
    let is_new = |a: &&Addition| !matches!(a.verdict, Verdict::Duplicate { .. });
    let n_new = additions.iter().filter(is_new).count();
    if global.json {
        let rows: Vec<_> = additions
            .iter()
            .map(|a| json!({"id": a.event.id, "at": a.event.given_at, "title": a.event.title, "result": a.verdict}))
            .collect();
        println(&json!({"events": rows, "new": n_new, "written": written}).to_string());
        return;
    }
    let width = |of: fn(&Addition) -> &str| additions.iter().map(|a| of(a).chars().count()).max();
    let ids = width(|a| &a.event.id).unwrap_or(0);
    let times = width(|a| &a.event.given_at).unwrap_or(0);
    for addition in additions {
        let verdict = match &addition.verdict {
            Verdict::New => "new".to_owned(),
            Verdict::Renamed { from } => format!("new; the id {from} is taken"),
            Verdict::Duplicate { of, because } => format!("duplicate of {of}: {because}"),
        };
        let event = &addition.event;
        println(&format!(
            "{:ids$}  {:times$}  {verdict}  ({})",
            event.id, event.given_at, event.title
        ));
    }
    let n_known = additions.len() - n_new;
    println(&format!("{n_new} new, {n_known} there already"));
    match (written, n_new) {
        (true, _) => voice.note(&format!("written to {target}")),
        (false, 0) => {}
        (false, _) => voice.note(&format!(
            "nothing is written: add --write to add them to {target}"
        )),
    }
}
