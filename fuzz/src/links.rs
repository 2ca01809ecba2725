//! Searches any text for links.

use ivs_chat_review::links::{LinkPattern, find, may_contain};

/// Searches for links. Checks that they are ordered ranges of the text, that the host of a link as
/// a pattern matches the link, and that every valid pattern can be compared with it.
///
/// # Panics
/// If one of these properties is violated.
pub fn links(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let any = LinkPattern::parse("*").expect("every host");
    let patterns: Vec<LinkPattern> =
        text.split_whitespace().filter_map(|word| LinkPattern::parse(word).ok()).collect();
    let mut end = 0;
    for link in find(&text) {
        assert!(end <= link.span.start && link.span.start < link.span.end, "{text:?}");
        assert!(text.get(link.span.range()).is_some(), "{text:?}");
        end = link.span.end;
        assert_eq!(any.denies(&link), link.is_certain(), "{text:?}");
        for pattern in &patterns {
            assert!(pattern.denies(&link) || !pattern.allows(&link), "{text:?}");
        }
        let name = link.host.name();
        // Other names are normalized to NFKC before they are compared, and so are messages.
        if let Some(own) = LinkPattern::parse(name).ok().filter(|_| name.is_ascii()) {
            assert!(own.allows(&link), "{text:?}: {name}");
        }
    }
    // `may_contain` takes the original, and `find` its NFKC form. In ASCII the two are equal.
    assert!(end == 0 || !text.is_ascii() || may_contain(&text), "{text:?}");
}
