//! Hosts that a rule names: [`HostPattern`].

use std::fmt;

use super::host::Host;
use super::label::{Label, Place};
use super::separator::is_dot;
use crate::normalize::Nfkc;
use crate::span::Span;

/// Hosts that a rule denies or allows.
///
/// - `*` is every host.
/// - `example.com` is that host, with `www.` in front or without; no other subdomain.
/// - `*.example.com` is every subdomain of it at any depth, and not `example.com` itself, as in
///   TLS, CORS and content security policies.
///
/// Case does not matter, and other scripts may be written as they are or in punycode (`xn--`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern {
    kind: Kind,
    /// As [`Host::name`] has it, without the `www.` and the `*.`; empty for every host.
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Any,
    Host,
    Subdomains,
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Any => f.write_str("*"),
            Kind::Host => f.write_str(&self.name),
            Kind::Subdomains => write!(f, "*.{}", self.name),
        }
    }
}

impl HostPattern {
    /// Reads an item of `deny` or `allow`. If it is none, one line of help for its author.
    pub fn parse(text: &str) -> Result<HostPattern, &'static str> {
        let composed = Nfkc::new(text);
        let text = composed.text();
        if text == "*" {
            return Ok(HostPattern { kind: Kind::Any, name: String::new() });
        }
        if text.contains("//") || text.contains(['/', '@', '?', '#']) {
            return Err("write a host alone, such as example.com, without https:// and path");
        }
        let (kind, text) = match text.strip_prefix("*.") {
            Some(domain) => (Kind::Subdomains, domain),
            None => (Kind::Host, text),
        };
        if text.contains('*') {
            return Err("* stands alone for every host, or in front: *.example.com");
        }
        if text.starts_with('[') {
            return Ok(HostPattern { kind, name: text.to_lowercase() });
        }
        if text.contains(':') {
            return Err("write the host without a port: a link to it is found with any");
        }
        let is_label = |label: &str| {
            let read = Label::read(label, 0, Place::Authority);
            !label.contains('%') && read.is_some_and(|read| read.end == label.len())
        };
        if !text.split(is_dot).all(is_label) {
            return Err("a host is letters, digits and hyphens with dots between: example.com");
        }
        let is_name = text.contains(|c: char| !c.is_ascii_digit()) && text != "localhost";
        if kind == Kind::Host && is_name && !text.contains(is_dot) {
            return Err("write the whole host, such as example.com; *.com is every host in .com");
        }
        let host = Host::read(text, Span::new(0, text.len()), true);
        Ok(HostPattern { kind, name: without_www(host.name()).to_owned() })
    }

    /// A host that it names.
    pub(crate) fn example(&self) -> Host {
        let name = match self.kind {
            Kind::Any => "example.com".to_owned(),
            Kind::Host => self.name.clone(),
            Kind::Subdomains => format!("sub.{}", self.name),
        };
        Host::read(&name, Span::new(0, name.len()), true)
    }

    /// Whether it denies a link to that host, or to one that people take for it.
    pub fn denies(&self, host: &Host) -> bool {
        self.holds(host, host.name()) || self.holds(host, host.latin())
    }

    /// Whether it allows a link to that host: to no other one, whatever it looks like.
    pub fn allows(&self, host: &Host) -> bool {
        self.holds(host, host.name())
    }

    fn holds(&self, host: &Host, name: &str) -> bool {
        match self.kind {
            Kind::Any => host.is_certain(),
            Kind::Host => without_www(name) == self.name,
            // `*.so` alone tells nothing of `ok.so`.
            Kind::Subdomains => {
                let sub = name.strip_suffix(self.name.as_str());
                let is_sub = sub.is_some_and(|sub| sub.len() > 1 && sub.ends_with('.'));
                is_sub && (host.is_certain() || self.name.contains('.'))
            }
        }
    }
}

fn without_www(name: &str) -> &str {
    name.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(name)
}
