//! E-mail to a server of another make: aiosmtpd.

use super::Desk;
use crate::support::peer;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What Python's own parser of mail finds in a message.
const PARSER: &str = "
import email, email.policy, json, sys
mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
print(json.dumps({'headers': dict(mail.items()), 'body': mail.get_content(), 'defects': len(mail.defects)}))
";

/// A server that prints what it gets.
struct MailServer {
    process: Child,
    printed: Arc<Mutex<String>>,
}

impl MailServer {
    fn start(port: u16) -> Self {
        let address = format!("127.0.0.1:{port}");
        let mut command = peer::python();
        command
            .args(["-u", "-m", "aiosmtpd", "-n", "-l", &address])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .stdout(Stdio::piped());
        let mut process = command.spawn().expect("a mail server");
        let printed: Arc<Mutex<String>> = Arc::default();
        let (output, page) = (
            process.stdout.take().expect("its output"),
            Arc::clone(&printed),
        );
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                page.lock()
                    .expect("no panic")
                    .push_str(&format!("{line}\n"));
            }
        });
        let began = Instant::now();
        while TcpStream::connect(&address).is_err() {
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "the mail server does not start"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { process, printed }
    }

    /// The messages so far, as Python reads them.
    fn mails(&self) -> Vec<Value> {
        // What was taken is printed after the client is answered.
        std::thread::sleep(Duration::from_millis(500));
        let printed = self.printed.lock().expect("no panic").clone();
        let mails = printed
            .split("---------- MESSAGE FOLLOWS ----------\n")
            .skip(1);
        mails
            .map(|mail| parsed(mail.split("------------ END MESSAGE").next().unwrap_or("")))
            .collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn parsed(mail: &str) -> Value {
    // The server's own remark on the envelope stands before the mail.
    let mail = match mail.strip_prefix("mail options:") {
        Some(rest) => rest.split_once("\n\n").expect("a mail").1,
        None => mail,
    };
    let mut parser = peer::python();
    parser
        .args(["-c", PARSER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut parser = parser.spawn().expect("python");
    let mut input = parser.stdin.take().expect("its input");
    input.write_all(mail.as_bytes()).expect("its input");
    drop(input);
    let output = parser.wait_with_output().expect("python");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {mail}"))
}

#[test]
fn a_mail_waits_for_its_server_and_comes_once_with_its_umlauts() {
    if !peer::has_mail_server() {
        return;
    }
    let desk = Desk::new();
    let free = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    desk.notify(&format!(
        "to = \"email\"\nserver = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n\
         from = \"Börsenwächter <waechter@example.org>\"\nreceivers = [\"Jörg <joerg@example.org>\"]\n"
    ));
    desk.once("2025-01-24T23:30:00Z").ends(1);
    // Nobody listens: the message waits.
    let first = desk.once("2025-01-27T23:30:00Z").ends(1);
    assert!(
        first.stderr.contains("the next run tries again"),
        "{}",
        first.stderr
    );

    let server = MailServer::start(port);
    desk.once("2025-01-27T23:40:00Z").ends(1);
    let events = desk.sandbox.read("events.csv");
    desk.sandbox.write(
        "events.csv",
        format!("{events}überraschung,2024-12-26,Größter Sprung,NVDA\n"),
    );
    desk.once("2025-01-27T23:50:00Z").ends(1);
    desk.once("2025-01-27T23:55:00Z").ends(1);
    let mails = server.mails();
    assert_eq!(mails.len(), 2, "{mails:?}");
    for mail in &mails {
        let header = |name: &str| mail["headers"][name].as_str().unwrap_or("").to_owned();
        assert_eq!(mail["defects"], 0);
        assert_eq!(header("From"), "Börsenwächter <waechter@example.org>");
        assert_eq!(header("To"), "Jörg <joerg@example.org>");
        assert!(header("Message-ID").ends_with("@shockwave>"), "{mail}");
        assert!(header("Date").starts_with("Mon, 27 Jan 2025 23:"), "{mail}");
    }
    let text = |mail: &Value| format!("{}\n{}", mail["headers"]["Subject"], mail["body"]);
    assert!(
        text(&mails[0]).contains("abnormal return −"),
        "{}",
        mails[0]
    );
    assert!(text(&mails[1]).contains("überraschung"), "{}", mails[1]);
    assert_eq!(
        mails[1]["headers"]["Subject"],
        "Shockwave: new event in watch: überraschung (used)"
    );
}
