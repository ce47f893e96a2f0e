//! What the tests of all providers share, and what must hold for every one of them.

use super::RefusalClass::{NeedsKey, SchemaChanged};
use super::*;
use crate::prices::bars::Bar;
use proptest::prelude::*;

/// A key that is found again wherever it is shown.
pub const KEY: &str = "Zq7Xw2Lk9Rt4Pv6N";

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn ask(symbol: &str, from: Option<&str>, to: &str) -> Ask {
    Ask {
        symbol: Symbol::new(symbol).unwrap(),
        from: from.map(day),
        to: day(to),
    }
}

/// January 2025 of a symbol.
pub fn january(symbol: &str) -> Ask {
    ask(symbol, Some("2025-01-01"), "2025-01-31")
}

pub fn reply(status: u16, body: impl AsRef<[u8]>) -> Reply {
    Reply {
        status,
        headers: Vec::new(),
        body: body.as_ref().to_vec(),
    }
}

pub fn prices(figures: std::result::Result<Figures, Refusal>) -> Vec<Bar> {
    match figures {
        Ok(Figures::Prices(frame)) => {
            let symbol = frame.provenance[0].symbols[0].clone();
            frame.bars(&symbol).unwrap()
        }
        Ok(Figures::Factors(_)) => panic!("factors instead of prices"),
        Err(refusal) => panic!("{refusal}"),
    }
}

/// Day and figures, for comparing.
pub fn row(session: &str, figures: [Option<f64>; 6]) -> Bar {
    Bar {
        session: day(session),
        figures,
    }
}

/// Each body is refused with its class, and no message shows the key that the body repeats.
pub fn refuses(source: &dyn FigureSource, ask: &Ask, cases: &[(u16, &str, RefusalClass)]) {
    for (status, body, class) in cases {
        let body = body.replace("{KEY}", KEY);
        let refusal = source.read(ask, &reply(*status, &body)).expect_err(&body);
        assert_eq!(refusal.class, *class, "{status} {body}: {refusal}");
        assert!(!refusal.message.contains(KEY), "{refusal}");
        assert!(
            refusal.message.contains(source.facts().title.as_ref()),
            "{refusal}"
        );
    }
}

/// A body that ends at any byte gives a refusal, or rows of the whole body: figures that are
/// there are true, and none is invented.
pub fn survives_any_cut(source: &dyn FigureSource, ask: &Ask, body: &[u8]) {
    let whole = prices(source.read(ask, &reply(200, body)));
    for end in 0..body.len() {
        let Ok(Figures::Prices(frame)) = source.read(ask, &reply(200, &body[..end])) else {
            continue;
        };
        for bar in frame.bars(&ask.symbol).unwrap() {
            let full = whole.iter().find(|b| b.session == bar.session);
            let full = full.unwrap_or_else(|| panic!("{} at byte {end}", bar.session));
            for (cut, full) in bar.figures.iter().zip(full.figures) {
                assert!(cut.is_none() || *cut == full, "{bar:?} at byte {end}");
            }
        }
    }
}

/// The body repeats the key at any place: no message shows it.
pub fn never_shows_a_key(source: &dyn FigureSource, ask: &Ask, body: &str) {
    for (at, _) in body.char_indices() {
        let echoed = format!("{}{KEY}{}", &body[..at], &body[at..]);
        if let Err(refusal) = source.read(ask, &reply(200, echoed)) {
            assert!(!refusal.message.contains(KEY), "{refusal}");
        }
    }
}

/// The path and query of the first request.
pub fn first_path(source: &dyn FigureSource, ask: &Ask) -> String {
    let key = Secret::new(KEY);
    let requests = source.requests(ask, key.as_ref()).unwrap();
    requests[0].path.clone()
}

/// A page that checks for a person.
pub const CHALLENGE: &str = "<!DOCTYPE html><html><head><title>x</title></head><body><noscript>This site \
    requires JavaScript to verify your browser. Please enable JavaScript and reload.</noscript>\
    <script nonce=\"x\">(async()=>{const c=\"AAAA\",d=4;})();</script>";

#[test]
fn the_sources_are_those_of_the_interface() {
    let sources = figure_sources();
    let names: Vec<&str> = sources.iter().map(|s| s.facts().name.as_ref()).collect();
    assert_eq!(
        names,
        [
            "sample",
            "stooq",
            "yahoo",
            "nasdaq",
            "alphavantage",
            "tiingo",
            "twelvedata",
            "eodhd",
            "fred",
            "cboe",
            "french"
        ]
    );
    for source in &sources {
        let facts = source.facts();
        assert!(!facts.base_url.ends_with('/'), "{}", facts.name);
        let ask = ask("ff3", None, "2025-01-31");
        let asked = source.requests(&ask, None);
        match facts.key {
            KeyNeed::Required => {
                let refusal = asked.unwrap_err();
                assert_eq!(refusal.class, NeedsKey);
                let variable = format!("SHOCKWAVE_KEY_{}", facts.name.to_uppercase());
                assert!(refusal.message.contains(&variable), "{refusal}");
            }
            _ => assert!(asked.unwrap().iter().all(|r| r.path.starts_with('/'))),
        }
    }
}

#[test]
fn symbols_cannot_leave_their_place_in_a_request() {
    let key = Secret::new(KEY);
    for source in figure_sources() {
        let ask = ask("A&b=c#d:e", Some("2025-01-01"), "2025-01-31");
        for request in source.requests(&ask, key.as_ref()).unwrap_or_default() {
            let path = request.path.to_lowercase();
            assert!(!path.contains("b=c"), "{path}");
            assert!(!path.contains('#'), "{path}");
        }
    }
}

#[test]
fn the_same_fault_has_the_same_class_everywhere() {
    for source in figure_sources().iter().skip(1) {
        let ask = january(if source.facts().name == "french" {
            "ff3"
        } else {
            "NVDA"
        });
        for (status, body, class) in [
            (200, CHALLENGE, RefusalClass::BotCheck),
            (
                200,
                "<html><head><title>Just a moment...</title>",
                RefusalClass::BotCheck,
            ),
            (200, "<html><body>Welcome</body></html>", SchemaChanged),
            (429, "Too Many Requests", RefusalClass::RateLimited),
            (403, "error code: 1015", RefusalClass::RateLimited),
            (
                503,
                "<html>Service Unavailable</html>",
                RefusalClass::Network,
            ),
            (504, "", RefusalClass::Timeout),
            (200, "", RefusalClass::NoData),
            (200, " \r\n", RefusalClass::NoData),
            (200, "\u{0}\u{1}", SchemaChanged),
            (200, "Foo;Bar;Baz\n1;2;3\n", SchemaChanged),
            (200, "[1,2,3]", SchemaChanged),
        ] {
            let refusal = source.read(&ask, &reply(status, body)).unwrap_err();
            assert_eq!(
                refusal.class,
                class,
                "{}: {body:?}: {refusal}",
                source.facts().name
            );
        }
        let header = source
            .read(&ask, &reply(200, "Foo;Bar;Baz\n1;2;3\n"))
            .unwrap_err();
        assert!(header.message.contains("`Foo;Bar;Baz`"), "{header}");
        assert!(header.message.contains("--import"), "{header}");
        let not_text = source
            .read(&ask, &reply(200, b"a,\xFF\xFE,b\n"))
            .unwrap_err();
        assert_eq!(not_text.class, SchemaChanged);
    }
}

proptest! {
    #[test]
    fn no_body_makes_a_source_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        text in "[{}\\[\\]\":,;0-9a-z\n. <>-]{0,160}",
        status in prop_oneof![Just(200_u16), Just(404), any::<u16>()],
    ) {
        for source in figure_sources().iter().skip(1) {
            let ask = january(if source.facts().name == "french" { "ff3" } else { "NVDA" });
            let _ = source.read(&ask, &reply(status, &bytes));
            let _ = source.read(&ask, &reply(status, &text));
        }
    }
}
