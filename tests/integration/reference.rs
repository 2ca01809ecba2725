//! What the engine must find, worked out in the simplest possible way: entry by entry, at each
//! place of the message, character by character.
//!
//! It shares nothing with the engine but the public types. Character data comes from the `regex`,
//! `unicode-normalization` and `unicode-segmentation` crates and from `std`, whose Unicode versions
//! are older than that of the engine's table: ask it about long-assigned characters only.

use std::ops::Range;
use std::sync::LazyLock;

use ivs_chat_review::engine::Cause;
use ivs_chat_review::rules::{ENDINGS, End, Entry, List, RuleId, Rules, Start};
use ivs_chat_review::span::Span;
use jiff::civil::Date;
use regex_syntax::hir::{Class, ClassUnicode, HirKind};
use unicode_normalization::char::{canonical_combining_class, compose, decompose_compatible};
use unicode_segmentation::UnicodeSegmentation;

/// What the entries of all rules hit on that day, sorted; patterns are left out.
pub(crate) fn find(rules: &Rules, content: &str, day: Option<Date>) -> Vec<(Span, RuleId, Cause)> {
    let message = Message::new(content);
    let mut found = Vec::new();
    for (rule, it) in rules.numbered() {
        for &id in &it.lists {
            for (number, span) in find_list(rules.list(id), &message, day) {
                found.push((span, rule, Cause::Entry(id, number)));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The numbers of the entries of one list that hit, and where.
fn find_list(list: &List, message: &Message, day: Option<Date>) -> Vec<(usize, Span)> {
    let (mut hits, mut vetoes) = (Vec::new(), Vec::new());
    for (number, entry) in list.entries.iter().enumerate() {
        if !entry.works_on(day) {
            continue;
        }
        for span in find_entry(entry, message) {
            if entry.exception {
                vetoes.push(span);
            } else {
                hits.push((number, span));
            }
        }
    }
    hits.retain(|&(_, hit)| !vetoes.iter().any(|veto| veto.holds(hit)));
    hits
}

/// A message, folded in both ways, and where its graphemes begin and end.
struct Message {
    standard: Vec<Folded>,
    plain: Vec<Folded>,
    graphemes: Vec<Range<usize>>,
}

impl Message {
    fn new(content: &str) -> Message {
        let graphemes = content.grapheme_indices(true);
        Message {
            standard: fold(content, false),
            plain: fold(content, true),
            graphemes: graphemes.map(|(at, grapheme)| at..at + grapheme.len()).collect(),
        }
    }

    /// The bytes of all graphemes that these characters stand for a part of.
    fn span(&self, folded: &[Folded]) -> Span {
        let start = folded.iter().map(|f| f.from.start).min().expect("a hit is not empty");
        let end = folded.iter().map(|f| f.from.end).max().expect("a hit is not empty");
        let holds = |grapheme: &&Range<usize>| grapheme.start < end && start < grapheme.end;
        let mut inside = self.graphemes.iter().filter(holds);
        let first = inside.next().expect("a text is made of graphemes");
        Span::new(first.start, inside.next_back().unwrap_or(first).end)
    }
}

fn find_entry(entry: &Entry, message: &Message) -> Vec<Span> {
    let text = if entry.plain { &message.plain } else { &message.standard };
    let folded = |word| fold(word, entry.plain).iter().map(|folded| folded.c).collect();
    let mut words: Vec<Vec<char>> = entry.text.split_whitespace().map(folded).collect();
    words.retain(|word| !word.is_empty());
    let needle = Needle { entry, words };
    let mut spans = Vec::new();
    for start in 0..text.len() {
        let ends = needle.ends(text, 0, start);
        let whole = |&end: &usize| {
            let span = message.span(&text[start..end]);
            let outside = text[..start].iter().chain(&text[end..]);
            let alone =
                outside.clone().all(|f| f.from.end <= span.start || span.end <= f.from.start);
            (alone || !needle.has_symbol_at_edge()).then_some(span)
        };
        // Where it may end in more than one place, the nearest counts.
        spans.extend(ends.first().and_then(whole));
    }
    spans
}

/// An entry whose words are folded.
struct Needle<'e> {
    entry: &'e Entry,
    words: Vec<Vec<char>>,
}

impl Needle<'_> {
    fn has_symbol_at_edge(&self) -> bool {
        let first = self.words.first().and_then(|word| word.first());
        !first.is_some_and(|&c| is_word(c)) || !self.words.last().is_some_and(|w| ends_in_word(w))
    }

    /// Where the entry may end if its word of that number begins at `start`; nearest first.
    fn ends(&self, text: &[Folded], number: usize, start: usize) -> Vec<usize> {
        let word = &self.words[number];
        let end = start + word.len();
        if end > text.len() || text[start..end].iter().zip(word).any(|(f, &c)| f.c != c) {
            return Vec::new();
        }
        let is_first = number == 0;
        if is_word(word[0])
            && !(is_first && self.entry.start == Start::Anywhere)
            && !opens(text, start, is_first && self.letters() >= 4)
        {
            return Vec::new();
        }
        let ends_in_word = ends_in_word(word);
        // A symbol with a mark on it is another symbol.
        let marked = text.get(end).is_some_and(|f| MARK.has(f.c));
        if !ends_in_word && marked {
            return Vec::new();
        }
        let may_end = |end| !ends_in_word || closes(text, end);
        if number + 1 == self.words.len() {
            return match self.entry.end {
                End::Anywhere => vec![end],
                End::Word => [end].into_iter().filter(|&end| may_end(end)).collect(),
                End::Ending => [""]
                    .iter()
                    .chain(&ENDINGS)
                    .filter(|ending| stands(text, end, ending))
                    .map(|ending| end + ending.len())
                    .filter(|&end| may_end(end))
                    .collect(),
            };
        }
        if !may_end(end) {
            return Vec::new();
        }
        let mut ends = Vec::new();
        for separator in text[end..].iter().take(8).enumerate() {
            let (length, &Folded { c, .. }) = separator;
            if LETTER.has(c) || DIGIT.has(c) || BREAK.has(c) {
                break;
            }
            ends.extend(self.ends(text, number + 1, end + length + 1));
        }
        ends.sort_unstable();
        ends
    }

    fn letters(&self) -> usize {
        self.words.iter().flatten().filter(|&&c| LETTER.has(c)).count()
    }
}

/// Whether a word ends with a letter or digit, and the marks on it.
fn ends_in_word(word: &[char]) -> bool {
    word.iter().rfind(|&&c| !MARK.has(c)).is_some_and(|&c| is_word(c))
}

/// Whether the ASCII word `ending` stands at that place.
fn stands(text: &[Folded], at: usize, ending: &str) -> bool {
    text[at..].len() >= ending.len() && text[at..].iter().zip(ending.chars()).all(|(f, c)| f.c == c)
}

/// Whether a word may begin at that place.
fn opens(text: &[Folded], at: usize, may_follow_elision: bool) -> bool {
    let Some(before) = base_before(text, at) else { return true };
    let this = text[at].c;
    if UNSPACED.has(this) || UNSPACED.has(before) {
        return true;
    }
    if is_word(before) {
        return false;
    }
    if !is_apostrophe_between_letters(text, at - 1) {
        return true;
    }
    let letters: Vec<char> = text[..at - 1]
        .iter()
        .rev()
        .map(|f| f.c)
        .filter(|&c| !MARK.has(c))
        .take_while(|&c| is_word(c) && !UNSPACED.has(c))
        .collect();
    may_follow_elision && letters.len() <= 2 && letters.iter().all(|&c| LETTER.has(c))
}

/// Whether a word may end before that place.
fn closes(text: &[Folded], end: usize) -> bool {
    let Some(next) = text.get(end).map(|f| f.c) else { return true };
    if MARK.has(next) {
        return false;
    }
    if UNSPACED.has(next) || base_before(text, end).is_some_and(|c| UNSPACED.has(c)) {
        return true;
    }
    if is_word(next) {
        return false;
    }
    if !is_apostrophe_between_letters(text, end) {
        return true;
    }
    let behind_s = text.get(end + 2).map(|f| f.c);
    text[end + 1].c == 's' && !behind_s.is_some_and(is_word)
}

/// The last character before that place that is no mark.
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

/// A folded character and the bytes of the original that it comes from.
#[derive(Clone)]
pub(crate) struct Folded {
    pub(crate) c: char,
    pub(crate) from: Range<usize>,
}

/// Folding, each step over the whole text.
pub(crate) fn fold(text: &str, plain: bool) -> Vec<Folded> {
    let mut folded: Vec<Folded> = text
        .char_indices()
        .flat_map(|(at, c)| {
            let from = at..at + c.len_utf8();
            fold_char(c).into_iter().map(move |c| Folded { c, from: from.clone() })
        })
        .collect();
    if !plain {
        folded.retain(|f| f.c != '\u{640}');
    }
    for run in folded.chunk_by_mut(|_, next| canonical_combining_class(next.c) != 0) {
        run.sort_by_key(|f| canonical_combining_class(f.c));
    }
    if !plain {
        folded = without_marks(&folded);
    }
    with_hangul_composed(&folded)
}

/// What a character becomes by itself: none, one or more.
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
                '‘' | '’' | 'ʼ' => vec!['\''],
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

/// Without the marks on letters of alphabets, and without stacks of four or more on anything.
fn without_marks(text: &[Folded]) -> Vec<Folded> {
    let mut out = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (base, marks) = match rest[0].c {
            c if MARK.has(c) => (None, rest),
            c => (Some(c), &rest[1..]),
        };
        let marks = marks.iter().take_while(|f| MARK.has(f.c)).count();
        let (cluster, behind) = rest.split_at(marks + usize::from(base.is_some()));
        rest = behind;
        let bare = base.is_some_and(|c| BARE.has(c));
        let stack = cluster.iter().filter(|f| NONSPACING.has(f.c)).count() >= 4;
        let stays = |f: &&Folded| !(bare && MARK.has(f.c) || stack && NONSPACING.has(f.c));
        out.extend(cluster.iter().filter(stays).cloned());
    }
    out
}

fn with_hangul_composed(text: &[Folded]) -> Vec<Folded> {
    let mut out: Vec<Folded> = Vec::new();
    for f in text {
        if let Some(last) = out.last_mut()
            && let Some(syllable) = compose(last.c, f.c)
            && ('가'..='힣').contains(&syllable)
        {
            *last = Folded { c: syllable, from: last.from.start..f.from.end };
        } else {
            out.push(f.clone());
        }
    }
    out
}

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
    IGNORABLE = r"\p{Default_Ignorable_Code_Point}";
    SKIN_TONE = r"\p{Emoji_Modifier}";
    CHEROKEE = r"\p{Cherokee}";
    BREAK = r"[\n\x0B\f\r\x{85}\x{2028}\x{2029}]";
    // Letters of scripts that can be read without their marks.
    BARE = r"[\p{L}\p{Nl}&&[\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}\p{Hebrew}]]";
    // Of scripts that put no spaces between words; some digits are used by others too.
    UNSPACED = "[\\p{L}\\p{Nl}\\p{Nd}\\p{M}&&[\\p{scx=Bopo}\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\
                \\p{scx=Khmr}\\p{scx=Laoo}\\p{scx=Mymr}\\p{scx=Thai}]]";
}

/// Characters that any Unicode data still in use knows.
pub(crate) static ASSIGNED_FOR_LONG: Characters =
    Characters(LazyLock::new(|| class(r"[\p{Age=12.0}--\p{Co}]")));

impl Characters {
    /// All of them.
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
        other => panic!("{other:?} is no class of characters"),
    }
}
