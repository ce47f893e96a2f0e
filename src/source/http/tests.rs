//! The client against a server that misbehaves in every way that sources have shown.

#[path = "../../../tests/replica/mod.rs"]
mod replica;

use super::*;
use crate::prices::dialect::AdjustmentBasis;
use crate::source::KeyNeed;
use replica::{Act, Replica, Seen};
use std::borrow::Cow;

const BODY: &[u8] = b"Date,Close\n2025-01-27,118.42\n2025-01-28,128.99\n";

fn facts(min_interval: Duration) -> SourceFacts {
    SourceFacts {
        name: Cow::Borrowed("replica"),
        title: Cow::Borrowed("Replica"),
        base_url: Cow::Borrowed("http://127.0.0.1"),
        key: KeyNeed::Optional,
        adjustment_basis: AdjustmentBasis::Unknown,
        publication_lag: TimeDelta::zero(),
        min_interval,
        by_hand: None,
    }
}

/// Limits that let a test end soon.
fn quick() -> HttpSettings {
    HttpSettings {
        retry_base: Duration::from_millis(5),
        max_body: 1 << 20,
        ..HttpSettings::default()
    }
    .with_timeout(Duration::from_millis(400))
}

/// An adapter that knows one header and nothing else.
fn read(reply: &Reply) -> Result<String, Refusal> {
    let body = String::from_utf8_lossy(&reply.body).into_owned();
    match reply.body.strip_prefix(b"Date,Close\n") {
        Some(rows) if rows.ends_with(b"\n") => Ok(body),
        Some(_) => Err(Refusal::new(RefusalClass::Truncated, "the last row is cut")),
        None => Err(Refusal::new(
            RefusalClass::SchemaChanged,
            format!("unknown: {body}"),
        )),
    }
}

struct Asked {
    path: &'static str,
    key: Option<&'static str>,
    settings: HttpSettings,
    validators: Option<Validators>,
    min_interval: Duration,
}

fn asked() -> Asked {
    Asked {
        path: "/prices",
        key: None,
        settings: quick(),
        validators: None,
        min_interval: Duration::ZERO,
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

impl Asked {
    fn of(self, replica: &Replica) -> Result<Answer<String>, Refusal> {
        let facts = facts(self.min_interval);
        let base = replica.url();
        let key = self.key.and_then(Secret::new);
        let request = Request {
            path: self.path.to_owned(),
            headers: vec![("authorization", format!("Token {}", self.key.unwrap_or("")))],
            host: None,
        };
        run(async {
            let client = Client::new(self.settings, [base.as_str()], DateTime::UNIX_EPOCH)?;
            let call = Call {
                source: &facts,
                base_url: Some(&base),
                request: &request,
                key: key.as_ref(),
                validators: self.validators.as_ref(),
            };
            client.get(call, read).await
        })
    }

    #[track_caller]
    fn refused(self, replica: &Replica) -> Refusal {
        match self.of(replica) {
            Ok(answer) => panic!("not refused: {answer:?}"),
            Err(refusal) => refusal,
        }
    }

    #[track_caller]
    fn answered(self, replica: &Replica) {
        match self.of(replica).expect("an answer") {
            Answer::Fresh { value, reply, .. } => {
                assert_eq!((value.as_bytes(), reply.status), (BODY, 200));
            }
            Answer::Unchanged => panic!("not a fresh answer"),
        }
    }
}

fn csv() -> Vec<Act> {
    replica::ok("text/csv", BODY)
}

/// A server that does this `n` times, and then answers.
fn first(n: usize, acts: Vec<Act>) -> Replica {
    Replica::start(move |_, nth| if nth < n { acts.clone() } else { csv() })
}

#[test]
fn a_reply_is_read_and_the_client_says_who_it_is() {
    let replica = first(0, Vec::new());
    asked().answered(&replica);
    let seen = replica.seen();
    let agent = seen[0].header("user-agent").expect("an agent");
    assert!(
        agent.starts_with("Mozilla/5.0 (compatible; shockwave/"),
        "{agent}"
    );
    assert_eq!(seen[0].header("accept-encoding"), Some("gzip"));
    assert_eq!(seen[0].header("referer"), None);
}

#[test]
fn what_may_pass_by_itself_is_tried_again() {
    let faults = [
        ("reset", replica::reset_midway(BODY, 20)),
        ("short", replica::cut_short(BODY, 20)),
        ("closed at once", vec![]),
        ("cut row", replica::ok("text/csv", &BODY[..BODY.len() - 4])),
        ("503", replica::reply(503, &[], "busy")),
        (
            "429",
            replica::reply(429, &[("retry-after", "0")], "Too Many Requests"),
        ),
        (
            "corrupt gzip",
            replica::reply(200, &[("content-encoding", "gzip")], "no gzip"),
        ),
    ];
    for (name, acts) in faults {
        let replica = first(2, acts);
        asked().answered(&replica);
        assert_eq!(replica.seen().len(), 3, "{name}");
    }
}

#[test]
fn what_does_not_pass_has_its_class_after_the_last_attempt() {
    use RefusalClass::*;
    let second = Duration::from_secs(1);
    let hang = vec![Act::Wait(2 * second)];
    let table: [(&str, Vec<Act>, RefusalClass, usize); 9] = [
        ("reset", replica::reset_midway(BODY, 20), Network, 4),
        ("short", replica::cut_short(BODY, 20), Truncated, 4),
        (
            "cut row",
            replica::ok("text/csv", &BODY[..40]),
            Truncated,
            4,
        ),
        ("hang", hang, Timeout, 4),
        ("drip", replica::drip(BODY, second / 20), Timeout, 4),
        ("503", replica::reply(503, &[], "busy"), Network, 4),
        (
            "429",
            replica::reply(429, &[], "Too Many Requests"),
            RateLimited,
            4,
        ),
        (
            "404",
            replica::reply(404, &[], "not here"),
            SchemaChanged,
            1,
        ),
        (
            "page",
            replica::ok("text/csv", "<!DOCTYPE html>"),
            SchemaChanged,
            1,
        ),
    ];
    for (name, acts, class, requests) in table {
        let replica = first(usize::MAX, acts);
        let refusal = asked().refused(&replica);
        assert_eq!(refusal.class, class, "{name}: {refusal}");
        assert_eq!(replica.seen().len(), requests, "{name}");
    }
}

#[test]
fn nothing_that_listens_is_network() {
    let replica = first(0, Vec::new());
    let url = replica.url();
    drop(replica);
    let facts = facts(Duration::ZERO);
    let request = Request {
        path: "/?token=s3cret".to_owned(),
        headers: Vec::new(),
        host: None,
    };
    let refusal = run(async {
        let client = Client::new(quick(), [url.as_str()], DateTime::UNIX_EPOCH)?;
        let call = Call {
            source: &facts,
            base_url: Some(&url),
            request: &request,
            key: None,
            validators: None,
        };
        client.get(call, read).await
    });
    let refusal = refusal.expect_err("nobody is there");
    assert_eq!(refusal.class, RefusalClass::Network, "{refusal}");
    assert!(!refusal.message.contains("s3cret"), "{refusal}");
}

#[test]
fn a_wait_that_the_server_asks_for_is_kept_or_said() {
    let replica = first(1, replica::reply(429, &[("retry-after", "1")], ""));
    asked().answered(&replica);
    assert!(replica.gaps()[0] >= Duration::from_millis(990));

    let replica = first(1, replica::reply(429, &[("retry-after", "7200")], ""));
    let refusal = asked().refused(&replica);
    assert_eq!(refusal.class, RefusalClass::RateLimited);
    assert!(refusal.message.contains("try again in 2 h"), "{refusal}");
    assert_eq!(replica.seen().len(), 1);
}

#[test]
fn bodies_have_a_bound_before_and_after_they_are_unpacked() {
    let bomb = replica::body::bomb(64);
    assert!(bomb.len() < 100_000);
    let faults = [
        replica::reply(200, &[("content-encoding", "gzip")], &bomb),
        vec![Act::Send(replica::head(200, &[], Some(5 << 30)))],
        replica::ok("text/csv", vec![b'x'; 2 << 20]),
    ];
    for acts in faults {
        let replica = first(usize::MAX, acts);
        let refusal = asked().refused(&replica);
        assert_eq!(refusal.class, RefusalClass::TooLarge, "{refusal}");
        assert_eq!(replica.seen().len(), 1);
    }
    let packed = replica::body::gzipped(BODY);
    let packed = replica::reply(200, &[("content-encoding", "gzip")], packed);
    asked().answered(&first(1, packed));
}

#[test]
fn redirects_end_and_stay_where_they_may() {
    let replica = Replica::start(|seen: &Seen, nth| match seen.path() {
        "/prices" => replica::redirect("/moved"),
        "/moved" if nth == 0 => csv(),
        _ => replica::reply(404, &[], ""),
    });
    asked().answered(&replica);
    // The key's header goes along at home.
    assert!(replica.seen()[1].header("authorization").is_some());

    let round = first(usize::MAX, replica::redirect("/prices"));
    let refusal = asked().refused(&round);
    assert!(
        refusal.message.contains("more than 5 redirects"),
        "{refusal}"
    );
    assert_eq!(round.seen().len(), 6);

    for place in [
        "file:///etc/passwd",
        "http://127.0.0.2/",
        "http://[::1]/",
        "http://localhost/",
    ] {
        let replica = first(usize::MAX, replica::redirect(place));
        let refusal = asked().refused(&replica);
        let class = refusal.class;
        // A name is found out only when it is resolved.
        let named = place.contains("localhost") && class == RefusalClass::Network;
        assert!(
            class == RefusalClass::SchemaChanged || named,
            "{place}: {refusal}"
        );
    }
    let check = "https://unblock.federalregister.gov/";
    let replica = first(usize::MAX, replica::redirect(check));
    assert_eq!(asked().refused(&replica).class, RefusalClass::BotCheck);
}

#[test]
fn a_key_does_not_leave_its_host_nor_show_in_a_message() {
    let asked = || Asked {
        path: "/prices?token=s3cret",
        key: Some("s3cret"),
        ..asked()
    };
    let echo = Replica::start(|seen, _| {
        let text = format!("your key in {} is used up", seen.target);
        replica::reply(403, &[], text)
    });
    let refusal = asked().refused(&echo);
    assert_eq!(echo.seen()[0].parameter("token"), Some("s3cret"));
    assert!(refusal.message.contains("[key]"), "{refusal}");
    assert!(!refusal.message.contains("s3cret"), "{refusal}");

    let away = first(1, replica::redirect("http://8.8.8.8/?token=s3cret"));
    let refusal = asked().refused(&away);
    assert_eq!(refusal.class, RefusalClass::SchemaChanged);
    assert!(refusal.message.contains("with the key"), "{refusal}");

    let elsewhere = Replica::start(|_, _| csv());
    let port = elsewhere.url();
    let here = Replica::start(move |_, _| replica::redirect(&port));
    assert_eq!(asked().refused(&here).class, RefusalClass::SchemaChanged);
    assert!(elsewhere.seen().is_empty());
}

#[test]
fn only_the_usual_headers_go_to_another_host() {
    let facts = facts(Duration::ZERO);
    let request = Request {
        path: "/".to_owned(),
        headers: vec![("authorization", "Token s3cret".to_owned())],
        host: None,
    };
    let call = Call {
        source: &facts,
        base_url: None,
        request: &request,
        key: None,
        validators: None,
    };
    assert_eq!(headers(call, true).expect("headers").len(), 1);
    assert!(headers(call, false).expect("headers").is_empty());
}

#[test]
fn what_has_not_changed_is_not_read_again() {
    let replica = Replica::start(|seen, _| match seen.header("if-none-match") {
        Some("\"v1\"") => replica::reply(304, &[], ""),
        _ => replica::reply(200, &[("etag", "\"v1\"")], BODY),
    });
    let Ok(Answer::Fresh { reply, .. }) = asked().of(&replica) else {
        panic!("no fresh answer");
    };
    let validators = Some(Validators::of(&reply, None));
    let again = Asked {
        validators,
        ..asked()
    };
    assert_eq!(again.of(&replica), Ok(Answer::Unchanged));
    // Without having asked whether there is something newer, 304 is no answer.
    let confused = first(usize::MAX, replica::reply(304, &[], ""));
    assert_eq!(
        asked().refused(&confused).class,
        RefusalClass::SchemaChanged
    );
}

#[test]
fn a_version_that_repeats_the_key_is_not_kept() {
    let headers = [
        ("etag", "\"v1-s3cret\""),
        ("last-modified", "Tue, 28 Jan 2025 22:00:00 GMT"),
    ];
    let replica = first(usize::MAX, replica::reply(200, &headers, BODY));
    let Ok(Answer::Fresh { reply, .. }) = asked().of(&replica) else {
        panic!("no fresh answer");
    };
    let key = Secret::new("s3cret");
    let kept = Validators::of(&reply, key.as_ref());
    assert_eq!(kept.etag, None);
    assert_eq!(kept.last_modified.as_deref(), Some(headers[1].1));
    let harmless = Validators::of(&reply, None);
    assert_eq!(harmless.etag.as_deref(), Some(headers[0].1));
}

#[test]
fn requests_to_one_host_keep_their_distance() {
    let replica = first(0, Vec::new());
    let facts = facts(Duration::from_millis(60));
    let base = replica.url();
    let request = Request {
        path: "/prices".to_owned(),
        headers: Vec::new(),
        host: None,
    };
    run(async {
        let client = Client::new(quick(), [base.as_str()], DateTime::UNIX_EPOCH);
        let client = Arc::new(client.expect("a client"));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..5 {
            let (client, facts) = (Arc::clone(&client), facts.clone());
            let (base, request) = (base.clone(), request.clone());
            tasks.spawn(async move {
                let call = Call {
                    source: &facts,
                    base_url: Some(&base),
                    request: &request,
                    key: None,
                    validators: None,
                };
                client.get(call, read).await.expect("an answer");
            });
        }
        tasks.join_all().await;
    });
    let gaps = replica.gaps();
    assert_eq!(gaps.len(), 4);
    // The server notes a request when it gets round to reading it.
    let whole: Duration = gaps.iter().sum();
    assert!(whole >= Duration::from_millis(4 * 60 - 30), "{gaps:?}");
}
