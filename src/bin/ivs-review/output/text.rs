//! Human-readable output: the location of a diagnostic, the line with carets below it, and the fix.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use ivs_chat_review::diagnostic::{Diagnostic, Location, Severity, format_location};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::source::{BYTE_ORDER_MARK, SourceId, Sources};
use ivs_chat_review::span::Span;
use unicode_width::UnicodeWidthStr;

use crate::terminal::BOLD;

/// The maximum columns of a line that are shown.
const WIDTH: usize = 100;
/// The columns that are shown before the location if the line is cut on the left.
const LEAD: usize = 40;
/// The bytes before and after the start of a location that are read: enough for [`WIDTH`], and few
/// enough that the length of a line or a file does not matter.
const AROUND: usize = 1 << 10;

const RENDERER: Renderer = Renderer::styled();

/// Renders a diagnostic with its lines, in color, without a line break at the end.
pub(crate) fn render(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(display_safe(&diagnostic.message)).id(diagnostic.code.as_str());
    let mut groups = Vec::new();
    let mut last = Group::with_title(title);
    let mut related = diagnostic.related.as_ref();
    if let Some(location) = diagnostic.location
        && let Some(excerpt) = Excerpt::new(sources, location)
    {
        let mut snippet = excerpt.snippet(location.span);
        if let Some((second, label)) = related.filter(|(second, _)| excerpt.contains(*second)) {
            let span = AnnotationKind::Context.span(excerpt.range(second.span));
            snippet = snippet.annotation(span.label(display_safe(label)));
            related = None;
        }
        last = last.element(snippet);
    }
    if let Some((second, label)) = related {
        groups.push(last);
        let title = format!("{}: {label}", format_location(sources, *second));
        last = Group::with_title(Level::NOTE.secondary_title(display_safe(&title).into_owned()));
        if let Some(excerpt) = Excerpt::new(sources, *second) {
            last = last.element(excerpt.snippet(second.span));
        }
    }
    if let Some(help) = &diagnostic.help {
        let lines = diagnostic.paste.iter().map(|line| format!("\n  {}", display_safe(line)));
        last = last.element(Level::HELP.message(format!(
            "{}{}",
            display_safe(help),
            lines.collect::<String>()
        )));
    }
    groups.push(last);
    let place = diagnostic.format_location(sources);
    format!("{BOLD}{}{BOLD:#}: {}", display_safe(&place), RENDERER.render(&groups))
}

/// The part of a line around a location, escaped.
struct Excerpt {
    source: SourceId,
    /// The number of the line, from 1.
    line: usize,
    text: String,
    /// The offset of each character in the file and in `text`, and at last the end offsets.
    offsets: Vec<(usize, usize)>,
}

impl Excerpt {
    /// Returns the excerpt around the start of a location; `None` if the file could not be read.
    fn new(sources: &Sources, location: Location) -> Option<Excerpt> {
        let Location { source, span } = location;
        let bytes = sources.get(source).content.as_ref().ok()?;
        let at = span.start.min(bytes.len());
        let window = Window::around(bytes, at);
        let cells = window.cells(bytes);
        let width = |cells: &[Cell]| cells.iter().map(|cell| cell.width).sum::<usize>();

        let place = cells.partition_point(|cell| cell.at < at);
        let end = cells.partition_point(|cell| cell.at < span.end).max(place);
        let from_left = !window.cut_left && width(&cells[..end]) <= WIDTH;
        let mut first = if from_left || width(&cells[..place]) <= LEAD { 0 } else { place };
        let mut room = if first == 0 { 0 } else { LEAD };
        while first > 0 && cells[first - 1].width <= room {
            first -= 1;
            room -= cells[first].width;
        }
        let mut room = WIDTH;
        let shown = cells[first..].iter().take_while(|cell| {
            let fits = cell.width <= room;
            room = room.saturating_sub(cell.width);
            fits
        });
        let past = first + shown.count();

        let mut text = String::new();
        if first > 0 || window.cut_left {
            text.push('…');
        }
        let mut offsets = Vec::with_capacity(past - first + 1);
        for cell in &cells[first..past] {
            offsets.push((cell.at, text.len()));
            text.push_str(&display_safe(cell.c.encode_utf8(&mut [0; 4])));
        }
        offsets.push((cells.get(past).map_or(window.end, |cell| cell.at), text.len()));
        if past < cells.len() || window.cut_right {
            text.push('…');
        }
        let line = sources.position(source, at).line;
        Some(Excerpt { source, line, text, offsets })
    }

    /// Whether the excerpt contains the complete location.
    fn contains(&self, location: Location) -> bool {
        let ends = self.offsets.first().zip(self.offsets.last());
        ends.is_some_and(|(first, last)| {
            let shown = Span::new(first.0, last.0);
            location.source == self.source && shown.contains(location.span)
        })
    }

    /// The range in `text` of the part of `span` that is in the excerpt.
    fn range(&self, span: Span) -> Range<usize> {
        let in_text = |at| {
            let index = self.offsets.partition_point(|&(offset, _)| offset < at);
            self.offsets.get(index).or(self.offsets.last()).map_or(0, |&(_, offset)| offset)
        };
        in_text(span.start)..in_text(span.end.max(span.start))
    }

    fn snippet(&self, span: Span) -> Snippet<'static, Annotation<'static>> {
        let annotation = AnnotationKind::Primary.span(self.range(span));
        Snippet::source(self.text.clone()).line_start(self.line).annotation(annotation)
    }
}

/// A character of a file, or a replacement character for invalid bytes.
struct Cell {
    /// The byte offset in the file.
    at: usize,
    c: char,
    /// The columns that it takes, including escapes.
    width: usize,
}

/// The bytes of a line around an offset.
struct Window {
    start: usize,
    end: usize,
    /// The line begins before the window.
    cut_left: bool,
    /// The line continues after the window.
    cut_right: bool,
}

impl Window {
    fn around(bytes: &[u8], at: usize) -> Window {
        let is_continuation = |&byte: &u8| byte & 0xC0 == 0x80;
        let is_break = |&byte: &u8| byte == b'\n';

        let low = at.saturating_sub(AROUND);
        let (mut start, cut_left) = match bytes[low..at].iter().rposition(is_break) {
            Some(found) => (low + found + 1, false),
            None => (low, low > 0),
        };
        if cut_left {
            // Skip the rest of a character that is cut.
            start +=
                bytes[start..at].iter().take(3).take_while(|byte| is_continuation(byte)).count();
        } else if start == 0 && bytes.starts_with(BYTE_ORDER_MARK) {
            start = BYTE_ORDER_MARK.len();
        }
        let high = bytes.len().min(at + AROUND);
        let found = bytes[at..high].iter().position(is_break);
        let (mut end, cut_right) =
            found.map_or((high, high < bytes.len()), |at_| (at + at_, false));
        if cut_right {
            let rest = bytes[start.min(end)..end].iter().rev();
            end -= rest.take(3).take_while(|byte| is_continuation(byte)).count();
        } else if bytes[start.min(end)..end].ends_with(b"\r") {
            end -= 1;
        }
        Window { start: start.min(end), end, cut_left, cut_right }
    }

    fn cells(&self, bytes: &[u8]) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut at = self.start;
        let mut push = |c: char, bytes: usize| {
            // The width of a tab depends on the terminal, so carets below would be misaligned.
            let c = if c == '\t' { ' ' } else { c };
            let width = display_safe(c.encode_utf8(&mut [0; 4])).width();
            cells.push(Cell { at, c, width });
            at += bytes;
        };
        for chunk in bytes[self.start..self.end].utf8_chunks() {
            chunk.valid().chars().for_each(|c| push(c, c.len_utf8()));
            if !chunk.invalid().is_empty() {
                push(char::REPLACEMENT_CHARACTER, chunk.invalid().len());
            }
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use ivs_chat_review::diagnostic::Code;
    use ivs_chat_review::source::Source;

    use super::*;

    /// The rendered diagnostic at the first occurrence of `marked`.
    fn rendered(file: &[u8], marked: &[u8]) -> String {
        let start = file.windows(marked.len()).position(|bytes| bytes == marked);
        let start = start.expect("it is in the file");
        rendered_at(file, Span::new(start, start + marked.len()), None)
    }

    fn rendered_at(file: &[u8], span: Span, second: Option<Span>) -> String {
        let mut sources = Sources::new("rules/");
        let source = sources.push(Source { path: "a.txt".into(), content: Ok(file.to_vec()) });
        let mut diagnostic =
            Diagnostic::new(Code::BareWildcard, Location { source, span }, "it is wrong");
        if let Some(span) = second {
            diagnostic = diagnostic.related(Location { source, span }, "by this");
        }
        anstream::adapter::strip_str(&render(&sources, &diagnostic)).to_string()
    }

    #[test]
    fn carets_are_below_the_location() {
        let title = "error[bare-wildcard]: it is wrong";
        for (file, marked, expected) in [
            ("one\r\ntwo bad\r\n", "bad", "2:5|2 | two bad|  |     ^^^"),
            ("\u{FEFF}bad", "bad", "1:1|1 | bad|  | ^^^"),
            ("日本\tbad", "bad", "1:4|1 | 日本 bad|  |      ^^^"),
            ("m̈ü bad", "ü", "1:3|1 | m̈ü bad|  |  ^"),
            ("a\u{202E}\u{200B}b", "b", r"1:4|1 | a\u{202e}\u{200b}b|  |                  ^"),
            ("a\x1B[31mb", "\x1B", r"1:2|1 | a\u{1b}[31mb|  |  ^^^^^^"),
            ("bad\nworse\n", "bad\nwor", "1:1|1 | bad|  | ^^^"),
        ] {
            let found = rendered(file.as_bytes(), marked.as_bytes());
            let (place, snippet) = expected.split_once('|').expect("a place");
            let snippet = snippet.replace("|1 |", "\n1 |").replace("|  |", "\n  |");
            let expected = format!("rules/a.txt:{place}: {title}\n  |\n{snippet}");
            assert_eq!(found, expected, "{file:?}");
        }
    }

    #[test]
    fn the_end_of_a_file_and_invalid_utf8_have_a_location() {
        let end = rendered_at(b"bad\n", Span::new(4, 4), None);
        assert!(end.starts_with("rules/a.txt:2:1: ") && end.ends_with("2 |\n  | ^"), "{end}");
        let beyond = rendered_at(b"bad", Span::new(90, 99), None);
        assert!(beyond.ends_with("1 | bad\n  |    ^"), "{beyond}");
        let nothing = rendered_at(b"", Span::new(0, 0), None);
        assert!(nothing.ends_with("1 |\n  | ^"), "{nothing}");
        let latin1 = rendered(b"b\xE4\xE4d", b"\xE4");
        assert!(latin1.ends_with("1 | b\u{FFFD}\u{FFFD}d\n  |  ^"), "{latin1}");
        let cut = rendered(b"b\xF0\x9F\x98", b"\xF0");
        assert!(cut.ends_with("1 | b\u{FFFD}\n  |  ^"), "{cut}");
    }

    #[test]
    fn a_related_location_is_in_the_same_line_or_in_a_note() {
        let same = rendered_at(b"one two", Span::new(4, 7), Some(Span::new(0, 3)));
        assert!(same.ends_with("1 | one two\n  | --- ^^^\n  | |\n  | by this"), "{same}");
        let below = rendered_at(b"one\ntwo", Span::new(4, 7), Some(Span::new(0, 3)));
        let note =
            "\n  |\n2 | two\n  | ^^^\n  |\nnote: rules/a.txt:1:1: by this\n  |\n1 | one\n  | ^^^";
        assert!(below.ends_with(note), "{below}");
        let far = format!("one{}two", " ".repeat(500));
        let far = rendered_at(far.as_bytes(), Span::new(503, 506), Some(Span::new(0, 3)));
        assert!(far.contains("note: rules/a.txt:1:1: by this\n"), "{far}");
    }

    #[test]
    fn long_lines_are_cut_around_the_location() {
        let long = "ä".repeat(20_000);
        for file in [
            format!("{long}bad{long}"),
            format!("{long}bad"),
            format!("bad{long}"),
            format!("{}{}bad{long}", long, "\u{301}".repeat(3_000)),
            format!("{}bad", "傻".repeat(50)),
        ] {
            let found = rendered(file.as_bytes(), b"bad");
            let column = file.find("bad").map(|at| file[..at].chars().count() + 1);
            let column = column.expect("it is in the file");
            assert!(found.starts_with(&format!("rules/a.txt:1:{column}: ")), "{found}");
            let lines: Vec<&str> = found.lines().collect();
            assert!(lines[2].contains("bad") && lines[2].contains('…'), "{found}");
            assert!(lines[3].ends_with("^^^") && lines[3].matches('^').count() == 3, "{found}");
            let width = |text: &str| text.width();
            assert!(width(lines[2]) <= WIDTH + 8, "{found}");
            let before = lines[2].split("bad").next().expect("the text before it");
            assert_eq!(width(before), width(lines[3]) - 3, "{found}");
        }
        let whole = rendered(long.as_bytes(), long.as_bytes());
        assert!(whole.chars().count() < 400, "{whole}");
    }

    #[test]
    fn rendering_does_not_depend_on_the_length_of_a_line_or_file() {
        for line in ["badword # with a comment\n".to_owned(), format!("{}\n", "x".repeat(80_000))] {
            let file = line.repeat((8 << 20) / line.len());
            let mut sources = Sources::new("rules/");
            let content = Ok(file.clone().into_bytes());
            let source = sources.push(Source { path: "a.txt".into(), content });
            let start_time = Instant::now();
            for index in 0..1_000 {
                let at = index * (file.len() / 1_000);
                let location = Location { source, span: Span::new(at, at + 1) };
                let diagnostic = Diagnostic::new(Code::BareWildcard, location, "it is wrong");
                assert!(!render(&sources, &diagnostic.related(location, "here")).is_empty());
            }
            assert!(start_time.elapsed() < Duration::from_secs(5), "{:?}", start_time.elapsed());
        }
    }
}
