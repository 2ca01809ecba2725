//! A naive reference matcher: it compares each entry at each position of the message, character by character.
//!
//! It shares only public types with the engine. Character data comes from the `regex`, `unicode-normalization`,
//! `unicode-security` and `unicode-segmentation` crates and from `std`, whose Unicode versions are older than that of the
//! engine's table, so it only supports characters that were assigned long ago.

#[path = "reference/readings.rs"]
mod readings;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use ivs_chat_review::engine::Cause;
use ivs_chat_review::language::{Language, is_harmless_word};
use ivs_chat_review::normalize::{Disguises, Form, Layout, SymbolMode};
use ivs_chat_review::rules::{Cover, End, Entry, List, ListId, RuleId, Rules, Start};
use ivs_chat_review::span::Span;
use jiff::civil::Date;
use regex::Regex;
use regex_syntax::hir::{Class, ClassUnicode, HirKind};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_compatible};
use unicode_security::skeleton;
use unicode_segmentation::UnicodeSegmentation;

/// Returns the matches of the entries of all rules on a day, sorted, without those of patterns.
pub(crate) fn find(rules: &Rules, content: &str, day: Option<Date>) -> Vec<(Span, RuleId, Cause)> {
    let covered = find_covered(rules, content, day).into_iter();
    covered.map(|(span, rule, cause, _)| (span, rule, cause)).collect()
}

/// Returns the same matches, each with what a rewrite covers: in the largest of several readings.
pub(crate) fn find_covered(
    rules: &Rules,
    content: &str,
    day: Option<Date>,
) -> Vec<(Span, RuleId, Cause, Span)> {
    let messages = Message::all(content);
    let spelled: Vec<_> = messages
        .iter()
        .flat_map(|message| {
            let mut found = find_spelled(rules, content, message, day);
            found.extend(find_interrupted(rules, message, day));
            found.into_iter().filter(|&(list, number, span)| {
                message.may_have(&rules.list(list).entries[number], content, span, false)
            })
        })
        .collect();
    let everywhere = &rules.settings.exceptions;
    let mut found = Vec::new();
    for (rule, it) in rules.enumerate_rules() {
        let hits = |id: ListId, exceptions: bool| -> Vec<(usize, Hit)> {
            let list = rules.list(id);
            let readings = readings(list, it.disguises, everywhere.contains(&id));
            let entries = list.entries.iter().zip(readings).enumerate();
            entries
                .filter(|(_, (entry, _))| entry.is_active_on(day))
                .filter(|(_, (entry, _))| {
                    exceptions == (entry.exception || everywhere.contains(&id))
                })
                .flat_map(|(number, (entry, readings))| {
                    let disguises = disguises(entry, it.disguises);
                    let readings = readings.into_iter().filter(|reading| {
                        !(reading.only_spaced || exceptions && reading.run_together)
                    });
                    let hits = readings.flat_map(|reading| {
                        let hits = messages.iter().flat_map(|message| {
                            let hits =
                                find_words(entry, reading.clone(), disguises, !exceptions, message);
                            let is_obfuscated = !exceptions && disguises == Disguises::Standard;
                            hits.into_iter().filter(move |hit| {
                                message.may_have(entry, content, hit.span, is_obfuscated)
                            })
                        });
                        hits.collect::<Vec<_>>()
                    });
                    hits.map(|hit| (number, hit)).collect::<Vec<_>>()
                })
                .collect()
        };
        for &id in &it.lists {
            let mut list = hits(id, false);
            if it.disguises == Disguises::Standard {
                let own = spelled.iter().filter(|(list, ..)| *list == id);
                list.extend(own.map(|&(_, number, span)| {
                    (number, Hit { span, cover: span, double_letters: vec![] })
                }));
            }
            let exceptions: Vec<Hit> = [id]
                .iter()
                .chain(everywhere)
                .flat_map(|&id| hits(id, true))
                .map(|(_, hit)| hit)
                .collect();
            list.retain(|(_, hit)| !exceptions.iter().any(|exception| exception.suppresses(hit)));
            let cause = |number: &usize| Cause::Entry(id, *number);
            found.extend(list.iter().map(|(number, hit)| {
                let cover = if it.cover == Cover::Word { hit.cover } else { hit.span };
                (hit.span, rule, cause(number), cover)
            }));
        }
    }
    found.sort_unstable_by_key(|&(span, rule, cause, cover)| {
        (span, rule, cause, cover.start, Reverse(cover.end))
    });
    found.dedup_by_key(|&mut (span, rule, cause, _)| (span, rule, cause));
    found
}

/// A match of an entry.
struct Hit {
    span: Span,
    /// The span with the rest of the word on each side where the entry has a wildcard.
    cover: Span,
    /// The positions of its repeated letters, with their counts.
    double_letters: Vec<(Range<usize>, usize)>,
}

impl Hit {
    /// Whether it covers another match and has its double letters.
    fn suppresses(&self, hit: &Hit) -> bool {
        self.span.contains(hit.span)
            && hit.double_letters.iter().all(|(from, count)| {
                self.double_letters.iter().any(|(other, times)| {
                    from.start < other.end && other.start < from.end && times >= count
                })
            })
    }
}

/// Returns the disguises with which a rule searches an entry.
fn disguises(entry: &Entry, of_rule: Disguises) -> Disguises {
    if entry.plain { Disguises::None } else { of_rule }
}

/// Returns the words of each entry in all its readings, without readings that equal one of an earlier line, since only
/// the first of equal entries is reported.
fn readings(list: &List, of_rule: Disguises, are_exceptions: bool) -> Vec<Vec<Reading>> {
    let key = |entry: &Entry, Reading { words, only_spaced, .. }: &Reading| {
        let is_kana = |f: &&Folded| ('ぁ'..='ゞ').contains(&f.c) && LETTER.has(f.c);
        let kana =
            |katakana| words.iter().flatten().filter(is_kana).any(|f| f.katakana == katakana);
        let kana = (kana(true), kana(false));
        let words: Vec<_> = words
            .iter()
            .map(|word| {
                let letters = word.iter().map(|f| (f.c, required_marks(f).collect()));
                let letters: Vec<(char, Vec<char>)> = letters.collect();
                (letters, look_alikes(word))
            })
            .collect();
        let first = words.iter().flat_map(|(word, _)| word).next();
        let is_whole = entry.start == Start::Word || !first.is_some_and(|&(c, _)| is_word(c));
        let flags = (entry.exception, entry.plain, entry.slip, *only_spaced);
        (words, kana, is_whole, entry.end, flags, (entry.from, entry.until))
    };
    let mut seen = Vec::new();
    let mut readings = Vec::new();
    for entry in &list.entries {
        let mut all = all_readings(entry, disguises(entry, of_rule), are_exceptions);
        let new: Vec<_> = all.iter().map(|reading| key(entry, reading)).collect();
        all.retain(|reading| !seen.contains(&key(entry, reading)));
        seen.extend(new);
        readings.push(all);
    }
    readings
}

/// The words of an entry in one reading.
#[derive(Clone)]
struct Reading {
    words: Vec<Vec<Folded>>,
    /// Whether its words, and the parts of a word that apostrophes join, are one word.
    run_together: bool,
    /// Whether it is only searched in spaced letters.
    only_spaced: bool,
}

/// Returns the readings of an entry, each also run together if it is a phrase or has apostrophes.
fn all_readings(entry: &Entry, disguises: Disguises, is_exception: bool) -> Vec<Reading> {
    let mut all = Vec::new();
    for words in written_readings(entry, disguises, is_exception) {
        let has_apostrophes = words.iter().flatten().any(|f| f.c == '\'');
        let may_run_together = disguises == Disguises::Standard
            && is_whole(entry)
            && !entry.exception
            && !has_symbols(&words)
            && (words.len() > 1 || has_apostrophes);
        let joined: Vec<Folded> = words.concat().into_iter().filter(|f| f.c != '\'').collect();
        all.push(Reading { words, run_together: false, only_spaced: false });
        if may_run_together {
            let letters = joined.iter().filter(|f| LETTER.has(f.c)).count();
            let only_letters = joined.iter().all(|f| LETTER.has(f.c) || MARK.has(f.c));
            let only_spaced = has_apostrophes || letters < 5 || !only_letters;
            all.push(Reading { words: vec![joined], run_together: true, only_spaced });
        }
    }
    all
}

/// Whether an entry has no `*`.
fn is_whole(entry: &Entry) -> bool {
    entry.start == Start::Word && entry.end != End::Anywhere
}

/// Returns the words of an entry as written and, for each choice of words in another script, with these as the Latin
/// letters that they look like in lower and upper case.
fn written_readings(
    entry: &Entry,
    disguises: Disguises,
    is_exception: bool,
) -> Vec<Vec<Vec<Folded>>> {
    let fold_text = |text: &str, chosen: &[(usize, usize)], cased: Cased| -> Vec<Vec<Folded>> {
        let words = text.split_whitespace().enumerate().map(|(at, word)| {
            let chosen: Vec<usize> =
                chosen.iter().filter(|(word, _)| *word == at).map(|&(_, number)| number).collect();
            fold(word, disguises, SymbolMode::Entry, Latin::OfEntry(&chosen, cased))
        });
        words.flat_map(|word| at_spaces(&word)).filter(|word| !word.is_empty()).collect()
    };
    let fold_words = |chosen: &[(usize, usize)], cased| fold_text(&entry.text, chosen, cased);
    let mut readings = vec![fold_words(&[], Cased::None)];
    if disguises == Disguises::None {
        return readings;
    }
    for text in entry.language.respellings(&entry.text) {
        let respelled = Entry { text, ..entry.clone() };
        let words = respelled
            .text
            .split_whitespace()
            .map(|word| fold(word, disguises, SymbolMode::Entry, Latin::OfEntry(&[], Cased::None)));
        let words = words.flat_map(|word| at_spaces(&word)).filter(|word| !word.is_empty());
        readings.push(words.collect());
    }
    let mut foreign = Vec::new();
    for (at, word) in entry.text.split_whitespace().enumerate() {
        let folded = fold_in_own_letters(word, disguises, SymbolMode::Entry);
        for (number, word) in script_words(&folded).into_iter().enumerate() {
            let letters = || word.iter().map(|&at| &folded[at]).filter(|f| LETTER.has(f.c));
            let is_one_script = scripts(letters().map(|f| f.c)).len() <= 1;
            if is_one_script && letters().any(|f| has_confusable(f.typed.unwrap_or(f.c))) {
                foreign.push((at, number));
            }
        }
    }
    let choices = if foreign.len() > 3 {
        foreign.iter().map(|&word| vec![word]).chain([foreign.clone()]).collect()
    } else {
        let mut choices: Vec<Vec<(usize, usize)>> = vec![vec![]];
        for &word in &foreign {
            let with = choices.iter().map(|choice| [&choice[..], &[word]].concat());
            choices.extend(with.collect::<Vec<_>>());
        }
        choices.split_off(1)
    };
    for choice in &choices {
        let cases = [Cased::None, Cased::First, Cased::All];
        readings.extend(cases.map(|cased| fold_words(choice, cased)));
    }
    let plain = |c: char| {
        let is_latin =
            !c.is_ascii() && matches!(fold_char(c)[..], [c] if LATIN.has(c) && LETTER.has(c));
        readings::imitated(c, 0).filter(|_| is_latin)
    };
    let is_long = entry.text.chars().filter(|c| c.is_alphabetic()).count() >= 4;
    let may_be_plain =
        is_long && !is_exception && !entry.exception && !has_own_letters(entry.language);
    if may_be_plain && entry.text.contains(|c| plain(c).is_some()) {
        let text: String = entry.text.chars().map(|c| plain(c).unwrap_or(c)).collect();
        readings.push(fold_text(&text, &[], Cased::None));
    }
    readings
}

/// Splits the words of a symbol such as ﷺ. A spacing diacritic folds to a combining mark on a space.
fn at_spaces(text: &[Folded]) -> Vec<Vec<Folded>> {
    let mut words = vec![Vec::new()];
    for (at, f) in text.iter().enumerate() {
        if f.c == ' ' && !text.get(at + 1).is_some_and(|next| MARK.has(next.c)) {
            words.push(Vec::new());
        } else {
            words.last_mut().expect("there is one").push(f.clone());
        }
    }
    words
}

/// Returns the first letter of each word that was read in Latin letters.
fn look_alikes(text: &[Folded]) -> Vec<usize> {
    let mut words: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, f) in text.iter().enumerate() {
        if let Some(word) = f.look_alike {
            words.entry(word).or_insert(at);
        }
    }
    words.into_values().collect()
}

/// The form with leet characters.
const WORDS: Form = Form { disguises: Disguises::Standard, layout: Layout::Tokenized };
/// The form for entries with symbols.
const SYMBOLS: Form = Form { disguises: Disguises::Standard, layout: Layout::Verbatim };
const PLAIN: Form = Form { disguises: Disguises::None, layout: Layout::Verbatim };

/// A folded text with the letters that its characters may represent.
#[derive(Clone)]
struct Text {
    chars: Vec<Folded>,
    /// For each character, the letters that it may represent.
    leet: Vec<&'static str>,
    /// For each character, whether it is a leet character at the end of a word.
    tail: Vec<bool>,
    form: Form,
    /// The language of an entry.
    language: Option<Language>,
    /// Of a word of an entry: whether a letter that it has once must not occur exactly twice.
    strict: bool,
    /// Of a word of an entry: the number of letters that are its ending.
    ending: usize,
    /// Of a message: whether the character may hide one letter.
    holes: Vec<bool>,
}

impl Text {
    /// Returns the text of an entry.
    fn new(mut chars: Vec<Folded>, form: Form) -> Text {
        if form == WORDS {
            chars = without_marks_on_symbols(&chars);
        } else {
            chars.iter_mut().for_each(|f| f.is_capital = false);
        }
        let leet = (0..chars.len()).map(|at| leet(&chars, at, form)).collect();
        let tail = vec![false; chars.len()];
        let holes = if form == WORDS { holes(&chars) } else { vec![false; chars.len()] };
        Text { chars, leet, tail, form, language: None, strict: false, ending: 0, holes }
    }

    /// Returns the text of a message.
    fn of_message(chars: Vec<Folded>, form: Form) -> Text {
        if form != WORDS {
            return Text::new(chars, form);
        }
        let mut text = Text::new(with_apostrophes(chars), form);
        for at in 0..text.chars.len() {
            text.tail[at] = is_tail(&text.chars, at);
            if text.chars[at].bar {
                text.leet[at] = "il";
            }
        }
        text
    }

    fn has_mark(&self, at: usize) -> bool {
        self.chars.get(at).is_some_and(|f| MARK.has(f.c))
    }
}

/// A message in all forms, with the ranges of its graphemes.
struct Message {
    symbols_as_letters: Text,
    symbols_as_boundaries: Text,
    /// With flags, for entries that contain symbols. Readings have neither.
    flags: Option<Text>,
    plain: Option<Text>,
    graphemes: Vec<Range<usize>>,
}

impl Message {
    fn new(content: &str) -> Message {
        let graphemes = content.grapheme_indices(true);
        let text = |form: Form, reading| {
            Text::of_message(fold(content, form.disguises, reading, Latin::OfMessage), form)
        };
        Message {
            symbols_as_letters: text(WORDS, SymbolMode::Letters),
            symbols_as_boundaries: text(WORDS, SymbolMode::Boundaries),
            flags: Some(text(SYMBOLS, SymbolMode::Entry)),
            plain: Some(text(PLAIN, SymbolMode::Letters)),
            graphemes: graphemes.map(|(at, grapheme)| at..at + grapheme.len()).collect(),
        }
    }

    /// Returns a message and its readings, which have the graphemes and bytes of the message.
    fn all(content: &str) -> Vec<Message> {
        let own = Message::new(content);
        let readings = readings::of_message(content).into_iter().map(|reading| {
            let text: String = reading.iter().map(|(c, _)| *c).collect();
            let origin = |part: &Range<usize>| {
                let chars = text.char_indices().zip(&reading);
                let inside =
                    chars.filter(|((at, c), _)| part.start < at + c.len_utf8() && *at < part.end);
                let all = inside.map(|(_, (_, from))| from.clone());
                all.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).expect("a character")
            };
            let mut read = Message { flags: None, plain: None, ..Message::new(&text) };
            for text in [&mut read.symbols_as_letters, &mut read.symbols_as_boundaries] {
                text.chars.iter_mut().for_each(|f| f.from = origin(&f.from));
            }
            Message { graphemes: own.graphemes.clone(), ..read }
        });
        let readings: Vec<Message> = readings.collect();
        std::iter::once(own).chain(readings).collect()
    }

    /// Whether an entry may match a part of it: not if the word there is another one that looks like an obfuscated entry, nor if
    /// letters of its language are read as others.
    fn may_have(&self, entry: &Entry, content: &str, part: Span, is_obfuscated: bool) -> bool {
        let is_reading = self.plain.is_none();
        let own: &[char] = match entry.language.code() {
            "az" => &['ə', 'Ə', 'ı'],
            "tr" => &['ı'],
            "da" | "no" | "sv" => &['ø', 'Ø'],
            "hr" | "sl" | "sr" | "vi" => &['đ', 'Đ'],
            "pl" => &['ł', 'Ł'],
            _ => &[],
        };
        if is_reading && content[part.range()].contains(own) {
            return false;
        }
        if !is_obfuscated || entry.start == Start::Anywhere {
            return true;
        }
        let is_part = |c: char| c.is_alphabetic() || MARK.has(c);
        let start = content[..part.start].trim_end_matches(is_part).len();
        let rest = content[part.end..].trim_start_matches(is_part).len();
        let token = &content[start..content.len() - rest];
        if !is_harmless_word(token) {
            return true;
        }
        let token = fold_in_own_letters(token, Disguises::Standard, SymbolMode::Letters);
        let is_as_written = |reading: Reading| {
            let Some(word) = reading.words.first() else { return false };
            let there = &token[..word.len().min(token.len())];
            let marks = there.iter().map(|f| f.marks.len()).sum::<usize>();
            there.iter().map(|f| f.c).eq(word.iter().map(|f| f.c))
                && marks == word.iter().map(|f| required_marks(f).count()).sum::<usize>()
        };
        let mut readings = all_readings(entry, Disguises::Standard, false).into_iter();
        !is_reading && start == part.start && readings.any(is_as_written)
    }

    /// Returns the span of all graphemes that overlap one of the ranges.
    fn span(&self, from: impl Iterator<Item = Range<usize>>) -> Span {
        let from = from.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end));
        let from = from.expect("a match is not empty");
        let overlaps =
            |grapheme: &&Range<usize>| grapheme.start < from.end && from.start < grapheme.end;
        let mut inside = self.graphemes.iter().filter(overlaps);
        let first = inside.next().expect("a text consists of graphemes");
        Span::new(first.start, inside.next_back().unwrap_or(first).end)
    }
}

/// Returns the matches of an entry with these words, without spaced letters.
fn find_words(
    entry: &Entry,
    Reading { words, run_together, .. }: Reading,
    disguises: Disguises,
    may_hide: bool,
    message: &Message,
) -> Vec<Hit> {
    let form = form(&words, disguises);
    let texts = match form {
        WORDS => vec![&message.symbols_as_letters, &message.symbols_as_boundaries],
        SYMBOLS => message.flags.iter().collect(),
        _ => message.plain.iter().collect(),
    };
    let language = Some(entry.language);
    let words = words.into_iter().map(|word| Text { language, ..Text::new(word, form) });
    let words: Vec<Text> = words.collect();
    let double_letters = double_letters(&words);
    let needles = needles(entry, words);
    let is_exception = !may_hide;
    let is_obfuscated = may_hide && form == WORDS && is_whole(entry);
    let may_hide = is_obfuscated && needles[0].letters() >= 4;
    let mut hits = Vec::new();
    for text in texts {
        if is_obfuscated {
            let mut places = repetitions(&needles, text);
            places.extend(slips(entry, &needles[0], text));
            if may_hide && !run_together {
                places.extend(splits(&needles, text));
            }
            hits.extend(places.into_iter().map(|place| {
                let from = place.map(|at| text.chars[at].from.clone());
                let span = message.span(from);
                Hit { span, cover: span, double_letters: vec![] }
            }));
        }
        for start in 0..text.chars.len() {
            let mut place = find_at(&needles, text, start, Letters::Visible);
            if place.is_some()
                && form == WORDS
                && is_leet_symbol(text.chars[start].c)
                && find_at(&needles, text, start + 1, Letters::Visible).is_some()
            {
                // The symbol is punctuation.
                place = None;
            } else if place.is_none() && may_hide && !is_at(&needles, text, start) {
                place = find_at(&needles, text, start, Letters::Hidden);
            }
            let Some(place) = place else { continue };
            if !allows_kana(&needles[0].words, &text.chars, start..place.end)
                || !allows_sharp_s(entry, &needles[0], &text.chars[start..place.end])
                || (form != PLAIN && is_mention_with_digits(entry, text, start, place.end))
            {
                continue;
            }
            let from = |at: usize| text.chars[at].from.clone();
            let span = message.span((start..place.end).map(from));
            let mut outside = (0..start).chain(place.end..text.chars.len()).map(from);
            let alone = outside.all(|from| from.end <= span.start || span.end <= from.start);
            if alone || !needles[0].has_symbol_at_edge() {
                let has_them = form.disguises == Disguises::Standard || is_exception;
                let double_letters = double_letters.iter().filter(|_| has_them);
                let double_letters = double_letters.map(|(word, letters)| {
                    let read = place.read.iter().filter(|read| read.word == *word);
                    let read = read.filter(|read| letters.contains(&read.letter));
                    let all = read.map(|read| from(read.at));
                    let all = all.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end));
                    (all.expect("each letter was read"), letters.len())
                });
                let (first, last) = whole_word(entry, &needles[0], text, start, place.end);
                let cover = message.span((first..last).map(from));
                hits.push(Hit { span, cover, double_letters: double_letters.collect() });
            }
        }
    }
    hits
}

/// Returns the characters from `start` to `end` with the letters around them up to the next word boundary, on each side
/// where the entry has a `*` next to a letter or digit.
fn whole_word(
    entry: &Entry,
    needle: &Needle,
    text: &Text,
    start: usize,
    end: usize,
) -> (usize, usize) {
    let mut letters = needle.words.iter().flat_map(|word| &word.chars).map(|f| f.c);
    let last_word = needle.words.last().expect("an entry has words");
    let last = last_word.chars.iter().map(|f| f.c).rfind(|&c| !MARK.has(c));
    let first = letters.next();
    let before = (0..=start).rev().find(|&at| at == 0 || opens(&text.chars, at, true));
    let after = (end..text.chars.len()).find(|&at| closes(&text.chars, at));
    let start = match entry.start {
        Start::Anywhere if first.is_some_and(is_word) => before.unwrap_or(0),
        _ => start,
    };
    let end = match entry.end {
        End::Anywhere if last.is_some_and(is_word) => after.unwrap_or(text.chars.len()),
        _ => end,
    };
    (start, end)
}

/// Whether the kana of an entry may match those of a part of a text: if the part has the other kind, the kana around it
/// must not be of that kind, except for hiragana and entries of three or more.
fn allows_kana(words: &[Text], text: &[Folded], part: Range<usize>) -> bool {
    let is_kana = |f: &&Folded| ('ぁ'..='ゖ').contains(&f.c) || ('ゝ'..='ゞ').contains(&f.c);
    let of_entry: Vec<&Folded> = words
        .iter()
        .flat_map(|word| &word.chars[..word.chars.len() - word.ending])
        .filter(is_kana)
        .collect();
    let of_part: Vec<&Folded> = text[part.clone()].iter().filter(is_kana).collect();
    let has = |kana: &[&Folded], katakana| kana.iter().any(|f| f.katakana == katakana);
    let is_foreign = |katakana| has(&of_part, katakana) && !has(&of_entry, katakana);
    if of_entry.is_empty() || !(is_foreign(true) || (is_foreign(false) && of_entry.len() < 3)) {
        return true;
    }
    let letter = |f: &&Folded| !matches!(f.c, '\u{3099}' | '\u{309A}');
    let kind = |f: Option<&Folded>| f.filter(is_kana).map(|f| f.katakana);
    let first = kind(text[part.start..].iter().find(letter));
    let last = kind(text[..part.end].iter().rfind(letter));
    let before = kind(text[..part.start].iter().rfind(letter));
    let after = kind(text[part.end..].iter().find(letter));
    (first.is_none() || before != first) && (last.is_none() || after != last)
}

/// In entries of fewer than four letters, ß is not ss.
fn allows_sharp_s(entry: &Entry, needle: &Needle, part: &[Folded]) -> bool {
    let is_sharp = |c: char| matches!(c, 'ß' | 'ẞ');
    let of_entry = entry.text.contains(is_sharp);
    let has = part.iter().any(|f| is_sharp(f.original));
    needle.letters() >= 4 || if has { of_entry } else { !(of_entry && entry.exception) }
}

/// Returns the words that consist of an entry several times.
fn repetitions(needles: &[Needle], text: &Text) -> Vec<Range<usize>> {
    const REDUPLICATED: &[&str] = &[
        "agar", "beri", "cara", "chow", "cous", "hots", "hula", "kava", "kiwi", "mahi", "piri",
        "test", "tiki", "walla",
    ];
    let [word] = needles[0].words.as_slice() else { return Vec::new() };
    let entry: Vec<char> = word.chars.iter().map(|f| f.c).collect();
    let letters = needles[0].letters();
    let is_one_word = entry.iter().all(|&c| is_word(c) && !UNSPACED.has(c));
    if !is_one_word || letters < 3 || !look_alikes(&word.chars).is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for start in 0..text.chars.len() {
        let chars = text.chars[start..].chunks(entry.len());
        let times = chars.take_while(|it| it.iter().map(|f| f.c).eq(entry.iter().copied())).count();
        let mut places = (start..start + times * entry.len()).zip((0..entry.len()).cycle());
        if !places.all(|(at, letter)| has_accents(word, letter, text, at)) {
            continue;
        }
        let text_of_entry: String = entry.iter().collect();
        let is_enough = match times {
            0 | 1 => false,
            2 => letters >= 4 && !REDUPLICATED.contains(&text_of_entry.as_str()),
            _ => true,
        };
        let end = start + times * entry.len();
        if is_enough
            && opens(&text.chars, start, needles[0].may_follow_elision)
            && closes(&text.chars, end)
            && find_at(needles, text, start, Letters::Visible).is_none()
        {
            found.push(start..end);
        }
    }
    found
}

/// Returns the words in which two letters of an entry are swapped and, for entries with `~`, those that differ in one
/// letter.
fn slips(entry: &Entry, needle: &Needle, text: &Text) -> Vec<Range<usize>> {
    let [word] = needle.words.as_slice() else { return Vec::new() };
    let chars: Vec<char> = word.chars.iter().map(|f| f.c).collect();
    let is_part = |c: char| (LETTER.has(c) || MARK.has(c)) && !UNSPACED.has(c);
    let least = if entry.end == End::Ending { 4 } else { 6 };
    if !chars.iter().all(|&c| is_part(c))
        || needle.letters() < least
        || !look_alikes(&word.chars).is_empty()
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    for start in 0..text.chars.len() {
        let there = text.chars[start..].iter().map(|f| f.c).take_while(|&c| is_part(c));
        let there: Vec<char> = there.collect();
        let letters = there.iter().filter(|&&c| LETTER.has(c)).count();
        let end = start + there.len();
        if !there.first().is_some_and(|&c| LETTER.has(c))
            || letters > 64
            || !opens(&text.chars, start, needle.may_follow_elision)
            || !closes(&text.chars, end)
        {
            continue;
        }
        let endings = Some(entry.language).filter(|_| entry.end == End::Ending);
        let endings = endings.into_iter().flat_map(Language::endings);
        let is_slip = std::iter::once("").chain(endings).any(|ending| {
            let ending: Vec<char> = ending.chars().collect();
            let Some(stem) = there.strip_suffix(ending.as_slice()) else { return false };
            if stem.first() != chars.first() || stem == chars {
                return false;
            }
            // For each letter of the stem, the one of the entry.
            let all: Vec<usize> = (0..chars.len()).collect();
            let mut swaps = (1..chars.len().max(2) - 1).map(|at| {
                let mut places = all.clone();
                places.swap(at, at + 1);
                places.into_iter().map(Some).collect::<Vec<_>>()
            });
            let of_the_entry = |places: &[Option<usize>]| {
                stem.len() == places.len()
                    && places.iter().zip(stem).all(|(it, &c)| it.is_none_or(|it| chars[it] == c))
            };
            let has_accents = |places: &Vec<Option<usize>>| {
                let places = places.iter().zip(start..);
                places
                    .into_iter()
                    .all(|(it, at)| it.is_none_or(|it| has_accents(word, it, text, at)))
            };
            let swapped = swaps.find(|places| of_the_entry(places));
            if let Some(places) = swapped {
                return (letters >= 6 || entry.slip) && has_accents(&places);
            }
            // A letter that is missing, added or another one, the last of equal ones.
            let one = (1..chars.len().max(stem.len())).rev().find_map(|at| {
                let places = |to: usize| {
                    let before = all.iter().take(at).copied().map(Some);
                    before.chain(vec![None; to]).collect::<Vec<_>>()
                };
                let with_rest = |mut places: Vec<Option<usize>>, from: usize| {
                    places.extend(all.iter().skip(from).copied().map(Some));
                    Some(places).filter(|places| of_the_entry(places))
                };
                with_rest(places(0), at + 1)
                    .or_else(|| with_rest(places(1), at))
                    .or_else(|| with_rest(places(1), at + 1))
            });
            entry.slip && one.is_some_and(|places| has_accents(&places))
        });
        if is_slip {
            found.push(start..end);
        }
    }
    found
}

/// What is between two pieces of a split word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Between {
    Joint,
    LineBreak,
    Space,
    Other,
}

/// Returns the split words that an entry fills.
fn splits(needles: &[Needle], text: &Text) -> Vec<Range<usize>> {
    if needles[0].words.len() > 1 || !look_alikes(&needles[0].words[0].chars).is_empty() {
        return Vec::new();
    }
    let pieces = pieces(text);
    let word = |piece: &Range<usize>| -> String {
        text.chars[piece.clone()].iter().map(|f| f.c).collect()
    };
    let letters = |piece: &Range<usize>| {
        let is_letter = |f: &&Folded| LETTER.has(f.c) || f.c.is_ascii_digit();
        text.chars[piece.clone()].iter().filter(is_letter).count()
    };
    let has_digit =
        |piece: &Range<usize>| text.chars[piece.clone()].iter().any(|f| f.c.is_ascii_digit());
    let is_long = needles[0].words[0].chars.iter().filter(|f| !MARK.has(f.c)).count() >= 5;
    let is_single = |piece: &Range<usize>| {
        letters(piece) == 1 && !["a", "i", "u", "r"].contains(&word(piece).as_str())
    };
    let between = |number: usize| match pieces.get(number + 1) {
        Some(next) => between(&text.chars[pieces[number].end..next.start]),
        None => Between::Other,
    };
    let is_apostrophe = |number: usize| {
        let at = pieces[number].end;
        pieces[number + 1].start == at + 1 && is_apostrophe_between_letters(&text.chars, at)
    };
    let may_join = |number: usize| {
        let Some(next) = pieces.get(number + 1) else { return false };
        let sizes = (letters(&pieces[number]), letters(next));
        match between(number) {
            Between::Joint if is_apostrophe(number) => {
                let clitics = ["s", "t", "d", "m", "ll", "ve", "re", "em", "all"];
                sizes.0 >= 3 && !clitics.contains(&word(next).as_str())
            }
            Between::Joint | Between::LineBreak => true,
            Between::Space => sizes.0 == 1 || sizes.1 == 1 || sizes.0.max(sizes.1) <= 3,
            Between::Other => false,
        }
    };
    let attaches = |between: Between, piece: &Range<usize>| match between {
        Between::Joint => true,
        Between::Space | Between::LineBreak => is_single(piece),
        Between::Other => false,
    };
    let mut found = Vec::new();
    for first in 0..pieces.len() {
        if first > 0 && attaches(between(first - 1), &pieces[first - 1]) {
            continue;
        }
        let mut joined: Vec<Folded> = text.chars[pieces[first].clone()].to_vec();
        let mut last = first;
        while may_join(last) && joined.iter().map(|f| f.c.len_utf8()).sum::<usize>() < 64 {
            last += 1;
            joined.extend_from_slice(&text.chars[pieces[last].clone()]);
            let row = Text::new(joined.clone(), WORDS);
            let fills = |part: Range<usize>| {
                needles.iter().any(|needle| {
                    let ways = ways(&needle.words[0], &row, part.start, Letters::Visible);
                    ways.into_iter().any(|way| way.len() == part.len())
                })
            };
            let is_filled = fills(0..joined.len());
            // A single letter at an edge that only repeats its neighbor.
            let (start, end) = (pieces[first].len(), joined.len() - pieces[last].len());
            let repeats = |a: usize, b: usize| joined[a].c == joined[b].c;
            let repeats_edge = (start == 1 && repeats(0, 1) && fills(1..joined.len()))
                || (end + 1 == joined.len() && repeats(end - 1, end) && fills(0..end));
            let inside = first..last;
            let parts = &pieces[first..=last];
            let next = pieces.get(last + 1);
            let is_attached = next.is_some_and(|next| attaches(between(last), next));
            let is_joined = inside.clone().all(|number| between(number) != Between::Space);
            let has_single = parts.iter().any(|piece| letters(piece) == 1);
            let all_short = parts.iter().all(|piece| letters(piece) <= 3);
            let is_split = is_joined || (has_single && (parts.len() == 2 || all_short));
            let has_longer = parts.iter().any(|piece| letters(piece) > 1);
            let has_one_space = inside.clone().any(|number| between(number) == Between::Space);
            let has_grammatical = parts.iter().any(|piece| GRAMMATICAL.is_match(&word(piece)));
            let is_common = |piece: &Range<usize>| {
                (parts.len() == 2 && letters(piece) == 1 && has_grammatical)
                    || COMMON_WORDS.is_match(&word(piece))
            };
            let is_s_of_host = || {
                let before = text.chars[..parts[0].start].split_last();
                let before = before.filter(|(f, _)| f.is_space && !BREAK.has(f.c));
                let host: String = before
                    .map_or(Vec::new(), |it| it.1.to_vec())
                    .iter()
                    .rev()
                    .map(|f| f.c)
                    .take_while(|&c| LETTER.has(c) && !UNSPACED.has(c))
                    .collect();
                let host: String = host.chars().rev().collect();
                HOSTS_OF_S.split(' ').any(|it| it == host)
            };
            let are_words = (parts.iter().all(is_common) && (has_one_space || has_grammatical))
                || (word(&parts[0]) == "s"
                    && COMMON_WORDS.is_match(&word(&parts[1]))
                    && is_s_of_host());
            let chars = |text: &[Folded]| text.iter().map(|f| f.c).collect::<String>();
            let is_exact = chars(&joined).starts_with(&chars(&needles[0].words[0].chars));
            let has_marks = |text: &[Folded]| text.iter().any(|f| !f.marks.is_empty());
            let has_required =
                needles[0].words[0].chars.iter().any(|f| required_marks(f).next().is_some());
            let has_article = parts.iter().any(|piece| ["a", "i"].contains(&word(piece).as_str()));
            let is_coincidence = has_one_space
                && parts.len() == 2
                && ((!has_required && has_marks(&joined)) || (!is_exact && has_article));
            let is_contraction =
                inside.clone().any(is_apostrophe) && parts.iter().map(letters).sum::<usize>() < 6;
            if is_filled
                && (is_long || !parts.iter().any(has_digit))
                && opens(&text.chars, parts[0].start, true)
                && closes(&text.chars, pieces[last].end)
                && !is_attached
                && is_split
                && has_longer
                && !are_words
                && !repeats_edge
                && !is_contraction
                && !is_coincidence
            {
                found.push(pieces[first].start..pieces[last].end);
            }
        }
    }
    found
}

/// Returns the runs of letters of scripts with spaces between words, and digits among them.
fn pieces(text: &Text) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let is_letter = |f: &Folded| LETTER.has(f.c) && !UNSPACED.has(f.c);
    for (at, f) in text.chars.iter().enumerate() {
        let continues = pieces.last().is_some_and(|piece| piece.end == at);
        if is_letter(f) || f.c.is_ascii_digit() || (MARK.has(f.c) && continues) {
            match pieces.last_mut() {
                Some(last) if continues => last.end = at + 1,
                _ => pieces.push(at..at + 1),
            }
        }
    }
    pieces.retain(|piece| text.chars[piece.clone()].iter().any(is_letter));
    pieces
}

fn between(chars: &[Folded]) -> Between {
    match chars {
        [f] if f.is_space && !BREAK.has(f.c) => Between::Space,
        chars if chars.len() <= 2 && chars.iter().all(|f| BREAK.has(f.c)) => Between::LineBreak,
        chars
            if chars.len() <= 3
                && !chars.iter().any(|f| f.is_space || LETTER.has(f.c) || DIGIT.has(f.c)) =>
        {
            Between::Joint
        }
        _ => Between::Other,
    }
}

/// The words after which an `s` is often written apart.
const HOSTS_OF_S: &str = "he here how it let she that there what when where who";

/// The common words of at most four letters, and those with `s`.
static COMMON_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    let lines = [
        include_str!("../../src/engine/entries/short_words/2.txt"),
        include_str!("../../src/engine/entries/short_words/3.txt"),
        include_str!("../../src/engine/entries/short_words/4.txt"),
    ];
    let words: Vec<String> = lines
        .into_iter()
        .zip(2..)
        .flat_map(|(line, length)| {
            (0..line.len() / length).map(move |at| line[at * length..][..length].to_owned())
        })
        .collect();
    Regex::new(&format!("^(?:[aiur]|(?:{})s?)$", words.join("|"))).expect("a regular expression")
});

/// Grammatical words.
static GRAMMATICAL: LazyLock<Regex> = LazyLock::new(|| {
    let words = GRAMMATICAL_WORDS.split_whitespace().collect::<Vec<_>>().join("|");
    Regex::new(&format!("^(?:{words})$")).expect("a regular expression")
});

const GRAMMATICAL_WORDS: &str = "a about after again all also am an and any are as at be been before being both but by can could did do does \
    doing done down each ever every few for from had has have having he her here hers him his how i if im in into \
    is it its just may me might mine more most much must my no nor not now of off on only or other our ours out \
    over shall she should since so some such than that the their them then there these they this those to too u \
    under until up us very was we were what when where which while who whose why will with would you your";

/// Returns for each character whether it may hide one letter: it is the only one in its word that is not a letter.
fn holes(text: &[Folded]) -> Vec<bool> {
    let tokens = tokens(text, WORDS);
    let class = |c: char| match c {
        '@' | '!' | '$' | '\u{19}' => 'S',
        '0'..='9' => 'D',
        '\u{11}'..='\u{18}' => 'T',
        c if (LETTER.has(c) || MARK.has(c)) && !UNSPACED.has(c) => 'L',
        _ => ' ',
    };
    let classes: String = tokens.iter().map(|&(c, _)| class(c)).collect();
    let mut holes = vec![false; text.len()];
    let mut start = 0;
    for chunk in classes.split(' ') {
        let word = chunk.trim_start_matches('S');
        let first = start + chunk.len() - word.len();
        start += chunk.len() + 1;
        let word = word.trim_end_matches('S');
        let mut others = word.match_indices(|class| class != 'L');
        let (Some((at, class)), None) = (others.next(), others.next()) else { continue };
        if class == "T" || at == 0 || at + 1 == word.len() {
            continue;
        }
        let (c, place) = tokens[first + at];
        let letters: String = (first..first + word.len())
            .map(|at| if at == first + word.find(class).unwrap_or(0) { '.' } else { tokens[at].0 })
            .collect();
        let pattern = Regex::new(&format!("^(?:{letters})$")).expect("letters and a dot");
        let is_word = GRAMMATICAL_WORDS.split_whitespace().any(|word| pattern.is_match(word));
        holes[place] = !is_word || "@!$".contains(c);
    }
    holes
}

/// Whether one of the needles occurs at `start` without hidden letters.
fn is_at(needles: &[Needle], text: &Text, start: usize) -> bool {
    needles.iter().any(|needle| !needle.places(text, start, Letters::Visible).is_empty())
}

/// Returns the shortest match of a needle that begins at `start`.
fn find_at(needles: &[Needle], text: &Text, start: usize, letters: Letters) -> Option<Place> {
    let first = &needles[0].words[0];
    // The match begins earlier, with a repetition of the first letter.
    if letters == Letters::Visible
        && repeats(first, 0, text, start)
        && agree(first, 0, text, start.wrapping_sub(1))
        && has_accents(first, 0, text, start.wrapping_sub(1))
        && !is_leet_or_hiding(text.chars[start - 1].c)
        && !text.chars[start].is_capital
        && !(needles[0].may_be_decorated
            && ends_with_number(&text.chars[..start])
            && opens_decorated(&text.chars, start))
    {
        return None;
    }
    let places = needles.iter().flat_map(|needle| {
        let places = needle.places(text, start, letters);
        places
            .into_iter()
            .filter(|place| letters == Letters::Visible || hides_well(needle, text, start, place))
    });
    places.min_by_key(|place| place.end)
}

/// Whether some letters of the entry are hidden, but not too many, and the match may end here.
fn hides_well(needle: &Needle, text: &Text, start: usize, place: &Place) -> bool {
    let is_hidden = |at: usize| {
        let read = place.read.iter().find(|read| read.at == at).expect("it was read");
        read.is_hidden(&needle.words, text)
    };
    let hidden = |word: usize| {
        place.read.iter().filter(|read| read.word == word && is_hidden(read.at)).count()
    };
    let shows_enough = |(number, word): (usize, &Text)| {
        hidden(number) * 2 <= word.chars.iter().filter(|f| LETTER.has(f.c)).count()
    };
    // One of them must be of the entry itself, rather than of its ending.
    let own = |read: &Read| {
        let word = &needle.words[read.word];
        read.letter < word.chars.len() - word.ending
    };
    let last =
        place.read.iter().filter(|read| read.letter != NOTHING && own(read)).map(|read| read.at);
    let last = last.max().expect("an entry has letters");
    if place.read.iter().all(|read| read.at > last || !is_hidden(read.at))
        || !needle.words.iter().enumerate().all(shows_enough)
    {
        return false;
    }
    let symbol = |at: usize| text.chars.get(at).map(|f| f.c);
    let (before, after) = (symbol(start.wrapping_sub(1)), symbol(place.end));
    if is_hidden(place.end - 1) {
        // The last symbol of `*emphasis*` hides nothing.
        let closes = emphasis(&text.chars).contains(&(place.end - 1));
        return !after.is_some_and(hides) && before != symbol(place.end - 1) && !closes;
    }
    // The word continues after more symbols of this kind, unless they are emphasis.
    let hides_one = place.read.iter().any(|read| is_hidden(read.at) && symbol(read.at) == after);
    let rest = text.chars[place.end..].iter().find(|f| !hides(f.c));
    !(hides_one && rest.is_some_and(|f| is_word(f.c))) || before == after
}

/// Returns the positions of hiding symbols that close an emphasis.
fn emphasis(text: &[Folded]) -> BTreeSet<usize> {
    let mut closing = BTreeSet::new();
    let mut open: BTreeMap<char, usize> = BTreeMap::new();
    let mut at = 0;
    while at < text.len() {
        let c = text[at].c;
        let length = text[at..].iter().take_while(|f| f.c == c).count();
        if !hides(c) {
            at += 1;
            continue;
        }
        let after_word = at > 0 && is_word(text[at - 1].c);
        let before_word = text.get(at + length).is_some_and(|f| is_word(f.c));
        if !after_word && before_word {
            open.insert(c, length);
        } else if after_word && !before_word && open.remove(&c).is_some_and(|it| it >= length) {
            closing.extend(at..at + length);
        }
        at += length;
    }
    closing
}

/// How the letters of an entry are searched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letters {
    /// All letters are visible and may be repeated.
    Visible,
    /// Symbols replace some letters, one each; no letter is repeated.
    Hidden,
}

/// The end of a match, and how each character was read.
struct Place {
    end: usize,
    read: Vec<Read>,
}

/// A character of a text, read as a letter of a word of an entry.
#[derive(Clone, Copy)]
struct Read {
    at: usize,
    word: usize,
    letter: usize,
}

/// The letter that a digit represents if it is nothing.
const NOTHING: usize = usize::MAX;

impl Read {
    /// Whether the character replaces the letter or is nothing.
    fn is_hidden(&self, words: &[Text], text: &Text) -> bool {
        is_hidden(&words[self.word], text, self.at, self.letter)
    }
}

/// Whether a character that was read as a letter replaces it or is nothing.
fn is_hidden(word: &Text, text: &Text, at: usize, letter: usize) -> bool {
    letter == NOTHING
        || hides(text.chars[at].c)
        || (text.holes[at] && !agree(word, letter, text, at))
}

/// Returns the form in which an entry with these words is searched.
fn form(words: &[Vec<Folded>], disguises: Disguises) -> Form {
    match disguises {
        Disguises::None => PLAIN,
        Disguises::Standard if has_symbols(words) => SYMBOLS,
        Disguises::Standard => WORDS,
    }
}

/// Whether the words contain anything except letters and digits with combining marks, apostrophes between letters, and
/// leet symbols in words.
fn has_symbols(words: &[Vec<Folded>]) -> bool {
    let is_symbol = |word: &[Folded], at: usize| {
        let is_leet = is_leet_symbol(word[at].c) && !leet(word, at, WORDS).is_empty();
        let is_leet = is_leet && !word.get(at + 1).is_some_and(|f| MARK.has(f.c));
        !in_word(word, at) && !is_apostrophe_between_letters(word, at) && !is_leet
    };
    words.iter().any(|word| (0..word.len()).any(|at| is_symbol(word, at)))
}

/// Returns the letters that a character may represent: none outside of a token with letters.
fn leet(text: &[Folded], at: usize, form: Form) -> &'static str {
    let c = text[at].c;
    if form.disguises == Disguises::None || (form.layout == Layout::Verbatim && is_leet_symbol(c)) {
        return "";
    }
    let in_token = |f: &&Folded| {
        (is_word(f.c) && (MARK.has(f.c) || !UNSPACED.has(f.c))) || is_leet_symbol(f.c)
    };
    let before = text[..at].iter().rev().take_while(in_token).count();
    let token: String =
        text[at - before..].iter().take_while(in_token).map(|folded| folded.c).collect();
    let is_word = token.contains(|c| LETTER.has(c)) && !QUANTITY.is_match(&token);
    if is_word { letters_of(c) } else { "" }
}

/// Whether a character is among the `!`, `|`, `+` and `1` at the end of a token, which has no leet character after a
/// letter and before them.
fn is_tail(text: &[Folded], at: usize) -> bool {
    let in_token = |f: &&Folded| {
        (is_word(f.c) && (MARK.has(f.c) || !UNSPACED.has(f.c))) || is_leet_symbol(f.c)
    };
    let trails = |c: char| matches!(c, '!' | '|' | '+' | '1');
    let before: Vec<char> = text[..at].iter().rev().take_while(in_token).map(|f| f.c).collect();
    let mut before: Vec<char> = before.into_iter().rev().collect();
    let after: Vec<char> = text[at..].iter().take_while(in_token).map(|f| f.c).collect();
    let rest = &text[at + after.len()..];
    let hidden = rest.iter().take_while(|f| hides(f.c)).count();
    if hidden > 0 && rest.get(hidden).is_some_and(|f| in_token(&f)) {
        return false;
    }
    if !trails(text[at].c) || !after.iter().all(|&c| trails(c) || MARK.has(c)) {
        return false;
    }
    while before.last().is_some_and(|&c| trails(c) || MARK.has(c)) {
        before.pop();
    }
    let first = before.iter().position(|&c| LETTER.has(c)).unwrap_or(before.len());
    let is_leet = |(at, &c): (usize, &char)| {
        !letters_of(c).is_empty() && !trails(c) && (at > first || c != '@')
    };
    let inner = |at: usize| at > first && trails(before[at]);
    !before.iter().enumerate().any(is_leet) && !(0..before.len()).any(inner)
}

/// Returns the letters that a leet character represents.
fn letters_of(c: char) -> &'static str {
    match c {
        '0' => "oоο",
        '1' | '!' | '|' => "ilі",
        '3' => "eезэε",
        '€' => "eеε",
        '4' => "aачα",
        '@' => "aаα",
        '5' | '$' => "sс",
        '6' => "gб",
        '9' => "gдя",
        '7' => "tтτ",
        '+' => "t",
        '8' => "bв",
        '£' => "l",
        _ => "",
    }
}

/// Whether it is a leet character that may also be punctuation.
fn is_leet_symbol(c: char) -> bool {
    !letters_of(c).is_empty() && !DIGIT.has(c)
}

/// Whether it is a hiding symbol.
fn hides(c: char) -> bool {
    "*#_%•×٭⁎⁕∗⋆✱✲✶✷✸✹✺✻✼✽❃❉❊❋꙳".contains(c)
}

fn is_leet_or_hiding(c: char) -> bool {
    is_leet_symbol(c) || hides(c)
}

/// Whether a character of a text may be a letter of a word of an entry.
fn agree(word: &Text, letter: usize, text: &Text, at: usize) -> bool {
    let Some(there) = text.chars.get(at) else { return false };
    let c = word.chars[letter].c;
    if c == '\'' && text.form == WORDS {
        return is_apostrophe_between_letters(&text.chars, at);
    }
    let neighbors = [letter.checked_sub(1), Some(letter + 1)];
    let is_double =
        neighbors.into_iter().flatten().any(|at| word.chars.get(at).is_some_and(|f| f.c == c));
    let is_letter = !text.tail[at] || (there.c != '!' && is_double);
    let (of_word, of_text) = (word.leet[letter], if is_letter { text.leet[at] } else { "" });
    c == there.c
        || of_text.contains(c)
        || of_word.contains(there.c)
        || of_word.chars().any(|letter| of_text.contains(letter))
}

/// Whether a letter of a text has the combining marks of a letter of a word of an entry, and no mark that makes another
/// letter of its language. A leet character has no marks.
fn has_accents(word: &Text, letter: usize, text: &Text, at: usize) -> bool {
    let (here, there) = (&word.chars[letter], &text.chars[at]);
    if here.c != there.c || letter + word.ending >= word.chars.len() {
        return true;
    }
    let required: Vec<char> = required_marks(here).collect();
    let adds = |mark: &char| {
        let code = word.language.map_or("en", Language::code);
        required.contains(mark) || !is_other_letter(code, here.c, *mark)
    };
    required.iter().all(|mark| there.marks.contains(mark)) && there.marks.iter().all(adds)
}

/// Returns the combining marks of a letter of an entry that a message must have.
fn required_marks(letter: &Folded) -> impl Iterator<Item = char> {
    let c = letter.c;
    letter.marks.iter().copied().filter(move |&mark| {
        let composed = compose(c, mark);
        if LATIN.has(c) {
            !matches!((c, mark), ('i' | 'j', '\u{307}'))
        } else {
            let is_stress = matches!(mark, '\u{300}' | '\u{301}') && "аиоуыэюяі".contains(c);
            CYRILLIC.has(c) && c != 'е' && !is_stress && (c != 'і' || composed == Some('ї'))
        }
    })
}

/// Whether accented letters of a language are letters of their own.
fn has_own_letters(language: Language) -> bool {
    ["da", "et", "fi", "no", "sv", "vi"].contains(&language.code())
}

/// Whether a letter with a combining mark is a letter of its own in a language.
fn is_other_letter(code: &str, c: char, mark: char) -> bool {
    let Some(letter) = compose(c, mark) else { return false };
    match code {
        "da" | "no" => "å".contains(letter),
        "et" => "äöüõ".contains(letter),
        "fi" | "sv" => "äöå".contains(letter),
        "vi" => "àáâãạảăầèéêẽẹẻìíĩịỉòóôõọỏơùúũụủưỳýỹỵỷ".contains(letter),
        _ => false,
    }
}

/// Whether a character of a text may be a repetition of a letter of a word of an entry.
fn repeats(word: &Text, letter: usize, text: &Text, at: usize) -> bool {
    text.form.disguises == Disguises::Standard
        && LETTER.has(word.chars[letter].c)
        && agree(word, letter, text, at)
        // A letter with a combining mark is another letter.
        && !text.has_mark(at + 1)
}

/// Returns the readings of a word from a position on, one for each length: the letter index of each character.
fn ways(word: &Text, text: &Text, start: usize, letters: Letters) -> Vec<Vec<usize>> {
    let mut ways = vec![Vec::new()];
    for letter in 0..word.chars.len() {
        let mut longer: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        // A single digit may be nothing.
        let before = ways.clone();
        let mut all = ways;
        for mut way in before {
            let at = start + way.len();
            let is_hole = text.holes.get(at) == Some(&true) && DIGIT.has(text.chars[at].c);
            if letters == Letters::Hidden && letter > 0 && is_hole && !word.strict {
                way.push(NOTHING);
                all.push(way);
            }
        }
        for mut way in all {
            let at = start + way.len();
            let may_hide =
                |f: &Folded| hides(f.c) || (text.holes[at] && !(DIGIT.has(f.c) && word.strict));
            let is_hidden = letters == Letters::Hidden
                && letter > 0
                && LETTER.has(word.chars[letter].c)
                && text.chars.get(at).is_some_and(may_hide);
            let agrees = agree(word, letter, text, at) && has_accents(word, letter, text, at);
            if !is_hidden && !agrees {
                continue;
            }
            way.push(letter);
            longer.entry(way.len()).or_insert_with(|| way.clone());
            let is_itself = |at: usize| text.chars[at].c == word.chars[letter].c;
            let mut times = 1;
            while letters == Letters::Visible && repeats(word, letter, text, start + way.len()) {
                way.push(letter);
                times += 1;
                if times > 2 || !is_single(word, letter) || !(at..=at + 1).all(is_itself) {
                    longer.entry(way.len()).or_insert_with(|| way.clone());
                }
            }
        }
        ways = longer.into_values().collect();
    }
    // One hole, or any number of hiding symbols.
    ways.retain(|way| {
        let read = || way.iter().zip(start..);
        let hidden = read().filter(|&(&letter, at)| is_hidden(word, text, at, letter)).count();
        let holes = read()
            .filter(|&(&letter, at)| is_hidden(word, text, at, letter) && !hides(text.chars[at].c));
        letters == Letters::Visible || holes.count() == 0 || hidden == 1
    });
    ways
}

/// Whether a letter of a word of an entry must not occur exactly twice: in short entries, except for the ending and the
/// letter before it.
fn is_single(word: &Text, letter: usize) -> bool {
    let c = word.chars[letter].c;
    let is = |at: usize| word.chars.get(at).is_some_and(|f| f.c == c);
    let is_before_ending = word.ending > 0 && letter + 1 + word.ending >= word.chars.len();
    word.strict
        && !is_before_ending
        && !is(letter.wrapping_sub(1))
        && !is(letter + 1)
        && !UNSPACED.has(c)
}

/// Returns the runs of equal letters of an entry: word index and letter range.
fn double_letters(words: &[Text]) -> Vec<(usize, Range<usize>)> {
    let mut double_letters = Vec::new();
    for (number, word) in words.iter().enumerate() {
        let mut start = 0;
        for at in 1..=word.chars.len() {
            let c = word.chars[start].c;
            let is_base = LETTER.has(c) || c.is_ascii_digit();
            let continues = word.chars.get(at).is_some_and(|f| f.c == c && is_base);
            if !continues || word.has_mark(at + 1) {
                if at - start > 1 {
                    double_letters.push((number, start..at));
                }
                start = at;
            }
        }
    }
    double_letters
}

/// An entry with one of its endings, or without.
struct Needle {
    start: Start,
    end: End,
    may_follow_elision: bool,
    /// The number of letters of the entry, without an ending.
    entry_letters: usize,
    /// Whether digits or pairs of x may be around it.
    may_be_decorated: bool,
    words: Vec<Text>,
}

/// Returns the entry alone and, if it has `+`, with each ending.
fn needles(entry: &Entry, words: Vec<Text>) -> Vec<Needle> {
    let letters = |words: &[Text]| {
        words.iter().flat_map(|word| &word.chars).filter(|f| LETTER.has(f.c)).count()
    };
    let entry_letters = letters(&words);
    let may_follow_elision = entry_letters >= 4;
    let has_digit = words.iter().any(|word| word.chars.iter().any(|f| f.c.is_ascii_digit()));
    let may_be_decorated =
        entry_letters >= 3 && !has_digit && words[0].form.disguises == Disguises::Standard;
    let has_long_letters = ["et", "fi"].contains(&entry.language.code());
    let is_strict =
        is_whole(entry) && words[0].form != PLAIN && (entry_letters < 5 || has_long_letters);
    let needle = |ending: &str| {
        let mut words = words.clone();
        words.iter_mut().for_each(|word| word.strict = is_strict);
        let last = words.last_mut().expect("an entry has words");
        last.leet.extend(ending.chars().map(|_| ""));
        last.ending = ending.chars().count();
        last.tail.extend(ending.chars().map(|_| false));
        last.chars.extend(ending.chars().map(|c| Folded {
            c,
            from: 0..0,
            symbol: false,
            shape: None,
            look_alike: None,
            disguised: false,
            marks: Vec::new(),
            katakana: false,
            typed: None,
            stop: false,
            original: c,
            bar: false,
            is_capital: false,
            is_space: false,
            is_plain: false,
        }));
        Needle {
            start: entry.start,
            end: entry.end,
            may_follow_elision,
            may_be_decorated,
            entry_letters,
            words,
        }
    };
    let endings = Some(entry.language).filter(|_| entry.end == End::Ending);
    let endings = endings.into_iter().flat_map(Language::endings);
    std::iter::once("").chain(endings).map(needle).collect()
}

impl Needle {
    /// Returns its number of letters.
    fn letters(&self) -> usize {
        self.words.iter().flat_map(|word| &word.chars).filter(|f| LETTER.has(f.c)).count()
    }

    fn has_symbol_at_edge(&self) -> bool {
        !is_word(self.words[0].chars[0].c)
            || !self.words.last().is_some_and(|word| ends_in_word(&word.chars))
    }

    /// Returns its possible matches at `start`, one for each length and each count of hidden letters.
    fn places(&self, text: &Text, start: usize, letters: Letters) -> Vec<Place> {
        let key = |at: usize, read: &[Read]| {
            let hidden = read.iter().filter(|read| read.is_hidden(&self.words, text));
            let kind = |read: &Read| (read.word, hides(text.chars[read.at].c));
            (at, hidden.map(kind).collect::<Vec<_>>())
        };
        let mut starts = BTreeMap::from([((start, Vec::new()), Vec::new())]);
        for number in 0..self.words.len() {
            let mut next = BTreeMap::new();
            for ((start, _), read) in starts {
                for way in self.ways(text, number, start, letters) {
                    let end = start + way.len();
                    let way = way.into_iter().zip(start..);
                    let way = way.map(|(letter, at)| Read { at, word: number, letter });
                    let read: Vec<Read> = read.iter().copied().chain(way).collect();
                    for at in self.after(text, number, end, letters) {
                        next.entry(key(at, &read)).or_insert(read.clone());
                    }
                }
            }
            starts = next;
        }
        starts.into_iter().map(|((end, _), read)| Place { end, read }).collect()
    }

    /// Whether a proclitic of the language of the entry is before `start`, and a word begins with it.
    fn follows_proclitic(&self, text: &Text, start: usize) -> bool {
        let word = &self.words[0];
        let mut proclitics = word.language.into_iter().flat_map(Language::proclitics);
        let length = self.entry_letters;
        text.form.disguises == Disguises::Standard
            && is_word(word.chars[0].c)
            && !MARK.has(word.chars[0].c)
            && length >= 3
            && proclitics.any(|proclitic| {
                let length = proclitic.chars().count();
                start >= length
                    && text.chars[start - length..start].iter().map(|f| f.c).eq(proclitic.chars())
                    && opens(&text.chars, start - length, false)
            })
    }

    /// Returns the readings of one of its words at `start`.
    fn ways(&self, text: &Text, number: usize, start: usize, letters: Letters) -> Vec<Vec<usize>> {
        let word = &self.words[number];
        let is_first = number == 0;
        if start == text.chars.len() {
            return Vec::new();
        }
        // A letter that matches a symbol of the entry is inside a word like any other.
        if (is_word(word.chars[0].c) || (text.form == WORDS && is_word(text.chars[start].c)))
            && !(is_first && self.start == Start::Anywhere)
            && !opens(&text.chars, start, is_first && self.may_follow_elision)
            && !(is_first && self.follows_proclitic(text, start))
            && !(is_first && self.may_be_decorated && opens_decorated(&text.chars, start))
        {
            return Vec::new();
        }
        let mut ways = ways(word, text, start, letters);
        ways.retain(|way| {
            let is_disguised = |&look_alike: &usize| {
                let mut read = way.iter().zip(&text.chars[start..]);
                read.any(|(&letter, f)| letter == look_alike && f.disguised)
            };
            look_alikes(&word.chars).iter().all(is_disguised)
        });
        ways
    }

    /// Returns the positions where the next word may begin, or the end, if one of its words ends at `end`.
    fn after(&self, text: &Text, number: usize, end: usize, letters: Letters) -> Vec<usize> {
        let word = &self.words[number];
        let ends_in_word =
            ends_in_word(&word.chars) || (text.form == WORDS && in_word(&text.chars, end - 1));
        // A symbol with a combining mark is another symbol.
        if !ends_in_word && text.has_mark(end) {
            return Vec::new();
        }
        let is_last = number + 1 == self.words.len();
        let is_decorated = letters == Letters::Visible
            && self.may_be_decorated
            && closes_decorated(&text.chars, end);
        let may_end_in_word = is_last
            && (self.end == End::Anywhere || precedes_particle(word, text, end) || is_decorated);
        if ends_in_word && !may_end_in_word && !closes(&text.chars, end) {
            return Vec::new();
        }
        if is_last {
            // The match includes repetitions of the last letter, unless they may be punctuation.
            let continues = letters == Letters::Visible
                && repeats(word, word.chars.len() - 1, text, end)
                && !is_leet_or_hiding(text.chars[end].c)
                && !text.chars[end].is_capital
                && !(is_decorated && begins_with_number(&text.chars[end..]));
            return if continues { vec![] } else { vec![end] };
        }
        // An apostrophe between letters is part of a word, not a separator.
        if end < text.chars.len() && is_apostrophe_between_letters(&text.chars, end) {
            return Vec::new();
        }
        // Nor is a symbol after one that hides a letter.
        let hides_at = |at: usize| text.chars.get(at).is_some_and(|f| hides(f.c));
        if letters == Letters::Hidden && hides_at(end - 1) && hides_at(end) {
            return Vec::new();
        }
        let separates = |f: &&Folded| !LETTER.has(f.c) && !DIGIT.has(f.c) && !BREAK.has(f.c);
        let separator = text.chars[end..].iter().take(8).take_while(separates).count();
        (1..=separator).map(|length| end + length).collect()
    }
}

/// Whether a particle of the language of an entry follows at `end`, and the word ends after it.
fn precedes_particle(word: &Text, text: &Text, end: usize) -> bool {
    let mut particles = word.language.into_iter().flat_map(Language::particles);
    text.form.disguises == Disguises::Standard
        && particles.any(|particle| {
            let length = particle.chars().count();
            let there = text.chars[end..].iter().take(length).map(|f| f.c);
            there.eq(particle.chars()) && closes(&text.chars, end + length)
        })
}

/// Whether a word ends with a letter or digit with combining marks.
fn ends_in_word(word: &[Folded]) -> bool {
    word.iter().rfind(|f| !MARK.has(f.c)).is_some_and(|f| is_word(f.c))
}

/// Whether a word may begin at a position.
fn opens(text: &[Folded], at: usize, may_follow_elision: bool) -> bool {
    let Some(before) = base_before(text, at) else { return true };
    let this = text[at].c;
    let is_unspaced = (UNSPACED.has(this) || UNSPACED.has(before)) && !MARK.has(this);
    if is_symbol_boundary(text, at) || text[at].is_capital || is_unspaced {
        return true;
    }
    if is_word(before) {
        return false;
    }
    if !is_apostrophe_between_letters(text, at - 1) {
        return true;
    }
    let before = text[..at - 1].iter().rev().map(|f| f.c);
    let elision: Vec<char> =
        before.take_while(|&c| MARK.has(c) || (is_word(c) && !UNSPACED.has(c))).collect();
    let whole: String = elision.iter().rev().collect();
    let letters: Vec<char> = elision.into_iter().filter(|&c| !MARK.has(c)).collect();
    may_follow_elision
        && letters.iter().all(|&c| LETTER.has(c))
        && (letters.len() <= 2 || ELISIONS.contains(&whole.as_str()))
}

/// Elisions of three letters and more.
#[rustfmt::skip]
const ELISIONS: &[&str] = &[
    "all", "anch", "bell", "coll", "dall", "dell", "entr", "jusqu", "lorsqu", "nell", "nient", "presqu", "puisqu",
    "quell", "quelqu", "quest", "quoiqu", "sant", "senz", "sull", "tutt",
];

/// Whether a letter follows digits with which a word begins, or `xx` if the word ends with it.
fn opens_decorated(text: &[Folded], at: usize) -> bool {
    let is_ascii = |f: &&Folded| f.c.is_ascii_alphanumeric();
    let rest: String = text[at..].iter().take_while(is_ascii).map(|f| f.c).collect();
    let rest = rest.trim_end_matches(|c: char| c.is_ascii_digit());
    let before = || text[..at].iter().rev().map(|f| f.c).take(32);
    let digits = before().take_while(char::is_ascii_digit).count();
    let pair = before().take_while(|&c| c == 'x').count();
    let length = if pair > 1 && rest.ends_with("xx") { pair } else { digits };
    let begins = base_before(text, at - length).is_none_or(|c| !is_word(c) || UNSPACED.has(c));
    length > 0 && LETTER.has(text[at].c) && begins
}

/// Whether digits and `xx` with which a word ends follow a letter, `xx` only if the word begins with it.
fn closes_decorated(text: &[Folded], at: usize) -> bool {
    let is_ascii = |f: &&Folded| f.c.is_ascii_alphanumeric();
    let word: String = text[..at].iter().rev().take_while(is_ascii).map(|f| f.c).collect();
    let rest = |start: usize| text[start..].iter().map(|f| f.c).take(32);
    let digits = |start: usize| rest(start).take_while(char::is_ascii_digit).count();
    let after = at + digits(at);
    let pair = rest(after).take_while(|&c| c == 'x').count();
    let end = match pair > 1 && word.ends_with("xx") {
        true => after + pair + digits(after + pair),
        false => after,
    };
    let next = text.get(end).map(|f| f.c);
    let ends = next.is_none_or(|c| !is_word(c) || (UNSPACED.has(c) && !MARK.has(c)));
    end > at && base_before(text, at).is_some_and(|c| LETTER.has(c)) && ends
}

/// Whether a part of a text is the beginning of a user name with digits: `@ss4`.
fn is_mention_with_digits(entry: &Entry, text: &Text, start: usize, end: usize) -> bool {
    text.chars[start].c == '@'
        && entry.end != End::Anywhere
        && !closes(&text.chars, end)
        && closes_decorated(&text.chars, end)
}

/// Whether different digits are at the start of a text.
fn begins_with_number(text: &[Folded]) -> bool {
    let digits: BTreeSet<char> =
        text.iter().map(|f| f.c).take(32).take_while(char::is_ascii_digit).collect();
    digits.len() > 1
}

/// Whether different digits are at the end of a text.
fn ends_with_number(text: &[Folded]) -> bool {
    let digits: BTreeSet<char> =
        text.iter().rev().map(|f| f.c).take(32).take_while(char::is_ascii_digit).collect();
    digits.len() > 1
}

/// Whether a word may end before a position.
fn closes(text: &[Folded], end: usize) -> bool {
    let Some(next) = text.get(end).map(|f| f.c) else { return true };
    if MARK.has(next) {
        return false;
    }
    if is_symbol_boundary(text, end)
        || text[end].is_capital
        || UNSPACED.has(next)
        || base_before(text, end).is_some_and(|c| UNSPACED.has(c))
    {
        return true;
    }
    if is_word(next) {
        return false;
    }
    if !is_apostrophe_between_letters(text, end) {
        return true;
    }
    let clitic: String = text[end + 1..].iter().map(|f| f.c).take_while(|&c| is_word(c)).collect();
    let is_alone = |f: &Folded| is_word(f.c) || (is_leet_or_hiding(f.c) && !f.is_plain);
    let is_part = |at: &usize| {
        let is_hole = || {
            let neighbors = [at.checked_sub(1), Some(at + 1)].map(|at| text.get(at?));
            !text[*at].is_plain
                && MAY_HIDE.has(text[*at].c)
                && neighbors.into_iter().all(|f| f.is_some_and(is_alone))
        };
        is_alone(&text[*at]) || is_hole()
    };
    let word: Vec<char> = (0..end).rev().take_while(is_part).map(|at| text[at].c).collect();
    let word = word.into_iter().rev().skip_while(|&c| !is_word(c));
    let stem = word.filter(|&c| !MARK.has(c)).count();
    clitic == "s" || (stem >= 3 && ["d", "ll", "m", "re", "ve", "z"].contains(&clitic.as_str()))
}

/// Whether there is a symbol boundary before a position.
fn is_symbol_boundary(text: &[Folded], at: usize) -> bool {
    at > 0 && at < text.len() && text[at - 1].symbol != text[at].symbol
}

/// Returns the last character before a position that is not a combining mark.
fn base_before(text: &[Folded], at: usize) -> Option<char> {
    text[..at].iter().map(|f| f.c).rfind(|&c| !MARK.has(c))
}

fn is_apostrophe_between_letters(text: &[Folded], at: usize) -> bool {
    text[at].c == '\''
        && base_before(text, at).is_some_and(joins)
        && text.get(at + 1).is_some_and(|f| joins(f.c))
}

/// Apostrophes are parts of words only in scripts that put spaces between words.
fn joins(c: char) -> bool {
    LETTER.has(c) && !UNSPACED.has(c)
}

fn is_word(c: char) -> bool {
    LETTER.has(c) || DIGIT.has(c) || MARK.has(c)
}

/// Whether a position has a letter, a digit or a combining mark on one.
fn in_word(text: &[Folded], at: usize) -> bool {
    base_before(text, at + 1).is_some_and(is_word)
}

/// Returns the matches of entries of Han, kana, Thai and Hangul with something between their characters.
fn find_interrupted(
    rules: &Rules,
    message: &Message,
    day: Option<Date>,
) -> Vec<(ListId, usize, Span)> {
    let entries = spelled_entries(rules, day);
    let is_joined = |c: char| {
        LETTER.has(c)
            && (UNSPACED.has(c) || matches!(c, '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}'))
    };
    let mut found = Vec::new();
    for text in [&message.symbols_as_letters, &message.symbols_as_boundaries] {
        // The characters that may be joined, with the position of each, and whether a cut is before it.
        let mut row: Vec<Folded> = Vec::new();
        let mut places: Vec<(usize, bool, bool)> = Vec::new();
        let mut last: Option<usize> = None;
        for (at, f) in text.chars.iter().enumerate() {
            if !(is_joined(f.c) || (MARK.has(f.c) && last == Some(at))) {
                continue;
            }
            let is_part = last != Some(at);
            let after_cut = is_part && last.is_some_and(|last| is_cut(&text.chars[last..at]));
            if is_part && !after_cut && !row.is_empty() {
                row.push(Folded { c: '\n', ..f.clone() });
                places.push((at, false, false));
            }
            row.push(f.clone());
            places.push((at, is_part, after_cut));
            last = Some(at + 1);
        }
        let leet = row.iter().map(|_| "").collect();
        let (tail, holes) = (vec![false; row.len()], vec![false; row.len()]);
        let row = Text {
            chars: row,
            leet,
            tail,
            form: WORDS,
            language: None,
            strict: false,
            ending: 0,
            holes,
        };
        let char_at = |at: usize| row.chars.get(at).map(|f| f.c);
        let is_edge = |at: usize| {
            let before = base_before(&row.chars, at);
            let next = char_at(at).filter(|&c| !MARK.has(c));
            char_at(at).is_none_or(|c| c == '\n')
                || places[at].1
                || next.is_some_and(|c| UNSPACED.has(c) || before.is_some_and(|c| UNSPACED.has(c)))
        };
        for start in 0..row.chars.len() {
            let next_cut =
                (start + 1..row.chars.len()).find(|&at| places[at].2 || row.chars[at].c == '\n');
            let is_near = next_cut.is_some_and(|cut| places[cut].2 && cut - start <= 16);
            if !is_near || row.has_mark(start) || row.chars[start].c == '\n' || !is_edge(start) {
                continue;
            }
            for entry in &entries {
                let end = start + entry.word.chars.len();
                let there = row.chars.get(start..end).unwrap_or_default();
                if there.iter().map(|f| f.c).eq(entry.word.chars.iter().map(|f| f.c)) {
                    let cuts = || (start + 1..end).filter(|&at| places[at].2);
                    let crosses = cuts().next().is_some()
                        && cuts().all(|at| row.chars[at - 1].c != row.chars[at].c);
                    let mut particles =
                        entry.word.language.into_iter().flat_map(Language::particles);
                    let closes = is_edge(end)
                        || particles.any(|it| {
                            let length = it.chars().count();
                            let there = row.chars[end..].iter().take(length).map(|f| f.c);
                            there.eq(it.chars()) && is_edge(end + length)
                        });
                    if crosses && closes && !row.has_mark(end) {
                        let from = text.chars[places[start].0..=places[end - 1].0].iter();
                        let span = message.span(from.map(|f| f.from.clone()));
                        found.push((entry.list, entry.number, span));
                    }
                }
            }
        }
    }
    found
}

/// Whether characters may be between two characters of a word: one to three symbols, digits or spaces, without sentence
/// punctuation.
fn is_cut(between: &[Folded]) -> bool {
    let is_separator = |f: &Folded| !LETTER.has(f.c) && !BREAK.has(f.c) && !MARK.has(f.c);
    let is_digit = |f: &Folded| !DIGIT.has(f.c) || f.c.is_ascii_digit();
    let ends = |at: usize| {
        let next = between.get(at + 1).is_some_and(|f| f.c.is_whitespace());
        let is_next_symbol =
            between.get(at + 1).is_some_and(|f| !is_leet_or_hiding(f.c) && !DIGIT.has(f.c));
        between[at].stop
            || (next && matches!(between[at].c, '.' | ',' | ';' | ':' | '?'))
            || (is_next_symbol && between[at].c == '!')
    };
    (1..=3).contains(&between.len())
        && between.iter().all(|f| is_separator(f) && is_digit(f))
        && !(0..between.len()).any(ends)
}

/// Returns the matches of entries in spaced letters.
fn find_spelled(
    rules: &Rules,
    content: &str,
    message: &Message,
    day: Option<Date>,
) -> Vec<(ListId, usize, Span)> {
    let entries = spelled_entries(rules, day);
    let mut found = Vec::new();
    for text in [&message.symbols_as_letters, &message.symbols_as_boundaries] {
        for (leet_symbols_are_letters, may_be_wide) in
            [(false, false), (true, false), (false, true), (true, true)]
        {
            for singles in spellings(&text.chars, content, leet_symbols_are_letters, may_be_wide) {
                for (list, number, tiles) in tilings(&text.chars, &singles, &entries) {
                    let from =
                        text.chars[singles[tiles.start].start..singles[tiles.end - 1].end].iter();
                    found.push((list, number, message.span(from.map(|f| f.from.clone()))));
                }
            }
        }
    }
    found
}

/// Returns the entries that may be spaced, without the separators between their words.
fn spelled_entries(rules: &Rules, day: Option<Date>) -> Vec<Spelled> {
    let mut entries = Vec::new();
    for (id, list) in rules.enumerate_lists() {
        let users = rules.rules.iter().filter(|rule| rule.lists.contains(&id));
        let is_used = users.clone().any(|rule| rule.disguises == Disguises::Standard);
        if !is_used || rules.settings.exceptions.contains(&id) {
            continue;
        }
        let readings = readings(list, Disguises::Standard, false);
        for (number, (entry, readings)) in list.entries.iter().zip(readings).enumerate() {
            if entry.exception || entry.plain || !entry.is_active_on(day) || !is_whole(entry) {
                continue;
            }
            let has_apostrophe = |word: &[Folded]| word.iter().any(|f| f.c == '\'');
            for Reading { words, .. } in readings {
                // Phrases and words with apostrophes are run together in another reading.
                if has_symbols(&words) || words.len() > 1 || has_apostrophe(&words[0]) {
                    continue;
                }
                let language = Some(entry.language);
                let words =
                    words.into_iter().map(|word| Text { language, ..Text::new(word, WORDS) });
                let words = words.collect();
                for Needle { words, .. } in needles(entry, words) {
                    let [word] = <[Text; 1]>::try_from(words).ok().expect("one word");
                    let is_long = word.chars.iter().filter(|f| !MARK.has(f.c)).count() > 1;
                    entries.push(Spelled { list: id, number, is_long, word });
                }
            }
        }
    }
    entries
}

/// An entry with one of its endings, or without, for spaced letters.
struct Spelled {
    list: ListId,
    number: usize,
    /// Whether it has more than one letter; a single letter is found anyway.
    is_long: bool,
    word: Text,
}

/// Returns the positions of entries in all segmentations of the single characters into entries. Overlapping positions
/// of an entry are merged.
fn tilings(
    text: &[Folded],
    singles: &[Range<usize>],
    entries: &[Spelled],
) -> Vec<(ListId, usize, Range<usize>)> {
    let chars: Vec<Folded> =
        singles.iter().flat_map(|single| text[single.clone()].to_vec()).collect();
    let leet = (0..chars.len()).map(|at| leet(&chars, at, WORDS)).collect();
    let tail = (0..chars.len()).map(|at| is_tail(&chars, at)).collect();
    let holes = vec![false; chars.len()];
    let row =
        Text { chars, leet, tail, form: WORDS, language: None, strict: false, ending: 0, holes };
    // The start of each single character in it, and the end of the last one.
    let mut starts = vec![0];
    for single in singles {
        starts.push(starts[starts.len() - 1] + single.len());
    }
    let mut tiles: Vec<(Option<&Spelled>, usize, usize)> = Vec::new();
    for start in 0..singles.len() {
        if let [Folded { c, .. }] = row.chars[starts[start]..starts[start + 1]]
            && (matches!(c, 'a' | 'i' | 'u' | 'r') || is_leet_symbol(c))
        {
            tiles.push((None, start, start + 1));
        }
        for entry in entries {
            for way in ways(&entry.word, &row, starts[start], Letters::Visible) {
                let Ok(end) = starts.binary_search(&(starts[start] + way.len())) else { continue };
                let mut inside = row.chars[starts[start]..starts[end]].iter();
                if look_alikes(&entry.word.chars).is_empty()
                    || inside.any(|f| f.look_alike.is_some())
                {
                    tiles.push((Some(entry), start, end));
                }
            }
        }
    }
    // The positions that segmentations reach from the start and from the end.
    let mut from_front = vec![false; singles.len() + 1];
    from_front[0] = true;
    for at in 1..=singles.len() {
        from_front[at] = tiles.iter().any(|&(_, start, end)| end == at && from_front[start]);
    }
    let mut to_back = vec![false; singles.len() + 1];
    to_back[singles.len()] = true;
    for at in (0..singles.len()).rev() {
        to_back[at] = tiles.iter().any(|&(_, start, end)| start == at && to_back[end]);
    }
    let mut places: BTreeMap<(ListId, usize), Vec<Range<usize>>> = BTreeMap::new();
    // In the order of their starts.
    for (entry, start, end) in tiles {
        let Some(&Spelled { list, number, is_long: true, .. }) = entry else { continue };
        if !from_front[start] || !to_back[end] {
            continue;
        }
        let places = places.entry((list, number)).or_default();
        match places.last_mut() {
            Some(last) if start < last.end => last.end = last.end.max(end),
            _ => places.push(start..end),
        }
    }
    let places = places.into_iter();
    places
        .flat_map(|((list, number), at)| at.into_iter().map(move |at| (list, number, at)))
        .collect()
}

/// Returns each run of 3 to 500 separated single characters, with their ranges in the text. A separate leet symbol is
/// either a single character or a separator.
fn spellings(
    text: &[Folded],
    content: &str,
    leet_symbols_are_letters: bool,
    may_be_wide: bool,
) -> Vec<Vec<Range<usize>>> {
    let is_base = |at: &usize| in_word(text, *at) && !MARK.has(text[*at].c);
    let joins = |at: usize| is_apostrophe_between_letters(text, at);
    let in_token = |at: usize| at < text.len() && (in_word(text, at) || is_leet_symbol(text[at].c));
    let is_alone = |at: usize| (at == 0 || !in_token(at - 1)) && !in_token(at + 1);
    let mut found = Vec::new();
    let mut singles: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let mut parts = Vec::new();
        if leet_symbols_are_letters && is_leet_symbol(text[at].c) && is_alone(at) {
            parts.push(at..at + 1);
            at += 1;
        } else if !in_word(text, at) {
            at += 1;
            continue;
        } else {
            // A word including parts that apostrophes join, as separate ranges.
            let mut start = at;
            loop {
                while at < text.len() && in_word(text, at) {
                    at += 1;
                }
                parts.push(start..at);
                if at == text.len() || !joins(at) {
                    break;
                }
                at += 1;
                start = at;
            }
            // The letters of one character, such as ß, are one.
            let count = |part: &Range<usize>| {
                let bases = part.clone().filter(is_base).map(|at| text[at].from.start);
                bases.collect::<BTreeSet<_>>().len()
            };
            if parts.iter().any(|part| count(part) > 1) {
                found.push(std::mem::take(&mut singles));
                continue;
            }
        }
        for single in parts {
            if let Some(last) = singles.last() {
                let between = &text[last.end..single.start];
                let is_far = between.len() > 3 || between.iter().any(|f| BREAK.has(f.c));
                let original = text[last.start..last.end].iter().map(|f| f.from.end).max();
                let gap = original.and_then(|end| content.get(end..text[single.start].from.start));
                let is_blank = gap.is_some_and(|gap| {
                    let blanks = gap.chars().filter(|c| c.is_whitespace()).count();
                    blanks <= 9 && gap.chars().all(|c| c.is_whitespace() || IGNORABLE.has(c))
                });
                if is_far && !(is_blank && may_be_wide) {
                    found.push(std::mem::take(&mut singles));
                }
            }
            singles.push(single);
        }
    }
    found.push(singles);
    found.retain(|singles| (3..=500).contains(&singles.len()));
    found
}

/// A folded character and its byte range in the original.
#[derive(Clone)]
pub(crate) struct Folded {
    pub(crate) c: char,
    from: Range<usize>,
    /// Whether it comes from a symbol.
    symbol: bool,
    /// The letter before case folding, if it is one letter.
    shape: Option<char>,
    /// The index of its word if it was read as the Latin letter that it looks like.
    look_alike: Option<usize>,
    /// Whether its word mixes scripts or was read as a Latin one.
    disguised: bool,
    /// The combining marks that were dropped from it.
    marks: Vec<char>,
    /// Whether it was katakana.
    katakana: bool,
    /// The letter of which it is another spelling.
    typed: Option<char>,
    /// Whether it is punctuation of sentences in Chinese and Japanese.
    stop: bool,
    /// The character it comes from.
    original: char,
    /// Whether it is an i or l that may be the other one.
    bar: bool,
    /// Whether it is a capital after a small letter in a hashtag.
    is_capital: bool,
    /// Whether it is whitespace in the original.
    is_space: bool,
    /// Whether the text is folded without disguises.
    is_plain: bool,
}

/// Which words of a text are read in Latin letters.
#[derive(Clone, Copy)]
enum Latin<'w> {
    /// Words that mix scripts, and words of exact homoglyphs.
    OfMessage,
    /// Words that mix scripts, and words with these indexes.
    OfEntry(&'w [usize], Cased),
}

/// Which letters of an entry's words are in the other case than after folding.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cased {
    None,
    First,
    All,
}

/// Returns a folded text.
pub(crate) fn folded(text: &str, form: Form, reading: SymbolMode) -> String {
    let latin = if reading == SymbolMode::Entry {
        Latin::OfEntry(&[], Cased::None)
    } else {
        Latin::OfMessage
    };
    match form.layout {
        // This form is for entries with symbols, so flags are not letters.
        Layout::Verbatim => {
            fold(text, form.disguises, SymbolMode::Entry, latin).iter().map(|f| f.c).collect()
        }
        Layout::Tokenized => with_separators(
            &Text::of_message(fold(text, form.disguises, reading, latin), form).chars,
            form,
        ),
    }
}

/// Replaces all characters between two words with one: a line break, or a control character that represents their count,
/// whether there is whitespace among them, and whether it is one that may hide a letter.
fn with_separators(text: &[Folded], form: Form) -> String {
    tokens(text, form).iter().map(|&(c, _)| c).collect()
}

/// Returns the same with the place of each character; of several characters, that of the last one.
fn tokens(text: &[Folded], form: Form) -> Vec<(char, usize)> {
    let stays = |at: usize| {
        in_word(text, at)
            || is_apostrophe_between_letters(text, at)
            || (form == WORDS && is_leet_or_hiding(text[at].c))
    };
    let mut out: Vec<(char, usize)> = Vec::new();
    let mut separator: Vec<&Folded> = Vec::new();
    for (at, f) in text.iter().enumerate() {
        if !stays(at) {
            separator.push(f);
            continue;
        }
        if !separator.is_empty() && !out.is_empty() {
            let length = separator.len() as u8;
            let breaks = separator.iter().filter(|f| BREAK.has(f.c)).count();
            let c = match separator.as_slice() {
                separator if breaks == separator.len() && breaks <= 2 => '\r',
                separator if breaks > 0 || separator.len() > 8 => '\n',
                [f] if MAY_HIDE.has(f.c) => '\u{19}',
                separator if separator.iter().any(|f| f.is_space) => char::from(length),
                _ => char::from(0x10 + length),
            };
            out.push((c, at - 1));
        }
        separator.clear();
        out.push((f.c, at));
    }
    out
}

/// Folds a text, one step at a time.
fn fold(text: &str, disguises: Disguises, reading: SymbolMode, latin: Latin<'_>) -> Vec<Folded> {
    let mut folded = fold_in_own_letters(text, disguises, reading);
    if disguises == Disguises::None {
        return folded;
    }
    let words = script_words(&folded);
    let letters = |word: &[usize]| -> Vec<char> {
        word.iter().map(|&at| folded[at].c).filter(|&c| LETTER.has(c)).collect()
    };
    let is_homoglyph = |word: &[usize]| letters(word).iter().all(|&c| HOMOGLYPHS.contains(c));
    let genuine: BTreeSet<&str> = words
        .iter()
        .map(|word| (word, scripts(letters(word).into_iter())))
        .filter(|(word, scripts)| scripts.len() == 1 && !is_homoglyph(word))
        .flat_map(|(_, scripts)| scripts)
        .collect();
    let mut read: Vec<(usize, char, Option<usize>)> = Vec::new();
    let mut disguised: Vec<usize> = Vec::new();
    for (number, word) in words.iter().enumerate() {
        let scripts = scripts(letters(word).into_iter());
        let (as_latin, note) = match latin {
            _ if scripts.len() > 1 => (true, matches!(latin, Latin::OfMessage)),
            Latin::OfMessage => {
                (is_homoglyph(word) && !scripts.is_empty() && scripts.is_disjoint(&genuine), true)
            }
            Latin::OfEntry(chosen, _) => (chosen.contains(&number), true),
        };
        let note = Some(number).filter(|_| note);
        if as_latin {
            disguised.extend(word);
            let looks_like = |&at: &usize| match latin {
                Latin::OfEntry(_, cased) if note.is_some() => {
                    let other = cased == Cased::All || (cased == Cased::First && at == word[0]);
                    let shape = other.then(|| other_case(folded[at].c)).flatten();
                    looks_like(&Folded { shape, ..folded[at].clone() })
                }
                _ => looks_like(&folded[at]),
            };
            let looking = word.iter().filter_map(|at| Some((*at, looks_like(at)?, note)));
            read.extend(looking);
        }
    }
    for &at in &disguised {
        folded[at].disguised = true;
    }
    for (at, letter, note) in read {
        if SHAPES.iter().all(|&(shape, _)| shape != folded[at].c) {
            folded[at].look_alike = note;
            folded[at].c = letter;
        }
    }
    for f in &mut folded {
        if let Some(&(_, letter)) = SHAPES.iter().find(|&&(shape, _)| shape == f.c) {
            f.c = letter;
        }
    }
    // A letter that kept its combining marks may be Latin now.
    without_marks(&folded)
}

/// Small capitals and similar forms of Latin letters.
#[rustfmt::skip]
const SHAPES: [(char, char); 27] = [
    ('ᴀ', 'a'), ('ɑ', 'a'), ('ʙ', 'b'), ('ᴄ', 'c'), ('ᴅ', 'd'), ('ᴇ', 'e'), ('ꜰ', 'f'), ('ɢ', 'g'), ('ɡ', 'g'),
    ('ʜ', 'h'), ('ɪ', 'i'), ('ᴊ', 'j'), ('ᴋ', 'k'), ('ʟ', 'l'), ('ᴍ', 'm'), ('ɴ', 'n'), ('ᴏ', 'o'), ('ᴘ', 'p'),
    ('ꞯ', 'q'), ('ʀ', 'r'), ('ꜱ', 's'), ('ᴛ', 't'), ('ᴜ', 'u'), ('ᴠ', 'v'), ('ᴡ', 'w'), ('ʏ', 'y'), ('ᴢ', 'z'),
];

/// Letters that cannot be distinguished from Latin ones.
const HOMOGLYPHS: &str = "аԁеһіјӏоԛрѕсԝухοϳօ";

/// Whether a letter looks like a Latin letter in one of its cases.
fn looks_like_latin(c: char) -> bool {
    shape_like(c).is_some() || matches!(fold_char(c)[..], [folded] if shape_like(folded).is_some())
}

/// Returns the Latin letter that a letter looks like.
fn looks_like(f: &Folded) -> Option<char> {
    let by_shape = || f.shape.and_then(shape_like).or_else(|| shape_like(f.typed.unwrap_or(f.c)));
    if f.c.is_ascii() { None } else { by_shape() }
}

/// Returns the letter in the case that folding does not produce.
fn other_case(c: char) -> Option<char> {
    let other: Vec<char> =
        if CHEROKEE.has(c) { c.to_lowercase().collect() } else { c.to_uppercase().collect() };
    other.first().copied().filter(|_| other.len() == 1)
}

/// Whether a folded letter or its upper case looks like a Latin letter.
fn has_confusable(c: char) -> bool {
    let is_shape = SHAPES.iter().any(|&(shape, _)| shape == c);
    let mut cases = c.to_lowercase().chain(c.to_uppercase()).chain([c]);
    !is_shape && cases.any(|c| shape_like(c).is_some())
}

/// Returns the Latin letter that a letter looks like in exactly this case.
fn shape_like(c: char) -> Option<char> {
    if c.is_ascii() || !LETTER.has(c) || LEFT_ALONE.has(c) {
        return None;
    }
    let by_hand = match c {
        'к' | 'κ' => 'k',
        'м' => 'm',
        'п' | 'и' | 'η' => 'n',
        'я' => 'r',
        'ь' | 'β' => 'b',
        'є' | 'ε' => 'e',
        'χ' => 'x',
        'Ι' | 'І' | 'Ɩ' | 'Ⲓ' | 'Ɪ' | '𝚰' | '𝛪' | '𝜤' | '𝝞' | '𝞘' | '𐲥' => {
            'i'
        }
        c => {
            let prototype: Vec<char> = skeleton(c.encode_utf8(&mut [0; 4])).collect();
            let [prototype] = prototype[..] else { return None };
            let shape = SHAPES.iter().find(|&&(shape, _)| shape == prototype || shape == c);
            shape.map_or(prototype, |&(_, letter)| letter).to_ascii_lowercase()
        }
    };
    Some(by_hand).filter(char::is_ascii_lowercase)
}

/// Returns the scripts of letters, without common ones. Scripts that are not distinguished are one.
fn scripts(letters: impl Iterator<Item = char>) -> BTreeSet<&'static str> {
    let script = |c| match c {
        c if COMMON.has(c) => None,
        c if LATIN.has(c) => Some("Latin"),
        c if CYRILLIC.has(c) => Some("Cyrillic"),
        c if GREEK.has(c) => Some("Greek"),
        c if ARMENIAN.has(c) => Some("Armenian"),
        _ => Some("another"),
    };
    letters.filter_map(script).collect()
}

/// Returns the positions of each run of letters, digits and combining marks, in scripts with spaces between words.
fn script_words(text: &[Folded]) -> Vec<Vec<usize>> {
    let mut words = vec![Vec::new()];
    for (at, f) in text.iter().enumerate() {
        if MARK.has(f.c) || (is_word(f.c) && !UNSPACED.has(f.c)) {
            words.last_mut().expect("there is one").push(at);
        } else {
            words.push(Vec::new());
        }
    }
    for word in &mut words {
        let marks = word.iter().take_while(|&&at: &&usize| MARK.has(text[at].c)).count();
        word.drain(..marks);
    }
    words.retain(|word| word.iter().any(|&at| !MARK.has(text[at].c)));
    words
}

/// Folds a text without confusables.
fn fold_in_own_letters(text: &str, disguises: Disguises, reading: SymbolMode) -> Vec<Folded> {
    let plain = disguises == Disguises::None;
    let flags = flags(text);
    let bars = if plain || reading == SymbolMode::Entry { vec![] } else { bars(text) };
    let capitals = if plain { BTreeSet::new() } else { capitals(text) };
    let capitals = &capitals;
    let mut folded: Vec<Folded> = text
        .char_indices()
        .flat_map(|(at, c)| {
            let from = at..at + c.len_utf8();
            let by_itself = fold_char(c);
            let indicator = u32::from(c).wrapping_sub(u32::from('🇦'));
            let (letters, symbol) = if plain {
                (by_itself, false)
            } else if reading == SymbolMode::Letters && THIN.contains(&c) {
                (vec![], false)
            } else if let Some(letters) = emblem(c) {
                match reading {
                    SymbolMode::Letters => (letters.chars().collect(), true),
                    _ => (by_itself, false),
                }
            } else if REGIONAL.has(c) {
                match reading {
                    SymbolMode::Letters if !flags.contains(&at) => {
                        (vec![char::from(b'a' + indicator as u8)], true)
                    }
                    _ => (by_itself, false),
                }
            } else if ENCLOSED.has(c) {
                let letter = char::from(b'a' + ((u32::from(c) - u32::from('🅐')) % 32) as u8);
                match reading {
                    SymbolMode::Letters => (vec![letter], true),
                    _ => (by_itself, false),
                }
            } else if !is_word(c) && by_itself.iter().any(|&c| is_word(c)) {
                match reading {
                    SymbolMode::Boundaries => (vec![c], false),
                    _ => (by_itself, true),
                }
            } else {
                (by_itself, false)
            };
            let (original, bar) = (c, bars.contains(&at));
            let is_one = letters.iter().filter(|&&c| !MARK.has(c)).count() == 1;
            let shape = if shape_like(c).is_some() { Some(c) } else { c.nfkd().next() };
            let shape = shape.filter(|_| is_one);
            let stop = "。，、；：！？｡､…".contains(c);
            letters.into_iter().map(move |c| Folded {
                c,
                from: from.clone(),
                symbol: symbol && !is_leet_symbol(c),
                shape,
                look_alike: None,
                disguised: false,
                marks: Vec::new(),
                katakana: false,
                typed: None,
                stop,
                original,
                bar,
                is_capital: capitals.contains(&at) && is_word(c) && !MARK.has(c),
                is_space: original.is_whitespace(),
                is_plain: plain,
            })
        })
        .collect();
    if !plain {
        folded.retain(|f| f.c != '\u{640}');
    }
    if !plain && reading == SymbolMode::Letters {
        folded = without_keycaps(folded, text);
    }
    for run in folded.chunk_by_mut(|_, next| canonical_combining_class(next.c) != 0) {
        run.sort_by_key(|f| canonical_combining_class(f.c));
    }
    if !plain {
        folded = in_one_spelling(folded);
        folded = without_marks(&folded);
    }
    // A combining mark belongs to its base.
    for at in 1..folded.len() {
        if MARK.has(folded[at].c) {
            folded[at].symbol = folded[at - 1].symbol;
        }
    }
    with_hangul_composed(&folded)
}

/// Replaces letters that a language writes in two ways with one of them.
fn in_one_spelling(mut text: Vec<Folded>) -> Vec<Folded> {
    const PAIRS: [(&str, char); 12] = [
        ("ةۃہ", 'ه'),
        ("ىی", 'ي'),
        ("کڪ", 'ك'),
        ("ٱ", 'ا'),
        ("ך", 'כ'),
        ("ם", 'מ'),
        ("ן", 'נ'),
        ("ף", 'פ'),
        ("ץ", 'צ'),
        ("\u{901}", '\u{902}'),
        ("\u{A81}", '\u{A82}'),
        ("\u{A01}\u{A70}", '\u{A02}'),
    ];
    const NUKTAS: &str = "\u{93C}\u{9BC}\u{A3C}\u{ABC}\u{B3C}";
    text.retain(|f| !NUKTAS.contains(f.c));
    for f in &mut text {
        let one = PAIRS.iter().find(|(letters, _)| letters.contains(f.c)).map(|&(_, one)| one);
        let katakana = ('ァ'..='ヶ').contains(&f.c) || ('ヽ'..='ヾ').contains(&f.c);
        let hiragana = || char::from_u32(u32::from(f.c) - 0x60);
        let one = one.or(if katakana { hiragana() } else { None });
        f.typed = one.map(|_| f.c);
        f.c = one.unwrap_or(f.c);
        f.katakana = katakana;
    }
    // A nasal without a vowel before a stop of its class.
    const CLASSES: [&str; 5] = ["कखगघङ", "चछजझञ", "टठडढण", "तथदधन", "पफबभम"];
    let mut at = 1;
    while at + 2 < text.len() {
        let [before, nasal, virama, stop] = [at - 1, at, at + 1, at + 2].map(|at| text[at].c);
        let joins =
            CLASSES.iter().any(|it| it.ends_with(nasal) && it.contains(stop) && stop != nasal);
        if virama == '\u{94D}' && joins && is_word(before) && !before.is_ascii() {
            let from = text[at].from.start..text[at + 1].from.end;
            let symbol = text[at].symbol;
            text[at] = Folded { c: '\u{902}', from, symbol, ..text[at + 1].clone() };
            text.remove(at + 1);
        }
        at += 1;
    }
    text
}

/// Spaces that are read as nothing and as separators.
const THIN: &[char] = &['\u{2009}', '\u{200A}', '\u{202F}', '\u{2800}'];

/// Returns the letters of an emoji or symbol that shows letters.
fn emblem(c: char) -> Option<&'static str> {
    Some(match c {
        '©' => "c",
        '®' => "r",
        '✝' => "t",
        '✖' | '❌' => "x",
        '❕' | '❗' => "!",
        '➕' => "+",
        '⭕' => "o",
        '💲' => "$",
        '🔟' => "10",
        '🆎' => "ab",
        '🆑' => "cl",
        '🆒' => "cool",
        '🆓' => "free",
        '🆔' => "id",
        '🆕' => "new",
        '🆖' => "ng",
        '🆗' => "ok",
        '🆘' => "sos",
        '🆙' => "up",
        '🆚' => "vs",
        _ => return None,
    })
}

/// Drops the keycaps of digits beside letters and other digits.
fn without_keycaps(folded: Vec<Folded>, text: &str) -> Vec<Folded> {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let is_symbol = |c: &char| IGNORABLE.has(*c) || *c == '\u{20E3}';
    let is_read = |at: usize| {
        let base = folded[..at].iter().rposition(|f| !MARK.has(f.c));
        let base = base.map(|at| &folded[at]).filter(|f| f.c.is_ascii_digit());
        let around = base.map(|base| (&text[..base.from.start], &text[folded[at].from.end..]));
        folded[at].c == '\u{20E3}'
            && around.is_some_and(|(before, after)| {
                is_word(before.chars().rev().find(|c| !is_symbol(c)))
                    || is_word(after.chars().find(|c| !is_symbol(c)))
            })
    };
    (0..folded.len()).filter(|&at| !is_read(at)).map(|at| folded[at].clone()).collect()
}

/// Returns the positions of capital I in ASCII words with small letters, and of small l in those with capitals and no
/// other small letter.
fn bars(text: &str) -> Vec<usize> {
    let mut bars = Vec::new();
    let mut start = 0;
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let has_small = word.contains(|c: char| c.is_ascii_lowercase());
        let only_l = !word.contains(|c: char| c.is_ascii_lowercase() && c != 'l')
            && word.contains(|c: char| c.is_ascii_uppercase() && c != 'I');
        let is_bar = |c: char| (c == 'I' && has_small) || (c == 'l' && only_l);
        bars.extend(word.char_indices().filter(|&(_, c)| is_bar(c)).map(|(at, _)| start + at));
        start += word.len();
    }
    bars
}

/// Reads a grave or acute accent by itself as an apostrophe.
fn with_apostrophes(mut text: Vec<Folded>) -> Vec<Folded> {
    text.retain(|f| f.original != '´' || !MARK.has(f.c));
    for f in text.iter_mut().filter(|f| f.c == '`' || f.original == '´') {
        (f.c, f.symbol) = ('\'', false);
    }
    text
}

/// Returns the positions of capitals after small letters in hashtags, and of capitals between a capital and a small letter.
/// Also where Korean laughter begins.
fn capitals(text: &str) -> BTreeSet<usize> {
    let laughter = Regex::new("ㅋㅋ+|ㅎㅎ+|ㅜㅜ+|ㅠㅠ+|ㅡㅡ+").expect("a regular expression");
    let mut found: BTreeSet<usize> = laughter.find_iter(text).map(|it| it.start()).collect();
    for (at, c) in text.char_indices().filter(|&(_, c)| fold_char(c) == ['#']) {
        let mut last = c;
        let tag = &text[at + c.len_utf8()..];
        let ends = |c: char| c.is_whitespace() || (c.is_ascii() && !c.is_ascii_alphanumeric());
        for (offset, next) in tag.char_indices().take_while(|&(_, c)| !ends(c)) {
            let mut after = tag[offset..].chars().skip(1);
            let after = after.find(|c| c.is_ascii() || c.is_alphabetic());
            let is_last = last.is_uppercase() && after.is_some_and(char::is_lowercase);
            if next.is_uppercase() && (last.is_lowercase() || is_last) {
                found.insert(at + c.len_utf8() + offset);
            }
            // Combining marks are neither.
            if next.is_ascii() || next.is_alphabetic() {
                last = next;
            }
        }
    }
    found
}

/// Returns the positions of regional indicators in runs of exactly two.
fn flags(text: &str) -> Vec<usize> {
    let chars: Vec<_> = text.char_indices().collect();
    let rows = chars.chunk_by(|a, b| REGIONAL.has(a.1) && REGIONAL.has(b.1));
    rows.filter(|row| row.len() == 2).flatten().map(|&(at, _)| at).collect()
}

/// Folds a character by itself, to none, one or several characters.
fn fold_char(c: char) -> Vec<char> {
    let mut folded = vec![c];
    loop {
        let mut next = Vec::new();
        for &c in &folded {
            decompose_compatible(c, |c| next.push(c));
        }
        next.retain(|&c| !IGNORABLE.has(c) && !SKIN_TONE.has(c));
        let next: Vec<char> = next
            .into_iter()
            .flat_map(|c| match c {
                '‘' | '’' | 'ʹ' | 'ʻ' | 'ʼ' | '′' => vec!['\''],
                c if DIGIT.has(c) => vec![digit(c)],
                c if MARK.has(c) => vec![c],
                // Full case folding by way of small, capital and small letters: ẞ becomes ß, SS and
                // ss; ς becomes Σ and σ. It leaves the dotless i alone, and makes capitals of
                // Cherokee.
                'ı' => vec![c],
                c if CHEROKEE.has(c) => c.to_uppercase().collect(),
                c => {
                    let upper = c.to_lowercase().flat_map(char::to_uppercase);
                    upper.flat_map(char::to_lowercase).collect()
                }
            })
            .collect();
        if next == folded {
            return folded;
        }
        folded = next;
    }
}

/// Returns the ASCII digit with the value of a digit. Digits follow each other from 0 to 9.
fn digit(c: char) -> char {
    let mut ranges = DIGIT.0.ranges().iter();
    let range = ranges.find(|range| range.start() <= c && c <= range.end()).expect("a digit");
    char::from(b'0' + ((u32::from(c) - u32::from(range.start())) % 10) as u8)
}

/// Drops combining marks on letters of alphabets, and stacks of four or more on any base.
fn without_marks(text: &[Folded]) -> Vec<Folded> {
    let mut out = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (base, marks) = match rest[0].c {
            c if MARK.has(c) => (None, rest),
            c => (Some(c), &rest[1..]),
        };
        let marks = marks.iter().take_while(|f| MARK.has(f.c)).count();
        let (cluster, after) = rest.split_at(marks + usize::from(base.is_some()));
        rest = after;
        let is_dropped = |mark: char| match base {
            // A digit on a keycap is an emoji.
            Some('0'..='9') => mark != '\u{20E3}',
            base => base.is_some_and(|c| BARE.has(c)),
        };
        let stack = cluster.iter().filter(|f| NONSPACING.has(f.c)).count() >= 4;
        let stays =
            |f: &&Folded| !(MARK.has(f.c) && is_dropped(f.c) || stack && NONSPACING.has(f.c));
        let dropped = cluster.iter().filter(|f| MARK.has(f.c) && is_dropped(f.c)).map(|f| f.c);
        let dropped: Vec<char> = dropped.collect();
        let first = out.len();
        out.extend(cluster.iter().filter(stays).cloned());
        if let Some(base) = out.get_mut(first) {
            base.marks.extend(dropped);
        }
    }
    out
}

/// Drops combining marks on leet characters and hiding symbols, as in struck-through text.
fn without_marks_on_symbols(text: &[Folded]) -> Vec<Folded> {
    let is_on_symbol =
        |at: usize| MARK.has(text[at].c) && base_before(text, at).is_some_and(is_leet_or_hiding);
    (0..text.len()).filter(|&at| !is_on_symbol(at)).map(|at| text[at].clone()).collect()
}

fn with_hangul_composed(text: &[Folded]) -> Vec<Folded> {
    let mut out: Vec<Folded> = Vec::new();
    for f in text {
        if let Some(last) = out.last_mut()
            && let Some(syllable) = compose(last.c, f.c)
            && ('가'..='힣').contains(&syllable)
        {
            *last = Folded { c: syllable, from: last.from.start..f.from.end, ..last.clone() };
        } else {
            out.push(f.clone());
        }
    }
    out
}

/// A number with its unit, and optional symbols.
static QUANTITY: LazyLock<Regex> = LazyLock::new(|| {
    let quantity = r"^\p{M}*[$€£+0-9]*[0-9][$€£+0-9]*[hkmpsx][@$!|+€£\p{M}]*$";
    Regex::new(quantity).expect("a regular expression")
});

/// A class of characters in the syntax of the `regex` crate.
pub(crate) struct Characters(LazyLock<ClassUnicode>);

macro_rules! characters {
    ($($name:ident = $class:literal;)*) => {
        $(static $name: Characters = Characters(LazyLock::new(|| class($class)));)*
    };
}

characters! {
    LETTER = r"[\p{L}\p{Nl}]";
    DIGIT = r"\p{Nd}";
    MARK = r"\p{M}";
    NONSPACING = r"[\p{Mn}\p{Me}]";
    IGNORABLE = r"[\p{Default_Ignorable_Code_Point}\x00-\x08\x0E-\x1F\x7F-\x84\x86-\x9F\x{FFF9}-\x{FFFB}\x{1D159}]";
    REGIONAL = r"\p{Regional_Indicator}";
    // Letters in filled circles and squares.
    ENCLOSED = r"[\x{1F150}-\x{1F169}\x{1F170}-\x{1F189}]";
    COMMON = r"[\p{Common}\p{Inherited}]";
    LATIN = r"\p{Latin}";
    CYRILLIC = r"\p{Cyrillic}";
    GREEK = r"\p{Greek}";
    ARMENIAN = r"\p{Armenian}";
    // Scripts without confusables of Latin letters.
    LEFT_ALONE = r"[\p{Bopomofo}\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}\p{Khmer}\p{Lao}\p{Myanmar}\p{Thai}]";
    SKIN_TONE = r"\p{Emoji_Modifier}";
    CHEROKEE = r"\p{Cherokee}";
    // Shapes, emoji and punctuation that may hide a letter.
    MAY_HIDE = r"[.\-&?^~\x{2010}-\x{2015}\x{2580}-\x{27BF}\x{2B00}-\x{2BFF}\x{1F000}-\x{1FAFF}]";
    BREAK = r"[\n\x0B\f\r\x{85}\x{2028}\x{2029}]";
    // Letters of scripts that are readable without combining marks.
    BARE = r"[\p{L}\p{Nl}&&[\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}\p{Hebrew}]]";
    // Scripts without spaces between words. Some of their digits are used by others too; the tone marks of Bopomofo are
    // also Latin.
    UNSPACED = "[[\\p{L}\\p{Nl}\\p{Nd}\\p{M}&&[\\p{scx=Bopo}\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\
                \\p{scx=Khmr}\\p{scx=Laoo}\\p{scx=Mymr}\\p{scx=Thai}]]--\\p{scx=Latin}]";
}

/// Characters that all Unicode data in use contain.
pub(crate) static ASSIGNED_FOR_LONG: Characters =
    Characters(LazyLock::new(|| class(r"[\p{Age=12.0}--\p{Co}]")));

impl Characters {
    /// Returns all characters of the class.
    pub(crate) fn chars(&self) -> impl Iterator<Item = char> {
        self.0.ranges().iter().flat_map(|range| range.start()..=range.end())
    }

    fn has(&self, c: char) -> bool {
        let ranges = self.0.ranges();
        let at = ranges.partition_point(|range| range.end() < c);
        ranges.get(at).is_some_and(|range| range.start() <= c)
    }
}

fn class(class: &str) -> ClassUnicode {
    match regex_syntax::parse(class).expect("a regular expression").into_kind() {
        HirKind::Class(Class::Unicode(class)) => class,
        other => panic!("{other:?} is not a character class"),
    }
}
