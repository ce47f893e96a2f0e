//! GDELT's replies, with invented articles.

use super::super::RefusalClass::*;
use super::super::provider_tests::{CHALLENGE, day, reply};
use super::*;

const OK: &str = r#"{"articles":[{"url":"https://news.test/a","url_mobile":"","title":"Chip  maker falls","seendate":"20260520T221500Z","socialimage":"","domain":"news.test","language":"English","sourcecountry":"United States"},
{"url":"https://news.test/b","title":"","seendate":"20260521T001500Z"}]}"#;

fn ask(query: Option<&str>) -> EventAsk {
    EventAsk {
        query: query.map(str::to_owned),
        instruments: Vec::new(),
        from: day("2026-05-20"),
        to: day("2026-05-21"),
    }
}

#[test]
fn requests_carry_words_and_span() {
    let requests = Gdelt
        .requests(&ask(Some("nvidia sourcelang:english")), None)
        .unwrap();
    assert_eq!(
        requests[0].path,
        "/api/v2/doc/doc?query=nvidia+sourcelang%3Aenglish&mode=artlist&format=json&maxrecords=250\
         &startdatetime=20260520000000&enddatetime=20260521235959"
    );
    assert!(
        Gdelt
            .requests(&ask(Some(" ")), None)
            .unwrap_err()
            .message
            .contains("--query")
    );
}

#[test]
fn articles_are_dated_to_the_hour_and_say_why() {
    let page = Gdelt.read(&ask(Some("x")), &reply(200, OK)).unwrap();
    let [first, second] = &page.events[..] else {
        panic!("{:?}", page.events);
    };
    assert_eq!(first.title, "Chip maker falls");
    assert_eq!(first.given_at, "2026-05-20T22:15:00Z");
    assert_eq!(first.time_certainty, TimeCertainty::Hour);
    assert!(first.source.as_ref().unwrap().contains("crawler"));
    assert_ne!(first.id, second.id);
    assert_eq!(second.title, second.id);
}

#[test]
fn refusals_are_told_apart() {
    for (status, body, class) in [
        (
            200,
            "Please limit requests to one every 5 seconds or contact x@example.com for larger queries.",
            RateLimited,
        ),
        (
            429,
            "Please limit requests to one every 5 seconds or contact x@example.com for larger queries.",
            RateLimited,
        ),
        (
            200,
            "One or more of your keywords were too short, too long or too common.\n",
            NoData,
        ),
        (200, "{}", NoData),
        (200, r#"{"articles":[]}"#, NoData),
        (200, "", NoData),
        (
            200,
            r#"{"articles":[{"url":"u","seendate":"soon"}]}"#,
            SchemaChanged,
        ),
        (200, r#"{"articles":{}}"#, SchemaChanged),
        (200, CHALLENGE, BotCheck),
        (200, &OK[..100], Truncated),
    ] {
        let refusal = Gdelt.read(&ask(None), &reply(status, body)).unwrap_err();
        assert_eq!(refusal.class, class, "{body}: {refusal}");
    }
    let throttled = Gdelt.read(
        &ask(None),
        &reply(200, "Please limit requests to one every 5 seconds"),
    );
    assert_eq!(throttled.unwrap_err().retry_after, Some(PAUSE));
}

#[test]
fn no_cut_makes_it_panic_or_gives_a_part() {
    for end in 0..OK.len() {
        assert!(
            Gdelt.read(&ask(None), &reply(200, &OK[..end])).is_err(),
            "at byte {end}"
        );
    }
}
