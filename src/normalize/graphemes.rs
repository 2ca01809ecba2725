//! Grapheme boundaries (UAX #29, extended grapheme clusters): [`Graphemes`].

use unicode_segmentation::UnicodeSegmentation;

use crate::span::Span;

/// The grapheme boundaries of one text.
///
/// Computed once for a message with matches, so that widening many matches takes linear time.
pub struct Graphemes {
    /// The starts of all graphemes and the end of the text; empty if each byte is a grapheme.
    boundaries: Vec<usize>,
}

impl Graphemes {
    /// Finds all boundaries, in time linear in the text.
    pub fn new(text: &str) -> Graphemes {
        if text.is_ascii() && !text.contains("\r\n") {
            return Graphemes { boundaries: Vec::new() };
        }
        let starts = text.grapheme_indices(true).map(|(start, _)| start);
        Graphemes { boundaries: starts.chain([text.len()]).collect() }
    }

    /// Returns the smallest span of whole graphemes that contains `span`.
    pub fn widen(&self, span: Span) -> Span {
        if self.boundaries.is_empty() {
            return span;
        }
        let start = self.boundaries.partition_point(|&at| at <= span.start) - 1;
        let end = self.boundaries.partition_point(|&at| at < span.end);
        Span::new(self.boundaries[start], self.boundaries[end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_widened_to_whole_graphemes() {
        let text = "ae\u{301}👨‍👩‍👧x\r\n";
        let graphemes = Graphemes::new(text);
        let at = |part: &str| {
            let start = text.find(part).expect("the part is in the text");
            &text[graphemes.widen(Span::new(start, start + part.len())).range()]
        };
        assert_eq!(at("e"), "e\u{301}");
        assert_eq!(at("\u{301}"), "e\u{301}");
        assert_eq!(at("👩"), "👨‍👩‍👧");
        assert_eq!(at("x\r"), "x\r\n");
        assert_eq!(at("a"), "a");
    }
}
