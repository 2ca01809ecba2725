//! Finds links in a text, including obfuscated ones: [`find`].
//!
//! A link has a scheme (`https://`, `hxxp[:]//`, any other) or is a bare host, and includes its
//! port, path, query and fragment. Dots may be in brackets or written as words; hosts may be
//! percent-encoded, in punycode or in another script.
//!
//! Text that only looks like a bare host is skipped. `gg.wp` does not end in a top-level domain.
//! `ok.so` does, but `so` is also a word, so one more indication is required: `www.` before it, a
//! path after it, or a dot in brackets. E-mail addresses and mentions are not links.

mod authority;
mod chain;
mod chars;
mod host;
mod label;
mod pattern;
mod precheck;
mod punycode;
mod rule;
mod separator;
mod tld;
mod tlds;

use self::chain::{Chain, follows_email_at, precedes_email_host};
use self::chars::{char_at, is_in_label};
pub use self::host::Host;
use self::label::{Label, LabelPosition};
pub use self::pattern::HostPattern;
pub use self::precheck::may_contain;
pub use self::rule::Links;
pub(crate) use self::separator::is_dot;
pub(crate) use self::tld::is_tld;
use crate::span::Span;

/// A link in a text.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its bytes in the text, from the scheme to the end of the path. Never empty.
    pub span: Span,
    /// Its host.
    pub host: Host,
}

impl Link {
    /// Whether it can hardly be anything else. An uncertain link, such as `ok.so` or `hello.my`,
    /// only counts for a [`HostPattern`] that names its host.
    pub fn is_certain(&self) -> bool {
        self.host.is_certain()
    }
}

/// Returns all links of a text in NFKC without default-ignorable characters, in order and without
/// overlaps. A link in the path of another link is a separate link.
///
/// Takes time and memory linear in the text.
pub fn find(text: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut at = 0;
    while let Some((c, length)) = char_at(text, at) {
        if !is_in_label(c) {
            at += length;
            continue;
        }
        let Some(first) = Label::read(text, at, LabelPosition::First) else { break };
        let (link, next) = read(text, first);
        links.extend(link);
        at = next;
    }
    links
}

/// Returns the link that begins with a label, if any, and the position at which to continue.
fn read(text: &str, first: Label) -> (Option<Link>, usize) {
    let scheme = authority::scheme_start(&text[first.start..first.end]);
    let authority = scheme.and_then(|_| authority::scheme_end(text, first.end));
    if let (Some(start), Some(authority)) = (scheme, authority) {
        return read_authority(text, first.start + start, authority);
    }
    let chain = Chain::read(text, first);
    let Some(host) = chain.host else { return (None, chain.end) };
    let is_mention = text[..host.span.start].ends_with('@') && !host.has_path;
    if is_mention
        || follows_email_at(text, host.span.start)
        || precedes_email_host(text, host.span.end)
    {
        return (None, chain.end);
    }
    let end = authority::end(text, host.span.start, host.span.end, host.is_spelled_out);
    let span = Span::new(host.span.start, end);
    (Some(Link { span, host: Host::read(text, host.span, host.is_certain) }), end)
}

/// Returns the link with a scheme whose authority begins at `authority`.
fn read_authority(text: &str, start: usize, authority: usize) -> (Option<Link>, usize) {
    let (host, authority_end) = authority::authority(text, authority);
    let host_end = match Label::read(text, host, LabelPosition::Authority) {
        // The scheme of another link.
        Some(label) if authority::scheme_end(text, label.end).is_some() => return (None, host),
        Some(label) => Chain::read_authority(text, label),
        None => match authority::address_end(text, host) {
            Some(end) => end,
            // A host of emoji. A scheme alone is not a link.
            None if text[host..authority_end].contains(is_in_label) => authority_end,
            None => return (None, authority),
        },
    };
    let span = Span::new(start, authority::end(text, start, host_end, true));
    (Some(Link { span, host: Host::read(text, Span::new(host, host_end), true) }), span.end)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;
    use crate::normalize::Nfkc;

    /// Parts of links, and what obfuscates them.
    #[rustfmt::skip]
    const PARTS: &[&str] = &[
        "example",
        "twitch",
        "a",
        "b",
        "7",
        "www",
        "com",
        "so",
        "io",
        "gg",
        "рф",
        "соm",
        ".",
        ".",
        ".",
        "..",
        "。",
        "．",
        "•",
        "[.]",
        "(dot)",
        " dot ",
        " . ",
        " .",
        ". ",
        "-dot-",
        "%2e",
        "%",
        "%D1%96",
        "://",
        "[:]//",
        "http",
        "https://",
        "hxxp",
        "/",
        "\\",
        "?",
        "#",
        "@",
        ":",
        ":80",
        "[::1]",
        "(",
        ")",
        "xn--e1afmkfd",
        " ",
        "\u{200B}",
        "\u{AD}",
        "\u{301}",
        "é",
        "看",
        "ｄ",
        "Ⅾ",
        "😀",
        " slash ",
        "_",
        "-",
    ];

    #[test]
    fn hosts_that_may_be_sentences_are_not_certain() {
        let certain = |text| find(text).iter().map(Link::is_certain).collect::<Vec<_>>();
        assert_eq!(certain("example.com, ok.so and http://ok.so"), [true, false, true]);
    }

    fn part() -> impl Strategy<Value = String> {
        prop_oneof![4 => prop::sample::select(PARTS).prop_map(str::to_owned), 1 => "\\PC"]
    }

    proptest! {
        #[test]
        fn links_are_ordered_and_pass_the_precheck(
            parts in prop::collection::vec(part(), 0..16),
        ) {
            let message = parts.concat();
            let composed = Nfkc::new(&message);
            let mut end = 0;
            for link in find(composed.text()) {
                prop_assert!(end <= link.span.start && link.span.start < link.span.end);
                prop_assert!(composed.text().get(link.span.range()).is_some());
                prop_assert!(!link.host.name().is_empty());
                end = link.span.end;
            }
            prop_assert!(end == 0 || may_contain(&message), "{:?}", composed.text());
        }
    }

    #[test]
    fn hostile_texts_take_time_linear_in_them() {
        for part in [
            "a.",
            "a.com.",
            "a.com",
            "((((",
            " dot",
            "a dot ",
            "com dot ",
            "%2e",
            "http://",
            "http://a.b/",
            "a@",
            "a.io+",
            "://",
            "[.]",
            "a[.]",
            "a . ",
            "a .com",
            "é.",
            "看.",
            "看a.",
            "http://a.b)",
            "x://@",
            "a-",
            "a.so/http://",
            "[::",
            "a:80",
            "а.соm.",
            "a. com ",
            "slash ",
            "com slash com ",
            "-dot-",
        ] {
            let time = |length: usize| {
                let text = part.repeat(length / part.len());
                let start = Instant::now();
                find(&text);
                start.elapsed()
            };
            // Quadratic time would be minutes.
            let taken = time(1 << 16);
            assert!(taken < Duration::from_secs(8), "{part:?}: {taken:?}");
        }
    }
}
