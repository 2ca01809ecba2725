//! Limits on amounts in a message, such as capitals, repeats and emoji: [`Limit`], counted in one
//! pass.

mod emoji;

use serde::{Deserialize, Serialize};

use unicode_segmentation::UnicodeSegmentation;

use self::emoji::is_emoji;
use crate::diagnostic::Location;
use crate::ivs::MAX_MESSAGE_LENGTH;
use crate::normalize::{SearchKey, is_invisible, is_nonspacing};
use crate::span::Span;

/// The highest value of a limit. No message of IVS Chat has more.
pub const MAX_LIMIT: u32 = MAX_MESSAGE_LENGTH as u32;

/// The denominator of shares: a share of 1 is `WHOLE`.
pub const WHOLE: u32 = 10_000;

/// The default of `min_letters`: with fewer letters, capitals are not limited.
pub const MIN_LETTERS: u32 = 10;

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Measure {
    /// Upper-case letters, as a share of all letters with case.
    Capitals,
    /// Equal graphemes in a row, ignoring case. Mask characters do not count.
    Repeats,
    /// Graphemes that are shown as emoji.
    Emoji,
    /// Mentions: `@name`.
    Mentions,
    /// Links to any host.
    Links,
    /// Lines. Text after the last line break is a line if it is not empty.
    Lines,
    /// Combining marks on one grapheme.
    StackedMarks,
    /// Code points.
    Length,
}

impl Measure {
    /// All measures.
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

    /// The key in `rules.toml`.
    pub const fn as_str(self) -> &'static str {
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

    /// Returns the lowest value of the limit with which some message is possible.
    pub(crate) const fn least(self) -> u32 {
        match self {
            Measure::Capitals | Measure::Emoji | Measure::Mentions | Measure::Links => 0,
            Measure::Repeats | Measure::Lines | Measure::StackedMarks | Measure::Length => 1,
        }
    }
}

/// A key of `limit`: the most of one measure that a message may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// What is counted.
    pub measure: Measure,
    /// The most that is allowed; for capitals a share in parts of [`WHOLE`].
    pub most: u32,
    /// The fewest letters with case for which capitals are limited.
    pub min_letters: u32,
    /// The position in `rules.toml`.
    pub location: Location,
}

/// What the limits of all rules allow together.
///
/// Most messages are so short that they cannot exceed a limit: a text of 40 characters has no 41
/// equal ones in a row. What cannot be exceeded is not counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ceilings {
    /// For each measure, the lowest of all limits. For capitals, the highest number of upper-case
    /// letters with which none is exceeded.
    lowest: [u32; Measure::ALL.len()],
}

impl Ceilings {
    /// Returns what some limits allow.
    pub(crate) fn of<'l>(limits: impl IntoIterator<Item = &'l Limit>) -> Ceilings {
        let mut lowest = [u32::MAX; Measure::ALL.len()];
        for limit in limits {
            let lowest = &mut lowest[limit.measure as usize];
            *lowest = (*lowest).min(match limit.measure {
                Measure::Capitals => {
                    let share = u64::from(limit.most) * u64::from(limit.min_letters);
                    u32::try_from(share / u64::from(WHOLE)).unwrap_or(u32::MAX)
                }
                _ => limit.most,
            });
        }
        Ceilings { lowest }
    }

    /// Whether a text that has at most `most` of a measure may exceed a limit.
    fn may_exceed(&self, measure: Measure, most: usize) -> bool {
        most > self.lowest(measure)
    }

    fn lowest(&self, measure: Measure) -> usize {
        self.lowest[measure as usize] as usize
    }

    /// Whether a text may have more equal graphemes in a row than a limit allows, judged by its search
    /// key.
    ///
    /// A grapheme of `period` bytes that occurs `n` times in a row makes a part of the key in which
    /// `(n - 1) * period` bytes are equal to the one `period` bytes later. Other texts have few such
    /// pairs, and most have no byte that occurs often enough.
    ///
    /// Example: with a limit of 3, `haha😂😂😂😂` has 3 of them for `period` 1, so it may exceed the limit.
    fn may_have_run(&self, key: &SearchKey) -> bool {
        let most = self.lowest(Measure::Repeats);
        let bytes = key.bytes();
        let pairs = |period: usize| {
            let pairs = bytes.iter().zip(&bytes[period..]);
            pairs.filter(|(one, other)| one == other).count()
        };
        let longest = bytes.len() / (most + 1);
        let may_repeat = || (1..=longest).any(|period| pairs(period) >= most * period);
        // Control characters are in the key, but not in graphemes.
        longest > 0
            && key.highest_count() > most
            && (longest > MAX_PERIODS || key.has_controls() || may_repeat())
    }
}

/// The most periods for which pairs are counted, so that the time is linear.
const MAX_PERIODS: usize = 32;

/// Upper bounds of the amounts in a text, which are faster to count.
struct Bounds {
    /// The number of upper-case letters.
    capitals: usize,
    emoji: usize,
    breaks: usize,
    at_signs: usize,
    marks: usize,
}

impl Bounds {
    fn of(text: &str, key: &SearchKey) -> Bounds {
        let bytes = text.as_bytes();
        let key_count = |bytes: &[u8]| bytes.iter().map(|&byte| key.count(byte)).sum::<usize>();
        let beyond = key.beyond_ascii();
        Bounds {
            capitals: count(bytes, |byte| byte.is_ascii_uppercase()) + beyond.changed as usize,
            emoji: if text.is_ascii() { 0 } else { emoji_bytes(bytes) },
            // Those beyond ASCII are U+0085, U+2028 and U+2029.
            breaks: key_count(b"\n\x0B\x0C\r\x85\xA8\xA9"),
            at_signs: key.count(b'@'),
            marks: beyond.marks as usize,
        }
    }
}

/// Counts the bytes one of which every emoji contains: the first of most emoji and of a keycap, or the
/// first of the selector of emoji style, U+FE0F.
fn emoji_bytes(bytes: &[u8]) -> usize {
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    let is_one = |byte: u8, next: u8| matches!(byte, 0xE2 | 0xF0) || (byte == 0xEF && next == 0xB8);
    pairs.filter(|&(&byte, &next)| is_one(byte, next)).count()
}

/// Counts bytes, in blocks so that the compiler can vectorize it.
#[inline]
fn count(bytes: &[u8], is_one: impl Fn(u8) -> bool) -> usize {
    let counts = bytes
        .chunks(128)
        .map(|part| usize::from(part.iter().map(|&byte| u8::from(is_one(byte))).sum::<u8>()));
    counts.sum()
}

/// The amounts in a text of those measures that may exceed a limit.
pub(crate) struct Counts {
    /// The length of the text in bytes.
    bytes: usize,
    /// The number of letters with case, and of those in upper case.
    cased: u32,
    upper: u32,
    tallies: [Tally; Measure::ALL.len()],
}

/// The amount of a measure, and its place.
#[derive(Clone, Copy, Default)]
struct Tally {
    count: u32,
    /// From the first to the last, or the place with the most.
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
    /// Counts all measures of a text that may exceed a limit in linear time, except links.
    pub(crate) fn of(text: &str, key: &SearchKey, ceilings: &Ceilings) -> Counts {
        let mut counts = Counts {
            bytes: text.len(),
            cased: 0,
            upper: 0,
            tallies: [Tally::default(); Measure::ALL.len()],
        };
        let bounds = Bounds::of(text, key);
        counts.tally(Measure::Length).count = text.chars().count() as u32;
        let may_exceed = |measure, most| ceilings.may_exceed(measure, most);
        if may_exceed(Measure::Capitals, bounds.capitals) {
            counts.count_capitals(text);
        }
        if may_exceed(Measure::Lines, bounds.breaks + 1) {
            counts.count_lines(text);
        }
        if may_exceed(Measure::Mentions, bounds.at_signs) {
            counts.count_mentions(text);
        }
        let may_have_run = ceilings.may_have_run(key);
        if text.is_ascii() {
            if may_have_run {
                counts.count_runs(text);
            }
        } else if may_have_run
            || may_exceed(Measure::Emoji, bounds.emoji)
            || may_exceed(Measure::StackedMarks, bounds.marks)
        {
            counts.count_graphemes(text);
        }
        counts
    }

    /// Adds a link of the text, found by the link detection.
    pub(crate) fn add_link(&mut self, link: Span) {
        self.tally(Measure::Links).add(link);
    }

    /// Returns the span that exceeds a limit, if any. Its ends are grapheme boundaries.
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

    /// Returns the amount of a measure. For capitals it is a share in parts of [`WHOLE`], with the
    /// number of letters.
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

    fn count_capitals(&mut self, text: &str) {
        if text.is_ascii() {
            let bytes = text.as_bytes();
            self.upper = count(bytes, |byte| byte.is_ascii_uppercase()) as u32;
            self.cased = count(bytes, |byte| byte.is_ascii_alphabetic()) as u32;
            return;
        }
        for c in text.chars() {
            let is_upper = c.is_uppercase();
            self.upper += u32::from(is_upper);
            self.cased += u32::from(is_upper || c.is_lowercase());
        }
    }

    /// Counts the lines as they are displayed (UAX #14, the classes BK, CR, LF and NL).
    fn count_lines(&mut self, text: &str) {
        let is_break = |&c: &char| matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
        let breaks = text.chars().filter(is_break).count() - text.matches("\r\n").count();
        let open = text.chars().next_back().is_some_and(|last| !is_break(&last));
        self.tally(Measure::Lines).count = breaks as u32 + u32::from(open);
    }

    /// Counts each `@` that a name follows and no word precedes.
    fn count_mentions(&mut self, text: &str) {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        for (start, at) in text.match_indices(['@', '＠', '﹫']) {
            let end = start + at.len();
            if text[end..].starts_with(is_word) && !text[..start].ends_with(is_word) {
                self.tally(Measure::Mentions).add(Span::new(start, end));
            }
        }
    }

    /// Counts the longest run of an ASCII text, in which each byte is a grapheme except in CR LF.
    fn count_runs(&mut self, text: &str) {
        let (mut run, mut last) = (0, None);
        for (at, byte) in text.bytes().enumerate() {
            let lower = byte.to_ascii_lowercase();
            run = if last == Some(lower) { run + 1 } else { 1 };
            last = Some(lower);
            if run > self.tallies[Measure::Repeats as usize].count
                && !is_mask_char(char::from(byte))
            {
                self.tally(Measure::Repeats).raise(run, Span::new(at + 1 - run as usize, at + 1));
            }
        }
    }

    /// Counts the longest run, the emoji and the marks on one grapheme.
    fn count_graphemes(&mut self, text: &str) {
        let mut run = Tally::default();
        let mut last = "";
        for (at, grapheme) in text.grapheme_indices(true) {
            let here = Span::new(at, at + grapheme.len());
            let is_mark = |&c: &char| is_nonspacing(c) && !is_invisible(c);
            let marks = grapheme.chars().filter(is_mark).count() as u32;
            self.tally(Measure::StackedMarks).raise(marks, here);
            if is_emoji(grapheme) {
                self.tally(Measure::Emoji).add(here);
            }
            if grapheme.chars().all(is_invisible) {
                continue;
            }
            if !is_same(last, grapheme) {
                run = Tally::default();
            }
            run.add(here);
            last = grapheme;
            let is_mask = grapheme.chars().all(is_mask_char);
            if let Some(span) = run.span.filter(|_| !is_mask) {
                self.tally(Measure::Repeats).raise(run.count, span);
            }
        }
    }
}

/// Whether two graphemes are equal, ignoring case and invisible characters.
fn is_same(a: &str, b: &str) -> bool {
    a == b || lower(a).eq(lower(b))
}

fn lower(grapheme: &str) -> impl Iterator<Item = char> {
    grapheme.chars().filter(|&c| !is_invisible(c)).flat_map(char::to_lowercase)
}

/// Whether a character is one that masks consist of.
fn is_mask_char(c: char) -> bool {
    matches!(c, '*' | '█')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::SourceId;

    /// Counts all measures.
    fn of(text: &str) -> Counts {
        Counts::of(text, &SearchKey::of(text), &Ceilings { lowest: [0; Measure::ALL.len()] })
    }

    fn any_text() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            "\\PC{0,3}",
            "[aAbB@_ \n\r1]{0,4}",
            "[é😂❤\u{FE0F}\u{301}\u{200B}＠Жß]{0,4}",
            "a{0,12}",
        ];
        prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
    }

    fn any_limit() -> impl Strategy<Value = Limit> {
        let (measure, most) = (prop::sample::select(Measure::ALL), 0..12_u32);
        (measure, most, 0..12_u32).prop_map(|(measure, most, min_letters)| {
            let most = if measure == Measure::Capitals { most * 1_000 } else { most };
            let location = Location { source: SourceId(0), span: Span::new(0, 0) };
            Limit { measure, most, min_letters, location }
        })
    }

    proptest! {
        /// What is not counted does not exceed a limit.
        #[test]
        fn ceilings_change_no_result(
            text in any_text(),
            limits in prop::collection::vec(any_limit(), 0..4),
        ) {
            let counts = Counts::of(&text, &SearchKey::of(&text), &Ceilings::of(&limits));
            let all = of(&text);
            for limit in &limits {
                prop_assert_eq!(counts.excess(limit), all.excess(limit), "{:?}", limit);
                if all.excess(limit).is_some() {
                    prop_assert_eq!(counts.amount(limit.measure), all.amount(limit.measure));
                }
            }
        }
    }

    /// Returns the amount and the text of its span.
    fn counted(text: &str, measure: Measure) -> (u32, &str) {
        let counts = of(text);
        let tally = counts.tallies[measure as usize];
        (tally.count, tally.span.map_or("", |span| &text[span.range()]))
    }

    #[test]
    fn repeats_ignore_case_and_invisible_characters() {
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
    fn amounts_of_capitals_are_a_share_of_the_letters() {
        for (text, amount) in [
            ("", (0, Some(0))),
            ("1!", (0, Some(0))),
            // Without capitals nothing is counted.
            ("abc", (0, Some(0))),
            ("ABCd", (WHOLE / 4 * 3, Some(4))),
            ("ÄBC 1", (WHOLE, Some(3))),
        ] {
            assert_eq!(of(text).amount(Measure::Capitals), amount, "{text:?}");
        }
        assert_eq!(of("a\nb").amount(Measure::Lines), (2, None));
        assert_eq!(of("hm....").amount(Measure::Repeats), (4, None));
    }

    #[test]
    fn mentions_precede_names_and_are_not_in_words() {
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
    fn lines_are_counted_as_displayed() {
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
            let counts = of(text);
            assert_eq!((counts.cased, counts.upper), (cased, upper), "{text:?}");
        }
    }
}
