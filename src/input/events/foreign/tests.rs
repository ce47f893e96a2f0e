//! A list of each tool, and what is refused in one.

use super::super::read_events;
use super::*;
use crate::event::{Event, EventTime};
use crate::input::dates::DateOrder;

fn read(text: &str) -> Result<Vec<Event>> {
    read_events(text.as_bytes(), "e.csv", &EventOptions::default())
}

fn day(event: &Event) -> String {
    match event.announced_at {
        EventTime::Date(date) => date.to_string(),
        EventTime::Instant(_) => panic!("a date was expected"),
    }
}

fn symbols(event: &Event) -> Vec<&str> {
    event.instruments.iter().map(|s| s.as_str()).collect()
}

fn convention(text: &str) -> Option<&'static str> {
    convention_of(text.as_bytes(), "e.csv")
}

#[test]
fn event_study_tools_has_no_header() {
    let text =
        "1;NVDA;NDX;27.01.2025;DeepSeek;-1;5;-11;120\n2;AMD;NDX;28.01.2025;DeepSeek;-1;5;-11;120\n";
    assert_eq!(convention(text), Some("EventStudyTools"));
    let events = read(text).unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(
        (events[0].id.as_str(), day(&events[0])),
        ("1", "2025-01-27".to_owned())
    );
    assert_eq!(symbols(&events[0]), ["NVDA"]);
    assert_eq!(events[0].title, "DeepSeek NVDA");
    assert_eq!(events[0].category.as_deref(), Some("DeepSeek"));
    assert_eq!(events[0].attributes["market"], "NDX");
    assert_eq!(events[0].attributes["estimation_window_length"], "120");
    let fault = read("1;NVDA;NDX;27.01.2025;D\n2;AMD;NDX;soon;D\n")
        .unwrap_err()
        .to_string();
    assert!(
        fault.starts_with("e.csv:2: column `date`: \"soon\""),
        "{fault}"
    );
}

#[test]
fn the_r_package_event_study() {
    let text = "event_id,firm_symbol,index_symbol,event_date,group,event_window_start,event_window_end,\
        shift_estimation_window,estimation_window_length\n1,VOW,DAX,18.09.2015,VW,-10,10,-11,250\n";
    assert_eq!(convention(text), Some("R EventStudy"));
    let events = read(text).unwrap();
    assert_eq!(
        (symbols(&events[0]), day(&events[0])),
        (vec!["VOW"], "2015-09-18".to_owned())
    );
    assert_eq!(events[0].attributes["shift_estimation_window"], "-11");
}

#[test]
fn the_python_package_eventstudy_with_its_byte_order_mark() {
    let text = "\u{FEFF}security_ticker,market_ticker,event_date\nAAPL,SPY,31/10/2019\nMSFT,SPY,05/11/2019\n";
    assert_eq!(convention(text), Some("Python eventstudy"));
    let events = read(text).unwrap();
    assert_eq!(day(&events[1]), "2019-11-05");
    assert_eq!(events[0].id, "aapl-2019-10-31");
    let compact = "security_ticker,market_ticker,event_date\nAAPL,SPY,20191031\n";
    assert_eq!(day(&read(compact).unwrap()[0]), "2019-10-31");
}

#[test]
fn the_r_package_eventstudies_with_its_row_numbers() {
    for text in [
        "name,when\nNVDA,2025-01-27\n",
        "\"\",\"name\",\"when\"\n\"1\",\"NVDA\",\"2025-01-27\"\n",
    ] {
        assert_eq!(convention(text), Some("R eventstudies"));
        let events = read(text).unwrap();
        assert_eq!(
            (events[0].id.as_str(), symbols(&events[0])),
            ("nvda-2025-01-27", vec!["NVDA"])
        );
    }
}

#[test]
fn uploads_to_wrds_are_two_columns_of_blanks() {
    let text = "86580 20250127\n86580 20250128\n86580 20250128\n";
    assert_eq!(convention(text), Some("WRDS"));
    let ids: Vec<String> = read(text).unwrap().into_iter().map(|e| e.id).collect();
    assert_eq!(
        ids,
        ["86580-2025-01-27", "86580-2025-01-28", "86580-2025-01-28-2"]
    );
    assert_eq!(day(&read("NVDA 27/01/2025\n").unwrap()[0]), "2025-01-27");
}

#[test]
fn lists_of_python_hold_symbols() {
    let text = "date,label,exposed_tickers\n\
        2022-10-07,\"BIS new export controls, part 1\",\"['NVDA', 'AMD']\"\n2022-10-08,Nothing,[]\n";
    let events = read(text).unwrap();
    assert_eq!(symbols(&events[0]), ["NVDA", "AMD"]);
    assert_eq!(events[0].title, "BIS new export controls, part 1");
    assert_eq!(events[0].id, "bis-new-export-controls-part-1-2022-10-07");
    assert!(events[1].instruments.is_empty());
}

#[test]
fn headlines_with_and_without_a_header() {
    let events = read("date,ticker,headline\n27/01/2025,NVDA,\"Falls, again\"\n").unwrap();
    assert_eq!(
        (events[0].title.as_str(), day(&events[0])),
        ("Falls, again", "2025-01-27".to_owned())
    );
    let bare = "07/10/2022,NVDA,Controls\n27/10/2022,AMD,\"More, still\"\n";
    assert_eq!(convention(bare), Some("headlines"));
    let events = read(bare).unwrap();
    assert_eq!(day(&events[0]), "2022-10-07");
    assert_eq!(events[1].title, "More, still");
}

#[test]
fn dates_with_two_readings_are_refused_until_stated() {
    let text = "07/10/2022,NVDA,Controls\n";
    let fault = read(text).unwrap_err().to_string();
    assert!(
        fault.contains("--date-format dmy or --date-format mdy"),
        "{fault}"
    );
    let options = EventOptions {
        date_order: Some(DateOrder::Dmy),
        ..EventOptions::default()
    };
    let events = read_events(text.as_bytes(), "e.csv", &options).unwrap();
    assert_eq!(day(&events[0]), "2022-10-07");
}

#[test]
fn our_own_lists_and_price_tables_are_left_alone() {
    for text in [
        "id,at,name,when\nx,2025-01-27,NVDA,amc\n",
        "Date,Open,Close\n2025-01-27,1,2\n",
        "2025-01-27,118.42,100\n",
        "id at\nNVDA 20250127\n",
        "",
    ] {
        assert_eq!(convention(text), None, "{text}");
    }
}
