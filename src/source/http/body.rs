//! Bodies with a bound, and what went wrong where one does not come through.

use crate::source::{Refusal, RefusalClass, Reply};
use reqwest::Response;
use std::error::Error as _;
use std::io;

/// Reads a whole reply. Compressed bodies are decompressed on the way, and the bound is that of
/// the decompressed bytes, so that a small file cannot become a huge one.
pub(super) async fn read(mut response: Response, max: usize) -> Result<Reply, Refusal> {
    let status = response.status().as_u16();
    let text = |value: &reqwest::header::HeaderValue| {
        String::from_utf8_lossy(value.as_bytes()).into_owned()
    };
    let headers = response.headers();
    let headers = headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), text(value)))
        .collect();
    let said = response.content_length().unwrap_or(0);
    if said > max as u64 {
        return Err(too_large(max));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if body.len() + chunk.len() > max {
            return Err(too_large(max));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply {
        status,
        headers,
        body,
    })
}

fn too_large(max: usize) -> Refusal {
    let message = format!("the reply is larger than {} MiB", max >> 20);
    Refusal::new(RefusalClass::TooLarge, message)
}

/// Why a request or its reply did not come through. The address stays out of the message: it may
/// hold a key.
pub(super) fn failure(error: reqwest::Error) -> Refusal {
    if error.is_timeout() {
        let what = if error.is_connect() {
            "no connection in time"
        } else {
            "the reply stopped coming"
        };
        return Refusal::new(RefusalClass::Timeout, what);
    }
    let in_body = error.is_body() || error.is_decode();
    let error = error.without_url();
    let (cause, reset) = innermost(&error);
    if in_body && !reset {
        let message = format!("the reply ends before its end ({cause})");
        return Refusal::new(RefusalClass::Truncated, message);
    }
    let what = if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    let hint = untrusted(&cause);
    Refusal::new(RefusalClass::Network, format!("{what}: {cause}{hint}"))
}

/// What to do about a certificate that nobody known has signed: often a company's proxy has.
fn untrusted(cause: &str) -> &'static str {
    match cause.contains("UnknownIssuer") {
        true => {
            " (none of this system's authorities signed the certificate; if your network has one of \
             its own, add it to the system's, or name its file in SSL_CERT_FILE)"
        }
        false => "",
    }
}

/// The cause behind all wrappings, and whether the other side broke the connection.
fn innermost(error: &reqwest::Error) -> (String, bool) {
    let mut cause = error.to_string();
    let mut reset = false;
    let mut next = error.source();
    while let Some(error) = next {
        cause = error.to_string();
        if let Some(io) = error.downcast_ref::<io::Error>() {
            reset |= matches!(
                io.kind(),
                io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::BrokenPipe
            );
        }
        next = error.source();
    }
    (cause, reset)
}
