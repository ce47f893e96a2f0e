//! Which hosts may be connected to: a redirect, or a name that changed its address, must not lead
//! into the network that the program runs in.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

/// Resolves names; private addresses only for hosts that a person configured.
#[derive(Debug)]
pub(super) struct Guard {
    configured: Arc<HashSet<String>>,
}

impl Guard {
    pub(super) fn new<'a>(base_urls: impl IntoIterator<Item = &'a str>) -> Arc<Self> {
        let hosts = base_urls.into_iter().filter_map(host_of).collect();
        Arc::new(Self {
            configured: Arc::new(hosts),
        })
    }
}

/// The host of an address, in lower case.
pub fn host_of(url: &str) -> Option<String> {
    let url = reqwest::Url::parse(url).ok()?;
    url.host_str().map(str::to_ascii_lowercase)
}

/// An address as it may be shown: without a password, and without a query that may hold a key.
pub fn presentable(url: &str) -> String {
    let Ok(parsed) = reqwest::Url::parse(url) else {
        return "an address that cannot be read".to_owned();
    };
    let secret = !parsed.username().is_empty() || parsed.password().is_some();
    match secret || parsed.query().is_some() {
        // As it is written, else with the slash at its end that parsing adds.
        false => url.to_owned(),
        true => format!("{}{}", parsed.origin().ascii_serialization(), parsed.path()),
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let configured = Arc::clone(&self.configured);
        Box::pin(async move {
            let host = name.as_str().to_ascii_lowercase();
            // The system's own resolver blocks.
            let found = tokio::task::spawn_blocking({
                let host = host.clone();
                move || (host.as_str(), 0).to_socket_addrs()
            });
            let found: Vec<SocketAddr> = found.await??.collect();
            let allowed: Vec<SocketAddr> = found
                .into_iter()
                .filter(|at| configured.contains(&host) || is_public(at.ip()))
                .collect();
            if allowed.is_empty() {
                return Err(format!("{host} has no public address").into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// True for addresses of the public internet.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let this_network = a == 0;
    let reserved = a >= 240;
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || shared
        || this_network
        || reserved)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // An IPv4 address in an IPv6 coat is judged as what it is (mapped, compatible, NAT64).
    let s = address.segments();
    let coated = s[..5] == [0; 5] && matches!(s[5], 0 | 0xffff);
    let nat64 = s[..6] == [0x64, 0xff9b, 0, 0, 0, 0];
    if coated || nat64 {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    !(address.is_unique_local() || address.is_unicast_link_local() || address.is_multicast())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_told_from_public_ones() {
        let public = [
            "8.8.8.8",
            "2606:4700::6810:84e5",
            "::ffff:8.8.8.8",
            "100.63.0.1",
        ];
        for text in public {
            assert!(is_public(text.parse().expect("an address")), "{text}");
        }
        let private = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "ff02::1",
        ];
        for text in private {
            assert!(!is_public(text.parse().expect("an address")), "{text}");
        }
    }

    #[test]
    fn hosts_are_compared_in_lower_case() {
        assert_eq!(
            host_of("https://Data.SEC.gov/x").as_deref(),
            Some("data.sec.gov")
        );
        assert_eq!(host_of("no address"), None);
    }
}
