//! What counts as a duplicate, and that catalogues keep their text.

use super::*;

fn read(file: &str, text: &str) -> Vec<Event> {
    read_events(text.as_bytes(), file, &EventOptions::default()).unwrap()
}

fn one(row: &str) -> Event {
    let head = "id,at,title,instruments,time_certainty,source,accession,url";
    read("e.csv", &format!("{head}\n{row}\n")).remove(0)
}

fn add(text: &str, file: &str, events: &[&Event]) -> Result<Appended> {
    append(text, file, events, &EventOptions::default())
}

#[test]
fn duplicates_are_known_by_reference_instant_or_content() {
    let known = one("a,2025-02-26T21:21:44Z,Results,NVDA,exact,https://x.test/1,0001,");
    for (row, because) in [
        (
            "a,2025-02-26T21:21:44Z,Results,NVDA,exact,https://x.test/1,0001,",
            "the same accession number",
        ),
        (
            "b,2025-02-27,Other,AMD,day,,0001,",
            "the same accession number",
        ),
        (
            "b,2025-02-27,Other,AMD,day,https://x.test/1,,",
            "the same address",
        ),
        (
            "b,2025-02-26T21:21:44Z,Other,,minute,,,",
            "the same instant",
        ),
    ] {
        let found = compare(std::slice::from_ref(&known), vec![one(row)]);
        let of = "a".to_owned();
        assert_eq!(
            found[0].verdict,
            Verdict::Duplicate { of, because },
            "{row}"
        );
    }
    for row in [
        "b,2025-02-26T21:21:44Z,Other,AMD,exact,,,",
        "b,2025-02-26T21:21:44Z,Other,NVDA,hour,,,",
        "b,2025-02-26T21:21:45Z,Results,NVDA,exact,https://x.test/2,0002,",
    ] {
        let found = compare(std::slice::from_ref(&known), vec![one(row)]);
        assert_eq!(found[0].verdict, Verdict::New, "{row}");
    }
}

#[test]
fn days_are_the_same_by_their_title_and_ids_get_a_number() {
    let known = one("a,2025-01-27,Sell-off,NVDA,day,,,");
    let incoming = vec![
        one("a,2025-01-27,Sell-off,NVDA,day,,,"),
        one("x,2025-01-27,sell-OFF,,day,,,"),
        one("a,2025-01-28,Rebound,NVDA,day,,,"),
        one("a,2025-01-29,Third,NVDA,day,,,"),
        one("y,2025-01-29,Third,NVDA,day,,,"),
    ];
    let found = compare(&[known], incoming);
    let verdicts: Vec<_> = found
        .iter()
        .map(|a| (a.event.id.as_str(), a.verdict.clone()))
        .collect();
    let of = |id: &str, because| Verdict::Duplicate {
        of: id.to_owned(),
        because,
    };
    let renamed = Verdict::Renamed {
        from: "a".to_owned(),
    };
    assert_eq!(
        verdicts,
        [
            ("a", of("a", "the same id and content")),
            ("x", of("a", "the same time and title")),
            ("a-2", renamed.clone()),
            ("a-3", renamed),
            ("y", of("a-3", "the same time and title")),
        ]
    );
}

#[test]
fn a_toml_catalogue_keeps_its_text() {
    let text =
        "# Mine, in my order.\n[[event]]\nid = \"z\"  # last letter\nat = \"2025-01-27\"\n\n# end";
    let event =
        one("b,2025-02-26T21:21:44Z,\"Results \"\"Q4\"\"\",NVDA;AMD,exact,https://x.test/1,0001,");
    let appended = add(text, "c.toml", &[&event]).unwrap().text;
    assert!(appended.starts_with(text), "{appended}");
    let expected = "# end\n\n[[event]]\nid = \"b\"\nat = \"2025-02-26T21:21:44Z\"\ntitle = 'Results \"Q4\"'\n\
        instruments = [\"NVDA\", \"AMD\"]\ntime_certainty = \"exact\"\nsource = \"https://x.test/1\"\naccession = \"0001\"\n";
    assert!(appended.ends_with(expected), "{appended}");
    let events = read("c.toml", &appended);
    assert_eq!(events[1].title, "Results \"Q4\"");
    assert_eq!(
        compare(&events, vec![event])[0].verdict,
        Verdict::Duplicate {
            of: "b".to_owned(),
            because: "the same accession number",
        }
    );
}

#[test]
fn a_table_keeps_its_columns_dates_and_line_ends() {
    let text = "Id;At;Title;Time-Certainty;Instruments\r\nz;27.01.2025;Was;day;NVDA\r\n";
    let event = one("b,2025-02-26T21:21:44Z,=Results; more,NVDA;AMD,exact,https://x.test/1,,");
    let appended = add(text, "c.csv", &[&event]).unwrap();
    let row = "b;26.02.2025 21:21:44Z;\"'=Results; more\";exact;\"NVDA;AMD\"\r\n";
    assert_eq!(appended.text, format!("{text}{row}"));
    assert_eq!(appended.left_out, ["source"]);
}

#[test]
fn a_plain_table_takes_plain_events() {
    let text = "id,at,title\nz,2025-01-27,Was\n";
    let event = one("b,2025-04-15,H20 licence,,day,,,");
    let appended = add(text, "c.csv", &[&event]).unwrap();
    assert_eq!(appended.text, format!("{text}b,2025-04-15,H20 licence\n"));
    assert!(appended.left_out.is_empty());
    let disputed = one("b,2025-04-15,H20 licence,,disputed,,,");
    let error = add(text, "c.csv", &[&disputed]).unwrap_err().to_string();
    assert!(error.contains("no column `time_certainty`"), "{error}");
}

#[test]
fn new_catalogues_are_begun() {
    let event = one("b,2025-01-27,Sell-off,,day,,,");
    let toml = add("", "new.toml", &[&event]).unwrap().text;
    assert_eq!(
        toml,
        "[[event]]\nid = \"b\"\nat = \"2025-01-27\"\ntitle = \"Sell-off\"\ntime_certainty = \"day\"\n"
    );
    let csv = add("", "new.csv", &[&event]).unwrap().text;
    assert!(
        csv.starts_with("id,at,title,category,instruments,when,"),
        "{csv}"
    );
    assert!(
        csv.ends_with("\nb,2025-01-27,Sell-off,,,,day,,,\n"),
        "{csv}"
    );
}

#[test]
fn what_cannot_take_events_is_refused() {
    let event = one("b,2025-02-26T21:21:44Z,Results,NVDA,exact,,,");
    let refusal = |text: &str, file: &str| add(text, file, &[&event]).unwrap_err().to_string();
    assert!(refusal("", "c.ics").contains(".toml or .csv"));
    assert!(refusal("id,at\nz,2025-01-27\n", "c.csv").contains("no column `instruments`"));
    assert!(refusal("name,when\nNVDA,2025-01-27\n", "c.csv").contains("another tool's list"));
    assert!(refusal("event = [{id = \"z\", at = \"2025-01-27\"}]\n", "c.toml").contains("TOML"));
    assert!(refusal("id = 1\n", "c.toml").contains("c.toml"));
}

/// A list of each tool that is known, into a new catalogue of either form.
#[test]
fn lists_of_other_tools_become_new_catalogues() {
    let r = "event_id,firm_symbol,index_symbol,event_date,group,event_window_start,event_window_end,\
        shift_estimation_window,estimation_window_length\n1,VOW,DAX,18.09.2015,VW,-10,10,-11,250\n";
    let student = "date,label,exposed_tickers\n2022-10-07,BIS controls,\"['NVDA', 'AMD']\"\n";
    for list in [
        "1;NVDA;NDX;27.01.2025;DeepSeek;-1;5;-11;120\n",
        r,
        "86580 20250127\n",
        "\u{feff}security_ticker,market_ticker,event_date\nAAPL,SPY,31/10/2019\n",
        "name,when\nNVDA,2025-01-27\n",
        student,
        "31/10/2019,NVDA,Headline\n",
        "date,ticker,headline,titel,id\n2025-01-27,NVDA,x,y,z\n",
    ] {
        let events = read("list.csv", list);
        let refs: Vec<&Event> = events.iter().collect();
        for file in ["new.toml", "new.csv"] {
            let added = add("", file, &refs).unwrap();
            let again = read(file, &added.text);
            assert_eq!(again.len(), events.len(), "{list}");
            assert_eq!(again[0].title, events[0].title);
        }
    }
    let python = read(
        "l.csv",
        "security_ticker,market_ticker,event_date\nAAPL,SPY,2019-10-31\n",
    );
    let added = add("", "new.toml", &[&python[0]]).unwrap();
    assert!(added.text.contains("market_ticker = \"SPY\"") && added.left_out.is_empty());
    let near = read(
        "l.csv",
        "date,ticker,headline,catgory,id\n2025-01-27,NVDA,x,y,z\n",
    );
    let added = add("", "new.toml", &[&near[0]]).unwrap();
    assert_eq!(added.left_out, ["catgory", "id"]);
}
