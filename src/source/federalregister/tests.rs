//! The Federal Register's replies, with invented documents.

use super::super::RefusalClass::*;
use super::super::provider_tests::{CHALLENGE, day, reply};
use super::*;

const PAGE: &str = r#"{"count":3,"description":"Documents","total_pages":2,
"next_page_url":"https://www.federalregister.gov/api/v1/documents.json?per_page=100&search_after_cursor=abc",
"results":[
{"document_number":"2025-01001","title":"Chips and Rules","type":"Presidential Document","subtype":"Executive Order","publication_date":"2025-01-24","effective_on":null,"signing_date":"2025-01-20","citation":"90 FR 8001","html_url":"https://www.federalregister.gov/d/2025-01001"},
{"document_number":"2025-01002","title":"Export Controls","type":"Rule","subtype":null,"publication_date":"2025-01-16","effective_on":"2025-01-13","signing_date":null,"citation":null,"html_url":null},
{"document_number":"2025-01003","title":"Earlier","type":"Rule","publication_date":"2025-01-03","signing_date":"2024-12-30"}]}"#;

fn ask(query: Option<&str>) -> EventAsk {
    EventAsk {
        query: query.map(str::to_owned),
        instruments: Vec::new(),
        from: day("2025-01-01"),
        to: day("2025-01-31"),
    }
}

#[test]
fn requests_carry_agency_type_and_words() {
    let query = "agency:industry-and-security-bureau type:rule advanced computing";
    let request = &FederalRegister.requests(&ask(Some(query)), None).unwrap()[0];
    let decoded: Vec<(String, String)> =
        url::form_urlencoded::parse(request.path.split_once('?').unwrap().1.as_bytes())
            .into_owned()
            .collect();
    let has = |name: &str, value: &str| decoded.contains(&(name.to_owned(), value.to_owned()));
    assert!(request.path.starts_with("/api/v1/documents.json?"));
    assert!(has(
        "conditions[agencies][]",
        "industry-and-security-bureau"
    ));
    assert!(has("conditions[type][]", "RULE"));
    assert!(has("conditions[term]", "advanced computing"));
    assert!(has("conditions[publication_date][gte]", "2025-01-01"));
    assert!(has("conditions[publication_date][lte]", "2025-03-02"));
    assert!(has("fields[]", "signing_date") && !has("fields[]", "presidential_document_type"));
}

#[test]
fn documents_are_dated_by_their_signing_where_it_is_known() {
    let page = FederalRegister.read(&ask(None), &reply(200, PAGE)).unwrap();
    let [order, rule] = &page.events[..] else {
        panic!("{:?}", page.events);
    };
    assert_eq!(
        (order.id.as_str(), order.given_at.as_str()),
        ("fr-2025-01001", "2025-01-20")
    );
    assert_eq!(order.category.as_deref(), Some("executive-order"));
    assert_eq!(order.attributes["publication_date"], "2025-01-24");
    assert!(
        order
            .source
            .as_ref()
            .unwrap()
            .contains("dated by its signing")
    );
    assert_eq!(rule.given_at, "2025-01-16");
    assert!(
        rule.source
            .as_ref()
            .unwrap()
            .contains("public some days earlier")
    );
    let next = &page.next[0];
    assert_eq!(
        next.path,
        "/api/v1/documents.json?per_page=100&search_after_cursor=abc"
    );
}

#[test]
fn refusals_are_told_apart() {
    for (status, body, class) in [
        (
            400,
            r#"{"message":"field 'presidential_document_type' not valid"}"#,
            SchemaChanged,
        ),
        (400, r#"{"errors":{"agency":"unknown"}}"#, SchemaChanged),
        (
            404,
            r#"{"status":404,"message":"Record Not Found"}"#,
            NoData,
        ),
        (200, r#"{"count":0,"description":"nothing"}"#, NoData),
        (200, r#"{"count":3}"#, SchemaChanged),
        (
            200,
            "<html>Request Access: please complete the CAPTCHA (bot test) below</html>",
            BotCheck,
        ),
        (200, CHALLENGE, BotCheck),
        (429, "Retry later", RateLimited),
        (200, &PAGE[..400], Truncated),
    ] {
        let refusal = FederalRegister
            .read(&ask(None), &reply(status, body))
            .unwrap_err();
        assert_eq!(refusal.class, class, "{body}: {refusal}");
    }
    let field = FederalRegister.read(
        &ask(None),
        &reply(400, r#"{"message":"field 'x' not valid"}"#),
    );
    assert!(field.unwrap_err().message.contains("field 'x' not valid"));
}

#[test]
fn no_cut_makes_it_panic_or_gives_a_part() {
    for end in 0..PAGE.len() {
        assert!(
            FederalRegister
                .read(&ask(None), &reply(200, &PAGE[..end]))
                .is_err(),
            "at byte {end}"
        );
    }
}
