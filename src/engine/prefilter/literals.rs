//! Extracts what every match of a pattern contains: [`RequiredLiterals`].
//!
//! The extraction works like that of ripgrep: it walks the syntax tree from left to right and keeps
//! the set of strings that the part so far may end with. Concatenation extends the set (a cross
//! product). Where the set would become infinite or too large it is *cut*: it becomes a candidate
//! for the result, and a new set begins. The result is the most selective candidate.
//!
//! Example: `\b(free|cheap)\s+gold\b`. The alternation yields `{free, cheap}`. `\s+` matches any
//! number of characters: the set is cut, and becomes the best candidate so far. The next set is
//! `{gold}`. A set is as selective as its least selective literal: 13 bits (`free`) against 15
//! (`gold`), so the result is `{gold}`.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};
use serde::{Deserialize, Serialize};

use crate::normalize::{CharSet, for_each_key_char, keeps_position, search_key_byte};

/// The maximum number of literals in a set.
const MAX_LITERALS: usize = 64;

/// The length at which a literal is cut, in bytes.
const MAX_LENGTH: usize = 32;

/// The maximum number of characters in a class that is expanded to literals.
const MAX_SMALL_CLASS: usize = 16;

/// The maximum number of characters in a class that is counted.
const MAX_CHARS: usize = 4_096;

/// The minimum [`selectivity`] of a literal that is searched for: that of one punctuation
/// character.
const MIN_SELECTIVITY: u32 = 6;

/// Necessary conditions for a match, on the [search key](crate::normalize::search_key) of a
/// message.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::engine) struct RequiredLiterals {
    /// At least one of these literals occurs. No condition if empty.
    pub(super) literals: Vec<Vec<u8>>,
    /// At least this many characters of this class occur.
    pub(super) class_count: Option<(CharSet, usize)>,
}

impl RequiredLiterals {
    /// Extracts the conditions of a pattern that was parsed as case-sensitive.
    pub(in crate::engine) fn of(pattern: &Hir) -> RequiredLiterals {
        let mut sets = Vec::new();
        count_classes(pattern, 1, &mut sets);
        let times = |set: CharSet| {
            let within = sets.iter().filter(|(part, _)| set.may_contain_all(*part));
            within.fold(0, |sum: usize, (_, times)| sum.saturating_add(*times))
        };
        let class_count =
            sets.iter().map(|&(set, _)| (set, times(set))).max_by_key(|(_, times)| *times);
        RequiredLiterals { literals: Extractor::of(pattern).finish(), class_count }
    }
}

impl RequiredLiterals {
    /// Whether every message satisfies the conditions.
    pub(in crate::engine) fn is_unfiltered(&self) -> bool {
        self.literals.is_empty() && self.class_count.is_none()
    }
}

/// The maximum total length of the literals of entries, in bytes. With more entries most messages have
/// one of the literals, and the automaton takes longer to build.
const MAX_ENTRIES_LENGTH: usize = 1_024;

/// A literal of each entry that is searched without disguises. Every match contains it in the
/// [search key](crate::normalize::search_key). `None` if any message may contain one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::engine) struct EntryLiterals(pub(super) Option<Vec<Vec<u8>>>);

impl Default for EntryLiterals {
    /// Without entries.
    fn default() -> EntryLiterals {
        EntryLiterals(Some(Vec::new()))
    }
}

impl EntryLiterals {
    /// Extracts the literals of entries from their folded texts: of each the longest row of characters
    /// that look the same in every form. Example: `14/88` contains `14`.
    pub(in crate::engine) fn of<'e>(texts: impl IntoIterator<Item = &'e str>) -> EntryLiterals {
        let (mut literals, mut length) = (BTreeSet::new(), 0);
        for text in texts {
            let parts = text.split(|c| !is_same_in_all_forms(c));
            let keys = parts.map(|part| part.chars().map(search_key_byte).collect::<Vec<u8>>());
            let Some(literal) = keys.max_by_key(Vec::len).filter(|literal| literal.len() > 1)
            else {
                return EntryLiterals(None);
            };
            let added = literal.len();
            if literals.insert(literal) {
                length += added;
            }
            if length > MAX_ENTRIES_LENGTH {
                return EntryLiterals(None);
            }
        }
        EntryLiterals(Some(literals.into_iter().collect()))
    }
}

/// Whether a character of a folded text is one character of the search key, the same one in every
/// form. Hangul may be written in parts.
fn is_same_in_all_forms(c: char) -> bool {
    let is_hangul = matches!(c, '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}');
    c.is_alphanumeric() && keeps_position(c) && !is_hangul
}

/// The state of the extraction for a part of a pattern.
struct Extractor {
    /// Every match of the part ends with one of these.
    suffixes: Vec<Vec<u8>>,
    /// Whether a match may have more before that. If not, the suffixes are all that the part
    /// matches.
    is_inexact: bool,
    /// The most selective set so far; every match contains one of its literals. No condition if
    /// empty.
    best: Vec<Vec<u8>>,
}

impl Extractor {
    fn of(part: &Hir) -> Extractor {
        let mut extractor =
            Extractor { suffixes: vec![Vec::new()], is_inexact: false, best: Vec::new() };
        extractor.add(part);
        extractor
    }

    fn add(&mut self, part: &Hir) {
        match part.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => {
                let text = str::from_utf8(&literal.0).unwrap_or_default();
                if text.is_empty() {
                    self.cut();
                }
                text.chars().for_each(|c| self.char(c));
            }
            HirKind::Class(class) => match small_class(class) {
                Some(chars) => self.cross(&chars),
                None => self.cut(),
            },
            HirKind::Capture(group) => self.add(&group.sub),
            HirKind::Concat(subs) => subs.iter().for_each(|sub| self.add(sub)),
            HirKind::Alternation(subs) => {
                let subs: Vec<Extractor> = subs.iter().map(Extractor::of).collect();
                if subs.iter().all(|sub| !sub.is_inexact) {
                    let union: Vec<Vec<u8>> =
                        subs.into_iter().flat_map(|sub| sub.suffixes).collect();
                    return self.cross(&union);
                }
                self.cut();
                let best: Vec<Vec<Vec<u8>>> = subs.into_iter().map(Extractor::finish).collect();
                if best.iter().all(|best| !best.is_empty()) {
                    self.consider(best.concat());
                }
            }
            HirKind::Repetition(repetition) => {
                let mut sub = Extractor::of(&repetition.sub);
                match (sub.is_inexact, repetition.min, repetition.max) {
                    (false, 0, Some(1)) => {
                        sub.suffixes.push(Vec::new());
                        self.cross(&sub.suffixes);
                    }
                    (false, min @ 1.., max) => {
                        // More than two repetitions hardly make a literal more selective.
                        (0..min.min(2)).for_each(|_| self.cross(&sub.suffixes));
                        if min > 2 || max != Some(min) {
                            self.cut();
                            (0..min.min(2)).for_each(|_| self.cross(&sub.suffixes));
                        }
                    }
                    (_, min, _) => {
                        self.cut();
                        if min > 0 {
                            self.consider(sub.finish());
                        }
                    }
                }
            }
        }
    }

    /// Appends the search key of a character. Cuts at combining marks, whose order depends on the
    /// form.
    fn char(&mut self, c: char) {
        for_each_key_char(c, |c| match keeps_position(c) {
            true => {
                self.limit(1);
                self.suffixes.iter_mut().for_each(|suffix| suffix.push(search_key_byte(c)));
            }
            false => self.cut(),
        });
    }

    /// Cuts if the set would become too large, or its literals too long, once it has `times` as
    /// many.
    fn limit(&mut self, times: usize) {
        let is_long = |literal: &Vec<u8>| literal.len() >= MAX_LENGTH;
        if self.suffixes.len() * times > MAX_LITERALS || self.suffixes.iter().any(is_long) {
            self.cut();
        }
    }

    /// Extends each suffix by each of `literals`.
    fn cross(&mut self, literals: &[Vec<u8>]) {
        self.limit(literals.len());
        let before = std::mem::take(&mut self.suffixes);
        for literal in literals {
            self.suffixes.extend(before.iter().map(|prefix| [&prefix[..], literal].concat()));
        }
    }

    /// Begins a new set, since anything may come next.
    fn cut(&mut self) {
        self.is_inexact = true;
        let before = std::mem::replace(&mut self.suffixes, vec![Vec::new()]);
        self.consider(before);
    }

    /// Keeps a set, one of which is in every match, if it is the most selective so far.
    fn consider(&mut self, mut literals: Vec<Vec<u8>>) {
        let value = |literals: &[Vec<u8>]| {
            (literals.iter().map(|literal| selectivity(literal)).min(), Reverse(literals.len()))
        };
        if value(&literals).0 < Some(MIN_SELECTIVITY) {
            return;
        }
        literals.sort_unstable();
        literals.dedup();
        if literals.len() <= MAX_LITERALS {
            let all = literals.clone();
            // A literal that contains another one of the set is redundant.
            literals.retain(|literal| {
                let is_part = |part: &&Vec<u8>| literal.windows(part.len()).any(|it| it == **part);
                all.iter().filter(is_part).count() == 1
            });
        }
        if self.best.is_empty() || value(&self.best) < value(&literals) {
            self.best = literals;
        }
    }

    fn finish(mut self) -> Vec<Vec<u8>> {
        self.cut();
        self.best
    }
}

/// Returns the search keys of all characters in a class, if there are few and none has a combining
/// mark.
fn small_class(class: &Class) -> Option<Vec<Vec<u8>>> {
    let Class::Unicode(class) = class else { return None };
    let (mut forms, mut is_sound) = (Vec::new(), true);
    for (number, c) in chars(class).enumerate() {
        let mut form = Vec::new();
        for_each_key_char(c, |c| {
            form.push(search_key_byte(c));
            is_sound &= keeps_position(c);
        });
        if number == MAX_SMALL_CLASS || !is_sound || form.is_empty() {
            return None;
        }
        forms.push(form);
    }
    forms.sort_unstable();
    forms.dedup();
    (!forms.is_empty()).then_some(forms)
}

/// Returns a set that the search key of each character of a class begins with, if all in it are
/// rare.
fn class_set(class: &Class) -> Option<CharSet> {
    let Class::Unicode(class) = class else { return None };
    let mut set = CharSet::NONE;
    for (number, c) in chars(class).enumerate() {
        let mut first = None;
        for_each_key_char(c, |c| first = first.or(Some(c)));
        let first = first?;
        if number == MAX_CHARS || first.is_ascii_lowercase() || first == ' ' {
            return None;
        }
        set.add(first);
    }
    Some(set).filter(|set| set.is_rare())
}

fn chars(class: &ClassUnicode) -> impl Iterator<Item = char> {
    class.iter().flat_map(|range| range.start()..=range.end())
}

/// Counts the rare characters in every match of a part that occurs `times` times: for each class
/// the least number of its characters.
fn count_classes(part: &Hir, times: usize, sets: &mut Vec<(CharSet, usize)>) {
    match part.kind() {
        HirKind::Class(class) => {
            let Some(set) = class_set(class) else { return };
            match sets.iter_mut().find(|(known, _)| *known == set) {
                Some((_, sum)) => *sum = sum.saturating_add(times),
                None => sets.push((set, times)),
            }
        }
        HirKind::Capture(group) => count_classes(&group.sub, times, sets),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            count_classes(&repetition.sub, times.saturating_mul(repetition.min as usize), sets);
        }
        HirKind::Concat(subs) => subs.iter().for_each(|sub| count_classes(sub, times, sets)),
        _ => {}
    }
}

/// Estimates how rare a literal is in messages, in bits: common letters count less than digits or
/// punctuation.
pub(super) fn selectivity(literal: &[u8]) -> u32 {
    let selectivity = |byte: &u8| match byte {
        b' ' => 2,
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'h' | b'r' => 3,
        b'j' | b'q' | b'x' | b'z' => 5,
        b'a'..=b'z' | b'0'..=b'9' | 0x80.. => 4,
        _ => MIN_SELECTIVITY,
    };
    literal.iter().map(selectivity).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn required(pattern: &str) -> RequiredLiterals {
        RequiredLiterals::of(&regex_syntax::Parser::new().parse(pattern).expect("a pattern"))
    }

    /// The literals of a pattern, with `?` for each byte beyond ASCII.
    fn literals(pattern: &str) -> Vec<String> {
        let shown = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { '?' };
        let literals = required(pattern).literals;
        literals.iter().map(|text| text.iter().map(shown).collect()).collect()
    }

    #[test]
    fn the_most_selective_literals_are_taken() {
        assert_eq!(literals(r"\bdiscord\.gg/\w+"), ["discord.gg/"]);
        assert_eq!(literals(r"(?:https?://)?discord\.gg/"), ["discord.gg/"]);
        assert_eq!(literals(r"([\w.]+)@(?<host>\w+)"), ["@"]);
        assert_eq!(literals(r"\b(free|cheap)\s+gold\b"), ["gold"]);
        assert_eq!(literals("(spam|ham)+"), ["ham", "spam"]);
        assert_eq!(literals("naïve"), ["nai"]);
        assert_eq!(literals("b(a)d"), ["bad"]);
        assert_eq!(literals("x{3,}"), ["xx"]);
        assert_eq!(literals("x+y?"), [""; 0]);
        assert_eq!(literals("(?i)free v-?bucks"), ["free v-bucks", "free vbucks"]);
        assert_eq!(literals(r"\w+[kKK]ia"), ["kia"]);
        assert_eq!(literals("b[a4@]d"), ["b4d", "b@d", "bad"]);
        assert_eq!(literals(r"(?:a|b\w+)(?:foo\d+|ba+r)"), ["ba", "foo"]);
        assert_eq!(literals("(ab){3,}c"), ["ababc"]);
        assert_eq!(literals("спам"), ["????"]);
        assert_eq!(literals("straße"), ["strasse"]);
        let long = "x".repeat(100);
        assert_eq!(literals(&long), [long[..MAX_LENGTH].to_owned()]);
    }

    /// A literal continues after a repetition only if that occurs exactly once or twice.
    #[test]
    fn repetitions_end_a_literal() {
        assert_eq!(literals("x(ab){2}c"), ["xababc"]);
        assert_eq!(literals("x(ab){3}c"), ["xabab"]);
        assert_eq!(literals("x(ab){2,3}c"), ["xabab"]);
        assert_eq!(literals(r"(?:foo\w*)+"), ["foo"]);
        assert_eq!(literals(r"(?:foo\w*)*"), [""; 0]);
        // The first of two that are as selective.
        assert_eq!(literals(r"foo\w+bar"), ["foo"]);
        assert_eq!(literals(r"bc\w+xz"), ["xz"]);
        // The position of a combining mark depends on the form.
        assert_eq!(literals("b[a\u{327}]dd"), ["dd"]);
    }

    /// Nested repetitions do not multiply.
    #[test]
    fn literals_stay_short_and_few() {
        let nested = format!("{}ab{}", "(".repeat(100), ")+".repeat(100));
        assert!(literals(&nested).iter().all(|text| text.len() <= 2 * MAX_LENGTH));
        let classes = "[a-p]".repeat(1_000);
        assert!(literals(&classes).len() <= MAX_LITERALS);
    }

    #[test]
    fn rare_characters_are_counted() {
        let count = |pattern: &str| required(pattern).class_count.map(|(_, count)| count);
        assert_eq!(count(r"\+?(?:\d[ -]?){6,}\d"), Some(7));
        assert_eq!(count(r"[!?]{4}"), Some(4));
        assert_eq!(count(r"\d{2}(\.\d)*"), Some(2));
        assert_eq!(count(r"\d{2}[!0-9]"), Some(3));
        assert_eq!(count(r"\d|x"), None);
        assert_eq!(count(r"\d?[^\d]"), None);
        assert_eq!(count(r"(\d{3})"), Some(3));
        assert_eq!(count(r"\d[!?]{4}\d"), Some(4));
        assert_eq!(count("[!a]{4}"), None);
        assert_eq!(count("[! ]{4}"), None);
    }

    #[test]
    fn patterns_without_rare_characters_have_no_conditions() {
        for pattern in [
            "[a-z]+", "a|bc", "é", "(?i)k", "x*", "", r"\w+", r"\d*", "[^a]", ".", "[0-9ſ]",
            r"a\b ", "[a&&b]",
        ] {
            let required = required(pattern);
            assert!(required.literals.is_empty() && required.class_count.is_none(), "{pattern}");
        }
    }
}
