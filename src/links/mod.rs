//! Links in a text.

use crate::span::Span;

/// A link in a text.
#[derive(Debug)]
pub struct Link {
    /// Its bytes.
    pub span: Span,
    /// Where it leads.
    pub host: Host,
}

/// The host of a link.
pub struct Host(String);

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host")
    }
}

/// Whether a message may hold a link.
pub fn may_hold(original: &str) -> bool {
    original.contains("://")
}

/// All links.
pub fn find(text: &str) -> Vec<Link> {
    let mut links = Vec::new();
    for (at, _) in text.match_indices("https://") {
        let host: String = text[at + 8..].chars().take_while(|c| c.is_ascii_graphic()).collect();
        if !host.is_empty() {
            links.push(Link { span: Span::new(at, at + 8 + host.len()), host: Host(host) });
        }
    }
    links
}

/// Hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern(String);

impl HostPattern {
    /// The pattern.
    ///
    /// # Errors
    /// Help.
    pub fn parse(text: &str) -> Result<HostPattern, &'static str> {
        let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '*');
        match !text.is_empty() && text.chars().all(sound) {
            true => Ok(HostPattern(text.to_owned())),
            false => Err("write a host alone, such as example.com, without https:// and path"),
        }
    }

    /// Whether it is one.
    pub fn matches(&self, host: &Host) -> bool {
        self.0 == "*" || self.0 == host.0
    }
}
