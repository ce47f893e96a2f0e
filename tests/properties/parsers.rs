//! No input makes a reader panic: it reads, or refuses with a cure.

use crate::support::market::made_up;
use proptest::prelude::*;
use shockwave::error::{Error, Result};
use shockwave::input::events::{EventOptions, read_events};
use shockwave::input::factors::{FactorOptions, read_factors};
use shockwave::input::study::read_study;
use shockwave::instrument::Symbol;
use shockwave::prices::PriceKind;
use shockwave::prices::quality::check;
use shockwave::prices::read::{ReadOptions, read_bytes};

/// Anything, and things that look like the real ones with a few bytes spoilt.
fn spoilt(good: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop::collection::vec((0..good.len(), any::<u8>()), 0..4);
    let cut = 0..=good.len();
    let damaged = (bytes, cut).prop_map(move |(changes, cut)| {
        let mut text = good.as_bytes().to_vec();
        for (at, byte) in changes {
            text[at] = byte;
        }
        text.truncate(cut);
        text
    });
    let table = "[a-z]{1,6}(,[a-z_]{1,9}){0,4}\n([-0-9./:;\"eE, a-zÄ=]{0,30}\n){0,5}";
    prop_oneof![
        4 => damaged,
        2 => table.prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
}

/// A refusal says what is wrong and what to do.
fn explained<T>(result: Result<T>) -> std::result::Result<(), TestCaseError> {
    if let Err(Error::Input(fault)) = result {
        prop_assert!(!fault.problem.is_empty(), "{fault:?}");
        prop_assert!(!fault.cure.is_empty(), "{fault}");
        if let Some((line, span)) = &fault.snippet {
            prop_assert!(line.get(span.clone()).is_some(), "{fault:?}");
        }
    }
    Ok(())
}

const PRICES: &str = "date,symbol,open,close,volume\n2024-01-02,AAA,1.5,2.5,100\n\
    2024-01-03,AAA,1.5,\"2,500.25\",1.2M\n2024-01-04,BBB,,-2,\n";
const WIDE: &str = "date;AAA;BBB\n02.01.2024;1,5;2\n03.01.2024;;2,25\n";
const EVENTS: &str = "id,at,title,when,instruments\na,2024-01-02,\"One, two\",bmo,AAA;BBB\n\
    b,2024-01-03T10:00:00-05:00,Two,,\n";
const CALENDAR: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART;VALUE=DATE:20240102\r\n\
    SUMMARY:One\\, two\r\n  folded\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
const LIST: &str = "[[event]]\nid = \"a\"\nat = 2024-01-02T10:00:00Z\ninstruments = [\"AAA\"]\n\
    [[event]]\nid = \"b\"\nat = \"3 January 2024\"\n";
const STUDY: &str = "name = \"x\"\nevents = [\"e.csv\"]\nmax-shift = 3\nbenchmark-weight = 0.1\n\
    [groups]\na = [\"AAA\"]\n[[claim]]\nid = \"c\"\ntext = \"t\"\nwindow = \"0:1\"\n";
const FACTORS: &str = "This file was created by hand\n\n,Mkt-RF,SMB,HML,RF\n20240102,0.10,-0.20,0.30,0.01\n\
    20240103,-99.99,0.20,0.10,0.01\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn prices(bytes in prop_oneof![spoilt(PRICES), spoilt(WIDE)], as_returns: bool) {
        let kind = if as_returns { PriceKind::Returns } else { PriceKind::Prices };
        let options = ReadOptions { kind, ..ReadOptions::default() };
        let frame = read_bytes("x.csv", &bytes, &options);
        if let Ok(frame) = frame.clone() {
            let checked = check(frame, &[]).expect("the gate takes what the reader made");
            prop_assert!(checked.frame.df.height() > 0 || !checked.findings.is_empty());
        }
        explained(frame)?;
    }

    // Bytes flipped inside a page are not tried: the decoder of polars can then ask for more memory
    // than there is, which ends the process (with nothing written).
    #[test]
    fn parquet_that_was_cut_off(cut: prop::sample::Index) {
        static WHOLE: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let whole = WHOLE.get_or_init(|| made_up().until("2023-02-01").parquet());
        let frame = read_bytes("x.parquet", &whole[..cut.index(whole.len())], &ReadOptions::default());
        prop_assert!(frame.is_err());
        explained(frame)?;
    }

    #[test]
    fn events(
        bytes in prop_oneof![spoilt(EVENTS), spoilt(CALENDAR), spoilt(LIST)],
        name in prop_oneof![Just("e.csv"), Just("e.toml"), Just("e.ics"), Just("e")],
    ) {
        explained(read_events(&bytes, name, &EventOptions::default()))?;
    }

    #[test]
    fn studies(bytes in spoilt(STUDY)) {
        explained(read_study(&bytes, "s.toml"))?;
    }

    #[test]
    fn factors(bytes in spoilt(FACTORS)) {
        explained(read_factors(&bytes, "f.csv", &FactorOptions::default()))?;
    }

    #[test]
    fn symbols_never_lead_elsewhere(text in "\\PC{0,40}") {
        if let Ok(symbol) = Symbol::new(&text) {
            let symbol = symbol.as_str();
            prop_assert!(!symbol.contains(['/', '\\', ',', ';', '\n']) && !symbol.contains(".."));
            prop_assert!(!symbol.starts_with(['=', '+', '-', '@']));
        }
    }
}
