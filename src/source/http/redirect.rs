//! Where a redirect may lead: the same scheme, no private address, never the key to another host,
//! and not to a page that wants to see a person.

use super::address::is_public;
use super::limit::host_and_port;
use crate::source::{Refusal, RefusalClass, Secret};
use reqwest::Url;
use std::net::IpAddr;

/// Hosts whose only purpose is to tell people from programs, or to ask people for consent.
const BOT_CHECK_HOSTS: [&str; 4] = [
    "unblock.federalregister.gov",
    "consent.yahoo.com",
    "guce.yahoo.com",
    "validate.perfdrive.com",
];

/// What to do about a redirect.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// Ask there.
    Follow(Url),
    /// Stop here.
    Refuse(Refusal),
}

/// Judges the redirect from `from` to `location` of a request that was sent to `base`.
pub(super) fn next_step(base: &Url, from: &Url, location: &str, key: Option<&Secret>) -> Step {
    let refuse = |what: &str| {
        let message = format!("the source redirects to {what}; this is not followed");
        Step::Refuse(Refusal::new(RefusalClass::SchemaChanged, message))
    };
    let Ok(next) = from.join(location) else {
        return refuse("something that is no address");
    };
    let host = next.host_str().unwrap_or("").to_ascii_lowercase();
    if BOT_CHECK_HOSTS.contains(&host.as_str()) {
        let message = format!("the source redirects to {host}, which checks for a person");
        return Step::Refuse(Refusal::new(RefusalClass::BotCheck, message));
    }
    if next.scheme() != base.scheme() {
        return refuse(&format!("another scheme ({}:)", next.scheme()));
    }
    // A base address on this machine opens itself, and no other service beside it.
    let elsewhere = host_and_port(&next) != host_and_port(base);
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>();
    let private = literal.map_or(host == "localhost", |address| !is_public(address));
    if elsewhere && private {
        return refuse("an address of a private network");
    }
    let leaks = |key: &Secret| key.redact(next.as_str()) != next.as_str();
    if elsewhere && key.is_some_and(leaks) {
        return refuse("another host with the key in the address");
    }
    Step::Follow(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(location: &str) -> Step {
        let base = Url::parse("https://api.example.com/a?token=s3cret").expect("an address");
        next_step(&base, &base, location, Secret::new("s3cret").as_ref())
    }

    fn class(location: &str) -> Option<RefusalClass> {
        match step(location) {
            Step::Follow(_) => None,
            Step::Refuse(refusal) => Some(refusal.class),
        }
    }

    #[test]
    fn redirects_stay_within_what_is_allowed() {
        let follow = ["/b", "b?token=s3cret", "https://other.example.com/b"];
        for location in follow {
            assert_eq!(class(location), None, "{location}");
        }
        let changed = Some(RefusalClass::SchemaChanged);
        let refused = [
            "file:///etc/passwd",
            "http://api.example.com/a",
            "https://127.0.0.1/a",
            "https://[::1]/a",
            "https://169.254.169.254/latest",
            "https://other.example.com/?t=s3cret",
            "https://api.example.com:8443/?t=s3cret",
            "https://",
        ];
        for location in refused {
            assert_eq!(class(location), changed, "{location}");
        }
        let base = Url::parse("http://127.0.0.1:8080/a").expect("an address");
        let local = |location: &str| next_step(&base, &base, location, None);
        assert!(matches!(local("/b"), Step::Follow(_)));
        for location in [
            "http://127.0.0.1:6379/",
            "http://2130706433:1/",
            "http://localhost:8080/",
        ] {
            assert!(matches!(local(location), Step::Refuse(_)), "{location}");
        }
        let check = "https://unblock.federalregister.gov/?x=1";
        assert_eq!(class(check), Some(RefusalClass::BotCheck));
    }
}
