//! A message as a JSON POST, signed with a secret that both sides know.
//!
//! The header `X-Shockwave-Signature` is `sha256=` and the HMAC-SHA256 of the body in hex (RFC 2104),
//! as common receivers of webhooks check it.

use super::{hex, json, name_of};
use crate::error::{InputError, Result};
use crate::schedule::rule::{Message, Webhook};
use crate::source::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::time::Duration;

/// Attempts after the first.
const RETRIES: u32 = 3;
/// For one attempt.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Delivers a message; `retry_base` is the wait before the second attempt, and doubles from there.
///
/// # Errors
/// An address that cannot be reached or does not take the message. Secrets and the query of the
/// address, which often is one, stay out of the text.
pub async fn deliver(
    hook: &Webhook,
    secret: Option<&Secret>,
    message: &Message,
    retry_base: Duration,
) -> Result<()> {
    // Another part of the program may have chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let shown = hook.url.split(['?', '#']).next().unwrap_or("");
    let fault =
        |problem: String| InputError::new(problem, "the next run tries again").in_file(shown);
    let builder = || {
        reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
    };
    // Without the system's certificates, receivers on this machine can still be reached.
    let client = builder()
        .build()
        .or_else(|_| builder().tls_certs_only([]).build())
        .map_err(|e| fault(e.without_url().to_string()))?;
    let body = json(message);
    let mut wait = retry_base;
    let mut last = String::new();
    for attempt in 0..=RETRIES {
        if attempt > 0 {
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
        let mut request = client
            .post(&hook.url)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", name_of(std::slice::from_ref(message)));
        if let Some(secret) = secret {
            let signature = format!(
                "sha256={}",
                sign(secret.expose().as_bytes(), body.as_bytes())?
            );
            request = request.header("X-Shockwave-Signature", signature);
        }
        match request.body(body.clone()).send().await {
            Ok(reply) if reply.status().is_success() => return Ok(()),
            Ok(reply) => {
                let status = reply.status();
                last = format!("answered with status {}", status.as_u16());
                let may_pass = status.is_server_error() || matches!(status.as_u16(), 408 | 429);
                if !may_pass {
                    break;
                }
            }
            Err(error) => last = format!("cannot be reached: {}", error.without_url()),
        }
    }
    Err(fault(last).into())
}

/// The HMAC-SHA256 of `body`, in hex.
///
/// # Errors
/// None in fact: every key has a length that the function takes.
pub fn sign(key: &[u8], body: &[u8]) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .map_err(|e| InputError::new(format!("the secret cannot sign: {e}"), "use another"))?;
    mac.update(body);
    Ok(hex(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::sign;

    #[test]
    fn signatures_are_those_of_rfc_4231() {
        // Test cases 1 and 2.
        assert_eq!(
            sign(&[0x0b; 20], b"Hi There").unwrap(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
        assert_eq!(
            sign(b"Jefe", b"what do ya want for nothing?").unwrap(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
