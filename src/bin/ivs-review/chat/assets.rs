//! The files of the page, which are part of the binary.

/// The page itself.
pub(super) const INDEX: &str = include_str!("page/index.html");

/// Name, type and content of the files below `/page/`.
#[rustfmt::skip]
const FILES: &[(&str, &str, &str)] = &[
    ("base.css", "text/css; charset=utf-8", include_str!("page/base.css")),
    ("chat.css", "text/css; charset=utf-8", include_str!("page/chat.css")),
    ("controls.css", "text/css; charset=utf-8", include_str!("page/controls.css")),
    ("dom.js", "text/javascript; charset=utf-8", include_str!("page/dom.js")),
    ("explanation.js", "text/javascript; charset=utf-8", include_str!("page/explanation.js")),
    ("frames.js", "text/javascript; charset=utf-8", include_str!("page/frames.js")),
    ("icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
    ("inspector.css", "text/css; charset=utf-8", include_str!("page/inspector.css")),
    ("layout.css", "text/css; charset=utf-8", include_str!("page/layout.css")),
    ("message-row.js", "text/javascript; charset=utf-8", include_str!("page/message-row.js")),
    ("page.js", "text/javascript; charset=utf-8", include_str!("page/page.js")),
    ("pane.js", "text/javascript; charset=utf-8", include_str!("page/pane.js")),
    ("people.js", "text/javascript; charset=utf-8", include_str!("page/people.js")),
    ("person.js", "text/javascript; charset=utf-8", include_str!("page/person.js")),
    ("reviews.js", "text/javascript; charset=utf-8", include_str!("page/reviews.js")),
    ("room.js", "text/javascript; charset=utf-8", include_str!("page/room.js")),
    ("roving.js", "text/javascript; charset=utf-8", include_str!("page/roving.js")),
    ("rules.js", "text/javascript; charset=utf-8", include_str!("page/rules.js")),
    ("service.js", "text/javascript; charset=utf-8", include_str!("page/service.js")),
    ("what-if.js", "text/javascript; charset=utf-8", include_str!("page/what-if.js")),
    ("words.js", "text/javascript; charset=utf-8", include_str!("page/words.js")),
];

/// Returns type and content of a file.
pub(super) fn file(name: &str) -> Option<(&'static str, &'static str)> {
    FILES.iter().find(|(known, ..)| *known == name).map(|(_, kind, content)| (*kind, *content))
}
