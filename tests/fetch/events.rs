//! `events import --source` against a server that plays the sources of events.

use super::Desk;
use crate::replica::{Act, Seen, ok, reply};

const TICKERS: &str = r#"{"0":{"cik_str":1045810,"ticker":"NVDA","title":"NVIDIA CORP"}}"#;

fn filings(accession: &str, accepted: &str) -> String {
    format!(
        r#""accessionNumber":["{accession}"],"filingDate":["2025-02-26"],"acceptanceDateTime":["{accepted}"],"form":["8-K"],"items":["2.02"],"primaryDocument":["x.htm"]"#
    )
}

/// EDGAR with a list of companies, newest filings and an older page.
fn edgar(seen: &Seen, _: usize) -> Vec<Act> {
    if !seen
        .header("user-agent")
        .is_some_and(|agent| agent.contains('@'))
    {
        return reply(
            403,
            &[],
            "<html>Your Request Originates from an Undeclared Automated Tool</html>",
        );
    }
    let json = |body: String| ok("application/json", body);
    match seen.path() {
        "/files/company_tickers.json" => json(TICKERS.to_owned()),
        "/submissions/CIK0001045810.json" => json(format!(
            r#"{{"cik":"0001045810","name":"NVIDIA CORP","filings":{{"recent":{{{}}},"files":[{{"name":"CIK0001045810-submissions-001.json","filingFrom":"2000-01-01","filingTo":"2025-01-20"}}]}}}}"#,
            filings("0001045810-25-000020", "2025-02-26T21:21:44.000Z")
        )),
        "/submissions/CIK0001045810-submissions-001.json" => json(format!(
            "{{{}}}",
            filings("0001045810-25-000001", "2025-01-10T21:00:00.000Z")
        )),
        _ => reply(404, &[], "<html>no</html>"),
    }
}

fn import<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec![
        "events",
        "import",
        "--into",
        "mine.toml",
        "--from",
        "2025-01-01",
        "--to",
        "2025-03-31",
    ];
    args.extend(more);
    args
}

#[test]
fn filings_come_page_by_page_and_only_once() {
    let desk = Desk::new(edgar);
    let run = |args: &[&str]| {
        let mut command = desk.command();
        command.env("SHOCKWAVE_KEY_EDGAR", "Jane Doe jane@example.com");
        crate::support::Run::of(command.args(args).output().expect("the binary runs"))
    };
    let args = import(&["--source", "edgar", "--instruments", "NVDA", "--write"]);
    let first = run(&args).ends(0);
    assert!(
        first.stdout.contains("2 new, 0 there already"),
        "{}",
        first.stdout
    );
    let written = desk.sandbox.read("mine.toml");
    assert!(
        written.contains("at = \"2025-02-26T21:21:44Z\""),
        "{written}"
    );
    assert!(written.contains("time_certainty = \"exact\""), "{written}");
    let second = run(&args).ends(0);
    assert!(
        second.stdout.contains("the same accession number"),
        "{}",
        second.stdout
    );
    assert_eq!(desk.sandbox.read("mine.toml"), written);
    let asked: Vec<String> = desk
        .replica
        .seen()
        .iter()
        .map(|s| s.target.clone())
        .collect();
    assert_eq!(
        asked[..3],
        [
            "/files/company_tickers.json",
            "/submissions/CIK0001045810.json",
            "/submissions/CIK0001045810-submissions-001.json",
        ]
    );
}

#[test]
fn a_source_without_its_contact_is_not_asked() {
    let desk = Desk::new(edgar);
    let run = desk
        .run(&import(&[
            "--source",
            "edgar",
            "--instruments",
            "NVDA",
            "--json",
        ]))
        .ends(3);
    assert_eq!(run.json()["class"], "needs-key");
    assert!(desk.replica.seen().is_empty());
    assert!(!desk.sandbox.path("mine.toml").exists());
}

#[test]
fn documents_are_read_over_all_pages() {
    let page = |number: &str, next: &str| {
        format!(
            r#"{{"count":2,"total_pages":2,"next_page_url":{next},"results":[{{"document_number":"{number}","title":"Rule {number}","type":"Rule","publication_date":"2025-01-16","signing_date":"2025-01-13"}}]}}"#
        )
    };
    let desk = Desk::new(move |seen, nth| {
        // The next page is named by the real host: the configured one is asked.
        let next =
            r#""https://www.federalregister.gov/api/v1/documents.json?search_after_cursor=x""#;
        let body = match (nth, seen.parameter("search_after_cursor")) {
            (0, None) => page("2025-1", next),
            _ => page("2025-2", "null"),
        };
        ok("application/json", body)
    });
    let args = import(&[
        "--source",
        "federalregister",
        "--query",
        "type:rule chips",
        "--write",
    ]);
    let run = desk.run(&args).ends(0);
    assert!(run.stdout.contains("2 new"), "{}", run.stdout);
    assert_eq!(desk.replica.seen().len(), 2);
    assert!(
        desk.sandbox
            .read("mine.toml")
            .contains("id = \"fr-2025-2\"")
    );
}

#[test]
fn a_list_with_a_page_missing_leaves_no_catalogue() {
    let page = |count: usize, next: &str| {
        format!(
            r#"{{"count":{count},"next_page_url":{next},"results":[{{"document_number":"2025-1","title":"A rule","type":"Rule","publication_date":"2025-01-16"}}]}}"#
        )
    };
    let next = r#""https://www.federalregister.gov/api/v1/documents.json?search_after_cursor=x""#;
    let register = |first: String| {
        move |seen: &Seen, _: usize| match seen.parameter("search_after_cursor") {
            None => ok("application/json", &first),
            Some(_) => ok("application/json", ""),
        }
    };
    let refused = |desk: Desk, args: [&str; 4]| {
        let args = [&args[..], &["--write", "--json"]].concat();
        let mut command = desk.command();
        command.env("SHOCKWAVE_KEY_EDGAR", "Jane Doe jane@example.com");
        let done = command.args(import(&args)).output();
        let run = crate::support::Run::of(done.expect("the binary runs")).ends(3);
        assert_eq!(run.json()["class"], "truncated", "{}", run.stdout);
        assert!(!desk.sandbox.path("mine.toml").exists());
    };
    let rules = ["--source", "federalregister", "--query", "type:rule"];
    refused(Desk::new(register(page(300, next))), rules);
    refused(Desk::new(register(page(1, next))), rules);
    refused(Desk::new(register(page(300, "null"))), rules);
    let older_page_empty = |seen: &Seen, nth: usize| match seen.path().contains("-001.json") {
        true => ok("application/json", ""),
        false => edgar(seen, nth),
    };
    let filings = ["--source", "edgar", "--instruments", "NVDA"];
    refused(Desk::new(older_page_empty), filings);
}

#[test]
fn a_source_without_an_answer_leaves_no_catalogue() {
    let desk = Desk::new(|_, _| ok("application/json", "{}"));
    let run = desk
        .run(&import(&[
            "--source", "gdelt", "--query", "chips", "--write", "--json",
        ]))
        .ends(3);
    assert_eq!(run.json()["class"], "no-data");
    assert!(!desk.sandbox.path("mine.toml").exists());
}

#[test]
fn offline_and_unknown_sources_are_usage() {
    let desk = Desk::new(edgar);
    let offline = desk
        .run(&import(&["--source", "gdelt", "--query", "x", "--offline"]))
        .ends(2);
    assert!(offline.stderr.contains("--offline"), "{}", offline.stderr);
    let unknown = desk.run(&import(&["--source", "yahoo"])).ends(2);
    assert!(
        unknown.stderr.contains("edgar, federalregister, gdelt"),
        "{}",
        unknown.stderr
    );
    assert!(desk.replica.seen().is_empty());
}
