//! Which patterns may match a message: [`Prefilter`].
//!
//! Patterns are dear and rarely match. One pass over a message, in which case and form do not matter,
//! tells which of them are worth compiling and running at all.

use std::cmp::Reverse;

use regex_syntax::hir::Hir;

use super::literals::{RequiredLiterals, selectivity};
use crate::charset::CharSet;
use crate::normalize::caseless;

/// How much of a text is looked up at once, in bytes.
const WINDOW: usize = 4;

/// The number of hashes, as a power of two: so many more than texts that few windows of a message hit
/// one by chance, and so few that they are soon in the cache.
const HASH_BITS: u32 = 14;

/// Sets of characters that are told apart.
const MAX_CLASSES: usize = 16;

/// In [`Prefilter::bytes`] above the lower-case form: a window ends here.
const ENDS: u32 = 1 << 8;

/// Likewise: a window shorter than [`WINDOW`] ends here.
const ENDS_SHORT: u32 = 1 << 9;

/// Likewise: where the bits of the sets begin that it is in.
const CLASSES_SHIFT: usize = 10;

/// Which of some patterns may match a message.
pub(super) struct Prefilter {
    /// Sorted by their windows.
    literals: Vec<Literal>,
    /// A bit for each hash that a window has.
    hashes: Box<[u64; 1 << (HASH_BITS - 6)]>,
    /// What there is to know of each byte of a message.
    bytes: [u32; 256],
    /// Of which set each pattern class_counts how many bytes.
    class_counts: Vec<(usize, usize)>,
    /// The patterns without texts that need bytes.
    class_only: Vec<usize>,
    /// The patterns that need nothing and may match anything.
    unfiltered: Vec<usize>,
}

/// A text that a pattern class_counts, in lower case.
struct Literal {
    /// Some of its bytes, which are looked up first.
    window: u32,
    /// The last of them.
    last: usize,
    text: Vec<u8>,
    pattern: usize,
}

/// Buffers that are used again for each message.
#[derive(Default)]
pub(in crate::engine) struct Buffers {
    caseless: Vec<u8>,
    candidates: Candidates,
}

/// Some patterns, each of them once.
#[derive(Default)]
struct Candidates {
    indices: Vec<usize>,
    is_candidate: Vec<bool>,
}

impl Candidates {
    fn add(&mut self, pattern: usize) {
        if !std::mem::replace(&mut self.is_candidate[pattern], true) {
            self.indices.push(pattern);
        }
    }
}

impl Prefilter {
    /// A prefilter for patterns, which are known by their indices in this order.
    pub(super) fn new<'h>(patterns: impl IntoIterator<Item = &'h Hir>) -> Prefilter {
        let mut prefilter = Prefilter {
            literals: Vec::new(),
            hashes: Box::new([0; _]),
            bytes: std::array::from_fn(|byte| u32::from((byte as u8).to_ascii_lowercase())),
            class_counts: Vec::new(),
            class_only: Vec::new(),
            unfiltered: Vec::new(),
        };
        let mut sets = Vec::new();
        for (pattern, hir) in patterns.into_iter().enumerate() {
            let RequiredLiterals { literals, class_count } = RequiredLiterals::of(hir);
            match class_count {
                _ if !literals.is_empty() => {}
                Some(_) => prefilter.class_only.push(pattern),
                None => prefilter.unfiltered.push(pattern),
            }
            let need = |(set, count)| (class_index(set, &mut sets), count);
            prefilter.class_counts.push(class_count.map_or((0, 0), need));
            literals.into_iter().for_each(|literal| prefilter.add(literal, pattern));
        }
        prefilter.literals.sort_unstable_by_key(|text| text.window);
        for (byte, facts) in (0..=u8::MAX).zip(&mut prefilter.bytes) {
            let mut own = CharSet::NONE;
            own.add(char::from(byte));
            let inside = (0..sets.len()).filter(|&set| own.may_share(sets[set]));
            *facts = inside.fold(*facts, |facts, set| facts | 1 << (CLASSES_SHIFT + set));
        }
        prefilter
    }

    fn add(&mut self, text: Vec<u8>, pattern: usize) {
        let length = text.len().min(WINDOW);
        // Texts that have much in common are told apart by the rest.
        let value = |part: &[u8]| (self.is_known(window(part)), Reverse(selectivity(part)));
        let parts = text.windows(length).zip(length - 1..);
        let Some((part, last)) = parts.min_by_key(|(part, _)| value(part)) else { return };
        let window = window(part);
        for byte in [text[last], text[last].to_ascii_uppercase()] {
            self.bytes[usize::from(byte)] |= if length < WINDOW { ENDS_SHORT } else { ENDS };
        }
        let hash = hash(window);
        self.hashes[hash / 64] |= 1 << (hash % 64);
        self.literals.push(Literal { window, last, text, pattern });
    }

    /// The patterns that may match anything.
    pub(super) fn unfiltered(&self) -> &[usize] {
        &self.unfiltered
    }

    /// The indices of the patterns that may match a message; ascending.
    pub(super) fn candidates<'b>(&self, message: &str, buffers: &'b mut Buffers) -> &'b [usize] {
        let Buffers { caseless: buffer, candidates } = buffers;
        candidates.indices.clear();
        if self.unfiltered.len() < self.class_counts.len() {
            let text = caseless(message, buffer);
            candidates.is_candidate.clear();
            candidates.is_candidate.resize(self.class_counts.len(), false);
            let seen = self.search(text, candidates);
            candidates.indices.extend(&self.class_only);
            self.retain_by_class_counts(text, seen, &mut candidates.indices);
        }
        candidates.indices.extend(&self.unfiltered);
        candidates.indices.sort_unstable();
        &candidates.indices
    }

    /// Adds the patterns of which a text stands there, and tells the facts of all bytes together.
    fn search(&self, text: &[u8], candidates: &mut Candidates) -> u32 {
        let (mut seen, mut window) = (0, 0);
        for (at, &byte) in text.iter().enumerate() {
            let facts = self.bytes[usize::from(byte)];
            seen |= facts;
            window = window << 8 | facts & 0xFF;
            if facts & ENDS != 0 && self.is_known(window) {
                self.find(window, text, at, candidates);
            }
            if facts & ENDS_SHORT != 0 {
                for length in 1..WINDOW {
                    let window = window & ((1 << (8 * length)) - 1);
                    if self.is_known(window) {
                        self.find(window, text, at, candidates);
                    }
                }
            }
        }
        seen
    }

    /// Adds the patterns of the texts that stand there with that window, whose last byte is at `at`.
    #[inline(never)]
    fn find(&self, window: u32, text: &[u8], at: usize, candidates: &mut Candidates) {
        let first = self.literals.partition_point(|text| text.window < window);
        for needed in self.literals[first..].iter().take_while(|text| text.window == window) {
            let start = at.checked_sub(needed.last);
            let part = start.and_then(|start| text.get(start..start + needed.text.len()));
            if part.is_some_and(|part| part.eq_ignore_ascii_case(&needed.text)) {
                candidates.add(needed.pattern);
            }
        }
    }

    /// Leaves the patterns that have the bytes which they need.
    fn retain_by_class_counts(&self, text: &[u8], seen: u32, candidates: &mut Vec<usize>) {
        if candidates.is_empty() {
            return;
        }
        let mut counts = [None; MAX_CLASSES];
        candidates.retain(|&pattern| {
            let (set, least) = self.class_counts[pattern];
            let bit = 1 << (CLASSES_SHIFT + set);
            let is_inside = |byte: &&u8| self.bytes[usize::from(**byte)] & bit != 0;
            let count = || text.iter().filter(is_inside).count();
            least == 0 || seen & bit != 0 && *counts[set].get_or_insert_with(count) >= least
        });
    }

    /// Whether some text may have that window.
    fn is_known(&self, window: u32) -> bool {
        let hash = hash(window);
        self.hashes[hash / 64] & 1 << (hash % 64) != 0
    }
}

/// Fibonacci hashing.
fn hash(window: u32) -> usize {
    (window.wrapping_mul(0x9E37_79B9) >> (u32::BITS - HASH_BITS)) as usize
}

fn window(part: &[u8]) -> u32 {
    part.iter().fold(0, |window, &byte| window << 8 | u32::from(byte))
}

/// The number of a set among those that are told apart. Those that are too many count as one.
fn class_index(set: CharSet, sets: &mut Vec<CharSet>) -> usize {
    if let Some(known) = sets.iter().position(|&known| known == set) {
        return known;
    }
    match sets.get_mut(MAX_CLASSES - 1) {
        Some(last) => last.extend(set),
        None => sets.push(set),
    }
    sets.len() - 1
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::{Regex, RegexBuilder};
    use unicode_normalization::UnicodeNormalization;

    use super::*;
    use crate::normalize::Composed;

    fn prefilter(patterns: &[&str]) -> Prefilter {
        let parse = |text: &&str| regex_syntax::Parser::new().parse(text).expect("a pattern");
        Prefilter::new(&patterns.iter().map(parse).collect::<Vec<Hir>>())
    }

    #[test]
    fn only_what_may_match_passes() {
        let phone = r"\+?(?:\d[ -]?){6,}\d";
        let prefilter =
            prefilter(&["spam", r"\w+", "ham|eggs", phone, "[!?]{3}", r"\d+ x@", "спам", "한국"]);
        assert_eq!(prefilter.unfiltered(), [1]);
        let mut buffers = Buffers::default();
        let mut candidates = |text| prefilter.candidates(text, &mut buffers).to_vec();
        assert_eq!(candidates("nothing"), [1]);
        assert_eq!(candidates("EGGS and ham and eggs"), [1, 2]);
        assert_eq!(candidates("Spam with ham"), [0, 1, 2]);
        assert_eq!(candidates("ＳＰ\u{200B}ＡＭ"), [0, 1]);
        assert_eq!(candidates("call 5"), [1]);
        assert_eq!(candidates("call 5551234"), [1, 3]);
        assert_eq!(candidates("call ٥٥٥١٢٣٤"), [1, 3]);
        assert_eq!(candidates("wait!?"), [1]);
        assert_eq!(candidates("wait?!?"), [1, 4]);
        assert_eq!(candidates("X@"), [1]);
        assert_eq!(candidates("٥ X@"), [1, 5]);
        assert_eq!(candidates("СПАМ"), [1, 6]);
        assert_eq!(candidates("한국"), [1, 7]);
        assert_eq!(candidates("\u{1112}\u{1161}\u{11AB}국"), [1, 7]);
        assert_eq!(candidates("하\u{11AB}국"), [1, 7]);
        assert_eq!(candidates("ㅎㅏㄴ국"), [1]);
    }

    /// Sets that are too many are not told apart, but none is forgotten.
    #[test]
    fn sets_share_their_numbers() {
        let signs: Vec<char> = ('!'..='/').chain(':'..='@').collect();
        assert!(signs.len() > MAX_CLASSES);
        let patterns: Vec<String> = signs.iter().map(|sign| format!("[{sign}0-9]+")).collect();
        let prefilter = prefilter(&patterns.iter().map(String::as_str).collect::<Vec<_>>());
        let mut buffers = Buffers::default();
        for (number, sign) in signs.iter().enumerate() {
            assert!(
                prefilter.candidates(&sign.to_string(), &mut buffers).contains(&number),
                "{sign}"
            );
        }
        assert_eq!(prefilter.candidates("!", &mut buffers), [0]);
        assert_eq!(prefilter.candidates("a", &mut buffers), [0; 0]);
    }

    /// Patterns of many shapes, each with a text that it matches in another case or script.
    const SHAPES: [(&str, &str); 26] = [
        (r"discord\.gg/\w+", "DISCORD.GG/x"),
        (r"(?:https?://)?\bt\.me/\+?[a-z]+", "T.me/Abc"),
        (r"(?<who>[\w.]+)@(?:\w+\.)+\w{2,}", "Ä.b@c.de"),
        (r"\+?(?:\d[ -]?){6,}\d", "٣٤٥٦٧٨٩"),
        (r"(?:free|cheap)+ \s*gold", "FREECHEAP  GOLD"),
        (r"kiss{2,}", "KiSSSs"),
        (r"(?-i)Only So", "Only So"),
        (r"[0-9ſ]x", "Sx"),
        (r"naïve|ÜBER", "über"),
        (r"(a|bc){2}!", "aBC!"),
        (r"^\p{Greek}+$", "αβγ"),
        (r"[$€]\d+|\d+[$€]", "5€"),
        (r"(?i)\bkick\s+mask\b", "KICK mask"),
        (r"v-?bucks", "V-Bucks"),
        (r"fr[e3€]{2,}", "FR€3"),
        (r"(?:x{3}|yz)+?[.,]", "YZxxx."),
        (r"\bбесплатн\w+ ключи", "БЕСПЛАТНЫЕ КЛЮЧИ"),
        (r"été|ñandú", "ÑANDÚ"),
        (r"σοφός", "ΣΟΦΌΣ"),
        (r"straße", "STRAẞE"),
        (r"한국\s*돈", "한국 돈"),
        (r"がんば", "がんば"),
        (r"[0-9]{2}|[﹗!]", "!"),
        (r"😡{2}|👍🏽", "👍🏽"),
        (r"[!?]{4,}", "!?!?"),
        (r"हिन्दी", "हिन्दी"),
    ];

    static PREFILTER: LazyLock<(Prefilter, [Regex; SHAPES.len()])> =
        LazyLock::new(|| (prefilter(&SHAPES.map(|(pattern, _)| pattern)), SHAPES.map(compiled)));

    fn compiled((pattern, _): (&str, &str)) -> Regex {
        RegexBuilder::new(pattern).case_insensitive(true).build().expect("a pattern")
    }

    /// A text that may be written in another form.
    fn written(text: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
        let wide = |c: char| match c {
            '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
            _ => c,
        };
        (text, 0..8).prop_map(move |(text, way)| match way {
            0 => text.nfd().collect(),
            1 => text.nfkd().collect(),
            2 => text.chars().map(wide).collect(),
            3 => text.chars().flat_map(|c| [c, '\u{200B}']).collect(),
            4 => text.nfd().flat_map(|c| [c, '\u{FE0F}']).collect(),
            5 => text.to_uppercase(),
            _ => text,
        })
    }

    proptest! {
        /// A pattern that matches always passes.
        #[test]
        fn nothing_that_matches_is_held_back(pieces in prop::collection::vec(
            written(prop_oneof![
                prop::sample::select(SHAPES.map(|(_, text)| text.to_owned()).to_vec()),
                "[a-zA-Z0-9@./ +$€ſKéÉ٣\n]{0,6}",
                "[\u{300}-\u{345}\u{1100}-\u{11C2}ㅎㅏㄴ\u{3099}ﬁ½…]{0,3}",
                "\\PC{0,3}",
            ]),
            0..5,
        )) {
            let text = pieces.concat();
            let (prefilter, regexes) = &*PREFILTER;
            let mut buffers = Buffers::default();
            let candidates = prefilter.candidates(&text, &mut buffers);
            let composed = Composed::new(&text);
            for (number, regex) in regexes.iter().enumerate() {
                if regex.is_match(composed.text()) {
                    prop_assert!(candidates.contains(&number), "{} in {:?}", regex, text);
                }
            }
        }
    }

    /// Patterns of letters that forms and cases make hard.
    fn patterns() -> impl Strategy<Value = String> {
        let parts = [
            "a", "s", "k", "f", "i", "é", "ñ", "ι", "α", "ᾳ", "ß", "한", "ᄒ", "ᆫ", "が", "か", "1",
            "٣", "!", "\u{323}", "(?-i:S)", "(?i:k)", "[ks]", "[eé]", "[aſ1!]", "[!?]", "[^a]",
            r"\d", ".", r"\b",
        ];
        let repeated = prop::sample::select(vec!["", "?", "*", "+", "{2}", "{3,}", "{0,2}"]);
        prop::sample::select(parts.to_vec()).prop_map(str::to_owned).prop_recursive(
            3,
            16,
            4,
            move |part| {
                let parts = prop::collection::vec(part, 1..5);
                (parts, prop::sample::select(vec!["", "|"]), repeated.clone())
                    .prop_map(|(parts, between, times)| format!("({}){times}", parts.join(between)))
            },
        )
    }

    fn letters() -> impl Strategy<Value = String> {
        let letters = [
            "a",
            "A",
            "s",
            "ſ",
            "S",
            "K",
            "\u{212A}",
            "f",
            "ﬁ",
            "i",
            "É",
            "e\u{301}",
            "e",
            "n\u{303}",
            "ι",
            "\u{345}",
            "Α",
            "ᾳ",
            "α\u{323}\u{345}",
            "ß",
            "ẞ",
            "ss",
            "한",
            "하\u{11AB}",
            "ㅎㅏ",
            "ᄒ",
            "ᅡ",
            "ㄴ",
            "ᆫ",
            "が",
            "か\u{3099}",
            "か",
            "1",
            "１",
            "①",
            "٣",
            "!",
            "！",
            "\u{323}",
            "\u{301}",
            "\u{200B}",
            " ",
        ];
        prop::collection::vec(prop::sample::select(letters.to_vec()), 0..10)
            .prop_map(|letters| letters.concat())
    }

    proptest! {
        #[test]
        fn no_form_or_case_is_held_back(
            pattern in patterns(),
            texts in prop::collection::vec(letters(), 8),
        ) {
            let regex = compiled((&pattern, ""));
            let prefilter = prefilter(&[&pattern]);
            for text in texts {
                let candidates = !prefilter.candidates(&text, &mut Buffers::default()).is_empty();
                prop_assert!(candidates || !regex.is_match(Composed::new(&text).text()), "{text:?}");
            }
        }
    }

    #[test]
    fn every_shape_is_matched_by_its_text() {
        for (pattern, text) in SHAPES {
            let composed = Composed::new(text);
            assert!(compiled((pattern, text)).is_match(composed.text()), "{pattern}");
        }
    }
}
