//! Formats any bytes as a list.

use ivs_chat_review::format::format_list;

/// Formats a list. Checks that its layout never changes its meaning, that only whitespace changes, and
/// that a formatted list is not formatted again.
///
/// # Panics
/// If a property is violated.
pub fn lists(bytes: &[u8]) {
    let list = match format_list(bytes) {
        Ok(list) => list,
        Err(error) => {
            assert!(!error.message.contains("would change"), "{error:?}");
            return;
        }
    };
    let formatted = list.bytes();
    assert_eq!(visible(bytes), visible(&formatted));
    assert_eq!(list.is_changed(), formatted != bytes);
    let again = format_list(&formatted).expect("it is a list");
    let changed: Vec<_> = again.lines.iter().filter(|line| line.is_changed()).collect();
    assert!(changed.is_empty(), "{changed:?} of {formatted:?}");
}

/// Returns the characters that are not whitespace.
fn visible(bytes: &[u8]) -> Vec<char> {
    let text = str::from_utf8(bytes).expect("it was read");
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
