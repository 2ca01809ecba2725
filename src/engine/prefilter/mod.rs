//! A prefilter for patterns, and for the entries that are searched without disguises:
//! [`Prefilter`].
//!
//! Running every pattern on every message is slow, and few messages match any of them. One scan of
//! the message selects the *candidates*: the patterns whose necessary conditions are satisfied.
//! Only these are compiled and run. The prefilter may select a pattern that does not match, and
//! never skips one that does.
//!
//! Entries without disguises (`@plain`, `disguises = "none"`) need a fold of their own, and most
//! rule sets have few of them. The same scan searches for a literal of each, and without one that
//! fold is not needed either.
//!
//! [`RequiredLiterals`] derives the conditions from the syntax of a pattern: literals, one of which
//! is in every match, and a class of rare characters with the least number of them in a match.
//! Conditions and messages are compared in the [search key](crate::normalize::search_key), one byte
//! per character, in which neither case nor compatibility form matters.
//!
//! Example: three patterns and the message `Join DISCORD.GG/x9`.
//!
//! | | pattern | literals | class count | kind |
//! |---|---|---|---|---|
//! | 0 | `discord\.gg/\w+` | `discord.gg/` | | |
//! | 1 | `(?:\d[ -]?){6,}\d` | | 7 of `0-9` | class only |
//! | 2 | `\w+` | | | unfiltered |
//!
//! 1. The search key of the message is `join discord.gg/x9`.
//! 2. The automaton over all literals finds `discord.gg/` in it: 0 becomes a
//!    candidate.
//! 3. Class-only patterns are always added: 1 becomes a candidate.
//! 4. The class counts are checked: the message has one digit of the seven that 1 requires, so 1 is
//!    removed.
//! 5. Unfiltered patterns are added: the candidates are 0 and 2.

mod literals;
mod table;

use aho_corasick::Input;
use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::{contiguous, noncontiguous};

pub(super) use self::literals::{EntryLiterals, RequiredLiterals};
pub(super) use self::table::LiteralTable;
use crate::normalize::{CharSet, SearchKey};

/// The total length of the literals, in bytes, up to which the automaton is a
/// [table](LiteralTable).
///
/// A table takes longer to build than a contiguous NFA, but searches faster. Measured with the DFA of
/// `aho-corasick`, which is such a table, and literals in lower case, per message of 41 characters:
///
/// | literals | build, DFA | build, NFA | search, DFA | search, NFA | memory, DFA |
/// |---|---|---|---|---|---|
/// | 72, 0.6 KB (the shipped rules) | 0.10 ms | 0.04 ms | 65-69 ns | 126-230 ns | 41 KB |
/// | 200, 3.4 KB | 0.87 ms | 0.15 ms | 74-76 ns | 128-164 ns | 394 KB |
///
/// This limit keeps the build at about a millisecond. Compiled rules contain the table.
const MAX_TABLE_LENGTH: usize = 4_096;

/// The number of distinct character classes whose occurrences are counted, as bits in
/// [`Prefilter::classes`].
const MAX_CLASSES: usize = u16::BITS as usize;

/// Selects the patterns that may match a message.
pub(super) struct Prefilter {
    /// Searches for the literals of all patterns and entries; `None` if there are none.
    automaton: Option<Literals>,
    /// The pattern to which each literal of the automaton belongs; `None` for those of entries.
    owners: Vec<Option<usize>>,
    /// Whether any message may contain entries without disguises.
    has_unfiltered_entries: bool,
    /// For each byte of a search key, the classes that contain it, one bit per class.
    classes: [u16; 256],
    /// For each pattern the index of a class, and how many characters of it a match has at least.
    class_counts: Vec<(usize, usize)>,
    /// The patterns that have a class count and no literals.
    class_only: Vec<usize>,
    /// The patterns that have neither and may match any message.
    unfiltered: Vec<usize>,
}

/// Searches for literals.
enum Literals {
    Table(LiteralTable),
    Nfa(Box<contiguous::NFA>),
}

/// What may match a message. The buffers are reused for each message.
#[derive(Default)]
pub(super) struct Candidates {
    patterns: PatternSet,
    may_have_entries: bool,
}

impl Candidates {
    /// The indices of the patterns that may match, in ascending order.
    pub(super) fn patterns(&self) -> &[usize] {
        &self.patterns.indices
    }

    /// Whether the message may contain an entry that is searched without disguises.
    pub(super) fn may_have_undisguised_entries(&self) -> bool {
        self.may_have_entries
    }
}

/// A set of patterns.
#[derive(Default)]
struct PatternSet {
    indices: Vec<usize>,
    /// Whether each pattern is in `indices`.
    contains: Vec<bool>,
}

impl PatternSet {
    /// Makes the set empty, for `patterns` patterns.
    fn reset(&mut self, patterns: usize) {
        self.indices.clear();
        self.contains.clear();
        self.contains.resize(patterns, false);
    }

    fn insert(&mut self, pattern: usize) {
        if !std::mem::replace(&mut self.contains[pattern], true) {
            self.indices.push(pattern);
        }
    }
}

impl Prefilter {
    /// Builds a prefilter from the conditions of each pattern and of the entries that are searched
    /// without disguises. A pattern is identified by its index. `table` is that of the literals, if
    /// it was built before.
    pub(super) fn new(
        patterns: impl IntoIterator<Item = RequiredLiterals>,
        entries: EntryLiterals,
        table: Option<LiteralTable>,
    ) -> Prefilter {
        let (mut literals, mut owners) = (Vec::new(), Vec::new());
        let (mut class_counts, mut sets) = (Vec::new(), Vec::new());
        let (mut class_only, mut unfiltered) = (Vec::new(), Vec::new());
        for (pattern, required) in patterns.into_iter().enumerate() {
            match required.class_count {
                _ if !required.literals.is_empty() => {}
                Some(_) => class_only.push(pattern),
                None => unfiltered.push(pattern),
            }
            let class_count = required.class_count;
            class_counts
                .push(class_count.map_or((0, 0), |(set, min)| (class_index(set, &mut sets), min)));
            owners.extend(required.literals.iter().map(|_| Some(pattern)));
            literals.extend(required.literals);
        }
        let has_unfiltered_entries = entries.0.is_none();
        literals.extend(entries.0.unwrap_or_default());
        owners.resize(literals.len(), None);
        let table = table.map(Literals::Table);
        let automaton = table.or_else(|| (!literals.is_empty()).then(|| Literals::of(&literals)));
        Prefilter {
            automaton,
            owners,
            has_unfiltered_entries,
            classes: classes(&sets),
            class_counts,
            class_only,
            unfiltered,
        }
    }

    /// Returns the table of the literals, if they have one.
    pub(super) fn table(&self) -> Option<&LiteralTable> {
        match &self.automaton {
            Some(Literals::Table(table)) => Some(table),
            _ => None,
        }
    }

    /// Whether it reads the search key of a message.
    pub(super) fn needs_key(&self) -> bool {
        self.automaton.is_some() || !self.class_only.is_empty()
    }

    /// Finds out what may match the message with a search key. `body` is that of the rules.
    pub(super) fn find(&self, key: &SearchKey, body: &[u8], candidates: &mut Candidates) {
        let Candidates { patterns, may_have_entries } = candidates;
        patterns.reset(self.class_counts.len());
        *may_have_entries = self.has_unfiltered_entries;
        *may_have_entries |= self.find_literals(key, body, patterns);
        patterns.indices.extend(&self.class_only);
        self.retain_by_class_counts(key.bytes(), &mut patterns.indices);
        patterns.indices.extend(&self.unfiltered);
        patterns.indices.sort_unstable();
    }

    /// Adds the patterns of all literals that occur in a search key. Returns whether a literal of an
    /// entry may occur.
    fn find_literals(&self, key: &SearchKey, body: &[u8], patterns: &mut PatternSet) -> bool {
        let Some(automaton) = &self.automaton else { return false };
        let has_entries = self.owners.last().is_some_and(Option::is_none);
        // The fold drops most control characters, and the search key does not.
        let mut may_have_entries = has_entries && key.has_controls();
        automaton.find(body, key.bytes(), |literal| match self.owners.get(literal) {
            Some(&Some(pattern)) => patterns.insert(pattern),
            Some(None) => may_have_entries = true,
            None => {}
        });
        may_have_entries
    }

    /// Removes the patterns that require more characters of a class than a search key has.
    fn retain_by_class_counts(&self, haystack: &[u8], indices: &mut Vec<usize>) {
        if indices.is_empty() {
            return;
        }
        let classes = |byte: u8| self.classes[usize::from(byte)];
        let seen = haystack.iter().fold(0, |seen, &byte| seen | classes(byte));
        let mut counts = [None; MAX_CLASSES];
        indices.retain(|&pattern| {
            let (class, min) = self.class_counts[pattern];
            let bit = 1 << class;
            let count = || haystack.iter().filter(|&&byte| classes(byte) & bit != 0).count();
            min == 0 || seen & bit != 0 && *counts[class].get_or_insert_with(count) >= min
        });
    }
}

impl Literals {
    fn of(literals: &[Vec<u8>]) -> Literals {
        let length: usize = literals.iter().map(Vec::len).sum();
        let nfa = noncontiguous::NFA::builder().prefilter(false).build(literals);
        let nfa = nfa.expect("rule files are too short for 2^31 states");
        let table = Some(&nfa).filter(|_| length <= MAX_TABLE_LENGTH);
        if let Some(table) = table.and_then(|nfa| LiteralTable::new(nfa, literals)) {
            return Literals::Table(table);
        }
        let nfa = contiguous::NFA::builder().prefilter(false).build_from_noncontiguous(&nfa);
        Literals::Nfa(Box::new(nfa.expect("rule files are too short for 2^31 states")))
    }

    /// Calls `found` with the index of each literal that occurs.
    fn find(&self, body: &[u8], haystack: &[u8], mut found: impl FnMut(usize)) {
        let nfa = match self {
            Literals::Table(table) => return table.find(body, haystack, found),
            Literals::Nfa(nfa) => nfa,
        };
        // Most messages have no literal at all. Whether there is one takes two thirds of the time
        // of the search for overlapping matches, which keeps more state from byte to byte.
        let input = Input::new(haystack).earliest(true);
        if let Ok(Some(_)) = nfa.try_find(&input)
            && let Ok(matches) = nfa.try_find_overlapping_iter(Input::new(haystack))
        {
            matches.for_each(|it| found(it.pattern().as_usize()));
        }
    }
}

/// Returns the index of a class in `sets`, and adds it if it is new. All classes beyond
/// [`MAX_CLASSES`] share the last index, as their union.
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

/// For each byte of a search key, the classes that contain it.
fn classes(sets: &[CharSet]) -> [u16; 256] {
    std::array::from_fn(|byte| {
        let mut own = CharSet::NONE;
        own.add(char::from(byte as u8));
        let containing = (0..sets.len()).filter(|&class| own.may_intersect(sets[class]));
        containing.fold(0, |bits, class| bits | 1 << class)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::{Regex, RegexBuilder};
    use unicode_normalization::UnicodeNormalization;

    use super::*;
    use crate::normalize::{Disguises, Folded, Form, Layout, Nfkc, Normalized, SymbolMode};

    fn prefilter(patterns: &[&str]) -> Prefilter {
        let parse = |text: &&str| regex_syntax::Parser::new().parse(text).expect("a pattern");
        let required = patterns.iter().map(parse).map(|hir| RequiredLiterals::of(&hir));
        Prefilter::new(required, EntryLiterals::default(), None)
    }

    fn candidates(prefilter: &Prefilter, message: &str) -> Vec<usize> {
        let mut candidates = Candidates::default();
        prefilter.find(&SearchKey::of(message), &[], &mut candidates);
        candidates.patterns().to_vec()
    }

    #[test]
    fn selects_entries_without_disguises() {
        let may_have = |literals: Option<&[&str]>, message: &str| {
            let owned = |it: &[&str]| it.iter().map(|it| it.as_bytes().to_vec()).collect();
            let prefilter = Prefilter::new([], EntryLiterals(literals.map(owned)), None);
            let mut candidates = Candidates::default();
            prefilter.find(&SearchKey::of(message), &[], &mut candidates);
            candidates.may_have_undisguised_entries()
        };
        assert!(may_have(None, "x"));
        assert!(!may_have(Some(&[]), "x\u{1}"));
        assert!(may_have(Some(&["moron", "1488"]), "you MORONS"));
        assert!(may_have(Some(&["moron", "1488"]), "⑭88"));
        assert!(may_have(Some(&["moron"]), "mo\u{7}ron"));
        assert!(may_have(Some(&["moron"]), "mo\u{90}ron"));
        assert!(!may_have(Some(&["moron", "1488"]), "more or less, 14 88"));
    }

    #[test]
    fn selects_what_may_match() {
        let phone = r"\+?(?:\d[ -]?){6,}\d";
        let prefilter =
            prefilter(&["spam", r"\w+", "ham|eggs", phone, "[!?]{3}", r"\d+ x@", "спам", "한국"]);
        assert_eq!(prefilter.unfiltered, [1]);
        let candidates = |text| candidates(&prefilter, text);
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

    /// Classes beyond the limit share an index, and none is lost.
    #[test]
    fn classes_beyond_the_limit_share_an_index() {
        let symbols: Vec<char> = ('!'..='/').chain(':'..='@').collect();
        assert!(symbols.len() > MAX_CLASSES);
        let patterns: Vec<String> =
            symbols.iter().map(|symbol| format!("[{symbol}0-9]+")).collect();
        let prefilter = prefilter(&patterns.iter().map(String::as_str).collect::<Vec<_>>());
        for (pattern, symbol) in symbols.iter().enumerate() {
            assert!(candidates(&prefilter, &symbol.to_string()).contains(&pattern), "{symbol}");
        }
        assert_eq!(candidates(&prefilter, "!"), [0]);
        assert_eq!(candidates(&prefilter, "a"), [0; 0]);
    }

    /// Beyond [`MAX_TABLE_LENGTH`] the automaton is an NFA, with the same results.
    #[test]
    fn many_literals_make_an_nfa() {
        let literal = |number: usize| format!("{number:x<30}");
        let patterns: Vec<String> = (0..200).map(literal).collect();
        let prefilter = prefilter(&patterns.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(matches!(prefilter.automaton, Some(Literals::Nfa(_))));
        for (pattern, literal) in patterns.iter().enumerate() {
            let candidates = candidates(&prefilter, literal);
            assert!(candidates.contains(&pattern), "{literal}");
        }
        assert_eq!(candidates(&prefilter, "nothing"), [0; 0]);
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
        /// A pattern that matches is always a candidate.
        #[test]
        fn selects_every_pattern_that_matches(pieces in prop::collection::vec(
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
                let candidates = candidates(prefilter, &text);
            let composed = Nfkc::new(&text);
            for (pattern, regex) in regexes.iter().enumerate() {
                if regex.is_match(composed.text()) {
                    prop_assert!(candidates.contains(&pattern), "{} in {:?}", regex, text);
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
        fn selects_every_form_and_case(
            pattern in patterns(),
            texts in prop::collection::vec(letters(), 8),
        ) {
            let regex = compiled((&pattern, ""));
            let prefilter = prefilter(&[&pattern]);
            for text in texts {
                let candidates = !candidates(&prefilter, &text).is_empty();
                prop_assert!(candidates || !regex.is_match(Nfkc::new(&text).text()), "{text:?}");
            }
        }
    }

    fn folded(text: &str, layout: Layout, mode: SymbolMode) -> String {
        let mut buffer = Folded::default();
        let form = Form { disguises: Disguises::None, layout };
        Normalized::new(text, form, mode, &mut buffer).text().to_owned()
    }

    proptest! {
        /// An entry without disguises that occurs in a folded message is always a candidate.
        #[test]
        fn selects_every_entry_without_disguises(
            entry in letters(),
            message in prop::collection::vec(prop_oneof![letters(), "\\PC{0,3}", "[\\x00-\\x9f]"], 0..4),
            is_inside: bool,
        ) {
            let message = message.concat() + if is_inside { &entry } else { "" } + "a";
            for layout in [Layout::Tokenized, Layout::Verbatim] {
                let entry = folded(&entry, layout, SymbolMode::Entry);
                let prefilter = Prefilter::new([], EntryLiterals::of([entry.as_str()]), None);
                let mut candidates = Candidates::default();
                prefilter.find(&SearchKey::of(&message), &[], &mut candidates);
                for mode in [SymbolMode::Letters, SymbolMode::Boundaries] {
                    if folded(&message, layout, mode).contains(&entry) {
                        prop_assert!(candidates.may_have_undisguised_entries(), "{message:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_shape_is_matched_by_its_text() {
        for (pattern, text) in SHAPES {
            let composed = Nfkc::new(text);
            assert!(compiled((pattern, text)).is_match(composed.text()), "{pattern}");
        }
    }
}
