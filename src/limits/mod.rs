//! How much of a thing a message has, counted in one pass.

mod emoji;

use unicode_segmentation::UnicodeSegmentation;

use self::emoji::is_emoji;
use crate::diagnostic::Location;
use crate::ivs::MAX_MESSAGE_LENGTH;
use crate::normalize::{is_invisible, is_nonspacing};
use crate::span::Span;

/// The highest limit of anything that is counted: more than a message of IVS Chat can have.
pub const MAX_LIMIT: u32 = MAX_MESSAGE_LENGTH as u32;

/// The parts of which a share of letters is told as a number.
pub const WHOLE: u32 = 10_000;

/// From how many letters on capitals count, unless a limit says otherwise.
pub const MIN_LETTERS: u32 = 10;

/// What there may be too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Upper-case letters, as a share of all letters with case.
    Capitals,
    /// The same grapheme in a row, in whatever case. The signs of masks do not count.
    Repeats,
    /// Graphemes that are shown as emoji.
    Emoji,
    /// `@name`
    Mentions,
    /// Links to any host.
    Links,
    /// Lines; what follows the last line break is one if there is anything.
    Lines,
    /// Combining marks on one grapheme.
    StackedMarks,
    /// Code points.
    Length,
}

impl Measure {
    /// All of them.
    pub const ALL: &[Measure] = &[
        Measure::Capitals,
        Measure::Repeats,
        Measure::Emoji,
        Measure::Mentions,
        Measure::Links,
        Measure::Lines,
        Measure::StackedMarks,
        Measure::Length,
    ];

    /// The key by which rules call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Measure::Capitals => "capitals",
            Measure::Repeats => "repeats",
            Measure::Emoji => "emoji",
            Measure::Mentions => "mentions",
            Measure::Links => "links",
            Measure::Lines => "lines",
            Measure::StackedMarks => "stacked_marks",
            Measure::Length => "length",
        }
    }

    /// The lowest limit that leaves anything.
    pub(crate) fn least(self) -> u32 {
        match self {
            Measure::Capitals | Measure::Emoji | Measure::Mentions | Measure::Links => 0,
            Measure::Repeats | Measure::Lines | Measure::StackedMarks | Measure::Length => 1,
        }
    }
}

/// A key of `limit`: the most of one thing that a message may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Of what.
    pub measure: Measure,
    /// How much is allowed; of capitals a part of [`WHOLE`].
    pub most: u32,
    /// How many letters with case a message must have for its capitals to count.
    pub min_letters: u32,
    /// Where it stands.
    pub location: Location,
}

/// How much of each thing a text has.
pub(crate) struct Counts {
    /// The bytes of the text.
    bytes: usize,
    /// Letters with case, and those of them in upper case.
    cased: u32,
    upper: u32,
    tallies: [Tally; Measure::ALL.len()],
}

/// How much of a thing there is, and where.
#[derive(Clone, Copy, Default)]
struct Tally {
    count: u32,
    /// From the first to the last, or the most of it in one place.
    span: Option<Span>,
}

impl Tally {
    fn add(&mut self, span: Span) {
        self.count += 1;
        self.span = Some(self.span.map_or(span, |all| all.union(span)));
    }

    fn raise(&mut self, count: u32, span: Span) {
        if count > self.count {
            *self = Tally { count, span: Some(span) };
        }
    }
}

impl Counts {
    /// Counts what a text has, in time linear in it. Links are counted elsewhere.
    pub(crate) fn of(text: &str) -> Counts {
        let mut counts = Counts {
            bytes: text.len(),
            cased: 0,
            upper: 0,
            tallies: [Tally::default(); Measure::ALL.len()],
        };
        match text.is_ascii() {
            true => counts.ascii(text),
            false => counts.any(text),
        }
        counts
    }

    /// The links of the text, found elsewhere.
    pub(crate) fn add_link(&mut self, link: Span) {
        self.tally(Measure::Links).add(link);
    }

    /// Where there is too much of what a limit is for. Its ends lie on graphemes.
    pub(crate) fn excess(&self, limit: &Limit) -> Option<Span> {
        if limit.measure == Measure::Capitals {
            let share = u64::from(self.upper) * u64::from(WHOLE);
            let most = u64::from(limit.most) * u64::from(self.cased);
            let counts = self.cased >= limit.min_letters.max(1);
            return (counts && share > most).then_some(Span::new(0, self.bytes));
        }
        let tally = &self.tallies[limit.measure as usize];
        let whole = Span::new(0, self.bytes);
        (tally.count > limit.most).then_some(tally.span.unwrap_or(whole))
    }

    /// How much of a thing there is; of capitals a part of [`WHOLE`], and of how many letters.
    pub(crate) fn amount(&self, measure: Measure) -> (u32, Option<u32>) {
        match measure {
            Measure::Capitals => {
                let part = u64::from(self.upper) * u64::from(WHOLE) / u64::from(self.cased.max(1));
                (part as u32, Some(self.cased))
            }
            _ => (self.tallies[measure as usize].count, None),
        }
    }

    fn tally(&mut self, measure: Measure) -> &mut Tally {
        &mut self.tallies[measure as usize]
    }

    /// Each byte is a grapheme but for CR LF.
    fn ascii(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let (mut run, mut last) = (0, None);
        for (at, &byte) in bytes.iter().enumerate() {
            self.upper += u32::from(byte.is_ascii_uppercase());
            self.cased += u32::from(byte.is_ascii_alphabetic());
            let lower = byte.to_ascii_lowercase();
            run = if last == Some(lower) { run + 1 } else { 1 };
            last = Some(lower);
            if run > self.tallies[Measure::Repeats as usize].count && !is_sign(char::from(byte)) {
                self.tally(Measure::Repeats).raise(run, Span::new(at + 1 - run as usize, at + 1));
            }
            if byte == b'@' {
                self.mention(text, at, at + 1);
            }
        }
        self.tally(Measure::Length).count = bytes.len() as u32;
        self.lines(text);
    }

    fn any(&mut self, text: &str) {
        let mut run = Tally::default();
        let mut last = "";
        for (at, grapheme) in text.grapheme_indices(true) {
            let here = Span::new(at, at + grapheme.len());
            let (mut marks, mut length) = (0, 0);
            for c in grapheme.chars() {
                length += 1;
                self.upper += u32::from(c.is_uppercase());
                self.cased += u32::from(c.is_uppercase() || c.is_lowercase());
                marks += u32::from(is_nonspacing(c) && !is_invisible(c));
            }
            self.tally(Measure::Length).count += length;
            self.tally(Measure::StackedMarks).raise(marks, here);
            if is_emoji(grapheme) {
                self.tally(Measure::Emoji).add(here);
            }
            if matches!(grapheme, "@" | "＠" | "﹫") {
                self.mention(text, at, here.end);
            }
            if grapheme.chars().all(is_invisible) {
                continue;
            }
            if !is_same(last, grapheme) {
                run = Tally::default();
            }
            run.add(here);
            last = grapheme;
            let is_sign = grapheme.chars().all(is_sign);
            if let Some(span) = run.span.filter(|_| !is_sign) {
                self.tally(Measure::Repeats).raise(run.count, span);
            }
        }
        self.lines(text);
    }

    /// An `@` at those bytes, if it stands before a name and not in a word.
    fn mention(&mut self, text: &str, start: usize, end: usize) {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if text[end..].starts_with(is_word) && !text[..start].ends_with(is_word) {
            self.tally(Measure::Mentions).add(Span::new(start, end));
        }
    }

    fn lines(&mut self, text: &str) {
        // UAX #14, the classes BK, CR, LF and NL.
        let is_break = |&c: &char| matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
        let breaks = text.chars().filter(is_break).count() - text.matches("\r\n").count();
        let open = text.chars().next_back().is_some_and(|last| !is_break(&last));
        self.tally(Measure::Lines).count = breaks as u32 + u32::from(open);
    }
}

/// Whether two graphemes are the same but for case and what cannot be seen.
fn is_same(a: &str, b: &str) -> bool {
    a == b || lower(a).eq(lower(b))
}

fn lower(grapheme: &str) -> impl Iterator<Item = char> {
    grapheme.chars().filter(|&c| !is_invisible(c)).flat_map(char::to_lowercase)
}

/// Whether a character may stand in a message because a mask has put it there.
fn is_sign(c: char) -> bool {
    matches!(c, '*' | '█')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is counted, and the part of the text that it is told of.
    fn counted(text: &str, measure: Measure) -> (u32, &str) {
        let counts = Counts::of(text);
        let tally = counts.tallies[measure as usize];
        (tally.count, tally.span.map_or("", |span| &text[span.range()]))
    }

    #[test]
    fn the_same_in_a_row_counts_in_any_case_and_whatever_cannot_be_seen() {
        for (text, count, part) in [
            ("", 0, ""),
            ("abc", 1, "a"),
            ("noooO way", 4, "oooO"),
            ("a\u{200B}a\u{AD}a", 3, "a\u{200B}a\u{AD}a"),
            ("é e\u{301}é", 1, "é"),
            ("ÉéÉé!", 4, "ÉéÉé"),
            ("❤\u{FE0F}❤❤\u{FE0F}", 3, "❤\u{FE0F}❤❤\u{FE0F}"),
            ("👨‍👩‍👧👨‍👩‍👧 👨‍👩‍👧", 2, "👨‍👩‍👧👨‍👩‍👧"),
            ("a ****** bb ███████", 2, "bb"),
            ("ä ****** bb ███████", 2, "bb"),
            ("hm....", 4, "...."),
        ] {
            assert_eq!(counted(text, Measure::Repeats), (count, part), "{text:?}");
        }
    }

    #[test]
    fn amounts_of_capitals_are_a_part_of_the_letters() {
        for (text, amount) in [
            ("", (0, Some(0))),
            ("1!", (0, Some(0))),
            ("abc", (0, Some(3))),
            ("ABCd", (WHOLE / 4 * 3, Some(4))),
            ("ÄBC 1", (WHOLE, Some(3))),
        ] {
            assert_eq!(Counts::of(text).amount(Measure::Capitals), amount, "{text:?}");
        }
        assert_eq!(Counts::of("a\nb").amount(Measure::Lines), (2, None));
        assert_eq!(Counts::of("hm....").amount(Measure::Repeats), (4, None));
    }

    #[test]
    fn mentions_stand_before_names_and_not_in_words() {
        for (text, count) in [
            ("@a and @b_c, (@d)", 3),
            ("＠a ﹫ä @傻瓜", 3),
            ("a@b.example @ c @@ @! @", 0),
            ("ä@b", 0),
            ("@a@b", 1),
        ] {
            assert_eq!(counted(text, Measure::Mentions).0, count, "{text:?}");
        }
    }

    #[test]
    fn lines_are_counted_as_they_are_shown() {
        for (text, count) in [
            ("", 0),
            ("a", 1),
            ("a\n", 1),
            ("a\r\nb", 2),
            ("a\n\n\nb", 4),
            ("ä\u{2028}b\rc\r\n", 3),
        ] {
            assert_eq!(counted(text, Measure::Lines).0, count, "{text:?}");
        }
    }

    #[test]
    fn marks_and_emoji_are_counted_by_graphemes() {
        let zalgo = "a\u{301}\u{302} z\u{336}\u{337}\u{FE0F}\u{34F}\u{338}x";
        let most = "z\u{336}\u{337}\u{FE0F}\u{34F}\u{338}";
        assert_eq!(counted(zalgo, Measure::StackedMarks), (3, most));
        assert_eq!(counted("हिन्दी ไทยนี้ é", Measure::StackedMarks).0, 2);
        assert_eq!(counted("a 😂👍🏽 b 🇩🇪 ❤ ™", Measure::Emoji), (3, "😂👍🏽 b 🇩🇪"));
        assert_eq!(counted("1 * # 0", Measure::Emoji).0, 0);
        assert_eq!(counted("ä b", Measure::Length).0, 3);
        assert_eq!(counted("a b", Measure::Length).0, 3);
    }

    #[test]
    fn capitals_are_a_share_of_the_letters_with_case() {
        for (text, cased, upper) in
            [("AbC 1!", 3, 2), ("ÄßЖж傻", 4, 2), ("حمار", 0, 0), ("Ａａ𝐀", 3, 2)]
        {
            let counts = Counts::of(text);
            assert_eq!((counts.cased, counts.upper), (cased, upper), "{text:?}");
        }
    }
}
