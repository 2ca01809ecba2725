//! What every match of a pattern holds: one of some texts, or at least one of some characters.
//!
//! Patterns are dear and rarely match. One search for the texts of all of them, and one look at the
//! characters of a message, tell which patterns are worth compiling and running at all.

use std::cmp::Reverse;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::spacer::spacer;
use crate::charset::CharSet;

/// Texts of a pattern beyond which it counts as having none.
const MAX_TEXTS: usize = 64;

/// Which of some patterns may match a text.
pub(super) struct Gate {
    /// Nothing if no pattern has texts.
    automaton: Option<AhoCorasick>,
    /// The pattern of each text.
    owners: Vec<usize>,
    /// The patterns without texts, but with characters.
    needing: Vec<(usize, CharSet)>,
    /// The patterns without either, which may match anything.
    open: Vec<usize>,
}

impl Gate {
    /// A gate for patterns, which are known by their numbers in this order.
    pub(super) fn new<'h>(patterns: impl IntoIterator<Item = &'h Hir>) -> Gate {
        let (mut texts, mut owners) = (Vec::new(), Vec::new());
        let (mut needing, mut open) = (Vec::new(), Vec::new());
        for (number, pattern) in patterns.into_iter().enumerate() {
            if let Some(required) = required(pattern) {
                owners.extend(required.iter().map(|_| number));
                texts.extend(required);
            } else if let Some(chars) = required_chars(pattern) {
                needing.push((number, chars));
            } else {
                open.push(number);
            }
        }
        let automaton = (!texts.is_empty()).then(|| {
            AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .ascii_case_insensitive(true)
                .build([spacer(texts.len()).into_bytes()].into_iter().chain(texts))
                .expect("the size of a rule file keeps the automaton far below its limits")
        });
        Gate { automaton, owners, needing, open }
    }

    /// The patterns that may match anything.
    pub(super) fn open(&self) -> &[usize] {
        &self.open
    }

    /// Puts the numbers of the patterns that may match `text`, in NFKC, into `due`; ascending.
    pub(super) fn pass(&self, text: &str, due: &mut Vec<usize>) {
        due.clear();
        due.extend(&self.open);
        if !self.needing.is_empty() {
            let present = CharSet::of(text);
            let needing = self.needing.iter().filter(|(_, chars)| chars.may_share(present));
            due.extend(needing.map(|(number, _)| number));
        }
        for found in
            self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(text))
        {
            // The first pattern is the spacer, which stands for nothing.
            let Some(number) = found.pattern().as_usize().checked_sub(1) else { continue };
            let owner = self.owners[number];
            // The last one is the likeliest to be found again, where a text stands often.
            if due.last() != Some(&owner) {
                due.push(owner);
            }
        }
        due.sort_unstable();
        due.dedup();
    }
}

/// Texts one of which, in upper or lower case, stands in every match of a pattern; nothing if
/// there are none that are worth a search.
///
/// The pattern is one that was read as case-sensitive. The only letters beyond ASCII that match an
/// ASCII letter are U+017F and U+212A (CaseFolding.txt), and NFKC has neither.
fn required(pattern: &Hir) -> Option<Vec<Vec<u8>>> {
    let mut parts = Vec::new();
    flatten(pattern, &mut parts);
    let is_literal = |part: &&Hir| matches!(part.kind(), HirKind::Literal(_));
    // Literals side by side, as in `b(a)d`, are one.
    let runs = parts.chunk_by(|a, b| is_literal(a) && is_literal(b));
    let texts = runs.filter_map(|run| match run {
        [part] => texts_of(part),
        literals => Some(vec![literals.iter().flat_map(|part| literal(part)).copied().collect()]),
    });
    let candidates = texts.filter_map(worthwhile);
    candidates.max_by_key(|texts| (texts.iter().map(Vec::len).min(), Reverse(texts.len())))
}

/// The parts of a sequence, out of their groups.
fn flatten<'h>(pattern: &'h Hir, parts: &mut Vec<&'h Hir>) {
    match pattern.kind() {
        HirKind::Concat(subs) => subs.iter().for_each(|sub| flatten(sub, parts)),
        HirKind::Capture(group) => flatten(&group.sub, parts),
        _ => parts.push(pattern),
    }
}

fn literal(part: &Hir) -> &[u8] {
    match part.kind() {
        HirKind::Literal(text) => &text.0,
        _ => &[],
    }
}

/// What every match of a part of a sequence begins with.
fn texts_of(part: &Hir) -> Option<Vec<Vec<u8>>> {
    match part.kind() {
        HirKind::Literal(text) => Some(vec![text.0.to_vec()]),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            let texts = texts_of(&repetition.sub)?;
            let HirKind::Literal(text) = repetition.sub.kind() else { return Some(texts) };
            // Two say as much as more.
            Some(vec![text.0.repeat(repetition.min.min(2) as usize)])
        }
        HirKind::Capture(group) => texts_of(&group.sub),
        HirKind::Concat(_) | HirKind::Alternation(_) => {
            let mut extractor = Extractor::new();
            let found = extractor.kind(ExtractKind::Prefix).limit_total(MAX_TEXTS).extract(part);
            Some(found.literals()?.iter().map(|text| text.as_bytes().to_vec()).collect())
        }
        _ => None,
    }
}

/// The beginnings of the texts in ASCII, if all of them are rare enough to be searched for.
fn worthwhile(mut texts: Vec<Vec<u8>>) -> Option<Vec<Vec<u8>>> {
    for text in &mut texts {
        text.truncate(text.iter().take_while(|byte| byte.is_ascii()).count());
    }
    let rare = |text: &Vec<u8>| match text[..] {
        [] => false,
        [byte] => !byte.is_ascii_alphanumeric() && byte != b' ',
        _ => true,
    };
    (!texts.is_empty() && texts.iter().all(rare)).then_some(texts)
}

/// Characters one of which stands in every match of a pattern; nothing if nearly all messages have
/// one of them anyway.
fn required_chars(pattern: &Hir) -> Option<CharSet> {
    match pattern.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            let mut chars = CharSet::NONE;
            for range in class.ranges() {
                // Upper and lower case are the same to a pattern.
                let folds_to_ascii = |c| (range.start()..=range.end()).contains(&c);
                if ['\u{17F}', '\u{212A}'].into_iter().any(folds_to_ascii) {
                    return None;
                }
                (range.start()..=range.end().min('\u{80}')).for_each(|c| chars.add(c));
                chars.add(range.end());
            }
            Some(chars).filter(|chars| chars.is_rare())
        }
        HirKind::Capture(group) => required_chars(&group.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required_chars(&repetition.sub),
        HirKind::Concat(subs) => subs.iter().find_map(required_chars),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::{Regex, RegexBuilder};

    use super::*;

    fn texts(pattern: &str) -> Option<Vec<String>> {
        let hir = regex_syntax::Parser::new().parse(pattern).expect("a pattern");
        let mut texts: Vec<_> = required(&hir)?
            .into_iter()
            .map(|text| String::from_utf8(text).expect("ASCII"))
            .collect();
        texts.sort();
        Some(texts)
    }

    #[test]
    fn the_longest_texts_are_taken() {
        let of = |texts: &[&str]| Some(texts.iter().map(|&text| text.to_owned()).collect());
        assert_eq!(texts(r"\bdiscord\.gg/\w+"), of(&["discord.gg/"]));
        assert_eq!(texts(r"(?:https?://)?discord\.gg/"), of(&["discord.gg/"]));
        assert_eq!(texts(r"([\w.]+)@(?<host>\w+)"), of(&["@"]));
        assert_eq!(texts(r"\b(free|cheap)\s+gold\b"), of(&["gold"]));
        assert_eq!(texts("(spam|ham)+"), of(&["ham", "spam"]));
        assert_eq!(texts("naïve"), of(&["na"]));
        assert_eq!(texts("b(a)d"), of(&["bad"]));
        assert_eq!(texts("x{3,}"), of(&["xx"]));
        assert_eq!(texts("x+y?"), None);
    }

    #[test]
    fn patterns_without_a_text_stay_open() {
        for pattern in
            ["[a-z]+", "a|bc", "é", "(?i)k", "x*", "", r"\w+", r"\d*", "[^a]", ".", "[0-9ſ]"]
        {
            assert_eq!(texts(pattern), None, "{pattern}");
            let hir = regex_syntax::Parser::new().parse(pattern).expect("a pattern");
            assert!(required_chars(&hir).is_none(), "{pattern}");
        }
    }

    #[test]
    fn only_what_may_match_passes() {
        let parse = |text| regex_syntax::Parser::new().parse(text).expect("a pattern");
        let phone = parse(r"\+?(?:\d[ -]?){6,}\d");
        let gate = Gate::new([&parse("spam"), &parse(r"\w+"), &parse("ham|eggs"), &phone]);
        assert_eq!(gate.open(), [1]);
        let due = |text| {
            let mut due = vec![9];
            gate.pass(text, &mut due);
            due
        };
        assert_eq!(due("nothing"), [1]);
        assert_eq!(due("EGGS and ham and eggs"), [1, 2]);
        assert_eq!(due("Spam with ham"), [0, 1, 2]);
        assert_eq!(due("call 5"), [1, 3]);
        assert_eq!(due("call ٥"), [1, 3]);
    }

    /// Patterns of many shapes, each with a text that it matches in another case or script.
    const SHAPES: [(&str, &str); 12] = [
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
    ];

    static GATE: LazyLock<(Gate, [Regex; SHAPES.len()])> = LazyLock::new(|| {
        let parse = |(pattern, _)| regex_syntax::Parser::new().parse(pattern).expect("a pattern");
        (Gate::new(&SHAPES.map(parse)), SHAPES.map(|(pattern, _)| compiled(pattern)))
    });

    fn compiled(pattern: &str) -> Regex {
        RegexBuilder::new(pattern).case_insensitive(true).build().expect("a pattern")
    }

    proptest! {
        /// A pattern that matches always passes.
        #[test]
        fn nothing_that_matches_is_held_back(pieces in prop::collection::vec(
            prop_oneof![
                prop::sample::select(SHAPES.map(|(_, text)| text.to_owned()).to_vec()),
                "[a-zA-Z0-9@./ +$€ſKéÉ٣\n]{0,6}",
                "\\PC{0,3}",
            ],
            0..5,
        )) {
            use unicode_normalization::UnicodeNormalization;
            let text: String = pieces.concat().nfkc().collect();
            let (gate, regexes) = &*GATE;
            let mut due = Vec::new();
            gate.pass(&text, &mut due);
            for (number, regex) in regexes.iter().enumerate() {
                if regex.is_match(&text) {
                    prop_assert!(due.contains(&number), "{} in {:?}", regex, text);
                }
            }
        }
    }

    #[test]
    fn every_shape_is_matched_by_its_text() {
        for (pattern, text) in SHAPES {
            assert!(compiled(pattern).is_match(text), "{pattern}");
        }
    }
}
