//! The one place that opens connections: polite, patient within limits, and discreet.
//!
//! A [`Client`] sends an adapter's [`Request`] and hands the reply to the
//! adapter's own reading, because only that can tell an answer from a refusal; what may pass by
//! itself is tried again. Every limit is in [`HttpSettings`]. What is asked, and what becomes of
//! the answer, is decided elsewhere.

mod address;
mod body;
mod limit;
mod redirect;
mod retry;
mod settings;
mod status;

pub use address::{host_of, presentable};
pub use settings::HttpSettings;

use super::{Refusal, RefusalClass, Reply, Request, Secret, SourceFacts};
use address::Guard;
use backon::Retryable;
use chrono::{DateTime, TimeDelta, Utc};
use limit::Gates;
use redirect::{Step, next_step};
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// What a server said of a file's version, sent back to ask whether there is a newer one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// The header `ETag`.
    pub etag: Option<String>,
    /// The header `Last-Modified`.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Those of a reply; both may be absent. One that repeats the key is left out, because they
    /// are stored.
    pub fn of(reply: &Reply, key: Option<&Secret>) -> Self {
        let keyless = |name| {
            let text = reply.header(name)?;
            (redact(text, key) == text).then(|| text.to_owned())
        };
        Self {
            etag: keyless("etag"),
            last_modified: keyless("last-modified"),
        }
    }
}

/// One request with all that is needed to send it.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Whom to ask.
    pub source: &'a SourceFacts,
    /// Where the source is, if a person configured it; else its own address.
    pub base_url: Option<&'a str>,
    /// What to ask.
    pub request: &'a Request,
    /// The key that the request may contain, to keep it out of everything that is shown.
    pub key: Option<&'a Secret>,
    /// The version that is there already.
    pub validators: Option<&'a Validators>,
}

/// What a request brought.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer<T> {
    /// A reply, and what the adapter read from it.
    Fresh {
        /// What was read.
        value: T,
        /// The bytes that it was read from.
        reply: Reply,
        /// The address that was asked, without the key.
        url: String,
    },
    /// The version that is there already is the newest.
    Unchanged,
}

/// Sends requests. One client serves a whole run, so that its limits hold for all of it.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    settings: HttpSettings,
    gates: Gates,
    started: (DateTime<Utc>, Instant),
}

impl Client {
    /// A client that began at `now`.
    ///
    /// `base_urls` are the addresses that a person or the program configured. Only their hosts
    /// may lie in a private network; a redirect cannot lead into one.
    ///
    /// # Errors
    /// A system without a usable TLS set-up, as `network`.
    pub fn new<'a>(
        settings: HttpSettings,
        base_urls: impl IntoIterator<Item = &'a str>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        // A second client of the same process finds the provider installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = Guard::new(base_urls);
        let builder = || {
            reqwest::Client::builder()
                .user_agent(settings.user_agent.clone())
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .connect_timeout(settings.connect_timeout)
                .read_timeout(settings.idle_timeout)
                .dns_resolver(Arc::clone(&guard))
        };
        // Without the system's certificates no TLS connection will be trusted, but addresses
        // without TLS, such as a replica's, still work.
        let http = builder()
            .build()
            .or_else(|_| builder().tls_certs_only([]).build())
            .map_err(|error| {
                let problem = error.without_url();
                Refusal::new(RefusalClass::Network, format!("no TLS set-up: {problem}"))
            })?;
        Ok(Self {
            http,
            gates: Gates::new(settings.min_interval),
            settings,
            started: (now, Instant::now()),
        })
    }

    /// Sends the request and reads the reply; what may pass by itself is tried again.
    ///
    /// `read` is the adapter's. Where it can tell no more than that the reply has not the form it
    /// knows, a status that says more (429, 503) decides.
    ///
    /// # Errors
    /// Why there is no answer, after the last attempt, without the key.
    pub async fn get<T>(
        &self,
        call: Call<'_>,
        read: impl Fn(&Reply) -> Result<T, Refusal>,
    ) -> Result<Answer<T>, Refusal> {
        let limits = &self.settings;
        (|| self.attempt(call, &read))
            .retry(retry::backoff(limits))
            .when(|refusal| retry::may_pass(refusal, limits))
            .adjust(|refusal, wait| {
                let asked = refusal.retry_after.unwrap_or_default();
                wait.map(|wait| wait.max(asked))
            })
            .notify(|refusal, wait| {
                let source = &call.source.name;
                tracing::info!("{source}: {refusal}; trying again in {wait:.1?}");
            })
            .await
            .map_err(|refusal| retry::explain(refusal, limits))
    }

    async fn attempt<T>(
        &self,
        call: Call<'_>,
        read: &impl Fn(&Reply) -> Result<T, Refusal>,
    ) -> Result<Answer<T>, Refusal> {
        let whole = self.settings.whole_timeout;
        let url = request_url(call)?;
        let host = limit::host_and_port(&url);
        let shown = redact(url.as_str(), call.key);
        let reply = match tokio::time::timeout(whole, self.follow(call, url)).await {
            Ok(reply) => reply,
            Err(_) => Err(Refusal::new(
                RefusalClass::Timeout,
                format!("no complete reply within {whole:.0?}"),
            )),
        };
        let answer = reply.and_then(|reply| {
            if reply.status == 304 && call.validators.is_some() {
                return Ok(Answer::Unchanged);
            }
            if reply.status == 206 {
                let message = "sent a part of what was asked for as a whole";
                return Err(Refusal::new(RefusalClass::Truncated, message));
            }
            if (300..400).contains(&reply.status) {
                return Err(unasked(reply.status));
            }
            match read(&reply) {
                Ok(value) => Ok(Answer::Fresh {
                    value,
                    reply,
                    url: shown,
                }),
                Err(refusal) => {
                    let longest = self.settings.longest_own_wait;
                    Err(status::decide(&reply, refusal, self.now(), longest))
                }
            }
        });
        answer.map_err(|refusal| {
            if let Some(wait) = refusal.retry_after {
                self.gates
                    .pause(&host, wait.min(self.settings.longest_wait));
            }
            redacted(refusal, call.key)
        })
    }

    /// Sends the request, and again wherever it is redirected within what is allowed.
    async fn follow(&self, call: Call<'_>, url: Url) -> Result<Reply, Refusal> {
        let base = url.clone();
        let mut url = url;
        for _ in 0..=self.settings.max_redirects {
            let at_home = limit::host_and_port(&url) == limit::host_and_port(&base);
            self.gates.pass(&url, call.source.min_interval).await;
            let request = self.http.get(url.clone()).headers(headers(call, at_home)?);
            let response = request.send().await.map_err(body::failure)?;
            let status = response.status().as_u16();
            let name = &call.source.name;
            let shown = redact(url.as_str(), call.key);
            tracing::debug!("{name}: GET {shown}: {status}");
            let location = response.headers().get("location");
            let Some(location) = location.filter(|_| (300..400).contains(&status)) else {
                return body::read(response, self.settings.max_body).await;
            };
            let location = String::from_utf8_lossy(location.as_bytes()).into_owned();
            match next_step(&base, &url, &location, call.key) {
                Step::Follow(next) => url = next,
                Step::Refuse(refusal) => return Err(refusal),
            }
        }
        Err(Refusal::new(
            RefusalClass::SchemaChanged,
            format!("more than {} redirects", self.settings.max_redirects),
        ))
    }

    /// The time by the clock that the run was given.
    fn now(&self) -> DateTime<Utc> {
        let (began_at, began) = self.started;
        let passed = TimeDelta::from_std(began.elapsed()).unwrap_or_default();
        began_at + passed
    }
}

/// A redirect without an address, or "not modified" to somebody who did not ask for that.
fn unasked(status: u16) -> Refusal {
    let message = match status {
        304 => "answered that nothing has changed, without having been asked".to_owned(),
        _ => format!("redirects (status {status}) without saying where to"),
    };
    Refusal::new(RefusalClass::SchemaChanged, message)
}

/// The address that a request is sent to.
fn request_url(call: Call<'_>) -> Result<Url, Refusal> {
    let own = call.request.host.unwrap_or(&call.source.base_url);
    let base = call.base_url.unwrap_or(own).trim_end_matches('/');
    let url = Url::parse(&format!("{base}{}", call.request.path));
    match url {
        // A password in an address would be shown with it.
        Ok(url) if is_plain(&url) => Ok(url),
        _ => {
            let name = &call.source.name;
            let message =
                format!("the base URL of {name} is no http or https address, or holds a password");
            Err(Refusal::new(RefusalClass::SchemaChanged, message))
        }
    }
}

fn is_plain(url: &Url) -> bool {
    let signed = !url.username().is_empty() || url.password().is_some();
    matches!(url.scheme(), "http" | "https") && url.has_host() && !signed
}

/// The headers of a request; to another host than the source's own go none but the usual ones.
fn headers(call: Call<'_>, at_home: bool) -> Result<HeaderMap, Refusal> {
    let mut headers = HeaderMap::new();
    if !at_home {
        return Ok(headers);
    }
    let unusable = |name: &str| {
        let message = format!("the header {name} cannot be sent: it holds a control character");
        Refusal::new(RefusalClass::Network, message)
    };
    let mut add = |name: &str, value: &str| {
        let key = HeaderName::try_from(name).map_err(|_| unusable(name))?;
        let mut value = HeaderValue::try_from(value).map_err(|_| unusable(name))?;
        // Any of them may hold the key.
        value.set_sensitive(true);
        headers.insert(key, value);
        Ok(())
    };
    for (name, value) in &call.request.headers {
        add(name, value)?;
    }
    if let Some(validators) = call.validators {
        if let Some(etag) = &validators.etag {
            add("if-none-match", etag)?;
        }
        if let Some(date) = &validators.last_modified {
            add("if-modified-since", date)?;
        }
    }
    Ok(headers)
}

fn redact(text: &str, key: Option<&Secret>) -> String {
    key.map_or_else(|| text.to_owned(), |key| key.redact(text))
}

fn redacted(refusal: Refusal, key: Option<&Secret>) -> Refusal {
    Refusal {
        message: redact(&refusal.message, key),
        ..refusal
    }
}

/// A duration for people: `90 s`, `12 min`.
fn in_words(wait: Duration) -> String {
    match wait.as_secs() {
        seconds @ 0..=99 => format!("{seconds} s"),
        seconds @ 100..=5_999 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h", seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests;
