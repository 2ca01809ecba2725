//! The files of the page, which are part of the binary.

/// The page itself.
pub(super) const INDEX: &str = include_str!("page/index.html");

/// Name, type and content of the files below `/page/`.
const FILES: [(&str, &str, &str); 0] = [];

/// Returns type and content of a file.
pub(super) fn file(name: &str) -> Option<(&'static str, &'static str)> {
    FILES.iter().find(|(known, ..)| *known == name).map(|(_, kind, content)| (*kind, *content))
}
