//! Link detection on arbitrary text.

use ivs_chat_review::links::{HostPattern, find, may_contain};

/// Links are ordered parts of the text, and a pattern of a host allows links to it. Every parsed
/// pattern can be compared.
///
/// # Panics
/// If one of these properties is violated.
pub fn links(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let any = HostPattern::parse("*").expect("every host");
    let patterns: Vec<HostPattern> =
        text.split_whitespace().filter_map(|word| HostPattern::parse(word).ok()).collect();
    let mut end = 0;
    for link in find(&text) {
        assert!(end <= link.span.start && link.span.start < link.span.end, "{text:?}");
        assert!(text.get(link.span.range()).is_some(), "{text:?}");
        end = link.span.end;
        assert_eq!(any.denies(&link.host), link.is_certain(), "{text:?}");
        for pattern in &patterns {
            assert!(pattern.denies(&link.host) || !pattern.allows(&link.host), "{text:?}");
        }
        let name = link.host.name();
        // Other names are composed before they are compared, as messages are.
        if let Some(own) = HostPattern::parse(name).ok().filter(|_| name.is_ascii()) {
            assert!(own.allows(&link.host), "{text:?}: {name}");
        }
    }
    // Beyond ASCII, the precheck expects the text before NFKC.
    assert!(end == 0 || !text.is_ascii() || may_contain(&text), "{text:?}");
}
