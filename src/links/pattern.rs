//! Patterns of links: [`LinkPattern`].

use serde::{Deserialize, Serialize};
use std::fmt;

use super::Link;
use super::host::Host;
use super::label::{Label, LabelPosition};
use super::path::{Path, PathPattern};
use crate::normalize::{Nfkc, is_dot};
use crate::span::Span;

/// A pattern of the links that a rule denies or allows.
///
/// - `*` matches every host.
/// - `example.com` matches that host, with or without `www.`, but no other subdomain.
/// - `*.example.com` matches every subdomain at any depth, but not `example.com` itself, as in TLS,
///   CORS and content security policies.
///
/// After a slash, a path restricts it to links with that path: `example.com/invite/*` matches every
/// path below `/invite/`. A `*` is any segment, and at the end one or more.
///
/// Case is ignored. Names in other scripts may be written in Unicode or in punycode (`xn--`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LinkPattern {
    kind: Kind,
    /// In the form of [`Host::name`], without `www.` and `*.`; empty for every host.
    name: String,
    path: Option<PathPattern>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Kind {
    Any,
    Host,
    Subdomains,
}

impl fmt::Display for LinkPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Any => f.write_str("*")?,
            Kind::Host => f.write_str(&self.name)?,
            Kind::Subdomains => write!(f, "*.{}", self.name)?,
        }
        self.path.as_ref().map_or(Ok(()), |path| write!(f, "/{path}"))
    }
}

impl LinkPattern {
    /// Parses an item of `deny` or `allow`.
    ///
    /// # Errors
    /// Returns a line of help if the item is not a valid pattern.
    pub fn parse(text: &str) -> Result<LinkPattern, &'static str> {
        let composed = Nfkc::new(text);
        let text = composed.text();
        if text == "*" {
            return Ok(LinkPattern { kind: Kind::Any, name: String::new(), path: None });
        }
        if text.contains("://") || text.contains(['?', '#']) {
            return Err("use only the host and path, such as example.com/invite/*, without scheme");
        }
        let (text, path) = match text.split_once('/') {
            Some((host, path)) => (host, Some(PathPattern::parse(path)?)),
            None => (text, None),
        };
        if text.contains('@') {
            return Err("use only the host, such as example.com, without user name");
        }
        let (kind, text) = match text.strip_prefix("*.") {
            Some(domain) => (Kind::Subdomains, domain),
            None => (Kind::Host, text),
        };
        if text.contains('*') {
            return Err("use `*` alone for every host, or as the first label: *.example.com");
        }
        if text.starts_with('[') {
            return Ok(LinkPattern { kind, name: text.to_lowercase(), path });
        }
        if text.contains(':') {
            return Err("remove the port: the host matches links with any port");
        }
        let is_label = |label: &str| {
            let read = Label::read(label, 0, LabelPosition::Authority);
            !label.contains('%') && read.is_some_and(|read| read.end == label.len())
        };
        if !text.split(is_dot).all(is_label) {
            return Err(
                "a host consists of letters, digits and hyphens separated by dots, such as example.com",
            );
        }
        let is_name = text.contains(|c: char| !c.is_ascii_digit()) && text != "localhost";
        if kind == Kind::Host && is_name && !text.contains(is_dot) {
            return Err("use the full host, such as example.com; *.com matches every host in .com");
        }
        let host = Host::read(text, Span::new(0, text.len()), true);
        Ok(LinkPattern { kind, name: without_www(host.name()).to_owned(), path })
    }

    /// Returns a link that it matches.
    pub(crate) fn example(&self) -> Link<'static> {
        let name = match self.kind {
            Kind::Any => "example.com".to_owned(),
            Kind::Host => self.name.clone(),
            Kind::Subdomains => format!("sub.{}", self.name),
        };
        let span = Span::new(0, name.len());
        let path = self.path.as_ref().map_or_else(Path::default, PathPattern::example);
        Link { span, host: Host::read(&name, span, true), path }
    }

    /// Whether it denies a link, by the name of its host or by the Latin letters that this looks
    /// like.
    pub fn denies(&self, link: &Link<'_>) -> bool {
        let host = &link.host;
        self.matches_path(link)
            && (self.matches(host, host.name()) || self.matches(host, host.latin()))
    }

    /// Whether it allows a link. A host that only looks like an allowed one is not allowed.
    pub fn allows(&self, link: &Link<'_>) -> bool {
        self.matches_path(link) && self.matches(&link.host, link.host.name())
    }

    /// Whether it matches every link that another pattern matches.
    pub(crate) fn contains(&self, other: &LinkPattern) -> bool {
        let is_below = || {
            let sub = other.name.strip_suffix(self.name.as_str());
            sub.is_some_and(|sub| sub.ends_with('.'))
        };
        let has_hosts = match (self.kind, other.kind) {
            (Kind::Any, _) => true,
            (Kind::Host, Kind::Host) => self.name == other.name,
            (Kind::Subdomains, Kind::Host) => is_below(),
            (Kind::Subdomains, Kind::Subdomains) => self.name == other.name || is_below(),
            (Kind::Host | Kind::Subdomains, _) => false,
        };
        has_hosts
            && self.path.as_ref().is_none_or(|path| {
                other.path.as_ref().is_some_and(|other| path.matches(&other.example()))
            })
    }

    fn matches_path(&self, link: &Link<'_>) -> bool {
        self.path.as_ref().is_none_or(|path| path.matches(&link.path))
    }

    fn matches(&self, host: &Host, name: &str) -> bool {
        match self.kind {
            Kind::Any => host.is_certain(),
            Kind::Host => without_www(name) == self.name,
            // `*.so` does not make the uncertain `ok.so` a link.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_read_or_refused() {
        for (text, read) in [
            ("*", Some("*")),
            ("Example.COM", Some("example.com")),
            ("www.example.com", Some("example.com")),
            ("*.Example.com", Some("*.example.com")),
            ("*.com", Some("*.com")),
            ("localhost", Some("localhost")),
            ("1234", Some("1234")),
            ("[::1]", Some("[::1]")),
            ("example", None),
            ("example%2ecom", None),
            ("ex%61mple.com", None),
            ("example..com", None),
            ("exa mple.com", None),
            ("example.com/", None),
            ("Example.com/Invite/*", Some("example.com/invite/*")),
            ("*.example.com/*/x", Some("*.example.com/*/x")),
            ("example.com/a*", None),
            ("example.com/a?b", None),
            ("https://example.com/a", None),
            ("*/a", None),
            ("/a", None),
            ("me@example.com", None),
            ("example.com:80", None),
            ("*.*", None),
            ("", None),
        ] {
            let pattern = LinkPattern::parse(text).ok().map(|pattern| pattern.to_string());
            assert_eq!(pattern.as_deref(), read, "{text}");
        }
    }

    #[test]
    fn a_pattern_contains_another_one() {
        for (text, other, contains) in [
            ("example.com", "www.Example.com", true),
            ("example.com", "*.example.com", false),
            ("*.example.com", "example.com", false),
            ("*.example.com", "a.example.com", true),
            ("*.example.com", "*.example.com", true),
            ("*.example.com", "*.a.example.com", true),
            ("*.a.example.com", "*.example.com", false),
            ("sub.example.com", "*.example.com", false),
            ("*.example.com", "badexample.com", false),
            ("*", "*.com", true),
            ("*.com", "*", false),
            ("example.com", "example.com/a", true),
            ("example.com/a", "example.com", false),
            ("example.com/a/*", "example.com/a/b", true),
            ("example.com/b", "example.com/*", false),
        ] {
            let parse = |text| LinkPattern::parse(text).expect("a valid pattern");
            assert_eq!(parse(text).contains(&parse(other)), contains, "{text} {other}");
        }
    }
}
