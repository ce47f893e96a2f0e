//! Event lists in every format, and every fault with its message.

use super::*;
use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;

const NEW_YORK: chrono_tz::Tz = chrono_tz::America::New_York;

fn read(file: &str, text: &str) -> Result<Vec<Event>> {
    read_events(text.as_bytes(), file, &EventOptions::default())
}

fn message(file: &str, text: &str) -> String {
    read(file, text).unwrap_err().to_string()
}

fn at(text: &str) -> Result<EventTime> {
    read("e.csv", &format!("id,at\nx,\"{text}\"\n")).map(|events| events[0].announced_at)
}

fn instant(text: &str) -> EventTime {
    EventTime::Instant(text.parse::<DateTime<Utc>>().unwrap())
}

fn date(year: i32, month: u32, day: u32) -> EventTime {
    EventTime::Date(NaiveDate::from_ymd_opt(year, month, day).unwrap())
}

#[test]
fn a_full_table_reads() {
    let events = read(
        "e.csv",
        "ID,At,title,category,instruments,when,time_certainty,source,direction,market_wide,Severity\n\
         a,2025-01-27,\"Sell-off, big\",ai,NVDA; AMD,bmo,disputed,https://x.test,−1,yes,9\n\
         b,2025-04-09T13:18:00-04:00,,,,,,,,,\n",
    )
    .unwrap();
    let a = &events[0];
    assert_eq!(a.title, "Sell-off, big");
    assert_eq!(a.category.as_deref(), Some("ai"));
    let symbols: Vec<_> = a.instruments.iter().map(Symbol::as_str).collect();
    assert_eq!(symbols, ["NVDA", "AMD"]);
    assert_eq!(
        (a.when, a.time_certainty),
        (When::Bmo, TimeCertainty::Disputed)
    );
    assert_eq!((a.direction, a.market_wide), (Some(Direction::Down), true));
    assert_eq!(a.attributes["severity"], "9");
    assert_eq!(a.announced_at, date(2025, 1, 27));
    let b = &events[1];
    assert_eq!(b.given_at, "2025-04-09T13:18:00-04:00");
    assert_eq!(
        (b.title.as_str(), b.time_certainty),
        ("b", TimeCertainty::Minute)
    );
    assert_eq!(b.announced_at, instant("2025-04-09T17:18:00Z"));
    assert!(b.instruments.is_empty() && b.attributes.is_empty() && !b.market_wide);
}

#[test]
fn every_form_of_at_is_understood() {
    let moment = instant("2025-04-09T17:18:00Z");
    for text in [
        "2025-04-09T13:18:00-04:00",
        "2025-04-09 13:18-0400",
        "2025-04-09T17:18:00Z",
        "2025-04-09T13:18:00 America/New_York",
        "2025-04-09T13:18:00[America/New_York]",
        "2025-04-09T13:18:00-04:00[America/New_York]",
        "4/19/2025 1:18 PM America/New_York",
    ] {
        let shift = if text.starts_with('4') { 10 } else { 0 };
        let EventTime::Instant(expected) = moment else {
            unreachable!()
        };
        let expected = EventTime::Instant(expected + chrono::Days::new(shift));
        assert_eq!(at(text), Ok(expected), "{text}");
    }
    assert_eq!(at("2025-01-27"), Ok(date(2025, 1, 27)));
    assert_eq!(at("27.01.2025"), Ok(date(2025, 1, 27)));
    assert_eq!(at("Jan 27, 2025"), Ok(date(2025, 1, 27)));
    assert_eq!(
        at("2025-01-27 12:30 AM UTC"),
        Ok(instant("2025-01-27T00:30:00Z"))
    );
    assert_eq!(
        at("2025-01-27 12:30 PM UTC"),
        Ok(instant("2025-01-27T12:30:00Z"))
    );
}

#[test]
fn naive_timestamps_need_a_zone() {
    let text = "id,at\nx,2025-04-09T13:18:00\n";
    assert_eq!(
        message("e.csv", text),
        "e.csv:2: column `at`: \"2025-04-09T13:18:00\": the timestamp has neither an offset nor a \
         zone; state --event-zone America/New_York, or write 13:18:00-04:00"
    );
    let options = EventOptions {
        event_zone: Some(NEW_YORK),
        ..EventOptions::default()
    };
    let events = read_events(text.as_bytes(), "e.csv", &options).unwrap();
    assert_eq!(events[0].announced_at, instant("2025-04-09T17:18:00Z"));
}

#[test]
fn local_times_that_do_not_exist_or_come_twice_are_refused() {
    let gap = at("2025-03-09T02:30:00 America/New_York")
        .unwrap_err()
        .to_string();
    assert!(gap.contains("does not exist in America/New_York"), "{gap}");
    let twice = at("2025-11-02T01:30:00 America/New_York")
        .unwrap_err()
        .to_string();
    assert!(twice.contains("comes twice"), "{twice}");
    assert!(
        twice.contains("2025-11-02T01:30:00-04:00 or 2025-11-02T01:30:00-05:00"),
        "{twice}"
    );
    let zone = at("2025-11-02T01:30:00 Mars/Base").unwrap_err().to_string();
    assert!(zone.contains("`Mars/Base` is not a time zone"), "{zone}");
    assert!(at("2025-11-02T13:30 PM UTC").is_err());
    assert!(at("2025-11-02T01:30:00+99:00").is_err());
}

#[test]
fn ambiguous_dates_are_refused_until_stated() {
    let text = "id,at\nx,03/04/2025\ny,05/06/2025\n";
    let refusal = message("e.csv", text);
    assert!(
        refusal.starts_with("e.csv:2: column `at`: \"03/04/2025\""),
        "{refusal}"
    );
    assert!(
        refusal.contains("--date-format dmy or --date-format mdy"),
        "{refusal}"
    );
    let options = EventOptions {
        date_order: Some(DateOrder::Dmy),
        ..EventOptions::default()
    };
    let events = read_events(text.as_bytes(), "e.csv", &options).unwrap();
    assert_eq!(events[1].announced_at, date(2025, 6, 5));
}

#[test]
fn faults_of_a_table_are_named() {
    let refusal = message("e.csv", "id,at,when\nx,2025-01-27,morning\n");
    assert_eq!(
        refusal,
        "e.csv:2: column `when`: \"morning\": unknown `when`; accepted are bmo, amc, intraday, unknown"
    );
    let twice = message("e.csv", "id,at\nx,2025-01-27\ny,2025-01-28\nx,2025-01-29\n");
    assert!(
        twice.contains("the id is on line 2 and on line 4"),
        "{twice}"
    );
    assert!(message("e.csv", "id,date\nx,2025-01-27\n").contains("rename `date` to `at`"));
    assert!(message("e.csv", "name,at\nx,2025-01-27\n").contains("no column `id`"));
    assert!(message("e.csv", "id,at,at\nx,2025-01-27,\n").contains("two columns `at`"));
    assert!(message("e.csv", "id,at\n,2025-01-27\n").contains("no `id`"));
    assert!(message("e.csv", "id,at\nx,2025-01-27\ny,\n").contains("`y` has no `at`"));
    assert!(message("e.csv", "id;at\n\"a;b\";2025-01-27\n").contains("cannot hold `;`"));
    let symbol = message("e.csv", "id,at,instruments\nx,2025-01-27,NVDA;../x\n");
    assert!(
        symbol.contains("`../x` is not an instrument symbol"),
        "{symbol}"
    );
    assert!(
        message("e.csv", "id,at,direction\nx,2025-01-27,sideways\n").contains("up, down, none")
    );
    assert!(message("e.csv", "id,at,market_wide\nx,2025-01-27,maybe\n").contains("true, false"));
}

#[test]
fn other_delimiters_and_list_separators() {
    let semicolon = read(
        "e.csv",
        "id;at;instruments\nx;27.01.2025;NVDA,AMD\ny;28.01.2025;\"A;B\"\n",
    );
    let semicolon = semicolon.unwrap();
    assert_eq!(semicolon[0].instruments.len(), 2);
    assert_eq!(semicolon[1].instruments.len(), 2);
    let blanks = read("e.txt", "id at\nNVDA 20250127\nAMD  20250128\n").unwrap();
    assert_eq!(blanks[1].announced_at, date(2025, 1, 28));
}

#[test]
fn toml_events_read() {
    let text = "[[event]]\nid = \"a\"\nat = 2025-01-27\nmarket_wide = true\nnote = \"why\"\nrank = 3\n\
                instruments = [\"NVDA\", \"AMD\"]\n\n\
                [[event]]\nid = \"b\"\nat = \"2025-04-09T13:18:00 America/New_York\"\ntime-certainty = \"hour\"\n";
    for file in ["e.toml", "events"] {
        let events = read(file, text).unwrap();
        assert_eq!(events[0].announced_at, date(2025, 1, 27));
        assert!(events[0].market_wide);
        assert_eq!(events[0].attributes["note"], "why");
        assert_eq!(events[0].attributes["rank"], "3");
        assert_eq!(events[0].instruments.len(), 2);
        assert_eq!(events[1].time_certainty, TimeCertainty::Hour);
        assert_eq!(events[1].announced_at, instant("2025-04-09T17:18:00Z"));
    }
}

#[test]
fn faults_of_toml_events_are_named_with_their_line() {
    let when = message(
        "e.toml",
        "[[event]]\nid = \"a\"\nat = 2025-01-27\nwhen = \"noon\"\n",
    );
    assert!(
        when.starts_with("e.toml:4: column `when`: \"noon\": unknown `when`"),
        "{when}"
    );
    let twice = message(
        "e.toml",
        "[[event]]\nid = \"a\"\nat = 2025-01-27\n[[event]]\nid = \"a\"\nat = 2025-01-28\n",
    );
    assert!(twice.contains("on line 1 and on line 4"), "{twice}");
    let nested = message(
        "e.toml",
        "[[event]]\nid = \"a\"\nat = 2025-01-27\nmore = [1]\n",
    );
    assert!(
        nested.starts_with("e.toml:4: `more` must be a text"),
        "{nested}"
    );
    assert!(message("e.toml", "[[evnt]]\nid = \"a\"\n").contains("did you mean `event`?"));
    assert!(message("e.toml", "# nothing\n").contains("holds no event"));
    let date = message("e.toml", "[[event]]\nid = \"a\"\nat = \"soon\"\n");
    assert!(
        date.starts_with("e.toml:3: column `at`: \"soon\": not a date"),
        "{date}"
    );
}

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
    BEGIN:VEVENT\r\nUID:a@x\r\nDTSTART;VALUE=DATE:20250127\r\nSUMMARY:Sell-off\\, with a\r\n  long title\r\n\
    CATEGORIES:AI,CHIPS\r\nBEGIN:VALARM\r\nUID:alarm\r\nEND:VALARM\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:b@x\r\nDTSTART;TZID=America/New_York:20250226T162000\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:c@x\r\nDTSTART:20250226T212000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

#[test]
fn calendars_read() {
    for file in ["e.ics", "calendar"] {
        let events = read(file, CALENDAR).unwrap();
        assert_eq!(events[0].id, "a@x");
        assert_eq!(events[0].title, "Sell-off, with a long title");
        assert_eq!(events[0].category.as_deref(), Some("AI"));
        assert_eq!(events[0].announced_at, date(2025, 1, 27));
        assert_eq!(events[0].time_certainty, TimeCertainty::Day);
        for event in &events[1..] {
            assert_eq!(event.announced_at, instant("2025-02-26T21:20:00Z"));
        }
    }
}

#[test]
fn faults_of_calendars_are_named() {
    let with = |line: &str| {
        format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n{line}\nEND:VEVENT\nEND:VCALENDAR\n")
    };
    let rule = message("e.ics", &with("DTSTART:20250127\nRRULE:FREQ=DAILY"));
    assert!(
        rule.starts_with("e.ics:5: RRULE: recurring events are not read"),
        "{rule}"
    );
    let floating = message("e.ics", &with("DTSTART:20250127T100000"));
    assert!(floating.contains("--event-zone"), "{floating}");
    assert!(message("e.ics", &with("DTSTART:soon")).contains("not a DTSTART"));
    let cancelled = message("e.ics", &with("DTSTART:20250127\r\nSTATUS:CANCELLED"));
    assert!(cancelled.contains("delete the entry"), "{cancelled}");
    assert!(message("e.ics", &with("SUMMARY:x")).contains("`a` has no `at`"));
    assert!(message("e.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n").contains("no VEVENT"));
    assert!(message("e.ics", "BEGIN:VEVENT\nUID:a\n").contains("no END:VEVENT"));
}

proptest! {
    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..120), text in "\\PC{0,40}", clock in "[0-9:T+.\\-APMZ \\[\\]]{0,24}") {
        for file in ["e.csv", "e.toml", "e.ics"] {
            let _ = read_events(&bytes, file, &EventOptions::default());
            let _ = read_events(text.as_bytes(), file, &EventOptions::default());
        }
        let _ = at(&clock);
        let _ = at(&format!("2025-01-27T{clock}"));
        let _ = read("e.ics", &CALENDAR.replace("20250226T212000Z", &clock));
    }
}

#[test]
fn a_column_that_is_nearly_a_known_one_is_refused() {
    let found = message("e.csv", "id,at,whn\na,2025-01-27,amc\n");
    assert!(found.contains("nearly `when`"), "{found}");
    assert!(found.contains("e.csv:1"), "{found}");
    let found = message(
        "e.toml",
        "[[event]]\nid = \"a\"\nat = 2025-01-27\ninstrument = \"NVDA\"\n",
    );
    assert!(found.contains("nearly `instruments`"), "{found}");
    for name in [
        "titel",
        "catgory",
        "instrument",
        "market-wid",
        "sorce",
        "directon",
    ] {
        let found = message("e.csv", &format!("id,at,{name}\na,2025-01-27,x\n"));
        assert!(found.contains("nearly `"), "{found}");
    }
    // A column of one's own beside the known one, or unlike it, is one.
    for text in [
        "id,at,market_ticker\na,2025-01-27,SPY\n",
        "id,at,when,whn\na,2025-01-27,amc,x\n",
        "id,at,region\na,2025-01-27,x\n",
    ] {
        assert_eq!(
            read("e.csv", text).unwrap()[0].attributes.len(),
            1,
            "{text}"
        );
    }
}

#[test]
fn columns_of_other_names_are_named_with_their_cure() {
    let text = "event_id;Datum\na;27.01.2025\n";
    let found = message("e.csv", text);
    assert!(
        found.contains("rename `event_id` to `id`, and rename `Datum` to `at`"),
        "{found}"
    );
    let text = "key,2025\na,2025-01-27\n";
    assert!(message("e.csv", text).contains("add a column `at`"));
}

#[test]
fn a_quote_that_is_never_closed_is_refused_with_its_line() {
    let text = "id,at,title\na,2025-01-27,one\nb,2025-01-28,\"two\nc,2025-01-29,three\n";
    let found = message("e.csv", text);
    assert!(
        found.contains("never closed") && found.contains("e.csv:3"),
        "{found}"
    );
    let text = "id,at,title\na,2025-01-27,a 5\" disk\n";
    assert_eq!(read("e.csv", text).unwrap()[0].title, "a 5\" disk");
}

/// What editors complete is what the reader knows: its fields, and words that it takes.
#[test]
fn the_schema_of_event_files_is_that_of_the_reader() {
    let text = include_str!("../../../data/schema/event-file.schema.json");
    let schema: serde_json::Value = serde_json::from_str(text).unwrap();
    let event = &schema["$defs"]["event"];
    let fields = event["properties"].as_object().unwrap();
    let mut names: Vec<&str> = fields.keys().map(String::as_str).collect();
    let mut known = FIELDS;
    names.sort_unstable();
    known.sort_unstable();
    assert_eq!(names, known);
    for (name, field) in fields {
        assert!(field["description"].is_string(), "{name}");
    }
    let words = |name: &str| -> Vec<String> {
        let words = fields[name]["enum"].as_array().unwrap().iter();
        words.map(|w| w.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(words("when"), WHEN.map(|(word, _)| word));
    assert_eq!(words("time_certainty"), CERTAINTY.map(|(word, _)| word));
    assert_eq!(words("direction"), DIRECTION.map(|(word, _)| word)[..3]);

    let event = |line: &str| format!("[[event]]\nid = \"a\"\nat = \"2025-01-27\"\n{line}\n");
    for line in ["score = 1.5", "day = 2024-01-01", "market_wide = true"] {
        assert!(read("e.toml", &event(line)).is_ok(), "{line}");
    }
    for required in ["id", "at"] {
        let without = event("").replace(&format!("{required} ="), "other =");
        assert!(read("e.toml", &without).is_err(), "{required}");
    }
    let open = message("e.toml", &format!("title = \"x\"\n{}", event("")));
    assert!(open.contains("the keys here are event"), "{open}");
}
