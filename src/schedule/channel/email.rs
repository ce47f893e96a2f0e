//! The messages of a run as one e-mail in plain text.

use super::name_of;
use crate::error::{Error, InputError, Result};
use crate::schedule::rule::{Email, Message, Security};
use crate::source::Secret;
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{SmtpTransport, Transport};
use std::error::Error as _;
use std::io::ErrorKind;
use std::time::Duration;

/// For one command of the conversation.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Who signs in, where the server wants that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The user's name.
    pub user: String,
    /// The password.
    pub password: Secret,
}

/// Delivers messages, all in one e-mail.
///
/// # Errors
/// An address that is none; a server that cannot be reached, trusted or convinced.
pub fn deliver(email: &Email, login: Option<&Login>, messages: &[Message]) -> Result<()> {
    let letter = letter(email, messages)?;
    let mut transport = SmtpTransport::builder_dangerous(&email.server)
        .port(email.port)
        .timeout(Some(TIMEOUT))
        .tls(tls(email)?);
    if let Some(login) = login {
        let password = login.password.expose().to_owned();
        transport = transport.credentials(Credentials::new(login.user.clone(), password));
    }
    let sent = transport.build().send(&letter);
    sent.map(drop).map_err(|e| undelivered(email, &problem(&e)))
}

/// What went wrong; a socket says of a server that is silent only that nothing is there yet.
fn problem(error: &lettre::transport::smtp::Error) -> String {
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let kind = deeper.downcast_ref::<std::io::Error>().map(|io| io.kind());
        if let Some(ErrorKind::WouldBlock | ErrorKind::TimedOut) = kind {
            return format!("no answer within {} seconds", TIMEOUT.as_secs());
        }
        cause = deeper.source();
    }
    error.to_string()
}

/// The e-mail. The same messages make the same one, but for what the clock of the server adds.
///
/// # Errors
/// An address that is none.
pub fn letter(email: &Email, messages: &[Message]) -> Result<lettre::Message> {
    let id = format!("<{}@shockwave>", name_of(messages));
    let mut letter = lettre::Message::builder()
        .from(mailbox(&email.from)?)
        .message_id(Some(id))
        .subject(subject(messages));
    if let Some(message) = messages.first() {
        letter = letter.date(message.at.into());
    }
    for receiver in &email.to {
        letter = letter.to(mailbox(receiver)?);
    }
    let lines: Vec<String> = messages
        .iter()
        .map(|m| format!("- {}\n", m.fact.text))
        .collect();
    letter
        .header(ContentType::TEXT_PLAIN)
        .body(lines.concat())
        .map_err(|e| undelivered(email, &e.to_string()))
}

fn subject(messages: &[Message]) -> String {
    match messages {
        [one] => format!("Shockwave: {}", one.fact.text.replace(['\r', '\n'], " ")),
        [first, ..] => format!(
            "Shockwave: {} findings of {}",
            messages.len(),
            first.fact.session
        ),
        [] => "Shockwave".to_owned(),
    }
}

fn mailbox(address: &str) -> Result<Mailbox> {
    address.parse().map_err(|_| {
        let cure = "write one like me@example.org in the [[notify]] rule";
        let fault = InputError::new("not an e-mail address", cure);
        Error::from(fault.with_value(address))
    })
}

fn tls(email: &Email) -> Result<Tls> {
    let parameters =
        || TlsParameters::new(email.server.clone()).map_err(|e| undelivered(email, &e.to_string()));
    Ok(match email.security {
        Security::None => Tls::None,
        Security::Tls => Tls::Wrapper(parameters()?),
        Security::StartTls => Tls::Required(parameters()?),
    })
}

fn undelivered(email: &Email, problem: &str) -> Error {
    let server = format!("{}:{}", email.server, email.port);
    let fault = InputError::new(
        format!("the e-mail was not taken: {problem}"),
        "the next run tries again",
    );
    fault.in_file(server).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::fact::{Fact, Trigger};

    fn email() -> Email {
        Email {
            server: "localhost".into(),
            port: 25,
            security: Security::None,
            from: "Shockwave <s@example.org>".into(),
            to: vec!["me@example.org".into(), "you@example.org".into()],
            user_env: None,
            password_env: None,
        }
    }

    fn message(text: &str) -> Message {
        Message {
            rule: "mail".into(),
            at: "2025-01-27T23:30:00Z".parse().unwrap(),
            fact: Fact {
                key: text.into(),
                trigger: Trigger::Revision,
                session: "2025-01-27".parse().unwrap(),
                study: None,
                event_id: None,
                instrument: None,
                value: None,
                p: None,
                text: text.into(),
            },
        }
    }

    #[test]
    fn a_letter_is_a_function_of_its_messages() {
        let messages = [message("NVDA −17 %"), message("AMD −6 %")];
        let text = || String::from_utf8(letter(&email(), &messages).unwrap().formatted()).unwrap();
        let letter = text();
        assert_eq!(letter, text());
        assert!(letter.contains("Subject: Shockwave: 2 findings of 2025-01-27\r\n"));
        assert!(letter.contains("Date: Mon, 27 Jan 2025 23:30:00 +0000\r\n"));
        assert!(letter.contains("To: me@example.org, you@example.org\r\n"));
        assert!(letter.contains("@shockwave>\r\n"));
    }

    #[test]
    fn nothing_of_a_text_becomes_a_header_and_no_address_is_guessed() {
        let evil = [message("x\r\nBcc: all@example.org")];
        let letter = letter(&email(), &evil).unwrap();
        let text = String::from_utf8(letter.formatted()).unwrap();
        let head = text.split("\r\n\r\n").next().unwrap();
        assert!(!head.contains("\nBcc"), "{head}");
        assert!(mailbox("nobody").is_err());
    }
}
