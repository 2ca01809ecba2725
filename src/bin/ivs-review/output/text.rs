//! A problem in a rule file as a person reads it: the place, the line with carets below it, and how
//! to mend it.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use ivs_chat_review::diagnostic::{Diagnostic, Location, Severity, place};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::source::{BYTE_ORDER_MARK, SourceId, Sources};
use ivs_chat_review::span::Span;
use unicode_width::UnicodeWidthStr;

use crate::terminal::BOLD;

/// The columns of a line that are shown at the most.
const WIDTH: usize = 100;
/// The columns that are shown before a place too far to the right for its line to begin at the left.
const LEAD: usize = 40;
/// The bytes before and behind the start of a place that are looked at: enough for [`WIDTH`], and few
/// enough that the length of a line or a file does not matter.
const AROUND: usize = 1 << 10;

const RENDERER: Renderer = Renderer::styled();

/// A problem with its lines, in colours; without a line break at its end.
pub(crate) fn render(sources: &Sources, problem: &Diagnostic) -> String {
    let level = match problem.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(display_safe(&problem.message)).id(problem.code.as_str());
    let mut groups = Vec::new();
    let mut last = Group::with_title(title);
    let mut related = problem.related.as_ref();
    if let Some(location) = problem.location
        && let Some(excerpt) = Excerpt::new(sources, location)
    {
        let mut snippet = excerpt.snippet(location.span);
        if let Some((second, what)) = related.filter(|(second, _)| excerpt.shows(*second)) {
            let span = AnnotationKind::Context.span(excerpt.range(second.span));
            snippet = snippet.annotation(span.label(display_safe(what)));
            related = None;
        }
        last = last.element(snippet);
    }
    if let Some((second, what)) = related {
        groups.push(last);
        let title = format!("{}: {what}", place(sources, *second));
        last = Group::with_title(Level::NOTE.secondary_title(display_safe(&title).into_owned()));
        if let Some(excerpt) = Excerpt::new(sources, *second) {
            last = last.element(excerpt.snippet(second.span));
        }
    }
    if let Some(help) = &problem.help {
        let lines = problem.paste.iter().map(|line| format!("\n  {}", display_safe(line)));
        last = last.element(Level::HELP.message(format!(
            "{}{}",
            display_safe(help),
            lines.collect::<String>()
        )));
    }
    groups.push(last);
    let place = problem.place(sources);
    format!("{BOLD}{}{BOLD:#}: {}", display_safe(&place), RENDERER.render(&groups))
}

/// The part of a line around a place, safe to show.
struct Excerpt {
    source: SourceId,
    /// The number of the line, from 1.
    line: usize,
    text: String,
    /// The offset of each character in the file and in the text; then the ends.
    offsets: Vec<(usize, usize)>,
}

impl Excerpt {
    /// The excerpt around the start of a location; none of a file that could not be read.
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

    /// Whether the whole of a location is in the excerpt.
    fn shows(&self, location: Location) -> bool {
        let ends = self.offsets.first().zip(self.offsets.last());
        ends.is_some_and(|(first, last)| {
            let shown = Span::new(first.0, last.0);
            location.source == self.source && shown.contains(location.span)
        })
    }

    /// Where the part of a span that is in the excerpt stands in its text.
    fn range(&self, span: Span) -> Range<usize> {
        let shown = |at| {
            let number = self.offsets.partition_point(|&(offset, _)| offset < at);
            self.offsets.get(number).or(self.offsets.last()).map_or(0, |&(_, offset)| offset)
        };
        shown(span.start)..shown(span.end.max(span.start))
    }

    fn snippet(&self, span: Span) -> Snippet<'static, Annotation<'static>> {
        let annotation = AnnotationKind::Primary.span(self.range(span));
        Snippet::source(self.text.clone()).line_start(self.line).annotation(annotation)
    }
}

/// A character of a file, or bytes that are none.
struct Cell {
    /// Where it stands in the file, in bytes.
    at: usize,
    c: char,
    /// How many columns it takes, as an escape if it needs one.
    width: usize,
}

/// The bytes around a place, of its line alone.
struct Window {
    start: usize,
    end: usize,
    /// The line begins before it.
    cut_left: bool,
    /// The line goes on behind it.
    cut_right: bool,
}

impl Window {
    fn around(bytes: &[u8], at: usize) -> Window {
        let inside = |&byte: &u8| byte & 0xC0 == 0x80;
        let is_break = |&byte: &u8| byte == b'\n';

        let low = at.saturating_sub(AROUND);
        let (mut start, cut_left) = match bytes[low..at].iter().rposition(is_break) {
            Some(found) => (low + found + 1, false),
            None => (low, low > 0),
        };
        if cut_left {
            // Not in the middle of a character.
            start += bytes[start..at].iter().take(3).take_while(|byte| inside(byte)).count();
        } else if start == 0 && bytes.starts_with(BYTE_ORDER_MARK) {
            start = BYTE_ORDER_MARK.len();
        }
        let high = bytes.len().min(at + AROUND);
        let found = bytes[at..high].iter().position(is_break);
        let (mut end, cut_right) =
            found.map_or((high, high < bytes.len()), |at_| (at + at_, false));
        if cut_right {
            let rest = bytes[start.min(end)..end].iter().rev();
            end -= rest.take(3).take_while(|byte| inside(byte)).count();
        } else if bytes[start.min(end)..end].ends_with(b"\r") {
            end -= 1;
        }
        Window { start: start.min(end), end, cut_left, cut_right }
    }

    fn cells(&self, bytes: &[u8]) -> Vec<Cell> {
        let mut cells = Vec::new();
        let mut at = self.start;
        let mut push = |c: char, bytes: usize| {
            // A tab moves to a column that depends on the terminal, and carets below would miss their place.
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

    /// What is shown of the place of `marked`, which is the first in the file.
    fn shown(file: &[u8], marked: &[u8]) -> String {
        let start = file.windows(marked.len()).position(|bytes| bytes == marked);
        let start = start.expect("it is in the file");
        shown_at(file, Span::new(start, start + marked.len()), None)
    }

    fn shown_at(file: &[u8], span: Span, second: Option<Span>) -> String {
        let mut sources = Sources::new("rules/");
        let source = sources.push(Source { path: "a.txt".into(), content: Ok(file.to_vec()) });
        let mut problem =
            Diagnostic::new(Code::BareWildcard, Location { source, span }, "it is wrong");
        if let Some(span) = second {
            problem = problem.related(Location { source, span }, "by this");
        }
        anstream::adapter::strip_str(&render(&sources, &problem)).to_string()
    }

    #[test]
    fn carets_stand_below_what_is_wrong() {
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
            let found = shown(file.as_bytes(), marked.as_bytes());
            let (place, snippet) = expected.split_once('|').expect("a place");
            let snippet = snippet.replace("|1 |", "\n1 |").replace("|  |", "\n  |");
            let expected = format!("rules/a.txt:{place}: {title}\n  |\n{snippet}");
            assert_eq!(found, expected, "{file:?}");
        }
    }

    #[test]
    fn the_end_of_a_file_and_bytes_that_are_no_text_have_a_place() {
        let end = shown_at(b"bad\n", Span::new(4, 4), None);
        assert!(end.starts_with("rules/a.txt:2:1: ") && end.ends_with("2 |\n  | ^"), "{end}");
        let beyond = shown_at(b"bad", Span::new(90, 99), None);
        assert!(beyond.ends_with("1 | bad\n  |    ^"), "{beyond}");
        let nothing = shown_at(b"", Span::new(0, 0), None);
        assert!(nothing.ends_with("1 |\n  | ^"), "{nothing}");
        let latin1 = shown(b"b\xE4\xE4d", b"\xE4");
        assert!(latin1.ends_with("1 | b\u{FFFD}\u{FFFD}d\n  |  ^"), "{latin1}");
        let cut = shown(b"b\xF0\x9F\x98", b"\xF0");
        assert!(cut.ends_with("1 | b\u{FFFD}\n  |  ^"), "{cut}");
    }

    #[test]
    fn a_second_place_stands_in_the_same_line_or_below() {
        let same = shown_at(b"one two", Span::new(4, 7), Some(Span::new(0, 3)));
        assert!(same.ends_with("1 | one two\n  | --- ^^^\n  | |\n  | by this"), "{same}");
        let below = shown_at(b"one\ntwo", Span::new(4, 7), Some(Span::new(0, 3)));
        let note =
            "\n  |\n2 | two\n  | ^^^\n  |\nnote: rules/a.txt:1:1: by this\n  |\n1 | one\n  | ^^^";
        assert!(below.ends_with(note), "{below}");
        let far = format!("one{}two", " ".repeat(500));
        let far = shown_at(far.as_bytes(), Span::new(503, 506), Some(Span::new(0, 3)));
        assert!(far.contains("note: rules/a.txt:1:1: by this\n"), "{far}");
    }

    #[test]
    fn long_lines_are_cut_to_what_matters() {
        let long = "ä".repeat(20_000);
        for file in [
            format!("{long}bad{long}"),
            format!("{long}bad"),
            format!("bad{long}"),
            format!("{}{}bad{long}", long, "\u{301}".repeat(3_000)),
            format!("{}bad", "傻".repeat(50)),
        ] {
            let found = shown(file.as_bytes(), b"bad");
            let column = file.find("bad").map(|at| file[..at].chars().count() + 1);
            let column = column.expect("it is there");
            assert!(found.starts_with(&format!("rules/a.txt:1:{column}: ")), "{found}");
            let lines: Vec<&str> = found.lines().collect();
            assert!(lines[2].contains("bad") && lines[2].contains('…'), "{found}");
            assert!(lines[3].ends_with("^^^") && lines[3].matches('^').count() == 3, "{found}");
            let width = |text: &str| text.width();
            assert!(width(lines[2]) <= WIDTH + 8, "{found}");
            let before = lines[2].split("bad").next().expect("what stands before it");
            assert_eq!(width(before), width(lines[3]) - 3, "{found}");
        }
        let whole = shown(long.as_bytes(), long.as_bytes());
        assert!(whole.chars().count() < 400, "{whole}");
    }

    #[test]
    fn many_problems_in_long_files_take_no_time_to_speak_of() {
        for line in ["badword # with a comment\n".to_owned(), format!("{}\n", "x".repeat(80_000))] {
            let file = line.repeat((8 << 20) / line.len());
            let mut sources = Sources::new("rules/");
            let content = Ok(file.clone().into_bytes());
            let source = sources.push(Source { path: "a.txt".into(), content });
            let begun = Instant::now();
            for number in 0..1_000 {
                let at = number * (file.len() / 1_000);
                let location = Location { source, span: Span::new(at, at + 1) };
                let problem = Diagnostic::new(Code::BareWildcard, location, "it is wrong");
                assert!(!render(&sources, &problem.related(location, "here")).is_empty());
            }
            assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        }
    }
}
