//! Which requests are accepted, by the headers `Host` and `Origin`: [`Guard`].
//!
//! A page of another site can send requests to a server on this machine, and by DNS rebinding read the answers: it lets
//! its own host name point to 127.0.0.1. Such requests have that name in `Host`, or the other site in `Origin`.

use std::net::{IpAddr, SocketAddr};

use hyper::HeaderMap;
use hyper::header::{HOST, HeaderName, ORIGIN};

/// What a request does, which decides about the origins that may send it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It uses the service: from a page of this machine at most. WebSockets need a token as well.
    Service,
    /// It belongs to the page: from the page only.
    Page,
}

pub(super) struct Guard {
    /// Host names, in lower case.
    allowed: Vec<String>,
    /// Whether hosts may be any IP addresses. Rebinding needs a name.
    allows_addresses: bool,
}

impl Guard {
    pub(super) fn new(listen: SocketAddr, names: &[String]) -> Guard {
        let allowed = names.iter().map(|name| name.to_ascii_lowercase()).collect();
        Guard { allowed, allows_addresses: !listen.ip().is_loopback() }
    }

    /// Returns the host of a request, with its port.
    ///
    /// # Errors
    ///
    /// Why the request is refused.
    pub(super) fn check<'h>(
        &self,
        headers: &'h HeaderMap,
        purpose: Purpose,
    ) -> Result<&'h str, &'static str> {
        let Some(host) = single(headers, &HOST)? else { return Err("the header Host is missing") };
        if !self.allows(host) {
            return Err("this host is not allowed; start with --allow-host NAME");
        }
        let Some(origin) = single(headers, &ORIGIN)? else {
            let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
            return match (purpose, site) {
                (Purpose::Page, Some("cross-site" | "same-site")) => {
                    Err("requests of other sites are not allowed")
                }
                _ => Ok(host),
            };
        };
        let origin = origin.split_once("://");
        match (purpose, origin) {
            // `https` is that of a proxy.
            (Purpose::Page, Some(("http" | "https", of_page))) if of_page == host => Ok(host),
            (Purpose::Service, Some(("http" | "https", site))) if self.allows(site) => Ok(host),
            _ => Err("requests of this origin are not allowed"),
        }
    }

    /// Whether a host, with or without a port, is allowed.
    fn allows(&self, host: &str) -> bool {
        let name = without_port(host).to_ascii_lowercase();
        let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
        let is_local = match address {
            Ok(address) => self.allows_addresses || address.is_loopback(),
            Err(_) => is_name(&name) && (name == "localhost" || name.ends_with(".localhost")),
        };
        is_local || self.allowed.contains(&name)
    }
}

/// Returns the value of a header that must not be repeated.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, &'static str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err("a header is repeated");
    }
    first.map(|value| value.to_str().map_err(|_| "a header is not ASCII")).transpose()
}

/// Parses a host name of `--allow-host`.
pub(super) fn host_name(text: &str) -> Result<String, &'static str> {
    match is_name(text) {
        true => Ok(text.to_owned()),
        false => Err("expected a host name, without scheme and port"),
    }
}

/// Whether a name has only characters of host names. Others could add directives to the content security policy.
fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    !name.is_empty() && name.bytes().all(is_part)
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(listen: &str, host: &str, origin: Option<&str>, purpose: Purpose) -> bool {
        let names = ["chat.test".to_owned()];
        let guard = Guard::new(listen.parse().expect("an address"), &names);
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().expect("a header"));
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().expect("a header"));
        }
        guard.check(&headers, purpose).is_ok()
    }

    #[test]
    fn only_hosts_of_this_machine_are_allowed() {
        for (host, expected) in [
            ("127.0.0.1:8790", true),
            ("127.9.9.9", true),
            ("localhost:8790", true),
            ("LocalHost", true),
            ("app.localhost:3000", true),
            ("[::1]:8790", true),
            ("chat.test:8790", true),
            ("192.0.2.7:8790", false),
            ("evil.example:8790", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("evil.chat.test", false),
            ("", false),
            (":8790", false),
            ("localhost:1; script-src *", false),
            ("x; script-src *.localhost", false),
            ("localhost:8790:8790", false),
        ] {
            assert_eq!(check("127.0.0.1:0", host, None, Purpose::Service), expected, "{host}");
        }
        assert!(check("0.0.0.0:0", "192.0.2.7:8790", None, Purpose::Service));
        assert!(!check("0.0.0.0:0", "evil.example", None, Purpose::Service));
    }

    #[test]
    fn the_api_of_the_page_is_only_for_the_page() {
        let host = "127.0.0.1:8790";
        for (origin, of_service, of_page) in [
            ("http://127.0.0.1:8790", true, true),
            ("http://localhost:3000", true, false),
            ("https://127.0.0.1:8790", true, true),
            ("https://chat.test", true, false),
            ("http://evil.example", false, false),
            ("http://127.0.0.1:8790.evil.example", false, false),
            ("null", false, false),
            ("file://", false, false),
        ] {
            assert_eq!(check("127.0.0.1:0", host, Some(origin), Purpose::Service), of_service);
            assert_eq!(check("127.0.0.1:0", host, Some(origin), Purpose::Page), of_page);
        }
    }

    #[test]
    fn names_of_hosts_have_no_port() {
        for (text, expected) in [
            ("chat", true),
            ("chat_1.test", true),
            ("192.0.2.7", true),
            ("chat:8790", false),
            ("http://chat", false),
            ("*", false),
            ("", false),
        ] {
            assert_eq!(host_name(text).is_ok(), expected, "{text}");
        }
    }

    #[test]
    fn hosts_must_not_be_repeated() {
        let guard = Guard::new("127.0.0.1:0".parse().expect("an address"), &[]);
        let mut headers = HeaderMap::new();
        assert!(guard.check(&headers, Purpose::Service).is_err());
        headers.append(HOST, "localhost".parse().expect("a header"));
        headers.append(HOST, "evil.example".parse().expect("a header"));
        assert!(guard.check(&headers, Purpose::Service).is_err());
    }
}
