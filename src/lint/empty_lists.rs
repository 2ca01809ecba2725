//! List files without any text. A list in which every line is a comment is intended.

use super::Check;
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::rules::List;
use crate::span::Span;

impl Check<'_> {
    /// Reports a list file without any text.
    pub(super) fn empty_list(&mut self, list: &List) {
        let source = self.sources.find(&list.path);
        let content = source.and_then(|source| self.sources.get(source).content.as_ref().ok());
        let (Some(source), Some(content)) = (source, content) else { return };
        if content.iter().all(u8::is_ascii_whitespace) {
            let start = Location { source, span: Span::new(0, 0) };
            self.diagnostics.push(
                Diagnostic::new(
                    Code::EmptyList,
                    start,
                    "this list is empty, so it matches nothing",
                )
                .help("add entries, one per line, or at least a comment that says why: `# ...`"),
            );
        }
    }
}
